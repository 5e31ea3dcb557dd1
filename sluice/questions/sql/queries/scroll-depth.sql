-- title: Scroll depth
-- answers: How far down each page was read: its page views, and which share of them reached 25, 50, 75 and 100 percent.
-- answers: The client sends each mark once a page view, as scroll_depth with metadata.percent; a page without any is not shown.
-- param: limit integer = 20
SELECT
    page,
    page_views,
    round(1e2 * reached_25 / NULLIF(page_views, 0), 1) AS reached_25,
    round(1e2 * reached_50 / NULLIF(page_views, 0), 1) AS reached_50,
    round(1e2 * reached_75 / NULLIF(page_views, 0), 1) AS reached_75,
    round(1e2 * reached_100 / NULLIF(page_views, 0), 1) AS reached_100
FROM (
    SELECT
        page,
        count_if(eventtype = 'page_view') AS page_views,
        count_if(mark = '25') AS reached_25,
        count_if(mark = '50') AS reached_50,
        count_if(mark = '75') AS reached_75,
        count_if(mark = '100') AS reached_100,
        count_if(mark IN ('25', '50', '75', '100')) AS marks
    FROM (
        SELECT
            shown_page AS page,
            eventtype,
            CASE
                WHEN eventtype = 'scroll_depth' THEN json_extract_scalar(metadata, '$.percent')
            END AS mark
        FROM hits
        WHERE eventtype IN ('page_view', 'scroll_depth')
    ) AS marked
    GROUP BY page
) AS counted
WHERE marks > 0
ORDER BY page_views DESC, page
LIMIT :limit
