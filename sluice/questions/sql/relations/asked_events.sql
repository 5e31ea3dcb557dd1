-- The events of the range as they are stored: what a question reads that names `events` itself.
SELECT *
FROM events
WHERE dt BETWEEN :dt_from AND :dt_to
  AND (
      :zone = 'UTC'
      OR CASE WHEN starts_with("timestamp", dt) THEN "timestamp" ELSE servertimestamp END >= :since
      AND CASE WHEN starts_with("timestamp", dt) THEN "timestamp" ELSE servertimestamp END < :before
  )
