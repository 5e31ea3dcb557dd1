-- title: Rejected: newest
-- answers: The newest refused events that are kept, each with its cleaned body and how many it counts for.
-- param: limit integer = 10
SELECT
    servertimestamp,
    reason,
    field,
    message,
    weight,
    body
FROM rejected
ORDER BY servertimestamp DESC, reason, body, message, field
LIMIT :limit
