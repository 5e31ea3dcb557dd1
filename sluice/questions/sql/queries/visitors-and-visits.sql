-- title: Visitors and visits by day
-- answers: How many visitors, visits and page views each day had, which share of its visits bounced (in percent
-- answers: of the visits with a page view), and how many seconds and page views a visit had on
-- answers: average. A visit counts for the day on which it began.
SELECT
    days.day,
    days.visitors,
    COALESCE(begun.visits, 0) AS visits,
    days.page_views,
    begun.bounce_rate,
    begun.seconds_per_visit,
    begun.pages_per_visit
FROM (
    SELECT local_day AS day, counted(visitors) AS visitors, counted(page_views) AS page_views
    FROM (
        SELECT
            local_day,
            min(CASE WHEN visitorid IS NULL THEN 0 ELSE weight END) AS visitors,
            sum(CASE WHEN eventtype = 'page_view' THEN weight ELSE 0 END) AS page_views,
            max(weight) AS weight,
            min(unit) AS unit
        FROM hits
        GROUP BY local_day, visitorid
    ) AS senders
    GROUP BY local_day
) AS days
LEFT JOIN (
    SELECT
        local_day AS day,
        counted(weight) AS visits,
        round(
            1e2 * sum(CASE WHEN bounced THEN weight ELSE 0 END)
                / NULLIF(sum(CASE WHEN page_views > 0 THEN weight ELSE 0 END), 0),
            1
        ) AS bounce_rate,
        round(1e0 * sum(weight * seconds) / sum(weight), 1) AS seconds_per_visit,
        round(1e0 * sum(weighted_views) / sum(weight), 1) AS pages_per_visit
    FROM visits
    GROUP BY local_day
) AS begun ON begun.day = days.day
ORDER BY days.day
