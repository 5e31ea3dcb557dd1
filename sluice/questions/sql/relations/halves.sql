-- What each session or visitor did in each half hour of the clock, one row per visitkey and half hour.
-- Two events in one half hour are less than 30 minutes apart, so they belong to one visit. Only the half hours have to be
-- sorted to find the gaps, and there are far fewer of them than events.
-- first_page, referrer, utm, location, device, visitorid and sessionid are those of the first event by its turn. entry and
-- leaving are texts with the turn and the page of the first and the last page view. actions are the events that make a
-- visit with one page view more than a bounce.
SELECT
    visitkey,
    min(dt) AS dt,
    min(instant) AS began,
    max(instant) AS ended,
    count(*) AS events,
    count_if(eventtype = 'page_view') AS page_views,
    count_if(eventtype NOT IN ('page_view', 'scroll_depth', 'time_on_page', 'exit_intent', 'web_vitals')) AS actions,
    min_by(COALESCE(page, ''), turn) AS first_page,
    min_by(COALESCE(referrer, ''), turn) AS referrer,
    min_by(utm, turn) AS utm,
    min_by(location, turn) AS location,
    min_by(device, turn) AS device,
    min_by(COALESCE(visitorid, ''), turn) AS visitorid,
    min_by(COALESCE(sessionid, ''), turn) AS sessionid,
    max(userid) AS userid,
    min(CASE WHEN eventtype = 'page_view' THEN turn || chr(10) || page END) AS entry,
    max(CASE WHEN eventtype = 'page_view' THEN turn || chr(10) || page END) AS leaving
FROM nearby_hits
WHERE visitkey IS NOT NULL
GROUP BY visitkey, half_hour
