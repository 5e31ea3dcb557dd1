"""`sluice query` as an analyst uses it: what it answers of an imported log, and what it says to what cannot be asked."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import pytest
from typer.testing import CliRunner

from chalicelib import records
from sluice.cli import questions
from sluice.cli.main import main
from sluice.mirror.messages import Limits
from tests.conftest import SAFARI, Tracker, event_body
from tests.paths import ROOT
from tests.sluice.imports.test_importer import synthetic_log

REAL_LOG = os.environ.get("SLUICE_REAL_LOG")
BUCKET = "shop-analytics"
DAYS = ("--bucket", BUCKET, "--from", "2015-05-17", "--to", "2015-05-20")
LINE = re.compile(r'(\S+) \S+ \S+ \[(\d+)/May/2015:[^\]]*\] "(\S+) (\S+)[^"]*" (\d+) \S+ "[^"]*" "(.*)"')
# Made by hand from the log's own user agents; it knows nothing of the lists that the tracker uses.
CRAWLER = re.compile(
    r"bot|spider|crawl|slurp|archiver|monitor|curl|wget|python|ruby|java/|perl|libwww|validator|nutch|sogou|phantom|preview|"
    r"panscient|feedparser|feed fetcher|feedfetcher|feedburner|feedbin|tiny tiny|siteexplorer|externalhit|proxy|^-?$|"
    r"ezooms|favicon|livejournal|distilator|appengine|embed\.ly|libfetch|xenu|daumoa|http_request2|binlar",
    re.IGNORECASE,
)


class Asked(NamedTuple):
    """What the command said: its exit code, the answer, and what it wrote to stderr."""

    code: int
    out: bytes
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        return json.loads(self.out)


Ask = Callable[..., Asked]


def run(*arguments: str | Path) -> Asked:
    """The command line of the project in the current folder."""
    done = CliRunner().invoke(main, [str(one) for one in arguments])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Asked(done.exit_code, done.stdout_bytes, done.stderr)


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """The command line in the project's folder, over a store of its own."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("STORE", f"dir:{tmp_path}/data")
    return run


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "access.log"
    path.write_text(synthetic_log())
    return path


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The log in two stores, as it came and compacted; each has its mirror."""
    folder = tmp_path_factory.mktemp("stores")
    (folder / "access.log").write_text(synthetic_log())
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        for name in ("raw", "compacted"):
            patch.setenv("STORE", f"dir:{folder / name}")
            assert run("import", folder / "access.log", "--bucket", BUCKET).code == 0
            if name == "compacted":
                assert run("compact", "--bucket", BUCKET).code == 0
            assert run("mirror", BUCKET).code == 0
    return folder


@pytest.fixture
def raw(ask: Ask, stores: Path, tmp_path: Path) -> Ask:
    """The log in the store as it came."""
    shutil.copytree(stores / "raw", tmp_path / "data")
    return ask


@pytest.fixture(params=["raw", "compacted"])
def imported(request: pytest.FixtureRequest, ask: Ask, stores: Path, tmp_path: Path) -> Ask:
    """The log in the store, as it came or compacted."""
    shutil.copytree(stores / request.param, tmp_path / "data")
    return ask


# And the endings of the files that its pages load or link to.
FILE = re.compile(r"\.(css|doc|exe|gif|gz|ico|jpe?g|js|pdf|png|svg|swf|ttf|txt|woff|xml)$", re.IGNORECASE)


class Counted(NamedTuple):
    """What the log's text itself says."""

    days: Counter[str]
    paths: Counter[str]
    visitors: dict[str, set[tuple[str, str]]]
    statuses: Counter[str]
    crawlers: int


