-- title: Cost by tenant
-- answers: What tenants' requests cost by list price, in dollars: the gateway, Lambda's requests and time, log lines, and one put to
-- answers: S3 for each request that stores; and that for a thousand stored events. Storage and questions are not in it.
-- param: request_price number = 3.95
-- param: put_price number = 5.00
-- param: gb_second_price number = 0.0000133334
-- param: memory_mb integer = 512
SELECT
    bucket,
    count(*) AS requests,
    CAST(sum(stored) AS bigint) AS stored,
    round(sum(dollars), 6) AS dollars,
    round(1e3 * sum(dollars) / NULLIF(sum(stored), 0), 6) AS dollars_per_thousand
FROM (
    SELECT
        bucket,
        stored,
        1e-6 * :request_price
        + 1e-6 * :put_price * CASE WHEN outcome IN ('accepted', 'duplicate', 'batch') THEN 1 ELSE 0 END
        + 1e-3 * latencyms * :memory_mb / 1024 * :gb_second_price AS dollars
    FROM api_requests
) AS priced
GROUP BY bucket
ORDER BY dollars DESC, bucket
