-- title: Script and no script: pages
-- answers: For each page, by access logs and events together: requests; views that a script saw, and those of them that asked for
-- answers: nothing (without_request); views of people that no script saw, and their share of people's requests in percent; and what
-- answers: crawlers, AI crawlers, assistants that fetch for somebody, and programs asked for. requests are script_views less
-- answers: without_request, plus the columns behind it. :bots has no effect here.
-- param: limit integer = 20
SELECT
    page,
    CAST(sum(requests) AS bigint) AS requests,
    CAST(round(sum(script_views)) AS bigint) AS script_views,
    CAST(round(sum(script_views - paired)) AS bigint) AS without_request,
    CAST(round(sum(asked - paired)) AS bigint) AS unseen,
    round(1e2 * sum(asked - paired) / NULLIF(sum(asked), 0), 1) AS unseen_share,
    CAST(sum(crawlers) AS bigint) AS crawlers,
    CAST(sum(ai_crawlers) AS bigint) AS ai_crawlers,
    CAST(sum(assistants) AS bigint) AS assistants,
    CAST(sum(programs) AS bigint) AS programs
FROM split_pages
GROUP BY page
ORDER BY requests DESC, script_views DESC, page
LIMIT :limit
