-- title: Bots and AI crawlers
-- answers: Which crawlers came, how often, on how many pages, and when last. kind is ai (AI companies), search
-- answers: (search engines), preview (link previews), tool (programs like curl) or other. :bots has no effect here.
-- param: limit integer = 50
SELECT
    CASE
        WHEN family IN (
            'GPTBot', 'ChatGPT-User', 'OAI-SearchBot', 'ClaudeBot', 'Claude-User', 'Claude-SearchBot', 'anthropic-ai',
            'PerplexityBot', 'Perplexity-User', 'CCBot', 'Bytespider', 'Amazonbot', 'Google-Extended',
            'meta-externalagent', 'meta-externalfetcher', 'Applebot-Extended', 'cohere-ai', 'Diffbot', 'YouBot',
            'MistralAI-User', 'DuckAssistBot', 'AI2Bot', 'Timpibot', 'ImagesiftBot'
        ) THEN 'ai'
        WHEN family IN (
            'Googlebot', 'bingbot', 'DuckDuckBot', 'YandexBot', 'Baiduspider', 'Applebot', 'Slurp', 'SeznamBot',
            'PetalBot', 'Sogou'
        ) THEN 'search'
        WHEN family IN (
            'facebookexternalhit', 'Twitterbot', 'LinkedInBot', 'Slackbot', 'Discordbot', 'TelegramBot', 'WhatsApp'
        ) THEN 'preview'
        WHEN family IN (
            'curl', 'Wget', 'python-requests', 'Go-http-client', 'okhttp', 'HeadlessChrome', 'Scrapy', 'axios', 'node-fetch'
        ) THEN 'tool'
        ELSE 'other'
    END AS kind,
    family,
    CAST(sum(events) AS bigint) AS events,
    count(DISTINCT page) AS pages,
    max(last_event) AS last_event
FROM (
    SELECT
        COALESCE(
            CASE WHEN useragent IS NULL THEN '(no user agent)' END,
            NULLIF(regexp_extract(useragent, '(GPTBot|ChatGPT-User|OAI-SearchBot|ClaudeBot|Claude-User|Claude-SearchBot|anthropic-ai|PerplexityBot|Perplexity-User|CCBot|Bytespider|Amazonbot|Google-Extended|meta-externalagent|meta-externalfetcher|Applebot-Extended|cohere-ai|Diffbot|YouBot|MistralAI-User|DuckAssistBot|AI2Bot|Timpibot|ImagesiftBot)', 1), ''),
            NULLIF(regexp_extract(useragent, '(Googlebot|bingbot|DuckDuckBot|YandexBot|Baiduspider|Applebot|Slurp|SeznamBot|PetalBot|Sogou|facebookexternalhit|Twitterbot|LinkedInBot|Slackbot|Discordbot|TelegramBot|WhatsApp|AhrefsBot|SemrushBot|MJ12bot|DotBot|curl|Wget|python-requests|Go-http-client|okhttp|HeadlessChrome|Scrapy|axios|node-fetch)', 1), ''),
            NULLIF(regexp_extract(useragent, '([A-Za-z0-9_.-]*([Bb]ot|[Cc]rawler|[Ss]pider)[A-Za-z0-9_.-]*)', 1), ''),
            'other'
        ) AS family,
        page,
        events,
        last_event
    FROM (
        SELECT useragent, page, count(*) AS events, max("timestamp") AS last_event
        FROM stamped
        WHERE dt BETWEEN :dt_from AND :dt_to AND (:zone = 'UTC' OR (stamp >= :since AND stamp < :before)) AND isbot
        GROUP BY useragent, page
    ) AS agents
) AS families
GROUP BY family
ORDER BY events DESC, family
LIMIT :limit