def counted(text: str) -> Counted:
    found = Counted(Counter(), Counter(), defaultdict(set), Counter(), 0)
    for line in text.splitlines():
        if match := LINE.fullmatch(line):
            address, day, method, target, status, agent = match.groups()
            found.days[f"2015-05-{day}"] += 1
            found.paths[target.split("?")[0].split("#")[0]] += 1
            if method == "GET" and status in ("200", "304") and not FILE.search(target.split("?")[0]):
                found.visitors[f"2015-05-{day}"].add((address, agent))
            found.statuses[status] += 1
            found = found._replace(crawlers=found.crawlers + bool(CRAWLER.search(agent)))
    return found


def assert_answers(ask: Ask, said: Counted) -> None:
    """Every figure that the log's text gives, by `sluice query`."""
    sql = lambda text: ask("query", *DAYS, "--format", "json", "--sql", text).rows  # noqa: E731
    everybody = (*DAYS, "--format", "json", "--param", "bots=include")
    days = sql("SELECT dt, count(*) AS n, count(DISTINCT visitorid) AS visitors FROM events GROUP BY dt")
    assert {row["dt"]: row["n"] for row in days} == said.days
    assert {row["dt"]: row["visitors"] for row in days} == {day: len(who) for day, who in said.visitors.items()}
    top = sql("SELECT page, count(*) AS n FROM events GROUP BY page ORDER BY n DESC, page LIMIT 10")
    assert sorted(row["n"] for row in top) == sorted(n for _, n in said.paths.most_common(10))
    assert all(said.paths[row["page"]] == row["n"] for row in top)
    statuses: Counter[str] = Counter()
    for row in ask("query", "requests-by-status", *everybody).rows:
        statuses[str(row["status"])] += row["requests"]
    assert statuses == said.statuses


def test_a_log_gives_the_figures_that_its_text_gives(imported: Ask, log: Path) -> None:
    assert_answers(imported, counted(log.read_text().replace("-0000", "+0000")))


@pytest.mark.skipif(REAL_LOG is None, reason="SLUICE_REAL_LOG names no log")
@pytest.mark.parametrize("state", ["raw", "compacted"])
def test_a_real_log_gives_the_figures_that_its_text_gives(ask: Ask, state: str) -> None:
    assert ask("import", str(REAL_LOG), "--bucket", BUCKET).code == 0
    if state == "compacted":
        assert ask("compact", "--bucket", BUCKET).code == 0
    said = counted(Path(str(REAL_LOG)).read_text())
    assert_answers(ask, said)
    (row,) = ask("query", *DAYS, "--format", "json", "--sql", "SELECT count_if(isbot) AS n FROM events").rows
    assert abs(row["n"] - said.crawlers) <= 0.01 * said.days.total()


@pytest.mark.skipif(REAL_LOG is None, reason="SLUICE_REAL_LOG names no log")
@pytest.mark.parametrize(("site", "visits"), [((), 276), (("--site", "semicomplete.com"), 0)])
def test_a_real_logs_own_site_is_a_source_only_where_nobody_names_it(
    ask: Ask, site: tuple[str, ...], visits: int
) -> None:
    """276 visits of this log begin on a page that another page of the site linked to."""
    assert ask("import", str(REAL_LOG), "--bucket", BUCKET, *site).code == 0

    rows = ask("query", "sources", *DAYS, "--param", "limit=1000", "--format", "json").rows

    assert sum(row["visits"] for row in rows if (row["source"] or "").endswith("semicomplete.com")) == visits
    assert sum(row["visits"] for row in rows) == 1118


def test_each_format_holds_the_same_answer(imported: Ask, tmp_path: Path) -> None:
    question = ("query", *DAYS, "--sql", "SELECT dt, count(*) AS n FROM events GROUP BY dt ORDER BY dt")
    rows = imported(*question, "--format", "json").rows
    table = list(csv.DictReader(io.StringIO(imported(*question, "--format", "csv").out.decode())))
    imported(*question, "--format", "parquet", "--output", str(tmp_path / "a.parquet"))
    parquet = duckdb.connect().execute("SELECT dt, n FROM read_parquet(?)", [str(tmp_path / "a.parquet")]).fetchall()
    assert [(row["dt"], row["n"]) for row in rows] == parquet == [(row["dt"], int(row["n"])) for row in table]
    assert all(row["dt"] in imported(*question).out.decode() for row in rows)


