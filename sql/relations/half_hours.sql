-- Each visit by the half hours of the clock, one row per visit and half hour. opening is the second of the epoch in which
-- the visit began: with visitkey it tells visits apart, and visit is both as one text. opened is NULL but in its first
-- half hour.
-- Two events of one half hour are less than 30 minutes apart, so they are of one visit; only the half hours have to be
-- sorted to find the gaps, and there are far fewer of them than events.
-- first_page, referrer, utm, location, device, visitorid and sessionid are those of the first event, and of
-- two of one millisecond those of the page view. entry and leaving are texts of the time and the page of the first and
-- the last page view.
SELECT
    visitkey, half_hour, opened, began, ended, dt, events, page_views, first_page, referrer, utm, location, device,
    visitorid, sessionid, userid, entry, leaving,
    opening, visitkey || '@' || date_format(from_unixtime(opening), '%Y-%m-%dT%H:%i:%sZ') AS visit
FROM (
    SELECT
        visitkey, half_hour, opened, began, ended, dt, events, page_views, first_page, referrer, utm, location, device,
        visitorid, sessionid, userid, entry, leaving,
        max(opened) OVER (
            PARTITION BY visitkey ORDER BY half_hour ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS opening
    FROM (
        SELECT
            visitkey, half_hour, began, ended, dt, events, page_views, first_page, referrer, utm, location, device,
            visitorid, sessionid, userid, entry, leaving,
            CASE
                WHEN began - lag(ended) OVER (PARTITION BY visitkey ORDER BY half_hour) < 1800 THEN NULL
                ELSE began
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
                min_by(COALESCE(page, ''), turn) AS first_page,
                min_by(COALESCE(referrer, ''), turn) AS referrer,
                min_by(utm, turn) AS utm,
                min_by(location, turn) AS location,
                min_by(device, turn) AS device,
                min_by(COALESCE(visitorid, ''), turn) AS visitorid,
                min_by(COALESCE(sessionid, ''), turn) AS sessionid,
                max(userid) AS userid,
                min(CASE WHEN eventtype = 'page_view' THEN stamp || page END) AS entry,
                max(CASE WHEN eventtype = 'page_view' THEN stamp || page END) AS leaving
            FROM (
                SELECT
                    visitkey, half_hour, instant, stamp, dt, eventtype, page, referrer, utm, location, device,
                    visitorid, sessionid, userid, CASE WHEN eventtype = 'page_view' THEN instant - 1e-4 ELSE instant END AS turn
                FROM hits
                WHERE visitkey IS NOT NULL
            ) AS ordered
            GROUP BY visitkey, half_hour
        ) AS halves
    ) AS gaps
) AS openings
