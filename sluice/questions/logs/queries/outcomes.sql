-- title: Outcomes by day
-- answers: How requests ended (accepted, duplicate, queued, batch, not_stored, sampled, rejected, unavailable, fault, dry_run, ok), by
-- answers: day and status, how many events they stored, and how many they left out, for which others of a sample count.
SELECT
    dt AS day,
    outcome,
    statuscode AS status,
    count(*) AS requests,
    CAST(sum(stored) AS bigint) AS stored,
    CAST(sum(left_out) AS bigint) AS left_out
FROM api_requests
GROUP BY dt, outcome, statuscode
ORDER BY day, outcome, status
