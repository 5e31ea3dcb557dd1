-- title: Entry pages
-- answers: On which pages visits began, and which share of these visits bounced (in percent).
-- param: limit integer = 10
SELECT
    entry_page AS page,
    counted(weight) AS entries,
    round(1e2 * sum(CASE WHEN bounced THEN weight ELSE 0 END) / sum(weight), 1) AS bounce_rate
FROM visits
WHERE entry_page IS NOT NULL
GROUP BY entry_page
ORDER BY entries DESC, page
LIMIT :limit
