-- The events in range that pass :bots, one row each, with every column of the view. They know their visit in visit_hits
-- alone: to find it costs a sort.
-- stamp, moment and instant say when an event happened, as text, timestamp and seconds of the epoch: the client's time
-- where its day is the partition's, else ours, so that a device whose clock is days off makes no visit of days.
-- half_hour is the half hour of the clock that it lies in, counted from the epoch.
-- visitkey is whose event it is: the session where there is one, else the visitor; NULL where neither is known.
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
