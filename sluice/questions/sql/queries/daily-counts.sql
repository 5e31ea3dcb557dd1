-- title: Daily counts
-- answers: How many visits, events, goals reached and errors each day had: what is judged as anomalies. An error is an event
-- answers: whose type is error or ends with _error, or a request of a server's log that it answered with a status from 500 to 599.
SELECT
    days.day,
    COALESCE(begun.visits, 0) AS visits,
    days.events,
    COALESCE(reached.goals, 0) AS goals,
    COALESCE(failed.errors, 0) AS errors
FROM (SELECT local_day AS day, counted(weight) AS events FROM hits GROUP BY local_day) AS days
LEFT JOIN (SELECT local_day AS day, counted(weight) AS visits FROM visits GROUP BY local_day) AS begun ON begun.day = days.day
LEFT JOIN (
    SELECT local_day AS day, counted(weight) AS goals FROM conversions WHERE in_range GROUP BY local_day
) AS reached ON reached.day = days.day
LEFT JOIN (SELECT local_day AS day, counted(weight) AS errors FROM errors GROUP BY local_day) AS failed ON failed.day = days.day
ORDER BY days.day
