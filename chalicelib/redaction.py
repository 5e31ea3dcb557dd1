"""Text to text without what identifies a person, in one bounded pass.

A text is read with its escapes decoded and as it was sent. What is found is cut out of the text that was sent, so all else stays
as it was. No pattern goes back further than a bounded stretch: the work grows with the text's length and no faster.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from chalicelib import decoding
from chalicelib.cards import LONG_NUMBER, VISA, cards
from chalicelib.decoding import BREAK, CONTROLS, DASHES, ENTITY, SOFT, SPACES, UNSEEN, Span, View, outside

REDACTED = ":redacted"
# Between texts that are read as one. It is half of a surrogate pair, which events refuses in a text, and no match goes across it.
DIVIDER = "\ud800"

_CONTROL = re.compile(f"[{CONTROLS}]")
_HEX = "[0-9A-Fa-f]"
_BYTE = "(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]{1,2})"
_QUAD = rf"{_BYTE}(?:\.{_BYTE}){{3}}"

# A domain's last label begins with a letter, so that no package's version is one; or the domain is an address.
_LABEL = f"[\\w{SOFT}\u0300-\u036f\u0900-\u0d7f-]"  # with the marks of scripts that write letters in parts
_DOMAIN = re.compile(
    rf"@(?<!{REDACTED}@)(?:[^\W_]{_LABEL}{{0,62}}+(?:\.{_LABEL}{{1,63}}+)*\.[^\W\d_]{_LABEL}{{0,62}}+"
    rf"|{_QUAD}(?![\w.])|\[[0-9A-Fa-fIPv:.]{{3,50}}\])"
)
# Read backwards from the @, and at most 64 characters as in RFC 5321.
_ATOM = rf"[^\s{DIVIDER}@/?#&=,;:<>()\[\]\"\\]{{1,64}}+"
# In quotes, of which some may be escaped: up to a quote that is not, else up to the nearest.
_QUOTE, _EDGE, _INNER = r'"\\{0,3}', rf"[\w{SOFT}.+!-]", rf'[^"{BREAK}{DIVIDER}]'
_QUOTED = (
    rf'{_QUOTE}{_EDGE}(?:(?:{_INNER}|"(?=\\)){{0,61}}?{_EDGE})?"(?!\\)'
    rf"|{_QUOTE}{_EDGE}(?:{_INNER}{{0,61}}?{_EDGE})?{_QUOTE}"
)
_LOCAL = re.compile(f"{_ATOM}|{_QUOTED}")

# Nine bytes of a JSON object in base64: `{`, maybe a space or the end of a line, then printable ASCII.
_PRINTABLE = r"[I-Za-f][C-HS-Xi-nyz0-3][ABEFIJMNQRUVYZcdghklopstwx014589][\w-]"
_HEADER = re.compile(rf"e(?:y[ABIJ]|w[klop01])[\w-](?:{_PRINTABLE}){{2}}", re.ASCII)
# The signature may be missing where the second part is JSON too, as in a text that was cut.
_TOKEN = re.compile(r"[\w-]*+(\.(?:[\w-]*+(?:\.[\w-]*+){1,3}|e[wy][\w-]{5,}+))?", re.ASCII)

# What follows `/`, a letter or a key of a version is a version, and five numbers are not an address.
_V4 = re.compile(
    r"[0-9](?<![^\W_].)(?<!/.)(?<![0-9]\..)(?:(?<=[01])[0-9]{0,2}|(?<=2)(?:5[0-5]|[0-4][0-9])|[0-9]?)"
    rf"(?:\.{_BYTE}){{3}}(?![0-9])(?!\.[0-9]{{1,3}}(?![0-9]))"
)
_VERSION_KEY = re.compile(r"[vV][eE][rR][sS][iI][oO][nN]\w{0,24}[\"'\\ ]{0,3}[=: ][\"'\\ ]{0,3}")
_PART = f"{_HEX}{{1,4}}+"
_PARTS = f"{_PART}(?::{_PART}){{0,6}}+"
_V6 = re.compile(
    rf"[0-9A-Fa-f:](?<![\w:.].)(?:(?<=:):{_PARTS}|(?<!:){_HEX}{{0,3}}+"
    rf"(?:(?::{_PART}){{0,6}}+::(?:{_PARTS})?|(?::{_PART}){{7}}|(?::{_PART}){{5}}:(?=[0-9]{{1,3}}\.){_PART}))"
    rf"(?:(?:\.[0-9]{{1,3}}){{3}})?(?![\w:])"
)

# What the quick look looks for: most texts are ASCII, where a set of characters is searched for in a fifth of the time.
_MARKS = {
    True: re.compile("[\x00-\x1f\x7f%@\\\\]"),
    False: re.compile(f"[{CONTROLS}{UNSEEN}%@\\\\＠﹫％﹪＆﹠＼﹨．｡․﹒]"),
}
_LONG_NUMBERS = {
    True: LONG_NUMBER,
    False: re.compile(rf"\d{{3}}[\d._+．＿＋{SPACES}{DASHES}]{{{VISA - 3}}}"),
}
_ENTITY = re.compile(ENTITY)
_NUMBERS = re.compile(r"\d\.\d{1,3}\.\d{1,3}\.\d")
_COLONS = re.compile(rf":(?::|{_HEX}{{1,4}}(?::{_HEX}{{1,4}}){{5}})")

# A phone number says so itself: by + or 00 or tel: before a country's code, or by North America's groups of 3, 3 and 4 digits.
# Between digits may be a space, a dash, a dot, a slash or brackets.
_GAP = r"[ ()./-]{0,3}"
_PHONE = re.compile(
    rf"(?<![0-9A-Za-z])(?:(?:\+|00{_GAP}(?=[1-9])|[tT][eE][lL]:{_GAP}\+?){_GAP}[0-9](?:{_GAP}[0-9]){{6,14}}"
    r"|(?<![0-9][.-])(?:1[ .-])?\(?[2-9][0-9]{2}(?:\)[ .-]?|[ .-])[2-9][0-9]{2}[ .-][0-9]{4})(?![0-9A-Za-z])(?![.-][0-9])"
)
_DIGITS = re.compile(rf"[0-9](?:{_GAP}[0-9]){{6}}")


class Scope(NamedTuple):
    """Which addresses are redacted: from this character on, and those of four numbers only where they are not a version.

    Without `addresses` none are; with `phones` phone numbers are, everywhere.
    """

    start: int = 0
    is_version: bool = False
    addresses: bool = True
    phones: bool = False


EVERYWHERE = Scope()


def strip_controls(text: str) -> str:
    """The text without characters that forge log lines or the order of letters."""
    return _CONTROL.sub("", text)


def redact(text: str, addresses: Scope | None = None) -> str:
    """The text without controls, and with email addresses, JWTs, card numbers and IP addresses of the scope replaced."""
    if is_plain(text, addresses):
        return text
    sent = decoding.plain(text)
    view = decoding.decoded(sent)
    spans = _searched(view, partial(_found, addresses=addresses))
    if view is not sent:
        # What only the escapes made an address, as the local part of john.doe%2F@x.com.
        spans = _merged([*spans, *_searched(sent.masked(spans), _emails)])
    kept = REDACTED.join(outside(text, spans))
    stored = strip_controls(kept)
    # Without its controls the text may say more, as %40 in a%4\x000b.com.
    return stored if stored == kept else redact(stored, addresses)


def redact_all(texts: Sequence[str], addresses: Scope | None = None) -> list[str]:
    """Each of the texts redacted, at the price of one text that is as long as all."""
    return redact(DIVIDER.join(texts), addresses).split(DIVIDER) if texts else []


def is_plain(text: str, addresses: Scope | None = None) -> bool:
    """Whether there is nothing to redact; False may also be a false alarm."""
    is_ascii = text.isascii()
    if (
        _MARKS[is_ascii].search(text)
        or _LONG_NUMBERS[is_ascii].search(text)
        or _HEADER.search(text)
        or ("&" in text and _ENTITY.search(text))
    ):
        return False
    if addresses is None:
        return True
    if addresses.phones and (not is_ascii or _DIGITS.search(text)):
        return False
    return not addresses.addresses or not (
        (text.count(".") > 2 and _NUMBERS.search(text)) or (text.count(":") > 1 and _COLONS.search(text))
    )


def _searched(view: View, found_in: Callable[[View], list[Span]]) -> list[Span]:
    """What is found with the unseen as an end of words, and then without it, where it was in the text that was sent."""
    found = _merged(found_in(view))
    spans = view.sent(found)
    if BREAK not in view.text and SOFT not in view.text:
        return spans
    whole = decoding.joined(view.masked(found))
    return _merged([*spans, *whole.sent(_merged(found_in(whole)))])


def _found(view: View, addresses: Scope | None) -> list[Span]:
    found = [*_emails(view), *_tokens(view.text), *cards(view.text)]
    if addresses is None:
        return found
    if addresses.phones:
        found += [one.span() for one in _PHONE.finditer(view.text)]
    if not addresses.addresses:
        return found
    return [*found, *_addresses(view.masked(_merged(found)), addresses)]


def _emails(view: View) -> list[Span]:
    if "@" not in view.text:
        return []
    backwards, length = view.text[::-1], len(view.text)
    domains = [domain.span() for domain in _DOMAIN.finditer(view.text)]
    parts = [_LOCAL.match(backwards, length - at) for at, _ in domains]
    return [(length - one.end(), end) for one, (_, end) in zip(parts, domains, strict=True) if one]


def _tokens(text: str) -> Iterator[Span]:
    at = 0
    while header := _HEADER.search(text, at):
        token = _TOKEN.match(text, header.end())
        assert token  # every part of it is optional
        at = token.end()
        if token[1]:
            yield header.start(), at


def _addresses(view: View, scope: Scope) -> list[Span]:
    text, found = view.text, []
    if _COLONS.search(text):
        found += [one.span() for one in _V6.finditer(text)]
    if _NUMBERS.search(text) and not scope.is_version:
        v4 = [one.span() for one in _V4.finditer(text)]
        versions = {key.end() for key in _VERSION_KEY.finditer(text)} if v4 else set()
        found += [span for span in v4 if span[0] not in versions]
    if not found or not scope.start:
        return found
    starts, _ = view.edges()
    return [span for span in found if starts[span[0]] >= scope.start]


def _merged(spans: Sequence[Span]) -> list[Span]:
    """The spans in order, those that touch as one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
