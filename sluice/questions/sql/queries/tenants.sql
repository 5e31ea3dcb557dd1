-- title: Tenants side by side
-- answers: How many events, page views and visitors (of each day) every tenant had, on how many days, and when last.
SELECT
    tenant,
    count(*) AS events,
    count_if(eventtype = 'page_view') AS page_views,
    count(DISTINCT visitorid || dt) AS visitors,
    count(DISTINCT dt) AS days,
    max(servertimestamp) AS last_event
FROM tenants
WHERE dt BETWEEN :from AND :to
  AND (:bots = 'include' OR isbot = (:bots = 'only'))
GROUP BY tenant
ORDER BY events DESC, tenant
