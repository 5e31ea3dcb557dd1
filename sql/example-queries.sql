-- Every question of the library for pasting into Athena. Replace TABLE_NAME by the tenant's table, and the days behind
-- BETWEEN. Written by `sluice sql examples`.

-- Access log: cache performance
-- How CloudFront answered: from its cache (Hit, RefreshHit), from the origin (Miss), by itself (Redirect, Error) and so
-- on: requests, their share in percent, and bytes sent.
WITH requests AS (
  SELECT
    *,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(stamp), 'UTC'), '%Y-%m-%d')
    END AS local_day,
    cs_method = 'GET'
    AND sc_status IN (200, 304)
    AND NOT REGEXP_LIKE(
      LOWER(cs_uri_stem),
      '\.(?:css|js|mjs|map|wasm|webmanifest|json|xml|rss|atom|txt|csv|avif|bmp|gif|ico|jpe?g|png|svg|tiff?|webp|eot|otf|ttf|woff2?|avi|flv|m4[av]|mov|mp[34]|mpe?g|og[agv]|swf|wav|webm|docx?|pdf|pptx?|xlsx?|7z|bz2|dmg|exe|gz|iso|rar|tar|tgz|xz|zip|zst)\z'
    ) AS is_page,
    CASE WHEN referring <> '' AND referring <> site THEN referring END AS source
  FROM (
    SELECT
      *,
      CONCAT("date", 'T', "time", '.000Z') AS stamp,
      NULLIF(c_ip, '-') AS address,
      REGEXP_REPLACE(LOWER(x_host_header), '^www\.|:[0-9]+\z', '') AS site,
      REGEXP_REPLACE(
        LOWER(REGEXP_EXTRACT(cs_referer, '^[A-Za-z]+://([^/?#]+)', 1)),
        '^www\.|:[0-9]+\z',
        ''
      ) AS referring
    FROM TABLE_NAME_access AS access
    WHERE
      dt BETWEEN '2026-11-01' AND '2026-11-30'
  ) AS dated
  WHERE
    NOT sc_status IS NULL
    AND (
      'UTC' = 'UTC'
      OR (
        stamp >= '2026-11-01T00:00:00.000Z' AND stamp < '2026-12-01T00:00:00.000Z'
      )
    )
)
SELECT
  x_edge_result_type AS result,
  COUNT(*) AS requests,
  ROUND(1e2 * COUNT(*) / SUM(COUNT(*)) OVER (), 1) AS share,
  CAST(SUM(sc_bytes) AS BIGINT) AS bytes
FROM requests
GROUP BY
  x_edge_result_type
ORDER BY
  requests DESC,
  result;

-- Access log: daily traffic
-- What each day had, by the access logs: requests, those for pages, addresses, and bytes sent.
WITH requests AS (
  SELECT
    *,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(stamp), 'UTC'), '%Y-%m-%d')
    END AS local_day,
    cs_method = 'GET'
    AND sc_status IN (200, 304)
    AND NOT REGEXP_LIKE(
      LOWER(cs_uri_stem),
      '\.(?:css|js|mjs|map|wasm|webmanifest|json|xml|rss|atom|txt|csv|avif|bmp|gif|ico|jpe?g|png|svg|tiff?|webp|eot|otf|ttf|woff2?|avi|flv|m4[av]|mov|mp[34]|mpe?g|og[agv]|swf|wav|webm|docx?|pdf|pptx?|xlsx?|7z|bz2|dmg|exe|gz|iso|rar|tar|tgz|xz|zip|zst)\z'
    ) AS is_page,
    CASE WHEN referring <> '' AND referring <> site THEN referring END AS source
  FROM (
    SELECT
      *,
      CONCAT("date", 'T', "time", '.000Z') AS stamp,
      NULLIF(c_ip, '-') AS address,
      REGEXP_REPLACE(LOWER(x_host_header), '^www\.|:[0-9]+\z', '') AS site,
      REGEXP_REPLACE(
        LOWER(REGEXP_EXTRACT(cs_referer, '^[A-Za-z]+://([^/?#]+)', 1)),
        '^www\.|:[0-9]+\z',
        ''
      ) AS referring
    FROM TABLE_NAME_access AS access
    WHERE
      dt BETWEEN '2026-11-01' AND '2026-11-30'
  ) AS dated
  WHERE
    NOT sc_status IS NULL
    AND (
      'UTC' = 'UTC'
      OR (
        stamp >= '2026-11-01T00:00:00.000Z' AND stamp < '2026-12-01T00:00:00.000Z'
      )
    )
)
SELECT
  local_day AS day,
  COUNT(*) AS requests,
  COUNT_IF(is_page) AS page_hits,
  NULLIF(COUNT(DISTINCT address), 0) AS addresses,
  CAST(SUM(sc_bytes) AS BIGINT) AS bytes
FROM requests
GROUP BY
  local_day
ORDER BY
  local_day;

-- Access log: edge locations
-- Which of CloudFront's locations answered, by the access logs: requests, the mean and the 95th percentile of the time
-- taken, in milliseconds. The percentile is a time that was taken: 95 of 100 requests took no longer.
WITH requests AS (
  SELECT
    *,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(stamp), 'UTC'), '%Y-%m-%d')
    END AS local_day,
    cs_method = 'GET'
    AND sc_status IN (200, 304)
    AND NOT REGEXP_LIKE(
      LOWER(cs_uri_stem),
      '\.(?:css|js|mjs|map|wasm|webmanifest|json|xml|rss|atom|txt|csv|avif|bmp|gif|ico|jpe?g|png|svg|tiff?|webp|eot|otf|ttf|woff2?|avi|flv|m4[av]|mov|mp[34]|mpe?g|og[agv]|swf|wav|webm|docx?|pdf|pptx?|xlsx?|7z|bz2|dmg|exe|gz|iso|rar|tar|tgz|xz|zip|zst)\z'
    ) AS is_page,
    CASE WHEN referring <> '' AND referring <> site THEN referring END AS source
  FROM (
    SELECT
      *,
      CONCAT("date", 'T', "time", '.000Z') AS stamp,
      NULLIF(c_ip, '-') AS address,
      REGEXP_REPLACE(LOWER(x_host_header), '^www\.|:[0-9]+\z', '') AS site,
      REGEXP_REPLACE(
        LOWER(REGEXP_EXTRACT(cs_referer, '^[A-Za-z]+://([^/?#]+)', 1)),
        '^www\.|:[0-9]+\z',
        ''
      ) AS referring
    FROM TABLE_NAME_access AS access
    WHERE
      dt BETWEEN '2026-11-01' AND '2026-11-30'
  ) AS dated
  WHERE
    NOT sc_status IS NULL
    AND (
      'UTC' = 'UTC'
      OR (
        stamp >= '2026-11-01T00:00:00.000Z' AND stamp < '2026-12-01T00:00:00.000Z'
      )
    )
)
SELECT
  edge,
  COUNT(*) AS requests,
  ROUND(1e0 * SUM(milliseconds) / COUNT(milliseconds), 1) AS mean_ms,
  MIN(CASE WHEN 1e2 * place >= 95 * timed THEN milliseconds END) AS p95_ms
FROM (
  SELECT
    edge,
    milliseconds,
    COUNT(milliseconds) OVER (PARTITION BY edge) AS timed,
    ROW_NUMBER() OVER (PARTITION BY edge ORDER BY milliseconds) AS place
  FROM (
    SELECT
      x_edge_location AS edge,
      CAST(ROUND(1e3 * time_taken) AS BIGINT) AS milliseconds
    FROM requests
  ) AS timed
) AS placed
GROUP BY
  edge
ORDER BY
  requests DESC,
  edge;

-- Access log: errors
-- Every path that was answered with a status of 400 or more, by the access logs: the status, requests, and from how
-- many addresses.
WITH requests AS (
  SELECT
    *,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(stamp), 'UTC'), '%Y-%m-%d')
    END AS local_day,
    cs_method = 'GET'
    AND sc_status IN (200, 304)
    AND NOT REGEXP_LIKE(
      LOWER(cs_uri_stem),
      '\.(?:css|js|mjs|map|wasm|webmanifest|json|xml|rss|atom|txt|csv|avif|bmp|gif|ico|jpe?g|png|svg|tiff?|webp|eot|otf|ttf|woff2?|avi|flv|m4[av]|mov|mp[34]|mpe?g|og[agv]|swf|wav|webm|docx?|pdf|pptx?|xlsx?|7z|bz2|dmg|exe|gz|iso|rar|tar|tgz|xz|zip|zst)\z'
    ) AS is_page,
    CASE WHEN referring <> '' AND referring <> site THEN referring END AS source
  FROM (
    SELECT
      *,
      CONCAT("date", 'T', "time", '.000Z') AS stamp,
      NULLIF(c_ip, '-') AS address,
      REGEXP_REPLACE(LOWER(x_host_header), '^www\.|:[0-9]+\z', '') AS site,
      REGEXP_REPLACE(
        LOWER(REGEXP_EXTRACT(cs_referer, '^[A-Za-z]+://([^/?#]+)', 1)),
        '^www\.|:[0-9]+\z',
        ''
      ) AS referring
    FROM TABLE_NAME_access AS access
    WHERE
      dt BETWEEN '2026-11-01' AND '2026-11-30'
  ) AS dated
  WHERE
    NOT sc_status IS NULL
    AND (
      'UTC' = 'UTC'
      OR (
        stamp >= '2026-11-01T00:00:00.000Z' AND stamp < '2026-12-01T00:00:00.000Z'
      )
    )
)
SELECT
  cs_uri_stem AS path,
  sc_status AS status,
  COUNT(*) AS requests,
  NULLIF(COUNT(DISTINCT address), 0) AS addresses
FROM requests
WHERE
  sc_status >= 400
GROUP BY
  cs_uri_stem,
  sc_status
ORDER BY
  requests DESC,
  path,
  status;

-- Access log: top pages
-- Which pages were asked for most, by the access logs: hits, from how many addresses, and their share of all page hits
-- in percent. A page is what a GET was answered with 200 or 304, and no picture, style or other file.
WITH requests AS (
  SELECT
    *,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(stamp), 'UTC'), '%Y-%m-%d')
    END AS local_day,
    cs_method = 'GET'
    AND sc_status IN (200, 304)
    AND NOT REGEXP_LIKE(
      LOWER(cs_uri_stem),
      '\.(?:css|js|mjs|map|wasm|webmanifest|json|xml|rss|atom|txt|csv|avif|bmp|gif|ico|jpe?g|png|svg|tiff?|webp|eot|otf|ttf|woff2?|avi|flv|m4[av]|mov|mp[34]|mpe?g|og[agv]|swf|wav|webm|docx?|pdf|pptx?|xlsx?|7z|bz2|dmg|exe|gz|iso|rar|tar|tgz|xz|zip|zst)\z'
    ) AS is_page,
    CASE WHEN referring <> '' AND referring <> site THEN referring END AS source
  FROM (
    SELECT
      *,
      CONCAT("date", 'T', "time", '.000Z') AS stamp,
      NULLIF(c_ip, '-') AS address,
      REGEXP_REPLACE(LOWER(x_host_header), '^www\.|:[0-9]+\z', '') AS site,
      REGEXP_REPLACE(
        LOWER(REGEXP_EXTRACT(cs_referer, '^[A-Za-z]+://([^/?#]+)', 1)),
        '^www\.|:[0-9]+\z',
        ''
      ) AS referring
    FROM TABLE_NAME_access AS access
    WHERE
      dt BETWEEN '2026-11-01' AND '2026-11-30'
  ) AS dated
  WHERE
    NOT sc_status IS NULL
    AND (
      'UTC' = 'UTC'
      OR (
        stamp >= '2026-11-01T00:00:00.000Z' AND stamp < '2026-12-01T00:00:00.000Z'
      )
    )
)
SELECT
  cs_uri_stem AS page,
  COUNT(*) AS hits,
  NULLIF(COUNT(DISTINCT address), 0) AS addresses,
  ROUND(1e2 * COUNT(*) / SUM(COUNT(*)) OVER (), 1) AS share
FROM requests
WHERE
  is_page
GROUP BY
  cs_uri_stem
ORDER BY
  hits DESC,
  page
LIMIT 10;

-- Access log: HTTP versions
-- Which versions of HTTP clients spoke, by the access logs: requests, and their share in percent.
WITH requests AS (
  SELECT
    *,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(stamp), 'UTC'), '%Y-%m-%d')
    END AS local_day,
    cs_method = 'GET'
    AND sc_status IN (200, 304)
    AND NOT REGEXP_LIKE(
      LOWER(cs_uri_stem),
      '\.(?:css|js|mjs|map|wasm|webmanifest|json|xml|rss|atom|txt|csv|avif|bmp|gif|ico|jpe?g|png|svg|tiff?|webp|eot|otf|ttf|woff2?|avi|flv|m4[av]|mov|mp[34]|mpe?g|og[agv]|swf|wav|webm|docx?|pdf|pptx?|xlsx?|7z|bz2|dmg|exe|gz|iso|rar|tar|tgz|xz|zip|zst)\z'
    ) AS is_page,
    CASE WHEN referring <> '' AND referring <> site THEN referring END AS source
  FROM (
    SELECT
      *,
      CONCAT("date", 'T', "time", '.000Z') AS stamp,
      NULLIF(c_ip, '-') AS address,
      REGEXP_REPLACE(LOWER(x_host_header), '^www\.|:[0-9]+\z', '') AS site,
      REGEXP_REPLACE(
        LOWER(REGEXP_EXTRACT(cs_referer, '^[A-Za-z]+://([^/?#]+)', 1)),
        '^www\.|:[0-9]+\z',
        ''
      ) AS referring
    FROM TABLE_NAME_access AS access
    WHERE
      dt BETWEEN '2026-11-01' AND '2026-11-30'
  ) AS dated
  WHERE
    NOT sc_status IS NULL
    AND (
      'UTC' = 'UTC'
      OR (
        stamp >= '2026-11-01T00:00:00.000Z' AND stamp < '2026-12-01T00:00:00.000Z'
      )
    )
)
SELECT
  cs_protocol_version AS version,
  COUNT(*) AS requests,
  ROUND(1e2 * COUNT(*) / SUM(COUNT(*)) OVER (), 1) AS share
FROM requests
GROUP BY
  cs_protocol_version
ORDER BY
  requests DESC,
  version;

-- Access log: sources
-- Which other sites led to pages, by the access logs' referrers: page hits, and their share in percent of those that
-- another site led to. Links within the site, and hits without a referrer, are not in it.
WITH requests AS (
  SELECT
    *,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(stamp), 'UTC'), '%Y-%m-%d')
    END AS local_day,
    cs_method = 'GET'
    AND sc_status IN (200, 304)
    AND NOT REGEXP_LIKE(
      LOWER(cs_uri_stem),
      '\.(?:css|js|mjs|map|wasm|webmanifest|json|xml|rss|atom|txt|csv|avif|bmp|gif|ico|jpe?g|png|svg|tiff?|webp|eot|otf|ttf|woff2?|avi|flv|m4[av]|mov|mp[34]|mpe?g|og[agv]|swf|wav|webm|docx?|pdf|pptx?|xlsx?|7z|bz2|dmg|exe|gz|iso|rar|tar|tgz|xz|zip|zst)\z'
    ) AS is_page,
    CASE WHEN referring <> '' AND referring <> site THEN referring END AS source
  FROM (
    SELECT
      *,
      CONCAT("date", 'T', "time", '.000Z') AS stamp,
      NULLIF(c_ip, '-') AS address,
      REGEXP_REPLACE(LOWER(x_host_header), '^www\.|:[0-9]+\z', '') AS site,
      REGEXP_REPLACE(
        LOWER(REGEXP_EXTRACT(cs_referer, '^[A-Za-z]+://([^/?#]+)', 1)),
        '^www\.|:[0-9]+\z',
        ''
      ) AS referring
    FROM TABLE_NAME_access AS access
    WHERE
      dt BETWEEN '2026-11-01' AND '2026-11-30'
  ) AS dated
  WHERE
    NOT sc_status IS NULL
    AND (
      'UTC' = 'UTC'
      OR (
        stamp >= '2026-11-01T00:00:00.000Z' AND stamp < '2026-12-01T00:00:00.000Z'
      )
    )
)
SELECT
  source,
  COUNT(*) AS hits,
  ROUND(1e2 * COUNT(*) / SUM(COUNT(*)) OVER (), 1) AS share
FROM requests
WHERE
  is_page AND NOT source IS NULL
GROUP BY
  source
ORDER BY
  hits DESC,
  source
LIMIT 20;

-- Access log: status codes
-- Which HTTP statuses requests got, by the access logs, and their share in percent. 0 is a client that left first.
WITH requests AS (
  SELECT
    *,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(stamp), 'UTC'), '%Y-%m-%d')
    END AS local_day,
    cs_method = 'GET'
    AND sc_status IN (200, 304)
    AND NOT REGEXP_LIKE(
      LOWER(cs_uri_stem),
      '\.(?:css|js|mjs|map|wasm|webmanifest|json|xml|rss|atom|txt|csv|avif|bmp|gif|ico|jpe?g|png|svg|tiff?|webp|eot|otf|ttf|woff2?|avi|flv|m4[av]|mov|mp[34]|mpe?g|og[agv]|swf|wav|webm|docx?|pdf|pptx?|xlsx?|7z|bz2|dmg|exe|gz|iso|rar|tar|tgz|xz|zip|zst)\z'
    ) AS is_page,
    CASE WHEN referring <> '' AND referring <> site THEN referring END AS source
  FROM (
    SELECT
      *,
      CONCAT("date", 'T', "time", '.000Z') AS stamp,
      NULLIF(c_ip, '-') AS address,
      REGEXP_REPLACE(LOWER(x_host_header), '^www\.|:[0-9]+\z', '') AS site,
      REGEXP_REPLACE(
        LOWER(REGEXP_EXTRACT(cs_referer, '^[A-Za-z]+://([^/?#]+)', 1)),
        '^www\.|:[0-9]+\z',
        ''
      ) AS referring
    FROM TABLE_NAME_access AS access
    WHERE
      dt BETWEEN '2026-11-01' AND '2026-11-30'
  ) AS dated
  WHERE
    NOT sc_status IS NULL
    AND (
      'UTC' = 'UTC'
      OR (
        stamp >= '2026-11-01T00:00:00.000Z' AND stamp < '2026-12-01T00:00:00.000Z'
      )
    )
)
SELECT
  sc_status AS status,
  COUNT(*) AS requests,
  ROUND(1e2 * COUNT(*) / SUM(COUNT(*)) OVER (), 1) AS share
FROM requests
GROUP BY
  sc_status
ORDER BY
  requests DESC,
  status;

-- Bots and AI crawlers
-- Which crawlers came, how often, on how many pages, and when last. kind is ai (crawlers of AI companies), assistant
-- (AI that fetches for somebody), search (search engines), preview (link previews), tool (programs like curl) or other.
-- :bots has no effect here.
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
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp,
      CASE WHEN sampleweight BETWEEN 1e0 AND 1e12 THEN sampleweight ELSE 1e0 END AS weight
    FROM TABLE_NAME AS events
    WHERE
      dt BETWEEN '2026-10-31' AND '2026-12-01'
  ) AS dated
)
SELECT
  kind,
  family,
  CAST(ROUND(SUM(events)) AS BIGINT) AS events,
  COUNT(DISTINCT page) AS pages,
  MAX(last_event) AS last_event
FROM (
  SELECT
    CASE
      WHEN NOT assistant IS NULL
      THEN 'assistant'
      WHEN NOT ai IS NULL
      THEN 'ai'
      WHEN known IN (
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
      WHEN known IN (
        'facebookexternalhit',
        'Twitterbot',
        'LinkedInBot',
        'Slackbot',
        'Discordbot',
        'TelegramBot',
        'WhatsApp'
      )
      THEN 'preview'
      WHEN known IN (
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
    COALESCE(
      CASE WHEN useragent IS NULL THEN '(no user agent)' END,
      assistant,
      ai,
      known,
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
      *,
      NULLIF(
        REGEXP_EXTRACT(
          useragent,
          '(?i)(Google-GeminiNotebook|Gemini-Deep-Research|meta-externalfetcher|GoogleAgent-Mariner|Google-NotebookLM|Google-Read-Aloud|Google-Pinpoint|Perplexity-User|MistralAI-User|PerplexityUser|ChatGPT Agent|ChatGPT-User|Google-Agent|kagi-fetcher|Claude-User|IsonAI-User|Manus-User|Amzn-User|cohere-ai|Devin/)',
          1
        ),
        ''
      ) AS assistant,
      NULLIF(
        REGEXP_EXTRACT(
          useragent,
          '(?i)(cohere-training-data-crawler|laion-huggingface-processor|ApifyWebsiteContentCrawler|Poseidon Research Crawler|TaraGroup Intelligent Bot|Google-CloudVertexBot|Sidetrade indexer bot|VelenPublicWebCrawler|ISSCyberRiskCrawler|Cloudflare-AutoRAG|meta-externalagent|AzureAI-SearchBot|Factset_spyderbot|Aranet-SearchBot|Claude-SearchBot|ExteContextCrawl|Poggio-Citations|semantic-visions|The Knowledge AI|YandexAdditional|LAIONDownloader|Meta-WebIndexer|SBIntuitionsBot|SemrushBot-OCOB|Amzn-SearchBot|ChatGLM-Spider|FirecrawlAgent|atlassian-bot|DuckAssistBot|KunatoCrawler|OAI-SearchBot|PerplexityBot|Reflectionbot|anthropic-ai|ExaSearchBot|ImagesiftBot|Kangaroo Bot|KlaviyoAIBot|QualifiedBot|TikTokSpider|TSM-turingos|AISearchBot|Channel3Bot|DeepSeekBot|FacebookBot|Flyriverbot|GoogleOther|ICC-Crawler|imageSpider|img2dataset|linkReader/|Spawning-AI|AIWebIndex|bedrockbot|Bytespider|Claude-Web|iaskspider|spider[.]com|TerraCotta|ZanistaBot|Amazonbot|bigsur[.]ai|Brightbot|ClaudeBot|ImageMind|KendraBot|LinerBot/|LinkupBot|panscient|TavilyBot|ApifyBot|Cotoyogi|crawl4ai|Novellum|PhindBot|QuillBot|Thinkbot|Timpibot|Andibot|Anomura|Diffbot|HenkBot|iAskBot|newsai/|ShapBot|AI2Bot|GPTBot|omgili|YouBot|CCBot)',
          1
        ),
        ''
      ) AS ai,
      NULLIF(
        REGEXP_EXTRACT(
          useragent,
          '(Googlebot|bingbot|DuckDuckBot|YandexBot|Baiduspider|Applebot|Slurp|SeznamBot|PetalBot|Sogou|facebookexternalhit|Twitterbot|LinkedInBot|Slackbot|Discordbot|TelegramBot|WhatsApp|AhrefsBot|SemrushBot|MJ12bot|DotBot|curl|Wget|python-requests|Go-http-client|okhttp|HeadlessChrome|Scrapy|axios|node-fetch)',
          1
        ),
        ''
      ) AS known
    FROM (
      SELECT
        useragent,
        page,
        SUM(weight) AS events,
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
  ) AS named
) AS families
GROUP BY
  kind,
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
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp,
      CASE WHEN sampleweight BETWEEN 1e0 AND 1e12 THEN sampleweight ELSE 1e0 END AS weight
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
    COALESCE(sessionid, visitorid, eventid) AS unit,
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
  CAST(ROUND(COALESCE(SUM(visitors), 0)) AS BIGINT) AS visitors,
  CAST(ROUND(COALESCE(SUM(page_views), 0)) AS BIGINT) AS page_views,
  CAST(ROUND(COALESCE(SUM(events), 0)) AS BIGINT) AS events
FROM (
  SELECT
    COALESCE(device.browser, 'unknown') AS browser,
    COALESCE(device.os, 'unknown') AS os,
    MIN(CASE WHEN visitor IS NULL THEN 0 ELSE weight END) AS visitors,
    SUM(CASE WHEN eventtype = 'page_view' THEN weight ELSE 0 END) AS page_views,
    SUM(weight) AS events,
    MAX(weight) AS weight,
    MIN(unit) AS unit
  FROM hits
  GROUP BY
    COALESCE(device.browser, 'unknown'),
    COALESCE(device.os, 'unknown'),
    visitor
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
-- How many visits each utm_campaign began, by source and medium, their page views, the share that bounced (in percent
-- of the visits with a page view), and their average seconds. clicks are the visits in which somebody came by it, also
-- within one that something else began: a visit keeps what began it.
WITH brands AS (
  SELECT
    SPLIT_PART(brand, ':', 1) AS kind,
    COALESCE(NULLIF(SPLIT_PART(brand, ':', 2), ''), name) AS source,
    name
  FROM UNNEST(SPLIT(
    'ai:chatgpt:chatgpt,chatgpt.com,chat.openai.com,openai.com,com.openai.chatgpt,chat gpt,openai
ai:perplexity:perplexity,perplexity.ai,perplexity.com,ai.perplexity.app.android
ai:claude:claude,claude.ai,claude.com,anthropic.com,com.anthropic.claude,anthropic
ai:gemini:gemini,gemini.google.*,bard.google.*,aistudio.google.*,com.google.android.apps.bard,bard
ai:notebooklm:notebooklm,notebooklm.google.*,notebooklm.google
ai:copilot:copilot,copilot.microsoft.com,copilot.cloud.microsoft,m365.cloud.microsoft,copilot.com,edgeservices.bing.com,com.microsoft.copilot
ai:deepseek:deepseek,deepseek.com,deepseek.ai,com.deepseek.chat
ai:grok:grok,grok.com,x.ai,ai.x.grok
ai:meta ai:meta ai,meta.ai
ai:mistral:mistral,mistral.ai,le chat,lechat
ai:duck.ai:duck.ai
ai:you.com:you.com
ai:poe:poe,poe.com
ai:phind:phind,phind.com
ai:pi.ai:pi.ai
ai:character.ai:character.ai,c.ai
ai:jasper:jasper,jasper.ai
ai:writesonic:writesonic,writesonic.com,chatsonic
ai:iask:iask,iask.ai
ai:andi:andi,andisearch.com
ai:komo:komo,komo.ai
ai:chatglm:chatglm,chatglm.cn,z.ai,bigmodel.cn
ai:kimi:kimi,kimi.com,kimi.ai,moonshot.cn,kimi.moonshot.cn
ai:doubao:doubao,doubao.com,com.larus.nova
ai:qwen:qwen,qwen.ai,tongyi.com,tongyi.aliyun.com,qianwen.com
ai:ernie:ernie,yiyan.baidu.com,chat.baidu.com
ai:yuanbao:yuanbao,yuanbao.tencent.com,hunyuan.tencent.com
ai:minimax:minimax,minimax.io,minimaxi.com,hailuoai.com
ai:metaso:metaso,metaso.cn
ai:felo:felo,felo.ai
ai:genspark:genspark,genspark.ai
ai:manus.im:manus.im
ai:consensus:consensus,consensus.app
ai:elicit:elicit,elicit.com,elicit.org
ai:scite:scite,scite.ai
ai:openevidence:openevidence,openevidence.com
ai:liner ai:liner ai,liner.com,getliner.com
ai:huggingchat:huggingchat,huggingface.co
ai:lmarena:lmarena,lmarena.ai,lmsys.org
ai:venice:venice,venice.ai
ai:lumo:lumo,lumo.proton.me
ai:t3chat:t3chat,t3.chat
ai:openrouter:openrouter,openrouter.ai
ai:groq:groq,groq.com
ai:cohere:cohere,cohere.com,cohere.ai
ai:monica:monica,monica.im
ai:sider:sider,sider.ai
ai:merlin ai:merlin ai,getmerlin.in
ai:blackbox:blackbox,blackbox.ai
ai:copy.ai:copy.ai
ai:rytr:rytr,rytr.me
ai:opera aria:opera aria,aria.opera.com
ai:yandex alice:yandex alice,alice.yandex.*,alice.yandex
ai:gigachat:gigachat,giga.chat
ai:clova:clova,clova-x.naver.com
ai:wrtn:wrtn,wrtn.ai
ai:chat+:chat+,chatplus.com,chat-gpt.org
ai:chatbotapp:chatbotapp,chatbotapp.ai,chatbot.app
ai:ninjachat:ninjachat,ninjachat.ai
ai:chatpdf:chatpdf,chatpdf.com
mail:gmail:gmail,mail.google.*,gmail.com,inbox.google.*,com.google.android.gm,com.google.android.gm.lite
mail:outlook:outlook,outlook.com,outlook.live.com,outlook.office.com,outlook.office365.com,hotmail.*,hotmail,mail.live.com,com.microsoft.office.outlook
mail:yahoo mail:yahoo mail,mail.yahoo.*,com.yahoo.mobile.client.android.mail
mail:icloud:icloud,icloud.com
mail:proton:proton,proton.me,protonmail.com,protonmail,ch.protonmail.android
mail:gmx:gmx,gmx.*,deref-gmx.net,deref-gmx.com,deref-gmx.fr,3c.gmx.net,de.gmx.mobile.android.mail
mail:web.de mail:web.de mail,deref-web.de,deref-web-02.de,3c.web.de,de.web.mobile.android.mail
mail:yandex mail:yandex mail,mail.yandex.*,ru.yandex.mail
mail:mail.ru mail:mail.ru mail,e.mail.ru,touch.mail.ru,ru.mail.mailapp
mail:aol mail:aol mail,mail.aol.*,com.aol.mobile.aolapp
mail:zoho:zoho,mail.zoho.*,zoho.*,com.zoho.mail
mail:fastmail:fastmail,fastmail.com,fastmail.fm
mail:tuta:tuta,tuta.com,tutanota.com,de.tutao.tutanota
mail:hey mail:hey mail,app.hey.com
mail:superhuman:superhuman,superhuman.com
mail:spark mail:spark mail,com.readdle.spark
mail:samsung email:samsung email,com.samsung.android.email.provider
mail:seznam mail:seznam mail,email.seznam.cz
mail:daum mail:daum mail,mail.daum.net,hanmail.net
mail:naver mail:naver mail,mail.naver.com
mail:rambler mail:rambler mail,mail.rambler.ru
mail:mail.com:mail.com,deref-mail.com
mail:laposte:laposte,laposte.net
mail:orange mail:orange mail,messagerie.orange.fr
mail:sfr mail:sfr mail,messagerie.sfr.fr
mail:free mail:free mail,zimbra.free.fr
mail:ukr.net mail:ukr.net mail,mail.ukr.net
mail:163 mail:163 mail,mail.163.com,126.com,mail.126.com
mail:qq mail:qq mail,mail.qq.com,wx.mail.qq.com,com.tencent.androidqqmail
mail:mailchimp:mailchimp,mailchimp.com,mailchi.mp,list-manage.com,campaign-archive.com
mail:klaviyo:klaviyo,klaviyo.com,klclick.com
mail:brevo:brevo,brevo.com,sendinblue.com,sendibm1.com
mail:campaign monitor:campaign monitor,createsend.com,cmail19.com,cmail20.com
mail:sendgrid:sendgrid,sendgrid.net
mail:hubspot mail:hubspot mail,hubspotemail.net
mail:convertkit:convertkit,convertkit.com,kit.com,convertkit-mail.com
mail:beehiiv:beehiiv,beehiiv.com
mail:buttondown:buttondown,buttondown.email,buttondown.com
mail:email:email,e-mail,e_mail,e mail
mail:newsletter:newsletter,newsletters
social:facebook:facebook,facebook.com,fb.com,fb.me,fb.watch,facebookwkhpilnemxj7asaniu7vnjjbiltxjqhye3mhbshg7kx5tfyd.onion,com.facebook.katana,com.facebook.lite,fb,meta,facebook ads,facebookads,meta ads,fbclid
social:instagram:instagram,instagram.com,com.instagram.android,ig,insta,igshopping
social:threads:threads,threads.net,threads.com,com.instagram.barcelona
social:messenger:messenger,messenger.com,m.me,com.facebook.orca
social:workplace:workplace,workplace.com
social:x:x,x.com,twitter.com,t.co,tweetdeck.com,com.twitter.android,twitter,tw,twclid
social:linkedin:linkedin,linkedin.com,lnkd.in,com.linkedin.android,linked-in,linkedin ads,li,li_fat_id
social:reddit:reddit,reddit.com,redd.it,com.reddit.frontpage,rdt_cid
social:pinterest:pinterest,pinterest.*,pin.it,com.pinterest,epik
social:tiktok:tiktok,tiktok.com,tiktokv.com,com.zhiliaoapp.musically,com.ss.android.ugc.trill,tik tok,ttclid
social:snapchat:snapchat,snapchat.com,snap.com,com.snapchat.android,sccid
social:whatsapp:whatsapp,whatsapp.com,wa.me,com.whatsapp,com.whatsapp.w4b
social:telegram:telegram,telegram.org,telegram.me,t.me,org.telegram.messenger,org.telegram.messenger.web,org.telegram.plus,tg
social:discord:discord,discord.com,discord.gg,discordapp.com,com.discord
social:bluesky:bluesky,bsky.app,bsky.social,xyz.blueskyweb.app,bsky
social:mastodon:mastodon,joinmastodon.org,org.joinmastodon.android,mas.to,hachyderm.io,infosec.exchange,troet.cafe,pawoo.net,c.im,botsin.space,bitcoinhackers.org,friends.nico,quey.org,tkm.eus,mathstodon.xyz,ioc.exchange,masto.ai,masto.nu,masto.es,masto.pt,masto.host,toot.cafe,toot.community,tooting.ch,toot.wales,tooot.im,metalhead.club,livellosegreto.it,sociale.network,dice.camp,wandering.shop,writing.exchange,journa.host,todon.eu,todon.nl,fedibird.com,vocalodon.net,best-friends.chat,planet.moe,handon.club,kmy.blue,baraag.net,cybre.space,snouts.online,sleeping.town,tech.lgbt,lgbtqia.space,eldritch.cafe,mamot.fr,piaille.fr,framapiaf.org,layer8.space,lor.sh,nerdculture.de,linuxrocks.online,functional.cafe,merveilles.town,weirder.earth,pouet.chapril.org,qoto.org,sciences.re,types.pl,wien.rocks,woof.group,zirk.us,101010.pl,union.place,vmst.io,worldkey.io,xoxo.zone,switter.at,spinster.xyz,ravenation.club,aus.social,kosmos.social,octodon.social,niu.moe,mao.mastodonhub.com,oc.todon.fr,social.coop,tusky.app,com.keylesspalace.tusky,me.rhosys.mastodon,universeodon.com,fedi.life,bark.lgbt,im-in.space,glammr.us,awscommunity.social,ecoevo.social,front-end.social,mindly.social,genomic.social,hometech.social,urbanists.social,sauropods.win,freeradical.zone,wetdry.world,app.wafrn.net,sakurajima.moe,rubber.social,plural.cafe,mk.absturztau.be,equestria.social,pony.social,dragonscave.space,tabletop.social,queer.party,chitter.xyz,hellsite.site,vulpine.club,computerfairi.es,radical.town,anarchism.space,sunbeam.city,hispagatos.space,mastd.racing,mast.dragon-fly.club,x0r.be,hulvr.com,gamepad.club,dmv.community,mspsocial.net,frikiverse.zone,loma.ml,aipi.social,moth.zone,lou.lt,slippy.xyz,den.dev
social:pixelfed:pixelfed,pixey.org,pxlmo.com,metapixl.com,pix.toot.wales,pixel.tchncs.de,fotofed.nl
social:misskey:misskey,misskey.io,nijimiss.moe,firefish.social,sharkey.world,mk.autonomy.earth
social:lemmy:lemmy,beehaw.org,feddit.de,feddit.org,feddit.it,feddit.uk,sh.itjust.works,programming.dev,kbin.social,fedia.io
social:diaspora:diaspora,diasporafoundation.org,pluspora.com,framasphere.org,diasp.org,joindiaspora.com,pod.geraspora.de
social:truth social:truth social,truthsocial.com
social:gab:gab,gab.com,gab.ai
social:gettr:gettr,gettr.com
social:parler:parler,parler.com
social:minds:minds,minds.com
social:mewe:mewe,mewe.com
social:vk:vk,vk.com,vk.ru,vk.me,vkontakte.ru,com.vkontakte.android,vkontakte
social:ok.ru:ok.ru,odnoklassniki.ru,odnoklassniki.ua,ru.ok.android
social:my.mail.ru:my.mail.ru
social:dzen:dzen,dzen.ru,zen.yandex.*
social:pikabu:pikabu,pikabu.ru
social:habr:habr,habr.com
social:weibo:weibo,weibo.com,weibo.cn,t.cn,com.sina.weibo
social:wechat:wechat,wechat.com,weixin.qq.com,weixin110.qq.com,com.tencent.mm,weixin
social:qq:qq,qzone.qq.com,qun.qq.com,com.tencent.mobileqq
social:xiaohongshu:xiaohongshu,xiaohongshu.com,xhslink.com,rednote.com,com.xingin.xhs,rednote
social:douyin:douyin,douyin.com,com.ss.android.ugc.aweme
social:kuaishou:kuaishou,kuaishou.com
social:zhihu:zhihu,zhihu.com,com.zhihu.android
social:douban:douban,douban.com
social:renren:renren,renren.com,kaixin001.com
social:line:line,line.me,lin.ee,jp.naver.line.android
social:kakao:kakao,kakao.com,kakaocorp.com,com.kakao.talk,kakaotalk
social:naver blog:naver blog,blog.naver.com,cafe.naver.com,kin.naver.com,band.us
social:zalo:zalo,zalo.me,com.zing.zalo
social:viber:viber,viber.com,com.viber.voip
social:skype:skype,skype.com,com.skype.raider
social:imo:imo,imo.im
social:hacker news:hacker news,news.ycombinator.com,hackernews,hn
social:lobsters:lobsters,lobste.rs
social:product hunt:product hunt,producthunt.com,producthunt
social:indie hackers:indie hackers,indiehackers.com
social:github:github,github.com,com.github.android
social:gitlab:gitlab,gitlab.com
social:stack overflow:stack overflow,stackoverflow.com,stackexchange.com,serverfault.com,superuser.com,askubuntu.com,stackapps.com,mathoverflow.net,stackoverflow
social:quora:quora,quora.com,com.quora.android
social:medium:medium,medium.com,com.medium.reader
social:substack:substack,substack.com,com.substack.app
social:tumblr:tumblr,tumblr.com,com.tumblr
social:wordpress:wordpress,wordpress.com,wordpress.org
social:blogger:blogger,blogger.com,blogspot.*
social:livejournal:livejournal,livejournal.com,livejournal.ru
social:linktree:linktree,linktr.ee
social:linkin.bio:linkin.bio,beacons.ai,lnk.bio,bio.link,campsite.bio,taplink.cc
social:flipboard:flipboard,flipboard.com,flip.it,flipboard.app
social:pocket:pocket,getpocket.com,pocket.co
social:digg:digg,digg.com
social:disqus:disqus,disqus.com,disq.us
social:slashdot:slashdot,slashdot.org
social:fark:fark,fark.com
social:imgur:imgur,imgur.com
social:9gag:9gag,9gag.com
social:nextdoor:nextdoor,nextdoor.com,nextdoor.co.uk,nextdoor.de
social:xing:xing,xing.com,com.xing.android
social:viadeo:viadeo,viadeo.com,viadeo.journaldunet.com
social:yammer:yammer,yammer.com,engage.cloud.microsoft
social:meetup:meetup,meetup.com
social:yelp:yelp,yelp.*
social:tripadvisor:tripadvisor,tripadvisor.*
social:foursquare:foursquare,foursquare.com,swarmapp.com
social:glassdoor:glassdoor,glassdoor.*
social:goodreads:goodreads,goodreads.com
social:dribbble:dribbble,dribbble.com
social:behance:behance,behance.net
social:deviantart:deviantart,deviantart.com
social:artstation:artstation,artstation.com
social:flickr:flickr,flickr.com
social:500px:500px,500px.com
social:last.fm:last.fm,lastfm.*
social:soundcloud:soundcloud,soundcloud.com
social:patreon:patreon,patreon.com
social:ko-fi:ko-fi,ko-fi.com
social:clubhouse:clubhouse,clubhouse.com,joinclubhouse.com
social:bereal:bereal,bereal.com,bere.al
social:hootsuite:hootsuite,hootsuite.com,ow.ly
social:buffer:buffer,buffer.com,buff.ly
social:bitly:bitly,bit.ly
social:ameblo:ameblo,ameblo.jp,ameba.jp
social:hatena:hatena,hatena.ne.jp,hatenablog.com,hatenablog.jp,hatena.blog
social:mixi:mixi,mixi.jp
social:note.com:note.com,note.mu
social:pixiv:pixiv,pixiv.net
social:fc2:fc2,fc2.com
social:5ch:5ch,5ch.net,2ch.net,5ch.io
social:gree:gree,gree.jp
social:gutefrage:gutefrage,gutefrage.net
social:wykop:wykop,wykop.pl
social:nk.pl:nk.pl,nasza-klasa.pl
social:meneame:meneame,meneame.net
social:taringa:taringa,taringa.net
social:draugiem:draugiem,draugiem.lv
social:hyves:hyves,hyves.nl,hyves.net
social:studivz:studivz,studivz.net,meinvz.net,schuelervz.net
social:myspace:myspace,myspace.com
social:bebo:bebo,bebo.com
social:orkut:orkut,orkut.com,orkut.com.br
social:google+:google+,plus.google.*,plus.url.google.*,url.google.*,googleplus
social:google groups:google groups,groups.google.*,googlegroups.com
social:habbo:habbo,habbo.*
social:ravelry:ravelry,ravelry.com
social:wattpad:wattpad,wattpad.com
social:scribd:scribd,scribd.com
social:slideshare:slideshare,slideshare.net
social:academia:academia,academia.edu
social:researchgate:researchgate,researchgate.net
social:fetlife:fetlife,fetlife.com
social:italki:italki,italki.com
social:lang-8:lang-8,lang-8.com
social:couchsurfing:couchsurfing,couchsurfing.com,couchsurfing.org
social:peepeth:peepeth,peepeth.com
social:steemit:steemit,steemit.com,hive.blog,peakd.com
social:farcaster:farcaster,farcaster.xyz,warpcast.com
social:lens protocol:lens protocol,lens.xyz,hey.xyz
social:nostr clients:nostr clients,primal.net,damus.io,iris.to,snort.social
social:strava:strava,strava.com,com.strava
social:letterboxd:letterboxd,letterboxd.com
social:untappd:untappd,untappd.com
social:geni:geni,geni.com
social:myheritage:myheritage,myheritage.*
social:ancestry:ancestry,ancestry.com,ancestry.co.uk,ancestry.de
social:classmates:classmates,classmates.com
social:tagged:tagged,tagged.com
social:hi5:hi5,hi5.com
social:badoo:badoo,badoo.com
social:netlog:netlog,netlog.com
social:tuenti:tuenti,tuenti.com
social:skyrock:skyrock,skyrock.com
social:cyworld:cyworld,cyworld.com
social:plaxo:plaxo,plaxo.com
social:plurk:plurk,plurk.com
social:identi.ca:identi.ca
social:ning:ning,ning.com
social:gaiaonline:gaiaonline,gaiaonline.com
social:irc-galleria:irc-galleria,irc-galleria.net
social:weeworld:weeworld,weeworld.com
social:sonico:sonico,sonico.com
social:friendster:friendster,friendster.com
social:stumbleupon:stumbleupon,stumbleupon.com,mix.com
social:delicious:delicious,delicious.com,del.icio.us
social:multiply:multiply,multiply.com
social:xanga:xanga,xanga.com
social:vampirefreaks:vampirefreaks,vampirefreaks.com
social:cafemom:cafemom,cafemom.com
social:dailystrength:dailystrength,dailystrength.org
social:care2:care2,care2.com
social:caringbridge:caringbridge,caringbridge.org
social:flixster:flixster,flixster.com
social:librarything:librarything,librarything.com
social:anobii:anobii,anobii.com
social:mubi:mubi,mubi.com
social:reverbnation:reverbnation,reverbnation.com
social:partyflock:partyflock,partyflock.nl
social:copainsdavant:copainsdavant,copainsdavant.linternaute.com
social:trombi:trombi,trombi.com
social:zoo.gr:zoo.gr
social:mocospace:mocospace,mocospace.com
social:blackplanet:blackplanet,blackplanet.com
social:asmallworld:asmallworld,asmallworld.com
social:internations:internations,internations.org
social:interpals:interpals,interpals.net
social:kiwibox:kiwibox,kiwibox.com
social:dol2day:dol2day,dol2day.com
social:jappy:jappy,jappy.com,jappy.de
social:lokalisten:lokalisten,lokalisten.de
social:werkenntwen:werkenntwen,wer-kennt-wen.de
social:suomi24:suomi24,suomi24.fi
social:playahead:playahead,playahead.se
social:lunarstorm:lunarstorm,lunarstorm.se
social:biip:biip,biip.no
social:mouthshut:mouthshut,mouthshut.com
social:ibibo:ibibo,ibibo.com
social:bharatstudent:bharatstudent,bharatstudent.com
social:bigadda:bigadda,bigadda.com
social:fotolog:fotolog,fotolog.com
social:fotki:fotki,fotki.com
social:photobucket:photobucket,photobucket.com
social:secondlife:secondlife,secondlife.com
social:imvu:imvu,imvu.com
social:stardoll:stardoll,stardoll.com
social:livemocha:livemocha,livemocha.com
social:busuu:busuu,busuu.com
social:mymfb:mymfb,mymfb.com
social:virb:virb,virb.com
social:wakoopa:wakoopa,wakoopa.com
social:yfrog:yfrog,yfrog.com
social:buzznet:buzznet,buzznet.com
social:mylife:mylife,mylife.com
social:friends reunited:friends reunited,friendsreunited.com,friendsreunited.co.uk
social:windows live spaces:windows live spaces,spaces.live.com
video:youtube:youtube,youtube.com,youtu.be,youtube-nocookie.com,com.google.android.youtube,com.google.android.apps.youtube.music,yt
video:vimeo:vimeo,vimeo.com
video:dailymotion:dailymotion,dailymotion.com,dai.ly
video:twitch:twitch,twitch.tv,tv.twitch.android.app
video:kick:kick,kick.com
video:rumble:rumble,rumble.com
video:odysee:odysee,odysee.com,lbry.tv
video:bitchute:bitchute,bitchute.com
video:netflix:netflix,netflix.com
video:hulu:hulu,hulu.com
video:disney+:disney+,disneyplus.com
video:ted:ted,ted.com
video:wistia:wistia,wistia.com,wistia.net
video:bilibili:bilibili,bilibili.com,b23.tv,tv.danmaku.bili
video:niconico:niconico,nicovideo.jp,nico.ms
video:iqiyi:iqiyi,iqiyi.com,iq.com
video:youku:youku,youku.com,tudou.com
video:rutube:rutube,rutube.ru
video:veoh:veoh,veoh.com
video:crackle:crackle,crackle.com
video:curiositystream:curiositystream,curiositystream.com
video:utreon:utreon,utreon.com
video:d.tube:d.tube
shop:amazon:amazon,amazon.*,amzn.to,a.co,com.amazon.mShop.android.shopping,amzn
shop:ebay:ebay,ebay.*,ebay.us,com.ebay.mobile
shop:etsy:etsy,etsy.com,etsy.me,com.etsy.android
shop:walmart:walmart,walmart.*,com.walmart.android
shop:target:target,target.com
shop:bestbuy:bestbuy,bestbuy.com
shop:alibaba:alibaba,alibaba.com,com.alibaba.intl.android.apps.poseidon
shop:aliexpress:aliexpress,aliexpress.*,aliexpress.us,com.alibaba.aliexpresshd
shop:taobao:taobao,taobao.com,tmall.com
shop:jd:jd,jd.com
shop:pinduoduo:pinduoduo,pinduoduo.com,yangkeduo.com
shop:temu:temu,temu.com,com.einnovation.temu
shop:shein:shein,shein.*
shop:wish:wish,wish.com
shop:shopee:shopee,shopee.*
shop:lazada:lazada,lazada.*
shop:tokopedia:tokopedia,tokopedia.com
shop:flipkart:flipkart,flipkart.com
shop:coupang:coupang,coupang.com
shop:naver shopping:naver shopping,shopping.naver.com,smartstore.naver.com
shop:yahoo shopping:yahoo shopping,shopping.yahoo.*
shop:google shopping:google shopping,shopping.google.*,googleshopping
shop:kakaku:kakaku,kakaku.com
shop:mercadolibre:mercadolibre,mercadolibre.*,mercadolivre.com.br
shop:americanas:americanas,americanas.com.br
shop:allegro:allegro,allegro.pl,allegro.cz
shop:ceneo:ceneo,ceneo.pl
shop:heureka:heureka,heureka.cz,heureka.sk
shop:ozon:ozon,ozon.ru
shop:wildberries:wildberries,wildberries.ru
shop:yandex market:yandex market,market.yandex.*
shop:rozetka:rozetka,rozetka.com.ua
shop:emag:emag,emag.ro,emag.hu,emag.bg
shop:trendyol:trendyol,trendyol.com
shop:hepsiburada:hepsiburada,hepsiburada.com
shop:idealo:idealo,idealo.*
shop:pricerunner:pricerunner,pricerunner.*
shop:kelkoo:kelkoo,kelkoo.*
shop:shopzilla:shopzilla,shopzilla.*
shop:geizhals:geizhals,geizhals.at,geizhals.de,geizhals.eu
shop:check24:check24,check24.de
shop:toppreise:toppreise,toppreise.ch
shop:galaxus:galaxus,galaxus.*,digitec.ch
shop:otto:otto,otto.de
shop:zalando:zalando,zalando.*
shop:kaufland:kaufland,kaufland.*
shop:bol:bol,bol.com
shop:cdiscount:cdiscount,cdiscount.com
shop:vinted:vinted,vinted.*
shop:shopify:shopify,shopify.com,shop.app,com.shopify.arrive
display:google ad network:google ad network,doubleclick.net,googlesyndication.com,syndicatedsearch.goog,googleadservices.com,dclid
display:taboola:taboola,taboola.com
display:outbrain:outbrain,outbrain.com
display:criteo:criteo,criteo.com,criteo.net
display:adform:adform,adform.net
display:appnexus:appnexus,adnxs.com
display:amazon ads:amazon ads,amazon-adsystem.com
display:yahoo ads:yahoo ads,adtech.yahooinc.com,advertising.com
display:mgid:mgid,mgid.com
display:revcontent:revcontent,revcontent.com
display:adroll:adroll,adroll.com
display:teads:teads,teads.tv
display:applovin:applovin,applovin.com,applvn.com
display:unity ads:unity ads,unityads.unity3d.com
other:google docs:google docs,docs.google.*
other:google drive:google drive,drive.google.*
other:google accounts:google accounts,accounts.google.*
other:google calendar:google calendar,calendar.google.*
other:google meet:google meet,meet.google.*
other:google classroom:google classroom,classroom.google.*
other:google chat:google chat,chat.google.*
other:google sites:google sites,sites.google.*
other:google play:google play,play.google.*,com.android.vending
other:google ads console:google ads console,ads.google.*
other:google analytics:google analytics,analytics.google.*
other:google translate:google translate,translate.google.*
other:microsoft live:microsoft live,login.live.com
other:yahoo finance:yahoo finance,finance.yahoo.*
other:yandex metrica:yandex metrica,metrika.yandex.*,metrica.yandex.*
search::searchya.com,searchmobileonline.com,v9.com,22find.com,qvo6.com,qone8.com,sweet-page.com,istartsurf.com,omiga-plus.com,key-find.com,awesomehp.com,oursurfing.com,portaldosites.com,iminent.com,certified-toolbar.com,sweetim.com,imesh.com,genieo.com,findwide.com,surfcanyon.com,gelbeseiten.de,dasoertliche.de,dastelefonbuch.de,yellowmap.de,1881.no,gulesider.no,hitta.se,herold.at,local.ch,pagesjaunes.fr,paginegialle.it,yell.com,yellowpages.com,118700.se,gooofullsearch.com,darkoogle.com,gfsoso.com,blackle.com,startab.me,kiddle.co,kidrex.org,kidzsearch.com,fragfinn.de,blinde-kuh.de,qwantjunior.com,juniorsafesearch.com,k9safesearch.com
search:google:google,google.*,gogole.*,googel.*,gppgle.*,goolge.*,gogle.*,goggle.*,ggoogle.*,gooogle.*,googlee.*,googe.*,goo.gl,googleusercontent.com,googlesyndicatedsearch.com,com.google.android.googlequicksearchbox,com.google.android.apps.searchlite,google ads,googleads,google-ads,google_ads,adwords,googlemybusiness,gmb,gclid,gbraid,wbraid,gad_source
search:bing:bing,bing.*,bing.com,msn.*,com.microsoft.bing,com.microsoft.emmx,bing ads,bingads,microsoft,microsoft ads,msclkid,msn
search:yahoo:yahoo,yahoo.*,com.yahoo.mobile.client.android.search
search:duckduckgo:duckduckgo,duckduckgo.com,duckduckgo.eu,ddg.gg,duck.com,duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion,com.duckduckgo.mobile.android,ddg
search:yandex:yandex,yandex.*,ya.ru,yastatic.net,ru.yandex.searchplugin,ru.yandex.searchapp,com.yandex.browser,yandex direct,yclid
search:baidu:baidu,baidu.*,com.baidu.searchbox
search:naver:naver,naver.com,com.nhn.android.search
search:daum:daum,daum.net,net.daum.android.daum
search:nate:nate,nate.com
search:zum:zum,zum.com
search:sogou:sogou,sogou.com
search:360 search:360 search,so.com,360.cn,haosou.com,sou.com
search:shenma:shenma,sm.cn
search:quark:quark,quark.cn
search:seznam:seznam,seznam.cz,firmy.cz
search:ecosia:ecosia,ecosia.org,com.ecosia.android
search:qwant:qwant,qwant.com,com.qwant.liberty
search:startpage:startpage,startpage.com,startpage.nl,ixquick.*,startpagel6srwcjlue4zgq3zevrujfaow726kjytqbbjyrswwmjzcqd.onion
search:brave:brave,search.brave.com,brave.com,com.brave.browser
search:kagi:kagi,kagi.com
search:mojeek:mojeek,mojeek.com,mojeek.co.uk
search:swisscows:swisscows,swisscows.com,swisscows.ch,hulbee.com
search:metager:metager,metager.de,metager.org,metager2.de
search:presearch:presearch,presearch.com,presearch.io,presearch.org
search:yep:yep,yep.com
search:searx:searx,searx.be,searx.me,searx.space,searxng.org
search:gibiru:gibiru,gibiru.com
search:lilo:lilo,lilo.org
search:oceanhero:oceanhero,oceanhero.today
search:ekoru:ekoru,ekoru.org
search:karmasearch:karmasearch,karmasearch.org
search:ask:ask,ask.com,search-results.com,teoma.com
search:aol:aol,aol.*
search:lycos:lycos,lycos.*,hotbot.*
search:excite:excite,excite.*
search:altavista:altavista,altavista.*
search:coccoc:coccoc,coccoc.com
search:rambler:rambler,rambler.ru,nigma.ru
search:mail.ru:mail.ru,go.mail.ru
search:petal:petal,petalsearch.com,com.huawei.hwsearch
search:goo:goo,goo.ne.jp
search:biglobe:biglobe,biglobe.ne.jp
search:docomo:docomo,docomo.ne.jp
search:auone:auone,auone.jp
search:nifty:nifty,nifty.com
search:so-net:so-net,so-net.ne.jp
search:rakuten:rakuten,rakuten.*,infoseek.co.jp
search:livedoor:livedoor,livedoor.com
search:onet:onet,onet.pl
search:wp.pl:wp.pl
search:virgilio:virgilio,virgilio.it
search:libero:libero,libero.it
search:tiscali:tiscali,tiscali.it,tiscali.cz
search:t-online:t-online,t-online.de
search:web.de:web.de
search:freenet:freenet,freenet.de
search:bluewin:bluewin,bluewin.ch
search:search.ch:search.ch
search:orange search:orange search,lemoteur.orange.fr,lemoteur.fr,voila.fr
search:centrum:centrum,centrum.cz,atlas.cz,centrum.sk,atlas.sk
search:zoznam:zoznam,zoznam.sk
search:azet:azet,azet.sk
search:najdi:najdi,najdi.si
search:sapo:sapo,sapo.pt
search:clix:clix,clix.pt
search:globo:globo,globo.com
search:terra:terra,terra.com.br,terra.es,terra.cl
search:eniro:eniro,eniro.se,eniro.no,eniro.dk,eniro.fi
search:kvasir:kvasir,kvasir.no
search:startsiden:startsiden,startsiden.no,abcsok.no
search:walla:walla,walla.co.il
search:meta.ua:meta.ua
search:bigmir:bigmir,bigmir.net
search:ukr.net:ukr.net
search:tut.by:tut.by
search:abv:abv,abv.bg
search:comcast:comcast,comcast.net,xfinity.com
search:earthlink:earthlink,earthlink.net
search:charter.net:charter.net,rr.com
search:dogpile:dogpile,dogpile.com,webcrawler.com,metacrawler.com,zoo.com,infospace.com
search:info.com:info.com
search:izito:izito,izito.*,zapmeta.*,zapmetasearch.*
search:conduit:conduit,conduit.com,trovi.com
search:babylon:babylon,babylon.com,isearch.babylon.com,delta-search.com,delta-homes.com
search:mywebsearch:mywebsearch,mywebsearch.com,myway.com,mysearch.com,inbox.com
search:avg:avg,avg.com,avast.com,nation.com
search:softonic:softonic,softonic.com
search:ghostery:ghostery,ghosterysearch.com,glowstery.com,cliqz.com
search:neeva:neeva,neeva.com
search:wolframalpha:wolframalpha,wolframalpha.com
search:marginalia:marginalia,marginalia.nu,marginalia-search.com
search:stract:stract,stract.com
search:wiby:wiby,wiby.me
search:entireweb:entireweb,entireweb.com
search:exalead:exalead,exalead.*
search:looksmart:looksmart,looksmart.com
search:picsearch:picsearch,picsearch.com,picsearch.de
search:fireball:fireball,fireball.de,fireball.com
search:dmoz:dmoz,dmoz.org,curlie.org
search:gigablast:gigablast,gigablast.com
search:setooz:setooz,setooz.com
search:vuhuv:vuhuv,vuhuv.com,vuhuv.com.tr
search:geona:geona,geona.net
search:parsijoo:parsijoo,parsijoo.ir
search:zarebin:zarebin,zarebin.ir
search:freespoke:freespoke,freespoke.com
search:luxxle:luxxle,luxxle.com
search:givero:givero,givero.com
search:youcare:youcare,youcare.world
search:xayn:xayn,xayn.com
search:timpi:timpi,timpi.io
search:quendu:quendu,quendu.com
search:qmamu:qmamu,qmamu.com
search:rightdao:rightdao,rightdao.com
search:yippy:yippy,yippy.com
search:alexandria:alexandria,alexandria.org
search:searchencrypt:searchencrypt,searchencrypt.com,searchlock.com,searchprivacy.co,discretesearch.com
search:snap.do:snap.do
mail::bigpond.com,email.telstra.com,exmail.qq.com,iinet.net.au,mail.e1.ru,mail.mynet.com,mail.qip.ru,mail.yahoo.net,mastermail.ru,orange.fr,post.ru,sibmail.com,webmail.2degreesbroadband.co.nz,webmail.adam.com.au,webmail.commander.net.au,webmail.dodo.com.au,webmail.iprimus.com.au,webmail.netspace.net.au,webmail.optusnet.com.au,webmail.optuszoo.com.au,webmail.virginbroadband.com.au,webmail.vodafone.co.nz,webmail.westnet.com.au
search::1.cz,2gis.ru,abacho.at,abacho.ch,abacho.co.uk,abacho.com,abacho.de,abacho.es,abacho.fr,abacho.it,abcsolk.no,acoon.de,alexa.com,all.by,alltheweb.com,aolsearch.com,apollo.lv,apollo7.de,apontador.com.br,arama.com,arcor.de,ariadna.elmundo.es,arianna.com,ask.co.uk,ask.reference.com,askkids.com,blekko.com,blogdigger.com,blogpulse.com,blogs.icerocket.com,busca.orange.es,busca.uol.com.br,cc.bingj.com,cercato.it,clusty.com,cnn.com,crawler.com,cuil.com,daemon-search.com,dalesearch.com,eo.st,eurip.com,euroseek.com,everyclick.com,fastbrowsersearch.com,fastweb.it,find.tdc.dk,finderoo.com,firstsfind.com,fixsuche.de,flix.de,forestle.mobi,forestle.org,free.fr,fresh-weather.com,friendfeed.com,gais.cs.ccu.edu.tw,globososo.com,gnadenmeer.de,gomeo.com,google.cat,google.dodo.com.au,google.interia.pl,googleearth.de,googleearth.fr,goyellow.de,highbeam.com,hit-parade.com,holmes.ge,hooseek.com,icq.com,ilse.nl,incredimail.com,inspsearch.com,it.ao,jungle-spider.de,junglekey.com,junglekey.fr,jyxo.1188.cz,kataweb.it,ko.search.need2find.com,kununu.com,latne.lv,liveinternet.ru,lo.st,maailm.com,mamma.com,marktplaats.nl,maxwebsearch.com,meinestadt.de,meta.rrzn.uni-hannover.de,metacrawler.de,mister-wong.com,mister-wong.de,monstercrawler.com,mozbot.co.uk,mozbot.com,mozbot.fr,neti.ee,online.no,otsing.delfi.ee,p.zhongsou.com,paperball.de,plazoo.com,poisk.ru,qbyrd.com,qualigo.at,qualigo.ch,qualigo.de,qualigo.nl,recherche.francite.com,rechercher.aliceadsl.fr,rpmfind.net,search-intl.netscape.com,search.1and1.com,search.1und1.de,search.alot.com,search.bt.com,search.com,search.foxtab.com,search.freecause.com,search.hiyo.com,search.i.ua,search.incredibar.com,search.juno.com,search.kiwee.com,search.magnetic.com,search.media.telstra.com.au,search.offerbox.com,search.orange.co.uk,search.peoplepc.com,search.qip.ru,search.searchcompletion.com,search.snapdo.com,search.winamp.com,search.www.ee,search.yam.com,searchalot.com,searchcanvas.com,searchresults.verizon.com,searchthis.com,searchy.co.uk,sharelook.fr,skynet.be,sm.aport.ru,smart.delfi.lv,soso.com,sosodesktop.com,sougou.com,start.facemoods.com,start.iplay.com,startgoogle.startpagina.nl,suche.aolsvc.de,suche.gmx.net,suche.info,suchmaschine.com,suchnase.de,talktalk.co.uk,technorati.com,thesmartsearch.net,tixuma.de,toile.com,toolbarhome.com,trouvez.com,trovarapido.com,trusted--search.com,twingly.com,url.org,vinden.nl,vindex.nl,walhello.com,walhello.de,walhello.info,walhello.nl,web.canoe.ca,web.gougou.com,web.nl,web.volny.cz,webfetch.com,weborama.com,websearch.com,websearch.cs.com,witch.de,www1.astronaut.at,www2.austronaut.at,www3.zoek.nl,x-recherche.com,yasni.at,yasni.ch,yasni.co.uk,yasni.com,yasni.de,yatedo.com,yatedo.fr,yougoo.fr,ys.mirostart.com,zoeken.nl,zoohoo.cz
social::donanimhaber.com,forums.whirlpool.net.au,hocam.com,inci.sozlukspot.com,incisozluk.cc,incisozluk.com,instela.com,itusozluk.com,mastodon.online,mastodon.social,moikrug.ru,mylife.ru,myyearbook.com,paper.li,phanpy.social,sourceforge.net,sourtimes.org,sozluk.com,t.umblr.com,uludagsozluk.com,ulusozluk.com,vkrugudruzei.ru,wayn.com',
    CHR(  10)
  )) AS listed(brand)
  CROSS JOIN UNNEST(SPLIT(SPLIT_PART(brand, ':', 3), ',')) AS named(name)
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
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp,
      CASE WHEN sampleweight BETWEEN 1e0 AND 1e12 THEN sampleweight ELSE 1e0 END AS weight
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
    COALESCE(sessionid, visitorid, eventid) AS unit,
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
    MIN(weight) AS weight,
    SUM(CASE WHEN eventtype = 'page_view' THEN weight ELSE 0 END) AS weighted_views,
    MIN_BY(COALESCE(page, ''), turn) AS first_page,
    MIN_BY(COALESCE(referrer, ''), turn) AS referrer,
    MIN_BY(utm, turn) AS utm,
    MIN_BY(COALESCE(advertised, ''), turn) AS clickid,
    ARRAY_JOIN(ARRAY_AGG(click ORDER BY click) FILTER(WHERE
      NOT click IS NULL), CHR(  10)) AS clicked,
    MIN_BY(location, turn) AS location,
    MIN_BY(device, turn) AS device,
    MIN_BY(COALESCE(visitorid, ''), turn) AS visitorid,
    MIN_BY(COALESCE(sessionid, ''), turn) AS sessionid,
    MAX(userid) AS userid,
    MIN(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS entry,
    MAX(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS leaving
  FROM (
    SELECT
      *,
      CASE
        WHEN utm.campaign <> ''
        THEN CONCAT_WS(
          CHR(  9),
          COALESCE(utm.source, ''),
          COALESCE(utm.medium, ''),
          utm.campaign,
          COALESCE(advertised, '')
        ) || CASE
          WHEN COALESCE(utm.source, '') = ''
          THEN CONCAT_WS(CHR(  9), '', COALESCE(referrer, ''), page)
          ELSE ''
        END
      END AS click
    FROM (
      SELECT
        *,
        CASE
          WHEN clickid = 'fbclid' AND device.browser = 'Instagram'
          THEN 'instagram'
          ELSE clickid
        END AS advertised
      FROM nearby_hits
      WHERE
        NOT visitkey IS NULL
    ) AS known
  ) AS named
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
    weight,
    weighted_views,
    first_page,
    referrer,
    utm,
    clickid,
    clicked,
    location,
    device,
    visitorid,
    sessionid,
    userid,
    entry,
    leaving,
    source,
    medium,
    campaign,
    CASE
      WHEN REGEXP_LIKE(LOWER(campaign), 'cross-network')
      THEN 'Cross-network'
      WHEN is_paid AND (
        kind = 'shop' OR is_shopping
      )
      THEN 'Paid Shopping'
      WHEN is_paid AND kind = 'search'
      THEN 'Paid Search'
      WHEN is_paid AND kind = 'social'
      THEN 'Paid Social'
      WHEN is_paid AND kind = 'video'
      THEN 'Paid Video'
      WHEN kind = 'display'
      OR REGEXP_LIKE(medium, '^(display|banner|expandable|interstitial|cpm)\z')
      THEN 'Display'
      WHEN is_paid
      THEN 'Paid Other'
      WHEN kind = 'ai'
      THEN 'AI Assistants'
      WHEN kind = 'shop' OR is_shopping
      THEN 'Organic Shopping'
      WHEN kind = 'social' OR REGEXP_LIKE(medium, 'social|^sm$')
      THEN 'Organic Social'
      WHEN kind = 'video' OR REGEXP_LIKE(medium, 'video')
      THEN 'Organic Video'
      WHEN kind = 'search' OR medium = 'organic'
      THEN 'Organic Search'
      WHEN kind = 'mail' OR REGEXP_LIKE(medium, '^e[ _-]?mail|newsletter')
      THEN 'Email'
      WHEN REGEXP_LIKE(medium, '^affiliate')
      THEN 'Affiliates'
      WHEN medium IN ('referral', 'app', 'link') OR (
        is_referred AND medium IS NULL
      )
      THEN 'Referral'
      WHEN medium = 'audio'
      THEN 'Audio'
      WHEN source = 'sms' OR medium = 'sms'
      THEN 'SMS'
      WHEN REGEXP_LIKE(medium, 'push\z|mobile|notification') OR source = 'firebase'
      THEN 'Mobile Push Notifications'
      WHEN source IS NULL AND medium IS NULL AND campaign IS NULL
      THEN 'Direct'
      ELSE 'Unassigned'
    END AS channel
  FROM (
    SELECT
      *,
      REGEXP_LIKE(LOWER(campaign), '(^|[^a-df-z])shop|shopping') AS is_shopping,
      COALESCE(NULLIF(SPLIT_PART(brand, CHR(  9), 2), ''), said) AS source,
      CASE
        WHEN NOT brand IS NULL
        THEN SPLIT_PART(brand, CHR(  9), 1)
        WHEN REGEXP_LIKE(
          said,
          '(^|[.])(([a-z0-9]+-)?(search|suche|szukaj|busca|buscador|recherche|pesquisa|ricerca|hledani|poisk|zoek|sok|arama)[0-9]*(-[a-z0-9]+)?[.][^.]+|(search|suche|busca|cherche|recherche|ricerc)[a-z0-9-]*[.][^.]{4,})[.]|(^|[.])([a-z0-9-]*[^e.])?search[.]((com?[.])?[a-z]{2}|[a-z]{3,4})\z'
        )
        THEN 'search'
        WHEN REGEXP_LIKE(
          said,
          '[.]social\z|^social[.]|(todon|mstdn|pixelfed|misskey|lemmy|pleroma|friendica)[a-z0-9-]*[.]'
        )
        THEN 'social'
      END AS kind
    FROM (
      SELECT
        s.*,
        COALESCE(
          ELEMENT_AT(listed.brands, s.name),
          ELEMENT_AT(listed.brands, NULLIF(REGEXP_EXTRACT(s.name, '[^.]+[.][^.]+[.][^.]+\z'), '')),
          CASE
            WHEN REGEXP_LIKE(s.said, '(^|[.])(web|e-?)?mail[0-9]*[.][^.]+[.]')
            THEN 'mail'
          END,
          ELEMENT_AT(listed.brands, NULLIF(REGEXP_EXTRACT(s.name, '[^.]+[.][^.]+\z'), ''))
        ) AS brand
      FROM (
        SELECT
          *,
          REGEXP_REPLACE(
            said,
            '(^|[.])(aliexpress|altavista|amazon|aol|baidu|bing|blogspot|ebay|exalead|excite|galaxus|ggoogle|glassdoor|gmx|goggle|gogle|gogole|googe|googel|google|googlee|goolge|gooogle|gppgle|habbo|hotbot|hotmail|idealo|ixquick|izito|kaufland|kelkoo|lastfm|lazada|lycos|mercadolibre|msn|myheritage|pinterest|pricerunner|rakuten|shein|shopee|shopzilla|tripadvisor|vinted|walmart|yahoo|yandex|yelp|zalando|zapmeta|zapmetasearch|zoho)[.](com|(com?[.])?[a-z]{2})\z',
            '$1$2.*'
          ) AS name
        FROM (
          SELECT
            *,
            utm_source IS NULL AND NOT host IS NULL AS is_referred,
            (
              NOT medium IS NULL
              AND REGEXP_LIKE(medium, 'cp|^(ppc|ads?|sem|retargeting|remarketing)$|(^|[^a-z])paid')
            )
            OR NOT COALESCE(advertised, 'fbclid') IN ('fbclid', 'instagram') AS is_paid,
            COALESCE(REGEXP_REPLACE(utm_source, '^www[.]', ''), host, advertised) AS said
          FROM (
            SELECT
              *,
              NULLIF(REGEXP_REPLACE(campaign_said, '^[\t-\r ]+|[\t-\r ]+\z', ''), '') AS campaign,
              NULLIF(
                REGEXP_REPLACE(
                  REGEXP_REPLACE(source_said, '^[\t-\r ]+|[\t-\r ]+\z', ''),
                  '^([(](direct|none|not set)[)]|direct)\z',
                  ''
                ),
                ''
              ) AS utm_source,
              NULLIF(
                REGEXP_REPLACE(
                  REGEXP_REPLACE(medium_said, '^[\t-\r ]+|[\t-\r ]+\z', ''),
                  '^[(](none|not set)[)]\z',
                  ''
                ),
                ''
              ) AS medium,
              CASE
                WHEN referred LIKE '%://%'
                THEN NULLIF(
                  NULLIF(
                    REGEXP_EXTRACT(LOWER(referred), '^[a-z][a-z0-9+.-]*://([^/?#@]*@)?(www[.])?([^/:?#]+)', 3),
                    ''
                  ),
                  COALESCE(
                    NULLIF(
                      REGEXP_EXTRACT(LOWER(landing), '^[a-z][a-z0-9+.-]*://([^/?#@]*@)?(www[.])?([^/:?#]+)', 3),
                      ''
                    ),
                    ''
                  )
                )
              END AS host
            FROM (
              SELECT
                *,
                LOWER(utm.source) AS source_said,
                LOWER(utm.medium) AS medium_said,
                utm.campaign AS campaign_said,
                referrer AS referred,
                first_page AS landing,
                NULLIF(clickid, '') AS advertised
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
                  MIN(weight) AS weight,
                  SUM(weighted_views) AS weighted_views,
                  MIN_BY(first_page, began) AS first_page,
                  MIN_BY(referrer, began) AS referrer,
                  MIN_BY(utm, began) AS utm,
                  MIN_BY(clickid, began) AS clickid,
                  ARRAY_JOIN(ARRAY_AGG(NULLIF(clicked, '') ORDER BY began), CHR(  10)) AS clicked,
                  MIN_BY(location, began) AS location,
                  MIN_BY(device, began) AS device,
                  MIN_BY(visitorid, began) AS visitorid,
                  MIN_BY(sessionid, began) AS sessionid,
                  MAX(userid) AS userid,
                  MIN(entry) AS entry,
                  MAX(leaving) AS leaving
                FROM (
                  SELECT
                    *,
                    MAX(opened) OVER (
                      PARTITION BY visitkey
                      ORDER BY began
                      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                    ) AS opening
                  FROM (
                    SELECT
                      *,
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
            ) AS parted
          ) AS trimmed
        ) AS named
      ) AS s
      CROSS JOIN (
        SELECT
          MAP_AGG(name, kind || CHR(  9) || source) AS brands
        FROM brands
      ) AS listed
    ) AS found
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
    weight,
    weighted_views,
    visitkey AS unit,
    source,
    medium,
    campaign,
    channel,
    clicked,
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
), clicks AS (
  SELECT DISTINCT
    visitkey,
    opening,
    source,
    medium,
    campaign,
    CASE
      WHEN REGEXP_LIKE(LOWER(campaign), 'cross-network')
      THEN 'Cross-network'
      WHEN is_paid AND (
        kind = 'shop' OR is_shopping
      )
      THEN 'Paid Shopping'
      WHEN is_paid AND kind = 'search'
      THEN 'Paid Search'
      WHEN is_paid AND kind = 'social'
      THEN 'Paid Social'
      WHEN is_paid AND kind = 'video'
      THEN 'Paid Video'
      WHEN kind = 'display'
      OR REGEXP_LIKE(medium, '^(display|banner|expandable|interstitial|cpm)\z')
      THEN 'Display'
      WHEN is_paid
      THEN 'Paid Other'
      WHEN kind = 'ai'
      THEN 'AI Assistants'
      WHEN kind = 'shop' OR is_shopping
      THEN 'Organic Shopping'
      WHEN kind = 'social' OR REGEXP_LIKE(medium, 'social|^sm$')
      THEN 'Organic Social'
      WHEN kind = 'video' OR REGEXP_LIKE(medium, 'video')
      THEN 'Organic Video'
      WHEN kind = 'search' OR medium = 'organic'
      THEN 'Organic Search'
      WHEN kind = 'mail' OR REGEXP_LIKE(medium, '^e[ _-]?mail|newsletter')
      THEN 'Email'
      WHEN REGEXP_LIKE(medium, '^affiliate')
      THEN 'Affiliates'
      WHEN medium IN ('referral', 'app', 'link') OR (
        is_referred AND medium IS NULL
      )
      THEN 'Referral'
      WHEN medium = 'audio'
      THEN 'Audio'
      WHEN source = 'sms' OR medium = 'sms'
      THEN 'SMS'
      WHEN REGEXP_LIKE(medium, 'push\z|mobile|notification') OR source = 'firebase'
      THEN 'Mobile Push Notifications'
      WHEN source IS NULL AND medium IS NULL AND campaign IS NULL
      THEN 'Direct'
      ELSE 'Unassigned'
    END AS channel,
    page_views,
    bounced,
    seconds,
    weight,
    weighted_views,
    visitkey AS unit,
    source IS NOT DISTINCT FROM visit_source
    AND medium IS NOT DISTINCT FROM visit_medium
    AND campaign = visit_campaign AS began
  FROM (
    SELECT
      *,
      REGEXP_LIKE(LOWER(campaign), '(^|[^a-df-z])shop|shopping') AS is_shopping,
      COALESCE(NULLIF(SPLIT_PART(brand, CHR(  9), 2), ''), said) AS source,
      CASE
        WHEN NOT brand IS NULL
        THEN SPLIT_PART(brand, CHR(  9), 1)
        WHEN REGEXP_LIKE(
          said,
          '(^|[.])(([a-z0-9]+-)?(search|suche|szukaj|busca|buscador|recherche|pesquisa|ricerca|hledani|poisk|zoek|sok|arama)[0-9]*(-[a-z0-9]+)?[.][^.]+|(search|suche|busca|cherche|recherche|ricerc)[a-z0-9-]*[.][^.]{4,})[.]|(^|[.])([a-z0-9-]*[^e.])?search[.]((com?[.])?[a-z]{2}|[a-z]{3,4})\z'
        )
        THEN 'search'
        WHEN REGEXP_LIKE(
          said,
          '[.]social\z|^social[.]|(todon|mstdn|pixelfed|misskey|lemmy|pleroma|friendica)[a-z0-9-]*[.]'
        )
        THEN 'social'
      END AS kind
    FROM (
      SELECT
        s.*,
        COALESCE(
          ELEMENT_AT(listed.brands, s.name),
          ELEMENT_AT(listed.brands, NULLIF(REGEXP_EXTRACT(s.name, '[^.]+[.][^.]+[.][^.]+\z'), '')),
          CASE
            WHEN REGEXP_LIKE(s.said, '(^|[.])(web|e-?)?mail[0-9]*[.][^.]+[.]')
            THEN 'mail'
          END,
          ELEMENT_AT(listed.brands, NULLIF(REGEXP_EXTRACT(s.name, '[^.]+[.][^.]+\z'), ''))
        ) AS brand
      FROM (
        SELECT
          *,
          REGEXP_REPLACE(
            said,
            '(^|[.])(aliexpress|altavista|amazon|aol|baidu|bing|blogspot|ebay|exalead|excite|galaxus|ggoogle|glassdoor|gmx|goggle|gogle|gogole|googe|googel|google|googlee|goolge|gooogle|gppgle|habbo|hotbot|hotmail|idealo|ixquick|izito|kaufland|kelkoo|lastfm|lazada|lycos|mercadolibre|msn|myheritage|pinterest|pricerunner|rakuten|shein|shopee|shopzilla|tripadvisor|vinted|walmart|yahoo|yandex|yelp|zalando|zapmeta|zapmetasearch|zoho)[.](com|(com?[.])?[a-z]{2})\z',
            '$1$2.*'
          ) AS name
        FROM (
          SELECT
            *,
            utm_source IS NULL AND NOT host IS NULL AS is_referred,
            (
              NOT medium IS NULL
              AND REGEXP_LIKE(medium, 'cp|^(ppc|ads?|sem|retargeting|remarketing)$|(^|[^a-z])paid')
            )
            OR NOT COALESCE(advertised, 'fbclid') IN ('fbclid', 'instagram') AS is_paid,
            COALESCE(REGEXP_REPLACE(utm_source, '^www[.]', ''), host, advertised) AS said
          FROM (
            SELECT
              *,
              NULLIF(REGEXP_REPLACE(campaign_said, '^[\t-\r ]+|[\t-\r ]+\z', ''), '') AS campaign,
              NULLIF(
                REGEXP_REPLACE(
                  REGEXP_REPLACE(source_said, '^[\t-\r ]+|[\t-\r ]+\z', ''),
                  '^([(](direct|none|not set)[)]|direct)\z',
                  ''
                ),
                ''
              ) AS utm_source,
              NULLIF(
                REGEXP_REPLACE(
                  REGEXP_REPLACE(medium_said, '^[\t-\r ]+|[\t-\r ]+\z', ''),
                  '^[(](none|not set)[)]\z',
                  ''
                ),
                ''
              ) AS medium,
              CASE
                WHEN referred LIKE '%://%'
                THEN NULLIF(
                  NULLIF(
                    REGEXP_EXTRACT(LOWER(referred), '^[a-z][a-z0-9+.-]*://([^/?#@]*@)?(www[.])?([^/:?#]+)', 3),
                    ''
                  ),
                  COALESCE(
                    NULLIF(
                      REGEXP_EXTRACT(LOWER(landing), '^[a-z][a-z0-9+.-]*://([^/?#@]*@)?(www[.])?([^/:?#]+)', 3),
                      ''
                    ),
                    ''
                  )
                )
              END AS host
            FROM (
              SELECT
                visitkey,
                opening,
                page_views,
                bounced,
                seconds,
                weight,
                weighted_views,
                source AS visit_source,
                medium AS visit_medium,
                campaign AS visit_campaign,
                LOWER(SPLIT_PART(click, CHR(  9), 1)) AS source_said,
                LOWER(SPLIT_PART(click, CHR(  9), 2)) AS medium_said,
                SPLIT_PART(click, CHR(  9), 3) AS campaign_said,
                NULLIF(SPLIT_PART(click, CHR(  9), 4), '') AS advertised,
                SPLIT_PART(click, CHR(  9), 5) AS referred,
                SPLIT_PART(click, CHR(  9), 6) AS landing
              FROM (
                SELECT DISTINCT
                  visitkey,
                  opening,
                  page_views,
                  bounced,
                  seconds,
                  weight,
                  weighted_views,
                  source,
                  medium,
                  campaign,
                  click
                FROM visits
                CROSS JOIN UNNEST(SPLIT(clicked, CHR(  10))) AS said(click)
                WHERE
                  clicked <> ''
              ) AS clicked
            ) AS parted
          ) AS trimmed
        ) AS named
      ) AS s
      CROSS JOIN (
        SELECT
          MAP_AGG(name, kind || CHR(  9) || source) AS brands
        FROM brands
      ) AS listed
    ) AS found
  ) AS known
)
SELECT
  campaign,
  COALESCE(source, '(none)') AS source,
  COALESCE(medium, '(none)') AS medium,
  CAST(ROUND(COALESCE(SUM(CASE WHEN began THEN weight END), 0)) AS BIGINT) AS visits,
  CAST(ROUND(COALESCE(SUM(weight), 0)) AS BIGINT) AS clicks,
  CAST(ROUND(COALESCE(SUM(CASE WHEN began THEN weighted_views END), 0)) AS BIGINT) AS page_views,
  ROUND(
    1e2 * SUM(CASE WHEN began AND bounced THEN weight ELSE 0 END) / NULLIF(SUM(CASE WHEN began AND weighted_views > 0 THEN weight ELSE 0 END), 0),
    1
  ) AS bounce_rate,
  ROUND(
    1e0 * SUM(CASE WHEN began THEN weight * seconds END) / SUM(CASE WHEN began THEN weight END),
    1
  ) AS seconds_per_visit
FROM clicks
WHERE
  NOT campaign IS NULL
GROUP BY
  campaign,
  source,
  medium
ORDER BY
  visits DESC,
  clicks DESC,
  campaign,
  source,
  medium
LIMIT 20;

-- What changed
-- What the last day counted of a figure (visits, events, goals or errors) by source, page, country and device, and how
-- much the days in against on average, or all earlier days of the range where against names none. Pages are those where
-- visits began, or those of the events. Greatest changes first.
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
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp,
      CASE WHEN sampleweight BETWEEN 1e0 AND 1e12 THEN sampleweight ELSE 1e0 END AS weight
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
    COALESCE(sessionid, visitorid, eventid) AS unit,
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
), brands AS (
  SELECT
    SPLIT_PART(brand, ':', 1) AS kind,
    COALESCE(NULLIF(SPLIT_PART(brand, ':', 2), ''), name) AS source,
    name
  FROM UNNEST(SPLIT(
    'ai:chatgpt:chatgpt,chatgpt.com,chat.openai.com,openai.com,com.openai.chatgpt,chat gpt,openai
ai:perplexity:perplexity,perplexity.ai,perplexity.com,ai.perplexity.app.android
ai:claude:claude,claude.ai,claude.com,anthropic.com,com.anthropic.claude,anthropic
ai:gemini:gemini,gemini.google.*,bard.google.*,aistudio.google.*,com.google.android.apps.bard,bard
ai:notebooklm:notebooklm,notebooklm.google.*,notebooklm.google
ai:copilot:copilot,copilot.microsoft.com,copilot.cloud.microsoft,m365.cloud.microsoft,copilot.com,edgeservices.bing.com,com.microsoft.copilot
ai:deepseek:deepseek,deepseek.com,deepseek.ai,com.deepseek.chat
ai:grok:grok,grok.com,x.ai,ai.x.grok
ai:meta ai:meta ai,meta.ai
ai:mistral:mistral,mistral.ai,le chat,lechat
ai:duck.ai:duck.ai
ai:you.com:you.com
ai:poe:poe,poe.com
ai:phind:phind,phind.com
ai:pi.ai:pi.ai
ai:character.ai:character.ai,c.ai
ai:jasper:jasper,jasper.ai
ai:writesonic:writesonic,writesonic.com,chatsonic
ai:iask:iask,iask.ai
ai:andi:andi,andisearch.com
ai:komo:komo,komo.ai
ai:chatglm:chatglm,chatglm.cn,z.ai,bigmodel.cn
ai:kimi:kimi,kimi.com,kimi.ai,moonshot.cn,kimi.moonshot.cn
ai:doubao:doubao,doubao.com,com.larus.nova
ai:qwen:qwen,qwen.ai,tongyi.com,tongyi.aliyun.com,qianwen.com
ai:ernie:ernie,yiyan.baidu.com,chat.baidu.com
ai:yuanbao:yuanbao,yuanbao.tencent.com,hunyuan.tencent.com
ai:minimax:minimax,minimax.io,minimaxi.com,hailuoai.com
ai:metaso:metaso,metaso.cn
ai:felo:felo,felo.ai
ai:genspark:genspark,genspark.ai
ai:manus.im:manus.im
ai:consensus:consensus,consensus.app
ai:elicit:elicit,elicit.com,elicit.org
ai:scite:scite,scite.ai
ai:openevidence:openevidence,openevidence.com
ai:liner ai:liner ai,liner.com,getliner.com
ai:huggingchat:huggingchat,huggingface.co
ai:lmarena:lmarena,lmarena.ai,lmsys.org
ai:venice:venice,venice.ai
ai:lumo:lumo,lumo.proton.me
ai:t3chat:t3chat,t3.chat
ai:openrouter:openrouter,openrouter.ai
ai:groq:groq,groq.com
ai:cohere:cohere,cohere.com,cohere.ai
ai:monica:monica,monica.im
ai:sider:sider,sider.ai
ai:merlin ai:merlin ai,getmerlin.in
ai:blackbox:blackbox,blackbox.ai
ai:copy.ai:copy.ai
ai:rytr:rytr,rytr.me
ai:opera aria:opera aria,aria.opera.com
ai:yandex alice:yandex alice,alice.yandex.*,alice.yandex
ai:gigachat:gigachat,giga.chat
ai:clova:clova,clova-x.naver.com
ai:wrtn:wrtn,wrtn.ai
ai:chat+:chat+,chatplus.com,chat-gpt.org
ai:chatbotapp:chatbotapp,chatbotapp.ai,chatbot.app
ai:ninjachat:ninjachat,ninjachat.ai
ai:chatpdf:chatpdf,chatpdf.com
mail:gmail:gmail,mail.google.*,gmail.com,inbox.google.*,com.google.android.gm,com.google.android.gm.lite
mail:outlook:outlook,outlook.com,outlook.live.com,outlook.office.com,outlook.office365.com,hotmail.*,hotmail,mail.live.com,com.microsoft.office.outlook
mail:yahoo mail:yahoo mail,mail.yahoo.*,com.yahoo.mobile.client.android.mail
mail:icloud:icloud,icloud.com
mail:proton:proton,proton.me,protonmail.com,protonmail,ch.protonmail.android
mail:gmx:gmx,gmx.*,deref-gmx.net,deref-gmx.com,deref-gmx.fr,3c.gmx.net,de.gmx.mobile.android.mail
mail:web.de mail:web.de mail,deref-web.de,deref-web-02.de,3c.web.de,de.web.mobile.android.mail
mail:yandex mail:yandex mail,mail.yandex.*,ru.yandex.mail
mail:mail.ru mail:mail.ru mail,e.mail.ru,touch.mail.ru,ru.mail.mailapp
mail:aol mail:aol mail,mail.aol.*,com.aol.mobile.aolapp
mail:zoho:zoho,mail.zoho.*,zoho.*,com.zoho.mail
mail:fastmail:fastmail,fastmail.com,fastmail.fm
mail:tuta:tuta,tuta.com,tutanota.com,de.tutao.tutanota
mail:hey mail:hey mail,app.hey.com
mail:superhuman:superhuman,superhuman.com
mail:spark mail:spark mail,com.readdle.spark
mail:samsung email:samsung email,com.samsung.android.email.provider
mail:seznam mail:seznam mail,email.seznam.cz
mail:daum mail:daum mail,mail.daum.net,hanmail.net
mail:naver mail:naver mail,mail.naver.com
mail:rambler mail:rambler mail,mail.rambler.ru
mail:mail.com:mail.com,deref-mail.com
mail:laposte:laposte,laposte.net
mail:orange mail:orange mail,messagerie.orange.fr
mail:sfr mail:sfr mail,messagerie.sfr.fr
mail:free mail:free mail,zimbra.free.fr
mail:ukr.net mail:ukr.net mail,mail.ukr.net
mail:163 mail:163 mail,mail.163.com,126.com,mail.126.com
mail:qq mail:qq mail,mail.qq.com,wx.mail.qq.com,com.tencent.androidqqmail
mail:mailchimp:mailchimp,mailchimp.com,mailchi.mp,list-manage.com,campaign-archive.com
mail:klaviyo:klaviyo,klaviyo.com,klclick.com
mail:brevo:brevo,brevo.com,sendinblue.com,sendibm1.com
mail:campaign monitor:campaign monitor,createsend.com,cmail19.com,cmail20.com
mail:sendgrid:sendgrid,sendgrid.net
mail:hubspot mail:hubspot mail,hubspotemail.net
mail:convertkit:convertkit,convertkit.com,kit.com,convertkit-mail.com
mail:beehiiv:beehiiv,beehiiv.com
mail:buttondown:buttondown,buttondown.email,buttondown.com
mail:email:email,e-mail,e_mail,e mail
mail:newsletter:newsletter,newsletters
social:facebook:facebook,facebook.com,fb.com,fb.me,fb.watch,facebookwkhpilnemxj7asaniu7vnjjbiltxjqhye3mhbshg7kx5tfyd.onion,com.facebook.katana,com.facebook.lite,fb,meta,facebook ads,facebookads,meta ads,fbclid
social:instagram:instagram,instagram.com,com.instagram.android,ig,insta,igshopping
social:threads:threads,threads.net,threads.com,com.instagram.barcelona
social:messenger:messenger,messenger.com,m.me,com.facebook.orca
social:workplace:workplace,workplace.com
social:x:x,x.com,twitter.com,t.co,tweetdeck.com,com.twitter.android,twitter,tw,twclid
social:linkedin:linkedin,linkedin.com,lnkd.in,com.linkedin.android,linked-in,linkedin ads,li,li_fat_id
social:reddit:reddit,reddit.com,redd.it,com.reddit.frontpage,rdt_cid
social:pinterest:pinterest,pinterest.*,pin.it,com.pinterest,epik
social:tiktok:tiktok,tiktok.com,tiktokv.com,com.zhiliaoapp.musically,com.ss.android.ugc.trill,tik tok,ttclid
social:snapchat:snapchat,snapchat.com,snap.com,com.snapchat.android,sccid
social:whatsapp:whatsapp,whatsapp.com,wa.me,com.whatsapp,com.whatsapp.w4b
social:telegram:telegram,telegram.org,telegram.me,t.me,org.telegram.messenger,org.telegram.messenger.web,org.telegram.plus,tg
social:discord:discord,discord.com,discord.gg,discordapp.com,com.discord
social:bluesky:bluesky,bsky.app,bsky.social,xyz.blueskyweb.app,bsky
social:mastodon:mastodon,joinmastodon.org,org.joinmastodon.android,mas.to,hachyderm.io,infosec.exchange,troet.cafe,pawoo.net,c.im,botsin.space,bitcoinhackers.org,friends.nico,quey.org,tkm.eus,mathstodon.xyz,ioc.exchange,masto.ai,masto.nu,masto.es,masto.pt,masto.host,toot.cafe,toot.community,tooting.ch,toot.wales,tooot.im,metalhead.club,livellosegreto.it,sociale.network,dice.camp,wandering.shop,writing.exchange,journa.host,todon.eu,todon.nl,fedibird.com,vocalodon.net,best-friends.chat,planet.moe,handon.club,kmy.blue,baraag.net,cybre.space,snouts.online,sleeping.town,tech.lgbt,lgbtqia.space,eldritch.cafe,mamot.fr,piaille.fr,framapiaf.org,layer8.space,lor.sh,nerdculture.de,linuxrocks.online,functional.cafe,merveilles.town,weirder.earth,pouet.chapril.org,qoto.org,sciences.re,types.pl,wien.rocks,woof.group,zirk.us,101010.pl,union.place,vmst.io,worldkey.io,xoxo.zone,switter.at,spinster.xyz,ravenation.club,aus.social,kosmos.social,octodon.social,niu.moe,mao.mastodonhub.com,oc.todon.fr,social.coop,tusky.app,com.keylesspalace.tusky,me.rhosys.mastodon,universeodon.com,fedi.life,bark.lgbt,im-in.space,glammr.us,awscommunity.social,ecoevo.social,front-end.social,mindly.social,genomic.social,hometech.social,urbanists.social,sauropods.win,freeradical.zone,wetdry.world,app.wafrn.net,sakurajima.moe,rubber.social,plural.cafe,mk.absturztau.be,equestria.social,pony.social,dragonscave.space,tabletop.social,queer.party,chitter.xyz,hellsite.site,vulpine.club,computerfairi.es,radical.town,anarchism.space,sunbeam.city,hispagatos.space,mastd.racing,mast.dragon-fly.club,x0r.be,hulvr.com,gamepad.club,dmv.community,mspsocial.net,frikiverse.zone,loma.ml,aipi.social,moth.zone,lou.lt,slippy.xyz,den.dev
social:pixelfed:pixelfed,pixey.org,pxlmo.com,metapixl.com,pix.toot.wales,pixel.tchncs.de,fotofed.nl
social:misskey:misskey,misskey.io,nijimiss.moe,firefish.social,sharkey.world,mk.autonomy.earth
social:lemmy:lemmy,beehaw.org,feddit.de,feddit.org,feddit.it,feddit.uk,sh.itjust.works,programming.dev,kbin.social,fedia.io
social:diaspora:diaspora,diasporafoundation.org,pluspora.com,framasphere.org,diasp.org,joindiaspora.com,pod.geraspora.de
social:truth social:truth social,truthsocial.com
social:gab:gab,gab.com,gab.ai
social:gettr:gettr,gettr.com
social:parler:parler,parler.com
social:minds:minds,minds.com
social:mewe:mewe,mewe.com
social:vk:vk,vk.com,vk.ru,vk.me,vkontakte.ru,com.vkontakte.android,vkontakte
social:ok.ru:ok.ru,odnoklassniki.ru,odnoklassniki.ua,ru.ok.android
social:my.mail.ru:my.mail.ru
social:dzen:dzen,dzen.ru,zen.yandex.*
social:pikabu:pikabu,pikabu.ru
social:habr:habr,habr.com
social:weibo:weibo,weibo.com,weibo.cn,t.cn,com.sina.weibo
social:wechat:wechat,wechat.com,weixin.qq.com,weixin110.qq.com,com.tencent.mm,weixin
social:qq:qq,qzone.qq.com,qun.qq.com,com.tencent.mobileqq
social:xiaohongshu:xiaohongshu,xiaohongshu.com,xhslink.com,rednote.com,com.xingin.xhs,rednote
social:douyin:douyin,douyin.com,com.ss.android.ugc.aweme
social:kuaishou:kuaishou,kuaishou.com
social:zhihu:zhihu,zhihu.com,com.zhihu.android
social:douban:douban,douban.com
social:renren:renren,renren.com,kaixin001.com
social:line:line,line.me,lin.ee,jp.naver.line.android
social:kakao:kakao,kakao.com,kakaocorp.com,com.kakao.talk,kakaotalk
social:naver blog:naver blog,blog.naver.com,cafe.naver.com,kin.naver.com,band.us
social:zalo:zalo,zalo.me,com.zing.zalo
social:viber:viber,viber.com,com.viber.voip
social:skype:skype,skype.com,com.skype.raider
social:imo:imo,imo.im
social:hacker news:hacker news,news.ycombinator.com,hackernews,hn
social:lobsters:lobsters,lobste.rs
social:product hunt:product hunt,producthunt.com,producthunt
social:indie hackers:indie hackers,indiehackers.com
social:github:github,github.com,com.github.android
social:gitlab:gitlab,gitlab.com
social:stack overflow:stack overflow,stackoverflow.com,stackexchange.com,serverfault.com,superuser.com,askubuntu.com,stackapps.com,mathoverflow.net,stackoverflow
social:quora:quora,quora.com,com.quora.android
social:medium:medium,medium.com,com.medium.reader
social:substack:substack,substack.com,com.substack.app
social:tumblr:tumblr,tumblr.com,com.tumblr
social:wordpress:wordpress,wordpress.com,wordpress.org
social:blogger:blogger,blogger.com,blogspot.*
social:livejournal:livejournal,livejournal.com,livejournal.ru
social:linktree:linktree,linktr.ee
social:linkin.bio:linkin.bio,beacons.ai,lnk.bio,bio.link,campsite.bio,taplink.cc
social:flipboard:flipboard,flipboard.com,flip.it,flipboard.app
social:pocket:pocket,getpocket.com,pocket.co
social:digg:digg,digg.com
social:disqus:disqus,disqus.com,disq.us
social:slashdot:slashdot,slashdot.org
social:fark:fark,fark.com
social:imgur:imgur,imgur.com
social:9gag:9gag,9gag.com
social:nextdoor:nextdoor,nextdoor.com,nextdoor.co.uk,nextdoor.de
social:xing:xing,xing.com,com.xing.android
social:viadeo:viadeo,viadeo.com,viadeo.journaldunet.com
social:yammer:yammer,yammer.com,engage.cloud.microsoft
social:meetup:meetup,meetup.com
social:yelp:yelp,yelp.*
social:tripadvisor:tripadvisor,tripadvisor.*
social:foursquare:foursquare,foursquare.com,swarmapp.com
social:glassdoor:glassdoor,glassdoor.*
social:goodreads:goodreads,goodreads.com
social:dribbble:dribbble,dribbble.com
social:behance:behance,behance.net
social:deviantart:deviantart,deviantart.com
social:artstation:artstation,artstation.com
social:flickr:flickr,flickr.com
social:500px:500px,500px.com
social:last.fm:last.fm,lastfm.*
social:soundcloud:soundcloud,soundcloud.com
social:patreon:patreon,patreon.com
social:ko-fi:ko-fi,ko-fi.com
social:clubhouse:clubhouse,clubhouse.com,joinclubhouse.com
social:bereal:bereal,bereal.com,bere.al
social:hootsuite:hootsuite,hootsuite.com,ow.ly
social:buffer:buffer,buffer.com,buff.ly
social:bitly:bitly,bit.ly
social:ameblo:ameblo,ameblo.jp,ameba.jp
social:hatena:hatena,hatena.ne.jp,hatenablog.com,hatenablog.jp,hatena.blog
social:mixi:mixi,mixi.jp
social:note.com:note.com,note.mu
social:pixiv:pixiv,pixiv.net
social:fc2:fc2,fc2.com
social:5ch:5ch,5ch.net,2ch.net,5ch.io
social:gree:gree,gree.jp
social:gutefrage:gutefrage,gutefrage.net
social:wykop:wykop,wykop.pl
social:nk.pl:nk.pl,nasza-klasa.pl
social:meneame:meneame,meneame.net
social:taringa:taringa,taringa.net
social:draugiem:draugiem,draugiem.lv
social:hyves:hyves,hyves.nl,hyves.net
social:studivz:studivz,studivz.net,meinvz.net,schuelervz.net
social:myspace:myspace,myspace.com
social:bebo:bebo,bebo.com
social:orkut:orkut,orkut.com,orkut.com.br
social:google+:google+,plus.google.*,plus.url.google.*,url.google.*,googleplus
social:google groups:google groups,groups.google.*,googlegroups.com
social:habbo:habbo,habbo.*
social:ravelry:ravelry,ravelry.com
social:wattpad:wattpad,wattpad.com
social:scribd:scribd,scribd.com
social:slideshare:slideshare,slideshare.net
social:academia:academia,academia.edu
social:researchgate:researchgate,researchgate.net
social:fetlife:fetlife,fetlife.com
social:italki:italki,italki.com
social:lang-8:lang-8,lang-8.com
social:couchsurfing:couchsurfing,couchsurfing.com,couchsurfing.org
social:peepeth:peepeth,peepeth.com
social:steemit:steemit,steemit.com,hive.blog,peakd.com
social:farcaster:farcaster,farcaster.xyz,warpcast.com
social:lens protocol:lens protocol,lens.xyz,hey.xyz
social:nostr clients:nostr clients,primal.net,damus.io,iris.to,snort.social
social:strava:strava,strava.com,com.strava
social:letterboxd:letterboxd,letterboxd.com
social:untappd:untappd,untappd.com
social:geni:geni,geni.com
social:myheritage:myheritage,myheritage.*
social:ancestry:ancestry,ancestry.com,ancestry.co.uk,ancestry.de
social:classmates:classmates,classmates.com
social:tagged:tagged,tagged.com
social:hi5:hi5,hi5.com
social:badoo:badoo,badoo.com
social:netlog:netlog,netlog.com
social:tuenti:tuenti,tuenti.com
social:skyrock:skyrock,skyrock.com
social:cyworld:cyworld,cyworld.com
social:plaxo:plaxo,plaxo.com
social:plurk:plurk,plurk.com
social:identi.ca:identi.ca
social:ning:ning,ning.com
social:gaiaonline:gaiaonline,gaiaonline.com
social:irc-galleria:irc-galleria,irc-galleria.net
social:weeworld:weeworld,weeworld.com
social:sonico:sonico,sonico.com
social:friendster:friendster,friendster.com
social:stumbleupon:stumbleupon,stumbleupon.com,mix.com
social:delicious:delicious,delicious.com,del.icio.us
social:multiply:multiply,multiply.com
social:xanga:xanga,xanga.com
social:vampirefreaks:vampirefreaks,vampirefreaks.com
social:cafemom:cafemom,cafemom.com
social:dailystrength:dailystrength,dailystrength.org
social:care2:care2,care2.com
social:caringbridge:caringbridge,caringbridge.org
social:flixster:flixster,flixster.com
social:librarything:librarything,librarything.com
social:anobii:anobii,anobii.com
social:mubi:mubi,mubi.com
social:reverbnation:reverbnation,reverbnation.com
social:partyflock:partyflock,partyflock.nl
social:copainsdavant:copainsdavant,copainsdavant.linternaute.com
social:trombi:trombi,trombi.com
social:zoo.gr:zoo.gr
social:mocospace:mocospace,mocospace.com
social:blackplanet:blackplanet,blackplanet.com
social:asmallworld:asmallworld,asmallworld.com
social:internations:internations,internations.org
social:interpals:interpals,interpals.net
social:kiwibox:kiwibox,kiwibox.com
social:dol2day:dol2day,dol2day.com
social:jappy:jappy,jappy.com,jappy.de
social:lokalisten:lokalisten,lokalisten.de
social:werkenntwen:werkenntwen,wer-kennt-wen.de
social:suomi24:suomi24,suomi24.fi
social:playahead:playahead,playahead.se
social:lunarstorm:lunarstorm,lunarstorm.se
social:biip:biip,biip.no
social:mouthshut:mouthshut,mouthshut.com
social:ibibo:ibibo,ibibo.com
social:bharatstudent:bharatstudent,bharatstudent.com
social:bigadda:bigadda,bigadda.com
social:fotolog:fotolog,fotolog.com
social:fotki:fotki,fotki.com
social:photobucket:photobucket,photobucket.com
social:secondlife:secondlife,secondlife.com
social:imvu:imvu,imvu.com
social:stardoll:stardoll,stardoll.com
social:livemocha:livemocha,livemocha.com
social:busuu:busuu,busuu.com
social:mymfb:mymfb,mymfb.com
social:virb:virb,virb.com
social:wakoopa:wakoopa,wakoopa.com
social:yfrog:yfrog,yfrog.com
social:buzznet:buzznet,buzznet.com
social:mylife:mylife,mylife.com
social:friends reunited:friends reunited,friendsreunited.com,friendsreunited.co.uk
social:windows live spaces:windows live spaces,spaces.live.com
video:youtube:youtube,youtube.com,youtu.be,youtube-nocookie.com,com.google.android.youtube,com.google.android.apps.youtube.music,yt
video:vimeo:vimeo,vimeo.com
video:dailymotion:dailymotion,dailymotion.com,dai.ly
video:twitch:twitch,twitch.tv,tv.twitch.android.app
video:kick:kick,kick.com
video:rumble:rumble,rumble.com
video:odysee:odysee,odysee.com,lbry.tv
video:bitchute:bitchute,bitchute.com
video:netflix:netflix,netflix.com
video:hulu:hulu,hulu.com
video:disney+:disney+,disneyplus.com
video:ted:ted,ted.com
video:wistia:wistia,wistia.com,wistia.net
video:bilibili:bilibili,bilibili.com,b23.tv,tv.danmaku.bili
video:niconico:niconico,nicovideo.jp,nico.ms
video:iqiyi:iqiyi,iqiyi.com,iq.com
video:youku:youku,youku.com,tudou.com
video:rutube:rutube,rutube.ru
video:veoh:veoh,veoh.com
video:crackle:crackle,crackle.com
video:curiositystream:curiositystream,curiositystream.com
video:utreon:utreon,utreon.com
video:d.tube:d.tube
shop:amazon:amazon,amazon.*,amzn.to,a.co,com.amazon.mShop.android.shopping,amzn
shop:ebay:ebay,ebay.*,ebay.us,com.ebay.mobile
shop:etsy:etsy,etsy.com,etsy.me,com.etsy.android
shop:walmart:walmart,walmart.*,com.walmart.android
shop:target:target,target.com
shop:bestbuy:bestbuy,bestbuy.com
shop:alibaba:alibaba,alibaba.com,com.alibaba.intl.android.apps.poseidon
shop:aliexpress:aliexpress,aliexpress.*,aliexpress.us,com.alibaba.aliexpresshd
shop:taobao:taobao,taobao.com,tmall.com
shop:jd:jd,jd.com
shop:pinduoduo:pinduoduo,pinduoduo.com,yangkeduo.com
shop:temu:temu,temu.com,com.einnovation.temu
shop:shein:shein,shein.*
shop:wish:wish,wish.com
shop:shopee:shopee,shopee.*
shop:lazada:lazada,lazada.*
shop:tokopedia:tokopedia,tokopedia.com
shop:flipkart:flipkart,flipkart.com
shop:coupang:coupang,coupang.com
shop:naver shopping:naver shopping,shopping.naver.com,smartstore.naver.com
shop:yahoo shopping:yahoo shopping,shopping.yahoo.*
shop:google shopping:google shopping,shopping.google.*,googleshopping
shop:kakaku:kakaku,kakaku.com
shop:mercadolibre:mercadolibre,mercadolibre.*,mercadolivre.com.br
shop:americanas:americanas,americanas.com.br
shop:allegro:allegro,allegro.pl,allegro.cz
shop:ceneo:ceneo,ceneo.pl
shop:heureka:heureka,heureka.cz,heureka.sk
shop:ozon:ozon,ozon.ru
shop:wildberries:wildberries,wildberries.ru
shop:yandex market:yandex market,market.yandex.*
shop:rozetka:rozetka,rozetka.com.ua
shop:emag:emag,emag.ro,emag.hu,emag.bg
shop:trendyol:trendyol,trendyol.com
shop:hepsiburada:hepsiburada,hepsiburada.com
shop:idealo:idealo,idealo.*
shop:pricerunner:pricerunner,pricerunner.*
shop:kelkoo:kelkoo,kelkoo.*
shop:shopzilla:shopzilla,shopzilla.*
shop:geizhals:geizhals,geizhals.at,geizhals.de,geizhals.eu
shop:check24:check24,check24.de
shop:toppreise:toppreise,toppreise.ch
shop:galaxus:galaxus,galaxus.*,digitec.ch
shop:otto:otto,otto.de
shop:zalando:zalando,zalando.*
shop:kaufland:kaufland,kaufland.*
shop:bol:bol,bol.com
shop:cdiscount:cdiscount,cdiscount.com
shop:vinted:vinted,vinted.*
shop:shopify:shopify,shopify.com,shop.app,com.shopify.arrive
display:google ad network:google ad network,doubleclick.net,googlesyndication.com,syndicatedsearch.goog,googleadservices.com,dclid
display:taboola:taboola,taboola.com
display:outbrain:outbrain,outbrain.com
display:criteo:criteo,criteo.com,criteo.net
display:adform:adform,adform.net
display:appnexus:appnexus,adnxs.com
display:amazon ads:amazon ads,amazon-adsystem.com
display:yahoo ads:yahoo ads,adtech.yahooinc.com,advertising.com
display:mgid:mgid,mgid.com
display:revcontent:revcontent,revcontent.com
display:adroll:adroll,adroll.com
display:teads:teads,teads.tv
display:applovin:applovin,applovin.com,applvn.com
display:unity ads:unity ads,unityads.unity3d.com
other:google docs:google docs,docs.google.*
other:google drive:google drive,drive.google.*
other:google accounts:google accounts,accounts.google.*
other:google calendar:google calendar,calendar.google.*
other:google meet:google meet,meet.google.*
other:google classroom:google classroom,classroom.google.*
other:google chat:google chat,chat.google.*
other:google sites:google sites,sites.google.*
other:google play:google play,play.google.*,com.android.vending
other:google ads console:google ads console,ads.google.*
other:google analytics:google analytics,analytics.google.*
other:google translate:google translate,translate.google.*
other:microsoft live:microsoft live,login.live.com
other:yahoo finance:yahoo finance,finance.yahoo.*
other:yandex metrica:yandex metrica,metrika.yandex.*,metrica.yandex.*
search::searchya.com,searchmobileonline.com,v9.com,22find.com,qvo6.com,qone8.com,sweet-page.com,istartsurf.com,omiga-plus.com,key-find.com,awesomehp.com,oursurfing.com,portaldosites.com,iminent.com,certified-toolbar.com,sweetim.com,imesh.com,genieo.com,findwide.com,surfcanyon.com,gelbeseiten.de,dasoertliche.de,dastelefonbuch.de,yellowmap.de,1881.no,gulesider.no,hitta.se,herold.at,local.ch,pagesjaunes.fr,paginegialle.it,yell.com,yellowpages.com,118700.se,gooofullsearch.com,darkoogle.com,gfsoso.com,blackle.com,startab.me,kiddle.co,kidrex.org,kidzsearch.com,fragfinn.de,blinde-kuh.de,qwantjunior.com,juniorsafesearch.com,k9safesearch.com
search:google:google,google.*,gogole.*,googel.*,gppgle.*,goolge.*,gogle.*,goggle.*,ggoogle.*,gooogle.*,googlee.*,googe.*,goo.gl,googleusercontent.com,googlesyndicatedsearch.com,com.google.android.googlequicksearchbox,com.google.android.apps.searchlite,google ads,googleads,google-ads,google_ads,adwords,googlemybusiness,gmb,gclid,gbraid,wbraid,gad_source
search:bing:bing,bing.*,bing.com,msn.*,com.microsoft.bing,com.microsoft.emmx,bing ads,bingads,microsoft,microsoft ads,msclkid,msn
search:yahoo:yahoo,yahoo.*,com.yahoo.mobile.client.android.search
search:duckduckgo:duckduckgo,duckduckgo.com,duckduckgo.eu,ddg.gg,duck.com,duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion,com.duckduckgo.mobile.android,ddg
search:yandex:yandex,yandex.*,ya.ru,yastatic.net,ru.yandex.searchplugin,ru.yandex.searchapp,com.yandex.browser,yandex direct,yclid
search:baidu:baidu,baidu.*,com.baidu.searchbox
search:naver:naver,naver.com,com.nhn.android.search
search:daum:daum,daum.net,net.daum.android.daum
search:nate:nate,nate.com
search:zum:zum,zum.com
search:sogou:sogou,sogou.com
search:360 search:360 search,so.com,360.cn,haosou.com,sou.com
search:shenma:shenma,sm.cn
search:quark:quark,quark.cn
search:seznam:seznam,seznam.cz,firmy.cz
search:ecosia:ecosia,ecosia.org,com.ecosia.android
search:qwant:qwant,qwant.com,com.qwant.liberty
search:startpage:startpage,startpage.com,startpage.nl,ixquick.*,startpagel6srwcjlue4zgq3zevrujfaow726kjytqbbjyrswwmjzcqd.onion
search:brave:brave,search.brave.com,brave.com,com.brave.browser
search:kagi:kagi,kagi.com
search:mojeek:mojeek,mojeek.com,mojeek.co.uk
search:swisscows:swisscows,swisscows.com,swisscows.ch,hulbee.com
search:metager:metager,metager.de,metager.org,metager2.de
search:presearch:presearch,presearch.com,presearch.io,presearch.org
search:yep:yep,yep.com
search:searx:searx,searx.be,searx.me,searx.space,searxng.org
search:gibiru:gibiru,gibiru.com
search:lilo:lilo,lilo.org
search:oceanhero:oceanhero,oceanhero.today
search:ekoru:ekoru,ekoru.org
search:karmasearch:karmasearch,karmasearch.org
search:ask:ask,ask.com,search-results.com,teoma.com
search:aol:aol,aol.*
search:lycos:lycos,lycos.*,hotbot.*
search:excite:excite,excite.*
search:altavista:altavista,altavista.*
search:coccoc:coccoc,coccoc.com
search:rambler:rambler,rambler.ru,nigma.ru
search:mail.ru:mail.ru,go.mail.ru
search:petal:petal,petalsearch.com,com.huawei.hwsearch
search:goo:goo,goo.ne.jp
search:biglobe:biglobe,biglobe.ne.jp
search:docomo:docomo,docomo.ne.jp
search:auone:auone,auone.jp
search:nifty:nifty,nifty.com
search:so-net:so-net,so-net.ne.jp
search:rakuten:rakuten,rakuten.*,infoseek.co.jp
search:livedoor:livedoor,livedoor.com
search:onet:onet,onet.pl
search:wp.pl:wp.pl
search:virgilio:virgilio,virgilio.it
search:libero:libero,libero.it
search:tiscali:tiscali,tiscali.it,tiscali.cz
search:t-online:t-online,t-online.de
search:web.de:web.de
search:freenet:freenet,freenet.de
search:bluewin:bluewin,bluewin.ch
search:search.ch:search.ch
search:orange search:orange search,lemoteur.orange.fr,lemoteur.fr,voila.fr
search:centrum:centrum,centrum.cz,atlas.cz,centrum.sk,atlas.sk
search:zoznam:zoznam,zoznam.sk
search:azet:azet,azet.sk
search:najdi:najdi,najdi.si
search:sapo:sapo,sapo.pt
search:clix:clix,clix.pt
search:globo:globo,globo.com
search:terra:terra,terra.com.br,terra.es,terra.cl
search:eniro:eniro,eniro.se,eniro.no,eniro.dk,eniro.fi
search:kvasir:kvasir,kvasir.no
search:startsiden:startsiden,startsiden.no,abcsok.no
search:walla:walla,walla.co.il
search:meta.ua:meta.ua
search:bigmir:bigmir,bigmir.net
search:ukr.net:ukr.net
search:tut.by:tut.by
search:abv:abv,abv.bg
search:comcast:comcast,comcast.net,xfinity.com
search:earthlink:earthlink,earthlink.net
search:charter.net:charter.net,rr.com
search:dogpile:dogpile,dogpile.com,webcrawler.com,metacrawler.com,zoo.com,infospace.com
search:info.com:info.com
search:izito:izito,izito.*,zapmeta.*,zapmetasearch.*
search:conduit:conduit,conduit.com,trovi.com
search:babylon:babylon,babylon.com,isearch.babylon.com,delta-search.com,delta-homes.com
search:mywebsearch:mywebsearch,mywebsearch.com,myway.com,mysearch.com,inbox.com
search:avg:avg,avg.com,avast.com,nation.com
search:softonic:softonic,softonic.com
search:ghostery:ghostery,ghosterysearch.com,glowstery.com,cliqz.com
search:neeva:neeva,neeva.com
search:wolframalpha:wolframalpha,wolframalpha.com
search:marginalia:marginalia,marginalia.nu,marginalia-search.com
search:stract:stract,stract.com
search:wiby:wiby,wiby.me
search:entireweb:entireweb,entireweb.com
search:exalead:exalead,exalead.*
search:looksmart:looksmart,looksmart.com
search:picsearch:picsearch,picsearch.com,picsearch.de
search:fireball:fireball,fireball.de,fireball.com
search:dmoz:dmoz,dmoz.org,curlie.org
search:gigablast:gigablast,gigablast.com
search:setooz:setooz,setooz.com
search:vuhuv:vuhuv,vuhuv.com,vuhuv.com.tr
search:geona:geona,geona.net
search:parsijoo:parsijoo,parsijoo.ir
search:zarebin:zarebin,zarebin.ir
search:freespoke:freespoke,freespoke.com
search:luxxle:luxxle,luxxle.com
search:givero:givero,givero.com
search:youcare:youcare,youcare.world
search:xayn:xayn,xayn.com
search:timpi:timpi,timpi.io
search:quendu:quendu,quendu.com
search:qmamu:qmamu,qmamu.com
search:rightdao:rightdao,rightdao.com
search:yippy:yippy,yippy.com
search:alexandria:alexandria,alexandria.org
search:searchencrypt:searchencrypt,searchencrypt.com,searchlock.com,searchprivacy.co,discretesearch.com
search:snap.do:snap.do
mail::bigpond.com,email.telstra.com,exmail.qq.com,iinet.net.au,mail.e1.ru,mail.mynet.com,mail.qip.ru,mail.yahoo.net,mastermail.ru,orange.fr,post.ru,sibmail.com,webmail.2degreesbroadband.co.nz,webmail.adam.com.au,webmail.commander.net.au,webmail.dodo.com.au,webmail.iprimus.com.au,webmail.netspace.net.au,webmail.optusnet.com.au,webmail.optuszoo.com.au,webmail.virginbroadband.com.au,webmail.vodafone.co.nz,webmail.westnet.com.au
search::1.cz,2gis.ru,abacho.at,abacho.ch,abacho.co.uk,abacho.com,abacho.de,abacho.es,abacho.fr,abacho.it,abcsolk.no,acoon.de,alexa.com,all.by,alltheweb.com,aolsearch.com,apollo.lv,apollo7.de,apontador.com.br,arama.com,arcor.de,ariadna.elmundo.es,arianna.com,ask.co.uk,ask.reference.com,askkids.com,blekko.com,blogdigger.com,blogpulse.com,blogs.icerocket.com,busca.orange.es,busca.uol.com.br,cc.bingj.com,cercato.it,clusty.com,cnn.com,crawler.com,cuil.com,daemon-search.com,dalesearch.com,eo.st,eurip.com,euroseek.com,everyclick.com,fastbrowsersearch.com,fastweb.it,find.tdc.dk,finderoo.com,firstsfind.com,fixsuche.de,flix.de,forestle.mobi,forestle.org,free.fr,fresh-weather.com,friendfeed.com,gais.cs.ccu.edu.tw,globososo.com,gnadenmeer.de,gomeo.com,google.cat,google.dodo.com.au,google.interia.pl,googleearth.de,googleearth.fr,goyellow.de,highbeam.com,hit-parade.com,holmes.ge,hooseek.com,icq.com,ilse.nl,incredimail.com,inspsearch.com,it.ao,jungle-spider.de,junglekey.com,junglekey.fr,jyxo.1188.cz,kataweb.it,ko.search.need2find.com,kununu.com,latne.lv,liveinternet.ru,lo.st,maailm.com,mamma.com,marktplaats.nl,maxwebsearch.com,meinestadt.de,meta.rrzn.uni-hannover.de,metacrawler.de,mister-wong.com,mister-wong.de,monstercrawler.com,mozbot.co.uk,mozbot.com,mozbot.fr,neti.ee,online.no,otsing.delfi.ee,p.zhongsou.com,paperball.de,plazoo.com,poisk.ru,qbyrd.com,qualigo.at,qualigo.ch,qualigo.de,qualigo.nl,recherche.francite.com,rechercher.aliceadsl.fr,rpmfind.net,search-intl.netscape.com,search.1and1.com,search.1und1.de,search.alot.com,search.bt.com,search.com,search.foxtab.com,search.freecause.com,search.hiyo.com,search.i.ua,search.incredibar.com,search.juno.com,search.kiwee.com,search.magnetic.com,search.media.telstra.com.au,search.offerbox.com,search.orange.co.uk,search.peoplepc.com,search.qip.ru,search.searchcompletion.com,search.snapdo.com,search.winamp.com,search.www.ee,search.yam.com,searchalot.com,searchcanvas.com,searchresults.verizon.com,searchthis.com,searchy.co.uk,sharelook.fr,skynet.be,sm.aport.ru,smart.delfi.lv,soso.com,sosodesktop.com,sougou.com,start.facemoods.com,start.iplay.com,startgoogle.startpagina.nl,suche.aolsvc.de,suche.gmx.net,suche.info,suchmaschine.com,suchnase.de,talktalk.co.uk,technorati.com,thesmartsearch.net,tixuma.de,toile.com,toolbarhome.com,trouvez.com,trovarapido.com,trusted--search.com,twingly.com,url.org,vinden.nl,vindex.nl,walhello.com,walhello.de,walhello.info,walhello.nl,web.canoe.ca,web.gougou.com,web.nl,web.volny.cz,webfetch.com,weborama.com,websearch.com,websearch.cs.com,witch.de,www1.astronaut.at,www2.austronaut.at,www3.zoek.nl,x-recherche.com,yasni.at,yasni.ch,yasni.co.uk,yasni.com,yasni.de,yatedo.com,yatedo.fr,yougoo.fr,ys.mirostart.com,zoeken.nl,zoohoo.cz
social::donanimhaber.com,forums.whirlpool.net.au,hocam.com,inci.sozlukspot.com,incisozluk.cc,incisozluk.com,instela.com,itusozluk.com,mastodon.online,mastodon.social,moikrug.ru,mylife.ru,myyearbook.com,paper.li,phanpy.social,sourceforge.net,sourtimes.org,sozluk.com,t.umblr.com,uludagsozluk.com,ulusozluk.com,vkrugudruzei.ru,wayn.com',
    CHR(  10)
  )) AS listed(brand)
  CROSS JOIN UNNEST(SPLIT(SPLIT_PART(brand, ':', 3), ',')) AS named(name)
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
    MIN(weight) AS weight,
    SUM(CASE WHEN eventtype = 'page_view' THEN weight ELSE 0 END) AS weighted_views,
    MIN_BY(COALESCE(page, ''), turn) AS first_page,
    MIN_BY(COALESCE(referrer, ''), turn) AS referrer,
    MIN_BY(utm, turn) AS utm,
    MIN_BY(COALESCE(advertised, ''), turn) AS clickid,
    ARRAY_JOIN(ARRAY_AGG(click ORDER BY click) FILTER(WHERE
      NOT click IS NULL), CHR(  10)) AS clicked,
    MIN_BY(location, turn) AS location,
    MIN_BY(device, turn) AS device,
    MIN_BY(COALESCE(visitorid, ''), turn) AS visitorid,
    MIN_BY(COALESCE(sessionid, ''), turn) AS sessionid,
    MAX(userid) AS userid,
    MIN(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS entry,
    MAX(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS leaving
  FROM (
    SELECT
      *,
      CASE
        WHEN utm.campaign <> ''
        THEN CONCAT_WS(
          CHR(  9),
          COALESCE(utm.source, ''),
          COALESCE(utm.medium, ''),
          utm.campaign,
          COALESCE(advertised, '')
        ) || CASE
          WHEN COALESCE(utm.source, '') = ''
          THEN CONCAT_WS(CHR(  9), '', COALESCE(referrer, ''), page)
          ELSE ''
        END
      END AS click
    FROM (
      SELECT
        *,
        CASE
          WHEN clickid = 'fbclid' AND device.browser = 'Instagram'
          THEN 'instagram'
          ELSE clickid
        END AS advertised
      FROM nearby_hits
      WHERE
        NOT visitkey IS NULL
    ) AS known
  ) AS named
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
    weight,
    weighted_views,
    first_page,
    referrer,
    utm,
    clickid,
    clicked,
    location,
    device,
    visitorid,
    sessionid,
    userid,
    entry,
    leaving,
    source,
    medium,
    campaign,
    CASE
      WHEN REGEXP_LIKE(LOWER(campaign), 'cross-network')
      THEN 'Cross-network'
      WHEN is_paid AND (
        kind = 'shop' OR is_shopping
      )
      THEN 'Paid Shopping'
      WHEN is_paid AND kind = 'search'
      THEN 'Paid Search'
      WHEN is_paid AND kind = 'social'
      THEN 'Paid Social'
      WHEN is_paid AND kind = 'video'
      THEN 'Paid Video'
      WHEN kind = 'display'
      OR REGEXP_LIKE(medium, '^(display|banner|expandable|interstitial|cpm)\z')
      THEN 'Display'
      WHEN is_paid
      THEN 'Paid Other'
      WHEN kind = 'ai'
      THEN 'AI Assistants'
      WHEN kind = 'shop' OR is_shopping
      THEN 'Organic Shopping'
      WHEN kind = 'social' OR REGEXP_LIKE(medium, 'social|^sm$')
      THEN 'Organic Social'
      WHEN kind = 'video' OR REGEXP_LIKE(medium, 'video')
      THEN 'Organic Video'
      WHEN kind = 'search' OR medium = 'organic'
      THEN 'Organic Search'
      WHEN kind = 'mail' OR REGEXP_LIKE(medium, '^e[ _-]?mail|newsletter')
      THEN 'Email'
      WHEN REGEXP_LIKE(medium, '^affiliate')
      THEN 'Affiliates'
      WHEN medium IN ('referral', 'app', 'link') OR (
        is_referred AND medium IS NULL
      )
      THEN 'Referral'
      WHEN medium = 'audio'
      THEN 'Audio'
      WHEN source = 'sms' OR medium = 'sms'
      THEN 'SMS'
      WHEN REGEXP_LIKE(medium, 'push\z|mobile|notification') OR source = 'firebase'
      THEN 'Mobile Push Notifications'
      WHEN source IS NULL AND medium IS NULL AND campaign IS NULL
      THEN 'Direct'
      ELSE 'Unassigned'
    END AS channel
  FROM (
    SELECT
      *,
      REGEXP_LIKE(LOWER(campaign), '(^|[^a-df-z])shop|shopping') AS is_shopping,
      COALESCE(NULLIF(SPLIT_PART(brand, CHR(  9), 2), ''), said) AS source,
      CASE
        WHEN NOT brand IS NULL
        THEN SPLIT_PART(brand, CHR(  9), 1)
        WHEN REGEXP_LIKE(
          said,
          '(^|[.])(([a-z0-9]+-)?(search|suche|szukaj|busca|buscador|recherche|pesquisa|ricerca|hledani|poisk|zoek|sok|arama)[0-9]*(-[a-z0-9]+)?[.][^.]+|(search|suche|busca|cherche|recherche|ricerc)[a-z0-9-]*[.][^.]{4,})[.]|(^|[.])([a-z0-9-]*[^e.])?search[.]((com?[.])?[a-z]{2}|[a-z]{3,4})\z'
        )
        THEN 'search'
        WHEN REGEXP_LIKE(
          said,
          '[.]social\z|^social[.]|(todon|mstdn|pixelfed|misskey|lemmy|pleroma|friendica)[a-z0-9-]*[.]'
        )
        THEN 'social'
      END AS kind
    FROM (
      SELECT
        s.*,
        COALESCE(
          ELEMENT_AT(listed.brands, s.name),
          ELEMENT_AT(listed.brands, NULLIF(REGEXP_EXTRACT(s.name, '[^.]+[.][^.]+[.][^.]+\z'), '')),
          CASE
            WHEN REGEXP_LIKE(s.said, '(^|[.])(web|e-?)?mail[0-9]*[.][^.]+[.]')
            THEN 'mail'
          END,
          ELEMENT_AT(listed.brands, NULLIF(REGEXP_EXTRACT(s.name, '[^.]+[.][^.]+\z'), ''))
        ) AS brand
      FROM (
        SELECT
          *,
          REGEXP_REPLACE(
            said,
            '(^|[.])(aliexpress|altavista|amazon|aol|baidu|bing|blogspot|ebay|exalead|excite|galaxus|ggoogle|glassdoor|gmx|goggle|gogle|gogole|googe|googel|google|googlee|goolge|gooogle|gppgle|habbo|hotbot|hotmail|idealo|ixquick|izito|kaufland|kelkoo|lastfm|lazada|lycos|mercadolibre|msn|myheritage|pinterest|pricerunner|rakuten|shein|shopee|shopzilla|tripadvisor|vinted|walmart|yahoo|yandex|yelp|zalando|zapmeta|zapmetasearch|zoho)[.](com|(com?[.])?[a-z]{2})\z',
            '$1$2.*'
          ) AS name
        FROM (
          SELECT
            *,
            utm_source IS NULL AND NOT host IS NULL AS is_referred,
            (
              NOT medium IS NULL
              AND REGEXP_LIKE(medium, 'cp|^(ppc|ads?|sem|retargeting|remarketing)$|(^|[^a-z])paid')
            )
            OR NOT COALESCE(advertised, 'fbclid') IN ('fbclid', 'instagram') AS is_paid,
            COALESCE(REGEXP_REPLACE(utm_source, '^www[.]', ''), host, advertised) AS said
          FROM (
            SELECT
              *,
              NULLIF(REGEXP_REPLACE(campaign_said, '^[\t-\r ]+|[\t-\r ]+\z', ''), '') AS campaign,
              NULLIF(
                REGEXP_REPLACE(
                  REGEXP_REPLACE(source_said, '^[\t-\r ]+|[\t-\r ]+\z', ''),
                  '^([(](direct|none|not set)[)]|direct)\z',
                  ''
                ),
                ''
              ) AS utm_source,
              NULLIF(
                REGEXP_REPLACE(
                  REGEXP_REPLACE(medium_said, '^[\t-\r ]+|[\t-\r ]+\z', ''),
                  '^[(](none|not set)[)]\z',
                  ''
                ),
                ''
              ) AS medium,
              CASE
                WHEN referred LIKE '%://%'
                THEN NULLIF(
                  NULLIF(
                    REGEXP_EXTRACT(LOWER(referred), '^[a-z][a-z0-9+.-]*://([^/?#@]*@)?(www[.])?([^/:?#]+)', 3),
                    ''
                  ),
                  COALESCE(
                    NULLIF(
                      REGEXP_EXTRACT(LOWER(landing), '^[a-z][a-z0-9+.-]*://([^/?#@]*@)?(www[.])?([^/:?#]+)', 3),
                      ''
                    ),
                    ''
                  )
                )
              END AS host
            FROM (
              SELECT
                *,
                LOWER(utm.source) AS source_said,
                LOWER(utm.medium) AS medium_said,
                utm.campaign AS campaign_said,
                referrer AS referred,
                first_page AS landing,
                NULLIF(clickid, '') AS advertised
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
                  MIN(weight) AS weight,
                  SUM(weighted_views) AS weighted_views,
                  MIN_BY(first_page, began) AS first_page,
                  MIN_BY(referrer, began) AS referrer,
                  MIN_BY(utm, began) AS utm,
                  MIN_BY(clickid, began) AS clickid,
                  ARRAY_JOIN(ARRAY_AGG(NULLIF(clicked, '') ORDER BY began), CHR(  10)) AS clicked,
                  MIN_BY(location, began) AS location,
                  MIN_BY(device, began) AS device,
                  MIN_BY(visitorid, began) AS visitorid,
                  MIN_BY(sessionid, began) AS sessionid,
                  MAX(userid) AS userid,
                  MIN(entry) AS entry,
                  MAX(leaving) AS leaving
                FROM (
                  SELECT
                    *,
                    MAX(opened) OVER (
                      PARTITION BY visitkey
                      ORDER BY began
                      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                    ) AS opening
                  FROM (
                    SELECT
                      *,
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
            ) AS parted
          ) AS trimmed
        ) AS named
      ) AS s
      CROSS JOIN (
        SELECT
          MAP_AGG(name, kind || CHR(  9) || source) AS brands
        FROM brands
      ) AS listed
    ) AS found
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
    weight,
    weighted_views,
    visitkey AS unit,
    source,
    medium,
    campaign,
    channel,
    clicked,
    NULLIF(location.country, '') AS country,
    NULLIF(location.city, '') AS city,
    NULLIF(device.device_type, '') AS device_type,
    NULLIF(device.browser, '') AS browser,
    NULLIF(device.os, '') AS os
  FROM spans
), conversions AS (
  SELECT
    h.weight,
    h.unit,
    v.visitkey,
    v.opening,
    v.campaign,
    v.source,
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
    h.local_day,
    h.shown_page,
    h.location.country AS country,
    h.device.device_type AS device_type,
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
), errors AS (
  SELECT
    *
  FROM hits
  WHERE
    eventtype = 'error'
    OR eventtype LIKE '%\_error' ESCAPE '\'
    OR CASE WHEN eventtype = 'request' THEN JSON_EXTRACT_SCALAR(metadata, '$.status') END LIKE '5__'
)
SELECT
  dimension,
  value,
  counted,
  ROUND(before, 1) AS usual
FROM (
  SELECT
    dimension,
    value,
    CAST(ROUND(COALESCE(SUM(CASE WHEN local_day = '2026-11-30' THEN weight END), 0)) AS BIGINT) AS counted,
    1e0 * SUM(CASE WHEN local_day <> '2026-11-30' THEN weight ELSE 0 END) / CASE
      WHEN '' = ''
      THEN NULLIF(DATE_DIFF('DAY', CAST('2026-11-01' AS DATE), CAST('2026-11-30' AS DATE)), 0)
      ELSE CARDINALITY(SPLIT('', ','))
    END AS before
  FROM (
    SELECT
      local_day,
      weight,
      unit,
      dimension,
      CASE dimension
        WHEN 'source'
        THEN COALESCE(source, '(none)')
        WHEN 'page'
        THEN COALESCE(page, '(none)')
        WHEN 'country'
        THEN COALESCE(country, 'Unknown')
        ELSE COALESCE(device_type, 'unknown')
      END AS value
    FROM (
      SELECT
        local_day,
        weight,
        unit,
        source,
        entry_page AS page,
        country,
        device_type
      FROM visits
      WHERE
        'visits' = 'visits'
      UNION ALL
      SELECT
        h.local_day,
        h.weight,
        h.unit,
        v.source,
        h.shown_page,
        h.location.country,
        h.device.device_type
      FROM (
        SELECT
          *
        FROM hits
        WHERE
          'visits' = 'events'
        UNION ALL
        SELECT
          *
        FROM errors
        WHERE
          'visits' = 'errors'
      ) AS h
      LEFT JOIN nearby_visits AS v
        ON v.visitkey = h.visitkey AND h.instant BETWEEN v.began AND v.finished
      UNION ALL
      SELECT
        local_day,
        weight,
        unit,
        source,
        shown_page,
        country,
        device_type
      FROM conversions
      WHERE
        'visits' = 'goals' AND in_range
    ) AS counted
    CROSS JOIN (VALUES
      ('source'),
      ('page'),
      ('country'),
      ('device')) AS dimensions(dimension)
    WHERE
      local_day = '2026-11-30' OR STRPOS('', local_day) > 0 OR '' = ''
  ) AS sliced
  GROUP BY
    dimension,
    value
) AS compared
ORDER BY
  ABS(counted - before) DESC,
  dimension,
  value
LIMIT 1000;

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
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp,
      CASE WHEN sampleweight BETWEEN 1e0 AND 1e12 THEN sampleweight ELSE 1e0 END AS weight
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
    COALESCE(sessionid, visitorid, eventid) AS unit,
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
  CAST(ROUND(COALESCE(SUM(visitors), 0)) AS BIGINT) AS visitors,
  CAST(ROUND(COALESCE(SUM(page_views), 0)) AS BIGINT) AS page_views,
  CAST(ROUND(COALESCE(SUM(events), 0)) AS BIGINT) AS events
FROM (
  SELECT
    country,
    region,
    city,
    MIN(CASE WHEN visitor IS NULL THEN 0 ELSE weight END) AS visitors,
    SUM(CASE WHEN eventtype = 'page_view' THEN weight ELSE 0 END) AS page_views,
    SUM(weight) AS events,
    MAX(weight) AS weight,
    MIN(unit) AS unit
  FROM (
    SELECT
      COALESCE(location.country, 'Unknown') AS country,
      COALESCE(location.region, 'Unknown') AS region,
      COALESCE(location.city, 'Unknown') AS city,
      visitor,
      eventtype,
      weight,
      unit
    FROM hits
  ) AS known
  WHERE
    '' = '' OR country = ''
  GROUP BY
    country,
    region,
    city,
    visitor
) AS seen
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
WITH brands AS (
  SELECT
    SPLIT_PART(brand, ':', 1) AS kind,
    COALESCE(NULLIF(SPLIT_PART(brand, ':', 2), ''), name) AS source,
    name
  FROM UNNEST(SPLIT(
    'ai:chatgpt:chatgpt,chatgpt.com,chat.openai.com,openai.com,com.openai.chatgpt,chat gpt,openai
ai:perplexity:perplexity,perplexity.ai,perplexity.com,ai.perplexity.app.android
ai:claude:claude,claude.ai,claude.com,anthropic.com,com.anthropic.claude,anthropic
ai:gemini:gemini,gemini.google.*,bard.google.*,aistudio.google.*,com.google.android.apps.bard,bard
ai:notebooklm:notebooklm,notebooklm.google.*,notebooklm.google
ai:copilot:copilot,copilot.microsoft.com,copilot.cloud.microsoft,m365.cloud.microsoft,copilot.com,edgeservices.bing.com,com.microsoft.copilot
ai:deepseek:deepseek,deepseek.com,deepseek.ai,com.deepseek.chat
ai:grok:grok,grok.com,x.ai,ai.x.grok
ai:meta ai:meta ai,meta.ai
ai:mistral:mistral,mistral.ai,le chat,lechat
ai:duck.ai:duck.ai
ai:you.com:you.com
ai:poe:poe,poe.com
ai:phind:phind,phind.com
ai:pi.ai:pi.ai
ai:character.ai:character.ai,c.ai
ai:jasper:jasper,jasper.ai
ai:writesonic:writesonic,writesonic.com,chatsonic
ai:iask:iask,iask.ai
ai:andi:andi,andisearch.com
ai:komo:komo,komo.ai
ai:chatglm:chatglm,chatglm.cn,z.ai,bigmodel.cn
ai:kimi:kimi,kimi.com,kimi.ai,moonshot.cn,kimi.moonshot.cn
ai:doubao:doubao,doubao.com,com.larus.nova
ai:qwen:qwen,qwen.ai,tongyi.com,tongyi.aliyun.com,qianwen.com
ai:ernie:ernie,yiyan.baidu.com,chat.baidu.com
ai:yuanbao:yuanbao,yuanbao.tencent.com,hunyuan.tencent.com
ai:minimax:minimax,minimax.io,minimaxi.com,hailuoai.com
ai:metaso:metaso,metaso.cn
ai:felo:felo,felo.ai
ai:genspark:genspark,genspark.ai
ai:manus.im:manus.im
ai:consensus:consensus,consensus.app
ai:elicit:elicit,elicit.com,elicit.org
ai:scite:scite,scite.ai
ai:openevidence:openevidence,openevidence.com
ai:liner ai:liner ai,liner.com,getliner.com
ai:huggingchat:huggingchat,huggingface.co
ai:lmarena:lmarena,lmarena.ai,lmsys.org
ai:venice:venice,venice.ai
ai:lumo:lumo,lumo.proton.me
ai:t3chat:t3chat,t3.chat
ai:openrouter:openrouter,openrouter.ai
ai:groq:groq,groq.com
ai:cohere:cohere,cohere.com,cohere.ai
ai:monica:monica,monica.im
ai:sider:sider,sider.ai
ai:merlin ai:merlin ai,getmerlin.in
ai:blackbox:blackbox,blackbox.ai
ai:copy.ai:copy.ai
ai:rytr:rytr,rytr.me
ai:opera aria:opera aria,aria.opera.com
ai:yandex alice:yandex alice,alice.yandex.*,alice.yandex
ai:gigachat:gigachat,giga.chat
ai:clova:clova,clova-x.naver.com
ai:wrtn:wrtn,wrtn.ai
ai:chat+:chat+,chatplus.com,chat-gpt.org
ai:chatbotapp:chatbotapp,chatbotapp.ai,chatbot.app
ai:ninjachat:ninjachat,ninjachat.ai
ai:chatpdf:chatpdf,chatpdf.com
mail:gmail:gmail,mail.google.*,gmail.com,inbox.google.*,com.google.android.gm,com.google.android.gm.lite
mail:outlook:outlook,outlook.com,outlook.live.com,outlook.office.com,outlook.office365.com,hotmail.*,hotmail,mail.live.com,com.microsoft.office.outlook
mail:yahoo mail:yahoo mail,mail.yahoo.*,com.yahoo.mobile.client.android.mail
mail:icloud:icloud,icloud.com
mail:proton:proton,proton.me,protonmail.com,protonmail,ch.protonmail.android
mail:gmx:gmx,gmx.*,deref-gmx.net,deref-gmx.com,deref-gmx.fr,3c.gmx.net,de.gmx.mobile.android.mail
mail:web.de mail:web.de mail,deref-web.de,deref-web-02.de,3c.web.de,de.web.mobile.android.mail
mail:yandex mail:yandex mail,mail.yandex.*,ru.yandex.mail
mail:mail.ru mail:mail.ru mail,e.mail.ru,touch.mail.ru,ru.mail.mailapp
mail:aol mail:aol mail,mail.aol.*,com.aol.mobile.aolapp
mail:zoho:zoho,mail.zoho.*,zoho.*,com.zoho.mail
mail:fastmail:fastmail,fastmail.com,fastmail.fm
mail:tuta:tuta,tuta.com,tutanota.com,de.tutao.tutanota
mail:hey mail:hey mail,app.hey.com
mail:superhuman:superhuman,superhuman.com
mail:spark mail:spark mail,com.readdle.spark
mail:samsung email:samsung email,com.samsung.android.email.provider
mail:seznam mail:seznam mail,email.seznam.cz
mail:daum mail:daum mail,mail.daum.net,hanmail.net
mail:naver mail:naver mail,mail.naver.com
mail:rambler mail:rambler mail,mail.rambler.ru
mail:mail.com:mail.com,deref-mail.com
mail:laposte:laposte,laposte.net
mail:orange mail:orange mail,messagerie.orange.fr
mail:sfr mail:sfr mail,messagerie.sfr.fr
mail:free mail:free mail,zimbra.free.fr
mail:ukr.net mail:ukr.net mail,mail.ukr.net
mail:163 mail:163 mail,mail.163.com,126.com,mail.126.com
mail:qq mail:qq mail,mail.qq.com,wx.mail.qq.com,com.tencent.androidqqmail
mail:mailchimp:mailchimp,mailchimp.com,mailchi.mp,list-manage.com,campaign-archive.com
mail:klaviyo:klaviyo,klaviyo.com,klclick.com
mail:brevo:brevo,brevo.com,sendinblue.com,sendibm1.com
mail:campaign monitor:campaign monitor,createsend.com,cmail19.com,cmail20.com
mail:sendgrid:sendgrid,sendgrid.net
mail:hubspot mail:hubspot mail,hubspotemail.net
mail:convertkit:convertkit,convertkit.com,kit.com,convertkit-mail.com
mail:beehiiv:beehiiv,beehiiv.com
mail:buttondown:buttondown,buttondown.email,buttondown.com
mail:email:email,e-mail,e_mail,e mail
mail:newsletter:newsletter,newsletters
social:facebook:facebook,facebook.com,fb.com,fb.me,fb.watch,facebookwkhpilnemxj7asaniu7vnjjbiltxjqhye3mhbshg7kx5tfyd.onion,com.facebook.katana,com.facebook.lite,fb,meta,facebook ads,facebookads,meta ads,fbclid
social:instagram:instagram,instagram.com,com.instagram.android,ig,insta,igshopping
social:threads:threads,threads.net,threads.com,com.instagram.barcelona
social:messenger:messenger,messenger.com,m.me,com.facebook.orca
social:workplace:workplace,workplace.com
social:x:x,x.com,twitter.com,t.co,tweetdeck.com,com.twitter.android,twitter,tw,twclid
social:linkedin:linkedin,linkedin.com,lnkd.in,com.linkedin.android,linked-in,linkedin ads,li,li_fat_id
social:reddit:reddit,reddit.com,redd.it,com.reddit.frontpage,rdt_cid
social:pinterest:pinterest,pinterest.*,pin.it,com.pinterest,epik
social:tiktok:tiktok,tiktok.com,tiktokv.com,com.zhiliaoapp.musically,com.ss.android.ugc.trill,tik tok,ttclid
social:snapchat:snapchat,snapchat.com,snap.com,com.snapchat.android,sccid
social:whatsapp:whatsapp,whatsapp.com,wa.me,com.whatsapp,com.whatsapp.w4b
social:telegram:telegram,telegram.org,telegram.me,t.me,org.telegram.messenger,org.telegram.messenger.web,org.telegram.plus,tg
social:discord:discord,discord.com,discord.gg,discordapp.com,com.discord
social:bluesky:bluesky,bsky.app,bsky.social,xyz.blueskyweb.app,bsky
social:mastodon:mastodon,joinmastodon.org,org.joinmastodon.android,mas.to,hachyderm.io,infosec.exchange,troet.cafe,pawoo.net,c.im,botsin.space,bitcoinhackers.org,friends.nico,quey.org,tkm.eus,mathstodon.xyz,ioc.exchange,masto.ai,masto.nu,masto.es,masto.pt,masto.host,toot.cafe,toot.community,tooting.ch,toot.wales,tooot.im,metalhead.club,livellosegreto.it,sociale.network,dice.camp,wandering.shop,writing.exchange,journa.host,todon.eu,todon.nl,fedibird.com,vocalodon.net,best-friends.chat,planet.moe,handon.club,kmy.blue,baraag.net,cybre.space,snouts.online,sleeping.town,tech.lgbt,lgbtqia.space,eldritch.cafe,mamot.fr,piaille.fr,framapiaf.org,layer8.space,lor.sh,nerdculture.de,linuxrocks.online,functional.cafe,merveilles.town,weirder.earth,pouet.chapril.org,qoto.org,sciences.re,types.pl,wien.rocks,woof.group,zirk.us,101010.pl,union.place,vmst.io,worldkey.io,xoxo.zone,switter.at,spinster.xyz,ravenation.club,aus.social,kosmos.social,octodon.social,niu.moe,mao.mastodonhub.com,oc.todon.fr,social.coop,tusky.app,com.keylesspalace.tusky,me.rhosys.mastodon,universeodon.com,fedi.life,bark.lgbt,im-in.space,glammr.us,awscommunity.social,ecoevo.social,front-end.social,mindly.social,genomic.social,hometech.social,urbanists.social,sauropods.win,freeradical.zone,wetdry.world,app.wafrn.net,sakurajima.moe,rubber.social,plural.cafe,mk.absturztau.be,equestria.social,pony.social,dragonscave.space,tabletop.social,queer.party,chitter.xyz,hellsite.site,vulpine.club,computerfairi.es,radical.town,anarchism.space,sunbeam.city,hispagatos.space,mastd.racing,mast.dragon-fly.club,x0r.be,hulvr.com,gamepad.club,dmv.community,mspsocial.net,frikiverse.zone,loma.ml,aipi.social,moth.zone,lou.lt,slippy.xyz,den.dev
social:pixelfed:pixelfed,pixey.org,pxlmo.com,metapixl.com,pix.toot.wales,pixel.tchncs.de,fotofed.nl
social:misskey:misskey,misskey.io,nijimiss.moe,firefish.social,sharkey.world,mk.autonomy.earth
social:lemmy:lemmy,beehaw.org,feddit.de,feddit.org,feddit.it,feddit.uk,sh.itjust.works,programming.dev,kbin.social,fedia.io
social:diaspora:diaspora,diasporafoundation.org,pluspora.com,framasphere.org,diasp.org,joindiaspora.com,pod.geraspora.de
social:truth social:truth social,truthsocial.com
social:gab:gab,gab.com,gab.ai
social:gettr:gettr,gettr.com
social:parler:parler,parler.com
social:minds:minds,minds.com
social:mewe:mewe,mewe.com
social:vk:vk,vk.com,vk.ru,vk.me,vkontakte.ru,com.vkontakte.android,vkontakte
social:ok.ru:ok.ru,odnoklassniki.ru,odnoklassniki.ua,ru.ok.android
social:my.mail.ru:my.mail.ru
social:dzen:dzen,dzen.ru,zen.yandex.*
social:pikabu:pikabu,pikabu.ru
social:habr:habr,habr.com
social:weibo:weibo,weibo.com,weibo.cn,t.cn,com.sina.weibo
social:wechat:wechat,wechat.com,weixin.qq.com,weixin110.qq.com,com.tencent.mm,weixin
social:qq:qq,qzone.qq.com,qun.qq.com,com.tencent.mobileqq
social:xiaohongshu:xiaohongshu,xiaohongshu.com,xhslink.com,rednote.com,com.xingin.xhs,rednote
social:douyin:douyin,douyin.com,com.ss.android.ugc.aweme
social:kuaishou:kuaishou,kuaishou.com
social:zhihu:zhihu,zhihu.com,com.zhihu.android
social:douban:douban,douban.com
social:renren:renren,renren.com,kaixin001.com
social:line:line,line.me,lin.ee,jp.naver.line.android
social:kakao:kakao,kakao.com,kakaocorp.com,com.kakao.talk,kakaotalk
social:naver blog:naver blog,blog.naver.com,cafe.naver.com,kin.naver.com,band.us
social:zalo:zalo,zalo.me,com.zing.zalo
social:viber:viber,viber.com,com.viber.voip
social:skype:skype,skype.com,com.skype.raider
social:imo:imo,imo.im
social:hacker news:hacker news,news.ycombinator.com,hackernews,hn
social:lobsters:lobsters,lobste.rs
social:product hunt:product hunt,producthunt.com,producthunt
social:indie hackers:indie hackers,indiehackers.com
social:github:github,github.com,com.github.android
social:gitlab:gitlab,gitlab.com
social:stack overflow:stack overflow,stackoverflow.com,stackexchange.com,serverfault.com,superuser.com,askubuntu.com,stackapps.com,mathoverflow.net,stackoverflow
social:quora:quora,quora.com,com.quora.android
social:medium:medium,medium.com,com.medium.reader
social:substack:substack,substack.com,com.substack.app
social:tumblr:tumblr,tumblr.com,com.tumblr
social:wordpress:wordpress,wordpress.com,wordpress.org
social:blogger:blogger,blogger.com,blogspot.*
social:livejournal:livejournal,livejournal.com,livejournal.ru
social:linktree:linktree,linktr.ee
social:linkin.bio:linkin.bio,beacons.ai,lnk.bio,bio.link,campsite.bio,taplink.cc
social:flipboard:flipboard,flipboard.com,flip.it,flipboard.app
social:pocket:pocket,getpocket.com,pocket.co
social:digg:digg,digg.com
social:disqus:disqus,disqus.com,disq.us
social:slashdot:slashdot,slashdot.org
social:fark:fark,fark.com
social:imgur:imgur,imgur.com
social:9gag:9gag,9gag.com
social:nextdoor:nextdoor,nextdoor.com,nextdoor.co.uk,nextdoor.de
social:xing:xing,xing.com,com.xing.android
social:viadeo:viadeo,viadeo.com,viadeo.journaldunet.com
social:yammer:yammer,yammer.com,engage.cloud.microsoft
social:meetup:meetup,meetup.com
social:yelp:yelp,yelp.*
social:tripadvisor:tripadvisor,tripadvisor.*
social:foursquare:foursquare,foursquare.com,swarmapp.com
social:glassdoor:glassdoor,glassdoor.*
social:goodreads:goodreads,goodreads.com
social:dribbble:dribbble,dribbble.com
social:behance:behance,behance.net
social:deviantart:deviantart,deviantart.com
social:artstation:artstation,artstation.com
social:flickr:flickr,flickr.com
social:500px:500px,500px.com
social:last.fm:last.fm,lastfm.*
social:soundcloud:soundcloud,soundcloud.com
social:patreon:patreon,patreon.com
social:ko-fi:ko-fi,ko-fi.com
social:clubhouse:clubhouse,clubhouse.com,joinclubhouse.com
social:bereal:bereal,bereal.com,bere.al
social:hootsuite:hootsuite,hootsuite.com,ow.ly
social:buffer:buffer,buffer.com,buff.ly
social:bitly:bitly,bit.ly
social:ameblo:ameblo,ameblo.jp,ameba.jp
social:hatena:hatena,hatena.ne.jp,hatenablog.com,hatenablog.jp,hatena.blog
social:mixi:mixi,mixi.jp
social:note.com:note.com,note.mu
social:pixiv:pixiv,pixiv.net
social:fc2:fc2,fc2.com
social:5ch:5ch,5ch.net,2ch.net,5ch.io
social:gree:gree,gree.jp
social:gutefrage:gutefrage,gutefrage.net
social:wykop:wykop,wykop.pl
social:nk.pl:nk.pl,nasza-klasa.pl
social:meneame:meneame,meneame.net
social:taringa:taringa,taringa.net
social:draugiem:draugiem,draugiem.lv
social:hyves:hyves,hyves.nl,hyves.net
social:studivz:studivz,studivz.net,meinvz.net,schuelervz.net
social:myspace:myspace,myspace.com
social:bebo:bebo,bebo.com
social:orkut:orkut,orkut.com,orkut.com.br
social:google+:google+,plus.google.*,plus.url.google.*,url.google.*,googleplus
social:google groups:google groups,groups.google.*,googlegroups.com
social:habbo:habbo,habbo.*
social:ravelry:ravelry,ravelry.com
social:wattpad:wattpad,wattpad.com
social:scribd:scribd,scribd.com
social:slideshare:slideshare,slideshare.net
social:academia:academia,academia.edu
social:researchgate:researchgate,researchgate.net
social:fetlife:fetlife,fetlife.com
social:italki:italki,italki.com
social:lang-8:lang-8,lang-8.com
social:couchsurfing:couchsurfing,couchsurfing.com,couchsurfing.org
social:peepeth:peepeth,peepeth.com
social:steemit:steemit,steemit.com,hive.blog,peakd.com
social:farcaster:farcaster,farcaster.xyz,warpcast.com
social:lens protocol:lens protocol,lens.xyz,hey.xyz
social:nostr clients:nostr clients,primal.net,damus.io,iris.to,snort.social
social:strava:strava,strava.com,com.strava
social:letterboxd:letterboxd,letterboxd.com
social:untappd:untappd,untappd.com
social:geni:geni,geni.com
social:myheritage:myheritage,myheritage.*
social:ancestry:ancestry,ancestry.com,ancestry.co.uk,ancestry.de
social:classmates:classmates,classmates.com
social:tagged:tagged,tagged.com
social:hi5:hi5,hi5.com
social:badoo:badoo,badoo.com
social:netlog:netlog,netlog.com
social:tuenti:tuenti,tuenti.com
social:skyrock:skyrock,skyrock.com
social:cyworld:cyworld,cyworld.com
social:plaxo:plaxo,plaxo.com
social:plurk:plurk,plurk.com
social:identi.ca:identi.ca
social:ning:ning,ning.com
social:gaiaonline:gaiaonline,gaiaonline.com
social:irc-galleria:irc-galleria,irc-galleria.net
social:weeworld:weeworld,weeworld.com
social:sonico:sonico,sonico.com
social:friendster:friendster,friendster.com
social:stumbleupon:stumbleupon,stumbleupon.com,mix.com
social:delicious:delicious,delicious.com,del.icio.us
social:multiply:multiply,multiply.com
social:xanga:xanga,xanga.com
social:vampirefreaks:vampirefreaks,vampirefreaks.com
social:cafemom:cafemom,cafemom.com
social:dailystrength:dailystrength,dailystrength.org
social:care2:care2,care2.com
social:caringbridge:caringbridge,caringbridge.org
social:flixster:flixster,flixster.com
social:librarything:librarything,librarything.com
social:anobii:anobii,anobii.com
social:mubi:mubi,mubi.com
social:reverbnation:reverbnation,reverbnation.com
social:partyflock:partyflock,partyflock.nl
social:copainsdavant:copainsdavant,copainsdavant.linternaute.com
social:trombi:trombi,trombi.com
social:zoo.gr:zoo.gr
social:mocospace:mocospace,mocospace.com
social:blackplanet:blackplanet,blackplanet.com
social:asmallworld:asmallworld,asmallworld.com
social:internations:internations,internations.org
social:interpals:interpals,interpals.net
social:kiwibox:kiwibox,kiwibox.com
social:dol2day:dol2day,dol2day.com
social:jappy:jappy,jappy.com,jappy.de
social:lokalisten:lokalisten,lokalisten.de
social:werkenntwen:werkenntwen,wer-kennt-wen.de
social:suomi24:suomi24,suomi24.fi
social:playahead:playahead,playahead.se
social:lunarstorm:lunarstorm,lunarstorm.se
social:biip:biip,biip.no
social:mouthshut:mouthshut,mouthshut.com
social:ibibo:ibibo,ibibo.com
social:bharatstudent:bharatstudent,bharatstudent.com
social:bigadda:bigadda,bigadda.com
social:fotolog:fotolog,fotolog.com
social:fotki:fotki,fotki.com
social:photobucket:photobucket,photobucket.com
social:secondlife:secondlife,secondlife.com
social:imvu:imvu,imvu.com
social:stardoll:stardoll,stardoll.com
social:livemocha:livemocha,livemocha.com
social:busuu:busuu,busuu.com
social:mymfb:mymfb,mymfb.com
social:virb:virb,virb.com
social:wakoopa:wakoopa,wakoopa.com
social:yfrog:yfrog,yfrog.com
social:buzznet:buzznet,buzznet.com
social:mylife:mylife,mylife.com
social:friends reunited:friends reunited,friendsreunited.com,friendsreunited.co.uk
social:windows live spaces:windows live spaces,spaces.live.com
video:youtube:youtube,youtube.com,youtu.be,youtube-nocookie.com,com.google.android.youtube,com.google.android.apps.youtube.music,yt
video:vimeo:vimeo,vimeo.com
video:dailymotion:dailymotion,dailymotion.com,dai.ly
video:twitch:twitch,twitch.tv,tv.twitch.android.app
video:kick:kick,kick.com
video:rumble:rumble,rumble.com
video:odysee:odysee,odysee.com,lbry.tv
video:bitchute:bitchute,bitchute.com
video:netflix:netflix,netflix.com
video:hulu:hulu,hulu.com
video:disney+:disney+,disneyplus.com
video:ted:ted,ted.com
video:wistia:wistia,wistia.com,wistia.net
video:bilibili:bilibili,bilibili.com,b23.tv,tv.danmaku.bili
video:niconico:niconico,nicovideo.jp,nico.ms
video:iqiyi:iqiyi,iqiyi.com,iq.com
video:youku:youku,youku.com,tudou.com
video:rutube:rutube,rutube.ru
video:veoh:veoh,veoh.com
video:crackle:crackle,crackle.com
video:curiositystream:curiositystream,curiositystream.com
video:utreon:utreon,utreon.com
video:d.tube:d.tube
shop:amazon:amazon,amazon.*,amzn.to,a.co,com.amazon.mShop.android.shopping,amzn
shop:ebay:ebay,ebay.*,ebay.us,com.ebay.mobile
shop:etsy:etsy,etsy.com,etsy.me,com.etsy.android
shop:walmart:walmart,walmart.*,com.walmart.android
shop:target:target,target.com
shop:bestbuy:bestbuy,bestbuy.com
shop:alibaba:alibaba,alibaba.com,com.alibaba.intl.android.apps.poseidon
shop:aliexpress:aliexpress,aliexpress.*,aliexpress.us,com.alibaba.aliexpresshd
shop:taobao:taobao,taobao.com,tmall.com
shop:jd:jd,jd.com
shop:pinduoduo:pinduoduo,pinduoduo.com,yangkeduo.com
shop:temu:temu,temu.com,com.einnovation.temu
shop:shein:shein,shein.*
shop:wish:wish,wish.com
shop:shopee:shopee,shopee.*
shop:lazada:lazada,lazada.*
shop:tokopedia:tokopedia,tokopedia.com
shop:flipkart:flipkart,flipkart.com
shop:coupang:coupang,coupang.com
shop:naver shopping:naver shopping,shopping.naver.com,smartstore.naver.com
shop:yahoo shopping:yahoo shopping,shopping.yahoo.*
shop:google shopping:google shopping,shopping.google.*,googleshopping
shop:kakaku:kakaku,kakaku.com
shop:mercadolibre:mercadolibre,mercadolibre.*,mercadolivre.com.br
shop:americanas:americanas,americanas.com.br
shop:allegro:allegro,allegro.pl,allegro.cz
shop:ceneo:ceneo,ceneo.pl
shop:heureka:heureka,heureka.cz,heureka.sk
shop:ozon:ozon,ozon.ru
shop:wildberries:wildberries,wildberries.ru
shop:yandex market:yandex market,market.yandex.*
shop:rozetka:rozetka,rozetka.com.ua
shop:emag:emag,emag.ro,emag.hu,emag.bg
shop:trendyol:trendyol,trendyol.com
shop:hepsiburada:hepsiburada,hepsiburada.com
shop:idealo:idealo,idealo.*
shop:pricerunner:pricerunner,pricerunner.*
shop:kelkoo:kelkoo,kelkoo.*
shop:shopzilla:shopzilla,shopzilla.*
shop:geizhals:geizhals,geizhals.at,geizhals.de,geizhals.eu
shop:check24:check24,check24.de
shop:toppreise:toppreise,toppreise.ch
shop:galaxus:galaxus,galaxus.*,digitec.ch
shop:otto:otto,otto.de
shop:zalando:zalando,zalando.*
shop:kaufland:kaufland,kaufland.*
shop:bol:bol,bol.com
shop:cdiscount:cdiscount,cdiscount.com
shop:vinted:vinted,vinted.*
shop:shopify:shopify,shopify.com,shop.app,com.shopify.arrive
display:google ad network:google ad network,doubleclick.net,googlesyndication.com,syndicatedsearch.goog,googleadservices.com,dclid
display:taboola:taboola,taboola.com
display:outbrain:outbrain,outbrain.com
display:criteo:criteo,criteo.com,criteo.net
display:adform:adform,adform.net
display:appnexus:appnexus,adnxs.com
display:amazon ads:amazon ads,amazon-adsystem.com
display:yahoo ads:yahoo ads,adtech.yahooinc.com,advertising.com
display:mgid:mgid,mgid.com
display:revcontent:revcontent,revcontent.com
display:adroll:adroll,adroll.com
display:teads:teads,teads.tv
display:applovin:applovin,applovin.com,applvn.com
display:unity ads:unity ads,unityads.unity3d.com
other:google docs:google docs,docs.google.*
other:google drive:google drive,drive.google.*
other:google accounts:google accounts,accounts.google.*
other:google calendar:google calendar,calendar.google.*
other:google meet:google meet,meet.google.*
other:google classroom:google classroom,classroom.google.*
other:google chat:google chat,chat.google.*
other:google sites:google sites,sites.google.*
other:google play:google play,play.google.*,com.android.vending
other:google ads console:google ads console,ads.google.*
other:google analytics:google analytics,analytics.google.*
other:google translate:google translate,translate.google.*
other:microsoft live:microsoft live,login.live.com
other:yahoo finance:yahoo finance,finance.yahoo.*
other:yandex metrica:yandex metrica,metrika.yandex.*,metrica.yandex.*
search::searchya.com,searchmobileonline.com,v9.com,22find.com,qvo6.com,qone8.com,sweet-page.com,istartsurf.com,omiga-plus.com,key-find.com,awesomehp.com,oursurfing.com,portaldosites.com,iminent.com,certified-toolbar.com,sweetim.com,imesh.com,genieo.com,findwide.com,surfcanyon.com,gelbeseiten.de,dasoertliche.de,dastelefonbuch.de,yellowmap.de,1881.no,gulesider.no,hitta.se,herold.at,local.ch,pagesjaunes.fr,paginegialle.it,yell.com,yellowpages.com,118700.se,gooofullsearch.com,darkoogle.com,gfsoso.com,blackle.com,startab.me,kiddle.co,kidrex.org,kidzsearch.com,fragfinn.de,blinde-kuh.de,qwantjunior.com,juniorsafesearch.com,k9safesearch.com
search:google:google,google.*,gogole.*,googel.*,gppgle.*,goolge.*,gogle.*,goggle.*,ggoogle.*,gooogle.*,googlee.*,googe.*,goo.gl,googleusercontent.com,googlesyndicatedsearch.com,com.google.android.googlequicksearchbox,com.google.android.apps.searchlite,google ads,googleads,google-ads,google_ads,adwords,googlemybusiness,gmb,gclid,gbraid,wbraid,gad_source
search:bing:bing,bing.*,bing.com,msn.*,com.microsoft.bing,com.microsoft.emmx,bing ads,bingads,microsoft,microsoft ads,msclkid,msn
search:yahoo:yahoo,yahoo.*,com.yahoo.mobile.client.android.search
search:duckduckgo:duckduckgo,duckduckgo.com,duckduckgo.eu,ddg.gg,duck.com,duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion,com.duckduckgo.mobile.android,ddg
search:yandex:yandex,yandex.*,ya.ru,yastatic.net,ru.yandex.searchplugin,ru.yandex.searchapp,com.yandex.browser,yandex direct,yclid
search:baidu:baidu,baidu.*,com.baidu.searchbox
search:naver:naver,naver.com,com.nhn.android.search
search:daum:daum,daum.net,net.daum.android.daum
search:nate:nate,nate.com
search:zum:zum,zum.com
search:sogou:sogou,sogou.com
search:360 search:360 search,so.com,360.cn,haosou.com,sou.com
search:shenma:shenma,sm.cn
search:quark:quark,quark.cn
search:seznam:seznam,seznam.cz,firmy.cz
search:ecosia:ecosia,ecosia.org,com.ecosia.android
search:qwant:qwant,qwant.com,com.qwant.liberty
search:startpage:startpage,startpage.com,startpage.nl,ixquick.*,startpagel6srwcjlue4zgq3zevrujfaow726kjytqbbjyrswwmjzcqd.onion
search:brave:brave,search.brave.com,brave.com,com.brave.browser
search:kagi:kagi,kagi.com
search:mojeek:mojeek,mojeek.com,mojeek.co.uk
search:swisscows:swisscows,swisscows.com,swisscows.ch,hulbee.com
search:metager:metager,metager.de,metager.org,metager2.de
search:presearch:presearch,presearch.com,presearch.io,presearch.org
search:yep:yep,yep.com
search:searx:searx,searx.be,searx.me,searx.space,searxng.org
search:gibiru:gibiru,gibiru.com
search:lilo:lilo,lilo.org
search:oceanhero:oceanhero,oceanhero.today
search:ekoru:ekoru,ekoru.org
search:karmasearch:karmasearch,karmasearch.org
search:ask:ask,ask.com,search-results.com,teoma.com
search:aol:aol,aol.*
search:lycos:lycos,lycos.*,hotbot.*
search:excite:excite,excite.*
search:altavista:altavista,altavista.*
search:coccoc:coccoc,coccoc.com
search:rambler:rambler,rambler.ru,nigma.ru
search:mail.ru:mail.ru,go.mail.ru
search:petal:petal,petalsearch.com,com.huawei.hwsearch
search:goo:goo,goo.ne.jp
search:biglobe:biglobe,biglobe.ne.jp
search:docomo:docomo,docomo.ne.jp
search:auone:auone,auone.jp
search:nifty:nifty,nifty.com
search:so-net:so-net,so-net.ne.jp
search:rakuten:rakuten,rakuten.*,infoseek.co.jp
search:livedoor:livedoor,livedoor.com
search:onet:onet,onet.pl
search:wp.pl:wp.pl
search:virgilio:virgilio,virgilio.it
search:libero:libero,libero.it
search:tiscali:tiscali,tiscali.it,tiscali.cz
search:t-online:t-online,t-online.de
search:web.de:web.de
search:freenet:freenet,freenet.de
search:bluewin:bluewin,bluewin.ch
search:search.ch:search.ch
search:orange search:orange search,lemoteur.orange.fr,lemoteur.fr,voila.fr
search:centrum:centrum,centrum.cz,atlas.cz,centrum.sk,atlas.sk
search:zoznam:zoznam,zoznam.sk
search:azet:azet,azet.sk
search:najdi:najdi,najdi.si
search:sapo:sapo,sapo.pt
search:clix:clix,clix.pt
search:globo:globo,globo.com
search:terra:terra,terra.com.br,terra.es,terra.cl
search:eniro:eniro,eniro.se,eniro.no,eniro.dk,eniro.fi
search:kvasir:kvasir,kvasir.no
search:startsiden:startsiden,startsiden.no,abcsok.no
search:walla:walla,walla.co.il
search:meta.ua:meta.ua
search:bigmir:bigmir,bigmir.net
search:ukr.net:ukr.net
search:tut.by:tut.by
search:abv:abv,abv.bg
search:comcast:comcast,comcast.net,xfinity.com
search:earthlink:earthlink,earthlink.net
search:charter.net:charter.net,rr.com
search:dogpile:dogpile,dogpile.com,webcrawler.com,metacrawler.com,zoo.com,infospace.com
search:info.com:info.com
search:izito:izito,izito.*,zapmeta.*,zapmetasearch.*
search:conduit:conduit,conduit.com,trovi.com
search:babylon:babylon,babylon.com,isearch.babylon.com,delta-search.com,delta-homes.com
search:mywebsearch:mywebsearch,mywebsearch.com,myway.com,mysearch.com,inbox.com
search:avg:avg,avg.com,avast.com,nation.com
search:softonic:softonic,softonic.com
search:ghostery:ghostery,ghosterysearch.com,glowstery.com,cliqz.com
search:neeva:neeva,neeva.com
search:wolframalpha:wolframalpha,wolframalpha.com
search:marginalia:marginalia,marginalia.nu,marginalia-search.com
search:stract:stract,stract.com
search:wiby:wiby,wiby.me
search:entireweb:entireweb,entireweb.com
search:exalead:exalead,exalead.*
search:looksmart:looksmart,looksmart.com
search:picsearch:picsearch,picsearch.com,picsearch.de
search:fireball:fireball,fireball.de,fireball.com
search:dmoz:dmoz,dmoz.org,curlie.org
search:gigablast:gigablast,gigablast.com
search:setooz:setooz,setooz.com
search:vuhuv:vuhuv,vuhuv.com,vuhuv.com.tr
search:geona:geona,geona.net
search:parsijoo:parsijoo,parsijoo.ir
search:zarebin:zarebin,zarebin.ir
search:freespoke:freespoke,freespoke.com
search:luxxle:luxxle,luxxle.com
search:givero:givero,givero.com
search:youcare:youcare,youcare.world
search:xayn:xayn,xayn.com
search:timpi:timpi,timpi.io
search:quendu:quendu,quendu.com
search:qmamu:qmamu,qmamu.com
search:rightdao:rightdao,rightdao.com
search:yippy:yippy,yippy.com
search:alexandria:alexandria,alexandria.org
search:searchencrypt:searchencrypt,searchencrypt.com,searchlock.com,searchprivacy.co,discretesearch.com
search:snap.do:snap.do
mail::bigpond.com,email.telstra.com,exmail.qq.com,iinet.net.au,mail.e1.ru,mail.mynet.com,mail.qip.ru,mail.yahoo.net,mastermail.ru,orange.fr,post.ru,sibmail.com,webmail.2degreesbroadband.co.nz,webmail.adam.com.au,webmail.commander.net.au,webmail.dodo.com.au,webmail.iprimus.com.au,webmail.netspace.net.au,webmail.optusnet.com.au,webmail.optuszoo.com.au,webmail.virginbroadband.com.au,webmail.vodafone.co.nz,webmail.westnet.com.au
search::1.cz,2gis.ru,abacho.at,abacho.ch,abacho.co.uk,abacho.com,abacho.de,abacho.es,abacho.fr,abacho.it,abcsolk.no,acoon.de,alexa.com,all.by,alltheweb.com,aolsearch.com,apollo.lv,apollo7.de,apontador.com.br,arama.com,arcor.de,ariadna.elmundo.es,arianna.com,ask.co.uk,ask.reference.com,askkids.com,blekko.com,blogdigger.com,blogpulse.com,blogs.icerocket.com,busca.orange.es,busca.uol.com.br,cc.bingj.com,cercato.it,clusty.com,cnn.com,crawler.com,cuil.com,daemon-search.com,dalesearch.com,eo.st,eurip.com,euroseek.com,everyclick.com,fastbrowsersearch.com,fastweb.it,find.tdc.dk,finderoo.com,firstsfind.com,fixsuche.de,flix.de,forestle.mobi,forestle.org,free.fr,fresh-weather.com,friendfeed.com,gais.cs.ccu.edu.tw,globososo.com,gnadenmeer.de,gomeo.com,google.cat,google.dodo.com.au,google.interia.pl,googleearth.de,googleearth.fr,goyellow.de,highbeam.com,hit-parade.com,holmes.ge,hooseek.com,icq.com,ilse.nl,incredimail.com,inspsearch.com,it.ao,jungle-spider.de,junglekey.com,junglekey.fr,jyxo.1188.cz,kataweb.it,ko.search.need2find.com,kununu.com,latne.lv,liveinternet.ru,lo.st,maailm.com,mamma.com,marktplaats.nl,maxwebsearch.com,meinestadt.de,meta.rrzn.uni-hannover.de,metacrawler.de,mister-wong.com,mister-wong.de,monstercrawler.com,mozbot.co.uk,mozbot.com,mozbot.fr,neti.ee,online.no,otsing.delfi.ee,p.zhongsou.com,paperball.de,plazoo.com,poisk.ru,qbyrd.com,qualigo.at,qualigo.ch,qualigo.de,qualigo.nl,recherche.francite.com,rechercher.aliceadsl.fr,rpmfind.net,search-intl.netscape.com,search.1and1.com,search.1und1.de,search.alot.com,search.bt.com,search.com,search.foxtab.com,search.freecause.com,search.hiyo.com,search.i.ua,search.incredibar.com,search.juno.com,search.kiwee.com,search.magnetic.com,search.media.telstra.com.au,search.offerbox.com,search.orange.co.uk,search.peoplepc.com,search.qip.ru,search.searchcompletion.com,search.snapdo.com,search.winamp.com,search.www.ee,search.yam.com,searchalot.com,searchcanvas.com,searchresults.verizon.com,searchthis.com,searchy.co.uk,sharelook.fr,skynet.be,sm.aport.ru,smart.delfi.lv,soso.com,sosodesktop.com,sougou.com,start.facemoods.com,start.iplay.com,startgoogle.startpagina.nl,suche.aolsvc.de,suche.gmx.net,suche.info,suchmaschine.com,suchnase.de,talktalk.co.uk,technorati.com,thesmartsearch.net,tixuma.de,toile.com,toolbarhome.com,trouvez.com,trovarapido.com,trusted--search.com,twingly.com,url.org,vinden.nl,vindex.nl,walhello.com,walhello.de,walhello.info,walhello.nl,web.canoe.ca,web.gougou.com,web.nl,web.volny.cz,webfetch.com,weborama.com,websearch.com,websearch.cs.com,witch.de,www1.astronaut.at,www2.austronaut.at,www3.zoek.nl,x-recherche.com,yasni.at,yasni.ch,yasni.co.uk,yasni.com,yasni.de,yatedo.com,yatedo.fr,yougoo.fr,ys.mirostart.com,zoeken.nl,zoohoo.cz
social::donanimhaber.com,forums.whirlpool.net.au,hocam.com,inci.sozlukspot.com,incisozluk.cc,incisozluk.com,instela.com,itusozluk.com,mastodon.online,mastodon.social,moikrug.ru,mylife.ru,myyearbook.com,paper.li,phanpy.social,sourceforge.net,sourtimes.org,sozluk.com,t.umblr.com,uludagsozluk.com,ulusozluk.com,vkrugudruzei.ru,wayn.com',
    CHR(  10)
  )) AS listed(brand)
  CROSS JOIN UNNEST(SPLIT(SPLIT_PART(brand, ':', 3), ',')) AS named(name)
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
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp,
      CASE WHEN sampleweight BETWEEN 1e0 AND 1e12 THEN sampleweight ELSE 1e0 END AS weight
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
    COALESCE(sessionid, visitorid, eventid) AS unit,
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
    MIN(weight) AS weight,
    SUM(CASE WHEN eventtype = 'page_view' THEN weight ELSE 0 END) AS weighted_views,
    MIN_BY(COALESCE(page, ''), turn) AS first_page,
    MIN_BY(COALESCE(referrer, ''), turn) AS referrer,
    MIN_BY(utm, turn) AS utm,
    MIN_BY(COALESCE(advertised, ''), turn) AS clickid,
    ARRAY_JOIN(ARRAY_AGG(click ORDER BY click) FILTER(WHERE
      NOT click IS NULL), CHR(  10)) AS clicked,
    MIN_BY(location, turn) AS location,
    MIN_BY(device, turn) AS device,
    MIN_BY(COALESCE(visitorid, ''), turn) AS visitorid,
    MIN_BY(COALESCE(sessionid, ''), turn) AS sessionid,
    MAX(userid) AS userid,
    MIN(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS entry,
    MAX(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS leaving
  FROM (
    SELECT
      *,
      CASE
        WHEN utm.campaign <> ''
        THEN CONCAT_WS(
          CHR(  9),
          COALESCE(utm.source, ''),
          COALESCE(utm.medium, ''),
          utm.campaign,
          COALESCE(advertised, '')
        ) || CASE
          WHEN COALESCE(utm.source, '') = ''
          THEN CONCAT_WS(CHR(  9), '', COALESCE(referrer, ''), page)
          ELSE ''
        END
      END AS click
    FROM (
      SELECT
        *,
        CASE
          WHEN clickid = 'fbclid' AND device.browser = 'Instagram'
          THEN 'instagram'
          ELSE clickid
        END AS advertised
      FROM nearby_hits
      WHERE
        NOT visitkey IS NULL
    ) AS known
  ) AS named
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
    weight,
    weighted_views,
    first_page,
    referrer,
    utm,
    clickid,
    clicked,
    location,
    device,
    visitorid,
    sessionid,
    userid,
    entry,
    leaving,
    source,
    medium,
    campaign,
    CASE
      WHEN REGEXP_LIKE(LOWER(campaign), 'cross-network')
      THEN 'Cross-network'
      WHEN is_paid AND (
        kind = 'shop' OR is_shopping
      )
      THEN 'Paid Shopping'
      WHEN is_paid AND kind = 'search'
      THEN 'Paid Search'
      WHEN is_paid AND kind = 'social'
      THEN 'Paid Social'
      WHEN is_paid AND kind = 'video'
      THEN 'Paid Video'
      WHEN kind = 'display'
      OR REGEXP_LIKE(medium, '^(display|banner|expandable|interstitial|cpm)\z')
      THEN 'Display'
      WHEN is_paid
      THEN 'Paid Other'
      WHEN kind = 'ai'
      THEN 'AI Assistants'
      WHEN kind = 'shop' OR is_shopping
      THEN 'Organic Shopping'
      WHEN kind = 'social' OR REGEXP_LIKE(medium, 'social|^sm$')
      THEN 'Organic Social'
      WHEN kind = 'video' OR REGEXP_LIKE(medium, 'video')
      THEN 'Organic Video'
      WHEN kind = 'search' OR medium = 'organic'
      THEN 'Organic Search'
      WHEN kind = 'mail' OR REGEXP_LIKE(medium, '^e[ _-]?mail|newsletter')
      THEN 'Email'
      WHEN REGEXP_LIKE(medium, '^affiliate')
      THEN 'Affiliates'
      WHEN medium IN ('referral', 'app', 'link') OR (
        is_referred AND medium IS NULL
      )
      THEN 'Referral'
      WHEN medium = 'audio'
      THEN 'Audio'
      WHEN source = 'sms' OR medium = 'sms'
      THEN 'SMS'
      WHEN REGEXP_LIKE(medium, 'push\z|mobile|notification') OR source = 'firebase'
      THEN 'Mobile Push Notifications'
      WHEN source IS NULL AND medium IS NULL AND campaign IS NULL
      THEN 'Direct'
      ELSE 'Unassigned'
    END AS channel
  FROM (
    SELECT
      *,
      REGEXP_LIKE(LOWER(campaign), '(^|[^a-df-z])shop|shopping') AS is_shopping,
      COALESCE(NULLIF(SPLIT_PART(brand, CHR(  9), 2), ''), said) AS source,
      CASE
        WHEN NOT brand IS NULL
        THEN SPLIT_PART(brand, CHR(  9), 1)
        WHEN REGEXP_LIKE(
          said,
          '(^|[.])(([a-z0-9]+-)?(search|suche|szukaj|busca|buscador|recherche|pesquisa|ricerca|hledani|poisk|zoek|sok|arama)[0-9]*(-[a-z0-9]+)?[.][^.]+|(search|suche|busca|cherche|recherche|ricerc)[a-z0-9-]*[.][^.]{4,})[.]|(^|[.])([a-z0-9-]*[^e.])?search[.]((com?[.])?[a-z]{2}|[a-z]{3,4})\z'
        )
        THEN 'search'
        WHEN REGEXP_LIKE(
          said,
          '[.]social\z|^social[.]|(todon|mstdn|pixelfed|misskey|lemmy|pleroma|friendica)[a-z0-9-]*[.]'
        )
        THEN 'social'
      END AS kind
    FROM (
      SELECT
        s.*,
        COALESCE(
          ELEMENT_AT(listed.brands, s.name),
          ELEMENT_AT(listed.brands, NULLIF(REGEXP_EXTRACT(s.name, '[^.]+[.][^.]+[.][^.]+\z'), '')),
          CASE
            WHEN REGEXP_LIKE(s.said, '(^|[.])(web|e-?)?mail[0-9]*[.][^.]+[.]')
            THEN 'mail'
          END,
          ELEMENT_AT(listed.brands, NULLIF(REGEXP_EXTRACT(s.name, '[^.]+[.][^.]+\z'), ''))
        ) AS brand
      FROM (
        SELECT
          *,
          REGEXP_REPLACE(
            said,
            '(^|[.])(aliexpress|altavista|amazon|aol|baidu|bing|blogspot|ebay|exalead|excite|galaxus|ggoogle|glassdoor|gmx|goggle|gogle|gogole|googe|googel|google|googlee|goolge|gooogle|gppgle|habbo|hotbot|hotmail|idealo|ixquick|izito|kaufland|kelkoo|lastfm|lazada|lycos|mercadolibre|msn|myheritage|pinterest|pricerunner|rakuten|shein|shopee|shopzilla|tripadvisor|vinted|walmart|yahoo|yandex|yelp|zalando|zapmeta|zapmetasearch|zoho)[.](com|(com?[.])?[a-z]{2})\z',
            '$1$2.*'
          ) AS name
        FROM (
          SELECT
            *,
            utm_source IS NULL AND NOT host IS NULL AS is_referred,
            (
              NOT medium IS NULL
              AND REGEXP_LIKE(medium, 'cp|^(ppc|ads?|sem|retargeting|remarketing)$|(^|[^a-z])paid')
            )
            OR NOT COALESCE(advertised, 'fbclid') IN ('fbclid', 'instagram') AS is_paid,
            COALESCE(REGEXP_REPLACE(utm_source, '^www[.]', ''), host, advertised) AS said
          FROM (
            SELECT
              *,
              NULLIF(REGEXP_REPLACE(campaign_said, '^[\t-\r ]+|[\t-\r ]+\z', ''), '') AS campaign,
              NULLIF(
                REGEXP_REPLACE(
                  REGEXP_REPLACE(source_said, '^[\t-\r ]+|[\t-\r ]+\z', ''),
                  '^([(](direct|none|not set)[)]|direct)\z',
                  ''
                ),
                ''
              ) AS utm_source,
              NULLIF(
                REGEXP_REPLACE(
                  REGEXP_REPLACE(medium_said, '^[\t-\r ]+|[\t-\r ]+\z', ''),
                  '^[(](none|not set)[)]\z',
                  ''
                ),
                ''
              ) AS medium,
              CASE
                WHEN referred LIKE '%://%'
                THEN NULLIF(
                  NULLIF(
                    REGEXP_EXTRACT(LOWER(referred), '^[a-z][a-z0-9+.-]*://([^/?#@]*@)?(www[.])?([^/:?#]+)', 3),
                    ''
                  ),
                  COALESCE(
                    NULLIF(
                      REGEXP_EXTRACT(LOWER(landing), '^[a-z][a-z0-9+.-]*://([^/?#@]*@)?(www[.])?([^/:?#]+)', 3),
                      ''
                    ),
                    ''
                  )
                )
              END AS host
            FROM (
              SELECT
                *,
                LOWER(utm.source) AS source_said,
                LOWER(utm.medium) AS medium_said,
                utm.campaign AS campaign_said,
                referrer AS referred,
                first_page AS landing,
                NULLIF(clickid, '') AS advertised
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
                  MIN(weight) AS weight,
                  SUM(weighted_views) AS weighted_views,
                  MIN_BY(first_page, began) AS first_page,
                  MIN_BY(referrer, began) AS referrer,
                  MIN_BY(utm, began) AS utm,
                  MIN_BY(clickid, began) AS clickid,
                  ARRAY_JOIN(ARRAY_AGG(NULLIF(clicked, '') ORDER BY began), CHR(  10)) AS clicked,
                  MIN_BY(location, began) AS location,
                  MIN_BY(device, began) AS device,
                  MIN_BY(visitorid, began) AS visitorid,
                  MIN_BY(sessionid, began) AS sessionid,
                  MAX(userid) AS userid,
                  MIN(entry) AS entry,
                  MAX(leaving) AS leaving
                FROM (
                  SELECT
                    *,
                    MAX(opened) OVER (
                      PARTITION BY visitkey
                      ORDER BY began
                      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                    ) AS opening
                  FROM (
                    SELECT
                      *,
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
            ) AS parted
          ) AS trimmed
        ) AS named
      ) AS s
      CROSS JOIN (
        SELECT
          MAP_AGG(name, kind || CHR(  9) || source) AS brands
        FROM brands
      ) AS listed
    ) AS found
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
    weight,
    weighted_views,
    visitkey AS unit,
    source,
    medium,
    campaign,
    channel,
    clicked,
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
    h.weight,
    h.unit,
    v.visitkey,
    v.opening,
    v.campaign,
    v.source,
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
    h.local_day,
    h.shown_page,
    h.location.country AS country,
    h.device.device_type AS device_type,
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
    WHEN listed.whole > 0
    THEN ROUND(1e2 * COALESCE(reached.part, 0) / listed.whole, 1)
  END AS conversion_rate
FROM (
  SELECT
    named.name AS goal,
    totals.campaign,
    totals.visits,
    totals.whole
  FROM (
    SELECT
      COALESCE(campaign, '(none)') AS campaign,
      CAST(ROUND(COALESCE(SUM(weight), 0)) AS BIGINT) AS visits,
      SUM(weight) AS whole
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
    CAST(ROUND(COALESCE(SUM(weight), 0)) AS BIGINT) AS converted,
    SUM(weight) AS part
  FROM (
    SELECT
      goal,
      campaign,
      MIN(weight) AS weight,
      MIN(unit) AS unit
    FROM (
      SELECT
        goal,
        visitkey,
        opening,
        CASE WHEN visitkey IS NULL THEN turn END AS turn,
        weight,
        unit,
        CASE WHEN visitkey IS NULL THEN '(no visit)' ELSE COALESCE(campaign, '(none)') END AS campaign
      FROM conversions
      WHERE
        CASE WHEN visitkey IS NULL THEN in_range ELSE visit_in_range END
    ) AS met
    GROUP BY
      goal,
      visitkey,
      opening,
      turn,
      campaign
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
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp,
      CASE WHEN sampleweight BETWEEN 1e0 AND 1e12 THEN sampleweight ELSE 1e0 END AS weight
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
    COALESCE(sessionid, visitorid, eventid) AS unit,
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
  CAST(ROUND(COALESCE(SUM(visitors), 0)) AS BIGINT) AS visitors,
  CAST(ROUND(COALESCE(SUM(page_views), 0)) AS BIGINT) AS page_views,
  CAST(ROUND(COALESCE(SUM(events), 0)) AS BIGINT) AS events,
  ROUND(1e2 * SUM(visitors) / NULLIF(SUM(SUM(visitors)) OVER (), 0), 1) AS share
FROM (
  SELECT
    COALESCE(location.country, 'Unknown') AS country,
    MIN(CASE WHEN visitor IS NULL THEN 0 ELSE weight END) AS visitors,
    SUM(CASE WHEN eventtype = 'page_view' THEN weight ELSE 0 END) AS page_views,
    SUM(weight) AS events,
    MAX(weight) AS weight,
    MIN(unit) AS unit
  FROM hits
  GROUP BY
    COALESCE(location.country, 'Unknown'),
    visitor
) AS known
GROUP BY
  country
ORDER BY
  visitors DESC,
  events DESC,
  country
LIMIT 20;

-- Daily counts
-- How many visits, events, goals reached and errors each day had: what is judged as anomalies. An error is an event
-- whose type is error or ends with _error, or a request of a server's log that it answered with a status from 500 to
-- 599.
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
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp,
      CASE WHEN sampleweight BETWEEN 1e0 AND 1e12 THEN sampleweight ELSE 1e0 END AS weight
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
    COALESCE(sessionid, visitorid, eventid) AS unit,
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
), brands AS (
  SELECT
    SPLIT_PART(brand, ':', 1) AS kind,
    COALESCE(NULLIF(SPLIT_PART(brand, ':', 2), ''), name) AS source,
    name
  FROM UNNEST(SPLIT(
    'ai:chatgpt:chatgpt,chatgpt.com,chat.openai.com,openai.com,com.openai.chatgpt,chat gpt,openai
ai:perplexity:perplexity,perplexity.ai,perplexity.com,ai.perplexity.app.android
ai:claude:claude,claude.ai,claude.com,anthropic.com,com.anthropic.claude,anthropic
ai:gemini:gemini,gemini.google.*,bard.google.*,aistudio.google.*,com.google.android.apps.bard,bard
ai:notebooklm:notebooklm,notebooklm.google.*,notebooklm.google
ai:copilot:copilot,copilot.microsoft.com,copilot.cloud.microsoft,m365.cloud.microsoft,copilot.com,edgeservices.bing.com,com.microsoft.copilot
ai:deepseek:deepseek,deepseek.com,deepseek.ai,com.deepseek.chat
ai:grok:grok,grok.com,x.ai,ai.x.grok
ai:meta ai:meta ai,meta.ai
ai:mistral:mistral,mistral.ai,le chat,lechat
ai:duck.ai:duck.ai
ai:you.com:you.com
ai:poe:poe,poe.com
ai:phind:phind,phind.com
ai:pi.ai:pi.ai
ai:character.ai:character.ai,c.ai
ai:jasper:jasper,jasper.ai
ai:writesonic:writesonic,writesonic.com,chatsonic
ai:iask:iask,iask.ai
ai:andi:andi,andisearch.com
ai:komo:komo,komo.ai
ai:chatglm:chatglm,chatglm.cn,z.ai,bigmodel.cn
ai:kimi:kimi,kimi.com,kimi.ai,moonshot.cn,kimi.moonshot.cn
ai:doubao:doubao,doubao.com,com.larus.nova
ai:qwen:qwen,qwen.ai,tongyi.com,tongyi.aliyun.com,qianwen.com
ai:ernie:ernie,yiyan.baidu.com,chat.baidu.com
ai:yuanbao:yuanbao,yuanbao.tencent.com,hunyuan.tencent.com
ai:minimax:minimax,minimax.io,minimaxi.com,hailuoai.com
ai:metaso:metaso,metaso.cn
ai:felo:felo,felo.ai
ai:genspark:genspark,genspark.ai
ai:manus.im:manus.im
ai:consensus:consensus,consensus.app
ai:elicit:elicit,elicit.com,elicit.org
ai:scite:scite,scite.ai
ai:openevidence:openevidence,openevidence.com
ai:liner ai:liner ai,liner.com,getliner.com
ai:huggingchat:huggingchat,huggingface.co
ai:lmarena:lmarena,lmarena.ai,lmsys.org
ai:venice:venice,venice.ai
ai:lumo:lumo,lumo.proton.me
ai:t3chat:t3chat,t3.chat
ai:openrouter:openrouter,openrouter.ai
ai:groq:groq,groq.com
ai:cohere:cohere,cohere.com,cohere.ai
ai:monica:monica,monica.im
ai:sider:sider,sider.ai
ai:merlin ai:merlin ai,getmerlin.in
ai:blackbox:blackbox,blackbox.ai
ai:copy.ai:copy.ai
ai:rytr:rytr,rytr.me
ai:opera aria:opera aria,aria.opera.com
ai:yandex alice:yandex alice,alice.yandex.*,alice.yandex
ai:gigachat:gigachat,giga.chat
ai:clova:clova,clova-x.naver.com
ai:wrtn:wrtn,wrtn.ai
ai:chat+:chat+,chatplus.com,chat-gpt.org
ai:chatbotapp:chatbotapp,chatbotapp.ai,chatbot.app
ai:ninjachat:ninjachat,ninjachat.ai
ai:chatpdf:chatpdf,chatpdf.com
mail:gmail:gmail,mail.google.*,gmail.com,inbox.google.*,com.google.android.gm,com.google.android.gm.lite
mail:outlook:outlook,outlook.com,outlook.live.com,outlook.office.com,outlook.office365.com,hotmail.*,hotmail,mail.live.com,com.microsoft.office.outlook
mail:yahoo mail:yahoo mail,mail.yahoo.*,com.yahoo.mobile.client.android.mail
mail:icloud:icloud,icloud.com
mail:proton:proton,proton.me,protonmail.com,protonmail,ch.protonmail.android
mail:gmx:gmx,gmx.*,deref-gmx.net,deref-gmx.com,deref-gmx.fr,3c.gmx.net,de.gmx.mobile.android.mail
mail:web.de mail:web.de mail,deref-web.de,deref-web-02.de,3c.web.de,de.web.mobile.android.mail
mail:yandex mail:yandex mail,mail.yandex.*,ru.yandex.mail
mail:mail.ru mail:mail.ru mail,e.mail.ru,touch.mail.ru,ru.mail.mailapp
mail:aol mail:aol mail,mail.aol.*,com.aol.mobile.aolapp
mail:zoho:zoho,mail.zoho.*,zoho.*,com.zoho.mail
mail:fastmail:fastmail,fastmail.com,fastmail.fm
mail:tuta:tuta,tuta.com,tutanota.com,de.tutao.tutanota
mail:hey mail:hey mail,app.hey.com
mail:superhuman:superhuman,superhuman.com
mail:spark mail:spark mail,com.readdle.spark
mail:samsung email:samsung email,com.samsung.android.email.provider
mail:seznam mail:seznam mail,email.seznam.cz
mail:daum mail:daum mail,mail.daum.net,hanmail.net
mail:naver mail:naver mail,mail.naver.com
mail:rambler mail:rambler mail,mail.rambler.ru
mail:mail.com:mail.com,deref-mail.com
mail:laposte:laposte,laposte.net
mail:orange mail:orange mail,messagerie.orange.fr
mail:sfr mail:sfr mail,messagerie.sfr.fr
mail:free mail:free mail,zimbra.free.fr
mail:ukr.net mail:ukr.net mail,mail.ukr.net
mail:163 mail:163 mail,mail.163.com,126.com,mail.126.com
mail:qq mail:qq mail,mail.qq.com,wx.mail.qq.com,com.tencent.androidqqmail
mail:mailchimp:mailchimp,mailchimp.com,mailchi.mp,list-manage.com,campaign-archive.com
mail:klaviyo:klaviyo,klaviyo.com,klclick.com
mail:brevo:brevo,brevo.com,sendinblue.com,sendibm1.com
mail:campaign monitor:campaign monitor,createsend.com,cmail19.com,cmail20.com
mail:sendgrid:sendgrid,sendgrid.net
mail:hubspot mail:hubspot mail,hubspotemail.net
mail:convertkit:convertkit,convertkit.com,kit.com,convertkit-mail.com
mail:beehiiv:beehiiv,beehiiv.com
mail:buttondown:buttondown,buttondown.email,buttondown.com
mail:email:email,e-mail,e_mail,e mail
mail:newsletter:newsletter,newsletters
social:facebook:facebook,facebook.com,fb.com,fb.me,fb.watch,facebookwkhpilnemxj7asaniu7vnjjbiltxjqhye3mhbshg7kx5tfyd.onion,com.facebook.katana,com.facebook.lite,fb,meta,facebook ads,facebookads,meta ads,fbclid
social:instagram:instagram,instagram.com,com.instagram.android,ig,insta,igshopping
social:threads:threads,threads.net,threads.com,com.instagram.barcelona
social:messenger:messenger,messenger.com,m.me,com.facebook.orca
social:workplace:workplace,workplace.com
social:x:x,x.com,twitter.com,t.co,tweetdeck.com,com.twitter.android,twitter,tw,twclid
social:linkedin:linkedin,linkedin.com,lnkd.in,com.linkedin.android,linked-in,linkedin ads,li,li_fat_id
social:reddit:reddit,reddit.com,redd.it,com.reddit.frontpage,rdt_cid
social:pinterest:pinterest,pinterest.*,pin.it,com.pinterest,epik
social:tiktok:tiktok,tiktok.com,tiktokv.com,com.zhiliaoapp.musically,com.ss.android.ugc.trill,tik tok,ttclid
social:snapchat:snapchat,snapchat.com,snap.com,com.snapchat.android,sccid
social:whatsapp:whatsapp,whatsapp.com,wa.me,com.whatsapp,com.whatsapp.w4b
social:telegram:telegram,telegram.org,telegram.me,t.me,org.telegram.messenger,org.telegram.messenger.web,org.telegram.plus,tg
social:discord:discord,discord.com,discord.gg,discordapp.com,com.discord
social:bluesky:bluesky,bsky.app,bsky.social,xyz.blueskyweb.app,bsky
social:mastodon:mastodon,joinmastodon.org,org.joinmastodon.android,mas.to,hachyderm.io,infosec.exchange,troet.cafe,pawoo.net,c.im,botsin.space,bitcoinhackers.org,friends.nico,quey.org,tkm.eus,mathstodon.xyz,ioc.exchange,masto.ai,masto.nu,masto.es,masto.pt,masto.host,toot.cafe,toot.community,tooting.ch,toot.wales,tooot.im,metalhead.club,livellosegreto.it,sociale.network,dice.camp,wandering.shop,writing.exchange,journa.host,todon.eu,todon.nl,fedibird.com,vocalodon.net,best-friends.chat,planet.moe,handon.club,kmy.blue,baraag.net,cybre.space,snouts.online,sleeping.town,tech.lgbt,lgbtqia.space,eldritch.cafe,mamot.fr,piaille.fr,framapiaf.org,layer8.space,lor.sh,nerdculture.de,linuxrocks.online,functional.cafe,merveilles.town,weirder.earth,pouet.chapril.org,qoto.org,sciences.re,types.pl,wien.rocks,woof.group,zirk.us,101010.pl,union.place,vmst.io,worldkey.io,xoxo.zone,switter.at,spinster.xyz,ravenation.club,aus.social,kosmos.social,octodon.social,niu.moe,mao.mastodonhub.com,oc.todon.fr,social.coop,tusky.app,com.keylesspalace.tusky,me.rhosys.mastodon,universeodon.com,fedi.life,bark.lgbt,im-in.space,glammr.us,awscommunity.social,ecoevo.social,front-end.social,mindly.social,genomic.social,hometech.social,urbanists.social,sauropods.win,freeradical.zone,wetdry.world,app.wafrn.net,sakurajima.moe,rubber.social,plural.cafe,mk.absturztau.be,equestria.social,pony.social,dragonscave.space,tabletop.social,queer.party,chitter.xyz,hellsite.site,vulpine.club,computerfairi.es,radical.town,anarchism.space,sunbeam.city,hispagatos.space,mastd.racing,mast.dragon-fly.club,x0r.be,hulvr.com,gamepad.club,dmv.community,mspsocial.net,frikiverse.zone,loma.ml,aipi.social,moth.zone,lou.lt,slippy.xyz,den.dev
social:pixelfed:pixelfed,pixey.org,pxlmo.com,metapixl.com,pix.toot.wales,pixel.tchncs.de,fotofed.nl
social:misskey:misskey,misskey.io,nijimiss.moe,firefish.social,sharkey.world,mk.autonomy.earth
social:lemmy:lemmy,beehaw.org,feddit.de,feddit.org,feddit.it,feddit.uk,sh.itjust.works,programming.dev,kbin.social,fedia.io
social:diaspora:diaspora,diasporafoundation.org,pluspora.com,framasphere.org,diasp.org,joindiaspora.com,pod.geraspora.de
social:truth social:truth social,truthsocial.com
social:gab:gab,gab.com,gab.ai
social:gettr:gettr,gettr.com
social:parler:parler,parler.com
social:minds:minds,minds.com
social:mewe:mewe,mewe.com
social:vk:vk,vk.com,vk.ru,vk.me,vkontakte.ru,com.vkontakte.android,vkontakte
social:ok.ru:ok.ru,odnoklassniki.ru,odnoklassniki.ua,ru.ok.android
social:my.mail.ru:my.mail.ru
social:dzen:dzen,dzen.ru,zen.yandex.*
social:pikabu:pikabu,pikabu.ru
social:habr:habr,habr.com
social:weibo:weibo,weibo.com,weibo.cn,t.cn,com.sina.weibo
social:wechat:wechat,wechat.com,weixin.qq.com,weixin110.qq.com,com.tencent.mm,weixin
social:qq:qq,qzone.qq.com,qun.qq.com,com.tencent.mobileqq
social:xiaohongshu:xiaohongshu,xiaohongshu.com,xhslink.com,rednote.com,com.xingin.xhs,rednote
social:douyin:douyin,douyin.com,com.ss.android.ugc.aweme
social:kuaishou:kuaishou,kuaishou.com
social:zhihu:zhihu,zhihu.com,com.zhihu.android
social:douban:douban,douban.com
social:renren:renren,renren.com,kaixin001.com
social:line:line,line.me,lin.ee,jp.naver.line.android
social:kakao:kakao,kakao.com,kakaocorp.com,com.kakao.talk,kakaotalk
social:naver blog:naver blog,blog.naver.com,cafe.naver.com,kin.naver.com,band.us
social:zalo:zalo,zalo.me,com.zing.zalo
social:viber:viber,viber.com,com.viber.voip
social:skype:skype,skype.com,com.skype.raider
social:imo:imo,imo.im
social:hacker news:hacker news,news.ycombinator.com,hackernews,hn
social:lobsters:lobsters,lobste.rs
social:product hunt:product hunt,producthunt.com,producthunt
social:indie hackers:indie hackers,indiehackers.com
social:github:github,github.com,com.github.android
social:gitlab:gitlab,gitlab.com
social:stack overflow:stack overflow,stackoverflow.com,stackexchange.com,serverfault.com,superuser.com,askubuntu.com,stackapps.com,mathoverflow.net,stackoverflow
social:quora:quora,quora.com,com.quora.android
social:medium:medium,medium.com,com.medium.reader
social:substack:substack,substack.com,com.substack.app
social:tumblr:tumblr,tumblr.com,com.tumblr
social:wordpress:wordpress,wordpress.com,wordpress.org
social:blogger:blogger,blogger.com,blogspot.*
social:livejournal:livejournal,livejournal.com,livejournal.ru
social:linktree:linktree,linktr.ee
social:linkin.bio:linkin.bio,beacons.ai,lnk.bio,bio.link,campsite.bio,taplink.cc
social:flipboard:flipboard,flipboard.com,flip.it,flipboard.app
social:pocket:pocket,getpocket.com,pocket.co
social:digg:digg,digg.com
social:disqus:disqus,disqus.com,disq.us
social:slashdot:slashdot,slashdot.org
social:fark:fark,fark.com
social:imgur:imgur,imgur.com
social:9gag:9gag,9gag.com
social:nextdoor:nextdoor,nextdoor.com,nextdoor.co.uk,nextdoor.de
social:xing:xing,xing.com,com.xing.android
social:viadeo:viadeo,viadeo.com,viadeo.journaldunet.com
social:yammer:yammer,yammer.com,engage.cloud.microsoft
social:meetup:meetup,meetup.com
social:yelp:yelp,yelp.*
social:tripadvisor:tripadvisor,tripadvisor.*
social:foursquare:foursquare,foursquare.com,swarmapp.com
social:glassdoor:glassdoor,glassdoor.*
social:goodreads:goodreads,goodreads.com
social:dribbble:dribbble,dribbble.com
social:behance:behance,behance.net
social:deviantart:deviantart,deviantart.com
social:artstation:artstation,artstation.com
social:flickr:flickr,flickr.com
social:500px:500px,500px.com
social:last.fm:last.fm,lastfm.*
social:soundcloud:soundcloud,soundcloud.com
social:patreon:patreon,patreon.com
social:ko-fi:ko-fi,ko-fi.com
social:clubhouse:clubhouse,clubhouse.com,joinclubhouse.com
social:bereal:bereal,bereal.com,bere.al
social:hootsuite:hootsuite,hootsuite.com,ow.ly
social:buffer:buffer,buffer.com,buff.ly
social:bitly:bitly,bit.ly
social:ameblo:ameblo,ameblo.jp,ameba.jp
social:hatena:hatena,hatena.ne.jp,hatenablog.com,hatenablog.jp,hatena.blog
social:mixi:mixi,mixi.jp
social:note.com:note.com,note.mu
social:pixiv:pixiv,pixiv.net
social:fc2:fc2,fc2.com
social:5ch:5ch,5ch.net,2ch.net,5ch.io
social:gree:gree,gree.jp
social:gutefrage:gutefrage,gutefrage.net
social:wykop:wykop,wykop.pl
social:nk.pl:nk.pl,nasza-klasa.pl
social:meneame:meneame,meneame.net
social:taringa:taringa,taringa.net
social:draugiem:draugiem,draugiem.lv
social:hyves:hyves,hyves.nl,hyves.net
social:studivz:studivz,studivz.net,meinvz.net,schuelervz.net
social:myspace:myspace,myspace.com
social:bebo:bebo,bebo.com
social:orkut:orkut,orkut.com,orkut.com.br
social:google+:google+,plus.google.*,plus.url.google.*,url.google.*,googleplus
social:google groups:google groups,groups.google.*,googlegroups.com
social:habbo:habbo,habbo.*
social:ravelry:ravelry,ravelry.com
social:wattpad:wattpad,wattpad.com
social:scribd:scribd,scribd.com
social:slideshare:slideshare,slideshare.net
social:academia:academia,academia.edu
social:researchgate:researchgate,researchgate.net
social:fetlife:fetlife,fetlife.com
social:italki:italki,italki.com
social:lang-8:lang-8,lang-8.com
social:couchsurfing:couchsurfing,couchsurfing.com,couchsurfing.org
social:peepeth:peepeth,peepeth.com
social:steemit:steemit,steemit.com,hive.blog,peakd.com
social:farcaster:farcaster,farcaster.xyz,warpcast.com
social:lens protocol:lens protocol,lens.xyz,hey.xyz
social:nostr clients:nostr clients,primal.net,damus.io,iris.to,snort.social
social:strava:strava,strava.com,com.strava
social:letterboxd:letterboxd,letterboxd.com
social:untappd:untappd,untappd.com
social:geni:geni,geni.com
social:myheritage:myheritage,myheritage.*
social:ancestry:ancestry,ancestry.com,ancestry.co.uk,ancestry.de
social:classmates:classmates,classmates.com
social:tagged:tagged,tagged.com
social:hi5:hi5,hi5.com
social:badoo:badoo,badoo.com
social:netlog:netlog,netlog.com
social:tuenti:tuenti,tuenti.com
social:skyrock:skyrock,skyrock.com
social:cyworld:cyworld,cyworld.com
social:plaxo:plaxo,plaxo.com
social:plurk:plurk,plurk.com
social:identi.ca:identi.ca
social:ning:ning,ning.com
social:gaiaonline:gaiaonline,gaiaonline.com
social:irc-galleria:irc-galleria,irc-galleria.net
social:weeworld:weeworld,weeworld.com
social:sonico:sonico,sonico.com
social:friendster:friendster,friendster.com
social:stumbleupon:stumbleupon,stumbleupon.com,mix.com
social:delicious:delicious,delicious.com,del.icio.us
social:multiply:multiply,multiply.com
social:xanga:xanga,xanga.com
social:vampirefreaks:vampirefreaks,vampirefreaks.com
social:cafemom:cafemom,cafemom.com
social:dailystrength:dailystrength,dailystrength.org
social:care2:care2,care2.com
social:caringbridge:caringbridge,caringbridge.org
social:flixster:flixster,flixster.com
social:librarything:librarything,librarything.com
social:anobii:anobii,anobii.com
social:mubi:mubi,mubi.com
social:reverbnation:reverbnation,reverbnation.com
social:partyflock:partyflock,partyflock.nl
social:copainsdavant:copainsdavant,copainsdavant.linternaute.com
social:trombi:trombi,trombi.com
social:zoo.gr:zoo.gr
social:mocospace:mocospace,mocospace.com
social:blackplanet:blackplanet,blackplanet.com
social:asmallworld:asmallworld,asmallworld.com
social:internations:internations,internations.org
social:interpals:interpals,interpals.net
social:kiwibox:kiwibox,kiwibox.com
social:dol2day:dol2day,dol2day.com
social:jappy:jappy,jappy.com,jappy.de
social:lokalisten:lokalisten,lokalisten.de
social:werkenntwen:werkenntwen,wer-kennt-wen.de
social:suomi24:suomi24,suomi24.fi
social:playahead:playahead,playahead.se
social:lunarstorm:lunarstorm,lunarstorm.se
social:biip:biip,biip.no
social:mouthshut:mouthshut,mouthshut.com
social:ibibo:ibibo,ibibo.com
social:bharatstudent:bharatstudent,bharatstudent.com
social:bigadda:bigadda,bigadda.com
social:fotolog:fotolog,fotolog.com
social:fotki:fotki,fotki.com
social:photobucket:photobucket,photobucket.com
social:secondlife:secondlife,secondlife.com
social:imvu:imvu,imvu.com
social:stardoll:stardoll,stardoll.com
social:livemocha:livemocha,livemocha.com
social:busuu:busuu,busuu.com
social:mymfb:mymfb,mymfb.com
social:virb:virb,virb.com
social:wakoopa:wakoopa,wakoopa.com
social:yfrog:yfrog,yfrog.com
social:buzznet:buzznet,buzznet.com
social:mylife:mylife,mylife.com
social:friends reunited:friends reunited,friendsreunited.com,friendsreunited.co.uk
social:windows live spaces:windows live spaces,spaces.live.com
video:youtube:youtube,youtube.com,youtu.be,youtube-nocookie.com,com.google.android.youtube,com.google.android.apps.youtube.music,yt
video:vimeo:vimeo,vimeo.com
video:dailymotion:dailymotion,dailymotion.com,dai.ly
video:twitch:twitch,twitch.tv,tv.twitch.android.app
video:kick:kick,kick.com
video:rumble:rumble,rumble.com
video:odysee:odysee,odysee.com,lbry.tv
video:bitchute:bitchute,bitchute.com
video:netflix:netflix,netflix.com
video:hulu:hulu,hulu.com
video:disney+:disney+,disneyplus.com
video:ted:ted,ted.com
video:wistia:wistia,wistia.com,wistia.net
video:bilibili:bilibili,bilibili.com,b23.tv,tv.danmaku.bili
video:niconico:niconico,nicovideo.jp,nico.ms
video:iqiyi:iqiyi,iqiyi.com,iq.com
video:youku:youku,youku.com,tudou.com
video:rutube:rutube,rutube.ru
video:veoh:veoh,veoh.com
video:crackle:crackle,crackle.com
video:curiositystream:curiositystream,curiositystream.com
video:utreon:utreon,utreon.com
video:d.tube:d.tube
shop:amazon:amazon,amazon.*,amzn.to,a.co,com.amazon.mShop.android.shopping,amzn
shop:ebay:ebay,ebay.*,ebay.us,com.ebay.mobile
shop:etsy:etsy,etsy.com,etsy.me,com.etsy.android
shop:walmart:walmart,walmart.*,com.walmart.android
shop:target:target,target.com
shop:bestbuy:bestbuy,bestbuy.com
shop:alibaba:alibaba,alibaba.com,com.alibaba.intl.android.apps.poseidon
shop:aliexpress:aliexpress,aliexpress.*,aliexpress.us,com.alibaba.aliexpresshd
shop:taobao:taobao,taobao.com,tmall.com
shop:jd:jd,jd.com
shop:pinduoduo:pinduoduo,pinduoduo.com,yangkeduo.com
shop:temu:temu,temu.com,com.einnovation.temu
shop:shein:shein,shein.*
shop:wish:wish,wish.com
shop:shopee:shopee,shopee.*
shop:lazada:lazada,lazada.*
shop:tokopedia:tokopedia,tokopedia.com
shop:flipkart:flipkart,flipkart.com
shop:coupang:coupang,coupang.com
shop:naver shopping:naver shopping,shopping.naver.com,smartstore.naver.com
shop:yahoo shopping:yahoo shopping,shopping.yahoo.*
shop:google shopping:google shopping,shopping.google.*,googleshopping
shop:kakaku:kakaku,kakaku.com
shop:mercadolibre:mercadolibre,mercadolibre.*,mercadolivre.com.br
shop:americanas:americanas,americanas.com.br
shop:allegro:allegro,allegro.pl,allegro.cz
shop:ceneo:ceneo,ceneo.pl
shop:heureka:heureka,heureka.cz,heureka.sk
shop:ozon:ozon,ozon.ru
shop:wildberries:wildberries,wildberries.ru
shop:yandex market:yandex market,market.yandex.*
shop:rozetka:rozetka,rozetka.com.ua
shop:emag:emag,emag.ro,emag.hu,emag.bg
shop:trendyol:trendyol,trendyol.com
shop:hepsiburada:hepsiburada,hepsiburada.com
shop:idealo:idealo,idealo.*
shop:pricerunner:pricerunner,pricerunner.*
shop:kelkoo:kelkoo,kelkoo.*
shop:shopzilla:shopzilla,shopzilla.*
shop:geizhals:geizhals,geizhals.at,geizhals.de,geizhals.eu
shop:check24:check24,check24.de
shop:toppreise:toppreise,toppreise.ch
shop:galaxus:galaxus,galaxus.*,digitec.ch
shop:otto:otto,otto.de
shop:zalando:zalando,zalando.*
shop:kaufland:kaufland,kaufland.*
shop:bol:bol,bol.com
shop:cdiscount:cdiscount,cdiscount.com
shop:vinted:vinted,vinted.*
shop:shopify:shopify,shopify.com,shop.app,com.shopify.arrive
display:google ad network:google ad network,doubleclick.net,googlesyndication.com,syndicatedsearch.goog,googleadservices.com,dclid
display:taboola:taboola,taboola.com
display:outbrain:outbrain,outbrain.com
display:criteo:criteo,criteo.com,criteo.net
display:adform:adform,adform.net
display:appnexus:appnexus,adnxs.com
display:amazon ads:amazon ads,amazon-adsystem.com
display:yahoo ads:yahoo ads,adtech.yahooinc.com,advertising.com
display:mgid:mgid,mgid.com
display:revcontent:revcontent,revcontent.com
display:adroll:adroll,adroll.com
display:teads:teads,teads.tv
display:applovin:applovin,applovin.com,applvn.com
display:unity ads:unity ads,unityads.unity3d.com
other:google docs:google docs,docs.google.*
other:google drive:google drive,drive.google.*
other:google accounts:google accounts,accounts.google.*
other:google calendar:google calendar,calendar.google.*
other:google meet:google meet,meet.google.*
other:google classroom:google classroom,classroom.google.*
other:google chat:google chat,chat.google.*
other:google sites:google sites,sites.google.*
other:google play:google play,play.google.*,com.android.vending
other:google ads console:google ads console,ads.google.*
other:google analytics:google analytics,analytics.google.*
other:google translate:google translate,translate.google.*
other:microsoft live:microsoft live,login.live.com
other:yahoo finance:yahoo finance,finance.yahoo.*
other:yandex metrica:yandex metrica,metrika.yandex.*,metrica.yandex.*
search::searchya.com,searchmobileonline.com,v9.com,22find.com,qvo6.com,qone8.com,sweet-page.com,istartsurf.com,omiga-plus.com,key-find.com,awesomehp.com,oursurfing.com,portaldosites.com,iminent.com,certified-toolbar.com,sweetim.com,imesh.com,genieo.com,findwide.com,surfcanyon.com,gelbeseiten.de,dasoertliche.de,dastelefonbuch.de,yellowmap.de,1881.no,gulesider.no,hitta.se,herold.at,local.ch,pagesjaunes.fr,paginegialle.it,yell.com,yellowpages.com,118700.se,gooofullsearch.com,darkoogle.com,gfsoso.com,blackle.com,startab.me,kiddle.co,kidrex.org,kidzsearch.com,fragfinn.de,blinde-kuh.de,qwantjunior.com,juniorsafesearch.com,k9safesearch.com
search:google:google,google.*,gogole.*,googel.*,gppgle.*,goolge.*,gogle.*,goggle.*,ggoogle.*,gooogle.*,googlee.*,googe.*,goo.gl,googleusercontent.com,googlesyndicatedsearch.com,com.google.android.googlequicksearchbox,com.google.android.apps.searchlite,google ads,googleads,google-ads,google_ads,adwords,googlemybusiness,gmb,gclid,gbraid,wbraid,gad_source
search:bing:bing,bing.*,bing.com,msn.*,com.microsoft.bing,com.microsoft.emmx,bing ads,bingads,microsoft,microsoft ads,msclkid,msn
search:yahoo:yahoo,yahoo.*,com.yahoo.mobile.client.android.search
search:duckduckgo:duckduckgo,duckduckgo.com,duckduckgo.eu,ddg.gg,duck.com,duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion,com.duckduckgo.mobile.android,ddg
search:yandex:yandex,yandex.*,ya.ru,yastatic.net,ru.yandex.searchplugin,ru.yandex.searchapp,com.yandex.browser,yandex direct,yclid
search:baidu:baidu,baidu.*,com.baidu.searchbox
search:naver:naver,naver.com,com.nhn.android.search
search:daum:daum,daum.net,net.daum.android.daum
search:nate:nate,nate.com
search:zum:zum,zum.com
search:sogou:sogou,sogou.com
search:360 search:360 search,so.com,360.cn,haosou.com,sou.com
search:shenma:shenma,sm.cn
search:quark:quark,quark.cn
search:seznam:seznam,seznam.cz,firmy.cz
search:ecosia:ecosia,ecosia.org,com.ecosia.android
search:qwant:qwant,qwant.com,com.qwant.liberty
search:startpage:startpage,startpage.com,startpage.nl,ixquick.*,startpagel6srwcjlue4zgq3zevrujfaow726kjytqbbjyrswwmjzcqd.onion
search:brave:brave,search.brave.com,brave.com,com.brave.browser
search:kagi:kagi,kagi.com
search:mojeek:mojeek,mojeek.com,mojeek.co.uk
search:swisscows:swisscows,swisscows.com,swisscows.ch,hulbee.com
search:metager:metager,metager.de,metager.org,metager2.de
search:presearch:presearch,presearch.com,presearch.io,presearch.org
search:yep:yep,yep.com
search:searx:searx,searx.be,searx.me,searx.space,searxng.org
search:gibiru:gibiru,gibiru.com
search:lilo:lilo,lilo.org
search:oceanhero:oceanhero,oceanhero.today
search:ekoru:ekoru,ekoru.org
search:karmasearch:karmasearch,karmasearch.org
search:ask:ask,ask.com,search-results.com,teoma.com
search:aol:aol,aol.*
search:lycos:lycos,lycos.*,hotbot.*
search:excite:excite,excite.*
search:altavista:altavista,altavista.*
search:coccoc:coccoc,coccoc.com
search:rambler:rambler,rambler.ru,nigma.ru
search:mail.ru:mail.ru,go.mail.ru
search:petal:petal,petalsearch.com,com.huawei.hwsearch
search:goo:goo,goo.ne.jp
search:biglobe:biglobe,biglobe.ne.jp
search:docomo:docomo,docomo.ne.jp
search:auone:auone,auone.jp
search:nifty:nifty,nifty.com
search:so-net:so-net,so-net.ne.jp
search:rakuten:rakuten,rakuten.*,infoseek.co.jp
search:livedoor:livedoor,livedoor.com
search:onet:onet,onet.pl
search:wp.pl:wp.pl
search:virgilio:virgilio,virgilio.it
search:libero:libero,libero.it
search:tiscali:tiscali,tiscali.it,tiscali.cz
search:t-online:t-online,t-online.de
search:web.de:web.de
search:freenet:freenet,freenet.de
search:bluewin:bluewin,bluewin.ch
search:search.ch:search.ch
search:orange search:orange search,lemoteur.orange.fr,lemoteur.fr,voila.fr
search:centrum:centrum,centrum.cz,atlas.cz,centrum.sk,atlas.sk
search:zoznam:zoznam,zoznam.sk
search:azet:azet,azet.sk
search:najdi:najdi,najdi.si
search:sapo:sapo,sapo.pt
search:clix:clix,clix.pt
search:globo:globo,globo.com
search:terra:terra,terra.com.br,terra.es,terra.cl
search:eniro:eniro,eniro.se,eniro.no,eniro.dk,eniro.fi
search:kvasir:kvasir,kvasir.no
search:startsiden:startsiden,startsiden.no,abcsok.no
search:walla:walla,walla.co.il
search:meta.ua:meta.ua
search:bigmir:bigmir,bigmir.net
search:ukr.net:ukr.net
search:tut.by:tut.by
search:abv:abv,abv.bg
search:comcast:comcast,comcast.net,xfinity.com
search:earthlink:earthlink,earthlink.net
search:charter.net:charter.net,rr.com
search:dogpile:dogpile,dogpile.com,webcrawler.com,metacrawler.com,zoo.com,infospace.com
search:info.com:info.com
search:izito:izito,izito.*,zapmeta.*,zapmetasearch.*
search:conduit:conduit,conduit.com,trovi.com
search:babylon:babylon,babylon.com,isearch.babylon.com,delta-search.com,delta-homes.com
search:mywebsearch:mywebsearch,mywebsearch.com,myway.com,mysearch.com,inbox.com
search:avg:avg,avg.com,avast.com,nation.com
search:softonic:softonic,softonic.com
search:ghostery:ghostery,ghosterysearch.com,glowstery.com,cliqz.com
search:neeva:neeva,neeva.com
search:wolframalpha:wolframalpha,wolframalpha.com
search:marginalia:marginalia,marginalia.nu,marginalia-search.com
search:stract:stract,stract.com
search:wiby:wiby,wiby.me
search:entireweb:entireweb,entireweb.com
search:exalead:exalead,exalead.*
search:looksmart:looksmart,looksmart.com
search:picsearch:picsearch,picsearch.com,picsearch.de
search:fireball:fireball,fireball.de,fireball.com
search:dmoz:dmoz,dmoz.org,curlie.org
search:gigablast:gigablast,gigablast.com
search:setooz:setooz,setooz.com
search:vuhuv:vuhuv,vuhuv.com,vuhuv.com.tr
search:geona:geona,geona.net
search:parsijoo:parsijoo,parsijoo.ir
search:zarebin:zarebin,zarebin.ir
search:freespoke:freespoke,freespoke.com
search:luxxle:luxxle,luxxle.com
search:givero:givero,givero.com
search:youcare:youcare,youcare.world
search:xayn:xayn,xayn.com
search:timpi:timpi,timpi.io
search:quendu:quendu,quendu.com
search:qmamu:qmamu,qmamu.com
search:rightdao:rightdao,rightdao.com
search:yippy:yippy,yippy.com
search:alexandria:alexandria,alexandria.org
search:searchencrypt:searchencrypt,searchencrypt.com,searchlock.com,searchprivacy.co,discretesearch.com
search:snap.do:snap.do
mail::bigpond.com,email.telstra.com,exmail.qq.com,iinet.net.au,mail.e1.ru,mail.mynet.com,mail.qip.ru,mail.yahoo.net,mastermail.ru,orange.fr,post.ru,sibmail.com,webmail.2degreesbroadband.co.nz,webmail.adam.com.au,webmail.commander.net.au,webmail.dodo.com.au,webmail.iprimus.com.au,webmail.netspace.net.au,webmail.optusnet.com.au,webmail.optuszoo.com.au,webmail.virginbroadband.com.au,webmail.vodafone.co.nz,webmail.westnet.com.au
search::1.cz,2gis.ru,abacho.at,abacho.ch,abacho.co.uk,abacho.com,abacho.de,abacho.es,abacho.fr,abacho.it,abcsolk.no,acoon.de,alexa.com,all.by,alltheweb.com,aolsearch.com,apollo.lv,apollo7.de,apontador.com.br,arama.com,arcor.de,ariadna.elmundo.es,arianna.com,ask.co.uk,ask.reference.com,askkids.com,blekko.com,blogdigger.com,blogpulse.com,blogs.icerocket.com,busca.orange.es,busca.uol.com.br,cc.bingj.com,cercato.it,clusty.com,cnn.com,crawler.com,cuil.com,daemon-search.com,dalesearch.com,eo.st,eurip.com,euroseek.com,everyclick.com,fastbrowsersearch.com,fastweb.it,find.tdc.dk,finderoo.com,firstsfind.com,fixsuche.de,flix.de,forestle.mobi,forestle.org,free.fr,fresh-weather.com,friendfeed.com,gais.cs.ccu.edu.tw,globososo.com,gnadenmeer.de,gomeo.com,google.cat,google.dodo.com.au,google.interia.pl,googleearth.de,googleearth.fr,goyellow.de,highbeam.com,hit-parade.com,holmes.ge,hooseek.com,icq.com,ilse.nl,incredimail.com,inspsearch.com,it.ao,jungle-spider.de,junglekey.com,junglekey.fr,jyxo.1188.cz,kataweb.it,ko.search.need2find.com,kununu.com,latne.lv,liveinternet.ru,lo.st,maailm.com,mamma.com,marktplaats.nl,maxwebsearch.com,meinestadt.de,meta.rrzn.uni-hannover.de,metacrawler.de,mister-wong.com,mister-wong.de,monstercrawler.com,mozbot.co.uk,mozbot.com,mozbot.fr,neti.ee,online.no,otsing.delfi.ee,p.zhongsou.com,paperball.de,plazoo.com,poisk.ru,qbyrd.com,qualigo.at,qualigo.ch,qualigo.de,qualigo.nl,recherche.francite.com,rechercher.aliceadsl.fr,rpmfind.net,search-intl.netscape.com,search.1and1.com,search.1und1.de,search.alot.com,search.bt.com,search.com,search.foxtab.com,search.freecause.com,search.hiyo.com,search.i.ua,search.incredibar.com,search.juno.com,search.kiwee.com,search.magnetic.com,search.media.telstra.com.au,search.offerbox.com,search.orange.co.uk,search.peoplepc.com,search.qip.ru,search.searchcompletion.com,search.snapdo.com,search.winamp.com,search.www.ee,search.yam.com,searchalot.com,searchcanvas.com,searchresults.verizon.com,searchthis.com,searchy.co.uk,sharelook.fr,skynet.be,sm.aport.ru,smart.delfi.lv,soso.com,sosodesktop.com,sougou.com,start.facemoods.com,start.iplay.com,startgoogle.startpagina.nl,suche.aolsvc.de,suche.gmx.net,suche.info,suchmaschine.com,suchnase.de,talktalk.co.uk,technorati.com,thesmartsearch.net,tixuma.de,toile.com,toolbarhome.com,trouvez.com,trovarapido.com,trusted--search.com,twingly.com,url.org,vinden.nl,vindex.nl,walhello.com,walhello.de,walhello.info,walhello.nl,web.canoe.ca,web.gougou.com,web.nl,web.volny.cz,webfetch.com,weborama.com,websearch.com,websearch.cs.com,witch.de,www1.astronaut.at,www2.austronaut.at,www3.zoek.nl,x-recherche.com,yasni.at,yasni.ch,yasni.co.uk,yasni.com,yasni.de,yatedo.com,yatedo.fr,yougoo.fr,ys.mirostart.com,zoeken.nl,zoohoo.cz
social::donanimhaber.com,forums.whirlpool.net.au,hocam.com,inci.sozlukspot.com,incisozluk.cc,incisozluk.com,instela.com,itusozluk.com,mastodon.online,mastodon.social,moikrug.ru,mylife.ru,myyearbook.com,paper.li,phanpy.social,sourceforge.net,sourtimes.org,sozluk.com,t.umblr.com,uludagsozluk.com,ulusozluk.com,vkrugudruzei.ru,wayn.com',
    CHR(  10)
  )) AS listed(brand)
  CROSS JOIN UNNEST(SPLIT(SPLIT_PART(brand, ':', 3), ',')) AS named(name)
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
    MIN(weight) AS weight,
    SUM(CASE WHEN eventtype = 'page_view' THEN weight ELSE 0 END) AS weighted_views,
    MIN_BY(COALESCE(page, ''), turn) AS first_page,
    MIN_BY(COALESCE(referrer, ''), turn) AS referrer,
    MIN_BY(utm, turn) AS utm,
    MIN_BY(COALESCE(advertised, ''), turn) AS clickid,
    ARRAY_JOIN(ARRAY_AGG(click ORDER BY click) FILTER(WHERE
      NOT click IS NULL), CHR(  10)) AS clicked,
    MIN_BY(location, turn) AS location,
    MIN_BY(device, turn) AS device,
    MIN_BY(COALESCE(visitorid, ''), turn) AS visitorid,
    MIN_BY(COALESCE(sessionid, ''), turn) AS sessionid,
    MAX(userid) AS userid,
    MIN(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS entry,
    MAX(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS leaving
  FROM (
    SELECT
      *,
      CASE
        WHEN utm.campaign <> ''
        THEN CONCAT_WS(
          CHR(  9),
          COALESCE(utm.source, ''),
          COALESCE(utm.medium, ''),
          utm.campaign,
          COALESCE(advertised, '')
        ) || CASE
          WHEN COALESCE(utm.source, '') = ''
          THEN CONCAT_WS(CHR(  9), '', COALESCE(referrer, ''), page)
          ELSE ''
        END
      END AS click
    FROM (
      SELECT
        *,
        CASE
          WHEN clickid = 'fbclid' AND device.browser = 'Instagram'
          THEN 'instagram'
          ELSE clickid
        END AS advertised
      FROM nearby_hits
      WHERE
        NOT visitkey IS NULL
    ) AS known
  ) AS named
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
    weight,
    weighted_views,
    first_page,
    referrer,
    utm,
    clickid,
    clicked,
    location,
    device,
    visitorid,
    sessionid,
    userid,
    entry,
    leaving,
    source,
    medium,
    campaign,
    CASE
      WHEN REGEXP_LIKE(LOWER(campaign), 'cross-network')
      THEN 'Cross-network'
      WHEN is_paid AND (
        kind = 'shop' OR is_shopping
      )
      THEN 'Paid Shopping'
      WHEN is_paid AND kind = 'search'
      THEN 'Paid Search'
      WHEN is_paid AND kind = 'social'
      THEN 'Paid Social'
      WHEN is_paid AND kind = 'video'
      THEN 'Paid Video'
      WHEN kind = 'display'
      OR REGEXP_LIKE(medium, '^(display|banner|expandable|interstitial|cpm)\z')
      THEN 'Display'
      WHEN is_paid
      THEN 'Paid Other'
      WHEN kind = 'ai'
      THEN 'AI Assistants'
      WHEN kind = 'shop' OR is_shopping
      THEN 'Organic Shopping'
      WHEN kind = 'social' OR REGEXP_LIKE(medium, 'social|^sm$')
      THEN 'Organic Social'
      WHEN kind = 'video' OR REGEXP_LIKE(medium, 'video')
      THEN 'Organic Video'
      WHEN kind = 'search' OR medium = 'organic'
      THEN 'Organic Search'
      WHEN kind = 'mail' OR REGEXP_LIKE(medium, '^e[ _-]?mail|newsletter')
      THEN 'Email'
      WHEN REGEXP_LIKE(medium, '^affiliate')
      THEN 'Affiliates'
      WHEN medium IN ('referral', 'app', 'link') OR (
        is_referred AND medium IS NULL
      )
      THEN 'Referral'
      WHEN medium = 'audio'
      THEN 'Audio'
      WHEN source = 'sms' OR medium = 'sms'
      THEN 'SMS'
      WHEN REGEXP_LIKE(medium, 'push\z|mobile|notification') OR source = 'firebase'
      THEN 'Mobile Push Notifications'
      WHEN source IS NULL AND medium IS NULL AND campaign IS NULL
      THEN 'Direct'
      ELSE 'Unassigned'
    END AS channel
  FROM (
    SELECT
      *,
      REGEXP_LIKE(LOWER(campaign), '(^|[^a-df-z])shop|shopping') AS is_shopping,
      COALESCE(NULLIF(SPLIT_PART(brand, CHR(  9), 2), ''), said) AS source,
      CASE
        WHEN NOT brand IS NULL
        THEN SPLIT_PART(brand, CHR(  9), 1)
        WHEN REGEXP_LIKE(
          said,
          '(^|[.])(([a-z0-9]+-)?(search|suche|szukaj|busca|buscador|recherche|pesquisa|ricerca|hledani|poisk|zoek|sok|arama)[0-9]*(-[a-z0-9]+)?[.][^.]+|(search|suche|busca|cherche|recherche|ricerc)[a-z0-9-]*[.][^.]{4,})[.]|(^|[.])([a-z0-9-]*[^e.])?search[.]((com?[.])?[a-z]{2}|[a-z]{3,4})\z'
        )
        THEN 'search'
        WHEN REGEXP_LIKE(
          said,
          '[.]social\z|^social[.]|(todon|mstdn|pixelfed|misskey|lemmy|pleroma|friendica)[a-z0-9-]*[.]'
        )
        THEN 'social'
      END AS kind
    FROM (
      SELECT
        s.*,
        COALESCE(
          ELEMENT_AT(listed.brands, s.name),
          ELEMENT_AT(listed.brands, NULLIF(REGEXP_EXTRACT(s.name, '[^.]+[.][^.]+[.][^.]+\z'), '')),
          CASE
            WHEN REGEXP_LIKE(s.said, '(^|[.])(web|e-?)?mail[0-9]*[.][^.]+[.]')
            THEN 'mail'
          END,
          ELEMENT_AT(listed.brands, NULLIF(REGEXP_EXTRACT(s.name, '[^.]+[.][^.]+\z'), ''))
        ) AS brand
      FROM (
        SELECT
          *,
          REGEXP_REPLACE(
            said,
            '(^|[.])(aliexpress|altavista|amazon|aol|baidu|bing|blogspot|ebay|exalead|excite|galaxus|ggoogle|glassdoor|gmx|goggle|gogle|gogole|googe|googel|google|googlee|goolge|gooogle|gppgle|habbo|hotbot|hotmail|idealo|ixquick|izito|kaufland|kelkoo|lastfm|lazada|lycos|mercadolibre|msn|myheritage|pinterest|pricerunner|rakuten|shein|shopee|shopzilla|tripadvisor|vinted|walmart|yahoo|yandex|yelp|zalando|zapmeta|zapmetasearch|zoho)[.](com|(com?[.])?[a-z]{2})\z',
            '$1$2.*'
          ) AS name
        FROM (
          SELECT
            *,
            utm_source IS NULL AND NOT host IS NULL AS is_referred,
            (
              NOT medium IS NULL
              AND REGEXP_LIKE(medium, 'cp|^(ppc|ads?|sem|retargeting|remarketing)$|(^|[^a-z])paid')
            )
            OR NOT COALESCE(advertised, 'fbclid') IN ('fbclid', 'instagram') AS is_paid,
            COALESCE(REGEXP_REPLACE(utm_source, '^www[.]', ''), host, advertised) AS said
          FROM (
            SELECT
              *,
              NULLIF(REGEXP_REPLACE(campaign_said, '^[\t-\r ]+|[\t-\r ]+\z', ''), '') AS campaign,
              NULLIF(
                REGEXP_REPLACE(
                  REGEXP_REPLACE(source_said, '^[\t-\r ]+|[\t-\r ]+\z', ''),
                  '^([(](direct|none|not set)[)]|direct)\z',
                  ''
                ),
                ''
              ) AS utm_source,
              NULLIF(
                REGEXP_REPLACE(
                  REGEXP_REPLACE(medium_said, '^[\t-\r ]+|[\t-\r ]+\z', ''),
                  '^[(](none|not set)[)]\z',
                  ''
                ),
                ''
              ) AS medium,
              CASE
                WHEN referred LIKE '%://%'
                THEN NULLIF(
                  NULLIF(
                    REGEXP_EXTRACT(LOWER(referred), '^[a-z][a-z0-9+.-]*://([^/?#@]*@)?(www[.])?([^/:?#]+)', 3),
                    ''
                  ),
                  COALESCE(
                    NULLIF(
                      REGEXP_EXTRACT(LOWER(landing), '^[a-z][a-z0-9+.-]*://([^/?#@]*@)?(www[.])?([^/:?#]+)', 3),
                      ''
                    ),
                    ''
                  )
                )
              END AS host
            FROM (
              SELECT
                *,
                LOWER(utm.source) AS source_said,
                LOWER(utm.medium) AS medium_said,
                utm.campaign AS campaign_said,
                referrer AS referred,
                first_page AS landing,
                NULLIF(clickid, '') AS advertised
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
                  MIN(weight) AS weight,
                  SUM(weighted_views) AS weighted_views,
                  MIN_BY(first_page, began) AS first_page,
                  MIN_BY(referrer, began) AS referrer,
                  MIN_BY(utm, began) AS utm,
                  MIN_BY(clickid, began) AS clickid,
                  ARRAY_JOIN(ARRAY_AGG(NULLIF(clicked, '') ORDER BY began), CHR(  10)) AS clicked,
                  MIN_BY(location, began) AS location,
                  MIN_BY(device, began) AS device,
                  MIN_BY(visitorid, began) AS visitorid,
                  MIN_BY(sessionid, began) AS sessionid,
                  MAX(userid) AS userid,
                  MIN(entry) AS entry,
                  MAX(leaving) AS leaving
                FROM (
                  SELECT
                    *,
                    MAX(opened) OVER (
                      PARTITION BY visitkey
                      ORDER BY began
                      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                    ) AS opening
                  FROM (
                    SELECT
                      *,
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
            ) AS parted
          ) AS trimmed
        ) AS named
      ) AS s
      CROSS JOIN (
        SELECT
          MAP_AGG(name, kind || CHR(  9) || source) AS brands
        FROM brands
      ) AS listed
    ) AS found
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
    weight,
    weighted_views,
    visitkey AS unit,
    source,
    medium,
    campaign,
    channel,
    clicked,
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
    h.weight,
    h.unit,
    v.visitkey,
    v.opening,
    v.campaign,
    v.source,
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
    h.local_day,
    h.shown_page,
    h.location.country AS country,
    h.device.device_type AS device_type,
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
), errors AS (
  SELECT
    *
  FROM hits
  WHERE
    eventtype = 'error'
    OR eventtype LIKE '%\_error' ESCAPE '\'
    OR CASE WHEN eventtype = 'request' THEN JSON_EXTRACT_SCALAR(metadata, '$.status') END LIKE '5__'
)
SELECT
  days.day,
  COALESCE(begun.visits, 0) AS visits,
  days.events,
  COALESCE(reached.goals, 0) AS goals,
  COALESCE(failed.errors, 0) AS errors
FROM (
  SELECT
    local_day AS day,
    CAST(ROUND(COALESCE(SUM(weight), 0)) AS BIGINT) AS events
  FROM hits
  GROUP BY
    local_day
) AS days
LEFT JOIN (
  SELECT
    local_day AS day,
    CAST(ROUND(COALESCE(SUM(weight), 0)) AS BIGINT) AS visits
  FROM visits
  GROUP BY
    local_day
) AS begun
  ON begun.day = days.day
LEFT JOIN (
  SELECT
    local_day AS day,
    CAST(ROUND(COALESCE(SUM(weight), 0)) AS BIGINT) AS goals
  FROM conversions
  WHERE
    in_range
  GROUP BY
    local_day
) AS reached
  ON reached.day = days.day
LEFT JOIN (
  SELECT
    local_day AS day,
    CAST(ROUND(COALESCE(SUM(weight), 0)) AS BIGINT) AS errors
  FROM errors
  GROUP BY
    local_day
) AS failed
  ON failed.day = days.day
ORDER BY
  days.day;

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
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp,
      CASE WHEN sampleweight BETWEEN 1e0 AND 1e12 THEN sampleweight ELSE 1e0 END AS weight
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
    COALESCE(sessionid, visitorid, eventid) AS unit,
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
  CAST(ROUND(COALESCE(SUM(page_views), 0)) AS BIGINT) AS page_views,
  CAST(ROUND(COALESCE(SUM(visitors), 0)) AS BIGINT) AS visitors
FROM (
  SELECT
    local_day,
    SUM(weight) AS page_views,
    MIN(CASE WHEN visitorid IS NULL THEN 0 ELSE weight END) AS visitors,
    MAX(weight) AS weight,
    MIN(unit) AS unit
  FROM hits
  WHERE
    eventtype = 'page_view'
  GROUP BY
    local_day,
    visitorid
) AS viewed
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
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp,
      CASE WHEN sampleweight BETWEEN 1e0 AND 1e12 THEN sampleweight ELSE 1e0 END AS weight
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
    COALESCE(sessionid, visitorid, eventid) AS unit,
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
    END AS thousandths,
    CASE
      WHEN ABS(amount) <= 1e12
      THEN CAST(CAST(GREATEST(LEAST(ROUND(weight * ROUND(1e3 * amount)), 9e18), -9e18) AS BIGINT) AS DECIMAL(38, 0))
    END AS weighted,
    weight,
    unit
  FROM (
    SELECT
      visitkey,
      instant,
      local_day,
      weight,
      unit,
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
        weight,
        unit,
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
    CAST(ROUND(COALESCE(SUM(weight), 0)) AS BIGINT) AS events,
    CAST(ROUND(COALESCE(SUM(CASE WHEN received - sent > 86400 THEN weight END), 0)) AS BIGINT) AS late,
    CAST(ROUND(COALESCE(SUM(CASE WHEN sent - received > 300 THEN weight END), 0)) AS BIGINT) AS future,
    CAST(ROUND(COALESCE(SUM(CASE WHEN isbot THEN weight END), 0)) AS BIGINT) AS bots,
    CAST(ROUND(
      COALESCE(SUM(CASE WHEN COALESCE(device_type, 'other') = 'other' THEN weight END), 0)
    ) AS BIGINT) AS no_device,
    CAST(ROUND(
      COALESCE(SUM(CASE WHEN COALESCE(country, 'Unknown') = 'Unknown' THEN weight END), 0)
    ) AS BIGINT) AS no_country,
    CAST(ROUND(COALESCE(SUM(CASE WHEN visitorid IS NULL THEN weight END), 0)) AS BIGINT) AS no_visitor,
    CAST(ROUND(
      COALESCE(SUM(CASE WHEN visitorid IS NULL AND sessionid IS NULL THEN weight END), 0)
    ) AS BIGINT) AS no_visit,
    CAST(ROUND(COALESCE(SUM(CASE WHEN sessionid IS NULL THEN weight END), 0)) AS BIGINT) AS no_session,
    CAST(ROUND(COALESCE(SUM(CASE WHEN userid IS NULL THEN weight END), 0)) AS BIGINT) AS no_user,
    CAST(ROUND(COALESCE(SUM(CASE WHEN page IS NULL THEN weight END), 0)) AS BIGINT) AS no_page,
    CAST(ROUND(COALESCE(SUM(CASE WHEN referrer IS NULL THEN weight END), 0)) AS BIGINT) AS no_referrer,
    CAST(ROUND(COALESCE(SUM(CASE WHEN metadata IS NULL THEN weight END), 0)) AS BIGINT) AS no_metadata
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
      metadata,
      weight,
      unit
    FROM hits
  ) AS known
) AS totals
CROSS JOIN (
  SELECT
    CAST(ROUND(COALESCE(SUM(weight), 0)) AS BIGINT) AS no_amount
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
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp,
      CASE WHEN sampleweight BETWEEN 1e0 AND 1e12 THEN sampleweight ELSE 1e0 END AS weight
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
    COALESCE(sessionid, visitorid, eventid) AS unit,
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
  CAST(ROUND(COALESCE(SUM(visitors), 0)) AS BIGINT) AS visitors,
  CAST(ROUND(COALESCE(SUM(page_views), 0)) AS BIGINT) AS page_views,
  CAST(ROUND(COALESCE(SUM(events), 0)) AS BIGINT) AS events,
  ROUND(1e2 * SUM(visitors) / NULLIF(SUM(SUM(visitors)) OVER (), 0), 1) AS share
FROM (
  SELECT
    COALESCE(device.device_type, 'unknown') AS device_type,
    MIN(CASE WHEN visitor IS NULL THEN 0 ELSE weight END) AS visitors,
    SUM(CASE WHEN eventtype = 'page_view' THEN weight ELSE 0 END) AS page_views,
    SUM(weight) AS events,
    MAX(weight) AS weight,
    MIN(unit) AS unit
  FROM hits
  GROUP BY
    COALESCE(device.device_type, 'unknown'),
    visitor
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
WITH brands AS (
  SELECT
    SPLIT_PART(brand, ':', 1) AS kind,
    COALESCE(NULLIF(SPLIT_PART(brand, ':', 2), ''), name) AS source,
    name
  FROM UNNEST(SPLIT(
    'ai:chatgpt:chatgpt,chatgpt.com,chat.openai.com,openai.com,com.openai.chatgpt,chat gpt,openai
ai:perplexity:perplexity,perplexity.ai,perplexity.com,ai.perplexity.app.android
ai:claude:claude,claude.ai,claude.com,anthropic.com,com.anthropic.claude,anthropic
ai:gemini:gemini,gemini.google.*,bard.google.*,aistudio.google.*,com.google.android.apps.bard,bard
ai:notebooklm:notebooklm,notebooklm.google.*,notebooklm.google
ai:copilot:copilot,copilot.microsoft.com,copilot.cloud.microsoft,m365.cloud.microsoft,copilot.com,edgeservices.bing.com,com.microsoft.copilot
ai:deepseek:deepseek,deepseek.com,deepseek.ai,com.deepseek.chat
ai:grok:grok,grok.com,x.ai,ai.x.grok
ai:meta ai:meta ai,meta.ai
ai:mistral:mistral,mistral.ai,le chat,lechat
ai:duck.ai:duck.ai
ai:you.com:you.com
ai:poe:poe,poe.com
ai:phind:phind,phind.com
ai:pi.ai:pi.ai
ai:character.ai:character.ai,c.ai
ai:jasper:jasper,jasper.ai
ai:writesonic:writesonic,writesonic.com,chatsonic
ai:iask:iask,iask.ai
ai:andi:andi,andisearch.com
ai:komo:komo,komo.ai
ai:chatglm:chatglm,chatglm.cn,z.ai,bigmodel.cn
ai:kimi:kimi,kimi.com,kimi.ai,moonshot.cn,kimi.moonshot.cn
ai:doubao:doubao,doubao.com,com.larus.nova
ai:qwen:qwen,qwen.ai,tongyi.com,tongyi.aliyun.com,qianwen.com
ai:ernie:ernie,yiyan.baidu.com,chat.baidu.com
ai:yuanbao:yuanbao,yuanbao.tencent.com,hunyuan.tencent.com
ai:minimax:minimax,minimax.io,minimaxi.com,hailuoai.com
ai:metaso:metaso,metaso.cn
ai:felo:felo,felo.ai
ai:genspark:genspark,genspark.ai
ai:manus.im:manus.im
ai:consensus:consensus,consensus.app
ai:elicit:elicit,elicit.com,elicit.org
ai:scite:scite,scite.ai
ai:openevidence:openevidence,openevidence.com
ai:liner ai:liner ai,liner.com,getliner.com
ai:huggingchat:huggingchat,huggingface.co
ai:lmarena:lmarena,lmarena.ai,lmsys.org
ai:venice:venice,venice.ai
ai:lumo:lumo,lumo.proton.me
ai:t3chat:t3chat,t3.chat
ai:openrouter:openrouter,openrouter.ai
ai:groq:groq,groq.com
ai:cohere:cohere,cohere.com,cohere.ai
ai:monica:monica,monica.im
ai:sider:sider,sider.ai
ai:merlin ai:merlin ai,getmerlin.in
ai:blackbox:blackbox,blackbox.ai
ai:copy.ai:copy.ai
ai:rytr:rytr,rytr.me
ai:opera aria:opera aria,aria.opera.com
ai:yandex alice:yandex alice,alice.yandex.*,alice.yandex
ai:gigachat:gigachat,giga.chat
ai:clova:clova,clova-x.naver.com
ai:wrtn:wrtn,wrtn.ai
ai:chat+:chat+,chatplus.com,chat-gpt.org
ai:chatbotapp:chatbotapp,chatbotapp.ai,chatbot.app
ai:ninjachat:ninjachat,ninjachat.ai
ai:chatpdf:chatpdf,chatpdf.com
mail:gmail:gmail,mail.google.*,gmail.com,inbox.google.*,com.google.android.gm,com.google.android.gm.lite
mail:outlook:outlook,outlook.com,outlook.live.com,outlook.office.com,outlook.office365.com,hotmail.*,hotmail,mail.live.com,com.microsoft.office.outlook
mail:yahoo mail:yahoo mail,mail.yahoo.*,com.yahoo.mobile.client.android.mail
mail:icloud:icloud,icloud.com
mail:proton:proton,proton.me,protonmail.com,protonmail,ch.protonmail.android
mail:gmx:gmx,gmx.*,deref-gmx.net,deref-gmx.com,deref-gmx.fr,3c.gmx.net,de.gmx.mobile.android.mail
mail:web.de mail:web.de mail,deref-web.de,deref-web-02.de,3c.web.de,de.web.mobile.android.mail
mail:yandex mail:yandex mail,mail.yandex.*,ru.yandex.mail
mail:mail.ru mail:mail.ru mail,e.mail.ru,touch.mail.ru,ru.mail.mailapp
mail:aol mail:aol mail,mail.aol.*,com.aol.mobile.aolapp
mail:zoho:zoho,mail.zoho.*,zoho.*,com.zoho.mail
mail:fastmail:fastmail,fastmail.com,fastmail.fm
mail:tuta:tuta,tuta.com,tutanota.com,de.tutao.tutanota
mail:hey mail:hey mail,app.hey.com
mail:superhuman:superhuman,superhuman.com
mail:spark mail:spark mail,com.readdle.spark
mail:samsung email:samsung email,com.samsung.android.email.provider
mail:seznam mail:seznam mail,email.seznam.cz
mail:daum mail:daum mail,mail.daum.net,hanmail.net
mail:naver mail:naver mail,mail.naver.com
mail:rambler mail:rambler mail,mail.rambler.ru
mail:mail.com:mail.com,deref-mail.com
mail:laposte:laposte,laposte.net
mail:orange mail:orange mail,messagerie.orange.fr
mail:sfr mail:sfr mail,messagerie.sfr.fr
mail:free mail:free mail,zimbra.free.fr
mail:ukr.net mail:ukr.net mail,mail.ukr.net
mail:163 mail:163 mail,mail.163.com,126.com,mail.126.com
mail:qq mail:qq mail,mail.qq.com,wx.mail.qq.com,com.tencent.androidqqmail
mail:mailchimp:mailchimp,mailchimp.com,mailchi.mp,list-manage.com,campaign-archive.com
mail:klaviyo:klaviyo,klaviyo.com,klclick.com
mail:brevo:brevo,brevo.com,sendinblue.com,sendibm1.com
mail:campaign monitor:campaign monitor,createsend.com,cmail19.com,cmail20.com
mail:sendgrid:sendgrid,sendgrid.net
mail:hubspot mail:hubspot mail,hubspotemail.net
mail:convertkit:convertkit,convertkit.com,kit.com,convertkit-mail.com
mail:beehiiv:beehiiv,beehiiv.com
mail:buttondown:buttondown,buttondown.email,buttondown.com
mail:email:email,e-mail,e_mail,e mail
mail:newsletter:newsletter,newsletters
social:facebook:facebook,facebook.com,fb.com,fb.me,fb.watch,facebookwkhpilnemxj7asaniu7vnjjbiltxjqhye3mhbshg7kx5tfyd.onion,com.facebook.katana,com.facebook.lite,fb,meta,facebook ads,facebookads,meta ads,fbclid
social:instagram:instagram,instagram.com,com.instagram.android,ig,insta,igshopping
social:threads:threads,threads.net,threads.com,com.instagram.barcelona
social:messenger:messenger,messenger.com,m.me,com.facebook.orca
social:workplace:workplace,workplace.com
social:x:x,x.com,twitter.com,t.co,tweetdeck.com,com.twitter.android,twitter,tw,twclid
social:linkedin:linkedin,linkedin.com,lnkd.in,com.linkedin.android,linked-in,linkedin ads,li,li_fat_id
social:reddit:reddit,reddit.com,redd.it,com.reddit.frontpage,rdt_cid
social:pinterest:pinterest,pinterest.*,pin.it,com.pinterest,epik
social:tiktok:tiktok,tiktok.com,tiktokv.com,com.zhiliaoapp.musically,com.ss.android.ugc.trill,tik tok,ttclid
social:snapchat:snapchat,snapchat.com,snap.com,com.snapchat.android,sccid
social:whatsapp:whatsapp,whatsapp.com,wa.me,com.whatsapp,com.whatsapp.w4b
social:telegram:telegram,telegram.org,telegram.me,t.me,org.telegram.messenger,org.telegram.messenger.web,org.telegram.plus,tg
social:discord:discord,discord.com,discord.gg,discordapp.com,com.discord
social:bluesky:bluesky,bsky.app,bsky.social,xyz.blueskyweb.app,bsky
social:mastodon:mastodon,joinmastodon.org,org.joinmastodon.android,mas.to,hachyderm.io,infosec.exchange,troet.cafe,pawoo.net,c.im,botsin.space,bitcoinhackers.org,friends.nico,quey.org,tkm.eus,mathstodon.xyz,ioc.exchange,masto.ai,masto.nu,masto.es,masto.pt,masto.host,toot.cafe,toot.community,tooting.ch,toot.wales,tooot.im,metalhead.club,livellosegreto.it,sociale.network,dice.camp,wandering.shop,writing.exchange,journa.host,todon.eu,todon.nl,fedibird.com,vocalodon.net,best-friends.chat,planet.moe,handon.club,kmy.blue,baraag.net,cybre.space,snouts.online,sleeping.town,tech.lgbt,lgbtqia.space,eldritch.cafe,mamot.fr,piaille.fr,framapiaf.org,layer8.space,lor.sh,nerdculture.de,linuxrocks.online,functional.cafe,merveilles.town,weirder.earth,pouet.chapril.org,qoto.org,sciences.re,types.pl,wien.rocks,woof.group,zirk.us,101010.pl,union.place,vmst.io,worldkey.io,xoxo.zone,switter.at,spinster.xyz,ravenation.club,aus.social,kosmos.social,octodon.social,niu.moe,mao.mastodonhub.com,oc.todon.fr,social.coop,tusky.app,com.keylesspalace.tusky,me.rhosys.mastodon,universeodon.com,fedi.life,bark.lgbt,im-in.space,glammr.us,awscommunity.social,ecoevo.social,front-end.social,mindly.social,genomic.social,hometech.social,urbanists.social,sauropods.win,freeradical.zone,wetdry.world,app.wafrn.net,sakurajima.moe,rubber.social,plural.cafe,mk.absturztau.be,equestria.social,pony.social,dragonscave.space,tabletop.social,queer.party,chitter.xyz,hellsite.site,vulpine.club,computerfairi.es,radical.town,anarchism.space,sunbeam.city,hispagatos.space,mastd.racing,mast.dragon-fly.club,x0r.be,hulvr.com,gamepad.club,dmv.community,mspsocial.net,frikiverse.zone,loma.ml,aipi.social,moth.zone,lou.lt,slippy.xyz,den.dev
social:pixelfed:pixelfed,pixey.org,pxlmo.com,metapixl.com,pix.toot.wales,pixel.tchncs.de,fotofed.nl
social:misskey:misskey,misskey.io,nijimiss.moe,firefish.social,sharkey.world,mk.autonomy.earth
social:lemmy:lemmy,beehaw.org,feddit.de,feddit.org,feddit.it,feddit.uk,sh.itjust.works,programming.dev,kbin.social,fedia.io
social:diaspora:diaspora,diasporafoundation.org,pluspora.com,framasphere.org,diasp.org,joindiaspora.com,pod.geraspora.de
social:truth social:truth social,truthsocial.com
social:gab:gab,gab.com,gab.ai
social:gettr:gettr,gettr.com
social:parler:parler,parler.com
social:minds:minds,minds.com
social:mewe:mewe,mewe.com
social:vk:vk,vk.com,vk.ru,vk.me,vkontakte.ru,com.vkontakte.android,vkontakte
social:ok.ru:ok.ru,odnoklassniki.ru,odnoklassniki.ua,ru.ok.android
social:my.mail.ru:my.mail.ru
social:dzen:dzen,dzen.ru,zen.yandex.*
social:pikabu:pikabu,pikabu.ru
social:habr:habr,habr.com
social:weibo:weibo,weibo.com,weibo.cn,t.cn,com.sina.weibo
social:wechat:wechat,wechat.com,weixin.qq.com,weixin110.qq.com,com.tencent.mm,weixin
social:qq:qq,qzone.qq.com,qun.qq.com,com.tencent.mobileqq
social:xiaohongshu:xiaohongshu,xiaohongshu.com,xhslink.com,rednote.com,com.xingin.xhs,rednote
social:douyin:douyin,douyin.com,com.ss.android.ugc.aweme
social:kuaishou:kuaishou,kuaishou.com
social:zhihu:zhihu,zhihu.com,com.zhihu.android
social:douban:douban,douban.com
social:renren:renren,renren.com,kaixin001.com
social:line:line,line.me,lin.ee,jp.naver.line.android
social:kakao:kakao,kakao.com,kakaocorp.com,com.kakao.talk,kakaotalk
social:naver blog:naver blog,blog.naver.com,cafe.naver.com,kin.naver.com,band.us
social:zalo:zalo,zalo.me,com.zing.zalo
social:viber:viber,viber.com,com.viber.voip
social:skype:skype,skype.com,com.skype.raider
social:imo:imo,imo.im
social:hacker news:hacker news,news.ycombinator.com,hackernews,hn
social:lobsters:lobsters,lobste.rs
social:product hunt:product hunt,producthunt.com,producthunt
social:indie hackers:indie hackers,indiehackers.com
social:github:github,github.com,com.github.android
social:gitlab:gitlab,gitlab.com
social:stack overflow:stack overflow,stackoverflow.com,stackexchange.com,serverfault.com,superuser.com,askubuntu.com,stackapps.com,mathoverflow.net,stackoverflow
social:quora:quora,quora.com,com.quora.android
social:medium:medium,medium.com,com.medium.reader
social:substack:substack,substack.com,com.substack.app
social:tumblr:tumblr,tumblr.com,com.tumblr
social:wordpress:wordpress,wordpress.com,wordpress.org
social:blogger:blogger,blogger.com,blogspot.*
social:livejournal:livejournal,livejournal.com,livejournal.ru
social:linktree:linktree,linktr.ee
social:linkin.bio:linkin.bio,beacons.ai,lnk.bio,bio.link,campsite.bio,taplink.cc
social:flipboard:flipboard,flipboard.com,flip.it,flipboard.app
social:pocket:pocket,getpocket.com,pocket.co
social:digg:digg,digg.com
social:disqus:disqus,disqus.com,disq.us
social:slashdot:slashdot,slashdot.org
social:fark:fark,fark.com
social:imgur:imgur,imgur.com
social:9gag:9gag,9gag.com
social:nextdoor:nextdoor,nextdoor.com,nextdoor.co.uk,nextdoor.de
social:xing:xing,xing.com,com.xing.android
social:viadeo:viadeo,viadeo.com,viadeo.journaldunet.com
social:yammer:yammer,yammer.com,engage.cloud.microsoft
social:meetup:meetup,meetup.com
social:yelp:yelp,yelp.*
social:tripadvisor:tripadvisor,tripadvisor.*
social:foursquare:foursquare,foursquare.com,swarmapp.com
social:glassdoor:glassdoor,glassdoor.*
social:goodreads:goodreads,goodreads.com
social:dribbble:dribbble,dribbble.com
social:behance:behance,behance.net
social:deviantart:deviantart,deviantart.com
social:artstation:artstation,artstation.com
social:flickr:flickr,flickr.com
social:500px:500px,500px.com
social:last.fm:last.fm,lastfm.*
social:soundcloud:soundcloud,soundcloud.com
social:patreon:patreon,patreon.com
social:ko-fi:ko-fi,ko-fi.com
social:clubhouse:clubhouse,clubhouse.com,joinclubhouse.com
social:bereal:bereal,bereal.com,bere.al
social:hootsuite:hootsuite,hootsuite.com,ow.ly
social:buffer:buffer,buffer.com,buff.ly
social:bitly:bitly,bit.ly
social:ameblo:ameblo,ameblo.jp,ameba.jp
social:hatena:hatena,hatena.ne.jp,hatenablog.com,hatenablog.jp,hatena.blog
social:mixi:mixi,mixi.jp
social:note.com:note.com,note.mu
social:pixiv:pixiv,pixiv.net
social:fc2:fc2,fc2.com
social:5ch:5ch,5ch.net,2ch.net,5ch.io
social:gree:gree,gree.jp
social:gutefrage:gutefrage,gutefrage.net
social:wykop:wykop,wykop.pl
social:nk.pl:nk.pl,nasza-klasa.pl
social:meneame:meneame,meneame.net
social:taringa:taringa,taringa.net
social:draugiem:draugiem,draugiem.lv
social:hyves:hyves,hyves.nl,hyves.net
social:studivz:studivz,studivz.net,meinvz.net,schuelervz.net
social:myspace:myspace,myspace.com
social:bebo:bebo,bebo.com
social:orkut:orkut,orkut.com,orkut.com.br
social:google+:google+,plus.google.*,plus.url.google.*,url.google.*,googleplus
social:google groups:google groups,groups.google.*,googlegroups.com
social:habbo:habbo,habbo.*
social:ravelry:ravelry,ravelry.com
social:wattpad:wattpad,wattpad.com
social:scribd:scribd,scribd.com
social:slideshare:slideshare,slideshare.net
social:academia:academia,academia.edu
social:researchgate:researchgate,researchgate.net
social:fetlife:fetlife,fetlife.com
social:italki:italki,italki.com
social:lang-8:lang-8,lang-8.com
social:couchsurfing:couchsurfing,couchsurfing.com,couchsurfing.org
social:peepeth:peepeth,peepeth.com
social:steemit:steemit,steemit.com,hive.blog,peakd.com
social:farcaster:farcaster,farcaster.xyz,warpcast.com
social:lens protocol:lens protocol,lens.xyz,hey.xyz
social:nostr clients:nostr clients,primal.net,damus.io,iris.to,snort.social
social:strava:strava,strava.com,com.strava
social:letterboxd:letterboxd,letterboxd.com
social:untappd:untappd,untappd.com
social:geni:geni,geni.com
social:myheritage:myheritage,myheritage.*
social:ancestry:ancestry,ancestry.com,ancestry.co.uk,ancestry.de
social:classmates:classmates,classmates.com
social:tagged:tagged,tagged.com
social:hi5:hi5,hi5.com
social:badoo:badoo,badoo.com
social:netlog:netlog,netlog.com
social:tuenti:tuenti,tuenti.com
social:skyrock:skyrock,skyrock.com
social:cyworld:cyworld,cyworld.com
social:plaxo:plaxo,plaxo.com
social:plurk:plurk,plurk.com
social:identi.ca:identi.ca
social:ning:ning,ning.com
social:gaiaonline:gaiaonline,gaiaonline.com
social:irc-galleria:irc-galleria,irc-galleria.net
social:weeworld:weeworld,weeworld.com
social:sonico:sonico,sonico.com
social:friendster:friendster,friendster.com
social:stumbleupon:stumbleupon,stumbleupon.com,mix.com
social:delicious:delicious,delicious.com,del.icio.us
social:multiply:multiply,multiply.com
social:xanga:xanga,xanga.com
social:vampirefreaks:vampirefreaks,vampirefreaks.com
social:cafemom:cafemom,cafemom.com
social:dailystrength:dailystrength,dailystrength.org
social:care2:care2,care2.com
social:caringbridge:caringbridge,caringbridge.org
social:flixster:flixster,flixster.com
social:librarything:librarything,librarything.com
social:anobii:anobii,anobii.com
social:mubi:mubi,mubi.com
social:reverbnation:reverbnation,reverbnation.com
social:partyflock:partyflock,partyflock.nl
social:copainsdavant:copainsdavant,copainsdavant.linternaute.com
social:trombi:trombi,trombi.com
social:zoo.gr:zoo.gr
social:mocospace:mocospace,mocospace.com
social:blackplanet:blackplanet,blackplanet.com
social:asmallworld:asmallworld,asmallworld.com
social:internations:internations,internations.org
social:interpals:interpals,interpals.net
social:kiwibox:kiwibox,kiwibox.com
social:dol2day:dol2day,dol2day.com
social:jappy:jappy,jappy.com,jappy.de
social:lokalisten:lokalisten,lokalisten.de
social:werkenntwen:werkenntwen,wer-kennt-wen.de
social:suomi24:suomi24,suomi24.fi
social:playahead:playahead,playahead.se
social:lunarstorm:lunarstorm,lunarstorm.se
social:biip:biip,biip.no
social:mouthshut:mouthshut,mouthshut.com
social:ibibo:ibibo,ibibo.com
social:bharatstudent:bharatstudent,bharatstudent.com
social:bigadda:bigadda,bigadda.com
social:fotolog:fotolog,fotolog.com
social:fotki:fotki,fotki.com
social:photobucket:photobucket,photobucket.com
social:secondlife:secondlife,secondlife.com
social:imvu:imvu,imvu.com
social:stardoll:stardoll,stardoll.com
social:livemocha:livemocha,livemocha.com
social:busuu:busuu,busuu.com
social:mymfb:mymfb,mymfb.com
social:virb:virb,virb.com
social:wakoopa:wakoopa,wakoopa.com
social:yfrog:yfrog,yfrog.com
social:buzznet:buzznet,buzznet.com
social:mylife:mylife,mylife.com
social:friends reunited:friends reunited,friendsreunited.com,friendsreunited.co.uk
social:windows live spaces:windows live spaces,spaces.live.com
video:youtube:youtube,youtube.com,youtu.be,youtube-nocookie.com,com.google.android.youtube,com.google.android.apps.youtube.music,yt
video:vimeo:vimeo,vimeo.com
video:dailymotion:dailymotion,dailymotion.com,dai.ly
video:twitch:twitch,twitch.tv,tv.twitch.android.app
video:kick:kick,kick.com
video:rumble:rumble,rumble.com
video:odysee:odysee,odysee.com,lbry.tv
video:bitchute:bitchute,bitchute.com
video:netflix:netflix,netflix.com
video:hulu:hulu,hulu.com
video:disney+:disney+,disneyplus.com
video:ted:ted,ted.com
video:wistia:wistia,wistia.com,wistia.net
video:bilibili:bilibili,bilibili.com,b23.tv,tv.danmaku.bili
video:niconico:niconico,nicovideo.jp,nico.ms
video:iqiyi:iqiyi,iqiyi.com,iq.com
video:youku:youku,youku.com,tudou.com
video:rutube:rutube,rutube.ru
video:veoh:veoh,veoh.com
video:crackle:crackle,crackle.com
video:curiositystream:curiositystream,curiositystream.com
video:utreon:utreon,utreon.com
video:d.tube:d.tube
shop:amazon:amazon,amazon.*,amzn.to,a.co,com.amazon.mShop.android.shopping,amzn
shop:ebay:ebay,ebay.*,ebay.us,com.ebay.mobile
shop:etsy:etsy,etsy.com,etsy.me,com.etsy.android
shop:walmart:walmart,walmart.*,com.walmart.android
shop:target:target,target.com
shop:bestbuy:bestbuy,bestbuy.com
shop:alibaba:alibaba,alibaba.com,com.alibaba.intl.android.apps.poseidon
shop:aliexpress:aliexpress,aliexpress.*,aliexpress.us,com.alibaba.aliexpresshd
shop:taobao:taobao,taobao.com,tmall.com
shop:jd:jd,jd.com
shop:pinduoduo:pinduoduo,pinduoduo.com,yangkeduo.com
shop:temu:temu,temu.com,com.einnovation.temu
shop:shein:shein,shein.*
shop:wish:wish,wish.com
shop:shopee:shopee,shopee.*
shop:lazada:lazada,lazada.*
shop:tokopedia:tokopedia,tokopedia.com
shop:flipkart:flipkart,flipkart.com
shop:coupang:coupang,coupang.com
shop:naver shopping:naver shopping,shopping.naver.com,smartstore.naver.com
shop:yahoo shopping:yahoo shopping,shopping.yahoo.*
shop:google shopping:google shopping,shopping.google.*,googleshopping
shop:kakaku:kakaku,kakaku.com
shop:mercadolibre:mercadolibre,mercadolibre.*,mercadolivre.com.br
shop:americanas:americanas,americanas.com.br
shop:allegro:allegro,allegro.pl,allegro.cz
shop:ceneo:ceneo,ceneo.pl
shop:heureka:heureka,heureka.cz,heureka.sk
shop:ozon:ozon,ozon.ru
shop:wildberries:wildberries,wildberries.ru
shop:yandex market:yandex market,market.yandex.*
shop:rozetka:rozetka,rozetka.com.ua
shop:emag:emag,emag.ro,emag.hu,emag.bg
shop:trendyol:trendyol,trendyol.com
shop:hepsiburada:hepsiburada,hepsiburada.com
shop:idealo:idealo,idealo.*
shop:pricerunner:pricerunner,pricerunner.*
shop:kelkoo:kelkoo,kelkoo.*
shop:shopzilla:shopzilla,shopzilla.*
shop:geizhals:geizhals,geizhals.at,geizhals.de,geizhals.eu
shop:check24:check24,check24.de
shop:toppreise:toppreise,toppreise.ch
shop:galaxus:galaxus,galaxus.*,digitec.ch
shop:otto:otto,otto.de
shop:zalando:zalando,zalando.*
shop:kaufland:kaufland,kaufland.*
shop:bol:bol,bol.com
shop:cdiscount:cdiscount,cdiscount.com
shop:vinted:vinted,vinted.*
shop:shopify:shopify,shopify.com,shop.app,com.shopify.arrive
display:google ad network:google ad network,doubleclick.net,googlesyndication.com,syndicatedsearch.goog,googleadservices.com,dclid
display:taboola:taboola,taboola.com
display:outbrain:outbrain,outbrain.com
display:criteo:criteo,criteo.com,criteo.net
display:adform:adform,adform.net
display:appnexus:appnexus,adnxs.com
display:amazon ads:amazon ads,amazon-adsystem.com
display:yahoo ads:yahoo ads,adtech.yahooinc.com,advertising.com
display:mgid:mgid,mgid.com
display:revcontent:revcontent,revcontent.com
display:adroll:adroll,adroll.com
display:teads:teads,teads.tv
display:applovin:applovin,applovin.com,applvn.com
display:unity ads:unity ads,unityads.unity3d.com
other:google docs:google docs,docs.google.*
other:google drive:google drive,drive.google.*
other:google accounts:google accounts,accounts.google.*
other:google calendar:google calendar,calendar.google.*
other:google meet:google meet,meet.google.*
other:google classroom:google classroom,classroom.google.*
other:google chat:google chat,chat.google.*
other:google sites:google sites,sites.google.*
other:google play:google play,play.google.*,com.android.vending
other:google ads console:google ads console,ads.google.*
other:google analytics:google analytics,analytics.google.*
other:google translate:google translate,translate.google.*
other:microsoft live:microsoft live,login.live.com
other:yahoo finance:yahoo finance,finance.yahoo.*
other:yandex metrica:yandex metrica,metrika.yandex.*,metrica.yandex.*
search::searchya.com,searchmobileonline.com,v9.com,22find.com,qvo6.com,qone8.com,sweet-page.com,istartsurf.com,omiga-plus.com,key-find.com,awesomehp.com,oursurfing.com,portaldosites.com,iminent.com,certified-toolbar.com,sweetim.com,imesh.com,genieo.com,findwide.com,surfcanyon.com,gelbeseiten.de,dasoertliche.de,dastelefonbuch.de,yellowmap.de,1881.no,gulesider.no,hitta.se,herold.at,local.ch,pagesjaunes.fr,paginegialle.it,yell.com,yellowpages.com,118700.se,gooofullsearch.com,darkoogle.com,gfsoso.com,blackle.com,startab.me,kiddle.co,kidrex.org,kidzsearch.com,fragfinn.de,blinde-kuh.de,qwantjunior.com,juniorsafesearch.com,k9safesearch.com
search:google:google,google.*,gogole.*,googel.*,gppgle.*,goolge.*,gogle.*,goggle.*,ggoogle.*,gooogle.*,googlee.*,googe.*,goo.gl,googleusercontent.com,googlesyndicatedsearch.com,com.google.android.googlequicksearchbox,com.google.android.apps.searchlite,google ads,googleads,google-ads,google_ads,adwords,googlemybusiness,gmb,gclid,gbraid,wbraid,gad_source
search:bing:bing,bing.*,bing.com,msn.*,com.microsoft.bing,com.microsoft.emmx,bing ads,bingads,microsoft,microsoft ads,msclkid,msn
search:yahoo:yahoo,yahoo.*,com.yahoo.mobile.client.android.search
search:duckduckgo:duckduckgo,duckduckgo.com,duckduckgo.eu,ddg.gg,duck.com,duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion,com.duckduckgo.mobile.android,ddg
search:yandex:yandex,yandex.*,ya.ru,yastatic.net,ru.yandex.searchplugin,ru.yandex.searchapp,com.yandex.browser,yandex direct,yclid
search:baidu:baidu,baidu.*,com.baidu.searchbox
search:naver:naver,naver.com,com.nhn.android.search
search:daum:daum,daum.net,net.daum.android.daum
search:nate:nate,nate.com
search:zum:zum,zum.com
search:sogou:sogou,sogou.com
search:360 search:360 search,so.com,360.cn,haosou.com,sou.com
search:shenma:shenma,sm.cn
search:quark:quark,quark.cn
search:seznam:seznam,seznam.cz,firmy.cz
search:ecosia:ecosia,ecosia.org,com.ecosia.android
search:qwant:qwant,qwant.com,com.qwant.liberty
search:startpage:startpage,startpage.com,startpage.nl,ixquick.*,startpagel6srwcjlue4zgq3zevrujfaow726kjytqbbjyrswwmjzcqd.onion
search:brave:brave,search.brave.com,brave.com,com.brave.browser
search:kagi:kagi,kagi.com
search:mojeek:mojeek,mojeek.com,mojeek.co.uk
search:swisscows:swisscows,swisscows.com,swisscows.ch,hulbee.com
search:metager:metager,metager.de,metager.org,metager2.de
search:presearch:presearch,presearch.com,presearch.io,presearch.org
search:yep:yep,yep.com
search:searx:searx,searx.be,searx.me,searx.space,searxng.org
search:gibiru:gibiru,gibiru.com
search:lilo:lilo,lilo.org
search:oceanhero:oceanhero,oceanhero.today
search:ekoru:ekoru,ekoru.org
search:karmasearch:karmasearch,karmasearch.org
search:ask:ask,ask.com,search-results.com,teoma.com
search:aol:aol,aol.*
search:lycos:lycos,lycos.*,hotbot.*
search:excite:excite,excite.*
search:altavista:altavista,altavista.*
search:coccoc:coccoc,coccoc.com
search:rambler:rambler,rambler.ru,nigma.ru
search:mail.ru:mail.ru,go.mail.ru
search:petal:petal,petalsearch.com,com.huawei.hwsearch
search:goo:goo,goo.ne.jp
search:biglobe:biglobe,biglobe.ne.jp
search:docomo:docomo,docomo.ne.jp
search:auone:auone,auone.jp
search:nifty:nifty,nifty.com
search:so-net:so-net,so-net.ne.jp
search:rakuten:rakuten,rakuten.*,infoseek.co.jp
search:livedoor:livedoor,livedoor.com
search:onet:onet,onet.pl
search:wp.pl:wp.pl
search:virgilio:virgilio,virgilio.it
search:libero:libero,libero.it
search:tiscali:tiscali,tiscali.it,tiscali.cz
search:t-online:t-online,t-online.de
search:web.de:web.de
search:freenet:freenet,freenet.de
search:bluewin:bluewin,bluewin.ch
search:search.ch:search.ch
search:orange search:orange search,lemoteur.orange.fr,lemoteur.fr,voila.fr
search:centrum:centrum,centrum.cz,atlas.cz,centrum.sk,atlas.sk
search:zoznam:zoznam,zoznam.sk
search:azet:azet,azet.sk
search:najdi:najdi,najdi.si
search:sapo:sapo,sapo.pt
search:clix:clix,clix.pt
search:globo:globo,globo.com
search:terra:terra,terra.com.br,terra.es,terra.cl
search:eniro:eniro,eniro.se,eniro.no,eniro.dk,eniro.fi
search:kvasir:kvasir,kvasir.no
search:startsiden:startsiden,startsiden.no,abcsok.no
search:walla:walla,walla.co.il
search:meta.ua:meta.ua
search:bigmir:bigmir,bigmir.net
search:ukr.net:ukr.net
search:tut.by:tut.by
search:abv:abv,abv.bg
search:comcast:comcast,comcast.net,xfinity.com
search:earthlink:earthlink,earthlink.net
search:charter.net:charter.net,rr.com
search:dogpile:dogpile,dogpile.com,webcrawler.com,metacrawler.com,zoo.com,infospace.com
search:info.com:info.com
search:izito:izito,izito.*,zapmeta.*,zapmetasearch.*
search:conduit:conduit,conduit.com,trovi.com
search:babylon:babylon,babylon.com,isearch.babylon.com,delta-search.com,delta-homes.com
search:mywebsearch:mywebsearch,mywebsearch.com,myway.com,mysearch.com,inbox.com
search:avg:avg,avg.com,avast.com,nation.com
search:softonic:softonic,softonic.com
search:ghostery:ghostery,ghosterysearch.com,glowstery.com,cliqz.com
search:neeva:neeva,neeva.com
search:wolframalpha:wolframalpha,wolframalpha.com
search:marginalia:marginalia,marginalia.nu,marginalia-search.com
search:stract:stract,stract.com
search:wiby:wiby,wiby.me
search:entireweb:entireweb,entireweb.com
search:exalead:exalead,exalead.*
search:looksmart:looksmart,looksmart.com
search:picsearch:picsearch,picsearch.com,picsearch.de
search:fireball:fireball,fireball.de,fireball.com
search:dmoz:dmoz,dmoz.org,curlie.org
search:gigablast:gigablast,gigablast.com
search:setooz:setooz,setooz.com
search:vuhuv:vuhuv,vuhuv.com,vuhuv.com.tr
search:geona:geona,geona.net
search:parsijoo:parsijoo,parsijoo.ir
search:zarebin:zarebin,zarebin.ir
search:freespoke:freespoke,freespoke.com
search:luxxle:luxxle,luxxle.com
search:givero:givero,givero.com
search:youcare:youcare,youcare.world
search:xayn:xayn,xayn.com
search:timpi:timpi,timpi.io
search:quendu:quendu,quendu.com
search:qmamu:qmamu,qmamu.com
search:rightdao:rightdao,rightdao.com
search:yippy:yippy,yippy.com
search:alexandria:alexandria,alexandria.org
search:searchencrypt:searchencrypt,searchencrypt.com,searchlock.com,searchprivacy.co,discretesearch.com
search:snap.do:snap.do
mail::bigpond.com,email.telstra.com,exmail.qq.com,iinet.net.au,mail.e1.ru,mail.mynet.com,mail.qip.ru,mail.yahoo.net,mastermail.ru,orange.fr,post.ru,sibmail.com,webmail.2degreesbroadband.co.nz,webmail.adam.com.au,webmail.commander.net.au,webmail.dodo.com.au,webmail.iprimus.com.au,webmail.netspace.net.au,webmail.optusnet.com.au,webmail.optuszoo.com.au,webmail.virginbroadband.com.au,webmail.vodafone.co.nz,webmail.westnet.com.au
search::1.cz,2gis.ru,abacho.at,abacho.ch,abacho.co.uk,abacho.com,abacho.de,abacho.es,abacho.fr,abacho.it,abcsolk.no,acoon.de,alexa.com,all.by,alltheweb.com,aolsearch.com,apollo.lv,apollo7.de,apontador.com.br,arama.com,arcor.de,ariadna.elmundo.es,arianna.com,ask.co.uk,ask.reference.com,askkids.com,blekko.com,blogdigger.com,blogpulse.com,blogs.icerocket.com,busca.orange.es,busca.uol.com.br,cc.bingj.com,cercato.it,clusty.com,cnn.com,crawler.com,cuil.com,daemon-search.com,dalesearch.com,eo.st,eurip.com,euroseek.com,everyclick.com,fastbrowsersearch.com,fastweb.it,find.tdc.dk,finderoo.com,firstsfind.com,fixsuche.de,flix.de,forestle.mobi,forestle.org,free.fr,fresh-weather.com,friendfeed.com,gais.cs.ccu.edu.tw,globososo.com,gnadenmeer.de,gomeo.com,google.cat,google.dodo.com.au,google.interia.pl,googleearth.de,googleearth.fr,goyellow.de,highbeam.com,hit-parade.com,holmes.ge,hooseek.com,icq.com,ilse.nl,incredimail.com,inspsearch.com,it.ao,jungle-spider.de,junglekey.com,junglekey.fr,jyxo.1188.cz,kataweb.it,ko.search.need2find.com,kununu.com,latne.lv,liveinternet.ru,lo.st,maailm.com,mamma.com,marktplaats.nl,maxwebsearch.com,meinestadt.de,meta.rrzn.uni-hannover.de,metacrawler.de,mister-wong.com,mister-wong.de,monstercrawler.com,mozbot.co.uk,mozbot.com,mozbot.fr,neti.ee,online.no,otsing.delfi.ee,p.zhongsou.com,paperball.de,plazoo.com,poisk.ru,qbyrd.com,qualigo.at,qualigo.ch,qualigo.de,qualigo.nl,recherche.francite.com,rechercher.aliceadsl.fr,rpmfind.net,search-intl.netscape.com,search.1and1.com,search.1und1.de,search.alot.com,search.bt.com,search.com,search.foxtab.com,search.freecause.com,search.hiyo.com,search.i.ua,search.incredibar.com,search.juno.com,search.kiwee.com,search.magnetic.com,search.media.telstra.com.au,search.offerbox.com,search.orange.co.uk,search.peoplepc.com,search.qip.ru,search.searchcompletion.com,search.snapdo.com,search.winamp.com,search.www.ee,search.yam.com,searchalot.com,searchcanvas.com,searchresults.verizon.com,searchthis.com,searchy.co.uk,sharelook.fr,skynet.be,sm.aport.ru,smart.delfi.lv,soso.com,sosodesktop.com,sougou.com,start.facemoods.com,start.iplay.com,startgoogle.startpagina.nl,suche.aolsvc.de,suche.gmx.net,suche.info,suchmaschine.com,suchnase.de,talktalk.co.uk,technorati.com,thesmartsearch.net,tixuma.de,toile.com,toolbarhome.com,trouvez.com,trovarapido.com,trusted--search.com,twingly.com,url.org,vinden.nl,vindex.nl,walhello.com,walhello.de,walhello.info,walhello.nl,web.canoe.ca,web.gougou.com,web.nl,web.volny.cz,webfetch.com,weborama.com,websearch.com,websearch.cs.com,witch.de,www1.astronaut.at,www2.austronaut.at,www3.zoek.nl,x-recherche.com,yasni.at,yasni.ch,yasni.co.uk,yasni.com,yasni.de,yatedo.com,yatedo.fr,yougoo.fr,ys.mirostart.com,zoeken.nl,zoohoo.cz
social::donanimhaber.com,forums.whirlpool.net.au,hocam.com,inci.sozlukspot.com,incisozluk.cc,incisozluk.com,instela.com,itusozluk.com,mastodon.online,mastodon.social,moikrug.ru,mylife.ru,myyearbook.com,paper.li,phanpy.social,sourceforge.net,sourtimes.org,sozluk.com,t.umblr.com,uludagsozluk.com,ulusozluk.com,vkrugudruzei.ru,wayn.com',
    CHR(  10)
  )) AS listed(brand)
  CROSS JOIN UNNEST(SPLIT(SPLIT_PART(brand, ':', 3), ',')) AS named(name)
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
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp,
      CASE WHEN sampleweight BETWEEN 1e0 AND 1e12 THEN sampleweight ELSE 1e0 END AS weight
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
    COALESCE(sessionid, visitorid, eventid) AS unit,
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
    MIN(weight) AS weight,
    SUM(CASE WHEN eventtype = 'page_view' THEN weight ELSE 0 END) AS weighted_views,
    MIN_BY(COALESCE(page, ''), turn) AS first_page,
    MIN_BY(COALESCE(referrer, ''), turn) AS referrer,
    MIN_BY(utm, turn) AS utm,
    MIN_BY(COALESCE(advertised, ''), turn) AS clickid,
    ARRAY_JOIN(ARRAY_AGG(click ORDER BY click) FILTER(WHERE
      NOT click IS NULL), CHR(  10)) AS clicked,
    MIN_BY(location, turn) AS location,
    MIN_BY(device, turn) AS device,
    MIN_BY(COALESCE(visitorid, ''), turn) AS visitorid,
    MIN_BY(COALESCE(sessionid, ''), turn) AS sessionid,
    MAX(userid) AS userid,
    MIN(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS entry,
    MAX(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS leaving
  FROM (
    SELECT
      *,
      CASE
        WHEN utm.campaign <> ''
        THEN CONCAT_WS(
          CHR(  9),
          COALESCE(utm.source, ''),
          COALESCE(utm.medium, ''),
          utm.campaign,
          COALESCE(advertised, '')
        ) || CASE
          WHEN COALESCE(utm.source, '') = ''
          THEN CONCAT_WS(CHR(  9), '', COALESCE(referrer, ''), page)
          ELSE ''
        END
      END AS click
    FROM (
      SELECT
        *,
        CASE
          WHEN clickid = 'fbclid' AND device.browser = 'Instagram'
          THEN 'instagram'
          ELSE clickid
        END AS advertised
      FROM nearby_hits
      WHERE
        NOT visitkey IS NULL
    ) AS known
  ) AS named
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
    weight,
    weighted_views,
    first_page,
    referrer,
    utm,
    clickid,
    clicked,
    location,
    device,
    visitorid,
    sessionid,
    userid,
    entry,
    leaving,
    source,
    medium,
    campaign,
    CASE
      WHEN REGEXP_LIKE(LOWER(campaign), 'cross-network')
      THEN 'Cross-network'
      WHEN is_paid AND (
        kind = 'shop' OR is_shopping
      )
      THEN 'Paid Shopping'
      WHEN is_paid AND kind = 'search'
      THEN 'Paid Search'
      WHEN is_paid AND kind = 'social'
      THEN 'Paid Social'
      WHEN is_paid AND kind = 'video'
      THEN 'Paid Video'
      WHEN kind = 'display'
      OR REGEXP_LIKE(medium, '^(display|banner|expandable|interstitial|cpm)\z')
      THEN 'Display'
      WHEN is_paid
      THEN 'Paid Other'
      WHEN kind = 'ai'
      THEN 'AI Assistants'
      WHEN kind = 'shop' OR is_shopping
      THEN 'Organic Shopping'
      WHEN kind = 'social' OR REGEXP_LIKE(medium, 'social|^sm$')
      THEN 'Organic Social'
      WHEN kind = 'video' OR REGEXP_LIKE(medium, 'video')
      THEN 'Organic Video'
      WHEN kind = 'search' OR medium = 'organic'
      THEN 'Organic Search'
      WHEN kind = 'mail' OR REGEXP_LIKE(medium, '^e[ _-]?mail|newsletter')
      THEN 'Email'
      WHEN REGEXP_LIKE(medium, '^affiliate')
      THEN 'Affiliates'
      WHEN medium IN ('referral', 'app', 'link') OR (
        is_referred AND medium IS NULL
      )
      THEN 'Referral'
      WHEN medium = 'audio'
      THEN 'Audio'
      WHEN source = 'sms' OR medium = 'sms'
      THEN 'SMS'
      WHEN REGEXP_LIKE(medium, 'push\z|mobile|notification') OR source = 'firebase'
      THEN 'Mobile Push Notifications'
      WHEN source IS NULL AND medium IS NULL AND campaign IS NULL
      THEN 'Direct'
      ELSE 'Unassigned'
    END AS channel
  FROM (
    SELECT
      *,
      REGEXP_LIKE(LOWER(campaign), '(^|[^a-df-z])shop|shopping') AS is_shopping,
      COALESCE(NULLIF(SPLIT_PART(brand, CHR(  9), 2), ''), said) AS source,
      CASE
        WHEN NOT brand IS NULL
        THEN SPLIT_PART(brand, CHR(  9), 1)
        WHEN REGEXP_LIKE(
          said,
          '(^|[.])(([a-z0-9]+-)?(search|suche|szukaj|busca|buscador|recherche|pesquisa|ricerca|hledani|poisk|zoek|sok|arama)[0-9]*(-[a-z0-9]+)?[.][^.]+|(search|suche|busca|cherche|recherche|ricerc)[a-z0-9-]*[.][^.]{4,})[.]|(^|[.])([a-z0-9-]*[^e.])?search[.]((com?[.])?[a-z]{2}|[a-z]{3,4})\z'
        )
        THEN 'search'
        WHEN REGEXP_LIKE(
          said,
          '[.]social\z|^social[.]|(todon|mstdn|pixelfed|misskey|lemmy|pleroma|friendica)[a-z0-9-]*[.]'
        )
        THEN 'social'
      END AS kind
    FROM (
      SELECT
        s.*,
        COALESCE(
          ELEMENT_AT(listed.brands, s.name),
          ELEMENT_AT(listed.brands, NULLIF(REGEXP_EXTRACT(s.name, '[^.]+[.][^.]+[.][^.]+\z'), '')),
          CASE
            WHEN REGEXP_LIKE(s.said, '(^|[.])(web|e-?)?mail[0-9]*[.][^.]+[.]')
            THEN 'mail'
          END,
          ELEMENT_AT(listed.brands, NULLIF(REGEXP_EXTRACT(s.name, '[^.]+[.][^.]+\z'), ''))
        ) AS brand
      FROM (
        SELECT
          *,
          REGEXP_REPLACE(
            said,
            '(^|[.])(aliexpress|altavista|amazon|aol|baidu|bing|blogspot|ebay|exalead|excite|galaxus|ggoogle|glassdoor|gmx|goggle|gogle|gogole|googe|googel|google|googlee|goolge|gooogle|gppgle|habbo|hotbot|hotmail|idealo|ixquick|izito|kaufland|kelkoo|lastfm|lazada|lycos|mercadolibre|msn|myheritage|pinterest|pricerunner|rakuten|shein|shopee|shopzilla|tripadvisor|vinted|walmart|yahoo|yandex|yelp|zalando|zapmeta|zapmetasearch|zoho)[.](com|(com?[.])?[a-z]{2})\z',
            '$1$2.*'
          ) AS name
        FROM (
          SELECT
            *,
            utm_source IS NULL AND NOT host IS NULL AS is_referred,
            (
              NOT medium IS NULL
              AND REGEXP_LIKE(medium, 'cp|^(ppc|ads?|sem|retargeting|remarketing)$|(^|[^a-z])paid')
            )
            OR NOT COALESCE(advertised, 'fbclid') IN ('fbclid', 'instagram') AS is_paid,
            COALESCE(REGEXP_REPLACE(utm_source, '^www[.]', ''), host, advertised) AS said
          FROM (
            SELECT
              *,
              NULLIF(REGEXP_REPLACE(campaign_said, '^[\t-\r ]+|[\t-\r ]+\z', ''), '') AS campaign,
              NULLIF(
                REGEXP_REPLACE(
                  REGEXP_REPLACE(source_said, '^[\t-\r ]+|[\t-\r ]+\z', ''),
                  '^([(](direct|none|not set)[)]|direct)\z',
                  ''
                ),
                ''
              ) AS utm_source,
              NULLIF(
                REGEXP_REPLACE(
                  REGEXP_REPLACE(medium_said, '^[\t-\r ]+|[\t-\r ]+\z', ''),
                  '^[(](none|not set)[)]\z',
                  ''
                ),
                ''
              ) AS medium,
              CASE
                WHEN referred LIKE '%://%'
                THEN NULLIF(
                  NULLIF(
                    REGEXP_EXTRACT(LOWER(referred), '^[a-z][a-z0-9+.-]*://([^/?#@]*@)?(www[.])?([^/:?#]+)', 3),
                    ''
                  ),
                  COALESCE(
                    NULLIF(
                      REGEXP_EXTRACT(LOWER(landing), '^[a-z][a-z0-9+.-]*://([^/?#@]*@)?(www[.])?([^/:?#]+)', 3),
                      ''
                    ),
                    ''
                  )
                )
              END AS host
            FROM (
              SELECT
                *,
                LOWER(utm.source) AS source_said,
                LOWER(utm.medium) AS medium_said,
                utm.campaign AS campaign_said,
                referrer AS referred,
                first_page AS landing,
                NULLIF(clickid, '') AS advertised
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
                  MIN(weight) AS weight,
                  SUM(weighted_views) AS weighted_views,
                  MIN_BY(first_page, began) AS first_page,
                  MIN_BY(referrer, began) AS referrer,
                  MIN_BY(utm, began) AS utm,
                  MIN_BY(clickid, began) AS clickid,
                  ARRAY_JOIN(ARRAY_AGG(NULLIF(clicked, '') ORDER BY began), CHR(  10)) AS clicked,
                  MIN_BY(location, began) AS location,
                  MIN_BY(device, began) AS device,
                  MIN_BY(visitorid, began) AS visitorid,
                  MIN_BY(sessionid, began) AS sessionid,
                  MAX(userid) AS userid,
                  MIN(entry) AS entry,
                  MAX(leaving) AS leaving
                FROM (
                  SELECT
                    *,
                    MAX(opened) OVER (
                      PARTITION BY visitkey
                      ORDER BY began
                      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                    ) AS opening
                  FROM (
                    SELECT
                      *,
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
            ) AS parted
          ) AS trimmed
        ) AS named
      ) AS s
      CROSS JOIN (
        SELECT
          MAP_AGG(name, kind || CHR(  9) || source) AS brands
        FROM brands
      ) AS listed
    ) AS found
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
    weight,
    weighted_views,
    visitkey AS unit,
    source,
    medium,
    campaign,
    channel,
    clicked,
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
  CAST(ROUND(COALESCE(SUM(weight), 0)) AS BIGINT) AS entries,
  ROUND(1e2 * SUM(CASE WHEN bounced THEN weight ELSE 0 END) / SUM(weight), 1) AS bounce_rate
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
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp,
      CASE WHEN sampleweight BETWEEN 1e0 AND 1e12 THEN sampleweight ELSE 1e0 END AS weight
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
    COALESCE(sessionid, visitorid, eventid) AS unit,
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
  CAST(ROUND(COALESCE(SUM(events), 0)) AS BIGINT) AS events,
  CAST(ROUND(COALESCE(SUM(visitors), 0)) AS BIGINT) AS visitors,
  ROUND(1e2 * SUM(events) / SUM(SUM(events)) OVER (), 1) AS share
FROM (
  SELECT
    eventtype,
    SUM(weight) AS events,
    MIN(CASE WHEN visitor IS NULL THEN 0 ELSE weight END) AS visitors,
    MAX(weight) AS weight,
    MIN(unit) AS unit
  FROM hits
  GROUP BY
    eventtype,
    visitor
) AS sent
GROUP BY
  eventtype
ORDER BY
  events DESC,
  event_type
LIMIT 50;

-- Exit pages
-- On which pages visits ended, and which share of a page's views was the last one of a visit (in percent).
WITH brands AS (
  SELECT
    SPLIT_PART(brand, ':', 1) AS kind,
    COALESCE(NULLIF(SPLIT_PART(brand, ':', 2), ''), name) AS source,
    name
  FROM UNNEST(SPLIT(
    'ai:chatgpt:chatgpt,chatgpt.com,chat.openai.com,openai.com,com.openai.chatgpt,chat gpt,openai
ai:perplexity:perplexity,perplexity.ai,perplexity.com,ai.perplexity.app.android
ai:claude:claude,claude.ai,claude.com,anthropic.com,com.anthropic.claude,anthropic
ai:gemini:gemini,gemini.google.*,bard.google.*,aistudio.google.*,com.google.android.apps.bard,bard
ai:notebooklm:notebooklm,notebooklm.google.*,notebooklm.google
ai:copilot:copilot,copilot.microsoft.com,copilot.cloud.microsoft,m365.cloud.microsoft,copilot.com,edgeservices.bing.com,com.microsoft.copilot
ai:deepseek:deepseek,deepseek.com,deepseek.ai,com.deepseek.chat
ai:grok:grok,grok.com,x.ai,ai.x.grok
ai:meta ai:meta ai,meta.ai
ai:mistral:mistral,mistral.ai,le chat,lechat
ai:duck.ai:duck.ai
ai:you.com:you.com
ai:poe:poe,poe.com
ai:phind:phind,phind.com
ai:pi.ai:pi.ai
ai:character.ai:character.ai,c.ai
ai:jasper:jasper,jasper.ai
ai:writesonic:writesonic,writesonic.com,chatsonic
ai:iask:iask,iask.ai
ai:andi:andi,andisearch.com
ai:komo:komo,komo.ai
ai:chatglm:chatglm,chatglm.cn,z.ai,bigmodel.cn
ai:kimi:kimi,kimi.com,kimi.ai,moonshot.cn,kimi.moonshot.cn
ai:doubao:doubao,doubao.com,com.larus.nova
ai:qwen:qwen,qwen.ai,tongyi.com,tongyi.aliyun.com,qianwen.com
ai:ernie:ernie,yiyan.baidu.com,chat.baidu.com
ai:yuanbao:yuanbao,yuanbao.tencent.com,hunyuan.tencent.com
ai:minimax:minimax,minimax.io,minimaxi.com,hailuoai.com
ai:metaso:metaso,metaso.cn
ai:felo:felo,felo.ai
ai:genspark:genspark,genspark.ai
ai:manus.im:manus.im
ai:consensus:consensus,consensus.app
ai:elicit:elicit,elicit.com,elicit.org
ai:scite:scite,scite.ai
ai:openevidence:openevidence,openevidence.com
ai:liner ai:liner ai,liner.com,getliner.com
ai:huggingchat:huggingchat,huggingface.co
ai:lmarena:lmarena,lmarena.ai,lmsys.org
ai:venice:venice,venice.ai
ai:lumo:lumo,lumo.proton.me
ai:t3chat:t3chat,t3.chat
ai:openrouter:openrouter,openrouter.ai
ai:groq:groq,groq.com
ai:cohere:cohere,cohere.com,cohere.ai
ai:monica:monica,monica.im
ai:sider:sider,sider.ai
ai:merlin ai:merlin ai,getmerlin.in
ai:blackbox:blackbox,blackbox.ai
ai:copy.ai:copy.ai
ai:rytr:rytr,rytr.me
ai:opera aria:opera aria,aria.opera.com
ai:yandex alice:yandex alice,alice.yandex.*,alice.yandex
ai:gigachat:gigachat,giga.chat
ai:clova:clova,clova-x.naver.com
ai:wrtn:wrtn,wrtn.ai
ai:chat+:chat+,chatplus.com,chat-gpt.org
ai:chatbotapp:chatbotapp,chatbotapp.ai,chatbot.app
ai:ninjachat:ninjachat,ninjachat.ai
ai:chatpdf:chatpdf,chatpdf.com
mail:gmail:gmail,mail.google.*,gmail.com,inbox.google.*,com.google.android.gm,com.google.android.gm.lite
mail:outlook:outlook,outlook.com,outlook.live.com,outlook.office.com,outlook.office365.com,hotmail.*,hotmail,mail.live.com,com.microsoft.office.outlook
mail:yahoo mail:yahoo mail,mail.yahoo.*,com.yahoo.mobile.client.android.mail
mail:icloud:icloud,icloud.com
mail:proton:proton,proton.me,protonmail.com,protonmail,ch.protonmail.android
mail:gmx:gmx,gmx.*,deref-gmx.net,deref-gmx.com,deref-gmx.fr,3c.gmx.net,de.gmx.mobile.android.mail
mail:web.de mail:web.de mail,deref-web.de,deref-web-02.de,3c.web.de,de.web.mobile.android.mail
mail:yandex mail:yandex mail,mail.yandex.*,ru.yandex.mail
mail:mail.ru mail:mail.ru mail,e.mail.ru,touch.mail.ru,ru.mail.mailapp
mail:aol mail:aol mail,mail.aol.*,com.aol.mobile.aolapp
mail:zoho:zoho,mail.zoho.*,zoho.*,com.zoho.mail
mail:fastmail:fastmail,fastmail.com,fastmail.fm
mail:tuta:tuta,tuta.com,tutanota.com,de.tutao.tutanota
mail:hey mail:hey mail,app.hey.com
mail:superhuman:superhuman,superhuman.com
mail:spark mail:spark mail,com.readdle.spark
mail:samsung email:samsung email,com.samsung.android.email.provider
mail:seznam mail:seznam mail,email.seznam.cz
mail:daum mail:daum mail,mail.daum.net,hanmail.net
mail:naver mail:naver mail,mail.naver.com
mail:rambler mail:rambler mail,mail.rambler.ru
mail:mail.com:mail.com,deref-mail.com
mail:laposte:laposte,laposte.net
mail:orange mail:orange mail,messagerie.orange.fr
mail:sfr mail:sfr mail,messagerie.sfr.fr
mail:free mail:free mail,zimbra.free.fr
mail:ukr.net mail:ukr.net mail,mail.ukr.net
mail:163 mail:163 mail,mail.163.com,126.com,mail.126.com
mail:qq mail:qq mail,mail.qq.com,wx.mail.qq.com,com.tencent.androidqqmail
mail:mailchimp:mailchimp,mailchimp.com,mailchi.mp,list-manage.com,campaign-archive.com
mail:klaviyo:klaviyo,klaviyo.com,klclick.com
mail:brevo:brevo,brevo.com,sendinblue.com,sendibm1.com
mail:campaign monitor:campaign monitor,createsend.com,cmail19.com,cmail20.com
mail:sendgrid:sendgrid,sendgrid.net
mail:hubspot mail:hubspot mail,hubspotemail.net
mail:convertkit:convertkit,convertkit.com,kit.com,convertkit-mail.com
mail:beehiiv:beehiiv,beehiiv.com
mail:buttondown:buttondown,buttondown.email,buttondown.com
mail:email:email,e-mail,e_mail,e mail
mail:newsletter:newsletter,newsletters
social:facebook:facebook,facebook.com,fb.com,fb.me,fb.watch,facebookwkhpilnemxj7asaniu7vnjjbiltxjqhye3mhbshg7kx5tfyd.onion,com.facebook.katana,com.facebook.lite,fb,meta,facebook ads,facebookads,meta ads,fbclid
social:instagram:instagram,instagram.com,com.instagram.android,ig,insta,igshopping
social:threads:threads,threads.net,threads.com,com.instagram.barcelona
social:messenger:messenger,messenger.com,m.me,com.facebook.orca
social:workplace:workplace,workplace.com
social:x:x,x.com,twitter.com,t.co,tweetdeck.com,com.twitter.android,twitter,tw,twclid
social:linkedin:linkedin,linkedin.com,lnkd.in,com.linkedin.android,linked-in,linkedin ads,li,li_fat_id
social:reddit:reddit,reddit.com,redd.it,com.reddit.frontpage,rdt_cid
social:pinterest:pinterest,pinterest.*,pin.it,com.pinterest,epik
social:tiktok:tiktok,tiktok.com,tiktokv.com,com.zhiliaoapp.musically,com.ss.android.ugc.trill,tik tok,ttclid
social:snapchat:snapchat,snapchat.com,snap.com,com.snapchat.android,sccid
social:whatsapp:whatsapp,whatsapp.com,wa.me,com.whatsapp,com.whatsapp.w4b
social:telegram:telegram,telegram.org,telegram.me,t.me,org.telegram.messenger,org.telegram.messenger.web,org.telegram.plus,tg
social:discord:discord,discord.com,discord.gg,discordapp.com,com.discord
social:bluesky:bluesky,bsky.app,bsky.social,xyz.blueskyweb.app,bsky
social:mastodon:mastodon,joinmastodon.org,org.joinmastodon.android,mas.to,hachyderm.io,infosec.exchange,troet.cafe,pawoo.net,c.im,botsin.space,bitcoinhackers.org,friends.nico,quey.org,tkm.eus,mathstodon.xyz,ioc.exchange,masto.ai,masto.nu,masto.es,masto.pt,masto.host,toot.cafe,toot.community,tooting.ch,toot.wales,tooot.im,metalhead.club,livellosegreto.it,sociale.network,dice.camp,wandering.shop,writing.exchange,journa.host,todon.eu,todon.nl,fedibird.com,vocalodon.net,best-friends.chat,planet.moe,handon.club,kmy.blue,baraag.net,cybre.space,snouts.online,sleeping.town,tech.lgbt,lgbtqia.space,eldritch.cafe,mamot.fr,piaille.fr,framapiaf.org,layer8.space,lor.sh,nerdculture.de,linuxrocks.online,functional.cafe,merveilles.town,weirder.earth,pouet.chapril.org,qoto.org,sciences.re,types.pl,wien.rocks,woof.group,zirk.us,101010.pl,union.place,vmst.io,worldkey.io,xoxo.zone,switter.at,spinster.xyz,ravenation.club,aus.social,kosmos.social,octodon.social,niu.moe,mao.mastodonhub.com,oc.todon.fr,social.coop,tusky.app,com.keylesspalace.tusky,me.rhosys.mastodon,universeodon.com,fedi.life,bark.lgbt,im-in.space,glammr.us,awscommunity.social,ecoevo.social,front-end.social,mindly.social,genomic.social,hometech.social,urbanists.social,sauropods.win,freeradical.zone,wetdry.world,app.wafrn.net,sakurajima.moe,rubber.social,plural.cafe,mk.absturztau.be,equestria.social,pony.social,dragonscave.space,tabletop.social,queer.party,chitter.xyz,hellsite.site,vulpine.club,computerfairi.es,radical.town,anarchism.space,sunbeam.city,hispagatos.space,mastd.racing,mast.dragon-fly.club,x0r.be,hulvr.com,gamepad.club,dmv.community,mspsocial.net,frikiverse.zone,loma.ml,aipi.social,moth.zone,lou.lt,slippy.xyz,den.dev
social:pixelfed:pixelfed,pixey.org,pxlmo.com,metapixl.com,pix.toot.wales,pixel.tchncs.de,fotofed.nl
social:misskey:misskey,misskey.io,nijimiss.moe,firefish.social,sharkey.world,mk.autonomy.earth
social:lemmy:lemmy,beehaw.org,feddit.de,feddit.org,feddit.it,feddit.uk,sh.itjust.works,programming.dev,kbin.social,fedia.io
social:diaspora:diaspora,diasporafoundation.org,pluspora.com,framasphere.org,diasp.org,joindiaspora.com,pod.geraspora.de
social:truth social:truth social,truthsocial.com
social:gab:gab,gab.com,gab.ai
social:gettr:gettr,gettr.com
social:parler:parler,parler.com
social:minds:minds,minds.com
social:mewe:mewe,mewe.com
social:vk:vk,vk.com,vk.ru,vk.me,vkontakte.ru,com.vkontakte.android,vkontakte
social:ok.ru:ok.ru,odnoklassniki.ru,odnoklassniki.ua,ru.ok.android
social:my.mail.ru:my.mail.ru
social:dzen:dzen,dzen.ru,zen.yandex.*
social:pikabu:pikabu,pikabu.ru
social:habr:habr,habr.com
social:weibo:weibo,weibo.com,weibo.cn,t.cn,com.sina.weibo
social:wechat:wechat,wechat.com,weixin.qq.com,weixin110.qq.com,com.tencent.mm,weixin
social:qq:qq,qzone.qq.com,qun.qq.com,com.tencent.mobileqq
social:xiaohongshu:xiaohongshu,xiaohongshu.com,xhslink.com,rednote.com,com.xingin.xhs,rednote
social:douyin:douyin,douyin.com,com.ss.android.ugc.aweme
social:kuaishou:kuaishou,kuaishou.com
social:zhihu:zhihu,zhihu.com,com.zhihu.android
social:douban:douban,douban.com
social:renren:renren,renren.com,kaixin001.com
social:line:line,line.me,lin.ee,jp.naver.line.android
social:kakao:kakao,kakao.com,kakaocorp.com,com.kakao.talk,kakaotalk
social:naver blog:naver blog,blog.naver.com,cafe.naver.com,kin.naver.com,band.us
social:zalo:zalo,zalo.me,com.zing.zalo
social:viber:viber,viber.com,com.viber.voip
social:skype:skype,skype.com,com.skype.raider
social:imo:imo,imo.im
social:hacker news:hacker news,news.ycombinator.com,hackernews,hn
social:lobsters:lobsters,lobste.rs
social:product hunt:product hunt,producthunt.com,producthunt
social:indie hackers:indie hackers,indiehackers.com
social:github:github,github.com,com.github.android
social:gitlab:gitlab,gitlab.com
social:stack overflow:stack overflow,stackoverflow.com,stackexchange.com,serverfault.com,superuser.com,askubuntu.com,stackapps.com,mathoverflow.net,stackoverflow
social:quora:quora,quora.com,com.quora.android
social:medium:medium,medium.com,com.medium.reader
social:substack:substack,substack.com,com.substack.app
social:tumblr:tumblr,tumblr.com,com.tumblr
social:wordpress:wordpress,wordpress.com,wordpress.org
social:blogger:blogger,blogger.com,blogspot.*
social:livejournal:livejournal,livejournal.com,livejournal.ru
social:linktree:linktree,linktr.ee
social:linkin.bio:linkin.bio,beacons.ai,lnk.bio,bio.link,campsite.bio,taplink.cc
social:flipboard:flipboard,flipboard.com,flip.it,flipboard.app
social:pocket:pocket,getpocket.com,pocket.co
social:digg:digg,digg.com
social:disqus:disqus,disqus.com,disq.us
social:slashdot:slashdot,slashdot.org
social:fark:fark,fark.com
social:imgur:imgur,imgur.com
social:9gag:9gag,9gag.com
social:nextdoor:nextdoor,nextdoor.com,nextdoor.co.uk,nextdoor.de
social:xing:xing,xing.com,com.xing.android
social:viadeo:viadeo,viadeo.com,viadeo.journaldunet.com
social:yammer:yammer,yammer.com,engage.cloud.microsoft
social:meetup:meetup,meetup.com
social:yelp:yelp,yelp.*
social:tripadvisor:tripadvisor,tripadvisor.*
social:foursquare:foursquare,foursquare.com,swarmapp.com
social:glassdoor:glassdoor,glassdoor.*
social:goodreads:goodreads,goodreads.com
social:dribbble:dribbble,dribbble.com
social:behance:behance,behance.net
social:deviantart:deviantart,deviantart.com
social:artstation:artstation,artstation.com
social:flickr:flickr,flickr.com
social:500px:500px,500px.com
social:last.fm:last.fm,lastfm.*
social:soundcloud:soundcloud,soundcloud.com
social:patreon:patreon,patreon.com
social:ko-fi:ko-fi,ko-fi.com
social:clubhouse:clubhouse,clubhouse.com,joinclubhouse.com
social:bereal:bereal,bereal.com,bere.al
social:hootsuite:hootsuite,hootsuite.com,ow.ly
social:buffer:buffer,buffer.com,buff.ly
social:bitly:bitly,bit.ly
social:ameblo:ameblo,ameblo.jp,ameba.jp
social:hatena:hatena,hatena.ne.jp,hatenablog.com,hatenablog.jp,hatena.blog
social:mixi:mixi,mixi.jp
social:note.com:note.com,note.mu
social:pixiv:pixiv,pixiv.net
social:fc2:fc2,fc2.com
social:5ch:5ch,5ch.net,2ch.net,5ch.io
social:gree:gree,gree.jp
social:gutefrage:gutefrage,gutefrage.net
social:wykop:wykop,wykop.pl
social:nk.pl:nk.pl,nasza-klasa.pl
social:meneame:meneame,meneame.net
social:taringa:taringa,taringa.net
social:draugiem:draugiem,draugiem.lv
social:hyves:hyves,hyves.nl,hyves.net
social:studivz:studivz,studivz.net,meinvz.net,schuelervz.net
social:myspace:myspace,myspace.com
social:bebo:bebo,bebo.com
social:orkut:orkut,orkut.com,orkut.com.br
social:google+:google+,plus.google.*,plus.url.google.*,url.google.*,googleplus
social:google groups:google groups,groups.google.*,googlegroups.com
social:habbo:habbo,habbo.*
social:ravelry:ravelry,ravelry.com
social:wattpad:wattpad,wattpad.com
social:scribd:scribd,scribd.com
social:slideshare:slideshare,slideshare.net
social:academia:academia,academia.edu
social:researchgate:researchgate,researchgate.net
social:fetlife:fetlife,fetlife.com
social:italki:italki,italki.com
social:lang-8:lang-8,lang-8.com
social:couchsurfing:couchsurfing,couchsurfing.com,couchsurfing.org
social:peepeth:peepeth,peepeth.com
social:steemit:steemit,steemit.com,hive.blog,peakd.com
social:farcaster:farcaster,farcaster.xyz,warpcast.com
social:lens protocol:lens protocol,lens.xyz,hey.xyz
social:nostr clients:nostr clients,primal.net,damus.io,iris.to,snort.social
social:strava:strava,strava.com,com.strava
social:letterboxd:letterboxd,letterboxd.com
social:untappd:untappd,untappd.com
social:geni:geni,geni.com
social:myheritage:myheritage,myheritage.*
social:ancestry:ancestry,ancestry.com,ancestry.co.uk,ancestry.de
social:classmates:classmates,classmates.com
social:tagged:tagged,tagged.com
social:hi5:hi5,hi5.com
social:badoo:badoo,badoo.com
social:netlog:netlog,netlog.com
social:tuenti:tuenti,tuenti.com
social:skyrock:skyrock,skyrock.com
social:cyworld:cyworld,cyworld.com
social:plaxo:plaxo,plaxo.com
social:plurk:plurk,plurk.com
social:identi.ca:identi.ca
social:ning:ning,ning.com
social:gaiaonline:gaiaonline,gaiaonline.com
social:irc-galleria:irc-galleria,irc-galleria.net
social:weeworld:weeworld,weeworld.com
social:sonico:sonico,sonico.com
social:friendster:friendster,friendster.com
social:stumbleupon:stumbleupon,stumbleupon.com,mix.com
social:delicious:delicious,delicious.com,del.icio.us
social:multiply:multiply,multiply.com
social:xanga:xanga,xanga.com
social:vampirefreaks:vampirefreaks,vampirefreaks.com
social:cafemom:cafemom,cafemom.com
social:dailystrength:dailystrength,dailystrength.org
social:care2:care2,care2.com
social:caringbridge:caringbridge,caringbridge.org
social:flixster:flixster,flixster.com
social:librarything:librarything,librarything.com
social:anobii:anobii,anobii.com
social:mubi:mubi,mubi.com
social:reverbnation:reverbnation,reverbnation.com
social:partyflock:partyflock,partyflock.nl
social:copainsdavant:copainsdavant,copainsdavant.linternaute.com
social:trombi:trombi,trombi.com
social:zoo.gr:zoo.gr
social:mocospace:mocospace,mocospace.com
social:blackplanet:blackplanet,blackplanet.com
social:asmallworld:asmallworld,asmallworld.com
social:internations:internations,internations.org
social:interpals:interpals,interpals.net
social:kiwibox:kiwibox,kiwibox.com
social:dol2day:dol2day,dol2day.com
social:jappy:jappy,jappy.com,jappy.de
social:lokalisten:lokalisten,lokalisten.de
social:werkenntwen:werkenntwen,wer-kennt-wen.de
social:suomi24:suomi24,suomi24.fi
social:playahead:playahead,playahead.se
social:lunarstorm:lunarstorm,lunarstorm.se
social:biip:biip,biip.no
social:mouthshut:mouthshut,mouthshut.com
social:ibibo:ibibo,ibibo.com
social:bharatstudent:bharatstudent,bharatstudent.com
social:bigadda:bigadda,bigadda.com
social:fotolog:fotolog,fotolog.com
social:fotki:fotki,fotki.com
social:photobucket:photobucket,photobucket.com
social:secondlife:secondlife,secondlife.com
social:imvu:imvu,imvu.com
social:stardoll:stardoll,stardoll.com
social:livemocha:livemocha,livemocha.com
social:busuu:busuu,busuu.com
social:mymfb:mymfb,mymfb.com
social:virb:virb,virb.com
social:wakoopa:wakoopa,wakoopa.com
social:yfrog:yfrog,yfrog.com
social:buzznet:buzznet,buzznet.com
social:mylife:mylife,mylife.com
social:friends reunited:friends reunited,friendsreunited.com,friendsreunited.co.uk
social:windows live spaces:windows live spaces,spaces.live.com
video:youtube:youtube,youtube.com,youtu.be,youtube-nocookie.com,com.google.android.youtube,com.google.android.apps.youtube.music,yt
video:vimeo:vimeo,vimeo.com
video:dailymotion:dailymotion,dailymotion.com,dai.ly
video:twitch:twitch,twitch.tv,tv.twitch.android.app
video:kick:kick,kick.com
video:rumble:rumble,rumble.com
video:odysee:odysee,odysee.com,lbry.tv
video:bitchute:bitchute,bitchute.com
video:netflix:netflix,netflix.com
video:hulu:hulu,hulu.com
video:disney+:disney+,disneyplus.com
video:ted:ted,ted.com
video:wistia:wistia,wistia.com,wistia.net
video:bilibili:bilibili,bilibili.com,b23.tv,tv.danmaku.bili
video:niconico:niconico,nicovideo.jp,nico.ms
video:iqiyi:iqiyi,iqiyi.com,iq.com
video:youku:youku,youku.com,tudou.com
video:rutube:rutube,rutube.ru
video:veoh:veoh,veoh.com
video:crackle:crackle,crackle.com
video:curiositystream:curiositystream,curiositystream.com
video:utreon:utreon,utreon.com
video:d.tube:d.tube
shop:amazon:amazon,amazon.*,amzn.to,a.co,com.amazon.mShop.android.shopping,amzn
shop:ebay:ebay,ebay.*,ebay.us,com.ebay.mobile
shop:etsy:etsy,etsy.com,etsy.me,com.etsy.android
shop:walmart:walmart,walmart.*,com.walmart.android
shop:target:target,target.com
shop:bestbuy:bestbuy,bestbuy.com
shop:alibaba:alibaba,alibaba.com,com.alibaba.intl.android.apps.poseidon
shop:aliexpress:aliexpress,aliexpress.*,aliexpress.us,com.alibaba.aliexpresshd
shop:taobao:taobao,taobao.com,tmall.com
shop:jd:jd,jd.com
shop:pinduoduo:pinduoduo,pinduoduo.com,yangkeduo.com
shop:temu:temu,temu.com,com.einnovation.temu
shop:shein:shein,shein.*
shop:wish:wish,wish.com
shop:shopee:shopee,shopee.*
shop:lazada:lazada,lazada.*
shop:tokopedia:tokopedia,tokopedia.com
shop:flipkart:flipkart,flipkart.com
shop:coupang:coupang,coupang.com
shop:naver shopping:naver shopping,shopping.naver.com,smartstore.naver.com
shop:yahoo shopping:yahoo shopping,shopping.yahoo.*
shop:google shopping:google shopping,shopping.google.*,googleshopping
shop:kakaku:kakaku,kakaku.com
shop:mercadolibre:mercadolibre,mercadolibre.*,mercadolivre.com.br
shop:americanas:americanas,americanas.com.br
shop:allegro:allegro,allegro.pl,allegro.cz
shop:ceneo:ceneo,ceneo.pl
shop:heureka:heureka,heureka.cz,heureka.sk
shop:ozon:ozon,ozon.ru
shop:wildberries:wildberries,wildberries.ru
shop:yandex market:yandex market,market.yandex.*
shop:rozetka:rozetka,rozetka.com.ua
shop:emag:emag,emag.ro,emag.hu,emag.bg
shop:trendyol:trendyol,trendyol.com
shop:hepsiburada:hepsiburada,hepsiburada.com
shop:idealo:idealo,idealo.*
shop:pricerunner:pricerunner,pricerunner.*
shop:kelkoo:kelkoo,kelkoo.*
shop:shopzilla:shopzilla,shopzilla.*
shop:geizhals:geizhals,geizhals.at,geizhals.de,geizhals.eu
shop:check24:check24,check24.de
shop:toppreise:toppreise,toppreise.ch
shop:galaxus:galaxus,galaxus.*,digitec.ch
shop:otto:otto,otto.de
shop:zalando:zalando,zalando.*
shop:kaufland:kaufland,kaufland.*
shop:bol:bol,bol.com
shop:cdiscount:cdiscount,cdiscount.com
shop:vinted:vinted,vinted.*
shop:shopify:shopify,shopify.com,shop.app,com.shopify.arrive
display:google ad network:google ad network,doubleclick.net,googlesyndication.com,syndicatedsearch.goog,googleadservices.com,dclid
display:taboola:taboola,taboola.com
display:outbrain:outbrain,outbrain.com
display:criteo:criteo,criteo.com,criteo.net
display:adform:adform,adform.net
display:appnexus:appnexus,adnxs.com
display:amazon ads:amazon ads,amazon-adsystem.com
display:yahoo ads:yahoo ads,adtech.yahooinc.com,advertising.com
display:mgid:mgid,mgid.com
display:revcontent:revcontent,revcontent.com
display:adroll:adroll,adroll.com
display:teads:teads,teads.tv
display:applovin:applovin,applovin.com,applvn.com
display:unity ads:unity ads,unityads.unity3d.com
other:google docs:google docs,docs.google.*
other:google drive:google drive,drive.google.*
other:google accounts:google accounts,accounts.google.*
other:google calendar:google calendar,calendar.google.*
other:google meet:google meet,meet.google.*
other:google classroom:google classroom,classroom.google.*
other:google chat:google chat,chat.google.*
other:google sites:google sites,sites.google.*
other:google play:google play,play.google.*,com.android.vending
other:google ads console:google ads console,ads.google.*
other:google analytics:google analytics,analytics.google.*
other:google translate:google translate,translate.google.*
other:microsoft live:microsoft live,login.live.com
other:yahoo finance:yahoo finance,finance.yahoo.*
other:yandex metrica:yandex metrica,metrika.yandex.*,metrica.yandex.*
search::searchya.com,searchmobileonline.com,v9.com,22find.com,qvo6.com,qone8.com,sweet-page.com,istartsurf.com,omiga-plus.com,key-find.com,awesomehp.com,oursurfing.com,portaldosites.com,iminent.com,certified-toolbar.com,sweetim.com,imesh.com,genieo.com,findwide.com,surfcanyon.com,gelbeseiten.de,dasoertliche.de,dastelefonbuch.de,yellowmap.de,1881.no,gulesider.no,hitta.se,herold.at,local.ch,pagesjaunes.fr,paginegialle.it,yell.com,yellowpages.com,118700.se,gooofullsearch.com,darkoogle.com,gfsoso.com,blackle.com,startab.me,kiddle.co,kidrex.org,kidzsearch.com,fragfinn.de,blinde-kuh.de,qwantjunior.com,juniorsafesearch.com,k9safesearch.com
search:google:google,google.*,gogole.*,googel.*,gppgle.*,goolge.*,gogle.*,goggle.*,ggoogle.*,gooogle.*,googlee.*,googe.*,goo.gl,googleusercontent.com,googlesyndicatedsearch.com,com.google.android.googlequicksearchbox,com.google.android.apps.searchlite,google ads,googleads,google-ads,google_ads,adwords,googlemybusiness,gmb,gclid,gbraid,wbraid,gad_source
search:bing:bing,bing.*,bing.com,msn.*,com.microsoft.bing,com.microsoft.emmx,bing ads,bingads,microsoft,microsoft ads,msclkid,msn
search:yahoo:yahoo,yahoo.*,com.yahoo.mobile.client.android.search
search:duckduckgo:duckduckgo,duckduckgo.com,duckduckgo.eu,ddg.gg,duck.com,duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion,com.duckduckgo.mobile.android,ddg
search:yandex:yandex,yandex.*,ya.ru,yastatic.net,ru.yandex.searchplugin,ru.yandex.searchapp,com.yandex.browser,yandex direct,yclid
search:baidu:baidu,baidu.*,com.baidu.searchbox
search:naver:naver,naver.com,com.nhn.android.search
search:daum:daum,daum.net,net.daum.android.daum
search:nate:nate,nate.com
search:zum:zum,zum.com
search:sogou:sogou,sogou.com
search:360 search:360 search,so.com,360.cn,haosou.com,sou.com
search:shenma:shenma,sm.cn
search:quark:quark,quark.cn
search:seznam:seznam,seznam.cz,firmy.cz
search:ecosia:ecosia,ecosia.org,com.ecosia.android
search:qwant:qwant,qwant.com,com.qwant.liberty
search:startpage:startpage,startpage.com,startpage.nl,ixquick.*,startpagel6srwcjlue4zgq3zevrujfaow726kjytqbbjyrswwmjzcqd.onion
search:brave:brave,search.brave.com,brave.com,com.brave.browser
search:kagi:kagi,kagi.com
search:mojeek:mojeek,mojeek.com,mojeek.co.uk
search:swisscows:swisscows,swisscows.com,swisscows.ch,hulbee.com
search:metager:metager,metager.de,metager.org,metager2.de
search:presearch:presearch,presearch.com,presearch.io,presearch.org
search:yep:yep,yep.com
search:searx:searx,searx.be,searx.me,searx.space,searxng.org
search:gibiru:gibiru,gibiru.com
search:lilo:lilo,lilo.org
search:oceanhero:oceanhero,oceanhero.today
search:ekoru:ekoru,ekoru.org
search:karmasearch:karmasearch,karmasearch.org
search:ask:ask,ask.com,search-results.com,teoma.com
search:aol:aol,aol.*
search:lycos:lycos,lycos.*,hotbot.*
search:excite:excite,excite.*
search:altavista:altavista,altavista.*
search:coccoc:coccoc,coccoc.com
search:rambler:rambler,rambler.ru,nigma.ru
search:mail.ru:mail.ru,go.mail.ru
search:petal:petal,petalsearch.com,com.huawei.hwsearch
search:goo:goo,goo.ne.jp
search:biglobe:biglobe,biglobe.ne.jp
search:docomo:docomo,docomo.ne.jp
search:auone:auone,auone.jp
search:nifty:nifty,nifty.com
search:so-net:so-net,so-net.ne.jp
search:rakuten:rakuten,rakuten.*,infoseek.co.jp
search:livedoor:livedoor,livedoor.com
search:onet:onet,onet.pl
search:wp.pl:wp.pl
search:virgilio:virgilio,virgilio.it
search:libero:libero,libero.it
search:tiscali:tiscali,tiscali.it,tiscali.cz
search:t-online:t-online,t-online.de
search:web.de:web.de
search:freenet:freenet,freenet.de
search:bluewin:bluewin,bluewin.ch
search:search.ch:search.ch
search:orange search:orange search,lemoteur.orange.fr,lemoteur.fr,voila.fr
search:centrum:centrum,centrum.cz,atlas.cz,centrum.sk,atlas.sk
search:zoznam:zoznam,zoznam.sk
search:azet:azet,azet.sk
search:najdi:najdi,najdi.si
search:sapo:sapo,sapo.pt
search:clix:clix,clix.pt
search:globo:globo,globo.com
search:terra:terra,terra.com.br,terra.es,terra.cl
search:eniro:eniro,eniro.se,eniro.no,eniro.dk,eniro.fi
search:kvasir:kvasir,kvasir.no
search:startsiden:startsiden,startsiden.no,abcsok.no
search:walla:walla,walla.co.il
search:meta.ua:meta.ua
search:bigmir:bigmir,bigmir.net
search:ukr.net:ukr.net
search:tut.by:tut.by
search:abv:abv,abv.bg
search:comcast:comcast,comcast.net,xfinity.com
search:earthlink:earthlink,earthlink.net
search:charter.net:charter.net,rr.com
search:dogpile:dogpile,dogpile.com,webcrawler.com,metacrawler.com,zoo.com,infospace.com
search:info.com:info.com
search:izito:izito,izito.*,zapmeta.*,zapmetasearch.*
search:conduit:conduit,conduit.com,trovi.com
search:babylon:babylon,babylon.com,isearch.babylon.com,delta-search.com,delta-homes.com
search:mywebsearch:mywebsearch,mywebsearch.com,myway.com,mysearch.com,inbox.com
search:avg:avg,avg.com,avast.com,nation.com
search:softonic:softonic,softonic.com
search:ghostery:ghostery,ghosterysearch.com,glowstery.com,cliqz.com
search:neeva:neeva,neeva.com
search:wolframalpha:wolframalpha,wolframalpha.com
search:marginalia:marginalia,marginalia.nu,marginalia-search.com
search:stract:stract,stract.com
search:wiby:wiby,wiby.me
search:entireweb:entireweb,entireweb.com
search:exalead:exalead,exalead.*
search:looksmart:looksmart,looksmart.com
search:picsearch:picsearch,picsearch.com,picsearch.de
search:fireball:fireball,fireball.de,fireball.com
search:dmoz:dmoz,dmoz.org,curlie.org
search:gigablast:gigablast,gigablast.com
search:setooz:setooz,setooz.com
search:vuhuv:vuhuv,vuhuv.com,vuhuv.com.tr
search:geona:geona,geona.net
search:parsijoo:parsijoo,parsijoo.ir
search:zarebin:zarebin,zarebin.ir
search:freespoke:freespoke,freespoke.com
search:luxxle:luxxle,luxxle.com
search:givero:givero,givero.com
search:youcare:youcare,youcare.world
search:xayn:xayn,xayn.com
search:timpi:timpi,timpi.io
search:quendu:quendu,quendu.com
search:qmamu:qmamu,qmamu.com
search:rightdao:rightdao,rightdao.com
search:yippy:yippy,yippy.com
search:alexandria:alexandria,alexandria.org
search:searchencrypt:searchencrypt,searchencrypt.com,searchlock.com,searchprivacy.co,discretesearch.com
search:snap.do:snap.do
mail::bigpond.com,email.telstra.com,exmail.qq.com,iinet.net.au,mail.e1.ru,mail.mynet.com,mail.qip.ru,mail.yahoo.net,mastermail.ru,orange.fr,post.ru,sibmail.com,webmail.2degreesbroadband.co.nz,webmail.adam.com.au,webmail.commander.net.au,webmail.dodo.com.au,webmail.iprimus.com.au,webmail.netspace.net.au,webmail.optusnet.com.au,webmail.optuszoo.com.au,webmail.virginbroadband.com.au,webmail.vodafone.co.nz,webmail.westnet.com.au
search::1.cz,2gis.ru,abacho.at,abacho.ch,abacho.co.uk,abacho.com,abacho.de,abacho.es,abacho.fr,abacho.it,abcsolk.no,acoon.de,alexa.com,all.by,alltheweb.com,aolsearch.com,apollo.lv,apollo7.de,apontador.com.br,arama.com,arcor.de,ariadna.elmundo.es,arianna.com,ask.co.uk,ask.reference.com,askkids.com,blekko.com,blogdigger.com,blogpulse.com,blogs.icerocket.com,busca.orange.es,busca.uol.com.br,cc.bingj.com,cercato.it,clusty.com,cnn.com,crawler.com,cuil.com,daemon-search.com,dalesearch.com,eo.st,eurip.com,euroseek.com,everyclick.com,fastbrowsersearch.com,fastweb.it,find.tdc.dk,finderoo.com,firstsfind.com,fixsuche.de,flix.de,forestle.mobi,forestle.org,free.fr,fresh-weather.com,friendfeed.com,gais.cs.ccu.edu.tw,globososo.com,gnadenmeer.de,gomeo.com,google.cat,google.dodo.com.au,google.interia.pl,googleearth.de,googleearth.fr,goyellow.de,highbeam.com,hit-parade.com,holmes.ge,hooseek.com,icq.com,ilse.nl,incredimail.com,inspsearch.com,it.ao,jungle-spider.de,junglekey.com,junglekey.fr,jyxo.1188.cz,kataweb.it,ko.search.need2find.com,kununu.com,latne.lv,liveinternet.ru,lo.st,maailm.com,mamma.com,marktplaats.nl,maxwebsearch.com,meinestadt.de,meta.rrzn.uni-hannover.de,metacrawler.de,mister-wong.com,mister-wong.de,monstercrawler.com,mozbot.co.uk,mozbot.com,mozbot.fr,neti.ee,online.no,otsing.delfi.ee,p.zhongsou.com,paperball.de,plazoo.com,poisk.ru,qbyrd.com,qualigo.at,qualigo.ch,qualigo.de,qualigo.nl,recherche.francite.com,rechercher.aliceadsl.fr,rpmfind.net,search-intl.netscape.com,search.1and1.com,search.1und1.de,search.alot.com,search.bt.com,search.com,search.foxtab.com,search.freecause.com,search.hiyo.com,search.i.ua,search.incredibar.com,search.juno.com,search.kiwee.com,search.magnetic.com,search.media.telstra.com.au,search.offerbox.com,search.orange.co.uk,search.peoplepc.com,search.qip.ru,search.searchcompletion.com,search.snapdo.com,search.winamp.com,search.www.ee,search.yam.com,searchalot.com,searchcanvas.com,searchresults.verizon.com,searchthis.com,searchy.co.uk,sharelook.fr,skynet.be,sm.aport.ru,smart.delfi.lv,soso.com,sosodesktop.com,sougou.com,start.facemoods.com,start.iplay.com,startgoogle.startpagina.nl,suche.aolsvc.de,suche.gmx.net,suche.info,suchmaschine.com,suchnase.de,talktalk.co.uk,technorati.com,thesmartsearch.net,tixuma.de,toile.com,toolbarhome.com,trouvez.com,trovarapido.com,trusted--search.com,twingly.com,url.org,vinden.nl,vindex.nl,walhello.com,walhello.de,walhello.info,walhello.nl,web.canoe.ca,web.gougou.com,web.nl,web.volny.cz,webfetch.com,weborama.com,websearch.com,websearch.cs.com,witch.de,www1.astronaut.at,www2.austronaut.at,www3.zoek.nl,x-recherche.com,yasni.at,yasni.ch,yasni.co.uk,yasni.com,yasni.de,yatedo.com,yatedo.fr,yougoo.fr,ys.mirostart.com,zoeken.nl,zoohoo.cz
social::donanimhaber.com,forums.whirlpool.net.au,hocam.com,inci.sozlukspot.com,incisozluk.cc,incisozluk.com,instela.com,itusozluk.com,mastodon.online,mastodon.social,moikrug.ru,mylife.ru,myyearbook.com,paper.li,phanpy.social,sourceforge.net,sourtimes.org,sozluk.com,t.umblr.com,uludagsozluk.com,ulusozluk.com,vkrugudruzei.ru,wayn.com',
    CHR(  10)
  )) AS listed(brand)
  CROSS JOIN UNNEST(SPLIT(SPLIT_PART(brand, ':', 3), ',')) AS named(name)
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
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp,
      CASE WHEN sampleweight BETWEEN 1e0 AND 1e12 THEN sampleweight ELSE 1e0 END AS weight
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
    COALESCE(sessionid, visitorid, eventid) AS unit,
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
    MIN(weight) AS weight,
    SUM(CASE WHEN eventtype = 'page_view' THEN weight ELSE 0 END) AS weighted_views,
    MIN_BY(COALESCE(page, ''), turn) AS first_page,
    MIN_BY(COALESCE(referrer, ''), turn) AS referrer,
    MIN_BY(utm, turn) AS utm,
    MIN_BY(COALESCE(advertised, ''), turn) AS clickid,
    ARRAY_JOIN(ARRAY_AGG(click ORDER BY click) FILTER(WHERE
      NOT click IS NULL), CHR(  10)) AS clicked,
    MIN_BY(location, turn) AS location,
    MIN_BY(device, turn) AS device,
    MIN_BY(COALESCE(visitorid, ''), turn) AS visitorid,
    MIN_BY(COALESCE(sessionid, ''), turn) AS sessionid,
    MAX(userid) AS userid,
    MIN(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS entry,
    MAX(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS leaving
  FROM (
    SELECT
      *,
      CASE
        WHEN utm.campaign <> ''
        THEN CONCAT_WS(
          CHR(  9),
          COALESCE(utm.source, ''),
          COALESCE(utm.medium, ''),
          utm.campaign,
          COALESCE(advertised, '')
        ) || CASE
          WHEN COALESCE(utm.source, '') = ''
          THEN CONCAT_WS(CHR(  9), '', COALESCE(referrer, ''), page)
          ELSE ''
        END
      END AS click
    FROM (
      SELECT
        *,
        CASE
          WHEN clickid = 'fbclid' AND device.browser = 'Instagram'
          THEN 'instagram'
          ELSE clickid
        END AS advertised
      FROM nearby_hits
      WHERE
        NOT visitkey IS NULL
    ) AS known
  ) AS named
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
    weight,
    weighted_views,
    first_page,
    referrer,
    utm,
    clickid,
    clicked,
    location,
    device,
    visitorid,
    sessionid,
    userid,
    entry,
    leaving,
    source,
    medium,
    campaign,
    CASE
      WHEN REGEXP_LIKE(LOWER(campaign), 'cross-network')
      THEN 'Cross-network'
      WHEN is_paid AND (
        kind = 'shop' OR is_shopping
      )
      THEN 'Paid Shopping'
      WHEN is_paid AND kind = 'search'
      THEN 'Paid Search'
      WHEN is_paid AND kind = 'social'
      THEN 'Paid Social'
      WHEN is_paid AND kind = 'video'
      THEN 'Paid Video'
      WHEN kind = 'display'
      OR REGEXP_LIKE(medium, '^(display|banner|expandable|interstitial|cpm)\z')
      THEN 'Display'
      WHEN is_paid
      THEN 'Paid Other'
      WHEN kind = 'ai'
      THEN 'AI Assistants'
      WHEN kind = 'shop' OR is_shopping
      THEN 'Organic Shopping'
      WHEN kind = 'social' OR REGEXP_LIKE(medium, 'social|^sm$')
      THEN 'Organic Social'
      WHEN kind = 'video' OR REGEXP_LIKE(medium, 'video')
      THEN 'Organic Video'
      WHEN kind = 'search' OR medium = 'organic'
      THEN 'Organic Search'
      WHEN kind = 'mail' OR REGEXP_LIKE(medium, '^e[ _-]?mail|newsletter')
      THEN 'Email'
      WHEN REGEXP_LIKE(medium, '^affiliate')
      THEN 'Affiliates'
      WHEN medium IN ('referral', 'app', 'link') OR (
        is_referred AND medium IS NULL
      )
      THEN 'Referral'
      WHEN medium = 'audio'
      THEN 'Audio'
      WHEN source = 'sms' OR medium = 'sms'
      THEN 'SMS'
      WHEN REGEXP_LIKE(medium, 'push\z|mobile|notification') OR source = 'firebase'
      THEN 'Mobile Push Notifications'
      WHEN source IS NULL AND medium IS NULL AND campaign IS NULL
      THEN 'Direct'
      ELSE 'Unassigned'
    END AS channel
  FROM (
    SELECT
      *,
      REGEXP_LIKE(LOWER(campaign), '(^|[^a-df-z])shop|shopping') AS is_shopping,
      COALESCE(NULLIF(SPLIT_PART(brand, CHR(  9), 2), ''), said) AS source,
      CASE
        WHEN NOT brand IS NULL
        THEN SPLIT_PART(brand, CHR(  9), 1)
        WHEN REGEXP_LIKE(
          said,
          '(^|[.])(([a-z0-9]+-)?(search|suche|szukaj|busca|buscador|recherche|pesquisa|ricerca|hledani|poisk|zoek|sok|arama)[0-9]*(-[a-z0-9]+)?[.][^.]+|(search|suche|busca|cherche|recherche|ricerc)[a-z0-9-]*[.][^.]{4,})[.]|(^|[.])([a-z0-9-]*[^e.])?search[.]((com?[.])?[a-z]{2}|[a-z]{3,4})\z'
        )
        THEN 'search'
        WHEN REGEXP_LIKE(
          said,
          '[.]social\z|^social[.]|(todon|mstdn|pixelfed|misskey|lemmy|pleroma|friendica)[a-z0-9-]*[.]'
        )
        THEN 'social'
      END AS kind
    FROM (
      SELECT
        s.*,
        COALESCE(
          ELEMENT_AT(listed.brands, s.name),
          ELEMENT_AT(listed.brands, NULLIF(REGEXP_EXTRACT(s.name, '[^.]+[.][^.]+[.][^.]+\z'), '')),
          CASE
            WHEN REGEXP_LIKE(s.said, '(^|[.])(web|e-?)?mail[0-9]*[.][^.]+[.]')
            THEN 'mail'
          END,
          ELEMENT_AT(listed.brands, NULLIF(REGEXP_EXTRACT(s.name, '[^.]+[.][^.]+\z'), ''))
        ) AS brand
      FROM (
        SELECT
          *,
          REGEXP_REPLACE(
            said,
            '(^|[.])(aliexpress|altavista|amazon|aol|baidu|bing|blogspot|ebay|exalead|excite|galaxus|ggoogle|glassdoor|gmx|goggle|gogle|gogole|googe|googel|google|googlee|goolge|gooogle|gppgle|habbo|hotbot|hotmail|idealo|ixquick|izito|kaufland|kelkoo|lastfm|lazada|lycos|mercadolibre|msn|myheritage|pinterest|pricerunner|rakuten|shein|shopee|shopzilla|tripadvisor|vinted|walmart|yahoo|yandex|yelp|zalando|zapmeta|zapmetasearch|zoho)[.](com|(com?[.])?[a-z]{2})\z',
            '$1$2.*'
          ) AS name
        FROM (
          SELECT
            *,
            utm_source IS NULL AND NOT host IS NULL AS is_referred,
            (
              NOT medium IS NULL
              AND REGEXP_LIKE(medium, 'cp|^(ppc|ads?|sem|retargeting|remarketing)$|(^|[^a-z])paid')
            )
            OR NOT COALESCE(advertised, 'fbclid') IN ('fbclid', 'instagram') AS is_paid,
            COALESCE(REGEXP_REPLACE(utm_source, '^www[.]', ''), host, advertised) AS said
          FROM (
            SELECT
              *,
              NULLIF(REGEXP_REPLACE(campaign_said, '^[\t-\r ]+|[\t-\r ]+\z', ''), '') AS campaign,
              NULLIF(
                REGEXP_REPLACE(
                  REGEXP_REPLACE(source_said, '^[\t-\r ]+|[\t-\r ]+\z', ''),
                  '^([(](direct|none|not set)[)]|direct)\z',
                  ''
                ),
                ''
              ) AS utm_source,
              NULLIF(
                REGEXP_REPLACE(
                  REGEXP_REPLACE(medium_said, '^[\t-\r ]+|[\t-\r ]+\z', ''),
                  '^[(](none|not set)[)]\z',
                  ''
                ),
                ''
              ) AS medium,
              CASE
                WHEN referred LIKE '%://%'
                THEN NULLIF(
                  NULLIF(
                    REGEXP_EXTRACT(LOWER(referred), '^[a-z][a-z0-9+.-]*://([^/?#@]*@)?(www[.])?([^/:?#]+)', 3),
                    ''
                  ),
                  COALESCE(
                    NULLIF(
                      REGEXP_EXTRACT(LOWER(landing), '^[a-z][a-z0-9+.-]*://([^/?#@]*@)?(www[.])?([^/:?#]+)', 3),
                      ''
                    ),
                    ''
                  )
                )
              END AS host
            FROM (
              SELECT
                *,
                LOWER(utm.source) AS source_said,
                LOWER(utm.medium) AS medium_said,
                utm.campaign AS campaign_said,
                referrer AS referred,
                first_page AS landing,
                NULLIF(clickid, '') AS advertised
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
                  MIN(weight) AS weight,
                  SUM(weighted_views) AS weighted_views,
                  MIN_BY(first_page, began) AS first_page,
                  MIN_BY(referrer, began) AS referrer,
                  MIN_BY(utm, began) AS utm,
                  MIN_BY(clickid, began) AS clickid,
                  ARRAY_JOIN(ARRAY_AGG(NULLIF(clicked, '') ORDER BY began), CHR(  10)) AS clicked,
                  MIN_BY(location, began) AS location,
                  MIN_BY(device, began) AS device,
                  MIN_BY(visitorid, began) AS visitorid,
                  MIN_BY(sessionid, began) AS sessionid,
                  MAX(userid) AS userid,
                  MIN(entry) AS entry,
                  MAX(leaving) AS leaving
                FROM (
                  SELECT
                    *,
                    MAX(opened) OVER (
                      PARTITION BY visitkey
                      ORDER BY began
                      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                    ) AS opening
                  FROM (
                    SELECT
                      *,
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
            ) AS parted
          ) AS trimmed
        ) AS named
      ) AS s
      CROSS JOIN (
        SELECT
          MAP_AGG(name, kind || CHR(  9) || source) AS brands
        FROM brands
      ) AS listed
    ) AS found
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
    weight,
    weighted_views,
    visitkey AS unit,
    source,
    medium,
    campaign,
    channel,
    clicked,
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
  ROUND(1e2 * left_on.part / viewed.whole, 1) AS exit_rate
FROM (
  SELECT
    exit_page AS page,
    CAST(ROUND(COALESCE(SUM(weight), 0)) AS BIGINT) AS exits,
    SUM(weight) AS part
  FROM visits
  WHERE
    NOT exit_page IS NULL
  GROUP BY
    exit_page
) AS left_on
JOIN (
  SELECT
    shown_page AS page,
    CAST(ROUND(COALESCE(SUM(weight), 0)) AS BIGINT) AS page_views,
    SUM(weight) AS whole
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
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp,
      CASE WHEN sampleweight BETWEEN 1e0 AND 1e12 THEN sampleweight ELSE 1e0 END AS weight
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
    COALESCE(sessionid, visitorid, eventid) AS unit,
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
), brands AS (
  SELECT
    SPLIT_PART(brand, ':', 1) AS kind,
    COALESCE(NULLIF(SPLIT_PART(brand, ':', 2), ''), name) AS source,
    name
  FROM UNNEST(SPLIT(
    'ai:chatgpt:chatgpt,chatgpt.com,chat.openai.com,openai.com,com.openai.chatgpt,chat gpt,openai
ai:perplexity:perplexity,perplexity.ai,perplexity.com,ai.perplexity.app.android
ai:claude:claude,claude.ai,claude.com,anthropic.com,com.anthropic.claude,anthropic
ai:gemini:gemini,gemini.google.*,bard.google.*,aistudio.google.*,com.google.android.apps.bard,bard
ai:notebooklm:notebooklm,notebooklm.google.*,notebooklm.google
ai:copilot:copilot,copilot.microsoft.com,copilot.cloud.microsoft,m365.cloud.microsoft,copilot.com,edgeservices.bing.com,com.microsoft.copilot
ai:deepseek:deepseek,deepseek.com,deepseek.ai,com.deepseek.chat
ai:grok:grok,grok.com,x.ai,ai.x.grok
ai:meta ai:meta ai,meta.ai
ai:mistral:mistral,mistral.ai,le chat,lechat
ai:duck.ai:duck.ai
ai:you.com:you.com
ai:poe:poe,poe.com
ai:phind:phind,phind.com
ai:pi.ai:pi.ai
ai:character.ai:character.ai,c.ai
ai:jasper:jasper,jasper.ai
ai:writesonic:writesonic,writesonic.com,chatsonic
ai:iask:iask,iask.ai
ai:andi:andi,andisearch.com
ai:komo:komo,komo.ai
ai:chatglm:chatglm,chatglm.cn,z.ai,bigmodel.cn
ai:kimi:kimi,kimi.com,kimi.ai,moonshot.cn,kimi.moonshot.cn
ai:doubao:doubao,doubao.com,com.larus.nova
ai:qwen:qwen,qwen.ai,tongyi.com,tongyi.aliyun.com,qianwen.com
ai:ernie:ernie,yiyan.baidu.com,chat.baidu.com
ai:yuanbao:yuanbao,yuanbao.tencent.com,hunyuan.tencent.com
ai:minimax:minimax,minimax.io,minimaxi.com,hailuoai.com
ai:metaso:metaso,metaso.cn
ai:felo:felo,felo.ai
ai:genspark:genspark,genspark.ai
ai:manus.im:manus.im
ai:consensus:consensus,consensus.app
ai:elicit:elicit,elicit.com,elicit.org
ai:scite:scite,scite.ai
ai:openevidence:openevidence,openevidence.com
ai:liner ai:liner ai,liner.com,getliner.com
ai:huggingchat:huggingchat,huggingface.co
ai:lmarena:lmarena,lmarena.ai,lmsys.org
ai:venice:venice,venice.ai
ai:lumo:lumo,lumo.proton.me
ai:t3chat:t3chat,t3.chat
ai:openrouter:openrouter,openrouter.ai
ai:groq:groq,groq.com
ai:cohere:cohere,cohere.com,cohere.ai
ai:monica:monica,monica.im
ai:sider:sider,sider.ai
ai:merlin ai:merlin ai,getmerlin.in
ai:blackbox:blackbox,blackbox.ai
ai:copy.ai:copy.ai
ai:rytr:rytr,rytr.me
ai:opera aria:opera aria,aria.opera.com
ai:yandex alice:yandex alice,alice.yandex.*,alice.yandex
ai:gigachat:gigachat,giga.chat
ai:clova:clova,clova-x.naver.com
ai:wrtn:wrtn,wrtn.ai
ai:chat+:chat+,chatplus.com,chat-gpt.org
ai:chatbotapp:chatbotapp,chatbotapp.ai,chatbot.app
ai:ninjachat:ninjachat,ninjachat.ai
ai:chatpdf:chatpdf,chatpdf.com
mail:gmail:gmail,mail.google.*,gmail.com,inbox.google.*,com.google.android.gm,com.google.android.gm.lite
mail:outlook:outlook,outlook.com,outlook.live.com,outlook.office.com,outlook.office365.com,hotmail.*,hotmail,mail.live.com,com.microsoft.office.outlook
mail:yahoo mail:yahoo mail,mail.yahoo.*,com.yahoo.mobile.client.android.mail
mail:icloud:icloud,icloud.com
mail:proton:proton,proton.me,protonmail.com,protonmail,ch.protonmail.android
mail:gmx:gmx,gmx.*,deref-gmx.net,deref-gmx.com,deref-gmx.fr,3c.gmx.net,de.gmx.mobile.android.mail
mail:web.de mail:web.de mail,deref-web.de,deref-web-02.de,3c.web.de,de.web.mobile.android.mail
mail:yandex mail:yandex mail,mail.yandex.*,ru.yandex.mail
mail:mail.ru mail:mail.ru mail,e.mail.ru,touch.mail.ru,ru.mail.mailapp
mail:aol mail:aol mail,mail.aol.*,com.aol.mobile.aolapp
mail:zoho:zoho,mail.zoho.*,zoho.*,com.zoho.mail
mail:fastmail:fastmail,fastmail.com,fastmail.fm
mail:tuta:tuta,tuta.com,tutanota.com,de.tutao.tutanota
mail:hey mail:hey mail,app.hey.com
mail:superhuman:superhuman,superhuman.com
mail:spark mail:spark mail,com.readdle.spark
mail:samsung email:samsung email,com.samsung.android.email.provider
mail:seznam mail:seznam mail,email.seznam.cz
mail:daum mail:daum mail,mail.daum.net,hanmail.net
mail:naver mail:naver mail,mail.naver.com
mail:rambler mail:rambler mail,mail.rambler.ru
mail:mail.com:mail.com,deref-mail.com
mail:laposte:laposte,laposte.net
mail:orange mail:orange mail,messagerie.orange.fr
mail:sfr mail:sfr mail,messagerie.sfr.fr
mail:free mail:free mail,zimbra.free.fr
mail:ukr.net mail:ukr.net mail,mail.ukr.net
mail:163 mail:163 mail,mail.163.com,126.com,mail.126.com
mail:qq mail:qq mail,mail.qq.com,wx.mail.qq.com,com.tencent.androidqqmail
mail:mailchimp:mailchimp,mailchimp.com,mailchi.mp,list-manage.com,campaign-archive.com
mail:klaviyo:klaviyo,klaviyo.com,klclick.com
mail:brevo:brevo,brevo.com,sendinblue.com,sendibm1.com
mail:campaign monitor:campaign monitor,createsend.com,cmail19.com,cmail20.com
mail:sendgrid:sendgrid,sendgrid.net
mail:hubspot mail:hubspot mail,hubspotemail.net
mail:convertkit:convertkit,convertkit.com,kit.com,convertkit-mail.com
mail:beehiiv:beehiiv,beehiiv.com
mail:buttondown:buttondown,buttondown.email,buttondown.com
mail:email:email,e-mail,e_mail,e mail
mail:newsletter:newsletter,newsletters
social:facebook:facebook,facebook.com,fb.com,fb.me,fb.watch,facebookwkhpilnemxj7asaniu7vnjjbiltxjqhye3mhbshg7kx5tfyd.onion,com.facebook.katana,com.facebook.lite,fb,meta,facebook ads,facebookads,meta ads,fbclid
social:instagram:instagram,instagram.com,com.instagram.android,ig,insta,igshopping
social:threads:threads,threads.net,threads.com,com.instagram.barcelona
social:messenger:messenger,messenger.com,m.me,com.facebook.orca
social:workplace:workplace,workplace.com
social:x:x,x.com,twitter.com,t.co,tweetdeck.com,com.twitter.android,twitter,tw,twclid
social:linkedin:linkedin,linkedin.com,lnkd.in,com.linkedin.android,linked-in,linkedin ads,li,li_fat_id
social:reddit:reddit,reddit.com,redd.it,com.reddit.frontpage,rdt_cid
social:pinterest:pinterest,pinterest.*,pin.it,com.pinterest,epik
social:tiktok:tiktok,tiktok.com,tiktokv.com,com.zhiliaoapp.musically,com.ss.android.ugc.trill,tik tok,ttclid
social:snapchat:snapchat,snapchat.com,snap.com,com.snapchat.android,sccid
social:whatsapp:whatsapp,whatsapp.com,wa.me,com.whatsapp,com.whatsapp.w4b
social:telegram:telegram,telegram.org,telegram.me,t.me,org.telegram.messenger,org.telegram.messenger.web,org.telegram.plus,tg
social:discord:discord,discord.com,discord.gg,discordapp.com,com.discord
social:bluesky:bluesky,bsky.app,bsky.social,xyz.blueskyweb.app,bsky
social:mastodon:mastodon,joinmastodon.org,org.joinmastodon.android,mas.to,hachyderm.io,infosec.exchange,troet.cafe,pawoo.net,c.im,botsin.space,bitcoinhackers.org,friends.nico,quey.org,tkm.eus,mathstodon.xyz,ioc.exchange,masto.ai,masto.nu,masto.es,masto.pt,masto.host,toot.cafe,toot.community,tooting.ch,toot.wales,tooot.im,metalhead.club,livellosegreto.it,sociale.network,dice.camp,wandering.shop,writing.exchange,journa.host,todon.eu,todon.nl,fedibird.com,vocalodon.net,best-friends.chat,planet.moe,handon.club,kmy.blue,baraag.net,cybre.space,snouts.online,sleeping.town,tech.lgbt,lgbtqia.space,eldritch.cafe,mamot.fr,piaille.fr,framapiaf.org,layer8.space,lor.sh,nerdculture.de,linuxrocks.online,functional.cafe,merveilles.town,weirder.earth,pouet.chapril.org,qoto.org,sciences.re,types.pl,wien.rocks,woof.group,zirk.us,101010.pl,union.place,vmst.io,worldkey.io,xoxo.zone,switter.at,spinster.xyz,ravenation.club,aus.social,kosmos.social,octodon.social,niu.moe,mao.mastodonhub.com,oc.todon.fr,social.coop,tusky.app,com.keylesspalace.tusky,me.rhosys.mastodon,universeodon.com,fedi.life,bark.lgbt,im-in.space,glammr.us,awscommunity.social,ecoevo.social,front-end.social,mindly.social,genomic.social,hometech.social,urbanists.social,sauropods.win,freeradical.zone,wetdry.world,app.wafrn.net,sakurajima.moe,rubber.social,plural.cafe,mk.absturztau.be,equestria.social,pony.social,dragonscave.space,tabletop.social,queer.party,chitter.xyz,hellsite.site,vulpine.club,computerfairi.es,radical.town,anarchism.space,sunbeam.city,hispagatos.space,mastd.racing,mast.dragon-fly.club,x0r.be,hulvr.com,gamepad.club,dmv.community,mspsocial.net,frikiverse.zone,loma.ml,aipi.social,moth.zone,lou.lt,slippy.xyz,den.dev
social:pixelfed:pixelfed,pixey.org,pxlmo.com,metapixl.com,pix.toot.wales,pixel.tchncs.de,fotofed.nl
social:misskey:misskey,misskey.io,nijimiss.moe,firefish.social,sharkey.world,mk.autonomy.earth
social:lemmy:lemmy,beehaw.org,feddit.de,feddit.org,feddit.it,feddit.uk,sh.itjust.works,programming.dev,kbin.social,fedia.io
social:diaspora:diaspora,diasporafoundation.org,pluspora.com,framasphere.org,diasp.org,joindiaspora.com,pod.geraspora.de
social:truth social:truth social,truthsocial.com
social:gab:gab,gab.com,gab.ai
social:gettr:gettr,gettr.com
social:parler:parler,parler.com
social:minds:minds,minds.com
social:mewe:mewe,mewe.com
social:vk:vk,vk.com,vk.ru,vk.me,vkontakte.ru,com.vkontakte.android,vkontakte
social:ok.ru:ok.ru,odnoklassniki.ru,odnoklassniki.ua,ru.ok.android
social:my.mail.ru:my.mail.ru
social:dzen:dzen,dzen.ru,zen.yandex.*
social:pikabu:pikabu,pikabu.ru
social:habr:habr,habr.com
social:weibo:weibo,weibo.com,weibo.cn,t.cn,com.sina.weibo
social:wechat:wechat,wechat.com,weixin.qq.com,weixin110.qq.com,com.tencent.mm,weixin
social:qq:qq,qzone.qq.com,qun.qq.com,com.tencent.mobileqq
social:xiaohongshu:xiaohongshu,xiaohongshu.com,xhslink.com,rednote.com,com.xingin.xhs,rednote
social:douyin:douyin,douyin.com,com.ss.android.ugc.aweme
social:kuaishou:kuaishou,kuaishou.com
social:zhihu:zhihu,zhihu.com,com.zhihu.android
social:douban:douban,douban.com
social:renren:renren,renren.com,kaixin001.com
social:line:line,line.me,lin.ee,jp.naver.line.android
social:kakao:kakao,kakao.com,kakaocorp.com,com.kakao.talk,kakaotalk
social:naver blog:naver blog,blog.naver.com,cafe.naver.com,kin.naver.com,band.us
social:zalo:zalo,zalo.me,com.zing.zalo
social:viber:viber,viber.com,com.viber.voip
social:skype:skype,skype.com,com.skype.raider
social:imo:imo,imo.im
social:hacker news:hacker news,news.ycombinator.com,hackernews,hn
social:lobsters:lobsters,lobste.rs
social:product hunt:product hunt,producthunt.com,producthunt
social:indie hackers:indie hackers,indiehackers.com
social:github:github,github.com,com.github.android
social:gitlab:gitlab,gitlab.com
social:stack overflow:stack overflow,stackoverflow.com,stackexchange.com,serverfault.com,superuser.com,askubuntu.com,stackapps.com,mathoverflow.net,stackoverflow
social:quora:quora,quora.com,com.quora.android
social:medium:medium,medium.com,com.medium.reader
social:substack:substack,substack.com,com.substack.app
social:tumblr:tumblr,tumblr.com,com.tumblr
social:wordpress:wordpress,wordpress.com,wordpress.org
social:blogger:blogger,blogger.com,blogspot.*
social:livejournal:livejournal,livejournal.com,livejournal.ru
social:linktree:linktree,linktr.ee
social:linkin.bio:linkin.bio,beacons.ai,lnk.bio,bio.link,campsite.bio,taplink.cc
social:flipboard:flipboard,flipboard.com,flip.it,flipboard.app
social:pocket:pocket,getpocket.com,pocket.co
social:digg:digg,digg.com
social:disqus:disqus,disqus.com,disq.us
social:slashdot:slashdot,slashdot.org
social:fark:fark,fark.com
social:imgur:imgur,imgur.com
social:9gag:9gag,9gag.com
social:nextdoor:nextdoor,nextdoor.com,nextdoor.co.uk,nextdoor.de
social:xing:xing,xing.com,com.xing.android
social:viadeo:viadeo,viadeo.com,viadeo.journaldunet.com
social:yammer:yammer,yammer.com,engage.cloud.microsoft
social:meetup:meetup,meetup.com
social:yelp:yelp,yelp.*
social:tripadvisor:tripadvisor,tripadvisor.*
social:foursquare:foursquare,foursquare.com,swarmapp.com
social:glassdoor:glassdoor,glassdoor.*
social:goodreads:goodreads,goodreads.com
social:dribbble:dribbble,dribbble.com
social:behance:behance,behance.net
social:deviantart:deviantart,deviantart.com
social:artstation:artstation,artstation.com
social:flickr:flickr,flickr.com
social:500px:500px,500px.com
social:last.fm:last.fm,lastfm.*
social:soundcloud:soundcloud,soundcloud.com
social:patreon:patreon,patreon.com
social:ko-fi:ko-fi,ko-fi.com
social:clubhouse:clubhouse,clubhouse.com,joinclubhouse.com
social:bereal:bereal,bereal.com,bere.al
social:hootsuite:hootsuite,hootsuite.com,ow.ly
social:buffer:buffer,buffer.com,buff.ly
social:bitly:bitly,bit.ly
social:ameblo:ameblo,ameblo.jp,ameba.jp
social:hatena:hatena,hatena.ne.jp,hatenablog.com,hatenablog.jp,hatena.blog
social:mixi:mixi,mixi.jp
social:note.com:note.com,note.mu
social:pixiv:pixiv,pixiv.net
social:fc2:fc2,fc2.com
social:5ch:5ch,5ch.net,2ch.net,5ch.io
social:gree:gree,gree.jp
social:gutefrage:gutefrage,gutefrage.net
social:wykop:wykop,wykop.pl
social:nk.pl:nk.pl,nasza-klasa.pl
social:meneame:meneame,meneame.net
social:taringa:taringa,taringa.net
social:draugiem:draugiem,draugiem.lv
social:hyves:hyves,hyves.nl,hyves.net
social:studivz:studivz,studivz.net,meinvz.net,schuelervz.net
social:myspace:myspace,myspace.com
social:bebo:bebo,bebo.com
social:orkut:orkut,orkut.com,orkut.com.br
social:google+:google+,plus.google.*,plus.url.google.*,url.google.*,googleplus
social:google groups:google groups,groups.google.*,googlegroups.com
social:habbo:habbo,habbo.*
social:ravelry:ravelry,ravelry.com
social:wattpad:wattpad,wattpad.com
social:scribd:scribd,scribd.com
social:slideshare:slideshare,slideshare.net
social:academia:academia,academia.edu
social:researchgate:researchgate,researchgate.net
social:fetlife:fetlife,fetlife.com
social:italki:italki,italki.com
social:lang-8:lang-8,lang-8.com
social:couchsurfing:couchsurfing,couchsurfing.com,couchsurfing.org
social:peepeth:peepeth,peepeth.com
social:steemit:steemit,steemit.com,hive.blog,peakd.com
social:farcaster:farcaster,farcaster.xyz,warpcast.com
social:lens protocol:lens protocol,lens.xyz,hey.xyz
social:nostr clients:nostr clients,primal.net,damus.io,iris.to,snort.social
social:strava:strava,strava.com,com.strava
social:letterboxd:letterboxd,letterboxd.com
social:untappd:untappd,untappd.com
social:geni:geni,geni.com
social:myheritage:myheritage,myheritage.*
social:ancestry:ancestry,ancestry.com,ancestry.co.uk,ancestry.de
social:classmates:classmates,classmates.com
social:tagged:tagged,tagged.com
social:hi5:hi5,hi5.com
social:badoo:badoo,badoo.com
social:netlog:netlog,netlog.com
social:tuenti:tuenti,tuenti.com
social:skyrock:skyrock,skyrock.com
social:cyworld:cyworld,cyworld.com
social:plaxo:plaxo,plaxo.com
social:plurk:plurk,plurk.com
social:identi.ca:identi.ca
social:ning:ning,ning.com
social:gaiaonline:gaiaonline,gaiaonline.com
social:irc-galleria:irc-galleria,irc-galleria.net
social:weeworld:weeworld,weeworld.com
social:sonico:sonico,sonico.com
social:friendster:friendster,friendster.com
social:stumbleupon:stumbleupon,stumbleupon.com,mix.com
social:delicious:delicious,delicious.com,del.icio.us
social:multiply:multiply,multiply.com
social:xanga:xanga,xanga.com
social:vampirefreaks:vampirefreaks,vampirefreaks.com
social:cafemom:cafemom,cafemom.com
social:dailystrength:dailystrength,dailystrength.org
social:care2:care2,care2.com
social:caringbridge:caringbridge,caringbridge.org
social:flixster:flixster,flixster.com
social:librarything:librarything,librarything.com
social:anobii:anobii,anobii.com
social:mubi:mubi,mubi.com
social:reverbnation:reverbnation,reverbnation.com
social:partyflock:partyflock,partyflock.nl
social:copainsdavant:copainsdavant,copainsdavant.linternaute.com
social:trombi:trombi,trombi.com
social:zoo.gr:zoo.gr
social:mocospace:mocospace,mocospace.com
social:blackplanet:blackplanet,blackplanet.com
social:asmallworld:asmallworld,asmallworld.com
social:internations:internations,internations.org
social:interpals:interpals,interpals.net
social:kiwibox:kiwibox,kiwibox.com
social:dol2day:dol2day,dol2day.com
social:jappy:jappy,jappy.com,jappy.de
social:lokalisten:lokalisten,lokalisten.de
social:werkenntwen:werkenntwen,wer-kennt-wen.de
social:suomi24:suomi24,suomi24.fi
social:playahead:playahead,playahead.se
social:lunarstorm:lunarstorm,lunarstorm.se
social:biip:biip,biip.no
social:mouthshut:mouthshut,mouthshut.com
social:ibibo:ibibo,ibibo.com
social:bharatstudent:bharatstudent,bharatstudent.com
social:bigadda:bigadda,bigadda.com
social:fotolog:fotolog,fotolog.com
social:fotki:fotki,fotki.com
social:photobucket:photobucket,photobucket.com
social:secondlife:secondlife,secondlife.com
social:imvu:imvu,imvu.com
social:stardoll:stardoll,stardoll.com
social:livemocha:livemocha,livemocha.com
social:busuu:busuu,busuu.com
social:mymfb:mymfb,mymfb.com
social:virb:virb,virb.com
social:wakoopa:wakoopa,wakoopa.com
social:yfrog:yfrog,yfrog.com
social:buzznet:buzznet,buzznet.com
social:mylife:mylife,mylife.com
social:friends reunited:friends reunited,friendsreunited.com,friendsreunited.co.uk
social:windows live spaces:windows live spaces,spaces.live.com
video:youtube:youtube,youtube.com,youtu.be,youtube-nocookie.com,com.google.android.youtube,com.google.android.apps.youtube.music,yt
video:vimeo:vimeo,vimeo.com
video:dailymotion:dailymotion,dailymotion.com,dai.ly
video:twitch:twitch,twitch.tv,tv.twitch.android.app
video:kick:kick,kick.com
video:rumble:rumble,rumble.com
video:odysee:odysee,odysee.com,lbry.tv
video:bitchute:bitchute,bitchute.com
video:netflix:netflix,netflix.com
video:hulu:hulu,hulu.com
video:disney+:disney+,disneyplus.com
video:ted:ted,ted.com
video:wistia:wistia,wistia.com,wistia.net
video:bilibili:bilibili,bilibili.com,b23.tv,tv.danmaku.bili
video:niconico:niconico,nicovideo.jp,nico.ms
video:iqiyi:iqiyi,iqiyi.com,iq.com
video:youku:youku,youku.com,tudou.com
video:rutube:rutube,rutube.ru
video:veoh:veoh,veoh.com
video:crackle:crackle,crackle.com
video:curiositystream:curiositystream,curiositystream.com
video:utreon:utreon,utreon.com
video:d.tube:d.tube
shop:amazon:amazon,amazon.*,amzn.to,a.co,com.amazon.mShop.android.shopping,amzn
shop:ebay:ebay,ebay.*,ebay.us,com.ebay.mobile
shop:etsy:etsy,etsy.com,etsy.me,com.etsy.android
shop:walmart:walmart,walmart.*,com.walmart.android
shop:target:target,target.com
shop:bestbuy:bestbuy,bestbuy.com
shop:alibaba:alibaba,alibaba.com,com.alibaba.intl.android.apps.poseidon
shop:aliexpress:aliexpress,aliexpress.*,aliexpress.us,com.alibaba.aliexpresshd
shop:taobao:taobao,taobao.com,tmall.com
shop:jd:jd,jd.com
shop:pinduoduo:pinduoduo,pinduoduo.com,yangkeduo.com
shop:temu:temu,temu.com,com.einnovation.temu
shop:shein:shein,shein.*
shop:wish:wish,wish.com
shop:shopee:shopee,shopee.*
shop:lazada:lazada,lazada.*
shop:tokopedia:tokopedia,tokopedia.com
shop:flipkart:flipkart,flipkart.com
shop:coupang:coupang,coupang.com
shop:naver shopping:naver shopping,shopping.naver.com,smartstore.naver.com
shop:yahoo shopping:yahoo shopping,shopping.yahoo.*
shop:google shopping:google shopping,shopping.google.*,googleshopping
shop:kakaku:kakaku,kakaku.com
shop:mercadolibre:mercadolibre,mercadolibre.*,mercadolivre.com.br
shop:americanas:americanas,americanas.com.br
shop:allegro:allegro,allegro.pl,allegro.cz
shop:ceneo:ceneo,ceneo.pl
shop:heureka:heureka,heureka.cz,heureka.sk
shop:ozon:ozon,ozon.ru
shop:wildberries:wildberries,wildberries.ru
shop:yandex market:yandex market,market.yandex.*
shop:rozetka:rozetka,rozetka.com.ua
shop:emag:emag,emag.ro,emag.hu,emag.bg
shop:trendyol:trendyol,trendyol.com
shop:hepsiburada:hepsiburada,hepsiburada.com
shop:idealo:idealo,idealo.*
shop:pricerunner:pricerunner,pricerunner.*
shop:kelkoo:kelkoo,kelkoo.*
shop:shopzilla:shopzilla,shopzilla.*
shop:geizhals:geizhals,geizhals.at,geizhals.de,geizhals.eu
shop:check24:check24,check24.de
shop:toppreise:toppreise,toppreise.ch
shop:galaxus:galaxus,galaxus.*,digitec.ch
shop:otto:otto,otto.de
shop:zalando:zalando,zalando.*
shop:kaufland:kaufland,kaufland.*
shop:bol:bol,bol.com
shop:cdiscount:cdiscount,cdiscount.com
shop:vinted:vinted,vinted.*
shop:shopify:shopify,shopify.com,shop.app,com.shopify.arrive
display:google ad network:google ad network,doubleclick.net,googlesyndication.com,syndicatedsearch.goog,googleadservices.com,dclid
display:taboola:taboola,taboola.com
display:outbrain:outbrain,outbrain.com
display:criteo:criteo,criteo.com,criteo.net
display:adform:adform,adform.net
display:appnexus:appnexus,adnxs.com
display:amazon ads:amazon ads,amazon-adsystem.com
display:yahoo ads:yahoo ads,adtech.yahooinc.com,advertising.com
display:mgid:mgid,mgid.com
display:revcontent:revcontent,revcontent.com
display:adroll:adroll,adroll.com
display:teads:teads,teads.tv
display:applovin:applovin,applovin.com,applvn.com
display:unity ads:unity ads,unityads.unity3d.com
other:google docs:google docs,docs.google.*
other:google drive:google drive,drive.google.*
other:google accounts:google accounts,accounts.google.*
other:google calendar:google calendar,calendar.google.*
other:google meet:google meet,meet.google.*
other:google classroom:google classroom,classroom.google.*
other:google chat:google chat,chat.google.*
other:google sites:google sites,sites.google.*
other:google play:google play,play.google.*,com.android.vending
other:google ads console:google ads console,ads.google.*
other:google analytics:google analytics,analytics.google.*
other:google translate:google translate,translate.google.*
other:microsoft live:microsoft live,login.live.com
other:yahoo finance:yahoo finance,finance.yahoo.*
other:yandex metrica:yandex metrica,metrika.yandex.*,metrica.yandex.*
search::searchya.com,searchmobileonline.com,v9.com,22find.com,qvo6.com,qone8.com,sweet-page.com,istartsurf.com,omiga-plus.com,key-find.com,awesomehp.com,oursurfing.com,portaldosites.com,iminent.com,certified-toolbar.com,sweetim.com,imesh.com,genieo.com,findwide.com,surfcanyon.com,gelbeseiten.de,dasoertliche.de,dastelefonbuch.de,yellowmap.de,1881.no,gulesider.no,hitta.se,herold.at,local.ch,pagesjaunes.fr,paginegialle.it,yell.com,yellowpages.com,118700.se,gooofullsearch.com,darkoogle.com,gfsoso.com,blackle.com,startab.me,kiddle.co,kidrex.org,kidzsearch.com,fragfinn.de,blinde-kuh.de,qwantjunior.com,juniorsafesearch.com,k9safesearch.com
search:google:google,google.*,gogole.*,googel.*,gppgle.*,goolge.*,gogle.*,goggle.*,ggoogle.*,gooogle.*,googlee.*,googe.*,goo.gl,googleusercontent.com,googlesyndicatedsearch.com,com.google.android.googlequicksearchbox,com.google.android.apps.searchlite,google ads,googleads,google-ads,google_ads,adwords,googlemybusiness,gmb,gclid,gbraid,wbraid,gad_source
search:bing:bing,bing.*,bing.com,msn.*,com.microsoft.bing,com.microsoft.emmx,bing ads,bingads,microsoft,microsoft ads,msclkid,msn
search:yahoo:yahoo,yahoo.*,com.yahoo.mobile.client.android.search
search:duckduckgo:duckduckgo,duckduckgo.com,duckduckgo.eu,ddg.gg,duck.com,duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion,com.duckduckgo.mobile.android,ddg
search:yandex:yandex,yandex.*,ya.ru,yastatic.net,ru.yandex.searchplugin,ru.yandex.searchapp,com.yandex.browser,yandex direct,yclid
search:baidu:baidu,baidu.*,com.baidu.searchbox
search:naver:naver,naver.com,com.nhn.android.search
search:daum:daum,daum.net,net.daum.android.daum
search:nate:nate,nate.com
search:zum:zum,zum.com
search:sogou:sogou,sogou.com
search:360 search:360 search,so.com,360.cn,haosou.com,sou.com
search:shenma:shenma,sm.cn
search:quark:quark,quark.cn
search:seznam:seznam,seznam.cz,firmy.cz
search:ecosia:ecosia,ecosia.org,com.ecosia.android
search:qwant:qwant,qwant.com,com.qwant.liberty
search:startpage:startpage,startpage.com,startpage.nl,ixquick.*,startpagel6srwcjlue4zgq3zevrujfaow726kjytqbbjyrswwmjzcqd.onion
search:brave:brave,search.brave.com,brave.com,com.brave.browser
search:kagi:kagi,kagi.com
search:mojeek:mojeek,mojeek.com,mojeek.co.uk
search:swisscows:swisscows,swisscows.com,swisscows.ch,hulbee.com
search:metager:metager,metager.de,metager.org,metager2.de
search:presearch:presearch,presearch.com,presearch.io,presearch.org
search:yep:yep,yep.com
search:searx:searx,searx.be,searx.me,searx.space,searxng.org
search:gibiru:gibiru,gibiru.com
search:lilo:lilo,lilo.org
search:oceanhero:oceanhero,oceanhero.today
search:ekoru:ekoru,ekoru.org
search:karmasearch:karmasearch,karmasearch.org
search:ask:ask,ask.com,search-results.com,teoma.com
search:aol:aol,aol.*
search:lycos:lycos,lycos.*,hotbot.*
search:excite:excite,excite.*
search:altavista:altavista,altavista.*
search:coccoc:coccoc,coccoc.com
search:rambler:rambler,rambler.ru,nigma.ru
search:mail.ru:mail.ru,go.mail.ru
search:petal:petal,petalsearch.com,com.huawei.hwsearch
search:goo:goo,goo.ne.jp
search:biglobe:biglobe,biglobe.ne.jp
search:docomo:docomo,docomo.ne.jp
search:auone:auone,auone.jp
search:nifty:nifty,nifty.com
search:so-net:so-net,so-net.ne.jp
search:rakuten:rakuten,rakuten.*,infoseek.co.jp
search:livedoor:livedoor,livedoor.com
search:onet:onet,onet.pl
search:wp.pl:wp.pl
search:virgilio:virgilio,virgilio.it
search:libero:libero,libero.it
search:tiscali:tiscali,tiscali.it,tiscali.cz
search:t-online:t-online,t-online.de
search:web.de:web.de
search:freenet:freenet,freenet.de
search:bluewin:bluewin,bluewin.ch
search:search.ch:search.ch
search:orange search:orange search,lemoteur.orange.fr,lemoteur.fr,voila.fr
search:centrum:centrum,centrum.cz,atlas.cz,centrum.sk,atlas.sk
search:zoznam:zoznam,zoznam.sk
search:azet:azet,azet.sk
search:najdi:najdi,najdi.si
search:sapo:sapo,sapo.pt
search:clix:clix,clix.pt
search:globo:globo,globo.com
search:terra:terra,terra.com.br,terra.es,terra.cl
search:eniro:eniro,eniro.se,eniro.no,eniro.dk,eniro.fi
search:kvasir:kvasir,kvasir.no
search:startsiden:startsiden,startsiden.no,abcsok.no
search:walla:walla,walla.co.il
search:meta.ua:meta.ua
search:bigmir:bigmir,bigmir.net
search:ukr.net:ukr.net
search:tut.by:tut.by
search:abv:abv,abv.bg
search:comcast:comcast,comcast.net,xfinity.com
search:earthlink:earthlink,earthlink.net
search:charter.net:charter.net,rr.com
search:dogpile:dogpile,dogpile.com,webcrawler.com,metacrawler.com,zoo.com,infospace.com
search:info.com:info.com
search:izito:izito,izito.*,zapmeta.*,zapmetasearch.*
search:conduit:conduit,conduit.com,trovi.com
search:babylon:babylon,babylon.com,isearch.babylon.com,delta-search.com,delta-homes.com
search:mywebsearch:mywebsearch,mywebsearch.com,myway.com,mysearch.com,inbox.com
search:avg:avg,avg.com,avast.com,nation.com
search:softonic:softonic,softonic.com
search:ghostery:ghostery,ghosterysearch.com,glowstery.com,cliqz.com
search:neeva:neeva,neeva.com
search:wolframalpha:wolframalpha,wolframalpha.com
search:marginalia:marginalia,marginalia.nu,marginalia-search.com
search:stract:stract,stract.com
search:wiby:wiby,wiby.me
search:entireweb:entireweb,entireweb.com
search:exalead:exalead,exalead.*
search:looksmart:looksmart,looksmart.com
search:picsearch:picsearch,picsearch.com,picsearch.de
search:fireball:fireball,fireball.de,fireball.com
search:dmoz:dmoz,dmoz.org,curlie.org
search:gigablast:gigablast,gigablast.com
search:setooz:setooz,setooz.com
search:vuhuv:vuhuv,vuhuv.com,vuhuv.com.tr
search:geona:geona,geona.net
search:parsijoo:parsijoo,parsijoo.ir
search:zarebin:zarebin,zarebin.ir
search:freespoke:freespoke,freespoke.com
search:luxxle:luxxle,luxxle.com
search:givero:givero,givero.com
search:youcare:youcare,youcare.world
search:xayn:xayn,xayn.com
search:timpi:timpi,timpi.io
search:quendu:quendu,quendu.com
search:qmamu:qmamu,qmamu.com
search:rightdao:rightdao,rightdao.com
search:yippy:yippy,yippy.com
search:alexandria:alexandria,alexandria.org
search:searchencrypt:searchencrypt,searchencrypt.com,searchlock.com,searchprivacy.co,discretesearch.com
search:snap.do:snap.do
mail::bigpond.com,email.telstra.com,exmail.qq.com,iinet.net.au,mail.e1.ru,mail.mynet.com,mail.qip.ru,mail.yahoo.net,mastermail.ru,orange.fr,post.ru,sibmail.com,webmail.2degreesbroadband.co.nz,webmail.adam.com.au,webmail.commander.net.au,webmail.dodo.com.au,webmail.iprimus.com.au,webmail.netspace.net.au,webmail.optusnet.com.au,webmail.optuszoo.com.au,webmail.virginbroadband.com.au,webmail.vodafone.co.nz,webmail.westnet.com.au
search::1.cz,2gis.ru,abacho.at,abacho.ch,abacho.co.uk,abacho.com,abacho.de,abacho.es,abacho.fr,abacho.it,abcsolk.no,acoon.de,alexa.com,all.by,alltheweb.com,aolsearch.com,apollo.lv,apollo7.de,apontador.com.br,arama.com,arcor.de,ariadna.elmundo.es,arianna.com,ask.co.uk,ask.reference.com,askkids.com,blekko.com,blogdigger.com,blogpulse.com,blogs.icerocket.com,busca.orange.es,busca.uol.com.br,cc.bingj.com,cercato.it,clusty.com,cnn.com,crawler.com,cuil.com,daemon-search.com,dalesearch.com,eo.st,eurip.com,euroseek.com,everyclick.com,fastbrowsersearch.com,fastweb.it,find.tdc.dk,finderoo.com,firstsfind.com,fixsuche.de,flix.de,forestle.mobi,forestle.org,free.fr,fresh-weather.com,friendfeed.com,gais.cs.ccu.edu.tw,globososo.com,gnadenmeer.de,gomeo.com,google.cat,google.dodo.com.au,google.interia.pl,googleearth.de,googleearth.fr,goyellow.de,highbeam.com,hit-parade.com,holmes.ge,hooseek.com,icq.com,ilse.nl,incredimail.com,inspsearch.com,it.ao,jungle-spider.de,junglekey.com,junglekey.fr,jyxo.1188.cz,kataweb.it,ko.search.need2find.com,kununu.com,latne.lv,liveinternet.ru,lo.st,maailm.com,mamma.com,marktplaats.nl,maxwebsearch.com,meinestadt.de,meta.rrzn.uni-hannover.de,metacrawler.de,mister-wong.com,mister-wong.de,monstercrawler.com,mozbot.co.uk,mozbot.com,mozbot.fr,neti.ee,online.no,otsing.delfi.ee,p.zhongsou.com,paperball.de,plazoo.com,poisk.ru,qbyrd.com,qualigo.at,qualigo.ch,qualigo.de,qualigo.nl,recherche.francite.com,rechercher.aliceadsl.fr,rpmfind.net,search-intl.netscape.com,search.1and1.com,search.1und1.de,search.alot.com,search.bt.com,search.com,search.foxtab.com,search.freecause.com,search.hiyo.com,search.i.ua,search.incredibar.com,search.juno.com,search.kiwee.com,search.magnetic.com,search.media.telstra.com.au,search.offerbox.com,search.orange.co.uk,search.peoplepc.com,search.qip.ru,search.searchcompletion.com,search.snapdo.com,search.winamp.com,search.www.ee,search.yam.com,searchalot.com,searchcanvas.com,searchresults.verizon.com,searchthis.com,searchy.co.uk,sharelook.fr,skynet.be,sm.aport.ru,smart.delfi.lv,soso.com,sosodesktop.com,sougou.com,start.facemoods.com,start.iplay.com,startgoogle.startpagina.nl,suche.aolsvc.de,suche.gmx.net,suche.info,suchmaschine.com,suchnase.de,talktalk.co.uk,technorati.com,thesmartsearch.net,tixuma.de,toile.com,toolbarhome.com,trouvez.com,trovarapido.com,trusted--search.com,twingly.com,url.org,vinden.nl,vindex.nl,walhello.com,walhello.de,walhello.info,walhello.nl,web.canoe.ca,web.gougou.com,web.nl,web.volny.cz,webfetch.com,weborama.com,websearch.com,websearch.cs.com,witch.de,www1.astronaut.at,www2.austronaut.at,www3.zoek.nl,x-recherche.com,yasni.at,yasni.ch,yasni.co.uk,yasni.com,yasni.de,yatedo.com,yatedo.fr,yougoo.fr,ys.mirostart.com,zoeken.nl,zoohoo.cz
social::donanimhaber.com,forums.whirlpool.net.au,hocam.com,inci.sozlukspot.com,incisozluk.cc,incisozluk.com,instela.com,itusozluk.com,mastodon.online,mastodon.social,moikrug.ru,mylife.ru,myyearbook.com,paper.li,phanpy.social,sourceforge.net,sourtimes.org,sozluk.com,t.umblr.com,uludagsozluk.com,ulusozluk.com,vkrugudruzei.ru,wayn.com',
    CHR(  10)
  )) AS listed(brand)
  CROSS JOIN UNNEST(SPLIT(SPLIT_PART(brand, ':', 3), ',')) AS named(name)
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
    MIN(weight) AS weight,
    SUM(CASE WHEN eventtype = 'page_view' THEN weight ELSE 0 END) AS weighted_views,
    MIN_BY(COALESCE(page, ''), turn) AS first_page,
    MIN_BY(COALESCE(referrer, ''), turn) AS referrer,
    MIN_BY(utm, turn) AS utm,
    MIN_BY(COALESCE(advertised, ''), turn) AS clickid,
    ARRAY_JOIN(ARRAY_AGG(click ORDER BY click) FILTER(WHERE
      NOT click IS NULL), CHR(  10)) AS clicked,
    MIN_BY(location, turn) AS location,
    MIN_BY(device, turn) AS device,
    MIN_BY(COALESCE(visitorid, ''), turn) AS visitorid,
    MIN_BY(COALESCE(sessionid, ''), turn) AS sessionid,
    MAX(userid) AS userid,
    MIN(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS entry,
    MAX(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS leaving
  FROM (
    SELECT
      *,
      CASE
        WHEN utm.campaign <> ''
        THEN CONCAT_WS(
          CHR(  9),
          COALESCE(utm.source, ''),
          COALESCE(utm.medium, ''),
          utm.campaign,
          COALESCE(advertised, '')
        ) || CASE
          WHEN COALESCE(utm.source, '') = ''
          THEN CONCAT_WS(CHR(  9), '', COALESCE(referrer, ''), page)
          ELSE ''
        END
      END AS click
    FROM (
      SELECT
        *,
        CASE
          WHEN clickid = 'fbclid' AND device.browser = 'Instagram'
          THEN 'instagram'
          ELSE clickid
        END AS advertised
      FROM nearby_hits
      WHERE
        NOT visitkey IS NULL
    ) AS known
  ) AS named
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
    weight,
    weighted_views,
    first_page,
    referrer,
    utm,
    clickid,
    clicked,
    location,
    device,
    visitorid,
    sessionid,
    userid,
    entry,
    leaving,
    source,
    medium,
    campaign,
    CASE
      WHEN REGEXP_LIKE(LOWER(campaign), 'cross-network')
      THEN 'Cross-network'
      WHEN is_paid AND (
        kind = 'shop' OR is_shopping
      )
      THEN 'Paid Shopping'
      WHEN is_paid AND kind = 'search'
      THEN 'Paid Search'
      WHEN is_paid AND kind = 'social'
      THEN 'Paid Social'
      WHEN is_paid AND kind = 'video'
      THEN 'Paid Video'
      WHEN kind = 'display'
      OR REGEXP_LIKE(medium, '^(display|banner|expandable|interstitial|cpm)\z')
      THEN 'Display'
      WHEN is_paid
      THEN 'Paid Other'
      WHEN kind = 'ai'
      THEN 'AI Assistants'
      WHEN kind = 'shop' OR is_shopping
      THEN 'Organic Shopping'
      WHEN kind = 'social' OR REGEXP_LIKE(medium, 'social|^sm$')
      THEN 'Organic Social'
      WHEN kind = 'video' OR REGEXP_LIKE(medium, 'video')
      THEN 'Organic Video'
      WHEN kind = 'search' OR medium = 'organic'
      THEN 'Organic Search'
      WHEN kind = 'mail' OR REGEXP_LIKE(medium, '^e[ _-]?mail|newsletter')
      THEN 'Email'
      WHEN REGEXP_LIKE(medium, '^affiliate')
      THEN 'Affiliates'
      WHEN medium IN ('referral', 'app', 'link') OR (
        is_referred AND medium IS NULL
      )
      THEN 'Referral'
      WHEN medium = 'audio'
      THEN 'Audio'
      WHEN source = 'sms' OR medium = 'sms'
      THEN 'SMS'
      WHEN REGEXP_LIKE(medium, 'push\z|mobile|notification') OR source = 'firebase'
      THEN 'Mobile Push Notifications'
      WHEN source IS NULL AND medium IS NULL AND campaign IS NULL
      THEN 'Direct'
      ELSE 'Unassigned'
    END AS channel
  FROM (
    SELECT
      *,
      REGEXP_LIKE(LOWER(campaign), '(^|[^a-df-z])shop|shopping') AS is_shopping,
      COALESCE(NULLIF(SPLIT_PART(brand, CHR(  9), 2), ''), said) AS source,
      CASE
        WHEN NOT brand IS NULL
        THEN SPLIT_PART(brand, CHR(  9), 1)
        WHEN REGEXP_LIKE(
          said,
          '(^|[.])(([a-z0-9]+-)?(search|suche|szukaj|busca|buscador|recherche|pesquisa|ricerca|hledani|poisk|zoek|sok|arama)[0-9]*(-[a-z0-9]+)?[.][^.]+|(search|suche|busca|cherche|recherche|ricerc)[a-z0-9-]*[.][^.]{4,})[.]|(^|[.])([a-z0-9-]*[^e.])?search[.]((com?[.])?[a-z]{2}|[a-z]{3,4})\z'
        )
        THEN 'search'
        WHEN REGEXP_LIKE(
          said,
          '[.]social\z|^social[.]|(todon|mstdn|pixelfed|misskey|lemmy|pleroma|friendica)[a-z0-9-]*[.]'
        )
        THEN 'social'
      END AS kind
    FROM (
      SELECT
        s.*,
        COALESCE(
          ELEMENT_AT(listed.brands, s.name),
          ELEMENT_AT(listed.brands, NULLIF(REGEXP_EXTRACT(s.name, '[^.]+[.][^.]+[.][^.]+\z'), '')),
          CASE
            WHEN REGEXP_LIKE(s.said, '(^|[.])(web|e-?)?mail[0-9]*[.][^.]+[.]')
            THEN 'mail'
          END,
          ELEMENT_AT(listed.brands, NULLIF(REGEXP_EXTRACT(s.name, '[^.]+[.][^.]+\z'), ''))
        ) AS brand
      FROM (
        SELECT
          *,
          REGEXP_REPLACE(
            said,
            '(^|[.])(aliexpress|altavista|amazon|aol|baidu|bing|blogspot|ebay|exalead|excite|galaxus|ggoogle|glassdoor|gmx|goggle|gogle|gogole|googe|googel|google|googlee|goolge|gooogle|gppgle|habbo|hotbot|hotmail|idealo|ixquick|izito|kaufland|kelkoo|lastfm|lazada|lycos|mercadolibre|msn|myheritage|pinterest|pricerunner|rakuten|shein|shopee|shopzilla|tripadvisor|vinted|walmart|yahoo|yandex|yelp|zalando|zapmeta|zapmetasearch|zoho)[.](com|(com?[.])?[a-z]{2})\z',
            '$1$2.*'
          ) AS name
        FROM (
          SELECT
            *,
            utm_source IS NULL AND NOT host IS NULL AS is_referred,
            (
              NOT medium IS NULL
              AND REGEXP_LIKE(medium, 'cp|^(ppc|ads?|sem|retargeting|remarketing)$|(^|[^a-z])paid')
            )
            OR NOT COALESCE(advertised, 'fbclid') IN ('fbclid', 'instagram') AS is_paid,
            COALESCE(REGEXP_REPLACE(utm_source, '^www[.]', ''), host, advertised) AS said
          FROM (
            SELECT
              *,
              NULLIF(REGEXP_REPLACE(campaign_said, '^[\t-\r ]+|[\t-\r ]+\z', ''), '') AS campaign,
              NULLIF(
                REGEXP_REPLACE(
                  REGEXP_REPLACE(source_said, '^[\t-\r ]+|[\t-\r ]+\z', ''),
                  '^([(](direct|none|not set)[)]|direct)\z',
                  ''
                ),
                ''
              ) AS utm_source,
              NULLIF(
                REGEXP_REPLACE(
                  REGEXP_REPLACE(medium_said, '^[\t-\r ]+|[\t-\r ]+\z', ''),
                  '^[(](none|not set)[)]\z',
                  ''
                ),
                ''
              ) AS medium,
              CASE
                WHEN referred LIKE '%://%'
                THEN NULLIF(
                  NULLIF(
                    REGEXP_EXTRACT(LOWER(referred), '^[a-z][a-z0-9+.-]*://([^/?#@]*@)?(www[.])?([^/:?#]+)', 3),
                    ''
                  ),
                  COALESCE(
                    NULLIF(
                      REGEXP_EXTRACT(LOWER(landing), '^[a-z][a-z0-9+.-]*://([^/?#@]*@)?(www[.])?([^/:?#]+)', 3),
                      ''
                    ),
                    ''
                  )
                )
              END AS host
            FROM (
              SELECT
                *,
                LOWER(utm.source) AS source_said,
                LOWER(utm.medium) AS medium_said,
                utm.campaign AS campaign_said,
                referrer AS referred,
                first_page AS landing,
                NULLIF(clickid, '') AS advertised
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
                  MIN(weight) AS weight,
                  SUM(weighted_views) AS weighted_views,
                  MIN_BY(first_page, began) AS first_page,
                  MIN_BY(referrer, began) AS referrer,
                  MIN_BY(utm, began) AS utm,
                  MIN_BY(clickid, began) AS clickid,
                  ARRAY_JOIN(ARRAY_AGG(NULLIF(clicked, '') ORDER BY began), CHR(  10)) AS clicked,
                  MIN_BY(location, began) AS location,
                  MIN_BY(device, began) AS device,
                  MIN_BY(visitorid, began) AS visitorid,
                  MIN_BY(sessionid, began) AS sessionid,
                  MAX(userid) AS userid,
                  MIN(entry) AS entry,
                  MAX(leaving) AS leaving
                FROM (
                  SELECT
                    *,
                    MAX(opened) OVER (
                      PARTITION BY visitkey
                      ORDER BY began
                      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                    ) AS opening
                  FROM (
                    SELECT
                      *,
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
            ) AS parted
          ) AS trimmed
        ) AS named
      ) AS s
      CROSS JOIN (
        SELECT
          MAP_AGG(name, kind || CHR(  9) || source) AS brands
        FROM brands
      ) AS listed
    ) AS found
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
    weight,
    weighted_views,
    visitkey AS unit,
    source,
    medium,
    campaign,
    channel,
    clicked,
    NULLIF(location.country, '') AS country,
    NULLIF(location.city, '') AS city,
    NULLIF(device.device_type, '') AS device_type,
    NULLIF(device.browser, '') AS browser,
    NULLIF(device.os, '') AS os
  FROM spans
), conversions AS (
  SELECT
    h.weight,
    h.unit,
    v.visitkey,
    v.opening,
    v.campaign,
    v.source,
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
    h.local_day,
    h.shown_page,
    h.location.country AS country,
    h.device.device_type AS device_type,
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
      variants * seen - whole
    ) * (
      variants * seen - whole
    )) OVER (PARTITION BY experiment) / (
      1e0 * variants * whole * spread
    ) AS deviation
  FROM (
    SELECT
      *,
      COUNT(*) OVER (PARTITION BY experiment) AS variants,
      SUM(seen) OVER (PARTITION BY experiment) AS whole,
      SUM(squared) OVER (PARTITION BY experiment) / SUM(seen) OVER (PARTITION BY experiment) AS spread
    FROM (
      SELECT
        experiment,
        variant,
        CAST(ROUND(COALESCE(SUM(weight), 0)) AS BIGINT) AS visits,
        CAST(ROUND(COALESCE(SUM(reached_weight), 0)) AS BIGINT) AS converted,
        ROUND(1e2 * COALESCE(SUM(reached_weight), 0) / SUM(weight), 1) AS conversion_rate,
        SUM(weight) AS seen,
        SUM(weight * weight) AS squared
      FROM (
        SELECT
          met.experiment,
          met.variant,
          met.weight,
          met.unit,
          CASE WHEN NOT reached.weight IS NULL THEN GREATEST(met.weight, reached.weight) END AS reached_weight
        FROM (
          SELECT
            visitkey,
            opening,
            experiment,
            variant,
            MIN(turn) AS first_met,
            MIN(weight) AS weight,
            MIN(unit) AS unit
          FROM (
            SELECT
              visitkey,
              opening,
              turn,
              weight,
              unit,
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
            MAX(turn) AS last_reached,
            MIN(weight) AS weight
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
      ) AS shown_to
      GROUP BY
        experiment,
        variant
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
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp,
      CASE WHEN sampleweight BETWEEN 1e0 AND 1e12 THEN sampleweight ELSE 1e0 END AS weight
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
    COALESCE(sessionid, visitorid, eventid) AS unit,
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
), brands AS (
  SELECT
    SPLIT_PART(brand, ':', 1) AS kind,
    COALESCE(NULLIF(SPLIT_PART(brand, ':', 2), ''), name) AS source,
    name
  FROM UNNEST(SPLIT(
    'ai:chatgpt:chatgpt,chatgpt.com,chat.openai.com,openai.com,com.openai.chatgpt,chat gpt,openai
ai:perplexity:perplexity,perplexity.ai,perplexity.com,ai.perplexity.app.android
ai:claude:claude,claude.ai,claude.com,anthropic.com,com.anthropic.claude,anthropic
ai:gemini:gemini,gemini.google.*,bard.google.*,aistudio.google.*,com.google.android.apps.bard,bard
ai:notebooklm:notebooklm,notebooklm.google.*,notebooklm.google
ai:copilot:copilot,copilot.microsoft.com,copilot.cloud.microsoft,m365.cloud.microsoft,copilot.com,edgeservices.bing.com,com.microsoft.copilot
ai:deepseek:deepseek,deepseek.com,deepseek.ai,com.deepseek.chat
ai:grok:grok,grok.com,x.ai,ai.x.grok
ai:meta ai:meta ai,meta.ai
ai:mistral:mistral,mistral.ai,le chat,lechat
ai:duck.ai:duck.ai
ai:you.com:you.com
ai:poe:poe,poe.com
ai:phind:phind,phind.com
ai:pi.ai:pi.ai
ai:character.ai:character.ai,c.ai
ai:jasper:jasper,jasper.ai
ai:writesonic:writesonic,writesonic.com,chatsonic
ai:iask:iask,iask.ai
ai:andi:andi,andisearch.com
ai:komo:komo,komo.ai
ai:chatglm:chatglm,chatglm.cn,z.ai,bigmodel.cn
ai:kimi:kimi,kimi.com,kimi.ai,moonshot.cn,kimi.moonshot.cn
ai:doubao:doubao,doubao.com,com.larus.nova
ai:qwen:qwen,qwen.ai,tongyi.com,tongyi.aliyun.com,qianwen.com
ai:ernie:ernie,yiyan.baidu.com,chat.baidu.com
ai:yuanbao:yuanbao,yuanbao.tencent.com,hunyuan.tencent.com
ai:minimax:minimax,minimax.io,minimaxi.com,hailuoai.com
ai:metaso:metaso,metaso.cn
ai:felo:felo,felo.ai
ai:genspark:genspark,genspark.ai
ai:manus.im:manus.im
ai:consensus:consensus,consensus.app
ai:elicit:elicit,elicit.com,elicit.org
ai:scite:scite,scite.ai
ai:openevidence:openevidence,openevidence.com
ai:liner ai:liner ai,liner.com,getliner.com
ai:huggingchat:huggingchat,huggingface.co
ai:lmarena:lmarena,lmarena.ai,lmsys.org
ai:venice:venice,venice.ai
ai:lumo:lumo,lumo.proton.me
ai:t3chat:t3chat,t3.chat
ai:openrouter:openrouter,openrouter.ai
ai:groq:groq,groq.com
ai:cohere:cohere,cohere.com,cohere.ai
ai:monica:monica,monica.im
ai:sider:sider,sider.ai
ai:merlin ai:merlin ai,getmerlin.in
ai:blackbox:blackbox,blackbox.ai
ai:copy.ai:copy.ai
ai:rytr:rytr,rytr.me
ai:opera aria:opera aria,aria.opera.com
ai:yandex alice:yandex alice,alice.yandex.*,alice.yandex
ai:gigachat:gigachat,giga.chat
ai:clova:clova,clova-x.naver.com
ai:wrtn:wrtn,wrtn.ai
ai:chat+:chat+,chatplus.com,chat-gpt.org
ai:chatbotapp:chatbotapp,chatbotapp.ai,chatbot.app
ai:ninjachat:ninjachat,ninjachat.ai
ai:chatpdf:chatpdf,chatpdf.com
mail:gmail:gmail,mail.google.*,gmail.com,inbox.google.*,com.google.android.gm,com.google.android.gm.lite
mail:outlook:outlook,outlook.com,outlook.live.com,outlook.office.com,outlook.office365.com,hotmail.*,hotmail,mail.live.com,com.microsoft.office.outlook
mail:yahoo mail:yahoo mail,mail.yahoo.*,com.yahoo.mobile.client.android.mail
mail:icloud:icloud,icloud.com
mail:proton:proton,proton.me,protonmail.com,protonmail,ch.protonmail.android
mail:gmx:gmx,gmx.*,deref-gmx.net,deref-gmx.com,deref-gmx.fr,3c.gmx.net,de.gmx.mobile.android.mail
mail:web.de mail:web.de mail,deref-web.de,deref-web-02.de,3c.web.de,de.web.mobile.android.mail
mail:yandex mail:yandex mail,mail.yandex.*,ru.yandex.mail
mail:mail.ru mail:mail.ru mail,e.mail.ru,touch.mail.ru,ru.mail.mailapp
mail:aol mail:aol mail,mail.aol.*,com.aol.mobile.aolapp
mail:zoho:zoho,mail.zoho.*,zoho.*,com.zoho.mail
mail:fastmail:fastmail,fastmail.com,fastmail.fm
mail:tuta:tuta,tuta.com,tutanota.com,de.tutao.tutanota
mail:hey mail:hey mail,app.hey.com
mail:superhuman:superhuman,superhuman.com
mail:spark mail:spark mail,com.readdle.spark
mail:samsung email:samsung email,com.samsung.android.email.provider
mail:seznam mail:seznam mail,email.seznam.cz
mail:daum mail:daum mail,mail.daum.net,hanmail.net
mail:naver mail:naver mail,mail.naver.com
mail:rambler mail:rambler mail,mail.rambler.ru
mail:mail.com:mail.com,deref-mail.com
mail:laposte:laposte,laposte.net
mail:orange mail:orange mail,messagerie.orange.fr
mail:sfr mail:sfr mail,messagerie.sfr.fr
mail:free mail:free mail,zimbra.free.fr
mail:ukr.net mail:ukr.net mail,mail.ukr.net
mail:163 mail:163 mail,mail.163.com,126.com,mail.126.com
mail:qq mail:qq mail,mail.qq.com,wx.mail.qq.com,com.tencent.androidqqmail
mail:mailchimp:mailchimp,mailchimp.com,mailchi.mp,list-manage.com,campaign-archive.com
mail:klaviyo:klaviyo,klaviyo.com,klclick.com
mail:brevo:brevo,brevo.com,sendinblue.com,sendibm1.com
mail:campaign monitor:campaign monitor,createsend.com,cmail19.com,cmail20.com
mail:sendgrid:sendgrid,sendgrid.net
mail:hubspot mail:hubspot mail,hubspotemail.net
mail:convertkit:convertkit,convertkit.com,kit.com,convertkit-mail.com
mail:beehiiv:beehiiv,beehiiv.com
mail:buttondown:buttondown,buttondown.email,buttondown.com
mail:email:email,e-mail,e_mail,e mail
mail:newsletter:newsletter,newsletters
social:facebook:facebook,facebook.com,fb.com,fb.me,fb.watch,facebookwkhpilnemxj7asaniu7vnjjbiltxjqhye3mhbshg7kx5tfyd.onion,com.facebook.katana,com.facebook.lite,fb,meta,facebook ads,facebookads,meta ads,fbclid
social:instagram:instagram,instagram.com,com.instagram.android,ig,insta,igshopping
social:threads:threads,threads.net,threads.com,com.instagram.barcelona
social:messenger:messenger,messenger.com,m.me,com.facebook.orca
social:workplace:workplace,workplace.com
social:x:x,x.com,twitter.com,t.co,tweetdeck.com,com.twitter.android,twitter,tw,twclid
social:linkedin:linkedin,linkedin.com,lnkd.in,com.linkedin.android,linked-in,linkedin ads,li,li_fat_id
social:reddit:reddit,reddit.com,redd.it,com.reddit.frontpage,rdt_cid
social:pinterest:pinterest,pinterest.*,pin.it,com.pinterest,epik
social:tiktok:tiktok,tiktok.com,tiktokv.com,com.zhiliaoapp.musically,com.ss.android.ugc.trill,tik tok,ttclid
social:snapchat:snapchat,snapchat.com,snap.com,com.snapchat.android,sccid
social:whatsapp:whatsapp,whatsapp.com,wa.me,com.whatsapp,com.whatsapp.w4b
social:telegram:telegram,telegram.org,telegram.me,t.me,org.telegram.messenger,org.telegram.messenger.web,org.telegram.plus,tg
social:discord:discord,discord.com,discord.gg,discordapp.com,com.discord
social:bluesky:bluesky,bsky.app,bsky.social,xyz.blueskyweb.app,bsky
social:mastodon:mastodon,joinmastodon.org,org.joinmastodon.android,mas.to,hachyderm.io,infosec.exchange,troet.cafe,pawoo.net,c.im,botsin.space,bitcoinhackers.org,friends.nico,quey.org,tkm.eus,mathstodon.xyz,ioc.exchange,masto.ai,masto.nu,masto.es,masto.pt,masto.host,toot.cafe,toot.community,tooting.ch,toot.wales,tooot.im,metalhead.club,livellosegreto.it,sociale.network,dice.camp,wandering.shop,writing.exchange,journa.host,todon.eu,todon.nl,fedibird.com,vocalodon.net,best-friends.chat,planet.moe,handon.club,kmy.blue,baraag.net,cybre.space,snouts.online,sleeping.town,tech.lgbt,lgbtqia.space,eldritch.cafe,mamot.fr,piaille.fr,framapiaf.org,layer8.space,lor.sh,nerdculture.de,linuxrocks.online,functional.cafe,merveilles.town,weirder.earth,pouet.chapril.org,qoto.org,sciences.re,types.pl,wien.rocks,woof.group,zirk.us,101010.pl,union.place,vmst.io,worldkey.io,xoxo.zone,switter.at,spinster.xyz,ravenation.club,aus.social,kosmos.social,octodon.social,niu.moe,mao.mastodonhub.com,oc.todon.fr,social.coop,tusky.app,com.keylesspalace.tusky,me.rhosys.mastodon,universeodon.com,fedi.life,bark.lgbt,im-in.space,glammr.us,awscommunity.social,ecoevo.social,front-end.social,mindly.social,genomic.social,hometech.social,urbanists.social,sauropods.win,freeradical.zone,wetdry.world,app.wafrn.net,sakurajima.moe,rubber.social,plural.cafe,mk.absturztau.be,equestria.social,pony.social,dragonscave.space,tabletop.social,queer.party,chitter.xyz,hellsite.site,vulpine.club,computerfairi.es,radical.town,anarchism.space,sunbeam.city,hispagatos.space,mastd.racing,mast.dragon-fly.club,x0r.be,hulvr.com,gamepad.club,dmv.community,mspsocial.net,frikiverse.zone,loma.ml,aipi.social,moth.zone,lou.lt,slippy.xyz,den.dev
social:pixelfed:pixelfed,pixey.org,pxlmo.com,metapixl.com,pix.toot.wales,pixel.tchncs.de,fotofed.nl
social:misskey:misskey,misskey.io,nijimiss.moe,firefish.social,sharkey.world,mk.autonomy.earth
social:lemmy:lemmy,beehaw.org,feddit.de,feddit.org,feddit.it,feddit.uk,sh.itjust.works,programming.dev,kbin.social,fedia.io
social:diaspora:diaspora,diasporafoundation.org,pluspora.com,framasphere.org,diasp.org,joindiaspora.com,pod.geraspora.de
social:truth social:truth social,truthsocial.com
social:gab:gab,gab.com,gab.ai
social:gettr:gettr,gettr.com
social:parler:parler,parler.com
social:minds:minds,minds.com
social:mewe:mewe,mewe.com
social:vk:vk,vk.com,vk.ru,vk.me,vkontakte.ru,com.vkontakte.android,vkontakte
social:ok.ru:ok.ru,odnoklassniki.ru,odnoklassniki.ua,ru.ok.android
social:my.mail.ru:my.mail.ru
social:dzen:dzen,dzen.ru,zen.yandex.*
social:pikabu:pikabu,pikabu.ru
social:habr:habr,habr.com
social:weibo:weibo,weibo.com,weibo.cn,t.cn,com.sina.weibo
social:wechat:wechat,wechat.com,weixin.qq.com,weixin110.qq.com,com.tencent.mm,weixin
social:qq:qq,qzone.qq.com,qun.qq.com,com.tencent.mobileqq
social:xiaohongshu:xiaohongshu,xiaohongshu.com,xhslink.com,rednote.com,com.xingin.xhs,rednote
social:douyin:douyin,douyin.com,com.ss.android.ugc.aweme
social:kuaishou:kuaishou,kuaishou.com
social:zhihu:zhihu,zhihu.com,com.zhihu.android
social:douban:douban,douban.com
social:renren:renren,renren.com,kaixin001.com
social:line:line,line.me,lin.ee,jp.naver.line.android
social:kakao:kakao,kakao.com,kakaocorp.com,com.kakao.talk,kakaotalk
social:naver blog:naver blog,blog.naver.com,cafe.naver.com,kin.naver.com,band.us
social:zalo:zalo,zalo.me,com.zing.zalo
social:viber:viber,viber.com,com.viber.voip
social:skype:skype,skype.com,com.skype.raider
social:imo:imo,imo.im
social:hacker news:hacker news,news.ycombinator.com,hackernews,hn
social:lobsters:lobsters,lobste.rs
social:product hunt:product hunt,producthunt.com,producthunt
social:indie hackers:indie hackers,indiehackers.com
social:github:github,github.com,com.github.android
social:gitlab:gitlab,gitlab.com
social:stack overflow:stack overflow,stackoverflow.com,stackexchange.com,serverfault.com,superuser.com,askubuntu.com,stackapps.com,mathoverflow.net,stackoverflow
social:quora:quora,quora.com,com.quora.android
social:medium:medium,medium.com,com.medium.reader
social:substack:substack,substack.com,com.substack.app
social:tumblr:tumblr,tumblr.com,com.tumblr
social:wordpress:wordpress,wordpress.com,wordpress.org
social:blogger:blogger,blogger.com,blogspot.*
social:livejournal:livejournal,livejournal.com,livejournal.ru
social:linktree:linktree,linktr.ee
social:linkin.bio:linkin.bio,beacons.ai,lnk.bio,bio.link,campsite.bio,taplink.cc
social:flipboard:flipboard,flipboard.com,flip.it,flipboard.app
social:pocket:pocket,getpocket.com,pocket.co
social:digg:digg,digg.com
social:disqus:disqus,disqus.com,disq.us
social:slashdot:slashdot,slashdot.org
social:fark:fark,fark.com
social:imgur:imgur,imgur.com
social:9gag:9gag,9gag.com
social:nextdoor:nextdoor,nextdoor.com,nextdoor.co.uk,nextdoor.de
social:xing:xing,xing.com,com.xing.android
social:viadeo:viadeo,viadeo.com,viadeo.journaldunet.com
social:yammer:yammer,yammer.com,engage.cloud.microsoft
social:meetup:meetup,meetup.com
social:yelp:yelp,yelp.*
social:tripadvisor:tripadvisor,tripadvisor.*
social:foursquare:foursquare,foursquare.com,swarmapp.com
social:glassdoor:glassdoor,glassdoor.*
social:goodreads:goodreads,goodreads.com
social:dribbble:dribbble,dribbble.com
social:behance:behance,behance.net
social:deviantart:deviantart,deviantart.com
social:artstation:artstation,artstation.com
social:flickr:flickr,flickr.com
social:500px:500px,500px.com
social:last.fm:last.fm,lastfm.*
social:soundcloud:soundcloud,soundcloud.com
social:patreon:patreon,patreon.com
social:ko-fi:ko-fi,ko-fi.com
social:clubhouse:clubhouse,clubhouse.com,joinclubhouse.com
social:bereal:bereal,bereal.com,bere.al
social:hootsuite:hootsuite,hootsuite.com,ow.ly
social:buffer:buffer,buffer.com,buff.ly
social:bitly:bitly,bit.ly
social:ameblo:ameblo,ameblo.jp,ameba.jp
social:hatena:hatena,hatena.ne.jp,hatenablog.com,hatenablog.jp,hatena.blog
social:mixi:mixi,mixi.jp
social:note.com:note.com,note.mu
social:pixiv:pixiv,pixiv.net
social:fc2:fc2,fc2.com
social:5ch:5ch,5ch.net,2ch.net,5ch.io
social:gree:gree,gree.jp
social:gutefrage:gutefrage,gutefrage.net
social:wykop:wykop,wykop.pl
social:nk.pl:nk.pl,nasza-klasa.pl
social:meneame:meneame,meneame.net
social:taringa:taringa,taringa.net
social:draugiem:draugiem,draugiem.lv
social:hyves:hyves,hyves.nl,hyves.net
social:studivz:studivz,studivz.net,meinvz.net,schuelervz.net
social:myspace:myspace,myspace.com
social:bebo:bebo,bebo.com
social:orkut:orkut,orkut.com,orkut.com.br
social:google+:google+,plus.google.*,plus.url.google.*,url.google.*,googleplus
social:google groups:google groups,groups.google.*,googlegroups.com
social:habbo:habbo,habbo.*
social:ravelry:ravelry,ravelry.com
social:wattpad:wattpad,wattpad.com
social:scribd:scribd,scribd.com
social:slideshare:slideshare,slideshare.net
social:academia:academia,academia.edu
social:researchgate:researchgate,researchgate.net
social:fetlife:fetlife,fetlife.com
social:italki:italki,italki.com
social:lang-8:lang-8,lang-8.com
social:couchsurfing:couchsurfing,couchsurfing.com,couchsurfing.org
social:peepeth:peepeth,peepeth.com
social:steemit:steemit,steemit.com,hive.blog,peakd.com
social:farcaster:farcaster,farcaster.xyz,warpcast.com
social:lens protocol:lens protocol,lens.xyz,hey.xyz
social:nostr clients:nostr clients,primal.net,damus.io,iris.to,snort.social
social:strava:strava,strava.com,com.strava
social:letterboxd:letterboxd,letterboxd.com
social:untappd:untappd,untappd.com
social:geni:geni,geni.com
social:myheritage:myheritage,myheritage.*
social:ancestry:ancestry,ancestry.com,ancestry.co.uk,ancestry.de
social:classmates:classmates,classmates.com
social:tagged:tagged,tagged.com
social:hi5:hi5,hi5.com
social:badoo:badoo,badoo.com
social:netlog:netlog,netlog.com
social:tuenti:tuenti,tuenti.com
social:skyrock:skyrock,skyrock.com
social:cyworld:cyworld,cyworld.com
social:plaxo:plaxo,plaxo.com
social:plurk:plurk,plurk.com
social:identi.ca:identi.ca
social:ning:ning,ning.com
social:gaiaonline:gaiaonline,gaiaonline.com
social:irc-galleria:irc-galleria,irc-galleria.net
social:weeworld:weeworld,weeworld.com
social:sonico:sonico,sonico.com
social:friendster:friendster,friendster.com
social:stumbleupon:stumbleupon,stumbleupon.com,mix.com
social:delicious:delicious,delicious.com,del.icio.us
social:multiply:multiply,multiply.com
social:xanga:xanga,xanga.com
social:vampirefreaks:vampirefreaks,vampirefreaks.com
social:cafemom:cafemom,cafemom.com
social:dailystrength:dailystrength,dailystrength.org
social:care2:care2,care2.com
social:caringbridge:caringbridge,caringbridge.org
social:flixster:flixster,flixster.com
social:librarything:librarything,librarything.com
social:anobii:anobii,anobii.com
social:mubi:mubi,mubi.com
social:reverbnation:reverbnation,reverbnation.com
social:partyflock:partyflock,partyflock.nl
social:copainsdavant:copainsdavant,copainsdavant.linternaute.com
social:trombi:trombi,trombi.com
social:zoo.gr:zoo.gr
social:mocospace:mocospace,mocospace.com
social:blackplanet:blackplanet,blackplanet.com
social:asmallworld:asmallworld,asmallworld.com
social:internations:internations,internations.org
social:interpals:interpals,interpals.net
social:kiwibox:kiwibox,kiwibox.com
social:dol2day:dol2day,dol2day.com
social:jappy:jappy,jappy.com,jappy.de
social:lokalisten:lokalisten,lokalisten.de
social:werkenntwen:werkenntwen,wer-kennt-wen.de
social:suomi24:suomi24,suomi24.fi
social:playahead:playahead,playahead.se
social:lunarstorm:lunarstorm,lunarstorm.se
social:biip:biip,biip.no
social:mouthshut:mouthshut,mouthshut.com
social:ibibo:ibibo,ibibo.com
social:bharatstudent:bharatstudent,bharatstudent.com
social:bigadda:bigadda,bigadda.com
social:fotolog:fotolog,fotolog.com
social:fotki:fotki,fotki.com
social:photobucket:photobucket,photobucket.com
social:secondlife:secondlife,secondlife.com
social:imvu:imvu,imvu.com
social:stardoll:stardoll,stardoll.com
social:livemocha:livemocha,livemocha.com
social:busuu:busuu,busuu.com
social:mymfb:mymfb,mymfb.com
social:virb:virb,virb.com
social:wakoopa:wakoopa,wakoopa.com
social:yfrog:yfrog,yfrog.com
social:buzznet:buzznet,buzznet.com
social:mylife:mylife,mylife.com
social:friends reunited:friends reunited,friendsreunited.com,friendsreunited.co.uk
social:windows live spaces:windows live spaces,spaces.live.com
video:youtube:youtube,youtube.com,youtu.be,youtube-nocookie.com,com.google.android.youtube,com.google.android.apps.youtube.music,yt
video:vimeo:vimeo,vimeo.com
video:dailymotion:dailymotion,dailymotion.com,dai.ly
video:twitch:twitch,twitch.tv,tv.twitch.android.app
video:kick:kick,kick.com
video:rumble:rumble,rumble.com
video:odysee:odysee,odysee.com,lbry.tv
video:bitchute:bitchute,bitchute.com
video:netflix:netflix,netflix.com
video:hulu:hulu,hulu.com
video:disney+:disney+,disneyplus.com
video:ted:ted,ted.com
video:wistia:wistia,wistia.com,wistia.net
video:bilibili:bilibili,bilibili.com,b23.tv,tv.danmaku.bili
video:niconico:niconico,nicovideo.jp,nico.ms
video:iqiyi:iqiyi,iqiyi.com,iq.com
video:youku:youku,youku.com,tudou.com
video:rutube:rutube,rutube.ru
video:veoh:veoh,veoh.com
video:crackle:crackle,crackle.com
video:curiositystream:curiositystream,curiositystream.com
video:utreon:utreon,utreon.com
video:d.tube:d.tube
shop:amazon:amazon,amazon.*,amzn.to,a.co,com.amazon.mShop.android.shopping,amzn
shop:ebay:ebay,ebay.*,ebay.us,com.ebay.mobile
shop:etsy:etsy,etsy.com,etsy.me,com.etsy.android
shop:walmart:walmart,walmart.*,com.walmart.android
shop:target:target,target.com
shop:bestbuy:bestbuy,bestbuy.com
shop:alibaba:alibaba,alibaba.com,com.alibaba.intl.android.apps.poseidon
shop:aliexpress:aliexpress,aliexpress.*,aliexpress.us,com.alibaba.aliexpresshd
shop:taobao:taobao,taobao.com,tmall.com
shop:jd:jd,jd.com
shop:pinduoduo:pinduoduo,pinduoduo.com,yangkeduo.com
shop:temu:temu,temu.com,com.einnovation.temu
shop:shein:shein,shein.*
shop:wish:wish,wish.com
shop:shopee:shopee,shopee.*
shop:lazada:lazada,lazada.*
shop:tokopedia:tokopedia,tokopedia.com
shop:flipkart:flipkart,flipkart.com
shop:coupang:coupang,coupang.com
shop:naver shopping:naver shopping,shopping.naver.com,smartstore.naver.com
shop:yahoo shopping:yahoo shopping,shopping.yahoo.*
shop:google shopping:google shopping,shopping.google.*,googleshopping
shop:kakaku:kakaku,kakaku.com
shop:mercadolibre:mercadolibre,mercadolibre.*,mercadolivre.com.br
shop:americanas:americanas,americanas.com.br
shop:allegro:allegro,allegro.pl,allegro.cz
shop:ceneo:ceneo,ceneo.pl
shop:heureka:heureka,heureka.cz,heureka.sk
shop:ozon:ozon,ozon.ru
shop:wildberries:wildberries,wildberries.ru
shop:yandex market:yandex market,market.yandex.*
shop:rozetka:rozetka,rozetka.com.ua
shop:emag:emag,emag.ro,emag.hu,emag.bg
shop:trendyol:trendyol,trendyol.com
shop:hepsiburada:hepsiburada,hepsiburada.com
shop:idealo:idealo,idealo.*
shop:pricerunner:pricerunner,pricerunner.*
shop:kelkoo:kelkoo,kelkoo.*
shop:shopzilla:shopzilla,shopzilla.*
shop:geizhals:geizhals,geizhals.at,geizhals.de,geizhals.eu
shop:check24:check24,check24.de
shop:toppreise:toppreise,toppreise.ch
shop:galaxus:galaxus,galaxus.*,digitec.ch
shop:otto:otto,otto.de
shop:zalando:zalando,zalando.*
shop:kaufland:kaufland,kaufland.*
shop:bol:bol,bol.com
shop:cdiscount:cdiscount,cdiscount.com
shop:vinted:vinted,vinted.*
shop:shopify:shopify,shopify.com,shop.app,com.shopify.arrive
display:google ad network:google ad network,doubleclick.net,googlesyndication.com,syndicatedsearch.goog,googleadservices.com,dclid
display:taboola:taboola,taboola.com
display:outbrain:outbrain,outbrain.com
display:criteo:criteo,criteo.com,criteo.net
display:adform:adform,adform.net
display:appnexus:appnexus,adnxs.com
display:amazon ads:amazon ads,amazon-adsystem.com
display:yahoo ads:yahoo ads,adtech.yahooinc.com,advertising.com
display:mgid:mgid,mgid.com
display:revcontent:revcontent,revcontent.com
display:adroll:adroll,adroll.com
display:teads:teads,teads.tv
display:applovin:applovin,applovin.com,applvn.com
display:unity ads:unity ads,unityads.unity3d.com
other:google docs:google docs,docs.google.*
other:google drive:google drive,drive.google.*
other:google accounts:google accounts,accounts.google.*
other:google calendar:google calendar,calendar.google.*
other:google meet:google meet,meet.google.*
other:google classroom:google classroom,classroom.google.*
other:google chat:google chat,chat.google.*
other:google sites:google sites,sites.google.*
other:google play:google play,play.google.*,com.android.vending
other:google ads console:google ads console,ads.google.*
other:google analytics:google analytics,analytics.google.*
other:google translate:google translate,translate.google.*
other:microsoft live:microsoft live,login.live.com
other:yahoo finance:yahoo finance,finance.yahoo.*
other:yandex metrica:yandex metrica,metrika.yandex.*,metrica.yandex.*
search::searchya.com,searchmobileonline.com,v9.com,22find.com,qvo6.com,qone8.com,sweet-page.com,istartsurf.com,omiga-plus.com,key-find.com,awesomehp.com,oursurfing.com,portaldosites.com,iminent.com,certified-toolbar.com,sweetim.com,imesh.com,genieo.com,findwide.com,surfcanyon.com,gelbeseiten.de,dasoertliche.de,dastelefonbuch.de,yellowmap.de,1881.no,gulesider.no,hitta.se,herold.at,local.ch,pagesjaunes.fr,paginegialle.it,yell.com,yellowpages.com,118700.se,gooofullsearch.com,darkoogle.com,gfsoso.com,blackle.com,startab.me,kiddle.co,kidrex.org,kidzsearch.com,fragfinn.de,blinde-kuh.de,qwantjunior.com,juniorsafesearch.com,k9safesearch.com
search:google:google,google.*,gogole.*,googel.*,gppgle.*,goolge.*,gogle.*,goggle.*,ggoogle.*,gooogle.*,googlee.*,googe.*,goo.gl,googleusercontent.com,googlesyndicatedsearch.com,com.google.android.googlequicksearchbox,com.google.android.apps.searchlite,google ads,googleads,google-ads,google_ads,adwords,googlemybusiness,gmb,gclid,gbraid,wbraid,gad_source
search:bing:bing,bing.*,bing.com,msn.*,com.microsoft.bing,com.microsoft.emmx,bing ads,bingads,microsoft,microsoft ads,msclkid,msn
search:yahoo:yahoo,yahoo.*,com.yahoo.mobile.client.android.search
search:duckduckgo:duckduckgo,duckduckgo.com,duckduckgo.eu,ddg.gg,duck.com,duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion,com.duckduckgo.mobile.android,ddg
search:yandex:yandex,yandex.*,ya.ru,yastatic.net,ru.yandex.searchplugin,ru.yandex.searchapp,com.yandex.browser,yandex direct,yclid
search:baidu:baidu,baidu.*,com.baidu.searchbox
search:naver:naver,naver.com,com.nhn.android.search
search:daum:daum,daum.net,net.daum.android.daum
search:nate:nate,nate.com
search:zum:zum,zum.com
search:sogou:sogou,sogou.com
search:360 search:360 search,so.com,360.cn,haosou.com,sou.com
search:shenma:shenma,sm.cn
search:quark:quark,quark.cn
search:seznam:seznam,seznam.cz,firmy.cz
search:ecosia:ecosia,ecosia.org,com.ecosia.android
search:qwant:qwant,qwant.com,com.qwant.liberty
search:startpage:startpage,startpage.com,startpage.nl,ixquick.*,startpagel6srwcjlue4zgq3zevrujfaow726kjytqbbjyrswwmjzcqd.onion
search:brave:brave,search.brave.com,brave.com,com.brave.browser
search:kagi:kagi,kagi.com
search:mojeek:mojeek,mojeek.com,mojeek.co.uk
search:swisscows:swisscows,swisscows.com,swisscows.ch,hulbee.com
search:metager:metager,metager.de,metager.org,metager2.de
search:presearch:presearch,presearch.com,presearch.io,presearch.org
search:yep:yep,yep.com
search:searx:searx,searx.be,searx.me,searx.space,searxng.org
search:gibiru:gibiru,gibiru.com
search:lilo:lilo,lilo.org
search:oceanhero:oceanhero,oceanhero.today
search:ekoru:ekoru,ekoru.org
search:karmasearch:karmasearch,karmasearch.org
search:ask:ask,ask.com,search-results.com,teoma.com
search:aol:aol,aol.*
search:lycos:lycos,lycos.*,hotbot.*
search:excite:excite,excite.*
search:altavista:altavista,altavista.*
search:coccoc:coccoc,coccoc.com
search:rambler:rambler,rambler.ru,nigma.ru
search:mail.ru:mail.ru,go.mail.ru
search:petal:petal,petalsearch.com,com.huawei.hwsearch
search:goo:goo,goo.ne.jp
search:biglobe:biglobe,biglobe.ne.jp
search:docomo:docomo,docomo.ne.jp
search:auone:auone,auone.jp
search:nifty:nifty,nifty.com
search:so-net:so-net,so-net.ne.jp
search:rakuten:rakuten,rakuten.*,infoseek.co.jp
search:livedoor:livedoor,livedoor.com
search:onet:onet,onet.pl
search:wp.pl:wp.pl
search:virgilio:virgilio,virgilio.it
search:libero:libero,libero.it
search:tiscali:tiscali,tiscali.it,tiscali.cz
search:t-online:t-online,t-online.de
search:web.de:web.de
search:freenet:freenet,freenet.de
search:bluewin:bluewin,bluewin.ch
search:search.ch:search.ch
search:orange search:orange search,lemoteur.orange.fr,lemoteur.fr,voila.fr
search:centrum:centrum,centrum.cz,atlas.cz,centrum.sk,atlas.sk
search:zoznam:zoznam,zoznam.sk
search:azet:azet,azet.sk
search:najdi:najdi,najdi.si
search:sapo:sapo,sapo.pt
search:clix:clix,clix.pt
search:globo:globo,globo.com
search:terra:terra,terra.com.br,terra.es,terra.cl
search:eniro:eniro,eniro.se,eniro.no,eniro.dk,eniro.fi
search:kvasir:kvasir,kvasir.no
search:startsiden:startsiden,startsiden.no,abcsok.no
search:walla:walla,walla.co.il
search:meta.ua:meta.ua
search:bigmir:bigmir,bigmir.net
search:ukr.net:ukr.net
search:tut.by:tut.by
search:abv:abv,abv.bg
search:comcast:comcast,comcast.net,xfinity.com
search:earthlink:earthlink,earthlink.net
search:charter.net:charter.net,rr.com
search:dogpile:dogpile,dogpile.com,webcrawler.com,metacrawler.com,zoo.com,infospace.com
search:info.com:info.com
search:izito:izito,izito.*,zapmeta.*,zapmetasearch.*
search:conduit:conduit,conduit.com,trovi.com
search:babylon:babylon,babylon.com,isearch.babylon.com,delta-search.com,delta-homes.com
search:mywebsearch:mywebsearch,mywebsearch.com,myway.com,mysearch.com,inbox.com
search:avg:avg,avg.com,avast.com,nation.com
search:softonic:softonic,softonic.com
search:ghostery:ghostery,ghosterysearch.com,glowstery.com,cliqz.com
search:neeva:neeva,neeva.com
search:wolframalpha:wolframalpha,wolframalpha.com
search:marginalia:marginalia,marginalia.nu,marginalia-search.com
search:stract:stract,stract.com
search:wiby:wiby,wiby.me
search:entireweb:entireweb,entireweb.com
search:exalead:exalead,exalead.*
search:looksmart:looksmart,looksmart.com
search:picsearch:picsearch,picsearch.com,picsearch.de
search:fireball:fireball,fireball.de,fireball.com
search:dmoz:dmoz,dmoz.org,curlie.org
search:gigablast:gigablast,gigablast.com
search:setooz:setooz,setooz.com
search:vuhuv:vuhuv,vuhuv.com,vuhuv.com.tr
search:geona:geona,geona.net
search:parsijoo:parsijoo,parsijoo.ir
search:zarebin:zarebin,zarebin.ir
search:freespoke:freespoke,freespoke.com
search:luxxle:luxxle,luxxle.com
search:givero:givero,givero.com
search:youcare:youcare,youcare.world
search:xayn:xayn,xayn.com
search:timpi:timpi,timpi.io
search:quendu:quendu,quendu.com
search:qmamu:qmamu,qmamu.com
search:rightdao:rightdao,rightdao.com
search:yippy:yippy,yippy.com
search:alexandria:alexandria,alexandria.org
search:searchencrypt:searchencrypt,searchencrypt.com,searchlock.com,searchprivacy.co,discretesearch.com
search:snap.do:snap.do
mail::bigpond.com,email.telstra.com,exmail.qq.com,iinet.net.au,mail.e1.ru,mail.mynet.com,mail.qip.ru,mail.yahoo.net,mastermail.ru,orange.fr,post.ru,sibmail.com,webmail.2degreesbroadband.co.nz,webmail.adam.com.au,webmail.commander.net.au,webmail.dodo.com.au,webmail.iprimus.com.au,webmail.netspace.net.au,webmail.optusnet.com.au,webmail.optuszoo.com.au,webmail.virginbroadband.com.au,webmail.vodafone.co.nz,webmail.westnet.com.au
search::1.cz,2gis.ru,abacho.at,abacho.ch,abacho.co.uk,abacho.com,abacho.de,abacho.es,abacho.fr,abacho.it,abcsolk.no,acoon.de,alexa.com,all.by,alltheweb.com,aolsearch.com,apollo.lv,apollo7.de,apontador.com.br,arama.com,arcor.de,ariadna.elmundo.es,arianna.com,ask.co.uk,ask.reference.com,askkids.com,blekko.com,blogdigger.com,blogpulse.com,blogs.icerocket.com,busca.orange.es,busca.uol.com.br,cc.bingj.com,cercato.it,clusty.com,cnn.com,crawler.com,cuil.com,daemon-search.com,dalesearch.com,eo.st,eurip.com,euroseek.com,everyclick.com,fastbrowsersearch.com,fastweb.it,find.tdc.dk,finderoo.com,firstsfind.com,fixsuche.de,flix.de,forestle.mobi,forestle.org,free.fr,fresh-weather.com,friendfeed.com,gais.cs.ccu.edu.tw,globososo.com,gnadenmeer.de,gomeo.com,google.cat,google.dodo.com.au,google.interia.pl,googleearth.de,googleearth.fr,goyellow.de,highbeam.com,hit-parade.com,holmes.ge,hooseek.com,icq.com,ilse.nl,incredimail.com,inspsearch.com,it.ao,jungle-spider.de,junglekey.com,junglekey.fr,jyxo.1188.cz,kataweb.it,ko.search.need2find.com,kununu.com,latne.lv,liveinternet.ru,lo.st,maailm.com,mamma.com,marktplaats.nl,maxwebsearch.com,meinestadt.de,meta.rrzn.uni-hannover.de,metacrawler.de,mister-wong.com,mister-wong.de,monstercrawler.com,mozbot.co.uk,mozbot.com,mozbot.fr,neti.ee,online.no,otsing.delfi.ee,p.zhongsou.com,paperball.de,plazoo.com,poisk.ru,qbyrd.com,qualigo.at,qualigo.ch,qualigo.de,qualigo.nl,recherche.francite.com,rechercher.aliceadsl.fr,rpmfind.net,search-intl.netscape.com,search.1and1.com,search.1und1.de,search.alot.com,search.bt.com,search.com,search.foxtab.com,search.freecause.com,search.hiyo.com,search.i.ua,search.incredibar.com,search.juno.com,search.kiwee.com,search.magnetic.com,search.media.telstra.com.au,search.offerbox.com,search.orange.co.uk,search.peoplepc.com,search.qip.ru,search.searchcompletion.com,search.snapdo.com,search.winamp.com,search.www.ee,search.yam.com,searchalot.com,searchcanvas.com,searchresults.verizon.com,searchthis.com,searchy.co.uk,sharelook.fr,skynet.be,sm.aport.ru,smart.delfi.lv,soso.com,sosodesktop.com,sougou.com,start.facemoods.com,start.iplay.com,startgoogle.startpagina.nl,suche.aolsvc.de,suche.gmx.net,suche.info,suchmaschine.com,suchnase.de,talktalk.co.uk,technorati.com,thesmartsearch.net,tixuma.de,toile.com,toolbarhome.com,trouvez.com,trovarapido.com,trusted--search.com,twingly.com,url.org,vinden.nl,vindex.nl,walhello.com,walhello.de,walhello.info,walhello.nl,web.canoe.ca,web.gougou.com,web.nl,web.volny.cz,webfetch.com,weborama.com,websearch.com,websearch.cs.com,witch.de,www1.astronaut.at,www2.austronaut.at,www3.zoek.nl,x-recherche.com,yasni.at,yasni.ch,yasni.co.uk,yasni.com,yasni.de,yatedo.com,yatedo.fr,yougoo.fr,ys.mirostart.com,zoeken.nl,zoohoo.cz
social::donanimhaber.com,forums.whirlpool.net.au,hocam.com,inci.sozlukspot.com,incisozluk.cc,incisozluk.com,instela.com,itusozluk.com,mastodon.online,mastodon.social,moikrug.ru,mylife.ru,myyearbook.com,paper.li,phanpy.social,sourceforge.net,sourtimes.org,sozluk.com,t.umblr.com,uludagsozluk.com,ulusozluk.com,vkrugudruzei.ru,wayn.com',
    CHR(  10)
  )) AS listed(brand)
  CROSS JOIN UNNEST(SPLIT(SPLIT_PART(brand, ':', 3), ',')) AS named(name)
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
    MIN(weight) AS weight,
    SUM(CASE WHEN eventtype = 'page_view' THEN weight ELSE 0 END) AS weighted_views,
    MIN_BY(COALESCE(page, ''), turn) AS first_page,
    MIN_BY(COALESCE(referrer, ''), turn) AS referrer,
    MIN_BY(utm, turn) AS utm,
    MIN_BY(COALESCE(advertised, ''), turn) AS clickid,
    ARRAY_JOIN(ARRAY_AGG(click ORDER BY click) FILTER(WHERE
      NOT click IS NULL), CHR(  10)) AS clicked,
    MIN_BY(location, turn) AS location,
    MIN_BY(device, turn) AS device,
    MIN_BY(COALESCE(visitorid, ''), turn) AS visitorid,
    MIN_BY(COALESCE(sessionid, ''), turn) AS sessionid,
    MAX(userid) AS userid,
    MIN(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS entry,
    MAX(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS leaving
  FROM (
    SELECT
      *,
      CASE
        WHEN utm.campaign <> ''
        THEN CONCAT_WS(
          CHR(  9),
          COALESCE(utm.source, ''),
          COALESCE(utm.medium, ''),
          utm.campaign,
          COALESCE(advertised, '')
        ) || CASE
          WHEN COALESCE(utm.source, '') = ''
          THEN CONCAT_WS(CHR(  9), '', COALESCE(referrer, ''), page)
          ELSE ''
        END
      END AS click
    FROM (
      SELECT
        *,
        CASE
          WHEN clickid = 'fbclid' AND device.browser = 'Instagram'
          THEN 'instagram'
          ELSE clickid
        END AS advertised
      FROM nearby_hits
      WHERE
        NOT visitkey IS NULL
    ) AS known
  ) AS named
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
    weight,
    weighted_views,
    first_page,
    referrer,
    utm,
    clickid,
    clicked,
    location,
    device,
    visitorid,
    sessionid,
    userid,
    entry,
    leaving,
    source,
    medium,
    campaign,
    CASE
      WHEN REGEXP_LIKE(LOWER(campaign), 'cross-network')
      THEN 'Cross-network'
      WHEN is_paid AND (
        kind = 'shop' OR is_shopping
      )
      THEN 'Paid Shopping'
      WHEN is_paid AND kind = 'search'
      THEN 'Paid Search'
      WHEN is_paid AND kind = 'social'
      THEN 'Paid Social'
      WHEN is_paid AND kind = 'video'
      THEN 'Paid Video'
      WHEN kind = 'display'
      OR REGEXP_LIKE(medium, '^(display|banner|expandable|interstitial|cpm)\z')
      THEN 'Display'
      WHEN is_paid
      THEN 'Paid Other'
      WHEN kind = 'ai'
      THEN 'AI Assistants'
      WHEN kind = 'shop' OR is_shopping
      THEN 'Organic Shopping'
      WHEN kind = 'social' OR REGEXP_LIKE(medium, 'social|^sm$')
      THEN 'Organic Social'
      WHEN kind = 'video' OR REGEXP_LIKE(medium, 'video')
      THEN 'Organic Video'
      WHEN kind = 'search' OR medium = 'organic'
      THEN 'Organic Search'
      WHEN kind = 'mail' OR REGEXP_LIKE(medium, '^e[ _-]?mail|newsletter')
      THEN 'Email'
      WHEN REGEXP_LIKE(medium, '^affiliate')
      THEN 'Affiliates'
      WHEN medium IN ('referral', 'app', 'link') OR (
        is_referred AND medium IS NULL
      )
      THEN 'Referral'
      WHEN medium = 'audio'
      THEN 'Audio'
      WHEN source = 'sms' OR medium = 'sms'
      THEN 'SMS'
      WHEN REGEXP_LIKE(medium, 'push\z|mobile|notification') OR source = 'firebase'
      THEN 'Mobile Push Notifications'
      WHEN source IS NULL AND medium IS NULL AND campaign IS NULL
      THEN 'Direct'
      ELSE 'Unassigned'
    END AS channel
  FROM (
    SELECT
      *,
      REGEXP_LIKE(LOWER(campaign), '(^|[^a-df-z])shop|shopping') AS is_shopping,
      COALESCE(NULLIF(SPLIT_PART(brand, CHR(  9), 2), ''), said) AS source,
      CASE
        WHEN NOT brand IS NULL
        THEN SPLIT_PART(brand, CHR(  9), 1)
        WHEN REGEXP_LIKE(
          said,
          '(^|[.])(([a-z0-9]+-)?(search|suche|szukaj|busca|buscador|recherche|pesquisa|ricerca|hledani|poisk|zoek|sok|arama)[0-9]*(-[a-z0-9]+)?[.][^.]+|(search|suche|busca|cherche|recherche|ricerc)[a-z0-9-]*[.][^.]{4,})[.]|(^|[.])([a-z0-9-]*[^e.])?search[.]((com?[.])?[a-z]{2}|[a-z]{3,4})\z'
        )
        THEN 'search'
        WHEN REGEXP_LIKE(
          said,
          '[.]social\z|^social[.]|(todon|mstdn|pixelfed|misskey|lemmy|pleroma|friendica)[a-z0-9-]*[.]'
        )
        THEN 'social'
      END AS kind
    FROM (
      SELECT
        s.*,
        COALESCE(
          ELEMENT_AT(listed.brands, s.name),
          ELEMENT_AT(listed.brands, NULLIF(REGEXP_EXTRACT(s.name, '[^.]+[.][^.]+[.][^.]+\z'), '')),
          CASE
            WHEN REGEXP_LIKE(s.said, '(^|[.])(web|e-?)?mail[0-9]*[.][^.]+[.]')
            THEN 'mail'
          END,
          ELEMENT_AT(listed.brands, NULLIF(REGEXP_EXTRACT(s.name, '[^.]+[.][^.]+\z'), ''))
        ) AS brand
      FROM (
        SELECT
          *,
          REGEXP_REPLACE(
            said,
            '(^|[.])(aliexpress|altavista|amazon|aol|baidu|bing|blogspot|ebay|exalead|excite|galaxus|ggoogle|glassdoor|gmx|goggle|gogle|gogole|googe|googel|google|googlee|goolge|gooogle|gppgle|habbo|hotbot|hotmail|idealo|ixquick|izito|kaufland|kelkoo|lastfm|lazada|lycos|mercadolibre|msn|myheritage|pinterest|pricerunner|rakuten|shein|shopee|shopzilla|tripadvisor|vinted|walmart|yahoo|yandex|yelp|zalando|zapmeta|zapmetasearch|zoho)[.](com|(com?[.])?[a-z]{2})\z',
            '$1$2.*'
          ) AS name
        FROM (
          SELECT
            *,
            utm_source IS NULL AND NOT host IS NULL AS is_referred,
            (
              NOT medium IS NULL
              AND REGEXP_LIKE(medium, 'cp|^(ppc|ads?|sem|retargeting|remarketing)$|(^|[^a-z])paid')
            )
            OR NOT COALESCE(advertised, 'fbclid') IN ('fbclid', 'instagram') AS is_paid,
            COALESCE(REGEXP_REPLACE(utm_source, '^www[.]', ''), host, advertised) AS said
          FROM (
            SELECT
              *,
              NULLIF(REGEXP_REPLACE(campaign_said, '^[\t-\r ]+|[\t-\r ]+\z', ''), '') AS campaign,
              NULLIF(
                REGEXP_REPLACE(
                  REGEXP_REPLACE(source_said, '^[\t-\r ]+|[\t-\r ]+\z', ''),
                  '^([(](direct|none|not set)[)]|direct)\z',
                  ''
                ),
                ''
              ) AS utm_source,
              NULLIF(
                REGEXP_REPLACE(
                  REGEXP_REPLACE(medium_said, '^[\t-\r ]+|[\t-\r ]+\z', ''),
                  '^[(](none|not set)[)]\z',
                  ''
                ),
                ''
              ) AS medium,
              CASE
                WHEN referred LIKE '%://%'
                THEN NULLIF(
                  NULLIF(
                    REGEXP_EXTRACT(LOWER(referred), '^[a-z][a-z0-9+.-]*://([^/?#@]*@)?(www[.])?([^/:?#]+)', 3),
                    ''
                  ),
                  COALESCE(
                    NULLIF(
                      REGEXP_EXTRACT(LOWER(landing), '^[a-z][a-z0-9+.-]*://([^/?#@]*@)?(www[.])?([^/:?#]+)', 3),
                      ''
                    ),
                    ''
                  )
                )
              END AS host
            FROM (
              SELECT
                *,
                LOWER(utm.source) AS source_said,
                LOWER(utm.medium) AS medium_said,
                utm.campaign AS campaign_said,
                referrer AS referred,
                first_page AS landing,
                NULLIF(clickid, '') AS advertised
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
                  MIN(weight) AS weight,
                  SUM(weighted_views) AS weighted_views,
                  MIN_BY(first_page, began) AS first_page,
                  MIN_BY(referrer, began) AS referrer,
                  MIN_BY(utm, began) AS utm,
                  MIN_BY(clickid, began) AS clickid,
                  ARRAY_JOIN(ARRAY_AGG(NULLIF(clicked, '') ORDER BY began), CHR(  10)) AS clicked,
                  MIN_BY(location, began) AS location,
                  MIN_BY(device, began) AS device,
                  MIN_BY(visitorid, began) AS visitorid,
                  MIN_BY(sessionid, began) AS sessionid,
                  MAX(userid) AS userid,
                  MIN(entry) AS entry,
                  MAX(leaving) AS leaving
                FROM (
                  SELECT
                    *,
                    MAX(opened) OVER (
                      PARTITION BY visitkey
                      ORDER BY began
                      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                    ) AS opening
                  FROM (
                    SELECT
                      *,
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
            ) AS parted
          ) AS trimmed
        ) AS named
      ) AS s
      CROSS JOIN (
        SELECT
          MAP_AGG(name, kind || CHR(  9) || source) AS brands
        FROM brands
      ) AS listed
    ) AS found
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
    weight,
    weighted_views,
    visitkey AS unit,
    source,
    medium,
    campaign,
    channel,
    clicked,
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
  CAST(ROUND(COALESCE(SUM(weight), 0)) AS BIGINT) AS visits,
  CAST(ROUND(COALESCE(SUM(CASE WHEN NOT started IS NULL THEN weight END), 0)) AS BIGINT) AS started,
  CAST(ROUND(COALESCE(SUM(CASE WHEN NOT sent IS NULL THEN weight END), 0)) AS BIGINT) AS sent,
  CAST(ROUND(
    COALESCE(
      SUM(
        CASE
          WHEN NOT started IS NULL AND (
            sent IS NULL OR sent < started
          )
          THEN weight
        END
      ),
      0
    )
  ) AS BIGINT) AS abandoned,
  ROUND(1e2 * SUM(CASE WHEN NOT sent IS NULL THEN weight ELSE 0 END) / SUM(weight), 1) AS sent_share
FROM (
  SELECT
    visit,
    form,
    MIN(weight) AS weight,
    MIN(unit) AS unit,
    MAX(CASE WHEN eventtype = 'form_start' THEN turn END) AS started,
    MAX(CASE WHEN eventtype = 'form_submit' THEN turn END) AS sent
  FROM (
    SELECT
      visit,
      eventtype,
      turn,
      weight,
      unit,
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
WITH brands AS (
  SELECT
    SPLIT_PART(brand, ':', 1) AS kind,
    COALESCE(NULLIF(SPLIT_PART(brand, ':', 2), ''), name) AS source,
    name
  FROM UNNEST(SPLIT(
    'ai:chatgpt:chatgpt,chatgpt.com,chat.openai.com,openai.com,com.openai.chatgpt,chat gpt,openai
ai:perplexity:perplexity,perplexity.ai,perplexity.com,ai.perplexity.app.android
ai:claude:claude,claude.ai,claude.com,anthropic.com,com.anthropic.claude,anthropic
ai:gemini:gemini,gemini.google.*,bard.google.*,aistudio.google.*,com.google.android.apps.bard,bard
ai:notebooklm:notebooklm,notebooklm.google.*,notebooklm.google
ai:copilot:copilot,copilot.microsoft.com,copilot.cloud.microsoft,m365.cloud.microsoft,copilot.com,edgeservices.bing.com,com.microsoft.copilot
ai:deepseek:deepseek,deepseek.com,deepseek.ai,com.deepseek.chat
ai:grok:grok,grok.com,x.ai,ai.x.grok
ai:meta ai:meta ai,meta.ai
ai:mistral:mistral,mistral.ai,le chat,lechat
ai:duck.ai:duck.ai
ai:you.com:you.com
ai:poe:poe,poe.com
ai:phind:phind,phind.com
ai:pi.ai:pi.ai
ai:character.ai:character.ai,c.ai
ai:jasper:jasper,jasper.ai
ai:writesonic:writesonic,writesonic.com,chatsonic
ai:iask:iask,iask.ai
ai:andi:andi,andisearch.com
ai:komo:komo,komo.ai
ai:chatglm:chatglm,chatglm.cn,z.ai,bigmodel.cn
ai:kimi:kimi,kimi.com,kimi.ai,moonshot.cn,kimi.moonshot.cn
ai:doubao:doubao,doubao.com,com.larus.nova
ai:qwen:qwen,qwen.ai,tongyi.com,tongyi.aliyun.com,qianwen.com
ai:ernie:ernie,yiyan.baidu.com,chat.baidu.com
ai:yuanbao:yuanbao,yuanbao.tencent.com,hunyuan.tencent.com
ai:minimax:minimax,minimax.io,minimaxi.com,hailuoai.com
ai:metaso:metaso,metaso.cn
ai:felo:felo,felo.ai
ai:genspark:genspark,genspark.ai
ai:manus.im:manus.im
ai:consensus:consensus,consensus.app
ai:elicit:elicit,elicit.com,elicit.org
ai:scite:scite,scite.ai
ai:openevidence:openevidence,openevidence.com
ai:liner ai:liner ai,liner.com,getliner.com
ai:huggingchat:huggingchat,huggingface.co
ai:lmarena:lmarena,lmarena.ai,lmsys.org
ai:venice:venice,venice.ai
ai:lumo:lumo,lumo.proton.me
ai:t3chat:t3chat,t3.chat
ai:openrouter:openrouter,openrouter.ai
ai:groq:groq,groq.com
ai:cohere:cohere,cohere.com,cohere.ai
ai:monica:monica,monica.im
ai:sider:sider,sider.ai
ai:merlin ai:merlin ai,getmerlin.in
ai:blackbox:blackbox,blackbox.ai
ai:copy.ai:copy.ai
ai:rytr:rytr,rytr.me
ai:opera aria:opera aria,aria.opera.com
ai:yandex alice:yandex alice,alice.yandex.*,alice.yandex
ai:gigachat:gigachat,giga.chat
ai:clova:clova,clova-x.naver.com
ai:wrtn:wrtn,wrtn.ai
ai:chat+:chat+,chatplus.com,chat-gpt.org
ai:chatbotapp:chatbotapp,chatbotapp.ai,chatbot.app
ai:ninjachat:ninjachat,ninjachat.ai
ai:chatpdf:chatpdf,chatpdf.com
mail:gmail:gmail,mail.google.*,gmail.com,inbox.google.*,com.google.android.gm,com.google.android.gm.lite
mail:outlook:outlook,outlook.com,outlook.live.com,outlook.office.com,outlook.office365.com,hotmail.*,hotmail,mail.live.com,com.microsoft.office.outlook
mail:yahoo mail:yahoo mail,mail.yahoo.*,com.yahoo.mobile.client.android.mail
mail:icloud:icloud,icloud.com
mail:proton:proton,proton.me,protonmail.com,protonmail,ch.protonmail.android
mail:gmx:gmx,gmx.*,deref-gmx.net,deref-gmx.com,deref-gmx.fr,3c.gmx.net,de.gmx.mobile.android.mail
mail:web.de mail:web.de mail,deref-web.de,deref-web-02.de,3c.web.de,de.web.mobile.android.mail
mail:yandex mail:yandex mail,mail.yandex.*,ru.yandex.mail
mail:mail.ru mail:mail.ru mail,e.mail.ru,touch.mail.ru,ru.mail.mailapp
mail:aol mail:aol mail,mail.aol.*,com.aol.mobile.aolapp
mail:zoho:zoho,mail.zoho.*,zoho.*,com.zoho.mail
mail:fastmail:fastmail,fastmail.com,fastmail.fm
mail:tuta:tuta,tuta.com,tutanota.com,de.tutao.tutanota
mail:hey mail:hey mail,app.hey.com
mail:superhuman:superhuman,superhuman.com
mail:spark mail:spark mail,com.readdle.spark
mail:samsung email:samsung email,com.samsung.android.email.provider
mail:seznam mail:seznam mail,email.seznam.cz
mail:daum mail:daum mail,mail.daum.net,hanmail.net
mail:naver mail:naver mail,mail.naver.com
mail:rambler mail:rambler mail,mail.rambler.ru
mail:mail.com:mail.com,deref-mail.com
mail:laposte:laposte,laposte.net
mail:orange mail:orange mail,messagerie.orange.fr
mail:sfr mail:sfr mail,messagerie.sfr.fr
mail:free mail:free mail,zimbra.free.fr
mail:ukr.net mail:ukr.net mail,mail.ukr.net
mail:163 mail:163 mail,mail.163.com,126.com,mail.126.com
mail:qq mail:qq mail,mail.qq.com,wx.mail.qq.com,com.tencent.androidqqmail
mail:mailchimp:mailchimp,mailchimp.com,mailchi.mp,list-manage.com,campaign-archive.com
mail:klaviyo:klaviyo,klaviyo.com,klclick.com
mail:brevo:brevo,brevo.com,sendinblue.com,sendibm1.com
mail:campaign monitor:campaign monitor,createsend.com,cmail19.com,cmail20.com
mail:sendgrid:sendgrid,sendgrid.net
mail:hubspot mail:hubspot mail,hubspotemail.net
mail:convertkit:convertkit,convertkit.com,kit.com,convertkit-mail.com
mail:beehiiv:beehiiv,beehiiv.com
mail:buttondown:buttondown,buttondown.email,buttondown.com
mail:email:email,e-mail,e_mail,e mail
mail:newsletter:newsletter,newsletters
social:facebook:facebook,facebook.com,fb.com,fb.me,fb.watch,facebookwkhpilnemxj7asaniu7vnjjbiltxjqhye3mhbshg7kx5tfyd.onion,com.facebook.katana,com.facebook.lite,fb,meta,facebook ads,facebookads,meta ads,fbclid
social:instagram:instagram,instagram.com,com.instagram.android,ig,insta,igshopping
social:threads:threads,threads.net,threads.com,com.instagram.barcelona
social:messenger:messenger,messenger.com,m.me,com.facebook.orca
social:workplace:workplace,workplace.com
social:x:x,x.com,twitter.com,t.co,tweetdeck.com,com.twitter.android,twitter,tw,twclid
social:linkedin:linkedin,linkedin.com,lnkd.in,com.linkedin.android,linked-in,linkedin ads,li,li_fat_id
social:reddit:reddit,reddit.com,redd.it,com.reddit.frontpage,rdt_cid
social:pinterest:pinterest,pinterest.*,pin.it,com.pinterest,epik
social:tiktok:tiktok,tiktok.com,tiktokv.com,com.zhiliaoapp.musically,com.ss.android.ugc.trill,tik tok,ttclid
social:snapchat:snapchat,snapchat.com,snap.com,com.snapchat.android,sccid
social:whatsapp:whatsapp,whatsapp.com,wa.me,com.whatsapp,com.whatsapp.w4b
social:telegram:telegram,telegram.org,telegram.me,t.me,org.telegram.messenger,org.telegram.messenger.web,org.telegram.plus,tg
social:discord:discord,discord.com,discord.gg,discordapp.com,com.discord
social:bluesky:bluesky,bsky.app,bsky.social,xyz.blueskyweb.app,bsky
social:mastodon:mastodon,joinmastodon.org,org.joinmastodon.android,mas.to,hachyderm.io,infosec.exchange,troet.cafe,pawoo.net,c.im,botsin.space,bitcoinhackers.org,friends.nico,quey.org,tkm.eus,mathstodon.xyz,ioc.exchange,masto.ai,masto.nu,masto.es,masto.pt,masto.host,toot.cafe,toot.community,tooting.ch,toot.wales,tooot.im,metalhead.club,livellosegreto.it,sociale.network,dice.camp,wandering.shop,writing.exchange,journa.host,todon.eu,todon.nl,fedibird.com,vocalodon.net,best-friends.chat,planet.moe,handon.club,kmy.blue,baraag.net,cybre.space,snouts.online,sleeping.town,tech.lgbt,lgbtqia.space,eldritch.cafe,mamot.fr,piaille.fr,framapiaf.org,layer8.space,lor.sh,nerdculture.de,linuxrocks.online,functional.cafe,merveilles.town,weirder.earth,pouet.chapril.org,qoto.org,sciences.re,types.pl,wien.rocks,woof.group,zirk.us,101010.pl,union.place,vmst.io,worldkey.io,xoxo.zone,switter.at,spinster.xyz,ravenation.club,aus.social,kosmos.social,octodon.social,niu.moe,mao.mastodonhub.com,oc.todon.fr,social.coop,tusky.app,com.keylesspalace.tusky,me.rhosys.mastodon,universeodon.com,fedi.life,bark.lgbt,im-in.space,glammr.us,awscommunity.social,ecoevo.social,front-end.social,mindly.social,genomic.social,hometech.social,urbanists.social,sauropods.win,freeradical.zone,wetdry.world,app.wafrn.net,sakurajima.moe,rubber.social,plural.cafe,mk.absturztau.be,equestria.social,pony.social,dragonscave.space,tabletop.social,queer.party,chitter.xyz,hellsite.site,vulpine.club,computerfairi.es,radical.town,anarchism.space,sunbeam.city,hispagatos.space,mastd.racing,mast.dragon-fly.club,x0r.be,hulvr.com,gamepad.club,dmv.community,mspsocial.net,frikiverse.zone,loma.ml,aipi.social,moth.zone,lou.lt,slippy.xyz,den.dev
social:pixelfed:pixelfed,pixey.org,pxlmo.com,metapixl.com,pix.toot.wales,pixel.tchncs.de,fotofed.nl
social:misskey:misskey,misskey.io,nijimiss.moe,firefish.social,sharkey.world,mk.autonomy.earth
social:lemmy:lemmy,beehaw.org,feddit.de,feddit.org,feddit.it,feddit.uk,sh.itjust.works,programming.dev,kbin.social,fedia.io
social:diaspora:diaspora,diasporafoundation.org,pluspora.com,framasphere.org,diasp.org,joindiaspora.com,pod.geraspora.de
social:truth social:truth social,truthsocial.com
social:gab:gab,gab.com,gab.ai
social:gettr:gettr,gettr.com
social:parler:parler,parler.com
social:minds:minds,minds.com
social:mewe:mewe,mewe.com
social:vk:vk,vk.com,vk.ru,vk.me,vkontakte.ru,com.vkontakte.android,vkontakte
social:ok.ru:ok.ru,odnoklassniki.ru,odnoklassniki.ua,ru.ok.android
social:my.mail.ru:my.mail.ru
social:dzen:dzen,dzen.ru,zen.yandex.*
social:pikabu:pikabu,pikabu.ru
social:habr:habr,habr.com
social:weibo:weibo,weibo.com,weibo.cn,t.cn,com.sina.weibo
social:wechat:wechat,wechat.com,weixin.qq.com,weixin110.qq.com,com.tencent.mm,weixin
social:qq:qq,qzone.qq.com,qun.qq.com,com.tencent.mobileqq
social:xiaohongshu:xiaohongshu,xiaohongshu.com,xhslink.com,rednote.com,com.xingin.xhs,rednote
social:douyin:douyin,douyin.com,com.ss.android.ugc.aweme
social:kuaishou:kuaishou,kuaishou.com
social:zhihu:zhihu,zhihu.com,com.zhihu.android
social:douban:douban,douban.com
social:renren:renren,renren.com,kaixin001.com
social:line:line,line.me,lin.ee,jp.naver.line.android
social:kakao:kakao,kakao.com,kakaocorp.com,com.kakao.talk,kakaotalk
social:naver blog:naver blog,blog.naver.com,cafe.naver.com,kin.naver.com,band.us
social:zalo:zalo,zalo.me,com.zing.zalo
social:viber:viber,viber.com,com.viber.voip
social:skype:skype,skype.com,com.skype.raider
social:imo:imo,imo.im
social:hacker news:hacker news,news.ycombinator.com,hackernews,hn
social:lobsters:lobsters,lobste.rs
social:product hunt:product hunt,producthunt.com,producthunt
social:indie hackers:indie hackers,indiehackers.com
social:github:github,github.com,com.github.android
social:gitlab:gitlab,gitlab.com
social:stack overflow:stack overflow,stackoverflow.com,stackexchange.com,serverfault.com,superuser.com,askubuntu.com,stackapps.com,mathoverflow.net,stackoverflow
social:quora:quora,quora.com,com.quora.android
social:medium:medium,medium.com,com.medium.reader
social:substack:substack,substack.com,com.substack.app
social:tumblr:tumblr,tumblr.com,com.tumblr
social:wordpress:wordpress,wordpress.com,wordpress.org
social:blogger:blogger,blogger.com,blogspot.*
social:livejournal:livejournal,livejournal.com,livejournal.ru
social:linktree:linktree,linktr.ee
social:linkin.bio:linkin.bio,beacons.ai,lnk.bio,bio.link,campsite.bio,taplink.cc
social:flipboard:flipboard,flipboard.com,flip.it,flipboard.app
social:pocket:pocket,getpocket.com,pocket.co
social:digg:digg,digg.com
social:disqus:disqus,disqus.com,disq.us
social:slashdot:slashdot,slashdot.org
social:fark:fark,fark.com
social:imgur:imgur,imgur.com
social:9gag:9gag,9gag.com
social:nextdoor:nextdoor,nextdoor.com,nextdoor.co.uk,nextdoor.de
social:xing:xing,xing.com,com.xing.android
social:viadeo:viadeo,viadeo.com,viadeo.journaldunet.com
social:yammer:yammer,yammer.com,engage.cloud.microsoft
social:meetup:meetup,meetup.com
social:yelp:yelp,yelp.*
social:tripadvisor:tripadvisor,tripadvisor.*
social:foursquare:foursquare,foursquare.com,swarmapp.com
social:glassdoor:glassdoor,glassdoor.*
social:goodreads:goodreads,goodreads.com
social:dribbble:dribbble,dribbble.com
social:behance:behance,behance.net
social:deviantart:deviantart,deviantart.com
social:artstation:artstation,artstation.com
social:flickr:flickr,flickr.com
social:500px:500px,500px.com
social:last.fm:last.fm,lastfm.*
social:soundcloud:soundcloud,soundcloud.com
social:patreon:patreon,patreon.com
social:ko-fi:ko-fi,ko-fi.com
social:clubhouse:clubhouse,clubhouse.com,joinclubhouse.com
social:bereal:bereal,bereal.com,bere.al
social:hootsuite:hootsuite,hootsuite.com,ow.ly
social:buffer:buffer,buffer.com,buff.ly
social:bitly:bitly,bit.ly
social:ameblo:ameblo,ameblo.jp,ameba.jp
social:hatena:hatena,hatena.ne.jp,hatenablog.com,hatenablog.jp,hatena.blog
social:mixi:mixi,mixi.jp
social:note.com:note.com,note.mu
social:pixiv:pixiv,pixiv.net
social:fc2:fc2,fc2.com
social:5ch:5ch,5ch.net,2ch.net,5ch.io
social:gree:gree,gree.jp
social:gutefrage:gutefrage,gutefrage.net
social:wykop:wykop,wykop.pl
social:nk.pl:nk.pl,nasza-klasa.pl
social:meneame:meneame,meneame.net
social:taringa:taringa,taringa.net
social:draugiem:draugiem,draugiem.lv
social:hyves:hyves,hyves.nl,hyves.net
social:studivz:studivz,studivz.net,meinvz.net,schuelervz.net
social:myspace:myspace,myspace.com
social:bebo:bebo,bebo.com
social:orkut:orkut,orkut.com,orkut.com.br
social:google+:google+,plus.google.*,plus.url.google.*,url.google.*,googleplus
social:google groups:google groups,groups.google.*,googlegroups.com
social:habbo:habbo,habbo.*
social:ravelry:ravelry,ravelry.com
social:wattpad:wattpad,wattpad.com
social:scribd:scribd,scribd.com
social:slideshare:slideshare,slideshare.net
social:academia:academia,academia.edu
social:researchgate:researchgate,researchgate.net
social:fetlife:fetlife,fetlife.com
social:italki:italki,italki.com
social:lang-8:lang-8,lang-8.com
social:couchsurfing:couchsurfing,couchsurfing.com,couchsurfing.org
social:peepeth:peepeth,peepeth.com
social:steemit:steemit,steemit.com,hive.blog,peakd.com
social:farcaster:farcaster,farcaster.xyz,warpcast.com
social:lens protocol:lens protocol,lens.xyz,hey.xyz
social:nostr clients:nostr clients,primal.net,damus.io,iris.to,snort.social
social:strava:strava,strava.com,com.strava
social:letterboxd:letterboxd,letterboxd.com
social:untappd:untappd,untappd.com
social:geni:geni,geni.com
social:myheritage:myheritage,myheritage.*
social:ancestry:ancestry,ancestry.com,ancestry.co.uk,ancestry.de
social:classmates:classmates,classmates.com
social:tagged:tagged,tagged.com
social:hi5:hi5,hi5.com
social:badoo:badoo,badoo.com
social:netlog:netlog,netlog.com
social:tuenti:tuenti,tuenti.com
social:skyrock:skyrock,skyrock.com
social:cyworld:cyworld,cyworld.com
social:plaxo:plaxo,plaxo.com
social:plurk:plurk,plurk.com
social:identi.ca:identi.ca
social:ning:ning,ning.com
social:gaiaonline:gaiaonline,gaiaonline.com
social:irc-galleria:irc-galleria,irc-galleria.net
social:weeworld:weeworld,weeworld.com
social:sonico:sonico,sonico.com
social:friendster:friendster,friendster.com
social:stumbleupon:stumbleupon,stumbleupon.com,mix.com
social:delicious:delicious,delicious.com,del.icio.us
social:multiply:multiply,multiply.com
social:xanga:xanga,xanga.com
social:vampirefreaks:vampirefreaks,vampirefreaks.com
social:cafemom:cafemom,cafemom.com
social:dailystrength:dailystrength,dailystrength.org
social:care2:care2,care2.com
social:caringbridge:caringbridge,caringbridge.org
social:flixster:flixster,flixster.com
social:librarything:librarything,librarything.com
social:anobii:anobii,anobii.com
social:mubi:mubi,mubi.com
social:reverbnation:reverbnation,reverbnation.com
social:partyflock:partyflock,partyflock.nl
social:copainsdavant:copainsdavant,copainsdavant.linternaute.com
social:trombi:trombi,trombi.com
social:zoo.gr:zoo.gr
social:mocospace:mocospace,mocospace.com
social:blackplanet:blackplanet,blackplanet.com
social:asmallworld:asmallworld,asmallworld.com
social:internations:internations,internations.org
social:interpals:interpals,interpals.net
social:kiwibox:kiwibox,kiwibox.com
social:dol2day:dol2day,dol2day.com
social:jappy:jappy,jappy.com,jappy.de
social:lokalisten:lokalisten,lokalisten.de
social:werkenntwen:werkenntwen,wer-kennt-wen.de
social:suomi24:suomi24,suomi24.fi
social:playahead:playahead,playahead.se
social:lunarstorm:lunarstorm,lunarstorm.se
social:biip:biip,biip.no
social:mouthshut:mouthshut,mouthshut.com
social:ibibo:ibibo,ibibo.com
social:bharatstudent:bharatstudent,bharatstudent.com
social:bigadda:bigadda,bigadda.com
social:fotolog:fotolog,fotolog.com
social:fotki:fotki,fotki.com
social:photobucket:photobucket,photobucket.com
social:secondlife:secondlife,secondlife.com
social:imvu:imvu,imvu.com
social:stardoll:stardoll,stardoll.com
social:livemocha:livemocha,livemocha.com
social:busuu:busuu,busuu.com
social:mymfb:mymfb,mymfb.com
social:virb:virb,virb.com
social:wakoopa:wakoopa,wakoopa.com
social:yfrog:yfrog,yfrog.com
social:buzznet:buzznet,buzznet.com
social:mylife:mylife,mylife.com
social:friends reunited:friends reunited,friendsreunited.com,friendsreunited.co.uk
social:windows live spaces:windows live spaces,spaces.live.com
video:youtube:youtube,youtube.com,youtu.be,youtube-nocookie.com,com.google.android.youtube,com.google.android.apps.youtube.music,yt
video:vimeo:vimeo,vimeo.com
video:dailymotion:dailymotion,dailymotion.com,dai.ly
video:twitch:twitch,twitch.tv,tv.twitch.android.app
video:kick:kick,kick.com
video:rumble:rumble,rumble.com
video:odysee:odysee,odysee.com,lbry.tv
video:bitchute:bitchute,bitchute.com
video:netflix:netflix,netflix.com
video:hulu:hulu,hulu.com
video:disney+:disney+,disneyplus.com
video:ted:ted,ted.com
video:wistia:wistia,wistia.com,wistia.net
video:bilibili:bilibili,bilibili.com,b23.tv,tv.danmaku.bili
video:niconico:niconico,nicovideo.jp,nico.ms
video:iqiyi:iqiyi,iqiyi.com,iq.com
video:youku:youku,youku.com,tudou.com
video:rutube:rutube,rutube.ru
video:veoh:veoh,veoh.com
video:crackle:crackle,crackle.com
video:curiositystream:curiositystream,curiositystream.com
video:utreon:utreon,utreon.com
video:d.tube:d.tube
shop:amazon:amazon,amazon.*,amzn.to,a.co,com.amazon.mShop.android.shopping,amzn
shop:ebay:ebay,ebay.*,ebay.us,com.ebay.mobile
shop:etsy:etsy,etsy.com,etsy.me,com.etsy.android
shop:walmart:walmart,walmart.*,com.walmart.android
shop:target:target,target.com
shop:bestbuy:bestbuy,bestbuy.com
shop:alibaba:alibaba,alibaba.com,com.alibaba.intl.android.apps.poseidon
shop:aliexpress:aliexpress,aliexpress.*,aliexpress.us,com.alibaba.aliexpresshd
shop:taobao:taobao,taobao.com,tmall.com
shop:jd:jd,jd.com
shop:pinduoduo:pinduoduo,pinduoduo.com,yangkeduo.com
shop:temu:temu,temu.com,com.einnovation.temu
shop:shein:shein,shein.*
shop:wish:wish,wish.com
shop:shopee:shopee,shopee.*
shop:lazada:lazada,lazada.*
shop:tokopedia:tokopedia,tokopedia.com
shop:flipkart:flipkart,flipkart.com
shop:coupang:coupang,coupang.com
shop:naver shopping:naver shopping,shopping.naver.com,smartstore.naver.com
shop:yahoo shopping:yahoo shopping,shopping.yahoo.*
shop:google shopping:google shopping,shopping.google.*,googleshopping
shop:kakaku:kakaku,kakaku.com
shop:mercadolibre:mercadolibre,mercadolibre.*,mercadolivre.com.br
shop:americanas:americanas,americanas.com.br
shop:allegro:allegro,allegro.pl,allegro.cz
shop:ceneo:ceneo,ceneo.pl
shop:heureka:heureka,heureka.cz,heureka.sk
shop:ozon:ozon,ozon.ru
shop:wildberries:wildberries,wildberries.ru
shop:yandex market:yandex market,market.yandex.*
shop:rozetka:rozetka,rozetka.com.ua
shop:emag:emag,emag.ro,emag.hu,emag.bg
shop:trendyol:trendyol,trendyol.com
shop:hepsiburada:hepsiburada,hepsiburada.com
shop:idealo:idealo,idealo.*
shop:pricerunner:pricerunner,pricerunner.*
shop:kelkoo:kelkoo,kelkoo.*
shop:shopzilla:shopzilla,shopzilla.*
shop:geizhals:geizhals,geizhals.at,geizhals.de,geizhals.eu
shop:check24:check24,check24.de
shop:toppreise:toppreise,toppreise.ch
shop:galaxus:galaxus,galaxus.*,digitec.ch
shop:otto:otto,otto.de
shop:zalando:zalando,zalando.*
shop:kaufland:kaufland,kaufland.*
shop:bol:bol,bol.com
shop:cdiscount:cdiscount,cdiscount.com
shop:vinted:vinted,vinted.*
shop:shopify:shopify,shopify.com,shop.app,com.shopify.arrive
display:google ad network:google ad network,doubleclick.net,googlesyndication.com,syndicatedsearch.goog,googleadservices.com,dclid
display:taboola:taboola,taboola.com
display:outbrain:outbrain,outbrain.com
display:criteo:criteo,criteo.com,criteo.net
display:adform:adform,adform.net
display:appnexus:appnexus,adnxs.com
display:amazon ads:amazon ads,amazon-adsystem.com
display:yahoo ads:yahoo ads,adtech.yahooinc.com,advertising.com
display:mgid:mgid,mgid.com
display:revcontent:revcontent,revcontent.com
display:adroll:adroll,adroll.com
display:teads:teads,teads.tv
display:applovin:applovin,applovin.com,applvn.com
display:unity ads:unity ads,unityads.unity3d.com
other:google docs:google docs,docs.google.*
other:google drive:google drive,drive.google.*
other:google accounts:google accounts,accounts.google.*
other:google calendar:google calendar,calendar.google.*
other:google meet:google meet,meet.google.*
other:google classroom:google classroom,classroom.google.*
other:google chat:google chat,chat.google.*
other:google sites:google sites,sites.google.*
other:google play:google play,play.google.*,com.android.vending
other:google ads console:google ads console,ads.google.*
other:google analytics:google analytics,analytics.google.*
other:google translate:google translate,translate.google.*
other:microsoft live:microsoft live,login.live.com
other:yahoo finance:yahoo finance,finance.yahoo.*
other:yandex metrica:yandex metrica,metrika.yandex.*,metrica.yandex.*
search::searchya.com,searchmobileonline.com,v9.com,22find.com,qvo6.com,qone8.com,sweet-page.com,istartsurf.com,omiga-plus.com,key-find.com,awesomehp.com,oursurfing.com,portaldosites.com,iminent.com,certified-toolbar.com,sweetim.com,imesh.com,genieo.com,findwide.com,surfcanyon.com,gelbeseiten.de,dasoertliche.de,dastelefonbuch.de,yellowmap.de,1881.no,gulesider.no,hitta.se,herold.at,local.ch,pagesjaunes.fr,paginegialle.it,yell.com,yellowpages.com,118700.se,gooofullsearch.com,darkoogle.com,gfsoso.com,blackle.com,startab.me,kiddle.co,kidrex.org,kidzsearch.com,fragfinn.de,blinde-kuh.de,qwantjunior.com,juniorsafesearch.com,k9safesearch.com
search:google:google,google.*,gogole.*,googel.*,gppgle.*,goolge.*,gogle.*,goggle.*,ggoogle.*,gooogle.*,googlee.*,googe.*,goo.gl,googleusercontent.com,googlesyndicatedsearch.com,com.google.android.googlequicksearchbox,com.google.android.apps.searchlite,google ads,googleads,google-ads,google_ads,adwords,googlemybusiness,gmb,gclid,gbraid,wbraid,gad_source
search:bing:bing,bing.*,bing.com,msn.*,com.microsoft.bing,com.microsoft.emmx,bing ads,bingads,microsoft,microsoft ads,msclkid,msn
search:yahoo:yahoo,yahoo.*,com.yahoo.mobile.client.android.search
search:duckduckgo:duckduckgo,duckduckgo.com,duckduckgo.eu,ddg.gg,duck.com,duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion,com.duckduckgo.mobile.android,ddg
search:yandex:yandex,yandex.*,ya.ru,yastatic.net,ru.yandex.searchplugin,ru.yandex.searchapp,com.yandex.browser,yandex direct,yclid
search:baidu:baidu,baidu.*,com.baidu.searchbox
search:naver:naver,naver.com,com.nhn.android.search
search:daum:daum,daum.net,net.daum.android.daum
search:nate:nate,nate.com
search:zum:zum,zum.com
search:sogou:sogou,sogou.com
search:360 search:360 search,so.com,360.cn,haosou.com,sou.com
search:shenma:shenma,sm.cn
search:quark:quark,quark.cn
search:seznam:seznam,seznam.cz,firmy.cz
search:ecosia:ecosia,ecosia.org,com.ecosia.android
search:qwant:qwant,qwant.com,com.qwant.liberty
search:startpage:startpage,startpage.com,startpage.nl,ixquick.*,startpagel6srwcjlue4zgq3zevrujfaow726kjytqbbjyrswwmjzcqd.onion
search:brave:brave,search.brave.com,brave.com,com.brave.browser
search:kagi:kagi,kagi.com
search:mojeek:mojeek,mojeek.com,mojeek.co.uk
search:swisscows:swisscows,swisscows.com,swisscows.ch,hulbee.com
search:metager:metager,metager.de,metager.org,metager2.de
search:presearch:presearch,presearch.com,presearch.io,presearch.org
search:yep:yep,yep.com
search:searx:searx,searx.be,searx.me,searx.space,searxng.org
search:gibiru:gibiru,gibiru.com
search:lilo:lilo,lilo.org
search:oceanhero:oceanhero,oceanhero.today
search:ekoru:ekoru,ekoru.org
search:karmasearch:karmasearch,karmasearch.org
search:ask:ask,ask.com,search-results.com,teoma.com
search:aol:aol,aol.*
search:lycos:lycos,lycos.*,hotbot.*
search:excite:excite,excite.*
search:altavista:altavista,altavista.*
search:coccoc:coccoc,coccoc.com
search:rambler:rambler,rambler.ru,nigma.ru
search:mail.ru:mail.ru,go.mail.ru
search:petal:petal,petalsearch.com,com.huawei.hwsearch
search:goo:goo,goo.ne.jp
search:biglobe:biglobe,biglobe.ne.jp
search:docomo:docomo,docomo.ne.jp
search:auone:auone,auone.jp
search:nifty:nifty,nifty.com
search:so-net:so-net,so-net.ne.jp
search:rakuten:rakuten,rakuten.*,infoseek.co.jp
search:livedoor:livedoor,livedoor.com
search:onet:onet,onet.pl
search:wp.pl:wp.pl
search:virgilio:virgilio,virgilio.it
search:libero:libero,libero.it
search:tiscali:tiscali,tiscali.it,tiscali.cz
search:t-online:t-online,t-online.de
search:web.de:web.de
search:freenet:freenet,freenet.de
search:bluewin:bluewin,bluewin.ch
search:search.ch:search.ch
search:orange search:orange search,lemoteur.orange.fr,lemoteur.fr,voila.fr
search:centrum:centrum,centrum.cz,atlas.cz,centrum.sk,atlas.sk
search:zoznam:zoznam,zoznam.sk
search:azet:azet,azet.sk
search:najdi:najdi,najdi.si
search:sapo:sapo,sapo.pt
search:clix:clix,clix.pt
search:globo:globo,globo.com
search:terra:terra,terra.com.br,terra.es,terra.cl
search:eniro:eniro,eniro.se,eniro.no,eniro.dk,eniro.fi
search:kvasir:kvasir,kvasir.no
search:startsiden:startsiden,startsiden.no,abcsok.no
search:walla:walla,walla.co.il
search:meta.ua:meta.ua
search:bigmir:bigmir,bigmir.net
search:ukr.net:ukr.net
search:tut.by:tut.by
search:abv:abv,abv.bg
search:comcast:comcast,comcast.net,xfinity.com
search:earthlink:earthlink,earthlink.net
search:charter.net:charter.net,rr.com
search:dogpile:dogpile,dogpile.com,webcrawler.com,metacrawler.com,zoo.com,infospace.com
search:info.com:info.com
search:izito:izito,izito.*,zapmeta.*,zapmetasearch.*
search:conduit:conduit,conduit.com,trovi.com
search:babylon:babylon,babylon.com,isearch.babylon.com,delta-search.com,delta-homes.com
search:mywebsearch:mywebsearch,mywebsearch.com,myway.com,mysearch.com,inbox.com
search:avg:avg,avg.com,avast.com,nation.com
search:softonic:softonic,softonic.com
search:ghostery:ghostery,ghosterysearch.com,glowstery.com,cliqz.com
search:neeva:neeva,neeva.com
search:wolframalpha:wolframalpha,wolframalpha.com
search:marginalia:marginalia,marginalia.nu,marginalia-search.com
search:stract:stract,stract.com
search:wiby:wiby,wiby.me
search:entireweb:entireweb,entireweb.com
search:exalead:exalead,exalead.*
search:looksmart:looksmart,looksmart.com
search:picsearch:picsearch,picsearch.com,picsearch.de
search:fireball:fireball,fireball.de,fireball.com
search:dmoz:dmoz,dmoz.org,curlie.org
search:gigablast:gigablast,gigablast.com
search:setooz:setooz,setooz.com
search:vuhuv:vuhuv,vuhuv.com,vuhuv.com.tr
search:geona:geona,geona.net
search:parsijoo:parsijoo,parsijoo.ir
search:zarebin:zarebin,zarebin.ir
search:freespoke:freespoke,freespoke.com
search:luxxle:luxxle,luxxle.com
search:givero:givero,givero.com
search:youcare:youcare,youcare.world
search:xayn:xayn,xayn.com
search:timpi:timpi,timpi.io
search:quendu:quendu,quendu.com
search:qmamu:qmamu,qmamu.com
search:rightdao:rightdao,rightdao.com
search:yippy:yippy,yippy.com
search:alexandria:alexandria,alexandria.org
search:searchencrypt:searchencrypt,searchencrypt.com,searchlock.com,searchprivacy.co,discretesearch.com
search:snap.do:snap.do
mail::bigpond.com,email.telstra.com,exmail.qq.com,iinet.net.au,mail.e1.ru,mail.mynet.com,mail.qip.ru,mail.yahoo.net,mastermail.ru,orange.fr,post.ru,sibmail.com,webmail.2degreesbroadband.co.nz,webmail.adam.com.au,webmail.commander.net.au,webmail.dodo.com.au,webmail.iprimus.com.au,webmail.netspace.net.au,webmail.optusnet.com.au,webmail.optuszoo.com.au,webmail.virginbroadband.com.au,webmail.vodafone.co.nz,webmail.westnet.com.au
search::1.cz,2gis.ru,abacho.at,abacho.ch,abacho.co.uk,abacho.com,abacho.de,abacho.es,abacho.fr,abacho.it,abcsolk.no,acoon.de,alexa.com,all.by,alltheweb.com,aolsearch.com,apollo.lv,apollo7.de,apontador.com.br,arama.com,arcor.de,ariadna.elmundo.es,arianna.com,ask.co.uk,ask.reference.com,askkids.com,blekko.com,blogdigger.com,blogpulse.com,blogs.icerocket.com,busca.orange.es,busca.uol.com.br,cc.bingj.com,cercato.it,clusty.com,cnn.com,crawler.com,cuil.com,daemon-search.com,dalesearch.com,eo.st,eurip.com,euroseek.com,everyclick.com,fastbrowsersearch.com,fastweb.it,find.tdc.dk,finderoo.com,firstsfind.com,fixsuche.de,flix.de,forestle.mobi,forestle.org,free.fr,fresh-weather.com,friendfeed.com,gais.cs.ccu.edu.tw,globososo.com,gnadenmeer.de,gomeo.com,google.cat,google.dodo.com.au,google.interia.pl,googleearth.de,googleearth.fr,goyellow.de,highbeam.com,hit-parade.com,holmes.ge,hooseek.com,icq.com,ilse.nl,incredimail.com,inspsearch.com,it.ao,jungle-spider.de,junglekey.com,junglekey.fr,jyxo.1188.cz,kataweb.it,ko.search.need2find.com,kununu.com,latne.lv,liveinternet.ru,lo.st,maailm.com,mamma.com,marktplaats.nl,maxwebsearch.com,meinestadt.de,meta.rrzn.uni-hannover.de,metacrawler.de,mister-wong.com,mister-wong.de,monstercrawler.com,mozbot.co.uk,mozbot.com,mozbot.fr,neti.ee,online.no,otsing.delfi.ee,p.zhongsou.com,paperball.de,plazoo.com,poisk.ru,qbyrd.com,qualigo.at,qualigo.ch,qualigo.de,qualigo.nl,recherche.francite.com,rechercher.aliceadsl.fr,rpmfind.net,search-intl.netscape.com,search.1and1.com,search.1und1.de,search.alot.com,search.bt.com,search.com,search.foxtab.com,search.freecause.com,search.hiyo.com,search.i.ua,search.incredibar.com,search.juno.com,search.kiwee.com,search.magnetic.com,search.media.telstra.com.au,search.offerbox.com,search.orange.co.uk,search.peoplepc.com,search.qip.ru,search.searchcompletion.com,search.snapdo.com,search.winamp.com,search.www.ee,search.yam.com,searchalot.com,searchcanvas.com,searchresults.verizon.com,searchthis.com,searchy.co.uk,sharelook.fr,skynet.be,sm.aport.ru,smart.delfi.lv,soso.com,sosodesktop.com,sougou.com,start.facemoods.com,start.iplay.com,startgoogle.startpagina.nl,suche.aolsvc.de,suche.gmx.net,suche.info,suchmaschine.com,suchnase.de,talktalk.co.uk,technorati.com,thesmartsearch.net,tixuma.de,toile.com,toolbarhome.com,trouvez.com,trovarapido.com,trusted--search.com,twingly.com,url.org,vinden.nl,vindex.nl,walhello.com,walhello.de,walhello.info,walhello.nl,web.canoe.ca,web.gougou.com,web.nl,web.volny.cz,webfetch.com,weborama.com,websearch.com,websearch.cs.com,witch.de,www1.astronaut.at,www2.austronaut.at,www3.zoek.nl,x-recherche.com,yasni.at,yasni.ch,yasni.co.uk,yasni.com,yasni.de,yatedo.com,yatedo.fr,yougoo.fr,ys.mirostart.com,zoeken.nl,zoohoo.cz
social::donanimhaber.com,forums.whirlpool.net.au,hocam.com,inci.sozlukspot.com,incisozluk.cc,incisozluk.com,instela.com,itusozluk.com,mastodon.online,mastodon.social,moikrug.ru,mylife.ru,myyearbook.com,paper.li,phanpy.social,sourceforge.net,sourtimes.org,sozluk.com,t.umblr.com,uludagsozluk.com,ulusozluk.com,vkrugudruzei.ru,wayn.com',
    CHR(  10)
  )) AS listed(brand)
  CROSS JOIN UNNEST(SPLIT(SPLIT_PART(brand, ':', 3), ',')) AS named(name)
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
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp,
      CASE WHEN sampleweight BETWEEN 1e0 AND 1e12 THEN sampleweight ELSE 1e0 END AS weight
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
    COALESCE(sessionid, visitorid, eventid) AS unit,
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
    MIN(weight) AS weight,
    SUM(CASE WHEN eventtype = 'page_view' THEN weight ELSE 0 END) AS weighted_views,
    MIN_BY(COALESCE(page, ''), turn) AS first_page,
    MIN_BY(COALESCE(referrer, ''), turn) AS referrer,
    MIN_BY(utm, turn) AS utm,
    MIN_BY(COALESCE(advertised, ''), turn) AS clickid,
    ARRAY_JOIN(ARRAY_AGG(click ORDER BY click) FILTER(WHERE
      NOT click IS NULL), CHR(  10)) AS clicked,
    MIN_BY(location, turn) AS location,
    MIN_BY(device, turn) AS device,
    MIN_BY(COALESCE(visitorid, ''), turn) AS visitorid,
    MIN_BY(COALESCE(sessionid, ''), turn) AS sessionid,
    MAX(userid) AS userid,
    MIN(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS entry,
    MAX(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS leaving
  FROM (
    SELECT
      *,
      CASE
        WHEN utm.campaign <> ''
        THEN CONCAT_WS(
          CHR(  9),
          COALESCE(utm.source, ''),
          COALESCE(utm.medium, ''),
          utm.campaign,
          COALESCE(advertised, '')
        ) || CASE
          WHEN COALESCE(utm.source, '') = ''
          THEN CONCAT_WS(CHR(  9), '', COALESCE(referrer, ''), page)
          ELSE ''
        END
      END AS click
    FROM (
      SELECT
        *,
        CASE
          WHEN clickid = 'fbclid' AND device.browser = 'Instagram'
          THEN 'instagram'
          ELSE clickid
        END AS advertised
      FROM nearby_hits
      WHERE
        NOT visitkey IS NULL
    ) AS known
  ) AS named
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
    weight,
    weighted_views,
    first_page,
    referrer,
    utm,
    clickid,
    clicked,
    location,
    device,
    visitorid,
    sessionid,
    userid,
    entry,
    leaving,
    source,
    medium,
    campaign,
    CASE
      WHEN REGEXP_LIKE(LOWER(campaign), 'cross-network')
      THEN 'Cross-network'
      WHEN is_paid AND (
        kind = 'shop' OR is_shopping
      )
      THEN 'Paid Shopping'
      WHEN is_paid AND kind = 'search'
      THEN 'Paid Search'
      WHEN is_paid AND kind = 'social'
      THEN 'Paid Social'
      WHEN is_paid AND kind = 'video'
      THEN 'Paid Video'
      WHEN kind = 'display'
      OR REGEXP_LIKE(medium, '^(display|banner|expandable|interstitial|cpm)\z')
      THEN 'Display'
      WHEN is_paid
      THEN 'Paid Other'
      WHEN kind = 'ai'
      THEN 'AI Assistants'
      WHEN kind = 'shop' OR is_shopping
      THEN 'Organic Shopping'
      WHEN kind = 'social' OR REGEXP_LIKE(medium, 'social|^sm$')
      THEN 'Organic Social'
      WHEN kind = 'video' OR REGEXP_LIKE(medium, 'video')
      THEN 'Organic Video'
      WHEN kind = 'search' OR medium = 'organic'
      THEN 'Organic Search'
      WHEN kind = 'mail' OR REGEXP_LIKE(medium, '^e[ _-]?mail|newsletter')
      THEN 'Email'
      WHEN REGEXP_LIKE(medium, '^affiliate')
      THEN 'Affiliates'
      WHEN medium IN ('referral', 'app', 'link') OR (
        is_referred AND medium IS NULL
      )
      THEN 'Referral'
      WHEN medium = 'audio'
      THEN 'Audio'
      WHEN source = 'sms' OR medium = 'sms'
      THEN 'SMS'
      WHEN REGEXP_LIKE(medium, 'push\z|mobile|notification') OR source = 'firebase'
      THEN 'Mobile Push Notifications'
      WHEN source IS NULL AND medium IS NULL AND campaign IS NULL
      THEN 'Direct'
      ELSE 'Unassigned'
    END AS channel
  FROM (
    SELECT
      *,
      REGEXP_LIKE(LOWER(campaign), '(^|[^a-df-z])shop|shopping') AS is_shopping,
      COALESCE(NULLIF(SPLIT_PART(brand, CHR(  9), 2), ''), said) AS source,
      CASE
        WHEN NOT brand IS NULL
        THEN SPLIT_PART(brand, CHR(  9), 1)
        WHEN REGEXP_LIKE(
          said,
          '(^|[.])(([a-z0-9]+-)?(search|suche|szukaj|busca|buscador|recherche|pesquisa|ricerca|hledani|poisk|zoek|sok|arama)[0-9]*(-[a-z0-9]+)?[.][^.]+|(search|suche|busca|cherche|recherche|ricerc)[a-z0-9-]*[.][^.]{4,})[.]|(^|[.])([a-z0-9-]*[^e.])?search[.]((com?[.])?[a-z]{2}|[a-z]{3,4})\z'
        )
        THEN 'search'
        WHEN REGEXP_LIKE(
          said,
          '[.]social\z|^social[.]|(todon|mstdn|pixelfed|misskey|lemmy|pleroma|friendica)[a-z0-9-]*[.]'
        )
        THEN 'social'
      END AS kind
    FROM (
      SELECT
        s.*,
        COALESCE(
          ELEMENT_AT(listed.brands, s.name),
          ELEMENT_AT(listed.brands, NULLIF(REGEXP_EXTRACT(s.name, '[^.]+[.][^.]+[.][^.]+\z'), '')),
          CASE
            WHEN REGEXP_LIKE(s.said, '(^|[.])(web|e-?)?mail[0-9]*[.][^.]+[.]')
            THEN 'mail'
          END,
          ELEMENT_AT(listed.brands, NULLIF(REGEXP_EXTRACT(s.name, '[^.]+[.][^.]+\z'), ''))
        ) AS brand
      FROM (
        SELECT
          *,
          REGEXP_REPLACE(
            said,
            '(^|[.])(aliexpress|altavista|amazon|aol|baidu|bing|blogspot|ebay|exalead|excite|galaxus|ggoogle|glassdoor|gmx|goggle|gogle|gogole|googe|googel|google|googlee|goolge|gooogle|gppgle|habbo|hotbot|hotmail|idealo|ixquick|izito|kaufland|kelkoo|lastfm|lazada|lycos|mercadolibre|msn|myheritage|pinterest|pricerunner|rakuten|shein|shopee|shopzilla|tripadvisor|vinted|walmart|yahoo|yandex|yelp|zalando|zapmeta|zapmetasearch|zoho)[.](com|(com?[.])?[a-z]{2})\z',
            '$1$2.*'
          ) AS name
        FROM (
          SELECT
            *,
            utm_source IS NULL AND NOT host IS NULL AS is_referred,
            (
              NOT medium IS NULL
              AND REGEXP_LIKE(medium, 'cp|^(ppc|ads?|sem|retargeting|remarketing)$|(^|[^a-z])paid')
            )
            OR NOT COALESCE(advertised, 'fbclid') IN ('fbclid', 'instagram') AS is_paid,
            COALESCE(REGEXP_REPLACE(utm_source, '^www[.]', ''), host, advertised) AS said
          FROM (
            SELECT
              *,
              NULLIF(REGEXP_REPLACE(campaign_said, '^[\t-\r ]+|[\t-\r ]+\z', ''), '') AS campaign,
              NULLIF(
                REGEXP_REPLACE(
                  REGEXP_REPLACE(source_said, '^[\t-\r ]+|[\t-\r ]+\z', ''),
                  '^([(](direct|none|not set)[)]|direct)\z',
                  ''
                ),
                ''
              ) AS utm_source,
              NULLIF(
                REGEXP_REPLACE(
                  REGEXP_REPLACE(medium_said, '^[\t-\r ]+|[\t-\r ]+\z', ''),
                  '^[(](none|not set)[)]\z',
                  ''
                ),
                ''
              ) AS medium,
              CASE
                WHEN referred LIKE '%://%'
                THEN NULLIF(
                  NULLIF(
                    REGEXP_EXTRACT(LOWER(referred), '^[a-z][a-z0-9+.-]*://([^/?#@]*@)?(www[.])?([^/:?#]+)', 3),
                    ''
                  ),
                  COALESCE(
                    NULLIF(
                      REGEXP_EXTRACT(LOWER(landing), '^[a-z][a-z0-9+.-]*://([^/?#@]*@)?(www[.])?([^/:?#]+)', 3),
                      ''
                    ),
                    ''
                  )
                )
              END AS host
            FROM (
              SELECT
                *,
                LOWER(utm.source) AS source_said,
                LOWER(utm.medium) AS medium_said,
                utm.campaign AS campaign_said,
                referrer AS referred,
                first_page AS landing,
                NULLIF(clickid, '') AS advertised
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
                  MIN(weight) AS weight,
                  SUM(weighted_views) AS weighted_views,
                  MIN_BY(first_page, began) AS first_page,
                  MIN_BY(referrer, began) AS referrer,
                  MIN_BY(utm, began) AS utm,
                  MIN_BY(clickid, began) AS clickid,
                  ARRAY_JOIN(ARRAY_AGG(NULLIF(clicked, '') ORDER BY began), CHR(  10)) AS clicked,
                  MIN_BY(location, began) AS location,
                  MIN_BY(device, began) AS device,
                  MIN_BY(visitorid, began) AS visitorid,
                  MIN_BY(sessionid, began) AS sessionid,
                  MAX(userid) AS userid,
                  MIN(entry) AS entry,
                  MAX(leaving) AS leaving
                FROM (
                  SELECT
                    *,
                    MAX(opened) OVER (
                      PARTITION BY visitkey
                      ORDER BY began
                      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                    ) AS opening
                  FROM (
                    SELECT
                      *,
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
            ) AS parted
          ) AS trimmed
        ) AS named
      ) AS s
      CROSS JOIN (
        SELECT
          MAP_AGG(name, kind || CHR(  9) || source) AS brands
        FROM brands
      ) AS listed
    ) AS found
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
    weight,
    weighted_views,
    visitkey AS unit,
    source,
    medium,
    campaign,
    channel,
    clicked,
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
  ROUND(1e2 * whole / NULLIF(FIRST_VALUE(whole) OVER (ORDER BY number), 0), 1) AS share,
  ROUND(
    1e2 * (
      LAG(whole) OVER (ORDER BY number) - whole
    ) / NULLIF(LAG(whole) OVER (ORDER BY number), 0),
    1
  ) AS drop_off
FROM (
  SELECT
    number,
    step,
    CAST(ROUND(COALESCE(SUM(weight), 0)) AS BIGINT) AS visits,
    COALESCE(SUM(weight), 0) AS whole
  FROM (
    SELECT
      asked.number,
      asked.step,
      walked.weight,
      walked.unit
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
        ARRAY_JOIN(ARRAY_AGG(t.digit ORDER BY t.turn, t.digit), '') AS trail,
        MIN(v.weight) AS weight,
        v.visitkey AS unit
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
  ) AS walks
  GROUP BY
    number,
    step
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
), brands AS (
  SELECT
    SPLIT_PART(brand, ':', 1) AS kind,
    COALESCE(NULLIF(SPLIT_PART(brand, ':', 2), ''), name) AS source,
    name
  FROM UNNEST(SPLIT(
    'ai:chatgpt:chatgpt,chatgpt.com,chat.openai.com,openai.com,com.openai.chatgpt,chat gpt,openai
ai:perplexity:perplexity,perplexity.ai,perplexity.com,ai.perplexity.app.android
ai:claude:claude,claude.ai,claude.com,anthropic.com,com.anthropic.claude,anthropic
ai:gemini:gemini,gemini.google.*,bard.google.*,aistudio.google.*,com.google.android.apps.bard,bard
ai:notebooklm:notebooklm,notebooklm.google.*,notebooklm.google
ai:copilot:copilot,copilot.microsoft.com,copilot.cloud.microsoft,m365.cloud.microsoft,copilot.com,edgeservices.bing.com,com.microsoft.copilot
ai:deepseek:deepseek,deepseek.com,deepseek.ai,com.deepseek.chat
ai:grok:grok,grok.com,x.ai,ai.x.grok
ai:meta ai:meta ai,meta.ai
ai:mistral:mistral,mistral.ai,le chat,lechat
ai:duck.ai:duck.ai
ai:you.com:you.com
ai:poe:poe,poe.com
ai:phind:phind,phind.com
ai:pi.ai:pi.ai
ai:character.ai:character.ai,c.ai
ai:jasper:jasper,jasper.ai
ai:writesonic:writesonic,writesonic.com,chatsonic
ai:iask:iask,iask.ai
ai:andi:andi,andisearch.com
ai:komo:komo,komo.ai
ai:chatglm:chatglm,chatglm.cn,z.ai,bigmodel.cn
ai:kimi:kimi,kimi.com,kimi.ai,moonshot.cn,kimi.moonshot.cn
ai:doubao:doubao,doubao.com,com.larus.nova
ai:qwen:qwen,qwen.ai,tongyi.com,tongyi.aliyun.com,qianwen.com
ai:ernie:ernie,yiyan.baidu.com,chat.baidu.com
ai:yuanbao:yuanbao,yuanbao.tencent.com,hunyuan.tencent.com
ai:minimax:minimax,minimax.io,minimaxi.com,hailuoai.com
ai:metaso:metaso,metaso.cn
ai:felo:felo,felo.ai
ai:genspark:genspark,genspark.ai
ai:manus.im:manus.im
ai:consensus:consensus,consensus.app
ai:elicit:elicit,elicit.com,elicit.org
ai:scite:scite,scite.ai
ai:openevidence:openevidence,openevidence.com
ai:liner ai:liner ai,liner.com,getliner.com
ai:huggingchat:huggingchat,huggingface.co
ai:lmarena:lmarena,lmarena.ai,lmsys.org
ai:venice:venice,venice.ai
ai:lumo:lumo,lumo.proton.me
ai:t3chat:t3chat,t3.chat
ai:openrouter:openrouter,openrouter.ai
ai:groq:groq,groq.com
ai:cohere:cohere,cohere.com,cohere.ai
ai:monica:monica,monica.im
ai:sider:sider,sider.ai
ai:merlin ai:merlin ai,getmerlin.in
ai:blackbox:blackbox,blackbox.ai
ai:copy.ai:copy.ai
ai:rytr:rytr,rytr.me
ai:opera aria:opera aria,aria.opera.com
ai:yandex alice:yandex alice,alice.yandex.*,alice.yandex
ai:gigachat:gigachat,giga.chat
ai:clova:clova,clova-x.naver.com
ai:wrtn:wrtn,wrtn.ai
ai:chat+:chat+,chatplus.com,chat-gpt.org
ai:chatbotapp:chatbotapp,chatbotapp.ai,chatbot.app
ai:ninjachat:ninjachat,ninjachat.ai
ai:chatpdf:chatpdf,chatpdf.com
mail:gmail:gmail,mail.google.*,gmail.com,inbox.google.*,com.google.android.gm,com.google.android.gm.lite
mail:outlook:outlook,outlook.com,outlook.live.com,outlook.office.com,outlook.office365.com,hotmail.*,hotmail,mail.live.com,com.microsoft.office.outlook
mail:yahoo mail:yahoo mail,mail.yahoo.*,com.yahoo.mobile.client.android.mail
mail:icloud:icloud,icloud.com
mail:proton:proton,proton.me,protonmail.com,protonmail,ch.protonmail.android
mail:gmx:gmx,gmx.*,deref-gmx.net,deref-gmx.com,deref-gmx.fr,3c.gmx.net,de.gmx.mobile.android.mail
mail:web.de mail:web.de mail,deref-web.de,deref-web-02.de,3c.web.de,de.web.mobile.android.mail
mail:yandex mail:yandex mail,mail.yandex.*,ru.yandex.mail
mail:mail.ru mail:mail.ru mail,e.mail.ru,touch.mail.ru,ru.mail.mailapp
mail:aol mail:aol mail,mail.aol.*,com.aol.mobile.aolapp
mail:zoho:zoho,mail.zoho.*,zoho.*,com.zoho.mail
mail:fastmail:fastmail,fastmail.com,fastmail.fm
mail:tuta:tuta,tuta.com,tutanota.com,de.tutao.tutanota
mail:hey mail:hey mail,app.hey.com
mail:superhuman:superhuman,superhuman.com
mail:spark mail:spark mail,com.readdle.spark
mail:samsung email:samsung email,com.samsung.android.email.provider
mail:seznam mail:seznam mail,email.seznam.cz
mail:daum mail:daum mail,mail.daum.net,hanmail.net
mail:naver mail:naver mail,mail.naver.com
mail:rambler mail:rambler mail,mail.rambler.ru
mail:mail.com:mail.com,deref-mail.com
mail:laposte:laposte,laposte.net
mail:orange mail:orange mail,messagerie.orange.fr
mail:sfr mail:sfr mail,messagerie.sfr.fr
mail:free mail:free mail,zimbra.free.fr
mail:ukr.net mail:ukr.net mail,mail.ukr.net
mail:163 mail:163 mail,mail.163.com,126.com,mail.126.com
mail:qq mail:qq mail,mail.qq.com,wx.mail.qq.com,com.tencent.androidqqmail
mail:mailchimp:mailchimp,mailchimp.com,mailchi.mp,list-manage.com,campaign-archive.com
mail:klaviyo:klaviyo,klaviyo.com,klclick.com
mail:brevo:brevo,brevo.com,sendinblue.com,sendibm1.com
mail:campaign monitor:campaign monitor,createsend.com,cmail19.com,cmail20.com
mail:sendgrid:sendgrid,sendgrid.net
mail:hubspot mail:hubspot mail,hubspotemail.net
mail:convertkit:convertkit,convertkit.com,kit.com,convertkit-mail.com
mail:beehiiv:beehiiv,beehiiv.com
mail:buttondown:buttondown,buttondown.email,buttondown.com
mail:email:email,e-mail,e_mail,e mail
mail:newsletter:newsletter,newsletters
social:facebook:facebook,facebook.com,fb.com,fb.me,fb.watch,facebookwkhpilnemxj7asaniu7vnjjbiltxjqhye3mhbshg7kx5tfyd.onion,com.facebook.katana,com.facebook.lite,fb,meta,facebook ads,facebookads,meta ads,fbclid
social:instagram:instagram,instagram.com,com.instagram.android,ig,insta,igshopping
social:threads:threads,threads.net,threads.com,com.instagram.barcelona
social:messenger:messenger,messenger.com,m.me,com.facebook.orca
social:workplace:workplace,workplace.com
social:x:x,x.com,twitter.com,t.co,tweetdeck.com,com.twitter.android,twitter,tw,twclid
social:linkedin:linkedin,linkedin.com,lnkd.in,com.linkedin.android,linked-in,linkedin ads,li,li_fat_id
social:reddit:reddit,reddit.com,redd.it,com.reddit.frontpage,rdt_cid
social:pinterest:pinterest,pinterest.*,pin.it,com.pinterest,epik
social:tiktok:tiktok,tiktok.com,tiktokv.com,com.zhiliaoapp.musically,com.ss.android.ugc.trill,tik tok,ttclid
social:snapchat:snapchat,snapchat.com,snap.com,com.snapchat.android,sccid
social:whatsapp:whatsapp,whatsapp.com,wa.me,com.whatsapp,com.whatsapp.w4b
social:telegram:telegram,telegram.org,telegram.me,t.me,org.telegram.messenger,org.telegram.messenger.web,org.telegram.plus,tg
social:discord:discord,discord.com,discord.gg,discordapp.com,com.discord
social:bluesky:bluesky,bsky.app,bsky.social,xyz.blueskyweb.app,bsky
social:mastodon:mastodon,joinmastodon.org,org.joinmastodon.android,mas.to,hachyderm.io,infosec.exchange,troet.cafe,pawoo.net,c.im,botsin.space,bitcoinhackers.org,friends.nico,quey.org,tkm.eus,mathstodon.xyz,ioc.exchange,masto.ai,masto.nu,masto.es,masto.pt,masto.host,toot.cafe,toot.community,tooting.ch,toot.wales,tooot.im,metalhead.club,livellosegreto.it,sociale.network,dice.camp,wandering.shop,writing.exchange,journa.host,todon.eu,todon.nl,fedibird.com,vocalodon.net,best-friends.chat,planet.moe,handon.club,kmy.blue,baraag.net,cybre.space,snouts.online,sleeping.town,tech.lgbt,lgbtqia.space,eldritch.cafe,mamot.fr,piaille.fr,framapiaf.org,layer8.space,lor.sh,nerdculture.de,linuxrocks.online,functional.cafe,merveilles.town,weirder.earth,pouet.chapril.org,qoto.org,sciences.re,types.pl,wien.rocks,woof.group,zirk.us,101010.pl,union.place,vmst.io,worldkey.io,xoxo.zone,switter.at,spinster.xyz,ravenation.club,aus.social,kosmos.social,octodon.social,niu.moe,mao.mastodonhub.com,oc.todon.fr,social.coop,tusky.app,com.keylesspalace.tusky,me.rhosys.mastodon,universeodon.com,fedi.life,bark.lgbt,im-in.space,glammr.us,awscommunity.social,ecoevo.social,front-end.social,mindly.social,genomic.social,hometech.social,urbanists.social,sauropods.win,freeradical.zone,wetdry.world,app.wafrn.net,sakurajima.moe,rubber.social,plural.cafe,mk.absturztau.be,equestria.social,pony.social,dragonscave.space,tabletop.social,queer.party,chitter.xyz,hellsite.site,vulpine.club,computerfairi.es,radical.town,anarchism.space,sunbeam.city,hispagatos.space,mastd.racing,mast.dragon-fly.club,x0r.be,hulvr.com,gamepad.club,dmv.community,mspsocial.net,frikiverse.zone,loma.ml,aipi.social,moth.zone,lou.lt,slippy.xyz,den.dev
social:pixelfed:pixelfed,pixey.org,pxlmo.com,metapixl.com,pix.toot.wales,pixel.tchncs.de,fotofed.nl
social:misskey:misskey,misskey.io,nijimiss.moe,firefish.social,sharkey.world,mk.autonomy.earth
social:lemmy:lemmy,beehaw.org,feddit.de,feddit.org,feddit.it,feddit.uk,sh.itjust.works,programming.dev,kbin.social,fedia.io
social:diaspora:diaspora,diasporafoundation.org,pluspora.com,framasphere.org,diasp.org,joindiaspora.com,pod.geraspora.de
social:truth social:truth social,truthsocial.com
social:gab:gab,gab.com,gab.ai
social:gettr:gettr,gettr.com
social:parler:parler,parler.com
social:minds:minds,minds.com
social:mewe:mewe,mewe.com
social:vk:vk,vk.com,vk.ru,vk.me,vkontakte.ru,com.vkontakte.android,vkontakte
social:ok.ru:ok.ru,odnoklassniki.ru,odnoklassniki.ua,ru.ok.android
social:my.mail.ru:my.mail.ru
social:dzen:dzen,dzen.ru,zen.yandex.*
social:pikabu:pikabu,pikabu.ru
social:habr:habr,habr.com
social:weibo:weibo,weibo.com,weibo.cn,t.cn,com.sina.weibo
social:wechat:wechat,wechat.com,weixin.qq.com,weixin110.qq.com,com.tencent.mm,weixin
social:qq:qq,qzone.qq.com,qun.qq.com,com.tencent.mobileqq
social:xiaohongshu:xiaohongshu,xiaohongshu.com,xhslink.com,rednote.com,com.xingin.xhs,rednote
social:douyin:douyin,douyin.com,com.ss.android.ugc.aweme
social:kuaishou:kuaishou,kuaishou.com
social:zhihu:zhihu,zhihu.com,com.zhihu.android
social:douban:douban,douban.com
social:renren:renren,renren.com,kaixin001.com
social:line:line,line.me,lin.ee,jp.naver.line.android
social:kakao:kakao,kakao.com,kakaocorp.com,com.kakao.talk,kakaotalk
social:naver blog:naver blog,blog.naver.com,cafe.naver.com,kin.naver.com,band.us
social:zalo:zalo,zalo.me,com.zing.zalo
social:viber:viber,viber.com,com.viber.voip
social:skype:skype,skype.com,com.skype.raider
social:imo:imo,imo.im
social:hacker news:hacker news,news.ycombinator.com,hackernews,hn
social:lobsters:lobsters,lobste.rs
social:product hunt:product hunt,producthunt.com,producthunt
social:indie hackers:indie hackers,indiehackers.com
social:github:github,github.com,com.github.android
social:gitlab:gitlab,gitlab.com
social:stack overflow:stack overflow,stackoverflow.com,stackexchange.com,serverfault.com,superuser.com,askubuntu.com,stackapps.com,mathoverflow.net,stackoverflow
social:quora:quora,quora.com,com.quora.android
social:medium:medium,medium.com,com.medium.reader
social:substack:substack,substack.com,com.substack.app
social:tumblr:tumblr,tumblr.com,com.tumblr
social:wordpress:wordpress,wordpress.com,wordpress.org
social:blogger:blogger,blogger.com,blogspot.*
social:livejournal:livejournal,livejournal.com,livejournal.ru
social:linktree:linktree,linktr.ee
social:linkin.bio:linkin.bio,beacons.ai,lnk.bio,bio.link,campsite.bio,taplink.cc
social:flipboard:flipboard,flipboard.com,flip.it,flipboard.app
social:pocket:pocket,getpocket.com,pocket.co
social:digg:digg,digg.com
social:disqus:disqus,disqus.com,disq.us
social:slashdot:slashdot,slashdot.org
social:fark:fark,fark.com
social:imgur:imgur,imgur.com
social:9gag:9gag,9gag.com
social:nextdoor:nextdoor,nextdoor.com,nextdoor.co.uk,nextdoor.de
social:xing:xing,xing.com,com.xing.android
social:viadeo:viadeo,viadeo.com,viadeo.journaldunet.com
social:yammer:yammer,yammer.com,engage.cloud.microsoft
social:meetup:meetup,meetup.com
social:yelp:yelp,yelp.*
social:tripadvisor:tripadvisor,tripadvisor.*
social:foursquare:foursquare,foursquare.com,swarmapp.com
social:glassdoor:glassdoor,glassdoor.*
social:goodreads:goodreads,goodreads.com
social:dribbble:dribbble,dribbble.com
social:behance:behance,behance.net
social:deviantart:deviantart,deviantart.com
social:artstation:artstation,artstation.com
social:flickr:flickr,flickr.com
social:500px:500px,500px.com
social:last.fm:last.fm,lastfm.*
social:soundcloud:soundcloud,soundcloud.com
social:patreon:patreon,patreon.com
social:ko-fi:ko-fi,ko-fi.com
social:clubhouse:clubhouse,clubhouse.com,joinclubhouse.com
social:bereal:bereal,bereal.com,bere.al
social:hootsuite:hootsuite,hootsuite.com,ow.ly
social:buffer:buffer,buffer.com,buff.ly
social:bitly:bitly,bit.ly
social:ameblo:ameblo,ameblo.jp,ameba.jp
social:hatena:hatena,hatena.ne.jp,hatenablog.com,hatenablog.jp,hatena.blog
social:mixi:mixi,mixi.jp
social:note.com:note.com,note.mu
social:pixiv:pixiv,pixiv.net
social:fc2:fc2,fc2.com
social:5ch:5ch,5ch.net,2ch.net,5ch.io
social:gree:gree,gree.jp
social:gutefrage:gutefrage,gutefrage.net
social:wykop:wykop,wykop.pl
social:nk.pl:nk.pl,nasza-klasa.pl
social:meneame:meneame,meneame.net
social:taringa:taringa,taringa.net
social:draugiem:draugiem,draugiem.lv
social:hyves:hyves,hyves.nl,hyves.net
social:studivz:studivz,studivz.net,meinvz.net,schuelervz.net
social:myspace:myspace,myspace.com
social:bebo:bebo,bebo.com
social:orkut:orkut,orkut.com,orkut.com.br
social:google+:google+,plus.google.*,plus.url.google.*,url.google.*,googleplus
social:google groups:google groups,groups.google.*,googlegroups.com
social:habbo:habbo,habbo.*
social:ravelry:ravelry,ravelry.com
social:wattpad:wattpad,wattpad.com
social:scribd:scribd,scribd.com
social:slideshare:slideshare,slideshare.net
social:academia:academia,academia.edu
social:researchgate:researchgate,researchgate.net
social:fetlife:fetlife,fetlife.com
social:italki:italki,italki.com
social:lang-8:lang-8,lang-8.com
social:couchsurfing:couchsurfing,couchsurfing.com,couchsurfing.org
social:peepeth:peepeth,peepeth.com
social:steemit:steemit,steemit.com,hive.blog,peakd.com
social:farcaster:farcaster,farcaster.xyz,warpcast.com
social:lens protocol:lens protocol,lens.xyz,hey.xyz
social:nostr clients:nostr clients,primal.net,damus.io,iris.to,snort.social
social:strava:strava,strava.com,com.strava
social:letterboxd:letterboxd,letterboxd.com
social:untappd:untappd,untappd.com
social:geni:geni,geni.com
social:myheritage:myheritage,myheritage.*
social:ancestry:ancestry,ancestry.com,ancestry.co.uk,ancestry.de
social:classmates:classmates,classmates.com
social:tagged:tagged,tagged.com
social:hi5:hi5,hi5.com
social:badoo:badoo,badoo.com
social:netlog:netlog,netlog.com
social:tuenti:tuenti,tuenti.com
social:skyrock:skyrock,skyrock.com
social:cyworld:cyworld,cyworld.com
social:plaxo:plaxo,plaxo.com
social:plurk:plurk,plurk.com
social:identi.ca:identi.ca
social:ning:ning,ning.com
social:gaiaonline:gaiaonline,gaiaonline.com
social:irc-galleria:irc-galleria,irc-galleria.net
social:weeworld:weeworld,weeworld.com
social:sonico:sonico,sonico.com
social:friendster:friendster,friendster.com
social:stumbleupon:stumbleupon,stumbleupon.com,mix.com
social:delicious:delicious,delicious.com,del.icio.us
social:multiply:multiply,multiply.com
social:xanga:xanga,xanga.com
social:vampirefreaks:vampirefreaks,vampirefreaks.com
social:cafemom:cafemom,cafemom.com
social:dailystrength:dailystrength,dailystrength.org
social:care2:care2,care2.com
social:caringbridge:caringbridge,caringbridge.org
social:flixster:flixster,flixster.com
social:librarything:librarything,librarything.com
social:anobii:anobii,anobii.com
social:mubi:mubi,mubi.com
social:reverbnation:reverbnation,reverbnation.com
social:partyflock:partyflock,partyflock.nl
social:copainsdavant:copainsdavant,copainsdavant.linternaute.com
social:trombi:trombi,trombi.com
social:zoo.gr:zoo.gr
social:mocospace:mocospace,mocospace.com
social:blackplanet:blackplanet,blackplanet.com
social:asmallworld:asmallworld,asmallworld.com
social:internations:internations,internations.org
social:interpals:interpals,interpals.net
social:kiwibox:kiwibox,kiwibox.com
social:dol2day:dol2day,dol2day.com
social:jappy:jappy,jappy.com,jappy.de
social:lokalisten:lokalisten,lokalisten.de
social:werkenntwen:werkenntwen,wer-kennt-wen.de
social:suomi24:suomi24,suomi24.fi
social:playahead:playahead,playahead.se
social:lunarstorm:lunarstorm,lunarstorm.se
social:biip:biip,biip.no
social:mouthshut:mouthshut,mouthshut.com
social:ibibo:ibibo,ibibo.com
social:bharatstudent:bharatstudent,bharatstudent.com
social:bigadda:bigadda,bigadda.com
social:fotolog:fotolog,fotolog.com
social:fotki:fotki,fotki.com
social:photobucket:photobucket,photobucket.com
social:secondlife:secondlife,secondlife.com
social:imvu:imvu,imvu.com
social:stardoll:stardoll,stardoll.com
social:livemocha:livemocha,livemocha.com
social:busuu:busuu,busuu.com
social:mymfb:mymfb,mymfb.com
social:virb:virb,virb.com
social:wakoopa:wakoopa,wakoopa.com
social:yfrog:yfrog,yfrog.com
social:buzznet:buzznet,buzznet.com
social:mylife:mylife,mylife.com
social:friends reunited:friends reunited,friendsreunited.com,friendsreunited.co.uk
social:windows live spaces:windows live spaces,spaces.live.com
video:youtube:youtube,youtube.com,youtu.be,youtube-nocookie.com,com.google.android.youtube,com.google.android.apps.youtube.music,yt
video:vimeo:vimeo,vimeo.com
video:dailymotion:dailymotion,dailymotion.com,dai.ly
video:twitch:twitch,twitch.tv,tv.twitch.android.app
video:kick:kick,kick.com
video:rumble:rumble,rumble.com
video:odysee:odysee,odysee.com,lbry.tv
video:bitchute:bitchute,bitchute.com
video:netflix:netflix,netflix.com
video:hulu:hulu,hulu.com
video:disney+:disney+,disneyplus.com
video:ted:ted,ted.com
video:wistia:wistia,wistia.com,wistia.net
video:bilibili:bilibili,bilibili.com,b23.tv,tv.danmaku.bili
video:niconico:niconico,nicovideo.jp,nico.ms
video:iqiyi:iqiyi,iqiyi.com,iq.com
video:youku:youku,youku.com,tudou.com
video:rutube:rutube,rutube.ru
video:veoh:veoh,veoh.com
video:crackle:crackle,crackle.com
video:curiositystream:curiositystream,curiositystream.com
video:utreon:utreon,utreon.com
video:d.tube:d.tube
shop:amazon:amazon,amazon.*,amzn.to,a.co,com.amazon.mShop.android.shopping,amzn
shop:ebay:ebay,ebay.*,ebay.us,com.ebay.mobile
shop:etsy:etsy,etsy.com,etsy.me,com.etsy.android
shop:walmart:walmart,walmart.*,com.walmart.android
shop:target:target,target.com
shop:bestbuy:bestbuy,bestbuy.com
shop:alibaba:alibaba,alibaba.com,com.alibaba.intl.android.apps.poseidon
shop:aliexpress:aliexpress,aliexpress.*,aliexpress.us,com.alibaba.aliexpresshd
shop:taobao:taobao,taobao.com,tmall.com
shop:jd:jd,jd.com
shop:pinduoduo:pinduoduo,pinduoduo.com,yangkeduo.com
shop:temu:temu,temu.com,com.einnovation.temu
shop:shein:shein,shein.*
shop:wish:wish,wish.com
shop:shopee:shopee,shopee.*
shop:lazada:lazada,lazada.*
shop:tokopedia:tokopedia,tokopedia.com
shop:flipkart:flipkart,flipkart.com
shop:coupang:coupang,coupang.com
shop:naver shopping:naver shopping,shopping.naver.com,smartstore.naver.com
shop:yahoo shopping:yahoo shopping,shopping.yahoo.*
shop:google shopping:google shopping,shopping.google.*,googleshopping
shop:kakaku:kakaku,kakaku.com
shop:mercadolibre:mercadolibre,mercadolibre.*,mercadolivre.com.br
shop:americanas:americanas,americanas.com.br
shop:allegro:allegro,allegro.pl,allegro.cz
shop:ceneo:ceneo,ceneo.pl
shop:heureka:heureka,heureka.cz,heureka.sk
shop:ozon:ozon,ozon.ru
shop:wildberries:wildberries,wildberries.ru
shop:yandex market:yandex market,market.yandex.*
shop:rozetka:rozetka,rozetka.com.ua
shop:emag:emag,emag.ro,emag.hu,emag.bg
shop:trendyol:trendyol,trendyol.com
shop:hepsiburada:hepsiburada,hepsiburada.com
shop:idealo:idealo,idealo.*
shop:pricerunner:pricerunner,pricerunner.*
shop:kelkoo:kelkoo,kelkoo.*
shop:shopzilla:shopzilla,shopzilla.*
shop:geizhals:geizhals,geizhals.at,geizhals.de,geizhals.eu
shop:check24:check24,check24.de
shop:toppreise:toppreise,toppreise.ch
shop:galaxus:galaxus,galaxus.*,digitec.ch
shop:otto:otto,otto.de
shop:zalando:zalando,zalando.*
shop:kaufland:kaufland,kaufland.*
shop:bol:bol,bol.com
shop:cdiscount:cdiscount,cdiscount.com
shop:vinted:vinted,vinted.*
shop:shopify:shopify,shopify.com,shop.app,com.shopify.arrive
display:google ad network:google ad network,doubleclick.net,googlesyndication.com,syndicatedsearch.goog,googleadservices.com,dclid
display:taboola:taboola,taboola.com
display:outbrain:outbrain,outbrain.com
display:criteo:criteo,criteo.com,criteo.net
display:adform:adform,adform.net
display:appnexus:appnexus,adnxs.com
display:amazon ads:amazon ads,amazon-adsystem.com
display:yahoo ads:yahoo ads,adtech.yahooinc.com,advertising.com
display:mgid:mgid,mgid.com
display:revcontent:revcontent,revcontent.com
display:adroll:adroll,adroll.com
display:teads:teads,teads.tv
display:applovin:applovin,applovin.com,applvn.com
display:unity ads:unity ads,unityads.unity3d.com
other:google docs:google docs,docs.google.*
other:google drive:google drive,drive.google.*
other:google accounts:google accounts,accounts.google.*
other:google calendar:google calendar,calendar.google.*
other:google meet:google meet,meet.google.*
other:google classroom:google classroom,classroom.google.*
other:google chat:google chat,chat.google.*
other:google sites:google sites,sites.google.*
other:google play:google play,play.google.*,com.android.vending
other:google ads console:google ads console,ads.google.*
other:google analytics:google analytics,analytics.google.*
other:google translate:google translate,translate.google.*
other:microsoft live:microsoft live,login.live.com
other:yahoo finance:yahoo finance,finance.yahoo.*
other:yandex metrica:yandex metrica,metrika.yandex.*,metrica.yandex.*
search::searchya.com,searchmobileonline.com,v9.com,22find.com,qvo6.com,qone8.com,sweet-page.com,istartsurf.com,omiga-plus.com,key-find.com,awesomehp.com,oursurfing.com,portaldosites.com,iminent.com,certified-toolbar.com,sweetim.com,imesh.com,genieo.com,findwide.com,surfcanyon.com,gelbeseiten.de,dasoertliche.de,dastelefonbuch.de,yellowmap.de,1881.no,gulesider.no,hitta.se,herold.at,local.ch,pagesjaunes.fr,paginegialle.it,yell.com,yellowpages.com,118700.se,gooofullsearch.com,darkoogle.com,gfsoso.com,blackle.com,startab.me,kiddle.co,kidrex.org,kidzsearch.com,fragfinn.de,blinde-kuh.de,qwantjunior.com,juniorsafesearch.com,k9safesearch.com
search:google:google,google.*,gogole.*,googel.*,gppgle.*,goolge.*,gogle.*,goggle.*,ggoogle.*,gooogle.*,googlee.*,googe.*,goo.gl,googleusercontent.com,googlesyndicatedsearch.com,com.google.android.googlequicksearchbox,com.google.android.apps.searchlite,google ads,googleads,google-ads,google_ads,adwords,googlemybusiness,gmb,gclid,gbraid,wbraid,gad_source
search:bing:bing,bing.*,bing.com,msn.*,com.microsoft.bing,com.microsoft.emmx,bing ads,bingads,microsoft,microsoft ads,msclkid,msn
search:yahoo:yahoo,yahoo.*,com.yahoo.mobile.client.android.search
search:duckduckgo:duckduckgo,duckduckgo.com,duckduckgo.eu,ddg.gg,duck.com,duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion,com.duckduckgo.mobile.android,ddg
search:yandex:yandex,yandex.*,ya.ru,yastatic.net,ru.yandex.searchplugin,ru.yandex.searchapp,com.yandex.browser,yandex direct,yclid
search:baidu:baidu,baidu.*,com.baidu.searchbox
search:naver:naver,naver.com,com.nhn.android.search
search:daum:daum,daum.net,net.daum.android.daum
search:nate:nate,nate.com
search:zum:zum,zum.com
search:sogou:sogou,sogou.com
search:360 search:360 search,so.com,360.cn,haosou.com,sou.com
search:shenma:shenma,sm.cn
search:quark:quark,quark.cn
search:seznam:seznam,seznam.cz,firmy.cz
search:ecosia:ecosia,ecosia.org,com.ecosia.android
search:qwant:qwant,qwant.com,com.qwant.liberty
search:startpage:startpage,startpage.com,startpage.nl,ixquick.*,startpagel6srwcjlue4zgq3zevrujfaow726kjytqbbjyrswwmjzcqd.onion
search:brave:brave,search.brave.com,brave.com,com.brave.browser
search:kagi:kagi,kagi.com
search:mojeek:mojeek,mojeek.com,mojeek.co.uk
search:swisscows:swisscows,swisscows.com,swisscows.ch,hulbee.com
search:metager:metager,metager.de,metager.org,metager2.de
search:presearch:presearch,presearch.com,presearch.io,presearch.org
search:yep:yep,yep.com
search:searx:searx,searx.be,searx.me,searx.space,searxng.org
search:gibiru:gibiru,gibiru.com
search:lilo:lilo,lilo.org
search:oceanhero:oceanhero,oceanhero.today
search:ekoru:ekoru,ekoru.org
search:karmasearch:karmasearch,karmasearch.org
search:ask:ask,ask.com,search-results.com,teoma.com
search:aol:aol,aol.*
search:lycos:lycos,lycos.*,hotbot.*
search:excite:excite,excite.*
search:altavista:altavista,altavista.*
search:coccoc:coccoc,coccoc.com
search:rambler:rambler,rambler.ru,nigma.ru
search:mail.ru:mail.ru,go.mail.ru
search:petal:petal,petalsearch.com,com.huawei.hwsearch
search:goo:goo,goo.ne.jp
search:biglobe:biglobe,biglobe.ne.jp
search:docomo:docomo,docomo.ne.jp
search:auone:auone,auone.jp
search:nifty:nifty,nifty.com
search:so-net:so-net,so-net.ne.jp
search:rakuten:rakuten,rakuten.*,infoseek.co.jp
search:livedoor:livedoor,livedoor.com
search:onet:onet,onet.pl
search:wp.pl:wp.pl
search:virgilio:virgilio,virgilio.it
search:libero:libero,libero.it
search:tiscali:tiscali,tiscali.it,tiscali.cz
search:t-online:t-online,t-online.de
search:web.de:web.de
search:freenet:freenet,freenet.de
search:bluewin:bluewin,bluewin.ch
search:search.ch:search.ch
search:orange search:orange search,lemoteur.orange.fr,lemoteur.fr,voila.fr
search:centrum:centrum,centrum.cz,atlas.cz,centrum.sk,atlas.sk
search:zoznam:zoznam,zoznam.sk
search:azet:azet,azet.sk
search:najdi:najdi,najdi.si
search:sapo:sapo,sapo.pt
search:clix:clix,clix.pt
search:globo:globo,globo.com
search:terra:terra,terra.com.br,terra.es,terra.cl
search:eniro:eniro,eniro.se,eniro.no,eniro.dk,eniro.fi
search:kvasir:kvasir,kvasir.no
search:startsiden:startsiden,startsiden.no,abcsok.no
search:walla:walla,walla.co.il
search:meta.ua:meta.ua
search:bigmir:bigmir,bigmir.net
search:ukr.net:ukr.net
search:tut.by:tut.by
search:abv:abv,abv.bg
search:comcast:comcast,comcast.net,xfinity.com
search:earthlink:earthlink,earthlink.net
search:charter.net:charter.net,rr.com
search:dogpile:dogpile,dogpile.com,webcrawler.com,metacrawler.com,zoo.com,infospace.com
search:info.com:info.com
search:izito:izito,izito.*,zapmeta.*,zapmetasearch.*
search:conduit:conduit,conduit.com,trovi.com
search:babylon:babylon,babylon.com,isearch.babylon.com,delta-search.com,delta-homes.com
search:mywebsearch:mywebsearch,mywebsearch.com,myway.com,mysearch.com,inbox.com
search:avg:avg,avg.com,avast.com,nation.com
search:softonic:softonic,softonic.com
search:ghostery:ghostery,ghosterysearch.com,glowstery.com,cliqz.com
search:neeva:neeva,neeva.com
search:wolframalpha:wolframalpha,wolframalpha.com
search:marginalia:marginalia,marginalia.nu,marginalia-search.com
search:stract:stract,stract.com
search:wiby:wiby,wiby.me
search:entireweb:entireweb,entireweb.com
search:exalead:exalead,exalead.*
search:looksmart:looksmart,looksmart.com
search:picsearch:picsearch,picsearch.com,picsearch.de
search:fireball:fireball,fireball.de,fireball.com
search:dmoz:dmoz,dmoz.org,curlie.org
search:gigablast:gigablast,gigablast.com
search:setooz:setooz,setooz.com
search:vuhuv:vuhuv,vuhuv.com,vuhuv.com.tr
search:geona:geona,geona.net
search:parsijoo:parsijoo,parsijoo.ir
search:zarebin:zarebin,zarebin.ir
search:freespoke:freespoke,freespoke.com
search:luxxle:luxxle,luxxle.com
search:givero:givero,givero.com
search:youcare:youcare,youcare.world
search:xayn:xayn,xayn.com
search:timpi:timpi,timpi.io
search:quendu:quendu,quendu.com
search:qmamu:qmamu,qmamu.com
search:rightdao:rightdao,rightdao.com
search:yippy:yippy,yippy.com
search:alexandria:alexandria,alexandria.org
search:searchencrypt:searchencrypt,searchencrypt.com,searchlock.com,searchprivacy.co,discretesearch.com
search:snap.do:snap.do
mail::bigpond.com,email.telstra.com,exmail.qq.com,iinet.net.au,mail.e1.ru,mail.mynet.com,mail.qip.ru,mail.yahoo.net,mastermail.ru,orange.fr,post.ru,sibmail.com,webmail.2degreesbroadband.co.nz,webmail.adam.com.au,webmail.commander.net.au,webmail.dodo.com.au,webmail.iprimus.com.au,webmail.netspace.net.au,webmail.optusnet.com.au,webmail.optuszoo.com.au,webmail.virginbroadband.com.au,webmail.vodafone.co.nz,webmail.westnet.com.au
search::1.cz,2gis.ru,abacho.at,abacho.ch,abacho.co.uk,abacho.com,abacho.de,abacho.es,abacho.fr,abacho.it,abcsolk.no,acoon.de,alexa.com,all.by,alltheweb.com,aolsearch.com,apollo.lv,apollo7.de,apontador.com.br,arama.com,arcor.de,ariadna.elmundo.es,arianna.com,ask.co.uk,ask.reference.com,askkids.com,blekko.com,blogdigger.com,blogpulse.com,blogs.icerocket.com,busca.orange.es,busca.uol.com.br,cc.bingj.com,cercato.it,clusty.com,cnn.com,crawler.com,cuil.com,daemon-search.com,dalesearch.com,eo.st,eurip.com,euroseek.com,everyclick.com,fastbrowsersearch.com,fastweb.it,find.tdc.dk,finderoo.com,firstsfind.com,fixsuche.de,flix.de,forestle.mobi,forestle.org,free.fr,fresh-weather.com,friendfeed.com,gais.cs.ccu.edu.tw,globososo.com,gnadenmeer.de,gomeo.com,google.cat,google.dodo.com.au,google.interia.pl,googleearth.de,googleearth.fr,goyellow.de,highbeam.com,hit-parade.com,holmes.ge,hooseek.com,icq.com,ilse.nl,incredimail.com,inspsearch.com,it.ao,jungle-spider.de,junglekey.com,junglekey.fr,jyxo.1188.cz,kataweb.it,ko.search.need2find.com,kununu.com,latne.lv,liveinternet.ru,lo.st,maailm.com,mamma.com,marktplaats.nl,maxwebsearch.com,meinestadt.de,meta.rrzn.uni-hannover.de,metacrawler.de,mister-wong.com,mister-wong.de,monstercrawler.com,mozbot.co.uk,mozbot.com,mozbot.fr,neti.ee,online.no,otsing.delfi.ee,p.zhongsou.com,paperball.de,plazoo.com,poisk.ru,qbyrd.com,qualigo.at,qualigo.ch,qualigo.de,qualigo.nl,recherche.francite.com,rechercher.aliceadsl.fr,rpmfind.net,search-intl.netscape.com,search.1and1.com,search.1und1.de,search.alot.com,search.bt.com,search.com,search.foxtab.com,search.freecause.com,search.hiyo.com,search.i.ua,search.incredibar.com,search.juno.com,search.kiwee.com,search.magnetic.com,search.media.telstra.com.au,search.offerbox.com,search.orange.co.uk,search.peoplepc.com,search.qip.ru,search.searchcompletion.com,search.snapdo.com,search.winamp.com,search.www.ee,search.yam.com,searchalot.com,searchcanvas.com,searchresults.verizon.com,searchthis.com,searchy.co.uk,sharelook.fr,skynet.be,sm.aport.ru,smart.delfi.lv,soso.com,sosodesktop.com,sougou.com,start.facemoods.com,start.iplay.com,startgoogle.startpagina.nl,suche.aolsvc.de,suche.gmx.net,suche.info,suchmaschine.com,suchnase.de,talktalk.co.uk,technorati.com,thesmartsearch.net,tixuma.de,toile.com,toolbarhome.com,trouvez.com,trovarapido.com,trusted--search.com,twingly.com,url.org,vinden.nl,vindex.nl,walhello.com,walhello.de,walhello.info,walhello.nl,web.canoe.ca,web.gougou.com,web.nl,web.volny.cz,webfetch.com,weborama.com,websearch.com,websearch.cs.com,witch.de,www1.astronaut.at,www2.austronaut.at,www3.zoek.nl,x-recherche.com,yasni.at,yasni.ch,yasni.co.uk,yasni.com,yasni.de,yatedo.com,yatedo.fr,yougoo.fr,ys.mirostart.com,zoeken.nl,zoohoo.cz
social::donanimhaber.com,forums.whirlpool.net.au,hocam.com,inci.sozlukspot.com,incisozluk.cc,incisozluk.com,instela.com,itusozluk.com,mastodon.online,mastodon.social,moikrug.ru,mylife.ru,myyearbook.com,paper.li,phanpy.social,sourceforge.net,sourtimes.org,sozluk.com,t.umblr.com,uludagsozluk.com,ulusozluk.com,vkrugudruzei.ru,wayn.com',
    CHR(  10)
  )) AS listed(brand)
  CROSS JOIN UNNEST(SPLIT(SPLIT_PART(brand, ':', 3), ',')) AS named(name)
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
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp,
      CASE WHEN sampleweight BETWEEN 1e0 AND 1e12 THEN sampleweight ELSE 1e0 END AS weight
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
    COALESCE(sessionid, visitorid, eventid) AS unit,
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
    MIN(weight) AS weight,
    SUM(CASE WHEN eventtype = 'page_view' THEN weight ELSE 0 END) AS weighted_views,
    MIN_BY(COALESCE(page, ''), turn) AS first_page,
    MIN_BY(COALESCE(referrer, ''), turn) AS referrer,
    MIN_BY(utm, turn) AS utm,
    MIN_BY(COALESCE(advertised, ''), turn) AS clickid,
    ARRAY_JOIN(ARRAY_AGG(click ORDER BY click) FILTER(WHERE
      NOT click IS NULL), CHR(  10)) AS clicked,
    MIN_BY(location, turn) AS location,
    MIN_BY(device, turn) AS device,
    MIN_BY(COALESCE(visitorid, ''), turn) AS visitorid,
    MIN_BY(COALESCE(sessionid, ''), turn) AS sessionid,
    MAX(userid) AS userid,
    MIN(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS entry,
    MAX(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS leaving
  FROM (
    SELECT
      *,
      CASE
        WHEN utm.campaign <> ''
        THEN CONCAT_WS(
          CHR(  9),
          COALESCE(utm.source, ''),
          COALESCE(utm.medium, ''),
          utm.campaign,
          COALESCE(advertised, '')
        ) || CASE
          WHEN COALESCE(utm.source, '') = ''
          THEN CONCAT_WS(CHR(  9), '', COALESCE(referrer, ''), page)
          ELSE ''
        END
      END AS click
    FROM (
      SELECT
        *,
        CASE
          WHEN clickid = 'fbclid' AND device.browser = 'Instagram'
          THEN 'instagram'
          ELSE clickid
        END AS advertised
      FROM nearby_hits
      WHERE
        NOT visitkey IS NULL
    ) AS known
  ) AS named
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
    weight,
    weighted_views,
    first_page,
    referrer,
    utm,
    clickid,
    clicked,
    location,
    device,
    visitorid,
    sessionid,
    userid,
    entry,
    leaving,
    source,
    medium,
    campaign,
    CASE
      WHEN REGEXP_LIKE(LOWER(campaign), 'cross-network')
      THEN 'Cross-network'
      WHEN is_paid AND (
        kind = 'shop' OR is_shopping
      )
      THEN 'Paid Shopping'
      WHEN is_paid AND kind = 'search'
      THEN 'Paid Search'
      WHEN is_paid AND kind = 'social'
      THEN 'Paid Social'
      WHEN is_paid AND kind = 'video'
      THEN 'Paid Video'
      WHEN kind = 'display'
      OR REGEXP_LIKE(medium, '^(display|banner|expandable|interstitial|cpm)\z')
      THEN 'Display'
      WHEN is_paid
      THEN 'Paid Other'
      WHEN kind = 'ai'
      THEN 'AI Assistants'
      WHEN kind = 'shop' OR is_shopping
      THEN 'Organic Shopping'
      WHEN kind = 'social' OR REGEXP_LIKE(medium, 'social|^sm$')
      THEN 'Organic Social'
      WHEN kind = 'video' OR REGEXP_LIKE(medium, 'video')
      THEN 'Organic Video'
      WHEN kind = 'search' OR medium = 'organic'
      THEN 'Organic Search'
      WHEN kind = 'mail' OR REGEXP_LIKE(medium, '^e[ _-]?mail|newsletter')
      THEN 'Email'
      WHEN REGEXP_LIKE(medium, '^affiliate')
      THEN 'Affiliates'
      WHEN medium IN ('referral', 'app', 'link') OR (
        is_referred AND medium IS NULL
      )
      THEN 'Referral'
      WHEN medium = 'audio'
      THEN 'Audio'
      WHEN source = 'sms' OR medium = 'sms'
      THEN 'SMS'
      WHEN REGEXP_LIKE(medium, 'push\z|mobile|notification') OR source = 'firebase'
      THEN 'Mobile Push Notifications'
      WHEN source IS NULL AND medium IS NULL AND campaign IS NULL
      THEN 'Direct'
      ELSE 'Unassigned'
    END AS channel
  FROM (
    SELECT
      *,
      REGEXP_LIKE(LOWER(campaign), '(^|[^a-df-z])shop|shopping') AS is_shopping,
      COALESCE(NULLIF(SPLIT_PART(brand, CHR(  9), 2), ''), said) AS source,
      CASE
        WHEN NOT brand IS NULL
        THEN SPLIT_PART(brand, CHR(  9), 1)
        WHEN REGEXP_LIKE(
          said,
          '(^|[.])(([a-z0-9]+-)?(search|suche|szukaj|busca|buscador|recherche|pesquisa|ricerca|hledani|poisk|zoek|sok|arama)[0-9]*(-[a-z0-9]+)?[.][^.]+|(search|suche|busca|cherche|recherche|ricerc)[a-z0-9-]*[.][^.]{4,})[.]|(^|[.])([a-z0-9-]*[^e.])?search[.]((com?[.])?[a-z]{2}|[a-z]{3,4})\z'
        )
        THEN 'search'
        WHEN REGEXP_LIKE(
          said,
          '[.]social\z|^social[.]|(todon|mstdn|pixelfed|misskey|lemmy|pleroma|friendica)[a-z0-9-]*[.]'
        )
        THEN 'social'
      END AS kind
    FROM (
      SELECT
        s.*,
        COALESCE(
          ELEMENT_AT(listed.brands, s.name),
          ELEMENT_AT(listed.brands, NULLIF(REGEXP_EXTRACT(s.name, '[^.]+[.][^.]+[.][^.]+\z'), '')),
          CASE
            WHEN REGEXP_LIKE(s.said, '(^|[.])(web|e-?)?mail[0-9]*[.][^.]+[.]')
            THEN 'mail'
          END,
          ELEMENT_AT(listed.brands, NULLIF(REGEXP_EXTRACT(s.name, '[^.]+[.][^.]+\z'), ''))
        ) AS brand
      FROM (
        SELECT
          *,
          REGEXP_REPLACE(
            said,
            '(^|[.])(aliexpress|altavista|amazon|aol|baidu|bing|blogspot|ebay|exalead|excite|galaxus|ggoogle|glassdoor|gmx|goggle|gogle|gogole|googe|googel|google|googlee|goolge|gooogle|gppgle|habbo|hotbot|hotmail|idealo|ixquick|izito|kaufland|kelkoo|lastfm|lazada|lycos|mercadolibre|msn|myheritage|pinterest|pricerunner|rakuten|shein|shopee|shopzilla|tripadvisor|vinted|walmart|yahoo|yandex|yelp|zalando|zapmeta|zapmetasearch|zoho)[.](com|(com?[.])?[a-z]{2})\z',
            '$1$2.*'
          ) AS name
        FROM (
          SELECT
            *,
            utm_source IS NULL AND NOT host IS NULL AS is_referred,
            (
              NOT medium IS NULL
              AND REGEXP_LIKE(medium, 'cp|^(ppc|ads?|sem|retargeting|remarketing)$|(^|[^a-z])paid')
            )
            OR NOT COALESCE(advertised, 'fbclid') IN ('fbclid', 'instagram') AS is_paid,
            COALESCE(REGEXP_REPLACE(utm_source, '^www[.]', ''), host, advertised) AS said
          FROM (
            SELECT
              *,
              NULLIF(REGEXP_REPLACE(campaign_said, '^[\t-\r ]+|[\t-\r ]+\z', ''), '') AS campaign,
              NULLIF(
                REGEXP_REPLACE(
                  REGEXP_REPLACE(source_said, '^[\t-\r ]+|[\t-\r ]+\z', ''),
                  '^([(](direct|none|not set)[)]|direct)\z',
                  ''
                ),
                ''
              ) AS utm_source,
              NULLIF(
                REGEXP_REPLACE(
                  REGEXP_REPLACE(medium_said, '^[\t-\r ]+|[\t-\r ]+\z', ''),
                  '^[(](none|not set)[)]\z',
                  ''
                ),
                ''
              ) AS medium,
              CASE
                WHEN referred LIKE '%://%'
                THEN NULLIF(
                  NULLIF(
                    REGEXP_EXTRACT(LOWER(referred), '^[a-z][a-z0-9+.-]*://([^/?#@]*@)?(www[.])?([^/:?#]+)', 3),
                    ''
                  ),
                  COALESCE(
                    NULLIF(
                      REGEXP_EXTRACT(LOWER(landing), '^[a-z][a-z0-9+.-]*://([^/?#@]*@)?(www[.])?([^/:?#]+)', 3),
                      ''
                    ),
                    ''
                  )
                )
              END AS host
            FROM (
              SELECT
                *,
                LOWER(utm.source) AS source_said,
                LOWER(utm.medium) AS medium_said,
                utm.campaign AS campaign_said,
                referrer AS referred,
                first_page AS landing,
                NULLIF(clickid, '') AS advertised
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
                  MIN(weight) AS weight,
                  SUM(weighted_views) AS weighted_views,
                  MIN_BY(first_page, began) AS first_page,
                  MIN_BY(referrer, began) AS referrer,
                  MIN_BY(utm, began) AS utm,
                  MIN_BY(clickid, began) AS clickid,
                  ARRAY_JOIN(ARRAY_AGG(NULLIF(clicked, '') ORDER BY began), CHR(  10)) AS clicked,
                  MIN_BY(location, began) AS location,
                  MIN_BY(device, began) AS device,
                  MIN_BY(visitorid, began) AS visitorid,
                  MIN_BY(sessionid, began) AS sessionid,
                  MAX(userid) AS userid,
                  MIN(entry) AS entry,
                  MAX(leaving) AS leaving
                FROM (
                  SELECT
                    *,
                    MAX(opened) OVER (
                      PARTITION BY visitkey
                      ORDER BY began
                      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                    ) AS opening
                  FROM (
                    SELECT
                      *,
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
            ) AS parted
          ) AS trimmed
        ) AS named
      ) AS s
      CROSS JOIN (
        SELECT
          MAP_AGG(name, kind || CHR(  9) || source) AS brands
        FROM brands
      ) AS listed
    ) AS found
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
    weight,
    weighted_views,
    visitkey AS unit,
    source,
    medium,
    campaign,
    channel,
    clicked,
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
    h.weight,
    h.unit,
    v.visitkey,
    v.opening,
    v.campaign,
    v.source,
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
    h.local_day,
    h.shown_page,
    h.location.country AS country,
    h.device.device_type AS device_type,
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
  ROUND(1e2 * COALESCE(reached.part, 0) / NULLIF(totals.whole, 0), 1) AS conversion_rate
FROM (
  SELECT DISTINCT
    name
  FROM goals
) AS named
CROSS JOIN (
  SELECT
    CAST(ROUND(COALESCE(SUM(weight), 0)) AS BIGINT) AS visits,
    SUM(weight) AS whole
  FROM visits
) AS totals
LEFT JOIN (
  SELECT
    goal,
    CAST(ROUND(COALESCE(SUM(conversions), 0)) AS BIGINT) AS conversions,
    CAST(ROUND(COALESCE(SUM(converted), 0)) AS BIGINT) AS converted,
    SUM(converted) AS part
  FROM (
    SELECT
      goal,
      SUM(CASE WHEN in_range THEN weight ELSE 0 END) AS conversions,
      MIN(CASE WHEN NOT visitkey IS NULL AND visit_in_range THEN weight ELSE 0 END) AS converted,
      MAX(weight) AS weight,
      MIN(unit) AS unit
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
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp,
      CASE WHEN sampleweight BETWEEN 1e0 AND 1e12 THEN sampleweight ELSE 1e0 END AS weight
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
    COALESCE(sessionid, visitorid, eventid) AS unit,
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
), brands AS (
  SELECT
    SPLIT_PART(brand, ':', 1) AS kind,
    COALESCE(NULLIF(SPLIT_PART(brand, ':', 2), ''), name) AS source,
    name
  FROM UNNEST(SPLIT(
    'ai:chatgpt:chatgpt,chatgpt.com,chat.openai.com,openai.com,com.openai.chatgpt,chat gpt,openai
ai:perplexity:perplexity,perplexity.ai,perplexity.com,ai.perplexity.app.android
ai:claude:claude,claude.ai,claude.com,anthropic.com,com.anthropic.claude,anthropic
ai:gemini:gemini,gemini.google.*,bard.google.*,aistudio.google.*,com.google.android.apps.bard,bard
ai:notebooklm:notebooklm,notebooklm.google.*,notebooklm.google
ai:copilot:copilot,copilot.microsoft.com,copilot.cloud.microsoft,m365.cloud.microsoft,copilot.com,edgeservices.bing.com,com.microsoft.copilot
ai:deepseek:deepseek,deepseek.com,deepseek.ai,com.deepseek.chat
ai:grok:grok,grok.com,x.ai,ai.x.grok
ai:meta ai:meta ai,meta.ai
ai:mistral:mistral,mistral.ai,le chat,lechat
ai:duck.ai:duck.ai
ai:you.com:you.com
ai:poe:poe,poe.com
ai:phind:phind,phind.com
ai:pi.ai:pi.ai
ai:character.ai:character.ai,c.ai
ai:jasper:jasper,jasper.ai
ai:writesonic:writesonic,writesonic.com,chatsonic
ai:iask:iask,iask.ai
ai:andi:andi,andisearch.com
ai:komo:komo,komo.ai
ai:chatglm:chatglm,chatglm.cn,z.ai,bigmodel.cn
ai:kimi:kimi,kimi.com,kimi.ai,moonshot.cn,kimi.moonshot.cn
ai:doubao:doubao,doubao.com,com.larus.nova
ai:qwen:qwen,qwen.ai,tongyi.com,tongyi.aliyun.com,qianwen.com
ai:ernie:ernie,yiyan.baidu.com,chat.baidu.com
ai:yuanbao:yuanbao,yuanbao.tencent.com,hunyuan.tencent.com
ai:minimax:minimax,minimax.io,minimaxi.com,hailuoai.com
ai:metaso:metaso,metaso.cn
ai:felo:felo,felo.ai
ai:genspark:genspark,genspark.ai
ai:manus.im:manus.im
ai:consensus:consensus,consensus.app
ai:elicit:elicit,elicit.com,elicit.org
ai:scite:scite,scite.ai
ai:openevidence:openevidence,openevidence.com
ai:liner ai:liner ai,liner.com,getliner.com
ai:huggingchat:huggingchat,huggingface.co
ai:lmarena:lmarena,lmarena.ai,lmsys.org
ai:venice:venice,venice.ai
ai:lumo:lumo,lumo.proton.me
ai:t3chat:t3chat,t3.chat
ai:openrouter:openrouter,openrouter.ai
ai:groq:groq,groq.com
ai:cohere:cohere,cohere.com,cohere.ai
ai:monica:monica,monica.im
ai:sider:sider,sider.ai
ai:merlin ai:merlin ai,getmerlin.in
ai:blackbox:blackbox,blackbox.ai
ai:copy.ai:copy.ai
ai:rytr:rytr,rytr.me
ai:opera aria:opera aria,aria.opera.com
ai:yandex alice:yandex alice,alice.yandex.*,alice.yandex
ai:gigachat:gigachat,giga.chat
ai:clova:clova,clova-x.naver.com
ai:wrtn:wrtn,wrtn.ai
ai:chat+:chat+,chatplus.com,chat-gpt.org
ai:chatbotapp:chatbotapp,chatbotapp.ai,chatbot.app
ai:ninjachat:ninjachat,ninjachat.ai
ai:chatpdf:chatpdf,chatpdf.com
mail:gmail:gmail,mail.google.*,gmail.com,inbox.google.*,com.google.android.gm,com.google.android.gm.lite
mail:outlook:outlook,outlook.com,outlook.live.com,outlook.office.com,outlook.office365.com,hotmail.*,hotmail,mail.live.com,com.microsoft.office.outlook
mail:yahoo mail:yahoo mail,mail.yahoo.*,com.yahoo.mobile.client.android.mail
mail:icloud:icloud,icloud.com
mail:proton:proton,proton.me,protonmail.com,protonmail,ch.protonmail.android
mail:gmx:gmx,gmx.*,deref-gmx.net,deref-gmx.com,deref-gmx.fr,3c.gmx.net,de.gmx.mobile.android.mail
mail:web.de mail:web.de mail,deref-web.de,deref-web-02.de,3c.web.de,de.web.mobile.android.mail
mail:yandex mail:yandex mail,mail.yandex.*,ru.yandex.mail
mail:mail.ru mail:mail.ru mail,e.mail.ru,touch.mail.ru,ru.mail.mailapp
mail:aol mail:aol mail,mail.aol.*,com.aol.mobile.aolapp
mail:zoho:zoho,mail.zoho.*,zoho.*,com.zoho.mail
mail:fastmail:fastmail,fastmail.com,fastmail.fm
mail:tuta:tuta,tuta.com,tutanota.com,de.tutao.tutanota
mail:hey mail:hey mail,app.hey.com
mail:superhuman:superhuman,superhuman.com
mail:spark mail:spark mail,com.readdle.spark
mail:samsung email:samsung email,com.samsung.android.email.provider
mail:seznam mail:seznam mail,email.seznam.cz
mail:daum mail:daum mail,mail.daum.net,hanmail.net
mail:naver mail:naver mail,mail.naver.com
mail:rambler mail:rambler mail,mail.rambler.ru
mail:mail.com:mail.com,deref-mail.com
mail:laposte:laposte,laposte.net
mail:orange mail:orange mail,messagerie.orange.fr
mail:sfr mail:sfr mail,messagerie.sfr.fr
mail:free mail:free mail,zimbra.free.fr
mail:ukr.net mail:ukr.net mail,mail.ukr.net
mail:163 mail:163 mail,mail.163.com,126.com,mail.126.com
mail:qq mail:qq mail,mail.qq.com,wx.mail.qq.com,com.tencent.androidqqmail
mail:mailchimp:mailchimp,mailchimp.com,mailchi.mp,list-manage.com,campaign-archive.com
mail:klaviyo:klaviyo,klaviyo.com,klclick.com
mail:brevo:brevo,brevo.com,sendinblue.com,sendibm1.com
mail:campaign monitor:campaign monitor,createsend.com,cmail19.com,cmail20.com
mail:sendgrid:sendgrid,sendgrid.net
mail:hubspot mail:hubspot mail,hubspotemail.net
mail:convertkit:convertkit,convertkit.com,kit.com,convertkit-mail.com
mail:beehiiv:beehiiv,beehiiv.com
mail:buttondown:buttondown,buttondown.email,buttondown.com
mail:email:email,e-mail,e_mail,e mail
mail:newsletter:newsletter,newsletters
social:facebook:facebook,facebook.com,fb.com,fb.me,fb.watch,facebookwkhpilnemxj7asaniu7vnjjbiltxjqhye3mhbshg7kx5tfyd.onion,com.facebook.katana,com.facebook.lite,fb,meta,facebook ads,facebookads,meta ads,fbclid
social:instagram:instagram,instagram.com,com.instagram.android,ig,insta,igshopping
social:threads:threads,threads.net,threads.com,com.instagram.barcelona
social:messenger:messenger,messenger.com,m.me,com.facebook.orca
social:workplace:workplace,workplace.com
social:x:x,x.com,twitter.com,t.co,tweetdeck.com,com.twitter.android,twitter,tw,twclid
social:linkedin:linkedin,linkedin.com,lnkd.in,com.linkedin.android,linked-in,linkedin ads,li,li_fat_id
social:reddit:reddit,reddit.com,redd.it,com.reddit.frontpage,rdt_cid
social:pinterest:pinterest,pinterest.*,pin.it,com.pinterest,epik
social:tiktok:tiktok,tiktok.com,tiktokv.com,com.zhiliaoapp.musically,com.ss.android.ugc.trill,tik tok,ttclid
social:snapchat:snapchat,snapchat.com,snap.com,com.snapchat.android,sccid
social:whatsapp:whatsapp,whatsapp.com,wa.me,com.whatsapp,com.whatsapp.w4b
social:telegram:telegram,telegram.org,telegram.me,t.me,org.telegram.messenger,org.telegram.messenger.web,org.telegram.plus,tg
social:discord:discord,discord.com,discord.gg,discordapp.com,com.discord
social:bluesky:bluesky,bsky.app,bsky.social,xyz.blueskyweb.app,bsky
social:mastodon:mastodon,joinmastodon.org,org.joinmastodon.android,mas.to,hachyderm.io,infosec.exchange,troet.cafe,pawoo.net,c.im,botsin.space,bitcoinhackers.org,friends.nico,quey.org,tkm.eus,mathstodon.xyz,ioc.exchange,masto.ai,masto.nu,masto.es,masto.pt,masto.host,toot.cafe,toot.community,tooting.ch,toot.wales,tooot.im,metalhead.club,livellosegreto.it,sociale.network,dice.camp,wandering.shop,writing.exchange,journa.host,todon.eu,todon.nl,fedibird.com,vocalodon.net,best-friends.chat,planet.moe,handon.club,kmy.blue,baraag.net,cybre.space,snouts.online,sleeping.town,tech.lgbt,lgbtqia.space,eldritch.cafe,mamot.fr,piaille.fr,framapiaf.org,layer8.space,lor.sh,nerdculture.de,linuxrocks.online,functional.cafe,merveilles.town,weirder.earth,pouet.chapril.org,qoto.org,sciences.re,types.pl,wien.rocks,woof.group,zirk.us,101010.pl,union.place,vmst.io,worldkey.io,xoxo.zone,switter.at,spinster.xyz,ravenation.club,aus.social,kosmos.social,octodon.social,niu.moe,mao.mastodonhub.com,oc.todon.fr,social.coop,tusky.app,com.keylesspalace.tusky,me.rhosys.mastodon,universeodon.com,fedi.life,bark.lgbt,im-in.space,glammr.us,awscommunity.social,ecoevo.social,front-end.social,mindly.social,genomic.social,hometech.social,urbanists.social,sauropods.win,freeradical.zone,wetdry.world,app.wafrn.net,sakurajima.moe,rubber.social,plural.cafe,mk.absturztau.be,equestria.social,pony.social,dragonscave.space,tabletop.social,queer.party,chitter.xyz,hellsite.site,vulpine.club,computerfairi.es,radical.town,anarchism.space,sunbeam.city,hispagatos.space,mastd.racing,mast.dragon-fly.club,x0r.be,hulvr.com,gamepad.club,dmv.community,mspsocial.net,frikiverse.zone,loma.ml,aipi.social,moth.zone,lou.lt,slippy.xyz,den.dev
social:pixelfed:pixelfed,pixey.org,pxlmo.com,metapixl.com,pix.toot.wales,pixel.tchncs.de,fotofed.nl
social:misskey:misskey,misskey.io,nijimiss.moe,firefish.social,sharkey.world,mk.autonomy.earth
social:lemmy:lemmy,beehaw.org,feddit.de,feddit.org,feddit.it,feddit.uk,sh.itjust.works,programming.dev,kbin.social,fedia.io
social:diaspora:diaspora,diasporafoundation.org,pluspora.com,framasphere.org,diasp.org,joindiaspora.com,pod.geraspora.de
social:truth social:truth social,truthsocial.com
social:gab:gab,gab.com,gab.ai
social:gettr:gettr,gettr.com
social:parler:parler,parler.com
social:minds:minds,minds.com
social:mewe:mewe,mewe.com
social:vk:vk,vk.com,vk.ru,vk.me,vkontakte.ru,com.vkontakte.android,vkontakte
social:ok.ru:ok.ru,odnoklassniki.ru,odnoklassniki.ua,ru.ok.android
social:my.mail.ru:my.mail.ru
social:dzen:dzen,dzen.ru,zen.yandex.*
social:pikabu:pikabu,pikabu.ru
social:habr:habr,habr.com
social:weibo:weibo,weibo.com,weibo.cn,t.cn,com.sina.weibo
social:wechat:wechat,wechat.com,weixin.qq.com,weixin110.qq.com,com.tencent.mm,weixin
social:qq:qq,qzone.qq.com,qun.qq.com,com.tencent.mobileqq
social:xiaohongshu:xiaohongshu,xiaohongshu.com,xhslink.com,rednote.com,com.xingin.xhs,rednote
social:douyin:douyin,douyin.com,com.ss.android.ugc.aweme
social:kuaishou:kuaishou,kuaishou.com
social:zhihu:zhihu,zhihu.com,com.zhihu.android
social:douban:douban,douban.com
social:renren:renren,renren.com,kaixin001.com
social:line:line,line.me,lin.ee,jp.naver.line.android
social:kakao:kakao,kakao.com,kakaocorp.com,com.kakao.talk,kakaotalk
social:naver blog:naver blog,blog.naver.com,cafe.naver.com,kin.naver.com,band.us
social:zalo:zalo,zalo.me,com.zing.zalo
social:viber:viber,viber.com,com.viber.voip
social:skype:skype,skype.com,com.skype.raider
social:imo:imo,imo.im
social:hacker news:hacker news,news.ycombinator.com,hackernews,hn
social:lobsters:lobsters,lobste.rs
social:product hunt:product hunt,producthunt.com,producthunt
social:indie hackers:indie hackers,indiehackers.com
social:github:github,github.com,com.github.android
social:gitlab:gitlab,gitlab.com
social:stack overflow:stack overflow,stackoverflow.com,stackexchange.com,serverfault.com,superuser.com,askubuntu.com,stackapps.com,mathoverflow.net,stackoverflow
social:quora:quora,quora.com,com.quora.android
social:medium:medium,medium.com,com.medium.reader
social:substack:substack,substack.com,com.substack.app
social:tumblr:tumblr,tumblr.com,com.tumblr
social:wordpress:wordpress,wordpress.com,wordpress.org
social:blogger:blogger,blogger.com,blogspot.*
social:livejournal:livejournal,livejournal.com,livejournal.ru
social:linktree:linktree,linktr.ee
social:linkin.bio:linkin.bio,beacons.ai,lnk.bio,bio.link,campsite.bio,taplink.cc
social:flipboard:flipboard,flipboard.com,flip.it,flipboard.app
social:pocket:pocket,getpocket.com,pocket.co
social:digg:digg,digg.com
social:disqus:disqus,disqus.com,disq.us
social:slashdot:slashdot,slashdot.org
social:fark:fark,fark.com
social:imgur:imgur,imgur.com
social:9gag:9gag,9gag.com
social:nextdoor:nextdoor,nextdoor.com,nextdoor.co.uk,nextdoor.de
social:xing:xing,xing.com,com.xing.android
social:viadeo:viadeo,viadeo.com,viadeo.journaldunet.com
social:yammer:yammer,yammer.com,engage.cloud.microsoft
social:meetup:meetup,meetup.com
social:yelp:yelp,yelp.*
social:tripadvisor:tripadvisor,tripadvisor.*
social:foursquare:foursquare,foursquare.com,swarmapp.com
social:glassdoor:glassdoor,glassdoor.*
social:goodreads:goodreads,goodreads.com
social:dribbble:dribbble,dribbble.com
social:behance:behance,behance.net
social:deviantart:deviantart,deviantart.com
social:artstation:artstation,artstation.com
social:flickr:flickr,flickr.com
social:500px:500px,500px.com
social:last.fm:last.fm,lastfm.*
social:soundcloud:soundcloud,soundcloud.com
social:patreon:patreon,patreon.com
social:ko-fi:ko-fi,ko-fi.com
social:clubhouse:clubhouse,clubhouse.com,joinclubhouse.com
social:bereal:bereal,bereal.com,bere.al
social:hootsuite:hootsuite,hootsuite.com,ow.ly
social:buffer:buffer,buffer.com,buff.ly
social:bitly:bitly,bit.ly
social:ameblo:ameblo,ameblo.jp,ameba.jp
social:hatena:hatena,hatena.ne.jp,hatenablog.com,hatenablog.jp,hatena.blog
social:mixi:mixi,mixi.jp
social:note.com:note.com,note.mu
social:pixiv:pixiv,pixiv.net
social:fc2:fc2,fc2.com
social:5ch:5ch,5ch.net,2ch.net,5ch.io
social:gree:gree,gree.jp
social:gutefrage:gutefrage,gutefrage.net
social:wykop:wykop,wykop.pl
social:nk.pl:nk.pl,nasza-klasa.pl
social:meneame:meneame,meneame.net
social:taringa:taringa,taringa.net
social:draugiem:draugiem,draugiem.lv
social:hyves:hyves,hyves.nl,hyves.net
social:studivz:studivz,studivz.net,meinvz.net,schuelervz.net
social:myspace:myspace,myspace.com
social:bebo:bebo,bebo.com
social:orkut:orkut,orkut.com,orkut.com.br
social:google+:google+,plus.google.*,plus.url.google.*,url.google.*,googleplus
social:google groups:google groups,groups.google.*,googlegroups.com
social:habbo:habbo,habbo.*
social:ravelry:ravelry,ravelry.com
social:wattpad:wattpad,wattpad.com
social:scribd:scribd,scribd.com
social:slideshare:slideshare,slideshare.net
social:academia:academia,academia.edu
social:researchgate:researchgate,researchgate.net
social:fetlife:fetlife,fetlife.com
social:italki:italki,italki.com
social:lang-8:lang-8,lang-8.com
social:couchsurfing:couchsurfing,couchsurfing.com,couchsurfing.org
social:peepeth:peepeth,peepeth.com
social:steemit:steemit,steemit.com,hive.blog,peakd.com
social:farcaster:farcaster,farcaster.xyz,warpcast.com
social:lens protocol:lens protocol,lens.xyz,hey.xyz
social:nostr clients:nostr clients,primal.net,damus.io,iris.to,snort.social
social:strava:strava,strava.com,com.strava
social:letterboxd:letterboxd,letterboxd.com
social:untappd:untappd,untappd.com
social:geni:geni,geni.com
social:myheritage:myheritage,myheritage.*
social:ancestry:ancestry,ancestry.com,ancestry.co.uk,ancestry.de
social:classmates:classmates,classmates.com
social:tagged:tagged,tagged.com
social:hi5:hi5,hi5.com
social:badoo:badoo,badoo.com
social:netlog:netlog,netlog.com
social:tuenti:tuenti,tuenti.com
social:skyrock:skyrock,skyrock.com
social:cyworld:cyworld,cyworld.com
social:plaxo:plaxo,plaxo.com
social:plurk:plurk,plurk.com
social:identi.ca:identi.ca
social:ning:ning,ning.com
social:gaiaonline:gaiaonline,gaiaonline.com
social:irc-galleria:irc-galleria,irc-galleria.net
social:weeworld:weeworld,weeworld.com
social:sonico:sonico,sonico.com
social:friendster:friendster,friendster.com
social:stumbleupon:stumbleupon,stumbleupon.com,mix.com
social:delicious:delicious,delicious.com,del.icio.us
social:multiply:multiply,multiply.com
social:xanga:xanga,xanga.com
social:vampirefreaks:vampirefreaks,vampirefreaks.com
social:cafemom:cafemom,cafemom.com
social:dailystrength:dailystrength,dailystrength.org
social:care2:care2,care2.com
social:caringbridge:caringbridge,caringbridge.org
social:flixster:flixster,flixster.com
social:librarything:librarything,librarything.com
social:anobii:anobii,anobii.com
social:mubi:mubi,mubi.com
social:reverbnation:reverbnation,reverbnation.com
social:partyflock:partyflock,partyflock.nl
social:copainsdavant:copainsdavant,copainsdavant.linternaute.com
social:trombi:trombi,trombi.com
social:zoo.gr:zoo.gr
social:mocospace:mocospace,mocospace.com
social:blackplanet:blackplanet,blackplanet.com
social:asmallworld:asmallworld,asmallworld.com
social:internations:internations,internations.org
social:interpals:interpals,interpals.net
social:kiwibox:kiwibox,kiwibox.com
social:dol2day:dol2day,dol2day.com
social:jappy:jappy,jappy.com,jappy.de
social:lokalisten:lokalisten,lokalisten.de
social:werkenntwen:werkenntwen,wer-kennt-wen.de
social:suomi24:suomi24,suomi24.fi
social:playahead:playahead,playahead.se
social:lunarstorm:lunarstorm,lunarstorm.se
social:biip:biip,biip.no
social:mouthshut:mouthshut,mouthshut.com
social:ibibo:ibibo,ibibo.com
social:bharatstudent:bharatstudent,bharatstudent.com
social:bigadda:bigadda,bigadda.com
social:fotolog:fotolog,fotolog.com
social:fotki:fotki,fotki.com
social:photobucket:photobucket,photobucket.com
social:secondlife:secondlife,secondlife.com
social:imvu:imvu,imvu.com
social:stardoll:stardoll,stardoll.com
social:livemocha:livemocha,livemocha.com
social:busuu:busuu,busuu.com
social:mymfb:mymfb,mymfb.com
social:virb:virb,virb.com
social:wakoopa:wakoopa,wakoopa.com
social:yfrog:yfrog,yfrog.com
social:buzznet:buzznet,buzznet.com
social:mylife:mylife,mylife.com
social:friends reunited:friends reunited,friendsreunited.com,friendsreunited.co.uk
social:windows live spaces:windows live spaces,spaces.live.com
video:youtube:youtube,youtube.com,youtu.be,youtube-nocookie.com,com.google.android.youtube,com.google.android.apps.youtube.music,yt
video:vimeo:vimeo,vimeo.com
video:dailymotion:dailymotion,dailymotion.com,dai.ly
video:twitch:twitch,twitch.tv,tv.twitch.android.app
video:kick:kick,kick.com
video:rumble:rumble,rumble.com
video:odysee:odysee,odysee.com,lbry.tv
video:bitchute:bitchute,bitchute.com
video:netflix:netflix,netflix.com
video:hulu:hulu,hulu.com
video:disney+:disney+,disneyplus.com
video:ted:ted,ted.com
video:wistia:wistia,wistia.com,wistia.net
video:bilibili:bilibili,bilibili.com,b23.tv,tv.danmaku.bili
video:niconico:niconico,nicovideo.jp,nico.ms
video:iqiyi:iqiyi,iqiyi.com,iq.com
video:youku:youku,youku.com,tudou.com
video:rutube:rutube,rutube.ru
video:veoh:veoh,veoh.com
video:crackle:crackle,crackle.com
video:curiositystream:curiositystream,curiositystream.com
video:utreon:utreon,utreon.com
video:d.tube:d.tube
shop:amazon:amazon,amazon.*,amzn.to,a.co,com.amazon.mShop.android.shopping,amzn
shop:ebay:ebay,ebay.*,ebay.us,com.ebay.mobile
shop:etsy:etsy,etsy.com,etsy.me,com.etsy.android
shop:walmart:walmart,walmart.*,com.walmart.android
shop:target:target,target.com
shop:bestbuy:bestbuy,bestbuy.com
shop:alibaba:alibaba,alibaba.com,com.alibaba.intl.android.apps.poseidon
shop:aliexpress:aliexpress,aliexpress.*,aliexpress.us,com.alibaba.aliexpresshd
shop:taobao:taobao,taobao.com,tmall.com
shop:jd:jd,jd.com
shop:pinduoduo:pinduoduo,pinduoduo.com,yangkeduo.com
shop:temu:temu,temu.com,com.einnovation.temu
shop:shein:shein,shein.*
shop:wish:wish,wish.com
shop:shopee:shopee,shopee.*
shop:lazada:lazada,lazada.*
shop:tokopedia:tokopedia,tokopedia.com
shop:flipkart:flipkart,flipkart.com
shop:coupang:coupang,coupang.com
shop:naver shopping:naver shopping,shopping.naver.com,smartstore.naver.com
shop:yahoo shopping:yahoo shopping,shopping.yahoo.*
shop:google shopping:google shopping,shopping.google.*,googleshopping
shop:kakaku:kakaku,kakaku.com
shop:mercadolibre:mercadolibre,mercadolibre.*,mercadolivre.com.br
shop:americanas:americanas,americanas.com.br
shop:allegro:allegro,allegro.pl,allegro.cz
shop:ceneo:ceneo,ceneo.pl
shop:heureka:heureka,heureka.cz,heureka.sk
shop:ozon:ozon,ozon.ru
shop:wildberries:wildberries,wildberries.ru
shop:yandex market:yandex market,market.yandex.*
shop:rozetka:rozetka,rozetka.com.ua
shop:emag:emag,emag.ro,emag.hu,emag.bg
shop:trendyol:trendyol,trendyol.com
shop:hepsiburada:hepsiburada,hepsiburada.com
shop:idealo:idealo,idealo.*
shop:pricerunner:pricerunner,pricerunner.*
shop:kelkoo:kelkoo,kelkoo.*
shop:shopzilla:shopzilla,shopzilla.*
shop:geizhals:geizhals,geizhals.at,geizhals.de,geizhals.eu
shop:check24:check24,check24.de
shop:toppreise:toppreise,toppreise.ch
shop:galaxus:galaxus,galaxus.*,digitec.ch
shop:otto:otto,otto.de
shop:zalando:zalando,zalando.*
shop:kaufland:kaufland,kaufland.*
shop:bol:bol,bol.com
shop:cdiscount:cdiscount,cdiscount.com
shop:vinted:vinted,vinted.*
shop:shopify:shopify,shopify.com,shop.app,com.shopify.arrive
display:google ad network:google ad network,doubleclick.net,googlesyndication.com,syndicatedsearch.goog,googleadservices.com,dclid
display:taboola:taboola,taboola.com
display:outbrain:outbrain,outbrain.com
display:criteo:criteo,criteo.com,criteo.net
display:adform:adform,adform.net
display:appnexus:appnexus,adnxs.com
display:amazon ads:amazon ads,amazon-adsystem.com
display:yahoo ads:yahoo ads,adtech.yahooinc.com,advertising.com
display:mgid:mgid,mgid.com
display:revcontent:revcontent,revcontent.com
display:adroll:adroll,adroll.com
display:teads:teads,teads.tv
display:applovin:applovin,applovin.com,applvn.com
display:unity ads:unity ads,unityads.unity3d.com
other:google docs:google docs,docs.google.*
other:google drive:google drive,drive.google.*
other:google accounts:google accounts,accounts.google.*
other:google calendar:google calendar,calendar.google.*
other:google meet:google meet,meet.google.*
other:google classroom:google classroom,classroom.google.*
other:google chat:google chat,chat.google.*
other:google sites:google sites,sites.google.*
other:google play:google play,play.google.*,com.android.vending
other:google ads console:google ads console,ads.google.*
other:google analytics:google analytics,analytics.google.*
other:google translate:google translate,translate.google.*
other:microsoft live:microsoft live,login.live.com
other:yahoo finance:yahoo finance,finance.yahoo.*
other:yandex metrica:yandex metrica,metrika.yandex.*,metrica.yandex.*
search::searchya.com,searchmobileonline.com,v9.com,22find.com,qvo6.com,qone8.com,sweet-page.com,istartsurf.com,omiga-plus.com,key-find.com,awesomehp.com,oursurfing.com,portaldosites.com,iminent.com,certified-toolbar.com,sweetim.com,imesh.com,genieo.com,findwide.com,surfcanyon.com,gelbeseiten.de,dasoertliche.de,dastelefonbuch.de,yellowmap.de,1881.no,gulesider.no,hitta.se,herold.at,local.ch,pagesjaunes.fr,paginegialle.it,yell.com,yellowpages.com,118700.se,gooofullsearch.com,darkoogle.com,gfsoso.com,blackle.com,startab.me,kiddle.co,kidrex.org,kidzsearch.com,fragfinn.de,blinde-kuh.de,qwantjunior.com,juniorsafesearch.com,k9safesearch.com
search:google:google,google.*,gogole.*,googel.*,gppgle.*,goolge.*,gogle.*,goggle.*,ggoogle.*,gooogle.*,googlee.*,googe.*,goo.gl,googleusercontent.com,googlesyndicatedsearch.com,com.google.android.googlequicksearchbox,com.google.android.apps.searchlite,google ads,googleads,google-ads,google_ads,adwords,googlemybusiness,gmb,gclid,gbraid,wbraid,gad_source
search:bing:bing,bing.*,bing.com,msn.*,com.microsoft.bing,com.microsoft.emmx,bing ads,bingads,microsoft,microsoft ads,msclkid,msn
search:yahoo:yahoo,yahoo.*,com.yahoo.mobile.client.android.search
search:duckduckgo:duckduckgo,duckduckgo.com,duckduckgo.eu,ddg.gg,duck.com,duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion,com.duckduckgo.mobile.android,ddg
search:yandex:yandex,yandex.*,ya.ru,yastatic.net,ru.yandex.searchplugin,ru.yandex.searchapp,com.yandex.browser,yandex direct,yclid
search:baidu:baidu,baidu.*,com.baidu.searchbox
search:naver:naver,naver.com,com.nhn.android.search
search:daum:daum,daum.net,net.daum.android.daum
search:nate:nate,nate.com
search:zum:zum,zum.com
search:sogou:sogou,sogou.com
search:360 search:360 search,so.com,360.cn,haosou.com,sou.com
search:shenma:shenma,sm.cn
search:quark:quark,quark.cn
search:seznam:seznam,seznam.cz,firmy.cz
search:ecosia:ecosia,ecosia.org,com.ecosia.android
search:qwant:qwant,qwant.com,com.qwant.liberty
search:startpage:startpage,startpage.com,startpage.nl,ixquick.*,startpagel6srwcjlue4zgq3zevrujfaow726kjytqbbjyrswwmjzcqd.onion
search:brave:brave,search.brave.com,brave.com,com.brave.browser
search:kagi:kagi,kagi.com
search:mojeek:mojeek,mojeek.com,mojeek.co.uk
search:swisscows:swisscows,swisscows.com,swisscows.ch,hulbee.com
search:metager:metager,metager.de,metager.org,metager2.de
search:presearch:presearch,presearch.com,presearch.io,presearch.org
search:yep:yep,yep.com
search:searx:searx,searx.be,searx.me,searx.space,searxng.org
search:gibiru:gibiru,gibiru.com
search:lilo:lilo,lilo.org
search:oceanhero:oceanhero,oceanhero.today
search:ekoru:ekoru,ekoru.org
search:karmasearch:karmasearch,karmasearch.org
search:ask:ask,ask.com,search-results.com,teoma.com
search:aol:aol,aol.*
search:lycos:lycos,lycos.*,hotbot.*
search:excite:excite,excite.*
search:altavista:altavista,altavista.*
search:coccoc:coccoc,coccoc.com
search:rambler:rambler,rambler.ru,nigma.ru
search:mail.ru:mail.ru,go.mail.ru
search:petal:petal,petalsearch.com,com.huawei.hwsearch
search:goo:goo,goo.ne.jp
search:biglobe:biglobe,biglobe.ne.jp
search:docomo:docomo,docomo.ne.jp
search:auone:auone,auone.jp
search:nifty:nifty,nifty.com
search:so-net:so-net,so-net.ne.jp
search:rakuten:rakuten,rakuten.*,infoseek.co.jp
search:livedoor:livedoor,livedoor.com
search:onet:onet,onet.pl
search:wp.pl:wp.pl
search:virgilio:virgilio,virgilio.it
search:libero:libero,libero.it
search:tiscali:tiscali,tiscali.it,tiscali.cz
search:t-online:t-online,t-online.de
search:web.de:web.de
search:freenet:freenet,freenet.de
search:bluewin:bluewin,bluewin.ch
search:search.ch:search.ch
search:orange search:orange search,lemoteur.orange.fr,lemoteur.fr,voila.fr
search:centrum:centrum,centrum.cz,atlas.cz,centrum.sk,atlas.sk
search:zoznam:zoznam,zoznam.sk
search:azet:azet,azet.sk
search:najdi:najdi,najdi.si
search:sapo:sapo,sapo.pt
search:clix:clix,clix.pt
search:globo:globo,globo.com
search:terra:terra,terra.com.br,terra.es,terra.cl
search:eniro:eniro,eniro.se,eniro.no,eniro.dk,eniro.fi
search:kvasir:kvasir,kvasir.no
search:startsiden:startsiden,startsiden.no,abcsok.no
search:walla:walla,walla.co.il
search:meta.ua:meta.ua
search:bigmir:bigmir,bigmir.net
search:ukr.net:ukr.net
search:tut.by:tut.by
search:abv:abv,abv.bg
search:comcast:comcast,comcast.net,xfinity.com
search:earthlink:earthlink,earthlink.net
search:charter.net:charter.net,rr.com
search:dogpile:dogpile,dogpile.com,webcrawler.com,metacrawler.com,zoo.com,infospace.com
search:info.com:info.com
search:izito:izito,izito.*,zapmeta.*,zapmetasearch.*
search:conduit:conduit,conduit.com,trovi.com
search:babylon:babylon,babylon.com,isearch.babylon.com,delta-search.com,delta-homes.com
search:mywebsearch:mywebsearch,mywebsearch.com,myway.com,mysearch.com,inbox.com
search:avg:avg,avg.com,avast.com,nation.com
search:softonic:softonic,softonic.com
search:ghostery:ghostery,ghosterysearch.com,glowstery.com,cliqz.com
search:neeva:neeva,neeva.com
search:wolframalpha:wolframalpha,wolframalpha.com
search:marginalia:marginalia,marginalia.nu,marginalia-search.com
search:stract:stract,stract.com
search:wiby:wiby,wiby.me
search:entireweb:entireweb,entireweb.com
search:exalead:exalead,exalead.*
search:looksmart:looksmart,looksmart.com
search:picsearch:picsearch,picsearch.com,picsearch.de
search:fireball:fireball,fireball.de,fireball.com
search:dmoz:dmoz,dmoz.org,curlie.org
search:gigablast:gigablast,gigablast.com
search:setooz:setooz,setooz.com
search:vuhuv:vuhuv,vuhuv.com,vuhuv.com.tr
search:geona:geona,geona.net
search:parsijoo:parsijoo,parsijoo.ir
search:zarebin:zarebin,zarebin.ir
search:freespoke:freespoke,freespoke.com
search:luxxle:luxxle,luxxle.com
search:givero:givero,givero.com
search:youcare:youcare,youcare.world
search:xayn:xayn,xayn.com
search:timpi:timpi,timpi.io
search:quendu:quendu,quendu.com
search:qmamu:qmamu,qmamu.com
search:rightdao:rightdao,rightdao.com
search:yippy:yippy,yippy.com
search:alexandria:alexandria,alexandria.org
search:searchencrypt:searchencrypt,searchencrypt.com,searchlock.com,searchprivacy.co,discretesearch.com
search:snap.do:snap.do
mail::bigpond.com,email.telstra.com,exmail.qq.com,iinet.net.au,mail.e1.ru,mail.mynet.com,mail.qip.ru,mail.yahoo.net,mastermail.ru,orange.fr,post.ru,sibmail.com,webmail.2degreesbroadband.co.nz,webmail.adam.com.au,webmail.commander.net.au,webmail.dodo.com.au,webmail.iprimus.com.au,webmail.netspace.net.au,webmail.optusnet.com.au,webmail.optuszoo.com.au,webmail.virginbroadband.com.au,webmail.vodafone.co.nz,webmail.westnet.com.au
search::1.cz,2gis.ru,abacho.at,abacho.ch,abacho.co.uk,abacho.com,abacho.de,abacho.es,abacho.fr,abacho.it,abcsolk.no,acoon.de,alexa.com,all.by,alltheweb.com,aolsearch.com,apollo.lv,apollo7.de,apontador.com.br,arama.com,arcor.de,ariadna.elmundo.es,arianna.com,ask.co.uk,ask.reference.com,askkids.com,blekko.com,blogdigger.com,blogpulse.com,blogs.icerocket.com,busca.orange.es,busca.uol.com.br,cc.bingj.com,cercato.it,clusty.com,cnn.com,crawler.com,cuil.com,daemon-search.com,dalesearch.com,eo.st,eurip.com,euroseek.com,everyclick.com,fastbrowsersearch.com,fastweb.it,find.tdc.dk,finderoo.com,firstsfind.com,fixsuche.de,flix.de,forestle.mobi,forestle.org,free.fr,fresh-weather.com,friendfeed.com,gais.cs.ccu.edu.tw,globososo.com,gnadenmeer.de,gomeo.com,google.cat,google.dodo.com.au,google.interia.pl,googleearth.de,googleearth.fr,goyellow.de,highbeam.com,hit-parade.com,holmes.ge,hooseek.com,icq.com,ilse.nl,incredimail.com,inspsearch.com,it.ao,jungle-spider.de,junglekey.com,junglekey.fr,jyxo.1188.cz,kataweb.it,ko.search.need2find.com,kununu.com,latne.lv,liveinternet.ru,lo.st,maailm.com,mamma.com,marktplaats.nl,maxwebsearch.com,meinestadt.de,meta.rrzn.uni-hannover.de,metacrawler.de,mister-wong.com,mister-wong.de,monstercrawler.com,mozbot.co.uk,mozbot.com,mozbot.fr,neti.ee,online.no,otsing.delfi.ee,p.zhongsou.com,paperball.de,plazoo.com,poisk.ru,qbyrd.com,qualigo.at,qualigo.ch,qualigo.de,qualigo.nl,recherche.francite.com,rechercher.aliceadsl.fr,rpmfind.net,search-intl.netscape.com,search.1and1.com,search.1und1.de,search.alot.com,search.bt.com,search.com,search.foxtab.com,search.freecause.com,search.hiyo.com,search.i.ua,search.incredibar.com,search.juno.com,search.kiwee.com,search.magnetic.com,search.media.telstra.com.au,search.offerbox.com,search.orange.co.uk,search.peoplepc.com,search.qip.ru,search.searchcompletion.com,search.snapdo.com,search.winamp.com,search.www.ee,search.yam.com,searchalot.com,searchcanvas.com,searchresults.verizon.com,searchthis.com,searchy.co.uk,sharelook.fr,skynet.be,sm.aport.ru,smart.delfi.lv,soso.com,sosodesktop.com,sougou.com,start.facemoods.com,start.iplay.com,startgoogle.startpagina.nl,suche.aolsvc.de,suche.gmx.net,suche.info,suchmaschine.com,suchnase.de,talktalk.co.uk,technorati.com,thesmartsearch.net,tixuma.de,toile.com,toolbarhome.com,trouvez.com,trovarapido.com,trusted--search.com,twingly.com,url.org,vinden.nl,vindex.nl,walhello.com,walhello.de,walhello.info,walhello.nl,web.canoe.ca,web.gougou.com,web.nl,web.volny.cz,webfetch.com,weborama.com,websearch.com,websearch.cs.com,witch.de,www1.astronaut.at,www2.austronaut.at,www3.zoek.nl,x-recherche.com,yasni.at,yasni.ch,yasni.co.uk,yasni.com,yasni.de,yatedo.com,yatedo.fr,yougoo.fr,ys.mirostart.com,zoeken.nl,zoohoo.cz
social::donanimhaber.com,forums.whirlpool.net.au,hocam.com,inci.sozlukspot.com,incisozluk.cc,incisozluk.com,instela.com,itusozluk.com,mastodon.online,mastodon.social,moikrug.ru,mylife.ru,myyearbook.com,paper.li,phanpy.social,sourceforge.net,sourtimes.org,sozluk.com,t.umblr.com,uludagsozluk.com,ulusozluk.com,vkrugudruzei.ru,wayn.com',
    CHR(  10)
  )) AS listed(brand)
  CROSS JOIN UNNEST(SPLIT(SPLIT_PART(brand, ':', 3), ',')) AS named(name)
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
    MIN(weight) AS weight,
    SUM(CASE WHEN eventtype = 'page_view' THEN weight ELSE 0 END) AS weighted_views,
    MIN_BY(COALESCE(page, ''), turn) AS first_page,
    MIN_BY(COALESCE(referrer, ''), turn) AS referrer,
    MIN_BY(utm, turn) AS utm,
    MIN_BY(COALESCE(advertised, ''), turn) AS clickid,
    ARRAY_JOIN(ARRAY_AGG(click ORDER BY click) FILTER(WHERE
      NOT click IS NULL), CHR(  10)) AS clicked,
    MIN_BY(location, turn) AS location,
    MIN_BY(device, turn) AS device,
    MIN_BY(COALESCE(visitorid, ''), turn) AS visitorid,
    MIN_BY(COALESCE(sessionid, ''), turn) AS sessionid,
    MAX(userid) AS userid,
    MIN(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS entry,
    MAX(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS leaving
  FROM (
    SELECT
      *,
      CASE
        WHEN utm.campaign <> ''
        THEN CONCAT_WS(
          CHR(  9),
          COALESCE(utm.source, ''),
          COALESCE(utm.medium, ''),
          utm.campaign,
          COALESCE(advertised, '')
        ) || CASE
          WHEN COALESCE(utm.source, '') = ''
          THEN CONCAT_WS(CHR(  9), '', COALESCE(referrer, ''), page)
          ELSE ''
        END
      END AS click
    FROM (
      SELECT
        *,
        CASE
          WHEN clickid = 'fbclid' AND device.browser = 'Instagram'
          THEN 'instagram'
          ELSE clickid
        END AS advertised
      FROM nearby_hits
      WHERE
        NOT visitkey IS NULL
    ) AS known
  ) AS named
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
    weight,
    weighted_views,
    first_page,
    referrer,
    utm,
    clickid,
    clicked,
    location,
    device,
    visitorid,
    sessionid,
    userid,
    entry,
    leaving,
    source,
    medium,
    campaign,
    CASE
      WHEN REGEXP_LIKE(LOWER(campaign), 'cross-network')
      THEN 'Cross-network'
      WHEN is_paid AND (
        kind = 'shop' OR is_shopping
      )
      THEN 'Paid Shopping'
      WHEN is_paid AND kind = 'search'
      THEN 'Paid Search'
      WHEN is_paid AND kind = 'social'
      THEN 'Paid Social'
      WHEN is_paid AND kind = 'video'
      THEN 'Paid Video'
      WHEN kind = 'display'
      OR REGEXP_LIKE(medium, '^(display|banner|expandable|interstitial|cpm)\z')
      THEN 'Display'
      WHEN is_paid
      THEN 'Paid Other'
      WHEN kind = 'ai'
      THEN 'AI Assistants'
      WHEN kind = 'shop' OR is_shopping
      THEN 'Organic Shopping'
      WHEN kind = 'social' OR REGEXP_LIKE(medium, 'social|^sm$')
      THEN 'Organic Social'
      WHEN kind = 'video' OR REGEXP_LIKE(medium, 'video')
      THEN 'Organic Video'
      WHEN kind = 'search' OR medium = 'organic'
      THEN 'Organic Search'
      WHEN kind = 'mail' OR REGEXP_LIKE(medium, '^e[ _-]?mail|newsletter')
      THEN 'Email'
      WHEN REGEXP_LIKE(medium, '^affiliate')
      THEN 'Affiliates'
      WHEN medium IN ('referral', 'app', 'link') OR (
        is_referred AND medium IS NULL
      )
      THEN 'Referral'
      WHEN medium = 'audio'
      THEN 'Audio'
      WHEN source = 'sms' OR medium = 'sms'
      THEN 'SMS'
      WHEN REGEXP_LIKE(medium, 'push\z|mobile|notification') OR source = 'firebase'
      THEN 'Mobile Push Notifications'
      WHEN source IS NULL AND medium IS NULL AND campaign IS NULL
      THEN 'Direct'
      ELSE 'Unassigned'
    END AS channel
  FROM (
    SELECT
      *,
      REGEXP_LIKE(LOWER(campaign), '(^|[^a-df-z])shop|shopping') AS is_shopping,
      COALESCE(NULLIF(SPLIT_PART(brand, CHR(  9), 2), ''), said) AS source,
      CASE
        WHEN NOT brand IS NULL
        THEN SPLIT_PART(brand, CHR(  9), 1)
        WHEN REGEXP_LIKE(
          said,
          '(^|[.])(([a-z0-9]+-)?(search|suche|szukaj|busca|buscador|recherche|pesquisa|ricerca|hledani|poisk|zoek|sok|arama)[0-9]*(-[a-z0-9]+)?[.][^.]+|(search|suche|busca|cherche|recherche|ricerc)[a-z0-9-]*[.][^.]{4,})[.]|(^|[.])([a-z0-9-]*[^e.])?search[.]((com?[.])?[a-z]{2}|[a-z]{3,4})\z'
        )
        THEN 'search'
        WHEN REGEXP_LIKE(
          said,
          '[.]social\z|^social[.]|(todon|mstdn|pixelfed|misskey|lemmy|pleroma|friendica)[a-z0-9-]*[.]'
        )
        THEN 'social'
      END AS kind
    FROM (
      SELECT
        s.*,
        COALESCE(
          ELEMENT_AT(listed.brands, s.name),
          ELEMENT_AT(listed.brands, NULLIF(REGEXP_EXTRACT(s.name, '[^.]+[.][^.]+[.][^.]+\z'), '')),
          CASE
            WHEN REGEXP_LIKE(s.said, '(^|[.])(web|e-?)?mail[0-9]*[.][^.]+[.]')
            THEN 'mail'
          END,
          ELEMENT_AT(listed.brands, NULLIF(REGEXP_EXTRACT(s.name, '[^.]+[.][^.]+\z'), ''))
        ) AS brand
      FROM (
        SELECT
          *,
          REGEXP_REPLACE(
            said,
            '(^|[.])(aliexpress|altavista|amazon|aol|baidu|bing|blogspot|ebay|exalead|excite|galaxus|ggoogle|glassdoor|gmx|goggle|gogle|gogole|googe|googel|google|googlee|goolge|gooogle|gppgle|habbo|hotbot|hotmail|idealo|ixquick|izito|kaufland|kelkoo|lastfm|lazada|lycos|mercadolibre|msn|myheritage|pinterest|pricerunner|rakuten|shein|shopee|shopzilla|tripadvisor|vinted|walmart|yahoo|yandex|yelp|zalando|zapmeta|zapmetasearch|zoho)[.](com|(com?[.])?[a-z]{2})\z',
            '$1$2.*'
          ) AS name
        FROM (
          SELECT
            *,
            utm_source IS NULL AND NOT host IS NULL AS is_referred,
            (
              NOT medium IS NULL
              AND REGEXP_LIKE(medium, 'cp|^(ppc|ads?|sem|retargeting|remarketing)$|(^|[^a-z])paid')
            )
            OR NOT COALESCE(advertised, 'fbclid') IN ('fbclid', 'instagram') AS is_paid,
            COALESCE(REGEXP_REPLACE(utm_source, '^www[.]', ''), host, advertised) AS said
          FROM (
            SELECT
              *,
              NULLIF(REGEXP_REPLACE(campaign_said, '^[\t-\r ]+|[\t-\r ]+\z', ''), '') AS campaign,
              NULLIF(
                REGEXP_REPLACE(
                  REGEXP_REPLACE(source_said, '^[\t-\r ]+|[\t-\r ]+\z', ''),
                  '^([(](direct|none|not set)[)]|direct)\z',
                  ''
                ),
                ''
              ) AS utm_source,
              NULLIF(
                REGEXP_REPLACE(
                  REGEXP_REPLACE(medium_said, '^[\t-\r ]+|[\t-\r ]+\z', ''),
                  '^[(](none|not set)[)]\z',
                  ''
                ),
                ''
              ) AS medium,
              CASE
                WHEN referred LIKE '%://%'
                THEN NULLIF(
                  NULLIF(
                    REGEXP_EXTRACT(LOWER(referred), '^[a-z][a-z0-9+.-]*://([^/?#@]*@)?(www[.])?([^/:?#]+)', 3),
                    ''
                  ),
                  COALESCE(
                    NULLIF(
                      REGEXP_EXTRACT(LOWER(landing), '^[a-z][a-z0-9+.-]*://([^/?#@]*@)?(www[.])?([^/:?#]+)', 3),
                      ''
                    ),
                    ''
                  )
                )
              END AS host
            FROM (
              SELECT
                *,
                LOWER(utm.source) AS source_said,
                LOWER(utm.medium) AS medium_said,
                utm.campaign AS campaign_said,
                referrer AS referred,
                first_page AS landing,
                NULLIF(clickid, '') AS advertised
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
                  MIN(weight) AS weight,
                  SUM(weighted_views) AS weighted_views,
                  MIN_BY(first_page, began) AS first_page,
                  MIN_BY(referrer, began) AS referrer,
                  MIN_BY(utm, began) AS utm,
                  MIN_BY(clickid, began) AS clickid,
                  ARRAY_JOIN(ARRAY_AGG(NULLIF(clicked, '') ORDER BY began), CHR(  10)) AS clicked,
                  MIN_BY(location, began) AS location,
                  MIN_BY(device, began) AS device,
                  MIN_BY(visitorid, began) AS visitorid,
                  MIN_BY(sessionid, began) AS sessionid,
                  MAX(userid) AS userid,
                  MIN(entry) AS entry,
                  MAX(leaving) AS leaving
                FROM (
                  SELECT
                    *,
                    MAX(opened) OVER (
                      PARTITION BY visitkey
                      ORDER BY began
                      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                    ) AS opening
                  FROM (
                    SELECT
                      *,
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
            ) AS parted
          ) AS trimmed
        ) AS named
      ) AS s
      CROSS JOIN (
        SELECT
          MAP_AGG(name, kind || CHR(  9) || source) AS brands
        FROM brands
      ) AS listed
    ) AS found
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
    weight,
    weighted_views,
    visitkey AS unit,
    source,
    medium,
    campaign,
    channel,
    clicked,
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
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp,
      CASE WHEN sampleweight BETWEEN 1e0 AND 1e12 THEN sampleweight ELSE 1e0 END AS weight
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
    COALESCE(sessionid, visitorid, eventid) AS unit,
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
WITH brands AS (
  SELECT
    SPLIT_PART(brand, ':', 1) AS kind,
    COALESCE(NULLIF(SPLIT_PART(brand, ':', 2), ''), name) AS source,
    name
  FROM UNNEST(SPLIT(
    'ai:chatgpt:chatgpt,chatgpt.com,chat.openai.com,openai.com,com.openai.chatgpt,chat gpt,openai
ai:perplexity:perplexity,perplexity.ai,perplexity.com,ai.perplexity.app.android
ai:claude:claude,claude.ai,claude.com,anthropic.com,com.anthropic.claude,anthropic
ai:gemini:gemini,gemini.google.*,bard.google.*,aistudio.google.*,com.google.android.apps.bard,bard
ai:notebooklm:notebooklm,notebooklm.google.*,notebooklm.google
ai:copilot:copilot,copilot.microsoft.com,copilot.cloud.microsoft,m365.cloud.microsoft,copilot.com,edgeservices.bing.com,com.microsoft.copilot
ai:deepseek:deepseek,deepseek.com,deepseek.ai,com.deepseek.chat
ai:grok:grok,grok.com,x.ai,ai.x.grok
ai:meta ai:meta ai,meta.ai
ai:mistral:mistral,mistral.ai,le chat,lechat
ai:duck.ai:duck.ai
ai:you.com:you.com
ai:poe:poe,poe.com
ai:phind:phind,phind.com
ai:pi.ai:pi.ai
ai:character.ai:character.ai,c.ai
ai:jasper:jasper,jasper.ai
ai:writesonic:writesonic,writesonic.com,chatsonic
ai:iask:iask,iask.ai
ai:andi:andi,andisearch.com
ai:komo:komo,komo.ai
ai:chatglm:chatglm,chatglm.cn,z.ai,bigmodel.cn
ai:kimi:kimi,kimi.com,kimi.ai,moonshot.cn,kimi.moonshot.cn
ai:doubao:doubao,doubao.com,com.larus.nova
ai:qwen:qwen,qwen.ai,tongyi.com,tongyi.aliyun.com,qianwen.com
ai:ernie:ernie,yiyan.baidu.com,chat.baidu.com
ai:yuanbao:yuanbao,yuanbao.tencent.com,hunyuan.tencent.com
ai:minimax:minimax,minimax.io,minimaxi.com,hailuoai.com
ai:metaso:metaso,metaso.cn
ai:felo:felo,felo.ai
ai:genspark:genspark,genspark.ai
ai:manus.im:manus.im
ai:consensus:consensus,consensus.app
ai:elicit:elicit,elicit.com,elicit.org
ai:scite:scite,scite.ai
ai:openevidence:openevidence,openevidence.com
ai:liner ai:liner ai,liner.com,getliner.com
ai:huggingchat:huggingchat,huggingface.co
ai:lmarena:lmarena,lmarena.ai,lmsys.org
ai:venice:venice,venice.ai
ai:lumo:lumo,lumo.proton.me
ai:t3chat:t3chat,t3.chat
ai:openrouter:openrouter,openrouter.ai
ai:groq:groq,groq.com
ai:cohere:cohere,cohere.com,cohere.ai
ai:monica:monica,monica.im
ai:sider:sider,sider.ai
ai:merlin ai:merlin ai,getmerlin.in
ai:blackbox:blackbox,blackbox.ai
ai:copy.ai:copy.ai
ai:rytr:rytr,rytr.me
ai:opera aria:opera aria,aria.opera.com
ai:yandex alice:yandex alice,alice.yandex.*,alice.yandex
ai:gigachat:gigachat,giga.chat
ai:clova:clova,clova-x.naver.com
ai:wrtn:wrtn,wrtn.ai
ai:chat+:chat+,chatplus.com,chat-gpt.org
ai:chatbotapp:chatbotapp,chatbotapp.ai,chatbot.app
ai:ninjachat:ninjachat,ninjachat.ai
ai:chatpdf:chatpdf,chatpdf.com
mail:gmail:gmail,mail.google.*,gmail.com,inbox.google.*,com.google.android.gm,com.google.android.gm.lite
mail:outlook:outlook,outlook.com,outlook.live.com,outlook.office.com,outlook.office365.com,hotmail.*,hotmail,mail.live.com,com.microsoft.office.outlook
mail:yahoo mail:yahoo mail,mail.yahoo.*,com.yahoo.mobile.client.android.mail
mail:icloud:icloud,icloud.com
mail:proton:proton,proton.me,protonmail.com,protonmail,ch.protonmail.android
mail:gmx:gmx,gmx.*,deref-gmx.net,deref-gmx.com,deref-gmx.fr,3c.gmx.net,de.gmx.mobile.android.mail
mail:web.de mail:web.de mail,deref-web.de,deref-web-02.de,3c.web.de,de.web.mobile.android.mail
mail:yandex mail:yandex mail,mail.yandex.*,ru.yandex.mail
mail:mail.ru mail:mail.ru mail,e.mail.ru,touch.mail.ru,ru.mail.mailapp
mail:aol mail:aol mail,mail.aol.*,com.aol.mobile.aolapp
mail:zoho:zoho,mail.zoho.*,zoho.*,com.zoho.mail
mail:fastmail:fastmail,fastmail.com,fastmail.fm
mail:tuta:tuta,tuta.com,tutanota.com,de.tutao.tutanota
mail:hey mail:hey mail,app.hey.com
mail:superhuman:superhuman,superhuman.com
mail:spark mail:spark mail,com.readdle.spark
mail:samsung email:samsung email,com.samsung.android.email.provider
mail:seznam mail:seznam mail,email.seznam.cz
mail:daum mail:daum mail,mail.daum.net,hanmail.net
mail:naver mail:naver mail,mail.naver.com
mail:rambler mail:rambler mail,mail.rambler.ru
mail:mail.com:mail.com,deref-mail.com
mail:laposte:laposte,laposte.net
mail:orange mail:orange mail,messagerie.orange.fr
mail:sfr mail:sfr mail,messagerie.sfr.fr
mail:free mail:free mail,zimbra.free.fr
mail:ukr.net mail:ukr.net mail,mail.ukr.net
mail:163 mail:163 mail,mail.163.com,126.com,mail.126.com
mail:qq mail:qq mail,mail.qq.com,wx.mail.qq.com,com.tencent.androidqqmail
mail:mailchimp:mailchimp,mailchimp.com,mailchi.mp,list-manage.com,campaign-archive.com
mail:klaviyo:klaviyo,klaviyo.com,klclick.com
mail:brevo:brevo,brevo.com,sendinblue.com,sendibm1.com
mail:campaign monitor:campaign monitor,createsend.com,cmail19.com,cmail20.com
mail:sendgrid:sendgrid,sendgrid.net
mail:hubspot mail:hubspot mail,hubspotemail.net
mail:convertkit:convertkit,convertkit.com,kit.com,convertkit-mail.com
mail:beehiiv:beehiiv,beehiiv.com
mail:buttondown:buttondown,buttondown.email,buttondown.com
mail:email:email,e-mail,e_mail,e mail
mail:newsletter:newsletter,newsletters
social:facebook:facebook,facebook.com,fb.com,fb.me,fb.watch,facebookwkhpilnemxj7asaniu7vnjjbiltxjqhye3mhbshg7kx5tfyd.onion,com.facebook.katana,com.facebook.lite,fb,meta,facebook ads,facebookads,meta ads,fbclid
social:instagram:instagram,instagram.com,com.instagram.android,ig,insta,igshopping
social:threads:threads,threads.net,threads.com,com.instagram.barcelona
social:messenger:messenger,messenger.com,m.me,com.facebook.orca
social:workplace:workplace,workplace.com
social:x:x,x.com,twitter.com,t.co,tweetdeck.com,com.twitter.android,twitter,tw,twclid
social:linkedin:linkedin,linkedin.com,lnkd.in,com.linkedin.android,linked-in,linkedin ads,li,li_fat_id
social:reddit:reddit,reddit.com,redd.it,com.reddit.frontpage,rdt_cid
social:pinterest:pinterest,pinterest.*,pin.it,com.pinterest,epik
social:tiktok:tiktok,tiktok.com,tiktokv.com,com.zhiliaoapp.musically,com.ss.android.ugc.trill,tik tok,ttclid
social:snapchat:snapchat,snapchat.com,snap.com,com.snapchat.android,sccid
social:whatsapp:whatsapp,whatsapp.com,wa.me,com.whatsapp,com.whatsapp.w4b
social:telegram:telegram,telegram.org,telegram.me,t.me,org.telegram.messenger,org.telegram.messenger.web,org.telegram.plus,tg
social:discord:discord,discord.com,discord.gg,discordapp.com,com.discord
social:bluesky:bluesky,bsky.app,bsky.social,xyz.blueskyweb.app,bsky
social:mastodon:mastodon,joinmastodon.org,org.joinmastodon.android,mas.to,hachyderm.io,infosec.exchange,troet.cafe,pawoo.net,c.im,botsin.space,bitcoinhackers.org,friends.nico,quey.org,tkm.eus,mathstodon.xyz,ioc.exchange,masto.ai,masto.nu,masto.es,masto.pt,masto.host,toot.cafe,toot.community,tooting.ch,toot.wales,tooot.im,metalhead.club,livellosegreto.it,sociale.network,dice.camp,wandering.shop,writing.exchange,journa.host,todon.eu,todon.nl,fedibird.com,vocalodon.net,best-friends.chat,planet.moe,handon.club,kmy.blue,baraag.net,cybre.space,snouts.online,sleeping.town,tech.lgbt,lgbtqia.space,eldritch.cafe,mamot.fr,piaille.fr,framapiaf.org,layer8.space,lor.sh,nerdculture.de,linuxrocks.online,functional.cafe,merveilles.town,weirder.earth,pouet.chapril.org,qoto.org,sciences.re,types.pl,wien.rocks,woof.group,zirk.us,101010.pl,union.place,vmst.io,worldkey.io,xoxo.zone,switter.at,spinster.xyz,ravenation.club,aus.social,kosmos.social,octodon.social,niu.moe,mao.mastodonhub.com,oc.todon.fr,social.coop,tusky.app,com.keylesspalace.tusky,me.rhosys.mastodon,universeodon.com,fedi.life,bark.lgbt,im-in.space,glammr.us,awscommunity.social,ecoevo.social,front-end.social,mindly.social,genomic.social,hometech.social,urbanists.social,sauropods.win,freeradical.zone,wetdry.world,app.wafrn.net,sakurajima.moe,rubber.social,plural.cafe,mk.absturztau.be,equestria.social,pony.social,dragonscave.space,tabletop.social,queer.party,chitter.xyz,hellsite.site,vulpine.club,computerfairi.es,radical.town,anarchism.space,sunbeam.city,hispagatos.space,mastd.racing,mast.dragon-fly.club,x0r.be,hulvr.com,gamepad.club,dmv.community,mspsocial.net,frikiverse.zone,loma.ml,aipi.social,moth.zone,lou.lt,slippy.xyz,den.dev
social:pixelfed:pixelfed,pixey.org,pxlmo.com,metapixl.com,pix.toot.wales,pixel.tchncs.de,fotofed.nl
social:misskey:misskey,misskey.io,nijimiss.moe,firefish.social,sharkey.world,mk.autonomy.earth
social:lemmy:lemmy,beehaw.org,feddit.de,feddit.org,feddit.it,feddit.uk,sh.itjust.works,programming.dev,kbin.social,fedia.io
social:diaspora:diaspora,diasporafoundation.org,pluspora.com,framasphere.org,diasp.org,joindiaspora.com,pod.geraspora.de
social:truth social:truth social,truthsocial.com
social:gab:gab,gab.com,gab.ai
social:gettr:gettr,gettr.com
social:parler:parler,parler.com
social:minds:minds,minds.com
social:mewe:mewe,mewe.com
social:vk:vk,vk.com,vk.ru,vk.me,vkontakte.ru,com.vkontakte.android,vkontakte
social:ok.ru:ok.ru,odnoklassniki.ru,odnoklassniki.ua,ru.ok.android
social:my.mail.ru:my.mail.ru
social:dzen:dzen,dzen.ru,zen.yandex.*
social:pikabu:pikabu,pikabu.ru
social:habr:habr,habr.com
social:weibo:weibo,weibo.com,weibo.cn,t.cn,com.sina.weibo
social:wechat:wechat,wechat.com,weixin.qq.com,weixin110.qq.com,com.tencent.mm,weixin
social:qq:qq,qzone.qq.com,qun.qq.com,com.tencent.mobileqq
social:xiaohongshu:xiaohongshu,xiaohongshu.com,xhslink.com,rednote.com,com.xingin.xhs,rednote
social:douyin:douyin,douyin.com,com.ss.android.ugc.aweme
social:kuaishou:kuaishou,kuaishou.com
social:zhihu:zhihu,zhihu.com,com.zhihu.android
social:douban:douban,douban.com
social:renren:renren,renren.com,kaixin001.com
social:line:line,line.me,lin.ee,jp.naver.line.android
social:kakao:kakao,kakao.com,kakaocorp.com,com.kakao.talk,kakaotalk
social:naver blog:naver blog,blog.naver.com,cafe.naver.com,kin.naver.com,band.us
social:zalo:zalo,zalo.me,com.zing.zalo
social:viber:viber,viber.com,com.viber.voip
social:skype:skype,skype.com,com.skype.raider
social:imo:imo,imo.im
social:hacker news:hacker news,news.ycombinator.com,hackernews,hn
social:lobsters:lobsters,lobste.rs
social:product hunt:product hunt,producthunt.com,producthunt
social:indie hackers:indie hackers,indiehackers.com
social:github:github,github.com,com.github.android
social:gitlab:gitlab,gitlab.com
social:stack overflow:stack overflow,stackoverflow.com,stackexchange.com,serverfault.com,superuser.com,askubuntu.com,stackapps.com,mathoverflow.net,stackoverflow
social:quora:quora,quora.com,com.quora.android
social:medium:medium,medium.com,com.medium.reader
social:substack:substack,substack.com,com.substack.app
social:tumblr:tumblr,tumblr.com,com.tumblr
social:wordpress:wordpress,wordpress.com,wordpress.org
social:blogger:blogger,blogger.com,blogspot.*
social:livejournal:livejournal,livejournal.com,livejournal.ru
social:linktree:linktree,linktr.ee
social:linkin.bio:linkin.bio,beacons.ai,lnk.bio,bio.link,campsite.bio,taplink.cc
social:flipboard:flipboard,flipboard.com,flip.it,flipboard.app
social:pocket:pocket,getpocket.com,pocket.co
social:digg:digg,digg.com
social:disqus:disqus,disqus.com,disq.us
social:slashdot:slashdot,slashdot.org
social:fark:fark,fark.com
social:imgur:imgur,imgur.com
social:9gag:9gag,9gag.com
social:nextdoor:nextdoor,nextdoor.com,nextdoor.co.uk,nextdoor.de
social:xing:xing,xing.com,com.xing.android
social:viadeo:viadeo,viadeo.com,viadeo.journaldunet.com
social:yammer:yammer,yammer.com,engage.cloud.microsoft
social:meetup:meetup,meetup.com
social:yelp:yelp,yelp.*
social:tripadvisor:tripadvisor,tripadvisor.*
social:foursquare:foursquare,foursquare.com,swarmapp.com
social:glassdoor:glassdoor,glassdoor.*
social:goodreads:goodreads,goodreads.com
social:dribbble:dribbble,dribbble.com
social:behance:behance,behance.net
social:deviantart:deviantart,deviantart.com
social:artstation:artstation,artstation.com
social:flickr:flickr,flickr.com
social:500px:500px,500px.com
social:last.fm:last.fm,lastfm.*
social:soundcloud:soundcloud,soundcloud.com
social:patreon:patreon,patreon.com
social:ko-fi:ko-fi,ko-fi.com
social:clubhouse:clubhouse,clubhouse.com,joinclubhouse.com
social:bereal:bereal,bereal.com,bere.al
social:hootsuite:hootsuite,hootsuite.com,ow.ly
social:buffer:buffer,buffer.com,buff.ly
social:bitly:bitly,bit.ly
social:ameblo:ameblo,ameblo.jp,ameba.jp
social:hatena:hatena,hatena.ne.jp,hatenablog.com,hatenablog.jp,hatena.blog
social:mixi:mixi,mixi.jp
social:note.com:note.com,note.mu
social:pixiv:pixiv,pixiv.net
social:fc2:fc2,fc2.com
social:5ch:5ch,5ch.net,2ch.net,5ch.io
social:gree:gree,gree.jp
social:gutefrage:gutefrage,gutefrage.net
social:wykop:wykop,wykop.pl
social:nk.pl:nk.pl,nasza-klasa.pl
social:meneame:meneame,meneame.net
social:taringa:taringa,taringa.net
social:draugiem:draugiem,draugiem.lv
social:hyves:hyves,hyves.nl,hyves.net
social:studivz:studivz,studivz.net,meinvz.net,schuelervz.net
social:myspace:myspace,myspace.com
social:bebo:bebo,bebo.com
social:orkut:orkut,orkut.com,orkut.com.br
social:google+:google+,plus.google.*,plus.url.google.*,url.google.*,googleplus
social:google groups:google groups,groups.google.*,googlegroups.com
social:habbo:habbo,habbo.*
social:ravelry:ravelry,ravelry.com
social:wattpad:wattpad,wattpad.com
social:scribd:scribd,scribd.com
social:slideshare:slideshare,slideshare.net
social:academia:academia,academia.edu
social:researchgate:researchgate,researchgate.net
social:fetlife:fetlife,fetlife.com
social:italki:italki,italki.com
social:lang-8:lang-8,lang-8.com
social:couchsurfing:couchsurfing,couchsurfing.com,couchsurfing.org
social:peepeth:peepeth,peepeth.com
social:steemit:steemit,steemit.com,hive.blog,peakd.com
social:farcaster:farcaster,farcaster.xyz,warpcast.com
social:lens protocol:lens protocol,lens.xyz,hey.xyz
social:nostr clients:nostr clients,primal.net,damus.io,iris.to,snort.social
social:strava:strava,strava.com,com.strava
social:letterboxd:letterboxd,letterboxd.com
social:untappd:untappd,untappd.com
social:geni:geni,geni.com
social:myheritage:myheritage,myheritage.*
social:ancestry:ancestry,ancestry.com,ancestry.co.uk,ancestry.de
social:classmates:classmates,classmates.com
social:tagged:tagged,tagged.com
social:hi5:hi5,hi5.com
social:badoo:badoo,badoo.com
social:netlog:netlog,netlog.com
social:tuenti:tuenti,tuenti.com
social:skyrock:skyrock,skyrock.com
social:cyworld:cyworld,cyworld.com
social:plaxo:plaxo,plaxo.com
social:plurk:plurk,plurk.com
social:identi.ca:identi.ca
social:ning:ning,ning.com
social:gaiaonline:gaiaonline,gaiaonline.com
social:irc-galleria:irc-galleria,irc-galleria.net
social:weeworld:weeworld,weeworld.com
social:sonico:sonico,sonico.com
social:friendster:friendster,friendster.com
social:stumbleupon:stumbleupon,stumbleupon.com,mix.com
social:delicious:delicious,delicious.com,del.icio.us
social:multiply:multiply,multiply.com
social:xanga:xanga,xanga.com
social:vampirefreaks:vampirefreaks,vampirefreaks.com
social:cafemom:cafemom,cafemom.com
social:dailystrength:dailystrength,dailystrength.org
social:care2:care2,care2.com
social:caringbridge:caringbridge,caringbridge.org
social:flixster:flixster,flixster.com
social:librarything:librarything,librarything.com
social:anobii:anobii,anobii.com
social:mubi:mubi,mubi.com
social:reverbnation:reverbnation,reverbnation.com
social:partyflock:partyflock,partyflock.nl
social:copainsdavant:copainsdavant,copainsdavant.linternaute.com
social:trombi:trombi,trombi.com
social:zoo.gr:zoo.gr
social:mocospace:mocospace,mocospace.com
social:blackplanet:blackplanet,blackplanet.com
social:asmallworld:asmallworld,asmallworld.com
social:internations:internations,internations.org
social:interpals:interpals,interpals.net
social:kiwibox:kiwibox,kiwibox.com
social:dol2day:dol2day,dol2day.com
social:jappy:jappy,jappy.com,jappy.de
social:lokalisten:lokalisten,lokalisten.de
social:werkenntwen:werkenntwen,wer-kennt-wen.de
social:suomi24:suomi24,suomi24.fi
social:playahead:playahead,playahead.se
social:lunarstorm:lunarstorm,lunarstorm.se
social:biip:biip,biip.no
social:mouthshut:mouthshut,mouthshut.com
social:ibibo:ibibo,ibibo.com
social:bharatstudent:bharatstudent,bharatstudent.com
social:bigadda:bigadda,bigadda.com
social:fotolog:fotolog,fotolog.com
social:fotki:fotki,fotki.com
social:photobucket:photobucket,photobucket.com
social:secondlife:secondlife,secondlife.com
social:imvu:imvu,imvu.com
social:stardoll:stardoll,stardoll.com
social:livemocha:livemocha,livemocha.com
social:busuu:busuu,busuu.com
social:mymfb:mymfb,mymfb.com
social:virb:virb,virb.com
social:wakoopa:wakoopa,wakoopa.com
social:yfrog:yfrog,yfrog.com
social:buzznet:buzznet,buzznet.com
social:mylife:mylife,mylife.com
social:friends reunited:friends reunited,friendsreunited.com,friendsreunited.co.uk
social:windows live spaces:windows live spaces,spaces.live.com
video:youtube:youtube,youtube.com,youtu.be,youtube-nocookie.com,com.google.android.youtube,com.google.android.apps.youtube.music,yt
video:vimeo:vimeo,vimeo.com
video:dailymotion:dailymotion,dailymotion.com,dai.ly
video:twitch:twitch,twitch.tv,tv.twitch.android.app
video:kick:kick,kick.com
video:rumble:rumble,rumble.com
video:odysee:odysee,odysee.com,lbry.tv
video:bitchute:bitchute,bitchute.com
video:netflix:netflix,netflix.com
video:hulu:hulu,hulu.com
video:disney+:disney+,disneyplus.com
video:ted:ted,ted.com
video:wistia:wistia,wistia.com,wistia.net
video:bilibili:bilibili,bilibili.com,b23.tv,tv.danmaku.bili
video:niconico:niconico,nicovideo.jp,nico.ms
video:iqiyi:iqiyi,iqiyi.com,iq.com
video:youku:youku,youku.com,tudou.com
video:rutube:rutube,rutube.ru
video:veoh:veoh,veoh.com
video:crackle:crackle,crackle.com
video:curiositystream:curiositystream,curiositystream.com
video:utreon:utreon,utreon.com
video:d.tube:d.tube
shop:amazon:amazon,amazon.*,amzn.to,a.co,com.amazon.mShop.android.shopping,amzn
shop:ebay:ebay,ebay.*,ebay.us,com.ebay.mobile
shop:etsy:etsy,etsy.com,etsy.me,com.etsy.android
shop:walmart:walmart,walmart.*,com.walmart.android
shop:target:target,target.com
shop:bestbuy:bestbuy,bestbuy.com
shop:alibaba:alibaba,alibaba.com,com.alibaba.intl.android.apps.poseidon
shop:aliexpress:aliexpress,aliexpress.*,aliexpress.us,com.alibaba.aliexpresshd
shop:taobao:taobao,taobao.com,tmall.com
shop:jd:jd,jd.com
shop:pinduoduo:pinduoduo,pinduoduo.com,yangkeduo.com
shop:temu:temu,temu.com,com.einnovation.temu
shop:shein:shein,shein.*
shop:wish:wish,wish.com
shop:shopee:shopee,shopee.*
shop:lazada:lazada,lazada.*
shop:tokopedia:tokopedia,tokopedia.com
shop:flipkart:flipkart,flipkart.com
shop:coupang:coupang,coupang.com
shop:naver shopping:naver shopping,shopping.naver.com,smartstore.naver.com
shop:yahoo shopping:yahoo shopping,shopping.yahoo.*
shop:google shopping:google shopping,shopping.google.*,googleshopping
shop:kakaku:kakaku,kakaku.com
shop:mercadolibre:mercadolibre,mercadolibre.*,mercadolivre.com.br
shop:americanas:americanas,americanas.com.br
shop:allegro:allegro,allegro.pl,allegro.cz
shop:ceneo:ceneo,ceneo.pl
shop:heureka:heureka,heureka.cz,heureka.sk
shop:ozon:ozon,ozon.ru
shop:wildberries:wildberries,wildberries.ru
shop:yandex market:yandex market,market.yandex.*
shop:rozetka:rozetka,rozetka.com.ua
shop:emag:emag,emag.ro,emag.hu,emag.bg
shop:trendyol:trendyol,trendyol.com
shop:hepsiburada:hepsiburada,hepsiburada.com
shop:idealo:idealo,idealo.*
shop:pricerunner:pricerunner,pricerunner.*
shop:kelkoo:kelkoo,kelkoo.*
shop:shopzilla:shopzilla,shopzilla.*
shop:geizhals:geizhals,geizhals.at,geizhals.de,geizhals.eu
shop:check24:check24,check24.de
shop:toppreise:toppreise,toppreise.ch
shop:galaxus:galaxus,galaxus.*,digitec.ch
shop:otto:otto,otto.de
shop:zalando:zalando,zalando.*
shop:kaufland:kaufland,kaufland.*
shop:bol:bol,bol.com
shop:cdiscount:cdiscount,cdiscount.com
shop:vinted:vinted,vinted.*
shop:shopify:shopify,shopify.com,shop.app,com.shopify.arrive
display:google ad network:google ad network,doubleclick.net,googlesyndication.com,syndicatedsearch.goog,googleadservices.com,dclid
display:taboola:taboola,taboola.com
display:outbrain:outbrain,outbrain.com
display:criteo:criteo,criteo.com,criteo.net
display:adform:adform,adform.net
display:appnexus:appnexus,adnxs.com
display:amazon ads:amazon ads,amazon-adsystem.com
display:yahoo ads:yahoo ads,adtech.yahooinc.com,advertising.com
display:mgid:mgid,mgid.com
display:revcontent:revcontent,revcontent.com
display:adroll:adroll,adroll.com
display:teads:teads,teads.tv
display:applovin:applovin,applovin.com,applvn.com
display:unity ads:unity ads,unityads.unity3d.com
other:google docs:google docs,docs.google.*
other:google drive:google drive,drive.google.*
other:google accounts:google accounts,accounts.google.*
other:google calendar:google calendar,calendar.google.*
other:google meet:google meet,meet.google.*
other:google classroom:google classroom,classroom.google.*
other:google chat:google chat,chat.google.*
other:google sites:google sites,sites.google.*
other:google play:google play,play.google.*,com.android.vending
other:google ads console:google ads console,ads.google.*
other:google analytics:google analytics,analytics.google.*
other:google translate:google translate,translate.google.*
other:microsoft live:microsoft live,login.live.com
other:yahoo finance:yahoo finance,finance.yahoo.*
other:yandex metrica:yandex metrica,metrika.yandex.*,metrica.yandex.*
search::searchya.com,searchmobileonline.com,v9.com,22find.com,qvo6.com,qone8.com,sweet-page.com,istartsurf.com,omiga-plus.com,key-find.com,awesomehp.com,oursurfing.com,portaldosites.com,iminent.com,certified-toolbar.com,sweetim.com,imesh.com,genieo.com,findwide.com,surfcanyon.com,gelbeseiten.de,dasoertliche.de,dastelefonbuch.de,yellowmap.de,1881.no,gulesider.no,hitta.se,herold.at,local.ch,pagesjaunes.fr,paginegialle.it,yell.com,yellowpages.com,118700.se,gooofullsearch.com,darkoogle.com,gfsoso.com,blackle.com,startab.me,kiddle.co,kidrex.org,kidzsearch.com,fragfinn.de,blinde-kuh.de,qwantjunior.com,juniorsafesearch.com,k9safesearch.com
search:google:google,google.*,gogole.*,googel.*,gppgle.*,goolge.*,gogle.*,goggle.*,ggoogle.*,gooogle.*,googlee.*,googe.*,goo.gl,googleusercontent.com,googlesyndicatedsearch.com,com.google.android.googlequicksearchbox,com.google.android.apps.searchlite,google ads,googleads,google-ads,google_ads,adwords,googlemybusiness,gmb,gclid,gbraid,wbraid,gad_source
search:bing:bing,bing.*,bing.com,msn.*,com.microsoft.bing,com.microsoft.emmx,bing ads,bingads,microsoft,microsoft ads,msclkid,msn
search:yahoo:yahoo,yahoo.*,com.yahoo.mobile.client.android.search
search:duckduckgo:duckduckgo,duckduckgo.com,duckduckgo.eu,ddg.gg,duck.com,duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion,com.duckduckgo.mobile.android,ddg
search:yandex:yandex,yandex.*,ya.ru,yastatic.net,ru.yandex.searchplugin,ru.yandex.searchapp,com.yandex.browser,yandex direct,yclid
search:baidu:baidu,baidu.*,com.baidu.searchbox
search:naver:naver,naver.com,com.nhn.android.search
search:daum:daum,daum.net,net.daum.android.daum
search:nate:nate,nate.com
search:zum:zum,zum.com
search:sogou:sogou,sogou.com
search:360 search:360 search,so.com,360.cn,haosou.com,sou.com
search:shenma:shenma,sm.cn
search:quark:quark,quark.cn
search:seznam:seznam,seznam.cz,firmy.cz
search:ecosia:ecosia,ecosia.org,com.ecosia.android
search:qwant:qwant,qwant.com,com.qwant.liberty
search:startpage:startpage,startpage.com,startpage.nl,ixquick.*,startpagel6srwcjlue4zgq3zevrujfaow726kjytqbbjyrswwmjzcqd.onion
search:brave:brave,search.brave.com,brave.com,com.brave.browser
search:kagi:kagi,kagi.com
search:mojeek:mojeek,mojeek.com,mojeek.co.uk
search:swisscows:swisscows,swisscows.com,swisscows.ch,hulbee.com
search:metager:metager,metager.de,metager.org,metager2.de
search:presearch:presearch,presearch.com,presearch.io,presearch.org
search:yep:yep,yep.com
search:searx:searx,searx.be,searx.me,searx.space,searxng.org
search:gibiru:gibiru,gibiru.com
search:lilo:lilo,lilo.org
search:oceanhero:oceanhero,oceanhero.today
search:ekoru:ekoru,ekoru.org
search:karmasearch:karmasearch,karmasearch.org
search:ask:ask,ask.com,search-results.com,teoma.com
search:aol:aol,aol.*
search:lycos:lycos,lycos.*,hotbot.*
search:excite:excite,excite.*
search:altavista:altavista,altavista.*
search:coccoc:coccoc,coccoc.com
search:rambler:rambler,rambler.ru,nigma.ru
search:mail.ru:mail.ru,go.mail.ru
search:petal:petal,petalsearch.com,com.huawei.hwsearch
search:goo:goo,goo.ne.jp
search:biglobe:biglobe,biglobe.ne.jp
search:docomo:docomo,docomo.ne.jp
search:auone:auone,auone.jp
search:nifty:nifty,nifty.com
search:so-net:so-net,so-net.ne.jp
search:rakuten:rakuten,rakuten.*,infoseek.co.jp
search:livedoor:livedoor,livedoor.com
search:onet:onet,onet.pl
search:wp.pl:wp.pl
search:virgilio:virgilio,virgilio.it
search:libero:libero,libero.it
search:tiscali:tiscali,tiscali.it,tiscali.cz
search:t-online:t-online,t-online.de
search:web.de:web.de
search:freenet:freenet,freenet.de
search:bluewin:bluewin,bluewin.ch
search:search.ch:search.ch
search:orange search:orange search,lemoteur.orange.fr,lemoteur.fr,voila.fr
search:centrum:centrum,centrum.cz,atlas.cz,centrum.sk,atlas.sk
search:zoznam:zoznam,zoznam.sk
search:azet:azet,azet.sk
search:najdi:najdi,najdi.si
search:sapo:sapo,sapo.pt
search:clix:clix,clix.pt
search:globo:globo,globo.com
search:terra:terra,terra.com.br,terra.es,terra.cl
search:eniro:eniro,eniro.se,eniro.no,eniro.dk,eniro.fi
search:kvasir:kvasir,kvasir.no
search:startsiden:startsiden,startsiden.no,abcsok.no
search:walla:walla,walla.co.il
search:meta.ua:meta.ua
search:bigmir:bigmir,bigmir.net
search:ukr.net:ukr.net
search:tut.by:tut.by
search:abv:abv,abv.bg
search:comcast:comcast,comcast.net,xfinity.com
search:earthlink:earthlink,earthlink.net
search:charter.net:charter.net,rr.com
search:dogpile:dogpile,dogpile.com,webcrawler.com,metacrawler.com,zoo.com,infospace.com
search:info.com:info.com
search:izito:izito,izito.*,zapmeta.*,zapmetasearch.*
search:conduit:conduit,conduit.com,trovi.com
search:babylon:babylon,babylon.com,isearch.babylon.com,delta-search.com,delta-homes.com
search:mywebsearch:mywebsearch,mywebsearch.com,myway.com,mysearch.com,inbox.com
search:avg:avg,avg.com,avast.com,nation.com
search:softonic:softonic,softonic.com
search:ghostery:ghostery,ghosterysearch.com,glowstery.com,cliqz.com
search:neeva:neeva,neeva.com
search:wolframalpha:wolframalpha,wolframalpha.com
search:marginalia:marginalia,marginalia.nu,marginalia-search.com
search:stract:stract,stract.com
search:wiby:wiby,wiby.me
search:entireweb:entireweb,entireweb.com
search:exalead:exalead,exalead.*
search:looksmart:looksmart,looksmart.com
search:picsearch:picsearch,picsearch.com,picsearch.de
search:fireball:fireball,fireball.de,fireball.com
search:dmoz:dmoz,dmoz.org,curlie.org
search:gigablast:gigablast,gigablast.com
search:setooz:setooz,setooz.com
search:vuhuv:vuhuv,vuhuv.com,vuhuv.com.tr
search:geona:geona,geona.net
search:parsijoo:parsijoo,parsijoo.ir
search:zarebin:zarebin,zarebin.ir
search:freespoke:freespoke,freespoke.com
search:luxxle:luxxle,luxxle.com
search:givero:givero,givero.com
search:youcare:youcare,youcare.world
search:xayn:xayn,xayn.com
search:timpi:timpi,timpi.io
search:quendu:quendu,quendu.com
search:qmamu:qmamu,qmamu.com
search:rightdao:rightdao,rightdao.com
search:yippy:yippy,yippy.com
search:alexandria:alexandria,alexandria.org
search:searchencrypt:searchencrypt,searchencrypt.com,searchlock.com,searchprivacy.co,discretesearch.com
search:snap.do:snap.do
mail::bigpond.com,email.telstra.com,exmail.qq.com,iinet.net.au,mail.e1.ru,mail.mynet.com,mail.qip.ru,mail.yahoo.net,mastermail.ru,orange.fr,post.ru,sibmail.com,webmail.2degreesbroadband.co.nz,webmail.adam.com.au,webmail.commander.net.au,webmail.dodo.com.au,webmail.iprimus.com.au,webmail.netspace.net.au,webmail.optusnet.com.au,webmail.optuszoo.com.au,webmail.virginbroadband.com.au,webmail.vodafone.co.nz,webmail.westnet.com.au
search::1.cz,2gis.ru,abacho.at,abacho.ch,abacho.co.uk,abacho.com,abacho.de,abacho.es,abacho.fr,abacho.it,abcsolk.no,acoon.de,alexa.com,all.by,alltheweb.com,aolsearch.com,apollo.lv,apollo7.de,apontador.com.br,arama.com,arcor.de,ariadna.elmundo.es,arianna.com,ask.co.uk,ask.reference.com,askkids.com,blekko.com,blogdigger.com,blogpulse.com,blogs.icerocket.com,busca.orange.es,busca.uol.com.br,cc.bingj.com,cercato.it,clusty.com,cnn.com,crawler.com,cuil.com,daemon-search.com,dalesearch.com,eo.st,eurip.com,euroseek.com,everyclick.com,fastbrowsersearch.com,fastweb.it,find.tdc.dk,finderoo.com,firstsfind.com,fixsuche.de,flix.de,forestle.mobi,forestle.org,free.fr,fresh-weather.com,friendfeed.com,gais.cs.ccu.edu.tw,globososo.com,gnadenmeer.de,gomeo.com,google.cat,google.dodo.com.au,google.interia.pl,googleearth.de,googleearth.fr,goyellow.de,highbeam.com,hit-parade.com,holmes.ge,hooseek.com,icq.com,ilse.nl,incredimail.com,inspsearch.com,it.ao,jungle-spider.de,junglekey.com,junglekey.fr,jyxo.1188.cz,kataweb.it,ko.search.need2find.com,kununu.com,latne.lv,liveinternet.ru,lo.st,maailm.com,mamma.com,marktplaats.nl,maxwebsearch.com,meinestadt.de,meta.rrzn.uni-hannover.de,metacrawler.de,mister-wong.com,mister-wong.de,monstercrawler.com,mozbot.co.uk,mozbot.com,mozbot.fr,neti.ee,online.no,otsing.delfi.ee,p.zhongsou.com,paperball.de,plazoo.com,poisk.ru,qbyrd.com,qualigo.at,qualigo.ch,qualigo.de,qualigo.nl,recherche.francite.com,rechercher.aliceadsl.fr,rpmfind.net,search-intl.netscape.com,search.1and1.com,search.1und1.de,search.alot.com,search.bt.com,search.com,search.foxtab.com,search.freecause.com,search.hiyo.com,search.i.ua,search.incredibar.com,search.juno.com,search.kiwee.com,search.magnetic.com,search.media.telstra.com.au,search.offerbox.com,search.orange.co.uk,search.peoplepc.com,search.qip.ru,search.searchcompletion.com,search.snapdo.com,search.winamp.com,search.www.ee,search.yam.com,searchalot.com,searchcanvas.com,searchresults.verizon.com,searchthis.com,searchy.co.uk,sharelook.fr,skynet.be,sm.aport.ru,smart.delfi.lv,soso.com,sosodesktop.com,sougou.com,start.facemoods.com,start.iplay.com,startgoogle.startpagina.nl,suche.aolsvc.de,suche.gmx.net,suche.info,suchmaschine.com,suchnase.de,talktalk.co.uk,technorati.com,thesmartsearch.net,tixuma.de,toile.com,toolbarhome.com,trouvez.com,trovarapido.com,trusted--search.com,twingly.com,url.org,vinden.nl,vindex.nl,walhello.com,walhello.de,walhello.info,walhello.nl,web.canoe.ca,web.gougou.com,web.nl,web.volny.cz,webfetch.com,weborama.com,websearch.com,websearch.cs.com,witch.de,www1.astronaut.at,www2.austronaut.at,www3.zoek.nl,x-recherche.com,yasni.at,yasni.ch,yasni.co.uk,yasni.com,yasni.de,yatedo.com,yatedo.fr,yougoo.fr,ys.mirostart.com,zoeken.nl,zoohoo.cz
social::donanimhaber.com,forums.whirlpool.net.au,hocam.com,inci.sozlukspot.com,incisozluk.cc,incisozluk.com,instela.com,itusozluk.com,mastodon.online,mastodon.social,moikrug.ru,mylife.ru,myyearbook.com,paper.li,phanpy.social,sourceforge.net,sourtimes.org,sozluk.com,t.umblr.com,uludagsozluk.com,ulusozluk.com,vkrugudruzei.ru,wayn.com',
    CHR(  10)
  )) AS listed(brand)
  CROSS JOIN UNNEST(SPLIT(SPLIT_PART(brand, ':', 3), ',')) AS named(name)
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
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp,
      CASE WHEN sampleweight BETWEEN 1e0 AND 1e12 THEN sampleweight ELSE 1e0 END AS weight
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
    COALESCE(sessionid, visitorid, eventid) AS unit,
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
    MIN(weight) AS weight,
    SUM(CASE WHEN eventtype = 'page_view' THEN weight ELSE 0 END) AS weighted_views,
    MIN_BY(COALESCE(page, ''), turn) AS first_page,
    MIN_BY(COALESCE(referrer, ''), turn) AS referrer,
    MIN_BY(utm, turn) AS utm,
    MIN_BY(COALESCE(advertised, ''), turn) AS clickid,
    ARRAY_JOIN(ARRAY_AGG(click ORDER BY click) FILTER(WHERE
      NOT click IS NULL), CHR(  10)) AS clicked,
    MIN_BY(location, turn) AS location,
    MIN_BY(device, turn) AS device,
    MIN_BY(COALESCE(visitorid, ''), turn) AS visitorid,
    MIN_BY(COALESCE(sessionid, ''), turn) AS sessionid,
    MAX(userid) AS userid,
    MIN(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS entry,
    MAX(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS leaving
  FROM (
    SELECT
      *,
      CASE
        WHEN utm.campaign <> ''
        THEN CONCAT_WS(
          CHR(  9),
          COALESCE(utm.source, ''),
          COALESCE(utm.medium, ''),
          utm.campaign,
          COALESCE(advertised, '')
        ) || CASE
          WHEN COALESCE(utm.source, '') = ''
          THEN CONCAT_WS(CHR(  9), '', COALESCE(referrer, ''), page)
          ELSE ''
        END
      END AS click
    FROM (
      SELECT
        *,
        CASE
          WHEN clickid = 'fbclid' AND device.browser = 'Instagram'
          THEN 'instagram'
          ELSE clickid
        END AS advertised
      FROM nearby_hits
      WHERE
        NOT visitkey IS NULL
    ) AS known
  ) AS named
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
    weight,
    weighted_views,
    first_page,
    referrer,
    utm,
    clickid,
    clicked,
    location,
    device,
    visitorid,
    sessionid,
    userid,
    entry,
    leaving,
    source,
    medium,
    campaign,
    CASE
      WHEN REGEXP_LIKE(LOWER(campaign), 'cross-network')
      THEN 'Cross-network'
      WHEN is_paid AND (
        kind = 'shop' OR is_shopping
      )
      THEN 'Paid Shopping'
      WHEN is_paid AND kind = 'search'
      THEN 'Paid Search'
      WHEN is_paid AND kind = 'social'
      THEN 'Paid Social'
      WHEN is_paid AND kind = 'video'
      THEN 'Paid Video'
      WHEN kind = 'display'
      OR REGEXP_LIKE(medium, '^(display|banner|expandable|interstitial|cpm)\z')
      THEN 'Display'
      WHEN is_paid
      THEN 'Paid Other'
      WHEN kind = 'ai'
      THEN 'AI Assistants'
      WHEN kind = 'shop' OR is_shopping
      THEN 'Organic Shopping'
      WHEN kind = 'social' OR REGEXP_LIKE(medium, 'social|^sm$')
      THEN 'Organic Social'
      WHEN kind = 'video' OR REGEXP_LIKE(medium, 'video')
      THEN 'Organic Video'
      WHEN kind = 'search' OR medium = 'organic'
      THEN 'Organic Search'
      WHEN kind = 'mail' OR REGEXP_LIKE(medium, '^e[ _-]?mail|newsletter')
      THEN 'Email'
      WHEN REGEXP_LIKE(medium, '^affiliate')
      THEN 'Affiliates'
      WHEN medium IN ('referral', 'app', 'link') OR (
        is_referred AND medium IS NULL
      )
      THEN 'Referral'
      WHEN medium = 'audio'
      THEN 'Audio'
      WHEN source = 'sms' OR medium = 'sms'
      THEN 'SMS'
      WHEN REGEXP_LIKE(medium, 'push\z|mobile|notification') OR source = 'firebase'
      THEN 'Mobile Push Notifications'
      WHEN source IS NULL AND medium IS NULL AND campaign IS NULL
      THEN 'Direct'
      ELSE 'Unassigned'
    END AS channel
  FROM (
    SELECT
      *,
      REGEXP_LIKE(LOWER(campaign), '(^|[^a-df-z])shop|shopping') AS is_shopping,
      COALESCE(NULLIF(SPLIT_PART(brand, CHR(  9), 2), ''), said) AS source,
      CASE
        WHEN NOT brand IS NULL
        THEN SPLIT_PART(brand, CHR(  9), 1)
        WHEN REGEXP_LIKE(
          said,
          '(^|[.])(([a-z0-9]+-)?(search|suche|szukaj|busca|buscador|recherche|pesquisa|ricerca|hledani|poisk|zoek|sok|arama)[0-9]*(-[a-z0-9]+)?[.][^.]+|(search|suche|busca|cherche|recherche|ricerc)[a-z0-9-]*[.][^.]{4,})[.]|(^|[.])([a-z0-9-]*[^e.])?search[.]((com?[.])?[a-z]{2}|[a-z]{3,4})\z'
        )
        THEN 'search'
        WHEN REGEXP_LIKE(
          said,
          '[.]social\z|^social[.]|(todon|mstdn|pixelfed|misskey|lemmy|pleroma|friendica)[a-z0-9-]*[.]'
        )
        THEN 'social'
      END AS kind
    FROM (
      SELECT
        s.*,
        COALESCE(
          ELEMENT_AT(listed.brands, s.name),
          ELEMENT_AT(listed.brands, NULLIF(REGEXP_EXTRACT(s.name, '[^.]+[.][^.]+[.][^.]+\z'), '')),
          CASE
            WHEN REGEXP_LIKE(s.said, '(^|[.])(web|e-?)?mail[0-9]*[.][^.]+[.]')
            THEN 'mail'
          END,
          ELEMENT_AT(listed.brands, NULLIF(REGEXP_EXTRACT(s.name, '[^.]+[.][^.]+\z'), ''))
        ) AS brand
      FROM (
        SELECT
          *,
          REGEXP_REPLACE(
            said,
            '(^|[.])(aliexpress|altavista|amazon|aol|baidu|bing|blogspot|ebay|exalead|excite|galaxus|ggoogle|glassdoor|gmx|goggle|gogle|gogole|googe|googel|google|googlee|goolge|gooogle|gppgle|habbo|hotbot|hotmail|idealo|ixquick|izito|kaufland|kelkoo|lastfm|lazada|lycos|mercadolibre|msn|myheritage|pinterest|pricerunner|rakuten|shein|shopee|shopzilla|tripadvisor|vinted|walmart|yahoo|yandex|yelp|zalando|zapmeta|zapmetasearch|zoho)[.](com|(com?[.])?[a-z]{2})\z',
            '$1$2.*'
          ) AS name
        FROM (
          SELECT
            *,
            utm_source IS NULL AND NOT host IS NULL AS is_referred,
            (
              NOT medium IS NULL
              AND REGEXP_LIKE(medium, 'cp|^(ppc|ads?|sem|retargeting|remarketing)$|(^|[^a-z])paid')
            )
            OR NOT COALESCE(advertised, 'fbclid') IN ('fbclid', 'instagram') AS is_paid,
            COALESCE(REGEXP_REPLACE(utm_source, '^www[.]', ''), host, advertised) AS said
          FROM (
            SELECT
              *,
              NULLIF(REGEXP_REPLACE(campaign_said, '^[\t-\r ]+|[\t-\r ]+\z', ''), '') AS campaign,
              NULLIF(
                REGEXP_REPLACE(
                  REGEXP_REPLACE(source_said, '^[\t-\r ]+|[\t-\r ]+\z', ''),
                  '^([(](direct|none|not set)[)]|direct)\z',
                  ''
                ),
                ''
              ) AS utm_source,
              NULLIF(
                REGEXP_REPLACE(
                  REGEXP_REPLACE(medium_said, '^[\t-\r ]+|[\t-\r ]+\z', ''),
                  '^[(](none|not set)[)]\z',
                  ''
                ),
                ''
              ) AS medium,
              CASE
                WHEN referred LIKE '%://%'
                THEN NULLIF(
                  NULLIF(
                    REGEXP_EXTRACT(LOWER(referred), '^[a-z][a-z0-9+.-]*://([^/?#@]*@)?(www[.])?([^/:?#]+)', 3),
                    ''
                  ),
                  COALESCE(
                    NULLIF(
                      REGEXP_EXTRACT(LOWER(landing), '^[a-z][a-z0-9+.-]*://([^/?#@]*@)?(www[.])?([^/:?#]+)', 3),
                      ''
                    ),
                    ''
                  )
                )
              END AS host
            FROM (
              SELECT
                *,
                LOWER(utm.source) AS source_said,
                LOWER(utm.medium) AS medium_said,
                utm.campaign AS campaign_said,
                referrer AS referred,
                first_page AS landing,
                NULLIF(clickid, '') AS advertised
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
                  MIN(weight) AS weight,
                  SUM(weighted_views) AS weighted_views,
                  MIN_BY(first_page, began) AS first_page,
                  MIN_BY(referrer, began) AS referrer,
                  MIN_BY(utm, began) AS utm,
                  MIN_BY(clickid, began) AS clickid,
                  ARRAY_JOIN(ARRAY_AGG(NULLIF(clicked, '') ORDER BY began), CHR(  10)) AS clicked,
                  MIN_BY(location, began) AS location,
                  MIN_BY(device, began) AS device,
                  MIN_BY(visitorid, began) AS visitorid,
                  MIN_BY(sessionid, began) AS sessionid,
                  MAX(userid) AS userid,
                  MIN(entry) AS entry,
                  MAX(leaving) AS leaving
                FROM (
                  SELECT
                    *,
                    MAX(opened) OVER (
                      PARTITION BY visitkey
                      ORDER BY began
                      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                    ) AS opening
                  FROM (
                    SELECT
                      *,
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
            ) AS parted
          ) AS trimmed
        ) AS named
      ) AS s
      CROSS JOIN (
        SELECT
          MAP_AGG(name, kind || CHR(  9) || source) AS brands
        FROM brands
      ) AS listed
    ) AS found
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
    weight,
    weighted_views,
    visitkey AS unit,
    source,
    medium,
    campaign,
    channel,
    clicked,
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
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp,
      CASE WHEN sampleweight BETWEEN 1e0 AND 1e12 THEN sampleweight ELSE 1e0 END AS weight
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
    COALESCE(sessionid, visitorid, eventid) AS unit,
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
  CAST(ROUND(COALESCE(SUM(events), 0)) AS BIGINT) AS events,
  CAST(ROUND(COALESCE(SUM(visitors), 0)) AS BIGINT) AS visitors
FROM (
  SELECT
    value,
    SUM(weight) AS events,
    MIN(CASE WHEN visitor IS NULL THEN 0 ELSE weight END) AS visitors,
    MAX(weight) AS weight,
    MIN(unit) AS unit
  FROM (
    SELECT
      COALESCE(
        JSON_EXTRACT_SCALAR(
          metadata,
          '$["' || REPLACE(REGEXP_EXTRACT('plan', '^[A-Za-z_][A-Za-z0-9_.-]*\z'), '.', '"]["') || '"]'
        ),
        JSON_EXTRACT_SCALAR(metadata, '$["' || REGEXP_EXTRACT('plan', '^[A-Za-z_][A-Za-z0-9_.-]*\z') || '"]')
      ) AS value,
      visitor,
      weight,
      unit
    FROM hits
    WHERE
      NOT metadata IS NULL AND (
        '' = '' OR eventtype = ''
      )
  ) AS known
  WHERE
    NOT value IS NULL
  GROUP BY
    value,
    visitor
) AS said
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
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp,
      CASE WHEN sampleweight BETWEEN 1e0 AND 1e12 THEN sampleweight ELSE 1e0 END AS weight
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
    COALESCE(sessionid, visitorid, eventid) AS unit,
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
  CAST(ROUND(COALESCE(SUM(CASE WHEN eventtype = 'page_view' THEN weight END), 0)) AS BIGINT) AS page_views,
  CAST(ROUND(COALESCE(SUM(weight), 0)) AS BIGINT) AS events
FROM hits
GROUP BY
  FLOOR(instant / 9e2)
ORDER BY
  quarter;

-- Rejected: days
-- How many events were refused on each day, by reason, of an entry with keep_rejected.
WITH rejected AS (
  SELECT
    *,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(servertimestamp), 'UTC'), '%Y-%m-%d')
    END AS local_day
  FROM TABLE_NAME_rejected AS refusals
  WHERE
    dt BETWEEN '2026-11-01' AND '2026-11-30'
    AND NOT weight IS NULL
    AND (
      'UTC' = 'UTC'
      OR (
        servertimestamp >= '2026-11-01T00:00:00.000Z'
        AND servertimestamp < '2026-12-01T00:00:00.000Z'
      )
    )
)
SELECT
  local_day AS day,
  reason,
  SUM(weight) AS refused
FROM rejected
GROUP BY
  local_day,
  reason
ORDER BY
  day,
  refused DESC,
  reason;

-- Rejected: fields and messages
-- What the API answered to refused events: the field at fault, the message, and how many got it.
WITH rejected AS (
  SELECT
    *,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(servertimestamp), 'UTC'), '%Y-%m-%d')
    END AS local_day
  FROM TABLE_NAME_rejected AS refusals
  WHERE
    dt BETWEEN '2026-11-01' AND '2026-11-30'
    AND NOT weight IS NULL
    AND (
      'UTC' = 'UTC'
      OR (
        servertimestamp >= '2026-11-01T00:00:00.000Z'
        AND servertimestamp < '2026-12-01T00:00:00.000Z'
      )
    )
)
SELECT
  reason,
  field,
  message,
  SUM(weight) AS refused
FROM rejected
GROUP BY
  reason,
  field,
  message
ORDER BY
  refused DESC,
  reason,
  field,
  message
LIMIT 10;

-- Rejected: newest
-- The newest refused events that are kept, each with its cleaned body and how many it counts for.
WITH rejected AS (
  SELECT
    *,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(servertimestamp), 'UTC'), '%Y-%m-%d')
    END AS local_day
  FROM TABLE_NAME_rejected AS refusals
  WHERE
    dt BETWEEN '2026-11-01' AND '2026-11-30'
    AND NOT weight IS NULL
    AND (
      'UTC' = 'UTC'
      OR (
        servertimestamp >= '2026-11-01T00:00:00.000Z'
        AND servertimestamp < '2026-12-01T00:00:00.000Z'
      )
    )
)
SELECT
  servertimestamp,
  reason,
  field,
  message,
  weight,
  body
FROM rejected
ORDER BY
  servertimestamp DESC,
  reason,
  body,
  message,
  field
LIMIT 10;

-- Rejected: reasons
-- How many events were refused for each reason, their share in percent, and when the first and the last came.
WITH rejected AS (
  SELECT
    *,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(servertimestamp), 'UTC'), '%Y-%m-%d')
    END AS local_day
  FROM TABLE_NAME_rejected AS refusals
  WHERE
    dt BETWEEN '2026-11-01' AND '2026-11-30'
    AND NOT weight IS NULL
    AND (
      'UTC' = 'UTC'
      OR (
        servertimestamp >= '2026-11-01T00:00:00.000Z'
        AND servertimestamp < '2026-12-01T00:00:00.000Z'
      )
    )
)
SELECT
  reason,
  SUM(weight) AS refused,
  ROUND(1e2 * SUM(weight) / SUM(SUM(weight)) OVER (), 1) AS share,
  MIN(servertimestamp) AS first_came,
  MAX(servertimestamp) AS last_came
FROM rejected
GROUP BY
  reason
ORDER BY
  refused DESC,
  reason;

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
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp,
      CASE WHEN sampleweight BETWEEN 1e0 AND 1e12 THEN sampleweight ELSE 1e0 END AS weight
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
    COALESCE(sessionid, visitorid, eventid) AS unit,
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
  CAST(ROUND(COALESCE(SUM(weight), 0)) AS BIGINT) AS requests,
  ROUND(1e2 * SUM(weight) / SUM(SUM(weight)) OVER (), 1) AS share
FROM (
  SELECT
    JSON_EXTRACT_SCALAR(metadata, '$.status') AS status,
    COALESCE(JSON_EXTRACT_SCALAR(metadata, '$.method'), '(none)') AS method,
    weight,
    unit
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
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp,
      CASE WHEN sampleweight BETWEEN 1e0 AND 1e12 THEN sampleweight ELSE 1e0 END AS weight
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
    COALESCE(sessionid, visitorid, eventid) AS unit,
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
    weight,
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
      weight,
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
        SUM(weight) AS events,
        MIN(weight) AS weight
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
    1e2 * COALESCE(returned.part, 0) / FIRST_VALUE(returned.part) OVER (PARTITION BY grid.week ORDER BY grid.weeks_later),
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
        CAST(ROUND(SUM(events_of_nobody)) AS BIGINT) AS events_of_nobody
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
    CAST(ROUND(COALESCE(SUM(weight), 0)) AS BIGINT) AS people,
    SUM(weight) AS part
  FROM (
    SELECT
      person AS unit,
      weight,
      week,
      MIN(week) OVER (PARTITION BY person) AS first_week
    FROM (
      SELECT
        person,
        CAST(DATE_TRUNC('WEEK', CAST(local_day AS DATE)) AS DATE) AS week,
        MIN(weight) AS weight
      FROM people
      WHERE
        NOT person IS NULL
      GROUP BY
        person,
        CAST(DATE_TRUNC('WEEK', CAST(local_day AS DATE)) AS DATE)
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
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp,
      CASE WHEN sampleweight BETWEEN 1e0 AND 1e12 THEN sampleweight ELSE 1e0 END AS weight
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
    COALESCE(sessionid, visitorid, eventid) AS unit,
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
    END AS thousandths,
    CASE
      WHEN ABS(amount) <= 1e12
      THEN CAST(CAST(GREATEST(LEAST(ROUND(weight * ROUND(1e3 * amount)), 9e18), -9e18) AS BIGINT) AS DECIMAL(38, 0))
    END AS weighted,
    weight,
    unit
  FROM (
    SELECT
      visitkey,
      instant,
      local_day,
      weight,
      unit,
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
        weight,
        unit,
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
), brands AS (
  SELECT
    SPLIT_PART(brand, ':', 1) AS kind,
    COALESCE(NULLIF(SPLIT_PART(brand, ':', 2), ''), name) AS source,
    name
  FROM UNNEST(SPLIT(
    'ai:chatgpt:chatgpt,chatgpt.com,chat.openai.com,openai.com,com.openai.chatgpt,chat gpt,openai
ai:perplexity:perplexity,perplexity.ai,perplexity.com,ai.perplexity.app.android
ai:claude:claude,claude.ai,claude.com,anthropic.com,com.anthropic.claude,anthropic
ai:gemini:gemini,gemini.google.*,bard.google.*,aistudio.google.*,com.google.android.apps.bard,bard
ai:notebooklm:notebooklm,notebooklm.google.*,notebooklm.google
ai:copilot:copilot,copilot.microsoft.com,copilot.cloud.microsoft,m365.cloud.microsoft,copilot.com,edgeservices.bing.com,com.microsoft.copilot
ai:deepseek:deepseek,deepseek.com,deepseek.ai,com.deepseek.chat
ai:grok:grok,grok.com,x.ai,ai.x.grok
ai:meta ai:meta ai,meta.ai
ai:mistral:mistral,mistral.ai,le chat,lechat
ai:duck.ai:duck.ai
ai:you.com:you.com
ai:poe:poe,poe.com
ai:phind:phind,phind.com
ai:pi.ai:pi.ai
ai:character.ai:character.ai,c.ai
ai:jasper:jasper,jasper.ai
ai:writesonic:writesonic,writesonic.com,chatsonic
ai:iask:iask,iask.ai
ai:andi:andi,andisearch.com
ai:komo:komo,komo.ai
ai:chatglm:chatglm,chatglm.cn,z.ai,bigmodel.cn
ai:kimi:kimi,kimi.com,kimi.ai,moonshot.cn,kimi.moonshot.cn
ai:doubao:doubao,doubao.com,com.larus.nova
ai:qwen:qwen,qwen.ai,tongyi.com,tongyi.aliyun.com,qianwen.com
ai:ernie:ernie,yiyan.baidu.com,chat.baidu.com
ai:yuanbao:yuanbao,yuanbao.tencent.com,hunyuan.tencent.com
ai:minimax:minimax,minimax.io,minimaxi.com,hailuoai.com
ai:metaso:metaso,metaso.cn
ai:felo:felo,felo.ai
ai:genspark:genspark,genspark.ai
ai:manus.im:manus.im
ai:consensus:consensus,consensus.app
ai:elicit:elicit,elicit.com,elicit.org
ai:scite:scite,scite.ai
ai:openevidence:openevidence,openevidence.com
ai:liner ai:liner ai,liner.com,getliner.com
ai:huggingchat:huggingchat,huggingface.co
ai:lmarena:lmarena,lmarena.ai,lmsys.org
ai:venice:venice,venice.ai
ai:lumo:lumo,lumo.proton.me
ai:t3chat:t3chat,t3.chat
ai:openrouter:openrouter,openrouter.ai
ai:groq:groq,groq.com
ai:cohere:cohere,cohere.com,cohere.ai
ai:monica:monica,monica.im
ai:sider:sider,sider.ai
ai:merlin ai:merlin ai,getmerlin.in
ai:blackbox:blackbox,blackbox.ai
ai:copy.ai:copy.ai
ai:rytr:rytr,rytr.me
ai:opera aria:opera aria,aria.opera.com
ai:yandex alice:yandex alice,alice.yandex.*,alice.yandex
ai:gigachat:gigachat,giga.chat
ai:clova:clova,clova-x.naver.com
ai:wrtn:wrtn,wrtn.ai
ai:chat+:chat+,chatplus.com,chat-gpt.org
ai:chatbotapp:chatbotapp,chatbotapp.ai,chatbot.app
ai:ninjachat:ninjachat,ninjachat.ai
ai:chatpdf:chatpdf,chatpdf.com
mail:gmail:gmail,mail.google.*,gmail.com,inbox.google.*,com.google.android.gm,com.google.android.gm.lite
mail:outlook:outlook,outlook.com,outlook.live.com,outlook.office.com,outlook.office365.com,hotmail.*,hotmail,mail.live.com,com.microsoft.office.outlook
mail:yahoo mail:yahoo mail,mail.yahoo.*,com.yahoo.mobile.client.android.mail
mail:icloud:icloud,icloud.com
mail:proton:proton,proton.me,protonmail.com,protonmail,ch.protonmail.android
mail:gmx:gmx,gmx.*,deref-gmx.net,deref-gmx.com,deref-gmx.fr,3c.gmx.net,de.gmx.mobile.android.mail
mail:web.de mail:web.de mail,deref-web.de,deref-web-02.de,3c.web.de,de.web.mobile.android.mail
mail:yandex mail:yandex mail,mail.yandex.*,ru.yandex.mail
mail:mail.ru mail:mail.ru mail,e.mail.ru,touch.mail.ru,ru.mail.mailapp
mail:aol mail:aol mail,mail.aol.*,com.aol.mobile.aolapp
mail:zoho:zoho,mail.zoho.*,zoho.*,com.zoho.mail
mail:fastmail:fastmail,fastmail.com,fastmail.fm
mail:tuta:tuta,tuta.com,tutanota.com,de.tutao.tutanota
mail:hey mail:hey mail,app.hey.com
mail:superhuman:superhuman,superhuman.com
mail:spark mail:spark mail,com.readdle.spark
mail:samsung email:samsung email,com.samsung.android.email.provider
mail:seznam mail:seznam mail,email.seznam.cz
mail:daum mail:daum mail,mail.daum.net,hanmail.net
mail:naver mail:naver mail,mail.naver.com
mail:rambler mail:rambler mail,mail.rambler.ru
mail:mail.com:mail.com,deref-mail.com
mail:laposte:laposte,laposte.net
mail:orange mail:orange mail,messagerie.orange.fr
mail:sfr mail:sfr mail,messagerie.sfr.fr
mail:free mail:free mail,zimbra.free.fr
mail:ukr.net mail:ukr.net mail,mail.ukr.net
mail:163 mail:163 mail,mail.163.com,126.com,mail.126.com
mail:qq mail:qq mail,mail.qq.com,wx.mail.qq.com,com.tencent.androidqqmail
mail:mailchimp:mailchimp,mailchimp.com,mailchi.mp,list-manage.com,campaign-archive.com
mail:klaviyo:klaviyo,klaviyo.com,klclick.com
mail:brevo:brevo,brevo.com,sendinblue.com,sendibm1.com
mail:campaign monitor:campaign monitor,createsend.com,cmail19.com,cmail20.com
mail:sendgrid:sendgrid,sendgrid.net
mail:hubspot mail:hubspot mail,hubspotemail.net
mail:convertkit:convertkit,convertkit.com,kit.com,convertkit-mail.com
mail:beehiiv:beehiiv,beehiiv.com
mail:buttondown:buttondown,buttondown.email,buttondown.com
mail:email:email,e-mail,e_mail,e mail
mail:newsletter:newsletter,newsletters
social:facebook:facebook,facebook.com,fb.com,fb.me,fb.watch,facebookwkhpilnemxj7asaniu7vnjjbiltxjqhye3mhbshg7kx5tfyd.onion,com.facebook.katana,com.facebook.lite,fb,meta,facebook ads,facebookads,meta ads,fbclid
social:instagram:instagram,instagram.com,com.instagram.android,ig,insta,igshopping
social:threads:threads,threads.net,threads.com,com.instagram.barcelona
social:messenger:messenger,messenger.com,m.me,com.facebook.orca
social:workplace:workplace,workplace.com
social:x:x,x.com,twitter.com,t.co,tweetdeck.com,com.twitter.android,twitter,tw,twclid
social:linkedin:linkedin,linkedin.com,lnkd.in,com.linkedin.android,linked-in,linkedin ads,li,li_fat_id
social:reddit:reddit,reddit.com,redd.it,com.reddit.frontpage,rdt_cid
social:pinterest:pinterest,pinterest.*,pin.it,com.pinterest,epik
social:tiktok:tiktok,tiktok.com,tiktokv.com,com.zhiliaoapp.musically,com.ss.android.ugc.trill,tik tok,ttclid
social:snapchat:snapchat,snapchat.com,snap.com,com.snapchat.android,sccid
social:whatsapp:whatsapp,whatsapp.com,wa.me,com.whatsapp,com.whatsapp.w4b
social:telegram:telegram,telegram.org,telegram.me,t.me,org.telegram.messenger,org.telegram.messenger.web,org.telegram.plus,tg
social:discord:discord,discord.com,discord.gg,discordapp.com,com.discord
social:bluesky:bluesky,bsky.app,bsky.social,xyz.blueskyweb.app,bsky
social:mastodon:mastodon,joinmastodon.org,org.joinmastodon.android,mas.to,hachyderm.io,infosec.exchange,troet.cafe,pawoo.net,c.im,botsin.space,bitcoinhackers.org,friends.nico,quey.org,tkm.eus,mathstodon.xyz,ioc.exchange,masto.ai,masto.nu,masto.es,masto.pt,masto.host,toot.cafe,toot.community,tooting.ch,toot.wales,tooot.im,metalhead.club,livellosegreto.it,sociale.network,dice.camp,wandering.shop,writing.exchange,journa.host,todon.eu,todon.nl,fedibird.com,vocalodon.net,best-friends.chat,planet.moe,handon.club,kmy.blue,baraag.net,cybre.space,snouts.online,sleeping.town,tech.lgbt,lgbtqia.space,eldritch.cafe,mamot.fr,piaille.fr,framapiaf.org,layer8.space,lor.sh,nerdculture.de,linuxrocks.online,functional.cafe,merveilles.town,weirder.earth,pouet.chapril.org,qoto.org,sciences.re,types.pl,wien.rocks,woof.group,zirk.us,101010.pl,union.place,vmst.io,worldkey.io,xoxo.zone,switter.at,spinster.xyz,ravenation.club,aus.social,kosmos.social,octodon.social,niu.moe,mao.mastodonhub.com,oc.todon.fr,social.coop,tusky.app,com.keylesspalace.tusky,me.rhosys.mastodon,universeodon.com,fedi.life,bark.lgbt,im-in.space,glammr.us,awscommunity.social,ecoevo.social,front-end.social,mindly.social,genomic.social,hometech.social,urbanists.social,sauropods.win,freeradical.zone,wetdry.world,app.wafrn.net,sakurajima.moe,rubber.social,plural.cafe,mk.absturztau.be,equestria.social,pony.social,dragonscave.space,tabletop.social,queer.party,chitter.xyz,hellsite.site,vulpine.club,computerfairi.es,radical.town,anarchism.space,sunbeam.city,hispagatos.space,mastd.racing,mast.dragon-fly.club,x0r.be,hulvr.com,gamepad.club,dmv.community,mspsocial.net,frikiverse.zone,loma.ml,aipi.social,moth.zone,lou.lt,slippy.xyz,den.dev
social:pixelfed:pixelfed,pixey.org,pxlmo.com,metapixl.com,pix.toot.wales,pixel.tchncs.de,fotofed.nl
social:misskey:misskey,misskey.io,nijimiss.moe,firefish.social,sharkey.world,mk.autonomy.earth
social:lemmy:lemmy,beehaw.org,feddit.de,feddit.org,feddit.it,feddit.uk,sh.itjust.works,programming.dev,kbin.social,fedia.io
social:diaspora:diaspora,diasporafoundation.org,pluspora.com,framasphere.org,diasp.org,joindiaspora.com,pod.geraspora.de
social:truth social:truth social,truthsocial.com
social:gab:gab,gab.com,gab.ai
social:gettr:gettr,gettr.com
social:parler:parler,parler.com
social:minds:minds,minds.com
social:mewe:mewe,mewe.com
social:vk:vk,vk.com,vk.ru,vk.me,vkontakte.ru,com.vkontakte.android,vkontakte
social:ok.ru:ok.ru,odnoklassniki.ru,odnoklassniki.ua,ru.ok.android
social:my.mail.ru:my.mail.ru
social:dzen:dzen,dzen.ru,zen.yandex.*
social:pikabu:pikabu,pikabu.ru
social:habr:habr,habr.com
social:weibo:weibo,weibo.com,weibo.cn,t.cn,com.sina.weibo
social:wechat:wechat,wechat.com,weixin.qq.com,weixin110.qq.com,com.tencent.mm,weixin
social:qq:qq,qzone.qq.com,qun.qq.com,com.tencent.mobileqq
social:xiaohongshu:xiaohongshu,xiaohongshu.com,xhslink.com,rednote.com,com.xingin.xhs,rednote
social:douyin:douyin,douyin.com,com.ss.android.ugc.aweme
social:kuaishou:kuaishou,kuaishou.com
social:zhihu:zhihu,zhihu.com,com.zhihu.android
social:douban:douban,douban.com
social:renren:renren,renren.com,kaixin001.com
social:line:line,line.me,lin.ee,jp.naver.line.android
social:kakao:kakao,kakao.com,kakaocorp.com,com.kakao.talk,kakaotalk
social:naver blog:naver blog,blog.naver.com,cafe.naver.com,kin.naver.com,band.us
social:zalo:zalo,zalo.me,com.zing.zalo
social:viber:viber,viber.com,com.viber.voip
social:skype:skype,skype.com,com.skype.raider
social:imo:imo,imo.im
social:hacker news:hacker news,news.ycombinator.com,hackernews,hn
social:lobsters:lobsters,lobste.rs
social:product hunt:product hunt,producthunt.com,producthunt
social:indie hackers:indie hackers,indiehackers.com
social:github:github,github.com,com.github.android
social:gitlab:gitlab,gitlab.com
social:stack overflow:stack overflow,stackoverflow.com,stackexchange.com,serverfault.com,superuser.com,askubuntu.com,stackapps.com,mathoverflow.net,stackoverflow
social:quora:quora,quora.com,com.quora.android
social:medium:medium,medium.com,com.medium.reader
social:substack:substack,substack.com,com.substack.app
social:tumblr:tumblr,tumblr.com,com.tumblr
social:wordpress:wordpress,wordpress.com,wordpress.org
social:blogger:blogger,blogger.com,blogspot.*
social:livejournal:livejournal,livejournal.com,livejournal.ru
social:linktree:linktree,linktr.ee
social:linkin.bio:linkin.bio,beacons.ai,lnk.bio,bio.link,campsite.bio,taplink.cc
social:flipboard:flipboard,flipboard.com,flip.it,flipboard.app
social:pocket:pocket,getpocket.com,pocket.co
social:digg:digg,digg.com
social:disqus:disqus,disqus.com,disq.us
social:slashdot:slashdot,slashdot.org
social:fark:fark,fark.com
social:imgur:imgur,imgur.com
social:9gag:9gag,9gag.com
social:nextdoor:nextdoor,nextdoor.com,nextdoor.co.uk,nextdoor.de
social:xing:xing,xing.com,com.xing.android
social:viadeo:viadeo,viadeo.com,viadeo.journaldunet.com
social:yammer:yammer,yammer.com,engage.cloud.microsoft
social:meetup:meetup,meetup.com
social:yelp:yelp,yelp.*
social:tripadvisor:tripadvisor,tripadvisor.*
social:foursquare:foursquare,foursquare.com,swarmapp.com
social:glassdoor:glassdoor,glassdoor.*
social:goodreads:goodreads,goodreads.com
social:dribbble:dribbble,dribbble.com
social:behance:behance,behance.net
social:deviantart:deviantart,deviantart.com
social:artstation:artstation,artstation.com
social:flickr:flickr,flickr.com
social:500px:500px,500px.com
social:last.fm:last.fm,lastfm.*
social:soundcloud:soundcloud,soundcloud.com
social:patreon:patreon,patreon.com
social:ko-fi:ko-fi,ko-fi.com
social:clubhouse:clubhouse,clubhouse.com,joinclubhouse.com
social:bereal:bereal,bereal.com,bere.al
social:hootsuite:hootsuite,hootsuite.com,ow.ly
social:buffer:buffer,buffer.com,buff.ly
social:bitly:bitly,bit.ly
social:ameblo:ameblo,ameblo.jp,ameba.jp
social:hatena:hatena,hatena.ne.jp,hatenablog.com,hatenablog.jp,hatena.blog
social:mixi:mixi,mixi.jp
social:note.com:note.com,note.mu
social:pixiv:pixiv,pixiv.net
social:fc2:fc2,fc2.com
social:5ch:5ch,5ch.net,2ch.net,5ch.io
social:gree:gree,gree.jp
social:gutefrage:gutefrage,gutefrage.net
social:wykop:wykop,wykop.pl
social:nk.pl:nk.pl,nasza-klasa.pl
social:meneame:meneame,meneame.net
social:taringa:taringa,taringa.net
social:draugiem:draugiem,draugiem.lv
social:hyves:hyves,hyves.nl,hyves.net
social:studivz:studivz,studivz.net,meinvz.net,schuelervz.net
social:myspace:myspace,myspace.com
social:bebo:bebo,bebo.com
social:orkut:orkut,orkut.com,orkut.com.br
social:google+:google+,plus.google.*,plus.url.google.*,url.google.*,googleplus
social:google groups:google groups,groups.google.*,googlegroups.com
social:habbo:habbo,habbo.*
social:ravelry:ravelry,ravelry.com
social:wattpad:wattpad,wattpad.com
social:scribd:scribd,scribd.com
social:slideshare:slideshare,slideshare.net
social:academia:academia,academia.edu
social:researchgate:researchgate,researchgate.net
social:fetlife:fetlife,fetlife.com
social:italki:italki,italki.com
social:lang-8:lang-8,lang-8.com
social:couchsurfing:couchsurfing,couchsurfing.com,couchsurfing.org
social:peepeth:peepeth,peepeth.com
social:steemit:steemit,steemit.com,hive.blog,peakd.com
social:farcaster:farcaster,farcaster.xyz,warpcast.com
social:lens protocol:lens protocol,lens.xyz,hey.xyz
social:nostr clients:nostr clients,primal.net,damus.io,iris.to,snort.social
social:strava:strava,strava.com,com.strava
social:letterboxd:letterboxd,letterboxd.com
social:untappd:untappd,untappd.com
social:geni:geni,geni.com
social:myheritage:myheritage,myheritage.*
social:ancestry:ancestry,ancestry.com,ancestry.co.uk,ancestry.de
social:classmates:classmates,classmates.com
social:tagged:tagged,tagged.com
social:hi5:hi5,hi5.com
social:badoo:badoo,badoo.com
social:netlog:netlog,netlog.com
social:tuenti:tuenti,tuenti.com
social:skyrock:skyrock,skyrock.com
social:cyworld:cyworld,cyworld.com
social:plaxo:plaxo,plaxo.com
social:plurk:plurk,plurk.com
social:identi.ca:identi.ca
social:ning:ning,ning.com
social:gaiaonline:gaiaonline,gaiaonline.com
social:irc-galleria:irc-galleria,irc-galleria.net
social:weeworld:weeworld,weeworld.com
social:sonico:sonico,sonico.com
social:friendster:friendster,friendster.com
social:stumbleupon:stumbleupon,stumbleupon.com,mix.com
social:delicious:delicious,delicious.com,del.icio.us
social:multiply:multiply,multiply.com
social:xanga:xanga,xanga.com
social:vampirefreaks:vampirefreaks,vampirefreaks.com
social:cafemom:cafemom,cafemom.com
social:dailystrength:dailystrength,dailystrength.org
social:care2:care2,care2.com
social:caringbridge:caringbridge,caringbridge.org
social:flixster:flixster,flixster.com
social:librarything:librarything,librarything.com
social:anobii:anobii,anobii.com
social:mubi:mubi,mubi.com
social:reverbnation:reverbnation,reverbnation.com
social:partyflock:partyflock,partyflock.nl
social:copainsdavant:copainsdavant,copainsdavant.linternaute.com
social:trombi:trombi,trombi.com
social:zoo.gr:zoo.gr
social:mocospace:mocospace,mocospace.com
social:blackplanet:blackplanet,blackplanet.com
social:asmallworld:asmallworld,asmallworld.com
social:internations:internations,internations.org
social:interpals:interpals,interpals.net
social:kiwibox:kiwibox,kiwibox.com
social:dol2day:dol2day,dol2day.com
social:jappy:jappy,jappy.com,jappy.de
social:lokalisten:lokalisten,lokalisten.de
social:werkenntwen:werkenntwen,wer-kennt-wen.de
social:suomi24:suomi24,suomi24.fi
social:playahead:playahead,playahead.se
social:lunarstorm:lunarstorm,lunarstorm.se
social:biip:biip,biip.no
social:mouthshut:mouthshut,mouthshut.com
social:ibibo:ibibo,ibibo.com
social:bharatstudent:bharatstudent,bharatstudent.com
social:bigadda:bigadda,bigadda.com
social:fotolog:fotolog,fotolog.com
social:fotki:fotki,fotki.com
social:photobucket:photobucket,photobucket.com
social:secondlife:secondlife,secondlife.com
social:imvu:imvu,imvu.com
social:stardoll:stardoll,stardoll.com
social:livemocha:livemocha,livemocha.com
social:busuu:busuu,busuu.com
social:mymfb:mymfb,mymfb.com
social:virb:virb,virb.com
social:wakoopa:wakoopa,wakoopa.com
social:yfrog:yfrog,yfrog.com
social:buzznet:buzznet,buzznet.com
social:mylife:mylife,mylife.com
social:friends reunited:friends reunited,friendsreunited.com,friendsreunited.co.uk
social:windows live spaces:windows live spaces,spaces.live.com
video:youtube:youtube,youtube.com,youtu.be,youtube-nocookie.com,com.google.android.youtube,com.google.android.apps.youtube.music,yt
video:vimeo:vimeo,vimeo.com
video:dailymotion:dailymotion,dailymotion.com,dai.ly
video:twitch:twitch,twitch.tv,tv.twitch.android.app
video:kick:kick,kick.com
video:rumble:rumble,rumble.com
video:odysee:odysee,odysee.com,lbry.tv
video:bitchute:bitchute,bitchute.com
video:netflix:netflix,netflix.com
video:hulu:hulu,hulu.com
video:disney+:disney+,disneyplus.com
video:ted:ted,ted.com
video:wistia:wistia,wistia.com,wistia.net
video:bilibili:bilibili,bilibili.com,b23.tv,tv.danmaku.bili
video:niconico:niconico,nicovideo.jp,nico.ms
video:iqiyi:iqiyi,iqiyi.com,iq.com
video:youku:youku,youku.com,tudou.com
video:rutube:rutube,rutube.ru
video:veoh:veoh,veoh.com
video:crackle:crackle,crackle.com
video:curiositystream:curiositystream,curiositystream.com
video:utreon:utreon,utreon.com
video:d.tube:d.tube
shop:amazon:amazon,amazon.*,amzn.to,a.co,com.amazon.mShop.android.shopping,amzn
shop:ebay:ebay,ebay.*,ebay.us,com.ebay.mobile
shop:etsy:etsy,etsy.com,etsy.me,com.etsy.android
shop:walmart:walmart,walmart.*,com.walmart.android
shop:target:target,target.com
shop:bestbuy:bestbuy,bestbuy.com
shop:alibaba:alibaba,alibaba.com,com.alibaba.intl.android.apps.poseidon
shop:aliexpress:aliexpress,aliexpress.*,aliexpress.us,com.alibaba.aliexpresshd
shop:taobao:taobao,taobao.com,tmall.com
shop:jd:jd,jd.com
shop:pinduoduo:pinduoduo,pinduoduo.com,yangkeduo.com
shop:temu:temu,temu.com,com.einnovation.temu
shop:shein:shein,shein.*
shop:wish:wish,wish.com
shop:shopee:shopee,shopee.*
shop:lazada:lazada,lazada.*
shop:tokopedia:tokopedia,tokopedia.com
shop:flipkart:flipkart,flipkart.com
shop:coupang:coupang,coupang.com
shop:naver shopping:naver shopping,shopping.naver.com,smartstore.naver.com
shop:yahoo shopping:yahoo shopping,shopping.yahoo.*
shop:google shopping:google shopping,shopping.google.*,googleshopping
shop:kakaku:kakaku,kakaku.com
shop:mercadolibre:mercadolibre,mercadolibre.*,mercadolivre.com.br
shop:americanas:americanas,americanas.com.br
shop:allegro:allegro,allegro.pl,allegro.cz
shop:ceneo:ceneo,ceneo.pl
shop:heureka:heureka,heureka.cz,heureka.sk
shop:ozon:ozon,ozon.ru
shop:wildberries:wildberries,wildberries.ru
shop:yandex market:yandex market,market.yandex.*
shop:rozetka:rozetka,rozetka.com.ua
shop:emag:emag,emag.ro,emag.hu,emag.bg
shop:trendyol:trendyol,trendyol.com
shop:hepsiburada:hepsiburada,hepsiburada.com
shop:idealo:idealo,idealo.*
shop:pricerunner:pricerunner,pricerunner.*
shop:kelkoo:kelkoo,kelkoo.*
shop:shopzilla:shopzilla,shopzilla.*
shop:geizhals:geizhals,geizhals.at,geizhals.de,geizhals.eu
shop:check24:check24,check24.de
shop:toppreise:toppreise,toppreise.ch
shop:galaxus:galaxus,galaxus.*,digitec.ch
shop:otto:otto,otto.de
shop:zalando:zalando,zalando.*
shop:kaufland:kaufland,kaufland.*
shop:bol:bol,bol.com
shop:cdiscount:cdiscount,cdiscount.com
shop:vinted:vinted,vinted.*
shop:shopify:shopify,shopify.com,shop.app,com.shopify.arrive
display:google ad network:google ad network,doubleclick.net,googlesyndication.com,syndicatedsearch.goog,googleadservices.com,dclid
display:taboola:taboola,taboola.com
display:outbrain:outbrain,outbrain.com
display:criteo:criteo,criteo.com,criteo.net
display:adform:adform,adform.net
display:appnexus:appnexus,adnxs.com
display:amazon ads:amazon ads,amazon-adsystem.com
display:yahoo ads:yahoo ads,adtech.yahooinc.com,advertising.com
display:mgid:mgid,mgid.com
display:revcontent:revcontent,revcontent.com
display:adroll:adroll,adroll.com
display:teads:teads,teads.tv
display:applovin:applovin,applovin.com,applvn.com
display:unity ads:unity ads,unityads.unity3d.com
other:google docs:google docs,docs.google.*
other:google drive:google drive,drive.google.*
other:google accounts:google accounts,accounts.google.*
other:google calendar:google calendar,calendar.google.*
other:google meet:google meet,meet.google.*
other:google classroom:google classroom,classroom.google.*
other:google chat:google chat,chat.google.*
other:google sites:google sites,sites.google.*
other:google play:google play,play.google.*,com.android.vending
other:google ads console:google ads console,ads.google.*
other:google analytics:google analytics,analytics.google.*
other:google translate:google translate,translate.google.*
other:microsoft live:microsoft live,login.live.com
other:yahoo finance:yahoo finance,finance.yahoo.*
other:yandex metrica:yandex metrica,metrika.yandex.*,metrica.yandex.*
search::searchya.com,searchmobileonline.com,v9.com,22find.com,qvo6.com,qone8.com,sweet-page.com,istartsurf.com,omiga-plus.com,key-find.com,awesomehp.com,oursurfing.com,portaldosites.com,iminent.com,certified-toolbar.com,sweetim.com,imesh.com,genieo.com,findwide.com,surfcanyon.com,gelbeseiten.de,dasoertliche.de,dastelefonbuch.de,yellowmap.de,1881.no,gulesider.no,hitta.se,herold.at,local.ch,pagesjaunes.fr,paginegialle.it,yell.com,yellowpages.com,118700.se,gooofullsearch.com,darkoogle.com,gfsoso.com,blackle.com,startab.me,kiddle.co,kidrex.org,kidzsearch.com,fragfinn.de,blinde-kuh.de,qwantjunior.com,juniorsafesearch.com,k9safesearch.com
search:google:google,google.*,gogole.*,googel.*,gppgle.*,goolge.*,gogle.*,goggle.*,ggoogle.*,gooogle.*,googlee.*,googe.*,goo.gl,googleusercontent.com,googlesyndicatedsearch.com,com.google.android.googlequicksearchbox,com.google.android.apps.searchlite,google ads,googleads,google-ads,google_ads,adwords,googlemybusiness,gmb,gclid,gbraid,wbraid,gad_source
search:bing:bing,bing.*,bing.com,msn.*,com.microsoft.bing,com.microsoft.emmx,bing ads,bingads,microsoft,microsoft ads,msclkid,msn
search:yahoo:yahoo,yahoo.*,com.yahoo.mobile.client.android.search
search:duckduckgo:duckduckgo,duckduckgo.com,duckduckgo.eu,ddg.gg,duck.com,duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion,com.duckduckgo.mobile.android,ddg
search:yandex:yandex,yandex.*,ya.ru,yastatic.net,ru.yandex.searchplugin,ru.yandex.searchapp,com.yandex.browser,yandex direct,yclid
search:baidu:baidu,baidu.*,com.baidu.searchbox
search:naver:naver,naver.com,com.nhn.android.search
search:daum:daum,daum.net,net.daum.android.daum
search:nate:nate,nate.com
search:zum:zum,zum.com
search:sogou:sogou,sogou.com
search:360 search:360 search,so.com,360.cn,haosou.com,sou.com
search:shenma:shenma,sm.cn
search:quark:quark,quark.cn
search:seznam:seznam,seznam.cz,firmy.cz
search:ecosia:ecosia,ecosia.org,com.ecosia.android
search:qwant:qwant,qwant.com,com.qwant.liberty
search:startpage:startpage,startpage.com,startpage.nl,ixquick.*,startpagel6srwcjlue4zgq3zevrujfaow726kjytqbbjyrswwmjzcqd.onion
search:brave:brave,search.brave.com,brave.com,com.brave.browser
search:kagi:kagi,kagi.com
search:mojeek:mojeek,mojeek.com,mojeek.co.uk
search:swisscows:swisscows,swisscows.com,swisscows.ch,hulbee.com
search:metager:metager,metager.de,metager.org,metager2.de
search:presearch:presearch,presearch.com,presearch.io,presearch.org
search:yep:yep,yep.com
search:searx:searx,searx.be,searx.me,searx.space,searxng.org
search:gibiru:gibiru,gibiru.com
search:lilo:lilo,lilo.org
search:oceanhero:oceanhero,oceanhero.today
search:ekoru:ekoru,ekoru.org
search:karmasearch:karmasearch,karmasearch.org
search:ask:ask,ask.com,search-results.com,teoma.com
search:aol:aol,aol.*
search:lycos:lycos,lycos.*,hotbot.*
search:excite:excite,excite.*
search:altavista:altavista,altavista.*
search:coccoc:coccoc,coccoc.com
search:rambler:rambler,rambler.ru,nigma.ru
search:mail.ru:mail.ru,go.mail.ru
search:petal:petal,petalsearch.com,com.huawei.hwsearch
search:goo:goo,goo.ne.jp
search:biglobe:biglobe,biglobe.ne.jp
search:docomo:docomo,docomo.ne.jp
search:auone:auone,auone.jp
search:nifty:nifty,nifty.com
search:so-net:so-net,so-net.ne.jp
search:rakuten:rakuten,rakuten.*,infoseek.co.jp
search:livedoor:livedoor,livedoor.com
search:onet:onet,onet.pl
search:wp.pl:wp.pl
search:virgilio:virgilio,virgilio.it
search:libero:libero,libero.it
search:tiscali:tiscali,tiscali.it,tiscali.cz
search:t-online:t-online,t-online.de
search:web.de:web.de
search:freenet:freenet,freenet.de
search:bluewin:bluewin,bluewin.ch
search:search.ch:search.ch
search:orange search:orange search,lemoteur.orange.fr,lemoteur.fr,voila.fr
search:centrum:centrum,centrum.cz,atlas.cz,centrum.sk,atlas.sk
search:zoznam:zoznam,zoznam.sk
search:azet:azet,azet.sk
search:najdi:najdi,najdi.si
search:sapo:sapo,sapo.pt
search:clix:clix,clix.pt
search:globo:globo,globo.com
search:terra:terra,terra.com.br,terra.es,terra.cl
search:eniro:eniro,eniro.se,eniro.no,eniro.dk,eniro.fi
search:kvasir:kvasir,kvasir.no
search:startsiden:startsiden,startsiden.no,abcsok.no
search:walla:walla,walla.co.il
search:meta.ua:meta.ua
search:bigmir:bigmir,bigmir.net
search:ukr.net:ukr.net
search:tut.by:tut.by
search:abv:abv,abv.bg
search:comcast:comcast,comcast.net,xfinity.com
search:earthlink:earthlink,earthlink.net
search:charter.net:charter.net,rr.com
search:dogpile:dogpile,dogpile.com,webcrawler.com,metacrawler.com,zoo.com,infospace.com
search:info.com:info.com
search:izito:izito,izito.*,zapmeta.*,zapmetasearch.*
search:conduit:conduit,conduit.com,trovi.com
search:babylon:babylon,babylon.com,isearch.babylon.com,delta-search.com,delta-homes.com
search:mywebsearch:mywebsearch,mywebsearch.com,myway.com,mysearch.com,inbox.com
search:avg:avg,avg.com,avast.com,nation.com
search:softonic:softonic,softonic.com
search:ghostery:ghostery,ghosterysearch.com,glowstery.com,cliqz.com
search:neeva:neeva,neeva.com
search:wolframalpha:wolframalpha,wolframalpha.com
search:marginalia:marginalia,marginalia.nu,marginalia-search.com
search:stract:stract,stract.com
search:wiby:wiby,wiby.me
search:entireweb:entireweb,entireweb.com
search:exalead:exalead,exalead.*
search:looksmart:looksmart,looksmart.com
search:picsearch:picsearch,picsearch.com,picsearch.de
search:fireball:fireball,fireball.de,fireball.com
search:dmoz:dmoz,dmoz.org,curlie.org
search:gigablast:gigablast,gigablast.com
search:setooz:setooz,setooz.com
search:vuhuv:vuhuv,vuhuv.com,vuhuv.com.tr
search:geona:geona,geona.net
search:parsijoo:parsijoo,parsijoo.ir
search:zarebin:zarebin,zarebin.ir
search:freespoke:freespoke,freespoke.com
search:luxxle:luxxle,luxxle.com
search:givero:givero,givero.com
search:youcare:youcare,youcare.world
search:xayn:xayn,xayn.com
search:timpi:timpi,timpi.io
search:quendu:quendu,quendu.com
search:qmamu:qmamu,qmamu.com
search:rightdao:rightdao,rightdao.com
search:yippy:yippy,yippy.com
search:alexandria:alexandria,alexandria.org
search:searchencrypt:searchencrypt,searchencrypt.com,searchlock.com,searchprivacy.co,discretesearch.com
search:snap.do:snap.do
mail::bigpond.com,email.telstra.com,exmail.qq.com,iinet.net.au,mail.e1.ru,mail.mynet.com,mail.qip.ru,mail.yahoo.net,mastermail.ru,orange.fr,post.ru,sibmail.com,webmail.2degreesbroadband.co.nz,webmail.adam.com.au,webmail.commander.net.au,webmail.dodo.com.au,webmail.iprimus.com.au,webmail.netspace.net.au,webmail.optusnet.com.au,webmail.optuszoo.com.au,webmail.virginbroadband.com.au,webmail.vodafone.co.nz,webmail.westnet.com.au
search::1.cz,2gis.ru,abacho.at,abacho.ch,abacho.co.uk,abacho.com,abacho.de,abacho.es,abacho.fr,abacho.it,abcsolk.no,acoon.de,alexa.com,all.by,alltheweb.com,aolsearch.com,apollo.lv,apollo7.de,apontador.com.br,arama.com,arcor.de,ariadna.elmundo.es,arianna.com,ask.co.uk,ask.reference.com,askkids.com,blekko.com,blogdigger.com,blogpulse.com,blogs.icerocket.com,busca.orange.es,busca.uol.com.br,cc.bingj.com,cercato.it,clusty.com,cnn.com,crawler.com,cuil.com,daemon-search.com,dalesearch.com,eo.st,eurip.com,euroseek.com,everyclick.com,fastbrowsersearch.com,fastweb.it,find.tdc.dk,finderoo.com,firstsfind.com,fixsuche.de,flix.de,forestle.mobi,forestle.org,free.fr,fresh-weather.com,friendfeed.com,gais.cs.ccu.edu.tw,globososo.com,gnadenmeer.de,gomeo.com,google.cat,google.dodo.com.au,google.interia.pl,googleearth.de,googleearth.fr,goyellow.de,highbeam.com,hit-parade.com,holmes.ge,hooseek.com,icq.com,ilse.nl,incredimail.com,inspsearch.com,it.ao,jungle-spider.de,junglekey.com,junglekey.fr,jyxo.1188.cz,kataweb.it,ko.search.need2find.com,kununu.com,latne.lv,liveinternet.ru,lo.st,maailm.com,mamma.com,marktplaats.nl,maxwebsearch.com,meinestadt.de,meta.rrzn.uni-hannover.de,metacrawler.de,mister-wong.com,mister-wong.de,monstercrawler.com,mozbot.co.uk,mozbot.com,mozbot.fr,neti.ee,online.no,otsing.delfi.ee,p.zhongsou.com,paperball.de,plazoo.com,poisk.ru,qbyrd.com,qualigo.at,qualigo.ch,qualigo.de,qualigo.nl,recherche.francite.com,rechercher.aliceadsl.fr,rpmfind.net,search-intl.netscape.com,search.1and1.com,search.1und1.de,search.alot.com,search.bt.com,search.com,search.foxtab.com,search.freecause.com,search.hiyo.com,search.i.ua,search.incredibar.com,search.juno.com,search.kiwee.com,search.magnetic.com,search.media.telstra.com.au,search.offerbox.com,search.orange.co.uk,search.peoplepc.com,search.qip.ru,search.searchcompletion.com,search.snapdo.com,search.winamp.com,search.www.ee,search.yam.com,searchalot.com,searchcanvas.com,searchresults.verizon.com,searchthis.com,searchy.co.uk,sharelook.fr,skynet.be,sm.aport.ru,smart.delfi.lv,soso.com,sosodesktop.com,sougou.com,start.facemoods.com,start.iplay.com,startgoogle.startpagina.nl,suche.aolsvc.de,suche.gmx.net,suche.info,suchmaschine.com,suchnase.de,talktalk.co.uk,technorati.com,thesmartsearch.net,tixuma.de,toile.com,toolbarhome.com,trouvez.com,trovarapido.com,trusted--search.com,twingly.com,url.org,vinden.nl,vindex.nl,walhello.com,walhello.de,walhello.info,walhello.nl,web.canoe.ca,web.gougou.com,web.nl,web.volny.cz,webfetch.com,weborama.com,websearch.com,websearch.cs.com,witch.de,www1.astronaut.at,www2.austronaut.at,www3.zoek.nl,x-recherche.com,yasni.at,yasni.ch,yasni.co.uk,yasni.com,yasni.de,yatedo.com,yatedo.fr,yougoo.fr,ys.mirostart.com,zoeken.nl,zoohoo.cz
social::donanimhaber.com,forums.whirlpool.net.au,hocam.com,inci.sozlukspot.com,incisozluk.cc,incisozluk.com,instela.com,itusozluk.com,mastodon.online,mastodon.social,moikrug.ru,mylife.ru,myyearbook.com,paper.li,phanpy.social,sourceforge.net,sourtimes.org,sozluk.com,t.umblr.com,uludagsozluk.com,ulusozluk.com,vkrugudruzei.ru,wayn.com',
    CHR(  10)
  )) AS listed(brand)
  CROSS JOIN UNNEST(SPLIT(SPLIT_PART(brand, ':', 3), ',')) AS named(name)
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
    MIN(weight) AS weight,
    SUM(CASE WHEN eventtype = 'page_view' THEN weight ELSE 0 END) AS weighted_views,
    MIN_BY(COALESCE(page, ''), turn) AS first_page,
    MIN_BY(COALESCE(referrer, ''), turn) AS referrer,
    MIN_BY(utm, turn) AS utm,
    MIN_BY(COALESCE(advertised, ''), turn) AS clickid,
    ARRAY_JOIN(ARRAY_AGG(click ORDER BY click) FILTER(WHERE
      NOT click IS NULL), CHR(  10)) AS clicked,
    MIN_BY(location, turn) AS location,
    MIN_BY(device, turn) AS device,
    MIN_BY(COALESCE(visitorid, ''), turn) AS visitorid,
    MIN_BY(COALESCE(sessionid, ''), turn) AS sessionid,
    MAX(userid) AS userid,
    MIN(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS entry,
    MAX(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS leaving
  FROM (
    SELECT
      *,
      CASE
        WHEN utm.campaign <> ''
        THEN CONCAT_WS(
          CHR(  9),
          COALESCE(utm.source, ''),
          COALESCE(utm.medium, ''),
          utm.campaign,
          COALESCE(advertised, '')
        ) || CASE
          WHEN COALESCE(utm.source, '') = ''
          THEN CONCAT_WS(CHR(  9), '', COALESCE(referrer, ''), page)
          ELSE ''
        END
      END AS click
    FROM (
      SELECT
        *,
        CASE
          WHEN clickid = 'fbclid' AND device.browser = 'Instagram'
          THEN 'instagram'
          ELSE clickid
        END AS advertised
      FROM nearby_hits
      WHERE
        NOT visitkey IS NULL
    ) AS known
  ) AS named
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
    weight,
    weighted_views,
    first_page,
    referrer,
    utm,
    clickid,
    clicked,
    location,
    device,
    visitorid,
    sessionid,
    userid,
    entry,
    leaving,
    source,
    medium,
    campaign,
    CASE
      WHEN REGEXP_LIKE(LOWER(campaign), 'cross-network')
      THEN 'Cross-network'
      WHEN is_paid AND (
        kind = 'shop' OR is_shopping
      )
      THEN 'Paid Shopping'
      WHEN is_paid AND kind = 'search'
      THEN 'Paid Search'
      WHEN is_paid AND kind = 'social'
      THEN 'Paid Social'
      WHEN is_paid AND kind = 'video'
      THEN 'Paid Video'
      WHEN kind = 'display'
      OR REGEXP_LIKE(medium, '^(display|banner|expandable|interstitial|cpm)\z')
      THEN 'Display'
      WHEN is_paid
      THEN 'Paid Other'
      WHEN kind = 'ai'
      THEN 'AI Assistants'
      WHEN kind = 'shop' OR is_shopping
      THEN 'Organic Shopping'
      WHEN kind = 'social' OR REGEXP_LIKE(medium, 'social|^sm$')
      THEN 'Organic Social'
      WHEN kind = 'video' OR REGEXP_LIKE(medium, 'video')
      THEN 'Organic Video'
      WHEN kind = 'search' OR medium = 'organic'
      THEN 'Organic Search'
      WHEN kind = 'mail' OR REGEXP_LIKE(medium, '^e[ _-]?mail|newsletter')
      THEN 'Email'
      WHEN REGEXP_LIKE(medium, '^affiliate')
      THEN 'Affiliates'
      WHEN medium IN ('referral', 'app', 'link') OR (
        is_referred AND medium IS NULL
      )
      THEN 'Referral'
      WHEN medium = 'audio'
      THEN 'Audio'
      WHEN source = 'sms' OR medium = 'sms'
      THEN 'SMS'
      WHEN REGEXP_LIKE(medium, 'push\z|mobile|notification') OR source = 'firebase'
      THEN 'Mobile Push Notifications'
      WHEN source IS NULL AND medium IS NULL AND campaign IS NULL
      THEN 'Direct'
      ELSE 'Unassigned'
    END AS channel
  FROM (
    SELECT
      *,
      REGEXP_LIKE(LOWER(campaign), '(^|[^a-df-z])shop|shopping') AS is_shopping,
      COALESCE(NULLIF(SPLIT_PART(brand, CHR(  9), 2), ''), said) AS source,
      CASE
        WHEN NOT brand IS NULL
        THEN SPLIT_PART(brand, CHR(  9), 1)
        WHEN REGEXP_LIKE(
          said,
          '(^|[.])(([a-z0-9]+-)?(search|suche|szukaj|busca|buscador|recherche|pesquisa|ricerca|hledani|poisk|zoek|sok|arama)[0-9]*(-[a-z0-9]+)?[.][^.]+|(search|suche|busca|cherche|recherche|ricerc)[a-z0-9-]*[.][^.]{4,})[.]|(^|[.])([a-z0-9-]*[^e.])?search[.]((com?[.])?[a-z]{2}|[a-z]{3,4})\z'
        )
        THEN 'search'
        WHEN REGEXP_LIKE(
          said,
          '[.]social\z|^social[.]|(todon|mstdn|pixelfed|misskey|lemmy|pleroma|friendica)[a-z0-9-]*[.]'
        )
        THEN 'social'
      END AS kind
    FROM (
      SELECT
        s.*,
        COALESCE(
          ELEMENT_AT(listed.brands, s.name),
          ELEMENT_AT(listed.brands, NULLIF(REGEXP_EXTRACT(s.name, '[^.]+[.][^.]+[.][^.]+\z'), '')),
          CASE
            WHEN REGEXP_LIKE(s.said, '(^|[.])(web|e-?)?mail[0-9]*[.][^.]+[.]')
            THEN 'mail'
          END,
          ELEMENT_AT(listed.brands, NULLIF(REGEXP_EXTRACT(s.name, '[^.]+[.][^.]+\z'), ''))
        ) AS brand
      FROM (
        SELECT
          *,
          REGEXP_REPLACE(
            said,
            '(^|[.])(aliexpress|altavista|amazon|aol|baidu|bing|blogspot|ebay|exalead|excite|galaxus|ggoogle|glassdoor|gmx|goggle|gogle|gogole|googe|googel|google|googlee|goolge|gooogle|gppgle|habbo|hotbot|hotmail|idealo|ixquick|izito|kaufland|kelkoo|lastfm|lazada|lycos|mercadolibre|msn|myheritage|pinterest|pricerunner|rakuten|shein|shopee|shopzilla|tripadvisor|vinted|walmart|yahoo|yandex|yelp|zalando|zapmeta|zapmetasearch|zoho)[.](com|(com?[.])?[a-z]{2})\z',
            '$1$2.*'
          ) AS name
        FROM (
          SELECT
            *,
            utm_source IS NULL AND NOT host IS NULL AS is_referred,
            (
              NOT medium IS NULL
              AND REGEXP_LIKE(medium, 'cp|^(ppc|ads?|sem|retargeting|remarketing)$|(^|[^a-z])paid')
            )
            OR NOT COALESCE(advertised, 'fbclid') IN ('fbclid', 'instagram') AS is_paid,
            COALESCE(REGEXP_REPLACE(utm_source, '^www[.]', ''), host, advertised) AS said
          FROM (
            SELECT
              *,
              NULLIF(REGEXP_REPLACE(campaign_said, '^[\t-\r ]+|[\t-\r ]+\z', ''), '') AS campaign,
              NULLIF(
                REGEXP_REPLACE(
                  REGEXP_REPLACE(source_said, '^[\t-\r ]+|[\t-\r ]+\z', ''),
                  '^([(](direct|none|not set)[)]|direct)\z',
                  ''
                ),
                ''
              ) AS utm_source,
              NULLIF(
                REGEXP_REPLACE(
                  REGEXP_REPLACE(medium_said, '^[\t-\r ]+|[\t-\r ]+\z', ''),
                  '^[(](none|not set)[)]\z',
                  ''
                ),
                ''
              ) AS medium,
              CASE
                WHEN referred LIKE '%://%'
                THEN NULLIF(
                  NULLIF(
                    REGEXP_EXTRACT(LOWER(referred), '^[a-z][a-z0-9+.-]*://([^/?#@]*@)?(www[.])?([^/:?#]+)', 3),
                    ''
                  ),
                  COALESCE(
                    NULLIF(
                      REGEXP_EXTRACT(LOWER(landing), '^[a-z][a-z0-9+.-]*://([^/?#@]*@)?(www[.])?([^/:?#]+)', 3),
                      ''
                    ),
                    ''
                  )
                )
              END AS host
            FROM (
              SELECT
                *,
                LOWER(utm.source) AS source_said,
                LOWER(utm.medium) AS medium_said,
                utm.campaign AS campaign_said,
                referrer AS referred,
                first_page AS landing,
                NULLIF(clickid, '') AS advertised
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
                  MIN(weight) AS weight,
                  SUM(weighted_views) AS weighted_views,
                  MIN_BY(first_page, began) AS first_page,
                  MIN_BY(referrer, began) AS referrer,
                  MIN_BY(utm, began) AS utm,
                  MIN_BY(clickid, began) AS clickid,
                  ARRAY_JOIN(ARRAY_AGG(NULLIF(clicked, '') ORDER BY began), CHR(  10)) AS clicked,
                  MIN_BY(location, began) AS location,
                  MIN_BY(device, began) AS device,
                  MIN_BY(visitorid, began) AS visitorid,
                  MIN_BY(sessionid, began) AS sessionid,
                  MAX(userid) AS userid,
                  MIN(entry) AS entry,
                  MAX(leaving) AS leaving
                FROM (
                  SELECT
                    *,
                    MAX(opened) OVER (
                      PARTITION BY visitkey
                      ORDER BY began
                      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                    ) AS opening
                  FROM (
                    SELECT
                      *,
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
            ) AS parted
          ) AS trimmed
        ) AS named
      ) AS s
      CROSS JOIN (
        SELECT
          MAP_AGG(name, kind || CHR(  9) || source) AS brands
        FROM brands
      ) AS listed
    ) AS found
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
    weight,
    weighted_views,
    visitkey AS unit,
    source,
    medium,
    campaign,
    channel,
    clicked,
    NULLIF(location.country, '') AS country,
    NULLIF(location.city, '') AS city,
    NULLIF(device.device_type, '') AS device_type,
    NULLIF(device.browser, '') AS browser,
    NULLIF(device.os, '') AS os
  FROM spans
)
SELECT
  currency,
  channel,
  source,
  CAST(ROUND(COALESCE(SUM(weight), 0)) AS BIGINT) AS orders,
  ROUND(SUM(weighted) / 1e3, 3) AS revenue,
  ROUND(SUM(weighted) / 1e3 / SUM(weight), 2) AS average
FROM (
  SELECT
    a.currency,
    COALESCE(v.channel, '(no visit)') AS channel,
    COALESCE(v.source, '(none)') AS source,
    a.weighted,
    a.weight,
    a.unit
  FROM amounts AS a
  LEFT JOIN nearby_visits AS v
    ON v.visitkey = a.visitkey AND a.instant BETWEEN v.began AND v.finished
  WHERE
    NOT a.thousandths IS NULL
) AS ordered
GROUP BY
  currency,
  channel,
  source
ORDER BY
  currency,
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
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp,
      CASE WHEN sampleweight BETWEEN 1e0 AND 1e12 THEN sampleweight ELSE 1e0 END AS weight
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
    COALESCE(sessionid, visitorid, eventid) AS unit,
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
    END AS thousandths,
    CASE
      WHEN ABS(amount) <= 1e12
      THEN CAST(CAST(GREATEST(LEAST(ROUND(weight * ROUND(1e3 * amount)), 9e18), -9e18) AS BIGINT) AS DECIMAL(38, 0))
    END AS weighted,
    weight,
    unit
  FROM (
    SELECT
      visitkey,
      instant,
      local_day,
      weight,
      unit,
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
        weight,
        unit,
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
  CAST(ROUND(COALESCE(SUM(weight), 0)) AS BIGINT) AS orders,
  ROUND(SUM(weighted) / 1e3, 3) AS revenue
FROM amounts
WHERE
  NOT thousandths IS NULL
GROUP BY
  local_day,
  currency
ORDER BY
  day,
  currency;

-- Script and no script: crawlers by page
-- Which page each crawler, AI crawler, assistant and program asked for, by the access logs, and how often.
WITH requests AS (
  SELECT
    *,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(stamp), 'UTC'), '%Y-%m-%d')
    END AS local_day,
    cs_method = 'GET'
    AND sc_status IN (200, 304)
    AND NOT REGEXP_LIKE(
      LOWER(cs_uri_stem),
      '\.(?:css|js|mjs|map|wasm|webmanifest|json|xml|rss|atom|txt|csv|avif|bmp|gif|ico|jpe?g|png|svg|tiff?|webp|eot|otf|ttf|woff2?|avi|flv|m4[av]|mov|mp[34]|mpe?g|og[agv]|swf|wav|webm|docx?|pdf|pptx?|xlsx?|7z|bz2|dmg|exe|gz|iso|rar|tar|tgz|xz|zip|zst)\z'
    ) AS is_page,
    CASE WHEN referring <> '' AND referring <> site THEN referring END AS source
  FROM (
    SELECT
      *,
      CONCAT("date", 'T', "time", '.000Z') AS stamp,
      NULLIF(c_ip, '-') AS address,
      REGEXP_REPLACE(LOWER(x_host_header), '^www\.|:[0-9]+\z', '') AS site,
      REGEXP_REPLACE(
        LOWER(REGEXP_EXTRACT(cs_referer, '^[A-Za-z]+://([^/?#]+)', 1)),
        '^www\.|:[0-9]+\z',
        ''
      ) AS referring
    FROM TABLE_NAME_access AS access
    WHERE
      dt BETWEEN '2026-11-01' AND '2026-11-30'
  ) AS dated
  WHERE
    NOT sc_status IS NULL
    AND (
      'UTC' = 'UTC'
      OR (
        stamp >= '2026-11-01T00:00:00.000Z' AND stamp < '2026-12-01T00:00:00.000Z'
      )
    )
), agents AS (
  SELECT
    cs_user_agent,
    agent,
    CASE found
      WHEN 'assistant'
      THEN assistant
      WHEN 'ai'
      THEN ai
      WHEN 'person'
      THEN NULL
      ELSE COALESCE(named, called, said)
    END AS name,
    CASE found WHEN 'named' THEN 'crawler' WHEN 'listed' THEN 'crawler' ELSE found END AS kind
  FROM (
    SELECT
      *,
      CASE
        WHEN NOT assistant IS NULL
        THEN 'assistant'
        WHEN NOT ai IS NULL
        THEN 'ai'
        WHEN REGEXP_LIKE(said, '(?i)bot|crawl|spider')
        THEN 'named'
        WHEN REGEXP_LIKE(
          said,
          'Feedfetcher-Google|Mediapartners-Google|APIs-Google|Google-InspectionTool|GoogleOther|Slurp|Nutch|BIGLOTRON|Teoma|convera|Gigablast|ia_archiver|webmon |grub\.org|netresearchserver|speedy|fluffy|findlink|panscient|ips-agent|yanga|CyberPatrol|postrank|Turnitin|page2rss|linkdex|ezooms|heritrix|findthatfile|europarchive\.org|(sistrix|SISTRIX) [cC]rawler|mappydata|eright|Apercite|Aboundex|summify|ec2linkfinder|facebookexternalhit|Yeti|RetrevoPageAnalyzer|wotbox|ichiro|drupact|coccoc|integromedb|siteexplorer\.info|proximic|changedetection|WeSEE:Search|CC Metadata Scaper|g00g1e\.net|binlar|A6-Indexer|ADmantX|MegaIndex|ltx71|BUbiNG|Qwantify|lipperhey|Y!J|AddThis|MetaURI|Livelap[bB]ot|CapsuleChecker|collection@infegy\.com|DeuSu/|Sysomos|Trove|deadlinkchecker|Slack-ImgProxy|Embedly|iskanie|SkypeUriPreview|Google-Adwords-Instant|electricmonk|BingPreview/|Yahoo Link Preview|Daum/|Xenu Link Sleuth|[pP]ingdom|AppInsights|PhantomJS|Jetslide|newsharecounts|Bark[rR]owler|TinEye|LinkArchiver|YaK/|Digg Deeper|Snacktory|NING/|Nuzzel|omgili|PocketParser|um-LN|MuckRack|NetcraftSurveyAgent|AppEngine-Google|Upflow|Thinklab|Traackr\.com|Twurly|Mastodon|BrandVerity|check_http|EZID|^LCC |Buck/|Genieo|MeltwaterNews|Moreover|ScoutJet|(^| )sentry/|seoscanners|Hatena|Google Web Preview|adscanner|Netvibes|Baidu-YunGuanCe|Disqus|Feedly|Fetch/|Flamingo_SearchEngine|FlipboardProxy|G2 Web Services|vkShare|Siteimprove\.com|DareBoost|Miniflux/|Feedspot|SEOkicks|tracemyfile|zgrab|PR-CY\.RU|Datafeedwatch|Zabbix|google-xrawler|Pulsepoint |CloudFlare-AlwaysOnline|Cloudflare-Healthchecks|Cloudflare-Traffic-Manager|CloudFlare-Prefetch|Cloudflare-SSLDetector|https://developers\.cloudflare\.com/security-center/|Google-Structured-Data-Testing-Tool|WordupInfoSearch|WebDataStats|outbrain|W3C_Validator|Validator\.nu|W3C-checklink|W3C-mobileOK|W3C_I18n-Checker|FeedValidator|W3C_CSS_Validator|W3C_Unicorn|Google-PhysicalWeb|Blackboard|BazQux|Twingly|Rivva|Dataprovider\.com|GroupHigh/|theoldreader\.com|Nmap Scripting Engine|2ip\.ru|Clickagy|Google Favicon|HubSpot|Chrome-Lighthouse|HeadlessChrome|CheckMarkNetwork/|www\.uptime\.com|MixnodeCache/|SimpleScraper|fedoraplanet|Friendica|NextCloud|Tiny Tiny RSS|Datanyze|Google-Site-Verification|TrendsmapResolver|tweetedtimes|Gwene|SimplePie|SearchAtlas|Superfeedr|AmazonProductDiscovery|AmazonSellerInitiatedListing|FreeWebMonitoring SiteChecker|Domains Project/|Pandalytics|PagePeeker/|Vigil/|seewithkids|BlogTraffic/[0-9]\.[0-9]+ Feed-Fetcher|Cincraw|FreshRSS|Google-Certificates-Bridge|evc-batch|virustotal|(^| )PTST/|seostar\.co|Uptime-Kuma|Seekport|Feedbin|Snap URL Preview Service|RuxitSynthetic|Google-Read-Aloud|Valve/Steam|ChatGPT-User|woorankreview/|Google-Safety|search\.marginalia\.nu|hyscore\.io|SEOlizer|Synapse|deepnoc|hypestat|sempi\.tech|Iframely|MetaInspector|l9explore|OpenGraphCheck|developers\.google\.com/\+/web/snippet|MaCoCu|inoreader|NetSystemsResearch|PageThing|WordPress/|Expanse|InternetMeasurement|^BW/|[cC]laude[bB]ot|vercel-screenshot|facebookcatalog/|meta-externalads/|meta-externalagent/|meta-externalfetcher/|Lemmy|CookieHubScan|Hydrozen\.io|HTTP Banner Detection|MicrosoftPreview/|GeedoProductSearch|CensysInspect/|sitebulb|DatadogSynthetics|Google-Ads-Conversions|ObservePoint|Checkly|Claude-Web|anthropic-ai|Claude-User|Google-Extended|cohere-ai|CMSChecker|Wayback|Playwright|Puppeteer|Selenium|Nikto|sqlmap|ZmEu|masscan|WPScan|[aA]cunetix|Nessus|[dD]ir[Bb]uster|StatusCake|air\.ai/scanning|asnriskscorer|l9scan|Gemini-Deep-Research|Perplexity-User|PerplexityUser|meta-webindexer|MistralAI-User|webzio|newsai/|A360-Search|AccessStatus|Acquia optimize|ActiveComply|AlertSite|AllAfrica|Amazon-Bedrock-AgentCore-Browser|AmazonBuyForMe|Amzn-User|Anchor Browser|Anomura|Archive-It|artemis web reader|Attracta|Authory|Automaton|Newsify Feed Fetcher|BestChange|bigsur\.ai|BlingERP|Blockaid|Bloglines|BlogVault|bluesky-domain-status-classifier|Bluesky/|Bugsnag|Buttondown|CertChief|channable|Chirp|gotosocial|ClickUpLinkUnfurler|Cloudflare-AutoRAG|Cloudflare-Custom-Hostname-Verification|Cloudflare-Stream-Webhook|CloudflareRadarURLScanner|Cloudtrellis|[cC]ludo|Code/1\.|Collapsify|Convermax|cookie-maestro|CookieHubVerify|Crazy Egg|Current(?:.|\n)*RSS Reader|cypex\.ai/scanning|DigiCert DCV|dlvr\.it|Dotcom-Monitor|DrataAutopilot|DreamHost Data Team|ds9|elmah\.io Uptime Monitoring|EzLynx|FastDAST|Feeder /|FeedFlow|FindFiles\.net|Goodreads|Google Trust Services|Google-Agent|Google-Gemini-CLI|Google-NotebookLM|GoogleAgent-Mariner|Hardenize|Innologica|kagi-fetcher|Known Agent|laion-huggingface-processor|lyonl-asset-proxy|MagpieRSS|mail\.ru|MailChimp|Manus-User|MetaIAB Facebook|MontasticMonitor|NanoInteractive|Netcraft SSL Server Survey|Netcraft Web Server Survey|Netumo|netumo|NewRelicSynthetics|NewsRoom\.BI|Nitro-|Noibu|OneTrust|opencode-smartfetch|;Owler|PodchaserParser|Poggio-Citations|Qualys|RSiteAuditor|RSS\.Social|Scope3|scraping@nytimes\.com|Scrubby|seo4ajax\.com|SequelWP|ServerDensity|ShortPixel|Silktide|SiteLock|Software-Security-Research|SottopopNone|Splunk|ThousandEyes|Trae/|TwinAgent|um-FC|um-IC|UptimeStatistics|visionheight\.com/scan|Watchful|weborama-fetcher|WepchSearchEngine|WPMU DEV Hub|WTotem|ZoomInfo-|7Siters|Bling ERP|Dark Visitor|Determ|DNSScanner|eMoney Advisor|FediDB|FediIndex|FediList Agent|Fedineko|Fluid|kaikki\.org-digital-archive|Library Of Congress Web Archiving|MatchorySearch|ModatScanner|New York Times Newsgathering|NLUX_IAHarvester|seoLyt|Termly|TLS tester|WebZIP|WikiDo|ZyBorg|TerraCotta|caveman-hunter|Corporama matcher|CyotekWebCopy|Datadog Agent|EmailWolf|NicheIndex|HeadOnlyScraper|Impact\.com Agent|Keydrop\.io|SENTINEL-LinkCheck|linko|loopimprovements\.com|OWLer-W|Pixalate\.com|Poduptime|semantic-visions|Sindup|SiteSucker|SQWatcher|sv-watchagent|TSM-turingos|UGAResearchAgent|WebCapture|WebCopier|cognitiveseo\.com|XML Sitemaps Generator|adbeat\.com|AdminLabs|Adventurer|alexa site audit|alienfarm|allOrigins|AppSiteAssociation|Aragog/|Aranea|ArchiveBox|Asana/|Autoconfig Test from USTC|Bad Neighborhood Header Detector|BinaryCanary|Bitbucket-Webhooks|BlackDuck-FD|Blogtrottr|BDFetch|Brandwatch|brokenlinkcheck\.com|BW/|Bushbaby|rss-parser|CapitalOneShopping|Catchpoint|centuryb\.o\.t9|CERT PL|certytags|Charlotte|Chatwork LinkPreview|CheckHost|Goodzer|Chrome Privacy Preserving Prefetch Proxy|CirrusExplorer|CLASSLA-web|Cloudflare-Validator|cloudflare-csup|Cloudflare-Radar-Scanner|Cloudflare-SpeedTest|Cloudflare-Stream-Hook|CommaFeed|researchscan\.comsys\.rwth-aachen\.de|contentkingapp|Cotoyogi|Criticalcss\.com|cron-job\.org|DMBrowser|downnotifier\.com|DowntimeDetector/|Dlc/|EasyBib AutoCite|easybill-ImportManager|EasyCron/|easyDNS Monitoring|Cronless|crusty/|csirt\.cz|daumoa|Dead Link Checker|Detectify|Devin|Discourse Forum Onebox|EdgeWatch|Do Not Track Verifier|eRepublik\.tools|ExodusMovement|Ezgif|FastmailUA|Feed Image Audit|FeedBurner|feeder\.co|Feedwind|FirmoGraph|FlipboardRSS|Foregenix|Freespoke/|Funnelback|gdnplus\.com|getthit\.com|Ghost Inspector|github-camo|GlobalWebSearch|Golfe/|Google-Apps-Script|GoogleStackdriverMonitoring|GoogleAssociationService/|GoogleImageProxy|GoogleProducer|Google-Trust-Services/|Google-Area120|GoogleAssociationService$|GoogleDocs|GoPay|GotSiteMonitor\.com|synthetic-monitoring-agent/|Grammarly/|Grover/|GTmetrix|Verity/|HappyWing|hCardValidator|Hello World|HetrixTools|Honeybadger Uptime Check|HostTracker/|Hotjar|Hype Machine/|Web Screen Service By hyperhost|IFTTT/|ImageFetcher/|ImageMind|img2dataset|imgproxy/|Innguma/|Instapaper/|Integromat/|internetVista monitor|Irokez\.cz monitoring|iubenda-radar/|jetmon/|Jumio|keycdn-tools/|Klaviyo/|LAC_IAHarvester|LegalMonster|Let''s Encrypt|loc\.gov/programs/web-archiving|LinkTiger|LinkAce/|LinkWalker/|LogicMonitor|Magellan|magicsearchdev/|Magnet\.me-web/|MainWP/|Make/|ManageWP|MarketGoo/|MarketingMiner|Mavifinds|MB-LinkChecker|MediavineMetadataParser/|Meta-ExternalHit/|Metorik|Miniature\.io/|mirrorweb\.com|ModularConnector/|Mollie HTTP client|monitis -|MonitoRSS/|MonSpark/|montastic-monitor|MonTools\.com|MxToolbox|nbertaupete95|NetAPI|NetShelter ContentScan|NETVIGIE|nyt_scraping|NewsNow/|NLNZ_IAHarvester|NodePing|Nooshub/|Novaact/|Novellum|nvdorz|Odin;|Offline Explorer|OhDear/|Omnisend/|Online Domain Tools|WebCEO Online/|OpenGraph\.io/|OpenRSS|OpenVAS|Owler \(ows\.eu|Operator/|Orlo-LinkPreview/|Cozi-iCalendar-FeedReader|OutsellURLValidator|Overcast/|Pagespeed/|Panopta|parse\.ly scraper/|PayPal/|PDF24 URL To PDF|PingAdmin\.Ru/|pingping\.io/|PlayStore-Google|PocketCasts/|Potions/|PrintFriendly\.com|Pro-Sitemaps/|ProbelySPDR/|ProjectShield-UrlCheck|Blackbox Exporter/|Protopage/|PS_Daily/|pulsetic\.com|PWABuilderHttpAgent|Rackspace Monitoring/|Readable/|Recurly Webhooks/|RED/|Reelevant/|remove\.bg/|Retool/|RetroListeCOM/|RevvimGort/|reward-gateway|Riddler \(http://riddler\.io|RSSAPI/|rss2tg|SFDC-Callout/|page-preview-tool|Sansec Security Monitor/|GIFTEDVISITOR SCAN|Schema-Markup-Validator|Scoop\.it/|Searcherweb|Searcherxweb|SearchExpress|SecurityHeaders|SendGrid Event API|s4a/|SeoSiteCheckup|Server Density Service Monitoring|Shopify-Captain-Hook|Shortwave Image Fetcher|linkReader/|^Silk/|SinceraSyntheticUser/|Optimizer\)|Site24x7|SiteSearch360/|SiteUptime\.com|SnapURLPreview/|SnapchatAds/|Snipcart/|solarwinds/|Sora POS/|SparkShipping|SparkPost|Spawning-AI|IDG/EU|Specificfeeds|Spectate/|splash Version/|Rigor\)|TwinWaveScanner|SSL Labs \(https://www\.ssllabs\.com|Stape/|StartpagePrivateImageProxy/|StatistikAustria/|Stripe/|Sucuri|Svix-Webhooks/|SwifteqLinkChecker|Swisscows|Datadog Synthetic|TactiScout/|tchelebi/|bitdiscovery|Test Certificate Info|TestLocally/|TestURI|TextRazor|The Knowledge AI|TheInternetSearchx|Trellis-Services|trentwil\.es|Trustly/|TTD-Content|Tweakers|TwilioProxy/|UASlinkChecker/|Unshorten\.It\!|updown\.io|Uptime/|uptimedoctor|Uptimia|uptrends|Urlcheckr/|useeBookChecker/|Vagabondo/|VaultPress|vu-server-health-scanner/|WebsiteOps|WatchMouse|Web Measure/|Webflow|websitepulse|WebSniffer/|WSM/|WEDOS OnLine|WhatsMyIP\.org|WhatWeb/|Wheregoes\.com|wheresitup\.com/|Citoid|ZoteroTranslationServer/WMF|wmtips\.com/|Wordup-1|workona-favicon-service/|Indy Library|WJHRO/|WP Time Capsule|WPUmbrella|WPMU DEV Broken Link Checker|WPMUDEV Uptime Monitor|WPSec/|abuse\.xmco\.fr|XY-Archive-Compliance|Yahoo Ad monitoring|YahooMailProxy|YahooCacheSystem|YLT Chrome|YokoyGroupAG/|Zapier|Zendesk Webhook|Penthouse Critical Path CSS Generator|Google-AdWords-Express|Notion/|SSL Labs$|Tumblr/|upday/|watchTowr|PRTG Network Monitor|GeedoShopProductFinder|IsonAI-User|InfoSifter'
        )
        THEN 'listed'
        WHEN NOT REGEXP_LIKE(said, '^(?:Mozilla|Opera)/')
        THEN 'program'
        WHEN REGEXP_LIKE(said, '(?i)https?://|www[.]|[a-z0-9_.+-]@[a-z0-9_-]+[.][a-z]')
        THEN 'crawler'
        WHEN REGEXP_LIKE(
          said,
          '(?i)audit|checker|diagnostic|monitor(?:[^s]|\z)|proxy|synthetic|transcod|uptime|validat'
        )
        THEN 'crawler'
        WHEN REGEXP_LIKE(said, '[(;] ?compatible[;)]')
        AND NOT REGEXP_LIKE(said, 'compatible; ?(?:MSIE|Konqueror|U;|Linux|ANT|Windows|Opera|\))')
        THEN 'crawler'
        ELSE 'person'
      END AS found
    FROM (
      SELECT
        *,
        NULLIF(
          REGEXP_EXTRACT(
            said,
            '(?i)(Google-GeminiNotebook|Gemini-Deep-Research|meta-externalfetcher|GoogleAgent-Mariner|Google-NotebookLM|Google-Read-Aloud|Google-Pinpoint|Perplexity-User|MistralAI-User|PerplexityUser|ChatGPT Agent|ChatGPT-User|Google-Agent|kagi-fetcher|Claude-User|IsonAI-User|Manus-User|Amzn-User|cohere-ai|Devin/)',
            1
          ),
          ''
        ) AS assistant,
        NULLIF(
          REGEXP_EXTRACT(
            said,
            '(?i)(cohere-training-data-crawler|laion-huggingface-processor|ApifyWebsiteContentCrawler|Poseidon Research Crawler|TaraGroup Intelligent Bot|Google-CloudVertexBot|Sidetrade indexer bot|VelenPublicWebCrawler|ISSCyberRiskCrawler|Cloudflare-AutoRAG|meta-externalagent|AzureAI-SearchBot|Factset_spyderbot|Aranet-SearchBot|Claude-SearchBot|ExteContextCrawl|Poggio-Citations|semantic-visions|The Knowledge AI|YandexAdditional|LAIONDownloader|Meta-WebIndexer|SBIntuitionsBot|SemrushBot-OCOB|Amzn-SearchBot|ChatGLM-Spider|FirecrawlAgent|atlassian-bot|DuckAssistBot|KunatoCrawler|OAI-SearchBot|PerplexityBot|Reflectionbot|anthropic-ai|ExaSearchBot|ImagesiftBot|Kangaroo Bot|KlaviyoAIBot|QualifiedBot|TikTokSpider|TSM-turingos|AISearchBot|Channel3Bot|DeepSeekBot|FacebookBot|Flyriverbot|GoogleOther|ICC-Crawler|imageSpider|img2dataset|linkReader/|Spawning-AI|AIWebIndex|bedrockbot|Bytespider|Claude-Web|iaskspider|spider[.]com|TerraCotta|ZanistaBot|Amazonbot|bigsur[.]ai|Brightbot|ClaudeBot|ImageMind|KendraBot|LinerBot/|LinkupBot|panscient|TavilyBot|ApifyBot|Cotoyogi|crawl4ai|Novellum|PhindBot|QuillBot|Thinkbot|Timpibot|Andibot|Anomura|Diffbot|HenkBot|iAskBot|newsai/|ShapBot|AI2Bot|GPTBot|omgili|YouBot|CCBot)',
            1
          ),
          ''
        ) AS ai,
        NULLIF(REGEXP_EXTRACT(said, '(?i)[a-z0-9_.-]*(?:bot|crawl|spider)[a-z0-9_.-]*'), '') AS named,
        COALESCE(
          NULLIF(REGEXP_EXTRACT(said, 'compatible; ?([^;/)]+)', 1), ''),
          CASE
            WHEN NOT REGEXP_LIKE(said, '^Mozilla')
            THEN NULLIF(REGEXP_EXTRACT(said, '^[^/ (]+'), '')
          END
        ) AS called
      FROM (
        SELECT
          cs_user_agent,
          agent,
          REGEXP_REPLACE(REGEXP_REPLACE(agent, '(Android [0-9.]+;)[^);]*', '$1'), '(?i)cubot|botech', '') AS said
        FROM (
          SELECT
            cs_user_agent,
            COALESCE(
              SUBSTR(
                URL_EXTRACT_PATH(
                  '/' || REPLACE(REGEXP_REPLACE(cs_user_agent, '%25([0-9A-Fa-f][0-9A-Fa-f])', '%$1'), '?', '%3F')
                ),
                2
              ),
              cs_user_agent
            ) AS agent
          FROM (
            SELECT DISTINCT
              COALESCE(cs_user_agent, '-') AS cs_user_agent
            FROM requests
            WHERE
              is_page
          ) AS sent
        ) AS decoded
      ) AS spelled
    ) AS found
  ) AS known
), asked_pages AS (
  SELECT
    c.local_day,
    c.site,
    CASE
      WHEN c.stem LIKE '%/' OR c.stem LIKE '%/?%' OR c.stem LIKE '%/index.html%'
      THEN REGEXP_REPLACE(
        REGEXP_REPLACE(c.stem, '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
        '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
        '$1$2'
      )
      ELSE c.stem
    END AS page,
    c.address,
    a.agent,
    a.kind,
    a.name,
    c.requests
  FROM (
    SELECT
      local_day,
      NULLIF(site, '-') AS site,
      CASE
        WHEN cs_uri_stem LIKE '%\%25%' ESCAPE '\'
        THEN REGEXP_REPLACE(cs_uri_stem, '%25([0-9A-Fa-f][0-9A-Fa-f])', '%$1')
        ELSE cs_uri_stem
      END AS stem,
      address,
      COALESCE(cs_user_agent, '-') AS cs_user_agent,
      COUNT(*) AS requests
    FROM requests
    WHERE
      is_page
      AND (
        sc_content_type IS NULL
        OR sc_content_type = '-'
        OR REGEXP_LIKE(sc_content_type, '(?i)^(?:text/html|application/xhtml)')
      )
    GROUP BY
      local_day,
      site,
      cs_uri_stem,
      address,
      cs_user_agent
  ) AS c
  JOIN agents AS a
    ON a.cs_user_agent = c.cs_user_agent
)
SELECT
  page,
  kind,
  name,
  CAST(SUM(requests) AS BIGINT) AS requests
FROM asked_pages
WHERE
  kind <> 'person'
GROUP BY
  page,
  kind,
  name
ORDER BY
  requests DESC,
  page,
  kind,
  name
LIMIT 50;

-- Script and no script: crawlers by name
-- Which crawlers, AI crawlers (kind ai), assistants that fetch for somebody, and programs asked for pages, by the
-- access logs: by the name in their user agent, which anybody may write: requests, pages, addresses, and the last day.
WITH requests AS (
  SELECT
    *,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(stamp), 'UTC'), '%Y-%m-%d')
    END AS local_day,
    cs_method = 'GET'
    AND sc_status IN (200, 304)
    AND NOT REGEXP_LIKE(
      LOWER(cs_uri_stem),
      '\.(?:css|js|mjs|map|wasm|webmanifest|json|xml|rss|atom|txt|csv|avif|bmp|gif|ico|jpe?g|png|svg|tiff?|webp|eot|otf|ttf|woff2?|avi|flv|m4[av]|mov|mp[34]|mpe?g|og[agv]|swf|wav|webm|docx?|pdf|pptx?|xlsx?|7z|bz2|dmg|exe|gz|iso|rar|tar|tgz|xz|zip|zst)\z'
    ) AS is_page,
    CASE WHEN referring <> '' AND referring <> site THEN referring END AS source
  FROM (
    SELECT
      *,
      CONCAT("date", 'T', "time", '.000Z') AS stamp,
      NULLIF(c_ip, '-') AS address,
      REGEXP_REPLACE(LOWER(x_host_header), '^www\.|:[0-9]+\z', '') AS site,
      REGEXP_REPLACE(
        LOWER(REGEXP_EXTRACT(cs_referer, '^[A-Za-z]+://([^/?#]+)', 1)),
        '^www\.|:[0-9]+\z',
        ''
      ) AS referring
    FROM TABLE_NAME_access AS access
    WHERE
      dt BETWEEN '2026-11-01' AND '2026-11-30'
  ) AS dated
  WHERE
    NOT sc_status IS NULL
    AND (
      'UTC' = 'UTC'
      OR (
        stamp >= '2026-11-01T00:00:00.000Z' AND stamp < '2026-12-01T00:00:00.000Z'
      )
    )
), agents AS (
  SELECT
    cs_user_agent,
    agent,
    CASE found
      WHEN 'assistant'
      THEN assistant
      WHEN 'ai'
      THEN ai
      WHEN 'person'
      THEN NULL
      ELSE COALESCE(named, called, said)
    END AS name,
    CASE found WHEN 'named' THEN 'crawler' WHEN 'listed' THEN 'crawler' ELSE found END AS kind
  FROM (
    SELECT
      *,
      CASE
        WHEN NOT assistant IS NULL
        THEN 'assistant'
        WHEN NOT ai IS NULL
        THEN 'ai'
        WHEN REGEXP_LIKE(said, '(?i)bot|crawl|spider')
        THEN 'named'
        WHEN REGEXP_LIKE(
          said,
          'Feedfetcher-Google|Mediapartners-Google|APIs-Google|Google-InspectionTool|GoogleOther|Slurp|Nutch|BIGLOTRON|Teoma|convera|Gigablast|ia_archiver|webmon |grub\.org|netresearchserver|speedy|fluffy|findlink|panscient|ips-agent|yanga|CyberPatrol|postrank|Turnitin|page2rss|linkdex|ezooms|heritrix|findthatfile|europarchive\.org|(sistrix|SISTRIX) [cC]rawler|mappydata|eright|Apercite|Aboundex|summify|ec2linkfinder|facebookexternalhit|Yeti|RetrevoPageAnalyzer|wotbox|ichiro|drupact|coccoc|integromedb|siteexplorer\.info|proximic|changedetection|WeSEE:Search|CC Metadata Scaper|g00g1e\.net|binlar|A6-Indexer|ADmantX|MegaIndex|ltx71|BUbiNG|Qwantify|lipperhey|Y!J|AddThis|MetaURI|Livelap[bB]ot|CapsuleChecker|collection@infegy\.com|DeuSu/|Sysomos|Trove|deadlinkchecker|Slack-ImgProxy|Embedly|iskanie|SkypeUriPreview|Google-Adwords-Instant|electricmonk|BingPreview/|Yahoo Link Preview|Daum/|Xenu Link Sleuth|[pP]ingdom|AppInsights|PhantomJS|Jetslide|newsharecounts|Bark[rR]owler|TinEye|LinkArchiver|YaK/|Digg Deeper|Snacktory|NING/|Nuzzel|omgili|PocketParser|um-LN|MuckRack|NetcraftSurveyAgent|AppEngine-Google|Upflow|Thinklab|Traackr\.com|Twurly|Mastodon|BrandVerity|check_http|EZID|^LCC |Buck/|Genieo|MeltwaterNews|Moreover|ScoutJet|(^| )sentry/|seoscanners|Hatena|Google Web Preview|adscanner|Netvibes|Baidu-YunGuanCe|Disqus|Feedly|Fetch/|Flamingo_SearchEngine|FlipboardProxy|G2 Web Services|vkShare|Siteimprove\.com|DareBoost|Miniflux/|Feedspot|SEOkicks|tracemyfile|zgrab|PR-CY\.RU|Datafeedwatch|Zabbix|google-xrawler|Pulsepoint |CloudFlare-AlwaysOnline|Cloudflare-Healthchecks|Cloudflare-Traffic-Manager|CloudFlare-Prefetch|Cloudflare-SSLDetector|https://developers\.cloudflare\.com/security-center/|Google-Structured-Data-Testing-Tool|WordupInfoSearch|WebDataStats|outbrain|W3C_Validator|Validator\.nu|W3C-checklink|W3C-mobileOK|W3C_I18n-Checker|FeedValidator|W3C_CSS_Validator|W3C_Unicorn|Google-PhysicalWeb|Blackboard|BazQux|Twingly|Rivva|Dataprovider\.com|GroupHigh/|theoldreader\.com|Nmap Scripting Engine|2ip\.ru|Clickagy|Google Favicon|HubSpot|Chrome-Lighthouse|HeadlessChrome|CheckMarkNetwork/|www\.uptime\.com|MixnodeCache/|SimpleScraper|fedoraplanet|Friendica|NextCloud|Tiny Tiny RSS|Datanyze|Google-Site-Verification|TrendsmapResolver|tweetedtimes|Gwene|SimplePie|SearchAtlas|Superfeedr|AmazonProductDiscovery|AmazonSellerInitiatedListing|FreeWebMonitoring SiteChecker|Domains Project/|Pandalytics|PagePeeker/|Vigil/|seewithkids|BlogTraffic/[0-9]\.[0-9]+ Feed-Fetcher|Cincraw|FreshRSS|Google-Certificates-Bridge|evc-batch|virustotal|(^| )PTST/|seostar\.co|Uptime-Kuma|Seekport|Feedbin|Snap URL Preview Service|RuxitSynthetic|Google-Read-Aloud|Valve/Steam|ChatGPT-User|woorankreview/|Google-Safety|search\.marginalia\.nu|hyscore\.io|SEOlizer|Synapse|deepnoc|hypestat|sempi\.tech|Iframely|MetaInspector|l9explore|OpenGraphCheck|developers\.google\.com/\+/web/snippet|MaCoCu|inoreader|NetSystemsResearch|PageThing|WordPress/|Expanse|InternetMeasurement|^BW/|[cC]laude[bB]ot|vercel-screenshot|facebookcatalog/|meta-externalads/|meta-externalagent/|meta-externalfetcher/|Lemmy|CookieHubScan|Hydrozen\.io|HTTP Banner Detection|MicrosoftPreview/|GeedoProductSearch|CensysInspect/|sitebulb|DatadogSynthetics|Google-Ads-Conversions|ObservePoint|Checkly|Claude-Web|anthropic-ai|Claude-User|Google-Extended|cohere-ai|CMSChecker|Wayback|Playwright|Puppeteer|Selenium|Nikto|sqlmap|ZmEu|masscan|WPScan|[aA]cunetix|Nessus|[dD]ir[Bb]uster|StatusCake|air\.ai/scanning|asnriskscorer|l9scan|Gemini-Deep-Research|Perplexity-User|PerplexityUser|meta-webindexer|MistralAI-User|webzio|newsai/|A360-Search|AccessStatus|Acquia optimize|ActiveComply|AlertSite|AllAfrica|Amazon-Bedrock-AgentCore-Browser|AmazonBuyForMe|Amzn-User|Anchor Browser|Anomura|Archive-It|artemis web reader|Attracta|Authory|Automaton|Newsify Feed Fetcher|BestChange|bigsur\.ai|BlingERP|Blockaid|Bloglines|BlogVault|bluesky-domain-status-classifier|Bluesky/|Bugsnag|Buttondown|CertChief|channable|Chirp|gotosocial|ClickUpLinkUnfurler|Cloudflare-AutoRAG|Cloudflare-Custom-Hostname-Verification|Cloudflare-Stream-Webhook|CloudflareRadarURLScanner|Cloudtrellis|[cC]ludo|Code/1\.|Collapsify|Convermax|cookie-maestro|CookieHubVerify|Crazy Egg|Current(?:.|\n)*RSS Reader|cypex\.ai/scanning|DigiCert DCV|dlvr\.it|Dotcom-Monitor|DrataAutopilot|DreamHost Data Team|ds9|elmah\.io Uptime Monitoring|EzLynx|FastDAST|Feeder /|FeedFlow|FindFiles\.net|Goodreads|Google Trust Services|Google-Agent|Google-Gemini-CLI|Google-NotebookLM|GoogleAgent-Mariner|Hardenize|Innologica|kagi-fetcher|Known Agent|laion-huggingface-processor|lyonl-asset-proxy|MagpieRSS|mail\.ru|MailChimp|Manus-User|MetaIAB Facebook|MontasticMonitor|NanoInteractive|Netcraft SSL Server Survey|Netcraft Web Server Survey|Netumo|netumo|NewRelicSynthetics|NewsRoom\.BI|Nitro-|Noibu|OneTrust|opencode-smartfetch|;Owler|PodchaserParser|Poggio-Citations|Qualys|RSiteAuditor|RSS\.Social|Scope3|scraping@nytimes\.com|Scrubby|seo4ajax\.com|SequelWP|ServerDensity|ShortPixel|Silktide|SiteLock|Software-Security-Research|SottopopNone|Splunk|ThousandEyes|Trae/|TwinAgent|um-FC|um-IC|UptimeStatistics|visionheight\.com/scan|Watchful|weborama-fetcher|WepchSearchEngine|WPMU DEV Hub|WTotem|ZoomInfo-|7Siters|Bling ERP|Dark Visitor|Determ|DNSScanner|eMoney Advisor|FediDB|FediIndex|FediList Agent|Fedineko|Fluid|kaikki\.org-digital-archive|Library Of Congress Web Archiving|MatchorySearch|ModatScanner|New York Times Newsgathering|NLUX_IAHarvester|seoLyt|Termly|TLS tester|WebZIP|WikiDo|ZyBorg|TerraCotta|caveman-hunter|Corporama matcher|CyotekWebCopy|Datadog Agent|EmailWolf|NicheIndex|HeadOnlyScraper|Impact\.com Agent|Keydrop\.io|SENTINEL-LinkCheck|linko|loopimprovements\.com|OWLer-W|Pixalate\.com|Poduptime|semantic-visions|Sindup|SiteSucker|SQWatcher|sv-watchagent|TSM-turingos|UGAResearchAgent|WebCapture|WebCopier|cognitiveseo\.com|XML Sitemaps Generator|adbeat\.com|AdminLabs|Adventurer|alexa site audit|alienfarm|allOrigins|AppSiteAssociation|Aragog/|Aranea|ArchiveBox|Asana/|Autoconfig Test from USTC|Bad Neighborhood Header Detector|BinaryCanary|Bitbucket-Webhooks|BlackDuck-FD|Blogtrottr|BDFetch|Brandwatch|brokenlinkcheck\.com|BW/|Bushbaby|rss-parser|CapitalOneShopping|Catchpoint|centuryb\.o\.t9|CERT PL|certytags|Charlotte|Chatwork LinkPreview|CheckHost|Goodzer|Chrome Privacy Preserving Prefetch Proxy|CirrusExplorer|CLASSLA-web|Cloudflare-Validator|cloudflare-csup|Cloudflare-Radar-Scanner|Cloudflare-SpeedTest|Cloudflare-Stream-Hook|CommaFeed|researchscan\.comsys\.rwth-aachen\.de|contentkingapp|Cotoyogi|Criticalcss\.com|cron-job\.org|DMBrowser|downnotifier\.com|DowntimeDetector/|Dlc/|EasyBib AutoCite|easybill-ImportManager|EasyCron/|easyDNS Monitoring|Cronless|crusty/|csirt\.cz|daumoa|Dead Link Checker|Detectify|Devin|Discourse Forum Onebox|EdgeWatch|Do Not Track Verifier|eRepublik\.tools|ExodusMovement|Ezgif|FastmailUA|Feed Image Audit|FeedBurner|feeder\.co|Feedwind|FirmoGraph|FlipboardRSS|Foregenix|Freespoke/|Funnelback|gdnplus\.com|getthit\.com|Ghost Inspector|github-camo|GlobalWebSearch|Golfe/|Google-Apps-Script|GoogleStackdriverMonitoring|GoogleAssociationService/|GoogleImageProxy|GoogleProducer|Google-Trust-Services/|Google-Area120|GoogleAssociationService$|GoogleDocs|GoPay|GotSiteMonitor\.com|synthetic-monitoring-agent/|Grammarly/|Grover/|GTmetrix|Verity/|HappyWing|hCardValidator|Hello World|HetrixTools|Honeybadger Uptime Check|HostTracker/|Hotjar|Hype Machine/|Web Screen Service By hyperhost|IFTTT/|ImageFetcher/|ImageMind|img2dataset|imgproxy/|Innguma/|Instapaper/|Integromat/|internetVista monitor|Irokez\.cz monitoring|iubenda-radar/|jetmon/|Jumio|keycdn-tools/|Klaviyo/|LAC_IAHarvester|LegalMonster|Let''s Encrypt|loc\.gov/programs/web-archiving|LinkTiger|LinkAce/|LinkWalker/|LogicMonitor|Magellan|magicsearchdev/|Magnet\.me-web/|MainWP/|Make/|ManageWP|MarketGoo/|MarketingMiner|Mavifinds|MB-LinkChecker|MediavineMetadataParser/|Meta-ExternalHit/|Metorik|Miniature\.io/|mirrorweb\.com|ModularConnector/|Mollie HTTP client|monitis -|MonitoRSS/|MonSpark/|montastic-monitor|MonTools\.com|MxToolbox|nbertaupete95|NetAPI|NetShelter ContentScan|NETVIGIE|nyt_scraping|NewsNow/|NLNZ_IAHarvester|NodePing|Nooshub/|Novaact/|Novellum|nvdorz|Odin;|Offline Explorer|OhDear/|Omnisend/|Online Domain Tools|WebCEO Online/|OpenGraph\.io/|OpenRSS|OpenVAS|Owler \(ows\.eu|Operator/|Orlo-LinkPreview/|Cozi-iCalendar-FeedReader|OutsellURLValidator|Overcast/|Pagespeed/|Panopta|parse\.ly scraper/|PayPal/|PDF24 URL To PDF|PingAdmin\.Ru/|pingping\.io/|PlayStore-Google|PocketCasts/|Potions/|PrintFriendly\.com|Pro-Sitemaps/|ProbelySPDR/|ProjectShield-UrlCheck|Blackbox Exporter/|Protopage/|PS_Daily/|pulsetic\.com|PWABuilderHttpAgent|Rackspace Monitoring/|Readable/|Recurly Webhooks/|RED/|Reelevant/|remove\.bg/|Retool/|RetroListeCOM/|RevvimGort/|reward-gateway|Riddler \(http://riddler\.io|RSSAPI/|rss2tg|SFDC-Callout/|page-preview-tool|Sansec Security Monitor/|GIFTEDVISITOR SCAN|Schema-Markup-Validator|Scoop\.it/|Searcherweb|Searcherxweb|SearchExpress|SecurityHeaders|SendGrid Event API|s4a/|SeoSiteCheckup|Server Density Service Monitoring|Shopify-Captain-Hook|Shortwave Image Fetcher|linkReader/|^Silk/|SinceraSyntheticUser/|Optimizer\)|Site24x7|SiteSearch360/|SiteUptime\.com|SnapURLPreview/|SnapchatAds/|Snipcart/|solarwinds/|Sora POS/|SparkShipping|SparkPost|Spawning-AI|IDG/EU|Specificfeeds|Spectate/|splash Version/|Rigor\)|TwinWaveScanner|SSL Labs \(https://www\.ssllabs\.com|Stape/|StartpagePrivateImageProxy/|StatistikAustria/|Stripe/|Sucuri|Svix-Webhooks/|SwifteqLinkChecker|Swisscows|Datadog Synthetic|TactiScout/|tchelebi/|bitdiscovery|Test Certificate Info|TestLocally/|TestURI|TextRazor|The Knowledge AI|TheInternetSearchx|Trellis-Services|trentwil\.es|Trustly/|TTD-Content|Tweakers|TwilioProxy/|UASlinkChecker/|Unshorten\.It\!|updown\.io|Uptime/|uptimedoctor|Uptimia|uptrends|Urlcheckr/|useeBookChecker/|Vagabondo/|VaultPress|vu-server-health-scanner/|WebsiteOps|WatchMouse|Web Measure/|Webflow|websitepulse|WebSniffer/|WSM/|WEDOS OnLine|WhatsMyIP\.org|WhatWeb/|Wheregoes\.com|wheresitup\.com/|Citoid|ZoteroTranslationServer/WMF|wmtips\.com/|Wordup-1|workona-favicon-service/|Indy Library|WJHRO/|WP Time Capsule|WPUmbrella|WPMU DEV Broken Link Checker|WPMUDEV Uptime Monitor|WPSec/|abuse\.xmco\.fr|XY-Archive-Compliance|Yahoo Ad monitoring|YahooMailProxy|YahooCacheSystem|YLT Chrome|YokoyGroupAG/|Zapier|Zendesk Webhook|Penthouse Critical Path CSS Generator|Google-AdWords-Express|Notion/|SSL Labs$|Tumblr/|upday/|watchTowr|PRTG Network Monitor|GeedoShopProductFinder|IsonAI-User|InfoSifter'
        )
        THEN 'listed'
        WHEN NOT REGEXP_LIKE(said, '^(?:Mozilla|Opera)/')
        THEN 'program'
        WHEN REGEXP_LIKE(said, '(?i)https?://|www[.]|[a-z0-9_.+-]@[a-z0-9_-]+[.][a-z]')
        THEN 'crawler'
        WHEN REGEXP_LIKE(
          said,
          '(?i)audit|checker|diagnostic|monitor(?:[^s]|\z)|proxy|synthetic|transcod|uptime|validat'
        )
        THEN 'crawler'
        WHEN REGEXP_LIKE(said, '[(;] ?compatible[;)]')
        AND NOT REGEXP_LIKE(said, 'compatible; ?(?:MSIE|Konqueror|U;|Linux|ANT|Windows|Opera|\))')
        THEN 'crawler'
        ELSE 'person'
      END AS found
    FROM (
      SELECT
        *,
        NULLIF(
          REGEXP_EXTRACT(
            said,
            '(?i)(Google-GeminiNotebook|Gemini-Deep-Research|meta-externalfetcher|GoogleAgent-Mariner|Google-NotebookLM|Google-Read-Aloud|Google-Pinpoint|Perplexity-User|MistralAI-User|PerplexityUser|ChatGPT Agent|ChatGPT-User|Google-Agent|kagi-fetcher|Claude-User|IsonAI-User|Manus-User|Amzn-User|cohere-ai|Devin/)',
            1
          ),
          ''
        ) AS assistant,
        NULLIF(
          REGEXP_EXTRACT(
            said,
            '(?i)(cohere-training-data-crawler|laion-huggingface-processor|ApifyWebsiteContentCrawler|Poseidon Research Crawler|TaraGroup Intelligent Bot|Google-CloudVertexBot|Sidetrade indexer bot|VelenPublicWebCrawler|ISSCyberRiskCrawler|Cloudflare-AutoRAG|meta-externalagent|AzureAI-SearchBot|Factset_spyderbot|Aranet-SearchBot|Claude-SearchBot|ExteContextCrawl|Poggio-Citations|semantic-visions|The Knowledge AI|YandexAdditional|LAIONDownloader|Meta-WebIndexer|SBIntuitionsBot|SemrushBot-OCOB|Amzn-SearchBot|ChatGLM-Spider|FirecrawlAgent|atlassian-bot|DuckAssistBot|KunatoCrawler|OAI-SearchBot|PerplexityBot|Reflectionbot|anthropic-ai|ExaSearchBot|ImagesiftBot|Kangaroo Bot|KlaviyoAIBot|QualifiedBot|TikTokSpider|TSM-turingos|AISearchBot|Channel3Bot|DeepSeekBot|FacebookBot|Flyriverbot|GoogleOther|ICC-Crawler|imageSpider|img2dataset|linkReader/|Spawning-AI|AIWebIndex|bedrockbot|Bytespider|Claude-Web|iaskspider|spider[.]com|TerraCotta|ZanistaBot|Amazonbot|bigsur[.]ai|Brightbot|ClaudeBot|ImageMind|KendraBot|LinerBot/|LinkupBot|panscient|TavilyBot|ApifyBot|Cotoyogi|crawl4ai|Novellum|PhindBot|QuillBot|Thinkbot|Timpibot|Andibot|Anomura|Diffbot|HenkBot|iAskBot|newsai/|ShapBot|AI2Bot|GPTBot|omgili|YouBot|CCBot)',
            1
          ),
          ''
        ) AS ai,
        NULLIF(REGEXP_EXTRACT(said, '(?i)[a-z0-9_.-]*(?:bot|crawl|spider)[a-z0-9_.-]*'), '') AS named,
        COALESCE(
          NULLIF(REGEXP_EXTRACT(said, 'compatible; ?([^;/)]+)', 1), ''),
          CASE
            WHEN NOT REGEXP_LIKE(said, '^Mozilla')
            THEN NULLIF(REGEXP_EXTRACT(said, '^[^/ (]+'), '')
          END
        ) AS called
      FROM (
        SELECT
          cs_user_agent,
          agent,
          REGEXP_REPLACE(REGEXP_REPLACE(agent, '(Android [0-9.]+;)[^);]*', '$1'), '(?i)cubot|botech', '') AS said
        FROM (
          SELECT
            cs_user_agent,
            COALESCE(
              SUBSTR(
                URL_EXTRACT_PATH(
                  '/' || REPLACE(REGEXP_REPLACE(cs_user_agent, '%25([0-9A-Fa-f][0-9A-Fa-f])', '%$1'), '?', '%3F')
                ),
                2
              ),
              cs_user_agent
            ) AS agent
          FROM (
            SELECT DISTINCT
              COALESCE(cs_user_agent, '-') AS cs_user_agent
            FROM requests
            WHERE
              is_page
          ) AS sent
        ) AS decoded
      ) AS spelled
    ) AS found
  ) AS known
), asked_pages AS (
  SELECT
    c.local_day,
    c.site,
    CASE
      WHEN c.stem LIKE '%/' OR c.stem LIKE '%/?%' OR c.stem LIKE '%/index.html%'
      THEN REGEXP_REPLACE(
        REGEXP_REPLACE(c.stem, '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
        '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
        '$1$2'
      )
      ELSE c.stem
    END AS page,
    c.address,
    a.agent,
    a.kind,
    a.name,
    c.requests
  FROM (
    SELECT
      local_day,
      NULLIF(site, '-') AS site,
      CASE
        WHEN cs_uri_stem LIKE '%\%25%' ESCAPE '\'
        THEN REGEXP_REPLACE(cs_uri_stem, '%25([0-9A-Fa-f][0-9A-Fa-f])', '%$1')
        ELSE cs_uri_stem
      END AS stem,
      address,
      COALESCE(cs_user_agent, '-') AS cs_user_agent,
      COUNT(*) AS requests
    FROM requests
    WHERE
      is_page
      AND (
        sc_content_type IS NULL
        OR sc_content_type = '-'
        OR REGEXP_LIKE(sc_content_type, '(?i)^(?:text/html|application/xhtml)')
      )
    GROUP BY
      local_day,
      site,
      cs_uri_stem,
      address,
      cs_user_agent
  ) AS c
  JOIN agents AS a
    ON a.cs_user_agent = c.cs_user_agent
)
SELECT
  kind,
  name,
  CAST(SUM(requests) AS BIGINT) AS requests,
  COUNT(DISTINCT page) AS pages,
  NULLIF(COUNT(DISTINCT address), 0) AS addresses,
  MAX(local_day) AS last_day
FROM asked_pages
WHERE
  kind <> 'person'
GROUP BY
  kind,
  name
ORDER BY
  requests DESC,
  kind,
  name
LIMIT 50;

-- Script and no script: days
-- The same by day: what of each day's requests for pages a script saw, and what it did not. :bots has no effect here.
WITH requests AS (
  SELECT
    *,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(stamp), 'UTC'), '%Y-%m-%d')
    END AS local_day,
    cs_method = 'GET'
    AND sc_status IN (200, 304)
    AND NOT REGEXP_LIKE(
      LOWER(cs_uri_stem),
      '\.(?:css|js|mjs|map|wasm|webmanifest|json|xml|rss|atom|txt|csv|avif|bmp|gif|ico|jpe?g|png|svg|tiff?|webp|eot|otf|ttf|woff2?|avi|flv|m4[av]|mov|mp[34]|mpe?g|og[agv]|swf|wav|webm|docx?|pdf|pptx?|xlsx?|7z|bz2|dmg|exe|gz|iso|rar|tar|tgz|xz|zip|zst)\z'
    ) AS is_page,
    CASE WHEN referring <> '' AND referring <> site THEN referring END AS source
  FROM (
    SELECT
      *,
      CONCAT("date", 'T', "time", '.000Z') AS stamp,
      NULLIF(c_ip, '-') AS address,
      REGEXP_REPLACE(LOWER(x_host_header), '^www\.|:[0-9]+\z', '') AS site,
      REGEXP_REPLACE(
        LOWER(REGEXP_EXTRACT(cs_referer, '^[A-Za-z]+://([^/?#]+)', 1)),
        '^www\.|:[0-9]+\z',
        ''
      ) AS referring
    FROM TABLE_NAME_access AS access
    WHERE
      dt BETWEEN '2026-11-01' AND '2026-11-30'
  ) AS dated
  WHERE
    NOT sc_status IS NULL
    AND (
      'UTC' = 'UTC'
      OR (
        stamp >= '2026-11-01T00:00:00.000Z' AND stamp < '2026-12-01T00:00:00.000Z'
      )
    )
), agents AS (
  SELECT
    cs_user_agent,
    agent,
    CASE found
      WHEN 'assistant'
      THEN assistant
      WHEN 'ai'
      THEN ai
      WHEN 'person'
      THEN NULL
      ELSE COALESCE(named, called, said)
    END AS name,
    CASE found WHEN 'named' THEN 'crawler' WHEN 'listed' THEN 'crawler' ELSE found END AS kind
  FROM (
    SELECT
      *,
      CASE
        WHEN NOT assistant IS NULL
        THEN 'assistant'
        WHEN NOT ai IS NULL
        THEN 'ai'
        WHEN REGEXP_LIKE(said, '(?i)bot|crawl|spider')
        THEN 'named'
        WHEN REGEXP_LIKE(
          said,
          'Feedfetcher-Google|Mediapartners-Google|APIs-Google|Google-InspectionTool|GoogleOther|Slurp|Nutch|BIGLOTRON|Teoma|convera|Gigablast|ia_archiver|webmon |grub\.org|netresearchserver|speedy|fluffy|findlink|panscient|ips-agent|yanga|CyberPatrol|postrank|Turnitin|page2rss|linkdex|ezooms|heritrix|findthatfile|europarchive\.org|(sistrix|SISTRIX) [cC]rawler|mappydata|eright|Apercite|Aboundex|summify|ec2linkfinder|facebookexternalhit|Yeti|RetrevoPageAnalyzer|wotbox|ichiro|drupact|coccoc|integromedb|siteexplorer\.info|proximic|changedetection|WeSEE:Search|CC Metadata Scaper|g00g1e\.net|binlar|A6-Indexer|ADmantX|MegaIndex|ltx71|BUbiNG|Qwantify|lipperhey|Y!J|AddThis|MetaURI|Livelap[bB]ot|CapsuleChecker|collection@infegy\.com|DeuSu/|Sysomos|Trove|deadlinkchecker|Slack-ImgProxy|Embedly|iskanie|SkypeUriPreview|Google-Adwords-Instant|electricmonk|BingPreview/|Yahoo Link Preview|Daum/|Xenu Link Sleuth|[pP]ingdom|AppInsights|PhantomJS|Jetslide|newsharecounts|Bark[rR]owler|TinEye|LinkArchiver|YaK/|Digg Deeper|Snacktory|NING/|Nuzzel|omgili|PocketParser|um-LN|MuckRack|NetcraftSurveyAgent|AppEngine-Google|Upflow|Thinklab|Traackr\.com|Twurly|Mastodon|BrandVerity|check_http|EZID|^LCC |Buck/|Genieo|MeltwaterNews|Moreover|ScoutJet|(^| )sentry/|seoscanners|Hatena|Google Web Preview|adscanner|Netvibes|Baidu-YunGuanCe|Disqus|Feedly|Fetch/|Flamingo_SearchEngine|FlipboardProxy|G2 Web Services|vkShare|Siteimprove\.com|DareBoost|Miniflux/|Feedspot|SEOkicks|tracemyfile|zgrab|PR-CY\.RU|Datafeedwatch|Zabbix|google-xrawler|Pulsepoint |CloudFlare-AlwaysOnline|Cloudflare-Healthchecks|Cloudflare-Traffic-Manager|CloudFlare-Prefetch|Cloudflare-SSLDetector|https://developers\.cloudflare\.com/security-center/|Google-Structured-Data-Testing-Tool|WordupInfoSearch|WebDataStats|outbrain|W3C_Validator|Validator\.nu|W3C-checklink|W3C-mobileOK|W3C_I18n-Checker|FeedValidator|W3C_CSS_Validator|W3C_Unicorn|Google-PhysicalWeb|Blackboard|BazQux|Twingly|Rivva|Dataprovider\.com|GroupHigh/|theoldreader\.com|Nmap Scripting Engine|2ip\.ru|Clickagy|Google Favicon|HubSpot|Chrome-Lighthouse|HeadlessChrome|CheckMarkNetwork/|www\.uptime\.com|MixnodeCache/|SimpleScraper|fedoraplanet|Friendica|NextCloud|Tiny Tiny RSS|Datanyze|Google-Site-Verification|TrendsmapResolver|tweetedtimes|Gwene|SimplePie|SearchAtlas|Superfeedr|AmazonProductDiscovery|AmazonSellerInitiatedListing|FreeWebMonitoring SiteChecker|Domains Project/|Pandalytics|PagePeeker/|Vigil/|seewithkids|BlogTraffic/[0-9]\.[0-9]+ Feed-Fetcher|Cincraw|FreshRSS|Google-Certificates-Bridge|evc-batch|virustotal|(^| )PTST/|seostar\.co|Uptime-Kuma|Seekport|Feedbin|Snap URL Preview Service|RuxitSynthetic|Google-Read-Aloud|Valve/Steam|ChatGPT-User|woorankreview/|Google-Safety|search\.marginalia\.nu|hyscore\.io|SEOlizer|Synapse|deepnoc|hypestat|sempi\.tech|Iframely|MetaInspector|l9explore|OpenGraphCheck|developers\.google\.com/\+/web/snippet|MaCoCu|inoreader|NetSystemsResearch|PageThing|WordPress/|Expanse|InternetMeasurement|^BW/|[cC]laude[bB]ot|vercel-screenshot|facebookcatalog/|meta-externalads/|meta-externalagent/|meta-externalfetcher/|Lemmy|CookieHubScan|Hydrozen\.io|HTTP Banner Detection|MicrosoftPreview/|GeedoProductSearch|CensysInspect/|sitebulb|DatadogSynthetics|Google-Ads-Conversions|ObservePoint|Checkly|Claude-Web|anthropic-ai|Claude-User|Google-Extended|cohere-ai|CMSChecker|Wayback|Playwright|Puppeteer|Selenium|Nikto|sqlmap|ZmEu|masscan|WPScan|[aA]cunetix|Nessus|[dD]ir[Bb]uster|StatusCake|air\.ai/scanning|asnriskscorer|l9scan|Gemini-Deep-Research|Perplexity-User|PerplexityUser|meta-webindexer|MistralAI-User|webzio|newsai/|A360-Search|AccessStatus|Acquia optimize|ActiveComply|AlertSite|AllAfrica|Amazon-Bedrock-AgentCore-Browser|AmazonBuyForMe|Amzn-User|Anchor Browser|Anomura|Archive-It|artemis web reader|Attracta|Authory|Automaton|Newsify Feed Fetcher|BestChange|bigsur\.ai|BlingERP|Blockaid|Bloglines|BlogVault|bluesky-domain-status-classifier|Bluesky/|Bugsnag|Buttondown|CertChief|channable|Chirp|gotosocial|ClickUpLinkUnfurler|Cloudflare-AutoRAG|Cloudflare-Custom-Hostname-Verification|Cloudflare-Stream-Webhook|CloudflareRadarURLScanner|Cloudtrellis|[cC]ludo|Code/1\.|Collapsify|Convermax|cookie-maestro|CookieHubVerify|Crazy Egg|Current(?:.|\n)*RSS Reader|cypex\.ai/scanning|DigiCert DCV|dlvr\.it|Dotcom-Monitor|DrataAutopilot|DreamHost Data Team|ds9|elmah\.io Uptime Monitoring|EzLynx|FastDAST|Feeder /|FeedFlow|FindFiles\.net|Goodreads|Google Trust Services|Google-Agent|Google-Gemini-CLI|Google-NotebookLM|GoogleAgent-Mariner|Hardenize|Innologica|kagi-fetcher|Known Agent|laion-huggingface-processor|lyonl-asset-proxy|MagpieRSS|mail\.ru|MailChimp|Manus-User|MetaIAB Facebook|MontasticMonitor|NanoInteractive|Netcraft SSL Server Survey|Netcraft Web Server Survey|Netumo|netumo|NewRelicSynthetics|NewsRoom\.BI|Nitro-|Noibu|OneTrust|opencode-smartfetch|;Owler|PodchaserParser|Poggio-Citations|Qualys|RSiteAuditor|RSS\.Social|Scope3|scraping@nytimes\.com|Scrubby|seo4ajax\.com|SequelWP|ServerDensity|ShortPixel|Silktide|SiteLock|Software-Security-Research|SottopopNone|Splunk|ThousandEyes|Trae/|TwinAgent|um-FC|um-IC|UptimeStatistics|visionheight\.com/scan|Watchful|weborama-fetcher|WepchSearchEngine|WPMU DEV Hub|WTotem|ZoomInfo-|7Siters|Bling ERP|Dark Visitor|Determ|DNSScanner|eMoney Advisor|FediDB|FediIndex|FediList Agent|Fedineko|Fluid|kaikki\.org-digital-archive|Library Of Congress Web Archiving|MatchorySearch|ModatScanner|New York Times Newsgathering|NLUX_IAHarvester|seoLyt|Termly|TLS tester|WebZIP|WikiDo|ZyBorg|TerraCotta|caveman-hunter|Corporama matcher|CyotekWebCopy|Datadog Agent|EmailWolf|NicheIndex|HeadOnlyScraper|Impact\.com Agent|Keydrop\.io|SENTINEL-LinkCheck|linko|loopimprovements\.com|OWLer-W|Pixalate\.com|Poduptime|semantic-visions|Sindup|SiteSucker|SQWatcher|sv-watchagent|TSM-turingos|UGAResearchAgent|WebCapture|WebCopier|cognitiveseo\.com|XML Sitemaps Generator|adbeat\.com|AdminLabs|Adventurer|alexa site audit|alienfarm|allOrigins|AppSiteAssociation|Aragog/|Aranea|ArchiveBox|Asana/|Autoconfig Test from USTC|Bad Neighborhood Header Detector|BinaryCanary|Bitbucket-Webhooks|BlackDuck-FD|Blogtrottr|BDFetch|Brandwatch|brokenlinkcheck\.com|BW/|Bushbaby|rss-parser|CapitalOneShopping|Catchpoint|centuryb\.o\.t9|CERT PL|certytags|Charlotte|Chatwork LinkPreview|CheckHost|Goodzer|Chrome Privacy Preserving Prefetch Proxy|CirrusExplorer|CLASSLA-web|Cloudflare-Validator|cloudflare-csup|Cloudflare-Radar-Scanner|Cloudflare-SpeedTest|Cloudflare-Stream-Hook|CommaFeed|researchscan\.comsys\.rwth-aachen\.de|contentkingapp|Cotoyogi|Criticalcss\.com|cron-job\.org|DMBrowser|downnotifier\.com|DowntimeDetector/|Dlc/|EasyBib AutoCite|easybill-ImportManager|EasyCron/|easyDNS Monitoring|Cronless|crusty/|csirt\.cz|daumoa|Dead Link Checker|Detectify|Devin|Discourse Forum Onebox|EdgeWatch|Do Not Track Verifier|eRepublik\.tools|ExodusMovement|Ezgif|FastmailUA|Feed Image Audit|FeedBurner|feeder\.co|Feedwind|FirmoGraph|FlipboardRSS|Foregenix|Freespoke/|Funnelback|gdnplus\.com|getthit\.com|Ghost Inspector|github-camo|GlobalWebSearch|Golfe/|Google-Apps-Script|GoogleStackdriverMonitoring|GoogleAssociationService/|GoogleImageProxy|GoogleProducer|Google-Trust-Services/|Google-Area120|GoogleAssociationService$|GoogleDocs|GoPay|GotSiteMonitor\.com|synthetic-monitoring-agent/|Grammarly/|Grover/|GTmetrix|Verity/|HappyWing|hCardValidator|Hello World|HetrixTools|Honeybadger Uptime Check|HostTracker/|Hotjar|Hype Machine/|Web Screen Service By hyperhost|IFTTT/|ImageFetcher/|ImageMind|img2dataset|imgproxy/|Innguma/|Instapaper/|Integromat/|internetVista monitor|Irokez\.cz monitoring|iubenda-radar/|jetmon/|Jumio|keycdn-tools/|Klaviyo/|LAC_IAHarvester|LegalMonster|Let''s Encrypt|loc\.gov/programs/web-archiving|LinkTiger|LinkAce/|LinkWalker/|LogicMonitor|Magellan|magicsearchdev/|Magnet\.me-web/|MainWP/|Make/|ManageWP|MarketGoo/|MarketingMiner|Mavifinds|MB-LinkChecker|MediavineMetadataParser/|Meta-ExternalHit/|Metorik|Miniature\.io/|mirrorweb\.com|ModularConnector/|Mollie HTTP client|monitis -|MonitoRSS/|MonSpark/|montastic-monitor|MonTools\.com|MxToolbox|nbertaupete95|NetAPI|NetShelter ContentScan|NETVIGIE|nyt_scraping|NewsNow/|NLNZ_IAHarvester|NodePing|Nooshub/|Novaact/|Novellum|nvdorz|Odin;|Offline Explorer|OhDear/|Omnisend/|Online Domain Tools|WebCEO Online/|OpenGraph\.io/|OpenRSS|OpenVAS|Owler \(ows\.eu|Operator/|Orlo-LinkPreview/|Cozi-iCalendar-FeedReader|OutsellURLValidator|Overcast/|Pagespeed/|Panopta|parse\.ly scraper/|PayPal/|PDF24 URL To PDF|PingAdmin\.Ru/|pingping\.io/|PlayStore-Google|PocketCasts/|Potions/|PrintFriendly\.com|Pro-Sitemaps/|ProbelySPDR/|ProjectShield-UrlCheck|Blackbox Exporter/|Protopage/|PS_Daily/|pulsetic\.com|PWABuilderHttpAgent|Rackspace Monitoring/|Readable/|Recurly Webhooks/|RED/|Reelevant/|remove\.bg/|Retool/|RetroListeCOM/|RevvimGort/|reward-gateway|Riddler \(http://riddler\.io|RSSAPI/|rss2tg|SFDC-Callout/|page-preview-tool|Sansec Security Monitor/|GIFTEDVISITOR SCAN|Schema-Markup-Validator|Scoop\.it/|Searcherweb|Searcherxweb|SearchExpress|SecurityHeaders|SendGrid Event API|s4a/|SeoSiteCheckup|Server Density Service Monitoring|Shopify-Captain-Hook|Shortwave Image Fetcher|linkReader/|^Silk/|SinceraSyntheticUser/|Optimizer\)|Site24x7|SiteSearch360/|SiteUptime\.com|SnapURLPreview/|SnapchatAds/|Snipcart/|solarwinds/|Sora POS/|SparkShipping|SparkPost|Spawning-AI|IDG/EU|Specificfeeds|Spectate/|splash Version/|Rigor\)|TwinWaveScanner|SSL Labs \(https://www\.ssllabs\.com|Stape/|StartpagePrivateImageProxy/|StatistikAustria/|Stripe/|Sucuri|Svix-Webhooks/|SwifteqLinkChecker|Swisscows|Datadog Synthetic|TactiScout/|tchelebi/|bitdiscovery|Test Certificate Info|TestLocally/|TestURI|TextRazor|The Knowledge AI|TheInternetSearchx|Trellis-Services|trentwil\.es|Trustly/|TTD-Content|Tweakers|TwilioProxy/|UASlinkChecker/|Unshorten\.It\!|updown\.io|Uptime/|uptimedoctor|Uptimia|uptrends|Urlcheckr/|useeBookChecker/|Vagabondo/|VaultPress|vu-server-health-scanner/|WebsiteOps|WatchMouse|Web Measure/|Webflow|websitepulse|WebSniffer/|WSM/|WEDOS OnLine|WhatsMyIP\.org|WhatWeb/|Wheregoes\.com|wheresitup\.com/|Citoid|ZoteroTranslationServer/WMF|wmtips\.com/|Wordup-1|workona-favicon-service/|Indy Library|WJHRO/|WP Time Capsule|WPUmbrella|WPMU DEV Broken Link Checker|WPMUDEV Uptime Monitor|WPSec/|abuse\.xmco\.fr|XY-Archive-Compliance|Yahoo Ad monitoring|YahooMailProxy|YahooCacheSystem|YLT Chrome|YokoyGroupAG/|Zapier|Zendesk Webhook|Penthouse Critical Path CSS Generator|Google-AdWords-Express|Notion/|SSL Labs$|Tumblr/|upday/|watchTowr|PRTG Network Monitor|GeedoShopProductFinder|IsonAI-User|InfoSifter'
        )
        THEN 'listed'
        WHEN NOT REGEXP_LIKE(said, '^(?:Mozilla|Opera)/')
        THEN 'program'
        WHEN REGEXP_LIKE(said, '(?i)https?://|www[.]|[a-z0-9_.+-]@[a-z0-9_-]+[.][a-z]')
        THEN 'crawler'
        WHEN REGEXP_LIKE(
          said,
          '(?i)audit|checker|diagnostic|monitor(?:[^s]|\z)|proxy|synthetic|transcod|uptime|validat'
        )
        THEN 'crawler'
        WHEN REGEXP_LIKE(said, '[(;] ?compatible[;)]')
        AND NOT REGEXP_LIKE(said, 'compatible; ?(?:MSIE|Konqueror|U;|Linux|ANT|Windows|Opera|\))')
        THEN 'crawler'
        ELSE 'person'
      END AS found
    FROM (
      SELECT
        *,
        NULLIF(
          REGEXP_EXTRACT(
            said,
            '(?i)(Google-GeminiNotebook|Gemini-Deep-Research|meta-externalfetcher|GoogleAgent-Mariner|Google-NotebookLM|Google-Read-Aloud|Google-Pinpoint|Perplexity-User|MistralAI-User|PerplexityUser|ChatGPT Agent|ChatGPT-User|Google-Agent|kagi-fetcher|Claude-User|IsonAI-User|Manus-User|Amzn-User|cohere-ai|Devin/)',
            1
          ),
          ''
        ) AS assistant,
        NULLIF(
          REGEXP_EXTRACT(
            said,
            '(?i)(cohere-training-data-crawler|laion-huggingface-processor|ApifyWebsiteContentCrawler|Poseidon Research Crawler|TaraGroup Intelligent Bot|Google-CloudVertexBot|Sidetrade indexer bot|VelenPublicWebCrawler|ISSCyberRiskCrawler|Cloudflare-AutoRAG|meta-externalagent|AzureAI-SearchBot|Factset_spyderbot|Aranet-SearchBot|Claude-SearchBot|ExteContextCrawl|Poggio-Citations|semantic-visions|The Knowledge AI|YandexAdditional|LAIONDownloader|Meta-WebIndexer|SBIntuitionsBot|SemrushBot-OCOB|Amzn-SearchBot|ChatGLM-Spider|FirecrawlAgent|atlassian-bot|DuckAssistBot|KunatoCrawler|OAI-SearchBot|PerplexityBot|Reflectionbot|anthropic-ai|ExaSearchBot|ImagesiftBot|Kangaroo Bot|KlaviyoAIBot|QualifiedBot|TikTokSpider|TSM-turingos|AISearchBot|Channel3Bot|DeepSeekBot|FacebookBot|Flyriverbot|GoogleOther|ICC-Crawler|imageSpider|img2dataset|linkReader/|Spawning-AI|AIWebIndex|bedrockbot|Bytespider|Claude-Web|iaskspider|spider[.]com|TerraCotta|ZanistaBot|Amazonbot|bigsur[.]ai|Brightbot|ClaudeBot|ImageMind|KendraBot|LinerBot/|LinkupBot|panscient|TavilyBot|ApifyBot|Cotoyogi|crawl4ai|Novellum|PhindBot|QuillBot|Thinkbot|Timpibot|Andibot|Anomura|Diffbot|HenkBot|iAskBot|newsai/|ShapBot|AI2Bot|GPTBot|omgili|YouBot|CCBot)',
            1
          ),
          ''
        ) AS ai,
        NULLIF(REGEXP_EXTRACT(said, '(?i)[a-z0-9_.-]*(?:bot|crawl|spider)[a-z0-9_.-]*'), '') AS named,
        COALESCE(
          NULLIF(REGEXP_EXTRACT(said, 'compatible; ?([^;/)]+)', 1), ''),
          CASE
            WHEN NOT REGEXP_LIKE(said, '^Mozilla')
            THEN NULLIF(REGEXP_EXTRACT(said, '^[^/ (]+'), '')
          END
        ) AS called
      FROM (
        SELECT
          cs_user_agent,
          agent,
          REGEXP_REPLACE(REGEXP_REPLACE(agent, '(Android [0-9.]+;)[^);]*', '$1'), '(?i)cubot|botech', '') AS said
        FROM (
          SELECT
            cs_user_agent,
            COALESCE(
              SUBSTR(
                URL_EXTRACT_PATH(
                  '/' || REPLACE(REGEXP_REPLACE(cs_user_agent, '%25([0-9A-Fa-f][0-9A-Fa-f])', '%$1'), '?', '%3F')
                ),
                2
              ),
              cs_user_agent
            ) AS agent
          FROM (
            SELECT DISTINCT
              COALESCE(cs_user_agent, '-') AS cs_user_agent
            FROM requests
            WHERE
              is_page
          ) AS sent
        ) AS decoded
      ) AS spelled
    ) AS found
  ) AS known
), asked_pages AS (
  SELECT
    c.local_day,
    c.site,
    CASE
      WHEN c.stem LIKE '%/' OR c.stem LIKE '%/?%' OR c.stem LIKE '%/index.html%'
      THEN REGEXP_REPLACE(
        REGEXP_REPLACE(c.stem, '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
        '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
        '$1$2'
      )
      ELSE c.stem
    END AS page,
    c.address,
    a.agent,
    a.kind,
    a.name,
    c.requests
  FROM (
    SELECT
      local_day,
      NULLIF(site, '-') AS site,
      CASE
        WHEN cs_uri_stem LIKE '%\%25%' ESCAPE '\'
        THEN REGEXP_REPLACE(cs_uri_stem, '%25([0-9A-Fa-f][0-9A-Fa-f])', '%$1')
        ELSE cs_uri_stem
      END AS stem,
      address,
      COALESCE(cs_user_agent, '-') AS cs_user_agent,
      COUNT(*) AS requests
    FROM requests
    WHERE
      is_page
      AND (
        sc_content_type IS NULL
        OR sc_content_type = '-'
        OR REGEXP_LIKE(sc_content_type, '(?i)^(?:text/html|application/xhtml)')
      )
    GROUP BY
      local_day,
      site,
      cs_uri_stem,
      address,
      cs_user_agent
  ) AS c
  JOIN agents AS a
    ON a.cs_user_agent = c.cs_user_agent
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
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp,
      CASE WHEN sampleweight BETWEEN 1e0 AND 1e12 THEN sampleweight ELSE 1e0 END AS weight
    FROM TABLE_NAME AS events
    WHERE
      dt BETWEEN '2026-10-31' AND '2026-12-01'
  ) AS dated
), scripted AS (
  SELECT
    local_day,
    eventtype,
    NULLIF(
      REGEXP_REPLACE(LOWER(REGEXP_EXTRACT(sent, '^[A-Za-z]+://([^/?#]+)', 1)), '^www\.|:[0-9]+\z', ''),
      ''
    ) AS site,
    CASE
      WHEN NOT shown IS NULL
      THEN COALESCE(
        NULLIF(REGEXP_EXTRACT(shown, '^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?([^?#]*)', 1), ''),
        '/'
      )
    END AS page,
    ip AS address,
    useragent AS agent,
    CASE WHEN ip IS NULL AND NOT visitorid IS NULL THEN 1 ELSE 0 END AS is_aged,
    weight
  FROM (
    SELECT
      local_day,
      eventtype,
      page AS sent,
      CASE
        WHEN page LIKE '%/' OR page LIKE '%/?%' OR page LIKE '%/index.html%'
        THEN REGEXP_REPLACE(
          REGEXP_REPLACE(page, '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
          '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
          '$1$2'
        )
        ELSE page
      END AS shown,
      ip,
      visitorid,
      useragent,
      weight
    FROM stamped
    WHERE
      dt BETWEEN '2026-11-01' AND '2026-11-30'
      AND (
        'UTC' = 'UTC'
        OR (
          stamp >= '2026-11-01T00:00:00.000Z' AND stamp < '2026-12-01T00:00:00.000Z'
        )
      )
      AND NOT isbot
  ) AS people
), split_pages AS (
  SELECT
    local_day,
    page,
    SUM(requests) AS requests,
    SUM(asked) AS asked,
    SUM(script_views) AS script_views,
    SUM(crawlers) AS crawlers,
    SUM(ai_crawlers) AS ai_crawlers,
    SUM(assistants) AS assistants,
    SUM(programs) AS programs,
    SUM(
      paired + LEAST(bare_requests, left_views) + LEAST(
        bare_views,
        GREATEST(left_requests, 0) + bare_requests - LEAST(bare_requests, left_views)
      )
    ) AS paired
  FROM (
    SELECT
      local_day,
      page,
      agent,
      SUM(requests) AS requests,
      SUM(asked) AS asked,
      SUM(script_views) AS script_views,
      SUM(crawlers) AS crawlers,
      SUM(ai_crawlers) AS ai_crawlers,
      SUM(assistants) AS assistants,
      SUM(programs) AS programs,
      SUM(CASE WHEN address IS NULL THEN 0 ELSE weight * LEAST(asked, kept_views) END) AS paired,
      SUM(
        CASE WHEN address IS NULL THEN 0 ELSE asked - weight * LEAST(asked, kept_views) END
      ) AS left_requests,
      SUM(
        CASE
          WHEN address IS NULL
          THEN 0
          ELSE script_views - weight * LEAST(asked, kept_views)
        END
      ) AS left_views,
      SUM(CASE WHEN address IS NULL THEN asked ELSE 0 END) AS bare_requests,
      SUM(CASE WHEN address IS NULL THEN script_views ELSE 0 END) AS bare_views
    FROM (
      SELECT
        local_day,
        page,
        agent,
        address,
        SUM(requests) AS requests,
        SUM(weighted) AS script_views,
        SUM(views) AS kept_views,
        CASE WHEN SUM(views) > 0 THEN 1e0 * SUM(weighted) / SUM(views) ELSE 1e0 END AS weight,
        SUM(CASE WHEN kind = 'person' THEN requests ELSE 0 END) AS asked,
        SUM(CASE WHEN kind = 'crawler' THEN requests ELSE 0 END) AS crawlers,
        SUM(CASE WHEN kind = 'ai' THEN requests ELSE 0 END) AS ai_crawlers,
        SUM(CASE WHEN kind = 'assistant' THEN requests ELSE 0 END) AS assistants,
        SUM(CASE WHEN kind = 'program' THEN requests ELSE 0 END) AS programs
      FROM (
        SELECT
          local_day,
          page,
          agent,
          address,
          kind,
          requests,
          0 AS views,
          0e0 AS weighted
        FROM asked_pages
        UNION ALL
        SELECT
          v.local_day,
          v.page,
          v.agent,
          v.address,
          NULL AS kind,
          0 AS requests,
          COUNT(*) AS views,
          SUM(v.weight) AS weighted
        FROM scripted AS v
        JOIN (
          SELECT
            local_day,
            '/' || ARRAY_JOIN(ARRAY_AGG(site ORDER BY site), '/') || '/' AS sites
          FROM (
            SELECT
              local_day,
              COALESCE(NULLIF(site, '-'), '') AS site
            FROM requests
            WHERE
              is_page
            GROUP BY
              local_day,
              COALESCE(NULLIF(site, '-'), '')
          ) AS hosts
          GROUP BY
            local_day
        ) AS logged
          ON logged.local_day = v.local_day
        WHERE
          v.eventtype = 'page_view'
          AND NOT v.page IS NULL
          AND (
            v.site IS NULL
            OR STRPOS(logged.sites, '//') > 0
            OR STRPOS(logged.sites, '/' || v.site || '/') > 0
          )
        GROUP BY
          v.local_day,
          v.page,
          v.agent,
          v.address
      ) AS both
      GROUP BY
        local_day,
        page,
        agent,
        address
    ) AS compared
    GROUP BY
      local_day,
      page,
      agent
  ) AS counted
  GROUP BY
    local_day,
    page
)
SELECT
  local_day AS day,
  CAST(SUM(requests) AS BIGINT) AS requests,
  CAST(ROUND(SUM(script_views)) AS BIGINT) AS script_views,
  CAST(ROUND(SUM(script_views - paired)) AS BIGINT) AS without_request,
  CAST(ROUND(SUM(asked - paired)) AS BIGINT) AS unseen,
  ROUND(1e2 * SUM(asked - paired) / NULLIF(SUM(asked), 0), 1) AS unseen_share,
  CAST(SUM(crawlers) AS BIGINT) AS crawlers,
  CAST(SUM(ai_crawlers) AS BIGINT) AS ai_crawlers,
  CAST(SUM(assistants) AS BIGINT) AS assistants,
  CAST(SUM(programs) AS BIGINT) AS programs
FROM split_pages
GROUP BY
  local_day
ORDER BY
  local_day;

-- Script and no script: pages
-- For each page, by access logs and events together: requests; views that a script saw, and those of them that asked
-- for nothing (without_request); views of people that no script saw, and their share of people's requests in percent;
-- and what crawlers, AI crawlers, assistants that fetch for somebody, and programs asked for. requests are script_views
-- less without_request, plus the columns behind it. :bots has no effect here.
WITH requests AS (
  SELECT
    *,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(stamp), 'UTC'), '%Y-%m-%d')
    END AS local_day,
    cs_method = 'GET'
    AND sc_status IN (200, 304)
    AND NOT REGEXP_LIKE(
      LOWER(cs_uri_stem),
      '\.(?:css|js|mjs|map|wasm|webmanifest|json|xml|rss|atom|txt|csv|avif|bmp|gif|ico|jpe?g|png|svg|tiff?|webp|eot|otf|ttf|woff2?|avi|flv|m4[av]|mov|mp[34]|mpe?g|og[agv]|swf|wav|webm|docx?|pdf|pptx?|xlsx?|7z|bz2|dmg|exe|gz|iso|rar|tar|tgz|xz|zip|zst)\z'
    ) AS is_page,
    CASE WHEN referring <> '' AND referring <> site THEN referring END AS source
  FROM (
    SELECT
      *,
      CONCAT("date", 'T', "time", '.000Z') AS stamp,
      NULLIF(c_ip, '-') AS address,
      REGEXP_REPLACE(LOWER(x_host_header), '^www\.|:[0-9]+\z', '') AS site,
      REGEXP_REPLACE(
        LOWER(REGEXP_EXTRACT(cs_referer, '^[A-Za-z]+://([^/?#]+)', 1)),
        '^www\.|:[0-9]+\z',
        ''
      ) AS referring
    FROM TABLE_NAME_access AS access
    WHERE
      dt BETWEEN '2026-11-01' AND '2026-11-30'
  ) AS dated
  WHERE
    NOT sc_status IS NULL
    AND (
      'UTC' = 'UTC'
      OR (
        stamp >= '2026-11-01T00:00:00.000Z' AND stamp < '2026-12-01T00:00:00.000Z'
      )
    )
), agents AS (
  SELECT
    cs_user_agent,
    agent,
    CASE found
      WHEN 'assistant'
      THEN assistant
      WHEN 'ai'
      THEN ai
      WHEN 'person'
      THEN NULL
      ELSE COALESCE(named, called, said)
    END AS name,
    CASE found WHEN 'named' THEN 'crawler' WHEN 'listed' THEN 'crawler' ELSE found END AS kind
  FROM (
    SELECT
      *,
      CASE
        WHEN NOT assistant IS NULL
        THEN 'assistant'
        WHEN NOT ai IS NULL
        THEN 'ai'
        WHEN REGEXP_LIKE(said, '(?i)bot|crawl|spider')
        THEN 'named'
        WHEN REGEXP_LIKE(
          said,
          'Feedfetcher-Google|Mediapartners-Google|APIs-Google|Google-InspectionTool|GoogleOther|Slurp|Nutch|BIGLOTRON|Teoma|convera|Gigablast|ia_archiver|webmon |grub\.org|netresearchserver|speedy|fluffy|findlink|panscient|ips-agent|yanga|CyberPatrol|postrank|Turnitin|page2rss|linkdex|ezooms|heritrix|findthatfile|europarchive\.org|(sistrix|SISTRIX) [cC]rawler|mappydata|eright|Apercite|Aboundex|summify|ec2linkfinder|facebookexternalhit|Yeti|RetrevoPageAnalyzer|wotbox|ichiro|drupact|coccoc|integromedb|siteexplorer\.info|proximic|changedetection|WeSEE:Search|CC Metadata Scaper|g00g1e\.net|binlar|A6-Indexer|ADmantX|MegaIndex|ltx71|BUbiNG|Qwantify|lipperhey|Y!J|AddThis|MetaURI|Livelap[bB]ot|CapsuleChecker|collection@infegy\.com|DeuSu/|Sysomos|Trove|deadlinkchecker|Slack-ImgProxy|Embedly|iskanie|SkypeUriPreview|Google-Adwords-Instant|electricmonk|BingPreview/|Yahoo Link Preview|Daum/|Xenu Link Sleuth|[pP]ingdom|AppInsights|PhantomJS|Jetslide|newsharecounts|Bark[rR]owler|TinEye|LinkArchiver|YaK/|Digg Deeper|Snacktory|NING/|Nuzzel|omgili|PocketParser|um-LN|MuckRack|NetcraftSurveyAgent|AppEngine-Google|Upflow|Thinklab|Traackr\.com|Twurly|Mastodon|BrandVerity|check_http|EZID|^LCC |Buck/|Genieo|MeltwaterNews|Moreover|ScoutJet|(^| )sentry/|seoscanners|Hatena|Google Web Preview|adscanner|Netvibes|Baidu-YunGuanCe|Disqus|Feedly|Fetch/|Flamingo_SearchEngine|FlipboardProxy|G2 Web Services|vkShare|Siteimprove\.com|DareBoost|Miniflux/|Feedspot|SEOkicks|tracemyfile|zgrab|PR-CY\.RU|Datafeedwatch|Zabbix|google-xrawler|Pulsepoint |CloudFlare-AlwaysOnline|Cloudflare-Healthchecks|Cloudflare-Traffic-Manager|CloudFlare-Prefetch|Cloudflare-SSLDetector|https://developers\.cloudflare\.com/security-center/|Google-Structured-Data-Testing-Tool|WordupInfoSearch|WebDataStats|outbrain|W3C_Validator|Validator\.nu|W3C-checklink|W3C-mobileOK|W3C_I18n-Checker|FeedValidator|W3C_CSS_Validator|W3C_Unicorn|Google-PhysicalWeb|Blackboard|BazQux|Twingly|Rivva|Dataprovider\.com|GroupHigh/|theoldreader\.com|Nmap Scripting Engine|2ip\.ru|Clickagy|Google Favicon|HubSpot|Chrome-Lighthouse|HeadlessChrome|CheckMarkNetwork/|www\.uptime\.com|MixnodeCache/|SimpleScraper|fedoraplanet|Friendica|NextCloud|Tiny Tiny RSS|Datanyze|Google-Site-Verification|TrendsmapResolver|tweetedtimes|Gwene|SimplePie|SearchAtlas|Superfeedr|AmazonProductDiscovery|AmazonSellerInitiatedListing|FreeWebMonitoring SiteChecker|Domains Project/|Pandalytics|PagePeeker/|Vigil/|seewithkids|BlogTraffic/[0-9]\.[0-9]+ Feed-Fetcher|Cincraw|FreshRSS|Google-Certificates-Bridge|evc-batch|virustotal|(^| )PTST/|seostar\.co|Uptime-Kuma|Seekport|Feedbin|Snap URL Preview Service|RuxitSynthetic|Google-Read-Aloud|Valve/Steam|ChatGPT-User|woorankreview/|Google-Safety|search\.marginalia\.nu|hyscore\.io|SEOlizer|Synapse|deepnoc|hypestat|sempi\.tech|Iframely|MetaInspector|l9explore|OpenGraphCheck|developers\.google\.com/\+/web/snippet|MaCoCu|inoreader|NetSystemsResearch|PageThing|WordPress/|Expanse|InternetMeasurement|^BW/|[cC]laude[bB]ot|vercel-screenshot|facebookcatalog/|meta-externalads/|meta-externalagent/|meta-externalfetcher/|Lemmy|CookieHubScan|Hydrozen\.io|HTTP Banner Detection|MicrosoftPreview/|GeedoProductSearch|CensysInspect/|sitebulb|DatadogSynthetics|Google-Ads-Conversions|ObservePoint|Checkly|Claude-Web|anthropic-ai|Claude-User|Google-Extended|cohere-ai|CMSChecker|Wayback|Playwright|Puppeteer|Selenium|Nikto|sqlmap|ZmEu|masscan|WPScan|[aA]cunetix|Nessus|[dD]ir[Bb]uster|StatusCake|air\.ai/scanning|asnriskscorer|l9scan|Gemini-Deep-Research|Perplexity-User|PerplexityUser|meta-webindexer|MistralAI-User|webzio|newsai/|A360-Search|AccessStatus|Acquia optimize|ActiveComply|AlertSite|AllAfrica|Amazon-Bedrock-AgentCore-Browser|AmazonBuyForMe|Amzn-User|Anchor Browser|Anomura|Archive-It|artemis web reader|Attracta|Authory|Automaton|Newsify Feed Fetcher|BestChange|bigsur\.ai|BlingERP|Blockaid|Bloglines|BlogVault|bluesky-domain-status-classifier|Bluesky/|Bugsnag|Buttondown|CertChief|channable|Chirp|gotosocial|ClickUpLinkUnfurler|Cloudflare-AutoRAG|Cloudflare-Custom-Hostname-Verification|Cloudflare-Stream-Webhook|CloudflareRadarURLScanner|Cloudtrellis|[cC]ludo|Code/1\.|Collapsify|Convermax|cookie-maestro|CookieHubVerify|Crazy Egg|Current(?:.|\n)*RSS Reader|cypex\.ai/scanning|DigiCert DCV|dlvr\.it|Dotcom-Monitor|DrataAutopilot|DreamHost Data Team|ds9|elmah\.io Uptime Monitoring|EzLynx|FastDAST|Feeder /|FeedFlow|FindFiles\.net|Goodreads|Google Trust Services|Google-Agent|Google-Gemini-CLI|Google-NotebookLM|GoogleAgent-Mariner|Hardenize|Innologica|kagi-fetcher|Known Agent|laion-huggingface-processor|lyonl-asset-proxy|MagpieRSS|mail\.ru|MailChimp|Manus-User|MetaIAB Facebook|MontasticMonitor|NanoInteractive|Netcraft SSL Server Survey|Netcraft Web Server Survey|Netumo|netumo|NewRelicSynthetics|NewsRoom\.BI|Nitro-|Noibu|OneTrust|opencode-smartfetch|;Owler|PodchaserParser|Poggio-Citations|Qualys|RSiteAuditor|RSS\.Social|Scope3|scraping@nytimes\.com|Scrubby|seo4ajax\.com|SequelWP|ServerDensity|ShortPixel|Silktide|SiteLock|Software-Security-Research|SottopopNone|Splunk|ThousandEyes|Trae/|TwinAgent|um-FC|um-IC|UptimeStatistics|visionheight\.com/scan|Watchful|weborama-fetcher|WepchSearchEngine|WPMU DEV Hub|WTotem|ZoomInfo-|7Siters|Bling ERP|Dark Visitor|Determ|DNSScanner|eMoney Advisor|FediDB|FediIndex|FediList Agent|Fedineko|Fluid|kaikki\.org-digital-archive|Library Of Congress Web Archiving|MatchorySearch|ModatScanner|New York Times Newsgathering|NLUX_IAHarvester|seoLyt|Termly|TLS tester|WebZIP|WikiDo|ZyBorg|TerraCotta|caveman-hunter|Corporama matcher|CyotekWebCopy|Datadog Agent|EmailWolf|NicheIndex|HeadOnlyScraper|Impact\.com Agent|Keydrop\.io|SENTINEL-LinkCheck|linko|loopimprovements\.com|OWLer-W|Pixalate\.com|Poduptime|semantic-visions|Sindup|SiteSucker|SQWatcher|sv-watchagent|TSM-turingos|UGAResearchAgent|WebCapture|WebCopier|cognitiveseo\.com|XML Sitemaps Generator|adbeat\.com|AdminLabs|Adventurer|alexa site audit|alienfarm|allOrigins|AppSiteAssociation|Aragog/|Aranea|ArchiveBox|Asana/|Autoconfig Test from USTC|Bad Neighborhood Header Detector|BinaryCanary|Bitbucket-Webhooks|BlackDuck-FD|Blogtrottr|BDFetch|Brandwatch|brokenlinkcheck\.com|BW/|Bushbaby|rss-parser|CapitalOneShopping|Catchpoint|centuryb\.o\.t9|CERT PL|certytags|Charlotte|Chatwork LinkPreview|CheckHost|Goodzer|Chrome Privacy Preserving Prefetch Proxy|CirrusExplorer|CLASSLA-web|Cloudflare-Validator|cloudflare-csup|Cloudflare-Radar-Scanner|Cloudflare-SpeedTest|Cloudflare-Stream-Hook|CommaFeed|researchscan\.comsys\.rwth-aachen\.de|contentkingapp|Cotoyogi|Criticalcss\.com|cron-job\.org|DMBrowser|downnotifier\.com|DowntimeDetector/|Dlc/|EasyBib AutoCite|easybill-ImportManager|EasyCron/|easyDNS Monitoring|Cronless|crusty/|csirt\.cz|daumoa|Dead Link Checker|Detectify|Devin|Discourse Forum Onebox|EdgeWatch|Do Not Track Verifier|eRepublik\.tools|ExodusMovement|Ezgif|FastmailUA|Feed Image Audit|FeedBurner|feeder\.co|Feedwind|FirmoGraph|FlipboardRSS|Foregenix|Freespoke/|Funnelback|gdnplus\.com|getthit\.com|Ghost Inspector|github-camo|GlobalWebSearch|Golfe/|Google-Apps-Script|GoogleStackdriverMonitoring|GoogleAssociationService/|GoogleImageProxy|GoogleProducer|Google-Trust-Services/|Google-Area120|GoogleAssociationService$|GoogleDocs|GoPay|GotSiteMonitor\.com|synthetic-monitoring-agent/|Grammarly/|Grover/|GTmetrix|Verity/|HappyWing|hCardValidator|Hello World|HetrixTools|Honeybadger Uptime Check|HostTracker/|Hotjar|Hype Machine/|Web Screen Service By hyperhost|IFTTT/|ImageFetcher/|ImageMind|img2dataset|imgproxy/|Innguma/|Instapaper/|Integromat/|internetVista monitor|Irokez\.cz monitoring|iubenda-radar/|jetmon/|Jumio|keycdn-tools/|Klaviyo/|LAC_IAHarvester|LegalMonster|Let''s Encrypt|loc\.gov/programs/web-archiving|LinkTiger|LinkAce/|LinkWalker/|LogicMonitor|Magellan|magicsearchdev/|Magnet\.me-web/|MainWP/|Make/|ManageWP|MarketGoo/|MarketingMiner|Mavifinds|MB-LinkChecker|MediavineMetadataParser/|Meta-ExternalHit/|Metorik|Miniature\.io/|mirrorweb\.com|ModularConnector/|Mollie HTTP client|monitis -|MonitoRSS/|MonSpark/|montastic-monitor|MonTools\.com|MxToolbox|nbertaupete95|NetAPI|NetShelter ContentScan|NETVIGIE|nyt_scraping|NewsNow/|NLNZ_IAHarvester|NodePing|Nooshub/|Novaact/|Novellum|nvdorz|Odin;|Offline Explorer|OhDear/|Omnisend/|Online Domain Tools|WebCEO Online/|OpenGraph\.io/|OpenRSS|OpenVAS|Owler \(ows\.eu|Operator/|Orlo-LinkPreview/|Cozi-iCalendar-FeedReader|OutsellURLValidator|Overcast/|Pagespeed/|Panopta|parse\.ly scraper/|PayPal/|PDF24 URL To PDF|PingAdmin\.Ru/|pingping\.io/|PlayStore-Google|PocketCasts/|Potions/|PrintFriendly\.com|Pro-Sitemaps/|ProbelySPDR/|ProjectShield-UrlCheck|Blackbox Exporter/|Protopage/|PS_Daily/|pulsetic\.com|PWABuilderHttpAgent|Rackspace Monitoring/|Readable/|Recurly Webhooks/|RED/|Reelevant/|remove\.bg/|Retool/|RetroListeCOM/|RevvimGort/|reward-gateway|Riddler \(http://riddler\.io|RSSAPI/|rss2tg|SFDC-Callout/|page-preview-tool|Sansec Security Monitor/|GIFTEDVISITOR SCAN|Schema-Markup-Validator|Scoop\.it/|Searcherweb|Searcherxweb|SearchExpress|SecurityHeaders|SendGrid Event API|s4a/|SeoSiteCheckup|Server Density Service Monitoring|Shopify-Captain-Hook|Shortwave Image Fetcher|linkReader/|^Silk/|SinceraSyntheticUser/|Optimizer\)|Site24x7|SiteSearch360/|SiteUptime\.com|SnapURLPreview/|SnapchatAds/|Snipcart/|solarwinds/|Sora POS/|SparkShipping|SparkPost|Spawning-AI|IDG/EU|Specificfeeds|Spectate/|splash Version/|Rigor\)|TwinWaveScanner|SSL Labs \(https://www\.ssllabs\.com|Stape/|StartpagePrivateImageProxy/|StatistikAustria/|Stripe/|Sucuri|Svix-Webhooks/|SwifteqLinkChecker|Swisscows|Datadog Synthetic|TactiScout/|tchelebi/|bitdiscovery|Test Certificate Info|TestLocally/|TestURI|TextRazor|The Knowledge AI|TheInternetSearchx|Trellis-Services|trentwil\.es|Trustly/|TTD-Content|Tweakers|TwilioProxy/|UASlinkChecker/|Unshorten\.It\!|updown\.io|Uptime/|uptimedoctor|Uptimia|uptrends|Urlcheckr/|useeBookChecker/|Vagabondo/|VaultPress|vu-server-health-scanner/|WebsiteOps|WatchMouse|Web Measure/|Webflow|websitepulse|WebSniffer/|WSM/|WEDOS OnLine|WhatsMyIP\.org|WhatWeb/|Wheregoes\.com|wheresitup\.com/|Citoid|ZoteroTranslationServer/WMF|wmtips\.com/|Wordup-1|workona-favicon-service/|Indy Library|WJHRO/|WP Time Capsule|WPUmbrella|WPMU DEV Broken Link Checker|WPMUDEV Uptime Monitor|WPSec/|abuse\.xmco\.fr|XY-Archive-Compliance|Yahoo Ad monitoring|YahooMailProxy|YahooCacheSystem|YLT Chrome|YokoyGroupAG/|Zapier|Zendesk Webhook|Penthouse Critical Path CSS Generator|Google-AdWords-Express|Notion/|SSL Labs$|Tumblr/|upday/|watchTowr|PRTG Network Monitor|GeedoShopProductFinder|IsonAI-User|InfoSifter'
        )
        THEN 'listed'
        WHEN NOT REGEXP_LIKE(said, '^(?:Mozilla|Opera)/')
        THEN 'program'
        WHEN REGEXP_LIKE(said, '(?i)https?://|www[.]|[a-z0-9_.+-]@[a-z0-9_-]+[.][a-z]')
        THEN 'crawler'
        WHEN REGEXP_LIKE(
          said,
          '(?i)audit|checker|diagnostic|monitor(?:[^s]|\z)|proxy|synthetic|transcod|uptime|validat'
        )
        THEN 'crawler'
        WHEN REGEXP_LIKE(said, '[(;] ?compatible[;)]')
        AND NOT REGEXP_LIKE(said, 'compatible; ?(?:MSIE|Konqueror|U;|Linux|ANT|Windows|Opera|\))')
        THEN 'crawler'
        ELSE 'person'
      END AS found
    FROM (
      SELECT
        *,
        NULLIF(
          REGEXP_EXTRACT(
            said,
            '(?i)(Google-GeminiNotebook|Gemini-Deep-Research|meta-externalfetcher|GoogleAgent-Mariner|Google-NotebookLM|Google-Read-Aloud|Google-Pinpoint|Perplexity-User|MistralAI-User|PerplexityUser|ChatGPT Agent|ChatGPT-User|Google-Agent|kagi-fetcher|Claude-User|IsonAI-User|Manus-User|Amzn-User|cohere-ai|Devin/)',
            1
          ),
          ''
        ) AS assistant,
        NULLIF(
          REGEXP_EXTRACT(
            said,
            '(?i)(cohere-training-data-crawler|laion-huggingface-processor|ApifyWebsiteContentCrawler|Poseidon Research Crawler|TaraGroup Intelligent Bot|Google-CloudVertexBot|Sidetrade indexer bot|VelenPublicWebCrawler|ISSCyberRiskCrawler|Cloudflare-AutoRAG|meta-externalagent|AzureAI-SearchBot|Factset_spyderbot|Aranet-SearchBot|Claude-SearchBot|ExteContextCrawl|Poggio-Citations|semantic-visions|The Knowledge AI|YandexAdditional|LAIONDownloader|Meta-WebIndexer|SBIntuitionsBot|SemrushBot-OCOB|Amzn-SearchBot|ChatGLM-Spider|FirecrawlAgent|atlassian-bot|DuckAssistBot|KunatoCrawler|OAI-SearchBot|PerplexityBot|Reflectionbot|anthropic-ai|ExaSearchBot|ImagesiftBot|Kangaroo Bot|KlaviyoAIBot|QualifiedBot|TikTokSpider|TSM-turingos|AISearchBot|Channel3Bot|DeepSeekBot|FacebookBot|Flyriverbot|GoogleOther|ICC-Crawler|imageSpider|img2dataset|linkReader/|Spawning-AI|AIWebIndex|bedrockbot|Bytespider|Claude-Web|iaskspider|spider[.]com|TerraCotta|ZanistaBot|Amazonbot|bigsur[.]ai|Brightbot|ClaudeBot|ImageMind|KendraBot|LinerBot/|LinkupBot|panscient|TavilyBot|ApifyBot|Cotoyogi|crawl4ai|Novellum|PhindBot|QuillBot|Thinkbot|Timpibot|Andibot|Anomura|Diffbot|HenkBot|iAskBot|newsai/|ShapBot|AI2Bot|GPTBot|omgili|YouBot|CCBot)',
            1
          ),
          ''
        ) AS ai,
        NULLIF(REGEXP_EXTRACT(said, '(?i)[a-z0-9_.-]*(?:bot|crawl|spider)[a-z0-9_.-]*'), '') AS named,
        COALESCE(
          NULLIF(REGEXP_EXTRACT(said, 'compatible; ?([^;/)]+)', 1), ''),
          CASE
            WHEN NOT REGEXP_LIKE(said, '^Mozilla')
            THEN NULLIF(REGEXP_EXTRACT(said, '^[^/ (]+'), '')
          END
        ) AS called
      FROM (
        SELECT
          cs_user_agent,
          agent,
          REGEXP_REPLACE(REGEXP_REPLACE(agent, '(Android [0-9.]+;)[^);]*', '$1'), '(?i)cubot|botech', '') AS said
        FROM (
          SELECT
            cs_user_agent,
            COALESCE(
              SUBSTR(
                URL_EXTRACT_PATH(
                  '/' || REPLACE(REGEXP_REPLACE(cs_user_agent, '%25([0-9A-Fa-f][0-9A-Fa-f])', '%$1'), '?', '%3F')
                ),
                2
              ),
              cs_user_agent
            ) AS agent
          FROM (
            SELECT DISTINCT
              COALESCE(cs_user_agent, '-') AS cs_user_agent
            FROM requests
            WHERE
              is_page
          ) AS sent
        ) AS decoded
      ) AS spelled
    ) AS found
  ) AS known
), asked_pages AS (
  SELECT
    c.local_day,
    c.site,
    CASE
      WHEN c.stem LIKE '%/' OR c.stem LIKE '%/?%' OR c.stem LIKE '%/index.html%'
      THEN REGEXP_REPLACE(
        REGEXP_REPLACE(c.stem, '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
        '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
        '$1$2'
      )
      ELSE c.stem
    END AS page,
    c.address,
    a.agent,
    a.kind,
    a.name,
    c.requests
  FROM (
    SELECT
      local_day,
      NULLIF(site, '-') AS site,
      CASE
        WHEN cs_uri_stem LIKE '%\%25%' ESCAPE '\'
        THEN REGEXP_REPLACE(cs_uri_stem, '%25([0-9A-Fa-f][0-9A-Fa-f])', '%$1')
        ELSE cs_uri_stem
      END AS stem,
      address,
      COALESCE(cs_user_agent, '-') AS cs_user_agent,
      COUNT(*) AS requests
    FROM requests
    WHERE
      is_page
      AND (
        sc_content_type IS NULL
        OR sc_content_type = '-'
        OR REGEXP_LIKE(sc_content_type, '(?i)^(?:text/html|application/xhtml)')
      )
    GROUP BY
      local_day,
      site,
      cs_uri_stem,
      address,
      cs_user_agent
  ) AS c
  JOIN agents AS a
    ON a.cs_user_agent = c.cs_user_agent
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
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp,
      CASE WHEN sampleweight BETWEEN 1e0 AND 1e12 THEN sampleweight ELSE 1e0 END AS weight
    FROM TABLE_NAME AS events
    WHERE
      dt BETWEEN '2026-10-31' AND '2026-12-01'
  ) AS dated
), scripted AS (
  SELECT
    local_day,
    eventtype,
    NULLIF(
      REGEXP_REPLACE(LOWER(REGEXP_EXTRACT(sent, '^[A-Za-z]+://([^/?#]+)', 1)), '^www\.|:[0-9]+\z', ''),
      ''
    ) AS site,
    CASE
      WHEN NOT shown IS NULL
      THEN COALESCE(
        NULLIF(REGEXP_EXTRACT(shown, '^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?([^?#]*)', 1), ''),
        '/'
      )
    END AS page,
    ip AS address,
    useragent AS agent,
    CASE WHEN ip IS NULL AND NOT visitorid IS NULL THEN 1 ELSE 0 END AS is_aged,
    weight
  FROM (
    SELECT
      local_day,
      eventtype,
      page AS sent,
      CASE
        WHEN page LIKE '%/' OR page LIKE '%/?%' OR page LIKE '%/index.html%'
        THEN REGEXP_REPLACE(
          REGEXP_REPLACE(page, '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
          '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
          '$1$2'
        )
        ELSE page
      END AS shown,
      ip,
      visitorid,
      useragent,
      weight
    FROM stamped
    WHERE
      dt BETWEEN '2026-11-01' AND '2026-11-30'
      AND (
        'UTC' = 'UTC'
        OR (
          stamp >= '2026-11-01T00:00:00.000Z' AND stamp < '2026-12-01T00:00:00.000Z'
        )
      )
      AND NOT isbot
  ) AS people
), split_pages AS (
  SELECT
    local_day,
    page,
    SUM(requests) AS requests,
    SUM(asked) AS asked,
    SUM(script_views) AS script_views,
    SUM(crawlers) AS crawlers,
    SUM(ai_crawlers) AS ai_crawlers,
    SUM(assistants) AS assistants,
    SUM(programs) AS programs,
    SUM(
      paired + LEAST(bare_requests, left_views) + LEAST(
        bare_views,
        GREATEST(left_requests, 0) + bare_requests - LEAST(bare_requests, left_views)
      )
    ) AS paired
  FROM (
    SELECT
      local_day,
      page,
      agent,
      SUM(requests) AS requests,
      SUM(asked) AS asked,
      SUM(script_views) AS script_views,
      SUM(crawlers) AS crawlers,
      SUM(ai_crawlers) AS ai_crawlers,
      SUM(assistants) AS assistants,
      SUM(programs) AS programs,
      SUM(CASE WHEN address IS NULL THEN 0 ELSE weight * LEAST(asked, kept_views) END) AS paired,
      SUM(
        CASE WHEN address IS NULL THEN 0 ELSE asked - weight * LEAST(asked, kept_views) END
      ) AS left_requests,
      SUM(
        CASE
          WHEN address IS NULL
          THEN 0
          ELSE script_views - weight * LEAST(asked, kept_views)
        END
      ) AS left_views,
      SUM(CASE WHEN address IS NULL THEN asked ELSE 0 END) AS bare_requests,
      SUM(CASE WHEN address IS NULL THEN script_views ELSE 0 END) AS bare_views
    FROM (
      SELECT
        local_day,
        page,
        agent,
        address,
        SUM(requests) AS requests,
        SUM(weighted) AS script_views,
        SUM(views) AS kept_views,
        CASE WHEN SUM(views) > 0 THEN 1e0 * SUM(weighted) / SUM(views) ELSE 1e0 END AS weight,
        SUM(CASE WHEN kind = 'person' THEN requests ELSE 0 END) AS asked,
        SUM(CASE WHEN kind = 'crawler' THEN requests ELSE 0 END) AS crawlers,
        SUM(CASE WHEN kind = 'ai' THEN requests ELSE 0 END) AS ai_crawlers,
        SUM(CASE WHEN kind = 'assistant' THEN requests ELSE 0 END) AS assistants,
        SUM(CASE WHEN kind = 'program' THEN requests ELSE 0 END) AS programs
      FROM (
        SELECT
          local_day,
          page,
          agent,
          address,
          kind,
          requests,
          0 AS views,
          0e0 AS weighted
        FROM asked_pages
        UNION ALL
        SELECT
          v.local_day,
          v.page,
          v.agent,
          v.address,
          NULL AS kind,
          0 AS requests,
          COUNT(*) AS views,
          SUM(v.weight) AS weighted
        FROM scripted AS v
        JOIN (
          SELECT
            local_day,
            '/' || ARRAY_JOIN(ARRAY_AGG(site ORDER BY site), '/') || '/' AS sites
          FROM (
            SELECT
              local_day,
              COALESCE(NULLIF(site, '-'), '') AS site
            FROM requests
            WHERE
              is_page
            GROUP BY
              local_day,
              COALESCE(NULLIF(site, '-'), '')
          ) AS hosts
          GROUP BY
            local_day
        ) AS logged
          ON logged.local_day = v.local_day
        WHERE
          v.eventtype = 'page_view'
          AND NOT v.page IS NULL
          AND (
            v.site IS NULL
            OR STRPOS(logged.sites, '//') > 0
            OR STRPOS(logged.sites, '/' || v.site || '/') > 0
          )
        GROUP BY
          v.local_day,
          v.page,
          v.agent,
          v.address
      ) AS both
      GROUP BY
        local_day,
        page,
        agent,
        address
    ) AS compared
    GROUP BY
      local_day,
      page,
      agent
  ) AS counted
  GROUP BY
    local_day,
    page
)
SELECT
  page,
  CAST(SUM(requests) AS BIGINT) AS requests,
  CAST(ROUND(SUM(script_views)) AS BIGINT) AS script_views,
  CAST(ROUND(SUM(script_views - paired)) AS BIGINT) AS without_request,
  CAST(ROUND(SUM(asked - paired)) AS BIGINT) AS unseen,
  ROUND(1e2 * SUM(asked - paired) / NULLIF(SUM(asked), 0), 1) AS unseen_share,
  CAST(SUM(crawlers) AS BIGINT) AS crawlers,
  CAST(SUM(ai_crawlers) AS BIGINT) AS ai_crawlers,
  CAST(SUM(assistants) AS BIGINT) AS assistants,
  CAST(SUM(programs) AS BIGINT) AS programs
FROM split_pages
GROUP BY
  page
ORDER BY
  requests DESC,
  script_views DESC,
  page
LIMIT 20;

-- Script and no script: people
-- How many people asked for a page on each day, by the access logs (a person is a day's address with a user agent); how
-- many of them a script saw; how many may be those who opt out, whose events have no hash (unclear: at most as many as
-- such page views with their user agent); and how many sent no event all day (unseen), with their share in percent:
-- because of a blocker, but also because they left before the script ran, or are a program that says it is a browser.
-- hits_without_address are of days whose salt was forgotten: nobody knows of how many people. Days whose events have no
-- address's hash any more (ip_days) are left out: nobody can compare them. :bots has no effect here.
WITH requests AS (
  SELECT
    *,
    CASE
      WHEN 'UTC' = 'UTC'
      THEN dt
      ELSE DATE_FORMAT(AT_TIMEZONE(FROM_ISO8601_TIMESTAMP(stamp), 'UTC'), '%Y-%m-%d')
    END AS local_day,
    cs_method = 'GET'
    AND sc_status IN (200, 304)
    AND NOT REGEXP_LIKE(
      LOWER(cs_uri_stem),
      '\.(?:css|js|mjs|map|wasm|webmanifest|json|xml|rss|atom|txt|csv|avif|bmp|gif|ico|jpe?g|png|svg|tiff?|webp|eot|otf|ttf|woff2?|avi|flv|m4[av]|mov|mp[34]|mpe?g|og[agv]|swf|wav|webm|docx?|pdf|pptx?|xlsx?|7z|bz2|dmg|exe|gz|iso|rar|tar|tgz|xz|zip|zst)\z'
    ) AS is_page,
    CASE WHEN referring <> '' AND referring <> site THEN referring END AS source
  FROM (
    SELECT
      *,
      CONCAT("date", 'T', "time", '.000Z') AS stamp,
      NULLIF(c_ip, '-') AS address,
      REGEXP_REPLACE(LOWER(x_host_header), '^www\.|:[0-9]+\z', '') AS site,
      REGEXP_REPLACE(
        LOWER(REGEXP_EXTRACT(cs_referer, '^[A-Za-z]+://([^/?#]+)', 1)),
        '^www\.|:[0-9]+\z',
        ''
      ) AS referring
    FROM TABLE_NAME_access AS access
    WHERE
      dt BETWEEN '2026-11-01' AND '2026-11-30'
  ) AS dated
  WHERE
    NOT sc_status IS NULL
    AND (
      'UTC' = 'UTC'
      OR (
        stamp >= '2026-11-01T00:00:00.000Z' AND stamp < '2026-12-01T00:00:00.000Z'
      )
    )
), agents AS (
  SELECT
    cs_user_agent,
    agent,
    CASE found
      WHEN 'assistant'
      THEN assistant
      WHEN 'ai'
      THEN ai
      WHEN 'person'
      THEN NULL
      ELSE COALESCE(named, called, said)
    END AS name,
    CASE found WHEN 'named' THEN 'crawler' WHEN 'listed' THEN 'crawler' ELSE found END AS kind
  FROM (
    SELECT
      *,
      CASE
        WHEN NOT assistant IS NULL
        THEN 'assistant'
        WHEN NOT ai IS NULL
        THEN 'ai'
        WHEN REGEXP_LIKE(said, '(?i)bot|crawl|spider')
        THEN 'named'
        WHEN REGEXP_LIKE(
          said,
          'Feedfetcher-Google|Mediapartners-Google|APIs-Google|Google-InspectionTool|GoogleOther|Slurp|Nutch|BIGLOTRON|Teoma|convera|Gigablast|ia_archiver|webmon |grub\.org|netresearchserver|speedy|fluffy|findlink|panscient|ips-agent|yanga|CyberPatrol|postrank|Turnitin|page2rss|linkdex|ezooms|heritrix|findthatfile|europarchive\.org|(sistrix|SISTRIX) [cC]rawler|mappydata|eright|Apercite|Aboundex|summify|ec2linkfinder|facebookexternalhit|Yeti|RetrevoPageAnalyzer|wotbox|ichiro|drupact|coccoc|integromedb|siteexplorer\.info|proximic|changedetection|WeSEE:Search|CC Metadata Scaper|g00g1e\.net|binlar|A6-Indexer|ADmantX|MegaIndex|ltx71|BUbiNG|Qwantify|lipperhey|Y!J|AddThis|MetaURI|Livelap[bB]ot|CapsuleChecker|collection@infegy\.com|DeuSu/|Sysomos|Trove|deadlinkchecker|Slack-ImgProxy|Embedly|iskanie|SkypeUriPreview|Google-Adwords-Instant|electricmonk|BingPreview/|Yahoo Link Preview|Daum/|Xenu Link Sleuth|[pP]ingdom|AppInsights|PhantomJS|Jetslide|newsharecounts|Bark[rR]owler|TinEye|LinkArchiver|YaK/|Digg Deeper|Snacktory|NING/|Nuzzel|omgili|PocketParser|um-LN|MuckRack|NetcraftSurveyAgent|AppEngine-Google|Upflow|Thinklab|Traackr\.com|Twurly|Mastodon|BrandVerity|check_http|EZID|^LCC |Buck/|Genieo|MeltwaterNews|Moreover|ScoutJet|(^| )sentry/|seoscanners|Hatena|Google Web Preview|adscanner|Netvibes|Baidu-YunGuanCe|Disqus|Feedly|Fetch/|Flamingo_SearchEngine|FlipboardProxy|G2 Web Services|vkShare|Siteimprove\.com|DareBoost|Miniflux/|Feedspot|SEOkicks|tracemyfile|zgrab|PR-CY\.RU|Datafeedwatch|Zabbix|google-xrawler|Pulsepoint |CloudFlare-AlwaysOnline|Cloudflare-Healthchecks|Cloudflare-Traffic-Manager|CloudFlare-Prefetch|Cloudflare-SSLDetector|https://developers\.cloudflare\.com/security-center/|Google-Structured-Data-Testing-Tool|WordupInfoSearch|WebDataStats|outbrain|W3C_Validator|Validator\.nu|W3C-checklink|W3C-mobileOK|W3C_I18n-Checker|FeedValidator|W3C_CSS_Validator|W3C_Unicorn|Google-PhysicalWeb|Blackboard|BazQux|Twingly|Rivva|Dataprovider\.com|GroupHigh/|theoldreader\.com|Nmap Scripting Engine|2ip\.ru|Clickagy|Google Favicon|HubSpot|Chrome-Lighthouse|HeadlessChrome|CheckMarkNetwork/|www\.uptime\.com|MixnodeCache/|SimpleScraper|fedoraplanet|Friendica|NextCloud|Tiny Tiny RSS|Datanyze|Google-Site-Verification|TrendsmapResolver|tweetedtimes|Gwene|SimplePie|SearchAtlas|Superfeedr|AmazonProductDiscovery|AmazonSellerInitiatedListing|FreeWebMonitoring SiteChecker|Domains Project/|Pandalytics|PagePeeker/|Vigil/|seewithkids|BlogTraffic/[0-9]\.[0-9]+ Feed-Fetcher|Cincraw|FreshRSS|Google-Certificates-Bridge|evc-batch|virustotal|(^| )PTST/|seostar\.co|Uptime-Kuma|Seekport|Feedbin|Snap URL Preview Service|RuxitSynthetic|Google-Read-Aloud|Valve/Steam|ChatGPT-User|woorankreview/|Google-Safety|search\.marginalia\.nu|hyscore\.io|SEOlizer|Synapse|deepnoc|hypestat|sempi\.tech|Iframely|MetaInspector|l9explore|OpenGraphCheck|developers\.google\.com/\+/web/snippet|MaCoCu|inoreader|NetSystemsResearch|PageThing|WordPress/|Expanse|InternetMeasurement|^BW/|[cC]laude[bB]ot|vercel-screenshot|facebookcatalog/|meta-externalads/|meta-externalagent/|meta-externalfetcher/|Lemmy|CookieHubScan|Hydrozen\.io|HTTP Banner Detection|MicrosoftPreview/|GeedoProductSearch|CensysInspect/|sitebulb|DatadogSynthetics|Google-Ads-Conversions|ObservePoint|Checkly|Claude-Web|anthropic-ai|Claude-User|Google-Extended|cohere-ai|CMSChecker|Wayback|Playwright|Puppeteer|Selenium|Nikto|sqlmap|ZmEu|masscan|WPScan|[aA]cunetix|Nessus|[dD]ir[Bb]uster|StatusCake|air\.ai/scanning|asnriskscorer|l9scan|Gemini-Deep-Research|Perplexity-User|PerplexityUser|meta-webindexer|MistralAI-User|webzio|newsai/|A360-Search|AccessStatus|Acquia optimize|ActiveComply|AlertSite|AllAfrica|Amazon-Bedrock-AgentCore-Browser|AmazonBuyForMe|Amzn-User|Anchor Browser|Anomura|Archive-It|artemis web reader|Attracta|Authory|Automaton|Newsify Feed Fetcher|BestChange|bigsur\.ai|BlingERP|Blockaid|Bloglines|BlogVault|bluesky-domain-status-classifier|Bluesky/|Bugsnag|Buttondown|CertChief|channable|Chirp|gotosocial|ClickUpLinkUnfurler|Cloudflare-AutoRAG|Cloudflare-Custom-Hostname-Verification|Cloudflare-Stream-Webhook|CloudflareRadarURLScanner|Cloudtrellis|[cC]ludo|Code/1\.|Collapsify|Convermax|cookie-maestro|CookieHubVerify|Crazy Egg|Current(?:.|\n)*RSS Reader|cypex\.ai/scanning|DigiCert DCV|dlvr\.it|Dotcom-Monitor|DrataAutopilot|DreamHost Data Team|ds9|elmah\.io Uptime Monitoring|EzLynx|FastDAST|Feeder /|FeedFlow|FindFiles\.net|Goodreads|Google Trust Services|Google-Agent|Google-Gemini-CLI|Google-NotebookLM|GoogleAgent-Mariner|Hardenize|Innologica|kagi-fetcher|Known Agent|laion-huggingface-processor|lyonl-asset-proxy|MagpieRSS|mail\.ru|MailChimp|Manus-User|MetaIAB Facebook|MontasticMonitor|NanoInteractive|Netcraft SSL Server Survey|Netcraft Web Server Survey|Netumo|netumo|NewRelicSynthetics|NewsRoom\.BI|Nitro-|Noibu|OneTrust|opencode-smartfetch|;Owler|PodchaserParser|Poggio-Citations|Qualys|RSiteAuditor|RSS\.Social|Scope3|scraping@nytimes\.com|Scrubby|seo4ajax\.com|SequelWP|ServerDensity|ShortPixel|Silktide|SiteLock|Software-Security-Research|SottopopNone|Splunk|ThousandEyes|Trae/|TwinAgent|um-FC|um-IC|UptimeStatistics|visionheight\.com/scan|Watchful|weborama-fetcher|WepchSearchEngine|WPMU DEV Hub|WTotem|ZoomInfo-|7Siters|Bling ERP|Dark Visitor|Determ|DNSScanner|eMoney Advisor|FediDB|FediIndex|FediList Agent|Fedineko|Fluid|kaikki\.org-digital-archive|Library Of Congress Web Archiving|MatchorySearch|ModatScanner|New York Times Newsgathering|NLUX_IAHarvester|seoLyt|Termly|TLS tester|WebZIP|WikiDo|ZyBorg|TerraCotta|caveman-hunter|Corporama matcher|CyotekWebCopy|Datadog Agent|EmailWolf|NicheIndex|HeadOnlyScraper|Impact\.com Agent|Keydrop\.io|SENTINEL-LinkCheck|linko|loopimprovements\.com|OWLer-W|Pixalate\.com|Poduptime|semantic-visions|Sindup|SiteSucker|SQWatcher|sv-watchagent|TSM-turingos|UGAResearchAgent|WebCapture|WebCopier|cognitiveseo\.com|XML Sitemaps Generator|adbeat\.com|AdminLabs|Adventurer|alexa site audit|alienfarm|allOrigins|AppSiteAssociation|Aragog/|Aranea|ArchiveBox|Asana/|Autoconfig Test from USTC|Bad Neighborhood Header Detector|BinaryCanary|Bitbucket-Webhooks|BlackDuck-FD|Blogtrottr|BDFetch|Brandwatch|brokenlinkcheck\.com|BW/|Bushbaby|rss-parser|CapitalOneShopping|Catchpoint|centuryb\.o\.t9|CERT PL|certytags|Charlotte|Chatwork LinkPreview|CheckHost|Goodzer|Chrome Privacy Preserving Prefetch Proxy|CirrusExplorer|CLASSLA-web|Cloudflare-Validator|cloudflare-csup|Cloudflare-Radar-Scanner|Cloudflare-SpeedTest|Cloudflare-Stream-Hook|CommaFeed|researchscan\.comsys\.rwth-aachen\.de|contentkingapp|Cotoyogi|Criticalcss\.com|cron-job\.org|DMBrowser|downnotifier\.com|DowntimeDetector/|Dlc/|EasyBib AutoCite|easybill-ImportManager|EasyCron/|easyDNS Monitoring|Cronless|crusty/|csirt\.cz|daumoa|Dead Link Checker|Detectify|Devin|Discourse Forum Onebox|EdgeWatch|Do Not Track Verifier|eRepublik\.tools|ExodusMovement|Ezgif|FastmailUA|Feed Image Audit|FeedBurner|feeder\.co|Feedwind|FirmoGraph|FlipboardRSS|Foregenix|Freespoke/|Funnelback|gdnplus\.com|getthit\.com|Ghost Inspector|github-camo|GlobalWebSearch|Golfe/|Google-Apps-Script|GoogleStackdriverMonitoring|GoogleAssociationService/|GoogleImageProxy|GoogleProducer|Google-Trust-Services/|Google-Area120|GoogleAssociationService$|GoogleDocs|GoPay|GotSiteMonitor\.com|synthetic-monitoring-agent/|Grammarly/|Grover/|GTmetrix|Verity/|HappyWing|hCardValidator|Hello World|HetrixTools|Honeybadger Uptime Check|HostTracker/|Hotjar|Hype Machine/|Web Screen Service By hyperhost|IFTTT/|ImageFetcher/|ImageMind|img2dataset|imgproxy/|Innguma/|Instapaper/|Integromat/|internetVista monitor|Irokez\.cz monitoring|iubenda-radar/|jetmon/|Jumio|keycdn-tools/|Klaviyo/|LAC_IAHarvester|LegalMonster|Let''s Encrypt|loc\.gov/programs/web-archiving|LinkTiger|LinkAce/|LinkWalker/|LogicMonitor|Magellan|magicsearchdev/|Magnet\.me-web/|MainWP/|Make/|ManageWP|MarketGoo/|MarketingMiner|Mavifinds|MB-LinkChecker|MediavineMetadataParser/|Meta-ExternalHit/|Metorik|Miniature\.io/|mirrorweb\.com|ModularConnector/|Mollie HTTP client|monitis -|MonitoRSS/|MonSpark/|montastic-monitor|MonTools\.com|MxToolbox|nbertaupete95|NetAPI|NetShelter ContentScan|NETVIGIE|nyt_scraping|NewsNow/|NLNZ_IAHarvester|NodePing|Nooshub/|Novaact/|Novellum|nvdorz|Odin;|Offline Explorer|OhDear/|Omnisend/|Online Domain Tools|WebCEO Online/|OpenGraph\.io/|OpenRSS|OpenVAS|Owler \(ows\.eu|Operator/|Orlo-LinkPreview/|Cozi-iCalendar-FeedReader|OutsellURLValidator|Overcast/|Pagespeed/|Panopta|parse\.ly scraper/|PayPal/|PDF24 URL To PDF|PingAdmin\.Ru/|pingping\.io/|PlayStore-Google|PocketCasts/|Potions/|PrintFriendly\.com|Pro-Sitemaps/|ProbelySPDR/|ProjectShield-UrlCheck|Blackbox Exporter/|Protopage/|PS_Daily/|pulsetic\.com|PWABuilderHttpAgent|Rackspace Monitoring/|Readable/|Recurly Webhooks/|RED/|Reelevant/|remove\.bg/|Retool/|RetroListeCOM/|RevvimGort/|reward-gateway|Riddler \(http://riddler\.io|RSSAPI/|rss2tg|SFDC-Callout/|page-preview-tool|Sansec Security Monitor/|GIFTEDVISITOR SCAN|Schema-Markup-Validator|Scoop\.it/|Searcherweb|Searcherxweb|SearchExpress|SecurityHeaders|SendGrid Event API|s4a/|SeoSiteCheckup|Server Density Service Monitoring|Shopify-Captain-Hook|Shortwave Image Fetcher|linkReader/|^Silk/|SinceraSyntheticUser/|Optimizer\)|Site24x7|SiteSearch360/|SiteUptime\.com|SnapURLPreview/|SnapchatAds/|Snipcart/|solarwinds/|Sora POS/|SparkShipping|SparkPost|Spawning-AI|IDG/EU|Specificfeeds|Spectate/|splash Version/|Rigor\)|TwinWaveScanner|SSL Labs \(https://www\.ssllabs\.com|Stape/|StartpagePrivateImageProxy/|StatistikAustria/|Stripe/|Sucuri|Svix-Webhooks/|SwifteqLinkChecker|Swisscows|Datadog Synthetic|TactiScout/|tchelebi/|bitdiscovery|Test Certificate Info|TestLocally/|TestURI|TextRazor|The Knowledge AI|TheInternetSearchx|Trellis-Services|trentwil\.es|Trustly/|TTD-Content|Tweakers|TwilioProxy/|UASlinkChecker/|Unshorten\.It\!|updown\.io|Uptime/|uptimedoctor|Uptimia|uptrends|Urlcheckr/|useeBookChecker/|Vagabondo/|VaultPress|vu-server-health-scanner/|WebsiteOps|WatchMouse|Web Measure/|Webflow|websitepulse|WebSniffer/|WSM/|WEDOS OnLine|WhatsMyIP\.org|WhatWeb/|Wheregoes\.com|wheresitup\.com/|Citoid|ZoteroTranslationServer/WMF|wmtips\.com/|Wordup-1|workona-favicon-service/|Indy Library|WJHRO/|WP Time Capsule|WPUmbrella|WPMU DEV Broken Link Checker|WPMUDEV Uptime Monitor|WPSec/|abuse\.xmco\.fr|XY-Archive-Compliance|Yahoo Ad monitoring|YahooMailProxy|YahooCacheSystem|YLT Chrome|YokoyGroupAG/|Zapier|Zendesk Webhook|Penthouse Critical Path CSS Generator|Google-AdWords-Express|Notion/|SSL Labs$|Tumblr/|upday/|watchTowr|PRTG Network Monitor|GeedoShopProductFinder|IsonAI-User|InfoSifter'
        )
        THEN 'listed'
        WHEN NOT REGEXP_LIKE(said, '^(?:Mozilla|Opera)/')
        THEN 'program'
        WHEN REGEXP_LIKE(said, '(?i)https?://|www[.]|[a-z0-9_.+-]@[a-z0-9_-]+[.][a-z]')
        THEN 'crawler'
        WHEN REGEXP_LIKE(
          said,
          '(?i)audit|checker|diagnostic|monitor(?:[^s]|\z)|proxy|synthetic|transcod|uptime|validat'
        )
        THEN 'crawler'
        WHEN REGEXP_LIKE(said, '[(;] ?compatible[;)]')
        AND NOT REGEXP_LIKE(said, 'compatible; ?(?:MSIE|Konqueror|U;|Linux|ANT|Windows|Opera|\))')
        THEN 'crawler'
        ELSE 'person'
      END AS found
    FROM (
      SELECT
        *,
        NULLIF(
          REGEXP_EXTRACT(
            said,
            '(?i)(Google-GeminiNotebook|Gemini-Deep-Research|meta-externalfetcher|GoogleAgent-Mariner|Google-NotebookLM|Google-Read-Aloud|Google-Pinpoint|Perplexity-User|MistralAI-User|PerplexityUser|ChatGPT Agent|ChatGPT-User|Google-Agent|kagi-fetcher|Claude-User|IsonAI-User|Manus-User|Amzn-User|cohere-ai|Devin/)',
            1
          ),
          ''
        ) AS assistant,
        NULLIF(
          REGEXP_EXTRACT(
            said,
            '(?i)(cohere-training-data-crawler|laion-huggingface-processor|ApifyWebsiteContentCrawler|Poseidon Research Crawler|TaraGroup Intelligent Bot|Google-CloudVertexBot|Sidetrade indexer bot|VelenPublicWebCrawler|ISSCyberRiskCrawler|Cloudflare-AutoRAG|meta-externalagent|AzureAI-SearchBot|Factset_spyderbot|Aranet-SearchBot|Claude-SearchBot|ExteContextCrawl|Poggio-Citations|semantic-visions|The Knowledge AI|YandexAdditional|LAIONDownloader|Meta-WebIndexer|SBIntuitionsBot|SemrushBot-OCOB|Amzn-SearchBot|ChatGLM-Spider|FirecrawlAgent|atlassian-bot|DuckAssistBot|KunatoCrawler|OAI-SearchBot|PerplexityBot|Reflectionbot|anthropic-ai|ExaSearchBot|ImagesiftBot|Kangaroo Bot|KlaviyoAIBot|QualifiedBot|TikTokSpider|TSM-turingos|AISearchBot|Channel3Bot|DeepSeekBot|FacebookBot|Flyriverbot|GoogleOther|ICC-Crawler|imageSpider|img2dataset|linkReader/|Spawning-AI|AIWebIndex|bedrockbot|Bytespider|Claude-Web|iaskspider|spider[.]com|TerraCotta|ZanistaBot|Amazonbot|bigsur[.]ai|Brightbot|ClaudeBot|ImageMind|KendraBot|LinerBot/|LinkupBot|panscient|TavilyBot|ApifyBot|Cotoyogi|crawl4ai|Novellum|PhindBot|QuillBot|Thinkbot|Timpibot|Andibot|Anomura|Diffbot|HenkBot|iAskBot|newsai/|ShapBot|AI2Bot|GPTBot|omgili|YouBot|CCBot)',
            1
          ),
          ''
        ) AS ai,
        NULLIF(REGEXP_EXTRACT(said, '(?i)[a-z0-9_.-]*(?:bot|crawl|spider)[a-z0-9_.-]*'), '') AS named,
        COALESCE(
          NULLIF(REGEXP_EXTRACT(said, 'compatible; ?([^;/)]+)', 1), ''),
          CASE
            WHEN NOT REGEXP_LIKE(said, '^Mozilla')
            THEN NULLIF(REGEXP_EXTRACT(said, '^[^/ (]+'), '')
          END
        ) AS called
      FROM (
        SELECT
          cs_user_agent,
          agent,
          REGEXP_REPLACE(REGEXP_REPLACE(agent, '(Android [0-9.]+;)[^);]*', '$1'), '(?i)cubot|botech', '') AS said
        FROM (
          SELECT
            cs_user_agent,
            COALESCE(
              SUBSTR(
                URL_EXTRACT_PATH(
                  '/' || REPLACE(REGEXP_REPLACE(cs_user_agent, '%25([0-9A-Fa-f][0-9A-Fa-f])', '%$1'), '?', '%3F')
                ),
                2
              ),
              cs_user_agent
            ) AS agent
          FROM (
            SELECT DISTINCT
              COALESCE(cs_user_agent, '-') AS cs_user_agent
            FROM requests
            WHERE
              is_page
          ) AS sent
        ) AS decoded
      ) AS spelled
    ) AS found
  ) AS known
), asked_pages AS (
  SELECT
    c.local_day,
    c.site,
    CASE
      WHEN c.stem LIKE '%/' OR c.stem LIKE '%/?%' OR c.stem LIKE '%/index.html%'
      THEN REGEXP_REPLACE(
        REGEXP_REPLACE(c.stem, '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
        '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
        '$1$2'
      )
      ELSE c.stem
    END AS page,
    c.address,
    a.agent,
    a.kind,
    a.name,
    c.requests
  FROM (
    SELECT
      local_day,
      NULLIF(site, '-') AS site,
      CASE
        WHEN cs_uri_stem LIKE '%\%25%' ESCAPE '\'
        THEN REGEXP_REPLACE(cs_uri_stem, '%25([0-9A-Fa-f][0-9A-Fa-f])', '%$1')
        ELSE cs_uri_stem
      END AS stem,
      address,
      COALESCE(cs_user_agent, '-') AS cs_user_agent,
      COUNT(*) AS requests
    FROM requests
    WHERE
      is_page
      AND (
        sc_content_type IS NULL
        OR sc_content_type = '-'
        OR REGEXP_LIKE(sc_content_type, '(?i)^(?:text/html|application/xhtml)')
      )
    GROUP BY
      local_day,
      site,
      cs_uri_stem,
      address,
      cs_user_agent
  ) AS c
  JOIN agents AS a
    ON a.cs_user_agent = c.cs_user_agent
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
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp,
      CASE WHEN sampleweight BETWEEN 1e0 AND 1e12 THEN sampleweight ELSE 1e0 END AS weight
    FROM TABLE_NAME AS events
    WHERE
      dt BETWEEN '2026-10-31' AND '2026-12-01'
  ) AS dated
), scripted AS (
  SELECT
    local_day,
    eventtype,
    NULLIF(
      REGEXP_REPLACE(LOWER(REGEXP_EXTRACT(sent, '^[A-Za-z]+://([^/?#]+)', 1)), '^www\.|:[0-9]+\z', ''),
      ''
    ) AS site,
    CASE
      WHEN NOT shown IS NULL
      THEN COALESCE(
        NULLIF(REGEXP_EXTRACT(shown, '^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?([^?#]*)', 1), ''),
        '/'
      )
    END AS page,
    ip AS address,
    useragent AS agent,
    CASE WHEN ip IS NULL AND NOT visitorid IS NULL THEN 1 ELSE 0 END AS is_aged,
    weight
  FROM (
    SELECT
      local_day,
      eventtype,
      page AS sent,
      CASE
        WHEN page LIKE '%/' OR page LIKE '%/?%' OR page LIKE '%/index.html%'
        THEN REGEXP_REPLACE(
          REGEXP_REPLACE(page, '^([^?]*/)index\.html(\?.*)?\z', '$1$2'),
          '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?\z',
          '$1$2'
        )
        ELSE page
      END AS shown,
      ip,
      visitorid,
      useragent,
      weight
    FROM stamped
    WHERE
      dt BETWEEN '2026-11-01' AND '2026-11-30'
      AND (
        'UTC' = 'UTC'
        OR (
          stamp >= '2026-11-01T00:00:00.000Z' AND stamp < '2026-12-01T00:00:00.000Z'
        )
      )
      AND NOT isbot
  ) AS people
)
SELECT
  local_day AS day,
  CAST(SUM(people) AS BIGINT) AS people,
  CAST(ROUND(SUM(seen)) AS BIGINT) AS seen,
  CAST(ROUND(SUM(LEAST(GREATEST(people - seen, 0), bare_views))) AS BIGINT) AS unclear,
  CAST(ROUND(SUM(people - seen - LEAST(GREATEST(people - seen, 0), bare_views))) AS BIGINT) AS unseen,
  ROUND(
    1e2 * SUM(people - seen - LEAST(GREATEST(people - seen, 0), bare_views)) / NULLIF(SUM(people), 0),
    1
  ) AS unseen_share,
  CAST(SUM(bare_requests) AS BIGINT) AS hits_without_address
FROM (
  SELECT
    local_day,
    agent,
    MAX(is_aged) AS is_aged,
    COUNT_IF(NOT address IS NULL AND requests > 0) AS people,
    SUM(
      CASE WHEN NOT address IS NULL AND requests > 0 AND events > 0 THEN weight ELSE 0 END
    ) AS seen,
    SUM(CASE WHEN address IS NULL THEN views ELSE 0 END) AS bare_views,
    SUM(CASE WHEN address IS NULL THEN requests ELSE 0 END) AS bare_requests
  FROM (
    SELECT
      local_day,
      agent,
      address,
      MAX(is_aged) AS is_aged,
      SUM(requests) AS requests,
      SUM(events) AS events,
      SUM(views) AS views,
      MIN(weight) AS weight
    FROM (
      SELECT
        local_day,
        agent,
        address,
        0 AS is_aged,
        requests,
        0 AS events,
        0 AS views,
        NULL AS weight
      FROM asked_pages
      WHERE
        kind = 'person'
      UNION ALL
      SELECT
        local_day,
        agent,
        address,
        MAX(is_aged) AS is_aged,
        0 AS requests,
        COUNT(*) AS events,
        SUM(CASE WHEN eventtype = 'page_view' THEN weight ELSE 0 END) AS views,
        MIN(weight) AS weight
      FROM scripted
      GROUP BY
        local_day,
        agent,
        address
    ) AS both
    GROUP BY
      local_day,
      agent,
      address
  ) AS senders
  GROUP BY
    local_day,
    agent
) AS agents
GROUP BY
  local_day
HAVING
  MAX(is_aged) = 0 AND (
    SUM(people) > 0 OR SUM(bare_requests) > 0
  )
ORDER BY
  local_day;

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
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp,
      CASE WHEN sampleweight BETWEEN 1e0 AND 1e12 THEN sampleweight ELSE 1e0 END AS weight
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
    COALESCE(sessionid, visitorid, eventid) AS unit,
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
  ROUND(1e2 * reached_25 / NULLIF(whole, 0), 1) AS reached_25,
  ROUND(1e2 * reached_50 / NULLIF(whole, 0), 1) AS reached_50,
  ROUND(1e2 * reached_75 / NULLIF(whole, 0), 1) AS reached_75,
  ROUND(1e2 * reached_100 / NULLIF(whole, 0), 1) AS reached_100
FROM (
  SELECT
    page,
    CAST(ROUND(COALESCE(SUM(CASE WHEN eventtype = 'page_view' THEN weight END), 0)) AS BIGINT) AS page_views,
    SUM(CASE WHEN eventtype = 'page_view' THEN weight ELSE 0 END) AS whole,
    SUM(CASE WHEN mark = '25' THEN weight ELSE 0 END) AS reached_25,
    SUM(CASE WHEN mark = '50' THEN weight ELSE 0 END) AS reached_50,
    SUM(CASE WHEN mark = '75' THEN weight ELSE 0 END) AS reached_75,
    SUM(CASE WHEN mark = '100' THEN weight ELSE 0 END) AS reached_100,
    SUM(CASE WHEN mark IN ('25', '50', '75', '100') THEN weight ELSE 0 END) AS marks
  FROM (
    SELECT
      shown_page AS page,
      eventtype,
      weight,
      unit,
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
WITH brands AS (
  SELECT
    SPLIT_PART(brand, ':', 1) AS kind,
    COALESCE(NULLIF(SPLIT_PART(brand, ':', 2), ''), name) AS source,
    name
  FROM UNNEST(SPLIT(
    'ai:chatgpt:chatgpt,chatgpt.com,chat.openai.com,openai.com,com.openai.chatgpt,chat gpt,openai
ai:perplexity:perplexity,perplexity.ai,perplexity.com,ai.perplexity.app.android
ai:claude:claude,claude.ai,claude.com,anthropic.com,com.anthropic.claude,anthropic
ai:gemini:gemini,gemini.google.*,bard.google.*,aistudio.google.*,com.google.android.apps.bard,bard
ai:notebooklm:notebooklm,notebooklm.google.*,notebooklm.google
ai:copilot:copilot,copilot.microsoft.com,copilot.cloud.microsoft,m365.cloud.microsoft,copilot.com,edgeservices.bing.com,com.microsoft.copilot
ai:deepseek:deepseek,deepseek.com,deepseek.ai,com.deepseek.chat
ai:grok:grok,grok.com,x.ai,ai.x.grok
ai:meta ai:meta ai,meta.ai
ai:mistral:mistral,mistral.ai,le chat,lechat
ai:duck.ai:duck.ai
ai:you.com:you.com
ai:poe:poe,poe.com
ai:phind:phind,phind.com
ai:pi.ai:pi.ai
ai:character.ai:character.ai,c.ai
ai:jasper:jasper,jasper.ai
ai:writesonic:writesonic,writesonic.com,chatsonic
ai:iask:iask,iask.ai
ai:andi:andi,andisearch.com
ai:komo:komo,komo.ai
ai:chatglm:chatglm,chatglm.cn,z.ai,bigmodel.cn
ai:kimi:kimi,kimi.com,kimi.ai,moonshot.cn,kimi.moonshot.cn
ai:doubao:doubao,doubao.com,com.larus.nova
ai:qwen:qwen,qwen.ai,tongyi.com,tongyi.aliyun.com,qianwen.com
ai:ernie:ernie,yiyan.baidu.com,chat.baidu.com
ai:yuanbao:yuanbao,yuanbao.tencent.com,hunyuan.tencent.com
ai:minimax:minimax,minimax.io,minimaxi.com,hailuoai.com
ai:metaso:metaso,metaso.cn
ai:felo:felo,felo.ai
ai:genspark:genspark,genspark.ai
ai:manus.im:manus.im
ai:consensus:consensus,consensus.app
ai:elicit:elicit,elicit.com,elicit.org
ai:scite:scite,scite.ai
ai:openevidence:openevidence,openevidence.com
ai:liner ai:liner ai,liner.com,getliner.com
ai:huggingchat:huggingchat,huggingface.co
ai:lmarena:lmarena,lmarena.ai,lmsys.org
ai:venice:venice,venice.ai
ai:lumo:lumo,lumo.proton.me
ai:t3chat:t3chat,t3.chat
ai:openrouter:openrouter,openrouter.ai
ai:groq:groq,groq.com
ai:cohere:cohere,cohere.com,cohere.ai
ai:monica:monica,monica.im
ai:sider:sider,sider.ai
ai:merlin ai:merlin ai,getmerlin.in
ai:blackbox:blackbox,blackbox.ai
ai:copy.ai:copy.ai
ai:rytr:rytr,rytr.me
ai:opera aria:opera aria,aria.opera.com
ai:yandex alice:yandex alice,alice.yandex.*,alice.yandex
ai:gigachat:gigachat,giga.chat
ai:clova:clova,clova-x.naver.com
ai:wrtn:wrtn,wrtn.ai
ai:chat+:chat+,chatplus.com,chat-gpt.org
ai:chatbotapp:chatbotapp,chatbotapp.ai,chatbot.app
ai:ninjachat:ninjachat,ninjachat.ai
ai:chatpdf:chatpdf,chatpdf.com
mail:gmail:gmail,mail.google.*,gmail.com,inbox.google.*,com.google.android.gm,com.google.android.gm.lite
mail:outlook:outlook,outlook.com,outlook.live.com,outlook.office.com,outlook.office365.com,hotmail.*,hotmail,mail.live.com,com.microsoft.office.outlook
mail:yahoo mail:yahoo mail,mail.yahoo.*,com.yahoo.mobile.client.android.mail
mail:icloud:icloud,icloud.com
mail:proton:proton,proton.me,protonmail.com,protonmail,ch.protonmail.android
mail:gmx:gmx,gmx.*,deref-gmx.net,deref-gmx.com,deref-gmx.fr,3c.gmx.net,de.gmx.mobile.android.mail
mail:web.de mail:web.de mail,deref-web.de,deref-web-02.de,3c.web.de,de.web.mobile.android.mail
mail:yandex mail:yandex mail,mail.yandex.*,ru.yandex.mail
mail:mail.ru mail:mail.ru mail,e.mail.ru,touch.mail.ru,ru.mail.mailapp
mail:aol mail:aol mail,mail.aol.*,com.aol.mobile.aolapp
mail:zoho:zoho,mail.zoho.*,zoho.*,com.zoho.mail
mail:fastmail:fastmail,fastmail.com,fastmail.fm
mail:tuta:tuta,tuta.com,tutanota.com,de.tutao.tutanota
mail:hey mail:hey mail,app.hey.com
mail:superhuman:superhuman,superhuman.com
mail:spark mail:spark mail,com.readdle.spark
mail:samsung email:samsung email,com.samsung.android.email.provider
mail:seznam mail:seznam mail,email.seznam.cz
mail:daum mail:daum mail,mail.daum.net,hanmail.net
mail:naver mail:naver mail,mail.naver.com
mail:rambler mail:rambler mail,mail.rambler.ru
mail:mail.com:mail.com,deref-mail.com
mail:laposte:laposte,laposte.net
mail:orange mail:orange mail,messagerie.orange.fr
mail:sfr mail:sfr mail,messagerie.sfr.fr
mail:free mail:free mail,zimbra.free.fr
mail:ukr.net mail:ukr.net mail,mail.ukr.net
mail:163 mail:163 mail,mail.163.com,126.com,mail.126.com
mail:qq mail:qq mail,mail.qq.com,wx.mail.qq.com,com.tencent.androidqqmail
mail:mailchimp:mailchimp,mailchimp.com,mailchi.mp,list-manage.com,campaign-archive.com
mail:klaviyo:klaviyo,klaviyo.com,klclick.com
mail:brevo:brevo,brevo.com,sendinblue.com,sendibm1.com
mail:campaign monitor:campaign monitor,createsend.com,cmail19.com,cmail20.com
mail:sendgrid:sendgrid,sendgrid.net
mail:hubspot mail:hubspot mail,hubspotemail.net
mail:convertkit:convertkit,convertkit.com,kit.com,convertkit-mail.com
mail:beehiiv:beehiiv,beehiiv.com
mail:buttondown:buttondown,buttondown.email,buttondown.com
mail:email:email,e-mail,e_mail,e mail
mail:newsletter:newsletter,newsletters
social:facebook:facebook,facebook.com,fb.com,fb.me,fb.watch,facebookwkhpilnemxj7asaniu7vnjjbiltxjqhye3mhbshg7kx5tfyd.onion,com.facebook.katana,com.facebook.lite,fb,meta,facebook ads,facebookads,meta ads,fbclid
social:instagram:instagram,instagram.com,com.instagram.android,ig,insta,igshopping
social:threads:threads,threads.net,threads.com,com.instagram.barcelona
social:messenger:messenger,messenger.com,m.me,com.facebook.orca
social:workplace:workplace,workplace.com
social:x:x,x.com,twitter.com,t.co,tweetdeck.com,com.twitter.android,twitter,tw,twclid
social:linkedin:linkedin,linkedin.com,lnkd.in,com.linkedin.android,linked-in,linkedin ads,li,li_fat_id
social:reddit:reddit,reddit.com,redd.it,com.reddit.frontpage,rdt_cid
social:pinterest:pinterest,pinterest.*,pin.it,com.pinterest,epik
social:tiktok:tiktok,tiktok.com,tiktokv.com,com.zhiliaoapp.musically,com.ss.android.ugc.trill,tik tok,ttclid
social:snapchat:snapchat,snapchat.com,snap.com,com.snapchat.android,sccid
social:whatsapp:whatsapp,whatsapp.com,wa.me,com.whatsapp,com.whatsapp.w4b
social:telegram:telegram,telegram.org,telegram.me,t.me,org.telegram.messenger,org.telegram.messenger.web,org.telegram.plus,tg
social:discord:discord,discord.com,discord.gg,discordapp.com,com.discord
social:bluesky:bluesky,bsky.app,bsky.social,xyz.blueskyweb.app,bsky
social:mastodon:mastodon,joinmastodon.org,org.joinmastodon.android,mas.to,hachyderm.io,infosec.exchange,troet.cafe,pawoo.net,c.im,botsin.space,bitcoinhackers.org,friends.nico,quey.org,tkm.eus,mathstodon.xyz,ioc.exchange,masto.ai,masto.nu,masto.es,masto.pt,masto.host,toot.cafe,toot.community,tooting.ch,toot.wales,tooot.im,metalhead.club,livellosegreto.it,sociale.network,dice.camp,wandering.shop,writing.exchange,journa.host,todon.eu,todon.nl,fedibird.com,vocalodon.net,best-friends.chat,planet.moe,handon.club,kmy.blue,baraag.net,cybre.space,snouts.online,sleeping.town,tech.lgbt,lgbtqia.space,eldritch.cafe,mamot.fr,piaille.fr,framapiaf.org,layer8.space,lor.sh,nerdculture.de,linuxrocks.online,functional.cafe,merveilles.town,weirder.earth,pouet.chapril.org,qoto.org,sciences.re,types.pl,wien.rocks,woof.group,zirk.us,101010.pl,union.place,vmst.io,worldkey.io,xoxo.zone,switter.at,spinster.xyz,ravenation.club,aus.social,kosmos.social,octodon.social,niu.moe,mao.mastodonhub.com,oc.todon.fr,social.coop,tusky.app,com.keylesspalace.tusky,me.rhosys.mastodon,universeodon.com,fedi.life,bark.lgbt,im-in.space,glammr.us,awscommunity.social,ecoevo.social,front-end.social,mindly.social,genomic.social,hometech.social,urbanists.social,sauropods.win,freeradical.zone,wetdry.world,app.wafrn.net,sakurajima.moe,rubber.social,plural.cafe,mk.absturztau.be,equestria.social,pony.social,dragonscave.space,tabletop.social,queer.party,chitter.xyz,hellsite.site,vulpine.club,computerfairi.es,radical.town,anarchism.space,sunbeam.city,hispagatos.space,mastd.racing,mast.dragon-fly.club,x0r.be,hulvr.com,gamepad.club,dmv.community,mspsocial.net,frikiverse.zone,loma.ml,aipi.social,moth.zone,lou.lt,slippy.xyz,den.dev
social:pixelfed:pixelfed,pixey.org,pxlmo.com,metapixl.com,pix.toot.wales,pixel.tchncs.de,fotofed.nl
social:misskey:misskey,misskey.io,nijimiss.moe,firefish.social,sharkey.world,mk.autonomy.earth
social:lemmy:lemmy,beehaw.org,feddit.de,feddit.org,feddit.it,feddit.uk,sh.itjust.works,programming.dev,kbin.social,fedia.io
social:diaspora:diaspora,diasporafoundation.org,pluspora.com,framasphere.org,diasp.org,joindiaspora.com,pod.geraspora.de
social:truth social:truth social,truthsocial.com
social:gab:gab,gab.com,gab.ai
social:gettr:gettr,gettr.com
social:parler:parler,parler.com
social:minds:minds,minds.com
social:mewe:mewe,mewe.com
social:vk:vk,vk.com,vk.ru,vk.me,vkontakte.ru,com.vkontakte.android,vkontakte
social:ok.ru:ok.ru,odnoklassniki.ru,odnoklassniki.ua,ru.ok.android
social:my.mail.ru:my.mail.ru
social:dzen:dzen,dzen.ru,zen.yandex.*
social:pikabu:pikabu,pikabu.ru
social:habr:habr,habr.com
social:weibo:weibo,weibo.com,weibo.cn,t.cn,com.sina.weibo
social:wechat:wechat,wechat.com,weixin.qq.com,weixin110.qq.com,com.tencent.mm,weixin
social:qq:qq,qzone.qq.com,qun.qq.com,com.tencent.mobileqq
social:xiaohongshu:xiaohongshu,xiaohongshu.com,xhslink.com,rednote.com,com.xingin.xhs,rednote
social:douyin:douyin,douyin.com,com.ss.android.ugc.aweme
social:kuaishou:kuaishou,kuaishou.com
social:zhihu:zhihu,zhihu.com,com.zhihu.android
social:douban:douban,douban.com
social:renren:renren,renren.com,kaixin001.com
social:line:line,line.me,lin.ee,jp.naver.line.android
social:kakao:kakao,kakao.com,kakaocorp.com,com.kakao.talk,kakaotalk
social:naver blog:naver blog,blog.naver.com,cafe.naver.com,kin.naver.com,band.us
social:zalo:zalo,zalo.me,com.zing.zalo
social:viber:viber,viber.com,com.viber.voip
social:skype:skype,skype.com,com.skype.raider
social:imo:imo,imo.im
social:hacker news:hacker news,news.ycombinator.com,hackernews,hn
social:lobsters:lobsters,lobste.rs
social:product hunt:product hunt,producthunt.com,producthunt
social:indie hackers:indie hackers,indiehackers.com
social:github:github,github.com,com.github.android
social:gitlab:gitlab,gitlab.com
social:stack overflow:stack overflow,stackoverflow.com,stackexchange.com,serverfault.com,superuser.com,askubuntu.com,stackapps.com,mathoverflow.net,stackoverflow
social:quora:quora,quora.com,com.quora.android
social:medium:medium,medium.com,com.medium.reader
social:substack:substack,substack.com,com.substack.app
social:tumblr:tumblr,tumblr.com,com.tumblr
social:wordpress:wordpress,wordpress.com,wordpress.org
social:blogger:blogger,blogger.com,blogspot.*
social:livejournal:livejournal,livejournal.com,livejournal.ru
social:linktree:linktree,linktr.ee
social:linkin.bio:linkin.bio,beacons.ai,lnk.bio,bio.link,campsite.bio,taplink.cc
social:flipboard:flipboard,flipboard.com,flip.it,flipboard.app
social:pocket:pocket,getpocket.com,pocket.co
social:digg:digg,digg.com
social:disqus:disqus,disqus.com,disq.us
social:slashdot:slashdot,slashdot.org
social:fark:fark,fark.com
social:imgur:imgur,imgur.com
social:9gag:9gag,9gag.com
social:nextdoor:nextdoor,nextdoor.com,nextdoor.co.uk,nextdoor.de
social:xing:xing,xing.com,com.xing.android
social:viadeo:viadeo,viadeo.com,viadeo.journaldunet.com
social:yammer:yammer,yammer.com,engage.cloud.microsoft
social:meetup:meetup,meetup.com
social:yelp:yelp,yelp.*
social:tripadvisor:tripadvisor,tripadvisor.*
social:foursquare:foursquare,foursquare.com,swarmapp.com
social:glassdoor:glassdoor,glassdoor.*
social:goodreads:goodreads,goodreads.com
social:dribbble:dribbble,dribbble.com
social:behance:behance,behance.net
social:deviantart:deviantart,deviantart.com
social:artstation:artstation,artstation.com
social:flickr:flickr,flickr.com
social:500px:500px,500px.com
social:last.fm:last.fm,lastfm.*
social:soundcloud:soundcloud,soundcloud.com
social:patreon:patreon,patreon.com
social:ko-fi:ko-fi,ko-fi.com
social:clubhouse:clubhouse,clubhouse.com,joinclubhouse.com
social:bereal:bereal,bereal.com,bere.al
social:hootsuite:hootsuite,hootsuite.com,ow.ly
social:buffer:buffer,buffer.com,buff.ly
social:bitly:bitly,bit.ly
social:ameblo:ameblo,ameblo.jp,ameba.jp
social:hatena:hatena,hatena.ne.jp,hatenablog.com,hatenablog.jp,hatena.blog
social:mixi:mixi,mixi.jp
social:note.com:note.com,note.mu
social:pixiv:pixiv,pixiv.net
social:fc2:fc2,fc2.com
social:5ch:5ch,5ch.net,2ch.net,5ch.io
social:gree:gree,gree.jp
social:gutefrage:gutefrage,gutefrage.net
social:wykop:wykop,wykop.pl
social:nk.pl:nk.pl,nasza-klasa.pl
social:meneame:meneame,meneame.net
social:taringa:taringa,taringa.net
social:draugiem:draugiem,draugiem.lv
social:hyves:hyves,hyves.nl,hyves.net
social:studivz:studivz,studivz.net,meinvz.net,schuelervz.net
social:myspace:myspace,myspace.com
social:bebo:bebo,bebo.com
social:orkut:orkut,orkut.com,orkut.com.br
social:google+:google+,plus.google.*,plus.url.google.*,url.google.*,googleplus
social:google groups:google groups,groups.google.*,googlegroups.com
social:habbo:habbo,habbo.*
social:ravelry:ravelry,ravelry.com
social:wattpad:wattpad,wattpad.com
social:scribd:scribd,scribd.com
social:slideshare:slideshare,slideshare.net
social:academia:academia,academia.edu
social:researchgate:researchgate,researchgate.net
social:fetlife:fetlife,fetlife.com
social:italki:italki,italki.com
social:lang-8:lang-8,lang-8.com
social:couchsurfing:couchsurfing,couchsurfing.com,couchsurfing.org
social:peepeth:peepeth,peepeth.com
social:steemit:steemit,steemit.com,hive.blog,peakd.com
social:farcaster:farcaster,farcaster.xyz,warpcast.com
social:lens protocol:lens protocol,lens.xyz,hey.xyz
social:nostr clients:nostr clients,primal.net,damus.io,iris.to,snort.social
social:strava:strava,strava.com,com.strava
social:letterboxd:letterboxd,letterboxd.com
social:untappd:untappd,untappd.com
social:geni:geni,geni.com
social:myheritage:myheritage,myheritage.*
social:ancestry:ancestry,ancestry.com,ancestry.co.uk,ancestry.de
social:classmates:classmates,classmates.com
social:tagged:tagged,tagged.com
social:hi5:hi5,hi5.com
social:badoo:badoo,badoo.com
social:netlog:netlog,netlog.com
social:tuenti:tuenti,tuenti.com
social:skyrock:skyrock,skyrock.com
social:cyworld:cyworld,cyworld.com
social:plaxo:plaxo,plaxo.com
social:plurk:plurk,plurk.com
social:identi.ca:identi.ca
social:ning:ning,ning.com
social:gaiaonline:gaiaonline,gaiaonline.com
social:irc-galleria:irc-galleria,irc-galleria.net
social:weeworld:weeworld,weeworld.com
social:sonico:sonico,sonico.com
social:friendster:friendster,friendster.com
social:stumbleupon:stumbleupon,stumbleupon.com,mix.com
social:delicious:delicious,delicious.com,del.icio.us
social:multiply:multiply,multiply.com
social:xanga:xanga,xanga.com
social:vampirefreaks:vampirefreaks,vampirefreaks.com
social:cafemom:cafemom,cafemom.com
social:dailystrength:dailystrength,dailystrength.org
social:care2:care2,care2.com
social:caringbridge:caringbridge,caringbridge.org
social:flixster:flixster,flixster.com
social:librarything:librarything,librarything.com
social:anobii:anobii,anobii.com
social:mubi:mubi,mubi.com
social:reverbnation:reverbnation,reverbnation.com
social:partyflock:partyflock,partyflock.nl
social:copainsdavant:copainsdavant,copainsdavant.linternaute.com
social:trombi:trombi,trombi.com
social:zoo.gr:zoo.gr
social:mocospace:mocospace,mocospace.com
social:blackplanet:blackplanet,blackplanet.com
social:asmallworld:asmallworld,asmallworld.com
social:internations:internations,internations.org
social:interpals:interpals,interpals.net
social:kiwibox:kiwibox,kiwibox.com
social:dol2day:dol2day,dol2day.com
social:jappy:jappy,jappy.com,jappy.de
social:lokalisten:lokalisten,lokalisten.de
social:werkenntwen:werkenntwen,wer-kennt-wen.de
social:suomi24:suomi24,suomi24.fi
social:playahead:playahead,playahead.se
social:lunarstorm:lunarstorm,lunarstorm.se
social:biip:biip,biip.no
social:mouthshut:mouthshut,mouthshut.com
social:ibibo:ibibo,ibibo.com
social:bharatstudent:bharatstudent,bharatstudent.com
social:bigadda:bigadda,bigadda.com
social:fotolog:fotolog,fotolog.com
social:fotki:fotki,fotki.com
social:photobucket:photobucket,photobucket.com
social:secondlife:secondlife,secondlife.com
social:imvu:imvu,imvu.com
social:stardoll:stardoll,stardoll.com
social:livemocha:livemocha,livemocha.com
social:busuu:busuu,busuu.com
social:mymfb:mymfb,mymfb.com
social:virb:virb,virb.com
social:wakoopa:wakoopa,wakoopa.com
social:yfrog:yfrog,yfrog.com
social:buzznet:buzznet,buzznet.com
social:mylife:mylife,mylife.com
social:friends reunited:friends reunited,friendsreunited.com,friendsreunited.co.uk
social:windows live spaces:windows live spaces,spaces.live.com
video:youtube:youtube,youtube.com,youtu.be,youtube-nocookie.com,com.google.android.youtube,com.google.android.apps.youtube.music,yt
video:vimeo:vimeo,vimeo.com
video:dailymotion:dailymotion,dailymotion.com,dai.ly
video:twitch:twitch,twitch.tv,tv.twitch.android.app
video:kick:kick,kick.com
video:rumble:rumble,rumble.com
video:odysee:odysee,odysee.com,lbry.tv
video:bitchute:bitchute,bitchute.com
video:netflix:netflix,netflix.com
video:hulu:hulu,hulu.com
video:disney+:disney+,disneyplus.com
video:ted:ted,ted.com
video:wistia:wistia,wistia.com,wistia.net
video:bilibili:bilibili,bilibili.com,b23.tv,tv.danmaku.bili
video:niconico:niconico,nicovideo.jp,nico.ms
video:iqiyi:iqiyi,iqiyi.com,iq.com
video:youku:youku,youku.com,tudou.com
video:rutube:rutube,rutube.ru
video:veoh:veoh,veoh.com
video:crackle:crackle,crackle.com
video:curiositystream:curiositystream,curiositystream.com
video:utreon:utreon,utreon.com
video:d.tube:d.tube
shop:amazon:amazon,amazon.*,amzn.to,a.co,com.amazon.mShop.android.shopping,amzn
shop:ebay:ebay,ebay.*,ebay.us,com.ebay.mobile
shop:etsy:etsy,etsy.com,etsy.me,com.etsy.android
shop:walmart:walmart,walmart.*,com.walmart.android
shop:target:target,target.com
shop:bestbuy:bestbuy,bestbuy.com
shop:alibaba:alibaba,alibaba.com,com.alibaba.intl.android.apps.poseidon
shop:aliexpress:aliexpress,aliexpress.*,aliexpress.us,com.alibaba.aliexpresshd
shop:taobao:taobao,taobao.com,tmall.com
shop:jd:jd,jd.com
shop:pinduoduo:pinduoduo,pinduoduo.com,yangkeduo.com
shop:temu:temu,temu.com,com.einnovation.temu
shop:shein:shein,shein.*
shop:wish:wish,wish.com
shop:shopee:shopee,shopee.*
shop:lazada:lazada,lazada.*
shop:tokopedia:tokopedia,tokopedia.com
shop:flipkart:flipkart,flipkart.com
shop:coupang:coupang,coupang.com
shop:naver shopping:naver shopping,shopping.naver.com,smartstore.naver.com
shop:yahoo shopping:yahoo shopping,shopping.yahoo.*
shop:google shopping:google shopping,shopping.google.*,googleshopping
shop:kakaku:kakaku,kakaku.com
shop:mercadolibre:mercadolibre,mercadolibre.*,mercadolivre.com.br
shop:americanas:americanas,americanas.com.br
shop:allegro:allegro,allegro.pl,allegro.cz
shop:ceneo:ceneo,ceneo.pl
shop:heureka:heureka,heureka.cz,heureka.sk
shop:ozon:ozon,ozon.ru
shop:wildberries:wildberries,wildberries.ru
shop:yandex market:yandex market,market.yandex.*
shop:rozetka:rozetka,rozetka.com.ua
shop:emag:emag,emag.ro,emag.hu,emag.bg
shop:trendyol:trendyol,trendyol.com
shop:hepsiburada:hepsiburada,hepsiburada.com
shop:idealo:idealo,idealo.*
shop:pricerunner:pricerunner,pricerunner.*
shop:kelkoo:kelkoo,kelkoo.*
shop:shopzilla:shopzilla,shopzilla.*
shop:geizhals:geizhals,geizhals.at,geizhals.de,geizhals.eu
shop:check24:check24,check24.de
shop:toppreise:toppreise,toppreise.ch
shop:galaxus:galaxus,galaxus.*,digitec.ch
shop:otto:otto,otto.de
shop:zalando:zalando,zalando.*
shop:kaufland:kaufland,kaufland.*
shop:bol:bol,bol.com
shop:cdiscount:cdiscount,cdiscount.com
shop:vinted:vinted,vinted.*
shop:shopify:shopify,shopify.com,shop.app,com.shopify.arrive
display:google ad network:google ad network,doubleclick.net,googlesyndication.com,syndicatedsearch.goog,googleadservices.com,dclid
display:taboola:taboola,taboola.com
display:outbrain:outbrain,outbrain.com
display:criteo:criteo,criteo.com,criteo.net
display:adform:adform,adform.net
display:appnexus:appnexus,adnxs.com
display:amazon ads:amazon ads,amazon-adsystem.com
display:yahoo ads:yahoo ads,adtech.yahooinc.com,advertising.com
display:mgid:mgid,mgid.com
display:revcontent:revcontent,revcontent.com
display:adroll:adroll,adroll.com
display:teads:teads,teads.tv
display:applovin:applovin,applovin.com,applvn.com
display:unity ads:unity ads,unityads.unity3d.com
other:google docs:google docs,docs.google.*
other:google drive:google drive,drive.google.*
other:google accounts:google accounts,accounts.google.*
other:google calendar:google calendar,calendar.google.*
other:google meet:google meet,meet.google.*
other:google classroom:google classroom,classroom.google.*
other:google chat:google chat,chat.google.*
other:google sites:google sites,sites.google.*
other:google play:google play,play.google.*,com.android.vending
other:google ads console:google ads console,ads.google.*
other:google analytics:google analytics,analytics.google.*
other:google translate:google translate,translate.google.*
other:microsoft live:microsoft live,login.live.com
other:yahoo finance:yahoo finance,finance.yahoo.*
other:yandex metrica:yandex metrica,metrika.yandex.*,metrica.yandex.*
search::searchya.com,searchmobileonline.com,v9.com,22find.com,qvo6.com,qone8.com,sweet-page.com,istartsurf.com,omiga-plus.com,key-find.com,awesomehp.com,oursurfing.com,portaldosites.com,iminent.com,certified-toolbar.com,sweetim.com,imesh.com,genieo.com,findwide.com,surfcanyon.com,gelbeseiten.de,dasoertliche.de,dastelefonbuch.de,yellowmap.de,1881.no,gulesider.no,hitta.se,herold.at,local.ch,pagesjaunes.fr,paginegialle.it,yell.com,yellowpages.com,118700.se,gooofullsearch.com,darkoogle.com,gfsoso.com,blackle.com,startab.me,kiddle.co,kidrex.org,kidzsearch.com,fragfinn.de,blinde-kuh.de,qwantjunior.com,juniorsafesearch.com,k9safesearch.com
search:google:google,google.*,gogole.*,googel.*,gppgle.*,goolge.*,gogle.*,goggle.*,ggoogle.*,gooogle.*,googlee.*,googe.*,goo.gl,googleusercontent.com,googlesyndicatedsearch.com,com.google.android.googlequicksearchbox,com.google.android.apps.searchlite,google ads,googleads,google-ads,google_ads,adwords,googlemybusiness,gmb,gclid,gbraid,wbraid,gad_source
search:bing:bing,bing.*,bing.com,msn.*,com.microsoft.bing,com.microsoft.emmx,bing ads,bingads,microsoft,microsoft ads,msclkid,msn
search:yahoo:yahoo,yahoo.*,com.yahoo.mobile.client.android.search
search:duckduckgo:duckduckgo,duckduckgo.com,duckduckgo.eu,ddg.gg,duck.com,duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion,com.duckduckgo.mobile.android,ddg
search:yandex:yandex,yandex.*,ya.ru,yastatic.net,ru.yandex.searchplugin,ru.yandex.searchapp,com.yandex.browser,yandex direct,yclid
search:baidu:baidu,baidu.*,com.baidu.searchbox
search:naver:naver,naver.com,com.nhn.android.search
search:daum:daum,daum.net,net.daum.android.daum
search:nate:nate,nate.com
search:zum:zum,zum.com
search:sogou:sogou,sogou.com
search:360 search:360 search,so.com,360.cn,haosou.com,sou.com
search:shenma:shenma,sm.cn
search:quark:quark,quark.cn
search:seznam:seznam,seznam.cz,firmy.cz
search:ecosia:ecosia,ecosia.org,com.ecosia.android
search:qwant:qwant,qwant.com,com.qwant.liberty
search:startpage:startpage,startpage.com,startpage.nl,ixquick.*,startpagel6srwcjlue4zgq3zevrujfaow726kjytqbbjyrswwmjzcqd.onion
search:brave:brave,search.brave.com,brave.com,com.brave.browser
search:kagi:kagi,kagi.com
search:mojeek:mojeek,mojeek.com,mojeek.co.uk
search:swisscows:swisscows,swisscows.com,swisscows.ch,hulbee.com
search:metager:metager,metager.de,metager.org,metager2.de
search:presearch:presearch,presearch.com,presearch.io,presearch.org
search:yep:yep,yep.com
search:searx:searx,searx.be,searx.me,searx.space,searxng.org
search:gibiru:gibiru,gibiru.com
search:lilo:lilo,lilo.org
search:oceanhero:oceanhero,oceanhero.today
search:ekoru:ekoru,ekoru.org
search:karmasearch:karmasearch,karmasearch.org
search:ask:ask,ask.com,search-results.com,teoma.com
search:aol:aol,aol.*
search:lycos:lycos,lycos.*,hotbot.*
search:excite:excite,excite.*
search:altavista:altavista,altavista.*
search:coccoc:coccoc,coccoc.com
search:rambler:rambler,rambler.ru,nigma.ru
search:mail.ru:mail.ru,go.mail.ru
search:petal:petal,petalsearch.com,com.huawei.hwsearch
search:goo:goo,goo.ne.jp
search:biglobe:biglobe,biglobe.ne.jp
search:docomo:docomo,docomo.ne.jp
search:auone:auone,auone.jp
search:nifty:nifty,nifty.com
search:so-net:so-net,so-net.ne.jp
search:rakuten:rakuten,rakuten.*,infoseek.co.jp
search:livedoor:livedoor,livedoor.com
search:onet:onet,onet.pl
search:wp.pl:wp.pl
search:virgilio:virgilio,virgilio.it
search:libero:libero,libero.it
search:tiscali:tiscali,tiscali.it,tiscali.cz
search:t-online:t-online,t-online.de
search:web.de:web.de
search:freenet:freenet,freenet.de
search:bluewin:bluewin,bluewin.ch
search:search.ch:search.ch
search:orange search:orange search,lemoteur.orange.fr,lemoteur.fr,voila.fr
search:centrum:centrum,centrum.cz,atlas.cz,centrum.sk,atlas.sk
search:zoznam:zoznam,zoznam.sk
search:azet:azet,azet.sk
search:najdi:najdi,najdi.si
search:sapo:sapo,sapo.pt
search:clix:clix,clix.pt
search:globo:globo,globo.com
search:terra:terra,terra.com.br,terra.es,terra.cl
search:eniro:eniro,eniro.se,eniro.no,eniro.dk,eniro.fi
search:kvasir:kvasir,kvasir.no
search:startsiden:startsiden,startsiden.no,abcsok.no
search:walla:walla,walla.co.il
search:meta.ua:meta.ua
search:bigmir:bigmir,bigmir.net
search:ukr.net:ukr.net
search:tut.by:tut.by
search:abv:abv,abv.bg
search:comcast:comcast,comcast.net,xfinity.com
search:earthlink:earthlink,earthlink.net
search:charter.net:charter.net,rr.com
search:dogpile:dogpile,dogpile.com,webcrawler.com,metacrawler.com,zoo.com,infospace.com
search:info.com:info.com
search:izito:izito,izito.*,zapmeta.*,zapmetasearch.*
search:conduit:conduit,conduit.com,trovi.com
search:babylon:babylon,babylon.com,isearch.babylon.com,delta-search.com,delta-homes.com
search:mywebsearch:mywebsearch,mywebsearch.com,myway.com,mysearch.com,inbox.com
search:avg:avg,avg.com,avast.com,nation.com
search:softonic:softonic,softonic.com
search:ghostery:ghostery,ghosterysearch.com,glowstery.com,cliqz.com
search:neeva:neeva,neeva.com
search:wolframalpha:wolframalpha,wolframalpha.com
search:marginalia:marginalia,marginalia.nu,marginalia-search.com
search:stract:stract,stract.com
search:wiby:wiby,wiby.me
search:entireweb:entireweb,entireweb.com
search:exalead:exalead,exalead.*
search:looksmart:looksmart,looksmart.com
search:picsearch:picsearch,picsearch.com,picsearch.de
search:fireball:fireball,fireball.de,fireball.com
search:dmoz:dmoz,dmoz.org,curlie.org
search:gigablast:gigablast,gigablast.com
search:setooz:setooz,setooz.com
search:vuhuv:vuhuv,vuhuv.com,vuhuv.com.tr
search:geona:geona,geona.net
search:parsijoo:parsijoo,parsijoo.ir
search:zarebin:zarebin,zarebin.ir
search:freespoke:freespoke,freespoke.com
search:luxxle:luxxle,luxxle.com
search:givero:givero,givero.com
search:youcare:youcare,youcare.world
search:xayn:xayn,xayn.com
search:timpi:timpi,timpi.io
search:quendu:quendu,quendu.com
search:qmamu:qmamu,qmamu.com
search:rightdao:rightdao,rightdao.com
search:yippy:yippy,yippy.com
search:alexandria:alexandria,alexandria.org
search:searchencrypt:searchencrypt,searchencrypt.com,searchlock.com,searchprivacy.co,discretesearch.com
search:snap.do:snap.do
mail::bigpond.com,email.telstra.com,exmail.qq.com,iinet.net.au,mail.e1.ru,mail.mynet.com,mail.qip.ru,mail.yahoo.net,mastermail.ru,orange.fr,post.ru,sibmail.com,webmail.2degreesbroadband.co.nz,webmail.adam.com.au,webmail.commander.net.au,webmail.dodo.com.au,webmail.iprimus.com.au,webmail.netspace.net.au,webmail.optusnet.com.au,webmail.optuszoo.com.au,webmail.virginbroadband.com.au,webmail.vodafone.co.nz,webmail.westnet.com.au
search::1.cz,2gis.ru,abacho.at,abacho.ch,abacho.co.uk,abacho.com,abacho.de,abacho.es,abacho.fr,abacho.it,abcsolk.no,acoon.de,alexa.com,all.by,alltheweb.com,aolsearch.com,apollo.lv,apollo7.de,apontador.com.br,arama.com,arcor.de,ariadna.elmundo.es,arianna.com,ask.co.uk,ask.reference.com,askkids.com,blekko.com,blogdigger.com,blogpulse.com,blogs.icerocket.com,busca.orange.es,busca.uol.com.br,cc.bingj.com,cercato.it,clusty.com,cnn.com,crawler.com,cuil.com,daemon-search.com,dalesearch.com,eo.st,eurip.com,euroseek.com,everyclick.com,fastbrowsersearch.com,fastweb.it,find.tdc.dk,finderoo.com,firstsfind.com,fixsuche.de,flix.de,forestle.mobi,forestle.org,free.fr,fresh-weather.com,friendfeed.com,gais.cs.ccu.edu.tw,globososo.com,gnadenmeer.de,gomeo.com,google.cat,google.dodo.com.au,google.interia.pl,googleearth.de,googleearth.fr,goyellow.de,highbeam.com,hit-parade.com,holmes.ge,hooseek.com,icq.com,ilse.nl,incredimail.com,inspsearch.com,it.ao,jungle-spider.de,junglekey.com,junglekey.fr,jyxo.1188.cz,kataweb.it,ko.search.need2find.com,kununu.com,latne.lv,liveinternet.ru,lo.st,maailm.com,mamma.com,marktplaats.nl,maxwebsearch.com,meinestadt.de,meta.rrzn.uni-hannover.de,metacrawler.de,mister-wong.com,mister-wong.de,monstercrawler.com,mozbot.co.uk,mozbot.com,mozbot.fr,neti.ee,online.no,otsing.delfi.ee,p.zhongsou.com,paperball.de,plazoo.com,poisk.ru,qbyrd.com,qualigo.at,qualigo.ch,qualigo.de,qualigo.nl,recherche.francite.com,rechercher.aliceadsl.fr,rpmfind.net,search-intl.netscape.com,search.1and1.com,search.1und1.de,search.alot.com,search.bt.com,search.com,search.foxtab.com,search.freecause.com,search.hiyo.com,search.i.ua,search.incredibar.com,search.juno.com,search.kiwee.com,search.magnetic.com,search.media.telstra.com.au,search.offerbox.com,search.orange.co.uk,search.peoplepc.com,search.qip.ru,search.searchcompletion.com,search.snapdo.com,search.winamp.com,search.www.ee,search.yam.com,searchalot.com,searchcanvas.com,searchresults.verizon.com,searchthis.com,searchy.co.uk,sharelook.fr,skynet.be,sm.aport.ru,smart.delfi.lv,soso.com,sosodesktop.com,sougou.com,start.facemoods.com,start.iplay.com,startgoogle.startpagina.nl,suche.aolsvc.de,suche.gmx.net,suche.info,suchmaschine.com,suchnase.de,talktalk.co.uk,technorati.com,thesmartsearch.net,tixuma.de,toile.com,toolbarhome.com,trouvez.com,trovarapido.com,trusted--search.com,twingly.com,url.org,vinden.nl,vindex.nl,walhello.com,walhello.de,walhello.info,walhello.nl,web.canoe.ca,web.gougou.com,web.nl,web.volny.cz,webfetch.com,weborama.com,websearch.com,websearch.cs.com,witch.de,www1.astronaut.at,www2.austronaut.at,www3.zoek.nl,x-recherche.com,yasni.at,yasni.ch,yasni.co.uk,yasni.com,yasni.de,yatedo.com,yatedo.fr,yougoo.fr,ys.mirostart.com,zoeken.nl,zoohoo.cz
social::donanimhaber.com,forums.whirlpool.net.au,hocam.com,inci.sozlukspot.com,incisozluk.cc,incisozluk.com,instela.com,itusozluk.com,mastodon.online,mastodon.social,moikrug.ru,mylife.ru,myyearbook.com,paper.li,phanpy.social,sourceforge.net,sourtimes.org,sozluk.com,t.umblr.com,uludagsozluk.com,ulusozluk.com,vkrugudruzei.ru,wayn.com',
    CHR(  10)
  )) AS listed(brand)
  CROSS JOIN UNNEST(SPLIT(SPLIT_PART(brand, ':', 3), ',')) AS named(name)
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
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp,
      CASE WHEN sampleweight BETWEEN 1e0 AND 1e12 THEN sampleweight ELSE 1e0 END AS weight
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
    COALESCE(sessionid, visitorid, eventid) AS unit,
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
    MIN(weight) AS weight,
    SUM(CASE WHEN eventtype = 'page_view' THEN weight ELSE 0 END) AS weighted_views,
    MIN_BY(COALESCE(page, ''), turn) AS first_page,
    MIN_BY(COALESCE(referrer, ''), turn) AS referrer,
    MIN_BY(utm, turn) AS utm,
    MIN_BY(COALESCE(advertised, ''), turn) AS clickid,
    ARRAY_JOIN(ARRAY_AGG(click ORDER BY click) FILTER(WHERE
      NOT click IS NULL), CHR(  10)) AS clicked,
    MIN_BY(location, turn) AS location,
    MIN_BY(device, turn) AS device,
    MIN_BY(COALESCE(visitorid, ''), turn) AS visitorid,
    MIN_BY(COALESCE(sessionid, ''), turn) AS sessionid,
    MAX(userid) AS userid,
    MIN(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS entry,
    MAX(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS leaving
  FROM (
    SELECT
      *,
      CASE
        WHEN utm.campaign <> ''
        THEN CONCAT_WS(
          CHR(  9),
          COALESCE(utm.source, ''),
          COALESCE(utm.medium, ''),
          utm.campaign,
          COALESCE(advertised, '')
        ) || CASE
          WHEN COALESCE(utm.source, '') = ''
          THEN CONCAT_WS(CHR(  9), '', COALESCE(referrer, ''), page)
          ELSE ''
        END
      END AS click
    FROM (
      SELECT
        *,
        CASE
          WHEN clickid = 'fbclid' AND device.browser = 'Instagram'
          THEN 'instagram'
          ELSE clickid
        END AS advertised
      FROM nearby_hits
      WHERE
        NOT visitkey IS NULL
    ) AS known
  ) AS named
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
    weight,
    weighted_views,
    first_page,
    referrer,
    utm,
    clickid,
    clicked,
    location,
    device,
    visitorid,
    sessionid,
    userid,
    entry,
    leaving,
    source,
    medium,
    campaign,
    CASE
      WHEN REGEXP_LIKE(LOWER(campaign), 'cross-network')
      THEN 'Cross-network'
      WHEN is_paid AND (
        kind = 'shop' OR is_shopping
      )
      THEN 'Paid Shopping'
      WHEN is_paid AND kind = 'search'
      THEN 'Paid Search'
      WHEN is_paid AND kind = 'social'
      THEN 'Paid Social'
      WHEN is_paid AND kind = 'video'
      THEN 'Paid Video'
      WHEN kind = 'display'
      OR REGEXP_LIKE(medium, '^(display|banner|expandable|interstitial|cpm)\z')
      THEN 'Display'
      WHEN is_paid
      THEN 'Paid Other'
      WHEN kind = 'ai'
      THEN 'AI Assistants'
      WHEN kind = 'shop' OR is_shopping
      THEN 'Organic Shopping'
      WHEN kind = 'social' OR REGEXP_LIKE(medium, 'social|^sm$')
      THEN 'Organic Social'
      WHEN kind = 'video' OR REGEXP_LIKE(medium, 'video')
      THEN 'Organic Video'
      WHEN kind = 'search' OR medium = 'organic'
      THEN 'Organic Search'
      WHEN kind = 'mail' OR REGEXP_LIKE(medium, '^e[ _-]?mail|newsletter')
      THEN 'Email'
      WHEN REGEXP_LIKE(medium, '^affiliate')
      THEN 'Affiliates'
      WHEN medium IN ('referral', 'app', 'link') OR (
        is_referred AND medium IS NULL
      )
      THEN 'Referral'
      WHEN medium = 'audio'
      THEN 'Audio'
      WHEN source = 'sms' OR medium = 'sms'
      THEN 'SMS'
      WHEN REGEXP_LIKE(medium, 'push\z|mobile|notification') OR source = 'firebase'
      THEN 'Mobile Push Notifications'
      WHEN source IS NULL AND medium IS NULL AND campaign IS NULL
      THEN 'Direct'
      ELSE 'Unassigned'
    END AS channel
  FROM (
    SELECT
      *,
      REGEXP_LIKE(LOWER(campaign), '(^|[^a-df-z])shop|shopping') AS is_shopping,
      COALESCE(NULLIF(SPLIT_PART(brand, CHR(  9), 2), ''), said) AS source,
      CASE
        WHEN NOT brand IS NULL
        THEN SPLIT_PART(brand, CHR(  9), 1)
        WHEN REGEXP_LIKE(
          said,
          '(^|[.])(([a-z0-9]+-)?(search|suche|szukaj|busca|buscador|recherche|pesquisa|ricerca|hledani|poisk|zoek|sok|arama)[0-9]*(-[a-z0-9]+)?[.][^.]+|(search|suche|busca|cherche|recherche|ricerc)[a-z0-9-]*[.][^.]{4,})[.]|(^|[.])([a-z0-9-]*[^e.])?search[.]((com?[.])?[a-z]{2}|[a-z]{3,4})\z'
        )
        THEN 'search'
        WHEN REGEXP_LIKE(
          said,
          '[.]social\z|^social[.]|(todon|mstdn|pixelfed|misskey|lemmy|pleroma|friendica)[a-z0-9-]*[.]'
        )
        THEN 'social'
      END AS kind
    FROM (
      SELECT
        s.*,
        COALESCE(
          ELEMENT_AT(listed.brands, s.name),
          ELEMENT_AT(listed.brands, NULLIF(REGEXP_EXTRACT(s.name, '[^.]+[.][^.]+[.][^.]+\z'), '')),
          CASE
            WHEN REGEXP_LIKE(s.said, '(^|[.])(web|e-?)?mail[0-9]*[.][^.]+[.]')
            THEN 'mail'
          END,
          ELEMENT_AT(listed.brands, NULLIF(REGEXP_EXTRACT(s.name, '[^.]+[.][^.]+\z'), ''))
        ) AS brand
      FROM (
        SELECT
          *,
          REGEXP_REPLACE(
            said,
            '(^|[.])(aliexpress|altavista|amazon|aol|baidu|bing|blogspot|ebay|exalead|excite|galaxus|ggoogle|glassdoor|gmx|goggle|gogle|gogole|googe|googel|google|googlee|goolge|gooogle|gppgle|habbo|hotbot|hotmail|idealo|ixquick|izito|kaufland|kelkoo|lastfm|lazada|lycos|mercadolibre|msn|myheritage|pinterest|pricerunner|rakuten|shein|shopee|shopzilla|tripadvisor|vinted|walmart|yahoo|yandex|yelp|zalando|zapmeta|zapmetasearch|zoho)[.](com|(com?[.])?[a-z]{2})\z',
            '$1$2.*'
          ) AS name
        FROM (
          SELECT
            *,
            utm_source IS NULL AND NOT host IS NULL AS is_referred,
            (
              NOT medium IS NULL
              AND REGEXP_LIKE(medium, 'cp|^(ppc|ads?|sem|retargeting|remarketing)$|(^|[^a-z])paid')
            )
            OR NOT COALESCE(advertised, 'fbclid') IN ('fbclid', 'instagram') AS is_paid,
            COALESCE(REGEXP_REPLACE(utm_source, '^www[.]', ''), host, advertised) AS said
          FROM (
            SELECT
              *,
              NULLIF(REGEXP_REPLACE(campaign_said, '^[\t-\r ]+|[\t-\r ]+\z', ''), '') AS campaign,
              NULLIF(
                REGEXP_REPLACE(
                  REGEXP_REPLACE(source_said, '^[\t-\r ]+|[\t-\r ]+\z', ''),
                  '^([(](direct|none|not set)[)]|direct)\z',
                  ''
                ),
                ''
              ) AS utm_source,
              NULLIF(
                REGEXP_REPLACE(
                  REGEXP_REPLACE(medium_said, '^[\t-\r ]+|[\t-\r ]+\z', ''),
                  '^[(](none|not set)[)]\z',
                  ''
                ),
                ''
              ) AS medium,
              CASE
                WHEN referred LIKE '%://%'
                THEN NULLIF(
                  NULLIF(
                    REGEXP_EXTRACT(LOWER(referred), '^[a-z][a-z0-9+.-]*://([^/?#@]*@)?(www[.])?([^/:?#]+)', 3),
                    ''
                  ),
                  COALESCE(
                    NULLIF(
                      REGEXP_EXTRACT(LOWER(landing), '^[a-z][a-z0-9+.-]*://([^/?#@]*@)?(www[.])?([^/:?#]+)', 3),
                      ''
                    ),
                    ''
                  )
                )
              END AS host
            FROM (
              SELECT
                *,
                LOWER(utm.source) AS source_said,
                LOWER(utm.medium) AS medium_said,
                utm.campaign AS campaign_said,
                referrer AS referred,
                first_page AS landing,
                NULLIF(clickid, '') AS advertised
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
                  MIN(weight) AS weight,
                  SUM(weighted_views) AS weighted_views,
                  MIN_BY(first_page, began) AS first_page,
                  MIN_BY(referrer, began) AS referrer,
                  MIN_BY(utm, began) AS utm,
                  MIN_BY(clickid, began) AS clickid,
                  ARRAY_JOIN(ARRAY_AGG(NULLIF(clicked, '') ORDER BY began), CHR(  10)) AS clicked,
                  MIN_BY(location, began) AS location,
                  MIN_BY(device, began) AS device,
                  MIN_BY(visitorid, began) AS visitorid,
                  MIN_BY(sessionid, began) AS sessionid,
                  MAX(userid) AS userid,
                  MIN(entry) AS entry,
                  MAX(leaving) AS leaving
                FROM (
                  SELECT
                    *,
                    MAX(opened) OVER (
                      PARTITION BY visitkey
                      ORDER BY began
                      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                    ) AS opening
                  FROM (
                    SELECT
                      *,
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
            ) AS parted
          ) AS trimmed
        ) AS named
      ) AS s
      CROSS JOIN (
        SELECT
          MAP_AGG(name, kind || CHR(  9) || source) AS brands
        FROM brands
      ) AS listed
    ) AS found
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
    weight,
    weighted_views,
    visitkey AS unit,
    source,
    medium,
    campaign,
    channel,
    clicked,
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
  CAST(ROUND(COALESCE(SUM(weight), 0)) AS BIGINT) AS visits,
  CAST(ROUND(COALESCE(SUM(weighted_views), 0)) AS BIGINT) AS page_views,
  ROUND(
    1e2 * SUM(CASE WHEN bounced THEN weight ELSE 0 END) / NULLIF(SUM(CASE WHEN page_views > 0 THEN weight ELSE 0 END), 0),
    1
  ) AS bounce_rate
FROM (
  SELECT
    channel,
    CASE WHEN 'source' = 'channel' THEN '(all)' ELSE COALESCE(source, '(none)') END AS source,
    page_views,
    bounced,
    weight,
    weighted_views,
    unit
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
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp,
      CASE WHEN sampleweight BETWEEN 1e0 AND 1e12 THEN sampleweight ELSE 1e0 END AS weight
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
    COALESCE(sessionid, visitorid, eventid) AS unit,
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
  CAST(ROUND(COALESCE(SUM(events), 0)) AS BIGINT) AS events,
  CAST(ROUND(COALESCE(SUM(page_views), 0)) AS BIGINT) AS page_views,
  CAST(ROUND(COALESCE(SUM(visitors), 0)) AS BIGINT) AS visitors,
  COUNT(DISTINCT dt) AS days,
  MAX(last_event) AS last_event
FROM (
  SELECT
    tenant,
    dt,
    SUM(weight) AS events,
    SUM(CASE WHEN eventtype = 'page_view' THEN weight ELSE 0 END) AS page_views,
    MIN(CASE WHEN visitor IS NULL THEN 0 ELSE weight END) AS visitors,
    MAX(servertimestamp) AS last_event,
    MAX(weight) AS weight,
    MIN(unit) AS unit
  FROM (
    SELECT
      tenant,
      dt,
      eventtype,
      visitorid AS visitor,
      servertimestamp,
      CASE WHEN sampleweight BETWEEN 1e0 AND 1e12 THEN sampleweight ELSE 1e0 END AS weight,
      COALESCE(sessionid, visitorid, eventid) AS unit
    FROM tenants
    WHERE
      dt BETWEEN '2026-11-01' AND '2026-11-30'
      AND (
        'exclude' = 'include' OR isbot = (
          'exclude' = 'only'
        )
      )
  ) AS known
  GROUP BY
    tenant,
    dt,
    visitor
) AS senders
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
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp,
      CASE WHEN sampleweight BETWEEN 1e0 AND 1e12 THEN sampleweight ELSE 1e0 END AS weight
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
    COALESCE(sessionid, visitorid, eventid) AS unit,
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
  ROUND(1e2 * seconds_30 / NULLIF(whole, 0), 1) AS seconds_30,
  ROUND(1e2 * seconds_60 / NULLIF(whole, 0), 1) AS seconds_60,
  ROUND(1e2 * seconds_180 / NULLIF(whole, 0), 1) AS seconds_180,
  ROUND(1e2 * seconds_300 / NULLIF(whole, 0), 1) AS seconds_300
FROM (
  SELECT
    page,
    CAST(ROUND(COALESCE(SUM(CASE WHEN eventtype = 'page_view' THEN weight END), 0)) AS BIGINT) AS page_views,
    SUM(CASE WHEN eventtype = 'page_view' THEN weight ELSE 0 END) AS whole,
    SUM(CASE WHEN mark = '30' THEN weight ELSE 0 END) AS seconds_30,
    SUM(CASE WHEN mark = '60' THEN weight ELSE 0 END) AS seconds_60,
    SUM(CASE WHEN mark = '180' THEN weight ELSE 0 END) AS seconds_180,
    SUM(CASE WHEN mark = '300' THEN weight ELSE 0 END) AS seconds_300,
    SUM(CASE WHEN mark IN ('30', '60', '180', '300') THEN weight ELSE 0 END) AS marks
  FROM (
    SELECT
      shown_page AS page,
      eventtype,
      weight,
      unit,
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
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp,
      CASE WHEN sampleweight BETWEEN 1e0 AND 1e12 THEN sampleweight ELSE 1e0 END AS weight
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
    COALESCE(sessionid, visitorid, eventid) AS unit,
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
  CAST(ROUND(COALESCE(SUM(page_views), 0)) AS BIGINT) AS page_views,
  CAST(ROUND(COALESCE(SUM(visitors), 0)) AS BIGINT) AS visitors,
  ROUND(1e2 * SUM(page_views) / SUM(SUM(page_views)) OVER (), 1) AS share
FROM (
  SELECT
    shown_page,
    SUM(weight) AS page_views,
    MIN(CASE WHEN visitor IS NULL THEN 0 ELSE weight END) AS visitors,
    MAX(weight) AS weight,
    MIN(unit) AS unit
  FROM hits
  WHERE
    eventtype = 'page_view'
  GROUP BY
    shown_page,
    visitor
) AS viewed
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
WITH brands AS (
  SELECT
    SPLIT_PART(brand, ':', 1) AS kind,
    COALESCE(NULLIF(SPLIT_PART(brand, ':', 2), ''), name) AS source,
    name
  FROM UNNEST(SPLIT(
    'ai:chatgpt:chatgpt,chatgpt.com,chat.openai.com,openai.com,com.openai.chatgpt,chat gpt,openai
ai:perplexity:perplexity,perplexity.ai,perplexity.com,ai.perplexity.app.android
ai:claude:claude,claude.ai,claude.com,anthropic.com,com.anthropic.claude,anthropic
ai:gemini:gemini,gemini.google.*,bard.google.*,aistudio.google.*,com.google.android.apps.bard,bard
ai:notebooklm:notebooklm,notebooklm.google.*,notebooklm.google
ai:copilot:copilot,copilot.microsoft.com,copilot.cloud.microsoft,m365.cloud.microsoft,copilot.com,edgeservices.bing.com,com.microsoft.copilot
ai:deepseek:deepseek,deepseek.com,deepseek.ai,com.deepseek.chat
ai:grok:grok,grok.com,x.ai,ai.x.grok
ai:meta ai:meta ai,meta.ai
ai:mistral:mistral,mistral.ai,le chat,lechat
ai:duck.ai:duck.ai
ai:you.com:you.com
ai:poe:poe,poe.com
ai:phind:phind,phind.com
ai:pi.ai:pi.ai
ai:character.ai:character.ai,c.ai
ai:jasper:jasper,jasper.ai
ai:writesonic:writesonic,writesonic.com,chatsonic
ai:iask:iask,iask.ai
ai:andi:andi,andisearch.com
ai:komo:komo,komo.ai
ai:chatglm:chatglm,chatglm.cn,z.ai,bigmodel.cn
ai:kimi:kimi,kimi.com,kimi.ai,moonshot.cn,kimi.moonshot.cn
ai:doubao:doubao,doubao.com,com.larus.nova
ai:qwen:qwen,qwen.ai,tongyi.com,tongyi.aliyun.com,qianwen.com
ai:ernie:ernie,yiyan.baidu.com,chat.baidu.com
ai:yuanbao:yuanbao,yuanbao.tencent.com,hunyuan.tencent.com
ai:minimax:minimax,minimax.io,minimaxi.com,hailuoai.com
ai:metaso:metaso,metaso.cn
ai:felo:felo,felo.ai
ai:genspark:genspark,genspark.ai
ai:manus.im:manus.im
ai:consensus:consensus,consensus.app
ai:elicit:elicit,elicit.com,elicit.org
ai:scite:scite,scite.ai
ai:openevidence:openevidence,openevidence.com
ai:liner ai:liner ai,liner.com,getliner.com
ai:huggingchat:huggingchat,huggingface.co
ai:lmarena:lmarena,lmarena.ai,lmsys.org
ai:venice:venice,venice.ai
ai:lumo:lumo,lumo.proton.me
ai:t3chat:t3chat,t3.chat
ai:openrouter:openrouter,openrouter.ai
ai:groq:groq,groq.com
ai:cohere:cohere,cohere.com,cohere.ai
ai:monica:monica,monica.im
ai:sider:sider,sider.ai
ai:merlin ai:merlin ai,getmerlin.in
ai:blackbox:blackbox,blackbox.ai
ai:copy.ai:copy.ai
ai:rytr:rytr,rytr.me
ai:opera aria:opera aria,aria.opera.com
ai:yandex alice:yandex alice,alice.yandex.*,alice.yandex
ai:gigachat:gigachat,giga.chat
ai:clova:clova,clova-x.naver.com
ai:wrtn:wrtn,wrtn.ai
ai:chat+:chat+,chatplus.com,chat-gpt.org
ai:chatbotapp:chatbotapp,chatbotapp.ai,chatbot.app
ai:ninjachat:ninjachat,ninjachat.ai
ai:chatpdf:chatpdf,chatpdf.com
mail:gmail:gmail,mail.google.*,gmail.com,inbox.google.*,com.google.android.gm,com.google.android.gm.lite
mail:outlook:outlook,outlook.com,outlook.live.com,outlook.office.com,outlook.office365.com,hotmail.*,hotmail,mail.live.com,com.microsoft.office.outlook
mail:yahoo mail:yahoo mail,mail.yahoo.*,com.yahoo.mobile.client.android.mail
mail:icloud:icloud,icloud.com
mail:proton:proton,proton.me,protonmail.com,protonmail,ch.protonmail.android
mail:gmx:gmx,gmx.*,deref-gmx.net,deref-gmx.com,deref-gmx.fr,3c.gmx.net,de.gmx.mobile.android.mail
mail:web.de mail:web.de mail,deref-web.de,deref-web-02.de,3c.web.de,de.web.mobile.android.mail
mail:yandex mail:yandex mail,mail.yandex.*,ru.yandex.mail
mail:mail.ru mail:mail.ru mail,e.mail.ru,touch.mail.ru,ru.mail.mailapp
mail:aol mail:aol mail,mail.aol.*,com.aol.mobile.aolapp
mail:zoho:zoho,mail.zoho.*,zoho.*,com.zoho.mail
mail:fastmail:fastmail,fastmail.com,fastmail.fm
mail:tuta:tuta,tuta.com,tutanota.com,de.tutao.tutanota
mail:hey mail:hey mail,app.hey.com
mail:superhuman:superhuman,superhuman.com
mail:spark mail:spark mail,com.readdle.spark
mail:samsung email:samsung email,com.samsung.android.email.provider
mail:seznam mail:seznam mail,email.seznam.cz
mail:daum mail:daum mail,mail.daum.net,hanmail.net
mail:naver mail:naver mail,mail.naver.com
mail:rambler mail:rambler mail,mail.rambler.ru
mail:mail.com:mail.com,deref-mail.com
mail:laposte:laposte,laposte.net
mail:orange mail:orange mail,messagerie.orange.fr
mail:sfr mail:sfr mail,messagerie.sfr.fr
mail:free mail:free mail,zimbra.free.fr
mail:ukr.net mail:ukr.net mail,mail.ukr.net
mail:163 mail:163 mail,mail.163.com,126.com,mail.126.com
mail:qq mail:qq mail,mail.qq.com,wx.mail.qq.com,com.tencent.androidqqmail
mail:mailchimp:mailchimp,mailchimp.com,mailchi.mp,list-manage.com,campaign-archive.com
mail:klaviyo:klaviyo,klaviyo.com,klclick.com
mail:brevo:brevo,brevo.com,sendinblue.com,sendibm1.com
mail:campaign monitor:campaign monitor,createsend.com,cmail19.com,cmail20.com
mail:sendgrid:sendgrid,sendgrid.net
mail:hubspot mail:hubspot mail,hubspotemail.net
mail:convertkit:convertkit,convertkit.com,kit.com,convertkit-mail.com
mail:beehiiv:beehiiv,beehiiv.com
mail:buttondown:buttondown,buttondown.email,buttondown.com
mail:email:email,e-mail,e_mail,e mail
mail:newsletter:newsletter,newsletters
social:facebook:facebook,facebook.com,fb.com,fb.me,fb.watch,facebookwkhpilnemxj7asaniu7vnjjbiltxjqhye3mhbshg7kx5tfyd.onion,com.facebook.katana,com.facebook.lite,fb,meta,facebook ads,facebookads,meta ads,fbclid
social:instagram:instagram,instagram.com,com.instagram.android,ig,insta,igshopping
social:threads:threads,threads.net,threads.com,com.instagram.barcelona
social:messenger:messenger,messenger.com,m.me,com.facebook.orca
social:workplace:workplace,workplace.com
social:x:x,x.com,twitter.com,t.co,tweetdeck.com,com.twitter.android,twitter,tw,twclid
social:linkedin:linkedin,linkedin.com,lnkd.in,com.linkedin.android,linked-in,linkedin ads,li,li_fat_id
social:reddit:reddit,reddit.com,redd.it,com.reddit.frontpage,rdt_cid
social:pinterest:pinterest,pinterest.*,pin.it,com.pinterest,epik
social:tiktok:tiktok,tiktok.com,tiktokv.com,com.zhiliaoapp.musically,com.ss.android.ugc.trill,tik tok,ttclid
social:snapchat:snapchat,snapchat.com,snap.com,com.snapchat.android,sccid
social:whatsapp:whatsapp,whatsapp.com,wa.me,com.whatsapp,com.whatsapp.w4b
social:telegram:telegram,telegram.org,telegram.me,t.me,org.telegram.messenger,org.telegram.messenger.web,org.telegram.plus,tg
social:discord:discord,discord.com,discord.gg,discordapp.com,com.discord
social:bluesky:bluesky,bsky.app,bsky.social,xyz.blueskyweb.app,bsky
social:mastodon:mastodon,joinmastodon.org,org.joinmastodon.android,mas.to,hachyderm.io,infosec.exchange,troet.cafe,pawoo.net,c.im,botsin.space,bitcoinhackers.org,friends.nico,quey.org,tkm.eus,mathstodon.xyz,ioc.exchange,masto.ai,masto.nu,masto.es,masto.pt,masto.host,toot.cafe,toot.community,tooting.ch,toot.wales,tooot.im,metalhead.club,livellosegreto.it,sociale.network,dice.camp,wandering.shop,writing.exchange,journa.host,todon.eu,todon.nl,fedibird.com,vocalodon.net,best-friends.chat,planet.moe,handon.club,kmy.blue,baraag.net,cybre.space,snouts.online,sleeping.town,tech.lgbt,lgbtqia.space,eldritch.cafe,mamot.fr,piaille.fr,framapiaf.org,layer8.space,lor.sh,nerdculture.de,linuxrocks.online,functional.cafe,merveilles.town,weirder.earth,pouet.chapril.org,qoto.org,sciences.re,types.pl,wien.rocks,woof.group,zirk.us,101010.pl,union.place,vmst.io,worldkey.io,xoxo.zone,switter.at,spinster.xyz,ravenation.club,aus.social,kosmos.social,octodon.social,niu.moe,mao.mastodonhub.com,oc.todon.fr,social.coop,tusky.app,com.keylesspalace.tusky,me.rhosys.mastodon,universeodon.com,fedi.life,bark.lgbt,im-in.space,glammr.us,awscommunity.social,ecoevo.social,front-end.social,mindly.social,genomic.social,hometech.social,urbanists.social,sauropods.win,freeradical.zone,wetdry.world,app.wafrn.net,sakurajima.moe,rubber.social,plural.cafe,mk.absturztau.be,equestria.social,pony.social,dragonscave.space,tabletop.social,queer.party,chitter.xyz,hellsite.site,vulpine.club,computerfairi.es,radical.town,anarchism.space,sunbeam.city,hispagatos.space,mastd.racing,mast.dragon-fly.club,x0r.be,hulvr.com,gamepad.club,dmv.community,mspsocial.net,frikiverse.zone,loma.ml,aipi.social,moth.zone,lou.lt,slippy.xyz,den.dev
social:pixelfed:pixelfed,pixey.org,pxlmo.com,metapixl.com,pix.toot.wales,pixel.tchncs.de,fotofed.nl
social:misskey:misskey,misskey.io,nijimiss.moe,firefish.social,sharkey.world,mk.autonomy.earth
social:lemmy:lemmy,beehaw.org,feddit.de,feddit.org,feddit.it,feddit.uk,sh.itjust.works,programming.dev,kbin.social,fedia.io
social:diaspora:diaspora,diasporafoundation.org,pluspora.com,framasphere.org,diasp.org,joindiaspora.com,pod.geraspora.de
social:truth social:truth social,truthsocial.com
social:gab:gab,gab.com,gab.ai
social:gettr:gettr,gettr.com
social:parler:parler,parler.com
social:minds:minds,minds.com
social:mewe:mewe,mewe.com
social:vk:vk,vk.com,vk.ru,vk.me,vkontakte.ru,com.vkontakte.android,vkontakte
social:ok.ru:ok.ru,odnoklassniki.ru,odnoklassniki.ua,ru.ok.android
social:my.mail.ru:my.mail.ru
social:dzen:dzen,dzen.ru,zen.yandex.*
social:pikabu:pikabu,pikabu.ru
social:habr:habr,habr.com
social:weibo:weibo,weibo.com,weibo.cn,t.cn,com.sina.weibo
social:wechat:wechat,wechat.com,weixin.qq.com,weixin110.qq.com,com.tencent.mm,weixin
social:qq:qq,qzone.qq.com,qun.qq.com,com.tencent.mobileqq
social:xiaohongshu:xiaohongshu,xiaohongshu.com,xhslink.com,rednote.com,com.xingin.xhs,rednote
social:douyin:douyin,douyin.com,com.ss.android.ugc.aweme
social:kuaishou:kuaishou,kuaishou.com
social:zhihu:zhihu,zhihu.com,com.zhihu.android
social:douban:douban,douban.com
social:renren:renren,renren.com,kaixin001.com
social:line:line,line.me,lin.ee,jp.naver.line.android
social:kakao:kakao,kakao.com,kakaocorp.com,com.kakao.talk,kakaotalk
social:naver blog:naver blog,blog.naver.com,cafe.naver.com,kin.naver.com,band.us
social:zalo:zalo,zalo.me,com.zing.zalo
social:viber:viber,viber.com,com.viber.voip
social:skype:skype,skype.com,com.skype.raider
social:imo:imo,imo.im
social:hacker news:hacker news,news.ycombinator.com,hackernews,hn
social:lobsters:lobsters,lobste.rs
social:product hunt:product hunt,producthunt.com,producthunt
social:indie hackers:indie hackers,indiehackers.com
social:github:github,github.com,com.github.android
social:gitlab:gitlab,gitlab.com
social:stack overflow:stack overflow,stackoverflow.com,stackexchange.com,serverfault.com,superuser.com,askubuntu.com,stackapps.com,mathoverflow.net,stackoverflow
social:quora:quora,quora.com,com.quora.android
social:medium:medium,medium.com,com.medium.reader
social:substack:substack,substack.com,com.substack.app
social:tumblr:tumblr,tumblr.com,com.tumblr
social:wordpress:wordpress,wordpress.com,wordpress.org
social:blogger:blogger,blogger.com,blogspot.*
social:livejournal:livejournal,livejournal.com,livejournal.ru
social:linktree:linktree,linktr.ee
social:linkin.bio:linkin.bio,beacons.ai,lnk.bio,bio.link,campsite.bio,taplink.cc
social:flipboard:flipboard,flipboard.com,flip.it,flipboard.app
social:pocket:pocket,getpocket.com,pocket.co
social:digg:digg,digg.com
social:disqus:disqus,disqus.com,disq.us
social:slashdot:slashdot,slashdot.org
social:fark:fark,fark.com
social:imgur:imgur,imgur.com
social:9gag:9gag,9gag.com
social:nextdoor:nextdoor,nextdoor.com,nextdoor.co.uk,nextdoor.de
social:xing:xing,xing.com,com.xing.android
social:viadeo:viadeo,viadeo.com,viadeo.journaldunet.com
social:yammer:yammer,yammer.com,engage.cloud.microsoft
social:meetup:meetup,meetup.com
social:yelp:yelp,yelp.*
social:tripadvisor:tripadvisor,tripadvisor.*
social:foursquare:foursquare,foursquare.com,swarmapp.com
social:glassdoor:glassdoor,glassdoor.*
social:goodreads:goodreads,goodreads.com
social:dribbble:dribbble,dribbble.com
social:behance:behance,behance.net
social:deviantart:deviantart,deviantart.com
social:artstation:artstation,artstation.com
social:flickr:flickr,flickr.com
social:500px:500px,500px.com
social:last.fm:last.fm,lastfm.*
social:soundcloud:soundcloud,soundcloud.com
social:patreon:patreon,patreon.com
social:ko-fi:ko-fi,ko-fi.com
social:clubhouse:clubhouse,clubhouse.com,joinclubhouse.com
social:bereal:bereal,bereal.com,bere.al
social:hootsuite:hootsuite,hootsuite.com,ow.ly
social:buffer:buffer,buffer.com,buff.ly
social:bitly:bitly,bit.ly
social:ameblo:ameblo,ameblo.jp,ameba.jp
social:hatena:hatena,hatena.ne.jp,hatenablog.com,hatenablog.jp,hatena.blog
social:mixi:mixi,mixi.jp
social:note.com:note.com,note.mu
social:pixiv:pixiv,pixiv.net
social:fc2:fc2,fc2.com
social:5ch:5ch,5ch.net,2ch.net,5ch.io
social:gree:gree,gree.jp
social:gutefrage:gutefrage,gutefrage.net
social:wykop:wykop,wykop.pl
social:nk.pl:nk.pl,nasza-klasa.pl
social:meneame:meneame,meneame.net
social:taringa:taringa,taringa.net
social:draugiem:draugiem,draugiem.lv
social:hyves:hyves,hyves.nl,hyves.net
social:studivz:studivz,studivz.net,meinvz.net,schuelervz.net
social:myspace:myspace,myspace.com
social:bebo:bebo,bebo.com
social:orkut:orkut,orkut.com,orkut.com.br
social:google+:google+,plus.google.*,plus.url.google.*,url.google.*,googleplus
social:google groups:google groups,groups.google.*,googlegroups.com
social:habbo:habbo,habbo.*
social:ravelry:ravelry,ravelry.com
social:wattpad:wattpad,wattpad.com
social:scribd:scribd,scribd.com
social:slideshare:slideshare,slideshare.net
social:academia:academia,academia.edu
social:researchgate:researchgate,researchgate.net
social:fetlife:fetlife,fetlife.com
social:italki:italki,italki.com
social:lang-8:lang-8,lang-8.com
social:couchsurfing:couchsurfing,couchsurfing.com,couchsurfing.org
social:peepeth:peepeth,peepeth.com
social:steemit:steemit,steemit.com,hive.blog,peakd.com
social:farcaster:farcaster,farcaster.xyz,warpcast.com
social:lens protocol:lens protocol,lens.xyz,hey.xyz
social:nostr clients:nostr clients,primal.net,damus.io,iris.to,snort.social
social:strava:strava,strava.com,com.strava
social:letterboxd:letterboxd,letterboxd.com
social:untappd:untappd,untappd.com
social:geni:geni,geni.com
social:myheritage:myheritage,myheritage.*
social:ancestry:ancestry,ancestry.com,ancestry.co.uk,ancestry.de
social:classmates:classmates,classmates.com
social:tagged:tagged,tagged.com
social:hi5:hi5,hi5.com
social:badoo:badoo,badoo.com
social:netlog:netlog,netlog.com
social:tuenti:tuenti,tuenti.com
social:skyrock:skyrock,skyrock.com
social:cyworld:cyworld,cyworld.com
social:plaxo:plaxo,plaxo.com
social:plurk:plurk,plurk.com
social:identi.ca:identi.ca
social:ning:ning,ning.com
social:gaiaonline:gaiaonline,gaiaonline.com
social:irc-galleria:irc-galleria,irc-galleria.net
social:weeworld:weeworld,weeworld.com
social:sonico:sonico,sonico.com
social:friendster:friendster,friendster.com
social:stumbleupon:stumbleupon,stumbleupon.com,mix.com
social:delicious:delicious,delicious.com,del.icio.us
social:multiply:multiply,multiply.com
social:xanga:xanga,xanga.com
social:vampirefreaks:vampirefreaks,vampirefreaks.com
social:cafemom:cafemom,cafemom.com
social:dailystrength:dailystrength,dailystrength.org
social:care2:care2,care2.com
social:caringbridge:caringbridge,caringbridge.org
social:flixster:flixster,flixster.com
social:librarything:librarything,librarything.com
social:anobii:anobii,anobii.com
social:mubi:mubi,mubi.com
social:reverbnation:reverbnation,reverbnation.com
social:partyflock:partyflock,partyflock.nl
social:copainsdavant:copainsdavant,copainsdavant.linternaute.com
social:trombi:trombi,trombi.com
social:zoo.gr:zoo.gr
social:mocospace:mocospace,mocospace.com
social:blackplanet:blackplanet,blackplanet.com
social:asmallworld:asmallworld,asmallworld.com
social:internations:internations,internations.org
social:interpals:interpals,interpals.net
social:kiwibox:kiwibox,kiwibox.com
social:dol2day:dol2day,dol2day.com
social:jappy:jappy,jappy.com,jappy.de
social:lokalisten:lokalisten,lokalisten.de
social:werkenntwen:werkenntwen,wer-kennt-wen.de
social:suomi24:suomi24,suomi24.fi
social:playahead:playahead,playahead.se
social:lunarstorm:lunarstorm,lunarstorm.se
social:biip:biip,biip.no
social:mouthshut:mouthshut,mouthshut.com
social:ibibo:ibibo,ibibo.com
social:bharatstudent:bharatstudent,bharatstudent.com
social:bigadda:bigadda,bigadda.com
social:fotolog:fotolog,fotolog.com
social:fotki:fotki,fotki.com
social:photobucket:photobucket,photobucket.com
social:secondlife:secondlife,secondlife.com
social:imvu:imvu,imvu.com
social:stardoll:stardoll,stardoll.com
social:livemocha:livemocha,livemocha.com
social:busuu:busuu,busuu.com
social:mymfb:mymfb,mymfb.com
social:virb:virb,virb.com
social:wakoopa:wakoopa,wakoopa.com
social:yfrog:yfrog,yfrog.com
social:buzznet:buzznet,buzznet.com
social:mylife:mylife,mylife.com
social:friends reunited:friends reunited,friendsreunited.com,friendsreunited.co.uk
social:windows live spaces:windows live spaces,spaces.live.com
video:youtube:youtube,youtube.com,youtu.be,youtube-nocookie.com,com.google.android.youtube,com.google.android.apps.youtube.music,yt
video:vimeo:vimeo,vimeo.com
video:dailymotion:dailymotion,dailymotion.com,dai.ly
video:twitch:twitch,twitch.tv,tv.twitch.android.app
video:kick:kick,kick.com
video:rumble:rumble,rumble.com
video:odysee:odysee,odysee.com,lbry.tv
video:bitchute:bitchute,bitchute.com
video:netflix:netflix,netflix.com
video:hulu:hulu,hulu.com
video:disney+:disney+,disneyplus.com
video:ted:ted,ted.com
video:wistia:wistia,wistia.com,wistia.net
video:bilibili:bilibili,bilibili.com,b23.tv,tv.danmaku.bili
video:niconico:niconico,nicovideo.jp,nico.ms
video:iqiyi:iqiyi,iqiyi.com,iq.com
video:youku:youku,youku.com,tudou.com
video:rutube:rutube,rutube.ru
video:veoh:veoh,veoh.com
video:crackle:crackle,crackle.com
video:curiositystream:curiositystream,curiositystream.com
video:utreon:utreon,utreon.com
video:d.tube:d.tube
shop:amazon:amazon,amazon.*,amzn.to,a.co,com.amazon.mShop.android.shopping,amzn
shop:ebay:ebay,ebay.*,ebay.us,com.ebay.mobile
shop:etsy:etsy,etsy.com,etsy.me,com.etsy.android
shop:walmart:walmart,walmart.*,com.walmart.android
shop:target:target,target.com
shop:bestbuy:bestbuy,bestbuy.com
shop:alibaba:alibaba,alibaba.com,com.alibaba.intl.android.apps.poseidon
shop:aliexpress:aliexpress,aliexpress.*,aliexpress.us,com.alibaba.aliexpresshd
shop:taobao:taobao,taobao.com,tmall.com
shop:jd:jd,jd.com
shop:pinduoduo:pinduoduo,pinduoduo.com,yangkeduo.com
shop:temu:temu,temu.com,com.einnovation.temu
shop:shein:shein,shein.*
shop:wish:wish,wish.com
shop:shopee:shopee,shopee.*
shop:lazada:lazada,lazada.*
shop:tokopedia:tokopedia,tokopedia.com
shop:flipkart:flipkart,flipkart.com
shop:coupang:coupang,coupang.com
shop:naver shopping:naver shopping,shopping.naver.com,smartstore.naver.com
shop:yahoo shopping:yahoo shopping,shopping.yahoo.*
shop:google shopping:google shopping,shopping.google.*,googleshopping
shop:kakaku:kakaku,kakaku.com
shop:mercadolibre:mercadolibre,mercadolibre.*,mercadolivre.com.br
shop:americanas:americanas,americanas.com.br
shop:allegro:allegro,allegro.pl,allegro.cz
shop:ceneo:ceneo,ceneo.pl
shop:heureka:heureka,heureka.cz,heureka.sk
shop:ozon:ozon,ozon.ru
shop:wildberries:wildberries,wildberries.ru
shop:yandex market:yandex market,market.yandex.*
shop:rozetka:rozetka,rozetka.com.ua
shop:emag:emag,emag.ro,emag.hu,emag.bg
shop:trendyol:trendyol,trendyol.com
shop:hepsiburada:hepsiburada,hepsiburada.com
shop:idealo:idealo,idealo.*
shop:pricerunner:pricerunner,pricerunner.*
shop:kelkoo:kelkoo,kelkoo.*
shop:shopzilla:shopzilla,shopzilla.*
shop:geizhals:geizhals,geizhals.at,geizhals.de,geizhals.eu
shop:check24:check24,check24.de
shop:toppreise:toppreise,toppreise.ch
shop:galaxus:galaxus,galaxus.*,digitec.ch
shop:otto:otto,otto.de
shop:zalando:zalando,zalando.*
shop:kaufland:kaufland,kaufland.*
shop:bol:bol,bol.com
shop:cdiscount:cdiscount,cdiscount.com
shop:vinted:vinted,vinted.*
shop:shopify:shopify,shopify.com,shop.app,com.shopify.arrive
display:google ad network:google ad network,doubleclick.net,googlesyndication.com,syndicatedsearch.goog,googleadservices.com,dclid
display:taboola:taboola,taboola.com
display:outbrain:outbrain,outbrain.com
display:criteo:criteo,criteo.com,criteo.net
display:adform:adform,adform.net
display:appnexus:appnexus,adnxs.com
display:amazon ads:amazon ads,amazon-adsystem.com
display:yahoo ads:yahoo ads,adtech.yahooinc.com,advertising.com
display:mgid:mgid,mgid.com
display:revcontent:revcontent,revcontent.com
display:adroll:adroll,adroll.com
display:teads:teads,teads.tv
display:applovin:applovin,applovin.com,applvn.com
display:unity ads:unity ads,unityads.unity3d.com
other:google docs:google docs,docs.google.*
other:google drive:google drive,drive.google.*
other:google accounts:google accounts,accounts.google.*
other:google calendar:google calendar,calendar.google.*
other:google meet:google meet,meet.google.*
other:google classroom:google classroom,classroom.google.*
other:google chat:google chat,chat.google.*
other:google sites:google sites,sites.google.*
other:google play:google play,play.google.*,com.android.vending
other:google ads console:google ads console,ads.google.*
other:google analytics:google analytics,analytics.google.*
other:google translate:google translate,translate.google.*
other:microsoft live:microsoft live,login.live.com
other:yahoo finance:yahoo finance,finance.yahoo.*
other:yandex metrica:yandex metrica,metrika.yandex.*,metrica.yandex.*
search::searchya.com,searchmobileonline.com,v9.com,22find.com,qvo6.com,qone8.com,sweet-page.com,istartsurf.com,omiga-plus.com,key-find.com,awesomehp.com,oursurfing.com,portaldosites.com,iminent.com,certified-toolbar.com,sweetim.com,imesh.com,genieo.com,findwide.com,surfcanyon.com,gelbeseiten.de,dasoertliche.de,dastelefonbuch.de,yellowmap.de,1881.no,gulesider.no,hitta.se,herold.at,local.ch,pagesjaunes.fr,paginegialle.it,yell.com,yellowpages.com,118700.se,gooofullsearch.com,darkoogle.com,gfsoso.com,blackle.com,startab.me,kiddle.co,kidrex.org,kidzsearch.com,fragfinn.de,blinde-kuh.de,qwantjunior.com,juniorsafesearch.com,k9safesearch.com
search:google:google,google.*,gogole.*,googel.*,gppgle.*,goolge.*,gogle.*,goggle.*,ggoogle.*,gooogle.*,googlee.*,googe.*,goo.gl,googleusercontent.com,googlesyndicatedsearch.com,com.google.android.googlequicksearchbox,com.google.android.apps.searchlite,google ads,googleads,google-ads,google_ads,adwords,googlemybusiness,gmb,gclid,gbraid,wbraid,gad_source
search:bing:bing,bing.*,bing.com,msn.*,com.microsoft.bing,com.microsoft.emmx,bing ads,bingads,microsoft,microsoft ads,msclkid,msn
search:yahoo:yahoo,yahoo.*,com.yahoo.mobile.client.android.search
search:duckduckgo:duckduckgo,duckduckgo.com,duckduckgo.eu,ddg.gg,duck.com,duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion,com.duckduckgo.mobile.android,ddg
search:yandex:yandex,yandex.*,ya.ru,yastatic.net,ru.yandex.searchplugin,ru.yandex.searchapp,com.yandex.browser,yandex direct,yclid
search:baidu:baidu,baidu.*,com.baidu.searchbox
search:naver:naver,naver.com,com.nhn.android.search
search:daum:daum,daum.net,net.daum.android.daum
search:nate:nate,nate.com
search:zum:zum,zum.com
search:sogou:sogou,sogou.com
search:360 search:360 search,so.com,360.cn,haosou.com,sou.com
search:shenma:shenma,sm.cn
search:quark:quark,quark.cn
search:seznam:seznam,seznam.cz,firmy.cz
search:ecosia:ecosia,ecosia.org,com.ecosia.android
search:qwant:qwant,qwant.com,com.qwant.liberty
search:startpage:startpage,startpage.com,startpage.nl,ixquick.*,startpagel6srwcjlue4zgq3zevrujfaow726kjytqbbjyrswwmjzcqd.onion
search:brave:brave,search.brave.com,brave.com,com.brave.browser
search:kagi:kagi,kagi.com
search:mojeek:mojeek,mojeek.com,mojeek.co.uk
search:swisscows:swisscows,swisscows.com,swisscows.ch,hulbee.com
search:metager:metager,metager.de,metager.org,metager2.de
search:presearch:presearch,presearch.com,presearch.io,presearch.org
search:yep:yep,yep.com
search:searx:searx,searx.be,searx.me,searx.space,searxng.org
search:gibiru:gibiru,gibiru.com
search:lilo:lilo,lilo.org
search:oceanhero:oceanhero,oceanhero.today
search:ekoru:ekoru,ekoru.org
search:karmasearch:karmasearch,karmasearch.org
search:ask:ask,ask.com,search-results.com,teoma.com
search:aol:aol,aol.*
search:lycos:lycos,lycos.*,hotbot.*
search:excite:excite,excite.*
search:altavista:altavista,altavista.*
search:coccoc:coccoc,coccoc.com
search:rambler:rambler,rambler.ru,nigma.ru
search:mail.ru:mail.ru,go.mail.ru
search:petal:petal,petalsearch.com,com.huawei.hwsearch
search:goo:goo,goo.ne.jp
search:biglobe:biglobe,biglobe.ne.jp
search:docomo:docomo,docomo.ne.jp
search:auone:auone,auone.jp
search:nifty:nifty,nifty.com
search:so-net:so-net,so-net.ne.jp
search:rakuten:rakuten,rakuten.*,infoseek.co.jp
search:livedoor:livedoor,livedoor.com
search:onet:onet,onet.pl
search:wp.pl:wp.pl
search:virgilio:virgilio,virgilio.it
search:libero:libero,libero.it
search:tiscali:tiscali,tiscali.it,tiscali.cz
search:t-online:t-online,t-online.de
search:web.de:web.de
search:freenet:freenet,freenet.de
search:bluewin:bluewin,bluewin.ch
search:search.ch:search.ch
search:orange search:orange search,lemoteur.orange.fr,lemoteur.fr,voila.fr
search:centrum:centrum,centrum.cz,atlas.cz,centrum.sk,atlas.sk
search:zoznam:zoznam,zoznam.sk
search:azet:azet,azet.sk
search:najdi:najdi,najdi.si
search:sapo:sapo,sapo.pt
search:clix:clix,clix.pt
search:globo:globo,globo.com
search:terra:terra,terra.com.br,terra.es,terra.cl
search:eniro:eniro,eniro.se,eniro.no,eniro.dk,eniro.fi
search:kvasir:kvasir,kvasir.no
search:startsiden:startsiden,startsiden.no,abcsok.no
search:walla:walla,walla.co.il
search:meta.ua:meta.ua
search:bigmir:bigmir,bigmir.net
search:ukr.net:ukr.net
search:tut.by:tut.by
search:abv:abv,abv.bg
search:comcast:comcast,comcast.net,xfinity.com
search:earthlink:earthlink,earthlink.net
search:charter.net:charter.net,rr.com
search:dogpile:dogpile,dogpile.com,webcrawler.com,metacrawler.com,zoo.com,infospace.com
search:info.com:info.com
search:izito:izito,izito.*,zapmeta.*,zapmetasearch.*
search:conduit:conduit,conduit.com,trovi.com
search:babylon:babylon,babylon.com,isearch.babylon.com,delta-search.com,delta-homes.com
search:mywebsearch:mywebsearch,mywebsearch.com,myway.com,mysearch.com,inbox.com
search:avg:avg,avg.com,avast.com,nation.com
search:softonic:softonic,softonic.com
search:ghostery:ghostery,ghosterysearch.com,glowstery.com,cliqz.com
search:neeva:neeva,neeva.com
search:wolframalpha:wolframalpha,wolframalpha.com
search:marginalia:marginalia,marginalia.nu,marginalia-search.com
search:stract:stract,stract.com
search:wiby:wiby,wiby.me
search:entireweb:entireweb,entireweb.com
search:exalead:exalead,exalead.*
search:looksmart:looksmart,looksmart.com
search:picsearch:picsearch,picsearch.com,picsearch.de
search:fireball:fireball,fireball.de,fireball.com
search:dmoz:dmoz,dmoz.org,curlie.org
search:gigablast:gigablast,gigablast.com
search:setooz:setooz,setooz.com
search:vuhuv:vuhuv,vuhuv.com,vuhuv.com.tr
search:geona:geona,geona.net
search:parsijoo:parsijoo,parsijoo.ir
search:zarebin:zarebin,zarebin.ir
search:freespoke:freespoke,freespoke.com
search:luxxle:luxxle,luxxle.com
search:givero:givero,givero.com
search:youcare:youcare,youcare.world
search:xayn:xayn,xayn.com
search:timpi:timpi,timpi.io
search:quendu:quendu,quendu.com
search:qmamu:qmamu,qmamu.com
search:rightdao:rightdao,rightdao.com
search:yippy:yippy,yippy.com
search:alexandria:alexandria,alexandria.org
search:searchencrypt:searchencrypt,searchencrypt.com,searchlock.com,searchprivacy.co,discretesearch.com
search:snap.do:snap.do
mail::bigpond.com,email.telstra.com,exmail.qq.com,iinet.net.au,mail.e1.ru,mail.mynet.com,mail.qip.ru,mail.yahoo.net,mastermail.ru,orange.fr,post.ru,sibmail.com,webmail.2degreesbroadband.co.nz,webmail.adam.com.au,webmail.commander.net.au,webmail.dodo.com.au,webmail.iprimus.com.au,webmail.netspace.net.au,webmail.optusnet.com.au,webmail.optuszoo.com.au,webmail.virginbroadband.com.au,webmail.vodafone.co.nz,webmail.westnet.com.au
search::1.cz,2gis.ru,abacho.at,abacho.ch,abacho.co.uk,abacho.com,abacho.de,abacho.es,abacho.fr,abacho.it,abcsolk.no,acoon.de,alexa.com,all.by,alltheweb.com,aolsearch.com,apollo.lv,apollo7.de,apontador.com.br,arama.com,arcor.de,ariadna.elmundo.es,arianna.com,ask.co.uk,ask.reference.com,askkids.com,blekko.com,blogdigger.com,blogpulse.com,blogs.icerocket.com,busca.orange.es,busca.uol.com.br,cc.bingj.com,cercato.it,clusty.com,cnn.com,crawler.com,cuil.com,daemon-search.com,dalesearch.com,eo.st,eurip.com,euroseek.com,everyclick.com,fastbrowsersearch.com,fastweb.it,find.tdc.dk,finderoo.com,firstsfind.com,fixsuche.de,flix.de,forestle.mobi,forestle.org,free.fr,fresh-weather.com,friendfeed.com,gais.cs.ccu.edu.tw,globososo.com,gnadenmeer.de,gomeo.com,google.cat,google.dodo.com.au,google.interia.pl,googleearth.de,googleearth.fr,goyellow.de,highbeam.com,hit-parade.com,holmes.ge,hooseek.com,icq.com,ilse.nl,incredimail.com,inspsearch.com,it.ao,jungle-spider.de,junglekey.com,junglekey.fr,jyxo.1188.cz,kataweb.it,ko.search.need2find.com,kununu.com,latne.lv,liveinternet.ru,lo.st,maailm.com,mamma.com,marktplaats.nl,maxwebsearch.com,meinestadt.de,meta.rrzn.uni-hannover.de,metacrawler.de,mister-wong.com,mister-wong.de,monstercrawler.com,mozbot.co.uk,mozbot.com,mozbot.fr,neti.ee,online.no,otsing.delfi.ee,p.zhongsou.com,paperball.de,plazoo.com,poisk.ru,qbyrd.com,qualigo.at,qualigo.ch,qualigo.de,qualigo.nl,recherche.francite.com,rechercher.aliceadsl.fr,rpmfind.net,search-intl.netscape.com,search.1and1.com,search.1und1.de,search.alot.com,search.bt.com,search.com,search.foxtab.com,search.freecause.com,search.hiyo.com,search.i.ua,search.incredibar.com,search.juno.com,search.kiwee.com,search.magnetic.com,search.media.telstra.com.au,search.offerbox.com,search.orange.co.uk,search.peoplepc.com,search.qip.ru,search.searchcompletion.com,search.snapdo.com,search.winamp.com,search.www.ee,search.yam.com,searchalot.com,searchcanvas.com,searchresults.verizon.com,searchthis.com,searchy.co.uk,sharelook.fr,skynet.be,sm.aport.ru,smart.delfi.lv,soso.com,sosodesktop.com,sougou.com,start.facemoods.com,start.iplay.com,startgoogle.startpagina.nl,suche.aolsvc.de,suche.gmx.net,suche.info,suchmaschine.com,suchnase.de,talktalk.co.uk,technorati.com,thesmartsearch.net,tixuma.de,toile.com,toolbarhome.com,trouvez.com,trovarapido.com,trusted--search.com,twingly.com,url.org,vinden.nl,vindex.nl,walhello.com,walhello.de,walhello.info,walhello.nl,web.canoe.ca,web.gougou.com,web.nl,web.volny.cz,webfetch.com,weborama.com,websearch.com,websearch.cs.com,witch.de,www1.astronaut.at,www2.austronaut.at,www3.zoek.nl,x-recherche.com,yasni.at,yasni.ch,yasni.co.uk,yasni.com,yasni.de,yatedo.com,yatedo.fr,yougoo.fr,ys.mirostart.com,zoeken.nl,zoohoo.cz
social::donanimhaber.com,forums.whirlpool.net.au,hocam.com,inci.sozlukspot.com,incisozluk.cc,incisozluk.com,instela.com,itusozluk.com,mastodon.online,mastodon.social,moikrug.ru,mylife.ru,myyearbook.com,paper.li,phanpy.social,sourceforge.net,sourtimes.org,sozluk.com,t.umblr.com,uludagsozluk.com,ulusozluk.com,vkrugudruzei.ru,wayn.com',
    CHR(  10)
  )) AS listed(brand)
  CROSS JOIN UNNEST(SPLIT(SPLIT_PART(brand, ':', 3), ',')) AS named(name)
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
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp,
      CASE WHEN sampleweight BETWEEN 1e0 AND 1e12 THEN sampleweight ELSE 1e0 END AS weight
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
    COALESCE(sessionid, visitorid, eventid) AS unit,
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
    MIN(weight) AS weight,
    SUM(CASE WHEN eventtype = 'page_view' THEN weight ELSE 0 END) AS weighted_views,
    MIN_BY(COALESCE(page, ''), turn) AS first_page,
    MIN_BY(COALESCE(referrer, ''), turn) AS referrer,
    MIN_BY(utm, turn) AS utm,
    MIN_BY(COALESCE(advertised, ''), turn) AS clickid,
    ARRAY_JOIN(ARRAY_AGG(click ORDER BY click) FILTER(WHERE
      NOT click IS NULL), CHR(  10)) AS clicked,
    MIN_BY(location, turn) AS location,
    MIN_BY(device, turn) AS device,
    MIN_BY(COALESCE(visitorid, ''), turn) AS visitorid,
    MIN_BY(COALESCE(sessionid, ''), turn) AS sessionid,
    MAX(userid) AS userid,
    MIN(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS entry,
    MAX(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS leaving
  FROM (
    SELECT
      *,
      CASE
        WHEN utm.campaign <> ''
        THEN CONCAT_WS(
          CHR(  9),
          COALESCE(utm.source, ''),
          COALESCE(utm.medium, ''),
          utm.campaign,
          COALESCE(advertised, '')
        ) || CASE
          WHEN COALESCE(utm.source, '') = ''
          THEN CONCAT_WS(CHR(  9), '', COALESCE(referrer, ''), page)
          ELSE ''
        END
      END AS click
    FROM (
      SELECT
        *,
        CASE
          WHEN clickid = 'fbclid' AND device.browser = 'Instagram'
          THEN 'instagram'
          ELSE clickid
        END AS advertised
      FROM nearby_hits
      WHERE
        NOT visitkey IS NULL
    ) AS known
  ) AS named
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
    weight,
    weighted_views,
    first_page,
    referrer,
    utm,
    clickid,
    clicked,
    location,
    device,
    visitorid,
    sessionid,
    userid,
    entry,
    leaving,
    source,
    medium,
    campaign,
    CASE
      WHEN REGEXP_LIKE(LOWER(campaign), 'cross-network')
      THEN 'Cross-network'
      WHEN is_paid AND (
        kind = 'shop' OR is_shopping
      )
      THEN 'Paid Shopping'
      WHEN is_paid AND kind = 'search'
      THEN 'Paid Search'
      WHEN is_paid AND kind = 'social'
      THEN 'Paid Social'
      WHEN is_paid AND kind = 'video'
      THEN 'Paid Video'
      WHEN kind = 'display'
      OR REGEXP_LIKE(medium, '^(display|banner|expandable|interstitial|cpm)\z')
      THEN 'Display'
      WHEN is_paid
      THEN 'Paid Other'
      WHEN kind = 'ai'
      THEN 'AI Assistants'
      WHEN kind = 'shop' OR is_shopping
      THEN 'Organic Shopping'
      WHEN kind = 'social' OR REGEXP_LIKE(medium, 'social|^sm$')
      THEN 'Organic Social'
      WHEN kind = 'video' OR REGEXP_LIKE(medium, 'video')
      THEN 'Organic Video'
      WHEN kind = 'search' OR medium = 'organic'
      THEN 'Organic Search'
      WHEN kind = 'mail' OR REGEXP_LIKE(medium, '^e[ _-]?mail|newsletter')
      THEN 'Email'
      WHEN REGEXP_LIKE(medium, '^affiliate')
      THEN 'Affiliates'
      WHEN medium IN ('referral', 'app', 'link') OR (
        is_referred AND medium IS NULL
      )
      THEN 'Referral'
      WHEN medium = 'audio'
      THEN 'Audio'
      WHEN source = 'sms' OR medium = 'sms'
      THEN 'SMS'
      WHEN REGEXP_LIKE(medium, 'push\z|mobile|notification') OR source = 'firebase'
      THEN 'Mobile Push Notifications'
      WHEN source IS NULL AND medium IS NULL AND campaign IS NULL
      THEN 'Direct'
      ELSE 'Unassigned'
    END AS channel
  FROM (
    SELECT
      *,
      REGEXP_LIKE(LOWER(campaign), '(^|[^a-df-z])shop|shopping') AS is_shopping,
      COALESCE(NULLIF(SPLIT_PART(brand, CHR(  9), 2), ''), said) AS source,
      CASE
        WHEN NOT brand IS NULL
        THEN SPLIT_PART(brand, CHR(  9), 1)
        WHEN REGEXP_LIKE(
          said,
          '(^|[.])(([a-z0-9]+-)?(search|suche|szukaj|busca|buscador|recherche|pesquisa|ricerca|hledani|poisk|zoek|sok|arama)[0-9]*(-[a-z0-9]+)?[.][^.]+|(search|suche|busca|cherche|recherche|ricerc)[a-z0-9-]*[.][^.]{4,})[.]|(^|[.])([a-z0-9-]*[^e.])?search[.]((com?[.])?[a-z]{2}|[a-z]{3,4})\z'
        )
        THEN 'search'
        WHEN REGEXP_LIKE(
          said,
          '[.]social\z|^social[.]|(todon|mstdn|pixelfed|misskey|lemmy|pleroma|friendica)[a-z0-9-]*[.]'
        )
        THEN 'social'
      END AS kind
    FROM (
      SELECT
        s.*,
        COALESCE(
          ELEMENT_AT(listed.brands, s.name),
          ELEMENT_AT(listed.brands, NULLIF(REGEXP_EXTRACT(s.name, '[^.]+[.][^.]+[.][^.]+\z'), '')),
          CASE
            WHEN REGEXP_LIKE(s.said, '(^|[.])(web|e-?)?mail[0-9]*[.][^.]+[.]')
            THEN 'mail'
          END,
          ELEMENT_AT(listed.brands, NULLIF(REGEXP_EXTRACT(s.name, '[^.]+[.][^.]+\z'), ''))
        ) AS brand
      FROM (
        SELECT
          *,
          REGEXP_REPLACE(
            said,
            '(^|[.])(aliexpress|altavista|amazon|aol|baidu|bing|blogspot|ebay|exalead|excite|galaxus|ggoogle|glassdoor|gmx|goggle|gogle|gogole|googe|googel|google|googlee|goolge|gooogle|gppgle|habbo|hotbot|hotmail|idealo|ixquick|izito|kaufland|kelkoo|lastfm|lazada|lycos|mercadolibre|msn|myheritage|pinterest|pricerunner|rakuten|shein|shopee|shopzilla|tripadvisor|vinted|walmart|yahoo|yandex|yelp|zalando|zapmeta|zapmetasearch|zoho)[.](com|(com?[.])?[a-z]{2})\z',
            '$1$2.*'
          ) AS name
        FROM (
          SELECT
            *,
            utm_source IS NULL AND NOT host IS NULL AS is_referred,
            (
              NOT medium IS NULL
              AND REGEXP_LIKE(medium, 'cp|^(ppc|ads?|sem|retargeting|remarketing)$|(^|[^a-z])paid')
            )
            OR NOT COALESCE(advertised, 'fbclid') IN ('fbclid', 'instagram') AS is_paid,
            COALESCE(REGEXP_REPLACE(utm_source, '^www[.]', ''), host, advertised) AS said
          FROM (
            SELECT
              *,
              NULLIF(REGEXP_REPLACE(campaign_said, '^[\t-\r ]+|[\t-\r ]+\z', ''), '') AS campaign,
              NULLIF(
                REGEXP_REPLACE(
                  REGEXP_REPLACE(source_said, '^[\t-\r ]+|[\t-\r ]+\z', ''),
                  '^([(](direct|none|not set)[)]|direct)\z',
                  ''
                ),
                ''
              ) AS utm_source,
              NULLIF(
                REGEXP_REPLACE(
                  REGEXP_REPLACE(medium_said, '^[\t-\r ]+|[\t-\r ]+\z', ''),
                  '^[(](none|not set)[)]\z',
                  ''
                ),
                ''
              ) AS medium,
              CASE
                WHEN referred LIKE '%://%'
                THEN NULLIF(
                  NULLIF(
                    REGEXP_EXTRACT(LOWER(referred), '^[a-z][a-z0-9+.-]*://([^/?#@]*@)?(www[.])?([^/:?#]+)', 3),
                    ''
                  ),
                  COALESCE(
                    NULLIF(
                      REGEXP_EXTRACT(LOWER(landing), '^[a-z][a-z0-9+.-]*://([^/?#@]*@)?(www[.])?([^/:?#]+)', 3),
                      ''
                    ),
                    ''
                  )
                )
              END AS host
            FROM (
              SELECT
                *,
                LOWER(utm.source) AS source_said,
                LOWER(utm.medium) AS medium_said,
                utm.campaign AS campaign_said,
                referrer AS referred,
                first_page AS landing,
                NULLIF(clickid, '') AS advertised
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
                  MIN(weight) AS weight,
                  SUM(weighted_views) AS weighted_views,
                  MIN_BY(first_page, began) AS first_page,
                  MIN_BY(referrer, began) AS referrer,
                  MIN_BY(utm, began) AS utm,
                  MIN_BY(clickid, began) AS clickid,
                  ARRAY_JOIN(ARRAY_AGG(NULLIF(clicked, '') ORDER BY began), CHR(  10)) AS clicked,
                  MIN_BY(location, began) AS location,
                  MIN_BY(device, began) AS device,
                  MIN_BY(visitorid, began) AS visitorid,
                  MIN_BY(sessionid, began) AS sessionid,
                  MAX(userid) AS userid,
                  MIN(entry) AS entry,
                  MAX(leaving) AS leaving
                FROM (
                  SELECT
                    *,
                    MAX(opened) OVER (
                      PARTITION BY visitkey
                      ORDER BY began
                      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                    ) AS opening
                  FROM (
                    SELECT
                      *,
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
            ) AS parted
          ) AS trimmed
        ) AS named
      ) AS s
      CROSS JOIN (
        SELECT
          MAP_AGG(name, kind || CHR(  9) || source) AS brands
        FROM brands
      ) AS listed
    ) AS found
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
    weight,
    weighted_views,
    visitkey AS unit,
    source,
    medium,
    campaign,
    channel,
    clicked,
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
  seen.visitors,
  begun.visits,
  seen.page_views,
  seen.events,
  begun.bounce_rate,
  begun.seconds_per_visit,
  seen.visible_seconds
FROM (
  SELECT
    CAST(ROUND(COALESCE(SUM(visitors), 0)) AS BIGINT) AS visitors,
    CAST(ROUND(COALESCE(SUM(page_views), 0)) AS BIGINT) AS page_views,
    CAST(ROUND(COALESCE(SUM(events), 0)) AS BIGINT) AS events,
    ROUND(1e0 * SUM(visible) / NULLIF(SUM(page_views), 0), 1) AS visible_seconds
  FROM (
    SELECT
      MIN(CASE WHEN visitor IS NULL THEN 0 ELSE weight END) AS visitors,
      SUM(CASE WHEN eventtype = 'page_view' THEN weight ELSE 0 END) AS page_views,
      SUM(weight) AS events,
      SUM(
        CASE
          WHEN eventtype = 'time_on_page'
          THEN weight * CASE JSON_EXTRACT_SCALAR(metadata, '$.seconds')
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
      ) AS visible,
      MAX(weight) AS weight,
      MIN(unit) AS unit
    FROM hits
    GROUP BY
      visitor
  ) AS senders
) AS seen
CROSS JOIN (
  SELECT
    CAST(ROUND(COALESCE(SUM(weight), 0)) AS BIGINT) AS visits,
    ROUND(
      1e2 * SUM(CASE WHEN bounced THEN weight ELSE 0 END) / NULLIF(SUM(CASE WHEN page_views > 0 THEN weight ELSE 0 END), 0),
      1
    ) AS bounce_rate,
    ROUND(1e0 * SUM(weight * seconds) / SUM(weight), 1) AS seconds_per_visit
  FROM visits
) AS begun;

-- Visitors and visits by day
-- How many visitors, visits and page views each day had, which share of its visits bounced (in percent of the visits
-- with a page view), and how many seconds and page views a visit had on average. A visit counts for the day on which it
-- began.
WITH brands AS (
  SELECT
    SPLIT_PART(brand, ':', 1) AS kind,
    COALESCE(NULLIF(SPLIT_PART(brand, ':', 2), ''), name) AS source,
    name
  FROM UNNEST(SPLIT(
    'ai:chatgpt:chatgpt,chatgpt.com,chat.openai.com,openai.com,com.openai.chatgpt,chat gpt,openai
ai:perplexity:perplexity,perplexity.ai,perplexity.com,ai.perplexity.app.android
ai:claude:claude,claude.ai,claude.com,anthropic.com,com.anthropic.claude,anthropic
ai:gemini:gemini,gemini.google.*,bard.google.*,aistudio.google.*,com.google.android.apps.bard,bard
ai:notebooklm:notebooklm,notebooklm.google.*,notebooklm.google
ai:copilot:copilot,copilot.microsoft.com,copilot.cloud.microsoft,m365.cloud.microsoft,copilot.com,edgeservices.bing.com,com.microsoft.copilot
ai:deepseek:deepseek,deepseek.com,deepseek.ai,com.deepseek.chat
ai:grok:grok,grok.com,x.ai,ai.x.grok
ai:meta ai:meta ai,meta.ai
ai:mistral:mistral,mistral.ai,le chat,lechat
ai:duck.ai:duck.ai
ai:you.com:you.com
ai:poe:poe,poe.com
ai:phind:phind,phind.com
ai:pi.ai:pi.ai
ai:character.ai:character.ai,c.ai
ai:jasper:jasper,jasper.ai
ai:writesonic:writesonic,writesonic.com,chatsonic
ai:iask:iask,iask.ai
ai:andi:andi,andisearch.com
ai:komo:komo,komo.ai
ai:chatglm:chatglm,chatglm.cn,z.ai,bigmodel.cn
ai:kimi:kimi,kimi.com,kimi.ai,moonshot.cn,kimi.moonshot.cn
ai:doubao:doubao,doubao.com,com.larus.nova
ai:qwen:qwen,qwen.ai,tongyi.com,tongyi.aliyun.com,qianwen.com
ai:ernie:ernie,yiyan.baidu.com,chat.baidu.com
ai:yuanbao:yuanbao,yuanbao.tencent.com,hunyuan.tencent.com
ai:minimax:minimax,minimax.io,minimaxi.com,hailuoai.com
ai:metaso:metaso,metaso.cn
ai:felo:felo,felo.ai
ai:genspark:genspark,genspark.ai
ai:manus.im:manus.im
ai:consensus:consensus,consensus.app
ai:elicit:elicit,elicit.com,elicit.org
ai:scite:scite,scite.ai
ai:openevidence:openevidence,openevidence.com
ai:liner ai:liner ai,liner.com,getliner.com
ai:huggingchat:huggingchat,huggingface.co
ai:lmarena:lmarena,lmarena.ai,lmsys.org
ai:venice:venice,venice.ai
ai:lumo:lumo,lumo.proton.me
ai:t3chat:t3chat,t3.chat
ai:openrouter:openrouter,openrouter.ai
ai:groq:groq,groq.com
ai:cohere:cohere,cohere.com,cohere.ai
ai:monica:monica,monica.im
ai:sider:sider,sider.ai
ai:merlin ai:merlin ai,getmerlin.in
ai:blackbox:blackbox,blackbox.ai
ai:copy.ai:copy.ai
ai:rytr:rytr,rytr.me
ai:opera aria:opera aria,aria.opera.com
ai:yandex alice:yandex alice,alice.yandex.*,alice.yandex
ai:gigachat:gigachat,giga.chat
ai:clova:clova,clova-x.naver.com
ai:wrtn:wrtn,wrtn.ai
ai:chat+:chat+,chatplus.com,chat-gpt.org
ai:chatbotapp:chatbotapp,chatbotapp.ai,chatbot.app
ai:ninjachat:ninjachat,ninjachat.ai
ai:chatpdf:chatpdf,chatpdf.com
mail:gmail:gmail,mail.google.*,gmail.com,inbox.google.*,com.google.android.gm,com.google.android.gm.lite
mail:outlook:outlook,outlook.com,outlook.live.com,outlook.office.com,outlook.office365.com,hotmail.*,hotmail,mail.live.com,com.microsoft.office.outlook
mail:yahoo mail:yahoo mail,mail.yahoo.*,com.yahoo.mobile.client.android.mail
mail:icloud:icloud,icloud.com
mail:proton:proton,proton.me,protonmail.com,protonmail,ch.protonmail.android
mail:gmx:gmx,gmx.*,deref-gmx.net,deref-gmx.com,deref-gmx.fr,3c.gmx.net,de.gmx.mobile.android.mail
mail:web.de mail:web.de mail,deref-web.de,deref-web-02.de,3c.web.de,de.web.mobile.android.mail
mail:yandex mail:yandex mail,mail.yandex.*,ru.yandex.mail
mail:mail.ru mail:mail.ru mail,e.mail.ru,touch.mail.ru,ru.mail.mailapp
mail:aol mail:aol mail,mail.aol.*,com.aol.mobile.aolapp
mail:zoho:zoho,mail.zoho.*,zoho.*,com.zoho.mail
mail:fastmail:fastmail,fastmail.com,fastmail.fm
mail:tuta:tuta,tuta.com,tutanota.com,de.tutao.tutanota
mail:hey mail:hey mail,app.hey.com
mail:superhuman:superhuman,superhuman.com
mail:spark mail:spark mail,com.readdle.spark
mail:samsung email:samsung email,com.samsung.android.email.provider
mail:seznam mail:seznam mail,email.seznam.cz
mail:daum mail:daum mail,mail.daum.net,hanmail.net
mail:naver mail:naver mail,mail.naver.com
mail:rambler mail:rambler mail,mail.rambler.ru
mail:mail.com:mail.com,deref-mail.com
mail:laposte:laposte,laposte.net
mail:orange mail:orange mail,messagerie.orange.fr
mail:sfr mail:sfr mail,messagerie.sfr.fr
mail:free mail:free mail,zimbra.free.fr
mail:ukr.net mail:ukr.net mail,mail.ukr.net
mail:163 mail:163 mail,mail.163.com,126.com,mail.126.com
mail:qq mail:qq mail,mail.qq.com,wx.mail.qq.com,com.tencent.androidqqmail
mail:mailchimp:mailchimp,mailchimp.com,mailchi.mp,list-manage.com,campaign-archive.com
mail:klaviyo:klaviyo,klaviyo.com,klclick.com
mail:brevo:brevo,brevo.com,sendinblue.com,sendibm1.com
mail:campaign monitor:campaign monitor,createsend.com,cmail19.com,cmail20.com
mail:sendgrid:sendgrid,sendgrid.net
mail:hubspot mail:hubspot mail,hubspotemail.net
mail:convertkit:convertkit,convertkit.com,kit.com,convertkit-mail.com
mail:beehiiv:beehiiv,beehiiv.com
mail:buttondown:buttondown,buttondown.email,buttondown.com
mail:email:email,e-mail,e_mail,e mail
mail:newsletter:newsletter,newsletters
social:facebook:facebook,facebook.com,fb.com,fb.me,fb.watch,facebookwkhpilnemxj7asaniu7vnjjbiltxjqhye3mhbshg7kx5tfyd.onion,com.facebook.katana,com.facebook.lite,fb,meta,facebook ads,facebookads,meta ads,fbclid
social:instagram:instagram,instagram.com,com.instagram.android,ig,insta,igshopping
social:threads:threads,threads.net,threads.com,com.instagram.barcelona
social:messenger:messenger,messenger.com,m.me,com.facebook.orca
social:workplace:workplace,workplace.com
social:x:x,x.com,twitter.com,t.co,tweetdeck.com,com.twitter.android,twitter,tw,twclid
social:linkedin:linkedin,linkedin.com,lnkd.in,com.linkedin.android,linked-in,linkedin ads,li,li_fat_id
social:reddit:reddit,reddit.com,redd.it,com.reddit.frontpage,rdt_cid
social:pinterest:pinterest,pinterest.*,pin.it,com.pinterest,epik
social:tiktok:tiktok,tiktok.com,tiktokv.com,com.zhiliaoapp.musically,com.ss.android.ugc.trill,tik tok,ttclid
social:snapchat:snapchat,snapchat.com,snap.com,com.snapchat.android,sccid
social:whatsapp:whatsapp,whatsapp.com,wa.me,com.whatsapp,com.whatsapp.w4b
social:telegram:telegram,telegram.org,telegram.me,t.me,org.telegram.messenger,org.telegram.messenger.web,org.telegram.plus,tg
social:discord:discord,discord.com,discord.gg,discordapp.com,com.discord
social:bluesky:bluesky,bsky.app,bsky.social,xyz.blueskyweb.app,bsky
social:mastodon:mastodon,joinmastodon.org,org.joinmastodon.android,mas.to,hachyderm.io,infosec.exchange,troet.cafe,pawoo.net,c.im,botsin.space,bitcoinhackers.org,friends.nico,quey.org,tkm.eus,mathstodon.xyz,ioc.exchange,masto.ai,masto.nu,masto.es,masto.pt,masto.host,toot.cafe,toot.community,tooting.ch,toot.wales,tooot.im,metalhead.club,livellosegreto.it,sociale.network,dice.camp,wandering.shop,writing.exchange,journa.host,todon.eu,todon.nl,fedibird.com,vocalodon.net,best-friends.chat,planet.moe,handon.club,kmy.blue,baraag.net,cybre.space,snouts.online,sleeping.town,tech.lgbt,lgbtqia.space,eldritch.cafe,mamot.fr,piaille.fr,framapiaf.org,layer8.space,lor.sh,nerdculture.de,linuxrocks.online,functional.cafe,merveilles.town,weirder.earth,pouet.chapril.org,qoto.org,sciences.re,types.pl,wien.rocks,woof.group,zirk.us,101010.pl,union.place,vmst.io,worldkey.io,xoxo.zone,switter.at,spinster.xyz,ravenation.club,aus.social,kosmos.social,octodon.social,niu.moe,mao.mastodonhub.com,oc.todon.fr,social.coop,tusky.app,com.keylesspalace.tusky,me.rhosys.mastodon,universeodon.com,fedi.life,bark.lgbt,im-in.space,glammr.us,awscommunity.social,ecoevo.social,front-end.social,mindly.social,genomic.social,hometech.social,urbanists.social,sauropods.win,freeradical.zone,wetdry.world,app.wafrn.net,sakurajima.moe,rubber.social,plural.cafe,mk.absturztau.be,equestria.social,pony.social,dragonscave.space,tabletop.social,queer.party,chitter.xyz,hellsite.site,vulpine.club,computerfairi.es,radical.town,anarchism.space,sunbeam.city,hispagatos.space,mastd.racing,mast.dragon-fly.club,x0r.be,hulvr.com,gamepad.club,dmv.community,mspsocial.net,frikiverse.zone,loma.ml,aipi.social,moth.zone,lou.lt,slippy.xyz,den.dev
social:pixelfed:pixelfed,pixey.org,pxlmo.com,metapixl.com,pix.toot.wales,pixel.tchncs.de,fotofed.nl
social:misskey:misskey,misskey.io,nijimiss.moe,firefish.social,sharkey.world,mk.autonomy.earth
social:lemmy:lemmy,beehaw.org,feddit.de,feddit.org,feddit.it,feddit.uk,sh.itjust.works,programming.dev,kbin.social,fedia.io
social:diaspora:diaspora,diasporafoundation.org,pluspora.com,framasphere.org,diasp.org,joindiaspora.com,pod.geraspora.de
social:truth social:truth social,truthsocial.com
social:gab:gab,gab.com,gab.ai
social:gettr:gettr,gettr.com
social:parler:parler,parler.com
social:minds:minds,minds.com
social:mewe:mewe,mewe.com
social:vk:vk,vk.com,vk.ru,vk.me,vkontakte.ru,com.vkontakte.android,vkontakte
social:ok.ru:ok.ru,odnoklassniki.ru,odnoklassniki.ua,ru.ok.android
social:my.mail.ru:my.mail.ru
social:dzen:dzen,dzen.ru,zen.yandex.*
social:pikabu:pikabu,pikabu.ru
social:habr:habr,habr.com
social:weibo:weibo,weibo.com,weibo.cn,t.cn,com.sina.weibo
social:wechat:wechat,wechat.com,weixin.qq.com,weixin110.qq.com,com.tencent.mm,weixin
social:qq:qq,qzone.qq.com,qun.qq.com,com.tencent.mobileqq
social:xiaohongshu:xiaohongshu,xiaohongshu.com,xhslink.com,rednote.com,com.xingin.xhs,rednote
social:douyin:douyin,douyin.com,com.ss.android.ugc.aweme
social:kuaishou:kuaishou,kuaishou.com
social:zhihu:zhihu,zhihu.com,com.zhihu.android
social:douban:douban,douban.com
social:renren:renren,renren.com,kaixin001.com
social:line:line,line.me,lin.ee,jp.naver.line.android
social:kakao:kakao,kakao.com,kakaocorp.com,com.kakao.talk,kakaotalk
social:naver blog:naver blog,blog.naver.com,cafe.naver.com,kin.naver.com,band.us
social:zalo:zalo,zalo.me,com.zing.zalo
social:viber:viber,viber.com,com.viber.voip
social:skype:skype,skype.com,com.skype.raider
social:imo:imo,imo.im
social:hacker news:hacker news,news.ycombinator.com,hackernews,hn
social:lobsters:lobsters,lobste.rs
social:product hunt:product hunt,producthunt.com,producthunt
social:indie hackers:indie hackers,indiehackers.com
social:github:github,github.com,com.github.android
social:gitlab:gitlab,gitlab.com
social:stack overflow:stack overflow,stackoverflow.com,stackexchange.com,serverfault.com,superuser.com,askubuntu.com,stackapps.com,mathoverflow.net,stackoverflow
social:quora:quora,quora.com,com.quora.android
social:medium:medium,medium.com,com.medium.reader
social:substack:substack,substack.com,com.substack.app
social:tumblr:tumblr,tumblr.com,com.tumblr
social:wordpress:wordpress,wordpress.com,wordpress.org
social:blogger:blogger,blogger.com,blogspot.*
social:livejournal:livejournal,livejournal.com,livejournal.ru
social:linktree:linktree,linktr.ee
social:linkin.bio:linkin.bio,beacons.ai,lnk.bio,bio.link,campsite.bio,taplink.cc
social:flipboard:flipboard,flipboard.com,flip.it,flipboard.app
social:pocket:pocket,getpocket.com,pocket.co
social:digg:digg,digg.com
social:disqus:disqus,disqus.com,disq.us
social:slashdot:slashdot,slashdot.org
social:fark:fark,fark.com
social:imgur:imgur,imgur.com
social:9gag:9gag,9gag.com
social:nextdoor:nextdoor,nextdoor.com,nextdoor.co.uk,nextdoor.de
social:xing:xing,xing.com,com.xing.android
social:viadeo:viadeo,viadeo.com,viadeo.journaldunet.com
social:yammer:yammer,yammer.com,engage.cloud.microsoft
social:meetup:meetup,meetup.com
social:yelp:yelp,yelp.*
social:tripadvisor:tripadvisor,tripadvisor.*
social:foursquare:foursquare,foursquare.com,swarmapp.com
social:glassdoor:glassdoor,glassdoor.*
social:goodreads:goodreads,goodreads.com
social:dribbble:dribbble,dribbble.com
social:behance:behance,behance.net
social:deviantart:deviantart,deviantart.com
social:artstation:artstation,artstation.com
social:flickr:flickr,flickr.com
social:500px:500px,500px.com
social:last.fm:last.fm,lastfm.*
social:soundcloud:soundcloud,soundcloud.com
social:patreon:patreon,patreon.com
social:ko-fi:ko-fi,ko-fi.com
social:clubhouse:clubhouse,clubhouse.com,joinclubhouse.com
social:bereal:bereal,bereal.com,bere.al
social:hootsuite:hootsuite,hootsuite.com,ow.ly
social:buffer:buffer,buffer.com,buff.ly
social:bitly:bitly,bit.ly
social:ameblo:ameblo,ameblo.jp,ameba.jp
social:hatena:hatena,hatena.ne.jp,hatenablog.com,hatenablog.jp,hatena.blog
social:mixi:mixi,mixi.jp
social:note.com:note.com,note.mu
social:pixiv:pixiv,pixiv.net
social:fc2:fc2,fc2.com
social:5ch:5ch,5ch.net,2ch.net,5ch.io
social:gree:gree,gree.jp
social:gutefrage:gutefrage,gutefrage.net
social:wykop:wykop,wykop.pl
social:nk.pl:nk.pl,nasza-klasa.pl
social:meneame:meneame,meneame.net
social:taringa:taringa,taringa.net
social:draugiem:draugiem,draugiem.lv
social:hyves:hyves,hyves.nl,hyves.net
social:studivz:studivz,studivz.net,meinvz.net,schuelervz.net
social:myspace:myspace,myspace.com
social:bebo:bebo,bebo.com
social:orkut:orkut,orkut.com,orkut.com.br
social:google+:google+,plus.google.*,plus.url.google.*,url.google.*,googleplus
social:google groups:google groups,groups.google.*,googlegroups.com
social:habbo:habbo,habbo.*
social:ravelry:ravelry,ravelry.com
social:wattpad:wattpad,wattpad.com
social:scribd:scribd,scribd.com
social:slideshare:slideshare,slideshare.net
social:academia:academia,academia.edu
social:researchgate:researchgate,researchgate.net
social:fetlife:fetlife,fetlife.com
social:italki:italki,italki.com
social:lang-8:lang-8,lang-8.com
social:couchsurfing:couchsurfing,couchsurfing.com,couchsurfing.org
social:peepeth:peepeth,peepeth.com
social:steemit:steemit,steemit.com,hive.blog,peakd.com
social:farcaster:farcaster,farcaster.xyz,warpcast.com
social:lens protocol:lens protocol,lens.xyz,hey.xyz
social:nostr clients:nostr clients,primal.net,damus.io,iris.to,snort.social
social:strava:strava,strava.com,com.strava
social:letterboxd:letterboxd,letterboxd.com
social:untappd:untappd,untappd.com
social:geni:geni,geni.com
social:myheritage:myheritage,myheritage.*
social:ancestry:ancestry,ancestry.com,ancestry.co.uk,ancestry.de
social:classmates:classmates,classmates.com
social:tagged:tagged,tagged.com
social:hi5:hi5,hi5.com
social:badoo:badoo,badoo.com
social:netlog:netlog,netlog.com
social:tuenti:tuenti,tuenti.com
social:skyrock:skyrock,skyrock.com
social:cyworld:cyworld,cyworld.com
social:plaxo:plaxo,plaxo.com
social:plurk:plurk,plurk.com
social:identi.ca:identi.ca
social:ning:ning,ning.com
social:gaiaonline:gaiaonline,gaiaonline.com
social:irc-galleria:irc-galleria,irc-galleria.net
social:weeworld:weeworld,weeworld.com
social:sonico:sonico,sonico.com
social:friendster:friendster,friendster.com
social:stumbleupon:stumbleupon,stumbleupon.com,mix.com
social:delicious:delicious,delicious.com,del.icio.us
social:multiply:multiply,multiply.com
social:xanga:xanga,xanga.com
social:vampirefreaks:vampirefreaks,vampirefreaks.com
social:cafemom:cafemom,cafemom.com
social:dailystrength:dailystrength,dailystrength.org
social:care2:care2,care2.com
social:caringbridge:caringbridge,caringbridge.org
social:flixster:flixster,flixster.com
social:librarything:librarything,librarything.com
social:anobii:anobii,anobii.com
social:mubi:mubi,mubi.com
social:reverbnation:reverbnation,reverbnation.com
social:partyflock:partyflock,partyflock.nl
social:copainsdavant:copainsdavant,copainsdavant.linternaute.com
social:trombi:trombi,trombi.com
social:zoo.gr:zoo.gr
social:mocospace:mocospace,mocospace.com
social:blackplanet:blackplanet,blackplanet.com
social:asmallworld:asmallworld,asmallworld.com
social:internations:internations,internations.org
social:interpals:interpals,interpals.net
social:kiwibox:kiwibox,kiwibox.com
social:dol2day:dol2day,dol2day.com
social:jappy:jappy,jappy.com,jappy.de
social:lokalisten:lokalisten,lokalisten.de
social:werkenntwen:werkenntwen,wer-kennt-wen.de
social:suomi24:suomi24,suomi24.fi
social:playahead:playahead,playahead.se
social:lunarstorm:lunarstorm,lunarstorm.se
social:biip:biip,biip.no
social:mouthshut:mouthshut,mouthshut.com
social:ibibo:ibibo,ibibo.com
social:bharatstudent:bharatstudent,bharatstudent.com
social:bigadda:bigadda,bigadda.com
social:fotolog:fotolog,fotolog.com
social:fotki:fotki,fotki.com
social:photobucket:photobucket,photobucket.com
social:secondlife:secondlife,secondlife.com
social:imvu:imvu,imvu.com
social:stardoll:stardoll,stardoll.com
social:livemocha:livemocha,livemocha.com
social:busuu:busuu,busuu.com
social:mymfb:mymfb,mymfb.com
social:virb:virb,virb.com
social:wakoopa:wakoopa,wakoopa.com
social:yfrog:yfrog,yfrog.com
social:buzznet:buzznet,buzznet.com
social:mylife:mylife,mylife.com
social:friends reunited:friends reunited,friendsreunited.com,friendsreunited.co.uk
social:windows live spaces:windows live spaces,spaces.live.com
video:youtube:youtube,youtube.com,youtu.be,youtube-nocookie.com,com.google.android.youtube,com.google.android.apps.youtube.music,yt
video:vimeo:vimeo,vimeo.com
video:dailymotion:dailymotion,dailymotion.com,dai.ly
video:twitch:twitch,twitch.tv,tv.twitch.android.app
video:kick:kick,kick.com
video:rumble:rumble,rumble.com
video:odysee:odysee,odysee.com,lbry.tv
video:bitchute:bitchute,bitchute.com
video:netflix:netflix,netflix.com
video:hulu:hulu,hulu.com
video:disney+:disney+,disneyplus.com
video:ted:ted,ted.com
video:wistia:wistia,wistia.com,wistia.net
video:bilibili:bilibili,bilibili.com,b23.tv,tv.danmaku.bili
video:niconico:niconico,nicovideo.jp,nico.ms
video:iqiyi:iqiyi,iqiyi.com,iq.com
video:youku:youku,youku.com,tudou.com
video:rutube:rutube,rutube.ru
video:veoh:veoh,veoh.com
video:crackle:crackle,crackle.com
video:curiositystream:curiositystream,curiositystream.com
video:utreon:utreon,utreon.com
video:d.tube:d.tube
shop:amazon:amazon,amazon.*,amzn.to,a.co,com.amazon.mShop.android.shopping,amzn
shop:ebay:ebay,ebay.*,ebay.us,com.ebay.mobile
shop:etsy:etsy,etsy.com,etsy.me,com.etsy.android
shop:walmart:walmart,walmart.*,com.walmart.android
shop:target:target,target.com
shop:bestbuy:bestbuy,bestbuy.com
shop:alibaba:alibaba,alibaba.com,com.alibaba.intl.android.apps.poseidon
shop:aliexpress:aliexpress,aliexpress.*,aliexpress.us,com.alibaba.aliexpresshd
shop:taobao:taobao,taobao.com,tmall.com
shop:jd:jd,jd.com
shop:pinduoduo:pinduoduo,pinduoduo.com,yangkeduo.com
shop:temu:temu,temu.com,com.einnovation.temu
shop:shein:shein,shein.*
shop:wish:wish,wish.com
shop:shopee:shopee,shopee.*
shop:lazada:lazada,lazada.*
shop:tokopedia:tokopedia,tokopedia.com
shop:flipkart:flipkart,flipkart.com
shop:coupang:coupang,coupang.com
shop:naver shopping:naver shopping,shopping.naver.com,smartstore.naver.com
shop:yahoo shopping:yahoo shopping,shopping.yahoo.*
shop:google shopping:google shopping,shopping.google.*,googleshopping
shop:kakaku:kakaku,kakaku.com
shop:mercadolibre:mercadolibre,mercadolibre.*,mercadolivre.com.br
shop:americanas:americanas,americanas.com.br
shop:allegro:allegro,allegro.pl,allegro.cz
shop:ceneo:ceneo,ceneo.pl
shop:heureka:heureka,heureka.cz,heureka.sk
shop:ozon:ozon,ozon.ru
shop:wildberries:wildberries,wildberries.ru
shop:yandex market:yandex market,market.yandex.*
shop:rozetka:rozetka,rozetka.com.ua
shop:emag:emag,emag.ro,emag.hu,emag.bg
shop:trendyol:trendyol,trendyol.com
shop:hepsiburada:hepsiburada,hepsiburada.com
shop:idealo:idealo,idealo.*
shop:pricerunner:pricerunner,pricerunner.*
shop:kelkoo:kelkoo,kelkoo.*
shop:shopzilla:shopzilla,shopzilla.*
shop:geizhals:geizhals,geizhals.at,geizhals.de,geizhals.eu
shop:check24:check24,check24.de
shop:toppreise:toppreise,toppreise.ch
shop:galaxus:galaxus,galaxus.*,digitec.ch
shop:otto:otto,otto.de
shop:zalando:zalando,zalando.*
shop:kaufland:kaufland,kaufland.*
shop:bol:bol,bol.com
shop:cdiscount:cdiscount,cdiscount.com
shop:vinted:vinted,vinted.*
shop:shopify:shopify,shopify.com,shop.app,com.shopify.arrive
display:google ad network:google ad network,doubleclick.net,googlesyndication.com,syndicatedsearch.goog,googleadservices.com,dclid
display:taboola:taboola,taboola.com
display:outbrain:outbrain,outbrain.com
display:criteo:criteo,criteo.com,criteo.net
display:adform:adform,adform.net
display:appnexus:appnexus,adnxs.com
display:amazon ads:amazon ads,amazon-adsystem.com
display:yahoo ads:yahoo ads,adtech.yahooinc.com,advertising.com
display:mgid:mgid,mgid.com
display:revcontent:revcontent,revcontent.com
display:adroll:adroll,adroll.com
display:teads:teads,teads.tv
display:applovin:applovin,applovin.com,applvn.com
display:unity ads:unity ads,unityads.unity3d.com
other:google docs:google docs,docs.google.*
other:google drive:google drive,drive.google.*
other:google accounts:google accounts,accounts.google.*
other:google calendar:google calendar,calendar.google.*
other:google meet:google meet,meet.google.*
other:google classroom:google classroom,classroom.google.*
other:google chat:google chat,chat.google.*
other:google sites:google sites,sites.google.*
other:google play:google play,play.google.*,com.android.vending
other:google ads console:google ads console,ads.google.*
other:google analytics:google analytics,analytics.google.*
other:google translate:google translate,translate.google.*
other:microsoft live:microsoft live,login.live.com
other:yahoo finance:yahoo finance,finance.yahoo.*
other:yandex metrica:yandex metrica,metrika.yandex.*,metrica.yandex.*
search::searchya.com,searchmobileonline.com,v9.com,22find.com,qvo6.com,qone8.com,sweet-page.com,istartsurf.com,omiga-plus.com,key-find.com,awesomehp.com,oursurfing.com,portaldosites.com,iminent.com,certified-toolbar.com,sweetim.com,imesh.com,genieo.com,findwide.com,surfcanyon.com,gelbeseiten.de,dasoertliche.de,dastelefonbuch.de,yellowmap.de,1881.no,gulesider.no,hitta.se,herold.at,local.ch,pagesjaunes.fr,paginegialle.it,yell.com,yellowpages.com,118700.se,gooofullsearch.com,darkoogle.com,gfsoso.com,blackle.com,startab.me,kiddle.co,kidrex.org,kidzsearch.com,fragfinn.de,blinde-kuh.de,qwantjunior.com,juniorsafesearch.com,k9safesearch.com
search:google:google,google.*,gogole.*,googel.*,gppgle.*,goolge.*,gogle.*,goggle.*,ggoogle.*,gooogle.*,googlee.*,googe.*,goo.gl,googleusercontent.com,googlesyndicatedsearch.com,com.google.android.googlequicksearchbox,com.google.android.apps.searchlite,google ads,googleads,google-ads,google_ads,adwords,googlemybusiness,gmb,gclid,gbraid,wbraid,gad_source
search:bing:bing,bing.*,bing.com,msn.*,com.microsoft.bing,com.microsoft.emmx,bing ads,bingads,microsoft,microsoft ads,msclkid,msn
search:yahoo:yahoo,yahoo.*,com.yahoo.mobile.client.android.search
search:duckduckgo:duckduckgo,duckduckgo.com,duckduckgo.eu,ddg.gg,duck.com,duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion,com.duckduckgo.mobile.android,ddg
search:yandex:yandex,yandex.*,ya.ru,yastatic.net,ru.yandex.searchplugin,ru.yandex.searchapp,com.yandex.browser,yandex direct,yclid
search:baidu:baidu,baidu.*,com.baidu.searchbox
search:naver:naver,naver.com,com.nhn.android.search
search:daum:daum,daum.net,net.daum.android.daum
search:nate:nate,nate.com
search:zum:zum,zum.com
search:sogou:sogou,sogou.com
search:360 search:360 search,so.com,360.cn,haosou.com,sou.com
search:shenma:shenma,sm.cn
search:quark:quark,quark.cn
search:seznam:seznam,seznam.cz,firmy.cz
search:ecosia:ecosia,ecosia.org,com.ecosia.android
search:qwant:qwant,qwant.com,com.qwant.liberty
search:startpage:startpage,startpage.com,startpage.nl,ixquick.*,startpagel6srwcjlue4zgq3zevrujfaow726kjytqbbjyrswwmjzcqd.onion
search:brave:brave,search.brave.com,brave.com,com.brave.browser
search:kagi:kagi,kagi.com
search:mojeek:mojeek,mojeek.com,mojeek.co.uk
search:swisscows:swisscows,swisscows.com,swisscows.ch,hulbee.com
search:metager:metager,metager.de,metager.org,metager2.de
search:presearch:presearch,presearch.com,presearch.io,presearch.org
search:yep:yep,yep.com
search:searx:searx,searx.be,searx.me,searx.space,searxng.org
search:gibiru:gibiru,gibiru.com
search:lilo:lilo,lilo.org
search:oceanhero:oceanhero,oceanhero.today
search:ekoru:ekoru,ekoru.org
search:karmasearch:karmasearch,karmasearch.org
search:ask:ask,ask.com,search-results.com,teoma.com
search:aol:aol,aol.*
search:lycos:lycos,lycos.*,hotbot.*
search:excite:excite,excite.*
search:altavista:altavista,altavista.*
search:coccoc:coccoc,coccoc.com
search:rambler:rambler,rambler.ru,nigma.ru
search:mail.ru:mail.ru,go.mail.ru
search:petal:petal,petalsearch.com,com.huawei.hwsearch
search:goo:goo,goo.ne.jp
search:biglobe:biglobe,biglobe.ne.jp
search:docomo:docomo,docomo.ne.jp
search:auone:auone,auone.jp
search:nifty:nifty,nifty.com
search:so-net:so-net,so-net.ne.jp
search:rakuten:rakuten,rakuten.*,infoseek.co.jp
search:livedoor:livedoor,livedoor.com
search:onet:onet,onet.pl
search:wp.pl:wp.pl
search:virgilio:virgilio,virgilio.it
search:libero:libero,libero.it
search:tiscali:tiscali,tiscali.it,tiscali.cz
search:t-online:t-online,t-online.de
search:web.de:web.de
search:freenet:freenet,freenet.de
search:bluewin:bluewin,bluewin.ch
search:search.ch:search.ch
search:orange search:orange search,lemoteur.orange.fr,lemoteur.fr,voila.fr
search:centrum:centrum,centrum.cz,atlas.cz,centrum.sk,atlas.sk
search:zoznam:zoznam,zoznam.sk
search:azet:azet,azet.sk
search:najdi:najdi,najdi.si
search:sapo:sapo,sapo.pt
search:clix:clix,clix.pt
search:globo:globo,globo.com
search:terra:terra,terra.com.br,terra.es,terra.cl
search:eniro:eniro,eniro.se,eniro.no,eniro.dk,eniro.fi
search:kvasir:kvasir,kvasir.no
search:startsiden:startsiden,startsiden.no,abcsok.no
search:walla:walla,walla.co.il
search:meta.ua:meta.ua
search:bigmir:bigmir,bigmir.net
search:ukr.net:ukr.net
search:tut.by:tut.by
search:abv:abv,abv.bg
search:comcast:comcast,comcast.net,xfinity.com
search:earthlink:earthlink,earthlink.net
search:charter.net:charter.net,rr.com
search:dogpile:dogpile,dogpile.com,webcrawler.com,metacrawler.com,zoo.com,infospace.com
search:info.com:info.com
search:izito:izito,izito.*,zapmeta.*,zapmetasearch.*
search:conduit:conduit,conduit.com,trovi.com
search:babylon:babylon,babylon.com,isearch.babylon.com,delta-search.com,delta-homes.com
search:mywebsearch:mywebsearch,mywebsearch.com,myway.com,mysearch.com,inbox.com
search:avg:avg,avg.com,avast.com,nation.com
search:softonic:softonic,softonic.com
search:ghostery:ghostery,ghosterysearch.com,glowstery.com,cliqz.com
search:neeva:neeva,neeva.com
search:wolframalpha:wolframalpha,wolframalpha.com
search:marginalia:marginalia,marginalia.nu,marginalia-search.com
search:stract:stract,stract.com
search:wiby:wiby,wiby.me
search:entireweb:entireweb,entireweb.com
search:exalead:exalead,exalead.*
search:looksmart:looksmart,looksmart.com
search:picsearch:picsearch,picsearch.com,picsearch.de
search:fireball:fireball,fireball.de,fireball.com
search:dmoz:dmoz,dmoz.org,curlie.org
search:gigablast:gigablast,gigablast.com
search:setooz:setooz,setooz.com
search:vuhuv:vuhuv,vuhuv.com,vuhuv.com.tr
search:geona:geona,geona.net
search:parsijoo:parsijoo,parsijoo.ir
search:zarebin:zarebin,zarebin.ir
search:freespoke:freespoke,freespoke.com
search:luxxle:luxxle,luxxle.com
search:givero:givero,givero.com
search:youcare:youcare,youcare.world
search:xayn:xayn,xayn.com
search:timpi:timpi,timpi.io
search:quendu:quendu,quendu.com
search:qmamu:qmamu,qmamu.com
search:rightdao:rightdao,rightdao.com
search:yippy:yippy,yippy.com
search:alexandria:alexandria,alexandria.org
search:searchencrypt:searchencrypt,searchencrypt.com,searchlock.com,searchprivacy.co,discretesearch.com
search:snap.do:snap.do
mail::bigpond.com,email.telstra.com,exmail.qq.com,iinet.net.au,mail.e1.ru,mail.mynet.com,mail.qip.ru,mail.yahoo.net,mastermail.ru,orange.fr,post.ru,sibmail.com,webmail.2degreesbroadband.co.nz,webmail.adam.com.au,webmail.commander.net.au,webmail.dodo.com.au,webmail.iprimus.com.au,webmail.netspace.net.au,webmail.optusnet.com.au,webmail.optuszoo.com.au,webmail.virginbroadband.com.au,webmail.vodafone.co.nz,webmail.westnet.com.au
search::1.cz,2gis.ru,abacho.at,abacho.ch,abacho.co.uk,abacho.com,abacho.de,abacho.es,abacho.fr,abacho.it,abcsolk.no,acoon.de,alexa.com,all.by,alltheweb.com,aolsearch.com,apollo.lv,apollo7.de,apontador.com.br,arama.com,arcor.de,ariadna.elmundo.es,arianna.com,ask.co.uk,ask.reference.com,askkids.com,blekko.com,blogdigger.com,blogpulse.com,blogs.icerocket.com,busca.orange.es,busca.uol.com.br,cc.bingj.com,cercato.it,clusty.com,cnn.com,crawler.com,cuil.com,daemon-search.com,dalesearch.com,eo.st,eurip.com,euroseek.com,everyclick.com,fastbrowsersearch.com,fastweb.it,find.tdc.dk,finderoo.com,firstsfind.com,fixsuche.de,flix.de,forestle.mobi,forestle.org,free.fr,fresh-weather.com,friendfeed.com,gais.cs.ccu.edu.tw,globososo.com,gnadenmeer.de,gomeo.com,google.cat,google.dodo.com.au,google.interia.pl,googleearth.de,googleearth.fr,goyellow.de,highbeam.com,hit-parade.com,holmes.ge,hooseek.com,icq.com,ilse.nl,incredimail.com,inspsearch.com,it.ao,jungle-spider.de,junglekey.com,junglekey.fr,jyxo.1188.cz,kataweb.it,ko.search.need2find.com,kununu.com,latne.lv,liveinternet.ru,lo.st,maailm.com,mamma.com,marktplaats.nl,maxwebsearch.com,meinestadt.de,meta.rrzn.uni-hannover.de,metacrawler.de,mister-wong.com,mister-wong.de,monstercrawler.com,mozbot.co.uk,mozbot.com,mozbot.fr,neti.ee,online.no,otsing.delfi.ee,p.zhongsou.com,paperball.de,plazoo.com,poisk.ru,qbyrd.com,qualigo.at,qualigo.ch,qualigo.de,qualigo.nl,recherche.francite.com,rechercher.aliceadsl.fr,rpmfind.net,search-intl.netscape.com,search.1and1.com,search.1und1.de,search.alot.com,search.bt.com,search.com,search.foxtab.com,search.freecause.com,search.hiyo.com,search.i.ua,search.incredibar.com,search.juno.com,search.kiwee.com,search.magnetic.com,search.media.telstra.com.au,search.offerbox.com,search.orange.co.uk,search.peoplepc.com,search.qip.ru,search.searchcompletion.com,search.snapdo.com,search.winamp.com,search.www.ee,search.yam.com,searchalot.com,searchcanvas.com,searchresults.verizon.com,searchthis.com,searchy.co.uk,sharelook.fr,skynet.be,sm.aport.ru,smart.delfi.lv,soso.com,sosodesktop.com,sougou.com,start.facemoods.com,start.iplay.com,startgoogle.startpagina.nl,suche.aolsvc.de,suche.gmx.net,suche.info,suchmaschine.com,suchnase.de,talktalk.co.uk,technorati.com,thesmartsearch.net,tixuma.de,toile.com,toolbarhome.com,trouvez.com,trovarapido.com,trusted--search.com,twingly.com,url.org,vinden.nl,vindex.nl,walhello.com,walhello.de,walhello.info,walhello.nl,web.canoe.ca,web.gougou.com,web.nl,web.volny.cz,webfetch.com,weborama.com,websearch.com,websearch.cs.com,witch.de,www1.astronaut.at,www2.austronaut.at,www3.zoek.nl,x-recherche.com,yasni.at,yasni.ch,yasni.co.uk,yasni.com,yasni.de,yatedo.com,yatedo.fr,yougoo.fr,ys.mirostart.com,zoeken.nl,zoohoo.cz
social::donanimhaber.com,forums.whirlpool.net.au,hocam.com,inci.sozlukspot.com,incisozluk.cc,incisozluk.com,instela.com,itusozluk.com,mastodon.online,mastodon.social,moikrug.ru,mylife.ru,myyearbook.com,paper.li,phanpy.social,sourceforge.net,sourtimes.org,sozluk.com,t.umblr.com,uludagsozluk.com,ulusozluk.com,vkrugudruzei.ru,wayn.com',
    CHR(  10)
  )) AS listed(brand)
  CROSS JOIN UNNEST(SPLIT(SPLIT_PART(brand, ':', 3), ',')) AS named(name)
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
      CASE WHEN STARTS_WITH("timestamp", dt) THEN "timestamp" ELSE servertimestamp END AS stamp,
      CASE WHEN sampleweight BETWEEN 1e0 AND 1e12 THEN sampleweight ELSE 1e0 END AS weight
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
    COALESCE(sessionid, visitorid, eventid) AS unit,
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
    MIN(weight) AS weight,
    SUM(CASE WHEN eventtype = 'page_view' THEN weight ELSE 0 END) AS weighted_views,
    MIN_BY(COALESCE(page, ''), turn) AS first_page,
    MIN_BY(COALESCE(referrer, ''), turn) AS referrer,
    MIN_BY(utm, turn) AS utm,
    MIN_BY(COALESCE(advertised, ''), turn) AS clickid,
    ARRAY_JOIN(ARRAY_AGG(click ORDER BY click) FILTER(WHERE
      NOT click IS NULL), CHR(  10)) AS clicked,
    MIN_BY(location, turn) AS location,
    MIN_BY(device, turn) AS device,
    MIN_BY(COALESCE(visitorid, ''), turn) AS visitorid,
    MIN_BY(COALESCE(sessionid, ''), turn) AS sessionid,
    MAX(userid) AS userid,
    MIN(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS entry,
    MAX(CASE WHEN eventtype = 'page_view' THEN turn || CHR(  10) || page END) AS leaving
  FROM (
    SELECT
      *,
      CASE
        WHEN utm.campaign <> ''
        THEN CONCAT_WS(
          CHR(  9),
          COALESCE(utm.source, ''),
          COALESCE(utm.medium, ''),
          utm.campaign,
          COALESCE(advertised, '')
        ) || CASE
          WHEN COALESCE(utm.source, '') = ''
          THEN CONCAT_WS(CHR(  9), '', COALESCE(referrer, ''), page)
          ELSE ''
        END
      END AS click
    FROM (
      SELECT
        *,
        CASE
          WHEN clickid = 'fbclid' AND device.browser = 'Instagram'
          THEN 'instagram'
          ELSE clickid
        END AS advertised
      FROM nearby_hits
      WHERE
        NOT visitkey IS NULL
    ) AS known
  ) AS named
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
    weight,
    weighted_views,
    first_page,
    referrer,
    utm,
    clickid,
    clicked,
    location,
    device,
    visitorid,
    sessionid,
    userid,
    entry,
    leaving,
    source,
    medium,
    campaign,
    CASE
      WHEN REGEXP_LIKE(LOWER(campaign), 'cross-network')
      THEN 'Cross-network'
      WHEN is_paid AND (
        kind = 'shop' OR is_shopping
      )
      THEN 'Paid Shopping'
      WHEN is_paid AND kind = 'search'
      THEN 'Paid Search'
      WHEN is_paid AND kind = 'social'
      THEN 'Paid Social'
      WHEN is_paid AND kind = 'video'
      THEN 'Paid Video'
      WHEN kind = 'display'
      OR REGEXP_LIKE(medium, '^(display|banner|expandable|interstitial|cpm)\z')
      THEN 'Display'
      WHEN is_paid
      THEN 'Paid Other'
      WHEN kind = 'ai'
      THEN 'AI Assistants'
      WHEN kind = 'shop' OR is_shopping
      THEN 'Organic Shopping'
      WHEN kind = 'social' OR REGEXP_LIKE(medium, 'social|^sm$')
      THEN 'Organic Social'
      WHEN kind = 'video' OR REGEXP_LIKE(medium, 'video')
      THEN 'Organic Video'
      WHEN kind = 'search' OR medium = 'organic'
      THEN 'Organic Search'
      WHEN kind = 'mail' OR REGEXP_LIKE(medium, '^e[ _-]?mail|newsletter')
      THEN 'Email'
      WHEN REGEXP_LIKE(medium, '^affiliate')
      THEN 'Affiliates'
      WHEN medium IN ('referral', 'app', 'link') OR (
        is_referred AND medium IS NULL
      )
      THEN 'Referral'
      WHEN medium = 'audio'
      THEN 'Audio'
      WHEN source = 'sms' OR medium = 'sms'
      THEN 'SMS'
      WHEN REGEXP_LIKE(medium, 'push\z|mobile|notification') OR source = 'firebase'
      THEN 'Mobile Push Notifications'
      WHEN source IS NULL AND medium IS NULL AND campaign IS NULL
      THEN 'Direct'
      ELSE 'Unassigned'
    END AS channel
  FROM (
    SELECT
      *,
      REGEXP_LIKE(LOWER(campaign), '(^|[^a-df-z])shop|shopping') AS is_shopping,
      COALESCE(NULLIF(SPLIT_PART(brand, CHR(  9), 2), ''), said) AS source,
      CASE
        WHEN NOT brand IS NULL
        THEN SPLIT_PART(brand, CHR(  9), 1)
        WHEN REGEXP_LIKE(
          said,
          '(^|[.])(([a-z0-9]+-)?(search|suche|szukaj|busca|buscador|recherche|pesquisa|ricerca|hledani|poisk|zoek|sok|arama)[0-9]*(-[a-z0-9]+)?[.][^.]+|(search|suche|busca|cherche|recherche|ricerc)[a-z0-9-]*[.][^.]{4,})[.]|(^|[.])([a-z0-9-]*[^e.])?search[.]((com?[.])?[a-z]{2}|[a-z]{3,4})\z'
        )
        THEN 'search'
        WHEN REGEXP_LIKE(
          said,
          '[.]social\z|^social[.]|(todon|mstdn|pixelfed|misskey|lemmy|pleroma|friendica)[a-z0-9-]*[.]'
        )
        THEN 'social'
      END AS kind
    FROM (
      SELECT
        s.*,
        COALESCE(
          ELEMENT_AT(listed.brands, s.name),
          ELEMENT_AT(listed.brands, NULLIF(REGEXP_EXTRACT(s.name, '[^.]+[.][^.]+[.][^.]+\z'), '')),
          CASE
            WHEN REGEXP_LIKE(s.said, '(^|[.])(web|e-?)?mail[0-9]*[.][^.]+[.]')
            THEN 'mail'
          END,
          ELEMENT_AT(listed.brands, NULLIF(REGEXP_EXTRACT(s.name, '[^.]+[.][^.]+\z'), ''))
        ) AS brand
      FROM (
        SELECT
          *,
          REGEXP_REPLACE(
            said,
            '(^|[.])(aliexpress|altavista|amazon|aol|baidu|bing|blogspot|ebay|exalead|excite|galaxus|ggoogle|glassdoor|gmx|goggle|gogle|gogole|googe|googel|google|googlee|goolge|gooogle|gppgle|habbo|hotbot|hotmail|idealo|ixquick|izito|kaufland|kelkoo|lastfm|lazada|lycos|mercadolibre|msn|myheritage|pinterest|pricerunner|rakuten|shein|shopee|shopzilla|tripadvisor|vinted|walmart|yahoo|yandex|yelp|zalando|zapmeta|zapmetasearch|zoho)[.](com|(com?[.])?[a-z]{2})\z',
            '$1$2.*'
          ) AS name
        FROM (
          SELECT
            *,
            utm_source IS NULL AND NOT host IS NULL AS is_referred,
            (
              NOT medium IS NULL
              AND REGEXP_LIKE(medium, 'cp|^(ppc|ads?|sem|retargeting|remarketing)$|(^|[^a-z])paid')
            )
            OR NOT COALESCE(advertised, 'fbclid') IN ('fbclid', 'instagram') AS is_paid,
            COALESCE(REGEXP_REPLACE(utm_source, '^www[.]', ''), host, advertised) AS said
          FROM (
            SELECT
              *,
              NULLIF(REGEXP_REPLACE(campaign_said, '^[\t-\r ]+|[\t-\r ]+\z', ''), '') AS campaign,
              NULLIF(
                REGEXP_REPLACE(
                  REGEXP_REPLACE(source_said, '^[\t-\r ]+|[\t-\r ]+\z', ''),
                  '^([(](direct|none|not set)[)]|direct)\z',
                  ''
                ),
                ''
              ) AS utm_source,
              NULLIF(
                REGEXP_REPLACE(
                  REGEXP_REPLACE(medium_said, '^[\t-\r ]+|[\t-\r ]+\z', ''),
                  '^[(](none|not set)[)]\z',
                  ''
                ),
                ''
              ) AS medium,
              CASE
                WHEN referred LIKE '%://%'
                THEN NULLIF(
                  NULLIF(
                    REGEXP_EXTRACT(LOWER(referred), '^[a-z][a-z0-9+.-]*://([^/?#@]*@)?(www[.])?([^/:?#]+)', 3),
                    ''
                  ),
                  COALESCE(
                    NULLIF(
                      REGEXP_EXTRACT(LOWER(landing), '^[a-z][a-z0-9+.-]*://([^/?#@]*@)?(www[.])?([^/:?#]+)', 3),
                      ''
                    ),
                    ''
                  )
                )
              END AS host
            FROM (
              SELECT
                *,
                LOWER(utm.source) AS source_said,
                LOWER(utm.medium) AS medium_said,
                utm.campaign AS campaign_said,
                referrer AS referred,
                first_page AS landing,
                NULLIF(clickid, '') AS advertised
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
                  MIN(weight) AS weight,
                  SUM(weighted_views) AS weighted_views,
                  MIN_BY(first_page, began) AS first_page,
                  MIN_BY(referrer, began) AS referrer,
                  MIN_BY(utm, began) AS utm,
                  MIN_BY(clickid, began) AS clickid,
                  ARRAY_JOIN(ARRAY_AGG(NULLIF(clicked, '') ORDER BY began), CHR(  10)) AS clicked,
                  MIN_BY(location, began) AS location,
                  MIN_BY(device, began) AS device,
                  MIN_BY(visitorid, began) AS visitorid,
                  MIN_BY(sessionid, began) AS sessionid,
                  MAX(userid) AS userid,
                  MIN(entry) AS entry,
                  MAX(leaving) AS leaving
                FROM (
                  SELECT
                    *,
                    MAX(opened) OVER (
                      PARTITION BY visitkey
                      ORDER BY began
                      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                    ) AS opening
                  FROM (
                    SELECT
                      *,
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
            ) AS parted
          ) AS trimmed
        ) AS named
      ) AS s
      CROSS JOIN (
        SELECT
          MAP_AGG(name, kind || CHR(  9) || source) AS brands
        FROM brands
      ) AS listed
    ) AS found
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
    weight,
    weighted_views,
    visitkey AS unit,
    source,
    medium,
    campaign,
    channel,
    clicked,
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
    CAST(ROUND(COALESCE(SUM(visitors), 0)) AS BIGINT) AS visitors,
    CAST(ROUND(COALESCE(SUM(page_views), 0)) AS BIGINT) AS page_views
  FROM (
    SELECT
      local_day,
      MIN(CASE WHEN visitorid IS NULL THEN 0 ELSE weight END) AS visitors,
      SUM(CASE WHEN eventtype = 'page_view' THEN weight ELSE 0 END) AS page_views,
      MAX(weight) AS weight,
      MIN(unit) AS unit
    FROM hits
    GROUP BY
      local_day,
      visitorid
  ) AS senders
  GROUP BY
    local_day
) AS days
LEFT JOIN (
  SELECT
    local_day AS day,
    CAST(ROUND(COALESCE(SUM(weight), 0)) AS BIGINT) AS visits,
    ROUND(
      1e2 * SUM(CASE WHEN bounced THEN weight ELSE 0 END) / NULLIF(SUM(CASE WHEN page_views > 0 THEN weight ELSE 0 END), 0),
      1
    ) AS bounce_rate,
    ROUND(1e0 * SUM(weight * seconds) / SUM(weight), 1) AS seconds_per_visit,
    ROUND(1e0 * SUM(weighted_views) / SUM(weight), 1) AS pages_per_visit
  FROM visits
  GROUP BY
    local_day
) AS begun
  ON begun.day = days.day
ORDER BY
  days.day;
