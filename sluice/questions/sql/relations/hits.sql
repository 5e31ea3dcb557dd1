-- The events in range that pass :bots, one row each, with every column.
SELECT *
FROM nearby_hits
WHERE dt BETWEEN :dt_from AND :dt_to AND (:zone = 'UTC' OR (stamp >= :since AND stamp < :before))
