-- title: Cities
-- answers: Which cities visitors came from: visitors of each day, page views and events. If only the country is
-- answers: known, the city is Unknown.
-- param: country text =
-- param: limit integer = 20
SELECT
    country,
    region,
    city,
    count(DISTINCT visitor) AS visitors,
    count_if(eventtype = 'page_view') AS page_views,
    count(*) AS events
FROM (
    SELECT
        COALESCE(location.country, 'Unknown') AS country,
        COALESCE(location.region, 'Unknown') AS region,
        COALESCE(location.city, 'Unknown') AS city,
        visitor,
        eventtype
    FROM hits
) AS known
WHERE :country = '' OR country = :country
GROUP BY country, region, city
ORDER BY visitors DESC, events DESC, country, region, city
LIMIT :limit
