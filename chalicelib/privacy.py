"""What is dropped, cut, hashed or redacted before anything is stored."""

from __future__ import annotations

import hmac
import ipaddress
import re
from collections.abc import Collection
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

REDACTED = ":redacted"
HASH_HEX = 16
UTM = ("source", "medium", "campaign", "term", "content")
UTM_SOURCE_STAND_INS = ("ref", "source")
VIEWER_ADDRESS_HEADER = "cloudfront-viewer-address"

# RFC 6052: behind one of these are all people of a provider; the last 32 bits are whose they are.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

# C0, DEL and C1 controls, bidi marks and overrides, line separators, the byte order mark.
_CONTROLS = "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]"
_CONTROL = re.compile(_CONTROLS)
# Bounded at 64 and 63 characters as in RFC 5321 and 1035, which also keeps the search linear.
_EMAIL = re.compile(r"[^\s@/?#&=,;:<>()\[\]\"\\]{1,64}@[^\W_](?:[\w-]{0,62})(?:\.[\w-]{1,63})+")
_JWT = re.compile(r"(?<![A-Za-z0-9])e(?:y[A-J]|wog)[\w-]{5,}\.[\w-]{5,}(?:\.[\w-]*){1,3}", re.ASCII)
_DIGIT_GROUPS = re.compile(r"[0-9]{3,}(?:[ ._+\xa0-]{1,2}[0-9]{3,})*")
_CARD_LENGTHS = range(13, 20)
_SUSPECT = re.compile(r"@|e(?:y[A-J]|wog)|[0-9][0-9 ._+\xa0-]{11}")
_NOTABLE = re.compile(f"{_CONTROLS}|%|{_SUSPECT.pattern}")
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*:)?(?://([^/\\?#]*))?([^?#]*)(?:\?([^#]*))?")
_MAX_DECODES = 5


class Page(NamedTuple):
    """An address as it is kept, the host in it where there is one, and what its query said of the campaign."""

    text: str
    host: str | None
    utm: dict[str, str]


def parse_address(text: str) -> Address | None:
    """The address in the text, as v4 where it is one that IPv6 carries, and without a zone; None for anything else."""
    try:
        address = ipaddress.ip_address(text.strip().partition("%")[0])
    except ValueError:
        return None
    if address.version == 6 and address in _NAT64:
        return ipaddress.IPv4Address(address.packed[12:])
    return getattr(address, "ipv4_mapped", None) or address


def forwarded_address(header: str, value: str) -> Address | None:
    """The client's address in the header that the edge sets: the last of a list, its port cut off.

    `CloudFront-Viewer-Address` always ends in a port and writes IPv6 without brackets, so it is split at the last colon.
    """
    text = value.rpartition(",")[2].strip()
    host = text.rpartition(":")[0]
    if header == VIEWER_ADDRESS_HEADER:
        return parse_address(host.strip("[]"))
    return parse_address(text.strip("[]")) or parse_address(host.strip("[]"))


def tenant_salt(root: bytes, bucket: str) -> bytes:
    """The tenant's salt of a day, from the day's 32 random bytes: two tenants share no hash."""
    return hmac.digest(root, bucket.encode(), "sha256")


def hash_address(salt: bytes, address: Address) -> str:
    """16 hex of HMAC-SHA-256 over the address, an IPv6 one cut to its /64 (a household, not a device)."""
    return _digest(salt, b"ip\0" + _network(address))


def visitor_id(salt: bytes, address: Address, user_agent: str) -> str:
    """16 hex of HMAC-SHA-256 over address and user agent: one person on one tenant on one day."""
    return _digest(salt, b"visitor\0" + _network(address) + b"\0" + user_agent.encode())


def _network(address: Address) -> bytes:
    return address.packed if address.version == 4 else address.packed[:8]


def _digest(salt: bytes, message: bytes) -> str:
    return hmac.digest(salt, message, "sha256").hex()[:HASH_HEX]


def clean(text: str | None) -> str | None:
    """The text without control and bidi characters, e-mail addresses, JWTs and card numbers; None where nothing is left."""
    return scrub(text) or None if text else None


def strip_controls(text: str) -> str:
    """The text without characters that forge log lines or the order of letters."""
    return _CONTROL.sub("", text)


def scrub(text: str) -> str:
    """The text without controls and with what identifies a person replaced; percent-decoded only where it hides that."""
    if not _NOTABLE.search(text):
        return text
    scrubbed = _scrub_plain(text)
    for _ in range(_MAX_DECODES if "%" in text else 0):
        text = unquote(text)
        decoded = _scrub_plain(text)
        if decoded != strip_controls(text):
            scrubbed = decoded
    return scrubbed


def _scrub_plain(text: str) -> str:
    """Redacted before the controls go, which may be all that divides a secret from the next word, and after."""
    return _redact(strip_controls(_redact(text)))


def is_clean(text: str) -> bool:
    """Whether JSON holds nothing that `clean_metadata` would touch; False may also be a false alarm.

    Without escapes it contains every string literally, and a number as long as a card's with all its digits.
    """
    return "\\" not in text and not _NOTABLE.search(text)


def clean_metadata(value: Any) -> Any:
    """Metadata with every string, key and number in it cleaned; its shape stays."""
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, dict):
        return _clean_object(value)
    if isinstance(value, list):
        return [clean_metadata(inner) for inner in value]
    if isinstance(value, float | int) and _is_card(f"{abs(value):.0f}"):
        return REDACTED
    return value


