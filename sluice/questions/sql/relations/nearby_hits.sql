-- The events of stamped that pass :bots. Only visit_hits knows their visit: to find it costs a sort.
-- visitkey says whose event it is: the session, or without one the visitor; NULL if neither is known.
-- visitor is the visitor of one day in :zone: on the next one the same person counts again.
-- half_hour is its half hour of the clock, counted from the epoch.
-- turn is a text that orders events: by time, then sequence, the server's time, and the eventId.
SELECT
    *,
    CASE
        WHEN page IS NOT NULL THEN COALESCE(
            NULLIF(regexp_extract(page, '^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?([^?#]*)', 1), ''), '/'
        )
    END AS path,
    COALESCE(sessionid, visitorid) AS visitkey,
    visitorid || local_day AS visitor,
    floor(instant / 18e2) AS half_hour,
    stamp || CAST(20000000000 + COALESCE(sequence, -1) AS varchar) || servertimestamp || eventid AS turn
FROM stamped
WHERE (:bots = 'include' OR isbot = (:bots = 'only'))
