-- title: Revenue by source
-- answers: What was earned in each currency, by the channel and source of the visit: orders, their sum and average. An
-- answers: order is an event with metadata.value and metadata.currency; one without a visit is of the channel (no visit).
-- param: limit integer = 50
SELECT
    orders.currency,
    COALESCE(v.channel, '(no visit)') AS channel,
    COALESCE(v.source, '(none)') AS source,
    count(*) AS orders,
    round(sum(orders.thousandths) / 1e3, 3) AS revenue,
    round(sum(orders.thousandths) / 1e3 / count(*), 2) AS average
FROM (
    SELECT visitkey, instant, currency, thousandths
    FROM (
        SELECT
            visitkey,
            instant,
            upper(json_extract_scalar(metadata, '$.currency')) AS currency,
            CAST(round(1000 * TRY_CAST(json_extract_scalar(metadata, '$.value') AS double)) AS bigint) AS thousandths
        FROM hits
        WHERE metadata LIKE '%"currency"%'
    ) AS priced
    WHERE currency IS NOT NULL AND thousandths IS NOT NULL
) AS orders
LEFT JOIN visits AS v ON v.visitkey = orders.visitkey AND orders.instant BETWEEN v.began AND v.finished
GROUP BY orders.currency, COALESCE(v.channel, '(no visit)'), COALESCE(v.source, '(none)')
ORDER BY orders.currency, revenue DESC, channel, source
LIMIT :limit
