-- title: Browsers
-- answers: Which browsers and systems visitors used: visitors of each day, page views and events.
-- param: limit integer = 20
SELECT
    browser,
    os,
    counted(visitors) AS visitors,
    counted(page_views) AS page_views,
    counted(events) AS events
FROM (
    SELECT
        COALESCE(device.browser, 'unknown') AS browser,
        COALESCE(device.os, 'unknown') AS os,
        min(CASE WHEN visitor IS NULL THEN 0 ELSE weight END) AS visitors,
        sum(CASE WHEN eventtype = 'page_view' THEN weight ELSE 0 END) AS page_views,
        sum(weight) AS events,
        max(weight) AS weight,
        min(unit) AS unit
    FROM hits
    GROUP BY COALESCE(device.browser, 'unknown'), COALESCE(device.os, 'unknown'), visitor
) AS known
GROUP BY browser, os
ORDER BY visitors DESC, events DESC, browser, os
LIMIT :limit
