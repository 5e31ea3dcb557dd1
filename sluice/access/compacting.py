"""What compaction needs in tenants' buckets, as statements: of its own roles' policies, and of the buckets'.

In every bucket it has to do with records; in those of tenants with distributions with access logs, too.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from chalicelib import jobs, prefixes
from chalicelib.access_logs.requests import REQUESTS
from chalicelib.lake.compaction import WATERMARK
from chalicelib.prefixes import DISTRIBUTIONS, ERASED
from sluice.access.iam import (
    ACCESS,
    ACCESS_COMPACTED,
    BLIND,
    COMPACTED,
    RECORDS,
    Statement,
    allow,
    bound,
    deeper,
    deny,
    listed,
    objects,
    owned,
    owners,
    with_logs,
)
from sluice.project.config import Allow, Stage

_ROLE = jobs.COMPACT.role
_VERSIONS = ["s3:DeleteObjectTagging", "s3:DeleteObjectVersion", "s3:DeleteObjectVersionTagging"]


def plans(stage: Stage) -> list[Statement]:
    """List the tenants' days, and read how far each tenant's are."""
    denied = deeper(COMPACTED, *_of_logs(stage, ACCESS_COMPACTED))
    found = [one for owner, buckets in owners(stage).items() for one in _plans(stage, owner, buckets)]
    return [*found, deny("NeverDeeper", "s3:GetObject", denied if denied[1:] else denied[0])]


def compacts(stage: Stage) -> list[Statement]:
    """Read what is raw, and create or replace what is compacted."""
    denied = deeper(RECORDS, COMPACTED, *_of_logs(stage, ACCESS, ACCESS_COMPACTED))
    released = _deletes(stage)
    deletes = ["s3:DeleteObject"] if released else []
    return [
        *[one for owner, buckets in owners(stage).items() for one in _compacts(stage, owner, buckets)],
        *released,
        deny("NeverDeeper", [*deletes, "s3:GetObject", "s3:PutObject"], denied),
        deny("NeverBlindly", "s3:PutObject", "*", BLIND),
    ]


def _deletes(stage: Stage) -> list[Statement]:
    """Delete raw objects, of those tenants whose entries ask for it: one bucket each, never a pattern."""
    asked: dict[str, list[str]] = {}
    for entry in stage.allow:
        if entry.raw_days is not None:
            asked.setdefault(stage.owner(entry), []).append(stage.bucket(entry))
    return [
        allow(f"DeleteRaw{owner}", "s3:DeleteObject", objects(buckets, RECORDS), owned(owner))
        for owner, buckets in asked.items()
    ]


def knowingly(stage: Stage, entry: Allow, bucket: str, everywhere: list[str]) -> list[Statement]:
    """Refuse unconditional puts, by the role and by the account's users: a compaction never overwrites what it has not seen."""
    compactor, planner = (stage.role_arn(job.role) for job in (jobs.COMPACT, jobs.PLAN_COMPACTION))
    logs = [f"{bucket}/{ACCESS_COMPACTED}"] if entry.distributions else []
    kept = bound(f"{bucket}/{COMPACTED}")
    return [
        deny("OnlyCreateOrReplace", "s3:PutObject", [*kept, *logs], BLIND),
        *_never_deletes(entry, bucket, everywhere, compactor, planner),
    ]


def _never_deletes(entry: Allow, bucket: str, everywhere: list[str], compactor: str, planner: str) -> list[Statement]:
    """Compaction deletes nothing; where the entry asks for that, the compactor old raw objects alone, and no version of one."""
    if entry.raw_days is None:
        both = {"ArnEquals": {"aws:PrincipalArn": [compactor, planner]}}
        return [deny("CompactionNeverDeletes", "s3:DeleteObject*", everywhere, both)]
    only = {"ArnEquals": {"aws:PrincipalArn": compactor}}
    others = deny("CompactionDeletesOnlyRaw", "s3:DeleteObject", everywhere, only)
    del others["Resource"]
    return [
        deny("PlanningNeverDeletes", "s3:DeleteObject*", everywhere, {"ArnEquals": {"aws:PrincipalArn": planner}}),
        {**others, "NotResource": f"{bucket}/{RECORDS}"},
        deny("CompactionDeletesNoVersion", _VERSIONS, everywhere, only),
    ]


