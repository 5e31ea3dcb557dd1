-- title: Rejected: reasons
-- answers: How many events were refused for each reason, their share in percent, and when the first and the last came.
SELECT
    reason,
    sum(weight) AS refused,
    round(1e2 * sum(weight) / sum(sum(weight)) OVER (), 1) AS share,
    min(servertimestamp) AS first_came,
    max(servertimestamp) AS last_came
FROM rejected
GROUP BY reason
ORDER BY refused DESC, reason
