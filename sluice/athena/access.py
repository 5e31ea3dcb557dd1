"""A tenant's tables of its access logs on Athena: CloudFront's 33 fields, raw and compacted, and the view over both."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from datetime import date

from chalicelib.access_logs.fields import FIELDS, HEADER_LINES
from chalicelib.access_logs.requests import REQUESTS
from chalicelib.lake.kinds import EVENTS
from sluice.project.config import Stage


def has_logs(stage: Stage, bucket: str) -> bool:
    """Whether the stage has distributions whose logs are this tenant's."""
    return any(allow.distributions for allow in stage.allow if stage.bucket(allow) == bucket)


def statements(events: Sequence[str], bucket: str, name: str, mark: date) -> list[str]:
    """The raw table, the compacted table and the view `name`: the same days, in the same form, as those of events.

    `events` are the statements that make those.
    """
    _, raw, compacted, _ = events
    declared = ",\n".join(f"  `{field.column}` {field.type}" for field in FIELDS)
    return [
        f"CREATE EXTERNAL TABLE IF NOT EXISTS {name}_raw (\n{declared}\n)\n"
        f"PARTITIONED BY {_partitions(raw)}\n"
        "ROW FORMAT DELIMITED FIELDS TERMINATED BY '\\t'\n"
        f"LOCATION 's3://{bucket}/{REQUESTS.raw.path}'\n"
        f"TBLPROPERTIES (\n  'skip.header.line.count' = '{HEADER_LINES}',\n"
        + _properties(raw, EVENTS.raw.path, REQUESTS.raw.path),
        f"CREATE EXTERNAL TABLE IF NOT EXISTS {name}_compacted (\n{declared}\n)\n"
        f"PARTITIONED BY {_partitions(compacted)}\n"
        "STORED AS PARQUET\n"
        f"LOCATION 's3://{bucket}/{REQUESTS.compacted.path}'\n"
        "TBLPROPERTIES (\n" + _properties(compacted, EVENTS.compacted.path, REQUESTS.compacted.path),
        _view(name, mark),
    ]


def _view(name: str, mark: date) -> str:
    """Every request once: the days up to the watermark from Parquet, those after it from the files.

    The watermark is the only date in it, as in the view of events, and moves as that one does.
    """
    listed = textwrap.fill(
        ", ".join(f'"{field.column}"' for field in FIELDS), 110, initial_indent="  ", subsequent_indent="  "
    )
    return (
        f"CREATE OR REPLACE VIEW {name} AS\n"
        f"SELECT\n{listed},\n"
        "  substr(dt, 1, 4) AS year, substr(dt, 6, 2) AS month, substr(dt, 9, 2) AS day,\n  dt\n"
        f"FROM {name}_compacted\nWHERE dt <= '{mark}'\n"
        "UNION ALL\n"
        f"SELECT\n{listed},\n  year, month, day,\n  concat(year, '-', month, '-', day) AS dt\n"
        f"FROM {name}_raw\n"
        f"WHERE year >= substr('{mark}', 1, 4)\n  AND concat(year, '-', month, '-', day) > '{mark}'"
    )


def _partitions(statement: str) -> str:
    return statement.partition("PARTITIONED BY ")[2].partition("\n")[0]


def _properties(statement: str, theirs: str, ours: str) -> str:
    return statement.partition("TBLPROPERTIES (\n")[2].replace(f"/{theirs}", f"/{ours}")
