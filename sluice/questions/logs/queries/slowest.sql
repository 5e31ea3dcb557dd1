-- title: Slowest requests
-- answers: The requests that took longest in the service, in milliseconds, and whether they were the first of a worker.
-- param: limit integer = 20
SELECT
    "timestamp" AS logged,
    latencyms AS latency_ms,
    route,
    outcome,
    bucket,
    eventname AS event,
    COALESCE(coldstart, FALSE) AS cold
FROM api_requests
ORDER BY latency_ms DESC, logged
LIMIT :limit
