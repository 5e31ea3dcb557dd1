-- title: Devices
-- answers: Which kinds of device visitors used: visitors of each day, page views and events. share is the percentage of visitors.
-- param: limit integer = 20
SELECT
    device_type,
    count(DISTINCT visitor) AS visitors,
    count_if(eventtype = 'page_view') AS page_views,
    count(*) AS events,
    round(1e2 * count(DISTINCT visitor) / NULLIF(sum(count(DISTINCT visitor)) OVER (), 0), 1) AS share
FROM (
    SELECT COALESCE(device.device_type, 'unknown') AS device_type, visitor, eventtype
    FROM hits
) AS known
GROUP BY device_type
ORDER BY visitors DESC, events DESC, device_type
LIMIT :limit
