"""Two weeks of a made-up shop and of its blog's log, the same at every run: docs/querying.md shows its answers."""

from __future__ import annotations

import hashlib
import json
import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby, pairwise
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from chalicelib import allowlist, settings
from chalicelib.prefixes import SUFFIX
from chalicelib.records import iso
from chalicelib.tracking.geo import EdgeHeaders
from chalicelib.tracking.ingest import Ingest, Request
from chalicelib.tracking.stores import DirectoryStore, Put
from docs.build import sample_access, sample_rejected, sample_visits
from docs.build.sample_visits import Hit
from sluice.project.config import Goal

SHOP, BLOG = "shop-analytics", "blog-analytics"
GOALS = (Goal("signup", "form_submit"), Goal("order", "purchase"), Goal("journal", page="/journal/*"))
FIRST, LAST = date(2026, 11, 2), date(2026, 11, 15)
SEED = 7
# By weekday, from Monday on.
VISITS = (34, 31, 30, 33, 38, 22, 19)
USERS = 40
MARKS = {"scroll_depth": ("percent", (25, 50, 75, 100)), "time_on_page": ("seconds", (30, 60, 180, 300))}
FORM = "/journal/how-we-sew"
ANSWERED = (("GET", 200), ("GET", 304), ("GET", 404), ("GET", 301), ("HEAD", 200))
DELAY = timedelta(milliseconds=200)


class Sent(NamedTuple):
    """A hit, and how much later than its own timestamp it arrived: less than nothing from a clock that is ahead."""

    hit: Hit
    delay: timedelta


class _Salts:
    """Roots that anybody can compute, for visitors who do not exist."""

    cause = None

    def root(self, day: date, now: datetime, zone: str = allowlist.UTC) -> bytes | None:
        return hashlib.sha256(day.isoformat().encode()).digest()


class _Days:
    """A store that makes one object of each day, as a batch does: as five thousand files they would take ten times as long."""

    def __init__(self) -> None:
        self._days: dict[tuple[str, str], list[bytes]] = defaultdict(list)

    def put(self, owner: str | None, bucket: str, key: str, body: bytes) -> Put:
        self._days[bucket, key.rpartition("/")[0]].append(body)
        return Put.NEW

    def write(self, root: Path) -> None:
        store = DirectoryStore(root, durable=False)
        for (bucket, day), lines in self._days.items():
            store.put(None, bucket, f"{day}/sample{SUFFIX}", b"".join(lines))


def fill(root: Path) -> int:
    """Put all events through the tracker's own path into the folders of this store, and return their number."""
    given, days = settings.load({"ALLOWED_BUCKETS": f"{SHOP},{BLOG}", "STORE": f"dir:{root}"}), _Days()
    path = Ingest(given, days, _Salts(), EdgeHeaders())
    sent = list(events(random.Random(SEED)))
    for number, one in enumerate(sent):
        path.track(_request(number, one))
    days.write(root)
    sample_access.write(root, SHOP, (FIRST, LAST), _Salts(), SEED, [one.hit for one in sent])
    sample_rejected.write(root, SHOP, (FIRST, LAST), SEED)
    return len(sent)


def events(chance: random.Random) -> Iterator[Sent]:
    """What was sent, day by day."""
    for day in (FIRST + timedelta(days) for days in range((LAST - FIRST).days + 1)):
        end = datetime.combine(day + timedelta(days=1), time(), UTC)
        hits = sample_visits.visits(end, chance, VISITS[day.weekday()])
        for number, (_, visit) in enumerate(groupby(hits, key=lambda hit: hit.body["sessionId"])):
            yield from _visit(list(visit), f"s-{day:%m%d}-{number:02}", chance)
        yield from _log(end, chance)


def _visit(hits: list[Hit], session: str, chance: random.Random) -> Iterator[Sent]:
    """The visit with what the browser client sends besides page views. One in five has a user id, a few opt out."""
    fields: dict[str, Any] = {"bucket": SHOP, "sessionId": session}
    if chance.random() < 0.2:
        fields["userId"] = f"user-{chance.randrange(USERS):02}"
    headers = {"Sec-GPC": "1"} if chance.random() < 0.04 else {}
    delay = chance.choices((DELAY, timedelta(minutes=-11), timedelta(hours=30)), (97, 2, 1))[0]
    variant = {"experiment": "hero", "variant": chance.choice("AB")}
    for hit in _with_marks([_with(hits[0], metadata=variant), *hits[1:]], chance):
        yield Sent(Hit(hit.body | fields, hit.headers | headers), delay)


