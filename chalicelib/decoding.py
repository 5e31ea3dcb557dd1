"""What a text says once its escapes are decoded and its characters are plain, and where each of them was in the text as sent."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Sequence
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
    """A text, and where each of its characters begins and ends in the text that was sent."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def sent(self, spans: Sequence[Span]) -> list[Span]:
        """The same spans in the text that was sent."""
        return [(self.starts[start], self.ends[end - 1]) for start, end in spans]

    def masked(self, spans: Sequence[Span]) -> View:
        """The view with each span hidden, as long as it was, by what words end at as at a redaction."""
        if not spans:
            return self
        mask = f":{'r' * len(self.text)}"
        hidden = [*(mask[: end - start] for start, end in spans), ""]
        return self._replace(text="".join(chain.from_iterable(zip(outside(self.text, spans), hidden, strict=True))))


def plain(text: str) -> View:
    """The text as it is, its characters folded."""
    return View(_folded(text), range(len(text)), range(1, len(text) + 1))


def decoded(view: View) -> View:
    """The view with its escapes decoded, each layer only if the one before had any; the same view where there are none."""
    text, edges = view.text, None
    for _ in range(MAX_DECODES):
        if _ESCAPE.search(text) is None:
            break
        before = range(len(text) + 1) if edges is None else edges
        text, begins = _decoded_once(text)
        edges = list(compress(before, begins))
    return view if edges is None else View(text, edges[:-1], edges[1:])


def joined(view: View) -> View:
    """The view without what cannot be seen."""
    text = view.text.replace(BREAK, SOFT)
    # SOFT is the character whose number is 0.
    starts, ends = (list(compress(edges, map(ord, text))) for edges in (view.starts, view.ends))
    return View(text.replace(SOFT, ""), starts, ends)


def outside(text: str, spans: Sequence[Span]) -> list[str]:
    """What is before, between and behind the spans."""
    starts, ends = [start for start, _ in spans], [end for _, end in spans]
    return [text[end:start] for end, start in zip([0, *ends], [*starts, len(text)], strict=True)]


def _decoded_once(text: str) -> tuple[str, bytes]:
    """The text with one layer of escapes decoded; for each place in the old one a byte, not 0 where a character begins."""
    parts = _ESCAPE.split(text)
    known = {escape: _meaning(escape) for escape in set(parts[1::2])}
    begins = [b"\1" * len(part) for part in (*parts, " ")]
    begun = {escape: _begins(escape, meaning) for escape, meaning in known.items()}
    begins[1:-1:2] = [begun[escape] for escape in parts[1::2]]
    parts[1::2] = [known[escape] for escape in parts[1::2]]
    decoded = "".join(parts)
    # The text was folded before: only what the escapes mean may need it.
    return decoded if _is_plain("".join(known.values())) else _folded(decoded), b"".join(begins)


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
