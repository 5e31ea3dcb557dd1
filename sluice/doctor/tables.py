"""What is checked of any table of DynamoDB from which something has to go for good."""

from __future__ import annotations

from sluice.doctor.findings import Seen
from sluice.doctor.subject import Service


def backups(service: Service, name: str, returning: str) -> Seen:
    """Whether the table has no recovery, by which what went would come back."""
    found = service.ask("dynamodb", "describe_continuous_backups", TableName=name)
    kept = (found or {}).get("ContinuousBackupsDescription", {})
    if kept.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus") != "ENABLED":
        return Seen("ok", "no point-in-time recovery")
    fix = (
        f"aws dynamodb update-continuous-backups --table-name {name} "
        "--point-in-time-recovery-specification PointInTimeRecoveryEnabled=false"
    )
    return Seen("fault", f"point-in-time recovery is on: {returning}", fix)
