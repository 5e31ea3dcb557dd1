-- The events of people in the range, as the requests for pages are compared with them: site is the host of their page, NULL where
-- the page is a path, page its path without a final slash or index.html, address the hash of the client's address, and agent the
-- user agent. is_aged is 1 where that hash was there once, as the visitor's shows, and was taken out with time.
SELECT
    local_day,
    eventtype,
    NULLIF(
        regexp_replace(lower(regexp_extract(sent, '^[A-Za-z]+://([^/?#]+)', 1)), '^www\.|:[0-9]+\z', ''), ''
    ) AS site,
    CASE
        WHEN shown IS NOT NULL THEN COALESCE(
            NULLIF(regexp_extract(shown, '^(?:[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)?([^?#]*)', 1), ''), '/'
        )
    END AS page,
    ip AS address,
    useragent AS agent,
    CASE WHEN ip IS NULL AND visitorid IS NOT NULL THEN 1 ELSE 0 END AS is_aged,
    weight
FROM (
    SELECT local_day, eventtype, page AS sent, shown_page(page) AS shown, ip, visitorid, useragent, weight
    FROM stamped
    WHERE dt BETWEEN :dt_from AND :dt_to AND (:zone = 'UTC' OR (stamp >= :since AND stamp < :before)) AND NOT isbot
) AS people
