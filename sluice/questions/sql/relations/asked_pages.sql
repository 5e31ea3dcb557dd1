-- The requests for pages in the tenant's access logs, how many of each, and who asked: agent, kind and name are those of agents.
-- A page is what requests calls one, if the log says that it was HTML, or nothing. page is its path without a final slash or
-- index.html, and with the browser's escapes alone: CloudFront escapes them once more.
SELECT
    c.local_day,
    c.site,
    shown_page(c.stem) AS page,
    c.address,
    a.agent,
    a.kind,
    a.name,
    c.requests
FROM (
    SELECT
        local_day,
        NULLIF(site, '-') AS site,
        CASE
            WHEN cs_uri_stem LIKE '%\%25%' ESCAPE '\' THEN regexp_replace(cs_uri_stem, '%25([0-9A-Fa-f][0-9A-Fa-f])', '%$1')
            ELSE cs_uri_stem
        END AS stem,
        address,
        COALESCE(cs_user_agent, '-') AS cs_user_agent,
        count(*) AS requests
    FROM requests
    WHERE is_page AND (
        sc_content_type IS NULL OR sc_content_type = '-' OR regexp_like(sc_content_type, '(?i)^(?:text/html|application/xhtml)')
    )
    GROUP BY local_day, site, cs_uri_stem, address, cs_user_agent
) AS c
JOIN agents AS a ON a.cs_user_agent = c.cs_user_agent
