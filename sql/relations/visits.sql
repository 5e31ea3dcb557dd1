-- The visits that have an event in range, one row each: consecutive events of one sessionId where there is one, else of
-- one visitor, with gaps under 30 minutes. dt is the day of the first event; seconds are from the first event to the last.
-- What the first event says (utm, referrer, place, device) holds for the visit. source is utm_source, else the referrer's
-- host without www., else NULL; a referrer on the page's own host is none.
-- channel: what utm_medium says (email, paid, social, affiliate, any other: campaign); without a medium what the source
-- is: ai (ChatGPT, Perplexity, Claude, Gemini, Copilot, …), search (Google, Bing, DuckDuckGo, …), social (Facebook,
-- Reddit, X, …), campaign for any other utm_source, referral for any other host; direct without a source.
SELECT
    visitkey, opening, visitkey || '@' || date_format(from_unixtime(opening), '%Y-%m-%dT%H:%i:%sZ') AS visit,
    dt, NULLIF(visitorid, '') AS visitorid, NULLIF(sessionid, '') AS sessionid, userid,
    began, ended AS finished, from_unixtime(began) AS started, from_unixtime(ended) AS ended, ended - began AS seconds,
    events, page_views, entry_page, exit_page,
    COALESCE(utm_source, host) AS source, medium, campaign,
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
    END AS channel,
    NULLIF(country, '') AS country, NULLIF(city, '') AS city,
    NULLIF(device_type, '') AS device_type, NULLIF(browser, '') AS browser, NULLIF(os, '') AS os
FROM (
    SELECT
        visitkey, opening, dt, began, ended, events, page_views, userid, visitorid, sessionid,
        substr(entry, 25) AS entry_page,
        substr(leaving, 25) AS exit_page,
        NULLIF(lower(utm.source), '') AS utm_source,
        NULLIF(lower(utm.medium), '') AS medium,
        NULLIF(utm.campaign, '') AS campaign,
        NULLIF(
            regexp_replace(lower(url_extract_host(referrer)), '^www\.', ''),
            COALESCE(regexp_replace(lower(url_extract_host(first_page)), '^www\.', ''), '')
        ) AS host,
        location.country AS country,
        location.city AS city,
        device.device_type AS device_type,
        device.browser AS browser,
        device.os AS os
    FROM spans
) AS told
