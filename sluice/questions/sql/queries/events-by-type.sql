-- title: Events by type
-- answers: Which types of event were sent, how often, by how many visitors, and their share of all events in percent.
-- param: limit integer = 50
SELECT
    eventtype AS event_type,
    count(*) AS events,
    count(DISTINCT visitor) AS visitors,
    round(1e2 * count(*) / sum(count(*)) OVER (), 1) AS share
FROM hits
GROUP BY eventtype
ORDER BY events DESC, event_type
LIMIT :limit
