"""What a token looks like, what it is made of, and which values of an event get one."""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from chalicelib.redaction import strip_controls

PREFIX = "tok_"
ID, EMAIL = "id", "email"
# Letters alone: in digits a redactor on the way may see a card's or a telephone's number.
_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
_BYTES = 16  # of the MAC: two of 2^64 values share one
_TOKEN = re.compile(rf"{PREFIX}(?:({ID}|{EMAIL})([1-9][0-9]{{0,2}})_)?[a-p]{{32}}")
# The vault's alone, wherever a text has one; DuckDB reads this form, too.
FORM = rf"{PREFIX}(?:{ID}|{EMAIL})[1-9][0-9]{{0,2}}_[a-p]{{32}}"
_WITHIN = re.compile(FORM)
# ASCII's alone: what else is a lower-case letter differs between versions of Unicode, and a token is for good.
_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


class Named(NamedTuple):
    """What a token of ours says of itself: the kind of its value, and the version that it was made with."""

    kind: str
    version: int


def letters(mac: bytes) -> str:
    """The first 128 bits of a MAC, as the letters of a token."""
    return mac[:_BYTES].hex().translate(_LETTERS)


def token(derived: bytes, named: Named, value: str) -> str:
    """The token of a normal value, under the key that was derived for its tenant, kind and version."""
    mac = hmac.digest(derived, value.encode(), "sha256")
    return f"{PREFIX}{named.kind}{named.version}_{letters(mac)}"


def read(text: str) -> Named | None:
    """What a token of the vault says of itself; None for any other text, also for a collector's token."""
    found = _TOKEN.fullmatch(text)
    return Named(found[1], int(found[2])) if found and found[1] else None


def held(*texts: Any) -> set[str]:
    """The vault's tokens that are anywhere in these texts; what is not a text has none."""
    return {one for text in texts if isinstance(text, str) and PREFIX in text for one in _WITHIN.findall(text)}


def is_token(text: str) -> bool:
    """Whether the text is a token already, of the vault or of a collector."""
    return _TOKEN.fullmatch(text) is not None


def kind_of(field: str) -> str:
    """The kind of the values of a field: an email address where its last name says so, else an id."""
    return EMAIL if "email" in field.rpartition(".")[2].lower() else ID


def normal(kind: str, value: str) -> str:
    """The text that a token is made of and that the vault keeps: NFC, without controls and white space at its ends.

    The letters A to Z of an email address are made lower.
    """
    plain = unicodedata.normalize("NFC", strip_controls(value)).strip()
    return plain.translate(_LOWER) if kind == EMAIL else plain


def text_of(value: Any) -> str | None:
    """A value as a text; None where it has none that could name anybody: null, true, false, and the empty text.

    An object is its JSON, so that nothing within a field is left as it was sent.
    """
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, str):
        return value or None
    if isinstance(value, float) and value == int(value):
        value = int(value)
    return msgspec.json.encode(value, order="deterministic").decode()


def within(value: Any, path: str, put: Callable[[Any], Any]) -> Any:
    """The value with what `put` makes of all below the path, in any letter case, and in each object of a list."""
    if isinstance(value, list):
        return [within(one, path, put) for one in value]
    if not isinstance(value, dict):
        return value
    return {name: _below(name, inner, path, put) for name, inner in value.items()}


def _below(name: str, value: Any, path: str, put: Callable[[Any], Any]) -> Any:
    # A name may have dots itself, so that a path can be read in several ways; each counts. One that goes on behind the path
    # is of an object that somebody made flat: all of it gets tokens, too.
    start, wanted = name.lower(), path.lower()
    if f"{start}.".startswith(f"{wanted}."):
        return put(value)
    return within(value, path[len(name) + 1 :], put) if wanted.startswith(f"{start}.") else value
