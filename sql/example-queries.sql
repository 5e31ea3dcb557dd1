-- Every question of the library for pasting into Athena. Replace TABLE_NAME by the tenant's table, and the days behind
-- BETWEEN. Written by `sluice sql examples`.

-- Bots and AI crawlers
-- Which crawlers came, how often, on how many pages, and when last. kind is ai (AI companies), search (search engines),
-- preview (link previews), tool (programs like curl) or other. :bots has no effect here.
WITH stamped AS (
  SELECT
    *,
    FROM_ISO8601_TIMESTAMP(stamp) AS moment,
    TO_UNIXTIME(FROM_ISO8601_TIMESTAMP(stamp)) AS instant,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(stamp), 'UTC'), '%Y-%m-%d')
    END AS local_day
  FROM (
    SELECT
      *,
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp
    FROM TABLE_NAME AS events
    WHERE
      dt BETWEEN '2026-10-31' AND '2026-12-01'
  ) AS dated
)
SELECT
  CASE
    WHEN family IN (
      'GPTBot',
      'ChatGPT-User',
      'OAI-SearchBot',
      'ClaudeBot',
      'Claude-User',
      'Claude-SearchBot',
      'anthropic-ai',
      'PerplexityBot',
      'Perplexity-User',
      'CCBot',
      'Bytespider',
      'Amazonbot',
      'Google-Extended',
      'meta-externalagent',
      'meta-externalfetcher',
      'Applebot-Extended',
      'cohere-ai',
      'Diffbot',
      'YouBot',
      'MistralAI-User',
      'DuckAssistBot',
      'AI2Bot',
      'Timpibot',
      'ImagesiftBot'
    )
    THEN 'ai'
    WHEN family IN (
      'Googlebot',
      'bingbot',
      'DuckDuckBot',
      'YandexBot',
      'Baiduspider',
      'Applebot',
      'Slurp',
      'SeznamBot',
      'PetalBot',
      'Sogou'
    )
    THEN 'search'
    WHEN family IN (
      'facebookexternalhit',
      'Twitterbot',
      'LinkedInBot',
      'Slackbot',
      'Discordbot',
      'TelegramBot',
      'WhatsApp'
    )
    THEN 'preview'
    WHEN family IN (
      'curl',
      'Wget',
      'python-requests',
      'Go-http-client',
      'okhttp',
      'HeadlessChrome',
      'Scrapy',
      'axios',
      'node-fetch'
    )
    THEN 'tool'
    ELSE 'other'
  END AS kind,
  family,
  CAST(SUM(events) AS BIGINT) AS events,
  COUNT(DISTINCT page) AS pages,
  MAX(last_event) AS last_event
FROM (
  SELECT
    COALESCE(
      CASE WHEN useragent IS NULL THEN '(no user agent)' END,
      NULLIF(
        REGEXP_EXTRACT(
          useragent,
          '(GPTBot|ChatGPT-User|OAI-SearchBot|ClaudeBot|Claude-User|Claude-SearchBot|anthropic-ai|PerplexityBot|Perplexity-User|CCBot|Bytespider|Amazonbot|Google-Extended|meta-externalagent|meta-externalfetcher|Applebot-Extended|cohere-ai|Diffbot|YouBot|MistralAI-User|DuckAssistBot|AI2Bot|Timpibot|ImagesiftBot)',
          1
        ),
        ''
      ),
      NULLIF(
        REGEXP_EXTRACT(
          useragent,
          '(Googlebot|bingbot|DuckDuckBot|YandexBot|Baiduspider|Applebot|Slurp|SeznamBot|PetalBot|Sogou|facebookexternalhit|Twitterbot|LinkedInBot|Slackbot|Discordbot|TelegramBot|WhatsApp|AhrefsBot|SemrushBot|MJ12bot|DotBot|curl|Wget|python-requests|Go-http-client|okhttp|HeadlessChrome|Scrapy|axios|node-fetch)',
          1
        ),
        ''
      ),
      NULLIF(
        REGEXP_EXTRACT(useragent, '([A-Za-z0-9_.-]*([Bb]ot|[Cc]rawler|[Ss]pider)[A-Za-z0-9_.-]*)', 1),
        ''
      ),
      'other'
    ) AS family,
    page,
    events,
    last_event
  FROM (
    SELECT
      useragent,
      page,
      COUNT(*) AS events,
      MAX("timestamp") AS last_event
    FROM stamped
    WHERE
      dt BETWEEN '2026-11-01' AND '2026-11-30'
      AND (
        'UTC' = 'UTC'
        OR (
          stamp >= '2026-11-01T00:00:00.000Z' AND stamp < '2026-12-01T00:00:00.000Z'
        )
      )
      AND isbot
    GROUP BY
      useragent,
      page
  ) AS agents
) AS families
GROUP BY
  family
ORDER BY
  events DESC,
  family
LIMIT 50;

