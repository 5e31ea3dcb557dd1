-- title: Countries
-- answers: From which countries visitors came: visitors of each day, page views and events. The share is of the visitors, in percent.
-- param: limit integer = 20
SELECT
    country,
    count(DISTINCT visitorid) AS visitors,
    count_if(eventtype = 'page_view') AS page_views,
    count(*) AS events,
    round(1e2 * count(DISTINCT visitorid) / NULLIF(sum(count(DISTINCT visitorid)) OVER (), 0), 1) AS share
FROM (
    SELECT COALESCE(location.country, 'Unknown') AS country, visitorid, eventtype
    FROM hits
) AS told
GROUP BY country
ORDER BY visitors DESC, events DESC, country
LIMIT :limit
