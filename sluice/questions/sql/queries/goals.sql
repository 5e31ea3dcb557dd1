-- title: Goals
-- answers: How often each goal of sluice.toml was reached, also by events without a visit (from a backend), in how many visits,
-- answers: and in which share of all visits (in percent).
SELECT
    named.name AS goal,
    COALESCE(reached.conversions, 0) AS conversions,
    COALESCE(reached.converted, 0) AS converted,
    totals.visits,
    round(1e2 * COALESCE(reached.part, 0) / NULLIF(totals.whole, 0), 1) AS conversion_rate
FROM (SELECT DISTINCT name FROM goals) AS named
CROSS JOIN (SELECT counted(weight) AS visits, sum(weight) AS whole FROM visits) AS totals
LEFT JOIN (
    SELECT
        goal,
        counted(conversions) AS conversions,
        counted(converted) AS converted,
        sum(converted) AS part
    FROM (
        SELECT
            goal,
            sum(CASE WHEN in_range THEN weight ELSE 0 END) AS conversions,
            min(CASE WHEN visitkey IS NOT NULL AND visit_in_range THEN weight ELSE 0 END) AS converted,
            max(weight) AS weight,
            min(unit) AS unit
        FROM conversions
        GROUP BY goal, visitkey, opening, visit_in_range
    ) AS by_visit
    GROUP BY goal
) AS reached ON reached.goal = named.name
ORDER BY conversions DESC, goal
