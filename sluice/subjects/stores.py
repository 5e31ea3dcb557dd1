"""Every store that may hold a person: what is there of them, and how it goes.

A store of lines has a record, or a request, in each. A raw object is never changed: what stays of it is put under a new name
before it goes, since the mirror and a day's Parquet know objects by their names. What was refused and access logs keep their
names, by which other parts know them. Query results and reports are deleted whole.
"""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import duckdb
import msgspec

from chalicelib.lake import parquet
from chalicelib.lake.objects import Head, Objects
from chalicelib.lake.tombstones import Tombstones
from chalicelib.prefixes import ACCESS, ACCESS_COMPACTED, COMPACTED, PACKED, PARKED, RECORDS, REJECTED, REPORTS, RESULTS
from chalicelib.vault import tokens
from sluice.subjects.people import People
from sluice.subjects.person import Person, decoded

_DAY = re.compile(r"year=(\d{4})/month=(\d\d)/day=(\d\d)|dt=(\d{4})-(\d\d)-(\d\d)")
_KIND = re.compile(r"([a-z]+)\.[0-9a-f]+\.json")
_OWN = "sha256"
_ROWS = 10_000
_GZIP, _PARQUET = b"\x1f\x8b", b"PAR1"


class Store(NamedTuple):
    """A place of objects. `form`: `records` (a line each), `lines` (of text), `parquet`, or `whole` objects."""

    name: str
    objects: Objects
    path: str
    form: str


class Hit(msgspec.Struct, frozen=True):
    """An object with what it holds of one person: their own records or lines, and those that mention the id and stay.

    These are records of others, with the id in a text, and the person's own that came after the erasure. `tokens` are those
    of the vault in the person's own.
    """

    person: int
    store: str
    key: str
    day: str
    own: int
    mentions: int
    tokens: tuple[str, ...] = ()


class Looked(msgspec.Struct, frozen=True):
    """What a store has: how many objects, the digest of their names and versions, and those that hold somebody."""

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


def look(store: Store, people: People) -> Looked:
    """What the store has, and holds of these people; every object is read once for all of them."""
    versions = dict(store.objects.versions(store.path))
    digest = sha256(
        "".join(f"{key} {etag}\n" for key, etag in sorted(versions.items())).encode("utf-8", "surrogateescape")
    )
    hits = [hit for key, body in _bodies(store, versions) for hit in hits_in(store, key, body, people)]
    return Looked(store.name, len(versions), digest.hexdigest(), hits)


def each(looked: Iterable[Looked], people: int) -> list[list[Looked]]:
    """The same for each of so many people alone."""
    found: list[list[Looked]] = [[] for _ in range(people)]
    for one in looked:
        hits: list[list[Hit]] = [[] for _ in range(people)]
        for hit in one.hits:
            hits[hit.person].append(hit)
        for mine, some in zip(found, hits, strict=True):
            mine.append(msgspec.structs.replace(one, hits=some))
    return found


def hits_in(store: Store, key: str, body: bytes, people: People) -> list[Hit]:
    """What a body of this key holds of each of these people."""
    own, mentions, said = Counter[int](), Counter[int](), dict[int, set[str]]()
    if store.form == "whole" and body[:4] != _PARQUET:
        own.update({one for found in people.mentions(_plain(body)) for one in found.whose})
    else:
        for found in _found(store, body, people):
            own.update(found.owners)
            mentions.update(set(found.whose) - set(found.owners))
            for one in found.owners:
                said.setdefault(one, set()).update(tokens.held(found.line.decode(errors="replace")))
    day = day_of(key)
    return [
        Hit(one, store.name, key, day, own[one], mentions[one], tuple(sorted(said.get(one, ()))))
        for one in sorted({*own, *mentions})
    ]


class _Found(NamedTuple):
    """A line, or a row as JSON, that mentions somebody: where, whom, and those of them whose own it is."""

    at: int
    line: bytes
    whose: list[int]
    owners: list[int]


def _found(store: Store, body: bytes, people: People) -> Iterator[_Found]:
    is_parquet = body[:4] == _PARQUET
    for first, text in _parts(body):
        for at, line, whose in people.mentions(text):
            fields = decoded(line)
            by_field = fields is not None and ("eventid" in fields if is_parquet else store.form == "records")
            owners = [one for one in whose if _is_own(fields, people.all[one], by_field=by_field)]
            yield _Found(first + at, line, whose, owners)


def _is_own(fields: dict[str, Any] | None, person: Person, *, by_field: bool) -> bool:
    """Whether a line with the id is the person's: by its fields, or, where it has none of ours, by what it mentions."""
    if fields is None:
        return True
    return person.owns(fields) if by_field else not person.is_later(fields)


def records(store: Store, people: People) -> Iterator[tuple[int, bytes]]:
    """Each person's own records or lines in this store, a line each; of whole objects their names."""
    for key, body in _bodies(store, [key for key, _ in store.objects.versions(store.path)]):
        if store.form == "whole":
            yield from ((hit.person, msgspec.json.encode({"key": key})) for hit in hits_in(store, key, body, people))
        else:
            yield from ((one, found.line) for found in _found(store, body, people) for one in found.owners)


