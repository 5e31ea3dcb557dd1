-- title: Daily page views
-- answers: How many page views each day had, and by how many visitors.
SELECT
    local_day AS day,
    count(*) AS page_views,
    count(DISTINCT visitorid) AS visitors
FROM hits
WHERE eventtype = 'page_view'
GROUP BY local_day
ORDER BY local_day
