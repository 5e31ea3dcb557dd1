-- The hits that reach a goal, one row per hit and goal; visit, visitkey and opening are NULL for a hit without a visit. A
-- goal without an eventType is a page_view. A goal's page that begins with / is a pattern for paths, any other one for
-- whole pages.
SELECT
    v.visit, v.visitkey, v.opening, g.name AS goal, h.eventid, h.eventtype, h.page, h.visitorid, h.metadata, h.dt, h.stamp, h.moment, h.instant
FROM goals AS g
JOIN hits AS h ON h.eventtype = COALESCE(g.eventtype, 'page_view')
LEFT JOIN visits AS v ON v.visitkey = h.visitkey AND h.instant BETWEEN v.began AND v.finished
WHERE g.page IS NULL OR CASE WHEN g.page LIKE '/%' THEN h.path ELSE h.page END LIKE g.page ESCAPE '\'
