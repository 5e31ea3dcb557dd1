-- title: Experiments
-- answers: How many visits saw each variant (metadata.variant, with metadata.experiment if there is one), and how many
-- answers: of them reached a goal of sluice.toml afterwards, also in percent. A visit that saw two variants counts for
-- answers: both.
-- param: goal text = signup
SELECT
    met.experiment,
    met.variant,
    count(*) AS visits,
    count(reached.last_reached) AS converted,
    round(1e2 * count(reached.last_reached) / count(*), 1) AS conversion_rate
FROM (
    SELECT visitkey, opening, experiment, variant, min(turn) AS first_met
    FROM (
        SELECT
            visitkey,
            opening,
            turn,
            COALESCE(json_extract_scalar(metadata, '$.experiment'), '(none)') AS experiment,
            json_extract_scalar(metadata, '$.variant') AS variant
        FROM visit_hits
        WHERE metadata LIKE '%"variant"%'
    ) AS shown
    WHERE variant IS NOT NULL
    GROUP BY visitkey, opening, experiment, variant
) AS met
LEFT JOIN (
    SELECT visitkey, opening, max(turn) AS last_reached
    FROM conversions
    WHERE goal = :goal
    GROUP BY visitkey, opening
) AS reached ON reached.visitkey = met.visitkey AND reached.opening = met.opening AND reached.last_reached >= met.first_met
GROUP BY met.experiment, met.variant
ORDER BY met.experiment, met.variant
