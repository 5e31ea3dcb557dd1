-- The visits that began in range, one row each; nearby_visits says what their columns are.
SELECT *
FROM nearby_visits
WHERE opening >= to_unixtime(from_iso8601_timestamp(:since)) AND opening < to_unixtime(from_iso8601_timestamp(:before))
