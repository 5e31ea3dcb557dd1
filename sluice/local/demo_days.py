"""The demo's past: whole days of visits, written into the store as the API would have written them on those days.

A day is the same whenever it is made, and is one object whose key follows from the seed and the day: what is there stays.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, partial
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from chalicelib import allowlist, privacy, records
from chalicelib.events import Event
from chalicelib.lake.objects import FolderObjects
from chalicelib.records import Facts
from chalicelib.settings import Settings
from chalicelib.tracking import batches
from chalicelib.tracking.city import CityDatabase
from chalicelib.tracking.geo import Places
from chalicelib.tracking.salts import Salts
from chalicelib.tracking.salts import of as salt_of
from chalicelib.tracking.sender import Said, Sender
from chalicelib.tracking.stores import DirectoryStore, Put, StoreUnavailable
from sluice.errors import SluiceError
from sluice.imports.importer import RunSalts
from sluice.local import demo_access, demo_traffic, demo_visits
from sluice.local.demo_traffic import Agent, Traffic
from sluice.local.demo_visits import SITE, Hit, Plan, Span, Visitor

BUCKET = "demo-analytics"
DAYS = 30
SEED = 7
JOINING, AGAIN, LATE = 0.024, 0.06, 0.006  # shares of the visits
REMEMBERED = 35  # days for which who joined may come back
RENEWED = 28  # days after which the club is paid again
BUSY = 300  # objects of a day that the demo's live visits have made, and clicks in the shop have not
LAUNCH, LAUNCHES = date(2026, 11, 12), 30  # one launch, and the days to the next: any thirty days have one
LAUNCHED = (1.0, 0.34, 0.12)  # of its lift, on the day and after it
CITY_OF_MACHINES = "Ashburn"


class DemoError(SluiceError):
    """The demo cannot go on; the message says what to do."""


class User(NamedTuple):
    """Somebody who joined: the shop's own id, and the plan."""

    id: str
    plan: str


class Written(NamedTuple):
    """A day, and how many events of it are new in the store."""

    day: date
    events: int


def write(directory: Path, settings: Settings, today: date, days: int = DAYS, seed: int = SEED) -> Iterator[Written]:
    """Write the days before today that are not there yet into the folder's bucket of the demo, the oldest first.

    A day of which live visits were sent is there, too. Raises DemoError where the folder cannot be written.
    """
    if settings.allowlist.find(BUCKET) is None:
        raise DemoError(f"{BUCKET} is not on the allowlist; `sluice allow add {BUCKET}`, then `sluice sync`")
    salts, places = RunSalts(), CityDatabase(demo_traffic.CITIES)
    try:
        for day in (today - timedelta(days=ago) for ago in range(days, 0, -1)):
            key = records.batch_key(day, [f"demo {seed}"])
            is_there = _is_there(FolderObjects(directory / BUCKET), day, key)
            visited = [] if is_there else list(visits(day, seed))
            lines = list(_lines(visited, settings, salts, places))
            # Without a sync for each file: a demo can be run again.
            store = DirectoryStore(directory, durable=False)
            is_new = bool(lines) and store.put(None, BUCKET, key, b"".join(lines)) is Put.NEW
            if is_new:
                store.put(None, BUCKET, *demo_access.file(BUCKET, day, visited, salts, seed))
            yield Written(day, len(lines) if is_new else 0)
    except (OSError, StoreUnavailable) as error:
        raise DemoError(f"The folder {directory} cannot be written ({error}); free it, then try again") from None


def summary(written: list[Written]) -> str:
    """What was written, in a sentence."""
    new = [one for one in written if one.events]
    if not new:
        return f"The {len(written)} days before today are in {BUCKET} already."
    events = sum(one.events for one in new)
    return f"{events:,} events of {len(new)} days before today are new in {BUCKET}: {new[0].day} to {new[-1].day}."


def visits(day: date, seed: int = SEED) -> Iterator[list[Hit]]:
    """The hits of each visit that arrived on this day, of each crawler's look at a page, and of the shop's own program."""
    traffic, chance = demo_traffic.load(), random.Random(f"{seed} {day}")
    span = day_of(day)
    for plan in _plans(traffic, day, seed, chance):
        yield demo_visits.visit(traffic, plan, span, chance)
    for _ in range(_number(traffic, day, LATE, chance)):
        plan = Plan(demo_visits.visitor(traffic, chance), demo_visits.one_of(traffic.sources, chance))
        yield _late(demo_visits.visit(traffic, plan, span, chance), timedelta(hours=chance.randrange(26, 40)))
    yield from _crawled(traffic, span, chance)
    yield _renewed(traffic, joined(day - timedelta(days=RENEWED), seed), span, chance)


def _is_there(bucket: FolderObjects, day: date, key: str) -> bool:
    return bucket.head(key) is not None or sum(1 for _ in bucket.keys(records.day_prefix(day))) >= BUSY


def day_of(day: date) -> Span:
    """The day from midnight to midnight, UTC."""
    begin = datetime.combine(day, time(), UTC)
    return Span(begin, begin + timedelta(days=1))


def joined(day: date, seed: int) -> list[User]:
    """Who joins on this day."""
    traffic, chance = demo_traffic.load(), random.Random(f"{seed} {day} joining")
    number = _number(traffic, day, JOINING, chance)
    return [User(f"u-{chance.getrandbits(32):08x}", demo_visits.weighted(traffic.plans, chance)) for _ in range(number)]


