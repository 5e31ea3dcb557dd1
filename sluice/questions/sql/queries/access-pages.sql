-- title: Access log: top pages
-- answers: Which pages were asked for most, by the access logs: hits, from how many addresses, and their share of all page
-- answers: hits in percent. A page is what a GET was answered with 200 or 304, and no picture, style or other file.
-- param: limit integer = 10
SELECT
    cs_uri_stem AS page,
    count(*) AS hits,
    NULLIF(count(DISTINCT address), 0) AS addresses,
    round(1e2 * count(*) / sum(count(*)) OVER (), 1) AS share
FROM requests
WHERE is_page
GROUP BY cs_uri_stem
ORDER BY hits DESC, page
LIMIT :limit
