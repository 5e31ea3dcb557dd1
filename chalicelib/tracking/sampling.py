"""Which events are kept of a tenant that samples, and how many each of them counts as.

Each session, or without one each visitor, or without one each event, has a place between 0 and 1, and is kept where that is below
the share. So a visit is kept whole or left whole, and who is kept at a share is kept at every larger one.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Protocol

import msgspec

from chalicelib.allowlist import Entry
from chalicelib.records import Filing, Record

STAGE = b"sluice-stage"
# A collector draws by itself: what it keeps is then drawn from once more, and the weights multiply.
COLLECTOR = b"sluice-edge"
_PLACES = 2**53  # of which a float holds each
MOST_WEIGHT = 1e12  # that questions read as a weight


class Pace(Protocol):
    """What an entry's budget leaves of its share."""

    def take(self, entry: Entry, bucket: str, events: int) -> float:
        """Count these events, and return what their share is to be multiplied with: 1, 1/2, 1/4, …"""

    def now(self, entry: Entry, bucket: str) -> float:
        """The same for an event that does not count."""


class NoPace:
    """That of a stage in which no entry has a budget."""

    def take(self, entry: Entry, bucket: str, events: int) -> float:
        return 1.0

    def now(self, entry: Entry, bucket: str) -> float:
        return 1.0


class Sampling:
    """The draws of a stage."""

    def __init__(self, pace: Pace | None = None) -> None:
        self._pace = pace or NoPace()

    def kept(self, entry: Entry, bucket: str, filed: list[tuple[Filing, Record]]) -> list[tuple[Filing, Record]]:
        """Those of these events that are kept, with their weights. The share is settled before any of them is looked at."""
        if not entry.is_sampled or not filed:
            return filed
        share = entry.sample * self._pace.take(entry, bucket, len(filed))
        drawn = [(filing, sampled(record, bucket, share)) for filing, record in filed]
        return [(filing, record) for filing, record in drawn if record is not None]

    def shown(self, entry: Entry, bucket: str, record: Record) -> tuple[Record, bool]:
        """The record of a dry run with its weight, and whether it would be left out, where its session says so."""
        if not entry.is_sampled:
            return record, False
        share = entry.sample * self._pace.now(entry, bucket)
        is_left = record.session_id is not None and place(bucket, unit(record)) >= share
        return _weighing(record, share), is_left


def sampled(record: Record, bucket: str, share: float) -> Record | None:
    """The record with its weight at this share; None where it is left out."""
    if place(bucket, unit(record)) >= share:
        return None
    return _weighing(record, share)


def unit(record: Record) -> str:
    """What is kept or left whole: as questions tell visits apart, a session, else a visitor; else the event alone."""
    if record.session_id:
        return f"session {record.session_id}"
    return f"visitor {record.visitor_id}" if record.visitor_id else f"event {record.event_id}"


def place(bucket: str, unit: str, person: bytes = STAGE) -> float:
    """Where the unit is between 0 and 1: always the same in one bucket, and by chance another in every other."""
    made = blake2b(unit.encode("utf-8", "surrogatepass"), key=bucket.encode(), person=person, digest_size=8).digest()
    return (int.from_bytes(made) >> 11) / _PLACES


def _weighing(record: Record, share: float) -> Record:
    return msgspec.structs.replace(record, sample_weight=min(record.sample_weight / share, MOST_WEIGHT))
