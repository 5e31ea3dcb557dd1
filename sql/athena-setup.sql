-- One tenant's lake in Athena: a database, two tables over the tenant's own bucket, and the view that everybody asks.
--
-- `sluice athena setup` fills this in and prints it, and runs it with --apply. By hand: replace YOUR-BUCKET-NAME and
-- TABLE_NAME everywhere, and run the statements one at a time, in this order. All of them can be run again.
-- The columns follow from the type of the record, which is why every name is quoted.

CREATE DATABASE IF NOT EXISTS sluice;

-- The records as they were stored, one JSON object each. Partitions are computed from the ranges below, so that no day has to
-- be registered: from 1995, before which no web server wrote a log of today's form, to this year; a year outside the range
-- cannot be seen. A query names its days all the same: each day that it does not rule out costs a listing.
-- A line that is not JSON becomes a row of NULLs, so every query of this table says WHERE eventid IS NOT NULL.
CREATE EXTERNAL TABLE IF NOT EXISTS sluice.TABLE_NAME_raw (
  `eventid` string,
  `eventtype` string,
  `timestamp` string,
  `servertimestamp` string,
  `page` string,
  `sessionid` string,
  `userid` string,
  `ip` string,
  `visitorid` string,
  `location` struct<country:string,region:string,city:string>,
  `device` struct<device_type:string,browser:string,os:string>,
  `isbot` boolean,
  `viewport` struct<width:int,height:int>,
  `referrer` string,
  `utm` struct<source:string,medium:string,campaign:string,term:string,content:string>,
  `fromwebsite` string,
  `useragent` string,
  `metadata` string,
  `sequence` int,
  `clickid` string,
  `consent` struct<level:string,signal:string>,
  `sampleweight` double
)
PARTITIONED BY (`year` string, `month` string, `day` string)
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
WITH SERDEPROPERTIES ('ignore.malformed.json' = 'true')
LOCATION 's3://YOUR-BUCKET-NAME/analytics/'
TBLPROPERTIES (
  'projection.enabled' = 'true',
  'projection.year.type' = 'date',
  'projection.year.format' = 'yyyy',
  'projection.year.range' = '1995,NOW',
  'projection.year.interval' = '1',
  'projection.year.interval.unit' = 'YEARS',
  'projection.month.type' = 'integer',
  'projection.month.range' = '1,12',
  'projection.month.digits' = '2',
  'projection.day.type' = 'integer',
  'projection.day.range' = '1,31',
  'projection.day.digits' = '2',
  'storage.location.template' = 's3://YOUR-BUCKET-NAME/analytics/year=${year}/month=${month}/day=${day}/'
);

-- The closed days, one Parquet object each, without copies. Only a day that is over is compacted, hence NOW.
CREATE EXTERNAL TABLE IF NOT EXISTS sluice.TABLE_NAME_compacted (
  `eventid` string,
  `eventtype` string,
  `timestamp` string,
  `servertimestamp` string,
  `page` string,
  `sessionid` string,
  `userid` string,
  `ip` string,
  `visitorid` string,
  `location` struct<country:string,region:string,city:string>,
  `device` struct<device_type:string,browser:string,os:string>,
  `isbot` boolean,
  `viewport` struct<width:int,height:int>,
  `referrer` string,
  `utm` struct<source:string,medium:string,campaign:string,term:string,content:string>,
  `fromwebsite` string,
  `useragent` string,
  `metadata` string,
  `sequence` int,
  `clickid` string,
  `consent` struct<level:string,signal:string>,
  `sampleweight` double
)
PARTITIONED BY (`dt` string)
STORED AS PARQUET
LOCATION 's3://YOUR-BUCKET-NAME/compacted/'
TBLPROPERTIES (
  'projection.enabled' = 'true',
  'projection.dt.type' = 'date',
  'projection.dt.format' = 'yyyy-MM-dd',
  'projection.dt.range' = '1995-01-01,NOW',
  'storage.location.template' = 's3://YOUR-BUCKET-NAME/compacted/dt=${dt}/'
);

-- Every event once: the days up to the watermark from Parquet, those after it from the raw objects, the first copy of each.
-- The watermark is a literal, and the only date in the view, so that it prunes partitions while the query is planned; the
-- compaction moves it. Here it is before all days: everything is read raw. `year >=` says again what the comparison of whole
-- days says, in the form that leaves out years before they are listed. The copies are counted within year, month and day,
-- because only what the window is partitioned by lets a reader's `dt BETWEEN` through to the table.
CREATE OR REPLACE VIEW sluice.TABLE_NAME AS
SELECT
  "eventid", "eventtype", "timestamp", "servertimestamp", "page", "sessionid", "userid", "ip", "visitorid",
  "location", "device", "isbot", "viewport", "referrer", "utm", "fromwebsite", "useragent", "metadata",
  "sequence", "clickid", "consent", "sampleweight",
  substr(dt, 1, 4) AS year, substr(dt, 6, 2) AS month, substr(dt, 9, 2) AS day,
  dt
FROM sluice.TABLE_NAME_compacted
WHERE dt <= '0001-01-01'
UNION ALL
SELECT
  "eventid", "eventtype", "timestamp", "servertimestamp", "page", "sessionid", "userid", "ip", "visitorid",
  "location", "device", "isbot", "viewport", "referrer", "utm", "fromwebsite", "useragent", "metadata",
  "sequence", "clickid", "consent", "sampleweight",
  year, month, day,
  concat(year, '-', month, '-', day) AS dt
FROM (
  SELECT
    "eventid", "eventtype", "timestamp", "servertimestamp", "page", "sessionid", "userid", "ip", "visitorid",
    "location", "device", "isbot", "viewport", "referrer", "utm", "fromwebsite", "useragent", "metadata",
    "sequence", "clickid", "consent", "sampleweight",
    year, month, day,
    row_number() OVER (PARTITION BY year, month, day, eventid ORDER BY servertimestamp, "timestamp", page) AS copy
  FROM sluice.TABLE_NAME_raw
  WHERE eventid IS NOT NULL
    AND year >= substr('0001-01-01', 1, 4)
    AND concat(year, '-', month, '-', day) > '0001-01-01'
)
WHERE copy = 1;
