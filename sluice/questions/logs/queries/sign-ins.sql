-- title: Failed sign-ins
-- answers: Who failed to sign in to the dashboard, by day: the way in, why, the name where a user has it, how often, from how many
-- answers: addresses, and the most failures in a row. It reads the dashboard's own log, which no stage has.
SELECT
    dt AS day,
    way,
    why,
    name,
    count(*) AS failed,
    count(DISTINCT address) AS addresses,
    max(failures) AS in_a_row
FROM sign_ins
WHERE dt BETWEEN :from AND :to
GROUP BY dt, way, why, name
ORDER BY day, failed DESC, way, why, name
