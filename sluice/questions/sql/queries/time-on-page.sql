-- title: Time on page
-- answers: How long each page was visible: its page views, and which share of them were visible for 30, 60, 180 and 300 seconds.
-- answers: The client sends each mark once a page view, as time_on_page with metadata.seconds; a page without any is not shown.
-- param: limit integer = 20
SELECT
    page,
    page_views,
    round(1e2 * seconds_30 / NULLIF(page_views, 0), 1) AS seconds_30,
    round(1e2 * seconds_60 / NULLIF(page_views, 0), 1) AS seconds_60,
    round(1e2 * seconds_180 / NULLIF(page_views, 0), 1) AS seconds_180,
    round(1e2 * seconds_300 / NULLIF(page_views, 0), 1) AS seconds_300
FROM (
    SELECT
        page,
        count_if(eventtype = 'page_view') AS page_views,
        count_if(mark = '30') AS seconds_30,
        count_if(mark = '60') AS seconds_60,
        count_if(mark = '180') AS seconds_180,
        count_if(mark = '300') AS seconds_300,
        count_if(mark IN ('30', '60', '180', '300')) AS marks
    FROM (
        SELECT
            shown_page AS page,
            eventtype,
            CASE
                WHEN eventtype = 'time_on_page' THEN json_extract_scalar(metadata, '$.seconds')
            END AS mark
        FROM hits
        WHERE eventtype IN ('page_view', 'time_on_page')
    ) AS marked
    GROUP BY page
) AS counted
WHERE marks > 0
ORDER BY page_views DESC, page
LIMIT :limit
