"""The stage's table of its own log on Athena: `api_events` over the export, which questions to the log read.

It is made through Glue: a statement would need a workgroup whose answers the operator may write.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from chalicelib.prefixes import LOGS
from chalicelib.service_logs.fields import KEPT, TABLE
from sluice.project import stage_own
from sluice.project.config import Stage

FIRST_YEAR = 2026  # before it no stage exported anything
_DATES = {
    **{"year.type": "date", "year.format": "yyyy", "year.range": f"{FIRST_YEAR},NOW", "year.interval": "1"},
    **{"year.interval.unit": "YEARS", "month.type": "integer", "month.range": "1,12", "month.digits": "2"},
    **{"day.type": "integer", "day.range": "1,31", "day.digits": "2"},
}


def table(stage: Stage) -> dict[str, Any]:
    """The table, as Glue takes it: the kept fields of a line, by days whose folders are computed."""
    place = f"s3://{stage_own.bucket(stage)}/{LOGS.path}"
    return {
        "Name": TABLE,
        "TableType": "EXTERNAL_TABLE",
        "PartitionKeys": [{"Name": name, "Type": "string"} for name in ("year", "month", "day")],
        "Parameters": {
            "EXTERNAL": "TRUE",
            "projection.enabled": "true",
            **{f"projection.{name}": value for name, value in _DATES.items()},
            "storage.location.template": f"{place}${{year}}/${{month}}/${{day}}/",
        },
        "StorageDescriptor": {
            "Columns": [{"Name": field.column, "Type": field.type} for field in KEPT],
            "Location": place,
            "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
            "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
            "SerdeInfo": {
                "SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe",
                "Parameters": {"ignore.malformed.json": "true"},
            },
        },
    }


def make(stage: Stage, glue: Any) -> None:
    """Make the table, or bring it up to date; the database, too, where no tenant's setup has made it. Raises what AWS refuses."""
    with suppress(glue.exceptions.AlreadyExistsException):
        glue.create_database(DatabaseInput={"Name": stage.database})
    try:
        glue.create_table(DatabaseName=stage.database, TableInput=table(stage))
    except glue.exceptions.AlreadyExistsException:
        glue.update_table(DatabaseName=stage.database, TableInput=table(stage))
