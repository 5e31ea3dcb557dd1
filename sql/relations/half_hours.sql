-- Each visit by the half hours of the clock, one row per visit and half hour. visit is the visit's id: whose it is, and
-- when it began; opened is NULL but in its first half hour.
-- Two events of one half hour are less than 30 minutes apart, so they are of one visit; only the half hours have to be
-- sorted to find the gaps, and there are far fewer of them than events.
-- opening, entry, leaving, visitor, place and machine are texts of a time and what was so then: the least or greatest
-- is the first or last, and two events of one millisecond have one answer on every engine. No stored text has a line's
-- end in it, so that parts its fields.
SELECT
    visitkey, half_hour, opened, began, ended, dt, events, page_views, opening, entry, leaving, visitor, userid, place,
    machine,
    visitkey || '@' || max(opened) OVER (
        PARTITION BY visitkey ORDER BY half_hour ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS visit
FROM (
    SELECT
        visitkey, half_hour, began, ended, dt, events, page_views, opening, entry, leaving, visitor, userid, place,
        machine,
        CASE
            WHEN began - lag(ended) OVER (PARTITION BY visitkey ORDER BY half_hour) < 1800 THEN NULL
            ELSE date_format(from_unixtime(began), '%Y-%m-%dT%H:%i:%sZ')
        END AS opened
    FROM (
        SELECT
            visitkey,
            half_hour,
            min(instant) AS began,
            max(instant) AS ended,
            min(dt) AS dt,
            count(*) AS events,
            count_if(eventtype = 'page_view') AS page_views,
            min(concat_ws(chr(10), stamp, COALESCE(utm.source, ''), COALESCE(utm.medium, ''), COALESCE(utm.campaign, ''),
                COALESCE(referrer, ''), COALESCE(page, ''))) AS opening,
            min(CASE WHEN eventtype = 'page_view' THEN stamp || page END) AS entry,
            max(CASE WHEN eventtype = 'page_view' THEN stamp || page END) AS leaving,
            min(concat_ws(chr(10), stamp, COALESCE(visitorid, ''), COALESCE(sessionid, ''))) AS visitor,
            max(userid) AS userid,
            min(concat_ws(chr(10), stamp, COALESCE(location.country, ''), COALESCE(location.city, ''))) AS place,
            min(concat_ws(chr(10), stamp, COALESCE(device.device_type, ''), COALESCE(device.browser, ''),
                COALESCE(device.os, ''))) AS machine
        FROM hits
        WHERE visitkey IS NOT NULL
        GROUP BY visitkey, half_hour
    ) AS halves
) AS openings
