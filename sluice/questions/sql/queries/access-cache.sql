-- title: Access log: cache performance
-- answers: How CloudFront answered: from its cache (Hit, RefreshHit), from the origin (Miss), by itself (Redirect, Error) and so
-- answers: on: requests, their share in percent, and bytes sent.
SELECT
    x_edge_result_type AS result,
    count(*) AS requests,
    round(1e2 * count(*) / sum(count(*)) OVER (), 1) AS share,
    CAST(sum(sc_bytes) AS bigint) AS bytes
FROM requests
GROUP BY x_edge_result_type
ORDER BY requests DESC, result
