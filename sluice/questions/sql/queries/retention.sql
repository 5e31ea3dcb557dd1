-- title: Retention by first-seen week
-- answers: How many of the people first seen in each week of the range came back, and how many weeks later. A visitor is
-- answers: known for one UTC day only, so a person here is a userId, or without one a sessionId; the ids that the browser
-- answers: client once made for each page load do not count. events_of_nobody says how many events of the first week
-- answers: belong to no person, and so to no cohort; a week with only such events has no people. Weeks begin on Monday
-- answers: (UTC); share is in percent.
SELECT
    CAST(weeks.week AS varchar) AS first_week,
    weeks.events_of_nobody,
    returned.weeks_later,
    COALESCE(returned.people, 0) AS people,
    round(1e2 * returned.people / first_value(returned.people) OVER (
        PARTITION BY weeks.week ORDER BY returned.weeks_later
    ), 1) AS share
FROM (
    SELECT week, CAST(sum(events_of_nobody) AS bigint) AS events_of_nobody
    FROM (
        SELECT CAST(date_trunc('week', CAST(local_day AS date)) AS date) AS week, events_of_nobody
        FROM (
            SELECT
                local_day,
                count_if(
                    userid IS NULL
                    AND (sessionid IS NULL OR regexp_like(sessionid, '^[0-9]{1,10}(x[0-9]{1,10}){3}$'))
                ) AS events_of_nobody
            FROM hits
            GROUP BY local_day
        ) AS days
    ) AS dated
    GROUP BY week
) AS weeks
LEFT JOIN (
    SELECT first_week, date_diff('week', first_week, week) AS weeks_later, count(*) AS people
    FROM (
        SELECT DISTINCT person, week, min(week) OVER (PARTITION BY person) AS first_week
        FROM (
            SELECT person, CAST(date_trunc('week', CAST(local_day AS date)) AS date) AS week
            FROM (
                SELECT DISTINCT COALESCE('u' || userid, 's' || sessionid) AS person, local_day
                FROM hits
                WHERE userid IS NOT NULL OR sessionid IS NOT NULL
            ) AS present
            WHERE NOT regexp_like(person, '^s[0-9]{1,10}(x[0-9]{1,10}){3}$')
        ) AS seen
    ) AS cohorts
    GROUP BY first_week, date_diff('week', first_week, week)
) AS returned ON returned.first_week = weeks.week
ORDER BY weeks.week, returned.weeks_later
