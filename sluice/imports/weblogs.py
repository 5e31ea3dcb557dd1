"""A line of a web server's access log, as bytes, to a typed line: the combined format, and nginx's JSON."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

NOTHING = ("", "-")  # how servers write a value that is not there
MAX_DIGITS = 19  # int() refuses 4,301 digits, and no server has sent so much

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_QUOTED = rb'"([^"\\]*(?:\\.[^"\\]*)*)"'
# %h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-agent}i", then whatever else the operator appends. A user may hold spaces.
_COMBINED = re.compile(
    rb"(\S+) \S+ [^\[]*\[([^\]]+)\] "
    + _QUOTED
    + rb" ([0-9]{3}) ([0-9]{1,19}|-) "
    + _QUOTED
    + rb" "
    + _QUOTED
    + rb"(?: |\Z)",
    re.DOTALL,
)
_REQUEST = re.compile(r"([A-Za-z]+) (.*?)(?: HTTP/[0-9.]+)?", re.DOTALL)
_TIME_LOCAL = re.compile(
    r"([0-9]{2})/([A-Z][a-z]{2})/([0-9]{4}):([0-9]{2}):([0-9]{2}):([0-9]{2}) ([+-])([0-9]{2})([0-9]{2})"
)
_EPOCH = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,6})?")
# Apache: ap_escape_logitem writes \" \\ \n \t and the like, else \xhh. nginx: \xHH for all, also for " and \.
_ESCAPE = re.compile(rb"\\(?:x([0-9A-Fa-f]{2})|(.))", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"v": b"\v", b"f": b"\f"}


class MalformedLine(ValueError):
    """A line that is not of its format; the message says why, and nothing of what the line holds."""


class Line(NamedTuple):
    """One request as the server logged it; None is what it did not log, or could not make out."""

    address: str | None
    time: datetime
    method: str | None
    target: str | None
    status: int
    size: int
    referrer: str | None
    user_agent: str | None


def combined(line: bytes) -> Line:
    """A line of Apache's and nginx's `combined` format, also with more fields behind; raises MalformedLine."""
    match = _COMBINED.match(line)
    if match is None:
        raise MalformedLine("not a line of the combined format")
    address, time, request, status, size, referrer, user_agent = match.groups()
    method, target = _request(_unescaped(request))
    return Line(
        address=_value(address.decode("utf-8", "replace")),
        time=_moment(time.decode("utf-8", "replace")),
        method=method,
        target=target,
        status=int(status),
        size=_number(size.decode()),
        referrer=_value(_unescaped(referrer)),
        user_agent=_value(_unescaped(user_agent)),
    )


def nginx_json(line: bytes) -> Line:
    """A JSON object of nginx's variables under their own names, or those of Elastic's example; raises MalformedLine."""
    fields = _object(line)
    method, target = _request(_first(fields, "request") or "")
    return Line(
        address=_value(_first(fields, "remote_addr", "remote_ip")),
        time=_moment(_first(fields, "time_iso8601", "time_local", "msec", "time") or ""),
        method=method or _value(_first(fields, "request_method")),
        target=target or _value(_first(fields, "request_uri", "uri")),
        status=_number(_first(fields, "status", "response") or "no status"),
        size=_number(_first(fields, "body_bytes_sent", "bytes_sent", "bytes") or "-"),
        referrer=_value(_first(fields, "http_referer", "referrer")),
        user_agent=_value(_first(fields, "http_user_agent", "agent")),
    )


Format = Callable[[bytes], Line]
FORMATS: Mapping[str, Format] = {"combined": combined, "json": nginx_json}


def detect(sample: Sequence[bytes]) -> Format | None:
    """The format that most of these lines fit, or None where not one fits any."""
    fitting = {parse: sum(_fits(parse, line) for line in sample) for parse in FORMATS.values()}
    best = max(fitting, key=lambda parse: fitting[parse])
    return best if fitting[best] else None


def _fits(parse: Format, line: bytes) -> bool:
    try:
        parse(line)
    except MalformedLine:
        return False
    return True


def _request(text: str) -> tuple[str | None, str | None]:
    """Method and target of a request line, whose target may hold spaces; neither if it is not HTTP (for example, a TLS hello)."""
    match = _REQUEST.fullmatch(text)
    return (match[1], _value(match[2])) if match else (None, None)


def _value(text: str | None) -> str | None:
    return None if text in NOTHING else text


def _number(text: str) -> int:
    if text in NOTHING:
        return 0  # %b writes "-" for no bytes
    if not (text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS):
        raise MalformedLine("a status or size that is not a number")
    return int(text)


def _unescaped(raw: bytes) -> str:
    """The text that the server escaped; bytes that are not UTF-8 become U+FFFD."""
    if b"\\" in raw:
        raw = _ESCAPE.sub(_unescape, raw)
    return raw.decode("utf-8", "replace")


def _unescape(match: re.Match[bytes]) -> bytes:
    digits, character = match.groups()
    return bytes.fromhex(digits.decode()) if digits else _ESCAPED.get(character, character)


@lru_cache(1024)  # a busy server logs hundreds of lines a second
def _moment(text: str) -> datetime:
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
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("no zone")
    return moment


def _local_time(day: str, month: str, year: str, hour: str, minute: str, second: str, *zone: str) -> datetime:
    """Not strptime, which knows the months of the machine's own language and takes 10 µs."""
    sign, hours, minutes = zone
    offset = timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if sign == "-" else 1)
    date = (int(year), _MONTHS.index(month) + 1, int(day))
    return datetime(*date, int(hour), int(minute), int(second), tzinfo=timezone(offset))


def _object(line: bytes) -> dict[str, Any]:
    try:
        # nginx passes bytes above 0x7f as they are, also where they are not UTF-8.
        return _DECODER.decode(line.decode("utf-8", "replace"))
    except (msgspec.DecodeError, RecursionError):
        raise MalformedLine("not a JSON object") from None


_DECODER = msgspec.json.Decoder(dict[str, Any])


def _first(fields: Mapping[str, Any], *names: str) -> str | None:
    """The first of these fields that is there, as text: servers write numbers with quotes and without."""
    found = next((fields[name] for name in names if fields.get(name) is not None), None)
    return None if found is None else str(found)
