-- title: Daily page views
-- answers: How many page views each day had, and by how many visitors.
SELECT
    local_day AS day,
    counted(page_views) AS page_views,
    counted(visitors) AS visitors
FROM (
    SELECT
        local_day,
        sum(weight) AS page_views,
        min(CASE WHEN visitorid IS NULL THEN 0 ELSE weight END) AS visitors,
        max(weight) AS weight,
        min(unit) AS unit
    FROM hits
    WHERE eventtype = 'page_view'
    GROUP BY local_day, visitorid
) AS viewed
GROUP BY local_day
ORDER BY local_day
