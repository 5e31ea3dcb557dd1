"""What was refused, kept for its tenant where the entry asks for it: why, when, and the body without personal data.

Above ten a second in one worker, for a bucket and a reason, one counts for those that were left out, by its weight.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from itertools import groupby
from threading import Lock
from time import monotonic
from typing import Any, NamedTuple

import msgspec

from chalicelib import bodies, events, privacy, records
from chalicelib.allowlist import FULL, SENT, Allowlist, Entry
from chalicelib.prefixes import REJECTED, SUFFIX
from chalicelib.records import Cleaning
from chalicelib.rejections import Rejection
from chalicelib.tracking import consent, keys, modes
from chalicelib.tracking.stores import NoSuchBucket, Store, StoreUnavailable

RATE = 10  # a second
MAX_BODY = 4096  # bytes of a body that are kept
# Where a body cannot be read as a JSON object, its bucket is looked for in so much of it.
_LOOKED = 64 * 1024
_NAMED = re.compile(rb'"bucket"\s*:\s*"([a-z0-9.-]{3,63})"')
_NAME = re.compile(events.KEY_NAME)
_QUERY = re.compile(r"\?[^\s\"'<>\\]*")
# The most that may be left out for so much that was kept: at the end, those that no later one counts are fewer.
_LEFT_OUT = 1 / 200
_MANY = 1000
_IDS = frozenset({"sessionId", "userId"})
_OPTED_OUT = _IDS | {"metadata"}
# What an event or a batch has; where ids are not stored as sent, one may be under any other name.
_FIELDS = frozenset({*events.FIELDS, "events"})


class Kept(msgspec.Struct, rename="camel", frozen=True):
    """One refused event, or request where it is not known to be one; `body` is null where none of it could be cleaned.

    `size` is in bytes, as it was sent. `weight` is how many it counts as. `whole`: the body holds all fields that were sent.
    """

    reason: str
    field: str | None
    message: str
    server_timestamp: str
    size: int
    weight: int
    whole: bool
    body: str | None


class Refused(NamedTuple):
    """A rejection, and what it refused: a request's bytes, or an event of a batch of this bucket as it was decoded."""

    rejection: Rejection
    sent: bytes | Any
    bucket: str | None = None


class Way(NamedTuple):
    """How a body is kept: without these fields, with or without those that no event has, and with which user agent."""

    cleaning: Cleaning
    without: frozenset[str] = frozenset()
    strangers: bool = True
    user_agent: Callable[[str | None], str | None] | None = None


class Sampler:
    """How many each rejection counts as in this process; 0 for one that is left out, which a later one counts."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._seen: dict[tuple[str, str], _Seen] = {}

    def weight(self, bucket: str, reason: str) -> int:
        with self._lock:
            if len(self._seen) > _MANY:  # strangers choose a pattern's buckets
                self._seen.clear()
            seen = self._seen.setdefault((bucket, reason), _Seen())
            return seen.weight(int(self._clock()))


class _Seen:
    """One bucket's rejections of one reason: those of this second that were kept, all that were, and those left out since."""

    def __init__(self) -> None:
        self.second, self.kept_now, self.kept, self.left_out = 0, 0, 0, 0

    def weight(self, second: int) -> int:
        if second != self.second:
            self.second, self.kept_now = second, 0
        if self.kept_now >= RATE and self.left_out < self.kept * _LEFT_OUT:
            self.left_out += 1
            return 0
        weight = 1 + self.left_out
        self.kept_now, self.kept, self.left_out = self.kept_now + 1, self.kept + weight, 0
        return weight


