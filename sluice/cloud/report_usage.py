"""How much of each service reports use: the hourly job, its questions to Athena, its marks, and SES's mails."""

from __future__ import annotations

import msgspec

from chalicelib.anomalies.counts import HISTORY
from chalicelib.anomalies.detector import FORTNIGHT
from sluice.cloud.month import GB, HOURS, NIGHTS, TB, Quantities


class Reports(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a report and a run of the job use."""

    statements: int
    readers: int
    puts: int
    lists: int
    gets: int
    scanned_days: float
    raw_days: float
    seconds: float
    hour_ms: float
    mb: int
    log_bytes: int


class Athena(msgspec.Struct, frozen=True):
    """How Athena answers a statement, as for other questions, and what a day of a tenant's has for it to read."""

    least_bytes: int
    puts_of_statement: int
    gets_of_statement: int
    glue_of_statement: int
    raw_bytes_of_day: float
    raw_objects_of_day: float
    parquet_bytes_of_day: float


def of_alerts(tenants: int, reports: Reports, athena: Athena) -> Quantities:
    """What judging a day each morning uses: one question of a fortnight, and of the days before; emails are rare."""
    asked = 2 * NIGHTS * tenants
    days = tenants * NIGHTS * (FORTNIGHT + HISTORY.days)
    read = reports.raw_days * athena.raw_bytes_of_day + FORTNIGHT * athena.parquet_bytes_of_day
    return {
        "lambda_duration": reports.mb / 1024 * tenants * NIGHTS * reports.seconds / reports.statements * 2,
        "s3_put": asked * athena.puts_of_statement + 3 * NIGHTS * tenants,
        "s3_list": days,
        "s3_get": days + asked * (athena.gets_of_statement + reports.raw_days * athena.raw_objects_of_day / 2),
        "glue": asked * athena.glue_of_statement,
        "athena": asked * max(read, athena.least_bytes) / TB,
    }


def of_reports(number: int, reports: Reports, athena: Athena) -> Quantities:
    """What so many reports a month use; nothing where there are none."""
    if not number:
        return {}
    asked = number * reports.statements
    compacted = reports.scanned_days - reports.raw_days
    read = reports.raw_days * athena.raw_bytes_of_day + compacted * athena.parquet_bytes_of_day
    seconds = number * reports.seconds + HOURS * reports.hour_ms / 1000
    return {
        "lambda_requests": HOURS,
        "lambda_duration": reports.mb / 1024 * seconds,
        "s3_put": number * reports.puts + asked * athena.puts_of_statement,
        "s3_list": number * reports.lists + asked * reports.scanned_days,
        "s3_get": number * reports.gets
        + asked * (athena.gets_of_statement + compacted + reports.raw_days * athena.raw_objects_of_day),
        "glue": asked * athena.glue_of_statement,
        "athena": asked * max(read, athena.least_bytes) / TB,
        "mails": number * reports.readers,
        "logs": number * reports.log_bytes / GB,
        "alarms": 1,
    }
