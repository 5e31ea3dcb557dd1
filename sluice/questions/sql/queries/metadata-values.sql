-- title: Values of a metadata key
-- answers: Which values a key of the metadata has (plan; cart.total for one within another), in how many events and of
-- answers: how many visitors; of one event type (event) or of all.
-- param: key text = plan
-- param: event text =
-- param: limit integer = 20
SELECT
    value,
    count(*) AS events,
    count(DISTINCT visitorid) AS visitors
FROM (
    SELECT
        json_extract_scalar(
            metadata,
            -- Whatever is no key would be no path either.
            '$["' || CASE
                WHEN regexp_like(:key, '^[A-Za-z_][A-Za-z0-9_-]*([.][A-Za-z_][A-Za-z0-9_-]*)*$')
                THEN replace(:key, '.', '"]["') ELSE ' '
            END || '"]'
        ) AS value,
        visitorid
    FROM hits
    WHERE metadata IS NOT NULL AND (:event = '' OR eventtype = :event)
) AS told
WHERE value IS NOT NULL
GROUP BY value
ORDER BY events DESC, value
LIMIT :limit
