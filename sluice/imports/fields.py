"""Lines of named fields: JSON as nginx, Caddy, Traefik and CloudFront write it, and W3C's tables of IIS and CloudFront."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import msgspec

from sluice.imports import lines, texts
from sluice.imports.lines import Line, MalformedLine

# What nginx writes without `escape=json`: \x22, and a bare - for what is not there.
_HEX = re.compile(rb"\\x([0-9A-Fa-f]{2})")
_BARE = re.compile(rb"(:[ \t]{0,9})-(?=[ \t]{0,9}[,}])")
FIELDS = b"#Fields:"
_WORD = re.compile(r'"[^"]*"|[^ "]+')
_DECODER = msgspec.json.Decoder(dict[str, Any])
# The names of each value, the ones that say most first: nginx's variables, Elastic's, Matomo's, Caddy's, Traefik's.
_ADDRESS = ("client_ip", "remote_addr", "remote_ip", "ip", "clientip", "client", "ClientHost", "ClientAddr")
_TIME = (
    "time_iso8601",
    "time_local",
    "msec",
    "StartUTC",
    "time",
    "date",
    "timestamp",
    "@timestamp",
    "ts",
    "StartLocal",
)
_METHOD = ("request_method", "method", "RequestMethod")
_TARGET = ("request_uri", "uri", "path", "url", "RequestPath")
_QUERY = ("args", "query_string", "query")
_STATUS = ("status", "response", "DownstreamStatus", "OriginStatus")
_SIZE = ("body_bytes_sent", "bytes_sent", "bytes", "length", "size", "DownstreamContentSize")
_REFERRER = ("http_referer", "http_referrer", "referrer", "referer", "request_Referer")
_USER_AGENT = ("http_user_agent", "user_agent", "agent", "request_User-Agent")
_SITE = ("host", "http_host", "server_name", "vhost", "RequestHost")
_SCHEME = ("scheme", "RequestScheme")


def objects(line: bytes) -> Line:
    """A JSON object of a server's fields; raises MalformedLine."""
    found = _object(line)
    if isinstance(found.get("log"), str) and "stream" in found:  # a container's
        return texts.combined(found["log"].rstrip("\n").encode())
    if "cs-uri-stem" in found:
        return _w3c({name.lower(): str(held) for name, held in found.items()})
    asked = found.get("request")
    if isinstance(asked, dict):  # Caddy's
        headers = asked.get("headers")
        sent = {name.lower(): held for name, held in headers.items()} if isinstance(headers, dict) else {}
        named = {name: _joined(sent.get(of)) for name, of in (("referer", "referer"), ("user_agent", "user-agent"))}
        found = {**found, **asked, **named, "request": None, "scheme": "https" if asked.get("tls") else "http"}
    return _named(found)


class Table:
    """W3C's extended format: each line is of the fields that the last `#Fields` names. Those of IIS and CloudFront are known."""

    def __init__(self) -> None:
        self._names: list[str] = []

    def __call__(self, line: bytes) -> Line | None:
        """A line, or None for one that begins with `#`; raises MalformedLine."""
        if line.startswith(b"#"):
            if line.startswith(FIELDS):
                self._names = line[len(FIELDS) :].decode("utf-8", "replace").lower().split()
            return None
        if not self._names:
            raise MalformedLine("there is no #Fields before it")
        text = line.decode("utf-8", "replace")
        values = text.split("\t") if "\t" in text else [word.strip('"') for word in _WORD.findall(text)]
        if len(values) != len(self._names):
            raise MalformedLine("it has more or fewer fields than #Fields names")
        return _w3c(dict(zip(self._names, values, strict=True)))


def _named(found: Mapping[str, Any]) -> Line:
    method, target = lines.request(_first(found, "request") or "")
    target = target or _with_query(lines.value(_first(found, *_TARGET)), lines.value(_first(found, *_QUERY)))
    host, scheme = lines.site(_first(found, *_SITE))
    given = _first(found, *_SCHEME)
    return Line(
        address=lines.address(_first(found, *_ADDRESS)),
        time=lines.moment(_first(found, *_TIME) or ""),
        method=method or lines.value(_first(found, *_METHOD)),
        target=target,
        status=lines.status(_first(found, *_STATUS)),
        size=lines.number(_first(found, *_SIZE) or "-"),
        referrer=lines.value(_first(found, *_REFERRER)),
        user_agent=lines.value(_first(found, *_USER_AGENT)),
        host=host,
        scheme=given if given in ("http", "https") else scheme,
    )


def _w3c(found: Mapping[str, str]) -> Line:
    target, query = (lines.value(found.get(name)) for name in ("cs-uri-stem", "cs-uri-query"))
    # CloudFront's x-host-header is the site that people ask for, cs(Host) the distribution's own name.
    host, scheme = lines.site(_first(found, "x-host-header", "cs-host", "cs(host)"))
    given = _first(found, "cs-protocol") or ("https" if found.get("s-port") == "443" else None)
    target = target or lines.value(found.get("cs-uri"))
    return Line(
        address=lines.address(_first(found, "c-ip")),
        time=lines.moment(f"{found.get('date')}T{found.get('time')}+00:00"),
        method=lines.value(found.get("cs-method")),
        target=_with_query(target, query),
        status=lines.status(found.get("sc-status")),
        size=lines.number(found.get("sc-bytes", "-")),
        referrer=lines.value(found.get("cs(referer)")),
        user_agent=_spaced(lines.value(found.get("cs(user-agent)"))),
        host=host,
        scheme=given if given in ("http", "https") else scheme,
    )


def _with_query(target: str | None, query: str | None) -> str | None:
    return f"{target}?{query.removeprefix('?')}" if target and query and "?" not in target else target


def _spaced(user_agent: str | None) -> str | None:
    """CloudFront escapes a user agent once or twice; IIS writes `+` for a space."""
    if user_agent is None or " " in user_agent:
        return user_agent
    if "%" in user_agent:
        return unquote(unquote(user_agent))
    return user_agent.replace("++", " \0").replace("+", " ").replace("\0", "+")


def _object(line: bytes) -> dict[str, Any]:
    # nginx passes bytes above 0x7f as they are, also where they are not UTF-8.
    text = line.decode("utf-8", "replace")
    try:
        return _DECODER.decode(text)
    except (msgspec.DecodeError, RecursionError):
        pass
    try:
        repaired = _BARE.sub(rb"\1null", _HEX.sub(_escaped, line))
        return _DECODER.decode(repaired.decode("utf-8", "replace"))
    except (msgspec.DecodeError, RecursionError):
        raise MalformedLine("not a JSON object") from None


def _escaped(match: re.Match[bytes]) -> bytes:
    """The byte that nginx escaped, as JSON has it: one of a longer character as it is."""
    code = int(match[1], 16)
    return bytes([code]) if code > 0x7F else b"\\u%04x" % code


def _joined(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value


def _first(found: Mapping[str, Any], *names: str) -> str | None:
    """The first of these fields that is there, as text: servers write numbers with quotes and without."""
    held = next((found[name] for name in names if found.get(name) is not None), None)
    return None if held is None or isinstance(held, dict | list) else str(held)
