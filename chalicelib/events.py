"""Bytes to Event: size, JSON, depth, keys, types and required fields."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, get_type_hints

import msgspec
from msgspec import Meta

from chalicelib.bodies import MAX_DEPTH, TOO_DEEP, TWICE, Twins, decode
from chalicelib.redaction import strip_controls
from chalicelib.rejections import InvalidField, InvalidJson, MissingField, Rejection

MAX_BODY = 16 * 1024
MAX_KEYS = 100
MAX_TEXT = 2000
MAX_NUMBER = 2**53
MAX_PIXELS = 65535
KEY_NAME = r"^[A-Za-z_][A-Za-z0-9_.-]{0,63}$"

Text = Annotated[str, Meta(max_length=MAX_TEXT)]
Name = Annotated[str, Meta(pattern=KEY_NAME)]
Whole = Annotated[int, Meta(ge=-MAX_NUMBER, le=MAX_NUMBER)]
Real = Annotated[float, Meta(ge=-MAX_NUMBER, le=MAX_NUMBER)]
Scalar = Text | Whole | Real | bool | None
Shallow = dict[Name, Scalar] | list[Scalar] | Scalar  # the deepest level that MAX_DEPTH leaves
Value = dict[Name, Shallow] | list[Shallow] | Scalar
Pixels = Annotated[int, Meta(ge=0, le=MAX_PIXELS, description=f"a whole number of pixels from 0 to {MAX_PIXELS}")]

_COUNT = "your own count of what you send, a whole number from 0 to 2^31-1: it orders the events of one millisecond"
Level = Annotated[Literal["full", "aggregate", "none"], Meta(description="full, aggregate or none", examples=["full"])]
_WEIGHT = "how many events this one counts as, a number from 1 to 1,000,000, by a server with a key"
Weight = Annotated[float, Meta(ge=1, le=1_000_000, description=_WEIGHT, examples=[10])]
Count = Annotated[int, Meta(ge=0, le=2**31 - 1, description=_COUNT, examples=[7])]


class Viewport(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The size of the part of the page that is seen."""

    width: Pixels | None = None
    height: Pixels | None = None


def _text(description: str, *examples: str) -> Meta:
    return Meta(description=f"{description}, a string of at most {MAX_TEXT} characters", examples=list(examples))


class Event(msgspec.Struct, rename="camel", forbid_unknown_fields=True, frozen=True):
    """What a client sends. An optional field may also be null, which counts as absent."""

    bucket: Annotated[
        str, Meta(max_length=MAX_TEXT, description="the name of the tenant's S3 bucket", examples=["shop-analytics"])
    ]
    event_type: Annotated[
        str,
        Meta(
            pattern=r"^[A-Za-z0-9_.:-]{1,64}$",
            description="1 to 64 of a-z 0-9 _ . : - (upper case is made lower)",
            examples=["page_view"],
        ),
    ]
    timestamp: Annotated[
        datetime,
        Meta(
            tz=True,
            description="the time it happened, ISO 8601 with a zone, for example 2025-12-17T12:00:00.000Z",
            examples=["2025-12-17T12:00:00.000Z"],
        ),
    ]
    event_id: (
        Annotated[
            str,
            Meta(
                pattern=r"^[A-Za-z0-9_-]{16,64}$",
                description="an idempotency key: 16 to 64 of A-Z a-z 0-9 _ -, random, the same for every try of one event",
                examples=["3f1c9d0a5b7e4c2f8a6d"],
            ),
        ]
        | None
    ) = None
    page: Annotated[Text, _text("the path or address of the page", "/articles/my-post?utm_source=news")] | None = None
    user_agent: Annotated[Text, _text("the user agent, in place of the header", "Mozilla/5.0 …")] | None = None
    client_address: Annotated[Text, _text("the visitor's, by a server with a key", "203.0.113.9")] | None = None
    viewport: Annotated[Viewport, Meta(description="an object with width and height")] | None = None
    session_id: Annotated[Text, _text("the client's own session", "b7c1")] | None = None
    user_id: Annotated[Text, _text("the client's own name for its user", "u-81")] | None = None
    referrer: Annotated[Text, _text("the address that the visitor came from", "https://www.example.org/")] | None = None
    from_website: Annotated[Text, _text("a promotion or partner code", "LinkedIn")] | None = None
    sequence: Count | None = None
    consent: Level | None = None
    sample_weight: Weight | None = None
    metadata: (
        Annotated[
            dict[Name, Value],
            Meta(
                description=f"an object with your own data, at most {MAX_KEYS} keys and {MAX_DEPTH} levels in the body",
                examples=[{"plan": "pro", "value": 12.5, "currency": "EUR"}],
            ),
        ]
        | None
    ) = None


REQUIRED = {
    "bucket": "You must specify the S3 bucket name in the request body",
    "eventType": "You must specify the event type in the request body",
    "timestamp": "You must specify the timestamp (ISO 8601 with a zone) in the request body",
}
FIELDS = dict(zip(Event.__struct_encode_fields__, Event.__struct_fields__, strict=True))
IDENTIFIERS = ("bucket", "eventId", "eventType")

_TIMESTAMP = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]{1,9})?)?"
    r"(?:[Zz]|[+-](?:[01][0-9]|2[0-3])(?::?[0-5][0-9])?)"
)
_KEY_NAME = re.compile(KEY_NAME[:-1] + r"\Z")
_KEYS = re.compile(rb'":(?<=[\w.-]":)')  # in JSON: within a string a quote has its backslash
_SURROGATE = re.compile("[\ud800-\udfff]")
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_.-]")
_AT_PATH = re.compile(r"^(?P<problem>.*?)(?: - at `\$\.?(?P<path>[^`]*)`)?$", re.DOTALL)
_UNKNOWN = re.compile(r"unknown field `(?P<name>[^`]*)`")


