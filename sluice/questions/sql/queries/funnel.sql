-- title: Funnel
-- answers: How many visits took the first step, then the second, and so on, in this order and with anything in between;
-- answers: the share of the visits that took the first, and the share that was lost since the previous step (in percent).
-- answers: A step is an event type (form_submit), also with a value of the metadata (scroll_depth[percent>=50],
-- answers: cta_click[name=book-call]; with =, >, >=, < and <=), or a path or address that was viewed (* matches anything:
-- answers: /product/*); the first eight count. One event is never two steps.
-- param: steps list = page_view,form_start,form_submit
SELECT
    number AS step,
    step AS name,
    visits,
    round(1e2 * whole / NULLIF(first_value(whole) OVER (ORDER BY number), 0), 1) AS share,
    round(1e2 * (lag(whole) OVER (ORDER BY number) - whole) / NULLIF(lag(whole) OVER (ORDER BY number), 0), 1)
        AS drop_off
FROM (
    SELECT number, step, counted(weight) AS visits, COALESCE(sum(weight), 0) AS whole
    FROM (
        SELECT asked.number, asked.step, walked.weight, walked.unit
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
            SELECT
                array_join(array_agg(t.digit ORDER BY t.turn, t.digit), '') AS trail,
                min(v.weight) AS weight,
                v.visitkey AS unit
            FROM (
                SELECT visitkey, min(instant) AS instant, min(turn) AS turn, 9 - number AS digit
                FROM (
                    SELECT visitkey, half_hour, instant, turn, number
                    FROM (
                        SELECT
                            visitkey, half_hour, instant, turn, number, key, comparison, found, wanted,
                            CASE WHEN regexp_like(found, '^[+-]?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]{1,2})?$') THEN TRY_CAST(found AS double) END
                                AS amount,
                            CASE WHEN regexp_like(wanted, '^[+-]?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]{1,2})?$') THEN TRY_CAST(wanted AS double) END
                                AS bound
                        FROM (
                            SELECT
                                h.visitkey, h.half_hour, h.instant, h.turn, a.number, a.key, a.comparison, a.wanted,
                                CASE WHEN a.key IS NOT NULL THEN COALESCE(
                                    json_extract_scalar(h.metadata, '$["' || replace(a.key, '.', '"]["') || '"]'),
                                    json_extract_scalar(h.metadata, '$["' || a.key || '"]')
                                ) END AS found
                            FROM nearby_hits AS h
                            JOIN (
                                SELECT
                                    number,
                                    CASE WHEN is_page THEN 'page_view' ELSE lower(trim(regexp_extract(step, '^[^\[]*'))) END AS eventtype,
                                    CASE WHEN is_page THEN shown_page(replace(replace(replace(replace(
                                        step, '\', '\\'), '%', '\%'), '_', '\_'), '*', '%')) END AS page,
                                    CASE WHEN NOT is_page THEN NULLIF(regexp_extract(step, '\[ *([A-Za-z_][A-Za-z0-9_.-]*)', 1), '') END
                                        AS key,
                                    regexp_extract(step, '[<>=]+') AS comparison,
                                    regexp_extract(step, '[<>=]+ *([^\]]*?) *\]\z', 1) AS wanted
                                FROM (
                                    SELECT
                                        number, trim(step) AS step,
                                        regexp_like(trim(step), '^/|^[A-Za-z][A-Za-z0-9+.-]*://') AS is_page
                                    FROM UNNEST(split(:steps, ',')) WITH ORDINALITY AS listed (step, number)
                                    WHERE number <= 8
                                ) AS said
                            ) AS a ON a.eventtype = h.eventtype
                            WHERE a.page IS NULL
                               OR CASE WHEN a.page LIKE '/%' THEN h.path ELSE h.shown_page END LIKE a.page ESCAPE '\'
                        ) AS near
                    ) AS met
                    WHERE key IS NULL
                       OR CASE comparison
                           WHEN '=' THEN found = wanted OR COALESCE(amount = bound, false)
                           WHEN '>' THEN amount > bound
                           WHEN '>=' THEN amount >= bound
                           WHEN '<' THEN amount < bound
                           WHEN '<=' THEN amount <= bound
                       END
                ) AS taken
                -- The first step is usually the commonest event; its first one in a half hour is enough.
                GROUP BY visitkey, half_hour, number, CASE WHEN number > 1 THEN turn END
            ) AS t
            JOIN visits AS v ON v.visitkey = t.visitkey AND t.instant BETWEEN v.began AND v.finished
            GROUP BY v.visitkey, v.opening
        ) AS walked ON walked.trail LIKE asked.way
    ) AS walks
    GROUP BY number, step
) AS counted
ORDER BY number
