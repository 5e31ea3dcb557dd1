-- When each visit near the range begins and ends, and what its events say about it, one row per visit: half hours of one
-- visitkey with less than 30 minutes between the last event of one and the first of the next. opening is the second of the epoch
-- in which the visit began: together with visitkey it identifies the visit. The other columns are those of halves, for
-- the whole visit.
-- source is the brand of utm_source, else of the referrer's host, else of the advertising id; without a brand the name or the host
-- itself. A referrer on the page's own host does not count. brands has the brands; a host that calls itself a search, mail or
-- Mastodon is what it says. channel is the first line below that holds; docs/querying.md has the lines as a table.
SELECT
    visitkey, opening, dt, began, ended, events, page_views, actions, weight, weighted_views, first_page, referrer, utm, clickid, clicked, location,
    device, visitorid, sessionid, userid, entry, leaving, source, medium, campaign,
    CASE
        -- | the campaign's name has `cross-network` in it | |
        WHEN regexp_like(lower(campaign), 'cross-network') THEN 'Cross-network'
        -- | *paid*, and from a shop, or the campaign's name has `shop` (not behind a-d or f-z) or `shopping` in it | |
        WHEN is_paid AND (kind = 'shop' OR is_shopping) THEN 'Paid Shopping'
        -- | *paid*, and from a search engine | |
        WHEN is_paid AND kind = 'search' THEN 'Paid Search'
        -- | *paid*, and from a social site | |
        WHEN is_paid AND kind = 'social' THEN 'Paid Social'
        -- | *paid*, and from a video site | |
        WHEN is_paid AND kind = 'video' THEN 'Paid Video'
        -- | medium `display`, `banner`, `expandable`, `interstitial`, `cpm`, or from an advertising network | a network's host and `dclid` too: they show nothing else |
        WHEN kind = 'display' OR regexp_like(medium, '^(display|banner|expandable|interstitial|cpm)\z') THEN 'Display'
        -- | any other that is *paid* | |
        WHEN is_paid THEN 'Paid Other'
        -- | from an AI assistant | not in GA4's list, which has them under Referral or Unassigned |
        WHEN kind = 'ai' THEN 'AI Assistants'
        -- | from a shop, or the campaign's name as above | |
        WHEN kind = 'shop' OR is_shopping THEN 'Organic Shopping'
        -- | from a social site, or medium `sm` or with `social` in it | GA4 lists six spellings; `organic_social` and others mean the same |
        WHEN kind = 'social' OR regexp_like(medium, 'social|^sm$') THEN 'Organic Social'
        -- | from a video site, or medium with `video` in it | |
        WHEN kind = 'video' OR regexp_like(medium, 'video') THEN 'Organic Video'
        -- | from a search engine, or medium `organic` | |
        WHEN kind = 'search' OR medium = 'organic' THEN 'Organic Search'
        -- | from a mailbox, source or medium `email`, `e-mail`, `e_mail`, `e mail`, or medium that begins so or has `newsletter` in it | mailboxes and newsletters too: GA4 has gmail under search, and knows no newsletter |
        WHEN kind = 'mail' OR regexp_like(medium, '^e[ _-]?mail|newsletter') THEN 'Email'
        -- | medium that begins with `affiliate` | GA4 takes the word alone; `affiliates` means the same |
        WHEN regexp_like(medium, '^affiliate') THEN 'Affiliates'
        -- | medium `referral`, `app`, `link`, or any other host, without a utm_source and a medium | GA4 makes the medium of a host `referral` before it looks |
        WHEN medium IN ('referral', 'app', 'link') OR (is_referred AND medium IS NULL) THEN 'Referral'
        -- | medium `audio` | |
        WHEN medium = 'audio' THEN 'Audio'
        -- | source or medium `sms` | |
        WHEN source = 'sms' OR medium = 'sms' THEN 'SMS'
        -- | medium that ends with `push` or has `mobile` or `notification` in it, or source `firebase` | |
        WHEN regexp_like(medium, 'push\z|mobile|notification') OR source = 'firebase' THEN 'Mobile Push Notifications'
        -- | nothing is known: no source, medium and campaign | GA4 wants the source `(direct)`, which it writes itself |
        WHEN source IS NULL AND medium IS NULL AND campaign IS NULL THEN 'Direct'
        -- | any other: a campaign of which no line above holds | GA4's own word |
        ELSE 'Unassigned'
    END AS channel
