-- title: Tenants side by side
-- answers: How many events, page views and visitors (of each day) every tenant had, on how many days, and when last.
-- unweighted: days
SELECT
    tenant,
    counted(events) AS events,
    counted(page_views) AS page_views,
    counted(visitors) AS visitors,
    count(DISTINCT dt) AS days,
    max(last_event) AS last_event
FROM (
    SELECT
        tenant,
        dt,
        sum(weight) AS events,
        sum(CASE WHEN eventtype = 'page_view' THEN weight ELSE 0 END) AS page_views,
        min(CASE WHEN visitor IS NULL THEN 0 ELSE weight END) AS visitors,
        max(servertimestamp) AS last_event,
        max(weight) AS weight,
        min(unit) AS unit
    FROM (
        SELECT
            tenant, dt, eventtype, visitorid AS visitor, servertimestamp,
            CASE WHEN sampleweight BETWEEN 1e0 AND 1e12 THEN sampleweight ELSE 1e0 END AS weight,
            COALESCE(sessionid, visitorid, eventid) AS unit
        FROM tenants
        WHERE dt BETWEEN :from AND :to
          AND (:bots = 'include' OR isbot = (:bots = 'only'))
    ) AS known
    GROUP BY tenant, dt, visitor
) AS senders
GROUP BY tenant
ORDER BY events DESC, tenant
