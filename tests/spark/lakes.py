"""The lakes that are asked: the hand-written events, odd ones, the demo's month, and a real log."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from chalicelib import settings
from chalicelib.lake.days import Days
from chalicelib.records import iso
from sluice.imports import importer
from sluice.local import demo_days
from sluice.mirror.mirror import Snapshot
from sluice.mirror.view import EVENTS, Source
from sluice.questions.library import Library, Prepared
from sluice.questions.made import NamedGoal
from tests.conftest import BUCKET, stored
from tests.lake_events import EVENTS as BY_HAND
from tests.lake_events import OTHER_LINES
from tests.records import fields
from tests.sluice.mirror.test_spans import write
from tests.sluice.questions import test_query_answers

LIBRARY = Library()
# Spark has the events alone.
NAMES = [name for name in LIBRARY.names() if not name.startswith(OTHER_LINES)]
QUIET = "quiet"
START = date(2026, 10, 30)
SOME_GOALS = (
    NamedGoal("sale", "purchase"),
    NamedGoal("pricing", None, "/pricing*"),
    NamedGoal("odd", None, "/100%_sure*"),
    NamedGoal("whole", None, "https://shop.example/*"),
    NamedGoal("five", "cta_click", None, "cart.total", "5"),
)
# Next to the defaults.
VARIANTS = (
    *("sources by=channel", "experiments goal=sale", "cities country=DE", "metadata-values key=cart.total"),
    *("metadata-values key=value", "metadata-values key=currency", "metadata-values key=größe"),
    *("funnel steps=page_view,/pricing,purchase", "funnel steps=page_view,cta_click[cart.total>=5],form_submit"),
    *("funnel steps=/100%_sure\\*,purchase[value<1e3]", "funnel steps=page_view,page_view,page_view,page_view"),
    *("stored-events contains=ÉTÉ", "latest-visits limit=1000", "journeys limit=1000", "totals bots=only"),
    *("totals bots=include", "retention bots=include", "data-quality bots=include", "revenue limit=1000"),
)


class Lake(NamedTuple):
    """A tenant's lake in a folder, and what is asked of it: the questions, by what they are named with."""

    source: Source
    quiet: date
    questions: dict[str, Prepared]

    @property
    def tenants(self) -> dict[str, Source]:
        """The tenant, and a second one who has one of its days."""
        days = {self.quiet: self.source.snapshot.compacted[self.quiet]}
        return {EVENTS: self.source, QUIET: Source(self.source.folder, Snapshot(self.quiet, days))}


def by_hand(folder: Path) -> Lake:
    """The events of which each answer was worked out on paper, and those questions."""
    cases = [f"{case.query} {case.given}".strip() for case in test_query_answers.CASES if case.query in NAMES]
    days = Days(test_query_answers.FIRST, test_query_answers.LAST)
    asked = _asked({*NAMES, *cases}, days, test_query_answers.GOALS)
    return _lake(folder, BY_HAND, date(2026, 11, 17), asked)


def odd(folder: Path) -> Lake:
    """A thousand events of which every field is odd, asked in two zones, one of them over the end of its summer time."""
    chance = random.Random(1)
    events = [_event(chance, number) for number in range(1000)]
    names = {*NAMES, *VARIANTS}
    first, last = START + timedelta(1), START + timedelta(4)
    utc = _asked(names, Days(first, last), SOME_GOALS, ["shop.example"])
    west = _asked(NAMES, Days(first, last, "America/Los_Angeles"), SOME_GOALS, ["shop.example"])
    return _lake(folder, events, first, {**utc, **{f"{name} (Los Angeles)": one for name, one in west.items()}})


def demo(folder: Path) -> Lake:
    """The demo's month."""
    today, store = date(2026, 11, 27), folder / "store"
    given = settings.load({"ALLOWED_BUCKETS": demo_days.BUCKET, "STORE": f"dir:{store}"})
    list(demo_days.write(store, given, today))
    first, last = today - timedelta(demo_days.DAYS), today - timedelta(1)
    asked = _asked(NAMES, Days(first, last), SOME_GOALS, [demo_days.SITE])
    return _lake(folder, _records(store), last, asked)


