-- title: Latest visits
-- answers: The visits of the range that began last: where each came from, what it began and ended with, its location and
-- answers: device; for one visitor, session or user (person = its id) or for all.
-- param: person text =
-- param: limit integer = 50
SELECT
    visit,
    date_format(started, '%Y-%m-%dT%H:%i:%sZ') AS began,
    CAST(round(seconds) AS bigint) AS seconds,
    events,
    page_views,
    entry_page,
    exit_page,
    channel,
    source,
    country,
    device_type AS device,
    browser,
    userid AS user_id
FROM visits
WHERE :person = '' OR visitorid = :person OR sessionid = :person OR userid = :person
ORDER BY started DESC, visit
LIMIT :limit
