-- title: Goals
-- answers: How often each goal of sluice.toml was reached, also by events without a visit (from a backend), in how many visits,
-- answers: and in which share of all visits (in percent).
SELECT
    named.name AS goal,
    count(c.goal) AS conversions,
    count(DISTINCT c.visit) AS converted,
    totals.visits,
    round(1e2 * count(DISTINCT c.visit) / NULLIF(totals.visits, 0), 1) AS conversion_rate
FROM (SELECT DISTINCT name FROM goals) AS named
CROSS JOIN (SELECT count(*) AS visits FROM visits) AS totals
LEFT JOIN conversions AS c ON c.goal = named.name
GROUP BY named.name, totals.visits
ORDER BY conversions DESC, goal
