"""The dashboard over Athena: the same figures as over the mirror, nothing sent that reads another's, nothing asked twice."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import boto3
import pandas as pd
import pytest
import typer
from botocore.exceptions import ClientError, NoCredentialsError
from moto import mock_aws
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from chalicelib.allowlist import Allowlist, Entry
from chalicelib.lake import compaction
from chalicelib.lake.days import Days
from chalicelib.records import iso, object_key
from sluice import aws
from sluice.analysis import cache, engines, remote
from sluice.analysis import filters as relations
from sluice.analysis.facade import Data, NotAllowed
from sluice.analysis.scope import Scope
from sluice.analysis.slices import Asked, Slice, TooLong
from sluice.analysis.viewers import EVERYBODY, User
from sluice.athena.client import AthenaError
from sluice.cli.main import main
from sluice.dashboard import __main__ as command
from sluice.dashboard.pages import live
from sluice.dashboard.server import start as serve
from sluice.dashboard.server import warm
from sluice.dashboard.view import odd, panels
from sluice.mirror import tenant, view
from sluice.mirror.mirror import Mirror
from sluice.mirror.tenant import OF_FOLDER
from sluice.mirror.view import Source
from sluice.questions import dialect
from sluice.questions.dialect import QueryError
from tests.athena import Athena
from tests.conftest import OWNER, PROVE
from tests.dashboards import (
    BUCKET,
    FIRST,
    LAST,
    OPEN,
    OTHER,
    STAGE,
    home,
    looked_at,
    make,
    metrics,
    opened,
    pairs,
    rows,
    scope,
    shop,
    store,
)
from tests.lake_events import CLO, EVENTS, PAGE, SHOP, event

__all__ = ["home", "looked_at", "shop"]  # fixtures
TABLE, OTHERS = "shop_analytics_events", "other_analytics_events"
DAYS = {"since": FIRST.isoformat(), "to": LAST.isoformat()}
ANN_SEES = User("ann", (BUCKET,))


def deployed(home: Path) -> None:
    """A stage `prod` next to the local one; its buckets are the folders of the store."""
    prod = STAGE.replace("stages.local", "stages.prod").replace('store = "dir:data"', f'account = "{OWNER}"')
    (home / "sluice.toml").write_text(f"{STAGE}\n{prod}")
    chalice = json.loads((home / ".chalice" / "config.json").read_text())
    variables = {"STAGE": "prod", "ALLOWED_BUCKETS": "*-analytics", "BUCKET_OWNER": OWNER, "SALTS": "memory"}
    chalice["stages"]["prod"] = {"environment_variables": variables}
    (home / ".chalice" / "config.json").write_text(json.dumps(chalice))


class Kept(NamedTuple):
    """A project for all tests that only look at it, and the tables of its tenants."""

    folder: Path
    tables: dict[str, Source]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """The hand-written events of one tenant, and a secret of another's."""
    folder = make(tmp_path_factory.mktemp("shop"))
    store(folder, EVENTS)
    store(folder, [event(1, "09 10:00:00", PAGE, "/secret", CLO)], OTHER)
    deployed(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("STORE", f"dir:{folder}/data")
        return Kept(folder, {one.table: source(one, tmp_path_factory) for one in tenant.every("prod").places})


@pytest.fixture
def athena(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> Athena:
    """That project's events in Athena's tables; the dashboard of that stage."""
    monkeypatch.chdir(kept.folder)
    monkeypatch.setenv("STORE", f"dir:{kept.folder}/data")
    monkeypatch.delenv("SLUICE_DASHBOARD_USERS", raising=False)
    fresh = cache.Desk()
    # What the mirror answers is not asked again; what Athena was asked is another test's.
    fresh.tenants, fresh.snapshots, fresh.slices = OPEN.tenants, OPEN.snapshots, OPEN.slices
    for module in (cache, remote):
        monkeypatch.setattr(module, "desk", lambda: fresh)
    client = Athena(kept.tables)
    monkeypatch.setattr(aws, "client", lambda service, region: client)
    monkeypatch.setenv(engines.STAGE, "prod")
    monkeypatch.setenv(engines.ENGINE, engines.ATHENA)
    return client


def source(found: tenant.Place, folders: pytest.TempPathFactory) -> Source:
    """The place's events in a mirror that the dashboard knows nothing of."""
    mirror = Mirror(folders.mktemp("athena"))
    return Source(mirror.folder, mirror.refresh(found.objects(), date.min, date.max, lambda *_: None))


def remotely(user: User = EVERYBODY) -> Data:
    return Data(user, "prod", engines.ATHENA)


def both(monkeypatch: pytest.MonkeyPatch, show: Callable[[], AppTest]) -> tuple[AppTest, AppTest]:
    """A page over Athena, and over the mirror."""
    over_athena = show()
    monkeypatch.setenv(engines.ENGINE, engines.DUCKDB)
    return over_athena, show()


# One filter of each kind, all of them together, and none.
FILTERS: dict[str, dict[str, str]] = {
    "no filter": {},
    "events": {"country": "US"},  # crawlers, too
    "no place": {"country": "Unknown", "device": "desktop"},
    "visits": {"source": "news"},
    "no source": {"source": "(none)", "channel": "Direct"},
    "a page": {"page": f"{SHOP}/pricing"},
    "events and visits": {"country": "DE", "entry": f"{SHOP}/"},
    "events and a page": {"device": "mobile", "page": f"{SHOP}/"},
    "visits and a page": {"source": "news", "page": f"{SHOP}/pricing"},
    "all kinds": {"country": "DE", "source": "news", "page": f"{SHOP}/pricing"},
    "nothing at all": {"source": "nowhere", "page": "'; --"},
}
CASES = [
    *((name, "exclude") for name in FILTERS),
    *(("events", "only"), ("no source", "include"), ("a page", "only")),
    *((("events", "include"), ("no source", "only"), ("a page", "include")) if PROVE else ()),
]
# All that a question can stand on.
RELATIONS = (
    "SELECT * FROM hits ORDER BY eventid",
    "SELECT * FROM visits ORDER BY visitkey, opening",
    "SELECT * FROM visit_hits ORDER BY eventid",
    "SELECT * FROM conversions ORDER BY eventid, goal",
)


@pytest.mark.parametrize(("name", "bots"), CASES)
def test_the_filters_as_sql_alone_keep_what_the_slice_keeps(looked_at: Path, name: str, bots: str) -> None:
    found = tenant.find("local", BUCKET)
    sources = {view.EVENTS: Source(found.mirror.folder, found.snapshot(FIRST, LAST, lambda *_: None))}
    goals, filters = found.allow.goals, pairs(FILTERS[name])
    asked = Scope(BUCKET, FIRST, LAST, bots, filters=filters)
    sliced = Slice(sources, asked, [found])
    filtered = relations.library().over(relations.filtered(filters, relations.library().relations))
    with view.connect(sources, FIRST, LAST) as connection:

        def alone(asked: Asked) -> list[Any]:
            given = {"bots": bots, **dict(asked.given)}
            prepared = filtered.prepare(asked.query, given=given, days=Days(FIRST, LAST), goals=goals)
            return connection.execute(dialect.to_duckdb(prepared.expression), dict(prepared.values)).fetchall()

        asked_for = [Asked(sql, filters=filters) for sql in RELATIONS]
        kept = [rows(sliced.frame(one, 60)) for one in asked_for]
        assert [alone(one) for one in asked_for] == kept
        assert bool(kept[0]) is (name != "nothing at all")


@pytest.mark.parametrize("name", ["no filter", "all kinds", *(["events and a page"] if PROVE else [])])
def test_athena_is_sent_what_answers_alike(athena: Athena, name: str) -> None:
    chosen = scope(**FILTERS[name])
    for question in ("totals", "latest-visits", "goals", "quarter-hours", "revenue", "retention"):
        local, answer = Data(EVERYBODY).ask(chosen, question), remotely().ask(chosen, question)
        pd.testing.assert_frame_equal(answer, local, check_dtype=question != "quarter-hours")


def test_an_answers_types_are_those_of_the_other_engine(athena: Athena) -> None:
    sql = """SELECT 1 AS n, CAST(NULL AS bigint) AS nothing, 5e-1 AS half, date('2026-11-09') AS day, 'x' AS text, true AS is_so
        UNION ALL SELECT NULL, 9007199254740993, NULL, NULL, NULL, NULL ORDER BY n"""
    pd.testing.assert_frame_equal(remotely().sql(scope(), sql), Data(EVERYBODY).sql(scope(), sql))


def test_the_overview_shows_the_same_figures(athena: Athena, monkeypatch: pytest.MonkeyPatch) -> None:
    there, here = both(monkeypatch, lambda: opened(bucket=BUCKET, country="CA", **DAYS))
    assert metrics(there) == metrics(here)
    assert int(metrics(there)["Visits"]) > 0
    assert tables(there) == tables(here)
    assert {request["WorkGroup"] for request in athena.sent} == {f"sluice-prod-{TABLE}"}
    assert {request["QueryExecutionContext"]["Database"] for request in athena.sent} == {"sluice_prod"}


@pytest.mark.parametrize("name", ["funnels", "retention", "journeys", "events", "quality", "experiments", "tenants"])
def test_a_page_shows_the_same_tables(athena: Athena, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    there, here = both(monkeypatch, lambda: shown(name))
    assert athena.sent
    assert tables(there) == tables(here) != []
    assert metrics(there) == metrics(here)


@pytest.mark.parametrize("name", ["access", "unseen"])
def test_without_distributions_athena_is_not_asked_for_access_logs(athena: Athena, name: str) -> None:
    assert [one.value for one in shown(name).info] == [panels.SWITCH_ON]
    assert not athena.sent


def test_custom_sql_shows_the_same(athena: Athena, monkeypatch: pytest.MonkeyPatch) -> None:
    def run() -> AppTest:
        page = shown("sql")
        return next(one for one in page.button if one.label == "Run").click().run()

    there, here = both(monkeypatch, run)
    assert athena.sent
    # Types of as many events are in no order.
    assert [sorted(one) for one in tables(there)] == [sorted(one) for one in tables(here)]
    assert len(tables(there)) == 2


def shown(name: str) -> AppTest:
    """A page by itself, with the sidebar's choices, over the engine of the environment."""
    page = AppTest.from_function(script, kwargs={"page": name}, default_timeout=30).run()
    assert not page.exception
    assert not page.error
    return page


def script(page: str) -> None:
    """What the dashboard's entry does for one page."""
    from importlib import import_module

    from chalicelib.settings import environment
    from sluice.analysis.facade import Data
    from sluice.analysis.viewers import EVERYBODY as SOMEBODY
    from sluice.dashboard.view.widgets import telling
    from tests import dashboards

    chosen = environment()
    with telling():
        data = Data(SOMEBODY, chosen["SLUICE_DASHBOARD_STAGE"], chosen["SLUICE_DASHBOARD_ENGINE"])
        import_module(f"sluice.dashboard.pages.{page}").show(data, dashboards.scope())


def tables(page: AppTest) -> list[list[tuple[Any, ...]]]:
    return [rows(one.value) for one in page.dataframe]


# Statements of a user who may see only the shop's bucket: none is sent.
OTHERS_TABLES = [
    f"SELECT page FROM {OTHERS}",
    f"SELECT page FROM {OTHERS.upper()}",
    f'SELECT page FROM "{OTHERS}"',
    f"SELECT page FROM events, {OTHERS}",
    f"SELECT page FROM tenants JOIN {OTHERS} AS o ON true",
    f"SELECT * FROM (TABLE {OTHERS})",
    f"SELECT EXISTS (TABLE {OTHERS}) AS it",
    f"SELECT page FROM sluice_prod.{OTHERS}",
    f"SELECT page FROM awsdatacatalog.sluice_prod.{OTHERS}",
    f"SELECT page FROM awsdatacatalog.sluice_prod.{TABLE}",
    f'SELECT * FROM "{OTHERS}$partitions"',
    f'SELECT * FROM "{TABLE}$partitions"',
    f"SELECT page FROM {TABLE}_raw",
    "SELECT * FROM information_schema.tables",
    "SELECT * FROM TABLE(system.query(query => 'x'))",
    "SELECT * FROM read_parquet('s3://other-analytics/*')",
    "SELECT current_user",
    # A WITH that names the table does not hold where it is read.
    f"WITH {OTHERS} AS (SELECT * FROM {OTHERS}) SELECT * FROM {OTHERS}",
    f"WITH RECURSIVE {OTHERS} AS (SELECT * FROM {OTHERS}) SELECT * FROM {OTHERS}",
    f"WITH a AS (SELECT * FROM {OTHERS}), {OTHERS} AS (SELECT 1 AS n) SELECT * FROM a",
    f"SELECT * FROM {OTHERS}, (WITH {OTHERS} AS (SELECT 1 AS n) SELECT n FROM {OTHERS}) AS x",
    f"(WITH {OTHERS} AS (SELECT 1 AS n) SELECT n FROM {OTHERS}) UNION ALL SELECT n FROM {OTHERS}",
    f"SELECT (SELECT count(*) FROM {OTHERS}) AS n FROM (WITH {OTHERS} AS (SELECT 1 AS n) SELECT n FROM {OTHERS}) AS x",
    # What a WITH takes the name of is not put in its place elsewhere.
    "SELECT * FROM events, (WITH events AS (SELECT 1 AS n) SELECT n FROM events) AS x",
    "SELECT * FROM hits, (WITH hits AS (SELECT 1 AS n) SELECT n FROM hits) AS x",
    "SELECT * FROM hits, (WITH events AS (SELECT 1 AS n) SELECT n FROM events) AS x",
    "SELECT * FROM events; SELECT 1",
    "INSERT INTO events SELECT * FROM events",
    "UNLOAD (SELECT * FROM events) TO 's3://b/' WITH (format = 'JSON')",
]


@pytest.mark.parametrize("sql", OTHERS_TABLES)
def test_sql_that_reads_anothers_table_is_never_sent(athena: Athena, sql: str) -> None:
    for filters in ("no filter", "a page"):
        with pytest.raises(QueryError):
            remotely(ANN_SEES).sql(scope(**FILTERS[filters]), sql)
    assert athena.sent == []


@pytest.mark.parametrize(
    "sql",
    [
        "WITH mine AS (SELECT page FROM events) SELECT count(*) AS n FROM mine",
        "WITH a AS (SELECT page FROM hits), b AS (SELECT page FROM a) SELECT count(*) AS n FROM b, (SELECT 1 AS x) AS c",
        "SELECT count(*) AS n FROM visits WHERE EXISTS (WITH one AS (SELECT 1 AS x) SELECT x FROM one)",
        "(SELECT 1 AS n) UNION ALL (WITH two AS (SELECT 2 AS n) SELECT n FROM two) ORDER BY n",
    ],
)
def test_a_custom_with_is_asked(athena: Athena, sql: str) -> None:
    assert rows(remotely(ANN_SEES).sql(scope(), sql)) == rows(Data(ANN_SEES).sql(scope(), sql))


WAYS: dict[str, Callable[[Data], object]] = {
    "a question": lambda data: data.ask(Scope(OTHER, FIRST, LAST), "top-pages"),
    "a glance": lambda data: data.glance(Scope(OTHER, FIRST, LAST), "top-pages"),
    "SQL": lambda data: data.sql(Scope(OTHER, FIRST, LAST), "SELECT page FROM events"),
    "its days": lambda data: data.days(OTHER),
    "its unreadable objects": lambda data: data.unreadable(OTHER),
}


@pytest.mark.parametrize("way", WAYS)
def test_anothers_bucket_is_not_to_be_had_by(athena: Athena, way: str) -> None:
    WAYS[way](remotely())  # somebody who may has just asked
    athena.sent.clear()
    with pytest.raises(NotAllowed):
        WAYS[way](remotely(ANN_SEES))
    assert athena.sent == []


def test_an_answer_that_is_held_is_for_its_own_bucket(athena: Athena) -> None:
    found = [remotely().ask(Scope(bucket, FIRST, LAST), "top-pages")["page"].tolist() for bucket in (OTHER, BUCKET)]
    assert found[0] == [f"{SHOP}/secret"]
    assert f"{SHOP}/secret" not in found[1]


@pytest.fixture
def half_set_up(athena: Athena, monkeypatch: pytest.MonkeyPatch) -> Athena:
    """Athena without the tables of one tenant."""
    start = athena.start_query_execution

    def refuse(**asked: Any) -> dict[str, str]:
        if OTHERS in asked["QueryString"]:
            said = {"Code": "InvalidRequestException", "Message": f"Table {OTHERS} does not exist"}
            raise ClientError({"Error": said}, "StartQueryExecution")
        return start(**asked)

    monkeypatch.setattr(athena, "start_query_execution", refuse)
    return athena


def test_a_tenant_without_tables_has_a_fault_and_the_others_have_their_figures(half_set_up: Athena) -> None:
    frame, faults = remotely().tenants(scope())
    assert frame["tenant"].tolist() == [BUCKET]
    assert list(faults) == [OTHER]
    assert f"sluice athena setup --bucket {OTHER} --stage prod --apply" in faults[OTHER]


def test_a_fault_of_a_tenant_that_the_user_may_not_see_is_not_shown(half_set_up: Athena) -> None:
    assert remotely(ANN_SEES).tenants(scope())[1] == {}


def test_a_question_of_all_tenants_to_athena_leaves_out_the_one_without_tables(half_set_up: Athena) -> None:
    days = ("--from", str(FIRST), "--to", str(LAST))
    asked = CliRunner().invoke(
        main, ["query", "tenants", *days, "--stage", "prod", "--engine", "athena", "--format", "json"]
    )
    assert [row["tenant"] for row in json.loads(asked.stdout)] == [BUCKET]
    assert (asked.exit_code, f"{OTHER} is left out" in asked.stderr) == (1, True)


def test_what_all_tenants_answer_is_asked_in_a_workgroup_of_no_tenant(athena: Athena) -> None:
    remotely().ask(scope(), "tenants")
    remotely(ANN_SEES).sql(scope(), "SELECT DISTINCT tenant FROM tenants")
    assert [request["WorkGroup"] for request in athena.sent] == ["sluice-prod.all"] * 2


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        (
            "WorkGroup is not found",
            "there is no workgroup sluice-prod.all .*`sluice athena setup --all --stage prod --apply`",
        ),
        (
            "WorkGroup sluice-prod.all is not found",
            "there is no workgroup sluice-prod.all .*`sluice athena setup --all --stage prod --apply`",
        ),
        ("User is not authorized to perform", "role do what policies/prod/analyst-of-all.json allows"),
    ],
)
def test_what_is_missing_for_questions_over_all_is_said(
    athena: Athena, monkeypatch: pytest.MonkeyPatch, said: str, advice: str
) -> None:
    def refused(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "InvalidRequestException", "Message": said}}, "StartQueryExecution")

    monkeypatch.setattr(athena, "start_query_execution", refused)
    with pytest.raises(AthenaError, match=advice):
        remotely().ask(scope(), "tenants")


