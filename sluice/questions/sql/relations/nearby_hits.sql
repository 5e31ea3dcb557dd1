-- The events of stamped that pass :bots. Only visit_hits knows their visit: to find it costs a sort.
-- shown_page is the page as questions name it: one row for a path and its address on one of the entry's sites, with or without a
-- final slash or index.html. path is its path alone. page is what was sent.
-- visitkey says whose event it is: the session, or without one the visitor; NULL if neither is known.
-- unit is what a sample keeps or leaves as a whole: the session, without one the visitor, or the event alone.
-- visitor is the visitor of one day in :zone: on the next one the same person counts again.
-- half_hour is its half hour of the clock, counted from the epoch.
-- turn is a text that orders events: by time, then sequence, the server's time, and the eventId.
SELECT
    *,
    CASE
        WHEN shown_page IS NOT NULL THEN COALESCE(
            NULLIF(regexp_extract(shown_page, '^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?([^?#]*)', 1), ''), '/'
        )
    END AS path,
    COALESCE(sessionid, visitorid) AS visitkey,
    COALESCE(sessionid, visitorid, eventid) AS unit,
    visitorid || local_day AS visitor,
    floor(instant / 18e2) AS half_hour,
    stamp || CAST(20000000000 + COALESCE(sequence, -1) AS varchar) || servertimestamp || eventid AS turn
FROM (
    SELECT *, shown_page(page) AS shown_page
    FROM stamped
    WHERE (:bots = 'include' OR isbot = (:bots = 'only'))
) AS chosen
