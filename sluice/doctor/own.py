"""What is checked of the stage's own bucket, and of the workgroup whose answers are in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from botocore.exceptions import ClientError

from chalicelib import jobs, prefixes
from chalicelib.access_logs import moving
from chalicelib.access_logs.moving import Outcome
from chalicelib.prefixes import DELIVERED
from sluice.athena import workgroups
from sluice.aws import code
from sluice.cloud import log_delivery
from sluice.doctor import exports, lifecycle, tenant_keys
from sluice.doctor.bucket import CLOSED
from sluice.doctor.findings import Finding, Seen, look
from sluice.doctor.subject import Bucket, Service
from sluice.project import stage_own

# Far longer than Lambda tries.
MOVED_WITHIN = timedelta(days=1)
_ABSENT = {"404", "NoSuchBucket"}
_BY_IAM = "IAM_ALLOWED_PRINCIPALS"
_MOVES_VIEWS = {"ALTER", "DESCRIBE"}


def examine(service: Service, now: datetime) -> Iterator[Finding]:
    """The findings: where the bucket is not there, only that."""
    stage = service.stage
    own = Bucket(stage, stage_own.bucket(stage), stage_own.entry(stage), service.client)
    there = look(own.name, "stage's bucket", partial(_there, own))
    yield there
    if there.verdict != "ok":
        return
    for check, at in {**CLOSED, "ownership": _ownership}.items():
        yield look(own.name, check, partial(at, own))
    if stage_own.takes_logs(stage):
        yield look(own.name, "log delivery", partial(_log_delivery, own))
        yield look(own.name, "log files", partial(_log_files, own, now))
    yield look(own.name, "lifecycle", partial(_lifecycle, own))
    if stage.export_logs:
        yield look(own.name, "log export", partial(exports.seen, own, now))
    for check, seen in tenant_keys.checks(service).items():
        yield look(own.name, check, seen)
    yield look(own.name, "workgroup", partial(_workgroup, service))
    yield look(own.name, "Lake Formation", partial(_lake_formation, service))


def _there(own: Bucket) -> Seen:
    try:
        own.ask("head_bucket")
    except ClientError as error:
        if code(error) not in _ABSENT:
            raise
        return Seen("fault", "there is no such bucket", own.deploy)
    return Seen("ok", "it is there")


def _ownership(own: Bucket) -> Seen:
    wanted, found = log_delivery.ownership(own.stage), own.ownership
    if found == wanted:
        return Seen("ok", wanted)
    said = "CloudFront can put no log file there" if wanted == log_delivery.PREFERRED else "ACLs count"
    return Seen("fault", f"{found or 'not set'} instead of {wanted}: {said}", own.deploy)


def _log_delivery(own: Bucket) -> Seen:
    """Whether the bucket admits CloudFront and nobody else, and S3 says what arrives."""
    found, wanted = log_delivery.admitted(own.ask("get_bucket_acl")), {(log_delivery.CLOUDFRONT, log_delivery.FULL)}
    if others := sorted(found - wanted):
        return Seen("fault", f"its ACL also admits {others[0][0]} ({others[0][1]})", own.deploy)
    if found != wanted:
        return Seen("fault", "its ACL does not admit CloudFront: no log file comes", own.deploy)
    if log_delivery.EVENTS not in own.ask("get_bucket_notification_configuration"):
        return Seen("fault", "S3 sends no events of it to EventBridge: what comes is not moved, and ends", own.deploy)
    return Seen("ok", "CloudFront alone, and its files are moved")


def _log_files(own: Bucket, now: datetime) -> Seen:
    """Whether what CloudFront delivered was moved: a file whose event was lost, or given up, waits for a week."""
    s3, name = own.client("s3", own.stage.region), {"Bucket": own.name, "ExpectedBucketOwner": own.owner}
    listed = s3.list_objects_v2(**name, Prefix=DELIVERED.path).get("Contents", [])
    waiting = [one["Key"] for one in listed if now - one["LastModified"] > MOVED_WITHIN]
    owners = moving.distributions(own.stage.entries)
    for key in waiting:
        if not isinstance(found := moving.addressed(key, owners), Outcome):
            said = f"files wait to be moved, the first is {key}; what waits ends after {DELIVERED.days} days"
            place = f"s3://{own.name}/{DELIVERED.path}"
            return Seen("fault", said, f"sluice access sync --bucket {found[1]} --from {place} --delete")
    if waiting:
        said = f"{len(waiting)} files are of no distribution of sluice.toml, and end; the first is {waiting[0]}"
        return Seen("warning", said, "List the distribution in its tenant's entry, or end its logging")
    return Seen("ok", "none waits")


def _lifecycle(own: Bucket) -> Seen:
    rules = lifecycle.rules(own)
    kept = [one.path for one in prefixes.STAGES if one.days and not lifecycle.ends(rules, one)]
    return Seen("fault", f"kept for ever: {', '.join(kept)}", own.deploy) if kept else Seen("ok", "as generated")


def _workgroup(service: Service) -> Seen:
    wanted = workgroups.of_all(service.stage)
    name, asked = wanted["Name"], service.client("athena", service.stage.region)
    try:
        found = asked.get_work_group(WorkGroup=name).get("WorkGroup")
    except asked.exceptions.InvalidRequestException:
        found = None
    fix = f"sluice athena setup --all --stage {service.stage.name} --apply"
    if not found:
        return Seen("fault", f"there is no workgroup {name}: no question over all tenants can be asked", fix)
    others = sorted(_differing(wanted["Configuration"], found.get("Configuration", {})))
    return Seen("fault", f"{name} has another {', '.join(others)}", fix) if others else Seen("ok", name)


def _lake_formation(service: Service) -> Seen:
    """Whether Lake Formation, where it governs the stage's tables, lets the compactor move the watermark in the views."""
    stage = service.stage
    glue, grants = (service.client(name, stage.region) for name in ("glue", "lakeformation"))
    try:
        database = glue.get_database(Name=stage.database)["Database"]
    except glue.exceptions.EntityNotFoundException:
        return Seen("ok", "there is no database yet")
    # AWS gives each database this one where IAM alone decides.
    defaults = database.get("CreateTableDefaultPermissions") or []
    if any(one["Principal"]["DataLakePrincipalIdentifier"] == _BY_IAM for one in defaults):
        return Seen("ok", "IAM alone decides")
    principal = {"DataLakePrincipalIdentifier": stage.role_arn(jobs.COMPACT.role)}
    tables = {"Table": {"DatabaseName": stage.database, "TableWildcard": {}}}
    listed = grants.list_permissions(Principal=principal, Resource=tables)["PrincipalResourcePermissions"]
    granted = {permission for one in listed for permission in one["Permissions"]}
    if granted >= _MOVES_VIEWS or "ALL" in granted:
        return Seen("ok", "it governs the tables, and lets the compactor move views")
    command = (
        f"aws lakeformation grant-permissions --principal DataLakePrincipalIdentifier={stage.role_arn(jobs.COMPACT.role)} "
        f"--permissions {' '.join(sorted(_MOVES_VIEWS))} --resource '{json.dumps(tables)}'"
    )
    return Seen("fault", "it governs the tables, and the compactor may not move the views' watermark", command)


def _differing(wanted: dict[str, Any], found: dict[str, Any]) -> Iterator[str]:
    """The names of what we set and find otherwise; AWS adds some of its own."""
    for name, value in wanted.items():
        if isinstance(value, dict):
            yield from _differing(value, found.get(name) or {})
        elif found.get(name) != value:
            yield name
