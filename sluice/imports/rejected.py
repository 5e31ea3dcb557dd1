"""What a tenant's events were refused for, and their way back in once the reason is gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec

from chalicelib.lake.objects import Objects
from chalicelib.lake.tombstones import Tombstones
from chalicelib.prefixes import REJECTED
from chalicelib.rejections import Rejection, StorageUnavailable
from chalicelib.settings import Settings
from chalicelib.tracking import assembly, ingest
from chalicelib.tracking.rejected import Kept
from chalicelib.tracking.tenant_keys import NoKeys
from sluice.imports.logfiles import ImportProblem

# A batch of a hundred events, each of the most that is kept.
MAX_OBJECT = 2 * 1024 * 1024
EVENT_ID = "eventId"


class Line(NamedTuple):
    """One that was refused, with its place: the object's key, and the line within it."""

    key: str
    number: int
    kept: Kept


@dataclass
class Count:
    """How many were refused for a reason, by weight; `kept` of them can be shown."""

    reason: str
    field: str | None
    refused: int = 0
    kept: int = 0
    first: str = ""
    last: str = ""


@dataclass
class Replayed:
    """What became of those that were sent again; `cut` are not whole, and were left."""

    stored: int = 0
    duplicates: int = 0
    cut: int = 0
    refused: Counter[str] = field(default_factory=Counter)


def lines(objects: Objects, reason: str | None = None) -> Iterator[Line]:
    """What the bucket keeps of what was refused, for this reason or any, the oldest of each reason first."""
    wanted = REJECTED.path if reason is None else f"{REJECTED.path}reason={reason}/"
    for key, body in objects.read_all(objects.keys(wanted), MAX_OBJECT):
        for number, text in enumerate((body or b"").splitlines()):
            try:
                yield Line(key, number, msgspec.json.decode(text, type=Kept))
            except msgspec.MsgspecError:  # somebody else's object
                continue


def summary(objects: Objects) -> list[Count]:
    """How many were refused by reason and field, the most first."""
    found: dict[tuple[str, str | None], Count] = {}
    for line in lines(objects):
        kept = line.kept
        count = found.setdefault((kept.reason, kept.field), Count(kept.reason, kept.field))
        count.refused += kept.weight
        count.kept += 1
        count.first = min(count.first or kept.server_timestamp, kept.server_timestamp)
        count.last = max(count.last, kept.server_timestamp)
    return sorted(found.values(), key=lambda one: (-one.refused, one.reason, one.field or ""))


def replay(
    bucket: str,
    settings: Settings,
    objects: Objects,
    reason: str,
    changes: Mapping[str, Any],
    erased: Tombstones | None = None,
) -> Replayed:
    """Send those that were refused for this reason again, with these fields set, as of when they came; raises ImportProblem.

    It can be stopped and run again: an event has its own id, or one that follows from its place. None has an address. Those
    of people who were erased since are left.
    """
    if settings.allowlist.find(bucket) is None:
        raise ImportProblem(f"the bucket {bucket!r} is not on the allowlist of the stage {settings.stage!r}")
    path, done = _path(settings), Replayed()
    for line in lines(objects, reason):
        if not line.kept.whole:
            done.cut += 1
            continue
        for place, event in enumerate(_events(line.kept, bucket)):
            if erased and erased.covers(line.kept.server_timestamp, event.get("sessionId"), event.get("userId")):
                continue
            _send(path, {**event, **changes}, f"{line.key} {line.number} {place}", line.kept, done)
    return done


def _path(settings: Settings) -> ingest.Ingest:
    """The stage's own path. Nobody but the tracker opens a tenant's key: an id that is hashed under it is null here."""
    return replace(assembly.assemble(replace(settings, stream=None)), tenant_keys=NoKeys(), vault=None)


def _events(kept: Kept, bucket: str) -> list[dict[str, Any]]:
    """The event, or those of a batch that was refused as a whole."""
    fields = msgspec.json.decode(kept.body or "{}")
    listed = fields.get("events")
    if not isinstance(listed, list):
        return [{**fields, "bucket": bucket}]
    # The request's user agent is the envelope's.
    shared = {name: one for name, one in fields.items() if name == "userAgent"}
    return [{**shared, **one, "bucket": bucket} for one in listed if isinstance(one, dict)]


def _send(path: ingest.Ingest, event: dict[str, Any], place: str, kept: Kept, done: Replayed) -> None:
    event_id = event.get(EVENT_ID) or sha256(place.encode()).hexdigest()[:32]
    received = datetime.fromisoformat(kept.server_timestamp)
    request = ingest.Request(
        msgspec.json.encode(event), {}, "", received, logged=ingest.Logged(str(event_id), is_visit=True)
    )
    try:
        stored = path.track(request)
    except StorageUnavailable as error:
        raise ImportProblem(f"the store failed ({error.cause}). Running it again is safe") from error
    except Rejection as rejection:
        done.refused[f"{rejection.reason}: {rejection.message}"] += 1
        return
    done.duplicates += stored.is_duplicate
    done.stored += not stored.is_duplicate
