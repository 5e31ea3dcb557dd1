"""How much a question to Athena uses."""

from __future__ import annotations

import msgspec


class Questions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a view of the dashboard asks, and how Athena answers."""

    statements: int
    raw_scans: int
    compacted_days: int
    lists_of_view: int
    lists_of_tenant: int
    gets_of_tenant: int
    raw_days: float
    least_bytes: int
    puts_of_statement: int
    gets_of_statement: int
    glue_of_statement: int
    result_bytes: int
