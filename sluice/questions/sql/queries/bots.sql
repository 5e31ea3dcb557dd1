-- title: Bots and AI crawlers
-- answers: Which crawlers came, how often, on how many pages, and when last. kind is ai (crawlers of AI
-- answers: companies), assistant (AI that fetches for somebody), search (search engines), preview (link previews), tool (programs
-- answers: like curl) or other. :bots has no effect here.
-- unweighted: pages
-- param: limit integer = 50
SELECT
    kind,
    family,
    CAST(round(sum(events)) AS bigint) AS events,
    count(DISTINCT page) AS pages,
    max(last_event) AS last_event
FROM (
    SELECT
        CASE
            WHEN assistant IS NOT NULL THEN 'assistant'
            WHEN ai IS NOT NULL THEN 'ai'
            WHEN known IN (
                'Googlebot', 'bingbot', 'DuckDuckBot', 'YandexBot', 'Baiduspider', 'Applebot', 'Slurp', 'SeznamBot',
                'PetalBot', 'Sogou'
            ) THEN 'search'
            WHEN known IN (
                'facebookexternalhit', 'Twitterbot', 'LinkedInBot', 'Slackbot', 'Discordbot', 'TelegramBot', 'WhatsApp'
            ) THEN 'preview'
            WHEN known IN (
                'curl', 'Wget', 'python-requests', 'Go-http-client', 'okhttp', 'HeadlessChrome', 'Scrapy', 'axios', 'node-fetch'
            ) THEN 'tool'
            ELSE 'other'
        END AS kind,
        COALESCE(
            CASE WHEN useragent IS NULL THEN '(no user agent)' END,
            assistant,
            ai,
            known,
            NULLIF(regexp_extract(useragent, '([A-Za-z0-9_.-]*([Bb]ot|[Cc]rawler|[Ss]pider)[A-Za-z0-9_.-]*)', 1), ''),
            'other'
        ) AS family,
        page,
        events,
        last_event
    FROM (
        SELECT
            *,
            NULLIF(regexp_extract(useragent, '(?i)(Google-GeminiNotebook|Gemini-Deep-Research|meta-externalfetcher|GoogleAgent-Mariner|Google-NotebookLM|Google-Read-Aloud|Google-Pinpoint|Perplexity-User|MistralAI-User|PerplexityUser|ChatGPT Agent|ChatGPT-User|Google-Agent|kagi-fetcher|Claude-User|IsonAI-User|Manus-User|Amzn-User|cohere-ai|Devin/)', 1), '') AS assistant,
            NULLIF(regexp_extract(useragent, '(?i)(cohere-training-data-crawler|laion-huggingface-processor|ApifyWebsiteContentCrawler|Poseidon Research Crawler|TaraGroup Intelligent Bot|Google-CloudVertexBot|Sidetrade indexer bot|VelenPublicWebCrawler|ISSCyberRiskCrawler|Cloudflare-AutoRAG|meta-externalagent|AzureAI-SearchBot|Factset_spyderbot|Aranet-SearchBot|Claude-SearchBot|ExteContextCrawl|Poggio-Citations|semantic-visions|The Knowledge AI|YandexAdditional|LAIONDownloader|Meta-WebIndexer|SBIntuitionsBot|SemrushBot-OCOB|Amzn-SearchBot|ChatGLM-Spider|FirecrawlAgent|atlassian-bot|DuckAssistBot|KunatoCrawler|OAI-SearchBot|PerplexityBot|Reflectionbot|anthropic-ai|ExaSearchBot|ImagesiftBot|Kangaroo Bot|KlaviyoAIBot|QualifiedBot|TikTokSpider|TSM-turingos|AISearchBot|Channel3Bot|DeepSeekBot|FacebookBot|Flyriverbot|GoogleOther|ICC-Crawler|imageSpider|img2dataset|linkReader/|Spawning-AI|AIWebIndex|bedrockbot|Bytespider|Claude-Web|iaskspider|spider[.]com|TerraCotta|ZanistaBot|Amazonbot|bigsur[.]ai|Brightbot|ClaudeBot|ImageMind|KendraBot|LinerBot/|LinkupBot|panscient|TavilyBot|ApifyBot|Cotoyogi|crawl4ai|Novellum|PhindBot|QuillBot|Thinkbot|Timpibot|Andibot|Anomura|Diffbot|HenkBot|iAskBot|newsai/|ShapBot|AI2Bot|GPTBot|omgili|YouBot|CCBot)', 1), '') AS ai,
            NULLIF(regexp_extract(useragent, '(Googlebot|bingbot|DuckDuckBot|YandexBot|Baiduspider|Applebot|Slurp|SeznamBot|PetalBot|Sogou|facebookexternalhit|Twitterbot|LinkedInBot|Slackbot|Discordbot|TelegramBot|WhatsApp|AhrefsBot|SemrushBot|MJ12bot|DotBot|curl|Wget|python-requests|Go-http-client|okhttp|HeadlessChrome|Scrapy|axios|node-fetch)', 1), '') AS known
        FROM (
            SELECT useragent, page, sum(weight) AS events, max("timestamp") AS last_event
            FROM stamped
            WHERE dt BETWEEN :dt_from AND :dt_to AND (:zone = 'UTC' OR (stamp >= :since AND stamp < :before)) AND isbot
            GROUP BY useragent, page
        ) AS agents
    ) AS named
) AS families
GROUP BY kind, family
ORDER BY events DESC, family
LIMIT :limit
