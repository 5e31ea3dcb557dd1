"""What a text says once its escapes are decoded and its characters are plain, and where each of them was in the text as sent."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache, partial
from itertools import chain, compress
from typing import NamedTuple

MAX_DECODES = 5
# C0, DEL and C1 controls, bidi marks and overrides, line separators, the byte order mark: never stored.
CONTROLS = "\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff"
# What else has no width (Unicode's Default_Ignorable_Code_Point): stored, and looked through.
UNSEEN = (
    "\xad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u206a-\u206f\u3164\ufe00-\ufe0f\uffa0\ufff0-\ufff8"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
SPACES = " \xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
DASHES = "\u058a\u05be\u1806\u2010-\u2015\u2212\u2e3a\u2e3b\u301c\u3030\ufe58\ufe63\uff0d\\-"
DOTS = "\u3002\uff61"  # the ideographic ones, which end a domain's label as a dot does; NFKC knows the others
BREAK = "\n"  # written for a control that words end at, as a line feed
SOFT = "\x00"  # written for what else cannot be seen
FEW = 20  # kinds of characters that are sooner replaced one after the other than looked up in a table

Span = tuple[int, int]

_UNSEEN = re.compile(f"[{CONTROLS}{UNSEEN}]")
_DASH = re.compile(f"[{DASHES}]")
# What is folded: these, the digits of all scripts, and the wide and small forms of ASCII. Other letters match as they are.
_FOLDED = re.compile(f"[{CONTROLS}{UNSEEN}{SPACES}{DASHES}{DOTS}\u2024\ufe52-\ufe6b\uff01-\uff5e]|(?![0-9])\\d")
_HEX = "[0-9A-Fa-f]"
_NAMES = {
    **{"commat": "@", "period": ".", "amp": "&", "percnt": "%", "quot": '"', "colon": ":", "sol": "/", "bsol": "\\"},
    **{"num": "#", "lowbar": "_", "plus": "+", "nbsp": " ", "ensp": " ", "emsp": " ", "thinsp": " "},
    **{"hyphen": "-", "dash": "-", "ndash": "-", "mdash": "-", "minus": "-"},
    **dict.fromkeys(("Tab", "NewLine"), BREAK),
    **dict.fromkeys(("shy", "zwj", "zwnj", "ZeroWidthSpace", "NoBreak"), SOFT),
}
# HTML's &#64; and the names of the characters that a secret is written with.
ENTITY = rf"&(?:#(?:[0-9]{{1,8}}|[xX]{_HEX}{{1,7}});?|(?:{'|'.join(_NAMES)});)"
# A run of %40; %u0040; HTML's; a run of \\, \u0040, \x40 and \n as in JSON within a string.
_ESCAPE = re.compile(
    rf"(%{_HEX}{{2}}(?:%{_HEX}{{2}})*+|%u{_HEX}{{4}}|{ENTITY}"
    rf"|\\\\(?:\\\\)*+|\\u{_HEX}{{4}}|\\x{_HEX}{{2}}|\\[nrtf/])"
)


class View(NamedTuple):
    """A text, and where each of its characters begins and ends in the text that was sent, asked for where something is found."""

    text: str
    edges: Callable[[], tuple[Sequence[int], Sequence[int]]]

    def sent(self, spans: Sequence[Span]) -> list[Span]:
        """The same spans in the text that was sent."""
        if not spans:
            return []
        starts, ends = self.edges()
        return [(starts[start], ends[end - 1]) for start, end in spans]

    def masked(self, spans: Sequence[Span]) -> View:
        """The view with each span hidden, as long as it was, by what words end at as at a redaction."""
        if not spans:
            return self
        mask = f":{'r' * len(self.text)}"
        hidden = [*(mask[: end - start] for start, end in spans), ""]
        return self._replace(text="".join(chain.from_iterable(zip(outside(self.text, spans), hidden, strict=True))))


def plain(text: str) -> View:
    """The text as it is, its characters folded."""
    return View(_folded(text), lambda: (range(len(text)), range(1, len(text) + 1)))


def decoded(view: View) -> View:
    """The view with its escapes decoded, each layer only if the one before had any; the same view where there are none."""
    text = view.text
    layers: list[list[str]] = []
    while len(layers) < MAX_DECODES and len(parts := _ESCAPE.split(text)) > 1:
        layers.append(parts)
        text = _decoded(parts)
    return View(text, cache(partial(_decoded_edges, layers))) if layers else view


def joined(view: View) -> View:
    """The view without what cannot be seen."""
    text = view.text.replace(BREAK, SOFT)
    return View(text.replace(SOFT, ""), cache(partial(_joined_edges, view, text)))


def outside(text: str, spans: Sequence[Span]) -> list[str]:
    """What is before, between and behind the spans."""
    starts, ends = [start for start, _ in spans], [end for _, end in spans]
    return [text[end:start] for end, start in zip([0, *ends], [*starts, len(text)], strict=True)]


def _decoded(parts: list[str]) -> str:
    """What a layer says that is split into what is between its escapes and, each second, an escape."""
    known = {escape: _meaning(escape) for escape in set(parts[1::2])}
    decoded = parts.copy()
    decoded[1::2] = [known[escape] for escape in parts[1::2]]
    text = "".join(decoded)
    # The text was folded before: only what the escapes mean may need it.
    return text if _is_plain("".join(known.values())) else _folded(text)


def _decoded_edges(layers: list[list[str]]) -> tuple[Sequence[int], Sequence[int]]:
    edges: Sequence[int] = range(sum(map(len, layers[0])) + 1)
    for parts in layers:
        edges = list(compress(edges, _begins_of(parts)))
    return edges[:-1], edges[1:]


def _joined_edges(view: View, text: str) -> tuple[Sequence[int], Sequence[int]]:
    # SOFT is the character whose number is 0.
    seen = text.encode("latin-1", "replace")
    starts, ends = view.edges()
    return list(compress(starts, seen)), list(compress(ends, seen))


def _begins_of(parts: list[str]) -> bytes:
    """For each place in a layer, and the one behind it, a byte: not 0 where a character of what it says begins."""
    begun = {escape: _begins(escape, _meaning(escape)) for escape in set(parts[1::2])}
    begins = [b"\1" * len(part) for part in (*parts, " ")]
    begins[1:-1:2] = [begun[escape] for escape in parts[1::2]]
    return b"".join(begins)


def _begins(escape: str, meaning: str) -> bytes:
    """A byte for each place in the escape, not 0 where a character of its meaning begins."""
    if len(meaning) == 1 or meaning.isascii():
        return b"\1".ljust(len(escape) // len(meaning), b"\0") * len(meaning)
    # A run of percent escapes, which spell a character in UTF-8 with one for each of its bytes.
    sizes = (3 * len(character.encode("utf-8", "surrogateescape")) for character in meaning)
    return b"".join([b"\1".ljust(size, b"\0") for size in sizes])


def _meaning(escape: str) -> str:
    kind = escape[1]
    if escape[0] == "%":
        if kind == "u":
            return chr(int(escape[2:], 16))
        return bytes.fromhex(escape.replace("%", "")).decode("utf-8", "surrogateescape")
    if escape[0] == "&":
        return _entity(escape[1:].removesuffix(";"))
    if kind in "ux":
        return chr(int(escape[2:], 16))
    return "\\" * (len(escape) // 2) if kind == "\\" else BREAK if kind in "nrtf" else "/"


def _entity(name: str) -> str:
    if name[0] != "#":
        return _NAMES[name]
    code = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
    return chr(code) if code <= sys.maxunicode else "\ufffd"


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _folded(text: str) -> str:
    """The text, as long as it is, with the plain character for each that means the same."""
    if _is_plain(text):
        return text
    characters = set(text)
    folded = _FOLDED.findall("".join(characters))
    if not folded:
        return text
    if len(folded) <= FEW:
        for character in folded:
            text = text.replace(character, _fold(character))
        return text
    # A character that is not in the table would cost five times as much.
    same = {ord(character): character for character in characters}
    return text.translate(same | {ord(character): _fold(character) for character in folded})


def _fold(character: str) -> str:
    if _UNSEEN.match(character):
        return BREAK if character.isspace() else SOFT
    if character.isspace():
        return " "
    if _DASH.match(character):
        return "-"
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    return "." if character in DOTS else unicodedata.normalize("NFKC", character)
