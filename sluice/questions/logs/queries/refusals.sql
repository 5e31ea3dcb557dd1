-- title: Refusals by tenant and reason
-- answers: Why requests were refused or failed, by tenant and reason, and how many events were refused in batches of which others
-- answers: were stored. Without a bucket are those that no entry admits.
SELECT
    bucket,
    reason,
    CAST(sum(requests) AS bigint) AS requests,
    CAST(sum(refused) AS bigint) AS batched_events
FROM (
    SELECT bucket, reason, 1 AS requests, 0 AS refused FROM api_requests WHERE reason IS NOT NULL
    UNION ALL
    SELECT bucket, 'InvalidField' AS reason, 0 AS requests, rejected_invalidfield AS refused
    FROM api_requests
    WHERE outcome = 'batch' AND rejected_invalidfield > 0
    UNION ALL
    SELECT bucket, 'InvalidJson' AS reason, 0 AS requests, rejected_invalidjson AS refused
    FROM api_requests
    WHERE outcome = 'batch' AND rejected_invalidjson > 0
    UNION ALL
    SELECT bucket, 'MissingField' AS reason, 0 AS requests, rejected_missingfield AS refused
    FROM api_requests
    WHERE outcome = 'batch' AND rejected_missingfield > 0
    UNION ALL
    SELECT bucket, 'PayloadTooLarge' AS reason, 0 AS requests, rejected_payloadtoolarge AS refused
    FROM api_requests
    WHERE outcome = 'batch' AND rejected_payloadtoolarge > 0
) AS each
GROUP BY bucket, reason
ORDER BY requests DESC, batched_events DESC, bucket, reason