def test_all_tenants_are_those_that_the_user_may_see(athena: Athena) -> None:
    assert remotely().ask(scope(), "tenants")["tenant"].tolist() == [BUCKET, OTHER]
    assert remotely(ANN_SEES).ask(scope(), "tenants")["tenant"].tolist() == [BUCKET]
    assert rows(remotely(ANN_SEES).sql(scope(), "SELECT DISTINCT tenant FROM tenants")) == [(BUCKET,)]
    assert OTHERS not in "".join(request["QueryString"] for request in athena.sent[1:])


def test_a_filter_is_a_literal_and_no_sql(athena: Athena) -> None:
    cruel = f"x' OR EXISTS (SELECT * FROM {OTHERS}) OR ''='\\'' -- :bots ?"
    for name in ("page", "source", "country"):
        assert remotely(ANN_SEES).ask(scope(**{name: cruel}), "totals")["visits"].iloc[0] == 0


def test_custom_sql_reads_the_scopes_days_alone(athena: Athena) -> None:
    day = Scope(BUCKET, date(2026, 11, 9), date(2026, 11, 9))
    sql = "SELECT min(e.dt) AS first, max(dt) AS last FROM events AS e"
    assert rows(remotely().sql(day, sql)) == [("2026-11-09", "2026-11-09")]
    assert rows(remotely().sql(day, sql.replace("events", "tenants"))) == [("2026-11-09", "2026-11-09")]


