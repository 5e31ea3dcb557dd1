"""Lines of text: Apache's and nginx's `combined` and `common` format with what may stand before it, and AWS's load balancers."""

from __future__ import annotations

import re

from chalicelib.privacy import parse_address
from sluice.imports import lines
from sluice.imports.lines import Line, MalformedLine

# Words before the client's address: RFC 5424 has eight, and one for each of its structured data.
PREFIX = 16
_QUOTED = rb'"([^"\\]*(?:\\.[^"\\]*)*)"'
# "%r" %>s %b "%{Referer}i" "%{User-agent}i", then whatever else the operator appends; `common` ends after %b.
_TAIL = re.compile(
    _QUOTED + rb" ([0-9]{3}) ([0-9]{1,19}|-)(?: " + _QUOTED + rb" " + _QUOTED + rb"(?: |\Z)| ?\Z| (?=[^\" ]))",
    re.DOTALL,
)
# Syslog, journals and containers write other words before the client's address; a site has dots, or a port.
_SITE = re.compile(
    r"(?:[A-Za-z0-9_-]{1,63}\.)+[A-Za-z][A-Za-z0-9-]{1,62}\.?(?::[0-9]{1,5})?|[A-Za-z0-9-]{1,63}:[0-9]{1,5}"
)
# type time elb client target, three times, statuses of both, bytes of both, "%r" "%{User-agent}i"; an ELB has no type.
_BALANCER = re.compile(
    rb"(?:(?:https?|h2|wss?|grpcs?) )?([0-9-]{10}T[0-9:.]{8,15}Z) \S+ (\S+) \S+ (?:\S+ ){3}([0-9]{3}) (?:[0-9]{3}|-) "
    rb"[0-9]{1,19} ([0-9]{1,19}) " + _QUOTED + rb" " + _QUOTED + rb"(?: |\Z)",
    re.DOTALL,
)
# Apache: ap_escape_logitem writes \" \\ \n \t and the like, else \xhh. nginx: \xHH for all, also for " and \.
_ESCAPE = re.compile(rb"\\(?:x([0-9A-Fa-f]{2})|(.))", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"v": b"\v", b"f": b"\f"}


def combined(line: bytes) -> Line:
    """A line of the `combined` or `common` format, with a virtual host or a collector's prefix before it, and more behind.

    Raises MalformedLine.
    """
    at = line.find(b'] "')
    start = line.rfind(b"[", 0, max(at, 0))
    match = _TAIL.match(line, at + 2) if at >= 0 and start >= 0 else None
    if match is None:
        raise MalformedLine("not a line of the combined format")
    place, address = _sender(line[:start].decode("utf-8", "replace").split())
    asked, status, size, referrer, user_agent = match.groups()
    method, target = lines.request(unescaped(asked))
    host, scheme = lines.site(place)
    return Line(
        address=address,
        time=lines.moment(line[start + 1 : at].decode("utf-8", "replace")),
        method=method,
        target=target,
        status=int(status),
        size=lines.number(size.decode()),
        referrer=lines.value(unescaped(referrer or b"-")),
        user_agent=lines.value(unescaped(user_agent or b"-")),
        host=host,
        scheme=scheme,
    )


def balancer(line: bytes) -> Line:
    """A line of an Application or a Classic Load Balancer, which knows no referrer; raises MalformedLine."""
    match = _BALANCER.match(line)
    if match is None:
        raise MalformedLine("not a line of a load balancer")
    time, client, status, size, asked, user_agent = match.groups()
    method, target = lines.request(unescaped(asked))
    return Line(
        address=lines.address(client.decode("utf-8", "replace")),
        time=lines.moment(time.decode()),
        method=method,
        target=target,
        status=int(status),
        size=int(size),
        referrer=None,
        user_agent=lines.value(unescaped(user_agent)),
    )


def unescaped(raw: bytes) -> str:
    """The text that the server escaped; bytes that are not UTF-8 become U+FFFD."""
    if b"\\" in raw:
        raw = _ESCAPE.sub(_unescape, raw)
    return raw.decode("utf-8", "replace")


def _unescape(match: re.Match[bytes]) -> bytes:
    digits, character = match.groups()
    return bytes.fromhex(digits.decode()) if digits else _ESCAPED.get(character, character)


def _sender(head: list[str]) -> tuple[str | None, str | None]:
    """The site and the client's address of what is before the time: `[prefix] [site] address ident user`.

    The address is the first that is one. Where none is, a name or `-` is in its place, before ident and user.
    """
    for place, word in enumerate(head[: max(min(len(head) - 2, PREFIX), 1)]):
        found = lines.address(word)
        if found and parse_address(found):
            # Some hosts' logs have the site in ident's place.
            return _site_of(head[:place]) or _site_of(head[place + 1 : place + 2]), found
    if len(head) < 3:
        raise MalformedLine("not a line of the combined format")
    if head[0] == "-":
        return None, None
    # ident is `-` on nearly every server, and a user may have spaces.
    place = head.index("-") - 1 if "-" in head else len(head) - 3
    if place == 0 and head[1:4] == ["-", "-", "-"]:
        return head[0], None
    return _site_of(head[:place]), lines.address(head[place])


def _site_of(prefix: list[str]) -> str | None:
    return prefix[-1] if prefix and _SITE.fullmatch(prefix[-1]) else None
