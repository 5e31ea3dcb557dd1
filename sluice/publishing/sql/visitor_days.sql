-- The visitor-days of the range, one row each: one visitorId on one day, with what its own events alone say. country is that of its
-- first event, channel that of its first visit; countries and channels are how many it had. An event without a visitorId is in none.
SELECT seen.visitkey, seen.dt, seen.country, seen.countries, began.channel, began.channels
FROM (
    SELECT visitkey, dt, min_by(country, turn) AS country, count(DISTINCT country) AS countries
    FROM (
        SELECT visitkey, dt, turn, COALESCE(location.country, '') AS country
        FROM hits
        WHERE visitkey IS NOT NULL
    ) AS placed
    GROUP BY visitkey, dt
) AS seen
JOIN (
    SELECT visitkey, dt, min_by(channel, opening) AS channel, count(DISTINCT channel) AS channels
    FROM spans
    WHERE dt BETWEEN :dt_from AND :dt_to
    GROUP BY visitkey, dt
) AS began ON began.visitkey = seen.visitkey AND began.dt = seen.dt
