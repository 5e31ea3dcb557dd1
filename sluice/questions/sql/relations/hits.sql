-- The events in range that pass :bots, one row each, with every column. Only visit_hits knows their visit: to find it costs a
-- sort.
-- stamp, moment and instant say when an event happened, as text, timestamp and seconds of the epoch: the client's time
-- if its day is the partition's, otherwise ours, so that a device whose clock is days off does not make a visit of days.
-- half_hour is its half hour of the clock, counted from the epoch.
-- visitkey says whose event it is: the session, or without one the visitor; NULL if neither is known.
SELECT
    *,
    CASE
        WHEN page IS NOT NULL THEN COALESCE(
            NULLIF(regexp_extract(page, '^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?([^?#]*)', 1), ''), '/'
        )
    END AS path,
    COALESCE(sessionid, visitorid) AS visitkey,
    from_iso8601_timestamp(stamp) AS moment,
    to_unixtime(from_iso8601_timestamp(stamp)) AS instant,
    floor(to_unixtime(from_iso8601_timestamp(stamp)) / 18e2) AS half_hour
FROM (
    SELECT
        *,
        CASE WHEN starts_with("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp
    FROM events
    WHERE dt BETWEEN :from AND :to
      AND (:bots = 'include' OR isbot = (:bots = 'only'))
) AS chosen
