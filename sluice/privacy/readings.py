"""The ways in which a text can be read: as it is, and with what hides something undone, by other means than the redactor's."""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from collections.abc import Iterator
from html import unescape
from itertools import chain
from urllib.parse import unquote

# So often escapes within escapes are undone, and so much of a text is looked at.
DEPTH, MOST = 6, 64 * 1024
_PACKED = re.compile(r"(?<![\w+/=-])[\w+/-]{16,}={0,2}(?![\w+/-])", re.ASCII)
_ESCAPED = re.compile(r"\\{1,4}u([0-9A-Fa-f]{4})")
_UNSEEN = {"Cf", "Mn"}


def readings(text: str) -> Iterator[str]:
    """Each different reading of the text once, as it is first."""
    seen: set[str] = set()
    now = [text[:MOST]]
    for _ in range(DEPTH):
        fresh = [one for one in dict.fromkeys(now) if one not in seen]
        seen.update(fresh)
        yield from fresh
        now = list(chain.from_iterable(map(_undone, fresh)))


def _undone(text: str) -> Iterator[str]:
    if not text.isascii():
        yield _simple(text)
    if "%" in text:
        yield unquote(text)
    if "&" in text:
        yield unescape(text)
    if "\\" in text:
        yield _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    for packed in _PACKED.findall(text):
        yield from filter(None, [_unpacked(packed)])


def _simple(text: str) -> str:
    """Wide and other forms of letters and digits as plain ones, without what is not seen."""
    plain = unicodedata.normalize("NFKC", text)
    seen = (one for one in plain if unicodedata.category(one) not in _UNSEEN)
    return "".join(_digit(one) for one in seen)


def _digit(one: str) -> str:
    if unicodedata.category(one) == "Pd":
        return "-"
    return str(unicodedata.decimal(one, one)) if not one.isascii() else one


def _unpacked(packed: str) -> str | None:
    """What Base64 holds, if that is a text of ASCII."""
    padded = packed.rstrip("=") + "=" * (-len(packed.rstrip("=")) % 4)
    try:
        text = base64.b64decode(padded, b"-_" if set(packed) & set("-_") else b"+/", validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return text if text.isprintable() and len(text) >= 8 else None
