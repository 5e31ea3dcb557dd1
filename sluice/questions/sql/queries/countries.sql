-- title: Countries
-- answers: Which countries visitors came from: visitors of each day, page views and events. share is the percentage of visitors.
-- param: limit integer = 20
SELECT
    country,
    count(DISTINCT visitor) AS visitors,
    count_if(eventtype = 'page_view') AS page_views,
    count(*) AS events,
    round(1e2 * count(DISTINCT visitor) / NULLIF(sum(count(DISTINCT visitor)) OVER (), 0), 1) AS share
FROM (
    SELECT COALESCE(location.country, 'Unknown') AS country, visitor, eventtype
    FROM hits
) AS known
GROUP BY country
ORDER BY visitors DESC, events DESC, country
LIMIT :limit
