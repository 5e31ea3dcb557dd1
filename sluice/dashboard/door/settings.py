"""The variables of the dashboard's door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from chalicelib.allowlist import is_origin
from sluice.analysis import viewers
from sluice.dashboard.door.addresses import Proxies
from sluice.errors import SluiceError

PREFIX = "SLUICE_DASHBOARD_"
SHORTEST = 32  # characters of a secret


class Variable(NamedTuple):
    """A variable's name, and what it may be."""

    name: str
    values: str
    default: str


USERS = viewers.VARIABLE
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
    Variable(PROXIES, "addresses or networks whose `X-Forwarded-For` counts, separated by commas", "none"),
    Variable(FRAMED_BY, "origins whose pages may have the dashboard in a frame, separated by commas", "none"),
)


class DoorError(SluiceError):
    """A variable of the door that cannot be used; the message says what to write."""

    def __init__(self, variable: str, message: str) -> None:
        super().__init__(f"{variable}: {message}")


@dataclass(frozen=True)
class Settings:
    """How the door is set up."""

    origins: tuple[str, ...]
    framed_by: tuple[str, ...]
    proxies: Proxies
    secret: str | None = field(repr=False)


def load(variables: Mapping[str, str]) -> Settings:
    """The settings in these variables; raises DoorError for the first bad one."""
    given = {one.name: variables.get(one.name, "").strip() for one in VARIABLES}
    secret = given[SECRET] or None
    if secret and len(secret) < SHORTEST:
        raise DoorError(
            SECRET, f"at least {SHORTEST} characters, or it could be guessed; `openssl rand -base64 36` makes one"
        )
    return Settings(_origins(given, ORIGINS), _origins(given, FRAMED_BY), _proxies(given), secret)


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
