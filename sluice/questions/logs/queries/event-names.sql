-- title: Requests by event name
-- answers: Which events requests brought, by name (batch where there were several in one): requests, the events stored, sessions, and
-- answers: requests that failed (5xx). Refused requests have no name.
-- param: limit integer = 20
SELECT
    eventname AS event,
    count(*) AS requests,
    CAST(sum(stored) AS bigint) AS stored,
    count(DISTINCT sessionhash) AS sessions,
    count_if(statuscode >= 500) AS failed
FROM api_requests
WHERE eventname IS NOT NULL
GROUP BY eventname
ORDER BY requests DESC, event
LIMIT :limit
