-- param: goal text
-- What a model learns from: the visits of the range by what they look like, and how many of each reached the goal. Page views are those
-- before the goal, so that what follows from reaching it does not predict it.
SELECT
    day, channel, device, country, depth, hour, weekday, views,
    count(*) AS visits,
    count_if(has_goal) AS reached
FROM (
    SELECT
        v.local_day AS day,
        v.channel,
        COALESCE(v.device_type, '') AS device,
        COALESCE(v.country, '') AS country,
        length(seen.path) - length(replace(seen.path, '/', '')) AS depth,
        CAST(date_format(from_unixtime(v.opening) AT TIME ZONE :zone, '%H') AS bigint) AS hour,
        day_of_week(CAST(v.local_day AS date)) AS weekday,
        seen.views,
        seen.has_goal
    FROM visits AS v
    JOIN (
        SELECT
            h.visitkey,
            h.opening,
            -- Without its last slash: / has no part, /bags one.
            regexp_replace(COALESCE(min_by(h.path, h.turn), ''), '/\z', '') AS path,
            count_if(h.eventtype = 'page_view' AND (r.turn IS NULL OR h.turn < r.turn)) AS views,
            count(r.turn) > 0 AS has_goal
        FROM visit_hits AS h
        LEFT JOIN (
            SELECT visitkey, opening, min(turn) AS turn
            FROM conversions
            WHERE goal = :goal AND visit_in_range
            GROUP BY visitkey, opening
        ) AS r ON r.visitkey = h.visitkey AND r.opening = h.opening
        GROUP BY h.visitkey, h.opening
    ) AS seen ON seen.visitkey = v.visitkey AND seen.opening = v.opening
) AS looks
GROUP BY day, channel, device, country, depth, hour, weekday, views
