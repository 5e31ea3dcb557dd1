"""Where somebody came from: source and channel, worked out by hand and for whole lists, the same on both engines."""

from __future__ import annotations

import csv
import os
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib import campaigns, records
from docs.build import brands, channels
from sluice.questions import dialect, statement
from sluice.questions.library import PACKAGED, Library, Prepared
from tests.bound import bound
from tests.lake_events import CLO, event
from tests.paths import ROOT
from tests.sluice.questions.test_query_answers import lake_of, prepared, rows

REFERRERS = os.environ.get("SLUICE_REFERRERS")
CHANNELS = {"search": "Organic Search", "social": "Organic Social", "ai": "AI Assistants"}
ARRIVAL = re.compile(r"(?P<query>\S*) ?(?:<- (?P<referrer>\S+))? ?(?:\((?P<browser>\w+)\))?")
CLEANING = records.cleaning()
VISITS = "SELECT sessionid, channel, source FROM visits"


class Case(NamedTuple):
    """How somebody came, and what it counts as."""

    arrival: str
    counts: str


CASES = [
    Case(*pair)
    for group in tomllib.loads((ROOT / "tests" / "data" / "arrivals.toml").read_text())["arrivals"]
    for pair in group["counts"].items()
]


def arrived(number: int, arrival: str, at: str = "09 10:00:00", session: str | None = None) -> dict[str, Any]:
    """The record of a page view that began so, as the API makes it."""
    found = ARRIVAL.fullmatch(arrival)
    assert found, arrival
    page, host, utm, click_id = CLEANING.page(f"https://shop.example/{found['query']}")
    record = event(number, at, "page_view", "/", CLO | {"sessionId": session or str(number)})
    return {
        **record,
        "page": page,
        "referrer": CLEANING.referrer(found["referrer"], host, frozenset()),
        "utm": {leaf: getattr(utm, leaf) for leaf in campaigns.UTM},
        "clickId": click_id,
        "device": {**record["device"], "browser": found["browser"] or "Chrome"},
    }


def visits(lake: duckdb.DuckDBPyConnection, sql: str = VISITS) -> list[str]:
    """The channel and the source of each visit, by the number of its session."""
    found = {row[0]: row[1:] for row in rows(lake, prepared(sql))[1:]}
    return [", ".join(filter(None, found[str(number)])) for number in range(len(found))]


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    events = [arrived(number, case.arrival) for number, case in enumerate(CASES)]
    with lake_of(events, tmp_path_factory.mktemp("lake")) as connection:
        yield connection


def test_a_hundred_and_twenty_arrivals_have_the_channel_and_source_worked_out_by_hand(
    lake: duckdb.DuckDBPyConnection,
) -> None:
    assert len(CASES) >= 120
    assert dict(zip([case.arrival for case in CASES], visits(lake), strict=True)) == dict(CASES)


def test_what_athena_is_sent_gives_the_same_channels(lake: duckdb.DuckDBPyConnection) -> None:
    asked = prepared(VISITS)
    sent = dialect.parse(bound(*statement.to_athena(asked.expression, asked.values)))
    assert sorted(rows(lake, Prepared(sent, {}))[1:]) == sorted(rows(lake, asked)[1:])


def test_the_cases_have_every_channel() -> None:
    assert {case.counts.partition(", ")[0] for case in CASES} == {line.channel for line in channels.lines()}


def test_an_old_record_counts_as_a_new_one(tmp_path: Path) -> None:
    """Stored before names were trimmed and hosts made lower case, and before advertising ids were kept."""
    old = [
        {"utm": {**arrived(0, "")["utm"], "source": " FB ", "medium": "CPC "}},
        {"referrer": "HTTPS://WWW.Google.CO.UK:443"},
        {"page": "https://WWW.shop.example:443/", "referrer": "https://Shop.example"},
    ]
    with lake_of([{**arrived(number, ""), **one} for number, one in enumerate(old)], tmp_path) as connection:
        assert visits(connection) == ["Paid Social, facebook", "Organic Search, google", "Direct"]


