-- title: Revenue by day
-- answers: What was earned each day in each currency: orders and their sum. An order is an event with metadata.value,
-- answers: a number of at most 10^12 either way, and metadata.currency.
SELECT
    local_day AS day,
    currency,
    counted(weight) AS orders,
    round(summed(weighted) / 1e3, 3) AS revenue
FROM amounts
WHERE thousandths IS NOT NULL
GROUP BY local_day, currency
ORDER BY day, currency
