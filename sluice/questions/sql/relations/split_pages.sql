-- Each page's requests and views on each day, split: requests are those in the access logs; crawlers, ai_crawlers, assistants and
-- programs are those of them that nobody looks at, and asked those of people; script_views are the page views of people that a
-- script saw, and paired those of them that have a request. So asked - paired are views that no script saw, and
-- script_views - paired those that asked for nothing: from the browser's cache, or within a single-page app. Neither is below 0.
-- A view and a request are a pair if their day, page, user agent and hash of the address are the same, each once. Where one of
-- them has no hash, day, page and user agent decide, by number. Views of a sample are paired as they were kept, and then count as
-- many as they stand for: what no script saw is an estimate, which may be below 0. Days and sites without a line in the logs are left out.
-- unweighted: views
SELECT
    local_day, page,
    sum(requests) AS requests, sum(asked) AS asked, sum(script_views) AS script_views,
    sum(crawlers) AS crawlers, sum(ai_crawlers) AS ai_crawlers, sum(assistants) AS assistants, sum(programs) AS programs,
    sum(
        paired + least(bare_requests, left_views)
        + least(bare_views, greatest(left_requests, 0) + bare_requests - least(bare_requests, left_views))
    ) AS paired
FROM (
    SELECT
        local_day, page, agent,
        sum(requests) AS requests, sum(asked) AS asked, sum(script_views) AS script_views,
        sum(crawlers) AS crawlers, sum(ai_crawlers) AS ai_crawlers, sum(assistants) AS assistants, sum(programs) AS programs,
        sum(CASE WHEN address IS NULL THEN 0 ELSE weight * least(asked, kept_views) END) AS paired,
        sum(CASE WHEN address IS NULL THEN 0 ELSE asked - weight * least(asked, kept_views) END) AS left_requests,
        sum(CASE WHEN address IS NULL THEN 0 ELSE script_views - weight * least(asked, kept_views) END) AS left_views,
        sum(CASE WHEN address IS NULL THEN asked ELSE 0 END) AS bare_requests,
        sum(CASE WHEN address IS NULL THEN script_views ELSE 0 END) AS bare_views
    FROM (
        SELECT
            local_day, page, agent, address,
            sum(requests) AS requests, sum(weighted) AS script_views, sum(views) AS kept_views,
            CASE WHEN sum(views) > 0 THEN 1e0 * sum(weighted) / sum(views) ELSE 1e0 END AS weight,
            sum(CASE WHEN kind = 'person' THEN requests ELSE 0 END) AS asked,
            sum(CASE WHEN kind = 'crawler' THEN requests ELSE 0 END) AS crawlers,
            sum(CASE WHEN kind = 'ai' THEN requests ELSE 0 END) AS ai_crawlers,
            sum(CASE WHEN kind = 'assistant' THEN requests ELSE 0 END) AS assistants,
            sum(CASE WHEN kind = 'program' THEN requests ELSE 0 END) AS programs
        FROM (
            SELECT local_day, page, agent, address, kind, requests, 0 AS views, 0e0 AS weighted
            FROM asked_pages
            UNION ALL
            SELECT v.local_day, v.page, v.agent, v.address, NULL AS kind, 0 AS requests, count(*) AS views, sum(v.weight) AS weighted
            FROM scripted AS v
            JOIN (
                -- The hosts that the logs of each day have, between slashes; a line may lack its host.
                SELECT
                    local_day,
                    '/' || array_join(array_agg(site ORDER BY site), '/') || '/' AS sites
                FROM (
                    SELECT local_day, COALESCE(NULLIF(site, '-'), '') AS site
                    FROM requests
                    WHERE is_page
                    GROUP BY local_day, COALESCE(NULLIF(site, '-'), '')
                ) AS hosts
                GROUP BY local_day
            ) AS logged ON logged.local_day = v.local_day
            WHERE v.eventtype = 'page_view' AND v.page IS NOT NULL
                AND (v.site IS NULL OR strpos(logged.sites, '//') > 0 OR strpos(logged.sites, '/' || v.site || '/') > 0)
            GROUP BY v.local_day, v.page, v.agent, v.address
        ) AS both
        GROUP BY local_day, page, agent, address
    ) AS compared
    GROUP BY local_day, page, agent
) AS counted
GROUP BY local_day, page
