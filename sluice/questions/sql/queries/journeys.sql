-- title: Visits in full
-- answers: What happened in each visit, step by step, with the seconds since the previous step; for one visit (visit = its
-- answers: id), or for the first ones of the range.
-- param: visit text =
-- param: limit integer = 100
SELECT
    w.visit,
    row_number() OVER (PARTITION BY w.visit ORDER BY h.turn) AS step,
    h.stamp AS happened,
    h.eventtype AS event_type,
    h.page,
    round(h.instant - lag(h.instant) OVER (PARTITION BY w.visit ORDER BY h.turn), 3) AS seconds_later,
    h.metadata
FROM (
    -- A visit has one step at least, so that this many visits are enough.
    SELECT visitkey, visit, began, finished
    FROM visits
    WHERE :visit = '' OR visit = :visit
    ORDER BY began, visitkey
    LIMIT :limit
) AS w
JOIN nearby_hits AS h ON h.visitkey = w.visitkey AND h.instant BETWEEN w.began AND w.finished
ORDER BY w.began, w.visit, step
LIMIT :limit
