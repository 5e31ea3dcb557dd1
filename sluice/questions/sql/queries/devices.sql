-- title: Devices
-- answers: Which kinds of device visitors used: visitors of each day, page views and events. share is the percentage of visitors.
-- param: limit integer = 20
SELECT
    device_type,
    counted(visitors) AS visitors,
    counted(page_views) AS page_views,
    counted(events) AS events,
    round(1e2 * sum(visitors) / NULLIF(sum(sum(visitors)) OVER (), 0), 1) AS share
FROM (
    SELECT
        COALESCE(device.device_type, 'unknown') AS device_type,
        min(CASE WHEN visitor IS NULL THEN 0 ELSE weight END) AS visitors,
        sum(CASE WHEN eventtype = 'page_view' THEN weight ELSE 0 END) AS page_views,
        sum(weight) AS events,
        max(weight) AS weight,
        min(unit) AS unit
    FROM hits
    GROUP BY COALESCE(device.device_type, 'unknown'), visitor
) AS known
GROUP BY device_type
ORDER BY visitors DESC, events DESC, device_type
LIMIT :limit
