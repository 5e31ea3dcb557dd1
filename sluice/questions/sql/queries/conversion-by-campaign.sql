-- title: Conversion by campaign
-- answers: Which share of each campaign's visits reached each goal of sluice.toml (in percent). Visits without a
-- answers: campaign are under (none), for comparison. Under (no visit), converted counts the events that reached the
-- answers: goal without a visit; they have no share.
SELECT
    COALESCE(listed.goal, reached.goal) AS goal,
    COALESCE(listed.campaign, reached.campaign) AS campaign,
    COALESCE(listed.visits, 0) AS visits,
    COALESCE(reached.converted, 0) AS converted,
    CASE WHEN listed.whole > 0 THEN round(1e2 * COALESCE(reached.part, 0) / listed.whole, 1) END AS conversion_rate
FROM (
    SELECT named.name AS goal, totals.campaign, totals.visits, totals.whole
    FROM (
        SELECT COALESCE(campaign, '(none)') AS campaign, counted(weight) AS visits, sum(weight) AS whole
        FROM visits
        GROUP BY COALESCE(campaign, '(none)')
    ) AS totals
    CROSS JOIN (SELECT DISTINCT name FROM goals) AS named
) AS listed
FULL JOIN (
    SELECT goal, campaign, counted(weight) AS converted, sum(weight) AS part
    FROM (
        -- A visit counts once, and without visits each event.
        SELECT goal, campaign, min(weight) AS weight, min(unit) AS unit
        FROM (
            SELECT
                goal, visitkey, opening, CASE WHEN visitkey IS NULL THEN turn END AS turn, weight, unit,
                CASE WHEN visitkey IS NULL THEN '(no visit)' ELSE COALESCE(campaign, '(none)') END AS campaign
            FROM conversions
            WHERE CASE WHEN visitkey IS NULL THEN in_range ELSE visit_in_range END
        ) AS met
        GROUP BY goal, visitkey, opening, turn, campaign
    ) AS once
    GROUP BY goal, campaign
) AS reached ON reached.goal = listed.goal AND reached.campaign = listed.campaign
ORDER BY goal, visits DESC, campaign
