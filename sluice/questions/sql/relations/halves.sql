-- What each session or visitor did in each half hour of the clock, one row per visitkey and half hour.
-- Two events in one half hour are less than 30 minutes apart, so they belong to one visit. Only the half hours have to be
-- sorted to find the gaps, and there are far fewer of them than events.
-- first_page, referrer, utm, location, device, visitorid and sessionid are those of the first event; if two have the
-- same millisecond, those of the page view. entry and leaving are texts with the time and the page of the first and
-- the last page view.
SELECT
    visitkey,
    min(dt) AS dt,
    min(instant) AS began,
    max(instant) AS ended,
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
