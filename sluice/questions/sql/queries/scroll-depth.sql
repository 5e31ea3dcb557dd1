-- title: Scroll depth
-- answers: How far down each page was read: its page views, and which share of them reached 25, 50, 75 and 100 percent.
-- answers: The client sends each mark once a page view, as scroll_depth with metadata.percent; a page without any is not shown.
-- param: limit integer = 20
SELECT
    page,
    page_views,
    round(1e2 * reached_25 / NULLIF(whole, 0), 1) AS reached_25,
    round(1e2 * reached_50 / NULLIF(whole, 0), 1) AS reached_50,
    round(1e2 * reached_75 / NULLIF(whole, 0), 1) AS reached_75,
    round(1e2 * reached_100 / NULLIF(whole, 0), 1) AS reached_100
FROM (
    SELECT
        page,
        counted(CASE WHEN eventtype = 'page_view' THEN weight END) AS page_views,
        sum(CASE WHEN eventtype = 'page_view' THEN weight ELSE 0 END) AS whole,
        sum(CASE WHEN mark = '25' THEN weight ELSE 0 END) AS reached_25,
        sum(CASE WHEN mark = '50' THEN weight ELSE 0 END) AS reached_50,
        sum(CASE WHEN mark = '75' THEN weight ELSE 0 END) AS reached_75,
        sum(CASE WHEN mark = '100' THEN weight ELSE 0 END) AS reached_100,
        sum(CASE WHEN mark IN ('25', '50', '75', '100') THEN weight ELSE 0 END) AS marks
    FROM (
        SELECT
            shown_page AS page,
            eventtype,
            weight,
            unit,
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
