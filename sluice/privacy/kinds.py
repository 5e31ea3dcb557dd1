"""What personal data looks like in a text: a judge of its own, which shares no pattern with the redactor.

Checks by arithmetic and by lists of numbers are those of python-stdnum and phonenumbers.
"""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import NamedTuple

from stdnum import iban, luhn

from sluice.privacy import phones
from sluice.privacy.readings import readings


class Found(NamedTuple):
    """Something of a kind, by its shape: letters as x, digits as 9."""

    kind: str
    shape: str


Finder = Callable[[str, str], Iterator[re.Match[str]]]
SHOWN = 28

# What reads like an address and is a name: of a picture for fine screens, of a package.
_EMAIL = re.compile(
    r"(?<![\w.+-])[\w!#$&'*+/=?^`{|}~-](?:[\w.!#$&'*+/=?^`{|}~-]{0,62}[\w!#$&'*+/=?^`{|}~-])?@"
    r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+(?:[^\W\d_]{2,24}|xn--[a-z0-9-]{2,24})(?![\w-])"
    r"|\"[^\"\n]{1,62}\"@(?:[\w-]{1,63}\.)+[a-z]{2,24}|[\w.+-]{1,64}@\[[0-9A-Fa-f.:]{3,45}\]"
)
_SPOKEN = re.compile(
    r"\b[\w.+-]{2,64}\s{0,2}(?:\[at\]|\(at\)|\{at\}|\sat\s)\s{0,2}[\w-]{2,63}\s{0,2}(?:\[dot\]|\(dot\)|\{dot\}|\sdot\s)\s{0,2}[a-z]{2,6}\b",
    re.I,
)
_FILES = {"png", "jpg", "jpeg", "gif", "svg", "webp", "avif", "js", "mjs", "css", "html", "json", "map", "woff", "pdf"}
_NUMBER = re.compile(r"(?<![\w.-])\d(?:[ .,/_-]?\d){11,18}(?![\w-])(?!\.\d)")
_GROUPED = re.compile(
    r"\d{12,19}|\d{4}(\D)\d{4}\1\d{4}\1\d{1,4}(\1\d{1,3})?|3\d{3}(\D)\d{6}\3\d{4,5}|\d{4}\D\d{4}\D\d{5}"
)
# First digits of the schemes (ISO/IEC 7812), and how many digits theirs have.
_CARDS = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}|3[47]\d{13}"
    r"|3(?:0[0-5]|[689]\d)\d{11}|(?:6011|64[4-9]\d|65\d\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}|62\d{14,17}|(?:50|5[678]|6\d)\d{14,17}"
)
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{2,4}){3,8}(?![A-Za-z0-9])", re.I)
_QUAD = re.compile(r"(?<![\w.])(?<!\d-)\d{1,3}(?:\.\d{1,3}){3}(?!\.?\w)(?!\.\d)")
_SIX = re.compile(r"(?<![\w:.])[0-9A-Fa-f:]{2,39}(?:(?<=:)\d{1,3}(?:\.\d{1,3}){3})?(?![\w:])")
# A version is behind a product's name, or behind a word for it.
_PRODUCT = re.compile(r"(?:^|[\s(;,\"'])[A-Za-z][\w.+-]*/$")
_VERSION = re.compile(
    r"(?:\b|_)(?:v|ver|rv|version|release|build|firmware|driver|app|sdk|os|update|rev|kernel)[\"']?\s*[:=]?\s*[\"']?$",
    re.I,
)
_VERSIONED = re.compile(r"version|user.?agent|firmware|release", re.I)
_TOKENS = re.compile(
    r"(?P<jwt>(?<![\w.-])[\w-]{8,}\.[\w-]{8,}\.[\w-]{16,})|\b(?:AKIA|ASIA|AROA|AIDA|AGPA|ANPA)[A-Z0-9]{16}\b"
    r"|\bBearer\s+[\w.~+/-]{16,}=*|\bBasic\s+[A-Za-z0-9+/]{16,}=*"
    r"|\b(?:sk|rk|pk)_(?:live|test)_\w{16,}|\bsk-[\w-]{20,}|\bgh[opusr]_\w{30,}|\bgithub_pat_\w{40,}|\bglpat-[\w-]{18,}"
    r"|\bxox[abeprs]-[\w-]{10,}|\bAIza[\w-]{35}|\bSG\.[\w-]{16,}\.[\w-]{16,}|\bnpm_\w{30,}|\bpypi-\w{30,}|\bwhsec_\w{20,}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----|\bhf_\w{30,}|\bdop_v1_[0-9a-f]{40,}|\bEAA[A-Za-z0-9]{40,}"
    r"|(?P<named>(?:api[_-]?key|secret|passw(?:or)?d|token|authorization)[\"']?\s*[=:]\s*[\"']?(?!:?redacted)[\w./+~-]{16,})",
)
_HASH = re.compile(r"(?<![\w-])(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{16,})(?![\w-])", re.I)
# Where our own hashes are: of ten thousand, five have digits alone, as a card's number has.
_HASHED = re.compile(r"(?:^|\.)(?:ip|visitorid|visitkey|sessionhash|c[-_]ip|x[-_]forwarded[-_]for)$", re.I)
_OURS = re.compile(r"[0-9a-f]{16}(?:,[0-9a-f]{16})*")


