-- title: Script and no script: days
-- answers: The same by day: what of each day's requests for pages a script saw, and what it did not. :bots has no effect here.
SELECT
    local_day AS day,
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
GROUP BY local_day
ORDER BY local_day
