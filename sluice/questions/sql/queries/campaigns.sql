-- title: Campaigns
-- answers: How many visits each utm_campaign brought, by source and medium, their page views, the share that bounced
-- answers: (in percent of the visits with a page view), and their average seconds.
-- param: limit integer = 20
SELECT
    campaign,
    COALESCE(source, '(none)') AS source,
    COALESCE(medium, '(none)') AS medium,
    count(*) AS visits,
    CAST(sum(page_views) AS bigint) AS page_views,
    round(1e2 * count_if(bounced) / NULLIF(count_if(page_views > 0), 0), 1) AS bounce_rate,
    round(avg(seconds), 1) AS seconds_per_visit
FROM visits
WHERE campaign IS NOT NULL
GROUP BY campaign, source, medium
ORDER BY visits DESC, campaign, source, medium
LIMIT :limit
