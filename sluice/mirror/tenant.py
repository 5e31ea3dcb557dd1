"""Where one tenant of a stage is: its bucket or folder, its mirror on this machine, its table and its goals."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

import duckdb
import msgspec

from chalicelib.allowlist import Allowlist
from chalicelib.lake import listing, raw, tombstones
from chalicelib.lake.kinds import Kind
from chalicelib.lake.objects import BrokenLake, BucketObjects, FolderObjects, Objects
from chalicelib.lake.raw import Unreadable
from chalicelib.prefixes import OWN_FOLDER
from chalicelib.settings import Settings
from sluice.errors import SluiceError
from sluice.mirror import access, rejected
from sluice.mirror.mirror import Mirror, Progress, Snapshot
from sluice.project import config, environment, tenants
from sluice.project.config import Allow

MIRRORS = Path("mirrors")
OF_FOLDER = ".lake"


class PlaceError(SluiceError):
    """A tenant that is not there, or that this machine has nothing of; the message says what to do."""


@dataclass(frozen=True)
class Place:
    """One tenant of a stage."""

    stage: config.Stage
    bucket: str
    allow: Allow
    settings: Settings
    mirror: Mirror

    @property
    def table(self) -> str:
        """The tenant's view in Athena."""
        return tenants.table_name(self.bucket, self.allow)

    @property
    def zone(self) -> str:
        """The time zone of the tenant's days."""
        return self.allow.timezone

    def objects(self) -> Objects:
        """What the bucket holds."""
        return objects(self.settings, self.bucket)

    def snapshot(self, since: date, until: date, progress: Progress) -> Snapshot:
        """What can be asked here: of a folder all that is stored by now, of a bucket in S3 what was mirrored last.

        Raises PlaceError, whatever is wrong with this tenant's store or mirror.
        """
        with self._readable():
            if self.settings.store_directory is not None:
                snapshot: Snapshot | None = self.mirror.refresh(self.objects(), since, until, progress)
            else:
                snapshot = self.mirror.snapshot()
        if snapshot is None:
            raise PlaceError(
                f"{self.bucket} has no mirror here; run `sluice mirror {self.bucket} --stage {self.stage.name}`, "
                "or ask Athena: --engine athena"
            )
        for named in snapshot.lacking(since, until):
            raise PlaceError(
                f"{self.bucket}: {named.key} is not a day's Parquet ({named.reason}). Delete it, run "
                f"`sluice compact --bucket {self.bucket} --stage {self.stage.name}`, and its day is made again from raw"
            )
        return snapshot

    def access(self, since: date, until: date) -> tuple[Path, ...]:
        """The access logs' files of these days that are on this machine; raises PlaceError."""
        with self._readable():
            return access.of_days(self._folder, since, until)

    def rejected(self, since: date, until: date) -> tuple[Path, ...]:
        """The files of what was refused on these days that are on this machine; raises PlaceError."""
        with self._readable():
            return rejected.of_days(self._folder, since, until)

    @property
    def _folder(self) -> Path:
        """Where the bucket's files of other kinds are."""
        root = self.settings.store_directory
        return self.mirror.folder if root is None else root / self.bucket

    def days(self) -> list[date]:
        """The days that can be asked for here; raises PlaceError."""
        with self._readable():
            if self.settings.store_directory is not None:
                objects = self.objects()
                return sorted({*raw.days(objects), *listing.compacted(objects)})
            snapshot = self.mirror.snapshot()
            return snapshot.days if snapshot else []

    def known(self, now: datetime) -> datetime:
        """Up to when its events can be asked for here: of a bucket in S3, when it was mirrored last."""
        return now if self.settings.store_directory is not None else self.mirror.refreshed() or now

    def unreadable(self) -> list[Unreadable]:
        """The raw objects that no answer from here holds; raises PlaceError."""
        with self._readable():
            snapshot = self.mirror.snapshot()
            return snapshot.unreadable if snapshot else []

    @contextmanager
    def _readable(self) -> Iterator[None]:
        """Whatever is wrong with this tenant's store or mirror as a PlaceError."""
        try:
            yield
        except BrokenLake as error:
            raise PlaceError(f"{self.bucket}: {error}") from None
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError, duckdb.Error) as error:
            raise PlaceError(
                f"{self.bucket} cannot be read. Delete {self.mirror.folder}/snapshot.json and the folders next to it, and they "
                f"are made again; if that does not help, look at its store. What is wrong: {' '.join(str(error).split())}"
            ) from None


class Every(NamedTuple):
    """The tenants that can be looked into, and of each other one why it cannot."""

    places: list[Place]
    faults: dict[str, str]


def find(stage: str, bucket: str) -> Place:
    """The tenant of this bucket; raises PlaceError, ConfigError, StageError or SettingsError."""
    return _place(config.given(stage), environment.load(stage), bucket)


def every(stage: str) -> Every:
    """Every tenant of the stage whose bucket is there, by name; raises as `find`, and TenantsError."""
    chosen, settings = config.given(stage), environment.load(stage)
    if settings.store_directory is None:
        found = tenants.survey(chosen)
        places = [_place(chosen, settings, tenant.bucket) for tenant in found if tenant.fault is None]
        return Every(places, tenants.faults(found))
    root = settings.store_directory
    names = [path.name for path in root.iterdir() if path.is_dir()] if root.is_dir() else []
    return Every([_place(chosen, settings, name) for name in settings.allowlist.admitted(names)], {})


def objects(settings: Settings, bucket: str) -> Objects:
    """What a bucket of the stage's store holds."""
    if settings.store_directory is not None:
        return FolderObjects(settings.store_directory / bucket)
    entry = settings.allowlist.find(bucket)
    return BucketObjects(bucket, (entry.owner if entry else None) or settings.bucket_owner)


def own(settings: Settings) -> Objects:
    """What the stage keeps for itself: in its own bucket, or in a hidden folder next to the tenants'."""
    if settings.store_directory is not None:
        return FolderObjects(settings.store_directory / OWN_FOLDER)
    return BucketObjects(settings.stage_bucket or "", settings.bucket_owner)


def heeding(settings: Settings, kind: Kind) -> Kind:
    """The kind of days with the key by which those who were erased are left out."""
    return kind._replace(secret=lambda: tombstones.secret_of(own(settings)))


def _place(stage: config.Stage, settings: Settings, bucket: str) -> Place:
    if settings.allowlist.find(bucket) is None:
        raise PlaceError(f"{bucket!r} is not on the allowlist of the stage {stage.name!r}; `sluice tenants` lists them")
    root = settings.store_directory
    mirror = MIRRORS / stage.name / bucket if root is None else root / OF_FOLDER / bucket
    return Place(stage, bucket, _allow(stage, bucket), settings, Mirror(mirror))


def _allow(stage: config.Stage, bucket: str) -> Allow:
    """The entry in sluice.toml; where the environment admits what that file does not, an entry with nothing of its own."""
    entry = Allowlist(stage.entries).find(bucket)
    found = (allow for allow in stage.allow if entry is not None and stage.bucket(allow) == entry.bucket)
    return next(found, Allow(bucket))
