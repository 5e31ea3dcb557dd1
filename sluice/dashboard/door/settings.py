"""The variables of the dashboard's door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urlsplit

from chalicelib.names import is_origin
from sluice.analysis import viewers
from sluice.dashboard.door.addresses import Proxies
from sluice.errors import SluiceError
from sluice.provider import ISSUER

PREFIX = "SLUICE_DASHBOARD_"
SHORTEST = 32  # characters of a secret


class Variable(NamedTuple):
    """A variable's name, and what it may be."""

    name: str
    values: str
    default: str


USERS = viewers.VARIABLE
PROXY_HEADER, PROXY_SECRET = f"{PREFIX}PROXY_HEADER", f"{PREFIX}PROXY_SECRET"
CLIENT, CLIENT_SECRET, ALARM = f"{PREFIX}OIDC_CLIENT", f"{PREFIX}OIDC_CLIENT_SECRET", f"{PREFIX}ALARM_URL"
ORIGINS, FRAMED_BY, SECRET, PROXIES = (f"{PREFIX}{one}" for one in ("ORIGINS", "FRAMED_BY", "SECRET", "PROXIES"))
VARIABLES = (
    Variable(USERS, "the file of users, TOML or JSON", "none: anyone at this machine sees everything"),
    Variable(
        ORIGINS,
        "the addresses that browsers show, for example `https://sluice.example.com`, separated by commas",
        "only this machine's own names, and `--host`",
    ),
    Variable(
        SECRET,
        f"what cookies are signed with, at least {SHORTEST} characters; needed where several servers share the users",
        "made at the first start, in `mirrors/dashboard.key`",
    ),
    Variable(ISSUER, "the OpenID Connect provider by which people sign in, as it calls itself", "none: by password"),
    Variable(CLIENT, "the client's id at the provider", "none"),
    Variable(CLIENT_SECRET, "the client's secret there", "none"),
    Variable(PROXY_HEADER, "the header by which a proxy names the person who asks", "none"),
    Variable(
        PROXY_SECRET,
        f"what the proxy sends as `X-Sluice-Proxy-Secret`, at least {SHORTEST} characters; or name its addresses",
        "none",
    ),
    Variable(
        PROXIES,
        "addresses or networks of proxies, separated by commas: only theirs are the header above and `X-Forwarded-For`",
        "none",
    ),
    Variable(ALARM, 'a webhook that gets `{"text": …}` where many sign-ins fail', "none"),
    Variable(FRAMED_BY, "origins whose pages may have the dashboard in a frame, separated by commas", "none"),
)


class DoorError(SluiceError):
    """A variable of the door that cannot be used; the message says what to write."""

    def __init__(self, variable: str, message: str) -> None:
        super().__init__(f"{variable}: {message}")


class Client(NamedTuple):
    """How the OpenID Connect provider knows the dashboard."""

    issuer: str
    id: str
    secret: str


@dataclass(frozen=True)
class Settings:
    """How the door is set up."""

    origins: tuple[str, ...]
    framed_by: tuple[str, ...]
    proxies: Proxies
    client: Client | None = field(repr=False)
    proxy_header: str | None
    proxy_secret: str | None = field(repr=False)
    secret: str | None = field(repr=False)
    alarm: str | None = field(repr=False)


def load(variables: Mapping[str, str]) -> Settings:
    """The settings in these variables; raises DoorError for the first bad one."""
    given = {one.name: variables.get(one.name, "").strip() for one in VARIABLES}
    if given[ISSUER] and given[PROXY_HEADER]:
        raise DoorError(PROXY_HEADER, f"there is one way in; remove this or {ISSUER}")
    for variable in (ISSUER, PROXY_HEADER):
        if given[variable] and not given[USERS]:
            raise DoorError(USERS, f"needed with {variable}: it says who may see which buckets")
    return Settings(
        origins=_origins(given, ORIGINS),
        framed_by=_origins(given, FRAMED_BY),
        proxies=_proxies(given),
        client=_client(given),
        proxy_header=_proxy_header(given),
        proxy_secret=_secret(given, PROXY_SECRET),
        secret=_secret(given, SECRET),
        alarm=_alarm(given),
    )


def _secret(given: Mapping[str, str], variable: str) -> str | None:
    if given[variable] and len(given[variable]) < SHORTEST:
        raise DoorError(
            variable, f"at least {SHORTEST} characters, or it could be guessed; `openssl rand -base64 36` makes one"
        )
    return given[variable] or None


def _proxy_header(given: Mapping[str, str]) -> str | None:
    header = given[PROXY_HEADER]
    if header and not (given[PROXY_SECRET] or given[PROXIES]):
        raise DoorError(PROXY_HEADER, f"needs {PROXIES} or {PROXY_SECRET}, or anyone could claim to be anybody")
    return header.lower() or None


def _client(given: Mapping[str, str]) -> Client | None:
    issuer = given[ISSUER]
    if not issuer:
        return None
    if not _is_private(issuer):
        raise DoorError(
            ISSUER, f"{issuer!r} is not an address with https; write, for example, https://accounts.google.com"
        )
    for variable in (CLIENT, CLIENT_SECRET):
        if not given[variable]:
            raise DoorError(variable, f"needed with {ISSUER}; the provider gives it when you register the dashboard")
    return Client(issuer, given[CLIENT], given[CLIENT_SECRET])


def _alarm(given: Mapping[str, str]) -> str | None:
    address = given[ALARM]
    if address and not _is_private(address):
        raise DoorError(ALARM, "not an address with https; write the one that your chat gives for an incoming webhook")
    return address or None


def _is_private(address: str) -> bool:
    """Whether nobody on the way can read what is sent there."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and viewers.is_loopback(parts.hostname or ""))


def _origins(given: Mapping[str, str], variable: str) -> tuple[str, ...]:
    found = _list(given[variable])
    for origin in found:
        if not is_origin(origin):
            raise DoorError(variable, f"{origin!r} is not an origin; write, for example, https://sluice.example.com")
    return found


def _proxies(given: Mapping[str, str]) -> Proxies:
    try:
        return Proxies(_list(given[PROXIES]))
    except ValueError as error:
        raise DoorError(PROXIES, f"{error}; write, for example, 10.0.0.0/24") from None


def _list(value: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in value.split(",") if one.strip())
