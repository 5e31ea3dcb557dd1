"""What is dropped, cut, hashed or redacted before anything is stored."""

from __future__ import annotations

import hmac
import ipaddress
import re
from collections.abc import Callable, Collection
from typing import Any, NamedTuple
from urllib.parse import unquote

from chalicelib import campaigns, redaction
from chalicelib.campaigns import Campaign
from chalicelib.redaction import EVERYWHERE, REDACTED, Scope, redact, strip_controls

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

HASH_HEX = 16
_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
VIEWER_ADDRESS_HEADER = "cloudfront-viewer-address"

# RFC 6052: behind one of these are all people of a provider; the last 32 bits are whose they are.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*:)?(?://([^/\\?#]*))?([^?#]*)(?:\?([^#]*))?")
# An & of a query as HTML has it: links are copied so.
_AMPERSAND = re.compile("&(?:amp;|#0*38;|#x0*26;)+", re.IGNORECASE)
_DEFAULT_PORTS = {"http:": ":80", "https:": ":443"}
_CARDS = 10**12  # the least number that may be one


class Texts(NamedTuple):
    """What is redacted besides email addresses, tokens and cards: in the client's own words, and in all other texts."""

    words: Scope | None = None
    others: Scope | None = EVERYWHERE


class Page(NamedTuple):
    """An address as it is kept, the host in it where there is one, and what its query said of the campaign."""

    text: str
    host: str | None
    campaign: Campaign


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


def hash_session(salt: bytes, session_id: str) -> str:
    """16 hex of HMAC-SHA-256 over a session's id, for logs: nobody finds the session's records by it."""
    return _digest(salt, b"session\0" + session_id.encode())


def hash_id(salt: bytes, kind: str, name: str) -> str:
    """16 letters from a to p of HMAC-SHA-256 over a session's or a user's id, to be stored in its place.

    Without digits it never reads as a card's or phone's number. The kind is part of it: a log's hash of the same session differs.
    """
    return _digest(salt, b"stored " + kind.encode() + b"\0" + name.encode("utf-8", "replace")).translate(_LETTERS)


def _network(address: Address) -> bytes:
    return address.packed if address.version == 4 else address.packed[:8]


def _digest(salt: bytes, message: bytes) -> str:
    return hmac.digest(salt, message, "sha256").hex()[:HASH_HEX]


def texts(*, addresses: bool = True, phones: bool = False) -> Texts:
    """The scopes of an entry that has IP addresses, or phone numbers, redacted."""
    if not phones:
        return Texts(None, EVERYWHERE if addresses else None)
    return Texts(Scope(addresses=False, phones=True), Scope(addresses=addresses, phones=True))


def clean(text: str | None, scope: Scope | None = None) -> str | None:
    """The text without control and bidi characters, e-mail addresses, JWTs and card numbers; None where nothing is left."""
    return redact(text, scope) or None if text else None


def is_clean(text: str, scope: Scope | None = EVERYWHERE) -> bool:
    """Whether JSON holds nothing that `clean_metadata` would touch; False may also be a false alarm.

    Without escapes it contains every string literally, and a number as long as a card's with all its digits.
    """
    return "\\" not in text and redaction.is_plain(text, scope)


def clean_metadata(value: Any, scope: Scope | None = EVERYWHERE) -> Any:
    """Metadata with every string, key and number in it cleaned; its shape stays.

    What is redacted alike is redacted as one text: thousands of short strings take no longer than a long one.
    """
    found: dict[Scope | None, list[str]] = {}

    def collect(text: str, scope: Scope | None) -> str:
        found.setdefault(scope, []).append(text)
        return text

    _with_texts(value, scope, collect)
    cleaned = {one: iter(redaction.redact_all(texts, one)) for one, texts in found.items()}
    return _with_texts(value, scope, lambda _, one: next(cleaned[one]))


def _with_texts(value: Any, scope: Scope | None, text: Callable[[str, Scope | None], str]) -> Any:
    """The value with another text for each of its strings and keys, and no card's number."""
    if isinstance(value, str):
        return text(value, scope)
    if isinstance(value, dict):
        return _object_with_texts(value, scope, text)
    if isinstance(value, list):
        return [text(inner, scope) if isinstance(inner, str) else _with_texts(inner, scope, text) for inner in value]
    if isinstance(value, float | int) and abs(value) >= _CARDS:
        return REDACTED if text(f"{abs(value):.0f}", None) == REDACTED else value
    return value