def granted(stage: Stage, entry: Allow, bucket: str) -> list[Statement]:
    """What the roles' own policies cannot give them in another account's bucket."""
    compactor, planner = (stage.role_arn(job.role) for job in (jobs.COMPACT, jobs.PLAN_COMPACTION))
    # None: of all, of access logs too.
    asked = None if entry.distributions else ""
    read, written = prefixes.read_by(_ROLE, asked), prefixes.written_by(_ROLE, asked)
    marks = [f"{bucket}/{WATERMARK}", *([f"{bucket}/{REQUESTS.watermark}"] if entry.distributions else [])]
    grants: list[tuple[Statement, str | list[str]]] = [
        (allow("TheCompactorReads", "s3:GetObject", [f"{bucket}/{one}" for one in read]), compactor),
        (allow("TheCompactorCompacts", "s3:PutObject", [f"{bucket}/{one}" for one in written]), compactor),
        (allow("ThePlannerReads", "s3:GetObject", marks if marks[1:] else marks[0]), planner),
        (allow("CompactionLists", "s3:ListBucket", bucket, listed(*read, ERASED.pattern)), [compactor, planner]),
    ]
    if entry.raw_days is not None:
        grants.append((allow("TheCompactorDeletesRaw", "s3:DeleteObject", f"{bucket}/{RECORDS}"), compactor))
    return [{**statement, "Principal": {"AWS": principal}} for statement, principal in grants]


def _of_logs(stage: Stage, *patterns: str) -> tuple[str, ...]:
    """These patterns where the stage has access logs."""
    return patterns if with_logs(stage) else ()


def _plans(stage: Stage, owner: str, buckets: list[str]) -> list[Statement]:
    logs = with_logs(stage, buckets)
    marks = [*objects(buckets, WATERMARK), *objects(logs, REQUESTS.watermark)]
    return [
        allow(f"Watermark{owner}", "s3:GetObject", marks, owned(owner)),
        *_lists(owner, buckets, logs),
    ]


def _compacts(stage: Stage, owner: str, buckets: list[str]) -> list[Statement]:
    logs = with_logs(stage, buckets)
    # Puts share a statement: with a bucket's name three times instead of four a third more tenants fit.
    return [
        allow(f"Read{owner}", "s3:GetObject", _compactors(buckets, logs, _only_read), owned(owner)),
        allow(
            f"Compact{owner}",
            ["s3:GetObject", "s3:PutObject"],
            _compactors(buckets, logs, partial(prefixes.written_by, _ROLE)),
            owned(owner),
        ),
        *_lists(owner, buckets, logs),
    ]


def _compactors(buckets: list[str], logs: list[str], found: Callable[[str], list[str]]) -> list[str]:
    """What the compactor has to do with in every bucket, and in those with access logs besides."""
    return [*objects(buckets, *found("")), *objects(logs, *found(DISTRIBUTIONS))]


def _only_read(asked_by: str) -> list[str]:
    written = prefixes.written_by(_ROLE, asked_by)
    return [one for one in prefixes.read_by(_ROLE, asked_by) if one not in written]


def _lists(owner: str, buckets: list[str], logs: list[str]) -> list[Statement]:
    statements = []
    for sid, some, asked_by in ((f"List{owner}", buckets, ""), (f"ListLogs{owner}", logs, DISTRIBUTIONS)):
        names = [f"arn:aws:s3:::{bucket}" for bucket in some]
        also = [] if asked_by else [ERASED.pattern]  # who was erased is in the names
        below = owned(owner) | listed(*prefixes.read_by(_ROLE, asked_by), *also)
        statements += [allow(sid, "s3:ListBucket", names, below)] if names else []
    return statements
