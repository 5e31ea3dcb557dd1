-- title: Countries
-- answers: Which countries visitors came from: visitors of each day, page views and events. share is the percentage of visitors.
-- param: limit integer = 20
SELECT
    country,
    counted(visitors) AS visitors,
    counted(page_views) AS page_views,
    counted(events) AS events,
    round(1e2 * sum(visitors) / NULLIF(sum(sum(visitors)) OVER (), 0), 1) AS share
FROM (
    SELECT
        COALESCE(location.country, 'Unknown') AS country,
        min(CASE WHEN visitor IS NULL THEN 0 ELSE weight END) AS visitors,
        sum(CASE WHEN eventtype = 'page_view' THEN weight ELSE 0 END) AS page_views,
        sum(weight) AS events,
        max(weight) AS weight,
        min(unit) AS unit
    FROM hits
    GROUP BY COALESCE(location.country, 'Unknown'), visitor
) AS known
GROUP BY country
ORDER BY visitors DESC, events DESC, country
LIMIT :limit
