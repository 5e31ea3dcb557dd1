"""By which names the dashboard may be asked, and from which pages: against DNS rebinding and foreign websockets."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from sluice.analysis.viewers import is_loopback

WILDCARDS = ("0.0.0.0", "::", "")


def hostname(netloc: str) -> str:
    """The name without its port, in small letters and without brackets; empty where there is none."""
    try:
        return urlsplit(f"//{netloc}").hostname or ""
    except ValueError:
        return ""


class Hosts:
    """This machine's own names, the address that is served, and the origins that the operator names."""

    def __init__(self, served: str, origins: tuple[str, ...]) -> None:
        self.origins = origins
        self._names = {urlsplit(origin).hostname for origin in origins}
        if served not in WILDCARDS:
            self._names.add(served.lower())

    def admits(self, headers: Mapping[str, str]) -> bool:
        """Whether the request asks by a name that is known, and comes from a page of the dashboard's own."""
        host = headers.get("host", "")
        name = hostname(host)
        return (is_loopback(name) or name in self._names) and self._is_ours(headers, host)

    def _is_ours(self, headers: Mapping[str, str], host: str) -> bool:
        origin = headers.get("origin")
        if origin is None:
            # Browsers name the origin of each websocket and form. What comes without one may be a link, or no browser at all.
            return True
        return origin in self.origins or urlsplit(origin).netloc == host
