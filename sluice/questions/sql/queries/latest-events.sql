-- title: Latest events
-- answers: The events that arrived last, newest first; with after = 2026-11-09T10:00:00.000Z those that arrived since.
-- param: after text =
-- param: limit integer = 100
SELECT
    servertimestamp AS arrived,
    eventtype AS event_type,
    page,
    visitorid,
    location.country AS country,
    device.device_type AS device_type,
    device.browser AS browser,
    referrer,
    eventid
FROM hits
WHERE servertimestamp >= :after
ORDER BY arrived DESC, turn DESC
LIMIT :limit