class Keeper:
    """Keeps what is refused, in the bucket that it names, where the allowlist admits that and its entry asks for it."""

    def __init__(self, allowlist: Allowlist, owner: str | None, store: Store, keep_query: Collection[str]) -> None:
        self._allowlist, self._owner, self._store = allowlist, owner, store
        self._keep_query = keep_query
        self._sampler = Sampler()
        self.is_asked = any(entry.keep_rejected for entry in allowlist.entries)

    def keep(
        self, refused: Iterable[Refused], received: datetime, headers: Mapping[str, str], chance: Callable[[int], bytes]
    ) -> str | None:
        """Keep those that are asked for, one object a bucket and reason; why that failed, in a word, or None."""
        found = [(self._named(one), one) for one in refused if consent.strictest(one.sent) != consent.NONE]
        mine = [(entry, bucket, one) for (entry, bucket), one in found if entry is not None and entry.keep_rejected]
        mine.sort(key=lambda each: (each[1], each[2].rejection.reason))
        for (bucket, reason), some in groupby(mine, key=lambda each: (each[1], each[2].rejection.reason)):
            listed = list(some)
            lines = [
                self._line(bucket, one, received, headers, self._way(entry, one, headers)) for entry, _, one in listed
            ]
            if body := b"".join(lines):
                key = object_key(reason, received, chance(8))
                try:
                    self._store.put(listed[0][0].owner or self._owner, bucket, key, body)
                except (StoreUnavailable, NoSuchBucket) as error:
                    return str(error) or type(error).__name__
        return None

    def _named(self, one: Refused) -> tuple[Entry | None, str]:
        bucket = one.bucket or one.rejection.bucket or _bucket(one.sent)
        return self._allowlist.find(bucket), bucket

    def _way(self, entry: Entry, one: Refused, headers: Mapping[str, str]) -> Way:
        """How the entry's modes, and the sender's signals, let a body be kept."""
        without = frozenset() if entry.identify == SENT else _IDS
        # Nothing of a field that the vault takes values of; where one is metadata's, none of that.
        without |= {field.partition(".")[0] for field in entry.tokenize}
        if consent.opts_out(headers) or consent.strictest(one.sent):
            without |= _OPTED_OUT
        return Way(
            modes.cleaning(entry, self._keep_query),
            without,
            strangers=not without and entry.user_agent == FULL,
            user_agent=None if entry.user_agent == FULL else modes.family_of,
        )

    def _line(self, bucket: str, one: Refused, received: datetime, headers: Mapping[str, str], way: Way) -> bytes:
        weight = self._sampler.weight(bucket, one.rejection.reason)
        if not weight:
            return b""
        size = len(one.sent if isinstance(one.sent, bytes) else msgspec.json.encode(one.sent, enc_hook=repr))
        body, whole = cleaned(one.sent, way, records.header_text(headers.get("user-agent")))
        scope = way.cleaning.texts.others
        field, message = (privacy.clean_metadata(text, scope) for text in _said(one.rejection, way))
        kept = Kept(one.rejection.reason, field, message, records.iso(received), size, weight, whole, body)
        return msgspec.json.encode(kept) + b"\n"


def _said(rejection: Rejection, way: Way) -> tuple[str | None, str]:
    """Its field and its message; without the names within a field that no body is kept with: a sender chose them, too."""
    whole = rejection.field or ""
    field = whole.partition(".")[0]
    if field == whole or field not in way.without:
        return rejection.field, rejection.message
    return field, rejection.message.replace(whole, field)


def object_key(reason: str, received: datetime, chance: bytes) -> str:
    """The key of what was refused for this reason at this time."""
    day = REJECTED._replace(path=f"{REJECTED.path}reason={reason}/").of_day(received.date())
    return f"{day}{records.mint_event_id(received, chance)}{SUFFIX}"


def cleaned(sent: bytes | Any, way: Way, agent: str | None = None) -> tuple[str | None, bool]:
    """The body without personal data, cut to what is kept, and whether all of it is there.

    An object is cleaned field by field, as an event is, and gets the request's user agent where it has none of its own;
    anything else is cleaned as one text, without what follows a question mark.
    """
    fields = _decoded(sent)
    known = _left(fields, way) if isinstance(fields, dict) else None
    text = None if known is None else _encoded(known, way, agent)
    is_object = text is not None and (way.strangers or _names(known) == _names(fields))
    if text is None:
        # Nobody knows what of it is a person's, so nothing is kept where anything must not be.
        if not way.strangers or not isinstance(sent, bytes):
            return None, False
        readable = _QUERY.sub("?", sent[: 2 * MAX_BODY].decode("utf-8", "replace"))
        text = str(privacy.clean_metadata(readable, way.cleaning.texts.others))
    cut = text.encode("utf-8", "replace")[:MAX_BODY].decode("utf-8", "ignore")
    return cut, is_object and cut == text


