-- title: Browsers
-- answers: Which browsers and systems visitors used: visitors of each day, page views and events.
-- param: limit integer = 20
SELECT
    browser,
    os,
    count(DISTINCT visitor) AS visitors,
    count_if(eventtype = 'page_view') AS page_views,
    count(*) AS events
FROM (
    SELECT COALESCE(device.browser, 'unknown') AS browser, COALESCE(device.os, 'unknown') AS os, visitor, eventtype
    FROM hits
) AS known
GROUP BY browser, os
ORDER BY visitors DESC, events DESC, browser, os
LIMIT :limit