def real(folder: Path, log: str) -> Lake:
    """A server's log, as it is imported."""
    store = folder / "store"
    given = settings.load({"ALLOWED_BUCKETS": BUCKET, "STORE": f"dir:{store}"})
    importer.import_logs([log], BUCKET, given)
    records = _records(store)
    days = sorted({date.fromisoformat(record["dt"]) for record in records})
    return _lake(folder, records, days[-1], _asked(NAMES, Days(days[0], days[-1]), SOME_GOALS))


def _asked(
    names: Iterable[str], days: Days, goals: Sequence[NamedGoal], sites: Sequence[str] = ()
) -> dict[str, Prepared]:
    """Each question, prepared; behind its name may be its parameters."""
    tenants = {"shop": EVENTS, "quiet": QUIET}
    asked = {}
    for text in sorted(names):
        name, *given = text.split(" ")
        values = dict(one.split("=", 1) for one in given)
        query = LIBRARY.get(name)
        asked[text] = LIBRARY.prepare(query, given=values, days=days, goals=goals, tenants=tenants, sites=sites)
    return asked


def _records(store: Path) -> list[dict[str, Any]]:
    lines = [line for path in stored(store) for line in path.read_text().splitlines()]
    records = [json.loads(line) for line in lines]
    return [{**record, "dt": record["serverTimestamp"][:10]} for record in records]


def _lake(folder: Path, events: Iterable[dict[str, Any]], quiet: date, questions: dict[str, Prepared]) -> Lake:
    lake = folder / "lake"
    lake.mkdir()
    days: dict[date, list[dict[str, Any]]] = defaultdict(list)
    for event in events:
        days[date.fromisoformat(event["dt"])].append({name: value for name, value in event.items() if name != "dt"})
    parts = {day: write(lake, day, "whole", records) for day, records in sorted(days.items())}
    (lake / "lines.json").unlink()
    return Lake(Source(lake, Snapshot(max(parts), parts)), quiet, questions)


KINDS = (
    *("page_view", "page_view", "page_view", "cta_click", "purchase", "form_start", "form_submit", "scroll_depth"),
    *("time_on_page", "experiment_view", "exit_intent", "request", "été", ""),
)
PAGES = (
    *("/", "/", "/pricing", "/pricing/", "/pricing/index.html", "/index.html?a=/b/", "/blog/été/", "/😀", ""),
    *("https://shop.example", "https://www.shop.example/pricing//?q=1", "HTTP://SHOP.EXAMPLE:8080/pricing"),
    *("http://other.example/pricing/", "shop.example/pricing", "//shop.example/a", "?q", "#f", "/a\nb/", " / "),
    *("/100%_sure\\", "/100x_sure", "/$1\\1", '/it\'s "odd"', "/a%2Fb", None, None),
)
REFERRERS = (
    *(
        None,
        None,
        None,
        "",
        "https://www.google.com/search?q=a b",
        "https://www.google.co.uk",
        "HTTPS://WWW.Facebook.COM:443",
    ),
    *("http://a_b.example/", "http://bücher.example/", "http://[::1]:80/x", "http://1.2.3.4/", "http://999.1.1.1/"),
    *("android-app://com.google.android", "mailto:x@y.example", "about:blank", "http://u:p@t.co/", "http:", "//"),
    *(
        "https://www.shop.example/pricing",
        "https://chat.openai.com",
        "http://www.www.example.",
        "/pricing",
        "http://h%41/",
    ),
)
SOURCES = (None, None, "", "news", "News", "İstanbul", "ΟΔΟΣ", "ß", "ﬁ", "google", "chatgpt.com", " google", "t.co\n")
MEDIA = (None, None, "", "E-Mail", "cpc", "PAID_social", "organic", "referral", "sm", "sm\n", "qr", "Ｅmail")
CAMPAIGNS = (None, "", "autumn", "Autumn", "a\u0000b", "\u00a0", "日本", "😀", "\uffff")
NUMBERS = (
    *(
        "5",
        "5.0",
        "-0",
        "0.1",
        "1e3",
        "1E-3",
        "1.0005",
        "2.675",
        "1e12",
        "1000000000000.001",
        "1e17",
        "-7.5",
        "1" * 40,
    ),
    *(
        "1e-320",
        '"5"',
        '" 5 "',
        '"\\u00a05"',
        '"+5"',
        '"5."',
        '".5"',
        '"1,5"',
        '"5d"',
        '"0x1p3"',
        '"NaN"',
        '"Infinity"',
    ),
    *('""', "true", "null", "[5]", '{"a":5}', '"1e3"', '"5\\n"', '"٥"', '"1_000"', '"-5E+02"'),
)
CURRENCIES = (
    '"EUR"',
    '"eur"',
    '" usd\\u3000"',
    '"\\u200beur"',
    '"ß"',
    '"ﬁ"',
    '""',
    '" "',
    "null",
    "5",
    "1.50",
    "[]",
    '"€"',
)
OTHERS = (
    '{"cart":{"total":5}}',
    '{"cart.total":5}',
    '{"cart":{"total":null},"cart.total":"5"}',
    '{"cart":5,"cart.total":5.0}',
    '{"plan":"pro","plan":"free"}',
    '{"plan":"\\u00e9\\n\\"\\\\"}',
    '{"plan":{"a":"}"},"form":[1]}',
    '{"plan":"{\\"a\\":1}","form":"[x]"}',
    '{"plan":1.50,"form":"Ω"}',
    '{"plan":false,"form":""}',
    '{"größe":1,"percent":50,"seconds":30}',
    '{"percent":"50","seconds":"180"}',
    '{"percent":5e1,"seconds":30.0}',
    '{"status":200,"method":"GET"}',
    '{"status":"200","method":null}',
    '{"status":404.0}',
    '{"a":"\\"variant\\""}',
    "{}",
    *(f'{{"experiment":"{name}","variant":{value}}}' for name in ("hero", "") for value in ('"A"', '"B"', "1", "true")),
)
# Few moments, so that many are the same; gaps that are half an hour and a millisecond more or less; three midnights.
GAPS = (0, 0, 0, 0.001, 1, 1799.999, 1800, 1800.001, 3600, 25_200, 86_399.999)


