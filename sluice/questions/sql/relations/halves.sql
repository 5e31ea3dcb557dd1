-- What each session or visitor did in each half hour of the clock, one row per visitkey and half hour.
-- Two events in one half hour are less than 30 minutes apart, so they belong to one visit. Only the half hours have to be
-- sorted to find the gaps, and there are far fewer of them than events.
-- first_page, referrer, utm, clickid, location, device, visitorid and sessionid are those of the first event by its turn. entry and
-- leaving are texts with the turn and the page of the first and the last page view. actions are the events that make a
-- visit with one page view more than a bounce. weight is how many visits it counts as: the least weight of its events, since a
-- visit is seen if its likeliest event was kept. weighted_views are its page views, each as many as it counts as. clickid is the advertising id; Meta's in the browser of Instagram's app is instagram. clicked is a text with the campaigns that its events name, each a line for
-- itself: source, medium, campaign, advertising id, and where there is no source the referrer and the page, parted by tabs.
-- unweighted: events, page_views, actions
SELECT
    visitkey,
    min(dt) AS dt,
    min(instant) AS began,
    max(instant) AS ended,
    count(*) AS events,
    count_if(eventtype = 'page_view') AS page_views,
    count_if(eventtype NOT IN ('page_view', 'scroll_depth', 'time_on_page', 'exit_intent', 'web_vitals')) AS actions,
    min(weight) AS weight,
    sum(CASE WHEN eventtype = 'page_view' THEN weight ELSE 0 END) AS weighted_views,
    min_by(COALESCE(page, ''), turn) AS first_page,
    min_by(COALESCE(referrer, ''), turn) AS referrer,
    min_by(utm, turn) AS utm,
    min_by(COALESCE(advertised, ''), turn) AS clickid,
    array_join(array_agg(click ORDER BY click) FILTER (WHERE click IS NOT NULL), chr(10)) AS clicked,
    min_by(location, turn) AS location,
    min_by(device, turn) AS device,
    min_by(COALESCE(visitorid, ''), turn) AS visitorid,
    min_by(COALESCE(sessionid, ''), turn) AS sessionid,
    max(userid) AS userid,
    min(CASE WHEN eventtype = 'page_view' THEN turn || chr(10) || page END) AS entry,
    max(CASE WHEN eventtype = 'page_view' THEN turn || chr(10) || page END) AS leaving
FROM (
    SELECT
        *,
        CASE
            WHEN utm.campaign <> '' THEN
                concat_ws(chr(9), COALESCE(utm.source, ''), COALESCE(utm.medium, ''), utm.campaign, COALESCE(advertised, ''))
                || CASE WHEN COALESCE(utm.source, '') = '' THEN concat_ws(chr(9), '', COALESCE(referrer, ''), page) ELSE '' END
        END AS click
    FROM (
        SELECT *, CASE WHEN clickid = 'fbclid' AND device.browser = 'Instagram' THEN 'instagram' ELSE clickid END AS advertised
        FROM nearby_hits
        WHERE visitkey IS NOT NULL
    ) AS known
) AS named
GROUP BY visitkey, half_hour
