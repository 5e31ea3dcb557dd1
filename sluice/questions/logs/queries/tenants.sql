-- title: Busiest tenants
-- answers: Which tenants' requests with events are the most: their share in percent, the events stored and sent again, sessions, and
-- answers: requests that were refused (4xx) and that failed (5xx). Without a bucket are those that no entry admits.
-- param: limit integer = 20
SELECT
    bucket,
    count(*) AS requests,
    round(1e2 * count(*) / sum(count(*)) OVER (), 1) AS share,
    CAST(sum(stored) AS bigint) AS stored,
    CAST(sum(duplicates) AS bigint) AS duplicates,
    count(DISTINCT sessionhash) AS sessions,
    count_if(statuscode BETWEEN 400 AND 499) AS refused,
    count_if(statuscode >= 500) AS failed
FROM api_requests
WHERE is_sent
GROUP BY bucket
ORDER BY requests DESC, bucket
LIMIT :limit
