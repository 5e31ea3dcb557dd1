-- title: Script and no script: crawlers by name
-- answers: Which crawlers, AI crawlers (kind ai), assistants that fetch for somebody, and programs asked for pages, by the access
-- answers: logs: by the name in their user agent, which anybody may write: requests, pages, addresses, and the last day.
-- param: limit integer = 50
SELECT
    kind,
    name,
    CAST(sum(requests) AS bigint) AS requests,
    count(DISTINCT page) AS pages,
    NULLIF(count(DISTINCT address), 0) AS addresses,
    max(local_day) AS last_day
FROM asked_pages
WHERE kind <> 'person'
GROUP BY kind, name
ORDER BY requests DESC, kind, name
LIMIT :limit
