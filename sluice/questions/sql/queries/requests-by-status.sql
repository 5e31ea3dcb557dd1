-- title: Requests by status
-- answers: Which HTTP statuses the requests in an imported log got (metadata.status), by method, and their share in
-- answers: percent.
SELECT
    status,
    method,
    counted(weight) AS requests,
    round(1e2 * sum(weight) / sum(sum(weight)) OVER (), 1) AS share
FROM (
    SELECT
        json_extract_scalar(metadata, '$.status') AS status,
        COALESCE(json_extract_scalar(metadata, '$.method'), '(none)') AS method,
        weight,
        unit
    FROM hits
    WHERE metadata LIKE '%"status"%'
) AS answered
WHERE status IS NOT NULL
GROUP BY status, method
ORDER BY requests DESC, status, method
