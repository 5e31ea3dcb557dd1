-- title: Rejected: days
-- answers: How many events were refused on each day, by reason, of an entry with keep_rejected.
SELECT
    local_day AS day,
    reason,
    sum(weight) AS refused
FROM rejected
GROUP BY local_day, reason
ORDER BY day, refused DESC, reason
