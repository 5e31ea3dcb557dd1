"""Which engine answers the dashboard, and the variables that pass the choice to its server."""

from __future__ import annotations

STAGE, ENGINE = "SLUICE_DASHBOARD_STAGE", "SLUICE_DASHBOARD_ENGINE"
# DuckDB here of the mirrors, or Athena of the buckets.
ENGINES = DUCKDB, ATHENA = "duckdb", "athena"
