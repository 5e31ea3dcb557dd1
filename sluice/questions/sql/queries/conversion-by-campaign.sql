-- title: Conversion by campaign
-- answers: Which share of each campaign's visits reached each goal of sluice.toml (in percent). Visits without a
-- answers: campaign are under (none), for comparison. Under (no visit), converted counts the events that reached the
-- answers: goal without a visit; they have no share.
SELECT goal, campaign, visits, converted, conversion_rate
FROM (
    SELECT
        named.name AS goal,
        totals.campaign,
        totals.visits,
        COALESCE(reached.converted, 0) AS converted,
        round(1e2 * COALESCE(reached.converted, 0) / totals.visits, 1) AS conversion_rate
    FROM (
        SELECT COALESCE(campaign, '(none)') AS campaign, count(*) AS visits FROM visits GROUP BY COALESCE(campaign, '(none)')
    ) AS totals
    CROSS JOIN (SELECT DISTINCT name FROM goals) AS named
    LEFT JOIN (
        SELECT c.goal, COALESCE(v.campaign, '(none)') AS campaign, count(*) AS converted
        FROM (SELECT DISTINCT goal, visitkey, opening FROM conversions WHERE visit_in_range) AS c
        JOIN visits AS v ON v.visitkey = c.visitkey AND v.opening = c.opening
        GROUP BY c.goal, COALESCE(v.campaign, '(none)')
    ) AS reached ON reached.goal = named.name AND reached.campaign = totals.campaign
    UNION ALL
    SELECT goal, '(no visit)' AS campaign, CAST(0 AS bigint) AS visits, count(*) AS converted, NULL AS conversion_rate
    FROM conversions
    WHERE visitkey IS NULL AND in_range
    GROUP BY goal
) AS counted
ORDER BY goal, visits DESC, campaign
