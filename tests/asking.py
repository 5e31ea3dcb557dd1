"""What a stage of sluice.toml says that asks for every optional job."""

from __future__ import annotations

from typing import Any

from sluice.project.config import Allow
from sluice.project.stages import Report, Stream

# An entry that asks for access logs, and for reports.
LOGGED = Allow("cdn-analytics", distributions=("E1ABC2DEF3GHIJ",), report=Report(to=("ann@shop.example",)))
EVERY_JOB: dict[str, Any] = {
    "doctor_schedule": "cron(0 6 * * ? *)",
    "alarm_email": "ops@shop.example",
    "mail_from": "Sluice <reports@shop.example>",
    "export_logs": True,
    "stream": Stream(),
}