@pytest.mark.parametrize("own", ["", " LIMIT 40", " FETCH FIRST 40 ROWS ONLY", " LIMIT ALL"])
def test_no_more_rows_leave_athena_than_are_shown_and_one(athena: Athena, own: str) -> None:
    sql = f"SELECT eventid FROM events ORDER BY eventid DESC{own}"
    frame = remotely().sql(scope(), sql, limit=3)
    assert (frame["eventid"].tolist(), frame.attrs["cut"]) == ([f"event-{number:010}" for number in (61, 60, 59)], True)
    assert athena.sent[0]["QueryString"].endswith("LIMIT 4")


def test_a_custom_order_is_outside_of_brackets(athena: Athena) -> None:
    # Athena drops the order of what is in them.
    remotely().sql(scope(), "SELECT eventid FROM events ORDER BY eventid")
    assert athena.sent[0]["QueryString"].endswith("ORDER BY eventid LIMIT 1001")


def test_an_answer_that_is_not_cut_says_so(athena: Athena) -> None:
    frame = remotely().sql(scope(), "WITH a AS (SELECT 1 AS n) SELECT n FROM a LIMIT 5", limit=1)
    assert (rows(frame), frame.attrs["cut"]) == ([(1,)], False)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The moment by the dashboard's clock, which does not move."""
    now = [100.0]
    monkeypatch.setattr(cache, "monotonic", lambda: now[0])
    return now