def back(day: date, seed: int) -> list[User]:
    """Who comes back on this day: the fewer, the longer it is that they joined."""
    found = []
    for ago in range(1, REMEMBERED + 1):
        likely = 0.13 * math.exp(-ago / 9) + 0.025
        members = joined(day - timedelta(days=ago), seed)
        found += [one for one in members if random.Random(f"{seed} {one.id} {day}").random() < likely]
    return found


def _number(traffic: Traffic, day: date, share: float, chance: random.Random) -> int:
    """How many visits a day has, by its weekday, the time of the year and chance; or such a share of them."""
    season = 1 + 0.3 * math.cos(2 * math.pi * (day.timetuple().tm_yday - 350) / 365)
    expected = traffic.visits * share * traffic.days[day.weekday()] * season * chance.uniform(0.93, 1.07)
    return int(expected + chance.random())


def _plans(traffic: Traffic, day: date, seed: int, chance: random.Random) -> Iterator[Plan]:
    """Who visits on this day: members, those who become some, strangers, and whom a launch brings."""
    sources, launch = traffic.sources, traffic.launch
    for user in back(day, seed):
        yield Plan(member(traffic, user, seed), demo_visits.one_of(sources, chance))
    for user in joined(day, seed):
        known = member(traffic, user, seed)._replace(user=None)
        yield Plan(known, demo_visits.one_of(sources, chance), joining=user.id, plan=user.plan)
    number, since = _number(traffic, day, 1, chance), (day - LAUNCH).days % LAUNCHES
    brought = round(number * launch.lift * LAUNCHED[since]) if since < len(LAUNCHED) else 0
    for some, come in ((sources, number), (launch.sources, brought)):
        for _ in range(come):
            plan = Plan(demo_visits.visitor(traffic, chance), demo_visits.one_of(some, chance))
            yield plan
            if chance.random() < AGAIN:
                yield plan._replace(source=traffic.sources[0])


def member(traffic: Traffic, user: User, seed: int) -> Visitor:
    """A user has one browser and one address for all days."""
    return demo_visits.visitor(traffic, random.Random(f"{seed} {user.id}"), user.id)


def _late(hits: list[Hit], delay: timedelta) -> list[Hit]:
    """The visit of a phone without a network, which sent it so much later."""
    return [hit._replace(fields=hit.fields | {"timestamp": hit.fields["timestamp"] - delay}) for hit in hits]


def _crawled(traffic: Traffic, span: Span, chance: random.Random) -> Iterator[list[Hit]]:
    for _ in range(chance.randrange(8, 18)):
        page = demo_visits.weighted({page.path: page.entry for page in traffic.pages}, chance)
        crawler = _machine(traffic, chance.choice(traffic.crawlers), chance.randrange(20, 60))
        fields = {"eventType": "page_view", "page": SITE + page}
        yield [_sent(crawler, span, timedelta(seconds=chance.randrange(86_000)), fields, chance)]


def _renewed(traffic: Traffic, members: list[User], span: Span, chance: random.Random) -> list[Hit]:
    """What the shop's own program sends each night: by userId, and without a page."""
    program = _machine(traffic, traffic.backend, 9)
    sale = {"value": traffic.renewal, "currency": "EUR", "plan": "club"}
    fields = {"eventType": "purchase", "metadata": sale}
    return [
        _sent(program, span, timedelta(hours=3, seconds=40 * number), fields | {"userId": member.id}, chance)
        for number, member in enumerate(members)
        if member.plan == "club"
    ]


def _machine(traffic: Traffic, text: str, host: int) -> Visitor:
    city = next(city for city in traffic.cities if city.city == CITY_OF_MACHINES)
    return Visitor(Agent("other", 0, text, ()), (0, 0), city, city.network[host])


def _sent(sender: Visitor, span: Span, after: timedelta, fields: Mapping[str, Any], chance: random.Random) -> Hit:
    moment = span.since + after
    event = {"timestamp": moment, "eventId": demo_visits.event_id(chance), **fields}
    return Hit(event, sender, moment + timedelta(milliseconds=chance.randrange(40, 200)))


def _lines(some: Iterable[list[Hit]], settings: Settings, salts: Salts, places: Places) -> Iterator[bytes]:
    """The records of these visits, which all arrived on one day."""
    for hits in some:
        cleaning = batches.once(records.cleaning(settings.keep_query))
        facts = cache(partial(_facts, settings, salts, places))
        for hit in hits:
            event = msgspec.convert({"bucket": BUCKET, **hit.fields}, Event)
            # One sender's facts differ in nothing but the time.
            said = Said(hit.visitor.agent.text, event.session_id is not None, event.user_id is not None)
            known = facts(hit.visitor.address, hit.received.date(), said)
            arrived = known._replace(server_timestamp=records.iso(hit.received))
            yield records.encode(records.build(event, records.file(event, hit.received, b""), arrived, cleaning))


def _facts(settings: Settings, salts: Salts, places: Places, address: IPv4Address, day: date, said: Said) -> Facts:
    """What the API knows of a sender on a day."""
    salt = salt_of(salts, day, allowlist.UTC, BUCKET, day_of(day).since) if settings.hash_addresses else None
    location, site = places.locate(address, {}), privacy.site_of(SITE)
    sender = Sender("", address, location, said.user_agent or "", site, frozenset(), posted=True, locate=places.locate)
    return sender.facts(salt, said._replace(user_agent=None))
