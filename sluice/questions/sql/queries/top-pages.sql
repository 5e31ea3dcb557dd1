-- title: Top pages
-- answers: Which pages were viewed most, by how many visitors, and their share of all page views in percent.
-- param: limit integer = 10
SELECT
    shown_page AS page,
    counted(page_views) AS page_views,
    counted(visitors) AS visitors,
    round(1e2 * sum(page_views) / sum(sum(page_views)) OVER (), 1) AS share
FROM (
    SELECT
        shown_page,
        sum(weight) AS page_views,
        min(CASE WHEN visitor IS NULL THEN 0 ELSE weight END) AS visitors,
        max(weight) AS weight,
        min(unit) AS unit
    FROM hits
    WHERE eventtype = 'page_view'
    GROUP BY shown_page, visitor
) AS viewed
GROUP BY shown_page
ORDER BY page_views DESC, page
LIMIT :limit
