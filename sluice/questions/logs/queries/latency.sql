-- title: Latency by day
-- answers: How long requests with events took in the service, in milliseconds: of 100 requests 50, 95 and 99 took no longer; how
-- answers: many were the first of a worker. The gateway's own time and a worker's start are not in it.
SELECT
    dt AS day,
    count(*) AS requests,
    min(CASE WHEN 1e2 * place >= 50 * timed THEN latencyms END) AS p50_ms,
    min(CASE WHEN 1e2 * place >= 95 * timed THEN latencyms END) AS p95_ms,
    min(CASE WHEN 1e2 * place >= 99 * timed THEN latencyms END) AS p99_ms,
    count_if(coldstart) AS cold_starts
FROM (
    SELECT
        dt,
        latencyms,
        coldstart,
        count(*) OVER (PARTITION BY dt) AS timed,
        row_number() OVER (PARTITION BY dt ORDER BY latencyms) AS place
    FROM api_requests
    WHERE is_sent
) AS placed
GROUP BY dt
ORDER BY day
