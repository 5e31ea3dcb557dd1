-- title: Visits in full
-- answers: What happened in each visit, step by step, with the seconds since the step before; in one visit (visit = its
-- answers: id), or in the first ones of the range.
-- param: visit text =
-- param: limit integer = 100
SELECT
    w.visit,
    row_number() OVER (PARTITION BY w.visit ORDER BY h.instant, h.eventid) AS step,
    h.stamp AS happened,
    h.eventtype AS event_type,
    h.page,
    round(h.instant - lag(h.instant) OVER (PARTITION BY w.visit ORDER BY h.instant, h.eventid), 3) AS seconds_later,
    h.metadata
FROM (
    SELECT s.visitkey, s.half_hour, s.visit, shown.began
    FROM half_hours AS s
    JOIN (
        -- A visit has one step at least, so that this many visits are enough.
        SELECT visit, min(began) AS began
        FROM half_hours
        WHERE :visit = '' OR visit = :visit
        GROUP BY visit
        ORDER BY began, visit
        LIMIT :limit
    ) AS shown ON shown.visit = s.visit
) AS w
JOIN hits AS h ON h.visitkey = w.visitkey AND h.half_hour = w.half_hour
ORDER BY w.began, w.visit, step
LIMIT :limit
