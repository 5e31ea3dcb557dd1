-- title: Conversion by campaign
-- answers: Which share of each campaign's visits reached each goal of sluice.toml (in percent). Visits without a
-- answers: campaign are under (none), for comparison. Under (no visit), converted counts the events that reached the
-- answers: goal without a visit; they have no share.
SELECT
    COALESCE(listed.goal, reached.goal) AS goal,
    COALESCE(listed.campaign, reached.campaign) AS campaign,
    COALESCE(listed.visits, 0) AS visits,
    COALESCE(reached.converted, 0) AS converted,
    CASE WHEN listed.visits > 0 THEN round(1e2 * COALESCE(reached.converted, 0) / listed.visits, 1) END AS conversion_rate
FROM (
    SELECT named.name AS goal, totals.campaign, totals.visits
    FROM (
        SELECT COALESCE(campaign, '(none)') AS campaign, count(*) AS visits FROM visits GROUP BY COALESCE(campaign, '(none)')
    ) AS totals
    CROSS JOIN (SELECT DISTINCT name FROM goals) AS named
) AS listed
FULL JOIN (
    SELECT goal, campaign, count(*) AS converted
    FROM (
        -- A visit counts once, and without visits each event.
        SELECT DISTINCT
            goal, visitkey, opening, CASE WHEN visitkey IS NULL THEN turn END AS turn,
            CASE WHEN visitkey IS NULL THEN '(no visit)' ELSE COALESCE(campaign, '(none)') END AS campaign
        FROM conversions
        WHERE CASE WHEN visitkey IS NULL THEN in_range ELSE visit_in_range END
    ) AS once
    GROUP BY goal, campaign
) AS reached ON reached.goal = listed.goal AND reached.campaign = listed.campaign
ORDER BY goal, visits DESC, campaign
