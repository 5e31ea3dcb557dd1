"""Every store that may hold a person: what is there of them, and how it goes.

A store of lines has a record, or a request, in each. A raw object is never changed: what stays of it is put under a new name
before it goes, since the mirror and a day's Parquet know objects by their names. What was refused and access logs keep their
names, by which other parts know them. Query results and reports are deleted whole.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import duckdb
import msgspec

from chalicelib.lake import parquet
from chalicelib.lake.objects import Objects
from chalicelib.lake.tombstones import Tombstones
from chalicelib.prefixes import ACCESS, ACCESS_COMPACTED, COMPACTED, PACKED, PARKED, RECORDS, REJECTED, REPORTS, RESULTS
from sluice.subjects.person import Person, decoded

_DAY = re.compile(r"year=(\d{4})/month=(\d\d)/day=(\d\d)|dt=(\d{4})-(\d\d)-(\d\d)")
_KIND = re.compile(r"([a-z]+)\.[0-9a-f]+\.json")
_OWN = "sha256"


class Store(NamedTuple):
    """A place of objects. `form`: `records` (a line each), `lines` (of text), `parquet`, or `whole` objects."""

    name: str
    objects: Objects
    path: str
    form: str


class Hit(msgspec.Struct, frozen=True):
    """An object with what it holds: the person's own records or lines, and those that mention the id and stay.

    These are records of others, with the id in a text, and the person's own that came after the erasure.
    """

    store: str
    key: str
    day: str
    own: int
    mentions: int


class Looked(msgspec.Struct, frozen=True):
    """What a store has: how many objects, the digest of their names and versions, and those that hold the person."""

    store: str
    objects: int
    digest: str
    hits: list[Hit]

    @property
    def own(self) -> int:
        return sum(hit.own for hit in self.hits)

    @property
    def mentions(self) -> int:
        return sum(hit.mentions for hit in self.hits)


def of(bucket: str, objects: Objects, own: Objects) -> list[Store]:
    """The stores of a tenant: in its bucket, and in the stage's own."""
    return [
        Store("records", objects, RECORDS.path, "records"),
        Store("compacted", objects, COMPACTED.path, "parquet"),
        Store("rejected", objects, REJECTED.path, "lines"),
        Store("access", objects, ACCESS.path, "lines"),
        Store("access-compacted", objects, ACCESS_COMPACTED.path, "parquet"),
        Store("results", objects, RESULTS.path, "whole"),
        Store("parked", own, f"{PARKED.path}{bucket}/", "records"),
        Store("reports", own, f"{REPORTS.path}{bucket}/", "whole"),
    ]


def look(store: Store, person: Person) -> Looked:
    """What the store has, and holds of the person; every object is read."""
    versions = dict(store.objects.versions(store.path))
    digest = sha256(
        "".join(f"{key} {etag}\n" for key, etag in sorted(versions.items())).encode("utf-8", "surrogateescape")
    )
    hits = [hit for key, body in _bodies(store, versions) if (hit := _hit(store, key, body, person))]
    return Looked(store.name, len(versions), digest.hexdigest(), hits)


def records(store: Store, person: Person) -> Iterator[bytes]:
    """The person's own records or lines in this store, a line each; of whole objects their names."""
    for key, body in _bodies(store, [key for key, _ in store.objects.versions(store.path)]):
        if store.form == "parquet":
            yield from (msgspec.json.encode(row) for row in _rows(body, person)[0])
        elif store.form == "whole":
            if person.pattern.search(_plain(body)):
                yield msgspec.json.encode({"key": key})
        else:
            yield from (line for line in _plain(body).split(b"\n") if line and is_own(store, line, person))


def visitors(stores: Iterable[Store], person: Person) -> frozenset[str]:
    """The day's hashes that the person's records have: each is of one day alone, and may be of several people."""
    found: set[Any] = set()
    for store in stores:
        if store.name in {"records", "compacted", "parked"}:
            listed = [decoded(line) or {} for line in records(store, person)]
            found |= {one.get("visitorId") or one.get("visitorid") for one in listed}
    return frozenset(one for one in found if isinstance(one, str) and one)


def is_own(store: Store, line: bytes, person: Person) -> bool:
    """Whether the line is the person's: by its fields, or, where it has none of ours, by what it mentions."""
    if not person.pattern.search(line):
        return False
    fields = decoded(line)
    if store.form == "records" and fields is not None:
        return person.owns(fields)
    return fields is None or not person.is_later(fields)


