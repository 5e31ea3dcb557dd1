-- param: public text
-- param: most integer = 5
-- What is published, before noise. A visitor-day is counted once for its day, its channel and its country, and for at most :most
-- pages; under cut it is counted once for each part in which it had more than that. Each relation is read once: it costs a sort.
SELECT split_part(said, chr(9), 1) AS part, split_part(said, chr(9), 2) AS key, count(*) AS visitors
FROM visitor_days AS seen
CROSS JOIN UNNEST(
    ARRAY[
        'days' || chr(9) || seen.dt,
        'sources' || chr(9) || seen.channel,
        'countries' || chr(9) || seen.country,
        CASE WHEN seen.channels > 1 THEN 'cut' || chr(9) || 'sources' END,
        CASE WHEN seen.countries > 1 THEN 'cut' || chr(9) || 'countries' END
    ]
) AS listed (said)
WHERE said IS NOT NULL
GROUP BY said
UNION ALL
SELECT
    CASE WHEN place <= :most THEN 'pages' ELSE 'cut' END AS part,
    CASE WHEN place <= :most THEN page ELSE 'pages' END AS key,
    count(*) AS visitors
FROM visitor_pages
WHERE place <= :most + 1
GROUP BY 1, 2
