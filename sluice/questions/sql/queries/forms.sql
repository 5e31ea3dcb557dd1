-- title: Forms
-- answers: In how many visits each form was started, sent (after that, or without a start that was seen), and abandoned; and
-- answers: which share of the visits that came to it sent it (in percent). form is metadata.form of form_start and form_submit.
-- param: limit integer = 20
SELECT
    form,
    count(*) AS visits,
    count_if(started IS NOT NULL) AS started,
    count_if(sent IS NOT NULL) AS sent,
    count_if(started IS NOT NULL AND (sent IS NULL OR sent < started)) AS abandoned,
    round(1e2 * count_if(sent IS NOT NULL) / count(*), 1) AS sent_share
FROM (
    SELECT
        visit,
        form,
        max(CASE WHEN eventtype = 'form_start' THEN turn END) AS started,
        max(CASE WHEN eventtype = 'form_submit' THEN turn END) AS sent
    FROM (
        SELECT visit, eventtype, turn, COALESCE(json_extract_scalar(metadata, '$.form'), '(none)') AS form
        FROM visit_hits
        WHERE eventtype IN ('form_start', 'form_submit')
    ) AS touched
    GROUP BY visit, form
) AS filled
GROUP BY form
ORDER BY visits DESC, form
LIMIT :limit
