-- The requests of the range in the tenant's access logs, one row each, with every field of CloudFront's.
-- dt is the partition's day, in UTC; local_day is the request's day in :zone. is_page says whether somebody was shown a page:
-- not for a file of a page. site is the host that was asked for, and source the host of another site that led there.
-- address is the hash of the client's address, another one each day. A line that is not one of a log is a row of NULLs.
SELECT
    *,
    CASE
        WHEN :zone = 'UTC' THEN dt
        ELSE date_format(from_iso8601_timestamp(stamp) AT TIME ZONE :zone, '%Y-%m-%d')
    END AS local_day,
    cs_method = 'GET'
    AND sc_status IN (200, 304)
    AND NOT regexp_like(
        lower(cs_uri_stem),
        '\.(?:css|js|mjs|map|wasm|webmanifest|json|xml|rss|atom|txt|csv|avif|bmp|gif|ico|jpe?g|png|svg|tiff?|webp|eot|otf|ttf|woff2?|avi|flv|m4[av]|mov|mp[34]|mpe?g|og[agv]|swf|wav|webm|docx?|pdf|pptx?|xlsx?|7z|bz2|dmg|exe|gz|iso|rar|tar|tgz|xz|zip|zst)\z'
    ) AS is_page,
    CASE WHEN referring <> '' AND referring <> site THEN referring END AS source
FROM (
    SELECT
        *,
        concat("date", 'T', "time", '.000Z') AS stamp,
        NULLIF(c_ip, '-') AS address,
        regexp_replace(lower(x_host_header), '^www\.|:[0-9]+\z', '') AS site,
        regexp_replace(lower(regexp_extract(cs_referer, '^[A-Za-z]+://([^/?#]+)', 1)), '^www\.|:[0-9]+\z', '') AS referring
    FROM access
    WHERE dt BETWEEN :dt_from AND :dt_to
) AS dated
WHERE sc_status IS NOT NULL AND (:zone = 'UTC' OR (stamp >= :since AND stamp < :before))
