-- The hits that belong to a visit, each with the visit's id. Filter them before anything else: the filter then comes
-- before the join.
SELECT
    h.eventid, h.eventtype, h."timestamp", h.servertimestamp, h.page, h.path, h.sessionid, h.userid, h.visitorid,
    h.location, h.device, h.isbot, h.viewport, h.referrer, h.utm, h.fromwebsite, h.useragent, h.metadata, h.dt,
    h.stamp, h.moment, h.instant, h.visitkey, s.opening, s.visit
FROM hits AS h
JOIN half_hours AS s ON s.visitkey = h.visitkey AND s.half_hour = h.half_hour
