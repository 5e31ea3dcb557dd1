-- title: Revenue by source
-- answers: What was earned in each currency, by the channel and source of the visit: orders, their sum and average. An
-- answers: order is an event with metadata.value, a number of at most 10^12 either way, and metadata.currency; data
-- answers: quality counts the values that are not amounts. An order without a visit has the channel (no visit).
-- param: limit integer = 50
SELECT
    currency,
    channel,
    source,
    counted(weight) AS orders,
    round(summed(weighted) / 1e3, 3) AS revenue,
    round(sum(weighted) / 1e3 / sum(weight), 2) AS average
FROM (
    SELECT
        a.currency,
        COALESCE(v.channel, '(no visit)') AS channel,
        COALESCE(v.source, '(none)') AS source,
        a.weighted,
        a.weight,
        a.unit
    FROM amounts AS a
    LEFT JOIN nearby_visits AS v ON v.visitkey = a.visitkey AND a.instant BETWEEN v.began AND v.finished
    WHERE a.thousandths IS NOT NULL
) AS ordered
GROUP BY currency, channel, source
ORDER BY currency, revenue DESC, channel, source
LIMIT :limit
