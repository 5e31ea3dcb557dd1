-- title: Goals
-- answers: How often each goal of sluice.toml was reached, also by events without a visit (from a backend), in how many visits,
-- answers: and in which share of all visits (in percent).
SELECT
    named.name AS goal,
    COALESCE(reached.conversions, 0) AS conversions,
    COALESCE(reached.converted, 0) AS converted,
    totals.visits,
    round(1e2 * COALESCE(reached.converted, 0) / NULLIF(totals.visits, 0), 1) AS conversion_rate
FROM (SELECT DISTINCT name FROM goals) AS named
CROSS JOIN (SELECT count(*) AS visits FROM visits) AS totals
LEFT JOIN (
    SELECT
        goal,
        CAST(sum(conversions) AS bigint) AS conversions,
        count_if(visitkey IS NOT NULL AND visit_in_range) AS converted
    FROM (
        SELECT goal, visitkey, opening, visit_in_range, count_if(in_range) AS conversions
        FROM conversions
        GROUP BY goal, visitkey, opening, visit_in_range
    ) AS by_visit
    GROUP BY goal
) AS reached ON reached.goal = named.name
ORDER BY conversions DESC, goal
