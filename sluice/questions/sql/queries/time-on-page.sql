-- title: Time on page
-- answers: How long each page was visible: its page views, and which share of them were visible for 30, 60, 180 and 300 seconds.
-- answers: The client sends each mark once a page view, as time_on_page with metadata.seconds; a page without any is not shown.
-- param: limit integer = 20
SELECT
    page,
    page_views,
    round(1e2 * seconds_30 / NULLIF(whole, 0), 1) AS seconds_30,
    round(1e2 * seconds_60 / NULLIF(whole, 0), 1) AS seconds_60,
    round(1e2 * seconds_180 / NULLIF(whole, 0), 1) AS seconds_180,
    round(1e2 * seconds_300 / NULLIF(whole, 0), 1) AS seconds_300
FROM (
    SELECT
        page,
        counted(CASE WHEN eventtype = 'page_view' THEN weight END) AS page_views,
        sum(CASE WHEN eventtype = 'page_view' THEN weight ELSE 0 END) AS whole,
        sum(CASE WHEN mark = '30' THEN weight ELSE 0 END) AS seconds_30,
        sum(CASE WHEN mark = '60' THEN weight ELSE 0 END) AS seconds_60,
        sum(CASE WHEN mark = '180' THEN weight ELSE 0 END) AS seconds_180,
        sum(CASE WHEN mark = '300' THEN weight ELSE 0 END) AS seconds_300,
        sum(CASE WHEN mark IN ('30', '60', '180', '300') THEN weight ELSE 0 END) AS marks
    FROM (
        SELECT
            shown_page AS page,
            eventtype,
            weight,
            unit,
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
