"""A person by the id that the tenant knows, as each store may have it: in a field, as a token of it, or anywhere in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple
from urllib.parse import quote

import msgspec

from chalicelib.lake.tombstones import COLUMNS, Of
from chalicelib.vault import tokens

# What may be part of a longer id, so that the id `u-1` is not found in `u-12`.
PART = rb"[A-Za-z0-9_-]"


class Person(NamedTuple):
    """Whom somebody asks for: the kind of id, and each value by which records may have it.

    `visitors` are the day's hashes that count as this person, by the operator's choice. What was received after `until` is
    not asked for. `tokens` are those of the id in the vault, in any field; `others` are further ones that the person's records
    had, and whose values may be somebody else's.
    """

    of: Of
    values: tuple[str, ...]
    visitors: frozenset[str] = frozenset()
    until: str = "9999"
    tokens: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()

    @property
    def ids(self) -> list[tuple[Of, str]]:
        """Each id that is erased."""
        found: list[tuple[Of, str]] = [(self.of, value) for value in self.values]
        found += (("visitor", one) for one in sorted(self.visitors))
        return found + [("token", one) for one in sorted(self.tokens)]

    def owns(self, record: dict[str, Any]) -> bool:
        """Whether the record, by the lake's names or the tables', has one of these ids in its field, and came in time."""
        found = {name.lower(): value for name, value in record.items()}
        is_one = found.get(COLUMNS[self.of]) in self.values or found.get("visitorid") in self.visitors
        return (is_one or not self.tokens.isdisjoint(held(found))) and not self.is_later(record)

    def is_later(self, fields: dict[str, Any]) -> bool:
        """Whether this was received after the time that is asked for."""
        return str(fields.get("serverTimestamp") or fields.get("servertimestamp") or "") > self.until

    @property
    def pattern(self) -> re.Pattern[bytes]:
        """The ids themselves wherever they may be: as they are, in JSON, in JSON within JSON, and in an address."""
        forms = sorted(self.forms, key=len, reverse=True)
        return re.compile(rb"(?<!%s)(?:%s)(?!%s)" % (PART, b"|".join(map(re.escape, forms)), PART))

    @property
    def forms(self) -> set[bytes]:
        """How the ids may be written."""
        return {form for value in (*self.values, *self.visitors, *self.tokens) for form in _forms(value)}


def held(fields: dict[str, Any]) -> set[str]:
    """The tokens in a record's fields, by the tables' names."""
    return tokens.held(*(fields.get(name) for name in ("sessionid", "userid", "metadata")))


def candidates(value: str, others: Iterable[str] = ()) -> tuple[str, ...]:
    """The values by which records may have an id: as it was sent, and hashed where the tenant's mode hashes ids (`others`)."""
    return tuple(dict.fromkeys((value, *others)))


def decoded(line: bytes) -> dict[str, Any] | None:
    """The line as a JSON object; None for any other."""
    try:
        found = msgspec.json.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _forms(value: str) -> set[bytes]:
    once = msgspec.json.encode(value)[1:-1].decode()
    twice = msgspec.json.encode(once)[1:-1].decode()
    return {one.encode() for one in (value, once, twice, quote(value, safe=""))}
