"""The one path of an event, step by step, then a receipt."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache

from chalicelib import events, logs, privacy, records
from chalicelib.allowlist import Entry
from chalicelib.logs import BATCH, Sent
from chalicelib.receipts import BatchReceipt, DryRun, Queued, Receipt
from chalicelib.records import Filing, Record
from chalicelib.rejections import Refusal, Rejection, StorageUnavailable, UnknownBucket, verdicts
from chalicelib.settings import LOCAL, Settings
from chalicelib.tracking import batches, consent, deadline, keys, salts, sender
from chalicelib.tracking.batches import Object
from chalicelib.tracking.deadline import Over
from chalicelib.tracking.edge import HEADER, Edge
from chalicelib.tracking.geo import Places
from chalicelib.tracking.quotas import Quotas
from chalicelib.tracking.rejected import Keeper, Refused
from chalicelib.tracking.salts import Salts
from chalicelib.tracking.sender import Sender
from chalicelib.tracking.stores import NoSuchBucket, Put, Store, StoreUnavailable

MASK = "****************"
NO_SALT = bytes(32)  # for a dry run, whose hashes nobody sees
_Said = tuple[str, str | None, bytes | None]  # the name, the session and the salt of an event


@dataclass(frozen=True)
class Logged:
    """A log's line, which its operator imports: its id, which no client can choose, and whether it may be part of a visit."""

    event_id: str
    is_visit: bool


@dataclass(frozen=True)
class Request:
    """A request as the path needs it; header names in lower case, `received` with a zone.

    `posted`: by the event's own program, not by an image or a log's line; `sites` are hosts of the tenant's own site.
    `logged` is what an import says of a line. `deadline`, on the monotonic clock, is when the request must be answered.
    """

    body: bytes
    headers: Mapping[str, str]
    source_ip: str
    received: datetime
    posted: bool = True
    sites: frozenset[str] = frozenset()
    logged: Logged | None = None
    deadline: float | None = None

    @property
    def origin(self) -> str | None:
        return self.headers.get("origin")


@dataclass(frozen=True)
class Stored:
    """A receipt, and what the log says of it: the entry that admitted the bucket, whether there was a salt, and why not."""

    receipt: Receipt | Queued
    entry: str
    sent: Sent | None
    salted: bool
    salt_cause: str | None = None

    @property
    def is_duplicate(self) -> bool:
        """Whether it was stored before."""
        return isinstance(self.receipt, Receipt) and self.receipt.duplicate

    @property
    def outcome(self) -> tuple[str, int]:
        """What the log calls it, and the answer's status."""
        if isinstance(self.receipt, Queued):
            return "queued", 202
        return "duplicate" if self.is_duplicate else "accepted", 200


@dataclass(frozen=True)
class StoredBatch:
    """A batch's receipt, and what the log says of it."""

    receipt: BatchReceipt
    bucket: str
    entry: str
    sent: Sent | None
    counts: Counter[str]
    salted: bool
    salt_cause: str | None = None


