"""What is checked of the logs: that each is encrypted and kept as sluice.toml says, and that the gateway may write its own."""

from __future__ import annotations

from collections.abc import Callable

from sluice.doctor.findings import Seen
from sluice.doctor.subject import Service


def _key(service: Service) -> Seen:
    stage, wrong = service.stage, []
    for name in (*(stage.log_group(job.role) for job in stage.jobs), stage.access_log):
        found = service.ask("logs", "describe_log_groups", logGroupNamePrefix=name) or {}
        keys = [one.get("kmsKeyId") for one in found.get("logGroups", []) if one["logGroupName"] == name]
        wrong += [f"{name}: {key or 'none'}" for key in keys if key != stage.kms_key]
    if wrong:
        said = f"{', '.join(wrong)}; sluice.toml says {stage.kms_key or 'none'}"
        return Seen("fault", said, f"sluice sync; {service.deploy}")
    return Seen("ok", stage.kms_key or "none is asked for")


def _retention(service: Service) -> Seen:
    stage, wrong = service.stage, []
    for name in (*(stage.log_group(job.role) for job in stage.jobs), stage.access_log):
        found = service.ask("logs", "describe_log_groups", logGroupNamePrefix=name) or {}
        days = [one.get("retentionInDays") for one in found.get("logGroups", []) if one["logGroupName"] == name]
        wrong += [f"{name}: {number or 'for ever'}" for number in days if number != stage.log_retention]
    if wrong:
        return Seen("fault", f"{', '.join(wrong)}; sluice.toml says {stage.log_retention} days", service.deploy)
    return Seen("ok", f"{stage.log_retention} days")


def _gateway(service: Service) -> Seen:
    role = (service.ask("apigateway", "get_account") or {}).get("cloudwatchRoleArn")
    if role:
        return Seen("ok", role)
    fix = f"gateway_account = true in one stage of this account and region; sluice sync; {service.deploy}"
    return Seen("fault", "API Gateway has no role to write logs by in this account and region", fix)


CHECKS: dict[str, Callable[[Service], Seen]] = {"logs key": _key, "log retention": _retention, "access log": _gateway}
