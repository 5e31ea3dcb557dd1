-- title: Top pages
-- answers: Which pages were viewed most, by how many visitors, and their share of all page views in percent.
-- param: limit integer = 10
SELECT
    shown_page AS page,
    count(*) AS page_views,
    count(DISTINCT visitor) AS visitors,
    round(1e2 * count(*) / sum(count(*)) OVER (), 1) AS share
FROM hits
WHERE eventtype = 'page_view'
GROUP BY shown_page
ORDER BY page_views DESC, page
LIMIT :limit
