"""What a stage of sluice.toml says that asks for every optional job."""

from __future__ import annotations

from typing import Any

EVERY_JOB: dict[str, Any] = {"doctor_schedule": "cron(0 6 * * ? *)", "alarm_email": "ops@shop.example"}
