"""What the demo's visitors are like, as demo/traffic.toml and demo/cities.toml say it."""

from __future__ import annotations

import tomllib
from functools import cache
from ipaddress import IPv4Network
from typing import Any

import msgspec

from sluice.local import shipped

FOLDER = shipped.FOLDER / "demo"
CITIES = FOLDER / "cities.mmdb"

Weights = dict[str, float]


class City(msgspec.Struct, frozen=True):
    """A city, its made-up network, and how many hours its clock is before UTC's."""

    network: IPv4Network
    country: str
    region: str
    city: str
    weight: float
    hours: int


class Agent(msgspec.Struct, frozen=True):
    """A browser: its user agent, the sizes of its window, and the device that the API sees in it."""

    device: str
    weight: float
    text: str
    viewports: tuple[tuple[int, int], ...]


class Source(msgspec.Struct, frozen=True):
    """Where visits come from: a referrer, a campaign in the address, or nothing; `entry` is the page that it links to."""

    weight: float
    referrer: str | None = None
    query: str = ""
    code: str | None = None
    entry: str | None = None


class Act(msgspec.Struct, frozen=True):
    """What a visitor may do on a page, and what may follow."""

    event: str
    chance: float
    metadata: dict[str, Any] = {}
    then: tuple[Act, ...] = ()


class Page(msgspec.Struct, frozen=True):
    """A page of the shop: how visits begin, stay, go on and end there. `clicks` names links to next pages."""

    path: str
    entry: float
    seconds: float
    leave: float
    next: Weights
    vitals: bool = False
    clicks: dict[str, str] = {}
    acts: tuple[Act, ...] = ()


class Experiment(msgspec.Struct, frozen=True):
    """Variants of one page, each with what it makes of the weight of one next page."""

    name: str
    page: str
    next: str
    variants: Weights


class Launch(msgspec.Struct, frozen=True):
    """A campaign that brings many visits on one day."""

    lift: float
    sources: tuple[Source, ...]


class Traffic(msgspec.Struct, frozen=True):
    """All that visits are made of."""

    visits: int
    days: tuple[float, ...]
    hours: tuple[float, ...]
    baskets: tuple[tuple[float, float], ...]
    plans: Weights
    renewal: float
    crawlers: tuple[str, ...]
    backend: str
    launch: Launch
    experiment: Experiment
    sources: tuple[Source, ...]
    agents: tuple[Agent, ...]
    pages: tuple[Page, ...]
    cities: tuple[City, ...]

    def page(self, path: str) -> Page:
        """The page of this path."""
        return next(page for page in self.pages if page.path == path)


@cache
def load() -> Traffic:
    """The traffic of the demo's own files."""
    tables = [tomllib.loads((FOLDER / name).read_text(encoding="utf-8")) for name in ("traffic.toml", "cities.toml")]
    return msgspec.convert(tables[0] | tables[1], Traffic, dec_hook=lambda kind, text: kind(text))