@dataclass(frozen=True)
class Ingest:
    """The path, with what it needs: settings, and where records go, salts come from and places are looked up."""

    settings: Settings
    store: Store
    salts: Salts
    places: Places
    quotas: Quotas = field(default_factory=Quotas)
    edge: Edge | None = None
    keeper: Keeper | None = None

    def track(self, request: Request) -> Stored:
        """Store the request's event once; raises Refusal, and then no receipt was given."""
        with self._keeping(request):
            event = events.parse(request.body)
            logged = request.logged
            # What the operator imports comes from no page, and as fast as it can be read.
            is_own = request.posted or logged is not None
            entry = self.settings.allowlist.allow(event.bucket, request.origin, posted=is_own)
            keys.admit([event], entry, event.bucket, request.headers)
            if logged is None:
                self.quotas.take(entry, event.bucket, 1)
            event = consent.applied(event, request.headers)
            log_id = None if logged is None else logged.event_id
            filing = records.file(event, request.received, secrets.token_bytes(8), entry.zone, log_id)
            hashes = self._hashes(request)
            salt = (
                salts.of(self.salts, filing.own_day, entry.timezone, event.bucket, request.received) if hashes else None
            )
            facts = self._sender(request, entry).facts(salt, sender.said(event))
            record = records.build(event, filing, facts, records.cleaning(self.settings.keep_query))
            about = _sent({(event.event_type, event.session_id, salt)})
            with _refusing(entry, event.bucket, about), deadline.until(request.deadline):
                put = self.store.put(self._owner(entry), event.bucket, filing.key, records.encode(record))
            receipt = _receipt(put, filing, event.bucket)
            salted = salt is not None or not hashes
            return Stored(receipt, entry.bucket, about, salted, None if salted else self.salts.cause)

    def track_batch(self, request: Request) -> StoredBatch:
        """Store each good event of the request's batch once; raises Refusal, and then no receipt was given for any."""
        with self._keeping(request):
            batch = batches.parse(request.body)
            entry = self.settings.allowlist.allow(batch.bucket, request.origin)
            keys.admit(batch.events, entry, batch.bucket, request.headers)
            self.quotas.take(entry, batch.bucket, len(batch.events))
            hashes, facts = self._hashes(request), cache(self._sender(request, entry).facts)
            cleaning = batches.once(records.cleaning(self.settings.keep_query))
            day_salts: dict[date, bytes | None] = {}
            filed, said = [], set[_Said]()
            for sent in batch.events:
                event = consent.applied(sent, request.headers)
                filing = records.file(event, request.received, secrets.token_bytes(8), entry.zone)
                if (day := filing.own_day) not in day_salts:
                    salt = salts.of(self.salts, day, entry.timezone, batch.bucket, request.received) if hashes else None
                    day_salts[day] = salt
                said.add((event.event_type, event.session_id, day_salts[day]))
                known = facts(day_salts[day], sender.said(event))
                filed.append((filing, records.build(event, filing, known, cleaning)))
            about = _sent(said)
            with _refusing(entry, batch.bucket, about), deadline.until(request.deadline):
                new, queued = self._put_all(entry, batch.bucket, filed)
            self._keep(request, [Refused(one, batch.sent[index], batch.bucket) for index, one in batch.refused.items()])
            duplicates = len(filed) - new - queued
            counts = Counter({f"rejected_{reason}": number for reason, number in batch.reasons.items()})
            counts += Counter({"accepted": new, "queued": queued, "duplicate": duplicates})
            salted = not hashes or None not in day_salts.values()
            cause = None if salted else self.salts.cause
            receipt = BatchReceipt("queued" if queued else "ok", new, duplicates, batch.faults, queued)
            return StoredBatch(receipt, batch.bucket, entry.bucket, about, counts, salted, cause)

    def dry_run(self, request: Request) -> DryRun:
        """What `track` would store, and where; touches neither store nor salts. Raises Rejection."""
        event = events.parse(request.body)
        entry = self.settings.allowlist.allow(event.bucket, request.origin, posted=request.posted)
        keys.admit([event], entry, event.bucket, request.headers)
        event = consent.applied(event, request.headers)
        filing = records.file(event, request.received, secrets.token_bytes(8), entry.zone)
        salt = NO_SALT if self._hashes(request) else None
        facts = self._sender(request, entry).facts(salt, sender.said(event))
        masked = facts._replace(ip=facts.ip and MASK, visitor_id=facts.visitor_id and MASK)
        record = records.build(event, filing, masked, records.cleaning(self.settings.keep_query))
        return DryRun("ok", True, verdicts(), event.bucket, filing.key, record)

    @contextmanager
    def _keeping(self, request: Request) -> Iterator[None]:
        """Keep the request for its tenant where it is refused."""
        try:
            yield
        except Rejection as rejection:
            self._keep(request, [Refused(rejection, request.body)])
            raise

    def _keep(self, request: Request, refused: list[Refused]) -> None:
        """Keep these; what fails of that changes no answer."""
        if self.keeper is None or request.logged is not None:
            return
        try:
            with deadline.until(request.deadline):
                cause = self.keeper.keep(refused, request.received, request.headers, secrets.token_bytes)
        except Over:
            cause = "Deadline"
        if cause is not None:
            logs.job("rejected_not_kept", cause=cause)

    def _hashes(self, request: Request) -> bool:
        """Whether the address is hashed: not where that is switched off, nor where the sender opts out."""
        return self.settings.hash_addresses and not consent.opts_out(request.headers)

    def _owner(self, entry: Entry) -> str | None:
        return entry.owner or self.settings.bucket_owner

    def _sender(self, request: Request, entry: Entry) -> Sender:
        is_from_edge = self._is_from_edge(request)
        address = self._address(request, is_from_edge)
        return Sender(
            server_timestamp=records.iso(request.received),
            address=address,
            location=self.places.locate(address, request.headers if is_from_edge else {}),
            user_agent=records.header_text(request.headers.get("user-agent")) or "",
            site=privacy.site_of(request.origin),
            sites=entry.sites | request.sites,
            posted=request.posted,
            is_visit=request.logged is None or request.logged.is_visit,
            locate=self.places.locate,
        )

    def _address(self, request: Request, is_from_edge: bool | None) -> privacy.Address | None:
        """The connection's address; a header's only where the operator named it and the edge proved itself.

        None where nobody can say whether it did: the connection's may be the edge's, one for all visitors.
        """
        header = self.settings.address_header
        if header is None or header not in request.headers or is_from_edge is False:
            return privacy.parse_address(request.source_ip)
        return privacy.forwarded_address(header, request.headers[header]) if is_from_edge else None

    def _is_from_edge(self, request: Request) -> bool | None:
        if self.edge is None:
            return self.settings.stage == LOCAL  # where nobody is in between
        return self.edge.proves(request.headers.get(HEADER, ""))

    def _put_all(self, entry: Entry, bucket: str, filed: list[tuple[Filing, Record]]) -> tuple[int, int]:
        """Store the records, side by side where there are several objects; how many were not there yet, and how many wait."""
        objects = batches.bundled(filed) if self.settings.bundle_batches else batches.single(filed)

        def put(one: Object) -> tuple[int, int]:
            answer = self.store.put(self._owner(entry), bucket, one.key, one.body)
            if answer is Put.QUEUED:
                return 0, one.records
            return (one.records if answer is Put.NEW else one.minted), 0

        if len(objects) == 1:
            return put(objects[0])
        with batches.putters() as putters:
            found = list(putters.map(put, objects))
        return sum(new for new, _ in found), sum(queued for _, queued in found)


