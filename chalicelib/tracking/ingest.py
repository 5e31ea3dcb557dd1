"""The one path of an event: parse, allow, build, put; then a receipt."""

from __future__ import annotations

import hmac
import secrets
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

import msgspec

from chalicelib import events, privacy, records
from chalicelib.allowlist import Entry
from chalicelib.events import Event
from chalicelib.records import BatchReceipt, Cleaned, DryRun, Facts, Fault, Memo, Receipt, Record
from chalicelib.rejections import Rejection, StorageUnavailable, UnknownBucket, verdicts
from chalicelib.settings import Settings, SettingsError
from chalicelib.tracking import batches, devices, sender
from chalicelib.tracking.geo import CityDatabase, EdgeHeaders, Places
from chalicelib.tracking.salts import DynamoSalts, MemorySalts, Salts
from chalicelib.tracking.sender import Said, Sender
from chalicelib.tracking.stores import DirectoryStore, NoSuchBucket, S3Store, Store, StoreUnavailable

MASK = "****************"
NO_ROOT = bytes(32)  # of a dry run, whose hashes nobody sees
# Threads of one batch: the connections that the client keeps are enough for three batches at once.
PUTTERS = 16


@dataclass(frozen=True)
class Request:
    """A request as the path needs it; header names in lower case, `received` with a zone.

    `posted`: by the event's own program, not by an image or a log's line; `sites` are hosts of the tenant's own site.
    """

    body: bytes
    headers: Mapping[str, str]
    source_ip: str
    received: datetime
    posted: bool = True
    sites: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Stored:
    """A receipt, and what the log says of it: the entry that admitted the bucket, whether there was a salt, and why not."""

    receipt: Receipt
    entry: str
    salted: bool
    salt_cause: str | None = None


@dataclass(frozen=True)
class StoredBatch:
    """A batch's receipt, and what the log says of it."""

    receipt: BatchReceipt
    bucket: str
    entry: str
    counts: Counter[str]
    salted: bool
    salt_cause: str | None = None


class _Visit(NamedTuple):
    """What the events of a request share, worked out once and gone with it: no address outlives its request."""

    opts_out: bool
    received: datetime
    facts: Memo[tuple[bytes | None, Said], Facts]
    cleaned: Cleaned

    def record(self, event: Event, root: bytes | None) -> Record:
        if self.opts_out:
            event = msgspec.structs.replace(event, session_id=None, user_id=None, metadata=None)
        event_id = event.event_id or records.mint_event_id(self.received, secrets.token_bytes(8))
        return records.build(event, event_id, self.facts[root, sender.said(event)], self.cleaned)


class _Filed(NamedTuple):
    """A record with the day that it counts for, and whether its id is ours."""

    day: date
    record: Record
    is_minted: bool


class _Object(NamedTuple):
    """What is put at once: its key, its lines, how many records they are, and how many of those have an id of ours."""

    key: str
    body: bytes
    records: int
    minted: int


