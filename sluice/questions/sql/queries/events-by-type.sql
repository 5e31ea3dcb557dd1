-- title: Events by type
-- answers: Which types of event were sent, how often, by how many visitors, and their share of all events in percent.
-- param: limit integer = 50
SELECT
    eventtype AS event_type,
    counted(events) AS events,
    counted(visitors) AS visitors,
    round(1e2 * sum(events) / sum(sum(events)) OVER (), 1) AS share
FROM (
    SELECT
        eventtype,
        sum(weight) AS events,
        min(CASE WHEN visitor IS NULL THEN 0 ELSE weight END) AS visitors,
        max(weight) AS weight,
        min(unit) AS unit
    FROM hits
    GROUP BY eventtype, visitor
) AS sent
GROUP BY eventtype
ORDER BY events DESC, event_type
LIMIT :limit
