-- title: Script and no script: crawlers by page
-- answers: Which page each crawler, AI crawler, assistant and program asked for, by the access logs, and how often.
-- param: limit integer = 50
SELECT
    page,
    kind,
    name,
    CAST(sum(requests) AS bigint) AS requests
FROM asked_pages
WHERE kind <> 'person'
GROUP BY page, kind, name
ORDER BY requests DESC, page, kind, name
LIMIT :limit
