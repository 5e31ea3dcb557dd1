-- The hits that reach a goal, one row per hit and goal. A goal without an eventType is a page_view. A goal's page that
-- begins with / is a pattern of paths, any other one of whole pages.
SELECT
    h.visit, h.visitkey, h.opening, g.name AS goal, h.eventid, h.eventtype, h.page, h.visitorid, h.metadata, h.dt, h.stamp, h.moment, h.instant
FROM goals AS g
JOIN visit_hits AS h ON h.eventtype = COALESCE(g.eventtype, 'page_view')
WHERE g.page IS NULL OR CASE WHEN g.page LIKE '/%' THEN h.path ELSE h.page END LIKE g.page ESCAPE '\'