def test_athena_is_not_asked_for_months_to_mark_odd_days(athena: Athena) -> None:
    assert odd.marks(remotely(), scope()) == []
    assert athena.sent == []


def test_an_answer_holds_for_five_minutes(athena: Athena, clock: list[float]) -> None:
    sent = []
    for later in (0, 299, 2):
        clock[0] += later
        remotely().ask(scope(), "totals")
        remotely(ANN_SEES).glance(scope(), "totals")
        sent.append(len(athena.sent))
    assert sent == [1, 1, 2]


def test_days_are_listed_once_in_five_minutes(
    athena: Athena, clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    known = remotely().days(BUCKET)
    assert known == Data(EVERYBODY).days(BUCKET)
    monkeypatch.setattr(remote, "days", lambda found: [date(2027, 1, 1)])
    clock[0] += 299
    assert remotely().days(BUCKET) == known
    clock[0] += 2
    assert remotely().days(BUCKET) == [date(2027, 1, 1)]


def test_the_days_of_a_bucket_in_s3_are_those_of_its_listing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deployed(home)
    monkeypatch.delenv("STORE")
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket=BUCKET)
        compacted = compaction.object_key(date(2026, 11, 2))
        for key in (object_key(date(2026, 11, 9), "event-0000000001"), compacted):
            s3.put_object(Bucket=BUCKET, Key=key, Body=b"{}")
        assert remotely().buckets() == [BUCKET]
        assert remotely().days(BUCKET) == [date(2026, 11, 2), date(2026, 11, 9)]


