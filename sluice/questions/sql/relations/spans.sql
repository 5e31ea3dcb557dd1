-- When each visit near the range begins and ends, and what its events say about it, one row per visit: half hours of one
-- visitkey with less than 30 minutes between the last event of one and the first of the next. opening is the second of the epoch
-- in which the visit began: together with visitkey it identifies the visit. The other columns are those of halves, for
-- the whole visit.
-- source is utm_source, or the referrer's host without www., or NULL; a referrer on the page's own host does not count.
-- channel: what utm_medium says (email, paid, social, affiliate, any other: campaign); without a medium what the source
-- is: ai (ChatGPT, Perplexity, Claude, Gemini, Copilot, …), search (Google, Bing, DuckDuckGo, …), social (Facebook,
-- Reddit, X, …), campaign for any other utm_source, referral for any other host; direct without a source.
SELECT
    visitkey, opening, dt, began, ended, events, page_views, actions, first_page, referrer, utm, location, device, visitorid,
    sessionid, userid, entry, leaving, COALESCE(utm_source, host) AS source, medium, campaign,
    CASE
        WHEN regexp_like(medium, '^e-?mail|newsletter') THEN 'email'
        WHEN regexp_like(medium, '^(cpc|ppc|cpm|cpv|paid.*|display|banner|ads?|retargeting)$') THEN 'paid'
        WHEN regexp_like(medium, 'social|^sm$') THEN 'social'
        WHEN regexp_like(medium, '^affiliate') THEN 'affiliate'
        WHEN medium IS NOT NULL AND medium NOT IN ('organic', 'referral') THEN 'campaign'
        WHEN regexp_like(COALESCE(utm_source, host), '^(chatgpt|openai|perplexity|claude|gemini|copilot|deepseek)$|^(.*\.)?(chatgpt\.com|openai\.com|perplexity\.ai|claude\.ai|gemini\.google\.com|copilot\.microsoft\.com|deepseek\.com|mistral\.ai|meta\.ai|grok\.com|poe\.com|you\.com)$') THEN 'ai'
        WHEN regexp_like(COALESCE(utm_source, host), '^(google|bing|duckduckgo|ecosia|baidu|qwant|startpage|kagi)(\.[a-z]{2,3}){0,2}$|^(.*\.)?(search\.yahoo\.com|search\.brave\.com|yandex\.(com|ru)|m\.baidu\.com|naver\.com)$') THEN 'search'
        WHEN regexp_like(COALESCE(utm_source, host), '^(facebook|instagram|twitter|linkedin|reddit|tiktok|youtube|pinterest)$|^(.*\.)?(facebook\.com|instagram\.com|threads\.net|t\.co|twitter\.com|x\.com|linkedin\.com|lnkd\.in|reddit\.com|tiktok\.com|youtube\.com|pinterest\.[a-z.]+|bsky\.app|mastodon\.social|news\.ycombinator\.com|vk\.com|t\.me)$') THEN 'social'
        WHEN utm_source IS NOT NULL THEN 'campaign'
        WHEN host IS NOT NULL THEN 'referral'
        ELSE 'direct'
    END AS channel
FROM (
    SELECT
        visitkey, opening, dt, began, ended, events, page_views, actions, first_page, referrer, utm, location, device, visitorid,
        sessionid, userid, entry, leaving,
        NULLIF(lower(utm.source), '') AS utm_source,
        NULLIF(lower(utm.medium), '') AS medium,
        NULLIF(utm.campaign, '') AS campaign,
        NULLIF(
            regexp_replace(lower(NULLIF(url_extract_host(referrer), '')), '^www\.', ''),
            COALESCE(regexp_replace(lower(url_extract_host(first_page)), '^www\.', ''), '')
        ) AS host
    FROM (
        SELECT
            visitkey,
            opening,
            min(dt) AS dt,
            min(began) AS began,
            max(ended) AS ended,
            CAST(sum(events) AS bigint) AS events,
            CAST(sum(page_views) AS bigint) AS page_views,
            CAST(sum(actions) AS bigint) AS actions,
            min_by(first_page, began) AS first_page,
            min_by(referrer, began) AS referrer,
            min_by(utm, began) AS utm,
            min_by(location, began) AS location,
            min_by(device, began) AS device,
            min_by(visitorid, began) AS visitorid,
            min_by(sessionid, began) AS sessionid,
            max(userid) AS userid,
            min(entry) AS entry,
            max(leaving) AS leaving
        FROM (
            SELECT
                visitkey, dt, began, ended, events, page_views, actions, first_page, referrer, utm, location, device,
                visitorid, sessionid, userid, entry, leaving,
                max(opened) OVER (
                    PARTITION BY visitkey ORDER BY began ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                ) AS opening
            FROM (
                SELECT
                    visitkey, dt, began, ended, events, page_views, actions, first_page, referrer, utm, location, device,
                    visitorid, sessionid, userid, entry, leaving,
                    CASE
                        WHEN began - lag(ended) OVER (PARTITION BY visitkey ORDER BY began) < 1800 THEN NULL
                        ELSE began
                    END AS opened
                FROM halves
            ) AS gaps
        ) AS openings
        GROUP BY visitkey, opening
    ) AS grouped
) AS known
