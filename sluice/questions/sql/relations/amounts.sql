-- The events that name an amount, one row each: metadata.value, with metadata.currency. thousandths is NULL where the
-- value is not an amount: that is a number as JSON writes it, also as a text, and at most 10^12 either way. weighted are the
-- thousandths that the event counts as. Currencies are trimmed and in upper case.
SELECT
    visitkey, instant, local_day, upper(currency) AS currency,
    CASE WHEN abs(amount) <= 1e12 THEN CAST(CAST(round(1e3 * amount) AS bigint) AS decimal(38, 0)) END AS thousandths,
    -- The greatest weights of the greatest amounts are more than a bigint holds.
    CASE WHEN abs(amount) <= 1e12 THEN CAST(
        CAST(greatest(least(round(weight * round(1e3 * amount)), 9e18), -9e18) AS bigint) AS decimal(38, 0)
    ) END AS weighted,
    weight, unit
FROM (
    SELECT
        visitkey, instant, local_day, weight, unit, currency,
        CASE
            WHEN regexp_like(amount, '^[+-]?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]{1,3})?$') THEN TRY_CAST(amount AS double)
        END AS amount
    FROM (
        SELECT
            visitkey, instant, local_day, weight, unit, metadata,
            -- Without what is neither letter, digit, punctuation nor symbol: spaces of every alphabet.
            NULLIF(
                regexp_replace(
                    json_extract_scalar(metadata, '$.currency'), '^[^\p{L}\p{N}\p{P}\p{S}]+|[^\p{L}\p{N}\p{P}\p{S}]+\z', ''
                ),
                ''
            ) AS currency,
            regexp_replace(
                json_extract_scalar(metadata, '$.value'), '^[^\p{L}\p{N}\p{P}\p{S}]+|[^\p{L}\p{N}\p{P}\p{S}]+\z', ''
            ) AS amount
        FROM hits
        WHERE metadata LIKE '%"currency"%'
    ) AS priced
    WHERE currency IS NOT NULL
      AND (amount IS NOT NULL OR metadata LIKE '%"value":{%' OR metadata LIKE '%"value":[%')
) AS known
