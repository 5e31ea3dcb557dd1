-- title: Data quality
-- answers: How many events of the range are late (over 24 hours), from a clock ahead (over 5 minutes), from bots, from an
-- answers: unknown device or country, or without visitor, session, user, page, referrer or metadata; and how many name a
-- answers: currency but a value that is not an amount, so that no revenue counts them. Shares are in percent. The first
-- answers: row counts all events.
SELECT
    checks.name AS finding,
    CASE checks.number
        WHEN 1 THEN events WHEN 2 THEN late WHEN 3 THEN future WHEN 4 THEN bots WHEN 5 THEN no_device
        WHEN 6 THEN no_country WHEN 7 THEN no_visitor WHEN 8 THEN no_visit WHEN 9 THEN no_session WHEN 10 THEN no_user
        WHEN 11 THEN no_page WHEN 12 THEN no_referrer WHEN 13 THEN no_metadata ELSE no_amount
    END AS events,
    round(1e2 * CASE checks.number
        WHEN 1 THEN events WHEN 2 THEN late WHEN 3 THEN future WHEN 4 THEN bots WHEN 5 THEN no_device
        WHEN 6 THEN no_country WHEN 7 THEN no_visitor WHEN 8 THEN no_visit WHEN 9 THEN no_session WHEN 10 THEN no_user
        WHEN 11 THEN no_page WHEN 12 THEN no_referrer WHEN 13 THEN no_metadata ELSE no_amount
    END / NULLIF(events, 0), 1) AS share
FROM (
    SELECT
        counted(weight) AS events,
        counted(CASE WHEN received - sent > 86400 THEN weight END) AS late,
        counted(CASE WHEN sent - received > 300 THEN weight END) AS future,
        counted(CASE WHEN isbot THEN weight END) AS bots,
        counted(CASE WHEN COALESCE(device_type, 'other') = 'other' THEN weight END) AS no_device,
        counted(CASE WHEN COALESCE(country, 'Unknown') = 'Unknown' THEN weight END) AS no_country,
        counted(CASE WHEN visitorid IS NULL THEN weight END) AS no_visitor,
        counted(CASE WHEN visitorid IS NULL AND sessionid IS NULL THEN weight END) AS no_visit,
        counted(CASE WHEN sessionid IS NULL THEN weight END) AS no_session,
        counted(CASE WHEN userid IS NULL THEN weight END) AS no_user,
        counted(CASE WHEN page IS NULL THEN weight END) AS no_page,
        counted(CASE WHEN referrer IS NULL THEN weight END) AS no_referrer,
        counted(CASE WHEN metadata IS NULL THEN weight END) AS no_metadata
    FROM (
        SELECT
            to_unixtime(from_iso8601_timestamp(servertimestamp)) AS received,
            to_unixtime(from_iso8601_timestamp("timestamp")) AS sent,
            isbot, device.device_type AS device_type, location.country AS country,
            visitorid, sessionid, userid, page, referrer, metadata, weight, unit
        FROM hits
    ) AS known
) AS totals
CROSS JOIN (SELECT counted(weight) AS no_amount FROM amounts WHERE thousandths IS NULL) AS unpriced
CROSS JOIN (
    VALUES
        (1, 'events'), (2, 'late'), (3, 'future'), (4, 'bot'), (5, 'unknown device'), (6, 'unknown country'),
        (7, 'no visitor'), (8, 'no visitor or session'), (9, 'no session'), (10, 'no user'), (11, 'no page'),
        (12, 'no referrer'), (13, 'no metadata'), (14, 'no amount')
) AS checks (number, name)
ORDER BY checks.number
