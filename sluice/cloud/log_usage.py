"""How much of each service CloudFront's log files use on their way to their tenants, and where they are kept."""

from __future__ import annotations

import msgspec

from chalicelib.prefixes import ACCESS
from sluice.cloud.month import GB, HOURS, NIGHTS, Quantities


class Access(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What CloudFront writes of a view, what moving one of its files uses, and what a tenant's night uses."""

    requests_of_view: int
    files_of_hour: int
    puts_of_file: int
    lists_of_file: int
    gets_of_file: int
    salts_of_file: int
    log_bytes_of_file: int
    move_ms: float
    move_ms_of_line: float
    move_mb: int
    line_bytes: int
    lists_of_night: int
    gets_of_night: int
    puts_of_night: int
    compact_ms: float
    compact_mb: int


def of_access_logs(views: int, tenants: int, access: Access, core_mb: int) -> Quantities:
    """What so many views of the tenants' sites use, each from a distribution of its tenant; nothing where there are none."""
    if not views:
        return {}
    lines = views * access.requests_of_view
    files = min(lines, tenants * HOURS * access.files_of_hour)
    core = min(1, access.move_mb / core_mb)
    seconds = (files * access.move_ms + lines * access.move_ms_of_line / core) / 1000
    nights = tenants * NIGHTS
    return {
        "events": files,
        "lambda_requests": files + nights,
        "lambda_duration": access.move_mb / 1024 * seconds
        + access.compact_mb / 1024 * nights * access.compact_ms / 1000,
        "s3_put": files * access.puts_of_file + nights * access.puts_of_night,
        "s3_list": files * access.lists_of_file + nights * access.lists_of_night,
        "s3_get": files * (access.gets_of_file + 1) + nights * access.gets_of_night,
        "nights": nights,
        "s3_storage": lines * access.line_bytes / GB * (ACCESS.days or 0) / NIGHTS,
        "salts": files * access.salts_of_file,
        "logs": files * access.log_bytes_of_file / GB,
    }