FROM (
    SELECT
        *,
        regexp_like(lower(campaign), '(^|[^a-df-z])shop|shopping') AS is_shopping,
        COALESCE(NULLIF(split_part(brand, chr(9), 2), ''), said) AS source,
        CASE
            WHEN brand IS NOT NULL THEN split_part(brand, chr(9), 1)
            WHEN regexp_like(
                said,
                '(^|[.])(([a-z0-9]+-)?(search|suche|szukaj|busca|buscador|recherche|pesquisa|ricerca|hledani|poisk|zoek|sok|arama)[0-9]*(-[a-z0-9]+)?[.][^.]+|(search|suche|busca|cherche|recherche|ricerc)[a-z0-9-]*[.][^.]{4,})[.]|(^|[.])([a-z0-9-]*[^e.])?search[.]((com?[.])?[a-z]{2}|[a-z]{3,4})\z'
            ) THEN 'search'
            WHEN regexp_like(said, '[.]social\z|^social[.]|(todon|mstdn|pixelfed|misskey|lemmy|pleroma|friendica)[a-z0-9-]*[.]') THEN 'social'
        END AS kind
    FROM (
        SELECT
            s.*,
            -- Not joined: a question that asks for no source reads nothing for it.
            COALESCE(
                element_at(listed.brands, s.name),
                element_at(listed.brands, NULLIF(regexp_extract(s.name, '[^.]+[.][^.]+[.][^.]+\z'), '')),
                CASE WHEN regexp_like(s.said, '(^|[.])(web|e-?)?mail[0-9]*[.][^.]+[.]') THEN 'mail' END,
                element_at(listed.brands, NULLIF(regexp_extract(s.name, '[^.]+[.][^.]+\z'), ''))
            ) AS brand
        FROM (
            SELECT *, regexp_replace(said, '(^|[.])(aliexpress|altavista|amazon|aol|baidu|bing|blogspot|ebay|exalead|excite|galaxus|ggoogle|glassdoor|gmx|goggle|gogle|gogole|googe|googel|google|googlee|goolge|gooogle|gppgle|habbo|hotbot|hotmail|idealo|ixquick|izito|kaufland|kelkoo|lastfm|lazada|lycos|mercadolibre|msn|myheritage|pinterest|pricerunner|rakuten|shein|shopee|shopzilla|tripadvisor|vinted|walmart|yahoo|yandex|yelp|zalando|zapmeta|zapmetasearch|zoho)[.](com|(com?[.])?[a-z]{2})\z', '$1$2.*') AS name
            FROM (
                SELECT
                    *,
                    utm_source IS NULL AND host IS NOT NULL AS is_referred,
                    -- An advertising id is of a paid click, but for Meta's, which is on every link from there.
                    (medium IS NOT NULL AND regexp_like(medium, 'cp|^(ppc|ads?|sem|retargeting|remarketing)$|(^|[^a-z])paid'))
                        OR COALESCE(advertised, 'fbclid') NOT IN ('fbclid', 'instagram') AS is_paid,
                    COALESCE(regexp_replace(utm_source, '^www[.]', ''), host, advertised) AS said
                FROM (
                    SELECT
                        *,
                        NULLIF(regexp_replace(campaign_said, '^[\t-\r ]+|[\t-\r ]+\z', ''), '') AS campaign,
                        -- What GA4 writes where it knows nothing. DuckDB makes a join of a longer IN, and then reads what is not asked for.
                        NULLIF(regexp_replace(regexp_replace(source_said, '^[\t-\r ]+|[\t-\r ]+\z', ''), '^([(](direct|none|not set)[)]|direct)\z', ''), '') AS utm_source,
                        NULLIF(regexp_replace(regexp_replace(medium_said, '^[\t-\r ]+|[\t-\r ]+\z', ''), '^[(](none|not set)[)]\z', ''), '') AS medium,
                        CASE
                            WHEN referred LIKE '%://%' THEN NULLIF(
                                NULLIF(regexp_extract(lower(referred), '^[a-z][a-z0-9+.-]*://([^/?#@]*@)?(www[.])?([^/:?#]+)', 3), ''),
                                COALESCE(
                                    NULLIF(regexp_extract(lower(landing), '^[a-z][a-z0-9+.-]*://([^/?#@]*@)?(www[.])?([^/:?#]+)', 3), ''),
                                    ''
                                )
                            )
                        END AS host
                    FROM (
                        SELECT
                            *, lower(utm.source) AS source_said, lower(utm.medium) AS medium_said, utm.campaign AS campaign_said,
                            referrer AS referred, first_page AS landing, NULLIF(clickid, '') AS advertised
                        FROM (
                            SELECT
                                visitkey,
                                opening,
                                min(dt) AS dt,
                                min(began) AS began,
                                max(ended) AS ended,
                                CAST(sum(events) AS bigint) AS events,
                                CAST(sum(page_views) AS bigint) AS page_views,
                                CAST(sum(actions) AS bigint) AS actions,
                                min(weight) AS weight,
                                sum(weighted_views) AS weighted_views,
                                min_by(first_page, began) AS first_page,
                                min_by(referrer, began) AS referrer,
                                min_by(utm, began) AS utm,
                                min_by(clickid, began) AS clickid,
                                array_join(array_agg(NULLIF(clicked, '') ORDER BY began), chr(10)) AS clicked,
                                min_by(location, began) AS location,
                                min_by(device, began) AS device,
                                min_by(visitorid, began) AS visitorid,
                                min_by(sessionid, began) AS sessionid,
                                max(userid) AS userid,
                                min(entry) AS entry,
                                max(leaving) AS leaving
                            FROM (
                                SELECT
                                    *,
                                    max(opened) OVER (
                                        PARTITION BY visitkey ORDER BY began ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
                                    ) AS opening
                                FROM (
                                    SELECT
                                        *,
                                        CASE
                                            WHEN began - lag(ended) OVER (PARTITION BY visitkey ORDER BY began) < 1800 THEN NULL
                                            ELSE began
                                        END AS opened
                                    FROM halves
                                ) AS gaps
                            ) AS openings
                            GROUP BY visitkey, opening
                        ) AS grouped
                    ) AS parted
                ) AS trimmed
            ) AS named
        ) AS s
        CROSS JOIN (SELECT map_agg(name, kind || chr(9) || source) AS brands FROM brands) AS listed
    ) AS found
) AS known
