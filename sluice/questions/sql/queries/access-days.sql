-- title: Access log: daily traffic
-- answers: What each day had, by the access logs: requests, those for pages, addresses, and bytes sent.
SELECT
    local_day AS day,
    count(*) AS requests,
    count_if(is_page) AS page_hits,
    NULLIF(count(DISTINCT address), 0) AS addresses,
    CAST(sum(sc_bytes) AS bigint) AS bytes
FROM requests
GROUP BY local_day
ORDER BY local_day
