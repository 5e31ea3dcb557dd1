-- title: Access log: HTTP versions
-- answers: Which versions of HTTP clients spoke, by the access logs: requests, and their share in percent.
SELECT
    cs_protocol_version AS version,
    count(*) AS requests,
    round(1e2 * count(*) / sum(count(*)) OVER (), 1) AS share
FROM requests
GROUP BY cs_protocol_version
ORDER BY requests DESC, version
