-- title: Campaigns
-- answers: How many visits each utm_campaign began, by source and medium, their page views, the share that bounced (in
-- answers: percent of the visits with a page view), and their average seconds. clicks are the visits in which somebody came
-- answers: by it, also within one that something else began: a visit keeps what began it.
-- param: limit integer = 20
SELECT
    campaign,
    COALESCE(source, '(none)') AS source,
    COALESCE(medium, '(none)') AS medium,
    counted(CASE WHEN began THEN weight END) AS visits,
    counted(weight) AS clicks,
    counted(CASE WHEN began THEN weighted_views END) AS page_views,
    round(
        1e2 * sum(CASE WHEN began AND bounced THEN weight ELSE 0 END)
            / NULLIF(sum(CASE WHEN began AND weighted_views > 0 THEN weight ELSE 0 END), 0),
        1
    ) AS bounce_rate,
    round(
        1e0 * sum(CASE WHEN began THEN weight * seconds END) / sum(CASE WHEN began THEN weight END), 1
    ) AS seconds_per_visit
FROM clicks
WHERE campaign IS NOT NULL
GROUP BY campaign, source, medium
ORDER BY visits DESC, clicks DESC, campaign, source, medium
LIMIT :limit