def _object_with_texts(
    value: dict[str, Any], scope: Scope | None, text: Callable[[str, Scope | None], str]
) -> dict[str, Any]:
    """Every value stays, also where two keys are redacted to the same."""
    cleaned: dict[str, Any] = {}
    version = scope and scope._replace(is_version=True)
    for name, inner in value.items():
        key = text(name, None)
        within = version if "version" in name.lower() else scope
        cleaned[f"{key}-{len(cleaned)}" if key in cleaned else key] = _with_texts(inner, within, text)
    return cleaned


def clean_page(text: str | None, keep_query: Collection[str], scope: Scope | None = EVERYWHERE) -> Page:
    """The page without userinfo and fragment, of its query only what the operator keeps; the campaign on its own."""
    url = _split(_without_escapes(_without_controls(text or "").strip()))
    if not url.query:
        return Page(_redacted(url, url.location, scope), url.host, campaigns.NONE)
    own, journey = campaigns.parted(url.query)
    kept = "&".join(pair for pair in own.split("&") if unquote(pair.partition("=")[0]) in keep_query)
    said = campaigns.read(own)
    if said == campaigns.NONE:
        said = campaigns.read(journey)
    return Page(_redacted(url, f"{url.location}?{kept}" if kept else url.location, scope), url.host, said)


def clean_referrer(
    text: str | None,
    site: str | None,
    keep_query: Collection[str],
    own: Collection[str] = (),
    scope: Scope | None = EVERYWHERE,
) -> str | None:
    """The referrer as a page where it is on the page's own site, as a path where it is on one of these, else its origin.

    A path is not counted as a source by any engine, also when the page itself is a path.
    """
    if not text:
        return None
    url = _split(_without_controls(text).strip())
    if url.host is not None and is_on(url.host, own):
        path = "/" + url.location.removeprefix(url.origin).lstrip("/\\")  # two slashes would begin another host
        return clean_page(f"{path}?{url.query}", keep_query, scope).text
    if url.host == site if url.host is not None else url.location.startswith("/"):
        return clean_page(text, keep_query, scope).text or None
    return redact(url.origin, scope and scope._replace(addresses=False)) or None


def is_on(host: str, sites: Collection[str]) -> bool:
    """Whether the host is one of these sites or a subdomain of one; a leading www. makes no difference."""
    return any(f".{host.rstrip('.')}".endswith(f".{site.removeprefix('www.')}") for site in sites)


def site_of(address: str | None) -> str | None:
    """The host of an address or origin, lower-case and without its port; None where it has none."""
    return _split(address).host if address else None


def origin_of(address: str) -> str:
    """The origin of an address, as a browser would say it in `Origin`."""
    return _split(address).origin.lower()


def _redacted(url: _Url, text: str, scope: Scope | None) -> str:
    """The text, which begins with the address's origin; a host may be an IP address."""
    if redaction.is_plain(text, scope):
        return text
    return redact(text, scope._replace(start=len(url.origin)) if scope and url.host else scope)


class _Url(NamedTuple):
    origin: str
    location: str
    query: str
    host: str | None


def _without_controls(text: str) -> str:
    """Split only afterwards, as browsers do; where there are controls, a secret that one ends is taken out first."""
    return text if strip_controls(text) == text else redact(text)


def _without_escapes(text: str) -> str:
    """Before the fragment is cut off: `&#038;` has its sign."""
    before, mark, query = text.partition("?")
    return f"{before}?{_AMPERSAND.sub('&', query)}" if mark else text


def _split(text: str) -> _Url:
    """Scheme and host in lower case, without the scheme's own port; what has no scheme and host is a path.

    Never fails, as urllib's urlsplit does on `http://[`.
    """
    scheme, authority, path, query = _URL.match(text).groups("")  # type: ignore[union-attr]  # every part is optional
    if not text.startswith(f"{scheme}//"):
        # Without "//" a leading "scheme:" is part of the path (mailto:…, or a plain word with a colon).
        return _Url(scheme or path.partition("/")[0], scheme + path, query, None)
    scheme, authority = scheme.lower(), authority.rpartition("@")[2].lower()
    origin = f"{scheme}//{authority.removesuffix(_DEFAULT_PORTS.get(scheme, ':'))}"
    return _Url(origin, origin + path, query, host_of(authority))


def host_of(authority: str) -> str | None:
    """The lower-case host of `host:port`, as two addresses of one site share it."""
    return re.sub(r":[0-9]*$", "", authority).lower() or None
