-- The errors in range, one row each: events whose type is error or ends with _error, and requests of a server's log that it
-- answered with a status from 500 to 599.
SELECT *
FROM hits
WHERE eventtype = 'error'
    OR eventtype LIKE '%\_error' ESCAPE '\'
    OR CASE WHEN eventtype = 'request' THEN json_extract_scalar(metadata, '$.status') END LIKE '5__'
