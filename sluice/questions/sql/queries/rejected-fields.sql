-- title: Rejected: fields and messages
-- answers: What the API answered to refused events: the field at fault, the message, and how many got it.
-- param: limit integer = 10
SELECT
    reason,
    field,
    message,
    sum(weight) AS refused
FROM rejected
GROUP BY reason, field, message
ORDER BY refused DESC, reason, field, message
LIMIT :limit