def _with_marks(hits: list[Hit], chance: random.Random) -> Iterator[Hit]:
    """Each page view with how far and how long it was read, and the form that one of the pages has."""
    stays = [(_moment(after) - _moment(hit)).seconds for hit, after in pairwise(hits)]
    for hit, stay in zip(hits, [*stays, chance.randrange(400)], strict=True):
        yield hit
        if hit.body["eventType"] == "page_view":
            yield from _marks(hit, stay, chance)
            yield from _form(hit, chance) if hit.body["page"].endswith(FORM) else ()


def _marks(hit: Hit, stay: int, chance: random.Random) -> Iterator[Hit]:
    depth = chance.choice((0, 25, 50, 75, 100))
    for kind, reached in (("scroll_depth", depth), ("time_on_page", stay)):
        name, marks = MARKS[kind]
        for mark in (mark for mark in marks if mark <= reached):
            seconds = mark if name == "seconds" else stay * mark // 101
            yield _later(hit, seconds, kind, {name: mark})


def _form(hit: Hit, chance: random.Random) -> Iterator[Hit]:
    if chance.random() < 0.6:
        yield _later(hit, 2, "form_start", {"form": "newsletter"})
        if chance.random() < 0.5:
            plan = chance.choices(("weekly", "monthly"), (1, 2))[0]
            yield _later(hit, 4, "form_submit", {"form": "newsletter", "plan": plan})


def _log(end: datetime, chance: random.Random) -> Iterator[Sent]:
    """A day of the blog, as `sluice import` makes events of those requests in a web server's log that are not page views."""
    for _ in range(60):
        agent = chance.choices((*sample_visits.USER_AGENTS[:6], *sample_visits.CRAWLERS), (*(4,) * 6, 6, 4, 3, 1, 2))[0]
        method, status = chance.choices(ANSWERED, (60, 12, 6, 3, 2))[0]
        moment = end - timedelta(seconds=chance.randrange(24 * 3600 - 1) + 1)
        body = {
            **{"bucket": BLOG, "eventType": "request", "timestamp": iso(moment)},
            **{"page": chance.choice(("/", "/feed.xml", "/posts/1", "/posts/2", "/robots.txt"))},
            "metadata": {"method": method, "status": status},
        }
        address = f"198.51.100.{chance.randrange(1, 60)}:443"
        yield Sent(Hit(body, {"User-Agent": agent, "CloudFront-Viewer-Address": address}), DELAY)


def _later(hit: Hit, seconds: int, kind: str, metadata: dict[str, Any]) -> Hit:
    moment = _moment(hit) + timedelta(seconds=seconds)
    return _with(hit, eventType=kind, timestamp=iso(moment), metadata=metadata)


def _with(hit: Hit, **fields: Any) -> Hit:
    return Hit(hit.body | fields, hit.headers)


def _moment(hit: Hit) -> datetime:
    return datetime.fromisoformat(hit.body["timestamp"])


def _request(number: int, sent: Sent) -> Request:
    """The request as it arrived; its event's id is its number, because a random one would be another at each run."""
    body = json.dumps(sent.hit.body | {"eventId": f"sample-event-{number:06}"}).encode()
    headers = {name.lower(): value for name, value in sent.hit.headers.items()}
    return Request(body, headers, "127.0.0.1", _moment(sent.hit) + sent.delay)


def main(folder: Annotated[Path, typer.Argument(help="A store's folder; it is made where it is not there.")]) -> None:
    """Write the sample into a folder, for asking it: STORE=dir:FOLDER sluice query top-pages --bucket shop-analytics

    Example: python -m docs.build.sample sample
    """
    typer.echo(f"{fill(folder)} events from {FIRST} to {LAST} are in {folder}.")


if __name__ == "__main__":
    typer.run(main)
