"""A log file as it is stored, without what identifies a person: line by line, the same bytes for the same file and salts."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable, Collection
from datetime import date, tzinfo
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from chalicelib import privacy
from chalicelib.access_logs import reading
from chalicelib.access_logs.fields import FIELDS, HEADER, NOTHING, PLACES

_HOST = PLACES["x-host-header"]
_STEM, _QUERY, _REFERRER = PLACES["cs-uri-stem"], PLACES["cs-uri-query"], PLACES["cs(Referer)"]
_ADDRESSES = tuple(PLACES[field.name] for field in FIELDS if field.becomes == "address")
_TEXTS = tuple(PLACES[field.name] for field in FIELDS if field.becomes == "text")
_DROPPED = tuple(PLACES[field.name] for field in FIELDS if field.becomes == "dropped")

_SHORT, _REPEATED = 512, 4096

# The tenant's salt of a day of its zone; None where addresses get no hash.
Salt = Callable[[date], bytes | None]


class Rules(NamedTuple):
    """By what the lines of a tenant are cleaned: its salts and zone, the hosts of its site, the parameters that stay."""

    salt: Salt
    zone: tzinfo
    sites: Collection[str]
    keep_query: Collection[str]


class Cleaned(NamedTuple):
    """The cleaned file, and its lines: those that are in it, those of them without a hash, and those left out."""

    body: bytes
    lines: int
    unhashed: int
    malformed: int


def _text(text: str) -> str:
    return privacy.clean(text) or NOTHING


def _hashed(text: str, salt: bytes | None) -> str:
    """The hash of each address of a list, whose blanks CloudFront escapes; anything else is left out."""
    if salt is None or text == NOTHING:
        return NOTHING
    found = map(privacy.parse_address, unquote(text).split(","))
    return ",".join(privacy.hash_address(salt, address) for address in found if address) or NOTHING


class _Steps(NamedTuple):
    """What is done to a text, and to addresses."""

    text: Callable[[str], str]
    hashed: Callable[[str, bytes | None], str]


PLAIN = _Steps(_text, _hashed)


def _remembering() -> _Steps:
    """The steps for a file, whose lines repeat methods, hosts, browsers and addresses: that is half of the time.

    No longer than for the file, because a day's salt is forgotten; and nothing long, which would fill the memory.
    """
    text, hashed = lru_cache(_REPEATED)(_text), lru_cache(_REPEATED)(_hashed)
    return _Steps(
        lambda said: text(said) if len(said) <= _SHORT else _text(said),
        lambda said, salt: hashed(said, salt) if len(said) <= _SHORT else _hashed(said, salt),
    )


def cleaned(file: bytes, rules: Rules | None) -> Cleaned:
    """The file in the stored form, with each of its lines cleaned, where there are rules; raises UnreadableFile.

    Memory is that of the file as it came and of what is made of it, both packed, and of a line.
    """
    lines = unhashed = malformed = 0
    steps = _remembering()
    made = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", fileobj=made, mtime=0) as target:
        target.write(HEADER.encode())
        for values in reading.lines(file):
            moment = reading.moment(values) if values else None
            if values is None or moment is None:
                malformed += 1
                continue
            if rules is not None:
                salt = rules.salt(moment.astimezone(rules.zone).date())
                unhashed += salt is None
                values = line(values, salt, rules, steps)
            lines += 1
            target.write(("\t".join(values) + "\n").encode())
    return Cleaned(made.getvalue(), lines, unhashed, malformed)


def line(values: list[str], salt: bytes | None, rules: Rules, steps: _Steps = PLAIN) -> list[str]:
    """One line's 33 values, cleaned as `/track` cleans what it is sent."""
    made = list(values)
    for place in _ADDRESSES:
        made[place] = steps.hashed(values[place], salt)
    for place in _TEXTS:
        made[place] = steps.text(values[place])
    for place in _DROPPED:
        made[place] = NOTHING
    query = "" if values[_QUERY] == NOTHING else f"?{values[_QUERY]}"
    page = privacy.clean_page(values[_STEM] + query, rules.keep_query).text
    stem, _, kept = page.partition("?")
    made[_STEM], made[_QUERY] = stem or NOTHING, kept or NOTHING
    if values[_REFERRER] != NOTHING:
        site = privacy.host_of(values[_HOST])
        made[_REFERRER] = privacy.clean_referrer(values[_REFERRER], site, rules.keep_query, rules.sites) or NOTHING
    return made
