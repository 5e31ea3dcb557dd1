"""Events with tokens in place of values, each value's row kept first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, NamedTuple

import msgspec

from chalicelib.allowlist import Entry
from chalicelib.events import FIELDS, Event
from chalicelib.vault import tokens
from chalicelib.vault.keyring import DataKey, Keys, VaultUnavailable
from chalicelib.vault.rows import PUTTERS, Row, Rows
from chalicelib.vault.sealing import bound, sealed
from chalicelib.vault.tokens import Named

# What one data key seals: 10,000 values take five of them, and as many calls to open.
MOST_VALUES, LONGEST = 2000, timedelta(hours=1)
# Tokens of which a worker knows that they have a row. Not for long: one that was erased has its row again after this time.
KNOWN, KNOWN_FOR = 10_000, timedelta(minutes=5)
TRIED_AGAIN = timedelta(seconds=1)


class _Used(NamedTuple):
    key: DataKey
    until: datetime
    left: int


class Vault:
    """What a worker makes tokens with: the keys and the rows of its stage, and for a while in its memory what they gave."""

    def __init__(self, keys: Keys, rows: Rows) -> None:
        self._keys, self._rows, self._lock = keys, rows, Lock()
        self._derived: dict[tuple[str, Named], bytes] = {}
        self._data: dict[str, _Used] = {}
        self._known: OrderedDict[tuple[str, str], datetime] = OrderedDict()
        self._failed: dict[str, tuple[datetime, str]] = {}

    def taken(self, event: Event, entry: Entry, values: dict[str, str], now: datetime) -> Event:
        """The event with tokens in its entry's fields; `values` gets the value of each, which `keep` then has to keep.

        A token that is there already stays. Raises VaultUnavailable.
        """
        return replaced(event, entry, lambda field, value: self._taken(event.bucket, entry, field, value, values, now))

    def keep(self, bucket: str, values: dict[str, str], now: datetime) -> None:
        """Keep a row for each of these tokens; raises VaultUnavailable, and then the event must not be stored."""
        new = {token: value for token, value in values.items() if self._known.get((bucket, token), now) <= now}
        # Sealed here, one after the other; DynamoDB takes a conditional put alone, so that many go side by side.
        rows = [self._sealed(bucket, token, value, now) for token, value in new.items()]
        if len(rows) == 1:
            self._rows.add(rows[0])
        elif rows:
            _side_by_side(self._rows, rows)
        self._remember(bucket, new, now)

    def _taken(self, bucket: str, entry: Entry, field: str, value: Any, values: dict[str, str], now: datetime) -> Any:
        if isinstance(value, list):
            return [self._taken(bucket, entry, field, one, values, now) for one in value]
        text = tokens.text_of(value)
        if text is None or tokens.is_token(text):
            return value
        named = Named(tokens.kind_of(field), entry.token_version)
        plain = tokens.normal(named.kind, text)
        if not plain:
            return None
        token = tokens.token(self._key(bucket, named, now), named, plain)
        values[token] = plain
        return token

    def _key(self, bucket: str, named: Named, now: datetime) -> bytes:
        if (bucket, named) not in self._derived:
            self._refuse_failed(bucket, now)
            try:
                self._derived[bucket, named] = self._keys.derived(bucket, named)
            except VaultUnavailable as error:
                self._failed[bucket] = now, str(error)
                raise
        return self._derived[bucket, named]

    def _sealed(self, bucket: str, token: str, value: str, now: datetime) -> Row:
        key, day = self._next(bucket, now), now.date().isoformat()
        return Row(bucket, token, key.sealed, sealed(key.plain, value, bound(bucket, token, day)), day)

    def _next(self, bucket: str, now: datetime) -> DataKey:
        """The tenant's data key for one more value."""
        with self._lock:
            used = self._data.get(bucket)
            if used is None or not used.left or now >= used.until:
                self._refuse_failed(bucket, now)
                try:
                    used = _Used(self._keys.data(bucket), now + LONGEST, MOST_VALUES)
                except VaultUnavailable as error:
                    self._failed[bucket] = now, str(error)
                    raise
            self._data[bucket] = used._replace(left=used.left - 1)
            return used.key

    def _refuse_failed(self, bucket: str, now: datetime) -> None:
        """What failed a moment ago is not asked for again, so that a key that is not there slows down nobody.

        Each tenant's by itself: a right that one lacks refuses no other's events.
        """
        failed = self._failed.get(bucket)
        if failed is not None and now - failed[0] < TRIED_AGAIN:
            raise VaultUnavailable(failed[1])

    def _remember(self, bucket: str, found: dict[str, str], now: datetime) -> None:
        with self._lock:
            for token in found:
                self._known[bucket, token] = now + KNOWN_FOR
                self._known.move_to_end((bucket, token))
            while len(self._known) > KNOWN:
                self._known.popitem(last=False)


def _side_by_side(rows: Rows, added: list[Row]) -> None:
    putters, waits = ThreadPoolExecutor(min(PUTTERS, len(added))), False
    try:
        list(putters.map(rows.add, added))
        waits = True
    finally:
        # Where a put failed, or the request's time is over, nobody waits for the others.
        putters.shutdown(wait=waits, cancel_futures=True)


def replaced(event: Event, entry: Entry, put: Callable[[str, Any], Any]) -> Event:
    """The event with what `put` makes of each value in the entry's fields, of the field's name and the value."""
    changed: dict[str, Any] = {}
    for field in sorted(entry.tokenize):
        name, _, path = field.partition(".")
        attribute = FIELDS[name]
        value = changed.get(attribute, getattr(event, attribute))
        if value is None:
            continue

        def of_field(one: Any, field: str = field) -> Any:
            return put(field, one)

        changed[attribute] = tokens.within(value, path, of_field) if path else of_field(value)
    return msgspec.structs.replace(event, **changed) if changed else event
