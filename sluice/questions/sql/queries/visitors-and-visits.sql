-- title: Visitors and visits by day
-- answers: How many visitors, visits and page views each UTC day had, which share of its visits saw only one page (the
-- answers: bounce rate, in percent of the visits with a page view), and how many seconds and page views a visit had on
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
    SELECT dt AS day, count(DISTINCT visitorid) AS visitors, count_if(eventtype = 'page_view') AS page_views
    FROM hits
    GROUP BY dt
) AS days
LEFT JOIN (
    SELECT
        dt AS day,
        count(*) AS visits,
        round(1e2 * count_if(page_views = 1) / NULLIF(count_if(page_views > 0), 0), 1) AS bounce_rate,
        round(avg(seconds), 1) AS seconds_per_visit,
        round(avg(page_views), 1) AS pages_per_visit
    FROM visits
    GROUP BY dt
) AS begun ON begun.day = days.day
ORDER BY days.day
