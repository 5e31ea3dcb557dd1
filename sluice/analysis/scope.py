"""What the page shows: a tenant, its days, bots, a time zone and filters. The page's address holds it, and so do links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from chalicelib.allowlist import UTC
from chalicelib.lake.days import Days, UnknownZone, zone_of
from sluice.questions.library import BOTS

# The days that are shown where an address names none.
DAYS = 7
# So that nobody waits a minute for ten years because of a digit too many.
MAX_DAYS = 1100
MAX_TEXT = 2000


@dataclass(frozen=True)
class Dimension:
    """Something to filter by: its label, its SQL expression, and the question that lists its values.

    `of` says what a filter keeps. "events": the events that are so themselves, and the visits that they make. "visits": whole
    visits, by how they began. "page": visits that came to the page, and of their events those on it.
    `absent` is what the question's `answer` column says for NULL.
    """

    label: str
    of: str
    column: str
    question: str
    answer: str
    absent: str | None = None


DIMENSIONS = {
    "page": Dimension("Page", "page", "shown_page", "top-pages", "page"),
    "entry": Dimension("Entry page", "visits", "entry_page", "entry-pages", "page"),
    "exit": Dimension("Exit page", "visits", "exit_page", "exit-pages", "page"),
    "channel": Dimension("Channel", "visits", "channel", "sources", "channel"),
    "source": Dimension("Source", "visits", "source", "sources", "source", "(none)"),
    "campaign": Dimension("Campaign", "visits", "campaign", "campaigns", "campaign"),
    "medium": Dimension("Medium", "visits", "medium", "campaigns", "medium", "(none)"),
    "country": Dimension("Country", "events", "location.country", "countries", "country", "Unknown"),
    "city": Dimension("City", "events", "location.city", "cities", "city", "Unknown"),
    "device": Dimension("Device", "events", "device.device_type", "devices", "device_type", "unknown"),
    "browser": Dimension("Browser", "events", "device.browser", "browsers", "browser", "unknown"),
    "os": Dimension("System", "events", "device.os", "browsers", "os", "unknown"),
}

Filters = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Scope:
    """What is looked at. `filters` are pairs of a dimension's name and its value, by name, at most one of each.

    Days are those of `zone`, both inclusive; `home` is the tenant's own, where the address names none.
    """

    bucket: str
    since: date
    until: date
    bots: str = "exclude"
    zone: str = UTC
    filters: Filters = ()
    home: str = UTC

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1

    @property
    def asked(self) -> Days:
        """The days as a question takes them."""
        return Days(self.since, self.until, self.zone)

    @property
    def previous(self) -> Scope:
        """As many days just before these."""
        return replace(self, since=self.since - timedelta(self.days), until=self.since - timedelta(1))

    def odd_days(self) -> list[tuple[date, int]]:
        """The days on which the zone's clock is set, each with its hours."""
        days = (self.since + timedelta(number) for number in range(self.days))
        spans = {day: Days(day, day, self.zone) for day in days}
        hours = {day: round((one.end - one.start) / timedelta(hours=1)) for day, one in spans.items()}
        return [(day, length) for day, length in hours.items() if length != 24]

    def filtered(self, dimension: str, value: str) -> Scope:
        """With this filter in place of one of the same dimension."""
        return replace(self, filters=tuple(sorted({**dict(self.filters), dimension: value}.items())))

    def without(self, dimension: str) -> Scope:
        """With no filter of this dimension."""
        return replace(self, filters=tuple(pair for pair in self.filters if pair[0] != dimension))

    def query(self) -> dict[str, str]:
        """The parameters of the page's address."""
        kept = {} if self.zone == self.home else {"zone": self.zone}
        days = {"from": self.since.isoformat(), "to": self.until.isoformat()}
        return {"bucket": self.bucket, **days, "bots": self.bots, **kept, **dict(self.filters)}


def read(
    query: Mapping[str, str], buckets: Sequence[str], known: Sequence[date], now: datetime, home: str = UTC
) -> tuple[Scope, list[str]]:
    """The scope that an address names, and a sentence for each of its parameters that cannot be used.

    `known` are the days that have events: where the address names none, the last week of them is shown.
    """
    faults: list[str] = []
    bucket = query.get("bucket") or buckets[0]
    zone = _zone(query, home, faults)
    since, until = _days(query, known, now.astimezone(zone_of(zone)).date(), faults)
    bots = _chosen(query, "bots", BOTS, "exclude", faults)
    return Scope(bucket, since, until, bots, zone, filters_of(query), home), faults


def default_days(known: Sequence[date], today: date) -> tuple[date, date]:
    """The week up to the last day that has events."""
    last = min(known[-1], today) if known else today
    return last - timedelta(DAYS - 1), last


def filters_of(query: Mapping[str, str]) -> Filters:
    """The filters that these parameters name."""
    found = {name: query[name][:MAX_TEXT] for name in DIMENSIONS if query.get(name)}
    return tuple(sorted(found.items()))


def _days(query: Mapping[str, str], known: Sequence[date], today: date, faults: list[str]) -> tuple[date, date]:
    first, last = default_days(known, today)
    since, until = _day(query, "from", faults), _day(query, "to", faults)
    if until is None:
        until = max(last, since) if since else last
    if since is None:
        since = min(first, until) if until == last else until - timedelta(DAYS - 1)
    if since > until:
        faults.append(f"The first day, {since}, is after the last, {until}; the last week with events is shown.")
        return first, last
    if (until - since).days >= MAX_DAYS:
        faults.append(f"At most {MAX_DAYS} days can be shown at once; the last of them are.")
        since = until - timedelta(MAX_DAYS - 1)
    return since, until


def _day(query: Mapping[str, str], name: str, faults: list[str]) -> date | None:
    text = query.get(name)
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    # Years that people mean; the arithmetic on days ends at both ends of the calendar.
    if not 1970 <= day.year <= 2200:
        faults.append(f"{text[:40]!r} is not a valid day; write it like 2026-11-09.")
        return None
    return day


def _chosen(query: Mapping[str, str], name: str, choices: Iterable[str], default: str, faults: list[str]) -> str:
    value = query.get(name) or default
    if value in choices:
        return value
    faults.append(f"{name} is one of {', '.join(choices)}, and not {value[:40]!r}.")
    return default


def _zone(query: Mapping[str, str], home: str, faults: list[str]) -> str:
    name = query.get("zone") or home
    try:
        return str(zone_of(name))
    except UnknownZone as error:
        faults.append(f"{error}.")
        return home
