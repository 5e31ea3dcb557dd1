-- title: Totals
-- answers: The range in one row: visitors (of each day), visits, page views, events, the share of visits that
-- answers: bounced (in percent of those with a page view), the average seconds from a visit's first event to its last, and
-- answers: the seconds for which a page view was visible at least, as the time_on_page events show.
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
        counted(visitors) AS visitors,
        counted(page_views) AS page_views,
        counted(events) AS events,
        round(1e0 * sum(visible) / NULLIF(sum(page_views), 0), 1) AS visible_seconds
    FROM (
        SELECT
            min(CASE WHEN visitor IS NULL THEN 0 ELSE weight END) AS visitors,
            sum(CASE WHEN eventtype = 'page_view' THEN weight ELSE 0 END) AS page_views,
            sum(weight) AS events,
            sum(
                CASE WHEN eventtype = 'time_on_page'
                    THEN weight * CASE json_extract_scalar(metadata, '$.seconds')
                        WHEN '30' THEN 30 WHEN '60' THEN 30 WHEN '180' THEN 120 WHEN '300' THEN 120
                    END
                END
            ) AS visible,
            max(weight) AS weight,
            min(unit) AS unit
        FROM hits
        GROUP BY visitor
    ) AS senders
) AS seen
CROSS JOIN (
    SELECT
        counted(weight) AS visits,
        round(
            1e2 * sum(CASE WHEN bounced THEN weight ELSE 0 END)
                / NULLIF(sum(CASE WHEN page_views > 0 THEN weight ELSE 0 END), 0),
            1
        ) AS bounce_rate,
        round(1e0 * sum(weight * seconds) / sum(weight), 1) AS seconds_per_visit
    FROM visits
) AS begun