def held(stores: Iterable[Store], wanted: frozenset[str]) -> set[str]:
    """Those of these tokens that any object of these stores has."""
    bodies = (
        body for store in stores for _, body in _bodies(store, [key for key, _ in store.objects.versions(store.path)])
    )
    texts = (text.decode(errors="replace") for body in bodies for _, text in _parts(body))
    return {one for text in texts for one in tokens.held(text) & wanted}


def visitors(stores: Iterable[Store], people: People) -> list[frozenset[str]]:
    """The day's hashes that each one's records have: each is of one day alone, and may be of several people."""
    found: list[set[Any]] = [set() for _ in people.all]
    for store in stores:
        if store.name in {"records", "compacted", "parked"}:
            for one, line in records(store, people):
                fields = decoded(line) or {}
                found[one].add(fields.get("visitorId") or fields.get("visitorid"))
    return [frozenset(one for one in some if isinstance(one, str) and one) for some in found]


def clean(store: Store, key: str, people: People, erased: Tombstones) -> None:
    """Take what is theirs out of this object; again where somebody else changed it meanwhile. Parquet: `days`."""
    if store.form == "whole":
        store.objects.delete(key)
        return
    held = store.objects.head(key)
    body = store.objects.read(key)
    if held is None or body is None:
        return
    own = {found.at for found in _found(store, body, people) if found.owners}
    lines = _plain(body).split(b"\n")
    if store.form == "records":
        # A line with the id that is not a record goes, too: nobody knows whose it is, and nothing reads it.
        kept = [line for at, line in enumerate(lines) if at not in own and not erased.covers_line(line)]
        _moved(store, key, b"\n".join(kept), held, is_packed=body[:2] == _GZIP, is_changed=len(kept) < len(lines))
        return
    # Blank lines: what was refused is known by the numbers of its lines.
    text = b"\n".join(b"" if at in own else line for at, line in enumerate(lines))
    if store.name == "rejected" and not text.strip():
        store.objects.delete(key)
        return
    if store.name == "access":
        text = re.sub(rb"\n+", b"\n", text)
    made = gzip.compress(text, mtime=0) if body[:2] == _GZIP else text
    said = {**held.metadata, **({_OWN: sha256(made).hexdigest()} if _OWN in held.metadata else {})}
    if not store.objects.replace(key, made, said, held.etag):
        clean(store, key, people, erased)


def _moved(store: Store, key: str, text: bytes, held: Head, *, is_packed: bool, is_changed: bool) -> None:
    """Put what stays of a raw object under a new name, then delete the old one: a reader of both sees copies, never a gap."""
    if not is_changed:
        return
    if text.strip():
        made = gzip.compress(text, mtime=0) if is_packed else text
        folder, _, name = key.rpartition("/")
        found = _KIND.match(name)
        fresh = f"{folder}/{found[1] if found else 'batch'}.{sha256(made).hexdigest()[:32]}{PACKED if is_packed else '.json'}"
        store.objects.create(fresh, made, held.metadata)
    store.objects.delete(key)


def _bodies(store: Store, keys: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    return ((key, body) for key, body in store.objects.read_all(sorted(keys)) if body)


def _plain(body: bytes) -> bytes:
    try:
        return gzip.decompress(body) if body[:2] == _GZIP else body
    except (OSError, EOFError):
        return body


def _parts(body: bytes) -> Iterator[tuple[int, bytes]]:
    """What a body says as lines of text, with the number of the first; of Parquet so many rows at a time, as JSON."""
    if body[:4] != _PARQUET:
        yield 0, _plain(body)
        return
    with TemporaryDirectory(prefix="sluice-") as name, duckdb.connect() as connection:
        path, first = Path(name) / "day.parquet", 0
        path.write_bytes(body)
        found = connection.execute(f"SELECT to_json(t)::VARCHAR FROM read_parquet({parquet.text(path)}) t")
        while some := found.fetchmany(_ROWS):
            yield first, "\n".join(row for (row,) in some).encode()
            first += len(some)


def day_of(key: str) -> str:
    """The day that a key is of; empty where it is of none."""
    found = _DAY.search(key)
    return "-".join(part for part in found.groups() if part) if found else ""


def without_lines(body: bytes, people: People) -> bytes:
    """A Parquet of requests without the lines that mention these people."""
    gone = ", ".join(str(first + one.at) for first, text in _parts(body) for one in people.mentions(text)) or "-1"
    with TemporaryDirectory(prefix="sluice-") as name:
        held, made = Path(name) / "held.parquet", Path(name) / "made.parquet"
        held.write_bytes(body)
        numbered = f"read_parquet({parquet.text(held)}, file_row_number = true)"
        kept = f"SELECT * EXCLUDE (file_row_number) FROM {numbered} WHERE file_row_number NOT IN ({gone})"
        parquet.copy(kept, made)
        return made.read_bytes()
