"""What a line of any access log becomes, and the values that all formats write alike."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple

from chalicelib.privacy import parse_address

NOTHING = ("", "-")  # how servers write a value that is not there
MAX_DIGITS = 19  # int() refuses 4,301 digits, and no server has sent so much
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TIME_LOCAL = re.compile(
    r"([0-9]{2})/([A-Z][a-z]{2})/([0-9]{4}):([0-9]{2}):([0-9]{2}):([0-9]{2}) ([+-])([0-9]{2})([0-9]{2})"
)
_EPOCH = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,9})?")
_REQUEST = re.compile(r"([A-Za-z]+) (.*?)(?: HTTP/[0-9.]+)?", re.DOTALL)
_HOST = re.compile(r"([A-Za-z0-9_.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::([0-9]{1,5}))?")
_ABSOLUTE = re.compile(r"(https?|wss?)://([^/?#]{1,260})(.*)", re.DOTALL)
_SCHEMES = {"443": "https", "80": "http"}


class MalformedLine(ValueError):
    """A line that is not of its format; the message says why, and nothing of what the line holds."""


class Line(NamedTuple):
    """One request as the server logged it; None is what it did not log, or could not make out.

    `address` is the client's, or whatever stood in its place; `host` is the site that was asked for.
    """

    address: str | None
    time: datetime
    method: str | None
    target: str | None
    status: int
    size: int
    referrer: str | None
    user_agent: str | None
    host: str | None = None
    scheme: str | None = None

    @property
    def page(self) -> str | None:
        """The target with the site before it, where that is known; https where the scheme is not."""
        if absolute := _ABSOLUTE.fullmatch(self.target or ""):
            scheme, host, rest = absolute.groups()
            return f"{scheme}://{site(host)[0] or host}{rest or '/'}"
        if self.host is None or self.target is None or not self.target.startswith("/"):
            return self.target
        return f"{self.scheme or 'https'}://{self.host}{self.target}"


Parse = Callable[[bytes], Line | None]  # None is a line that describes the others


def site(text: str | None) -> tuple[str | None, str | None]:
    """Host and scheme of `shop.example`, `shop.example:443` or `[::1]:8080`; a port is kept unless it is its scheme's own."""
    match = _HOST.fullmatch(text or "")
    if match is None or match[1] in ("-", "_"):
        return None, None
    host, port = match[1].lower().rstrip("."), match[2]
    if port is None or port in _SCHEMES:
        return host or None, _SCHEMES.get(port or "")
    return f"{host}:{port}", None


def address(text: str | None) -> str | None:
    """The first address of a list, without its port and brackets; a text in its place as it is."""
    first = (text or "").partition(",")[0].strip(' "\t')
    if first in NOTHING or parse_address(first):
        return value(first)
    bare = first.rpartition(":")[0].strip("[]") if ":" in first else first
    unbracketed = first.strip("[]")
    return next((one for one in (unbracketed, bare) if parse_address(one)), first)


def request(text: str) -> tuple[str | None, str | None]:
    """Method and target of a request line, whose target may hold spaces; neither if it is not HTTP (for example, a TLS hello)."""
    match = _REQUEST.fullmatch(text)
    return (match[1], value(match[2])) if match else (None, None)


def value(text: str | None) -> str | None:
    return None if text in NOTHING else text


def number(text: str) -> int:
    if text in NOTHING:
        return 0  # %b writes "-" for no bytes
    if not (text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS):
        raise MalformedLine("a status or size that is not a number")
    return int(text)


def status(text: str | None) -> int:
    if value(text) is None:
        raise MalformedLine("no status")
    return number(text or "")


@lru_cache(1024)  # a busy server logs hundreds of lines a second
def moment(text: str) -> datetime:
    """The time in UTC, from `17/May/2015:10:05:03 +0000`, ISO 8601 with a zone, or seconds since 1970."""
    try:
        return _parsed_time(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise MalformedLine("a time that is none, or has no zone") from None


def _parsed_time(text: str) -> datetime:
    local = _TIME_LOCAL.fullmatch(text)
    if local:
        return _local_time(*local.groups())
    if _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(float(text), UTC)
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("no zone")
    return found


def _local_time(day: str, month: str, year: str, hour: str, minute: str, second: str, *zone: str) -> datetime:
    """Not strptime, which knows the months of the machine's own language and takes 10 µs."""
    sign, hours, minutes = zone
    offset = timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if sign == "-" else 1)
    date = (int(year), _MONTHS.index(month) + 1, int(day))
    return datetime(*date, int(hour), int(minute), int(second), tzinfo=timezone(offset))
