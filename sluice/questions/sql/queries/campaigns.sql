-- title: Campaigns
-- answers: How many visits each utm_campaign began, by source and medium, their page views, the share that bounced (in
-- answers: percent of the visits with a page view), and their average seconds. clicks are the visits in which somebody came
-- answers: by it, also within one that something else began: a visit keeps what began it.
-- param: limit integer = 20
SELECT
    campaign,
    COALESCE(source, '(none)') AS source,
    COALESCE(medium, '(none)') AS medium,
    count_if(began) AS visits,
    count(*) AS clicks,
    CAST(COALESCE(sum(page_views) FILTER (WHERE began), 0) AS bigint) AS page_views,
    round(1e2 * count_if(began AND bounced) / NULLIF(count_if(began AND page_views > 0), 0), 1) AS bounce_rate,
    round(avg(seconds) FILTER (WHERE began), 1) AS seconds_per_visit
FROM clicks
WHERE campaign IS NOT NULL
GROUP BY campaign, source, medium
ORDER BY visits DESC, clicks DESC, campaign, source, medium
LIMIT :limit
