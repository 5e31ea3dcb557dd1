"""A backlog of CloudFront's files to their tenant's bucket, each by `chalicelib.access_logs.moving`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from chalicelib.access_logs import moving
from chalicelib.access_logs.moving import DELETABLE, FAULTS, NoSalt, Outcome, Tenant
from chalicelib.access_logs.sources import BucketSource, FolderSource, Source
from chalicelib.lake.objects import Objects
from chalicelib.names import is_bucket_name
from chalicelib.prefixes import ACCESS
from chalicelib.settings import Settings
from chalicelib.tracking.salts import DynamoSalts, MemorySalts, Salts
from sluice.imports.logfiles import ImportProblem

S3 = "s3://"
MOVERS = 8
SHOWN = 10


class Left(NamedTuple):
    """A file that was left where it was, and why."""

    file: str
    did: str
    reason: str


@dataclass
class Summary:
    """What a run did: its files by what became of them, the lines of those that it cleaned, and the first that it left."""

    files: Counter[str] = field(default_factory=Counter)
    deleted: int = 0
    lines: int = 0
    unhashed: int = 0
    malformed: int = 0
    left: list[Left] = field(default_factory=list)

    @property
    def is_fault(self) -> bool:
        """Whether somebody has to look at a file."""
        return any(self.files[did] for did in FAULTS)

    def add(self, key: str, outcome: Outcome, *, delete: bool) -> None:
        """Count a file."""
        self.files[outcome.did] += 1
        self.deleted += delete and outcome.did in DELETABLE
        if outcome.cleaned is not None:
            self.lines += outcome.cleaned.lines
            self.unhashed += outcome.cleaned.unhashed
            self.malformed += outcome.cleaned.malformed
        if outcome.reason and len(self.left) < SHOWN:
            self.left.append(Left(key, outcome.did, outcome.reason))


def sync(
    place: str,
    bucket: str,
    settings: Settings,
    objects: Objects,
    now: datetime,
    *,
    delete: bool = False,
    shown: Callable[[list[str]], Iterable[str]] = iter,
) -> Summary:
    """Bring each file of this folder, or `s3://bucket/prefix`, that is the tenant's to its place; raises ImportProblem.

    It can be stopped and run again. With `delete` a file goes once what was stored of it was read back.
    """
    tenant = _tenant(bucket, settings, objects)
    owners = moving.distributions(settings.allowlist.entries)
    source, own = _source(place), _own(bucket, settings)
    # Not from its own place: what was moved would be deleted there.
    keys = [key for key in source.listed() if not source.place(key).startswith(own)]
    summary = Summary()
    with ThreadPoolExecutor(MOVERS) as movers:
        outcomes = movers.map(lambda key: moving.move(source, key, tenant, owners, now, delete=delete), keys)
        try:
            for key, outcome in zip(shown(keys), outcomes, strict=True):
                summary.add(key, outcome, delete=delete)
        except NoSalt as error:
            raise ImportProblem(str(error)) from None
        finally:
            movers.shutdown(cancel_futures=True)
    return summary


def _tenant(bucket: str, settings: Settings, objects: Objects) -> Tenant:
    entry = settings.allowlist.find(bucket)
    if entry is None or not entry.distributions:
        raise ImportProblem(
            f'{bucket!r} has no distributions; add distributions = ["E1ABC2DEF3GHIJ"] to its entry in sluice.toml, and run '
            "`sluice sync`"
        )
    return Tenant(bucket, entry, objects, _salts(settings), settings.keep_query)


def _salts(settings: Settings) -> Salts | None:
    if not settings.hash_addresses:
        return None
    return MemorySalts() if settings.salts_table is None else DynamoSalts(settings.salts_table)


def _source(place: str) -> Source:
    if not place.startswith(S3):
        folder = Path(place)
        if not folder.is_dir():
            raise ImportProblem(f"{place} is not a folder; write a folder, or s3://bucket/prefix")
        return FolderSource(folder)
    bucket, _, prefix = place.removeprefix(S3).partition("/")
    if not is_bucket_name(bucket):
        raise ImportProblem(f"{place} names no bucket; write s3://bucket/prefix")
    return BucketSource(bucket, prefix)


def _own(bucket: str, settings: Settings) -> str:
    """Where the tenant's own files are, as sources say it."""
    if settings.store_directory is None:
        return f"{S3}{bucket}/{ACCESS.path}"
    return FolderSource(settings.store_directory / bucket).place(ACCESS.path) + "/"
