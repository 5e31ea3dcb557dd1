-- title: Events as they are stored
-- answers: The newest events of the range, with all that is known about them; for one event type (event) or for all, or
-- answers: only those with a text (contains) in their page, referrer, user, session, user agent or metadata.
-- param: event text =
-- param: contains text =
-- param: limit integer = 100
SELECT
    stamp AS happened,
    eventtype AS event_type,
    page,
    referrer,
    location.country AS country,
    device.device_type AS device,
    device.browser AS browser,
    isbot AS bot,
    visitorid AS visitor,
    sessionid AS session,
    userid AS user_id,
    metadata,
    useragent AS user_agent,
    eventid AS event_id
FROM hits
WHERE (:event = '' OR eventtype = :event)
  AND (
      :contains = ''
      OR strpos(
          lower(concat_ws(chr(10), page, referrer, userid, sessionid, useragent, metadata)), lower(:contains)
      ) > 0
  )
ORDER BY turn DESC
LIMIT :limit
