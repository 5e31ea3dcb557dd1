-- title: Access log: edge locations
-- answers: Which of CloudFront's locations answered, by the access logs: requests, the mean and the 95th percentile of the time
-- answers: taken, in milliseconds. The percentile is a time that was taken: 95 of 100 requests took no longer.
SELECT
    edge,
    count(*) AS requests,
    round(1e0 * sum(milliseconds) / count(milliseconds), 1) AS mean_ms,
    min(CASE WHEN 1e2 * place >= 95 * timed THEN milliseconds END) AS p95_ms
FROM (
    SELECT
        edge,
        milliseconds,
        count(milliseconds) OVER (PARTITION BY edge) AS timed,
        row_number() OVER (PARTITION BY edge ORDER BY milliseconds NULLS LAST) AS place
    FROM (
        SELECT x_edge_location AS edge, CAST(round(1e3 * time_taken) AS bigint) AS milliseconds
        FROM requests
    ) AS timed
) AS placed
GROUP BY edge
ORDER BY requests DESC, edge
