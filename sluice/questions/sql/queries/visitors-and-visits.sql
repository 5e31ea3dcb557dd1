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
    SELECT local_day AS day, count(DISTINCT visitorid) AS visitors, count_if(eventtype = 'page_view') AS page_views
    FROM hits
    GROUP BY local_day
) AS days
LEFT JOIN (
    SELECT
        local_day AS day,
        count(*) AS visits,
        round(1e2 * count_if(bounced) / NULLIF(count_if(page_views > 0), 0), 1) AS bounce_rate,
        round(avg(seconds), 1) AS seconds_per_visit,
        round(avg(page_views), 1) AS pages_per_visit
    FROM visits
    GROUP BY local_day
) AS begun ON begun.day = days.day
ORDER BY days.day