def test_held_answers_are_so_many_at_most_and_the_oldest_go() -> None:
    held: cache.Fresh[int] = cache.Fresh(60, most=2)
    for key in (1, 2, 3):
        held.get(key, lambda: 0)
    assert [held.get(key, lambda: 1) for key in (2, 3, 1, 2)] == [0, 0, 1, 1]


def test_what_a_page_does_to_an_answer_is_its_own(athena: Athena) -> None:
    remotely().ask(scope(), "top-pages").insert(0, "changed", 1)
    assert "changed" not in remotely().ask(scope(), "top-pages")


def test_live_asks_once_a_minute_however_often_it_is_looked_at(athena: Athena) -> None:
    now = datetime(2026, 11, 9, 12, 0, 5, tzinfo=UTC)
    sent = []
    for seconds in (0, 50, 60):
        live.since(remotely(), scope(), now + timedelta(seconds=seconds))
        sent.append(len(athena.sent))
    assert sent == [1, 1, 2]


def test_live_shows_no_more_than_the_last_half_hour(athena: Athena, monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime(2026, 11, 9, 12, 0, 5, tzinfo=UTC)
    arrived = [iso(now + timedelta(seconds=seconds)) for seconds in (20, 0, -3)]
    monkeypatch.setattr(Data, "ask", lambda *_, **given: pd.DataFrame({"arrived": arrived, **given}))
    frame, _ = live.since(remotely(), scope(), now)
    assert (frame["arrived"].tolist(), frame["after"].iloc[0]) == (arrived[:2], "2026-11-09T12:00:00.000Z")


def test_live_says_that_athena_is_asked_once_a_minute(athena: Athena) -> None:
    assert "once a minute" in " ".join(one.value for one in shown("live").caption)


def test_live_says_that_a_tenant_is_sampled_where_its_entry_does_and_asks_athena_nothing_for_it(
    athena: Athena, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Sampled" not in " ".join(one.value for one in shown("live").caption)
    place, asked = remotely()._place(BUCKET), len(athena.sent)
    settings = replace(place.settings, allowlist=Allowlist([Entry(BUCKET, sample=0.5)]))
    monkeypatch.setattr(Data, "_place", lambda *_: replace(place, settings=settings))

    assert "Sampled" in " ".join(one.value for one in shown("live").caption)
    assert len(athena.sent) == asked


def test_quality_says_that_athena_knows_no_unreadable_objects(athena: Athena) -> None:
    assert "Athena does not report them" in " ".join(one.value for one in shown("quality").caption)


def test_a_statement_that_takes_too_long_is_stopped(athena: Athena, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(remote.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(remote.time, "sleep", lambda seconds: now.__setitem__(0, now[0] + seconds))
    athena.state = {"State": "RUNNING"}
    with pytest.raises(TooLong, match="longer than 7 seconds"):
        remotely().sql(scope(), "SELECT 1 AS n", seconds=7)
    assert (athena.stopped, now) == (["query-1"], [7.0])


FAULTS = {
    "COLUMN_NOT_FOUND: line 1:8: Column 'pge' cannot be resolved": "did you mean page",
    "COLUMN_NOT_FOUND: line 1:8: Column 'sequence' cannot be resolved": "sluice athena setup --bucket",
    f"TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.sluice_prod.{TABLE}' does not exist": "athena setup",
    "SCHEMA_NOT_FOUND: line 1:15: Schema 'sluice_prod' does not exist": "athena setup",
    "WorkGroup sluice-prod-x is not found.": "athena setup",
    "Query cancelled! : Bytes scanned limit was exceeded": "Ask for fewer days",
    "GENERIC_INTERNAL_ERROR: it is on fire": "it is on fire",
}


@pytest.mark.parametrize("said", FAULTS)
def test_athenas_refusal_says_what_to_do(athena: Athena, said: str) -> None:
    athena.state = {"State": "FAILED", "StateChangeReason": said}
    with pytest.raises((AthenaError, QueryError), match=re.escape(FAULTS[said])):
        remotely().ask(scope(), "totals")


@pytest.mark.parametrize("said", FAULTS if PROVE else list(FAULTS)[:1])
def test_athenas_refusal_is_reported_on_the_page(athena: Athena, said: str) -> None:
    athena.state = {"State": "FAILED", "StateChangeReason": said}
    page = opened(bucket=BUCKET, **DAYS)
    assert FAULTS[said] in page.error[0].value.replace("\\", "")
    assert not page.exception


def test_no_credentials_are_reported(athena: Athena, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: Any) -> None:
        raise NoCredentialsError

    monkeypatch.setattr(athena, "start_query_execution", refuse)
    page = opened(bucket=BUCKET, **DAYS)
    assert "no AWS credentials" in page.error[0].value
    assert not page.exception


def test_a_fault_is_not_held(athena: Athena) -> None:
    athena.state = {"State": "FAILED"}
    with pytest.raises(AthenaError):
        remotely().ask(scope(), "totals")
    athena.state = {"State": "SUCCEEDED"}
    assert not remotely().ask(scope(), "totals").empty


def test_nothing_is_mirrored_for_athena(athena: Athena, shop: Path) -> None:
    deployed(shop)
    shutil.rmtree(shop / "data" / OF_FOLDER)  # a project that nobody has looked at yet
    opened(bucket=BUCKET, **DAYS)
    assert athena.sent
    assert list((shop / "data").rglob("*.parquet")) == []


@pytest.mark.parametrize(("engine", "is_warmed"), [(engines.DUCKDB, True), (engines.ATHENA, False)])
def test_athena_is_asked_nothing_before_somebody_looks(
    monkeypatch: pytest.MonkeyPatch, engine: str, is_warmed: bool
) -> None:
    warmed: list[str] = []
    monkeypatch.setattr(warm, "up", warmed.append)
    monkeypatch.setattr(serve.threading.Thread, "start", lambda self: self.run())
    monkeypatch.setattr(serve, "serve", lambda *_: None)
    monkeypatch.setattr("sluice.dashboard.server.options.pin", lambda *_: None)
    monkeypatch.setenv(engines.STAGE, "prod")
    monkeypatch.setenv(engines.ENGINE, engine)
    serve.main("127.0.0.1", "8501")
    assert warmed == (["prod"] if is_warmed else [])


def test_the_server_knows_which_engine_answers(athena: Athena, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(engines.ENGINE)
    started: list[dict[str, str]] = []
    monkeypatch.setattr(serve.os, "execve", lambda *call: started.append(call[2]))
    serve.run("prod", engine=engines.ATHENA)
    assert started[0][engines.ENGINE] == "athena"


REFUSED = {
    ("--engine", "oracle"): "--engine is duckdb or athena, and not 'oracle'",
    ("--engine", "athena"): "the stage 'local' is a folder",
    ("--engine", "athena", "--stage", "nowhere"): "nowhere",
}


@pytest.mark.parametrize("arguments", REFUSED)
def test_what_cannot_be_served_is_one_line(
    athena: Athena, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.setattr(serve.os, "execve", lambda *_: pytest.fail("started"))
    app = typer.Typer()
    app.command()(command.main)
    said = CliRunner().invoke(app, arguments)
    assert said.exit_code == 1
    assert REFUSED[arguments] in said.stderr
    assert len(said.stderr.splitlines()) == 1


def test_the_command_hands_the_engine_on(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr("sluice.cli.servers.os.execve", lambda *call: started.append(call[1]))
    for arguments in ([], ["--engine", "athena"]):
        CliRunner().invoke(main, ["dashboard", *arguments])
    assert [call[call.index("--engine") + 1] for call in started] == ["duckdb", "athena"]