def _receipt(put: Put, filing: Filing, bucket: str) -> Receipt | Queued:
    if put is Put.QUEUED:
        return Queued("queued", filing.event_id, bucket)
    # An id that we minted can only have met itself: our own retry after a lost answer.
    is_duplicate = put is Put.DUPLICATE and not filing.is_minted
    return Receipt("ok", filing.event_id, bucket, filing.key, is_duplicate)


@contextmanager
def _refusing(entry: Entry, bucket: str, sent: Sent | None) -> Iterator[None]:
    """Answer what a store raises as the refusal that it means to the client, and say in the log what was sent."""
    try:
        yield
    except (Over, NoSuchBucket, StoreUnavailable) as error:
        refusal = _refusal(error, entry, bucket)
        refusal.sent = sent
        raise refusal from error


def _refusal(error: Over | NoSuchBucket | StoreUnavailable, entry: Entry, bucket: str) -> Refusal:
    if isinstance(error, NoSuchBucket) and not entry.exact:
        return UnknownBucket(entry=entry.bucket, bucket=bucket)
    cause = "Deadline" if isinstance(error, Over) else "NoSuchBucket" if isinstance(error, NoSuchBucket) else str(error)
    return StorageUnavailable(cause, entry=entry.bucket, bucket=bucket)


def _sent(said: set[_Said]) -> Sent | None:
    """What the log says of events of these names, sessions and salts; nothing of a batch that has no good event."""
    if not said:
        return None
    names, sessions = {name for name, _, _ in said}, {(session, salt) for _, session, salt in said}
    name = names.pop() if len(names) == 1 else BATCH
    session, salt = sessions.pop() if len(sessions) == 1 else (None, None)
    return Sent(name, privacy.hash_session(salt, session) if salt and session else None)
