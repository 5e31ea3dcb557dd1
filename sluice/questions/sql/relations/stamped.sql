-- The events of the range and of a day on either side of it, one row each, with every column and when it happened: a visit
-- may have begun on the day before, and go on into the day after.
-- stamp, moment and instant say when an event happened, as text, timestamp and seconds of the epoch: the client's time
-- if its day is the partition's, otherwise ours, so that a device whose clock is days off does not make a visit of days.
-- weight is how many events it counts as: 1 but where events were sampled as they came, and in records older than that; what
-- no sample gives counts as 1, so that no sum of an object that somebody else put is more than a bigint.
-- local_day is its day in :zone; dt is the partition's, in UTC, and so the same there: no time has to be read for it.
SELECT
    *,
    from_iso8601_timestamp(stamp) AS moment,
    to_unixtime(from_iso8601_timestamp(stamp)) AS instant,
    CASE
        WHEN :zone = 'UTC' THEN dt
        ELSE date_format(from_iso8601_timestamp(stamp) AT TIME ZONE :zone, '%Y-%m-%d')
    END AS local_day
FROM (
    SELECT
        *,
        CASE WHEN starts_with("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp,
        CASE WHEN sampleweight BETWEEN 1e0 AND 1e12 THEN sampleweight ELSE 1e0 END AS weight
    FROM events
    WHERE dt BETWEEN :near_from AND :near_to
) AS dated
