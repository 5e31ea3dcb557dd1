"""Put the door together as the environment says."""

from __future__ import annotations

from pathlib import Path

from starlette.middleware import Middleware

from sluice.analysis import viewers
from sluice.dashboard.door import cookies, headers
from sluice.dashboard.door.alarm import Alarm
from sluice.dashboard.door.gate import Gate
from sluice.dashboard.door.hosts import Hosts
from sluice.dashboard.door.provider import Provider
from sluice.dashboard.door.proxy import Proxied
from sluice.dashboard.door.public import Public
from sluice.dashboard.door.reports import Reports
from sluice.dashboard.door.sessions import Sessions
from sluice.dashboard.door.settings import Settings
from sluice.dashboard.door.ways import Open, Passwords, Way


def door(host: str, given: Settings, folder: Path, stage: str) -> Middleware:
    """The middleware for the address that is served, over this stage; what it keeps is in the folder."""
    hosts, added = Hosts(host, given.origins), headers.written(given.framed_by)
    return Middleware(Gate, _way(given, folder), hosts, added, Public(stage))


def _way(given: Settings, folder: Path) -> Way:
    if viewers.load() is None:
        return Open()
    reports = Reports(given.proxies, Alarm(given.alarm) if given.alarm else None)
    if given.proxy_header:
        return Proxied(given.proxy_header, given.proxy_secret, reports)
    secret = cookies.secret(given.secret, folder)
    signed = Sessions(secret)
    if given.client:
        return Provider(given.client, signed, given.origins, secret, reports)
    return Passwords(signed, reports)
