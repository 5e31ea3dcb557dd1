"""A tenant's table of its access logs on Athena: CloudFront's 33 fields over the files below `access/`."""

from __future__ import annotations

from chalicelib.access_logs.fields import FIELDS, HEADER_LINES
from chalicelib.prefixes import ACCESS, RECORDS
from sluice.project.config import Stage


def has_logs(stage: Stage, bucket: str) -> bool:
    """Whether the stage has distributions whose logs are this tenant's."""
    return any(allow.distributions for allow in stage.allow if stage.bucket(allow) == bucket)


def statement(raw: str, bucket: str, name: str) -> str:
    """The table next to the raw one, which this statement makes: the same days, in the same form, below `access/`."""
    declared = ",\n".join(f"  `{field.column}` {field.type}" for field in FIELDS)
    partitions = raw.partition("PARTITIONED BY ")[2].partition("\n")[0]
    properties = raw.partition("TBLPROPERTIES (\n")[2].replace(f"/{RECORDS.path}", f"/{ACCESS.path}")
    return (
        f"CREATE EXTERNAL TABLE IF NOT EXISTS {name} (\n{declared}\n)\n"
        f"PARTITIONED BY {partitions}\n"
        "ROW FORMAT DELIMITED FIELDS TERMINATED BY '\\t'\n"
        f"LOCATION 's3://{bucket}/{ACCESS.path}'\n"
        f"TBLPROPERTIES (\n  'skip.header.line.count' = '{HEADER_LINES}',\n{properties}"
    )
