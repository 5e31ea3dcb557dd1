-- From where to where each visit goes, and what its events say of it, one row per visit: half hours of one visitkey with
-- less than 30 minutes between the last event of the one and the first of the next. opening is the second of the epoch
-- in which the visit began: with visitkey it tells visits apart. The other columns are those of halves, of the whole visit.
SELECT
    visitkey,
    opening,
    min(dt) AS dt,
    min(began) AS began,
    max(ended) AS ended,
    CAST(sum(events) AS bigint) AS events,
    CAST(sum(page_views) AS bigint) AS page_views,
    min_by(first_page, began) AS first_page,
    min_by(referrer, began) AS referrer,
    min_by(utm, began) AS utm,
    min_by(location, began) AS location,
    min_by(device, began) AS device,
    min_by(visitorid, began) AS visitorid,
    min_by(sessionid, began) AS sessionid,
    max(userid) AS userid,
    min(entry) AS entry,
    max(leaving) AS leaving
FROM (
    SELECT
        visitkey, dt, began, ended, events, page_views, first_page, referrer, utm, location, device,
        visitorid, sessionid, userid, entry, leaving,
        max(opened) OVER (
            PARTITION BY visitkey ORDER BY began ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS opening
    FROM (
        SELECT
            visitkey, dt, began, ended, events, page_views, first_page, referrer, utm, location, device,
            visitorid, sessionid, userid, entry, leaving,
            CASE
                WHEN began - lag(ended) OVER (PARTITION BY visitkey ORDER BY began) < 1800 THEN NULL
                ELSE began
            END AS opened
        FROM halves
    ) AS gaps
) AS openings
GROUP BY visitkey, opening
