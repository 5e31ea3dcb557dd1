-- title: Retention by first-seen week
-- answers: How many of the people first seen in each week of the range came back, and how many weeks later, also where that is
-- answers: nobody. A visitor is known for one day only, so a person here is a userId, or without one a sessionId; the ids that
-- answers: the browser client once made for each page load do not count. Who logs in within a session, or without one on the
-- answers: same day, is one person from the first event on. events_of_nobody says how many events of the first week belong to
-- answers: no person, and so to no cohort; a week with only such events has no people. Weeks begin on Monday; share is in percent.
SELECT
    CAST(grid.week AS varchar) AS first_week,
    grid.events_of_nobody,
    grid.weeks_later,
    COALESCE(returned.people, 0) AS people,
    round(1e2 * COALESCE(returned.part, 0) / first_value(returned.part) OVER (
        PARTITION BY grid.week ORDER BY grid.weeks_later
    ), 1) AS share
FROM (
    SELECT week, events_of_nobody, weeks_later
    FROM (
        SELECT week, events_of_nobody, date_diff('week', week, max(week) OVER ()) AS weeks_to_come
        FROM (
            SELECT week, CAST(round(sum(events_of_nobody)) AS bigint) AS events_of_nobody
            FROM (
                SELECT CAST(date_trunc('week', CAST(local_day AS date)) AS date) AS week, events_of_nobody
                FROM (
                    SELECT local_day, sum(CASE WHEN person IS NULL THEN events ELSE 0 END) AS events_of_nobody
                    FROM people
                    GROUP BY local_day
                ) AS days
            ) AS dated
            GROUP BY week
        ) AS weeks
    ) AS known
    JOIN UNNEST(sequence(0, 1 + date_diff('week', CAST(:from AS date), CAST(:to AS date)))) AS later (weeks_later)
        ON weeks_later <= weeks_to_come
) AS grid
LEFT JOIN (
    SELECT first_week, date_diff('week', first_week, week) AS weeks_later, counted(weight) AS people, sum(weight) AS part
    FROM (
        SELECT person AS unit, weight, week, min(week) OVER (PARTITION BY person) AS first_week
        FROM (
            SELECT person, CAST(date_trunc('week', CAST(local_day AS date)) AS date) AS week, min(weight) AS weight
            FROM people
            WHERE person IS NOT NULL
            GROUP BY person, CAST(date_trunc('week', CAST(local_day AS date)) AS date)
        ) AS seen
    ) AS cohorts
    GROUP BY first_week, date_diff('week', first_week, week)
) AS returned ON returned.first_week = grid.week AND returned.weeks_later = grid.weeks_later
ORDER BY grid.week, grid.weeks_later