def _decoded(sent: bytes | Any) -> Any:
    """What was sent as JSON; None where that fails, or there is too much to look at."""
    if not isinstance(sent, bytes):
        return sent
    try:
        return bodies.decode(sent, _LOOKED)
    except Rejection:
        return None


def _left(fields: dict[str, Any], way: Way) -> dict[str, Any]:
    """The fields that may be kept, also those of each event of a batch that is refused as a whole."""
    left = {
        name: one
        for name, one in fields.items()
        if name not in way.without and name not in keys.FIELDS and (way.strangers or _is_known(name, one))
    }
    listed = left.get("events")
    if isinstance(listed, list):
        left["events"] = [_event(one, way) for one in listed if way.strangers or isinstance(one, dict)]
    return left


def _event(fields: Any, way: Way) -> Any:
    """An event of a batch that is refused as a whole; its page and its texts are cleaned with the batch."""
    if not isinstance(fields, dict):
        return fields
    left = _left({name: one for name, one in fields.items() if name != "events"}, way)
    if way.user_agent and isinstance(left.get("userAgent"), str):
        left["userAgent"] = way.user_agent(left["userAgent"])
    return left


def _is_known(name: str, value: Any) -> bool:
    """Whether this is a field that an event or a batch has, and can hold nothing that belongs to another."""
    if name == "events":
        return isinstance(value, list)
    if name == "userAgent":
        return isinstance(value, str)
    if name == "viewport":
        return isinstance(value, dict) and not any(isinstance(one, str | dict | list) for one in value.values())
    return name == "metadata" or (name in _FIELDS and not isinstance(value, dict | list | bodies.Twins))


def _names(fields: Any) -> set[tuple[int | None, str]]:
    """The names of the fields but for those that no body is kept with, by event."""
    found: set[tuple[int | None, str]] = {(None, name) for name in fields}
    listed = fields.get("events")
    if isinstance(listed, list):
        found |= {(place, name) for place, one in enumerate(listed) if isinstance(one, dict) for name in one}
    return {one for one in found if one[1] not in _OPTED_OUT | {"clientAddress"}}


def _encoded(left: dict[str, Any], way: Way, agent: str | None) -> str | None:
    """The cleaned object as JSON; None for one that nests too deep, or that JSON cannot hold."""
    cleaning = way.cleaning
    # Their queries go with what the operator does not keep; a user agent has versions that look like addresses.
    page, referrer, own = (_taken(left, name) for name in ("page", "referrer", "userAgent"))
    arrival = cleaning.page(page)
    again = {
        "page": arrival.page,
        "referrer": cleaning.referrer(referrer, arrival.host, frozenset()),
        "userAgent": way.user_agent(own or agent) if way.user_agent else cleaning.text(own or agent),
    }
    try:
        made = privacy.clean_metadata(_renamed(left), cleaning.texts.others) | {
            name: value for name, value in again.items() if value is not None
        }
        return msgspec.json.encode(made).decode()
    except (RecursionError, TypeError, UnicodeEncodeError):
        return None


def _renamed(value: Any) -> Any:
    """The value with those of its names cleaned as texts that no event may have: they may be anything."""
    if isinstance(value, dict):
        named = ((name if _NAME.match(name) else str(privacy.clean_metadata(name)), one) for name, one in value.items())
        return {name: _renamed(one) for name, one in named}
    return [_renamed(one) for one in value] if isinstance(value, list) else value


def _taken(fields: dict[str, Any], name: str) -> str | None:
    return fields.pop(name) if isinstance(fields.get(name), str) else None


def _bucket(sent: bytes | Any) -> str:
    """The bucket that a body names, also where it cannot be read as JSON."""
    found = _NAMED.search(sent[:_LOOKED]) if isinstance(sent, bytes) else None
    return found[1].decode() if found else ""
