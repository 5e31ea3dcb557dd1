-- title: Cities
-- answers: Which cities visitors came from: visitors of each day, page views and events. If only the country is
-- answers: known, the city is Unknown.
-- param: country text =
-- param: limit integer = 20
SELECT
    country,
    region,
    city,
    counted(visitors) AS visitors,
    counted(page_views) AS page_views,
    counted(events) AS events
FROM (
    SELECT
        country,
        region,
        city,
        min(CASE WHEN visitor IS NULL THEN 0 ELSE weight END) AS visitors,
        sum(CASE WHEN eventtype = 'page_view' THEN weight ELSE 0 END) AS page_views,
        sum(weight) AS events,
        max(weight) AS weight,
        min(unit) AS unit
    FROM (
        SELECT
            COALESCE(location.country, 'Unknown') AS country,
            COALESCE(location.region, 'Unknown') AS region,
            COALESCE(location.city, 'Unknown') AS city,
            visitor,
            eventtype,
            weight,
            unit
        FROM hits
    ) AS known
    WHERE :country = '' OR country = :country
    GROUP BY country, region, city, visitor
) AS seen
GROUP BY country, region, city
ORDER BY visitors DESC, events DESC, country, region, city
LIMIT :limit
