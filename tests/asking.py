"""What a stage of sluice.toml says that asks for every optional job."""

from __future__ import annotations

from typing import Any

from sluice.project.config import Allow

# An entry that asks for access logs.
LOGGED = Allow("cdn-analytics", distributions=("E1ABC2DEF3GHIJ",))
EVERY_JOB: dict[str, Any] = {
    "doctor_schedule": "cron(0 6 * * ? *)",
    "alarm_email": "ops@shop.example",
    "export_logs": True,
}
