-- What was refused in the range and kept, one row each: reason, field, message, servertimestamp, size, whole, body.
-- One counts for weight refused events, so a count is the sum of weight. dt is the partition's day, in UTC, and local_day that in
-- :zone. A line that is not JSON has no weight.
SELECT
    *,
    CASE
        WHEN :zone = 'UTC' THEN dt
        ELSE date_format(from_iso8601_timestamp(servertimestamp) AT TIME ZONE :zone, '%Y-%m-%d')
    END AS local_day
FROM refusals
WHERE
    dt BETWEEN :dt_from AND :dt_to
    AND weight IS NOT NULL
    AND (:zone = 'UTC' OR (servertimestamp >= :since AND servertimestamp < :before))
