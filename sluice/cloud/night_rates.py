"""What the scheduled jobs use, as prices.toml has it."""

from __future__ import annotations

import msgspec


class Nights(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the jobs use: each hour, each night, for each tenant's look, and for each tenant's day that is compacted."""

    states_of_night: int
    states_of_day: int
    lists_of_look: int
    gets_of_look: int
    lists_of_day: int
    months_kept: int
    gets_of_day: int
    puts_of_day: int
    glue_of_day: int
    reads_of_hour: float
    deletes_of_night: int
    log_bytes_of_hour: int
    log_bytes_of_night: int
    log_bytes_of_day: int
    forget_ms: float
    plan_ms: float
    plan_ms_of_tenant: float
    compact_ms: float
    compact_ms_of_object: float
    compact_mb: int
    compact_disk_gb: float
    puts_of_export: int
    lists_of_export: int
    log_bytes_of_export: int
    export_ms: float
    export_ms_of_line: float
    export_mb: int
    export_bytes: float
