-- title: Cities
-- answers: From which cities visitors came: visitors of each day, page views and events. A country that is known
-- answers: without the city stands under Unknown.
-- param: country text =
-- param: limit integer = 20
SELECT
    country,
    region,
    city,
    count(DISTINCT visitorid) AS visitors,
    count_if(eventtype = 'page_view') AS page_views,
    count(*) AS events
FROM (
    SELECT
        COALESCE(location.country, 'Unknown') AS country,
        COALESCE(location.region, 'Unknown') AS region,
        COALESCE(location.city, 'Unknown') AS city,
        visitorid,
        eventtype
    FROM hits
) AS told
WHERE :country = '' OR country = :country
GROUP BY country, region, city
ORDER BY visitors DESC, events DESC, country, region, city
LIMIT :limit