def _event(chance: random.Random, number: int) -> dict[str, Any]:
    """An event whose visitor, moment and everything else are chosen each by itself."""
    moment = datetime.combine(START, datetime.min.time(), UTC) + timedelta(days=chance.randrange(6))
    moment += timedelta(seconds=sum(chance.choices(GAPS, k=chance.randrange(4))))
    received = moment + timedelta(seconds=chance.choice([0, 0, 0, 0.001, 5, -301, 86_401, 600_000, -90_000]))
    day = min(max(received.date(), START), START + timedelta(5))
    person = chance.randrange(24)
    price = f'{{"value":{chance.choice(NUMBERS)},"currency":{chance.choice(CURRENCIES)}}}'
    texts = (None, None, "", "Unknown", "é", "x")
    return {
        **fields(f"{chance.randrange(16**8):08x}-{number:08}"),
        "eventType": chance.choice(KINDS),
        "timestamp": iso(moment),
        "serverTimestamp": f"{day}{iso(received)[10:]}",
        "sequence": chance.choice([None, None, 0, 0, 1, 2_147_483_647]),
        "page": chance.choice(PAGES),
        "sessionId": chance.choice([None, f"s{person}", f"s{person}", "", f"{person}x1x22x333"])
        if person % 3
        else None,
        "visitorId": f"v{person}" if person % 7 else chance.choice([None, ""]),
        "userId": chance.choice([None, None, f"u{person % 4}", "", "ü😀"]),
        "location": {
            "country": chance.choice(["DE", *texts]),
            "region": chance.choice(texts),
            "city": chance.choice(texts),
        },
        "device": {
            "device_type": chance.choice(["other", *texts]),
            "browser": chance.choice(texts),
            "os": chance.choice(texts),
        },
        "isBot": person % 11 == 0,
        "userAgent": chance.choice(
            ["", None, "x GPTBot/1", "gptbot", "curl", "A.Crawler_1 Bot", "ÉBot", "Mozilla/5.0"]
        ),
        "referrer": chance.choice(REFERRERS),
        "utm": {
            **{"source": chance.choice(SOURCES), "medium": chance.choice(MEDIA), "campaign": chance.choice(CAMPAIGNS)},
            **{"term": None, "content": None},
        },
        "metadata": _stored(chance.choice([None, price, price, chance.choice(OTHERS), chance.choice(OTHERS)])),
        "dt": day.isoformat(),
    }


def _stored(metadata: str | None) -> str | None:
    """The metadata as a record has it: read, and written again, which also writes each number in one way."""
    return metadata and msgspec.json.encode(msgspec.json.decode(metadata)).decode()
