-- title: Funnel
-- answers: How many visits took the first step, then the second, and so on, in this order and with anything in between;
-- answers: the share of the visits that took the first, and the share that was lost since the previous step (in percent).
-- answers: A step is an event type (form_submit), or, if it begins with /, a path that was viewed (* matches anything:
-- answers: /product/*); the first eight count. One event is never two steps.
-- param: steps list = page_view,form_start,form_submit
SELECT
    number AS step,
    step AS name,
    visits,
    round(1e2 * visits / NULLIF(first_value(visits) OVER (ORDER BY number), 0), 1) AS share,
    round(1e2 * (lag(visits) OVER (ORDER BY number) - visits) / NULLIF(lag(visits) OVER (ORDER BY number), 0), 1)
        AS drop_off
FROM (
    SELECT asked.number, asked.step, count(walked.trail) AS visits
    FROM (
        SELECT
            number,
            trim(step) AS step,
            '%' || substr('8%7%6%5%4%3%2%1%', 1, CAST(2 * number AS integer)) AS way
        FROM UNNEST(split(:steps, ',')) WITH ORDINALITY AS listed (step, number)
        WHERE number <= 8
    ) AS asked
    LEFT JOIN (
        -- What a visit did, in order, as digits: 8 for the first step, 7 for the second, … so that of one event's two steps
        -- the later comes first, and no pattern can take both.
        SELECT array_join(array_agg(t.digit ORDER BY t.turn, t.digit), '') AS trail
        FROM (
            SELECT visitkey, min(instant) AS instant, min(turn) AS turn, 9 - number AS digit
            FROM (
                SELECT h.visitkey, h.half_hour, h.instant, h.turn, a.number
                FROM nearby_hits AS h
                JOIN (
                    SELECT
                        number,
                        CASE WHEN trim(step) LIKE '/%' THEN 'page_view' ELSE trim(step) END AS eventtype,
                        CASE WHEN trim(step) LIKE '/%' THEN replace(replace(replace(replace(
                            trim(step), '\', '\\'), '%', '\%'), '_', '\_'), '*', '%') END AS path
                    FROM UNNEST(split(:steps, ',')) WITH ORDINALITY AS listed (step, number)
                    WHERE number <= 8
                ) AS a ON a.eventtype = h.eventtype
                WHERE a.path IS NULL OR h.path LIKE a.path ESCAPE '\'
            ) AS taken
            -- The first step is usually the commonest event; its first one in a half hour is enough.
            GROUP BY visitkey, half_hour, number, CASE WHEN number > 1 THEN turn END
        ) AS t
        JOIN visits AS v ON v.visitkey = t.visitkey AND t.instant BETWEEN v.began AND v.finished
        GROUP BY v.visitkey, v.opening
    ) AS walked ON walked.trail LIKE asked.way
    GROUP BY asked.number, asked.step
) AS counted
ORDER BY number
