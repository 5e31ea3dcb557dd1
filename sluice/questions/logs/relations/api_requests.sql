-- The requests of the range in the service's own log, one row each, by UTC days. is_sent says whether somebody sent events: not
-- for a script, a preflight or a dry run. stored, duplicates and left_out are how many of its events were new, were there already,
-- and are ones for which others of a sample count.
SELECT
    *,
    concat(year, '-', month, '-', day) AS dt,
    route IN ('/track', '/track/batch', '/pixel.gif') AND outcome NOT IN ('ok', 'dry_run') AS is_sent,
    COALESCE(accepted, CASE WHEN outcome = 'accepted' THEN 1 ELSE 0 END) AS stored,
    COALESCE(duplicate, CASE WHEN outcome = 'duplicate' THEN 1 ELSE 0 END) AS duplicates,
    COALESCE(sampled, CASE WHEN outcome = 'sampled' THEN 1 ELSE 0 END) AS left_out
FROM api_events
WHERE year BETWEEN substr(:dt_from, 1, 4) AND substr(:dt_to, 1, 4)
    AND concat(year, '-', month, '-', day) BETWEEN :dt_from AND :dt_to
