-- The hits that belong to a visit, each with the visit's id. Filter them before anything else: the filter then comes
-- before the join.
SELECT h.*, v.opening, v.visit
FROM hits AS h
JOIN visits AS v ON v.visitkey = h.visitkey AND h.instant BETWEEN v.began AND v.finished