def found(text: str, field: str = "") -> frozenset[Found]:
    """What the text holds, in whichever way it is read; `field` is the name it is under, which says what a number is."""
    if _HASHED.search(field) and _OURS.fullmatch(text):
        return frozenset()
    return _found(text, field if phones.NAMED.search(field) or _VERSIONED.search(field) else "")


@lru_cache(2**14)
def _found(text: str, field: str) -> frozenset[Found]:
    return frozenset(one for reading in readings(text) for one in _read(reading, field))


def _read(text: str, field: str) -> Iterator[Found]:
    """What is found is blanked, so that a part of it is not found again as something else."""
    for kind, finder in FINDERS.items():
        spans = sorted(match.span() for match in finder(text, field))
        yield from (Found(kind, shape(text[start:end])) for start, end in spans)
        text = _blanked(text, spans)
        if kind == "IBAN":  # which may be all digits and letters up to F
            text = _HASH.sub(lambda hashed: "x" * len(hashed[0]) if not hashed[0].isdigit() else hashed[0], text)


def _blanked(text: str, spans: list[tuple[int, int]]) -> str:
    at, parts = 0, []
    for start, end in spans:
        parts += [text[at:start], " " * (end - max(at, start))]
        at = max(at, end)
    return "".join([*parts, text[at:]])


def shape(text: str) -> str:
    """The text's form and nothing of its content."""
    made = "".join("9" if one.isdigit() else "x" if one.isalpha() else one for one in text)
    return made if len(made) <= SHOWN else f"{made[:SHOWN]}…"


def _tokens(text: str, field: str) -> Iterator[re.Match[str]]:
    for match in _TOKENS.finditer(text):
        if not match["jwt"] or _is_json(match["jwt"].partition(".")[0]):
            yield match


def _is_json(part: str) -> bool:
    try:
        return isinstance(json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4))), dict)
    except ValueError:
        return False


def _emails(text: str, field: str) -> Iterator[re.Match[str]]:
    for match in _EMAIL.finditer(text) if "@" in text else ():
        if not _is_file(match[0].rpartition("@")[2]):
            yield match
    yield from _SPOKEN.finditer(text)


def _is_file(domain: str) -> bool:
    """Whether it is a file's size or version, and its kind: `2x.png`, `1.2.0.js`."""
    *labels, end = domain.lower().split(".")
    return end in _FILES and (len(labels) == 1 or all(label[0].isdigit() for label in labels))


def _ibans(text: str, field: str) -> Iterator[re.Match[str]]:
    """Without the banks' own check digits, which not all follow. A word behind one may look like its next group."""
    for match in _IBAN.finditer(text):
        ends = [match.end(), *(match.start() + gap.start() for gap in re.finditer("[ -]", match[0]))]
        tried = filter(None, (_IBAN.fullmatch(text, match.start(), end) for end in sorted(ends, reverse=True)))
        if whole := next((one for one in tried if iban.is_valid(one[0], check_country=False)), None):
            yield whole


def _cards(text: str, field: str) -> Iterator[re.Match[str]]:
    for match in _NUMBER.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if _GROUPED.fullmatch(match[0]) and _CARDS.fullmatch(digits) and luhn.is_valid(digits):
            yield match


def _addresses(text: str, field: str) -> Iterator[re.Match[str]]:
    if not _VERSIONED.search(field):
        for match in _QUAD.finditer(text):
            before = text[max(0, match.start() - 64) : match.start()]
            is_version = _PRODUCT.search(before) or _VERSION.search(before)
            if not is_version and not before.endswith("://") and _is_somebody_s(match[0]):
                yield match
    for match in _SIX.finditer(text) if text.count(":") > 1 else ():
        groups = [group for group in match[0].split(":") if group]
        if len(groups) > 2 and re.search(r"\d", match[0]) and _is_somebody_s(match[0]):
            yield match


def _is_somebody_s(text: str) -> bool:
    """Whether it is an address, and not one that each machine has."""
    try:
        address: IPv4Address | IPv6Address = ip_address(text)
    except ValueError:
        return False
    return not (address.is_loopback or address.is_unspecified or text.startswith(("0.", "255.255.")))


# In the order in which they look.
FINDERS: dict[str, Finder] = {
    "token": _tokens,
    "email address": _emails,
    "IBAN": _ibans,
    "card number": _cards,
    "IP address": _addresses,
    "phone number": phones.numbers,
}