def clean(store: Store, hit: Hit, person: Person, erased: Tombstones) -> None:
    """Take what is the person's out of this object; again where somebody else changed it meanwhile. Parquet: `erasure`."""
    held, body = store.objects.head(hit.key), store.objects.read(hit.key)
    if held is None or body is None:
        return
    if store.form == "whole":
        store.objects.delete(hit.key)
        return
    lines = _plain(body).split(b"\n")
    if store.form == "records":
        kept = [line for line in erased.filter(lines) if not _is_broken(line, person)]
        _moved(store, hit.key, b"\n".join(kept), is_packed=body[:2] == b"\x1f\x8b", is_changed=len(kept) < len(lines))
        return
    # Blank lines: what was refused is known by the numbers of its lines.
    text = b"\n".join(b"" if is_own(store, line, person) else line for line in lines)
    if store.name == "rejected" and not text.strip():
        store.objects.delete(hit.key)
        return
    if store.name == "access":
        text = re.sub(rb"\n+", b"\n", text)
    made = gzip.compress(text, mtime=0) if body[:2] == b"\x1f\x8b" else text
    said = {**held.metadata, **({_OWN: sha256(made).hexdigest()} if _OWN in held.metadata else {})}
    if not store.objects.replace(hit.key, made, said, held.etag):
        clean(store, hit, person, erased)


def _moved(store: Store, key: str, text: bytes, *, is_packed: bool, is_changed: bool) -> None:
    """Put what stays of a raw object under a new name, then delete the old one: a reader of both sees copies, never a gap."""
    if not is_changed:
        return
    if text.strip():
        made = gzip.compress(text, mtime=0) if is_packed else text
        folder, _, name = key.rpartition("/")
        found = _KIND.match(name)
        fresh = f"{folder}/{found[1] if found else 'batch'}.{sha256(made).hexdigest()[:32]}{PACKED if is_packed else '.json'}"
        held = store.objects.head(key)
        store.objects.create(fresh, made, held.metadata if held else {})
    store.objects.delete(key)


def _is_broken(line: bytes, person: Person) -> bool:
    """A line with the id that is not a record: nobody knows whose it is, and nothing reads it."""
    return decoded(line) is None and person.pattern.search(line) is not None


def _bodies(store: Store, keys: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    return ((key, body) for key, body in store.objects.read_all(sorted(keys)) if body)


def _plain(body: bytes) -> bytes:
    try:
        return gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
    except (OSError, EOFError):
        return body


def _hit(store: Store, key: str, body: bytes, person: Person) -> Hit | None:
    if body[:4] == b"PAR1":
        own, mentions = map(len, _rows(body, person))
    else:
        plain = _plain(body)
        if not person.pattern.search(plain):
            return None
        if store.form in {"whole", "parquet"}:
            own, mentions = 1, 0
        else:
            found = [is_own(store, line, person) for line in plain.split(b"\n") if person.pattern.search(line)]
            own, mentions = sum(found), len(found) - sum(found)
    return Hit(store.name, key, day_of(key), own, mentions) if own or mentions else None


def _rows(body: bytes, person: Person) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The person's own rows of a Parquet file, and those of others that mention the id."""
    if body[:4] != b"PAR1":
        return [], []
    with TemporaryDirectory(prefix="sluice-") as name, duckdb.connect() as connection:
        path = Path(name) / "day.parquet"
        path.write_bytes(body)
        forms = " OR ".join(f"contains(t::VARCHAR, {parquet.text(one)})" for one in (*person.values, *person.visitors))
        found = connection.execute(f"SELECT * FROM read_parquet({parquet.text(path)}) t WHERE {forms}")
        names = [column[0] for column in found.description]
        rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    is_events = "eventid" in names
    own = [
        row for row in rows if person.owns(row) or (not is_events and person.pattern.search(msgspec.json.encode(row)))
    ]
    return own, [row for row in rows if row not in own and person.pattern.search(msgspec.json.encode(row))]


def day_of(key: str) -> str:
    """The day that a key is of; empty where it is of none."""
    found = _DAY.search(key)
    return "-".join(part for part in found.groups() if part) if found else ""


def without_lines(body: bytes, person: Person) -> bytes:
    """A Parquet of requests without the lines that mention the person."""
    own = _rows(body, person)[0]
    with TemporaryDirectory(prefix="sluice-") as name:
        held, made = Path(name) / "held.parquet", Path(name) / "made.parquet"
        held.write_bytes(body)
        ids = ", ".join(parquet.text(row["x_edge_request_id"]) for row in own) or "''"
        parquet.copy(
            f"FROM read_parquet({parquet.text(held)}) WHERE coalesce(x_edge_request_id, '') NOT IN ({ids})", made
        )
        return made.read_bytes()


def holds(store: Store, key: str, body: bytes, person: Person) -> bool:
    """Whether a body of this key has something of the person's own."""
    found = _hit(store, key, body, person)
    return found is not None and found.own > 0
