-- title: Exit pages
-- answers: On which pages visits ended, and which share of a page's views was the last one of a visit (in percent).
-- param: limit integer = 10
SELECT
    left_on.page,
    left_on.exits,
    viewed.page_views,
    round(1e2 * left_on.part / viewed.whole, 1) AS exit_rate
FROM (
    SELECT exit_page AS page, counted(weight) AS exits, sum(weight) AS part
    FROM visits
    WHERE exit_page IS NOT NULL
    GROUP BY exit_page
) AS left_on
JOIN (
    SELECT shown_page AS page, counted(weight) AS page_views, sum(weight) AS whole
    FROM hits
    WHERE eventtype = 'page_view'
    GROUP BY shown_page
) AS viewed ON viewed.page = left_on.page
ORDER BY left_on.exits DESC, left_on.page
LIMIT :limit
