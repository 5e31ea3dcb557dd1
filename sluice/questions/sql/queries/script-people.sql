-- title: Script and no script: people
-- answers: How many people asked for a page on each day, by the access logs (a person is a day's address with a user agent); how
-- answers: many of them a script saw; how many may be those who opt out, whose events have no hash (unclear: at most as many as such
-- answers: page views with their user agent); and how many sent no event all day (unseen), with their share in percent: because of a
-- answers: blocker, but also because they left before the script ran, or are a program that says it is a browser.
-- answers: hits_without_address are of days whose salt was forgotten: nobody knows of how many people. Days whose events have no
-- answers: address's hash any more (ip_days) are left out: nobody can compare them. :bots has no effect here.
-- unweighted: people, events
SELECT
    local_day AS day,
    CAST(sum(people) AS bigint) AS people,
    CAST(round(sum(seen)) AS bigint) AS seen,
    CAST(round(sum(least(greatest(people - seen, 0), bare_views))) AS bigint) AS unclear,
    CAST(round(sum(people - seen - least(greatest(people - seen, 0), bare_views))) AS bigint) AS unseen,
    round(1e2 * sum(people - seen - least(greatest(people - seen, 0), bare_views)) / NULLIF(sum(people), 0), 1) AS unseen_share,
    CAST(sum(bare_requests) AS bigint) AS hits_without_address
FROM (
    SELECT
        local_day, agent, max(is_aged) AS is_aged,
        count_if(address IS NOT NULL AND requests > 0) AS people,
        sum(CASE WHEN address IS NOT NULL AND requests > 0 AND events > 0 THEN weight ELSE 0 END) AS seen,
        sum(CASE WHEN address IS NULL THEN views ELSE 0 END) AS bare_views,
        sum(CASE WHEN address IS NULL THEN requests ELSE 0 END) AS bare_requests
    FROM (
        SELECT
            local_day, agent, address, max(is_aged) AS is_aged,
            sum(requests) AS requests, sum(events) AS events, sum(views) AS views, min(weight) AS weight
        FROM (
            SELECT local_day, agent, address, 0 AS is_aged, requests, 0 AS events, 0 AS views, NULL AS weight
            FROM asked_pages
            WHERE kind = 'person'
            UNION ALL
            SELECT
                local_day, agent, address, max(is_aged) AS is_aged, 0 AS requests,
                count(*) AS events, sum(CASE WHEN eventtype = 'page_view' THEN weight ELSE 0 END) AS views, min(weight) AS weight
            FROM scripted
            GROUP BY local_day, agent, address
        ) AS both
        GROUP BY local_day, agent, address
    ) AS senders
    GROUP BY local_day, agent
) AS agents
GROUP BY local_day
HAVING max(is_aged) = 0 AND (sum(people) > 0 OR sum(bare_requests) > 0)
ORDER BY local_day
