-- The events that reach a goal, one row per event and goal. in_range: the event itself is in range; visit_in_range: its visit
-- began there. weight and unit are the event's; visitkey, opening, campaign and source are its visit's, NULL for an event without a visit. A goal without an
-- eventType is a page_view. A goal's page that begins with / is a pattern for paths, any other one for whole pages; its value is
-- one of the metadata, by a key within a key or by a key with a dot.
SELECT
    h.weight, h.unit, v.visitkey, v.opening, v.campaign, v.source, g.name AS goal, h.eventid, h.eventtype, h.page, h.visitorid, h.metadata,
    h.stamp, h.moment, h.instant, h.turn, h.local_day, h.shown_page,
    h.location.country AS country, h.device.device_type AS device_type,
    h.stamp >= :since AND h.stamp < :before AS in_range,
    v.opening >= to_unixtime(from_iso8601_timestamp(:since))
        AND v.opening < to_unixtime(from_iso8601_timestamp(:before)) AS visit_in_range
FROM goals AS g
JOIN nearby_hits AS h ON h.eventtype = COALESCE(g.eventtype, 'page_view')
LEFT JOIN nearby_visits AS v ON v.visitkey = h.visitkey AND h.instant BETWEEN v.began AND v.finished
WHERE (
    g.page IS NULL
    OR CASE WHEN g.page LIKE '/%' THEN h.path ELSE h.shown_page END LIKE shown_page(g.page) ESCAPE '\'
)
AND (
    g.nested_key IS NULL
    OR COALESCE(json_extract_scalar(h.metadata, g.nested_key), json_extract_scalar(h.metadata, g.plain_key)) = g.value
)