def test_days_prune_the_files_that_are_read(imported: Ask) -> None:
    day = ("--from", "2015-05-17", "--to", "2015-05-17")
    shown = imported("query", "top-pages", "--bucket", BUCKET, *day, "--explain").out.decode()
    # And the day after, in which visits may go on.
    assert "events: 2 of 3 days, 2 files" in shown


def test_an_answer_without_events_says_which_days_have_some(imported: Ask) -> None:
    asked = imported("query", "top-pages", "--bucket", BUCKET, "--format", "json")
    assert asked.rows == []
    assert "2015-05-17" in asked.err.replace("\n", " ")


REFUSED = {
    "a misspelt question": (("top-page",), "did you mean top-pages"),
    "a misspelt column": (("--sql", "SELECT pge FROM events"), "did you mean page"),
    "a misspelt table": (("--sql", "SELECT 1 FROM event"), "did you mean events"),
    "a misspelt parameter": (("top-pages", "--param", "limt=3"), "limit"),
    "a number that is none": (("top-pages", "--param", "limit=3; DROP TABLE x"), "limit"),
    "a parameter without a value": (("top-pages", "--param", "limit"), "name=value"),
    "a second statement": (("--sql", "SELECT 1; DROP TABLE events"), "SELECT"),
    "no SELECT": (("--sql", "DROP TABLE events"), "SELECT"),
    "invalid SQL": (("--sql", "SELECT FROM WHERE 'x"), "SQL"),
    "a file of this machine": (("--sql", "SELECT * FROM read_text('/etc/passwd')"), "read_text"),
    "nothing": ((), "--list"),
    "two at once": (("top-pages", "--sql", "SELECT 1"), "--list"),
    "a day that is none": (("top-pages", "--from", "yesterdy"), "not a valid day"),
    "days the wrong way round": (("top-pages", "--from", "2026-01-02", "--to", "2026-01-01"), "after"),
    "a bucket that is not admitted": (("top-pages", "--bucket", "other"), "allowlist"),
    "a file that is not there": (("--file", "no.sql"), "no.sql"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_asked_is_one_line(raw: Ask, case: str) -> None:
    arguments, word = REFUSED[case]
    asked = raw("query", *arguments)
    assert asked.code == 1
    assert word in asked.err
    assert len(asked.err.strip().splitlines()) == 1


NESTED = "json_extract_scalar(" * 6 + "metadata" + ", '$.a')" * 6
BOMBS = {
    "its time": (f"SELECT {NESTED} AS it FROM events", "longer than 5 seconds"),
    "its answer": ("SELECT array_join(sequence(1, 100000), 'xxxx') AS it FROM events", "The answer is over 1 MB"),
    "its depth": (f"SELECT {'(' * 60}1{')' * 60} AS it", "60 brackets"),
    "its depth without brackets": (f"SELECT {'NOT ' * 900}true AS it", "nested too deeply"),
}


@pytest.mark.parametrize("limit", BOMBS)
@pytest.mark.parametrize("way", ["--sql", "--file"])
def test_your_own_sql_ends_at_a_limit_in_one_line(
    raw: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, way: str
) -> None:
    monkeypatch.setattr(questions, "TERMINAL", Limits(seconds=5, rows=None, answer=10**6, memory=10**9, disk=10**8))
    sql, said = BOMBS[limit]
    (tmp_path / "question.sql").write_text(sql)
    asked = raw("query", *DAYS, way, sql if way == "--sql" else tmp_path / "question.sql")
    assert (asked.code, len(asked.err.strip().splitlines())) == (1, 1)
    assert said in asked.err


def test_your_own_sql_has_parameters(raw: Ask) -> None:
    sql = "SELECT count(*) AS n FROM events WHERE dt = :day"
    days = ("2015-05-17", "2015-05-21")
    found = [raw("query", *DAYS, "--format", "json", "--sql", sql, "--param", f"day={day}").rows for day in days]
    assert found[0][0]["n"] > 0
    assert found[1] == [{"n": 0}]


def test_a_parameter_is_a_value_and_never_sql(imported: Ask) -> None:
    cruel = "'; DROP TABLE events; --"
    asked = imported("query", "metadata-values", *DAYS, "--format", "json", "--param", f"key={cruel}")
    assert (asked.code, asked.rows) == (0, [])


def test_a_question_without_a_bucket_is_asked_of_the_only_tenant(imported: Ask) -> None:
    asked = imported(
        "query",
        "--from",
        "2015-05-17",
        "--to",
        "2015-05-20",
        "--format",
        "json",
        "--sql",
        "SELECT count(*) AS n FROM events",
    )
    assert asked.rows == [{"n": 30}]


def test_all_tenants_stand_side_by_side(ask: Ask, log: Path) -> None:
    for bucket in ("a-analytics", "b-analytics"):
        ask("import", log, "--bucket", bucket)
    rows = ask("query", "tenants", *DAYS[2:], "--format", "json", "--param", "bots=include").rows
    assert {row["tenant"] for row in rows} == {"a-analytics", "b-analytics"}


def objects(tmp_path: Path) -> Path:
    return next((tmp_path / "data" / BUCKET / "analytics").rglob("day=18"))


BROKEN = {
    "cut.json": '{"eventId":"x","eventTy',
    "empty.json": "",
    "notes.txt": "call them back",
    "list.json": "[1, 2]",
    "pretty.json": '{\n "eventId": "x"\n}\n',
}


@pytest.fixture
def broken(raw: Ask, tmp_path: Path) -> Ask:
    for name, text in BROKEN.items():
        (objects(tmp_path) / name).write_text(text)
    return raw


def test_what_is_not_a_record_is_named_and_stops_nothing(broken: Ask) -> None:
    asked = broken("query", *DAYS, "--format", "json", "--sql", "SELECT count(*) AS n FROM events")
    assert asked.rows == [{"n": 30}]
    assert all(name in asked.err for name in BROKEN)


def test_what_is_not_a_record_is_named_by_the_compaction_and_left_where_it_is(broken: Ask, tmp_path: Path) -> None:
    done = broken("compact", "--bucket", BUCKET)
    assert done.code == 0
    assert all(name in done.err for name in BROKEN)
    assert all((objects(tmp_path) / name).exists() for name in BROKEN)
    asked = broken("query", *DAYS, "--format", "json", "--sql", "SELECT count(*) AS n FROM events")
    assert asked.rows == [{"n": 30}]


def test_a_damaged_mirror_is_reported_with_its_fix(imported: Ask, tmp_path: Path) -> None:
    count = ("query", *DAYS, "--format", "json", "--sql", "SELECT count(*) AS n FROM events")
    imported(*count)
    for path in (tmp_path / "data" / ".lake").rglob("*.parquet"):
        path.write_bytes(b"no Parquet")
    asked = imported(*count)
    assert asked.code == 1
    assert "delete" in asked.err and str(tmp_path / "data" / ".lake") in asked.err


def test_a_record_with_unknown_keys_counts_without_them(raw: Ask, tmp_path: Path) -> None:
    path = next(objects(tmp_path).glob("*.json"))
    path.write_text(path.read_text().replace('{"eventId"', '{"later":{"x":1},"eventId"'))
    asked = raw("query", *DAYS, "--format", "json", "--sql", "SELECT count(*) AS n FROM events")
    assert (asked.rows, asked.err) == ([{"n": 30}], "")


def test_an_open_day_is_not_compacted(ask: Ask, log: Path) -> None:
    ask("import", log, "--bucket", BUCKET)
    done = ask("compact", "--bucket", BUCKET, "--day", "today")
    assert done.code == 1
    assert re.search(r"takes events until \d{4}-\d\d-\d\dT00:01:00.000Z", done.err)


def test_an_import_into_a_compacted_day_says_so_and_reconciles_when_asked(ask: Ask, log: Path, tmp_path: Path) -> None:
    count = ("query", *DAYS, "--format", "json", "--sql", "SELECT count(*) AS n FROM events")
    ask("import", log, "--bucket", BUCKET)
    ask("compact", "--bucket", BUCKET)
    late = tmp_path / "late.log"
    late.write_text(log.read_text().replace("GET /", "GET /late/"))
    shown = ask("import", late, "--bucket", BUCKET)
    assert "sluice reconcile" in shown.err
    assert ask(*count).rows == [{"n": 30}]
    ask("import", late, "--bucket", BUCKET, "--reconcile")
    assert ask("reconcile", "--bucket", BUCKET).code == 0
    assert ask(*count).rows == [{"n": 60}]


def test_the_state_of_each_day_is_shown(imported: Ask) -> None:
    shown = json.loads(imported("compact", "--bucket", BUCKET, "--status", "--json").out)
    assert [(day["day"], day["objects"]) for day in shown["days"]] == [
        ("2015-05-17", 3),
        ("2015-05-18", 24),
        ("2015-05-19", 3),
    ]


def test_the_prefix_of_a_day_is_that_of_its_keys() -> None:
    from datetime import date

    day = date(2015, 5, 18)
    assert records.object_key(day, "x") == f"{records.day_prefix(day)}x.json"


def test_an_empty_answer_names_the_events_of_bots_that_it_hides(ask: Ask, local: Tracker) -> None:
    local.call(event_body(userAgent="curl/8.5.0"))
    one = "1 event from bots is hidden; show with --param bots=include\n"

    assert ask("query", "totals", "--from", "yesterday").err == one
    assert ask("query", "top-pages", "--from", "yesterday").err == one
    assert ask("query", "tenants", "--from", "yesterday").err == one
    assert ask("query", "funnel", "--from", "yesterday").err == one

    local.call(event_body(userAgent="curl/8.5.0"))

    assert ask("query", "totals", "--from", "yesterday").err == one.replace(
        "1 event from bots is", "2 events from bots are"
    )


@pytest.mark.parametrize("format", ["json", "csv"])
def test_the_hint_leaves_the_answer_as_it_is(format: str, ask: Ask, local: Tracker) -> None:
    local.call(event_body(userAgent="curl/8.5.0"))

    asked = ask("query", "top-pages", "--from", "yesterday", "--format", format)

    assert asked.out in (b"[]\n", b"page,page_views,visitors,share\r\n")
    assert "hidden" in asked.err


@pytest.mark.parametrize(
    ("agent", "arguments"),
    [
        ("curl/8.5.0", ("totals", "--param", "bots=include")),
        ("curl/8.5.0", ("totals", "--param", "bots=only")),
        ("curl/8.5.0", ("bots",)),
        ("curl/8.5.0", ("--sql", "SELECT count(*) AS n FROM events WHERE dt BETWEEN :from AND :to AND page = 'none'")),
        ("curl/8.5.0", ("totals", "--explain")),
        (SAFARI, ("totals",)),
        (SAFARI, ("revenue",)),
    ],
)
def test_nothing_is_said_of_bots_where_none_are_hidden(
    agent: str, arguments: tuple[str, ...], ask: Ask, local: Tracker
) -> None:
    local.call(event_body(userAgent=agent))

    assert "hidden" not in ask("query", *arguments, "--from", "yesterday").err


def test_the_bots_of_other_days_are_not_named(ask: Ask, local: Tracker) -> None:
    local.call(event_body(userAgent="curl/8.5.0"))

    asked = ask("query", "totals", "--from", "2026-01-01", "--to", "2026-01-02")

    assert "hidden" not in asked.err
    assert "has no events from 2026-01-01" in asked.err
