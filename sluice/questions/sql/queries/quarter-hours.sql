-- title: Quarter hours
-- answers: How many page views and events each quarter of an hour had (quarter is its begin, UTC); those without any are
-- answers: not shown. Days of any time zone can be summed up from them.
SELECT
    from_unixtime(9e2 * floor(instant / 9e2)) AS quarter,
    count_if(eventtype = 'page_view') AS page_views,
    count(*) AS events
FROM hits
GROUP BY floor(instant / 9e2)
ORDER BY quarter
