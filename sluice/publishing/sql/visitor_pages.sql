-- The pages of each visitor-day, one row for each page of the public list, and one for all others together: place is the page's
-- place in the order in which they were first viewed.
SELECT visitkey, page, row_number() OVER (PARTITION BY visitkey ORDER BY turn, page) AS place
FROM (
    SELECT hit.visitkey, COALESCE(listed.page, '(other)') AS page, min(hit.turn) AS turn
    FROM hits AS hit
    LEFT JOIN (
        SELECT DISTINCT page
        FROM UNNEST(split(:public, chr(10))) AS named (page)
    ) AS listed ON listed.page = hit.shown_page
    WHERE hit.visitkey IS NOT NULL AND hit.eventtype = 'page_view'
    GROUP BY hit.visitkey, COALESCE(listed.page, '(other)')
) AS viewed
