-- title: What changed
-- answers: What the last day counted of a figure (visits, events, goals or errors) by source, page, country and device, and how
-- answers: much the days in against on average, or all earlier days of the range where against names none. Pages are those where
-- answers: visits began, or those of the events. Greatest changes first.
-- param: figure text = visits
-- param: against list =
-- param: limit integer = 1000
SELECT dimension, value, counted, round(before, 1) AS usual
FROM (
    SELECT
        dimension,
        value,
        counted(CASE WHEN local_day = :to THEN weight END) AS counted,
        1e0 * sum(CASE WHEN local_day <> :to THEN weight ELSE 0 END) / CASE
            WHEN :against = '' THEN NULLIF(date_diff('day', CAST(:from AS date), CAST(:to AS date)), 0)
            ELSE cardinality(split(:against, ','))
        END AS before
    FROM (
        SELECT
            local_day,
            weight,
            unit,
            dimension,
            CASE dimension
                WHEN 'source' THEN COALESCE(source, '(none)') WHEN 'page' THEN COALESCE(page, '(none)')
                WHEN 'country' THEN COALESCE(country, 'Unknown') ELSE COALESCE(device_type, 'unknown')
            END AS value
        FROM (
            SELECT local_day, weight, unit, source, entry_page AS page, country, device_type FROM visits WHERE :figure = 'visits'
            UNION ALL
            SELECT h.local_day, h.weight, h.unit, v.source, h.shown_page, h.location.country, h.device.device_type
            FROM (
                SELECT * FROM hits WHERE :figure = 'events'
                UNION ALL
                SELECT * FROM errors WHERE :figure = 'errors'
            ) AS h
            LEFT JOIN nearby_visits AS v ON v.visitkey = h.visitkey AND h.instant BETWEEN v.began AND v.finished
            UNION ALL
            SELECT local_day, weight, unit, source, shown_page, country, device_type
            FROM conversions
            WHERE :figure = 'goals' AND in_range
        ) AS counted
        CROSS JOIN (VALUES ('source'), ('page'), ('country'), ('device')) AS dimensions (dimension)
        WHERE local_day = :to OR strpos(:against, local_day) > 0 OR :against = ''
    ) AS sliced
    GROUP BY dimension, value
) AS compared
ORDER BY abs(counted - before) DESC, dimension, value
LIMIT :limit
