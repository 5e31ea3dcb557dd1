-- Who is known for longer than a day: the events in range by person and day, NULL for nobody. weight is the least of the events',
-- and events how many they count as. A person is a userId, else a
-- sessionId; events without a userId are those of the person who logs in within the same session, or without one among the
-- same visitor's events. The ids that the browser client once made for each page load are nobody's.
SELECT
    local_day,
    events,
    weight,
    CASE
        WHEN owner IS NOT NULL THEN 'u' || owner
        WHEN NOT regexp_like(sessionid, '^[0-9]{1,10}(x[0-9]{1,10}){3}\z') THEN 's' || sessionid
    END AS person
FROM (
    SELECT
        local_day, events, weight, sessionid,
        COALESCE(userid, CASE WHEN visitkey IS NOT NULL THEN max(userid) OVER (PARTITION BY visitkey) END) AS owner
    FROM (
        SELECT local_day, visitkey, sessionid, userid, sum(weight) AS events, min(weight) AS weight
        FROM hits
        GROUP BY local_day, visitkey, sessionid, userid
    ) AS grouped
) AS owned
