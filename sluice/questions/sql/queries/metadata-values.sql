-- title: Values of a metadata key
-- answers: Which values a key of the metadata has (plan; cart.total for a key within a key, or for one with
-- answers: a dot), in how many events and for
-- answers: how many visitors; for one event type (event) or for all.
-- param: key text = plan
-- param: event text =
-- param: limit integer = 20
SELECT
    value,
    counted(events) AS events,
    counted(visitors) AS visitors
FROM (
    SELECT
        value,
        sum(weight) AS events,
        min(CASE WHEN visitor IS NULL THEN 0 ELSE weight END) AS visitors,
        max(weight) AS weight,
        min(unit) AS unit
    FROM (
        SELECT
            -- NULL for a text that is not a key: it would not be a valid path either.
            COALESCE(
                json_extract_scalar(metadata, '$["' || replace(regexp_extract(:key, '^[A-Za-z_][A-Za-z0-9_.-]*\z'), '.', '"]["') || '"]'),
                json_extract_scalar(metadata, '$["' || regexp_extract(:key, '^[A-Za-z_][A-Za-z0-9_.-]*\z') || '"]')
            ) AS value,
            visitor,
            weight,
            unit
        FROM hits
        WHERE metadata IS NOT NULL AND (:event = '' OR eventtype = :event)
    ) AS known
    WHERE value IS NOT NULL
    GROUP BY value, visitor
) AS said
GROUP BY value
ORDER BY events DESC, value
LIMIT :limit