def test_a_second_campaign_is_a_click_of_the_visit_that_the_first_began(tmp_path: Path) -> None:
    mail, ad = "?utm_source=news&utm_medium=email&utm_campaign=spring", "?utm_source=fb&utm_medium=cpc&utm_campaign=May"
    steps = [(mail, "00"), ("", "05"), (ad, "10"), (ad, "12"), ("?utm_campaign=tea <- https://www.google.fr/", "40")]
    events = [arrived(number, one, f"09 10:{at}:00", "one") for number, (one, at) in enumerate(steps)]
    with lake_of([*events, arrived(9, ad, session="two")], tmp_path) as connection:
        asked = prepared(Library().get("campaigns"))
        sent = dialect.parse(bound(*statement.to_athena(asked.expression, asked.values)))
        found = rows(connection, asked)[1:]
        assert rows(connection, Prepared(sent, {}))[1:] == found
        assert [row[:6] for row in found] == [
            ("May", "facebook", "cpc", 1, 2, 1),
            ("spring", "news", "email", 1, 1, 5),
            ("tea", "google", "(none)", 0, 1, 0),
        ]
        said = rows(connection, prepared("SELECT source, channel FROM clicks WHERE campaign = 'tea'"))
        assert said[1:] == [("google", "Organic Search")]


def test_each_name_is_one_brands(lake: duckdb.DuckDBPyConnection) -> None:
    listed = Counter(name for one in (*brands.brands(), *brands.tail()) for name in one.names)
    assert [name for name, times in listed.items() if times > 1] == []
    assert sorted(rows(lake, prepared("SELECT name FROM brands"))[1:]) == [(name,) for name in sorted(listed)]


def test_each_advertising_id_has_a_source(lake: duckdb.DuckDBPyConnection) -> None:
    names = ", ".join(f"'{name}'" for name in campaigns.CLICK_IDS)
    known = rows(lake, prepared(f"SELECT name FROM brands WHERE name IN ({names})"))[1:]
    assert sorted(known) == sorted((name,) for name in campaigns.CLICK_IDS)


@pytest.mark.parametrize("name", ["brands", "spans"])
def test_the_relation_has_what_is_kept(name: str) -> None:
    sql = (PACKAGED / "relations" / f"{name}.sql").read_text()
    assert brands.written(name, sql) == sql


def test_a_list_is_reduced_to_what_is_not_kept_already() -> None:
    listed = {
        "www.google.de": "search",
        "maps.google.com": "unknown",
        "www.new.example": "search",
        "suche.new.example": "search",
        "find.portal.co.uk": "search",
        "www.portal.example.com": "email",
        "ads.example": "paid",
        "new": "search",
    }
    assert brands.reduced(listed) == [
        ("mail", "portal.example.com"),
        ("search", "find.portal.co.uk"),
        ("search", "new.example"),
    ]


labels = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
SITES = sorted(
    {
        name
        for one in brands.brands()
        if one.kind == "social"
        for name in one.names
        if re.fullmatch(r"[\w-]+[.][a-z]+", name)
    }
)


@settings(deadline=None, max_examples=20)
@given(data=st.data())
def test_a_host_is_a_brands_by_whole_labels_from_its_end(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    sites = data.draw(st.lists(st.sampled_from(SITES), min_size=3, max_size=3, unique=True))
    label = data.draw(labels.filter(lambda one: not re.search("mail|search|www", one)))
    hosts = [sites[0], f"{label}.{sites[1]}", f"x{label}{sites[2]}"]
    events = [arrived(number, f"<- https://{host}/") for number, host in enumerate(hosts)]
    with lake_of(events, tmp_path_factory.mktemp("hosts")) as connection:
        *known, other = visits(connection)
    assert [one.partition(",")[0] for one in known] == ["Organic Social"] * 2
    assert other.rpartition(", ")[2] == hosts[2] or "todon" in hosts[2] or hosts[2].endswith(".social")


@pytest.mark.skipif(REFERRERS is None, reason="SLUICE_REFERRERS names no list")
def test_nine_of_ten_hosts_of_a_public_list_have_their_channel(tmp_path: Path) -> None:
    assert REFERRERS is not None
    with Path(REFERRERS).open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    hosts = [one["host"].partition("/")[0].replace("{}.", "de.").replace(".{}", ".fr") for one in listed]
    events = [arrived(number, f"<- https://{host}/") for number, host in enumerate(hosts)]
    with lake_of(events, tmp_path) as connection:
        found = visits(connection)
    asked, right = Counter(row["channel"] for row in listed), Counter[str]()
    for row, counts in zip(listed, found, strict=True):
        right[row["channel"]] += counts.partition(",")[0] == CHANNELS[row["channel"]]
    assert {kind: right[kind] for kind in asked if right[kind] < 0.9 * asked[kind]} == {}, (right, asked)
