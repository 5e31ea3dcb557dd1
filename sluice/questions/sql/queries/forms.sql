-- title: Forms
-- answers: In how many visits each form was started, sent (after that, or without a start that was seen), and abandoned; and
-- answers: which share of the visits that came to it sent it (in percent). form is metadata.form of form_start and form_submit.
-- param: limit integer = 20
SELECT
    form,
    counted(weight) AS visits,
    counted(CASE WHEN started IS NOT NULL THEN weight END) AS started,
    counted(CASE WHEN sent IS NOT NULL THEN weight END) AS sent,
    counted(CASE WHEN started IS NOT NULL AND (sent IS NULL OR sent < started) THEN weight END) AS abandoned,
    round(1e2 * sum(CASE WHEN sent IS NOT NULL THEN weight ELSE 0 END) / sum(weight), 1) AS sent_share
FROM (
    SELECT
        visit,
        form,
        min(weight) AS weight,
        min(unit) AS unit,
        max(CASE WHEN eventtype = 'form_start' THEN turn END) AS started,
        max(CASE WHEN eventtype = 'form_submit' THEN turn END) AS sent
    FROM (
        SELECT visit, eventtype, turn, weight, unit, COALESCE(json_extract_scalar(metadata, '$.form'), '(none)') AS form
        FROM visit_hits
        WHERE eventtype IN ('form_start', 'form_submit')
    ) AS touched
    GROUP BY visit, form
) AS filled
GROUP BY form
ORDER BY visits DESC, form
LIMIT :limit
