-- title: Access log: sources
-- answers: Which other sites led to pages, by the access logs' referrers: page hits, and their share in percent of those that
-- answers: another site led to. Links within the site, and hits without a referrer, are not in it.
-- param: limit integer = 20
SELECT
    source,
    count(*) AS hits,
    round(1e2 * count(*) / sum(count(*)) OVER (), 1) AS share
FROM requests
WHERE is_page AND source IS NOT NULL
GROUP BY source
ORDER BY hits DESC, source
LIMIT :limit
