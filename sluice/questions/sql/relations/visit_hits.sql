-- The events of the visits that began in range, each with the visit's id; a visit may go on after the range's end. Filter
-- them before anything else: the filter then comes before the join.
SELECT h.*, v.opening, v.visit
FROM nearby_hits AS h
JOIN visits AS v ON v.visitkey = h.visitkey AND h.instant BETWEEN v.began AND v.finished
