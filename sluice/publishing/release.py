"""A week's release: what it asks, the counts that it is drawn from, and the release as the ledger has it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from chalicelib.allowlist import UTC as UTC_ZONE
from chalicelib.lake.objects import Objects
from chalicelib.records import iso
from chalicelib.reports.periods import Period, last, open_from, week
from sluice.mirror import ask, view
from sluice.mirror.ask import Question
from sluice.mirror.mirror import Progress
from sluice.mirror.tenant import Place, own
from sluice.mirror.view import Source
from sluice.project import audit
from sluice.project.config import Publish
from sluice.publishing import keys, ledger, mechanism
from sluice.publishing.errors import PublishError
from sluice.publishing.ledger import Asked, Release, Row, Table
from sluice.publishing.mechanism import Part
from sluice.questions import dialect
from sluice.questions.library import PACKAGED, Library, read

SQL = Path(__file__).parent / "sql"
CUT = "cut"
SAMPLED = (
    "a visitor there counts as several, whom the noise would not hide; publish a week for which `sample` and "
    "`max_events_per_minute` are not set"
)
# The parts in which a visitor-day may have more than is counted of it.
CUTS = ("sources", "countries", "pages")
# The tenths of a release's loss that the parts have; pages have the rest.
_TENTHS = {"days": 2, "sources": 2, "countries": 2, CUT: 1}
Counts = dict[str, dict[str, int]]


class Plan(NamedTuple):
    """A week's release before anything is drawn."""

    asked: Asked
    period: Period
    parts: tuple[Part, ...]
    publish: Publish


def period(named: str | None, now: datetime) -> Period:
    """The week of this name, or the last that is closed, in UTC, as visitorIds are; raises PublishError, and UnknownWeek."""
    chosen = week(named) if named else last("week", "monday", now.date())
    if named is None and open_from(chosen, UTC_ZONE, now) is not None:
        chosen = chosen.before
    if (day := open_from(chosen, UTC_ZONE, now)) is not None:
        raise PublishError(f"{chosen.name} is not closed: {day} still takes events, and a week is published once")
    return chosen


def plan(place: Place, wanted: Period) -> Plan:
    """What a release of the tenant's week asks; raises PublishError where the entry publishes nothing."""
    publish = place.allow.publish
    if publish is None:
        raise PublishError(f"{place.bucket} publishes nothing: its entry in sluice.toml has no `publish`")
    shares = {name: publish.release * tenths // 10 for name, tenths in _TENTHS.items()}
    parts = (
        Part("days", tuple(keys.days(wanted.days)), 1, shares["days"]),
        Part("sources", tuple(keys.channels(Library(PACKAGED))), 1, shares["sources"]),
        Part("countries", tuple(keys.countries()), 1, shares["countries"]),
        Part("pages", tuple(keys.pages(publish.pages)), publish.most_pages, publish.release - sum(shares.values())),
        Part(CUT, CUTS, len(CUTS), shares[CUT]),
    )
    name = hashlib.sha256(msgspec.json.encode((place.bucket, wanted.name, parts))).hexdigest()
    return Plan(Asked(name, place.bucket, wanted.name, mechanism.loss(parts), publish.budget), wanted, parts, publish)


def library() -> Library:
    """The packaged questions over visits of one visitor-day alone, and the relations next to this file.

    A session may join several visitor-days: what one of them counts as would then depend on another. A project's own SQL is left
    out, since nothing shows how often it counts somebody.
    """
    found = Library(PACKAGED)
    hits = dialect.parse(found.relations["nearby_hits"])
    (visitkey,) = (one for one in hits.expressions if one.alias == "visitkey")
    visitkey.set("this", dialect.parse("SELECT visitorid || dt").expressions[0])
    own = {name: (SQL / f"{name}.sql").read_text() for name in ("visitor_days", "visitor_pages")}
    return found.over({"nearby_hits": hits.sql("athena"), **own})


def question(planned: Plan) -> Question:
    """What is asked of the week: its counts, each visitor-day in them as often as the parts say at most."""
    publish = planned.publish
    given = {"public": "\n".join(publish.pages), "most": str(publish.most_pages)}
    return Question(read("published", (SQL / "published.sql").read_text()), planned.period.asked(UTC_ZONE), given)


def by_part(planned: Plan, rows: Iterable[tuple[Any, ...]]) -> Counts:
    """The answer's counts by part and key; what is on no public list is counted as unknown."""
    known = {part.name: frozenset(part.keys) for part in planned.parts}
    found: Counts = {part.name: {} for part in planned.parts}
    for part, key, number in rows:
        named = key if key in known[part] else keys.UNKNOWN
        found[part][named] = found[part].get(named, 0) + number
    return found


def counted(place: Place, planned: Plan, progress: Progress) -> Counts:
    """The week's counts without noise, by DuckDB, of all that the bucket has of it: what is published is not drawn again.

    Raises PublishError for a week with events of a sample.
    """
    asked = question(planned)
    sql, values = ask.for_duckdb(library(), asked, [place])
    reach = asked.days.nearby
    if place.stage.is_deployed:
        place.mirror.refresh(place.objects(), *reach, progress)
    source = Source(place.mirror.folder, place.snapshot(*reach, progress))
    with view.connect({view.EVENTS: source}, *reach) as connection:
        if view.is_sampled(connection, [view.EVENTS], *asked.days.partitions):
            raise PublishError(f"{planned.period.name} is a sample: {SAMPLED}")
        return by_part(planned, ask.answer(connection, sql, values).rows)


def published(place: Place, planned: Plan, now: datetime, progress: Progress) -> Release:
    """The week's release: the stored one where there is one, else drawn and spent now, with a row in the audit trail.

    Raises Spent, PublishError and PlaceError.
    """
    store, asked = own(place.settings), planned.asked
    held = ledger.releases(store, asked.bucket, asked.week)
    if (same := ledger.find(held, asked)) is not None:
        return same
    ledger.refuse(held, asked)
    counts = counted(place, planned, progress)
    return _spent(place, store, planned, lambda: drawn(planned, counts, now))


def _spent(place: Place, store: Objects, planned: Plan, draw: Callable[[], Release]) -> Release:
    details: dict[str, Any] = {"week": planned.asked.week, "micro": planned.asked.micro, "budget": planned.asked.budget}
    with audit.recorded(place.stage, "numbers.published", place.bucket, details) as outcome:
        release = ledger.take(store, planned.asked, draw)
        outcome["release"] = release.id
    return release


def drawn(planned: Plan, counts: Counts, now: datetime) -> Release:
    values = mechanism.drawn(planned.parts, counts)
    tables = tuple(
        Table(
            part.name,
            part.reach,
            part.micro,
            mechanism.error(part),
            tuple(map(Row, part.keys, values[part.name])),
        )
        for part in planned.parts
    )
    asked, days = planned.asked, planned.period
    at = iso(now.astimezone(UTC))
    return Release(asked.id, asked.bucket, asked.week, days.since, days.until, at, asked.micro, asked.budget, tables)
