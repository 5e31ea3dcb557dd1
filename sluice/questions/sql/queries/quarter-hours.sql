-- title: Quarter hours
-- answers: How many page views and events each quarter of an hour had (quarter is its start, UTC); empty ones are
-- answers: not shown. They can be summed up to days in any time zone.
SELECT
    from_unixtime(9e2 * floor(instant / 9e2)) AS quarter,
    counted(CASE WHEN eventtype = 'page_view' THEN weight END) AS page_views,
    counted(weight) AS events
FROM hits
GROUP BY floor(instant / 9e2)
ORDER BY quarter