-- Browsers
-- Which browsers and systems visitors used: visitors of each day, page views and events.
WITH stamped AS (
  SELECT
    *,
    FROM_ISO8601_TIMESTAMP(stamp) AS moment,
    TO_UNIXTIME(FROM_ISO8601_TIMESTAMP(stamp)) AS instant,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(stamp), 'UTC'), '%Y-%m-%d')
    END AS local_day
  FROM (
    SELECT
      *,
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp
    FROM TABLE_NAME AS events
    WHERE
      dt BETWEEN '2026-10-31' AND '2026-12-01'
  ) AS dated
), nearby_hits AS (
  SELECT
    *,
    CASE
      WHEN NOT shown_page IS NULL
      THEN COALESCE(
        NULLIF(
          REGEXP_EXTRACT(shown_page, '^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?([^?#]*)', 1),
          ''
        ),
        '/'
      )
    END AS path,
    COALESCE(sessionid, visitorid) AS visitkey,
    visitorid || local_day AS visitor,
    FLOOR(instant / 18e2) AS half_hour,
    stamp || CAST(20000000000 + COALESCE(sequence, -1) AS VARCHAR) || servertimestamp || eventid AS turn
  FROM (
    SELECT
      *,
      CASE
        WHEN page LIKE '%/' OR page LIKE '%/?%' OR page LIKE '%/index.html%'
        THEN REGEXP_REPLACE(
          REGEXP_REPLACE(page, '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
          '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
          '$1$2'
        )
        ELSE page
      END AS shown_page
    FROM stamped
    WHERE
      (
        'exclude' = 'include' OR isbot = (
          'exclude' = 'only'
        )
      )
  ) AS chosen
), hits AS (
  SELECT
    *
  FROM nearby_hits
  WHERE
    dt BETWEEN '2026-11-01' AND '2026-11-30'
    AND (
      'UTC' = 'UTC'
      OR (
        stamp >= '2026-11-01T00:00:00.000Z' AND stamp < '2026-12-01T00:00:00.000Z'
      )
    )
)
SELECT
  browser,
  os,
  COUNT(DISTINCT visitor) AS visitors,
  COUNT_IF(eventtype = 'page_view') AS page_views,
  COUNT(*) AS events
FROM (
  SELECT
    COALESCE(device.browser, 'unknown') AS browser,
    COALESCE(device.os, 'unknown') AS os,
    visitor,
    eventtype
  FROM hits
) AS known
GROUP BY
  browser,
  os
ORDER BY
  visitors DESC,
  events DESC,
  browser,
  os
LIMIT 20;

-- Campaigns
-- How many visits each utm_campaign brought, by source and medium, their page views, the share that bounced (in percent
-- of the visits with a page view), and their average seconds.
WITH stamped AS (
  SELECT
    *,
    FROM_ISO8601_TIMESTAMP(stamp) AS moment,
    TO_UNIXTIME(FROM_ISO8601_TIMESTAMP(stamp)) AS instant,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(stamp), 'UTC'), '%Y-%m-%d')
    END AS local_day
  FROM (
    SELECT
      *,
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp
    FROM TABLE_NAME AS events
    WHERE
      dt BETWEEN '2026-10-31' AND '2026-12-01'
  ) AS dated
), nearby_hits AS (
  SELECT
    *,
    CASE
      WHEN NOT shown_page IS NULL
      THEN COALESCE(
        NULLIF(
          REGEXP_EXTRACT(shown_page, '^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?([^?#]*)', 1),
          ''
        ),
        '/'
      )
    END AS path,
    COALESCE(sessionid, visitorid) AS visitkey,
    visitorid || local_day AS visitor,
    FLOOR(instant / 18e2) AS half_hour,
    stamp || CAST(20000000000 + COALESCE(sequence, -1) AS VARCHAR) || servertimestamp || eventid AS turn
  FROM (
    SELECT
      *,
      CASE
        WHEN page LIKE '%/' OR page LIKE '%/?%' OR page LIKE '%/index.html%'
        THEN REGEXP_REPLACE(
          REGEXP_REPLACE(page, '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
          '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
          '$1$2'
        )
        ELSE page
      END AS shown_page
    FROM stamped
    WHERE
      (
        'exclude' = 'include' OR isbot = (
          'exclude' = 'only'
        )
      )
  ) AS chosen
), halves AS (
  SELECT
    visitkey,
    MIN(dt) AS dt,
    MIN(instant) AS began,
    MAX(instant) AS ended,
    COUNT(*) AS events,
    COUNT_IF(eventtype = 'page_view') AS page_views,
    COUNT_IF(
      NOT eventtype IN ('page_view', 'scroll_depth', 'time_on_page', 'exit_intent', 'web_vitals')
    ) AS actions,
    MIN_BY(COALESCE(page, ''), turn) AS first_page,
    MIN_BY(COALESCE(referrer, ''), turn) AS referrer,
    MIN_BY(utm, turn) AS utm,
    MIN_BY(location, turn) AS location,
    MIN_BY(device, turn) AS device,
    MIN_BY(COALESCE(visitorid, ''), turn) AS visitorid,
    MIN_BY(COALESCE(sessionid, ''), turn) AS sessionid,
    MAX(userid) AS userid,
    MIN(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS entry,
    MAX(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS leaving
  FROM nearby_hits
  WHERE
    NOT visitkey IS NULL
  GROUP BY
    visitkey,
    half_hour
), spans AS (
  SELECT
    visitkey,
    opening,
    dt,
    began,
    ended,
    events,
    page_views,
    actions,
    first_page,
    referrer,
    utm,
    location,
    device,
    visitorid,
    sessionid,
    userid,
    entry,
    leaving,
    COALESCE(utm_source, host) AS source,
    medium,
    campaign,
    CASE
      WHEN REGEXP_LIKE(medium, '^e-?mail|newsletter')
      THEN 'email'
      WHEN REGEXP_LIKE(medium, '^(cpc|ppc|cpm|cpv|paid.*|display|banner|ads?|retargeting)$')
      THEN 'paid'
      WHEN REGEXP_LIKE(medium, 'social|^sm$')
      THEN 'social'
      WHEN REGEXP_LIKE(medium, '^affiliate')
      THEN 'affiliate'
      WHEN NOT medium IS NULL AND NOT medium IN ('organic', 'referral')
      THEN 'campaign'
      WHEN REGEXP_LIKE(
        COALESCE(utm_source, host),
        '^(chatgpt|openai|perplexity|claude|gemini|copilot|deepseek)$|^(.*\.)?(chatgpt\.com|openai\.com|perplexity\.ai|claude\.ai|gemini\.google\.com|copilot\.microsoft\.com|deepseek\.com|mistral\.ai|meta\.ai|grok\.com|poe\.com|you\.com)$'
      )
      THEN 'ai'
      WHEN REGEXP_LIKE(
        COALESCE(utm_source, host),
        '^(google|bing|duckduckgo|ecosia|baidu|qwant|startpage|kagi)(\.[a-z]{2,3}){0,2}$|^(.*\.)?(search\.yahoo\.com|search\.brave\.com|yandex\.(com|ru)|m\.baidu\.com|naver\.com)$'
      )
      THEN 'search'
      WHEN REGEXP_LIKE(
        COALESCE(utm_source, host),
        '^(facebook|instagram|twitter|linkedin|reddit|tiktok|youtube|pinterest)$|^(.*\.)?(facebook\.com|instagram\.com|threads\.net|t\.co|twitter\.com|x\.com|linkedin\.com|lnkd\.in|reddit\.com|tiktok\.com|youtube\.com|pinterest\.[a-z.]+|bsky\.app|mastodon\.social|news\.ycombinator\.com|vk\.com|t\.me)$'
      )
      THEN 'social'
      WHEN NOT utm_source IS NULL
      THEN 'campaign'
      WHEN NOT host IS NULL
      THEN 'referral'
      ELSE 'direct'
    END AS channel
  FROM (
    SELECT
      visitkey,
      opening,
      dt,
      began,
      ended,
      events,
      page_views,
      actions,
      first_page,
      referrer,
      utm,
      location,
      device,
      visitorid,
      sessionid,
      userid,
      entry,
      leaving,
      NULLIF(LOWER(utm.source), '') AS utm_source,
      NULLIF(LOWER(utm.medium), '') AS medium,
      NULLIF(utm.campaign, '') AS campaign,
      NULLIF(
        REGEXP_REPLACE(LOWER(NULLIF(URL_EXTRACT_HOST(referrer), '')), '^www\.', ''),
        COALESCE(REGEXP_REPLACE(LOWER(URL_EXTRACT_HOST(first_page)), '^www\.', ''), '')
      ) AS host
    FROM (
      SELECT
        visitkey,
        opening,
        MIN(dt) AS dt,
        MIN(began) AS began,
        MAX(ended) AS ended,
        CAST(SUM(events) AS BIGINT) AS events,
        CAST(SUM(page_views) AS BIGINT) AS page_views,
        CAST(SUM(actions) AS BIGINT) AS actions,
        MIN_BY(first_page, began) AS first_page,
        MIN_BY(referrer, began) AS referrer,
        MIN_BY(utm, began) AS utm,
        MIN_BY(location, began) AS location,
        MIN_BY(device, began) AS device,
        MIN_BY(visitorid, began) AS visitorid,
        MIN_BY(sessionid, began) AS sessionid,
        MAX(userid) AS userid,
        MIN(entry) AS entry,
        MAX(leaving) AS leaving
      FROM (
        SELECT
          visitkey,
          dt,
          began,
          ended,
          events,
          page_views,
          actions,
          first_page,
          referrer,
          utm,
          location,
          device,
          visitorid,
          sessionid,
          userid,
          entry,
          leaving,
          MAX(opened) OVER (
            PARTITION BY visitkey
            ORDER BY began
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
          ) AS opening
        FROM (
          SELECT
            visitkey,
            dt,
            began,
            ended,
            events,
            page_views,
            actions,
            first_page,
            referrer,
            utm,
            location,
            device,
            visitorid,
            sessionid,
            userid,
            entry,
            leaving,
            CASE
              WHEN began - LAG(ended) OVER (PARTITION BY visitkey ORDER BY began) < 1800
              THEN NULL
              ELSE began
            END AS opened
          FROM halves
        ) AS gaps
      ) AS openings
      GROUP BY
        visitkey,
        opening
    ) AS grouped
  ) AS known
), nearby_visits AS (
  SELECT
    visitkey,
    opening,
    visitkey || '@' || DATE_FORMAT(FROM_UNIXTIME(opening), '%Y-%m-%dT%TZ') AS visit,
    DATE_FORMAT(AT_TIMEZONE(FROM_UNIXTIME(opening), 'UTC'), '%Y-%m-%d') AS local_day,
    NULLIF(visitorid, '') AS visitorid,
    NULLIF(sessionid, '') AS sessionid,
    userid,
    began,
    ended AS finished,
    FROM_UNIXTIME(began) AS started,
    FROM_UNIXTIME(ended) AS ended,
    ended - began AS seconds,
    events,
    page_views,
    page_views = 1 AND actions = 0 AS bounced,
    CASE
      WHEN SPLIT_PART(entry, CHR(  10), 2) LIKE '%/'
      OR SPLIT_PART(entry, CHR(  10), 2) LIKE '%/?%'
      OR SPLIT_PART(entry, CHR(  10), 2) LIKE '%/index.html%'
      THEN REGEXP_REPLACE(
        REGEXP_REPLACE(SPLIT_PART(entry, CHR(  10), 2), '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
        '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
        '$1$2'
      )
      ELSE SPLIT_PART(entry, CHR(  10), 2)
    END AS entry_page,
    CASE
      WHEN SPLIT_PART(leaving, CHR(  10), 2) LIKE '%/'
      OR SPLIT_PART(leaving, CHR(  10), 2) LIKE '%/?%'
      OR SPLIT_PART(leaving, CHR(  10), 2) LIKE '%/index.html%'
      THEN REGEXP_REPLACE(
        REGEXP_REPLACE(SPLIT_PART(leaving, CHR(  10), 2), '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
        '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
        '$1$2'
      )
      ELSE SPLIT_PART(leaving, CHR(  10), 2)
    END AS exit_page,
    source,
    medium,
    campaign,
    channel,
    NULLIF(location.country, '') AS country,
    NULLIF(location.city, '') AS city,
    NULLIF(device.device_type, '') AS device_type,
    NULLIF(device.browser, '') AS browser,
    NULLIF(device.os, '') AS os
  FROM spans
), visits AS (
  SELECT
    *
  FROM nearby_visits
  WHERE
    opening >= TO_UNIXTIME(FROM_ISO8601_TIMESTAMP('2026-11-01T00:00:00.000Z'))
    AND opening < TO_UNIXTIME(FROM_ISO8601_TIMESTAMP('2026-12-01T00:00:00.000Z'))
)
SELECT
  campaign,
  COALESCE(source, '(none)') AS source,
  COALESCE(medium, '(none)') AS medium,
  COUNT(*) AS visits,
  CAST(SUM(page_views) AS BIGINT) AS page_views,
  ROUND(1e2 * COUNT_IF(bounced) / NULLIF(COUNT_IF(page_views > 0), 0), 1) AS bounce_rate,
  ROUND(AVG(seconds), 1) AS seconds_per_visit
FROM visits
WHERE
  NOT campaign IS NULL
GROUP BY
  campaign,
  source,
  medium
ORDER BY
  visits DESC,
  campaign,
  source,
  medium
LIMIT 20;

-- Cities
-- Which cities visitors came from: visitors of each day, page views and events. If only the country is known, the city
-- is Unknown.
WITH stamped AS (
  SELECT
    *,
    FROM_ISO8601_TIMESTAMP(stamp) AS moment,
    TO_UNIXTIME(FROM_ISO8601_TIMESTAMP(stamp)) AS instant,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(stamp), 'UTC'), '%Y-%m-%d')
    END AS local_day
  FROM (
    SELECT
      *,
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp
    FROM TABLE_NAME AS events
    WHERE
      dt BETWEEN '2026-10-31' AND '2026-12-01'
  ) AS dated
), nearby_hits AS (
  SELECT
    *,
    CASE
      WHEN NOT shown_page IS NULL
      THEN COALESCE(
        NULLIF(
          REGEXP_EXTRACT(shown_page, '^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?([^?#]*)', 1),
          ''
        ),
        '/'
      )
    END AS path,
    COALESCE(sessionid, visitorid) AS visitkey,
    visitorid || local_day AS visitor,
    FLOOR(instant / 18e2) AS half_hour,
    stamp || CAST(20000000000 + COALESCE(sequence, -1) AS VARCHAR) || servertimestamp || eventid AS turn
  FROM (
    SELECT
      *,
      CASE
        WHEN page LIKE '%/' OR page LIKE '%/?%' OR page LIKE '%/index.html%'
        THEN REGEXP_REPLACE(
          REGEXP_REPLACE(page, '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
          '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
          '$1$2'
        )
        ELSE page
      END AS shown_page
    FROM stamped
    WHERE
      (
        'exclude' = 'include' OR isbot = (
          'exclude' = 'only'
        )
      )
  ) AS chosen
), hits AS (
  SELECT
    *
  FROM nearby_hits
  WHERE
    dt BETWEEN '2026-11-01' AND '2026-11-30'
    AND (
      'UTC' = 'UTC'
      OR (
        stamp >= '2026-11-01T00:00:00.000Z' AND stamp < '2026-12-01T00:00:00.000Z'
      )
    )
)
SELECT
  country,
  region,
  city,
  COUNT(DISTINCT visitor) AS visitors,
  COUNT_IF(eventtype = 'page_view') AS page_views,
  COUNT(*) AS events
FROM (
  SELECT
    COALESCE(location.country, 'Unknown') AS country,
    COALESCE(location.region, 'Unknown') AS region,
    COALESCE(location.city, 'Unknown') AS city,
    visitor,
    eventtype
  FROM hits
) AS known
WHERE
  '' = '' OR country = ''
GROUP BY
  country,
  region,
  city
ORDER BY
  visitors DESC,
  events DESC,
  country,
  region,
  city
LIMIT 20;

-- Conversion by campaign
-- Which share of each campaign's visits reached each goal of sluice.toml (in percent). Visits without a campaign are
-- under (none), for comparison. Under (no visit), converted counts the events that reached the goal without a visit;
-- they have no share.
WITH stamped AS (
  SELECT
    *,
    FROM_ISO8601_TIMESTAMP(stamp) AS moment,
    TO_UNIXTIME(FROM_ISO8601_TIMESTAMP(stamp)) AS instant,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(stamp), 'UTC'), '%Y-%m-%d')
    END AS local_day
  FROM (
    SELECT
      *,
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp
    FROM TABLE_NAME AS events
    WHERE
      dt BETWEEN '2026-10-31' AND '2026-12-01'
  ) AS dated
), nearby_hits AS (
  SELECT
    *,
    CASE
      WHEN NOT shown_page IS NULL
      THEN COALESCE(
        NULLIF(
          REGEXP_EXTRACT(shown_page, '^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?([^?#]*)', 1),
          ''
        ),
        '/'
      )
    END AS path,
    COALESCE(sessionid, visitorid) AS visitkey,
    visitorid || local_day AS visitor,
    FLOOR(instant / 18e2) AS half_hour,
    stamp || CAST(20000000000 + COALESCE(sequence, -1) AS VARCHAR) || servertimestamp || eventid AS turn
  FROM (
    SELECT
      *,
      CASE
        WHEN page LIKE '%/' OR page LIKE '%/?%' OR page LIKE '%/index.html%'
        THEN REGEXP_REPLACE(
          REGEXP_REPLACE(page, '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
          '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
          '$1$2'
        )
        ELSE page
      END AS shown_page
    FROM stamped
    WHERE
      (
        'exclude' = 'include' OR isbot = (
          'exclude' = 'only'
        )
      )
  ) AS chosen
), halves AS (
  SELECT
    visitkey,
    MIN(dt) AS dt,
    MIN(instant) AS began,
    MAX(instant) AS ended,
    COUNT(*) AS events,
    COUNT_IF(eventtype = 'page_view') AS page_views,
    COUNT_IF(
      NOT eventtype IN ('page_view', 'scroll_depth', 'time_on_page', 'exit_intent', 'web_vitals')
    ) AS actions,
    MIN_BY(COALESCE(page, ''), turn) AS first_page,
    MIN_BY(COALESCE(referrer, ''), turn) AS referrer,
    MIN_BY(utm, turn) AS utm,
    MIN_BY(location, turn) AS location,
    MIN_BY(device, turn) AS device,
    MIN_BY(COALESCE(visitorid, ''), turn) AS visitorid,
    MIN_BY(COALESCE(sessionid, ''), turn) AS sessionid,
    MAX(userid) AS userid,
    MIN(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS entry,
    MAX(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS leaving
  FROM nearby_hits
  WHERE
    NOT visitkey IS NULL
  GROUP BY
    visitkey,
    half_hour
), spans AS (
  SELECT
    visitkey,
    opening,
    dt,
    began,
    ended,
    events,
    page_views,
    actions,
    first_page,
    referrer,
    utm,
    location,
    device,
    visitorid,
    sessionid,
    userid,
    entry,
    leaving,
    COALESCE(utm_source, host) AS source,
    medium,
    campaign,
    CASE
      WHEN REGEXP_LIKE(medium, '^e-?mail|newsletter')
      THEN 'email'
      WHEN REGEXP_LIKE(medium, '^(cpc|ppc|cpm|cpv|paid.*|display|banner|ads?|retargeting)$')
      THEN 'paid'
      WHEN REGEXP_LIKE(medium, 'social|^sm$')
      THEN 'social'
      WHEN REGEXP_LIKE(medium, '^affiliate')
      THEN 'affiliate'
      WHEN NOT medium IS NULL AND NOT medium IN ('organic', 'referral')
      THEN 'campaign'
      WHEN REGEXP_LIKE(
        COALESCE(utm_source, host),
        '^(chatgpt|openai|perplexity|claude|gemini|copilot|deepseek)$|^(.*\.)?(chatgpt\.com|openai\.com|perplexity\.ai|claude\.ai|gemini\.google\.com|copilot\.microsoft\.com|deepseek\.com|mistral\.ai|meta\.ai|grok\.com|poe\.com|you\.com)$'
      )
      THEN 'ai'
      WHEN REGEXP_LIKE(
        COALESCE(utm_source, host),
        '^(google|bing|duckduckgo|ecosia|baidu|qwant|startpage|kagi)(\.[a-z]{2,3}){0,2}$|^(.*\.)?(search\.yahoo\.com|search\.brave\.com|yandex\.(com|ru)|m\.baidu\.com|naver\.com)$'
      )
      THEN 'search'
      WHEN REGEXP_LIKE(
        COALESCE(utm_source, host),
        '^(facebook|instagram|twitter|linkedin|reddit|tiktok|youtube|pinterest)$|^(.*\.)?(facebook\.com|instagram\.com|threads\.net|t\.co|twitter\.com|x\.com|linkedin\.com|lnkd\.in|reddit\.com|tiktok\.com|youtube\.com|pinterest\.[a-z.]+|bsky\.app|mastodon\.social|news\.ycombinator\.com|vk\.com|t\.me)$'
      )
      THEN 'social'
      WHEN NOT utm_source IS NULL
      THEN 'campaign'
      WHEN NOT host IS NULL
      THEN 'referral'
      ELSE 'direct'
    END AS channel
  FROM (
    SELECT
      visitkey,
      opening,
      dt,
      began,
      ended,
      events,
      page_views,
      actions,
      first_page,
      referrer,
      utm,
      location,
      device,
      visitorid,
      sessionid,
      userid,
      entry,
      leaving,
      NULLIF(LOWER(utm.source), '') AS utm_source,
      NULLIF(LOWER(utm.medium), '') AS medium,
      NULLIF(utm.campaign, '') AS campaign,
      NULLIF(
        REGEXP_REPLACE(LOWER(NULLIF(URL_EXTRACT_HOST(referrer), '')), '^www\.', ''),
        COALESCE(REGEXP_REPLACE(LOWER(URL_EXTRACT_HOST(first_page)), '^www\.', ''), '')
      ) AS host
    FROM (
      SELECT
        visitkey,
        opening,
        MIN(dt) AS dt,
        MIN(began) AS began,
        MAX(ended) AS ended,
        CAST(SUM(events) AS BIGINT) AS events,
        CAST(SUM(page_views) AS BIGINT) AS page_views,
        CAST(SUM(actions) AS BIGINT) AS actions,
        MIN_BY(first_page, began) AS first_page,
        MIN_BY(referrer, began) AS referrer,
        MIN_BY(utm, began) AS utm,
        MIN_BY(location, began) AS location,
        MIN_BY(device, began) AS device,
        MIN_BY(visitorid, began) AS visitorid,
        MIN_BY(sessionid, began) AS sessionid,
        MAX(userid) AS userid,
        MIN(entry) AS entry,
        MAX(leaving) AS leaving
      FROM (
        SELECT
          visitkey,
          dt,
          began,
          ended,
          events,
          page_views,
          actions,
          first_page,
          referrer,
          utm,
          location,
          device,
          visitorid,
          sessionid,
          userid,
          entry,
          leaving,
          MAX(opened) OVER (
            PARTITION BY visitkey
            ORDER BY began
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
          ) AS opening
        FROM (
          SELECT
            visitkey,
            dt,
            began,
            ended,
            events,
            page_views,
            actions,
            first_page,
            referrer,
            utm,
            location,
            device,
            visitorid,
            sessionid,
            userid,
            entry,
            leaving,
            CASE
              WHEN began - LAG(ended) OVER (PARTITION BY visitkey ORDER BY began) < 1800
              THEN NULL
              ELSE began
            END AS opened
          FROM halves
        ) AS gaps
      ) AS openings
      GROUP BY
        visitkey,
        opening
    ) AS grouped
  ) AS known
), nearby_visits AS (
  SELECT
    visitkey,
    opening,
    visitkey || '@' || DATE_FORMAT(FROM_UNIXTIME(opening), '%Y-%m-%dT%TZ') AS visit,
    DATE_FORMAT(AT_TIMEZONE(FROM_UNIXTIME(opening), 'UTC'), '%Y-%m-%d') AS local_day,
    NULLIF(visitorid, '') AS visitorid,
    NULLIF(sessionid, '') AS sessionid,
    userid,
    began,
    ended AS finished,
    FROM_UNIXTIME(began) AS started,
    FROM_UNIXTIME(ended) AS ended,
    ended - began AS seconds,
    events,
    page_views,
    page_views = 1 AND actions = 0 AS bounced,
    CASE
      WHEN SPLIT_PART(entry, CHR(  10), 2) LIKE '%/'
      OR SPLIT_PART(entry, CHR(  10), 2) LIKE '%/?%'
      OR SPLIT_PART(entry, CHR(  10), 2) LIKE '%/index.html%'
      THEN REGEXP_REPLACE(
        REGEXP_REPLACE(SPLIT_PART(entry, CHR(  10), 2), '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
        '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
        '$1$2'
      )
      ELSE SPLIT_PART(entry, CHR(  10), 2)
    END AS entry_page,
    CASE
      WHEN SPLIT_PART(leaving, CHR(  10), 2) LIKE '%/'
      OR SPLIT_PART(leaving, CHR(  10), 2) LIKE '%/?%'
      OR SPLIT_PART(leaving, CHR(  10), 2) LIKE '%/index.html%'
      THEN REGEXP_REPLACE(
        REGEXP_REPLACE(SPLIT_PART(leaving, CHR(  10), 2), '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
        '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
        '$1$2'
      )
      ELSE SPLIT_PART(leaving, CHR(  10), 2)
    END AS exit_page,
    source,
    medium,
    campaign,
    channel,
    NULLIF(location.country, '') AS country,
    NULLIF(location.city, '') AS city,
    NULLIF(device.device_type, '') AS device_type,
    NULLIF(device.browser, '') AS browser,
    NULLIF(device.os, '') AS os
  FROM spans
), visits AS (
  SELECT
    *
  FROM nearby_visits
  WHERE
    opening >= TO_UNIXTIME(FROM_ISO8601_TIMESTAMP('2026-11-01T00:00:00.000Z'))
    AND opening < TO_UNIXTIME(FROM_ISO8601_TIMESTAMP('2026-12-01T00:00:00.000Z'))
), goals AS (
  SELECT
    name,
    eventtype,
    page,
    nested_key,
    plain_key,
    value
  FROM (VALUES
    (
      CAST('signup' AS VARCHAR),
      CAST('signup' AS VARCHAR),
      CAST(NULL AS VARCHAR),
      CAST(NULL AS VARCHAR),
      CAST(NULL AS VARCHAR),
      CAST(NULL AS VARCHAR)
    )) AS goal(name, eventtype, page, nested_key, plain_key, value)
), conversions AS (
  SELECT
    v.visitkey,
    v.opening,
    v.campaign,
    g.name AS goal,
    h.eventid,
    h.eventtype,
    h.page,
    h.visitorid,
    h.metadata,
    h.stamp,
    h.moment,
    h.instant,
    h.turn,
    h.stamp >= '2026-11-01T00:00:00.000Z' AND h.stamp < '2026-12-01T00:00:00.000Z' AS in_range,
    v.opening >= TO_UNIXTIME(FROM_ISO8601_TIMESTAMP('2026-11-01T00:00:00.000Z'))
    AND v.opening < TO_UNIXTIME(FROM_ISO8601_TIMESTAMP('2026-12-01T00:00:00.000Z')) AS visit_in_range
  FROM goals AS g
  JOIN nearby_hits AS h
    ON h.eventtype = COALESCE(g.eventtype, 'page_view')
  LEFT JOIN nearby_visits AS v
    ON v.visitkey = h.visitkey AND h.instant BETWEEN v.began AND v.finished
  WHERE
    (
      g.page IS NULL
      OR CASE WHEN g.page LIKE '/%' THEN h.path ELSE h.shown_page END LIKE CASE
        WHEN g.page LIKE '%/' OR g.page LIKE '%/?%' OR g.page LIKE '%/index.html%'
        THEN REGEXP_REPLACE(
          REGEXP_REPLACE(g.page, '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
          '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
          '$1$2'
        )
        ELSE g.page
      END ESCAPE '\'
    )
    AND (
      g.nested_key IS NULL
      OR COALESCE(
        JSON_EXTRACT_SCALAR(h.metadata, g.nested_key),
        JSON_EXTRACT_SCALAR(h.metadata, g.plain_key)
      ) = g.value
    )
)
SELECT
  COALESCE(listed.goal, reached.goal) AS goal,
  COALESCE(listed.campaign, reached.campaign) AS campaign,
  COALESCE(listed.visits, 0) AS visits,
  COALESCE(reached.converted, 0) AS converted,
  CASE
    WHEN listed.visits > 0
    THEN ROUND(1e2 * COALESCE(reached.converted, 0) / listed.visits, 1)
  END AS conversion_rate
FROM (
  SELECT
    named.name AS goal,
    totals.campaign,
    totals.visits
  FROM (
    SELECT
      COALESCE(campaign, '(none)') AS campaign,
      COUNT(*) AS visits
    FROM visits
    GROUP BY
      COALESCE(campaign, '(none)')
  ) AS totals
  CROSS JOIN (
    SELECT DISTINCT
      name
    FROM goals
  ) AS named
) AS listed
FULL JOIN (
  SELECT
    goal,
    campaign,
    COUNT(*) AS converted
  FROM (
    SELECT DISTINCT
      goal,
      visitkey,
      opening,
      CASE WHEN visitkey IS NULL THEN turn END AS turn,
      CASE WHEN visitkey IS NULL THEN '(no visit)' ELSE COALESCE(campaign, '(none)') END AS campaign
    FROM conversions
    WHERE
      CASE WHEN visitkey IS NULL THEN in_range ELSE visit_in_range END
  ) AS once
  GROUP BY
    goal,
    campaign
) AS reached
  ON reached.goal = listed.goal AND reached.campaign = listed.campaign
ORDER BY
  goal,
  visits DESC,
  campaign;

-- Countries
-- Which countries visitors came from: visitors of each day, page views and events. share is the percentage of visitors.
WITH stamped AS (
  SELECT
    *,
    FROM_ISO8601_TIMESTAMP(stamp) AS moment,
    TO_UNIXTIME(FROM_ISO8601_TIMESTAMP(stamp)) AS instant,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(stamp), 'UTC'), '%Y-%m-%d')
    END AS local_day
  FROM (
    SELECT
      *,
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp
    FROM TABLE_NAME AS events
    WHERE
      dt BETWEEN '2026-10-31' AND '2026-12-01'
  ) AS dated
), nearby_hits AS (
  SELECT
    *,
    CASE
      WHEN NOT shown_page IS NULL
      THEN COALESCE(
        NULLIF(
          REGEXP_EXTRACT(shown_page, '^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?([^?#]*)', 1),
          ''
        ),
        '/'
      )
    END AS path,
    COALESCE(sessionid, visitorid) AS visitkey,
    visitorid || local_day AS visitor,
    FLOOR(instant / 18e2) AS half_hour,
    stamp || CAST(20000000000 + COALESCE(sequence, -1) AS VARCHAR) || servertimestamp || eventid AS turn
  FROM (
    SELECT
      *,
      CASE
        WHEN page LIKE '%/' OR page LIKE '%/?%' OR page LIKE '%/index.html%'
        THEN REGEXP_REPLACE(
          REGEXP_REPLACE(page, '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
          '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
          '$1$2'
        )
        ELSE page
      END AS shown_page
    FROM stamped
    WHERE
      (
        'exclude' = 'include' OR isbot = (
          'exclude' = 'only'
        )
      )
  ) AS chosen
), hits AS (
  SELECT
    *
  FROM nearby_hits
  WHERE
    dt BETWEEN '2026-11-01' AND '2026-11-30'
    AND (
      'UTC' = 'UTC'
      OR (
        stamp >= '2026-11-01T00:00:00.000Z' AND stamp < '2026-12-01T00:00:00.000Z'
      )
    )
)
SELECT
  country,
  COUNT(DISTINCT visitor) AS visitors,
  COUNT_IF(eventtype = 'page_view') AS page_views,
  COUNT(*) AS events,
  ROUND(1e2 * COUNT(DISTINCT visitor) / NULLIF(SUM(COUNT(DISTINCT visitor)) OVER (), 0), 1) AS share
FROM (
  SELECT
    COALESCE(location.country, 'Unknown') AS country,
    visitor,
    eventtype
  FROM hits
) AS known
GROUP BY
  country
ORDER BY
  visitors DESC,
  events DESC,
  country
LIMIT 20;

-- Daily page views
-- How many page views each day had, and by how many visitors.
WITH stamped AS (
  SELECT
    *,
    FROM_ISO8601_TIMESTAMP(stamp) AS moment,
    TO_UNIXTIME(FROM_ISO8601_TIMESTAMP(stamp)) AS instant,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(stamp), 'UTC'), '%Y-%m-%d')
    END AS local_day
  FROM (
    SELECT
      *,
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp
    FROM TABLE_NAME AS events
    WHERE
      dt BETWEEN '2026-10-31' AND '2026-12-01'
  ) AS dated
), nearby_hits AS (
  SELECT
    *,
    CASE
      WHEN NOT shown_page IS NULL
      THEN COALESCE(
        NULLIF(
          REGEXP_EXTRACT(shown_page, '^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?([^?#]*)', 1),
          ''
        ),
        '/'
      )
    END AS path,
    COALESCE(sessionid, visitorid) AS visitkey,
    visitorid || local_day AS visitor,
    FLOOR(instant / 18e2) AS half_hour,
    stamp || CAST(20000000000 + COALESCE(sequence, -1) AS VARCHAR) || servertimestamp || eventid AS turn
  FROM (
    SELECT
      *,
      CASE
        WHEN page LIKE '%/' OR page LIKE '%/?%' OR page LIKE '%/index.html%'
        THEN REGEXP_REPLACE(
          REGEXP_REPLACE(page, '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
          '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
          '$1$2'
        )
        ELSE page
      END AS shown_page
    FROM stamped
    WHERE
      (
        'exclude' = 'include' OR isbot = (
          'exclude' = 'only'
        )
      )
  ) AS chosen
), hits AS (
  SELECT
    *
  FROM nearby_hits
  WHERE
    dt BETWEEN '2026-11-01' AND '2026-11-30'
    AND (
      'UTC' = 'UTC'
      OR (
        stamp >= '2026-11-01T00:00:00.000Z' AND stamp < '2026-12-01T00:00:00.000Z'
      )
    )
)
SELECT
  local_day AS day,
  COUNT(*) AS page_views,
  COUNT(DISTINCT visitorid) AS visitors
FROM hits
WHERE
  eventtype = 'page_view'
GROUP BY
  local_day
ORDER BY
  local_day;

-- Data quality
-- How many events of the range are late (over 24 hours), from a clock ahead (over 5 minutes), from bots, from an
-- unknown device or country, or without visitor, session, user, page, referrer or metadata; and how many name a
-- currency but a value that is not an amount, so that no revenue counts them. Shares are in percent. The first row
-- counts all events.
WITH stamped AS (
  SELECT
    *,
    FROM_ISO8601_TIMESTAMP(stamp) AS moment,
    TO_UNIXTIME(FROM_ISO8601_TIMESTAMP(stamp)) AS instant,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(stamp), 'UTC'), '%Y-%m-%d')
    END AS local_day
  FROM (
    SELECT
      *,
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp
    FROM TABLE_NAME AS events
    WHERE
      dt BETWEEN '2026-10-31' AND '2026-12-01'
  ) AS dated
), nearby_hits AS (
  SELECT
    *,
    CASE
      WHEN NOT shown_page IS NULL
      THEN COALESCE(
        NULLIF(
          REGEXP_EXTRACT(shown_page, '^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?([^?#]*)', 1),
          ''
        ),
        '/'
      )
    END AS path,
    COALESCE(sessionid, visitorid) AS visitkey,
    visitorid || local_day AS visitor,
    FLOOR(instant / 18e2) AS half_hour,
    stamp || CAST(20000000000 + COALESCE(sequence, -1) AS VARCHAR) || servertimestamp || eventid AS turn
  FROM (
    SELECT
      *,
      CASE
        WHEN page LIKE '%/' OR page LIKE '%/?%' OR page LIKE '%/index.html%'
        THEN REGEXP_REPLACE(
          REGEXP_REPLACE(page, '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
          '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
          '$1$2'
        )
        ELSE page
      END AS shown_page
    FROM stamped
    WHERE
      (
        'exclude' = 'include' OR isbot = (
          'exclude' = 'only'
        )
      )
  ) AS chosen
), hits AS (
  SELECT
    *
  FROM nearby_hits
  WHERE
    dt BETWEEN '2026-11-01' AND '2026-11-30'
    AND (
      'UTC' = 'UTC'
      OR (
        stamp >= '2026-11-01T00:00:00.000Z' AND stamp < '2026-12-01T00:00:00.000Z'
      )
    )
), amounts AS (
  SELECT
    visitkey,
    instant,
    local_day,
    UPPER(currency) AS currency,
    CASE
      WHEN ABS(amount) <= 1e12
      THEN CAST(CAST(ROUND(1e3 * amount) AS BIGINT) AS DECIMAL(38, 0))
    END AS thousandths
  FROM (
    SELECT
      visitkey,
      instant,
      local_day,
      currency,
      CASE
        WHEN REGEXP_LIKE(amount, '^[+-]?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]{1,3})?$')
        THEN TRY_CAST(amount AS DOUBLE)
      END AS amount
    FROM (
      SELECT
        visitkey,
        instant,
        local_day,
        metadata,
        NULLIF(
          REGEXP_REPLACE(
            JSON_EXTRACT_SCALAR(metadata, '$.currency'),
            '^[^\p{L}\p{N}\p{P}\p{S}]+|[^\p{L}\p{N}\p{P}\p{S}]+\z',
            ''
          ),
          ''
        ) AS currency,
        REGEXP_REPLACE(
          JSON_EXTRACT_SCALAR(metadata, '$.value'),
          '^[^\p{L}\p{N}\p{P}\p{S}]+|[^\p{L}\p{N}\p{P}\p{S}]+\z',
          ''
        ) AS amount
      FROM hits
      WHERE
        metadata LIKE '%"currency"%'
    ) AS priced
    WHERE
      NOT currency IS NULL
      AND (
        NOT amount IS NULL OR metadata LIKE '%"value":{%' OR metadata LIKE '%"value":[%'
      )
  ) AS known
)
SELECT
  checks.name AS finding,
  CASE checks.number
    WHEN 1
    THEN events
    WHEN 2
    THEN late
    WHEN 3
    THEN future
    WHEN 4
    THEN bots
    WHEN 5
    THEN no_device
    WHEN 6
    THEN no_country
    WHEN 7
    THEN no_visitor
    WHEN 8
    THEN no_visit
    WHEN 9
    THEN no_session
    WHEN 10
    THEN no_user
    WHEN 11
    THEN no_page
    WHEN 12
    THEN no_referrer
    WHEN 13
    THEN no_metadata
    ELSE no_amount
  END AS events,
  ROUND(
    1e2 * CASE checks.number
      WHEN 1
      THEN events
      WHEN 2
      THEN late
      WHEN 3
      THEN future
      WHEN 4
      THEN bots
      WHEN 5
      THEN no_device
      WHEN 6
      THEN no_country
      WHEN 7
      THEN no_visitor
      WHEN 8
      THEN no_visit
      WHEN 9
      THEN no_session
      WHEN 10
      THEN no_user
      WHEN 11
      THEN no_page
      WHEN 12
      THEN no_referrer
      WHEN 13
      THEN no_metadata
      ELSE no_amount
    END / NULLIF(events, 0),
    1
  ) AS share
FROM (
  SELECT
    COUNT(*) AS events,
    COUNT_IF(received - sent > 86400) AS late,
    COUNT_IF(sent - received > 300) AS future,
    COUNT_IF(isbot) AS bots,
    COUNT_IF(COALESCE(device_type, 'other') = 'other') AS no_device,
    COUNT_IF(COALESCE(country, 'Unknown') = 'Unknown') AS no_country,
    COUNT_IF(visitorid IS NULL) AS no_visitor,
    COUNT_IF(visitorid IS NULL AND sessionid IS NULL) AS no_visit,
    COUNT_IF(sessionid IS NULL) AS no_session,
    COUNT_IF(userid IS NULL) AS no_user,
    COUNT_IF(page IS NULL) AS no_page,
    COUNT_IF(referrer IS NULL) AS no_referrer,
    COUNT_IF(metadata IS NULL) AS no_metadata
  FROM (
    SELECT
      TO_UNIXTIME(FROM_ISO8601_TIMESTAMP(servertimestamp)) AS received,
      TO_UNIXTIME(FROM_ISO8601_TIMESTAMP("timestamp")) AS sent,
      isbot,
      device.device_type AS device_type,
      location.country AS country,
      visitorid,
      sessionid,
      userid,
      page,
      referrer,
      metadata
    FROM hits
  ) AS known
) AS totals
CROSS JOIN (
  SELECT
    COUNT(*) AS no_amount
  FROM amounts
  WHERE
    thousandths IS NULL
) AS unpriced
CROSS JOIN (VALUES
  (1, 'events'),
  (2, 'late'),
  (3, 'future'),
  (4, 'bot'),
  (5, 'unknown device'),
  (6, 'unknown country'),
  (7, 'no visitor'),
  (8, 'no visitor or session'),
  (9, 'no session'),
  (10, 'no user'),
  (11, 'no page'),
  (12, 'no referrer'),
  (13, 'no metadata'),
  (14, 'no amount')) AS checks(number, name)
ORDER BY
  checks.number;

-- Devices
-- Which kinds of device visitors used: visitors of each day, page views and events. share is the percentage of
-- visitors.
WITH stamped AS (
  SELECT
    *,
    FROM_ISO8601_TIMESTAMP(stamp) AS moment,
    TO_UNIXTIME(FROM_ISO8601_TIMESTAMP(stamp)) AS instant,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(stamp), 'UTC'), '%Y-%m-%d')
    END AS local_day
  FROM (
    SELECT
      *,
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp
    FROM TABLE_NAME AS events
    WHERE
      dt BETWEEN '2026-10-31' AND '2026-12-01'
  ) AS dated
), nearby_hits AS (
  SELECT
    *,
    CASE
      WHEN NOT shown_page IS NULL
      THEN COALESCE(
        NULLIF(
          REGEXP_EXTRACT(shown_page, '^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?([^?#]*)', 1),
          ''
        ),
        '/'
      )
    END AS path,
    COALESCE(sessionid, visitorid) AS visitkey,
    visitorid || local_day AS visitor,
    FLOOR(instant / 18e2) AS half_hour,
    stamp || CAST(20000000000 + COALESCE(sequence, -1) AS VARCHAR) || servertimestamp || eventid AS turn
  FROM (
    SELECT
      *,
      CASE
        WHEN page LIKE '%/' OR page LIKE '%/?%' OR page LIKE '%/index.html%'
        THEN REGEXP_REPLACE(
          REGEXP_REPLACE(page, '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
          '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
          '$1$2'
        )
        ELSE page
      END AS shown_page
    FROM stamped
    WHERE
      (
        'exclude' = 'include' OR isbot = (
          'exclude' = 'only'
        )
      )
  ) AS chosen
), hits AS (
  SELECT
    *
  FROM nearby_hits
  WHERE
    dt BETWEEN '2026-11-01' AND '2026-11-30'
    AND (
      'UTC' = 'UTC'
      OR (
        stamp >= '2026-11-01T00:00:00.000Z' AND stamp < '2026-12-01T00:00:00.000Z'
      )
    )
)
SELECT
  device_type,
  COUNT(DISTINCT visitor) AS visitors,
  COUNT_IF(eventtype = 'page_view') AS page_views,
  COUNT(*) AS events,
  ROUND(1e2 * COUNT(DISTINCT visitor) / NULLIF(SUM(COUNT(DISTINCT visitor)) OVER (), 0), 1) AS share
FROM (
  SELECT
    COALESCE(device.device_type, 'unknown') AS device_type,
    visitor,
    eventtype
  FROM hits
) AS known
GROUP BY
  device_type
ORDER BY
  visitors DESC,
  events DESC,
  device_type
LIMIT 20;

-- Entry pages
-- On which pages visits began, and which share of these visits bounced (in percent).
WITH stamped AS (
  SELECT
    *,
    FROM_ISO8601_TIMESTAMP(stamp) AS moment,
    TO_UNIXTIME(FROM_ISO8601_TIMESTAMP(stamp)) AS instant,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(stamp), 'UTC'), '%Y-%m-%d')
    END AS local_day
  FROM (
    SELECT
      *,
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp
    FROM TABLE_NAME AS events
    WHERE
      dt BETWEEN '2026-10-31' AND '2026-12-01'
  ) AS dated
), nearby_hits AS (
  SELECT
    *,
    CASE
      WHEN NOT shown_page IS NULL
      THEN COALESCE(
        NULLIF(
          REGEXP_EXTRACT(shown_page, '^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?([^?#]*)', 1),
          ''
        ),
        '/'
      )
    END AS path,
    COALESCE(sessionid, visitorid) AS visitkey,
    visitorid || local_day AS visitor,
    FLOOR(instant / 18e2) AS half_hour,
    stamp || CAST(20000000000 + COALESCE(sequence, -1) AS VARCHAR) || servertimestamp || eventid AS turn
  FROM (
    SELECT
      *,
      CASE
        WHEN page LIKE '%/' OR page LIKE '%/?%' OR page LIKE '%/index.html%'
        THEN REGEXP_REPLACE(
          REGEXP_REPLACE(page, '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
          '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
          '$1$2'
        )
        ELSE page
      END AS shown_page
    FROM stamped
    WHERE
      (
        'exclude' = 'include' OR isbot = (
          'exclude' = 'only'
        )
      )
  ) AS chosen
), halves AS (
  SELECT
    visitkey,
    MIN(dt) AS dt,
    MIN(instant) AS began,
    MAX(instant) AS ended,
    COUNT(*) AS events,
    COUNT_IF(eventtype = 'page_view') AS page_views,
    COUNT_IF(
      NOT eventtype IN ('page_view', 'scroll_depth', 'time_on_page', 'exit_intent', 'web_vitals')
    ) AS actions,
    MIN_BY(COALESCE(page, ''), turn) AS first_page,
    MIN_BY(COALESCE(referrer, ''), turn) AS referrer,
    MIN_BY(utm, turn) AS utm,
    MIN_BY(location, turn) AS location,
    MIN_BY(device, turn) AS device,
    MIN_BY(COALESCE(visitorid, ''), turn) AS visitorid,
    MIN_BY(COALESCE(sessionid, ''), turn) AS sessionid,
    MAX(userid) AS userid,
    MIN(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS entry,
    MAX(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS leaving
  FROM nearby_hits
  WHERE
    NOT visitkey IS NULL
  GROUP BY
    visitkey,
    half_hour
), spans AS (
  SELECT
    visitkey,
    opening,
    dt,
    began,
    ended,
    events,
    page_views,
    actions,
    first_page,
    referrer,
    utm,
    location,
    device,
    visitorid,
    sessionid,
    userid,
    entry,
    leaving,
    COALESCE(utm_source, host) AS source,
    medium,
    campaign,
    CASE
      WHEN REGEXP_LIKE(medium, '^e-?mail|newsletter')
      THEN 'email'
      WHEN REGEXP_LIKE(medium, '^(cpc|ppc|cpm|cpv|paid.*|display|banner|ads?|retargeting)$')
      THEN 'paid'
      WHEN REGEXP_LIKE(medium, 'social|^sm$')
      THEN 'social'
      WHEN REGEXP_LIKE(medium, '^affiliate')
      THEN 'affiliate'
      WHEN NOT medium IS NULL AND NOT medium IN ('organic', 'referral')
      THEN 'campaign'
      WHEN REGEXP_LIKE(
        COALESCE(utm_source, host),
        '^(chatgpt|openai|perplexity|claude|gemini|copilot|deepseek)$|^(.*\.)?(chatgpt\.com|openai\.com|perplexity\.ai|claude\.ai|gemini\.google\.com|copilot\.microsoft\.com|deepseek\.com|mistral\.ai|meta\.ai|grok\.com|poe\.com|you\.com)$'
      )
      THEN 'ai'
      WHEN REGEXP_LIKE(
        COALESCE(utm_source, host),
        '^(google|bing|duckduckgo|ecosia|baidu|qwant|startpage|kagi)(\.[a-z]{2,3}){0,2}$|^(.*\.)?(search\.yahoo\.com|search\.brave\.com|yandex\.(com|ru)|m\.baidu\.com|naver\.com)$'
      )
      THEN 'search'
      WHEN REGEXP_LIKE(
        COALESCE(utm_source, host),
        '^(facebook|instagram|twitter|linkedin|reddit|tiktok|youtube|pinterest)$|^(.*\.)?(facebook\.com|instagram\.com|threads\.net|t\.co|twitter\.com|x\.com|linkedin\.com|lnkd\.in|reddit\.com|tiktok\.com|youtube\.com|pinterest\.[a-z.]+|bsky\.app|mastodon\.social|news\.ycombinator\.com|vk\.com|t\.me)$'
      )
      THEN 'social'
      WHEN NOT utm_source IS NULL
      THEN 'campaign'
      WHEN NOT host IS NULL
      THEN 'referral'
      ELSE 'direct'
    END AS channel
  FROM (
    SELECT
      visitkey,
      opening,
      dt,
      began,
      ended,
      events,
      page_views,
      actions,
      first_page,
      referrer,
      utm,
      location,
      device,
      visitorid,
      sessionid,
      userid,
      entry,
      leaving,
      NULLIF(LOWER(utm.source), '') AS utm_source,
      NULLIF(LOWER(utm.medium), '') AS medium,
      NULLIF(utm.campaign, '') AS campaign,
      NULLIF(
        REGEXP_REPLACE(LOWER(NULLIF(URL_EXTRACT_HOST(referrer), '')), '^www\.', ''),
        COALESCE(REGEXP_REPLACE(LOWER(URL_EXTRACT_HOST(first_page)), '^www\.', ''), '')
      ) AS host
    FROM (
      SELECT
        visitkey,
        opening,
        MIN(dt) AS dt,
        MIN(began) AS began,
        MAX(ended) AS ended,
        CAST(SUM(events) AS BIGINT) AS events,
        CAST(SUM(page_views) AS BIGINT) AS page_views,
        CAST(SUM(actions) AS BIGINT) AS actions,
        MIN_BY(first_page, began) AS first_page,
        MIN_BY(referrer, began) AS referrer,
        MIN_BY(utm, began) AS utm,
        MIN_BY(location, began) AS location,
        MIN_BY(device, began) AS device,
        MIN_BY(visitorid, began) AS visitorid,
        MIN_BY(sessionid, began) AS sessionid,
        MAX(userid) AS userid,
        MIN(entry) AS entry,
        MAX(leaving) AS leaving
      FROM (
        SELECT
          visitkey,
          dt,
          began,
          ended,
          events,
          page_views,
          actions,
          first_page,
          referrer,
          utm,
          location,
          device,
          visitorid,
          sessionid,
          userid,
          entry,
          leaving,
          MAX(opened) OVER (
            PARTITION BY visitkey
            ORDER BY began
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
          ) AS opening
        FROM (
          SELECT
            visitkey,
            dt,
            began,
            ended,
            events,
            page_views,
            actions,
            first_page,
            referrer,
            utm,
            location,
            device,
            visitorid,
            sessionid,
            userid,
            entry,
            leaving,
            CASE
              WHEN began - LAG(ended) OVER (PARTITION BY visitkey ORDER BY began) < 1800
              THEN NULL
              ELSE began
            END AS opened
          FROM halves
        ) AS gaps
      ) AS openings
      GROUP BY
        visitkey,
        opening
    ) AS grouped
  ) AS known
), nearby_visits AS (
  SELECT
    visitkey,
    opening,
    visitkey || '@' || DATE_FORMAT(FROM_UNIXTIME(opening), '%Y-%m-%dT%TZ') AS visit,
    DATE_FORMAT(AT_TIMEZONE(FROM_UNIXTIME(opening), 'UTC'), '%Y-%m-%d') AS local_day,
    NULLIF(visitorid, '') AS visitorid,
    NULLIF(sessionid, '') AS sessionid,
    userid,
    began,
    ended AS finished,
    FROM_UNIXTIME(began) AS started,
    FROM_UNIXTIME(ended) AS ended,
    ended - began AS seconds,
    events,
    page_views,
    page_views = 1 AND actions = 0 AS bounced,
    CASE
      WHEN SPLIT_PART(entry, CHR(  10), 2) LIKE '%/'
      OR SPLIT_PART(entry, CHR(  10), 2) LIKE '%/?%'
      OR SPLIT_PART(entry, CHR(  10), 2) LIKE '%/index.html%'
      THEN REGEXP_REPLACE(
        REGEXP_REPLACE(SPLIT_PART(entry, CHR(  10), 2), '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
        '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
        '$1$2'
      )
      ELSE SPLIT_PART(entry, CHR(  10), 2)
    END AS entry_page,
    CASE
      WHEN SPLIT_PART(leaving, CHR(  10), 2) LIKE '%/'
      OR SPLIT_PART(leaving, CHR(  10), 2) LIKE '%/?%'
      OR SPLIT_PART(leaving, CHR(  10), 2) LIKE '%/index.html%'
      THEN REGEXP_REPLACE(
        REGEXP_REPLACE(SPLIT_PART(leaving, CHR(  10), 2), '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
        '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
        '$1$2'
      )
      ELSE SPLIT_PART(leaving, CHR(  10), 2)
    END AS exit_page,
    source,
    medium,
    campaign,
    channel,
    NULLIF(location.country, '') AS country,
    NULLIF(location.city, '') AS city,
    NULLIF(device.device_type, '') AS device_type,
    NULLIF(device.browser, '') AS browser,
    NULLIF(device.os, '') AS os
  FROM spans
), visits AS (
  SELECT
    *
  FROM nearby_visits
  WHERE
    opening >= TO_UNIXTIME(FROM_ISO8601_TIMESTAMP('2026-11-01T00:00:00.000Z'))
    AND opening < TO_UNIXTIME(FROM_ISO8601_TIMESTAMP('2026-12-01T00:00:00.000Z'))
)
SELECT
  entry_page AS page,
  COUNT(*) AS entries,
  ROUND(1e2 * COUNT_IF(bounced) / COUNT(*), 1) AS bounce_rate
FROM visits
WHERE
  NOT entry_page IS NULL
GROUP BY
  entry_page
ORDER BY
  entries DESC,
  page
LIMIT 10;

-- Events by type
-- Which types of event were sent, how often, by how many visitors, and their share of all events in percent.
WITH stamped AS (
  SELECT
    *,
    FROM_ISO8601_TIMESTAMP(stamp) AS moment,
    TO_UNIXTIME(FROM_ISO8601_TIMESTAMP(stamp)) AS instant,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(stamp), 'UTC'), '%Y-%m-%d')
    END AS local_day
  FROM (
    SELECT
      *,
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp
    FROM TABLE_NAME AS events
    WHERE
      dt BETWEEN '2026-10-31' AND '2026-12-01'
  ) AS dated
), nearby_hits AS (
  SELECT
    *,
    CASE
      WHEN NOT shown_page IS NULL
      THEN COALESCE(
        NULLIF(
          REGEXP_EXTRACT(shown_page, '^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?([^?#]*)', 1),
          ''
        ),
        '/'
      )
    END AS path,
    COALESCE(sessionid, visitorid) AS visitkey,
    visitorid || local_day AS visitor,
    FLOOR(instant / 18e2) AS half_hour,
    stamp || CAST(20000000000 + COALESCE(sequence, -1) AS VARCHAR) || servertimestamp || eventid AS turn
  FROM (
    SELECT
      *,
      CASE
        WHEN page LIKE '%/' OR page LIKE '%/?%' OR page LIKE '%/index.html%'
        THEN REGEXP_REPLACE(
          REGEXP_REPLACE(page, '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
          '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
          '$1$2'
        )
        ELSE page
      END AS shown_page
    FROM stamped
    WHERE
      (
        'exclude' = 'include' OR isbot = (
          'exclude' = 'only'
        )
      )
  ) AS chosen
), hits AS (
  SELECT
    *
  FROM nearby_hits
  WHERE
    dt BETWEEN '2026-11-01' AND '2026-11-30'
    AND (
      'UTC' = 'UTC'
      OR (
        stamp >= '2026-11-01T00:00:00.000Z' AND stamp < '2026-12-01T00:00:00.000Z'
      )
    )
)
SELECT
  eventtype AS event_type,
  COUNT(*) AS events,
  COUNT(DISTINCT visitor) AS visitors,
  ROUND(1e2 * COUNT(*) / SUM(COUNT(*)) OVER (), 1) AS share
FROM hits
GROUP BY
  eventtype
ORDER BY
  events DESC,
  event_type
LIMIT 50;

-- Exit pages
-- On which pages visits ended, and which share of a page's views was the last one of a visit (in percent).
WITH stamped AS (
  SELECT
    *,
    FROM_ISO8601_TIMESTAMP(stamp) AS moment,
    TO_UNIXTIME(FROM_ISO8601_TIMESTAMP(stamp)) AS instant,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(stamp), 'UTC'), '%Y-%m-%d')
    END AS local_day
  FROM (
    SELECT
      *,
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp
    FROM TABLE_NAME AS events
    WHERE
      dt BETWEEN '2026-10-31' AND '2026-12-01'
  ) AS dated
), nearby_hits AS (
  SELECT
    *,
    CASE
      WHEN NOT shown_page IS NULL
      THEN COALESCE(
        NULLIF(
          REGEXP_EXTRACT(shown_page, '^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?([^?#]*)', 1),
          ''
        ),
        '/'
      )
    END AS path,
    COALESCE(sessionid, visitorid) AS visitkey,
    visitorid || local_day AS visitor,
    FLOOR(instant / 18e2) AS half_hour,
    stamp || CAST(20000000000 + COALESCE(sequence, -1) AS VARCHAR) || servertimestamp || eventid AS turn
  FROM (
    SELECT
      *,
      CASE
        WHEN page LIKE '%/' OR page LIKE '%/?%' OR page LIKE '%/index.html%'
        THEN REGEXP_REPLACE(
          REGEXP_REPLACE(page, '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
          '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
          '$1$2'
        )
        ELSE page
      END AS shown_page
    FROM stamped
    WHERE
      (
        'exclude' = 'include' OR isbot = (
          'exclude' = 'only'
        )
      )
  ) AS chosen
), halves AS (
  SELECT
    visitkey,
    MIN(dt) AS dt,
    MIN(instant) AS began,
    MAX(instant) AS ended,
    COUNT(*) AS events,
    COUNT_IF(eventtype = 'page_view') AS page_views,
    COUNT_IF(
      NOT eventtype IN ('page_view', 'scroll_depth', 'time_on_page', 'exit_intent', 'web_vitals')
    ) AS actions,
    MIN_BY(COALESCE(page, ''), turn) AS first_page,
    MIN_BY(COALESCE(referrer, ''), turn) AS referrer,
    MIN_BY(utm, turn) AS utm,
    MIN_BY(location, turn) AS location,
    MIN_BY(device, turn) AS device,
    MIN_BY(COALESCE(visitorid, ''), turn) AS visitorid,
    MIN_BY(COALESCE(sessionid, ''), turn) AS sessionid,
    MAX(userid) AS userid,
    MIN(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS entry,
    MAX(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS leaving
  FROM nearby_hits
  WHERE
    NOT visitkey IS NULL
  GROUP BY
    visitkey,
    half_hour
), spans AS (
  SELECT
    visitkey,
    opening,
    dt,
    began,
    ended,
    events,
    page_views,
    actions,
    first_page,
    referrer,
    utm,
    location,
    device,
    visitorid,
    sessionid,
    userid,
    entry,
    leaving,
    COALESCE(utm_source, host) AS source,
    medium,
    campaign,
    CASE
      WHEN REGEXP_LIKE(medium, '^e-?mail|newsletter')
      THEN 'email'
      WHEN REGEXP_LIKE(medium, '^(cpc|ppc|cpm|cpv|paid.*|display|banner|ads?|retargeting)$')
      THEN 'paid'
      WHEN REGEXP_LIKE(medium, 'social|^sm$')
      THEN 'social'
      WHEN REGEXP_LIKE(medium, '^affiliate')
      THEN 'affiliate'
      WHEN NOT medium IS NULL AND NOT medium IN ('organic', 'referral')
      THEN 'campaign'
      WHEN REGEXP_LIKE(
        COALESCE(utm_source, host),
        '^(chatgpt|openai|perplexity|claude|gemini|copilot|deepseek)$|^(.*\.)?(chatgpt\.com|openai\.com|perplexity\.ai|claude\.ai|gemini\.google\.com|copilot\.microsoft\.com|deepseek\.com|mistral\.ai|meta\.ai|grok\.com|poe\.com|you\.com)$'
      )
      THEN 'ai'
      WHEN REGEXP_LIKE(
        COALESCE(utm_source, host),
        '^(google|bing|duckduckgo|ecosia|baidu|qwant|startpage|kagi)(\.[a-z]{2,3}){0,2}$|^(.*\.)?(search\.yahoo\.com|search\.brave\.com|yandex\.(com|ru)|m\.baidu\.com|naver\.com)$'
      )
      THEN 'search'
      WHEN REGEXP_LIKE(
        COALESCE(utm_source, host),
        '^(facebook|instagram|twitter|linkedin|reddit|tiktok|youtube|pinterest)$|^(.*\.)?(facebook\.com|instagram\.com|threads\.net|t\.co|twitter\.com|x\.com|linkedin\.com|lnkd\.in|reddit\.com|tiktok\.com|youtube\.com|pinterest\.[a-z.]+|bsky\.app|mastodon\.social|news\.ycombinator\.com|vk\.com|t\.me)$'
      )
      THEN 'social'
      WHEN NOT utm_source IS NULL
      THEN 'campaign'
      WHEN NOT host IS NULL
      THEN 'referral'
      ELSE 'direct'
    END AS channel
  FROM (
    SELECT
      visitkey,
      opening,
      dt,
      began,
      ended,
      events,
      page_views,
      actions,
      first_page,
      referrer,
      utm,
      location,
      device,
      visitorid,
      sessionid,
      userid,
      entry,
      leaving,
      NULLIF(LOWER(utm.source), '') AS utm_source,
      NULLIF(LOWER(utm.medium), '') AS medium,
      NULLIF(utm.campaign, '') AS campaign,
      NULLIF(
        REGEXP_REPLACE(LOWER(NULLIF(URL_EXTRACT_HOST(referrer), '')), '^www\.', ''),
        COALESCE(REGEXP_REPLACE(LOWER(URL_EXTRACT_HOST(first_page)), '^www\.', ''), '')
      ) AS host
    FROM (
      SELECT
        visitkey,
        opening,
        MIN(dt) AS dt,
        MIN(began) AS began,
        MAX(ended) AS ended,
        CAST(SUM(events) AS BIGINT) AS events,
        CAST(SUM(page_views) AS BIGINT) AS page_views,
        CAST(SUM(actions) AS BIGINT) AS actions,
        MIN_BY(first_page, began) AS first_page,
        MIN_BY(referrer, began) AS referrer,
        MIN_BY(utm, began) AS utm,
        MIN_BY(location, began) AS location,
        MIN_BY(device, began) AS device,
        MIN_BY(visitorid, began) AS visitorid,
        MIN_BY(sessionid, began) AS sessionid,
        MAX(userid) AS userid,
        MIN(entry) AS entry,
        MAX(leaving) AS leaving
      FROM (
        SELECT
          visitkey,
          dt,
          began,
          ended,
          events,
          page_views,
          actions,
          first_page,
          referrer,
          utm,
          location,
          device,
          visitorid,
          sessionid,
          userid,
          entry,
          leaving,
          MAX(opened) OVER (
            PARTITION BY visitkey
            ORDER BY began
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
          ) AS opening
        FROM (
          SELECT
            visitkey,
            dt,
            began,
            ended,
            events,
            page_views,
            actions,
            first_page,
            referrer,
            utm,
            location,
            device,
            visitorid,
            sessionid,
            userid,
            entry,
            leaving,
            CASE
              WHEN began - LAG(ended) OVER (PARTITION BY visitkey ORDER BY began) < 1800
              THEN NULL
              ELSE began
            END AS opened
          FROM halves
        ) AS gaps
      ) AS openings
      GROUP BY
        visitkey,
        opening
    ) AS grouped
  ) AS known
), nearby_visits AS (
  SELECT
    visitkey,
    opening,
    visitkey || '@' || DATE_FORMAT(FROM_UNIXTIME(opening), '%Y-%m-%dT%TZ') AS visit,
    DATE_FORMAT(AT_TIMEZONE(FROM_UNIXTIME(opening), 'UTC'), '%Y-%m-%d') AS local_day,
    NULLIF(visitorid, '') AS visitorid,
    NULLIF(sessionid, '') AS sessionid,
    userid,
    began,
    ended AS finished,
    FROM_UNIXTIME(began) AS started,
    FROM_UNIXTIME(ended) AS ended,
    ended - began AS seconds,
    events,
    page_views,
    page_views = 1 AND actions = 0 AS bounced,
    CASE
      WHEN SPLIT_PART(entry, CHR(  10), 2) LIKE '%/'
      OR SPLIT_PART(entry, CHR(  10), 2) LIKE '%/?%'
      OR SPLIT_PART(entry, CHR(  10), 2) LIKE '%/index.html%'
      THEN REGEXP_REPLACE(
        REGEXP_REPLACE(SPLIT_PART(entry, CHR(  10), 2), '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
        '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
        '$1$2'
      )
      ELSE SPLIT_PART(entry, CHR(  10), 2)
    END AS entry_page,
    CASE
      WHEN SPLIT_PART(leaving, CHR(  10), 2) LIKE '%/'
      OR SPLIT_PART(leaving, CHR(  10), 2) LIKE '%/?%'
      OR SPLIT_PART(leaving, CHR(  10), 2) LIKE '%/index.html%'
      THEN REGEXP_REPLACE(
        REGEXP_REPLACE(SPLIT_PART(leaving, CHR(  10), 2), '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
        '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
        '$1$2'
      )
      ELSE SPLIT_PART(leaving, CHR(  10), 2)
    END AS exit_page,
    source,
    medium,
    campaign,
    channel,
    NULLIF(location.country, '') AS country,
    NULLIF(location.city, '') AS city,
    NULLIF(device.device_type, '') AS device_type,
    NULLIF(device.browser, '') AS browser,
    NULLIF(device.os, '') AS os
  FROM spans
), visits AS (
  SELECT
    *
  FROM nearby_visits
  WHERE
    opening >= TO_UNIXTIME(FROM_ISO8601_TIMESTAMP('2026-11-01T00:00:00.000Z'))
    AND opening < TO_UNIXTIME(FROM_ISO8601_TIMESTAMP('2026-12-01T00:00:00.000Z'))
), hits AS (
  SELECT
    *
  FROM nearby_hits
  WHERE
    dt BETWEEN '2026-11-01' AND '2026-11-30'
    AND (
      'UTC' = 'UTC'
      OR (
        stamp >= '2026-11-01T00:00:00.000Z' AND stamp < '2026-12-01T00:00:00.000Z'
      )
    )
)
SELECT
  left_on.page,
  left_on.exits,
  viewed.page_views,
  ROUND(1e2 * left_on.exits / viewed.page_views, 1) AS exit_rate
FROM (
  SELECT
    exit_page AS page,
    COUNT(*) AS exits
  FROM visits
  WHERE
    NOT exit_page IS NULL
  GROUP BY
    exit_page
) AS left_on
JOIN (
  SELECT
    shown_page AS page,
    COUNT(*) AS page_views
  FROM hits
  WHERE
    eventtype = 'page_view'
  GROUP BY
    shown_page
) AS viewed
  ON viewed.page = left_on.page
ORDER BY
  left_on.exits DESC,
  left_on.page
LIMIT 10;

-- Experiments
-- How many visits saw each variant (metadata.variant, with metadata.experiment if there is one), and how many of them
-- reached a goal of sluice.toml afterwards, also in percent. A visit that saw two variants counts for both.
-- sample_ratio is mismatch where the variants have so unlike numbers of visits that chance alone would give them once
-- in a thousand experiments (chi-squared, for equal shares): then something is wrong, and no rate is to be trusted.
WITH goals AS (
  SELECT
    name,
    eventtype,
    page,
    nested_key,
    plain_key,
    value
  FROM (VALUES
    (
      CAST('signup' AS VARCHAR),
      CAST('signup' AS VARCHAR),
      CAST(NULL AS VARCHAR),
      CAST(NULL AS VARCHAR),
      CAST(NULL AS VARCHAR),
      CAST(NULL AS VARCHAR)
    )) AS goal(name, eventtype, page, nested_key, plain_key, value)
), stamped AS (
  SELECT
    *,
    FROM_ISO8601_TIMESTAMP(stamp) AS moment,
    TO_UNIXTIME(FROM_ISO8601_TIMESTAMP(stamp)) AS instant,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(stamp), 'UTC'), '%Y-%m-%d')
    END AS local_day
  FROM (
    SELECT
      *,
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp
    FROM TABLE_NAME AS events
    WHERE
      dt BETWEEN '2026-10-31' AND '2026-12-01'
  ) AS dated
), nearby_hits AS (
  SELECT
    *,
    CASE
      WHEN NOT shown_page IS NULL
      THEN COALESCE(
        NULLIF(
          REGEXP_EXTRACT(shown_page, '^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?([^?#]*)', 1),
          ''
        ),
        '/'
      )
    END AS path,
    COALESCE(sessionid, visitorid) AS visitkey,
    visitorid || local_day AS visitor,
    FLOOR(instant / 18e2) AS half_hour,
    stamp || CAST(20000000000 + COALESCE(sequence, -1) AS VARCHAR) || servertimestamp || eventid AS turn
  FROM (
    SELECT
      *,
      CASE
        WHEN page LIKE '%/' OR page LIKE '%/?%' OR page LIKE '%/index.html%'
        THEN REGEXP_REPLACE(
          REGEXP_REPLACE(page, '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
          '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
          '$1$2'
        )
        ELSE page
      END AS shown_page
    FROM stamped
    WHERE
      (
        'exclude' = 'include' OR isbot = (
          'exclude' = 'only'
        )
      )
  ) AS chosen
), halves AS (
  SELECT
    visitkey,
    MIN(dt) AS dt,
    MIN(instant) AS began,
    MAX(instant) AS ended,
    COUNT(*) AS events,
    COUNT_IF(eventtype = 'page_view') AS page_views,
    COUNT_IF(
      NOT eventtype IN ('page_view', 'scroll_depth', 'time_on_page', 'exit_intent', 'web_vitals')
    ) AS actions,
    MIN_BY(COALESCE(page, ''), turn) AS first_page,
    MIN_BY(COALESCE(referrer, ''), turn) AS referrer,
    MIN_BY(utm, turn) AS utm,
    MIN_BY(location, turn) AS location,
    MIN_BY(device, turn) AS device,
    MIN_BY(COALESCE(visitorid, ''), turn) AS visitorid,
    MIN_BY(COALESCE(sessionid, ''), turn) AS sessionid,
    MAX(userid) AS userid,
    MIN(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS entry,
    MAX(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS leaving
  FROM nearby_hits
  WHERE
    NOT visitkey IS NULL
  GROUP BY
    visitkey,
    half_hour
), spans AS (
  SELECT
    visitkey,
    opening,
    dt,
    began,
    ended,
    events,
    page_views,
    actions,
    first_page,
    referrer,
    utm,
    location,
    device,
    visitorid,
    sessionid,
    userid,
    entry,
    leaving,
    COALESCE(utm_source, host) AS source,
    medium,
    campaign,
    CASE
      WHEN REGEXP_LIKE(medium, '^e-?mail|newsletter')
      THEN 'email'
      WHEN REGEXP_LIKE(medium, '^(cpc|ppc|cpm|cpv|paid.*|display|banner|ads?|retargeting)$')
      THEN 'paid'
      WHEN REGEXP_LIKE(medium, 'social|^sm$')
      THEN 'social'
      WHEN REGEXP_LIKE(medium, '^affiliate')
      THEN 'affiliate'
      WHEN NOT medium IS NULL AND NOT medium IN ('organic', 'referral')
      THEN 'campaign'
      WHEN REGEXP_LIKE(
        COALESCE(utm_source, host),
        '^(chatgpt|openai|perplexity|claude|gemini|copilot|deepseek)$|^(.*\.)?(chatgpt\.com|openai\.com|perplexity\.ai|claude\.ai|gemini\.google\.com|copilot\.microsoft\.com|deepseek\.com|mistral\.ai|meta\.ai|grok\.com|poe\.com|you\.com)$'
      )
      THEN 'ai'
      WHEN REGEXP_LIKE(
        COALESCE(utm_source, host),
        '^(google|bing|duckduckgo|ecosia|baidu|qwant|startpage|kagi)(\.[a-z]{2,3}){0,2}$|^(.*\.)?(search\.yahoo\.com|search\.brave\.com|yandex\.(com|ru)|m\.baidu\.com|naver\.com)$'
      )
      THEN 'search'
      WHEN REGEXP_LIKE(
        COALESCE(utm_source, host),
        '^(facebook|instagram|twitter|linkedin|reddit|tiktok|youtube|pinterest)$|^(.*\.)?(facebook\.com|instagram\.com|threads\.net|t\.co|twitter\.com|x\.com|linkedin\.com|lnkd\.in|reddit\.com|tiktok\.com|youtube\.com|pinterest\.[a-z.]+|bsky\.app|mastodon\.social|news\.ycombinator\.com|vk\.com|t\.me)$'
      )
      THEN 'social'
      WHEN NOT utm_source IS NULL
      THEN 'campaign'
      WHEN NOT host IS NULL
      THEN 'referral'
      ELSE 'direct'
    END AS channel
  FROM (
    SELECT
      visitkey,
      opening,
      dt,
      began,
      ended,
      events,
      page_views,
      actions,
      first_page,
      referrer,
      utm,
      location,
      device,
      visitorid,
      sessionid,
      userid,
      entry,
      leaving,
      NULLIF(LOWER(utm.source), '') AS utm_source,
      NULLIF(LOWER(utm.medium), '') AS medium,
      NULLIF(utm.campaign, '') AS campaign,
      NULLIF(
        REGEXP_REPLACE(LOWER(NULLIF(URL_EXTRACT_HOST(referrer), '')), '^www\.', ''),
        COALESCE(REGEXP_REPLACE(LOWER(URL_EXTRACT_HOST(first_page)), '^www\.', ''), '')
      ) AS host
    FROM (
      SELECT
        visitkey,
        opening,
        MIN(dt) AS dt,
        MIN(began) AS began,
        MAX(ended) AS ended,
        CAST(SUM(events) AS BIGINT) AS events,
        CAST(SUM(page_views) AS BIGINT) AS page_views,
        CAST(SUM(actions) AS BIGINT) AS actions,
        MIN_BY(first_page, began) AS first_page,
        MIN_BY(referrer, began) AS referrer,
        MIN_BY(utm, began) AS utm,
        MIN_BY(location, began) AS location,
        MIN_BY(device, began) AS device,
        MIN_BY(visitorid, began) AS visitorid,
        MIN_BY(sessionid, began) AS sessionid,
        MAX(userid) AS userid,
        MIN(entry) AS entry,
        MAX(leaving) AS leaving
      FROM (
        SELECT
          visitkey,
          dt,
          began,
          ended,
          events,
          page_views,
          actions,
          first_page,
          referrer,
          utm,
          location,
          device,
          visitorid,
          sessionid,
          userid,
          entry,
          leaving,
          MAX(opened) OVER (
            PARTITION BY visitkey
            ORDER BY began
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
          ) AS opening
        FROM (
          SELECT
            visitkey,
            dt,
            began,
            ended,
            events,
            page_views,
            actions,
            first_page,
            referrer,
            utm,
            location,
            device,
            visitorid,
            sessionid,
            userid,
            entry,
            leaving,
            CASE
              WHEN began - LAG(ended) OVER (PARTITION BY visitkey ORDER BY began) < 1800
              THEN NULL
              ELSE began
            END AS opened
          FROM halves
        ) AS gaps
      ) AS openings
      GROUP BY
        visitkey,
        opening
    ) AS grouped
  ) AS known
), nearby_visits AS (
  SELECT
    visitkey,
    opening,
    visitkey || '@' || DATE_FORMAT(FROM_UNIXTIME(opening), '%Y-%m-%dT%TZ') AS visit,
    DATE_FORMAT(AT_TIMEZONE(FROM_UNIXTIME(opening), 'UTC'), '%Y-%m-%d') AS local_day,
    NULLIF(visitorid, '') AS visitorid,
    NULLIF(sessionid, '') AS sessionid,
    userid,
    began,
    ended AS finished,
    FROM_UNIXTIME(began) AS started,
    FROM_UNIXTIME(ended) AS ended,
    ended - began AS seconds,
    events,
    page_views,
    page_views = 1 AND actions = 0 AS bounced,
    CASE
      WHEN SPLIT_PART(entry, CHR(  10), 2) LIKE '%/'
      OR SPLIT_PART(entry, CHR(  10), 2) LIKE '%/?%'
      OR SPLIT_PART(entry, CHR(  10), 2) LIKE '%/index.html%'
      THEN REGEXP_REPLACE(
        REGEXP_REPLACE(SPLIT_PART(entry, CHR(  10), 2), '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
        '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
        '$1$2'
      )
      ELSE SPLIT_PART(entry, CHR(  10), 2)
    END AS entry_page,
    CASE
      WHEN SPLIT_PART(leaving, CHR(  10), 2) LIKE '%/'
      OR SPLIT_PART(leaving, CHR(  10), 2) LIKE '%/?%'
      OR SPLIT_PART(leaving, CHR(  10), 2) LIKE '%/index.html%'
      THEN REGEXP_REPLACE(
        REGEXP_REPLACE(SPLIT_PART(leaving, CHR(  10), 2), '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
        '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
        '$1$2'
      )
      ELSE SPLIT_PART(leaving, CHR(  10), 2)
    END AS exit_page,
    source,
    medium,
    campaign,
    channel,
    NULLIF(location.country, '') AS country,
    NULLIF(location.city, '') AS city,
    NULLIF(device.device_type, '') AS device_type,
    NULLIF(device.browser, '') AS browser,
    NULLIF(device.os, '') AS os
  FROM spans
), conversions AS (
  SELECT
    v.visitkey,
    v.opening,
    v.campaign,
    g.name AS goal,
    h.eventid,
    h.eventtype,
    h.page,
    h.visitorid,
    h.metadata,
    h.stamp,
    h.moment,
    h.instant,
    h.turn,
    h.stamp >= '2026-11-01T00:00:00.000Z' AND h.stamp < '2026-12-01T00:00:00.000Z' AS in_range,
    v.opening >= TO_UNIXTIME(FROM_ISO8601_TIMESTAMP('2026-11-01T00:00:00.000Z'))
    AND v.opening < TO_UNIXTIME(FROM_ISO8601_TIMESTAMP('2026-12-01T00:00:00.000Z')) AS visit_in_range
  FROM goals AS g
  JOIN nearby_hits AS h
    ON h.eventtype = COALESCE(g.eventtype, 'page_view')
  LEFT JOIN nearby_visits AS v
    ON v.visitkey = h.visitkey AND h.instant BETWEEN v.began AND v.finished
  WHERE
    (
      g.page IS NULL
      OR CASE WHEN g.page LIKE '/%' THEN h.path ELSE h.shown_page END LIKE CASE
        WHEN g.page LIKE '%/' OR g.page LIKE '%/?%' OR g.page LIKE '%/index.html%'
        THEN REGEXP_REPLACE(
          REGEXP_REPLACE(g.page, '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
          '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
          '$1$2'
        )
        ELSE g.page
      END ESCAPE '\'
    )
    AND (
      g.nested_key IS NULL
      OR COALESCE(
        JSON_EXTRACT_SCALAR(h.metadata, g.nested_key),
        JSON_EXTRACT_SCALAR(h.metadata, g.plain_key)
      ) = g.value
    )
), visits AS (
  SELECT
    *
  FROM nearby_visits
  WHERE
    opening >= TO_UNIXTIME(FROM_ISO8601_TIMESTAMP('2026-11-01T00:00:00.000Z'))
    AND opening < TO_UNIXTIME(FROM_ISO8601_TIMESTAMP('2026-12-01T00:00:00.000Z'))
), visit_hits AS (
  SELECT
    h.*,
    v.opening,
    v.visit
  FROM nearby_hits AS h
  JOIN visits AS v
    ON v.visitkey = h.visitkey AND h.instant BETWEEN v.began AND v.finished
)
SELECT
  experiment,
  variant,
  visits,
  converted,
  conversion_rate,
  CASE
    WHEN deviation > CASE variants
      WHEN 2
      THEN 10.83e0
      WHEN 3
      THEN 13.82e0
      WHEN 4
      THEN 16.27e0
      WHEN 5
      THEN 18.47e0
      WHEN 6
      THEN 20.52e0
      WHEN 7
      THEN 22.46e0
      WHEN 8
      THEN 24.32e0
      WHEN 9
      THEN 26.12e0
      WHEN 10
      THEN 27.88e0
    END
    THEN 'mismatch'
    WHEN variants BETWEEN 2 AND 10
    THEN 'ok'
  END AS sample_ratio
FROM (
  SELECT
    *,
    SUM((
      variants * visits - 1e0 * whole
    ) * (
      variants * visits - 1e0 * whole
    )) OVER (PARTITION BY experiment) / (
      1e0 * variants * whole
    ) AS deviation
  FROM (
    SELECT
      *,
      COUNT(*) OVER (PARTITION BY experiment) AS variants,
      SUM(visits) OVER (PARTITION BY experiment) AS whole
    FROM (
      SELECT
        met.experiment,
        met.variant,
        COUNT(*) AS visits,
        COUNT(reached.last_reached) AS converted,
        ROUND(1e2 * COUNT(reached.last_reached) / COUNT(*), 1) AS conversion_rate
      FROM (
        SELECT
          visitkey,
          opening,
          experiment,
          variant,
          MIN(turn) AS first_met
        FROM (
          SELECT
            visitkey,
            opening,
            turn,
            COALESCE(JSON_EXTRACT_SCALAR(metadata, '$.experiment'), '(none)') AS experiment,
            JSON_EXTRACT_SCALAR(metadata, '$.variant') AS variant
          FROM visit_hits
          WHERE
            metadata LIKE '%"variant"%'
        ) AS shown
        WHERE
          NOT variant IS NULL
        GROUP BY
          visitkey,
          opening,
          experiment,
          variant
      ) AS met
      LEFT JOIN (
        SELECT
          visitkey,
          opening,
          MAX(turn) AS last_reached
        FROM conversions
        WHERE
          goal = 'signup'
        GROUP BY
          visitkey,
          opening
      ) AS reached
        ON reached.visitkey = met.visitkey
        AND reached.opening = met.opening
        AND reached.last_reached >= met.first_met
      GROUP BY
        met.experiment,
        met.variant
    ) AS tried
  ) AS counted
) AS compared
ORDER BY
  experiment,
  variant;

-- Forms
-- In how many visits each form was started, sent (after that, or without a start that was seen), and abandoned; and
-- which share of the visits that came to it sent it (in percent). form is metadata.form of form_start and form_submit.
WITH stamped AS (
  SELECT
    *,
    FROM_ISO8601_TIMESTAMP(stamp) AS moment,
    TO_UNIXTIME(FROM_ISO8601_TIMESTAMP(stamp)) AS instant,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(stamp), 'UTC'), '%Y-%m-%d')
    END AS local_day
  FROM (
    SELECT
      *,
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp
    FROM TABLE_NAME AS events
    WHERE
      dt BETWEEN '2026-10-31' AND '2026-12-01'
  ) AS dated
), nearby_hits AS (
  SELECT
    *,
    CASE
      WHEN NOT shown_page IS NULL
      THEN COALESCE(
        NULLIF(
          REGEXP_EXTRACT(shown_page, '^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?([^?#]*)', 1),
          ''
        ),
        '/'
      )
    END AS path,
    COALESCE(sessionid, visitorid) AS visitkey,
    visitorid || local_day AS visitor,
    FLOOR(instant / 18e2) AS half_hour,
    stamp || CAST(20000000000 + COALESCE(sequence, -1) AS VARCHAR) || servertimestamp || eventid AS turn
  FROM (
    SELECT
      *,
      CASE
        WHEN page LIKE '%/' OR page LIKE '%/?%' OR page LIKE '%/index.html%'
        THEN REGEXP_REPLACE(
          REGEXP_REPLACE(page, '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
          '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
          '$1$2'
        )
        ELSE page
      END AS shown_page
    FROM stamped
    WHERE
      (
        'exclude' = 'include' OR isbot = (
          'exclude' = 'only'
        )
      )
  ) AS chosen
), halves AS (
  SELECT
    visitkey,
    MIN(dt) AS dt,
    MIN(instant) AS began,
    MAX(instant) AS ended,
    COUNT(*) AS events,
    COUNT_IF(eventtype = 'page_view') AS page_views,
    COUNT_IF(
      NOT eventtype IN ('page_view', 'scroll_depth', 'time_on_page', 'exit_intent', 'web_vitals')
    ) AS actions,
    MIN_BY(COALESCE(page, ''), turn) AS first_page,
    MIN_BY(COALESCE(referrer, ''), turn) AS referrer,
    MIN_BY(utm, turn) AS utm,
    MIN_BY(location, turn) AS location,
    MIN_BY(device, turn) AS device,
    MIN_BY(COALESCE(visitorid, ''), turn) AS visitorid,
    MIN_BY(COALESCE(sessionid, ''), turn) AS sessionid,
    MAX(userid) AS userid,
    MIN(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS entry,
    MAX(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS leaving
  FROM nearby_hits
  WHERE
    NOT visitkey IS NULL
  GROUP BY
    visitkey,
    half_hour
), spans AS (
  SELECT
    visitkey,
    opening,
    dt,
    began,
    ended,
    events,
    page_views,
    actions,
    first_page,
    referrer,
    utm,
    location,
    device,
    visitorid,
    sessionid,
    userid,
    entry,
    leaving,
    COALESCE(utm_source, host) AS source,
    medium,
    campaign,
    CASE
      WHEN REGEXP_LIKE(medium, '^e-?mail|newsletter')
      THEN 'email'
      WHEN REGEXP_LIKE(medium, '^(cpc|ppc|cpm|cpv|paid.*|display|banner|ads?|retargeting)$')
      THEN 'paid'
      WHEN REGEXP_LIKE(medium, 'social|^sm$')
      THEN 'social'
      WHEN REGEXP_LIKE(medium, '^affiliate')
      THEN 'affiliate'
      WHEN NOT medium IS NULL AND NOT medium IN ('organic', 'referral')
      THEN 'campaign'
      WHEN REGEXP_LIKE(
        COALESCE(utm_source, host),
        '^(chatgpt|openai|perplexity|claude|gemini|copilot|deepseek)$|^(.*\.)?(chatgpt\.com|openai\.com|perplexity\.ai|claude\.ai|gemini\.google\.com|copilot\.microsoft\.com|deepseek\.com|mistral\.ai|meta\.ai|grok\.com|poe\.com|you\.com)$'
      )
      THEN 'ai'
      WHEN REGEXP_LIKE(
        COALESCE(utm_source, host),
        '^(google|bing|duckduckgo|ecosia|baidu|qwant|startpage|kagi)(\.[a-z]{2,3}){0,2}$|^(.*\.)?(search\.yahoo\.com|search\.brave\.com|yandex\.(com|ru)|m\.baidu\.com|naver\.com)$'
      )
      THEN 'search'
      WHEN REGEXP_LIKE(
        COALESCE(utm_source, host),
        '^(facebook|instagram|twitter|linkedin|reddit|tiktok|youtube|pinterest)$|^(.*\.)?(facebook\.com|instagram\.com|threads\.net|t\.co|twitter\.com|x\.com|linkedin\.com|lnkd\.in|reddit\.com|tiktok\.com|youtube\.com|pinterest\.[a-z.]+|bsky\.app|mastodon\.social|news\.ycombinator\.com|vk\.com|t\.me)$'
      )
      THEN 'social'
      WHEN NOT utm_source IS NULL
      THEN 'campaign'
      WHEN NOT host IS NULL
      THEN 'referral'
      ELSE 'direct'
    END AS channel
  FROM (
    SELECT
      visitkey,
      opening,
      dt,
      began,
      ended,
      events,
      page_views,
      actions,
      first_page,
      referrer,
      utm,
      location,
      device,
      visitorid,
      sessionid,
      userid,
      entry,
      leaving,
      NULLIF(LOWER(utm.source), '') AS utm_source,
      NULLIF(LOWER(utm.medium), '') AS medium,
      NULLIF(utm.campaign, '') AS campaign,
      NULLIF(
        REGEXP_REPLACE(LOWER(NULLIF(URL_EXTRACT_HOST(referrer), '')), '^www\.', ''),
        COALESCE(REGEXP_REPLACE(LOWER(URL_EXTRACT_HOST(first_page)), '^www\.', ''), '')
      ) AS host
    FROM (
      SELECT
        visitkey,
        opening,
        MIN(dt) AS dt,
        MIN(began) AS began,
        MAX(ended) AS ended,
        CAST(SUM(events) AS BIGINT) AS events,
        CAST(SUM(page_views) AS BIGINT) AS page_views,
        CAST(SUM(actions) AS BIGINT) AS actions,
        MIN_BY(first_page, began) AS first_page,
        MIN_BY(referrer, began) AS referrer,
        MIN_BY(utm, began) AS utm,
        MIN_BY(location, began) AS location,
        MIN_BY(device, began) AS device,
        MIN_BY(visitorid, began) AS visitorid,
        MIN_BY(sessionid, began) AS sessionid,
        MAX(userid) AS userid,
        MIN(entry) AS entry,
        MAX(leaving) AS leaving
      FROM (
        SELECT
          visitkey,
          dt,
          began,
          ended,
          events,
          page_views,
          actions,
          first_page,
          referrer,
          utm,
          location,
          device,
          visitorid,
          sessionid,
          userid,
          entry,
          leaving,
          MAX(opened) OVER (
            PARTITION BY visitkey
            ORDER BY began
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
          ) AS opening
        FROM (
          SELECT
            visitkey,
            dt,
            began,
            ended,
            events,
            page_views,
            actions,
            first_page,
            referrer,
            utm,
            location,
            device,
            visitorid,
            sessionid,
            userid,
            entry,
            leaving,
            CASE
              WHEN began - LAG(ended) OVER (PARTITION BY visitkey ORDER BY began) < 1800
              THEN NULL
              ELSE began
            END AS opened
          FROM halves
        ) AS gaps
      ) AS openings
      GROUP BY
        visitkey,
        opening
    ) AS grouped
  ) AS known
), nearby_visits AS (
  SELECT
    visitkey,
    opening,
    visitkey || '@' || DATE_FORMAT(FROM_UNIXTIME(opening), '%Y-%m-%dT%TZ') AS visit,
    DATE_FORMAT(AT_TIMEZONE(FROM_UNIXTIME(opening), 'UTC'), '%Y-%m-%d') AS local_day,
    NULLIF(visitorid, '') AS visitorid,
    NULLIF(sessionid, '') AS sessionid,
    userid,
    began,
    ended AS finished,
    FROM_UNIXTIME(began) AS started,
    FROM_UNIXTIME(ended) AS ended,
    ended - began AS seconds,
    events,
    page_views,
    page_views = 1 AND actions = 0 AS bounced,
    CASE
      WHEN SPLIT_PART(entry, CHR(  10), 2) LIKE '%/'
      OR SPLIT_PART(entry, CHR(  10), 2) LIKE '%/?%'
      OR SPLIT_PART(entry, CHR(  10), 2) LIKE '%/index.html%'
      THEN REGEXP_REPLACE(
        REGEXP_REPLACE(SPLIT_PART(entry, CHR(  10), 2), '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
        '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
        '$1$2'
      )
      ELSE SPLIT_PART(entry, CHR(  10), 2)
    END AS entry_page,
    CASE
      WHEN SPLIT_PART(leaving, CHR(  10), 2) LIKE '%/'
      OR SPLIT_PART(leaving, CHR(  10), 2) LIKE '%/?%'
      OR SPLIT_PART(leaving, CHR(  10), 2) LIKE '%/index.html%'
      THEN REGEXP_REPLACE(
        REGEXP_REPLACE(SPLIT_PART(leaving, CHR(  10), 2), '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
        '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
        '$1$2'
      )
      ELSE SPLIT_PART(leaving, CHR(  10), 2)
    END AS exit_page,
    source,
    medium,
    campaign,
    channel,
    NULLIF(location.country, '') AS country,
    NULLIF(location.city, '') AS city,
    NULLIF(device.device_type, '') AS device_type,
    NULLIF(device.browser, '') AS browser,
    NULLIF(device.os, '') AS os
  FROM spans
), visits AS (
  SELECT
    *
  FROM nearby_visits
  WHERE
    opening >= TO_UNIXTIME(FROM_ISO8601_TIMESTAMP('2026-11-01T00:00:00.000Z'))
    AND opening < TO_UNIXTIME(FROM_ISO8601_TIMESTAMP('2026-12-01T00:00:00.000Z'))
), visit_hits AS (
  SELECT
    h.*,
    v.opening,
    v.visit
  FROM nearby_hits AS h
  JOIN visits AS v
    ON v.visitkey = h.visitkey AND h.instant BETWEEN v.began AND v.finished
)
SELECT
  form,
  COUNT(*) AS visits,
  COUNT_IF(NOT started IS NULL) AS started,
  COUNT_IF(NOT sent IS NULL) AS sent,
  COUNT_IF(NOT started IS NULL AND (
    sent IS NULL OR sent < started
  )) AS abandoned,
  ROUND(1e2 * COUNT_IF(NOT sent IS NULL) / COUNT(*), 1) AS sent_share
FROM (
  SELECT
    visit,
    form,
    MAX(CASE WHEN eventtype = 'form_start' THEN turn END) AS started,
    MAX(CASE WHEN eventtype = 'form_submit' THEN turn END) AS sent
  FROM (
    SELECT
      visit,
      eventtype,
      turn,
      COALESCE(JSON_EXTRACT_SCALAR(metadata, '$.form'), '(none)') AS form
    FROM visit_hits
    WHERE
      eventtype IN ('form_start', 'form_submit')
  ) AS touched
  GROUP BY
    visit,
    form
) AS filled
GROUP BY
  form
ORDER BY
  visits DESC,
  form
LIMIT 20;

-- Funnel
-- How many visits took the first step, then the second, and so on, in this order and with anything in between; the
-- share of the visits that took the first, and the share that was lost since the previous step (in percent). A step is
-- an event type (form_submit), also with a value of the metadata (scroll_depth[percent>=50], cta_click[name=book-call];
-- with =, >, >=, < and <=), or a path or address that was viewed (* matches anything: /product/*); the first eight
-- count. One event is never two steps.
WITH stamped AS (
  SELECT
    *,
    FROM_ISO8601_TIMESTAMP(stamp) AS moment,
    TO_UNIXTIME(FROM_ISO8601_TIMESTAMP(stamp)) AS instant,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(stamp), 'UTC'), '%Y-%m-%d')
    END AS local_day
  FROM (
    SELECT
      *,
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp
    FROM TABLE_NAME AS events
    WHERE
      dt BETWEEN '2026-10-31' AND '2026-12-01'
  ) AS dated
), nearby_hits AS (
  SELECT
    *,
    CASE
      WHEN NOT shown_page IS NULL
      THEN COALESCE(
        NULLIF(
          REGEXP_EXTRACT(shown_page, '^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?([^?#]*)', 1),
          ''
        ),
        '/'
      )
    END AS path,
    COALESCE(sessionid, visitorid) AS visitkey,
    visitorid || local_day AS visitor,
    FLOOR(instant / 18e2) AS half_hour,
    stamp || CAST(20000000000 + COALESCE(sequence, -1) AS VARCHAR) || servertimestamp || eventid AS turn
  FROM (
    SELECT
      *,
      CASE
        WHEN page LIKE '%/' OR page LIKE '%/?%' OR page LIKE '%/index.html%'
        THEN REGEXP_REPLACE(
          REGEXP_REPLACE(page, '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
          '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
          '$1$2'
        )
        ELSE page
      END AS shown_page
    FROM stamped
    WHERE
      (
        'exclude' = 'include' OR isbot = (
          'exclude' = 'only'
        )
      )
  ) AS chosen
), halves AS (
  SELECT
    visitkey,
    MIN(dt) AS dt,
    MIN(instant) AS began,
    MAX(instant) AS ended,
    COUNT(*) AS events,
    COUNT_IF(eventtype = 'page_view') AS page_views,
    COUNT_IF(
      NOT eventtype IN ('page_view', 'scroll_depth', 'time_on_page', 'exit_intent', 'web_vitals')
    ) AS actions,
    MIN_BY(COALESCE(page, ''), turn) AS first_page,
    MIN_BY(COALESCE(referrer, ''), turn) AS referrer,
    MIN_BY(utm, turn) AS utm,
    MIN_BY(location, turn) AS location,
    MIN_BY(device, turn) AS device,
    MIN_BY(COALESCE(visitorid, ''), turn) AS visitorid,
    MIN_BY(COALESCE(sessionid, ''), turn) AS sessionid,
    MAX(userid) AS userid,
    MIN(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS entry,
    MAX(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS leaving
  FROM nearby_hits
  WHERE
    NOT visitkey IS NULL
  GROUP BY
    visitkey,
    half_hour
), spans AS (
  SELECT
    visitkey,
    opening,
    dt,
    began,
    ended,
    events,
    page_views,
    actions,
    first_page,
    referrer,
    utm,
    location,
    device,
    visitorid,
    sessionid,
    userid,
    entry,
    leaving,
    COALESCE(utm_source, host) AS source,
    medium,
    campaign,
    CASE
      WHEN REGEXP_LIKE(medium, '^e-?mail|newsletter')
      THEN 'email'
      WHEN REGEXP_LIKE(medium, '^(cpc|ppc|cpm|cpv|paid.*|display|banner|ads?|retargeting)$')
      THEN 'paid'
      WHEN REGEXP_LIKE(medium, 'social|^sm$')
      THEN 'social'
      WHEN REGEXP_LIKE(medium, '^affiliate')
      THEN 'affiliate'
      WHEN NOT medium IS NULL AND NOT medium IN ('organic', 'referral')
      THEN 'campaign'
      WHEN REGEXP_LIKE(
        COALESCE(utm_source, host),
        '^(chatgpt|openai|perplexity|claude|gemini|copilot|deepseek)$|^(.*\.)?(chatgpt\.com|openai\.com|perplexity\.ai|claude\.ai|gemini\.google\.com|copilot\.microsoft\.com|deepseek\.com|mistral\.ai|meta\.ai|grok\.com|poe\.com|you\.com)$'
      )
      THEN 'ai'
      WHEN REGEXP_LIKE(
        COALESCE(utm_source, host),
        '^(google|bing|duckduckgo|ecosia|baidu|qwant|startpage|kagi)(\.[a-z]{2,3}){0,2}$|^(.*\.)?(search\.yahoo\.com|search\.brave\.com|yandex\.(com|ru)|m\.baidu\.com|naver\.com)$'
      )
      THEN 'search'
      WHEN REGEXP_LIKE(
        COALESCE(utm_source, host),
        '^(facebook|instagram|twitter|linkedin|reddit|tiktok|youtube|pinterest)$|^(.*\.)?(facebook\.com|instagram\.com|threads\.net|t\.co|twitter\.com|x\.com|linkedin\.com|lnkd\.in|reddit\.com|tiktok\.com|youtube\.com|pinterest\.[a-z.]+|bsky\.app|mastodon\.social|news\.ycombinator\.com|vk\.com|t\.me)$'
      )
      THEN 'social'
      WHEN NOT utm_source IS NULL
      THEN 'campaign'
      WHEN NOT host IS NULL
      THEN 'referral'
      ELSE 'direct'
    END AS channel
  FROM (
    SELECT
      visitkey,
      opening,
      dt,
      began,
      ended,
      events,
      page_views,
      actions,
      first_page,
      referrer,
      utm,
      location,
      device,
      visitorid,
      sessionid,
      userid,
      entry,
      leaving,
      NULLIF(LOWER(utm.source), '') AS utm_source,
      NULLIF(LOWER(utm.medium), '') AS medium,
      NULLIF(utm.campaign, '') AS campaign,
      NULLIF(
        REGEXP_REPLACE(LOWER(NULLIF(URL_EXTRACT_HOST(referrer), '')), '^www\.', ''),
        COALESCE(REGEXP_REPLACE(LOWER(URL_EXTRACT_HOST(first_page)), '^www\.', ''), '')
      ) AS host
    FROM (
      SELECT
        visitkey,
        opening,
        MIN(dt) AS dt,
        MIN(began) AS began,
        MAX(ended) AS ended,
        CAST(SUM(events) AS BIGINT) AS events,
        CAST(SUM(page_views) AS BIGINT) AS page_views,
        CAST(SUM(actions) AS BIGINT) AS actions,
        MIN_BY(first_page, began) AS first_page,
        MIN_BY(referrer, began) AS referrer,
        MIN_BY(utm, began) AS utm,
        MIN_BY(location, began) AS location,
        MIN_BY(device, began) AS device,
        MIN_BY(visitorid, began) AS visitorid,
        MIN_BY(sessionid, began) AS sessionid,
        MAX(userid) AS userid,
        MIN(entry) AS entry,
        MAX(leaving) AS leaving
      FROM (
        SELECT
          visitkey,
          dt,
          began,
          ended,
          events,
          page_views,
          actions,
          first_page,
          referrer,
          utm,
          location,
          device,
          visitorid,
          sessionid,
          userid,
          entry,
          leaving,
          MAX(opened) OVER (
            PARTITION BY visitkey
            ORDER BY began
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
          ) AS opening
        FROM (
          SELECT
            visitkey,
            dt,
            began,
            ended,
            events,
            page_views,
            actions,
            first_page,
            referrer,
            utm,
            location,
            device,
            visitorid,
            sessionid,
            userid,
            entry,
            leaving,
            CASE
              WHEN began - LAG(ended) OVER (PARTITION BY visitkey ORDER BY began) < 1800
              THEN NULL
              ELSE began
            END AS opened
          FROM halves
        ) AS gaps
      ) AS openings
      GROUP BY
        visitkey,
        opening
    ) AS grouped
  ) AS known
), nearby_visits AS (
  SELECT
    visitkey,
    opening,
    visitkey || '@' || DATE_FORMAT(FROM_UNIXTIME(opening), '%Y-%m-%dT%TZ') AS visit,
    DATE_FORMAT(AT_TIMEZONE(FROM_UNIXTIME(opening), 'UTC'), '%Y-%m-%d') AS local_day,
    NULLIF(visitorid, '') AS visitorid,
    NULLIF(sessionid, '') AS sessionid,
    userid,
    began,
    ended AS finished,
    FROM_UNIXTIME(began) AS started,
    FROM_UNIXTIME(ended) AS ended,
    ended - began AS seconds,
    events,
    page_views,
    page_views = 1 AND actions = 0 AS bounced,
    CASE
      WHEN SPLIT_PART(entry, CHR(  10), 2) LIKE '%/'
      OR SPLIT_PART(entry, CHR(  10), 2) LIKE '%/?%'
      OR SPLIT_PART(entry, CHR(  10), 2) LIKE '%/index.html%'
      THEN REGEXP_REPLACE(
        REGEXP_REPLACE(SPLIT_PART(entry, CHR(  10), 2), '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
        '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
        '$1$2'
      )
      ELSE SPLIT_PART(entry, CHR(  10), 2)
    END AS entry_page,
    CASE
      WHEN SPLIT_PART(leaving, CHR(  10), 2) LIKE '%/'
      OR SPLIT_PART(leaving, CHR(  10), 2) LIKE '%/?%'
      OR SPLIT_PART(leaving, CHR(  10), 2) LIKE '%/index.html%'
      THEN REGEXP_REPLACE(
        REGEXP_REPLACE(SPLIT_PART(leaving, CHR(  10), 2), '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
        '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
        '$1$2'
      )
      ELSE SPLIT_PART(leaving, CHR(  10), 2)
    END AS exit_page,
    source,
    medium,
    campaign,
    channel,
    NULLIF(location.country, '') AS country,
    NULLIF(location.city, '') AS city,
    NULLIF(device.device_type, '') AS device_type,
    NULLIF(device.browser, '') AS browser,
    NULLIF(device.os, '') AS os
  FROM spans
), visits AS (
  SELECT
    *
  FROM nearby_visits
  WHERE
    opening >= TO_UNIXTIME(FROM_ISO8601_TIMESTAMP('2026-11-01T00:00:00.000Z'))
    AND opening < TO_UNIXTIME(FROM_ISO8601_TIMESTAMP('2026-12-01T00:00:00.000Z'))
)
SELECT
  number AS step,
  step AS name,
  visits,
  ROUND(1e2 * visits / NULLIF(FIRST_VALUE(visits) OVER (ORDER BY number), 0), 1) AS share,
  ROUND(
    1e2 * (
      LAG(visits) OVER (ORDER BY number) - visits
    ) / NULLIF(LAG(visits) OVER (ORDER BY number), 0),
    1
  ) AS drop_off
FROM (
  SELECT
    asked.number,
    asked.step,
    COUNT(walked.trail) AS visits
  FROM (
    SELECT
      number,
      TRIM(step) AS step,
      '%' || SUBSTR('8%7%6%5%4%3%2%1%', 1, CAST(2 * number AS INTEGER)) AS way
    FROM UNNEST(SPLIT('page_view,form_start,form_submit', ',')) WITH ORDINALITY AS listed(step, number)
    WHERE
      number <= 8
  ) AS asked
  LEFT JOIN (
    SELECT
      ARRAY_JOIN(ARRAY_AGG(t.digit ORDER BY t.turn, t.digit), '') AS trail
    FROM (
      SELECT
        visitkey,
        MIN(instant) AS instant,
        MIN(turn) AS turn,
        9 - number AS digit
      FROM (
        SELECT
          visitkey,
          half_hour,
          instant,
          turn,
          number
        FROM (
          SELECT
            visitkey,
            half_hour,
            instant,
            turn,
            number,
            key,
            comparison,
            found,
            wanted,
            CASE
              WHEN REGEXP_LIKE(found, '^[+-]?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]{1,2})?$')
              THEN TRY_CAST(found AS DOUBLE)
            END AS amount,
            CASE
              WHEN REGEXP_LIKE(wanted, '^[+-]?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]{1,2})?$')
              THEN TRY_CAST(wanted AS DOUBLE)
            END AS bound
          FROM (
            SELECT
              h.visitkey,
              h.half_hour,
              h.instant,
              h.turn,
              a.number,
              a.key,
              a.comparison,
              a.wanted,
              CASE
                WHEN NOT a.key IS NULL
                THEN COALESCE(
                  JSON_EXTRACT_SCALAR(h.metadata, '$["' || REPLACE(a.key, '.', '"]["') || '"]'),
                  JSON_EXTRACT_SCALAR(h.metadata, '$["' || a.key || '"]')
                )
              END AS found
            FROM nearby_hits AS h
            JOIN (
              SELECT
                number,
                CASE
                  WHEN is_page
                  THEN 'page_view'
                  ELSE LOWER(TRIM(REGEXP_EXTRACT(step, '^[^\[]*')))
                END AS eventtype,
                CASE
                  WHEN is_page
                  THEN CASE
                    WHEN REPLACE(REPLACE(REPLACE(REPLACE(step, '\', '\\'), '%', '\%'), '_', '\_'), '*', '%') LIKE '%/'
                    OR REPLACE(REPLACE(REPLACE(REPLACE(step, '\', '\\'), '%', '\%'), '_', '\_'), '*', '%') LIKE '%/?%'
                    OR REPLACE(REPLACE(REPLACE(REPLACE(step, '\', '\\'), '%', '\%'), '_', '\_'), '*', '%') LIKE '%/index.html%'
                    THEN REGEXP_REPLACE(
                      REGEXP_REPLACE(
                        REPLACE(REPLACE(REPLACE(REPLACE(step, '\', '\\'), '%', '\%'), '_', '\_'), '*', '%'),
                        '^([^?]*/)index\.html(\?.*)?\z',
                        '$1$2'
                      ),
                      '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
                      '$1$2'
                    )
                    ELSE REPLACE(REPLACE(REPLACE(REPLACE(step, '\', '\\'), '%', '\%'), '_', '\_'), '*', '%')
                  END
                END AS page,
                CASE
                  WHEN NOT is_page
                  THEN NULLIF(REGEXP_EXTRACT(step, '\[ *([A-Za-z_][A-Za-z0-9_.-]*)', 1), '')
                END AS key,
                REGEXP_EXTRACT(step, '[<>=]+') AS comparison,
                REGEXP_EXTRACT(step, '[<>=]+ *([^\]]*?) *\]\z', 1) AS wanted
              FROM (
                SELECT
                  number,
                  TRIM(step) AS step,
                  REGEXP_LIKE(TRIM(step), '^/|^[A-Za-z][A-Za-z0-9+.-]*://') AS is_page
                FROM UNNEST(SPLIT('page_view,form_start,form_submit', ',')) WITH ORDINALITY AS listed(step, number)
                WHERE
                  number <= 8
              ) AS said
            ) AS a
              ON a.eventtype = h.eventtype
            WHERE
              a.page IS NULL
              OR CASE WHEN a.page LIKE '/%' THEN h.path ELSE h.shown_page END LIKE a.page ESCAPE '\'
          ) AS near
        ) AS met
        WHERE
          key IS NULL
          OR CASE comparison
            WHEN '='
            THEN found = wanted OR COALESCE(amount = bound, FALSE)
            WHEN '>'
            THEN amount > bound
            WHEN '>='
            THEN amount >= bound
            WHEN '<'
            THEN amount < bound
            WHEN '<='
            THEN amount <= bound
          END
      ) AS taken
      GROUP BY
        visitkey,
        half_hour,
        number,
        CASE WHEN number > 1 THEN turn END
    ) AS t
    JOIN visits AS v
      ON v.visitkey = t.visitkey AND t.instant BETWEEN v.began AND v.finished
    GROUP BY
      v.visitkey,
      v.opening
  ) AS walked
    ON walked.trail LIKE asked.way
  GROUP BY
    asked.number,
    asked.step
) AS counted
ORDER BY
  number;

-- Goals
-- How often each goal of sluice.toml was reached, also by events without a visit (from a backend), in how many visits,
-- and in which share of all visits (in percent).
WITH goals AS (
  SELECT
    name,
    eventtype,
    page,
    nested_key,
    plain_key,
    value
  FROM (VALUES
    (
      CAST('signup' AS VARCHAR),
      CAST('signup' AS VARCHAR),
      CAST(NULL AS VARCHAR),
      CAST(NULL AS VARCHAR),
      CAST(NULL AS VARCHAR),
      CAST(NULL AS VARCHAR)
    )) AS goal(name, eventtype, page, nested_key, plain_key, value)
), stamped AS (
  SELECT
    *,
    FROM_ISO8601_TIMESTAMP(stamp) AS moment,
    TO_UNIXTIME(FROM_ISO8601_TIMESTAMP(stamp)) AS instant,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(stamp), 'UTC'), '%Y-%m-%d')
    END AS local_day
  FROM (
    SELECT
      *,
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp
    FROM TABLE_NAME AS events
    WHERE
      dt BETWEEN '2026-10-31' AND '2026-12-01'
  ) AS dated
), nearby_hits AS (
  SELECT
    *,
    CASE
      WHEN NOT shown_page IS NULL
      THEN COALESCE(
        NULLIF(
          REGEXP_EXTRACT(shown_page, '^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?([^?#]*)', 1),
          ''
        ),
        '/'
      )
    END AS path,
    COALESCE(sessionid, visitorid) AS visitkey,
    visitorid || local_day AS visitor,
    FLOOR(instant / 18e2) AS half_hour,
    stamp || CAST(20000000000 + COALESCE(sequence, -1) AS VARCHAR) || servertimestamp || eventid AS turn
  FROM (
    SELECT
      *,
      CASE
        WHEN page LIKE '%/' OR page LIKE '%/?%' OR page LIKE '%/index.html%'
        THEN REGEXP_REPLACE(
          REGEXP_REPLACE(page, '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
          '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
          '$1$2'
        )
        ELSE page
      END AS shown_page
    FROM stamped
    WHERE
      (
        'exclude' = 'include' OR isbot = (
          'exclude' = 'only'
        )
      )
  ) AS chosen
), halves AS (
  SELECT
    visitkey,
    MIN(dt) AS dt,
    MIN(instant) AS began,
    MAX(instant) AS ended,
    COUNT(*) AS events,
    COUNT_IF(eventtype = 'page_view') AS page_views,
    COUNT_IF(
      NOT eventtype IN ('page_view', 'scroll_depth', 'time_on_page', 'exit_intent', 'web_vitals')
    ) AS actions,
    MIN_BY(COALESCE(page, ''), turn) AS first_page,
    MIN_BY(COALESCE(referrer, ''), turn) AS referrer,
    MIN_BY(utm, turn) AS utm,
    MIN_BY(location, turn) AS location,
    MIN_BY(device, turn) AS device,
    MIN_BY(COALESCE(visitorid, ''), turn) AS visitorid,
    MIN_BY(COALESCE(sessionid, ''), turn) AS sessionid,
    MAX(userid) AS userid,
    MIN(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS entry,
    MAX(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS leaving
  FROM nearby_hits
  WHERE
    NOT visitkey IS NULL
  GROUP BY
    visitkey,
    half_hour
), spans AS (
  SELECT
    visitkey,
    opening,
    dt,
    began,
    ended,
    events,
    page_views,
    actions,
    first_page,
    referrer,
    utm,
    location,
    device,
    visitorid,
    sessionid,
    userid,
    entry,
    leaving,
    COALESCE(utm_source, host) AS source,
    medium,
    campaign,
    CASE
      WHEN REGEXP_LIKE(medium, '^e-?mail|newsletter')
      THEN 'email'
      WHEN REGEXP_LIKE(medium, '^(cpc|ppc|cpm|cpv|paid.*|display|banner|ads?|retargeting)$')
      THEN 'paid'
      WHEN REGEXP_LIKE(medium, 'social|^sm$')
      THEN 'social'
      WHEN REGEXP_LIKE(medium, '^affiliate')
      THEN 'affiliate'
      WHEN NOT medium IS NULL AND NOT medium IN ('organic', 'referral')
      THEN 'campaign'
      WHEN REGEXP_LIKE(
        COALESCE(utm_source, host),
        '^(chatgpt|openai|perplexity|claude|gemini|copilot|deepseek)$|^(.*\.)?(chatgpt\.com|openai\.com|perplexity\.ai|claude\.ai|gemini\.google\.com|copilot\.microsoft\.com|deepseek\.com|mistral\.ai|meta\.ai|grok\.com|poe\.com|you\.com)$'
      )
      THEN 'ai'
      WHEN REGEXP_LIKE(
        COALESCE(utm_source, host),
        '^(google|bing|duckduckgo|ecosia|baidu|qwant|startpage|kagi)(\.[a-z]{2,3}){0,2}$|^(.*\.)?(search\.yahoo\.com|search\.brave\.com|yandex\.(com|ru)|m\.baidu\.com|naver\.com)$'
      )
      THEN 'search'
      WHEN REGEXP_LIKE(
        COALESCE(utm_source, host),
        '^(facebook|instagram|twitter|linkedin|reddit|tiktok|youtube|pinterest)$|^(.*\.)?(facebook\.com|instagram\.com|threads\.net|t\.co|twitter\.com|x\.com|linkedin\.com|lnkd\.in|reddit\.com|tiktok\.com|youtube\.com|pinterest\.[a-z.]+|bsky\.app|mastodon\.social|news\.ycombinator\.com|vk\.com|t\.me)$'
      )
      THEN 'social'
      WHEN NOT utm_source IS NULL
      THEN 'campaign'
      WHEN NOT host IS NULL
      THEN 'referral'
      ELSE 'direct'
    END AS channel
  FROM (
    SELECT
      visitkey,
      opening,
      dt,
      began,
      ended,
      events,
      page_views,
      actions,
      first_page,
      referrer,
      utm,
      location,
      device,
      visitorid,
      sessionid,
      userid,
      entry,
      leaving,
      NULLIF(LOWER(utm.source), '') AS utm_source,
      NULLIF(LOWER(utm.medium), '') AS medium,
      NULLIF(utm.campaign, '') AS campaign,
      NULLIF(
        REGEXP_REPLACE(LOWER(NULLIF(URL_EXTRACT_HOST(referrer), '')), '^www\.', ''),
        COALESCE(REGEXP_REPLACE(LOWER(URL_EXTRACT_HOST(first_page)), '^www\.', ''), '')
      ) AS host
    FROM (
      SELECT
        visitkey,
        opening,
        MIN(dt) AS dt,
        MIN(began) AS began,
        MAX(ended) AS ended,
        CAST(SUM(events) AS BIGINT) AS events,
        CAST(SUM(page_views) AS BIGINT) AS page_views,
        CAST(SUM(actions) AS BIGINT) AS actions,
        MIN_BY(first_page, began) AS first_page,
        MIN_BY(referrer, began) AS referrer,
        MIN_BY(utm, began) AS utm,
        MIN_BY(location, began) AS location,
        MIN_BY(device, began) AS device,
        MIN_BY(visitorid, began) AS visitorid,
        MIN_BY(sessionid, began) AS sessionid,
        MAX(userid) AS userid,
        MIN(entry) AS entry,
        MAX(leaving) AS leaving
      FROM (
        SELECT
          visitkey,
          dt,
          began,
          ended,
          events,
          page_views,
          actions,
          first_page,
          referrer,
          utm,
          location,
          device,
          visitorid,
          sessionid,
          userid,
          entry,
          leaving,
          MAX(opened) OVER (
            PARTITION BY visitkey
            ORDER BY began
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
          ) AS opening
        FROM (
          SELECT
            visitkey,
            dt,
            began,
            ended,
            events,
            page_views,
            actions,
            first_page,
            referrer,
            utm,
            location,
            device,
            visitorid,
            sessionid,
            userid,
            entry,
            leaving,
            CASE
              WHEN began - LAG(ended) OVER (PARTITION BY visitkey ORDER BY began) < 1800
              THEN NULL
              ELSE began
            END AS opened
          FROM halves
        ) AS gaps
      ) AS openings
      GROUP BY
        visitkey,
        opening
    ) AS grouped
  ) AS known
), nearby_visits AS (
  SELECT
    visitkey,
    opening,
    visitkey || '@' || DATE_FORMAT(FROM_UNIXTIME(opening), '%Y-%m-%dT%TZ') AS visit,
    DATE_FORMAT(AT_TIMEZONE(FROM_UNIXTIME(opening), 'UTC'), '%Y-%m-%d') AS local_day,
    NULLIF(visitorid, '') AS visitorid,
    NULLIF(sessionid, '') AS sessionid,
    userid,
    began,
    ended AS finished,
    FROM_UNIXTIME(began) AS started,
    FROM_UNIXTIME(ended) AS ended,
    ended - began AS seconds,
    events,
    page_views,
    page_views = 1 AND actions = 0 AS bounced,
    CASE
      WHEN SPLIT_PART(entry, CHR(  10), 2) LIKE '%/'
      OR SPLIT_PART(entry, CHR(  10), 2) LIKE '%/?%'
      OR SPLIT_PART(entry, CHR(  10), 2) LIKE '%/index.html%'
      THEN REGEXP_REPLACE(
        REGEXP_REPLACE(SPLIT_PART(entry, CHR(  10), 2), '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
        '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
        '$1$2'
      )
      ELSE SPLIT_PART(entry, CHR(  10), 2)
    END AS entry_page,
    CASE
      WHEN SPLIT_PART(leaving, CHR(  10), 2) LIKE '%/'
      OR SPLIT_PART(leaving, CHR(  10), 2) LIKE '%/?%'
      OR SPLIT_PART(leaving, CHR(  10), 2) LIKE '%/index.html%'
      THEN REGEXP_REPLACE(
        REGEXP_REPLACE(SPLIT_PART(leaving, CHR(  10), 2), '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
        '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
        '$1$2'
      )
      ELSE SPLIT_PART(leaving, CHR(  10), 2)
    END AS exit_page,
    source,
    medium,
    campaign,
    channel,
    NULLIF(location.country, '') AS country,
    NULLIF(location.city, '') AS city,
    NULLIF(device.device_type, '') AS device_type,
    NULLIF(device.browser, '') AS browser,
    NULLIF(device.os, '') AS os
  FROM spans
), visits AS (
  SELECT
    *
  FROM nearby_visits
  WHERE
    opening >= TO_UNIXTIME(FROM_ISO8601_TIMESTAMP('2026-11-01T00:00:00.000Z'))
    AND opening < TO_UNIXTIME(FROM_ISO8601_TIMESTAMP('2026-12-01T00:00:00.000Z'))
), conversions AS (
  SELECT
    v.visitkey,
    v.opening,
    v.campaign,
    g.name AS goal,
    h.eventid,
    h.eventtype,
    h.page,
    h.visitorid,
    h.metadata,
    h.stamp,
    h.moment,
    h.instant,
    h.turn,
    h.stamp >= '2026-11-01T00:00:00.000Z' AND h.stamp < '2026-12-01T00:00:00.000Z' AS in_range,
    v.opening >= TO_UNIXTIME(FROM_ISO8601_TIMESTAMP('2026-11-01T00:00:00.000Z'))
    AND v.opening < TO_UNIXTIME(FROM_ISO8601_TIMESTAMP('2026-12-01T00:00:00.000Z')) AS visit_in_range
  FROM goals AS g
  JOIN nearby_hits AS h
    ON h.eventtype = COALESCE(g.eventtype, 'page_view')
  LEFT JOIN nearby_visits AS v
    ON v.visitkey = h.visitkey AND h.instant BETWEEN v.began AND v.finished
  WHERE
    (
      g.page IS NULL
      OR CASE WHEN g.page LIKE '/%' THEN h.path ELSE h.shown_page END LIKE CASE
        WHEN g.page LIKE '%/' OR g.page LIKE '%/?%' OR g.page LIKE '%/index.html%'
        THEN REGEXP_REPLACE(
          REGEXP_REPLACE(g.page, '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
          '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
          '$1$2'
        )
        ELSE g.page
      END ESCAPE '\'
    )
    AND (
      g.nested_key IS NULL
      OR COALESCE(
        JSON_EXTRACT_SCALAR(h.metadata, g.nested_key),
        JSON_EXTRACT_SCALAR(h.metadata, g.plain_key)
      ) = g.value
    )
)
SELECT
  named.name AS goal,
  COALESCE(reached.conversions, 0) AS conversions,
  COALESCE(reached.converted, 0) AS converted,
  totals.visits,
  ROUND(1e2 * COALESCE(reached.converted, 0) / NULLIF(totals.visits, 0), 1) AS conversion_rate
FROM (
  SELECT DISTINCT
    name
  FROM goals
) AS named
CROSS JOIN (
  SELECT
    COUNT(*) AS visits
  FROM visits
) AS totals
LEFT JOIN (
  SELECT
    goal,
    CAST(SUM(conversions) AS BIGINT) AS conversions,
    COUNT_IF(NOT visitkey IS NULL AND visit_in_range) AS converted
  FROM (
    SELECT
      goal,
      visitkey,
      opening,
      visit_in_range,
      COUNT_IF(in_range) AS conversions
    FROM conversions
    GROUP BY
      goal,
      visitkey,
      opening,
      visit_in_range
  ) AS by_visit
  GROUP BY
    goal
) AS reached
  ON reached.goal = named.name
ORDER BY
  conversions DESC,
  goal;

-- Visits in full
-- What happened in each visit, step by step, with the seconds since the previous step; for one visit (visit = its id),
-- or for the first ones of the range.
WITH stamped AS (
  SELECT
    *,
    FROM_ISO8601_TIMESTAMP(stamp) AS moment,
    TO_UNIXTIME(FROM_ISO8601_TIMESTAMP(stamp)) AS instant,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(stamp), 'UTC'), '%Y-%m-%d')
    END AS local_day
  FROM (
    SELECT
      *,
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp
    FROM TABLE_NAME AS events
    WHERE
      dt BETWEEN '2026-10-31' AND '2026-12-01'
  ) AS dated
), nearby_hits AS (
  SELECT
    *,
    CASE
      WHEN NOT shown_page IS NULL
      THEN COALESCE(
        NULLIF(
          REGEXP_EXTRACT(shown_page, '^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?([^?#]*)', 1),
          ''
        ),
        '/'
      )
    END AS path,
    COALESCE(sessionid, visitorid) AS visitkey,
    visitorid || local_day AS visitor,
    FLOOR(instant / 18e2) AS half_hour,
    stamp || CAST(20000000000 + COALESCE(sequence, -1) AS VARCHAR) || servertimestamp || eventid AS turn
  FROM (
    SELECT
      *,
      CASE
        WHEN page LIKE '%/' OR page LIKE '%/?%' OR page LIKE '%/index.html%'
        THEN REGEXP_REPLACE(
          REGEXP_REPLACE(page, '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
          '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
          '$1$2'
        )
        ELSE page
      END AS shown_page
    FROM stamped
    WHERE
      (
        'exclude' = 'include' OR isbot = (
          'exclude' = 'only'
        )
      )
  ) AS chosen
), halves AS (
  SELECT
    visitkey,
    MIN(dt) AS dt,
    MIN(instant) AS began,
    MAX(instant) AS ended,
    COUNT(*) AS events,
    COUNT_IF(eventtype = 'page_view') AS page_views,
    COUNT_IF(
      NOT eventtype IN ('page_view', 'scroll_depth', 'time_on_page', 'exit_intent', 'web_vitals')
    ) AS actions,
    MIN_BY(COALESCE(page, ''), turn) AS first_page,
    MIN_BY(COALESCE(referrer, ''), turn) AS referrer,
    MIN_BY(utm, turn) AS utm,
    MIN_BY(location, turn) AS location,
    MIN_BY(device, turn) AS device,
    MIN_BY(COALESCE(visitorid, ''), turn) AS visitorid,
    MIN_BY(COALESCE(sessionid, ''), turn) AS sessionid,
    MAX(userid) AS userid,
    MIN(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS entry,
    MAX(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS leaving
  FROM nearby_hits
  WHERE
    NOT visitkey IS NULL
  GROUP BY
    visitkey,
    half_hour
), spans AS (
  SELECT
    visitkey,
    opening,
    dt,
    began,
    ended,
    events,
    page_views,
    actions,
    first_page,
    referrer,
    utm,
    location,
    device,
    visitorid,
    sessionid,
    userid,
    entry,
    leaving,
    COALESCE(utm_source, host) AS source,
    medium,
    campaign,
    CASE
      WHEN REGEXP_LIKE(medium, '^e-?mail|newsletter')
      THEN 'email'
      WHEN REGEXP_LIKE(medium, '^(cpc|ppc|cpm|cpv|paid.*|display|banner|ads?|retargeting)$')
      THEN 'paid'
      WHEN REGEXP_LIKE(medium, 'social|^sm$')
      THEN 'social'
      WHEN REGEXP_LIKE(medium, '^affiliate')
      THEN 'affiliate'
      WHEN NOT medium IS NULL AND NOT medium IN ('organic', 'referral')
      THEN 'campaign'
      WHEN REGEXP_LIKE(
        COALESCE(utm_source, host),
        '^(chatgpt|openai|perplexity|claude|gemini|copilot|deepseek)$|^(.*\.)?(chatgpt\.com|openai\.com|perplexity\.ai|claude\.ai|gemini\.google\.com|copilot\.microsoft\.com|deepseek\.com|mistral\.ai|meta\.ai|grok\.com|poe\.com|you\.com)$'
      )
      THEN 'ai'
      WHEN REGEXP_LIKE(
        COALESCE(utm_source, host),
        '^(google|bing|duckduckgo|ecosia|baidu|qwant|startpage|kagi)(\.[a-z]{2,3}){0,2}$|^(.*\.)?(search\.yahoo\.com|search\.brave\.com|yandex\.(com|ru)|m\.baidu\.com|naver\.com)$'
      )
      THEN 'search'
      WHEN REGEXP_LIKE(
        COALESCE(utm_source, host),
        '^(facebook|instagram|twitter|linkedin|reddit|tiktok|youtube|pinterest)$|^(.*\.)?(facebook\.com|instagram\.com|threads\.net|t\.co|twitter\.com|x\.com|linkedin\.com|lnkd\.in|reddit\.com|tiktok\.com|youtube\.com|pinterest\.[a-z.]+|bsky\.app|mastodon\.social|news\.ycombinator\.com|vk\.com|t\.me)$'
      )
      THEN 'social'
      WHEN NOT utm_source IS NULL
      THEN 'campaign'
      WHEN NOT host IS NULL
      THEN 'referral'
      ELSE 'direct'
    END AS channel
  FROM (
    SELECT
      visitkey,
      opening,
      dt,
      began,
      ended,
      events,
      page_views,
      actions,
      first_page,
      referrer,
      utm,
      location,
      device,
      visitorid,
      sessionid,
      userid,
      entry,
      leaving,
      NULLIF(LOWER(utm.source), '') AS utm_source,
      NULLIF(LOWER(utm.medium), '') AS medium,
      NULLIF(utm.campaign, '') AS campaign,
      NULLIF(
        REGEXP_REPLACE(LOWER(NULLIF(URL_EXTRACT_HOST(referrer), '')), '^www\.', ''),
        COALESCE(REGEXP_REPLACE(LOWER(URL_EXTRACT_HOST(first_page)), '^www\.', ''), '')
      ) AS host
    FROM (
      SELECT
        visitkey,
        opening,
        MIN(dt) AS dt,
        MIN(began) AS began,
        MAX(ended) AS ended,
        CAST(SUM(events) AS BIGINT) AS events,
        CAST(SUM(page_views) AS BIGINT) AS page_views,
        CAST(SUM(actions) AS BIGINT) AS actions,
        MIN_BY(first_page, began) AS first_page,
        MIN_BY(referrer, began) AS referrer,
        MIN_BY(utm, began) AS utm,
        MIN_BY(location, began) AS location,
        MIN_BY(device, began) AS device,
        MIN_BY(visitorid, began) AS visitorid,
        MIN_BY(sessionid, began) AS sessionid,
        MAX(userid) AS userid,
        MIN(entry) AS entry,
        MAX(leaving) AS leaving
      FROM (
        SELECT
          visitkey,
          dt,
          began,
          ended,
          events,
          page_views,
          actions,
          first_page,
          referrer,
          utm,
          location,
          device,
          visitorid,
          sessionid,
          userid,
          entry,
          leaving,
          MAX(opened) OVER (
            PARTITION BY visitkey
            ORDER BY began
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
          ) AS opening
        FROM (
          SELECT
            visitkey,
            dt,
            began,
            ended,
            events,
            page_views,
            actions,
            first_page,
            referrer,
            utm,
            location,
            device,
            visitorid,
            sessionid,
            userid,
            entry,
            leaving,
            CASE
              WHEN began - LAG(ended) OVER (PARTITION BY visitkey ORDER BY began) < 1800
              THEN NULL
              ELSE began
            END AS opened
          FROM halves
        ) AS gaps
      ) AS openings
      GROUP BY
        visitkey,
        opening
    ) AS grouped
  ) AS known
), nearby_visits AS (
  SELECT
    visitkey,
    opening,
    visitkey || '@' || DATE_FORMAT(FROM_UNIXTIME(opening), '%Y-%m-%dT%TZ') AS visit,
    DATE_FORMAT(AT_TIMEZONE(FROM_UNIXTIME(opening), 'UTC'), '%Y-%m-%d') AS local_day,
    NULLIF(visitorid, '') AS visitorid,
    NULLIF(sessionid, '') AS sessionid,
    userid,
    began,
    ended AS finished,
    FROM_UNIXTIME(began) AS started,
    FROM_UNIXTIME(ended) AS ended,
    ended - began AS seconds,
    events,
    page_views,
    page_views = 1 AND actions = 0 AS bounced,
    CASE
      WHEN SPLIT_PART(entry, CHR(  10), 2) LIKE '%/'
      OR SPLIT_PART(entry, CHR(  10), 2) LIKE '%/?%'
      OR SPLIT_PART(entry, CHR(  10), 2) LIKE '%/index.html%'
      THEN REGEXP_REPLACE(
        REGEXP_REPLACE(SPLIT_PART(entry, CHR(  10), 2), '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
        '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
        '$1$2'
      )
      ELSE SPLIT_PART(entry, CHR(  10), 2)
    END AS entry_page,
    CASE
      WHEN SPLIT_PART(leaving, CHR(  10), 2) LIKE '%/'
      OR SPLIT_PART(leaving, CHR(  10), 2) LIKE '%/?%'
      OR SPLIT_PART(leaving, CHR(  10), 2) LIKE '%/index.html%'
      THEN REGEXP_REPLACE(
        REGEXP_REPLACE(SPLIT_PART(leaving, CHR(  10), 2), '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
        '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
        '$1$2'
      )
      ELSE SPLIT_PART(leaving, CHR(  10), 2)
    END AS exit_page,
    source,
    medium,
    campaign,
    channel,
    NULLIF(location.country, '') AS country,
    NULLIF(location.city, '') AS city,
    NULLIF(device.device_type, '') AS device_type,
    NULLIF(device.browser, '') AS browser,
    NULLIF(device.os, '') AS os
  FROM spans
), visits AS (
  SELECT
    *
  FROM nearby_visits
  WHERE
    opening >= TO_UNIXTIME(FROM_ISO8601_TIMESTAMP('2026-11-01T00:00:00.000Z'))
    AND opening < TO_UNIXTIME(FROM_ISO8601_TIMESTAMP('2026-12-01T00:00:00.000Z'))
)
SELECT
  w.visit,
  ROW_NUMBER() OVER (PARTITION BY w.visit ORDER BY h.turn) AS step,
  h.stamp AS happened,
  h.eventtype AS event_type,
  h.page,
  ROUND(h.instant - LAG(h.instant) OVER (PARTITION BY w.visit ORDER BY h.turn), 3) AS seconds_later,
  h.metadata
FROM (
  SELECT
    visitkey,
    visit,
    began,
    finished
  FROM visits
  WHERE
    '' = '' OR visit = ''
  ORDER BY
    began,
    visitkey
  LIMIT 100
) AS w
JOIN nearby_hits AS h
  ON h.visitkey = w.visitkey AND h.instant BETWEEN w.began AND w.finished
ORDER BY
  w.began,
  w.visit,
  step
LIMIT 100;

-- Latest events
-- The events that arrived last, newest first; with after = 2026-11-09T10:00:00.000Z those that arrived since.
WITH stamped AS (
  SELECT
    *,
    FROM_ISO8601_TIMESTAMP(stamp) AS moment,
    TO_UNIXTIME(FROM_ISO8601_TIMESTAMP(stamp)) AS instant,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(stamp), 'UTC'), '%Y-%m-%d')
    END AS local_day
  FROM (
    SELECT
      *,
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp
    FROM TABLE_NAME AS events
    WHERE
      dt BETWEEN '2026-10-31' AND '2026-12-01'
  ) AS dated
), nearby_hits AS (
  SELECT
    *,
    CASE
      WHEN NOT shown_page IS NULL
      THEN COALESCE(
        NULLIF(
          REGEXP_EXTRACT(shown_page, '^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?([^?#]*)', 1),
          ''
        ),
        '/'
      )
    END AS path,
    COALESCE(sessionid, visitorid) AS visitkey,
    visitorid || local_day AS visitor,
    FLOOR(instant / 18e2) AS half_hour,
    stamp || CAST(20000000000 + COALESCE(sequence, -1) AS VARCHAR) || servertimestamp || eventid AS turn
  FROM (
    SELECT
      *,
      CASE
        WHEN page LIKE '%/' OR page LIKE '%/?%' OR page LIKE '%/index.html%'
        THEN REGEXP_REPLACE(
          REGEXP_REPLACE(page, '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
          '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
          '$1$2'
        )
        ELSE page
      END AS shown_page
    FROM stamped
    WHERE
      (
        'exclude' = 'include' OR isbot = (
          'exclude' = 'only'
        )
      )
  ) AS chosen
), hits AS (
  SELECT
    *
  FROM nearby_hits
  WHERE
    dt BETWEEN '2026-11-01' AND '2026-11-30'
    AND (
      'UTC' = 'UTC'
      OR (
        stamp >= '2026-11-01T00:00:00.000Z' AND stamp < '2026-12-01T00:00:00.000Z'
      )
    )
)
SELECT
  servertimestamp AS arrived,
  eventtype AS event_type,
  page,
  visitorid,
  location.country AS country,
  device.device_type AS device_type,
  device.browser AS browser,
  referrer,
  eventid
FROM hits
WHERE
  servertimestamp >= ''
ORDER BY
  arrived DESC,
  turn DESC
LIMIT 100;

-- Latest visits
-- The visits of the range that began last: where each came from, what it began and ended with, its location and device;
-- for one visitor, session or user (person = its id) or for all.
WITH stamped AS (
  SELECT
    *,
    FROM_ISO8601_TIMESTAMP(stamp) AS moment,
    TO_UNIXTIME(FROM_ISO8601_TIMESTAMP(stamp)) AS instant,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(stamp), 'UTC'), '%Y-%m-%d')
    END AS local_day
  FROM (
    SELECT
      *,
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp
    FROM TABLE_NAME AS events
    WHERE
      dt BETWEEN '2026-10-31' AND '2026-12-01'
  ) AS dated
), nearby_hits AS (
  SELECT
    *,
    CASE
      WHEN NOT shown_page IS NULL
      THEN COALESCE(
        NULLIF(
          REGEXP_EXTRACT(shown_page, '^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?([^?#]*)', 1),
          ''
        ),
        '/'
      )
    END AS path,
    COALESCE(sessionid, visitorid) AS visitkey,
    visitorid || local_day AS visitor,
    FLOOR(instant / 18e2) AS half_hour,
    stamp || CAST(20000000000 + COALESCE(sequence, -1) AS VARCHAR) || servertimestamp || eventid AS turn
  FROM (
    SELECT
      *,
      CASE
        WHEN page LIKE '%/' OR page LIKE '%/?%' OR page LIKE '%/index.html%'
        THEN REGEXP_REPLACE(
          REGEXP_REPLACE(page, '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
          '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
          '$1$2'
        )
        ELSE page
      END AS shown_page
    FROM stamped
    WHERE
      (
        'exclude' = 'include' OR isbot = (
          'exclude' = 'only'
        )
      )
  ) AS chosen
), halves AS (
  SELECT
    visitkey,
    MIN(dt) AS dt,
    MIN(instant) AS began,
    MAX(instant) AS ended,
    COUNT(*) AS events,
    COUNT_IF(eventtype = 'page_view') AS page_views,
    COUNT_IF(
      NOT eventtype IN ('page_view', 'scroll_depth', 'time_on_page', 'exit_intent', 'web_vitals')
    ) AS actions,
    MIN_BY(COALESCE(page, ''), turn) AS first_page,
    MIN_BY(COALESCE(referrer, ''), turn) AS referrer,
    MIN_BY(utm, turn) AS utm,
    MIN_BY(location, turn) AS location,
    MIN_BY(device, turn) AS device,
    MIN_BY(COALESCE(visitorid, ''), turn) AS visitorid,
    MIN_BY(COALESCE(sessionid, ''), turn) AS sessionid,
    MAX(userid) AS userid,
    MIN(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS entry,
    MAX(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS leaving
  FROM nearby_hits
  WHERE
    NOT visitkey IS NULL
  GROUP BY
    visitkey,
    half_hour
), spans AS (
  SELECT
    visitkey,
    opening,
    dt,
    began,
    ended,
    events,
    page_views,
    actions,
    first_page,
    referrer,
    utm,
    location,
    device,
    visitorid,
    sessionid,
    userid,
    entry,
    leaving,
    COALESCE(utm_source, host) AS source,
    medium,
    campaign,
    CASE
      WHEN REGEXP_LIKE(medium, '^e-?mail|newsletter')
      THEN 'email'
      WHEN REGEXP_LIKE(medium, '^(cpc|ppc|cpm|cpv|paid.*|display|banner|ads?|retargeting)$')
      THEN 'paid'
      WHEN REGEXP_LIKE(medium, 'social|^sm$')
      THEN 'social'
      WHEN REGEXP_LIKE(medium, '^affiliate')
      THEN 'affiliate'
      WHEN NOT medium IS NULL AND NOT medium IN ('organic', 'referral')
      THEN 'campaign'
      WHEN REGEXP_LIKE(
        COALESCE(utm_source, host),
        '^(chatgpt|openai|perplexity|claude|gemini|copilot|deepseek)$|^(.*\.)?(chatgpt\.com|openai\.com|perplexity\.ai|claude\.ai|gemini\.google\.com|copilot\.microsoft\.com|deepseek\.com|mistral\.ai|meta\.ai|grok\.com|poe\.com|you\.com)$'
      )
      THEN 'ai'
      WHEN REGEXP_LIKE(
        COALESCE(utm_source, host),
        '^(google|bing|duckduckgo|ecosia|baidu|qwant|startpage|kagi)(\.[a-z]{2,3}){0,2}$|^(.*\.)?(search\.yahoo\.com|search\.brave\.com|yandex\.(com|ru)|m\.baidu\.com|naver\.com)$'
      )
      THEN 'search'
      WHEN REGEXP_LIKE(
        COALESCE(utm_source, host),
        '^(facebook|instagram|twitter|linkedin|reddit|tiktok|youtube|pinterest)$|^(.*\.)?(facebook\.com|instagram\.com|threads\.net|t\.co|twitter\.com|x\.com|linkedin\.com|lnkd\.in|reddit\.com|tiktok\.com|youtube\.com|pinterest\.[a-z.]+|bsky\.app|mastodon\.social|news\.ycombinator\.com|vk\.com|t\.me)$'
      )
      THEN 'social'
      WHEN NOT utm_source IS NULL
      THEN 'campaign'
      WHEN NOT host IS NULL
      THEN 'referral'
      ELSE 'direct'
    END AS channel
  FROM (
    SELECT
      visitkey,
      opening,
      dt,
      began,
      ended,
      events,
      page_views,
      actions,
      first_page,
      referrer,
      utm,
      location,
      device,
      visitorid,
      sessionid,
      userid,
      entry,
      leaving,
      NULLIF(LOWER(utm.source), '') AS utm_source,
      NULLIF(LOWER(utm.medium), '') AS medium,
      NULLIF(utm.campaign, '') AS campaign,
      NULLIF(
        REGEXP_REPLACE(LOWER(NULLIF(URL_EXTRACT_HOST(referrer), '')), '^www\.', ''),
        COALESCE(REGEXP_REPLACE(LOWER(URL_EXTRACT_HOST(first_page)), '^www\.', ''), '')
      ) AS host
    FROM (
      SELECT
        visitkey,
        opening,
        MIN(dt) AS dt,
        MIN(began) AS began,
        MAX(ended) AS ended,
        CAST(SUM(events) AS BIGINT) AS events,
        CAST(SUM(page_views) AS BIGINT) AS page_views,
        CAST(SUM(actions) AS BIGINT) AS actions,
        MIN_BY(first_page, began) AS first_page,
        MIN_BY(referrer, began) AS referrer,
        MIN_BY(utm, began) AS utm,
        MIN_BY(location, began) AS location,
        MIN_BY(device, began) AS device,
        MIN_BY(visitorid, began) AS visitorid,
        MIN_BY(sessionid, began) AS sessionid,
        MAX(userid) AS userid,
        MIN(entry) AS entry,
        MAX(leaving) AS leaving
      FROM (
        SELECT
          visitkey,
          dt,
          began,
          ended,
          events,
          page_views,
          actions,
          first_page,
          referrer,
          utm,
          location,
          device,
          visitorid,
          sessionid,
          userid,
          entry,
          leaving,
          MAX(opened) OVER (
            PARTITION BY visitkey
            ORDER BY began
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
          ) AS opening
        FROM (
          SELECT
            visitkey,
            dt,
            began,
            ended,
            events,
            page_views,
            actions,
            first_page,
            referrer,
            utm,
            location,
            device,
            visitorid,
            sessionid,
            userid,
            entry,
            leaving,
            CASE
              WHEN began - LAG(ended) OVER (PARTITION BY visitkey ORDER BY began) < 1800
              THEN NULL
              ELSE began
            END AS opened
          FROM halves
        ) AS gaps
      ) AS openings
      GROUP BY
        visitkey,
        opening
    ) AS grouped
  ) AS known
), nearby_visits AS (
  SELECT
    visitkey,
    opening,
    visitkey || '@' || DATE_FORMAT(FROM_UNIXTIME(opening), '%Y-%m-%dT%TZ') AS visit,
    DATE_FORMAT(AT_TIMEZONE(FROM_UNIXTIME(opening), 'UTC'), '%Y-%m-%d') AS local_day,
    NULLIF(visitorid, '') AS visitorid,
    NULLIF(sessionid, '') AS sessionid,
    userid,
    began,
    ended AS finished,
    FROM_UNIXTIME(began) AS started,
    FROM_UNIXTIME(ended) AS ended,
    ended - began AS seconds,
    events,
    page_views,
    page_views = 1 AND actions = 0 AS bounced,
    CASE
      WHEN SPLIT_PART(entry, CHR(  10), 2) LIKE '%/'
      OR SPLIT_PART(entry, CHR(  10), 2) LIKE '%/?%'
      OR SPLIT_PART(entry, CHR(  10), 2) LIKE '%/index.html%'
      THEN REGEXP_REPLACE(
        REGEXP_REPLACE(SPLIT_PART(entry, CHR(  10), 2), '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
        '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
        '$1$2'
      )
      ELSE SPLIT_PART(entry, CHR(  10), 2)
    END AS entry_page,
    CASE
      WHEN SPLIT_PART(leaving, CHR(  10), 2) LIKE '%/'
      OR SPLIT_PART(leaving, CHR(  10), 2) LIKE '%/?%'
      OR SPLIT_PART(leaving, CHR(  10), 2) LIKE '%/index.html%'
      THEN REGEXP_REPLACE(
        REGEXP_REPLACE(SPLIT_PART(leaving, CHR(  10), 2), '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
        '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
        '$1$2'
      )
      ELSE SPLIT_PART(leaving, CHR(  10), 2)
    END AS exit_page,
    source,
    medium,
    campaign,
    channel,
    NULLIF(location.country, '') AS country,
    NULLIF(location.city, '') AS city,
    NULLIF(device.device_type, '') AS device_type,
    NULLIF(device.browser, '') AS browser,
    NULLIF(device.os, '') AS os
  FROM spans
), visits AS (
  SELECT
    *
  FROM nearby_visits
  WHERE
    opening >= TO_UNIXTIME(FROM_ISO8601_TIMESTAMP('2026-11-01T00:00:00.000Z'))
    AND opening < TO_UNIXTIME(FROM_ISO8601_TIMESTAMP('2026-12-01T00:00:00.000Z'))
)
SELECT
  visit,
  DATE_FORMAT(started, '%Y-%m-%dT%TZ') AS began,
  CAST(ROUND(seconds) AS BIGINT) AS seconds,
  events,
  page_views,
  entry_page,
  exit_page,
  channel,
  source,
  country,
  device_type AS device,
  browser,
  userid AS user_id
FROM visits
WHERE
  '' = '' OR visitorid = '' OR sessionid = '' OR userid = ''
ORDER BY
  started DESC,
  visit
LIMIT 50;

-- Values of a metadata key
-- Which values a key of the metadata has (plan; cart.total for a key within a key, or for one with a dot), in how many
-- events and for how many visitors; for one event type (event) or for all.
WITH stamped AS (
  SELECT
    *,
    FROM_ISO8601_TIMESTAMP(stamp) AS moment,
    TO_UNIXTIME(FROM_ISO8601_TIMESTAMP(stamp)) AS instant,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(stamp), 'UTC'), '%Y-%m-%d')
    END AS local_day
  FROM (
    SELECT
      *,
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp
    FROM TABLE_NAME AS events
    WHERE
      dt BETWEEN '2026-10-31' AND '2026-12-01'
  ) AS dated
), nearby_hits AS (
  SELECT
    *,
    CASE
      WHEN NOT shown_page IS NULL
      THEN COALESCE(
        NULLIF(
          REGEXP_EXTRACT(shown_page, '^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?([^?#]*)', 1),
          ''
        ),
        '/'
      )
    END AS path,
    COALESCE(sessionid, visitorid) AS visitkey,
    visitorid || local_day AS visitor,
    FLOOR(instant / 18e2) AS half_hour,
    stamp || CAST(20000000000 + COALESCE(sequence, -1) AS VARCHAR) || servertimestamp || eventid AS turn
  FROM (
    SELECT
      *,
      CASE
        WHEN page LIKE '%/' OR page LIKE '%/?%' OR page LIKE '%/index.html%'
        THEN REGEXP_REPLACE(
          REGEXP_REPLACE(page, '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
          '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
          '$1$2'
        )
        ELSE page
      END AS shown_page
    FROM stamped
    WHERE
      (
        'exclude' = 'include' OR isbot = (
          'exclude' = 'only'
        )
      )
  ) AS chosen
), hits AS (
  SELECT
    *
  FROM nearby_hits
  WHERE
    dt BETWEEN '2026-11-01' AND '2026-11-30'
    AND (
      'UTC' = 'UTC'
      OR (
        stamp >= '2026-11-01T00:00:00.000Z' AND stamp < '2026-12-01T00:00:00.000Z'
      )
    )
)
SELECT
  value,
  COUNT(*) AS events,
  COUNT(DISTINCT visitor) AS visitors
FROM (
  SELECT
    COALESCE(
      JSON_EXTRACT_SCALAR(
        metadata,
        '$["' || REPLACE(REGEXP_EXTRACT('plan', '^[A-Za-z_][A-Za-z0-9_.-]*\z'), '.', '"]["') || '"]'
      ),
      JSON_EXTRACT_SCALAR(metadata, '$["' || REGEXP_EXTRACT('plan', '^[A-Za-z_][A-Za-z0-9_.-]*\z') || '"]')
    ) AS value,
    visitor
  FROM hits
  WHERE
    NOT metadata IS NULL AND (
      '' = '' OR eventtype = ''
    )
) AS known
WHERE
  NOT value IS NULL
GROUP BY
  value
ORDER BY
  events DESC,
  value
LIMIT 20;

-- Quarter hours
-- How many page views and events each quarter of an hour had (quarter is its start, UTC); empty ones are not shown.
-- They can be summed up to days in any time zone.
WITH stamped AS (
  SELECT
    *,
    FROM_ISO8601_TIMESTAMP(stamp) AS moment,
    TO_UNIXTIME(FROM_ISO8601_TIMESTAMP(stamp)) AS instant,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(stamp), 'UTC'), '%Y-%m-%d')
    END AS local_day
  FROM (
    SELECT
      *,
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp
    FROM TABLE_NAME AS events
    WHERE
      dt BETWEEN '2026-10-31' AND '2026-12-01'
  ) AS dated
), nearby_hits AS (
  SELECT
    *,
    CASE
      WHEN NOT shown_page IS NULL
      THEN COALESCE(
        NULLIF(
          REGEXP_EXTRACT(shown_page, '^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?([^?#]*)', 1),
          ''
        ),
        '/'
      )
    END AS path,
    COALESCE(sessionid, visitorid) AS visitkey,
    visitorid || local_day AS visitor,
    FLOOR(instant / 18e2) AS half_hour,
    stamp || CAST(20000000000 + COALESCE(sequence, -1) AS VARCHAR) || servertimestamp || eventid AS turn
  FROM (
    SELECT
      *,
      CASE
        WHEN page LIKE '%/' OR page LIKE '%/?%' OR page LIKE '%/index.html%'
        THEN REGEXP_REPLACE(
          REGEXP_REPLACE(page, '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
          '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
          '$1$2'
        )
        ELSE page
      END AS shown_page
    FROM stamped
    WHERE
      (
        'exclude' = 'include' OR isbot = (
          'exclude' = 'only'
        )
      )
  ) AS chosen
), hits AS (
  SELECT
    *
  FROM nearby_hits
  WHERE
    dt BETWEEN '2026-11-01' AND '2026-11-30'
    AND (
      'UTC' = 'UTC'
      OR (
        stamp >= '2026-11-01T00:00:00.000Z' AND stamp < '2026-12-01T00:00:00.000Z'
      )
    )
)
SELECT
  FROM_UNIXTIME(9e2 * FLOOR(instant / 9e2)) AS quarter,
  COUNT_IF(eventtype = 'page_view') AS page_views,
  COUNT(*) AS events
FROM hits
GROUP BY
  FLOOR(instant / 9e2)
ORDER BY
  quarter;

-- Requests by status
-- Which HTTP statuses the requests in an imported log got (metadata.status), by method, and their share in percent.
WITH stamped AS (
  SELECT
    *,
    FROM_ISO8601_TIMESTAMP(stamp) AS moment,
    TO_UNIXTIME(FROM_ISO8601_TIMESTAMP(stamp)) AS instant,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(stamp), 'UTC'), '%Y-%m-%d')
    END AS local_day
  FROM (
    SELECT
      *,
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp
    FROM TABLE_NAME AS events
    WHERE
      dt BETWEEN '2026-10-31' AND '2026-12-01'
  ) AS dated
), nearby_hits AS (
  SELECT
    *,
    CASE
      WHEN NOT shown_page IS NULL
      THEN COALESCE(
        NULLIF(
          REGEXP_EXTRACT(shown_page, '^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?([^?#]*)', 1),
          ''
        ),
        '/'
      )
    END AS path,
    COALESCE(sessionid, visitorid) AS visitkey,
    visitorid || local_day AS visitor,
    FLOOR(instant / 18e2) AS half_hour,
    stamp || CAST(20000000000 + COALESCE(sequence, -1) AS VARCHAR) || servertimestamp || eventid AS turn
  FROM (
    SELECT
      *,
      CASE
        WHEN page LIKE '%/' OR page LIKE '%/?%' OR page LIKE '%/index.html%'
        THEN REGEXP_REPLACE(
          REGEXP_REPLACE(page, '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
          '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
          '$1$2'
        )
        ELSE page
      END AS shown_page
    FROM stamped
    WHERE
      (
        'exclude' = 'include' OR isbot = (
          'exclude' = 'only'
        )
      )
  ) AS chosen
), hits AS (
  SELECT
    *
  FROM nearby_hits
  WHERE
    dt BETWEEN '2026-11-01' AND '2026-11-30'
    AND (
      'UTC' = 'UTC'
      OR (
        stamp >= '2026-11-01T00:00:00.000Z' AND stamp < '2026-12-01T00:00:00.000Z'
      )
    )
)
SELECT
  status,
  method,
  COUNT(*) AS requests,
  ROUND(1e2 * COUNT(*) / SUM(COUNT(*)) OVER (), 1) AS share
FROM (
  SELECT
    JSON_EXTRACT_SCALAR(metadata, '$.status') AS status,
    COALESCE(JSON_EXTRACT_SCALAR(metadata, '$.method'), '(none)') AS method
  FROM hits
  WHERE
    metadata LIKE '%"status"%'
) AS answered
WHERE
  NOT status IS NULL
GROUP BY
  status,
  method
ORDER BY
  requests DESC,
  status,
  method;

-- Retention by first-seen week
-- How many of the people first seen in each week of the range came back, and how many weeks later, also where that is
-- nobody. A visitor is known for one day only, so a person here is a userId, or without one a sessionId; the ids that
-- the browser client once made for each page load do not count. Who logs in within a session, or without one on the
-- same day, is one person from the first event on. events_of_nobody says how many events of the first week belong to no
-- person, and so to no cohort; a week with only such events has no people. Weeks begin on Monday; share is in percent.
WITH stamped AS (
  SELECT
    *,
    FROM_ISO8601_TIMESTAMP(stamp) AS moment,
    TO_UNIXTIME(FROM_ISO8601_TIMESTAMP(stamp)) AS instant,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(stamp), 'UTC'), '%Y-%m-%d')
    END AS local_day
  FROM (
    SELECT
      *,
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp
    FROM TABLE_NAME AS events
    WHERE
      dt BETWEEN '2026-10-31' AND '2026-12-01'
  ) AS dated
), nearby_hits AS (
  SELECT
    *,
    CASE
      WHEN NOT shown_page IS NULL
      THEN COALESCE(
        NULLIF(
          REGEXP_EXTRACT(shown_page, '^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?([^?#]*)', 1),
          ''
        ),
        '/'
      )
    END AS path,
    COALESCE(sessionid, visitorid) AS visitkey,
    visitorid || local_day AS visitor,
    FLOOR(instant / 18e2) AS half_hour,
    stamp || CAST(20000000000 + COALESCE(sequence, -1) AS VARCHAR) || servertimestamp || eventid AS turn
  FROM (
    SELECT
      *,
      CASE
        WHEN page LIKE '%/' OR page LIKE '%/?%' OR page LIKE '%/index.html%'
        THEN REGEXP_REPLACE(
          REGEXP_REPLACE(page, '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
          '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
          '$1$2'
        )
        ELSE page
      END AS shown_page
    FROM stamped
    WHERE
      (
        'exclude' = 'include' OR isbot = (
          'exclude' = 'only'
        )
      )
  ) AS chosen
), hits AS (
  SELECT
    *
  FROM nearby_hits
  WHERE
    dt BETWEEN '2026-11-01' AND '2026-11-30'
    AND (
      'UTC' = 'UTC'
      OR (
        stamp >= '2026-11-01T00:00:00.000Z' AND stamp < '2026-12-01T00:00:00.000Z'
      )
    )
), people AS (
  SELECT
    local_day,
    events,
    CASE
      WHEN NOT owner IS NULL
      THEN 'u' || owner
      WHEN NOT REGEXP_LIKE(sessionid, '^[0-9]{1,10}(x[0-9]{1,10}){3}\z')
      THEN 's' || sessionid
    END AS person
  FROM (
    SELECT
      local_day,
      events,
      sessionid,
      COALESCE(
        userid,
        CASE WHEN NOT visitkey IS NULL THEN MAX(userid) OVER (PARTITION BY visitkey) END
      ) AS owner
    FROM (
      SELECT
        local_day,
        visitkey,
        sessionid,
        userid,
        COUNT(*) AS events
      FROM hits
      GROUP BY
        local_day,
        visitkey,
        sessionid,
        userid
    ) AS grouped
  ) AS owned
)
SELECT
  CAST(grid.week AS VARCHAR) AS first_week,
  grid.events_of_nobody,
  grid.weeks_later,
  COALESCE(returned.people, 0) AS people,
  ROUND(
    1e2 * COALESCE(returned.people, 0) / FIRST_VALUE(returned.people) OVER (PARTITION BY grid.week ORDER BY grid.weeks_later),
    1
  ) AS share
FROM (
  SELECT
    week,
    events_of_nobody,
    weeks_later
  FROM (
    SELECT
      week,
      events_of_nobody,
      DATE_DIFF('WEEK', week, MAX(week) OVER ()) AS weeks_to_come
    FROM (
      SELECT
        week,
        CAST(SUM(events_of_nobody) AS BIGINT) AS events_of_nobody
      FROM (
        SELECT
          CAST(DATE_TRUNC('WEEK', CAST(local_day AS DATE)) AS DATE) AS week,
          events_of_nobody
        FROM (
          SELECT
            local_day,
            SUM(CASE WHEN person IS NULL THEN events ELSE 0 END) AS events_of_nobody
          FROM people
          GROUP BY
            local_day
        ) AS days
      ) AS dated
      GROUP BY
        week
    ) AS weeks
  ) AS known
  JOIN UNNEST(SEQUENCE(0, 1 + DATE_DIFF('WEEK', CAST('2026-11-01' AS DATE), CAST('2026-11-30' AS DATE)))) AS later(weeks_later)
    ON weeks_later <= weeks_to_come
) AS grid
LEFT JOIN (
  SELECT
    first_week,
    DATE_DIFF('WEEK', first_week, week) AS weeks_later,
    COUNT(*) AS people
  FROM (
    SELECT DISTINCT
      person,
      week,
      MIN(week) OVER (PARTITION BY person) AS first_week
    FROM (
      SELECT DISTINCT
        person,
        CAST(DATE_TRUNC('WEEK', CAST(local_day AS DATE)) AS DATE) AS week
      FROM people
      WHERE
        NOT person IS NULL
    ) AS seen
  ) AS cohorts
  GROUP BY
    first_week,
    DATE_DIFF('WEEK', first_week, week)
) AS returned
  ON returned.first_week = grid.week AND returned.weeks_later = grid.weeks_later
ORDER BY
  grid.week,
  grid.weeks_later;

-- Revenue by source
-- What was earned in each currency, by the channel and source of the visit: orders, their sum and average. An order is
-- an event with metadata.value, a number of at most 10^12 either way, and metadata.currency; data quality counts the
-- values that are not amounts. An order without a visit has the channel (no visit).
WITH stamped AS (
  SELECT
    *,
    FROM_ISO8601_TIMESTAMP(stamp) AS moment,
    TO_UNIXTIME(FROM_ISO8601_TIMESTAMP(stamp)) AS instant,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(stamp), 'UTC'), '%Y-%m-%d')
    END AS local_day
  FROM (
    SELECT
      *,
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp
    FROM TABLE_NAME AS events
    WHERE
      dt BETWEEN '2026-10-31' AND '2026-12-01'
  ) AS dated
), nearby_hits AS (
  SELECT
    *,
    CASE
      WHEN NOT shown_page IS NULL
      THEN COALESCE(
        NULLIF(
          REGEXP_EXTRACT(shown_page, '^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?([^?#]*)', 1),
          ''
        ),
        '/'
      )
    END AS path,
    COALESCE(sessionid, visitorid) AS visitkey,
    visitorid || local_day AS visitor,
    FLOOR(instant / 18e2) AS half_hour,
    stamp || CAST(20000000000 + COALESCE(sequence, -1) AS VARCHAR) || servertimestamp || eventid AS turn
  FROM (
    SELECT
      *,
      CASE
        WHEN page LIKE '%/' OR page LIKE '%/?%' OR page LIKE '%/index.html%'
        THEN REGEXP_REPLACE(
          REGEXP_REPLACE(page, '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
          '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
          '$1$2'
        )
        ELSE page
      END AS shown_page
    FROM stamped
    WHERE
      (
        'exclude' = 'include' OR isbot = (
          'exclude' = 'only'
        )
      )
  ) AS chosen
), hits AS (
  SELECT
    *
  FROM nearby_hits
  WHERE
    dt BETWEEN '2026-11-01' AND '2026-11-30'
    AND (
      'UTC' = 'UTC'
      OR (
        stamp >= '2026-11-01T00:00:00.000Z' AND stamp < '2026-12-01T00:00:00.000Z'
      )
    )
), amounts AS (
  SELECT
    visitkey,
    instant,
    local_day,
    UPPER(currency) AS currency,
    CASE
      WHEN ABS(amount) <= 1e12
      THEN CAST(CAST(ROUND(1e3 * amount) AS BIGINT) AS DECIMAL(38, 0))
    END AS thousandths
  FROM (
    SELECT
      visitkey,
      instant,
      local_day,
      currency,
      CASE
        WHEN REGEXP_LIKE(amount, '^[+-]?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]{1,3})?$')
        THEN TRY_CAST(amount AS DOUBLE)
      END AS amount
    FROM (
      SELECT
        visitkey,
        instant,
        local_day,
        metadata,
        NULLIF(
          REGEXP_REPLACE(
            JSON_EXTRACT_SCALAR(metadata, '$.currency'),
            '^[^\p{L}\p{N}\p{P}\p{S}]+|[^\p{L}\p{N}\p{P}\p{S}]+\z',
            ''
          ),
          ''
        ) AS currency,
        REGEXP_REPLACE(
          JSON_EXTRACT_SCALAR(metadata, '$.value'),
          '^[^\p{L}\p{N}\p{P}\p{S}]+|[^\p{L}\p{N}\p{P}\p{S}]+\z',
          ''
        ) AS amount
      FROM hits
      WHERE
        metadata LIKE '%"currency"%'
    ) AS priced
    WHERE
      NOT currency IS NULL
      AND (
        NOT amount IS NULL OR metadata LIKE '%"value":{%' OR metadata LIKE '%"value":[%'
      )
  ) AS known
), halves AS (
  SELECT
    visitkey,
    MIN(dt) AS dt,
    MIN(instant) AS began,
    MAX(instant) AS ended,
    COUNT(*) AS events,
    COUNT_IF(eventtype = 'page_view') AS page_views,
    COUNT_IF(
      NOT eventtype IN ('page_view', 'scroll_depth', 'time_on_page', 'exit_intent', 'web_vitals')
    ) AS actions,
    MIN_BY(COALESCE(page, ''), turn) AS first_page,
    MIN_BY(COALESCE(referrer, ''), turn) AS referrer,
    MIN_BY(utm, turn) AS utm,
    MIN_BY(location, turn) AS location,
    MIN_BY(device, turn) AS device,
    MIN_BY(COALESCE(visitorid, ''), turn) AS visitorid,
    MIN_BY(COALESCE(sessionid, ''), turn) AS sessionid,
    MAX(userid) AS userid,
    MIN(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS entry,
    MAX(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS leaving
  FROM nearby_hits
  WHERE
    NOT visitkey IS NULL
  GROUP BY
    visitkey,
    half_hour
), spans AS (
  SELECT
    visitkey,
    opening,
    dt,
    began,
    ended,
    events,
    page_views,
    actions,
    first_page,
    referrer,
    utm,
    location,
    device,
    visitorid,
    sessionid,
    userid,
    entry,
    leaving,
    COALESCE(utm_source, host) AS source,
    medium,
    campaign,
    CASE
      WHEN REGEXP_LIKE(medium, '^e-?mail|newsletter')
      THEN 'email'
      WHEN REGEXP_LIKE(medium, '^(cpc|ppc|cpm|cpv|paid.*|display|banner|ads?|retargeting)$')
      THEN 'paid'
      WHEN REGEXP_LIKE(medium, 'social|^sm$')
      THEN 'social'
      WHEN REGEXP_LIKE(medium, '^affiliate')
      THEN 'affiliate'
      WHEN NOT medium IS NULL AND NOT medium IN ('organic', 'referral')
      THEN 'campaign'
      WHEN REGEXP_LIKE(
        COALESCE(utm_source, host),
        '^(chatgpt|openai|perplexity|claude|gemini|copilot|deepseek)$|^(.*\.)?(chatgpt\.com|openai\.com|perplexity\.ai|claude\.ai|gemini\.google\.com|copilot\.microsoft\.com|deepseek\.com|mistral\.ai|meta\.ai|grok\.com|poe\.com|you\.com)$'
      )
      THEN 'ai'
      WHEN REGEXP_LIKE(
        COALESCE(utm_source, host),
        '^(google|bing|duckduckgo|ecosia|baidu|qwant|startpage|kagi)(\.[a-z]{2,3}){0,2}$|^(.*\.)?(search\.yahoo\.com|search\.brave\.com|yandex\.(com|ru)|m\.baidu\.com|naver\.com)$'
      )
      THEN 'search'
      WHEN REGEXP_LIKE(
        COALESCE(utm_source, host),
        '^(facebook|instagram|twitter|linkedin|reddit|tiktok|youtube|pinterest)$|^(.*\.)?(facebook\.com|instagram\.com|threads\.net|t\.co|twitter\.com|x\.com|linkedin\.com|lnkd\.in|reddit\.com|tiktok\.com|youtube\.com|pinterest\.[a-z.]+|bsky\.app|mastodon\.social|news\.ycombinator\.com|vk\.com|t\.me)$'
      )
      THEN 'social'
      WHEN NOT utm_source IS NULL
      THEN 'campaign'
      WHEN NOT host IS NULL
      THEN 'referral'
      ELSE 'direct'
    END AS channel
  FROM (
    SELECT
      visitkey,
      opening,
      dt,
      began,
      ended,
      events,
      page_views,
      actions,
      first_page,
      referrer,
      utm,
      location,
      device,
      visitorid,
      sessionid,
      userid,
      entry,
      leaving,
      NULLIF(LOWER(utm.source), '') AS utm_source,
      NULLIF(LOWER(utm.medium), '') AS medium,
      NULLIF(utm.campaign, '') AS campaign,
      NULLIF(
        REGEXP_REPLACE(LOWER(NULLIF(URL_EXTRACT_HOST(referrer), '')), '^www\.', ''),
        COALESCE(REGEXP_REPLACE(LOWER(URL_EXTRACT_HOST(first_page)), '^www\.', ''), '')
      ) AS host
    FROM (
      SELECT
        visitkey,
        opening,
        MIN(dt) AS dt,
        MIN(began) AS began,
        MAX(ended) AS ended,
        CAST(SUM(events) AS BIGINT) AS events,
        CAST(SUM(page_views) AS BIGINT) AS page_views,
        CAST(SUM(actions) AS BIGINT) AS actions,
        MIN_BY(first_page, began) AS first_page,
        MIN_BY(referrer, began) AS referrer,
        MIN_BY(utm, began) AS utm,
        MIN_BY(location, began) AS location,
        MIN_BY(device, began) AS device,
        MIN_BY(visitorid, began) AS visitorid,
        MIN_BY(sessionid, began) AS sessionid,
        MAX(userid) AS userid,
        MIN(entry) AS entry,
        MAX(leaving) AS leaving
      FROM (
        SELECT
          visitkey,
          dt,
          began,
          ended,
          events,
          page_views,
          actions,
          first_page,
          referrer,
          utm,
          location,
          device,
          visitorid,
          sessionid,
          userid,
          entry,
          leaving,
          MAX(opened) OVER (
            PARTITION BY visitkey
            ORDER BY began
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
          ) AS opening
        FROM (
          SELECT
            visitkey,
            dt,
            began,
            ended,
            events,
            page_views,
            actions,
            first_page,
            referrer,
            utm,
            location,
            device,
            visitorid,
            sessionid,
            userid,
            entry,
            leaving,
            CASE
              WHEN began - LAG(ended) OVER (PARTITION BY visitkey ORDER BY began) < 1800
              THEN NULL
              ELSE began
            END AS opened
          FROM halves
        ) AS gaps
      ) AS openings
      GROUP BY
        visitkey,
        opening
    ) AS grouped
  ) AS known
), nearby_visits AS (
  SELECT
    visitkey,
    opening,
    visitkey || '@' || DATE_FORMAT(FROM_UNIXTIME(opening), '%Y-%m-%dT%TZ') AS visit,
    DATE_FORMAT(AT_TIMEZONE(FROM_UNIXTIME(opening), 'UTC'), '%Y-%m-%d') AS local_day,
    NULLIF(visitorid, '') AS visitorid,
    NULLIF(sessionid, '') AS sessionid,
    userid,
    began,
    ended AS finished,
    FROM_UNIXTIME(began) AS started,
    FROM_UNIXTIME(ended) AS ended,
    ended - began AS seconds,
    events,
    page_views,
    page_views = 1 AND actions = 0 AS bounced,
    CASE
      WHEN SPLIT_PART(entry, CHR(  10), 2) LIKE '%/'
      OR SPLIT_PART(entry, CHR(  10), 2) LIKE '%/?%'
      OR SPLIT_PART(entry, CHR(  10), 2) LIKE '%/index.html%'
      THEN REGEXP_REPLACE(
        REGEXP_REPLACE(SPLIT_PART(entry, CHR(  10), 2), '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
        '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
        '$1$2'
      )
      ELSE SPLIT_PART(entry, CHR(  10), 2)
    END AS entry_page,
    CASE
      WHEN SPLIT_PART(leaving, CHR(  10), 2) LIKE '%/'
      OR SPLIT_PART(leaving, CHR(  10), 2) LIKE '%/?%'
      OR SPLIT_PART(leaving, CHR(  10), 2) LIKE '%/index.html%'
      THEN REGEXP_REPLACE(
        REGEXP_REPLACE(SPLIT_PART(leaving, CHR(  10), 2), '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
        '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
        '$1$2'
      )
      ELSE SPLIT_PART(leaving, CHR(  10), 2)
    END AS exit_page,
    source,
    medium,
    campaign,
    channel,
    NULLIF(location.country, '') AS country,
    NULLIF(location.city, '') AS city,
    NULLIF(device.device_type, '') AS device_type,
    NULLIF(device.browser, '') AS browser,
    NULLIF(device.os, '') AS os
  FROM spans
)
SELECT
  a.currency,
  COALESCE(v.channel, '(no visit)') AS channel,
  COALESCE(v.source, '(none)') AS source,
  COUNT(*) AS orders,
  ROUND(SUM(a.thousandths) / 1e3, 3) AS revenue,
  ROUND(SUM(a.thousandths) / 1e3 / COUNT(*), 2) AS average
FROM amounts AS a
LEFT JOIN nearby_visits AS v
  ON v.visitkey = a.visitkey AND a.instant BETWEEN v.began AND v.finished
WHERE
  NOT a.thousandths IS NULL
GROUP BY
  a.currency,
  COALESCE(v.channel, '(no visit)'),
  COALESCE(v.source, '(none)')
ORDER BY
  a.currency,
  revenue DESC,
  channel,
  source
LIMIT 50;

-- Revenue by day
-- What was earned each day in each currency: orders and their sum. An order is an event with metadata.value, a number
-- of at most 10^12 either way, and metadata.currency.
WITH stamped AS (
  SELECT
    *,
    FROM_ISO8601_TIMESTAMP(stamp) AS moment,
    TO_UNIXTIME(FROM_ISO8601_TIMESTAMP(stamp)) AS instant,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(stamp), 'UTC'), '%Y-%m-%d')
    END AS local_day
  FROM (
    SELECT
      *,
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp
    FROM TABLE_NAME AS events
    WHERE
      dt BETWEEN '2026-10-31' AND '2026-12-01'
  ) AS dated
), nearby_hits AS (
  SELECT
    *,
    CASE
      WHEN NOT shown_page IS NULL
      THEN COALESCE(
        NULLIF(
          REGEXP_EXTRACT(shown_page, '^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?([^?#]*)', 1),
          ''
        ),
        '/'
      )
    END AS path,
    COALESCE(sessionid, visitorid) AS visitkey,
    visitorid || local_day AS visitor,
    FLOOR(instant / 18e2) AS half_hour,
    stamp || CAST(20000000000 + COALESCE(sequence, -1) AS VARCHAR) || servertimestamp || eventid AS turn
  FROM (
    SELECT
      *,
      CASE
        WHEN page LIKE '%/' OR page LIKE '%/?%' OR page LIKE '%/index.html%'
        THEN REGEXP_REPLACE(
          REGEXP_REPLACE(page, '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
          '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
          '$1$2'
        )
        ELSE page
      END AS shown_page
    FROM stamped
    WHERE
      (
        'exclude' = 'include' OR isbot = (
          'exclude' = 'only'
        )
      )
  ) AS chosen
), hits AS (
  SELECT
    *
  FROM nearby_hits
  WHERE
    dt BETWEEN '2026-11-01' AND '2026-11-30'
    AND (
      'UTC' = 'UTC'
      OR (
        stamp >= '2026-11-01T00:00:00.000Z' AND stamp < '2026-12-01T00:00:00.000Z'
      )
    )
), amounts AS (
  SELECT
    visitkey,
    instant,
    local_day,
    UPPER(currency) AS currency,
    CASE
      WHEN ABS(amount) <= 1e12
      THEN CAST(CAST(ROUND(1e3 * amount) AS BIGINT) AS DECIMAL(38, 0))
    END AS thousandths
  FROM (
    SELECT
      visitkey,
      instant,
      local_day,
      currency,
      CASE
        WHEN REGEXP_LIKE(amount, '^[+-]?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]{1,3})?$')
        THEN TRY_CAST(amount AS DOUBLE)
      END AS amount
    FROM (
      SELECT
        visitkey,
        instant,
        local_day,
        metadata,
        NULLIF(
          REGEXP_REPLACE(
            JSON_EXTRACT_SCALAR(metadata, '$.currency'),
            '^[^\p{L}\p{N}\p{P}\p{S}]+|[^\p{L}\p{N}\p{P}\p{S}]+\z',
            ''
          ),
          ''
        ) AS currency,
        REGEXP_REPLACE(
          JSON_EXTRACT_SCALAR(metadata, '$.value'),
          '^[^\p{L}\p{N}\p{P}\p{S}]+|[^\p{L}\p{N}\p{P}\p{S}]+\z',
          ''
        ) AS amount
      FROM hits
      WHERE
        metadata LIKE '%"currency"%'
    ) AS priced
    WHERE
      NOT currency IS NULL
      AND (
        NOT amount IS NULL OR metadata LIKE '%"value":{%' OR metadata LIKE '%"value":[%'
      )
  ) AS known
)
SELECT
  local_day AS day,
  currency,
  COUNT(*) AS orders,
  ROUND(SUM(thousandths) / 1e3, 3) AS revenue
FROM amounts
WHERE
  NOT thousandths IS NULL
GROUP BY
  local_day,
  currency
ORDER BY
  day,
  currency;

-- Scroll depth
-- How far down each page was read: its page views, and which share of them reached 25, 50, 75 and 100 percent. The
-- client sends each mark once a page view, as scroll_depth with metadata.percent; a page without any is not shown.
WITH stamped AS (
  SELECT
    *,
    FROM_ISO8601_TIMESTAMP(stamp) AS moment,
    TO_UNIXTIME(FROM_ISO8601_TIMESTAMP(stamp)) AS instant,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(stamp), 'UTC'), '%Y-%m-%d')
    END AS local_day
  FROM (
    SELECT
      *,
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp
    FROM TABLE_NAME AS events
    WHERE
      dt BETWEEN '2026-10-31' AND '2026-12-01'
  ) AS dated
), nearby_hits AS (
  SELECT
    *,
    CASE
      WHEN NOT shown_page IS NULL
      THEN COALESCE(
        NULLIF(
          REGEXP_EXTRACT(shown_page, '^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?([^?#]*)', 1),
          ''
        ),
        '/'
      )
    END AS path,
    COALESCE(sessionid, visitorid) AS visitkey,
    visitorid || local_day AS visitor,
    FLOOR(instant / 18e2) AS half_hour,
    stamp || CAST(20000000000 + COALESCE(sequence, -1) AS VARCHAR) || servertimestamp || eventid AS turn
  FROM (
    SELECT
      *,
      CASE
        WHEN page LIKE '%/' OR page LIKE '%/?%' OR page LIKE '%/index.html%'
        THEN REGEXP_REPLACE(
          REGEXP_REPLACE(page, '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
          '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
          '$1$2'
        )
        ELSE page
      END AS shown_page
    FROM stamped
    WHERE
      (
        'exclude' = 'include' OR isbot = (
          'exclude' = 'only'
        )
      )
  ) AS chosen
), hits AS (
  SELECT
    *
  FROM nearby_hits
  WHERE
    dt BETWEEN '2026-11-01' AND '2026-11-30'
    AND (
      'UTC' = 'UTC'
      OR (
        stamp >= '2026-11-01T00:00:00.000Z' AND stamp < '2026-12-01T00:00:00.000Z'
      )
    )
)
SELECT
  page,
  page_views,
  ROUND(1e2 * reached_25 / NULLIF(page_views, 0), 1) AS reached_25,
  ROUND(1e2 * reached_50 / NULLIF(page_views, 0), 1) AS reached_50,
  ROUND(1e2 * reached_75 / NULLIF(page_views, 0), 1) AS reached_75,
  ROUND(1e2 * reached_100 / NULLIF(page_views, 0), 1) AS reached_100
FROM (
  SELECT
    page,
    COUNT_IF(eventtype = 'page_view') AS page_views,
    COUNT_IF(mark = '25') AS reached_25,
    COUNT_IF(mark = '50') AS reached_50,
    COUNT_IF(mark = '75') AS reached_75,
    COUNT_IF(mark = '100') AS reached_100,
    COUNT_IF(mark IN ('25', '50', '75', '100')) AS marks
  FROM (
    SELECT
      shown_page AS page,
      eventtype,
      CASE
        WHEN eventtype = 'scroll_depth'
        THEN JSON_EXTRACT_SCALAR(metadata, '$.percent')
      END AS mark
    FROM hits
    WHERE
      eventtype IN ('page_view', 'scroll_depth')
  ) AS marked
  GROUP BY
    page
) AS counted
WHERE
  marks > 0
ORDER BY
  page_views DESC,
  page
LIMIT 20;

-- Sources
-- Where visits came from, by channel and source, or only by channel (by = channel): visits, page views and the share
-- that bounced, in percent of the visits with a page view.
WITH stamped AS (
  SELECT
    *,
    FROM_ISO8601_TIMESTAMP(stamp) AS moment,
    TO_UNIXTIME(FROM_ISO8601_TIMESTAMP(stamp)) AS instant,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(stamp), 'UTC'), '%Y-%m-%d')
    END AS local_day
  FROM (
    SELECT
      *,
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp
    FROM TABLE_NAME AS events
    WHERE
      dt BETWEEN '2026-10-31' AND '2026-12-01'
  ) AS dated
), nearby_hits AS (
  SELECT
    *,
    CASE
      WHEN NOT shown_page IS NULL
      THEN COALESCE(
        NULLIF(
          REGEXP_EXTRACT(shown_page, '^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?([^?#]*)', 1),
          ''
        ),
        '/'
      )
    END AS path,
    COALESCE(sessionid, visitorid) AS visitkey,
    visitorid || local_day AS visitor,
    FLOOR(instant / 18e2) AS half_hour,
    stamp || CAST(20000000000 + COALESCE(sequence, -1) AS VARCHAR) || servertimestamp || eventid AS turn
  FROM (
    SELECT
      *,
      CASE
        WHEN page LIKE '%/' OR page LIKE '%/?%' OR page LIKE '%/index.html%'
        THEN REGEXP_REPLACE(
          REGEXP_REPLACE(page, '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
          '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
          '$1$2'
        )
        ELSE page
      END AS shown_page
    FROM stamped
    WHERE
      (
        'exclude' = 'include' OR isbot = (
          'exclude' = 'only'
        )
      )
  ) AS chosen
), halves AS (
  SELECT
    visitkey,
    MIN(dt) AS dt,
    MIN(instant) AS began,
    MAX(instant) AS ended,
    COUNT(*) AS events,
    COUNT_IF(eventtype = 'page_view') AS page_views,
    COUNT_IF(
      NOT eventtype IN ('page_view', 'scroll_depth', 'time_on_page', 'exit_intent', 'web_vitals')
    ) AS actions,
    MIN_BY(COALESCE(page, ''), turn) AS first_page,
    MIN_BY(COALESCE(referrer, ''), turn) AS referrer,
    MIN_BY(utm, turn) AS utm,
    MIN_BY(location, turn) AS location,
    MIN_BY(device, turn) AS device,
    MIN_BY(COALESCE(visitorid, ''), turn) AS visitorid,
    MIN_BY(COALESCE(sessionid, ''), turn) AS sessionid,
    MAX(userid) AS userid,
    MIN(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS entry,
    MAX(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS leaving
  FROM nearby_hits
  WHERE
    NOT visitkey IS NULL
  GROUP BY
    visitkey,
    half_hour
), spans AS (
  SELECT
    visitkey,
    opening,
    dt,
    began,
    ended,
    events,
    page_views,
    actions,
    first_page,
    referrer,
    utm,
    location,
    device,
    visitorid,
    sessionid,
    userid,
    entry,
    leaving,
    COALESCE(utm_source, host) AS source,
    medium,
    campaign,
    CASE
      WHEN REGEXP_LIKE(medium, '^e-?mail|newsletter')
      THEN 'email'
      WHEN REGEXP_LIKE(medium, '^(cpc|ppc|cpm|cpv|paid.*|display|banner|ads?|retargeting)$')
      THEN 'paid'
      WHEN REGEXP_LIKE(medium, 'social|^sm$')
      THEN 'social'
      WHEN REGEXP_LIKE(medium, '^affiliate')
      THEN 'affiliate'
      WHEN NOT medium IS NULL AND NOT medium IN ('organic', 'referral')
      THEN 'campaign'
      WHEN REGEXP_LIKE(
        COALESCE(utm_source, host),
        '^(chatgpt|openai|perplexity|claude|gemini|copilot|deepseek)$|^(.*\.)?(chatgpt\.com|openai\.com|perplexity\.ai|claude\.ai|gemini\.google\.com|copilot\.microsoft\.com|deepseek\.com|mistral\.ai|meta\.ai|grok\.com|poe\.com|you\.com)$'
      )
      THEN 'ai'
      WHEN REGEXP_LIKE(
        COALESCE(utm_source, host),
        '^(google|bing|duckduckgo|ecosia|baidu|qwant|startpage|kagi)(\.[a-z]{2,3}){0,2}$|^(.*\.)?(search\.yahoo\.com|search\.brave\.com|yandex\.(com|ru)|m\.baidu\.com|naver\.com)$'
      )
      THEN 'search'
      WHEN REGEXP_LIKE(
        COALESCE(utm_source, host),
        '^(facebook|instagram|twitter|linkedin|reddit|tiktok|youtube|pinterest)$|^(.*\.)?(facebook\.com|instagram\.com|threads\.net|t\.co|twitter\.com|x\.com|linkedin\.com|lnkd\.in|reddit\.com|tiktok\.com|youtube\.com|pinterest\.[a-z.]+|bsky\.app|mastodon\.social|news\.ycombinator\.com|vk\.com|t\.me)$'
      )
      THEN 'social'
      WHEN NOT utm_source IS NULL
      THEN 'campaign'
      WHEN NOT host IS NULL
      THEN 'referral'
      ELSE 'direct'
    END AS channel
  FROM (
    SELECT
      visitkey,
      opening,
      dt,
      began,
      ended,
      events,
      page_views,
      actions,
      first_page,
      referrer,
      utm,
      location,
      device,
      visitorid,
      sessionid,
      userid,
      entry,
      leaving,
      NULLIF(LOWER(utm.source), '') AS utm_source,
      NULLIF(LOWER(utm.medium), '') AS medium,
      NULLIF(utm.campaign, '') AS campaign,
      NULLIF(
        REGEXP_REPLACE(LOWER(NULLIF(URL_EXTRACT_HOST(referrer), '')), '^www\.', ''),
        COALESCE(REGEXP_REPLACE(LOWER(URL_EXTRACT_HOST(first_page)), '^www\.', ''), '')
      ) AS host
    FROM (
      SELECT
        visitkey,
        opening,
        MIN(dt) AS dt,
        MIN(began) AS began,
        MAX(ended) AS ended,
        CAST(SUM(events) AS BIGINT) AS events,
        CAST(SUM(page_views) AS BIGINT) AS page_views,
        CAST(SUM(actions) AS BIGINT) AS actions,
        MIN_BY(first_page, began) AS first_page,
        MIN_BY(referrer, began) AS referrer,
        MIN_BY(utm, began) AS utm,
        MIN_BY(location, began) AS location,
        MIN_BY(device, began) AS device,
        MIN_BY(visitorid, began) AS visitorid,
        MIN_BY(sessionid, began) AS sessionid,
        MAX(userid) AS userid,
        MIN(entry) AS entry,
        MAX(leaving) AS leaving
      FROM (
        SELECT
          visitkey,
          dt,
          began,
          ended,
          events,
          page_views,
          actions,
          first_page,
          referrer,
          utm,
          location,
          device,
          visitorid,
          sessionid,
          userid,
          entry,
          leaving,
          MAX(opened) OVER (
            PARTITION BY visitkey
            ORDER BY began
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
          ) AS opening
        FROM (
          SELECT
            visitkey,
            dt,
            began,
            ended,
            events,
            page_views,
            actions,
            first_page,
            referrer,
            utm,
            location,
            device,
            visitorid,
            sessionid,
            userid,
            entry,
            leaving,
            CASE
              WHEN began - LAG(ended) OVER (PARTITION BY visitkey ORDER BY began) < 1800
              THEN NULL
              ELSE began
            END AS opened
          FROM halves
        ) AS gaps
      ) AS openings
      GROUP BY
        visitkey,
        opening
    ) AS grouped
  ) AS known
), nearby_visits AS (
  SELECT
    visitkey,
    opening,
    visitkey || '@' || DATE_FORMAT(FROM_UNIXTIME(opening), '%Y-%m-%dT%TZ') AS visit,
    DATE_FORMAT(AT_TIMEZONE(FROM_UNIXTIME(opening), 'UTC'), '%Y-%m-%d') AS local_day,
    NULLIF(visitorid, '') AS visitorid,
    NULLIF(sessionid, '') AS sessionid,
    userid,
    began,
    ended AS finished,
    FROM_UNIXTIME(began) AS started,
    FROM_UNIXTIME(ended) AS ended,
    ended - began AS seconds,
    events,
    page_views,
    page_views = 1 AND actions = 0 AS bounced,
    CASE
      WHEN SPLIT_PART(entry, CHR(  10), 2) LIKE '%/'
      OR SPLIT_PART(entry, CHR(  10), 2) LIKE '%/?%'
      OR SPLIT_PART(entry, CHR(  10), 2) LIKE '%/index.html%'
      THEN REGEXP_REPLACE(
        REGEXP_REPLACE(SPLIT_PART(entry, CHR(  10), 2), '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
        '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
        '$1$2'
      )
      ELSE SPLIT_PART(entry, CHR(  10), 2)
    END AS entry_page,
    CASE
      WHEN SPLIT_PART(leaving, CHR(  10), 2) LIKE '%/'
      OR SPLIT_PART(leaving, CHR(  10), 2) LIKE '%/?%'
      OR SPLIT_PART(leaving, CHR(  10), 2) LIKE '%/index.html%'
      THEN REGEXP_REPLACE(
        REGEXP_REPLACE(SPLIT_PART(leaving, CHR(  10), 2), '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
        '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
        '$1$2'
      )
      ELSE SPLIT_PART(leaving, CHR(  10), 2)
    END AS exit_page,
    source,
    medium,
    campaign,
    channel,
    NULLIF(location.country, '') AS country,
    NULLIF(location.city, '') AS city,
    NULLIF(device.device_type, '') AS device_type,
    NULLIF(device.browser, '') AS browser,
    NULLIF(device.os, '') AS os
  FROM spans
), visits AS (
  SELECT
    *
  FROM nearby_visits
  WHERE
    opening >= TO_UNIXTIME(FROM_ISO8601_TIMESTAMP('2026-11-01T00:00:00.000Z'))
    AND opening < TO_UNIXTIME(FROM_ISO8601_TIMESTAMP('2026-12-01T00:00:00.000Z'))
)
SELECT
  channel,
  source,
  COUNT(*) AS visits,
  CAST(SUM(page_views) AS BIGINT) AS page_views,
  ROUND(1e2 * COUNT_IF(bounced) / NULLIF(COUNT_IF(page_views > 0), 0), 1) AS bounce_rate
FROM (
  SELECT
    channel,
    CASE WHEN 'source' = 'channel' THEN '(all)' ELSE COALESCE(source, '(none)') END AS source,
    page_views,
    bounced
  FROM visits
) AS sourced
GROUP BY
  channel,
  source
ORDER BY
  visits DESC,
  channel,
  source
LIMIT 20;

-- Events as they are stored
-- The newest events of the range, with all that is known about them; for one event type (event) or for all, or only
-- those with a text (contains) in their page, referrer, user, session, user agent or metadata.
WITH stamped AS (
  SELECT
    *,
    FROM_ISO8601_TIMESTAMP(stamp) AS moment,
    TO_UNIXTIME(FROM_ISO8601_TIMESTAMP(stamp)) AS instant,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(stamp), 'UTC'), '%Y-%m-%d')
    END AS local_day
  FROM (
    SELECT
      *,
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp
    FROM TABLE_NAME AS events
    WHERE
      dt BETWEEN '2026-10-31' AND '2026-12-01'
  ) AS dated
), nearby_hits AS (
  SELECT
    *,
    CASE
      WHEN NOT shown_page IS NULL
      THEN COALESCE(
        NULLIF(
          REGEXP_EXTRACT(shown_page, '^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?([^?#]*)', 1),
          ''
        ),
        '/'
      )
    END AS path,
    COALESCE(sessionid, visitorid) AS visitkey,
    visitorid || local_day AS visitor,
    FLOOR(instant / 18e2) AS half_hour,
    stamp || CAST(20000000000 + COALESCE(sequence, -1) AS VARCHAR) || servertimestamp || eventid AS turn
  FROM (
    SELECT
      *,
      CASE
        WHEN page LIKE '%/' OR page LIKE '%/?%' OR page LIKE '%/index.html%'
        THEN REGEXP_REPLACE(
          REGEXP_REPLACE(page, '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
          '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
          '$1$2'
        )
        ELSE page
      END AS shown_page
    FROM stamped
    WHERE
      (
        'exclude' = 'include' OR isbot = (
          'exclude' = 'only'
        )
      )
  ) AS chosen
), hits AS (
  SELECT
    *
  FROM nearby_hits
  WHERE
    dt BETWEEN '2026-11-01' AND '2026-11-30'
    AND (
      'UTC' = 'UTC'
      OR (
        stamp >= '2026-11-01T00:00:00.000Z' AND stamp < '2026-12-01T00:00:00.000Z'
      )
    )
)
SELECT
  stamp AS happened,
  eventtype AS event_type,
  page,
  referrer,
  location.country AS country,
  device.device_type AS device,
  device.browser AS browser,
  isbot AS bot,
  visitorid AS visitor,
  sessionid AS session,
  userid AS user_id,
  metadata,
  useragent AS user_agent,
  eventid AS event_id
FROM hits
WHERE
  (
    '' = '' OR eventtype = ''
  )
  AND (
    '' = ''
    OR STRPOS(
      LOWER(CONCAT_WS(CHR(  10), page, referrer, userid, sessionid, useragent, metadata)),
      LOWER('')
    ) > 0
  )
ORDER BY
  turn DESC
LIMIT 100;

-- Tenants side by side
-- How many events, page views and visitors (of each day) every tenant had, on how many days, and when last.
WITH tenants AS (
  SELECT
    'TABLE_NAME' AS tenant,
    t.*
  FROM TABLE_NAME AS t
)
SELECT
  tenant,
  COUNT(*) AS events,
  COUNT_IF(eventtype = 'page_view') AS page_views,
  COUNT(DISTINCT visitorid || dt) AS visitors,
  COUNT(DISTINCT dt) AS days,
  MAX(servertimestamp) AS last_event
FROM tenants
WHERE
  dt BETWEEN '2026-11-01' AND '2026-11-30'
  AND (
    'exclude' = 'include' OR isbot = (
      'exclude' = 'only'
    )
  )
GROUP BY
  tenant
ORDER BY
  events DESC,
  tenant;

-- Time on page
-- How long each page was visible: its page views, and which share of them were visible for 30, 60, 180 and 300 seconds.
-- The client sends each mark once a page view, as time_on_page with metadata.seconds; a page without any is not shown.
WITH stamped AS (
  SELECT
    *,
    FROM_ISO8601_TIMESTAMP(stamp) AS moment,
    TO_UNIXTIME(FROM_ISO8601_TIMESTAMP(stamp)) AS instant,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(stamp), 'UTC'), '%Y-%m-%d')
    END AS local_day
  FROM (
    SELECT
      *,
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp
    FROM TABLE_NAME AS events
    WHERE
      dt BETWEEN '2026-10-31' AND '2026-12-01'
  ) AS dated
), nearby_hits AS (
  SELECT
    *,
    CASE
      WHEN NOT shown_page IS NULL
      THEN COALESCE(
        NULLIF(
          REGEXP_EXTRACT(shown_page, '^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?([^?#]*)', 1),
          ''
        ),
        '/'
      )
    END AS path,
    COALESCE(sessionid, visitorid) AS visitkey,
    visitorid || local_day AS visitor,
    FLOOR(instant / 18e2) AS half_hour,
    stamp || CAST(20000000000 + COALESCE(sequence, -1) AS VARCHAR) || servertimestamp || eventid AS turn
  FROM (
    SELECT
      *,
      CASE
        WHEN page LIKE '%/' OR page LIKE '%/?%' OR page LIKE '%/index.html%'
        THEN REGEXP_REPLACE(
          REGEXP_REPLACE(page, '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
          '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
          '$1$2'
        )
        ELSE page
      END AS shown_page
    FROM stamped
    WHERE
      (
        'exclude' = 'include' OR isbot = (
          'exclude' = 'only'
        )
      )
  ) AS chosen
), hits AS (
  SELECT
    *
  FROM nearby_hits
  WHERE
    dt BETWEEN '2026-11-01' AND '2026-11-30'
    AND (
      'UTC' = 'UTC'
      OR (
        stamp >= '2026-11-01T00:00:00.000Z' AND stamp < '2026-12-01T00:00:00.000Z'
      )
    )
)
SELECT
  page,
  page_views,
  ROUND(1e2 * seconds_30 / NULLIF(page_views, 0), 1) AS seconds_30,
  ROUND(1e2 * seconds_60 / NULLIF(page_views, 0), 1) AS seconds_60,
  ROUND(1e2 * seconds_180 / NULLIF(page_views, 0), 1) AS seconds_180,
  ROUND(1e2 * seconds_300 / NULLIF(page_views, 0), 1) AS seconds_300
FROM (
  SELECT
    page,
    COUNT_IF(eventtype = 'page_view') AS page_views,
    COUNT_IF(mark = '30') AS seconds_30,
    COUNT_IF(mark = '60') AS seconds_60,
    COUNT_IF(mark = '180') AS seconds_180,
    COUNT_IF(mark = '300') AS seconds_300,
    COUNT_IF(mark IN ('30', '60', '180', '300')) AS marks
  FROM (
    SELECT
      shown_page AS page,
      eventtype,
      CASE
        WHEN eventtype = 'time_on_page'
        THEN JSON_EXTRACT_SCALAR(metadata, '$.seconds')
      END AS mark
    FROM hits
    WHERE
      eventtype IN ('page_view', 'time_on_page')
  ) AS marked
  GROUP BY
    page
) AS counted
WHERE
  marks > 0
ORDER BY
  page_views DESC,
  page
LIMIT 20;

-- Top pages
-- Which pages were viewed most, by how many visitors, and their share of all page views in percent.
WITH stamped AS (
  SELECT
    *,
    FROM_ISO8601_TIMESTAMP(stamp) AS moment,
    TO_UNIXTIME(FROM_ISO8601_TIMESTAMP(stamp)) AS instant,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(stamp), 'UTC'), '%Y-%m-%d')
    END AS local_day
  FROM (
    SELECT
      *,
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp
    FROM TABLE_NAME AS events
    WHERE
      dt BETWEEN '2026-10-31' AND '2026-12-01'
  ) AS dated
), nearby_hits AS (
  SELECT
    *,
    CASE
      WHEN NOT shown_page IS NULL
      THEN COALESCE(
        NULLIF(
          REGEXP_EXTRACT(shown_page, '^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?([^?#]*)', 1),
          ''
        ),
        '/'
      )
    END AS path,
    COALESCE(sessionid, visitorid) AS visitkey,
    visitorid || local_day AS visitor,
    FLOOR(instant / 18e2) AS half_hour,
    stamp || CAST(20000000000 + COALESCE(sequence, -1) AS VARCHAR) || servertimestamp || eventid AS turn
  FROM (
    SELECT
      *,
      CASE
        WHEN page LIKE '%/' OR page LIKE '%/?%' OR page LIKE '%/index.html%'
        THEN REGEXP_REPLACE(
          REGEXP_REPLACE(page, '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
          '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
          '$1$2'
        )
        ELSE page
      END AS shown_page
    FROM stamped
    WHERE
      (
        'exclude' = 'include' OR isbot = (
          'exclude' = 'only'
        )
      )
  ) AS chosen
), hits AS (
  SELECT
    *
  FROM nearby_hits
  WHERE
    dt BETWEEN '2026-11-01' AND '2026-11-30'
    AND (
      'UTC' = 'UTC'
      OR (
        stamp >= '2026-11-01T00:00:00.000Z' AND stamp < '2026-12-01T00:00:00.000Z'
      )
    )
)
SELECT
  shown_page AS page,
  COUNT(*) AS page_views,
  COUNT(DISTINCT visitor) AS visitors,
  ROUND(1e2 * COUNT(*) / SUM(COUNT(*)) OVER (), 1) AS share
FROM hits
WHERE
  eventtype = 'page_view'
GROUP BY
  shown_page
ORDER BY
  page_views DESC,
  page
LIMIT 10;

-- Totals
-- The range in one row: visitors (of each day), visits, page views, events, the share of visits that bounced (in
-- percent of those with a page view), the average seconds from a visit's first event to its last, and the seconds for
-- which a page view was visible at least, as the time_on_page events show.
WITH stamped AS (
  SELECT
    *,
    FROM_ISO8601_TIMESTAMP(stamp) AS moment,
    TO_UNIXTIME(FROM_ISO8601_TIMESTAMP(stamp)) AS instant,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(stamp), 'UTC'), '%Y-%m-%d')
    END AS local_day
  FROM (
    SELECT
      *,
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp
    FROM TABLE_NAME AS events
    WHERE
      dt BETWEEN '2026-10-31' AND '2026-12-01'
  ) AS dated
), nearby_hits AS (
  SELECT
    *,
    CASE
      WHEN NOT shown_page IS NULL
      THEN COALESCE(
        NULLIF(
          REGEXP_EXTRACT(shown_page, '^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?([^?#]*)', 1),
          ''
        ),
        '/'
      )
    END AS path,
    COALESCE(sessionid, visitorid) AS visitkey,
    visitorid || local_day AS visitor,
    FLOOR(instant / 18e2) AS half_hour,
    stamp || CAST(20000000000 + COALESCE(sequence, -1) AS VARCHAR) || servertimestamp || eventid AS turn
  FROM (
    SELECT
      *,
      CASE
        WHEN page LIKE '%/' OR page LIKE '%/?%' OR page LIKE '%/index.html%'
        THEN REGEXP_REPLACE(
          REGEXP_REPLACE(page, '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
          '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
          '$1$2'
        )
        ELSE page
      END AS shown_page
    FROM stamped
    WHERE
      (
        'exclude' = 'include' OR isbot = (
          'exclude' = 'only'
        )
      )
  ) AS chosen
), halves AS (
  SELECT
    visitkey,
    MIN(dt) AS dt,
    MIN(instant) AS began,
    MAX(instant) AS ended,
    COUNT(*) AS events,
    COUNT_IF(eventtype = 'page_view') AS page_views,
    COUNT_IF(
      NOT eventtype IN ('page_view', 'scroll_depth', 'time_on_page', 'exit_intent', 'web_vitals')
    ) AS actions,
    MIN_BY(COALESCE(page, ''), turn) AS first_page,
    MIN_BY(COALESCE(referrer, ''), turn) AS referrer,
    MIN_BY(utm, turn) AS utm,
    MIN_BY(location, turn) AS location,
    MIN_BY(device, turn) AS device,
    MIN_BY(COALESCE(visitorid, ''), turn) AS visitorid,
    MIN_BY(COALESCE(sessionid, ''), turn) AS sessionid,
    MAX(userid) AS userid,
    MIN(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS entry,
    MAX(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS leaving
  FROM nearby_hits
  WHERE
    NOT visitkey IS NULL
  GROUP BY
    visitkey,
    half_hour
), spans AS (
  SELECT
    visitkey,
    opening,
    dt,
    began,
    ended,
    events,
    page_views,
    actions,
    first_page,
    referrer,
    utm,
    location,
    device,
    visitorid,
    sessionid,
    userid,
    entry,
    leaving,
    COALESCE(utm_source, host) AS source,
    medium,
    campaign,
    CASE
      WHEN REGEXP_LIKE(medium, '^e-?mail|newsletter')
      THEN 'email'
      WHEN REGEXP_LIKE(medium, '^(cpc|ppc|cpm|cpv|paid.*|display|banner|ads?|retargeting)$')
      THEN 'paid'
      WHEN REGEXP_LIKE(medium, 'social|^sm$')
      THEN 'social'
      WHEN REGEXP_LIKE(medium, '^affiliate')
      THEN 'affiliate'
      WHEN NOT medium IS NULL AND NOT medium IN ('organic', 'referral')
      THEN 'campaign'
      WHEN REGEXP_LIKE(
        COALESCE(utm_source, host),
        '^(chatgpt|openai|perplexity|claude|gemini|copilot|deepseek)$|^(.*\.)?(chatgpt\.com|openai\.com|perplexity\.ai|claude\.ai|gemini\.google\.com|copilot\.microsoft\.com|deepseek\.com|mistral\.ai|meta\.ai|grok\.com|poe\.com|you\.com)$'
      )
      THEN 'ai'
      WHEN REGEXP_LIKE(
        COALESCE(utm_source, host),
        '^(google|bing|duckduckgo|ecosia|baidu|qwant|startpage|kagi)(\.[a-z]{2,3}){0,2}$|^(.*\.)?(search\.yahoo\.com|search\.brave\.com|yandex\.(com|ru)|m\.baidu\.com|naver\.com)$'
      )
      THEN 'search'
      WHEN REGEXP_LIKE(
        COALESCE(utm_source, host),
        '^(facebook|instagram|twitter|linkedin|reddit|tiktok|youtube|pinterest)$|^(.*\.)?(facebook\.com|instagram\.com|threads\.net|t\.co|twitter\.com|x\.com|linkedin\.com|lnkd\.in|reddit\.com|tiktok\.com|youtube\.com|pinterest\.[a-z.]+|bsky\.app|mastodon\.social|news\.ycombinator\.com|vk\.com|t\.me)$'
      )
      THEN 'social'
      WHEN NOT utm_source IS NULL
      THEN 'campaign'
      WHEN NOT host IS NULL
      THEN 'referral'
      ELSE 'direct'
    END AS channel
  FROM (
    SELECT
      visitkey,
      opening,
      dt,
      began,
      ended,
      events,
      page_views,
      actions,
      first_page,
      referrer,
      utm,
      location,
      device,
      visitorid,
      sessionid,
      userid,
      entry,
      leaving,
      NULLIF(LOWER(utm.source), '') AS utm_source,
      NULLIF(LOWER(utm.medium), '') AS medium,
      NULLIF(utm.campaign, '') AS campaign,
      NULLIF(
        REGEXP_REPLACE(LOWER(NULLIF(URL_EXTRACT_HOST(referrer), '')), '^www\.', ''),
        COALESCE(REGEXP_REPLACE(LOWER(URL_EXTRACT_HOST(first_page)), '^www\.', ''), '')
      ) AS host
    FROM (
      SELECT
        visitkey,
        opening,
        MIN(dt) AS dt,
        MIN(began) AS began,
        MAX(ended) AS ended,
        CAST(SUM(events) AS BIGINT) AS events,
        CAST(SUM(page_views) AS BIGINT) AS page_views,
        CAST(SUM(actions) AS BIGINT) AS actions,
        MIN_BY(first_page, began) AS first_page,
        MIN_BY(referrer, began) AS referrer,
        MIN_BY(utm, began) AS utm,
        MIN_BY(location, began) AS location,
        MIN_BY(device, began) AS device,
        MIN_BY(visitorid, began) AS visitorid,
        MIN_BY(sessionid, began) AS sessionid,
        MAX(userid) AS userid,
        MIN(entry) AS entry,
        MAX(leaving) AS leaving
      FROM (
        SELECT
          visitkey,
          dt,
          began,
          ended,
          events,
          page_views,
          actions,
          first_page,
          referrer,
          utm,
          location,
          device,
          visitorid,
          sessionid,
          userid,
          entry,
          leaving,
          MAX(opened) OVER (
            PARTITION BY visitkey
            ORDER BY began
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
          ) AS opening
        FROM (
          SELECT
            visitkey,
            dt,
            began,
            ended,
            events,
            page_views,
            actions,
            first_page,
            referrer,
            utm,
            location,
            device,
            visitorid,
            sessionid,
            userid,
            entry,
            leaving,
            CASE
              WHEN began - LAG(ended) OVER (PARTITION BY visitkey ORDER BY began) < 1800
              THEN NULL
              ELSE began
            END AS opened
          FROM halves
        ) AS gaps
      ) AS openings
      GROUP BY
        visitkey,
        opening
    ) AS grouped
  ) AS known
), nearby_visits AS (
  SELECT
    visitkey,
    opening,
    visitkey || '@' || DATE_FORMAT(FROM_UNIXTIME(opening), '%Y-%m-%dT%TZ') AS visit,
    DATE_FORMAT(AT_TIMEZONE(FROM_UNIXTIME(opening), 'UTC'), '%Y-%m-%d') AS local_day,
    NULLIF(visitorid, '') AS visitorid,
    NULLIF(sessionid, '') AS sessionid,
    userid,
    began,
    ended AS finished,
    FROM_UNIXTIME(began) AS started,
    FROM_UNIXTIME(ended) AS ended,
    ended - began AS seconds,
    events,
    page_views,
    page_views = 1 AND actions = 0 AS bounced,
    CASE
      WHEN SPLIT_PART(entry, CHR(  10), 2) LIKE '%/'
      OR SPLIT_PART(entry, CHR(  10), 2) LIKE '%/?%'
      OR SPLIT_PART(entry, CHR(  10), 2) LIKE '%/index.html%'
      THEN REGEXP_REPLACE(
        REGEXP_REPLACE(SPLIT_PART(entry, CHR(  10), 2), '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
        '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
        '$1$2'
      )
      ELSE SPLIT_PART(entry, CHR(  10), 2)
    END AS entry_page,
    CASE
      WHEN SPLIT_PART(leaving, CHR(  10), 2) LIKE '%/'
      OR SPLIT_PART(leaving, CHR(  10), 2) LIKE '%/?%'
      OR SPLIT_PART(leaving, CHR(  10), 2) LIKE '%/index.html%'
      THEN REGEXP_REPLACE(
        REGEXP_REPLACE(SPLIT_PART(leaving, CHR(  10), 2), '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
        '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
        '$1$2'
      )
      ELSE SPLIT_PART(leaving, CHR(  10), 2)
    END AS exit_page,
    source,
    medium,
    campaign,
    channel,
    NULLIF(location.country, '') AS country,
    NULLIF(location.city, '') AS city,
    NULLIF(device.device_type, '') AS device_type,
    NULLIF(device.browser, '') AS browser,
    NULLIF(device.os, '') AS os
  FROM spans
), visits AS (
  SELECT
    *
  FROM nearby_visits
  WHERE
    opening >= TO_UNIXTIME(FROM_ISO8601_TIMESTAMP('2026-11-01T00:00:00.000Z'))
    AND opening < TO_UNIXTIME(FROM_ISO8601_TIMESTAMP('2026-12-01T00:00:00.000Z'))
), hits AS (
  SELECT
    *
  FROM nearby_hits
  WHERE
    dt BETWEEN '2026-11-01' AND '2026-11-30'
    AND (
      'UTC' = 'UTC'
      OR (
        stamp >= '2026-11-01T00:00:00.000Z' AND stamp < '2026-12-01T00:00:00.000Z'
      )
    )
)
SELECT
  counted.visitors,
  begun.visits,
  counted.page_views,
  counted.events,
  begun.bounce_rate,
  begun.seconds_per_visit,
  ROUND(counted.visible * 1e0 / NULLIF(counted.page_views, 0), 1) AS visible_seconds
FROM (
  SELECT
    CAST(COALESCE(SUM(visitors), 0) AS BIGINT) AS visitors,
    CAST(COALESCE(SUM(page_views), 0) AS BIGINT) AS page_views,
    CAST(COALESCE(SUM(events), 0) AS BIGINT) AS events,
    CAST(SUM(visible) AS BIGINT) AS visible
  FROM (
    SELECT
      COUNT(DISTINCT visitorid) AS visitors,
      COUNT_IF(eventtype = 'page_view') AS page_views,
      COUNT(*) AS events,
      SUM(
        CASE
          WHEN eventtype = 'time_on_page'
          THEN CASE JSON_EXTRACT_SCALAR(metadata, '$.seconds')
            WHEN '30'
            THEN 30
            WHEN '60'
            THEN 30
            WHEN '180'
            THEN 120
            WHEN '300'
            THEN 120
          END
        END
      ) AS visible
    FROM hits
    GROUP BY
      local_day
  ) AS days
) AS counted
CROSS JOIN (
  SELECT
    COUNT(*) AS visits,
    ROUND(1e2 * COUNT_IF(bounced) / NULLIF(COUNT_IF(page_views > 0), 0), 1) AS bounce_rate,
    ROUND(AVG(seconds), 1) AS seconds_per_visit
  FROM visits
) AS begun;

-- Visitors and visits by day
-- How many visitors, visits and page views each day had, which share of its visits bounced (in percent of the visits
-- with a page view), and how many seconds and page views a visit had on average. A visit counts for the day on which it
-- began.
WITH stamped AS (
  SELECT
    *,
    FROM_ISO8601_TIMESTAMP(stamp) AS moment,
    TO_UNIXTIME(FROM_ISO8601_TIMESTAMP(stamp)) AS instant,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(stamp), 'UTC'), '%Y-%m-%d')
    END AS local_day
  FROM (
    SELECT
      *,
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp
    FROM TABLE_NAME AS events
    WHERE
      dt BETWEEN '2026-10-31' AND '2026-12-01'
  ) AS dated
), nearby_hits AS (
  SELECT
    *,
    CASE
      WHEN NOT shown_page IS NULL
      THEN COALESCE(
        NULLIF(
          REGEXP_EXTRACT(shown_page, '^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?([^?#]*)', 1),
          ''
        ),
        '/'
      )
    END AS path,
    COALESCE(sessionid, visitorid) AS visitkey,
    visitorid || local_day AS visitor,
    FLOOR(instant / 18e2) AS half_hour,
    stamp || CAST(20000000000 + COALESCE(sequence, -1) AS VARCHAR) || servertimestamp || eventid AS turn
  FROM (
    SELECT
      *,
      CASE
        WHEN page LIKE '%/' OR page LIKE '%/?%' OR page LIKE '%/index.html%'
        THEN REGEXP_REPLACE(
          REGEXP_REPLACE(page, '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
          '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
          '$1$2'
        )
        ELSE page
      END AS shown_page
    FROM stamped
    WHERE
      (
        'exclude' = 'include' OR isbot = (
          'exclude' = 'only'
        )
      )
  ) AS chosen
), hits AS (
  SELECT
    *
  FROM nearby_hits
  WHERE
    dt BETWEEN '2026-11-01' AND '2026-11-30'
    AND (
      'UTC' = 'UTC'
      OR (
        stamp >= '2026-11-01T00:00:00.000Z' AND stamp < '2026-12-01T00:00:00.000Z'
      )
    )
), halves AS (
  SELECT
    visitkey,
    MIN(dt) AS dt,
    MIN(instant) AS began,
    MAX(instant) AS ended,
    COUNT(*) AS events,
    COUNT_IF(eventtype = 'page_view') AS page_views,
    COUNT_IF(
      NOT eventtype IN ('page_view', 'scroll_depth', 'time_on_page', 'exit_intent', 'web_vitals')
    ) AS actions,
    MIN_BY(COALESCE(page, ''), turn) AS first_page,
    MIN_BY(COALESCE(referrer, ''), turn) AS referrer,
    MIN_BY(utm, turn) AS utm,
    MIN_BY(location, turn) AS location,
    MIN_BY(device, turn) AS device,
    MIN_BY(COALESCE(visitorid, ''), turn) AS visitorid,
    MIN_BY(COALESCE(sessionid, ''), turn) AS sessionid,
    MAX(userid) AS userid,
    MIN(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS entry,
    MAX(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS leaving
  FROM nearby_hits
  WHERE
    NOT visitkey IS NULL
  GROUP BY
    visitkey,
    half_hour
), spans AS (
  SELECT
    visitkey,
    opening,
    dt,
    began,
    ended,
    events,
    page_views,
    actions,
    first_page,
    referrer,
    utm,
    location,
    device,
    visitorid,
    sessionid,
    userid,
    entry,
    leaving,
    COALESCE(utm_source, host) AS source,
    medium,
    campaign,
    CASE
      WHEN REGEXP_LIKE(medium, '^e-?mail|newsletter')
      THEN 'email'
      WHEN REGEXP_LIKE(medium, '^(cpc|ppc|cpm|cpv|paid.*|display|banner|ads?|retargeting)$')
      THEN 'paid'
      WHEN REGEXP_LIKE(medium, 'social|^sm$')
      THEN 'social'
      WHEN REGEXP_LIKE(medium, '^affiliate')
      THEN 'affiliate'
      WHEN NOT medium IS NULL AND NOT medium IN ('organic', 'referral')
      THEN 'campaign'
      WHEN REGEXP_LIKE(
        COALESCE(utm_source, host),
        '^(chatgpt|openai|perplexity|claude|gemini|copilot|deepseek)$|^(.*\.)?(chatgpt\.com|openai\.com|perplexity\.ai|claude\.ai|gemini\.google\.com|copilot\.microsoft\.com|deepseek\.com|mistral\.ai|meta\.ai|grok\.com|poe\.com|you\.com)$'
      )
      THEN 'ai'
      WHEN REGEXP_LIKE(
        COALESCE(utm_source, host),
        '^(google|bing|duckduckgo|ecosia|baidu|qwant|startpage|kagi)(\.[a-z]{2,3}){0,2}$|^(.*\.)?(search\.yahoo\.com|search\.brave\.com|yandex\.(com|ru)|m\.baidu\.com|naver\.com)$'
      )
      THEN 'search'
      WHEN REGEXP_LIKE(
        COALESCE(utm_source, host),
        '^(facebook|instagram|twitter|linkedin|reddit|tiktok|youtube|pinterest)$|^(.*\.)?(facebook\.com|instagram\.com|threads\.net|t\.co|twitter\.com|x\.com|linkedin\.com|lnkd\.in|reddit\.com|tiktok\.com|youtube\.com|pinterest\.[a-z.]+|bsky\.app|mastodon\.social|news\.ycombinator\.com|vk\.com|t\.me)$'
      )
      THEN 'social'
      WHEN NOT utm_source IS NULL
      THEN 'campaign'
      WHEN NOT host IS NULL
      THEN 'referral'
      ELSE 'direct'
    END AS channel
  FROM (
    SELECT
      visitkey,
      opening,
      dt,
      began,
      ended,
      events,
      page_views,
      actions,
      first_page,
      referrer,
      utm,
      location,
      device,
      visitorid,
      sessionid,
      userid,
      entry,
      leaving,
      NULLIF(LOWER(utm.source), '') AS utm_source,
      NULLIF(LOWER(utm.medium), '') AS medium,
      NULLIF(utm.campaign, '') AS campaign,
      NULLIF(
        REGEXP_REPLACE(LOWER(NULLIF(URL_EXTRACT_HOST(referrer), '')), '^www\.', ''),
        COALESCE(REGEXP_REPLACE(LOWER(URL_EXTRACT_HOST(first_page)), '^www\.', ''), '')
      ) AS host
    FROM (
      SELECT
        visitkey,
        opening,
        MIN(dt) AS dt,
        MIN(began) AS began,
        MAX(ended) AS ended,
        CAST(SUM(events) AS BIGINT) AS events,
        CAST(SUM(page_views) AS BIGINT) AS page_views,
        CAST(SUM(actions) AS BIGINT) AS actions,
        MIN_BY(first_page, began) AS first_page,
        MIN_BY(referrer, began) AS referrer,
        MIN_BY(utm, began) AS utm,
        MIN_BY(location, began) AS location,
        MIN_BY(device, began) AS device,
        MIN_BY(visitorid, began) AS visitorid,
        MIN_BY(sessionid, began) AS sessionid,
        MAX(userid) AS userid,
        MIN(entry) AS entry,
        MAX(leaving) AS leaving
      FROM (
        SELECT
          visitkey,
          dt,
          began,
          ended,
          events,
          page_views,
          actions,
          first_page,
          referrer,
          utm,
          location,
          device,
          visitorid,
          sessionid,
          userid,
          entry,
          leaving,
          MAX(opened) OVER (
            PARTITION BY visitkey
            ORDER BY began
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
          ) AS opening
        FROM (
          SELECT
            visitkey,
            dt,
            began,
            ended,
            events,
            page_views,
            actions,
            first_page,
            referrer,
            utm,
            location,
            device,
            visitorid,
            sessionid,
            userid,
            entry,
            leaving,
            CASE
              WHEN began - LAG(ended) OVER (PARTITION BY visitkey ORDER BY began) < 1800
              THEN NULL
              ELSE began
            END AS opened
          FROM halves
        ) AS gaps
      ) AS openings
      GROUP BY
        visitkey,
        opening
    ) AS grouped
  ) AS known
), nearby_visits AS (
  SELECT
    visitkey,
    opening,
    visitkey || '@' || DATE_FORMAT(FROM_UNIXTIME(opening), '%Y-%m-%dT%TZ') AS visit,
    DATE_FORMAT(AT_TIMEZONE(FROM_UNIXTIME(opening), 'UTC'), '%Y-%m-%d') AS local_day,
    NULLIF(visitorid, '') AS visitorid,
    NULLIF(sessionid, '') AS sessionid,
    userid,
    began,
    ended AS finished,
    FROM_UNIXTIME(began) AS started,
    FROM_UNIXTIME(ended) AS ended,
    ended - began AS seconds,
    events,
    page_views,
    page_views = 1 AND actions = 0 AS bounced,
    CASE
      WHEN SPLIT_PART(entry, CHR(  10), 2) LIKE '%/'
      OR SPLIT_PART(entry, CHR(  10), 2) LIKE '%/?%'
      OR SPLIT_PART(entry, CHR(  10), 2) LIKE '%/index.html%'
      THEN REGEXP_REPLACE(
        REGEXP_REPLACE(SPLIT_PART(entry, CHR(  10), 2), '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
        '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
        '$1$2'
      )
      ELSE SPLIT_PART(entry, CHR(  10), 2)
    END AS entry_page,
    CASE
      WHEN SPLIT_PART(leaving, CHR(  10), 2) LIKE '%/'
      OR SPLIT_PART(leaving, CHR(  10), 2) LIKE '%/?%'
      OR SPLIT_PART(leaving, CHR(  10), 2) LIKE '%/index.html%'
      THEN REGEXP_REPLACE(
        REGEXP_REPLACE(SPLIT_PART(leaving, CHR(  10), 2), '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
        '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
        '$1$2'
      )
      ELSE SPLIT_PART(leaving, CHR(  10), 2)
    END AS exit_page,
    source,
    medium,
    campaign,
    channel,
    NULLIF(location.country, '') AS country,
    NULLIF(location.city, '') AS city,
    NULLIF(device.device_type, '') AS device_type,
    NULLIF(device.browser, '') AS browser,
    NULLIF(device.os, '') AS os
  FROM spans
), visits AS (
  SELECT
    *
  FROM nearby_visits
  WHERE
    opening >= TO_UNIXTIME(FROM_ISO8601_TIMESTAMP('2026-11-01T00:00:00.000Z'))
    AND opening < TO_UNIXTIME(FROM_ISO8601_TIMESTAMP('2026-12-01T00:00:00.000Z'))
)
SELECT
  days.day,
  days.visitors,
  COALESCE(begun.visits, 0) AS visits,
  days.page_views,
  begun.bounce_rate,
  begun.seconds_per_visit,
  begun.pages_per_visit
FROM (
  SELECT
    local_day AS day,
    COUNT(DISTINCT visitorid) AS visitors,
    COUNT_IF(eventtype = 'page_view') AS page_views
  FROM hits
  GROUP BY
    local_day
) AS days
LEFT JOIN (
  SELECT
    local_day AS day,
    COUNT(*) AS visits,
    ROUND(1e2 * COUNT_IF(bounced) / NULLIF(COUNT_IF(page_views > 0), 0), 1) AS bounce_rate,
    ROUND(AVG(seconds), 1) AS seconds_per_visit,
    ROUND(AVG(page_views), 1) AS pages_per_visit
  FROM visits
  GROUP BY
    local_day
) AS begun
  ON begun.day = days.day
ORDER BY
  days.day;