@dataclass(frozen=True)
class Ingest:
    """The path, with what it needs: settings, and where records go, salts come from and places are looked up."""

    settings: Settings
    store: Store
    salts: Salts
    places: Places

    def track(self, request: Request) -> Stored:
        """Store the request's event once; raises Refusal, and then no receipt was given."""
        event, entry, day = self._admit(request)
        root = self._root(day, request)
        record = self._visit(request, event.bucket, entry).record(event, root)
        key = records.object_key(day, record.event_id)
        is_new = self._put(entry, event.bucket, key, records.encode(record))
        # An id that we minted can only have met itself: our own retry after a lost answer.
        is_duplicate = not is_new and event.event_id is not None
        receipt = Receipt("ok", record.event_id, event.bucket, key, is_duplicate)
        salted = self._is_salted(root, request)
        return Stored(receipt, entry.bucket, salted, None if salted else self.salts.cause)

    def track_batch(self, request: Request) -> StoredBatch:
        """Store each good event of the request's batch once; raises Refusal, and then no receipt was given for any."""
        batch = batches.parse(request.body)
        entry = self.settings.allowlist.allow(batch.bucket, request.headers.get("origin"))
        faults = [
            Fault(index, one.error, one.message, one.field)
            for index, one in enumerate(batch.events)
            if isinstance(one, Rejection)
        ]
        events = [one for one in batch.events if isinstance(one, Event)]
        days = [self._day(event, request) for event in events]
        roots = {day: self._root(day, request) for day in set(days)}
        visit = self._visit(request, batch.bucket, entry)
        filed = [
            _Filed(day, visit.record(event, roots[day]), is_minted=event.event_id is None)
            for event, day in zip(events, days, strict=True)
        ]
        new = self._put_all(entry, batch.bucket, filed)
        receipt = BatchReceipt("ok", new, len(events) - new, faults)
        counts = Counter(f"rejected_{one.reason}" for one in batch.events if isinstance(one, Rejection))
        counts += Counter({"accepted": new, "duplicate": len(events) - new})
        salted = all(self._is_salted(root, request) for root in roots.values())
        return StoredBatch(receipt, batch.bucket, entry.bucket, counts, salted, None if salted else self.salts.cause)

    def dry_run(self, request: Request) -> DryRun:
        """What `track` would store, and where; touches neither store nor salts. Raises Rejection."""
        event, entry, day = self._admit(request)
        root = NO_ROOT if self._hashes(request) else None
        record = self._visit(request, event.bucket, entry).record(event, root)
        record = msgspec.structs.replace(record, ip=record.ip and MASK, visitor_id=record.visitor_id and MASK)
        key = records.object_key(day, record.event_id)
        return DryRun("ok", True, verdicts(), event.bucket, key, record)

    def _admit(self, request: Request) -> tuple[Event, Entry, date]:
        event = events.parse(request.body)
        entry = self.settings.allowlist.allow(event.bucket, request.headers.get("origin"))
        return event, entry, self._day(event, request)

    def _day(self, event: Event, request: Request) -> date:
        return records.partition_day(event.timestamp, request.received)

    def _root(self, day: date, request: Request) -> bytes | None:
        """The day's root, where an address is to be hashed at all."""
        return self.salts.root(day, request.received) if self._hashes(request) else None

    def _hashes(self, request: Request) -> bool:
        return self.settings.hash_addresses and not _opts_out(request)

    def _is_salted(self, root: bytes | None, request: Request) -> bool:
        return root is not None or not self._hashes(request)

    def _visit(self, request: Request, bucket: str, entry: Entry) -> _Visit:
        address = self._address(request)
        sender = Sender(
            bucket=bucket,
            server_timestamp=records.iso(request.received),
            address=address,
            location=self.places.locate(address, request.headers),
            user_agent=records.header_text(request.headers.get("user-agent")) or "",
            site=privacy.site_of(request.headers.get("origin")),
            sites=entry.sites | request.sites,
            posted=request.posted,
        )
        cleaned = Cleaned(self.settings.keep_query)
        return _Visit(_opts_out(request), request.received, Memo(sender.facts), cleaned)

    def _address(self, request: Request) -> privacy.Address | None:
        """The connection's address; a header's only where the operator named it and the edge proved itself."""
        header = self.settings.address_header
        if header is not None and header in request.headers and self._from_edge(request):
            return privacy.forwarded_address(header, request.headers[header])
        return privacy.parse_address(request.source_ip)

    def _from_edge(self, request: Request) -> bool:
        secret = self.settings.edge_secret
        if secret is None:
            return True  # the local stage alone: settings demand a secret everywhere else
        return hmac.compare_digest(secret.encode(), request.headers.get("x-edge-secret", "").encode())

    def _put_all(self, entry: Entry, bucket: str, filed: list[_Filed]) -> int:
        """Store the records, side by side where there are several objects; how many were not there yet."""
        objects = _bundled(filed) if self.settings.bundle_batches else _single(filed)
        if len(objects) == 1:
            stored = [self._put(entry, bucket, objects[0].key, objects[0].body)]
        else:
            with ThreadPoolExecutor(PUTTERS) as putters:
                stored = list(putters.map(lambda one: self._put(entry, bucket, one.key, one.body), objects))
        return sum(one.records if is_new else one.minted for one, is_new in zip(objects, stored, strict=True))

    def _put(self, entry: Entry, bucket: str, key: str, body: bytes) -> bool:
        try:
            return self.store.put(entry.owner or self.settings.bucket_owner, bucket, key, body)
        except NoSuchBucket as error:
            if entry.exact:
                raise StorageUnavailable("NoSuchBucket", entry=entry.bucket, bucket=bucket) from error
            raise UnknownBucket(entry=entry.bucket, bucket=bucket) from error
        except StoreUnavailable as error:
            raise StorageUnavailable(str(error), entry=entry.bucket, bucket=bucket) from error


def assemble(settings: Settings) -> Ingest:
    """The path of a stage as its settings say; raises SettingsError for a City database that cannot be used."""
    directory, table = settings.store_directory, settings.salts_table
    return Ingest(
        settings=settings,
        store=S3Store() if directory is None else DirectoryStore(directory),
        salts=MemorySalts() if table is None else DynamoSalts(table),
        places=_places(settings),
    )


def warm() -> None:
    """Do in Lambda's init phase what the first event would wait for: the parsers' tables.

    The init phase has been billed like any other time since August 2025; it is still the faster one.

    The local server does it too: msgspec crashes when several threads are the first to use a type.
    """
    events.parse(b'{"bucket": "b", "eventType": "e", "timestamp": "2025-01-01T00:00:00Z", "metadata": {}}')
    devices.read(
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
    )


def _opts_out(request: Request) -> bool:
    """Whether the browser says Global Privacy Control (https://www.w3.org/TR/gpc/) or its forerunner, Do Not Track."""
    return "1" in (request.headers.get("sec-gpc"), request.headers.get("dnt"))


def _single(filed: list[_Filed]) -> list[_Object]:
    """An object for each record; where two have one id, for the first."""
    keys = {records.object_key(one.day, one.record.event_id): one for one in reversed(filed)}
    return [_Object(key, records.encode(one.record), 1, int(one.is_minted)) for key, one in keys.items()]


def _bundled(filed: list[_Filed]) -> list[_Object]:
    """An object for each day: a tenth of the requests to S3, and the price of a copy if a client groups a retry differently."""
    days: dict[date, dict[str, _Filed]] = {}
    for one in reversed(filed):
        days.setdefault(one.day, {})[one.record.event_id] = one
    return [
        _Object(
            records.batch_key(day, some),
            b"".join(records.encode(one.record) for one in some.values()),
            len(some),
            sum(one.is_minted for one in some.values()),
        )
        for day, some in days.items()
    ]


def _places(settings: Settings) -> Places:
    if settings.geoip_db is None:
        return EdgeHeaders()
    try:
        return CityDatabase(settings.geoip_db)
    except ValueError as error:
        raise SettingsError("GEOIP_DB", str(error)) from None
