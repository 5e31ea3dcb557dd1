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
from chalicelib.events import Event
from chalicelib.receipts import BatchReceipt, DryRun, NotStored
from chalicelib.records import Consent, Filing, Record
from chalicelib.rejections import Rejection, verdicts
from chalicelib.settings import LOCAL, Settings
from chalicelib.tracking import batches, consent, deadline, keys, modes, salts, sender
from chalicelib.tracking.batches import Object
from chalicelib.tracking.deadline import Over
from chalicelib.tracking.edge import HEADER, Edge
from chalicelib.tracking.geo import Places
from chalicelib.tracking.outcomes import NOT_STORED, Stored, StoredBatch, counted
from chalicelib.tracking.quotas import Quotas
from chalicelib.tracking.refusing import refusing
from chalicelib.tracking.rejected import Keeper, Refused
from chalicelib.tracking.salts import Salts
from chalicelib.tracking.sampling import Sampling
from chalicelib.tracking.sender import Sender
from chalicelib.tracking.stores import Put, Store
from chalicelib.tracking.tenant_keys import NoKeys, TenantKeys
from chalicelib.tracking.tokenizing import Taken, masked
from chalicelib.vault.filling import Vault

MASK = "****************"
NO_SALT = bytes(32)  # for a dry run, whose hashes nobody sees


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
class Ingest:
    """The path, with what it needs: settings, and where records go, salts come from and places are looked up."""

    settings: Settings
    store: Store
    salts: Salts
    places: Places
    tenant_keys: TenantKeys = field(default_factory=NoKeys)
    quotas: Quotas = field(default_factory=Quotas)
    edge: Edge | None = None
    keeper: Keeper | None = None
    vault: Vault | None = None
    sampling: Sampling = field(default_factory=Sampling)

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
            grade = consent.decided(event, request.headers)
            if grade.level == consent.NONE:
                about = batches.sent({(event.event_type, None, None)})
                return Stored(NotStored(NOT_STORED, event.bucket, consent.NONE), entry.bucket, about, salted=True)
            event = consent.applied(event, grade)
            log_id = None if logged is None else logged.event_id
            filing = records.file(event, request.received, secrets.token_bytes(8), entry.zone, log_id)
            hashes = self._hashes(grade)
            day, now = filing.own_day, request.received
            salt = salts.of(self.salts, day, entry.timezone, event.bucket, now) if hashes else None
            facts = modes.shown(self._sender(request, entry).facts(salt, sender.said(event)), entry)
            key = self._key(event, entry, now)
            taken = Taken(self.vault, entry, now, request.deadline)
            event = taken.out_of(modes.identified(event, entry, salt, key))
            record = records.build(event, filing, facts, modes.cleaning(entry, self.settings.keep_query), grade)
            about = batches.sent({(event.event_type, event.session_id, salt)})
            hashed = self._hashed(salt is not None or not hashes, key is not None)
            # What an operator imports is there whole.
            kept = [(filing, record)] if logged else self.sampling.kept(entry, event.bucket, [(filing, record)])
            if not kept:
                return Stored(NotStored(NOT_STORED, event.bucket, sampled=True), entry.bucket, about, *hashed)
            ((_, record),) = kept
            with refusing(entry, event.bucket, about), deadline.until(request.deadline):
                taken.keep(event.bucket, [record])
                put = self.store.put(self._owner(entry), event.bucket, filing.key, records.encode(record))
            receipt = batches.receipt(put, filing, event.bucket, consent.lessened(grade))
            return Stored(receipt, entry.bucket, about, *hashed)

    def track_batch(self, request: Request) -> StoredBatch:
        """Store each good event of the request's batch once; raises Refusal, and then no receipt was given for any."""
        with self._keeping(request):
            batch = batches.parse(request.body)
            entry = self.settings.allowlist.allow(batch.bucket, request.origin)
            keys.admit(batch.events, entry, batch.bucket, request.headers)
            self.quotas.take(entry, batch.bucket, len(batch.events))
            facts, grades = cache(self._sender(request, entry).facts), Counter[str | None]()
            cleaning = batches.once(modes.cleaning(entry, self.settings.keep_query))
            filed, said, keyed, day_salts = [], set[batches.Said](), True, dict[date, bytes | None]()
            taken = Taken(self.vault, entry, request.received, request.deadline)
            for sent in batch.events:
                grade = consent.decided(sent, request.headers)
                grades[grade.level] += 1
                if grade.level == consent.NONE:
                    continue
                event, hashes = consent.applied(sent, grade), self._hashes(grade)
                filing = records.file(event, request.received, secrets.token_bytes(8), entry.zone)
                if hashes and (day := filing.own_day) not in day_salts:
                    day_salts[day] = salts.of(self.salts, day, entry.timezone, batch.bucket, request.received)
                salt = day_salts[filing.own_day] if hashes else None
                known = modes.shown(facts(salt, sender.said(event)), entry)
                key = self._key(event, entry, request.received)
                keyed = keyed and key is not None
                event = taken.out_of(modes.identified(event, entry, salt, key))
                said.add((event.event_type, event.session_id, salt))
                filed.append((filing, records.build(event, filing, known, cleaning, grade)))
            about, kept = batches.sent(said), self.sampling.kept(entry, batch.bucket, filed)
            with refusing(entry, batch.bucket, about), deadline.until(request.deadline):
                taken.keep(batch.bucket, [record for _, record in kept])
                new, queued = self._put_all(entry, batch.bucket, kept)
            self._keep(request, [Refused(one, batch.sent[index], batch.bucket) for index, one in batch.refused.items()])
            duplicates, sampled = len(kept) - new - queued, len(filed) - len(kept)
            left = grades[consent.NONE]
            counts = counted(batch.reasons, new, queued, duplicates, left, sampled)
            salted, cause = self._hashed(None not in day_salts.values(), keyed)
            less = grades[consent.AGGREGATE], left, sampled
            receipt = BatchReceipt("queued" if queued else "ok", new, duplicates, batch.faults, queued, *less)
            return StoredBatch(receipt, batch.bucket, entry.bucket, about, counts, salted, cause)

    def dry_run(self, request: Request) -> DryRun | NotStored:
        """What `track` would store, and where; touches neither store nor salts. Raises Rejection."""
        event = events.parse(request.body)
        entry = self.settings.allowlist.allow(event.bucket, request.origin, posted=request.posted)
        keys.admit([event], entry, event.bucket, request.headers)
        grade = consent.decided(event, request.headers)
        if grade.level == consent.NONE:
            return NotStored(NOT_STORED, event.bucket, consent.NONE)
        event = consent.applied(event, grade)
        filing = records.file(event, request.received, secrets.token_bytes(8), entry.zone)
        salt = NO_SALT if self._hashes(grade) else None
        facts = modes.shown(self._sender(request, entry).facts(salt, sender.said(event)), entry)
        event = masked(modes.masked(event, entry, MASK), entry, MASK)
        hidden = facts._replace(ip=facts.ip and MASK, visitor_id=facts.visitor_id and MASK)
        record = records.build(event, filing, hidden, modes.cleaning(entry, self.settings.keep_query), grade)
        record, is_left = self.sampling.shown(entry, event.bucket, record)
        return DryRun("ok", True, verdicts(), event.bucket, filing.key, record, is_left)

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

    def _hashes(self, grade: Consent) -> bool:
        """Whether the address is hashed: not where that is switched off, nor where the sender opts out."""
        return self.settings.hash_addresses and grade.level != consent.AGGREGATE

    def _key(self, event: Event, entry: Entry, now: datetime) -> bytes | None:
        """The key that the event's ids are hashed under: empty where they are under none, None where it is not available."""
        return self.tenant_keys.key(event.bucket, now) if modes.needs_key(event, entry) else b""

    def _hashed(self, salted: bool, keyed: bool) -> tuple[bool, str | None]:
        """Whether every hash could be made, and why not."""
        return (
            salted and keyed,
            self.tenant_keys.cause if salted and not keyed else None if salted else self.salts.cause,
        )

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
