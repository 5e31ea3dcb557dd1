-- title: Sources
-- answers: Where visits came from, by channel and source, or only by channel (by = channel): visits, page views and
-- answers: the share that bounced, in percent of the visits with a page view.
-- param: by text = source
-- param: limit integer = 20
SELECT
    channel,
    source,
    counted(weight) AS visits,
    counted(weighted_views) AS page_views,
    round(
        1e2 * sum(CASE WHEN bounced THEN weight ELSE 0 END)
            / NULLIF(sum(CASE WHEN page_views > 0 THEN weight ELSE 0 END), 0),
        1
    ) AS bounce_rate
FROM (
    SELECT
        channel, CASE WHEN :by = 'channel' THEN '(all)' ELSE COALESCE(source, '(none)') END AS source, page_views, bounced,
        weight, weighted_views, unit
    FROM visits
) AS sourced
GROUP BY channel, source
ORDER BY visits DESC, channel, source
LIMIT :limit
