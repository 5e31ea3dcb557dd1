"""The audit trail as operators meet it: where a stage's is, and an action that is in it before and after it is done."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from chalicelib.audit import trail
from chalicelib.audit.rows import Head, Verdict
from chalicelib.audit.trail import Place, Trail
from chalicelib.lake.objects import BucketObjects, FolderObjects
from chalicelib.prefixes import TRAIL
from sluice import aws
from sluice.aws import Client
from sluice.errors import SluiceError
from sluice.project import stage_own
from sluice.project.config import Stage

# Below the store's folder; no bucket is called so.
FOLDER, HEADS = ".audit", ".audit-heads"
ASKED, DONE, FAILED = "asked", "done", "failed"


class NoTrail(SluiceError):
    """The stage has no audit trail; the message says how to have one."""


def place(stage: Stage, client: Client = aws.client) -> Place | None:
    """Where the stage's trail is: its bucket, or a folder of a local store; None where it has none."""
    if not stage.is_deployed:
        store = stage_own.root(stage)
        return Place(stage.name, FolderObjects(store / FOLDER), FolderObjects(store / HEADS))
    bucket = stage_own.audit_bucket(stage)
    if bucket is None:
        return None
    s3 = client("s3", stage.region)
    rows, heads = (BucketObjects(one, stage.account, s3) for one in (bucket, stage_own.bucket(stage)))
    return Place(bucket, rows, heads)


def required(stage: Stage, client: Client = aws.client) -> Place:
    """Where the stage's trail is; raises NoTrail where it has none."""
    found = place(stage, client)
    if found is None:
        raise NoTrail(f"the stage {stage.name!r} has no audit trail; add [stages.{stage.name}.audit] to sluice.toml")
    return found


def actor(stage: Stage, client: Client = aws.client) -> str:
    """Who does it: the ARN of the credentials, or this machine's user on a local stage."""
    if stage.is_deployed:
        return str(client("sts", stage.region).get_caller_identity()["Arn"])
    return f"user:{getpass.getuser()}"


@contextmanager
def recorded(
    stage: Stage, action: str, subject: str, details: dict[str, Any] | None = None, client: Client = aws.client
) -> Iterator[dict[str, Any]]:
    """Do what is within only once the trail has it as asked for; then add how it ended, with what the dict holds by then.

    Raises, and nothing is done, where the trail refuses the first row. Where it refuses the second, the action is done, and
    the first row shows that it was asked for. A stage without a trail does it without.
    """
    outcome: dict[str, Any] = {}
    where = place(stage, client)
    if where is None:
        yield outcome
        return
    writer = Trail(where, actor(stage, client))
    asked = writer.append(action, subject, {**(details or {}), "phase": ASKED})
    phase = FAILED
    try:
        yield outcome
        phase = DONE
    finally:
        writer.append(action, subject, {**outcome, "phase": phase, "of": asked.seq})


def overwritten(stage: Stage, client: Client = aws.client) -> list[str]:
    """What S3's versions show of a deployed stage's trail: rows that something was put over, or that are marked as deleted."""
    bucket = stage_own.audit_bucket(stage)
    if bucket is None or not stage.is_deployed:
        return []
    found: dict[str, int] = {}
    pages = client("s3", stage.region).get_paginator("list_object_versions")
    for page in pages.paginate(Bucket=bucket, Prefix=TRAIL.path, ExpectedBucketOwner=stage.account):
        for one in (*page.get("Versions", []), *page.get("DeleteMarkers", [])):
            found[one["Key"]] = found.get(one["Key"], 0) + 1
    return [
        f"{key} has {count} versions: it was deleted, or written again" for key, count in found.items() if count > 1
    ]


def verify(stage: Stage, remembered: list[Head], client: Client = aws.client) -> Verdict:
    """What is wrong with the stage's whole trail; raises NoTrail where it has none."""
    verdict = trail.verify(required(stage, client), remembered)
    verdict.findings += overwritten(stage, client)
    return verdict
