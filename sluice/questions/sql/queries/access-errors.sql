-- title: Access log: errors
-- answers: Every path that was answered with a status of 400 or more, by the access logs: the status, requests, and from how
-- answers: many addresses.
SELECT
    cs_uri_stem AS path,
    sc_status AS status,
    count(*) AS requests,
    NULLIF(count(DISTINCT address), 0) AS addresses
FROM requests
WHERE sc_status >= 400
GROUP BY cs_uri_stem, sc_status
ORDER BY requests DESC, path, status