def parse(body: bytes) -> Event:
    """The event in a request's body (UTF-8 JSON); raises the Rejection that names what is wrong with it."""
    return judge(decode(body, MAX_BODY))


def judge(fields: dict[str, Any]) -> Event:
    """The event that decoded JSON holds; raises the Rejection that names what is wrong with it."""
    try:
        _require(fields)
        normal = dict(fields)
        if isinstance(normal["timestamp"], str):
            normal["timestamp"] = parse_timestamp(normal["timestamp"])
        if isinstance(normal["eventType"], str):
            normal["eventType"] = normal["eventType"].lower()
        event = msgspec.convert(normal, Event)
    except Rejection:
        _check(fields)
        raise
    except msgspec.ValidationError as error:
        _check(fields)
        raise _invalid(str(error)) from None
    # The types have seen depth, lengths and ranges already, at a tenth of the time.
    if not _is_plain(fields):
        _check(fields)
    return event


def _check(fields: dict[str, Any]) -> None:
    """Refuse what the types cannot name by its path: depth, number and names of keys, lengths, ranges, surrogates."""
    keys = 0
    waiting: list[tuple[str, Any, int]] = [("", fields, 1)]
    while waiting:
        path, value, depth = waiting.pop()
        if isinstance(value, dict | list | Twins):
            if depth > MAX_DEPTH:
                raise InvalidJson(TOO_DEEP)
            if isinstance(value, Twins):
                raise InvalidJson(TWICE)
            inner = _inner(path, value)
            keys += len(inner) if isinstance(value, dict) else 0
            waiting += [(inner_path, inner_value, depth + 1) for inner_path, inner_value in inner]
        else:
            _check_scalar(path, value)
    if keys > MAX_KEYS:
        raise InvalidJson(f"The body has {keys} keys; at most {MAX_KEYS} are allowed")


def _is_plain(fields: dict[str, Any]) -> bool:
    """Whether the types let nothing through that `_check` may not; False may also be a false alarm."""
    try:
        text = msgspec.json.encode(fields)
    except UnicodeEncodeError:  # half of a surrogate pair
        return False
    # The one character that a pattern's `$` overlooks is a line feed at the end.
    named = "".join(str(fields.get(name)) for name in IDENTIFIERS)
    return named.isprintable() and b'\\n":' not in text and len(_KEYS.findall(text)) <= MAX_KEYS


def _inner(path: str, value: dict[str, Any] | list[Any]) -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [(_join(path, name), inner) for name, inner in value.items()]
    return [(f"{path}[{index}]", inner) for index, inner in enumerate(value)]


def _check_scalar(path: str, value: str | float | None) -> None:
    if isinstance(value, str):
        _check_text(path, value)
    elif value is not None and not -MAX_NUMBER <= value <= MAX_NUMBER:
        raise InvalidField(path, f"{path}: a number must lie within ±2^53")


def _join(path: str, name: str) -> str:
    if not _KEY_NAME.match(name):
        shown = f"{path}.{printable(name)}" if path else printable(name)
        raise InvalidField(shown, f"{shown}: a key has 1 to 64 of A-Z a-z 0-9 _ . - and starts with a letter or _")
    return f"{path}.{name}" if path else name


def printable(name: str) -> str:
    """A key as a message may show it."""
    return _NOT_IN_NAMES.sub("?", name[:64])


def _check_text(path: str, text: str) -> None:
    if len(text) > MAX_TEXT:
        raise InvalidField(path, f"{path}: {len(text)} characters; at most {MAX_TEXT} are allowed")
    if _SURROGATE.search(text):
        raise InvalidField(path, f"{path}: half of a surrogate pair is not a character")
    if path in IDENTIFIERS and strip_controls(text) != text:
        raise InvalidField(path, f"{path}: control characters are not allowed here")


def _require(fields: dict[str, Any]) -> None:
    for name, message in REQUIRED.items():
        if fields.get(name) in (None, ""):
            raise MissingField(name, message)


def parse_timestamp(text: str) -> datetime:
    """An ISO 8601 time with a zone, as UTC; raises InvalidField.

    The years 1 and 9999 are refused: with a zone they leave what a datetime, and Athena's timestamp, can hold.
    """
    try:
        moment = datetime.fromisoformat(text.upper()) if _TIMESTAMP.fullmatch(text) else None
    except ValueError:
        moment = None
    if moment is None or not 1 < moment.year < 9999 or not 1 < moment.astimezone(UTC).year < 9999:
        raise InvalidField("timestamp", f"timestamp: must be {_description('timestamp')}")
    return moment.astimezone(UTC)


def _invalid(problem: str) -> InvalidField:
    """A rejection from msgspec's message, which ends in "- at `$.path`" below the top."""
    match = _AT_PATH.match(problem)
    path = match["path"] or "" if match else ""
    unknown = _UNKNOWN.search(problem)
    if unknown:
        name = f"{path}.{unknown['name']}" if path else unknown["name"]
        return InvalidField(name, f"{name}: there is no such field; put your own data under metadata")
    return InvalidField(path, f"{path}: must be {_description(path)}")


def _description(path: str) -> str:
    field, _, leaf = path.partition(".")
    struct, name = (Viewport, leaf) if leaf else (Event, FIELDS[field])
    hint = get_type_hints(struct, include_extras=True)[name]
    return str(_meta(hint).description)


def _meta(hint: Any) -> Meta:
    """The Meta that describes a field: the last one of `Annotated[…]`, also within `… | None`."""
    annotated = hint if hasattr(hint, "__metadata__") else hint.__args__[0]
    meta: Meta = annotated.__metadata__[-1]
    return meta
