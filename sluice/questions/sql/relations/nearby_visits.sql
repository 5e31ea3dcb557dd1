-- The visits of the range and of a day on either side, one row each: consecutive events of one sessionId, or without one of
-- one visitor, with gaps under 30 minutes. local_day is the day in :zone on which it began; seconds are from the first event
-- to the last. A visit bounced that has one page view, and no event that somebody caused on that page. utm, referrer,
-- location and device are the first event's; spans says what source and channel are, halves what clicked,
-- weight and weighted_views are.
SELECT
    visitkey, opening, visitkey || '@' || date_format(from_unixtime(opening), '%Y-%m-%dT%H:%i:%sZ') AS visit,
    date_format(from_unixtime(opening) AT TIME ZONE :zone, '%Y-%m-%d') AS local_day,
    NULLIF(visitorid, '') AS visitorid, NULLIF(sessionid, '') AS sessionid, userid,
    began, ended AS finished, from_unixtime(began) AS started, from_unixtime(ended) AS ended, ended - began AS seconds,
    events, page_views, page_views = 1 AND actions = 0 AS bounced,
    shown_page(split_part(entry, chr(10), 2)) AS entry_page, shown_page(split_part(leaving, chr(10), 2)) AS exit_page,
    weight, weighted_views, visitkey AS unit,
    source, medium, campaign, channel, clicked,
    NULLIF(location.country, '') AS country, NULLIF(location.city, '') AS city,
    NULLIF(device.device_type, '') AS device_type, NULLIF(device.browser, '') AS browser, NULLIF(device.os, '') AS os
FROM spans
