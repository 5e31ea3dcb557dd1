-- title: Totals
-- answers: The range in one row: visitors (of each day), visits, page views, events, the share of visits that
-- answers: bounced (in percent of those with a page view), the average seconds from a visit's first event to its last, and
-- answers: the seconds for which a page view was visible at least, as the time_on_page events show.
SELECT
    counted.visitors,
    begun.visits,
    counted.page_views,
    counted.events,
    begun.bounce_rate,
    begun.seconds_per_visit,
    round(counted.visible * 1e0 / NULLIF(counted.page_views, 0), 1) AS visible_seconds
FROM (
    SELECT
        CAST(COALESCE(sum(visitors), 0) AS bigint) AS visitors,
        CAST(COALESCE(sum(page_views), 0) AS bigint) AS page_views,
        CAST(COALESCE(sum(events), 0) AS bigint) AS events,
        CAST(sum(visible) AS bigint) AS visible
    FROM (
        SELECT
            count(DISTINCT visitorid) AS visitors,
            count_if(eventtype = 'page_view') AS page_views,
            count(*) AS events,
            sum(
                CASE WHEN eventtype = 'time_on_page'
                    THEN CASE json_extract_scalar(metadata, '$.seconds')
                        WHEN '30' THEN 30 WHEN '60' THEN 30 WHEN '180' THEN 120 WHEN '300' THEN 120
                    END
                END
            ) AS visible
        FROM hits
        GROUP BY local_day
    ) AS days
) AS counted
CROSS JOIN (
    SELECT
        count(*) AS visits,
        round(1e2 * count_if(bounced) / NULLIF(count_if(page_views > 0), 0), 1) AS bounce_rate,
        round(avg(seconds), 1) AS seconds_per_visit
    FROM visits
) AS begun
