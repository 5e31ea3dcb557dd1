-- The visits that have an event in range, one row each: consecutive events of one sessionId, or without one of
-- one visitor, with gaps under 30 minutes. dt is the day of the first event; seconds are from the first event to the last.
-- utm, referrer, location and device are the first event's; spans says what source and channel are.
SELECT
    visitkey, opening, visitkey || '@' || date_format(from_unixtime(opening), '%Y-%m-%dT%H:%i:%sZ') AS visit,
    dt, NULLIF(visitorid, '') AS visitorid, NULLIF(sessionid, '') AS sessionid, userid,
    began, ended AS finished, from_unixtime(began) AS started, from_unixtime(ended) AS ended, ended - began AS seconds,
    events, page_views, substr(entry, 25) AS entry_page, substr(leaving, 25) AS exit_page,
    source, medium, campaign, channel,
    NULLIF(location.country, '') AS country, NULLIF(location.city, '') AS city,
    NULLIF(device.device_type, '') AS device_type, NULLIF(device.browser, '') AS browser, NULLIF(device.os, '') AS os
FROM spans
