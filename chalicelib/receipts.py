"""What a client gets for what it sent."""

from __future__ import annotations

import msgspec

from chalicelib.records import Record


class Receipt(msgspec.Struct, rename="camel", omit_defaults=True, frozen=True):
    """The answer to an event that is in the tenant's bucket; `consent` is `aggregate` where no id and metadata of it are."""

    status: str
    event_id: str
    bucket: str
    key: str
    duplicate: bool = False
    consent: str | None = None


class Queued(msgspec.Struct, rename="camel", omit_defaults=True, frozen=True):
    """The answer to an event that the stream holds: it will be in the tenant's bucket within the stage's `flush_seconds`."""

    status: str
    event_id: str
    bucket: str
    consent: str | None = None


class NotStored(msgspec.Struct, omit_defaults=True, frozen=True):
    """The answer to an event of which nothing is kept: its sender does not consent, or others count for it (`sampled`)."""

    status: str
    bucket: str
    consent: str | None = None
    sampled: bool = False


class Fault(msgspec.Struct, omit_defaults=True, frozen=True):
    """Why one event of a batch is refused; `index` counts from 0 in the order sent."""

    index: int
    error: str
    message: str
    field: str | None = None


class BatchReceipt(msgspec.Struct, omit_defaults=True, frozen=True):
    """The answer to a batch: every event is in the tenant's bucket, by now or already, or in the stream, or named as rejected.

    Or it is not stored, as its consent says, or as it is sampled: others count for it.
    """

    status: str
    accepted: int
    duplicates: int
    rejected: list[Fault]
    queued: int = 0
    aggregate: int = 0
    not_stored: int = 0
    sampled: int = 0


class DryRun(msgspec.Struct, rename="camel", omit_defaults=True, frozen=True):
    """What would be stored, and where; nothing was. `sampled`: it would be left out, where its session says so."""

    status: str
    dry_run: bool
    gates: dict[str, str]
    bucket: str
    key: str
    record: Record
    sampled: bool = False
