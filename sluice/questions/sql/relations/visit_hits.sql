-- The hits that belong to a visit, each with the visit's id. Filter them before anything else: the filter then comes
-- before the join.
SELECT
    h.eventid, h.eventtype, h."timestamp", h.servertimestamp, h.page, h.path, h.sessionid, h.userid, h.visitorid,
    h.location, h.device, h.isbot, h.viewport, h.referrer, h.utm, h.fromwebsite, h.useragent, h.metadata, h.dt,
    h.stamp, h.moment, h.instant, h.visitkey, v.opening, v.visit
FROM hits AS h
JOIN visits AS v ON v.visitkey = h.visitkey AND h.instant BETWEEN v.began AND v.finished
