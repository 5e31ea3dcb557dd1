"""Who was erased: a keyed hash of a session, user, visitor or token with a time, in the tenant's bucket, and never the id itself.

A record that was received up to that time is dropped wherever records are read to be written again. One that came later counts.
The key is in the stage's own bucket, so that nobody who reads the tenant's can try ids against the hashes.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Literal

import msgspec

from chalicelib.days import iso
from chalicelib.lake import parquet
from chalicelib.lake.kinds import Kind
from chalicelib.lake.objects import BrokenLake, Objects
from chalicelib.prefixes import ERASED, ERASED_KEY, ERASED_LATELY
from chalicelib.vault import tokens

# A token of the vault may be in any field that an entry tokenizes.
Of = Literal["session", "user", "visitor", "token"]
Secret = Callable[[], bytes]
# Columns of the lake, by what they name.
COLUMNS: dict[Of, str] = {"session": "sessionid", "user": "userid", "visitor": "visitorid"}
# Where tokens may be.
_HOLDING = ("sessionid", "userid", "metadata")
KEY = f"{ERASED_KEY.path}key"
_NAME = re.compile(rf"{ERASED.path}([0-9a-f]{{64}})\.(\d{{13}})")
_MANY = 100_000


class NoKey(BrokenLake):
    """There are tombstones, and the key that their hashes need is not to be had."""


class _Ids(msgspec.Struct, rename="camel"):
    """Whose a record is, and when it was received."""

    server_timestamp: str
    session_id: str | None = None
    user_id: str | None = None
    visitor_id: str | None = None
    metadata: str | None = None


_DECODE = msgspec.json.Decoder(_Ids).decode


class Tombstones:
    """What was erased of one tenant: up to which time, by the hash of each id."""

    def __init__(self, secret: bytes, until: Mapping[str, str]) -> None:
        self._secret, self._until = secret, until
        self._known: dict[tuple[Of, str], str] = {}

    @property
    def digest(self) -> str:
        """A digest over the hashes and their times."""
        return sha256("".join(f"{name} {at}\n" for name, at in sorted(self._until.items())).encode()).hexdigest()[:16]

    @property
    def said(self) -> dict[str, str]:
        """What a day says that was made without these people."""
        return {parquet.ERASED_BY: self.digest}

    def until(self, of: Of, value: str) -> str:
        """The time up to which records of this id are erased, as records have it; empty where it was not."""
        found = self._known.get((of, value))
        if found is None:
            if len(self._known) > _MANY:
                self._known.clear()
            found = self._known[of, value] = self._until.get(named(self._secret, of, value), "")
        return found

    def covers(
        self,
        moment: str,
        session: str | None = None,
        user: str | None = None,
        visitor: str | None = None,
        metadata: str | None = None,
    ) -> bool:
        """Whether a record with these ids that was received then (ISO 8601 with milliseconds and Z) is erased."""
        ids: list[tuple[Of, str | None]] = [("session", session), ("user", user), ("visitor", visitor)]
        ids += (("token", one) for one in tokens.held(session, user, metadata))
        return any(value and moment <= self.until(of, value) for of, value in ids)

    def filter(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """Those of these records, a line of JSON each, that are not erased; what is not a record stays."""
        return (line for line in lines if not self.covers_line(line))

    def covers_line(self, line: bytes) -> bool:
        """Whether this record, as JSON, is erased; what is not a record is not."""
        try:
            ids = _DECODE(line)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return False
        return self.covers(ids.server_timestamp, ids.session_id, ids.user_id, ids.visitor_id, ids.metadata)

    def without(self, held: Path, target: Path) -> int:
        """Write the Parquet's rows that are not erased, in their order; how many those are."""
        return parquet.copy(
            f"FROM read_parquet({parquet.text(held)}) WHERE NOT ({self._rows(held)})", target, self.said
        )

    def _rows(self, held: Path) -> str:
        """SQL for the erased rows of this file."""
        import duckdb

        found: dict[tuple[str, str], list[str]] = {}
        with duckdb.connect() as connection:
            there = {name.lower() for name in connection.from_parquet(str(held)).columns}
            for of, column, isin in _columns(there):
                named = f"SELECT DISTINCT {column} AS value FROM read_parquet($held)"
                read = connection.execute(f"FROM ({named}) WHERE value IS NOT NULL", {"held": str(held)})
                for (value,) in read.fetchall():
                    if at := self.until(of, value):
                        found.setdefault((isin, at), []).append(parquet.text(value))
        # A list for those who went at the same time: of five thousand conditions DuckDB would take gigabytes.
        listed = [
            f"coalesce({isin.format(', '.join(values))}, false) AND servertimestamp <= '{at}'"
            for (isin, at), values in found.items()
        ]
        return " OR ".join(listed) or "false"


