-- title: Outcomes by day
-- answers: How requests ended (accepted, duplicate, batch, rejected, unavailable, fault, dry_run, ok), by day and status, and how
-- answers: many events they stored.
SELECT
    dt AS day,
    outcome,
    statuscode AS status,
    count(*) AS requests,
    CAST(sum(stored) AS bigint) AS stored
FROM api_requests
GROUP BY dt, outcome, statuscode
ORDER BY day, outcome, status
