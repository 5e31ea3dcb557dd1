-- title: Conversion by campaign
-- answers: Which share of the visits of each campaign reached each goal of sluice.toml (in percent). Visits without a
-- answers: campaign stand under (none), to compare with.
SELECT
    goal,
    campaign,
    count(*) AS visits,
    count(reached) AS converted,
    round(1e2 * count(reached) / count(*), 1) AS conversion_rate
FROM (
    SELECT named.name AS goal, COALESCE(v.campaign, '(none)') AS campaign, c.visit AS reached
    FROM visits AS v
    CROSS JOIN (SELECT DISTINCT name FROM goals) AS named
    LEFT JOIN (SELECT DISTINCT goal, visit FROM conversions) AS c ON c.goal = named.name AND c.visit = v.visit
) AS joined
GROUP BY goal, campaign
ORDER BY goal, visits DESC, campaign