def _columns(there: Collection[str]) -> Iterator[tuple[Of, str, str]]:
    """Each kind of id that a row of these columns may have, with SQL for its values, and for whether one is in a list."""
    yield from ((of, column, f"{column} IN ({{}})") for of, column in COLUMNS.items() if column in there)
    if holding := [column for column in _HOLDING if column in there]:
        form = parquet.text(tokens.FORM).replace("{", "{{").replace("}", "}}")
        values = f"regexp_extract_all(concat_ws(' ', {', '.join(holding)}), {form})"
        yield "token", f"unnest({values.format()})", f"list_has_any({values}, [{{}}])"


def named(secret: bytes, of: Of, value: str) -> str:
    """The keyed hash of an id."""
    return hmac.digest(secret, f"{of}\0{value}".encode("utf-8", "surrogatepass"), "sha256").hex()


def object_key(name: str, at: datetime) -> str:
    """The key of a tombstone: a listing says all that there is to know."""
    return f"{ERASED.path}{name}.{round(at.timestamp() * 1000):013d}"


def listed(objects: Objects) -> dict[str, str]:
    """Up to when each hash is erased, the latest time of each."""
    found: dict[str, str] = {}
    for key in objects.keys(ERASED.path):
        if named := _NAME.fullmatch(key):
            at = iso(datetime.fromtimestamp(int(named[2]) / 1000, UTC))
            found[named[1]] = max(found.get(named[1], ""), at)
    return found


def lately_key(bucket: str, name: str, at: datetime) -> str:
    """The key of the same in the stage's own bucket, for what is still in the stream."""
    return f"{ERASED_LATELY.path}{bucket}/{object_key(name, at).removeprefix(ERASED.path)}"


def lately(own: Objects) -> dict[str, Tombstones]:
    """Who was erased in the last days, by the tenant's bucket. Raises NoKey."""
    found: dict[str, dict[str, str]] = {}
    for key in own.keys(ERASED_LATELY.path):
        bucket, _, name = key.removeprefix(ERASED_LATELY.path).partition("/")
        if named := _NAME.fullmatch(f"{ERASED.path}{name}"):
            at, mine = iso(datetime.fromtimestamp(int(named[2]) / 1000, UTC)), found.setdefault(bucket, {})
            mine[named[1]] = max(mine.get(named[1], ""), at)
    return {bucket: Tombstones(secret_of(own), until) for bucket, until in found.items()}


def load(objects: Objects, secret: Secret | None) -> Tombstones | None:
    """What was erased of the tenant; None where nobody was, which asks for no key. Raises NoKey."""
    found = listed(objects)
    if not found:
        return None
    if secret is None:
        raise NoKey(
            f"people were erased here ({ERASED.path}), and days are made again only without them; the key is not known"
        )
    return Tombstones(secret(), found)


def secret_of(own: Objects, *, make: bool = False) -> bytes:
    """The key, in the stage's own bucket; made once where that is asked for. Raises NoKey."""
    if make:
        own.create(KEY, secrets.token_bytes(32), {})
    found = own.read(KEY)
    if found is None:
        raise NoKey(f"the stage's own bucket has no {KEY}, without which nobody knows who was erased; restore it")
    return found


def heeding(kind: Kind, objects: Objects) -> Kind:
    """The kind of days, made without what was erased; as it is where nothing was. Raises NoKey."""
    if kind.table:  # days of access logs have no ids
        return kind
    erased = load(objects, kind.secret)
    if erased is None:
        return kind
    return kind._replace(
        form=kind.form._replace(copied=partial(_copied, erased, kind)),
        write=partial(kind.write, erased=erased.digest),
        said=erased.said,
        missing=partial(_missing, erased, kind),
        merge=kind.merge and partial(_merged, erased, kind),
    )


def _copied(erased: Tombstones, kind: Kind, key: str, body: bytes, file: BinaryIO) -> tuple[int, str | None]:
    whole = BytesIO()
    _, reason = kind.form.copied(key, body, whole)
    kept = list(erased.filter(whole.getvalue().splitlines(keepends=True)))
    file.write(b"".join(kept))
    return len(kept), reason


def _missing(erased: Tombstones, kind: Kind, held: Path, fresh: Path) -> int:
    """What the held Parquet has and the fresh one lacks, besides what was erased."""
    target = held.with_suffix(".without")
    erased.without(held, target)
    return kind.missing(target, fresh)


def _merged(erased: Tombstones, kind: Kind, parts: Iterable[Path], target: Path, *, is_bare: bool = False) -> int:
    """The parts as one file, without what was erased of any of them."""
    assert kind.merge is not None
    left = []
    for number, part in enumerate(parts):
        left.append(part.with_suffix(f".{number}"))
        erased.without(part, left[-1])
    return kind.merge(left, target, erased.digest, is_bare=is_bare)