def _clean_object(value: dict[str, Any]) -> dict[str, Any]:
    """Every value stays, also where two keys are redacted to the same."""
    cleaned: dict[str, Any] = {}
    for name, inner in value.items():
        key = scrub(name)
        cleaned[f"{key}-{len(cleaned)}" if key in cleaned else key] = clean_metadata(inner)
    return cleaned


def clean_page(text: str | None, keep_query: Collection[str]) -> Page:
    """The page without userinfo and fragment, of its query only what the operator keeps; utm_* on their own."""
    url = _split(_without_controls(text or "").strip())
    if not url.query:
        return Page(scrub(url.location), url.host, {})
    kept = "&".join(pair for pair in url.query.split("&") if unquote(pair.partition("=")[0]) in keep_query)
    utm = _utm(parse_qsl(url.query, keep_blank_values=True))
    return Page(scrub(url.location + (f"?{kept}" if kept else "")), url.host, utm)


def clean_referrer(
    text: str | None, site: str | None, keep_query: Collection[str], own: Collection[str] = ()
) -> str | None:
    """The referrer as a page where it is on the page's own site, as a path where it is on one of these, else its origin.

    A path is not counted as a source by any engine, also when the page itself is a path.
    """
    if not text:
        return None
    url = _split(_without_controls(text).strip())
    if url.host is not None and is_on(url.host, own):
        path = "/" + url.location.removeprefix(url.origin).lstrip("/\\")  # two slashes would begin another host
        return clean_page(f"{path}?{url.query}", keep_query).text
    if url.host == site if url.host is not None else url.location.startswith("/"):
        return clean_page(text, keep_query).text or None
    return scrub(url.origin) or None


def is_on(host: str, sites: Collection[str]) -> bool:
    """Whether the host is one of these sites or a subdomain of one; a leading www. makes no difference."""
    return any(f".{host.rstrip('.')}".endswith(f".{site.removeprefix('www.')}") for site in sites)


def site_of(address: str | None) -> str | None:
    """The host of an address or origin, lower-case and without its port; None where it has none."""
    return _split(address).host if address else None


def origin_of(address: str) -> str:
    """The origin of an address, as a browser would say it in `Origin`."""
    return _split(address).origin.lower()


class _Url(NamedTuple):
    origin: str
    location: str
    query: str
    host: str | None


def _without_controls(text: str) -> str:
    """Split only afterwards, as browsers do; where there are controls, a secret that one ends is taken out first."""
    return text if strip_controls(text) == text else _scrub_plain(text)


def _split(text: str) -> _Url:
    """Never fails, as urllib's urlsplit does on `http://[`; what has no scheme and host is a path."""
    scheme, authority, path, query = _URL.match(text).groups("")  # type: ignore[union-attr]  # every part is optional
    if not text.startswith(f"{scheme}//"):
        # Without "//" a leading "scheme:" is part of the path (mailto:…, or a plain word with a colon).
        return _Url(scheme or path.partition("/")[0], scheme + path, query, None)
    authority = authority.rpartition("@")[2]
    origin = f"{scheme}//{authority}"
    return _Url(origin, origin + path, query, host_of(authority))


def host_of(authority: str) -> str | None:
    """The lower-case host of `host:port`, as two addresses of one site share it."""
    return re.sub(r":[0-9]*$", "", authority).lower() or None


def _utm(query: list[tuple[str, str]]) -> dict[str, str]:
    first: dict[str, str] = {}
    for name, value in query:
        first.setdefault(name.lower(), value)
    utm = {leaf: first[f"utm_{leaf}"] for leaf in UTM if first.get(f"utm_{leaf}")}
    for name in UTM_SOURCE_STAND_INS:
        if "source" not in utm and first.get(name):
            utm["source"] = first[name]
    return utm


def _redact(text: str) -> str:
    text = _EMAIL.sub(REDACTED, text)
    text = _JWT.sub(REDACTED, text)
    return _DIGIT_GROUPS.sub(_redact_cards, text)


def _redact_cards(match: re.Match[str]) -> str:
    """A run of digit groups, every stretch of whole groups in it that is a card number replaced."""
    parts = re.split("([ ._+\xa0-]+)", match[0])  # group, separator, group, …
    if parts[1:2] == ["."] and len(parts) == 3:  # a number with a fraction: no card is written in two parts
        return "".join(REDACTED if _is_card(part) else part for part in parts)
    kept: list[str] = []
    start = 0
    while start < len(parts):
        end = _card_end(parts, start)
        kept.append(parts[start] if end is None else REDACTED)
        start = start + 1 if end is None else end
        kept += parts[start : start + 1]
        start += 1
    return "".join(kept)


def _card_end(parts: list[str], start: int) -> int | None:
    """The index behind the last group of the longest card number that begins with the group at `start`."""
    digits, end = "", None
    for index in range(start, len(parts), 2):
        digits += parts[index]
        if len(digits) >= _CARD_LENGTHS.stop:
            break
        if _is_card(digits):
            end = index + 1
    return end


def _is_card(digits: str) -> bool:
    """Whether this is a payment card's number: first digit, length, and Luhn's check (ISO/IEC 7812-1).

    Thirteen digits are Visa's alone and begin with 4, so that no time in milliseconds is taken for a card.
    """
    if len(digits) not in _CARD_LENGTHS or digits[0] not in "23456" or (len(digits) == 13 and digits[0] != "4"):
        return False
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(doubled)) % 10 == 0
