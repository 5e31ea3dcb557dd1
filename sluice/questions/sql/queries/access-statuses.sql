-- title: Access log: status codes
-- answers: Which HTTP statuses requests got, by the access logs, and their share in percent. 0 is a client that left first.
SELECT
    sc_status AS status,
    count(*) AS requests,
    round(1e2 * count(*) / sum(count(*)) OVER (), 1) AS share
FROM requests
GROUP BY sc_status
ORDER BY requests DESC, status
