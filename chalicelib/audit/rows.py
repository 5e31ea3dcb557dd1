"""A row of the audit trail, and what a trail must be: numbered, chained by SHA-256, and as long as anyone remembers.

A row has the hash of the one before, and its own over all its other fields. The first has that of the trail's name, so that no
other stage's trail can take its place. All of this is pure; `trail` reads and writes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import new
from typing import Any

import msgspec

from chalicelib import privacy, redaction
from chalicelib.lake.objects import BrokenLake
from chalicelib.prefixes import TRAIL

# A folder for each thousand rows, so that the newest is found by two listings.
_FOLDER = 1000
_KEY = re.compile(rf"{re.escape(TRAIL.path)}[0-9]{{6}}/([0-9]{{9}})\.json")
_ACTION = re.compile(r"[a-z]+(\.[a-z_]+)+")
_DIGEST = re.compile(r"[0-9a-f]{32,}")
_SUBJECT = re.compile(r"[A-Za-z0-9._*:/#=+-]{1,200}")


class TrailError(BrokenLake):
    """What cannot be a row, or a trail that cannot be gone on with; the message says what to do."""


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that was done. `time` is ISO 8601 in UTC; `nonce` keeps two writers' equal rows apart."""

    seq: int
    time: str
    actor: str
    action: str
    subject: str
    details: dict[str, Any]
    nonce: str
    previous: str
    hash: str = ""


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far the trail was at some moment, as it is remembered outside it."""

    seq: int
    hash: str


@dataclass
class Verdict:
    """What a look at a whole trail found. `unremembered`: the newest rows, which could be cut without leaving a trace here."""

    rows: int = 0
    head: Head | None = None
    unremembered: int = 0
    findings: list[str] = field(default_factory=list)


def first(name: str) -> str:
    """What the first row of the trail of this name has as the hash before it."""
    return sha256(f"sluice audit trail {name}".encode()).hexdigest()


def key(seq: int) -> str:
    """Where the row of this number is."""
    return f"{TRAIL.path}{seq // _FOLDER:06}/{seq:09}.json"


def number(key: str) -> int | None:
    """The number of the row whose key this is, or None."""
    found = _KEY.fullmatch(key)
    return int(found[1]) if found else None


def subject(secret: bytes, bucket: str, kind: str, value: str) -> str:
    """What a row calls a person: the bucket, and an HMAC-SHA-256 of the kind of id and the id, cut to 32 hex digits."""
    digest = new(secret, msgspec.json.encode([bucket, kind, value]), sha256).hexdigest()[:32]
    return f"{bucket}#{digest}"


def sealed(row: Row) -> Row:
    """The row with its own hash; raises TrailError for one with personal data in it, or of no known shape."""
    if not _ACTION.fullmatch(row.action) or not _SUBJECT.fullmatch(row.subject):
        raise TrailError(f"{row.action!r} of {row.subject!r} is not an action (`salts.forgotten`) of a plain name")
    # Not the actor: an operator's session is often called by an email address, and is what a trail is for.
    if any(map(_is_personal, _texts(row.details))):
        raise TrailError(
            f"a row of {row.action} would hold personal data for as long as the trail is kept; write it without"
        )
    return msgspec.structs.replace(row, hash=_hash(row))


def encoded(row: Row) -> bytes:
    """The one way in which a row is written."""
    return msgspec.json.encode(row, order="deterministic")


def decoded(body: bytes | None) -> Row | None:
    """The row, or None for anything that was not written as one, even if it means the same."""
    try:
        row = msgspec.json.decode(body or b"", type=Row)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return row if encoded(row) == body else None


def is_whole(row: Row) -> bool:
    """Whether the row is as it was sealed."""
    return _hash(row) == row.hash


def verified(name: str, found: Iterable[tuple[str, bytes | None]], heads: Iterable[Head]) -> Verdict:
    """What is wrong with the trail of this name: its objects in the order of their keys, and all remembered heads."""
    verdict, hashes = Verdict(), {0: first(name)}
    remembered: dict[int, set[str]] = {}
    for head in heads:
        remembered.setdefault(head.seq, set()).add(head.hash)
    last = 0
    for where, body in found:
        seq = number(where)
        if seq is None or key(seq) != where:
            verdict.findings.append(f"{where} is not the key of a row")
            continue
        verdict.findings += [_missing(last + 1, seq - 1)] if seq > last + 1 else []
        row = decoded(body)
        verdict.findings += [
            f"row {seq} {problem}" for problem in _problems(row, seq, hashes, is_after_gap=seq > last + 1)
        ]
        hashes[seq], last = row.hash if row else "", seq
        verdict.rows += 1
    verdict.findings += _forgotten(remembered, hashes, last)
    verdict.head = Head(last, hashes[last]) if last else None
    verdict.unremembered = max(0, last - max(remembered, default=0))
    return verdict


def _problems(row: Row | None, seq: int, hashes: Mapping[int, str], *, is_after_gap: bool) -> Iterator[str]:
    if row is None:
        yield "is not a row as Sluice writes it"
        return
    if row.seq != seq:
        yield f"says that it is row {row.seq}: it was moved"
    if not is_whole(row):
        yield "was changed: its hash is another"
    if not is_after_gap and row.previous != hashes[seq - 1]:
        yield f"does not follow row {seq - 1}: one of them was replaced"


def _forgotten(remembered: Mapping[int, set[str]], hashes: Mapping[int, str], last: int) -> Iterator[str]:
    if (most := max(remembered, default=0)) > last:
        yield f"{_missing(last + 1, most)}: the trail was cut at its end"
    for seq, wanted in sorted(remembered.items()):
        if seq <= last and hashes.get(seq) and wanted != {hashes[seq]}:
            yield f"row {seq} is not the one that was remembered: the trail was written again from there, or before"


def _texts(value: Any) -> Iterator[str]:
    """Every string in the value, keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from (name, *_texts(inner))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)


def _is_personal(text: str) -> bool:
    """Whether it holds an email address, a token or a card's number, or is an address; a digest's digits are none of these."""
    return not _DIGEST.fullmatch(text) and (redaction.redact(text) != text or privacy.parse_address(text) is not None)


def _missing(first: int, last: int) -> str:
    return f"row {first} is missing" if first == last else f"rows {first} to {last} are missing"


def _hash(row: Row) -> str:
    return sha256(encoded(msgspec.structs.replace(row, hash=""))).hexdigest()
