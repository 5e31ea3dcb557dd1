-- title: Experiments
-- answers: How many visits saw each variant (metadata.variant, with metadata.experiment if there is one), and how many
-- answers: of them reached a goal of sluice.toml afterwards, also in percent. A visit that saw two variants counts for
-- answers: both. sample_ratio is mismatch where the variants have so unlike numbers of visits that chance alone would give
-- answers: them once in a thousand experiments (chi-squared, for equal shares): then something is wrong, and no rate is to be trusted.
-- unweighted: variants
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
        sum((variants * seen - whole) * (variants * seen - whole)) OVER (PARTITION BY experiment)
            / (1e0 * variants * whole * spread) AS deviation
    FROM (
        SELECT
            *,
            count(*) OVER (PARTITION BY experiment) AS variants,
            sum(seen) OVER (PARTITION BY experiment) AS whole,
            -- Visits that count for several waver as much more than as many that count for one: by their mean weight.
            sum(squared) OVER (PARTITION BY experiment) / sum(seen) OVER (PARTITION BY experiment) AS spread
        FROM (
            SELECT
                experiment,
                variant,
                counted(weight) AS visits,
                counted(reached_weight) AS converted,
                round(1e2 * COALESCE(sum(reached_weight), 0) / sum(weight), 1) AS conversion_rate,
                sum(weight) AS seen,
                sum(weight * weight) AS squared
            FROM (
                SELECT
                    met.experiment, met.variant, met.weight, met.unit,
                    CASE WHEN reached.weight IS NOT NULL THEN greatest(met.weight, reached.weight) END AS reached_weight
                FROM (
                    SELECT
                        visitkey, opening, experiment, variant, min(turn) AS first_met, min(weight) AS weight,
                        min(unit) AS unit
                    FROM (
                        SELECT
                            visitkey,
                            opening,
                            turn,
                            weight,
                            unit,
                            COALESCE(json_extract_scalar(metadata, '$.experiment'), '(none)') AS experiment,
                            json_extract_scalar(metadata, '$.variant') AS variant
                        FROM visit_hits
                        WHERE metadata LIKE '%"variant"%'
                    ) AS shown
                    WHERE variant IS NOT NULL
                    GROUP BY visitkey, opening, experiment, variant
                ) AS met
                LEFT JOIN (
                    SELECT visitkey, opening, max(turn) AS last_reached, min(weight) AS weight
                    FROM conversions
                    WHERE goal = :goal
                    GROUP BY visitkey, opening
                ) AS reached
                    ON reached.visitkey = met.visitkey AND reached.opening = met.opening
                    AND reached.last_reached >= met.first_met
            ) AS shown_to
            GROUP BY experiment, variant
        ) AS tried
    ) AS counted
) AS compared
ORDER BY experiment, variant
