"""Which report was sent: one object a tenant and period, which only ever goes from one state to the next.

A run claims a period by creating its mark, makes the report, moves the mark to `sending`, sends, and moves it to `sent`. Each
move replaces the version that this run wrote, so a run that was overtaken cannot send. One that dies before `sending` is
replaced after an hour. One that dies in `sending` is not: SES has no key by which it would know the same mail again, so that
nobody can say whether it was accepted, and nobody gets it twice. That mark becomes `unsure`, and the job's alarm rings.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal, NamedTuple, Protocol

import msgspec

from chalicelib.lake.objects import Objects
from chalicelib.prefixes import REPORTS

# `failed`: SES has refused it, and it may be tried again at once.
State = Literal["making", "sending", "sent", "failed", "unsure"]
# No run lives longer than Lambda's fifteen minutes.
DEAD = timedelta(hours=1)
MAX_MARK = 1000


class Mark(msgspec.Struct, frozen=True):
    """What a run has written of a period's report. `run` is which run it was."""

    state: State
    run: str
    at: datetime
    message: str = ""  # SES's id of what was sent, or why it was not


class Claim(NamedTuple):
    """A mark that this run has written, in the version that is there."""

    objects: Objects
    key: str
    mark: Mark
    etag: str


class NotOurs(NamedTuple):
    """A period that another run has; `is_news` where this run is the first to see that nobody knows what became of it."""

    mark: Mark
    is_news: bool = False


class Named(Protocol):
    """What is sent once: a period, or an incident."""

    @property
    def name(self) -> str:
        """Its own among a tenant's."""


def folder(bucket: str, period: Named) -> str:
    """Below which a tenant's report of a period is, in the stage's own bucket."""
    return f"{REPORTS.path}{bucket}/{period.name}/"


def claim(objects: Objects, bucket: str, period: Named, run: str, now: datetime) -> Claim | NotOurs:
    """This run's claim on the period, or whose it is."""
    key, mark = f"{folder(bucket, period)}mark.json", Mark("making", run, now)
    if objects.create(key, _encoded(mark), {}):
        found = _read(objects, key)
        return Claim(objects, key, *found) if found[0] == mark else NotOurs(found[0])
    there, etag = _read(objects, key)
    if there.state == "failed" or (there.state == "making" and now - there.at > DEAD):
        taken = move(Claim(objects, key, there, etag), "making", run, now)
        return taken or NotOurs(_read(objects, key)[0])
    if there.state == "sending" and now - there.at > DEAD:
        moved = move(Claim(objects, key, there, etag), "unsure", there.run, now)
        return NotOurs(there, is_news=moved is not None)
    return NotOurs(there)


def is_sent(objects: Objects, bucket: str, period: Named) -> bool:
    """Whether this was sent."""
    key = f"{folder(bucket, period)}mark.json"
    return objects.head(key) is not None and _read(objects, key)[0].state == "sent"


def move(claimed: Claim, state: State, run: str, now: datetime, message: str = "") -> Claim | None:
    """The claim in its next state; None where its mark is not what this run wrote any more."""
    mark = Mark(state, run, now, message)
    if not claimed.objects.replace(claimed.key, _encoded(mark), {}, claimed.etag):
        return None
    there, etag = _read(claimed.objects, claimed.key)
    return Claim(claimed.objects, claimed.key, mark, etag) if there == mark else None


def _encoded(mark: Mark) -> bytes:
    return msgspec.json.encode(mark)


def _read(objects: Objects, key: str) -> tuple[Mark, str]:
    """The mark and its version. The version is looked at first: where the mark is newer, no move by it succeeds."""
    head = objects.head(key)
    body = objects.read(key, MAX_MARK)
    assert head is not None and body is not None  # marks are only ever replaced
    return msgspec.json.decode(body, type=Mark), head.etag
