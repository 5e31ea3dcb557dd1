-- title: Error budget by day
-- answers: How much of the error budget each day used. A request with events is good if it did not fail (5xx) and took no longer than
-- answers: latency_ms; share of them have to be. The budget is what may be bad: 100 percent used is all of it. Next to it, what a
-- answers: thousand stored events cost by list price, in percent of the dollars_per_thousand that they may cost.
-- param: latency_ms number = 300
-- param: share number = 0.99
-- param: dollars_per_thousand number = 0.02
-- param: request_price number = 3.95
-- param: put_price number = 5.00
-- param: gb_second_price number = 0.0000133334
-- param: memory_mb integer = 512
SELECT
    dt AS day,
    CAST(sum(sent) AS bigint) AS requests,
    CAST(sum(failed) AS bigint) AS failed,
    CAST(sum(slow) AS bigint) AS slow,
    round(1e2 * sum(sent - failed - slow) / NULLIF(sum(sent), 0), 3) AS good,
    round(1e2 * sum(failed + slow) / NULLIF(sum(sent) * (1e0 - :share), 0), 1) AS budget_used,
    round(1e3 * sum(dollars) / NULLIF(sum(stored), 0), 6) AS dollars_per_thousand,
    round(1e5 * sum(dollars) / NULLIF(sum(stored) * :dollars_per_thousand, 0), 1) AS cost_used
FROM (
    SELECT
        dt,
        stored,
        CASE WHEN is_sent THEN 1 ELSE 0 END AS sent,
        CASE WHEN is_sent AND statuscode >= 500 THEN 1 ELSE 0 END AS failed,
        CASE WHEN is_sent AND statuscode < 500 AND latencyms > :latency_ms THEN 1 ELSE 0 END AS slow,
        1e-6 * :request_price
        + 1e-6 * :put_price * CASE WHEN outcome IN ('accepted', 'duplicate', 'batch') THEN 1 ELSE 0 END
        + 1e-3 * latencyms * :memory_mb / 1024 * :gb_second_price AS dollars
    FROM api_requests
) AS priced
GROUP BY dt
ORDER BY day
