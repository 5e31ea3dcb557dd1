-- title: Daily page views
-- answers: How many page views each UTC day had, and by how many visitors.
SELECT
    dt AS day,
    count(*) AS page_views,
    count(DISTINCT visitorid) AS visitors
FROM hits
WHERE eventtype = 'page_view'
GROUP BY dt
ORDER BY dt
