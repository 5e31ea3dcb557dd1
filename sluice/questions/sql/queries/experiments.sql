-- title: Experiments
-- answers: How many visits saw each variant (metadata.variant, with metadata.experiment if there is one), and how many
-- answers: of them reached a goal of sluice.toml afterwards, also in percent. A visit that saw two variants counts for
-- answers: both. sample_ratio is mismatch where the variants have so unlike numbers of visits that chance alone would give
-- answers: them once in a thousand experiments (chi-squared, for equal shares): then something is wrong, and no rate is to be trusted.
-- param: goal text = signup
SELECT
    experiment,
    variant,
    visits,
    converted,
    conversion_rate,
    CASE
        WHEN deviation > CASE variants
            WHEN 2 THEN 10.83e0 WHEN 3 THEN 13.82e0 WHEN 4 THEN 16.27e0 WHEN 5 THEN 18.47e0 WHEN 6 THEN 20.52e0
            WHEN 7 THEN 22.46e0 WHEN 8 THEN 24.32e0 WHEN 9 THEN 26.12e0 WHEN 10 THEN 27.88e0
        END THEN 'mismatch'
        WHEN variants BETWEEN 2 AND 10 THEN 'ok'
    END AS sample_ratio
FROM (
    SELECT
        *,
        sum((variants * visits - 1e0 * whole) * (variants * visits - 1e0 * whole)) OVER (PARTITION BY experiment)
            / (1e0 * variants * whole) AS deviation
    FROM (
        SELECT
            *,
            count(*) OVER (PARTITION BY experiment) AS variants,
            sum(visits) OVER (PARTITION BY experiment) AS whole
        FROM (
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
        ) AS tried
    ) AS counted
) AS compared
ORDER BY experiment, variant
