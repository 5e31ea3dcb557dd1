-- title: Revenue by day
-- answers: What was earned each UTC day in each currency: orders and their sum. An order is an event with metadata.value
-- answers: and metadata.currency.
SELECT
    day,
    currency,
    count(*) AS orders,
    round(sum(thousandths) / 1e3, 3) AS revenue
FROM (
    SELECT
        dt AS day,
        upper(json_extract_scalar(metadata, '$.currency')) AS currency,
        CAST(round(1000 * TRY_CAST(json_extract_scalar(metadata, '$.value') AS double)) AS bigint) AS thousandths
    FROM hits
    WHERE metadata LIKE '%"currency"%'
) AS priced
WHERE currency IS NOT NULL AND thousandths IS NOT NULL
GROUP BY day, currency
ORDER BY day, currency
