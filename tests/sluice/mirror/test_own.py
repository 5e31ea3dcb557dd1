"""A person's own SQL: what it may name, and that each limit ends it with one sentence and nothing left behind."""

from __future__ import annotations

import os
import re
import resource
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from chalicelib.lake.days import Days
from sluice.errors import SluiceError
from sluice.mirror import door, messages, tenant, view, visits
from sluice.mirror.messages import Limits, Rows
from sluice.mirror.mirror import Mirror
from sluice.mirror.own import Own, TooLong, TooMuch, within
from sluice.mirror.tasks import for_athena, over_files, task
from sluice.mirror.view import Source
from sluice.questions.dialect import QueryError
from sluice.questions.library import Library
from tests.dashboards import BUCKET, FIRST, LAST, looked_at
from tests.paths import ROOT

__all__ = ["looked_at"]  # fixtures
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /proc and pidfd")
MB = 10**6
SCALAR = "json_extract_scalar(…, '$.a')"
DAYS = Days(FIRST, LAST)
MANY = ", ".join(f"events AS e{number}" for number in range(6))


def limits(**changed: Any) -> Limits:
    given: dict[str, Any] = {"seconds": 30.0, "rows": 1000, "answer": 1 * MB, "memory": 500 * MB, "disk": 100 * MB}
    return Limits(**(given | changed))


@pytest.fixture
def place(looked_at: Path) -> tenant.Place:
    return tenant.find("local", BUCKET)


def source(place: tenant.Place) -> Source:
    return Source(place.mirror.folder, place.snapshot(*DAYS.nearby, lambda *_: None))


def ask(place: tenant.Place, own: Own) -> list[tuple[Any, ...]]:
    asked = task(own.sql, visits.kept(Library()).relations, DAYS, {}, [place])
    return own.ask(over_files(asked, {view.EVENTS: source(place)}, *DAYS.nearby))[0].rows


def answer(place: tenant.Place, sql: str, **changed: Any) -> list[tuple[Any, ...]]:
    with Own(sql, limits(**changed)) as own:
        return ask(place, own)


def nested(call: str, times: int) -> str:
    """The call within itself, so many times."""
    before, after = call.split("…")
    return before * times + "page" + after * times


def doubled(times: int) -> str:
    """Tables by WITH that each read the one before twice."""
    parts = [
        f"c{number} AS (SELECT * FROM c{number - 1} UNION ALL SELECT * FROM c{number - 1})"
        for number in range(1, times)
    ]
    return f"WITH {', '.join(['c0 AS (SELECT 1 AS n)', *parts])} SELECT count(*) AS n FROM c{times - 1}"


BOMBS: dict[str, tuple[str, dict[str, Any], type[SluiceError], str]] = {
    "paths of JSON within each other": (
        f"SELECT {nested(SCALAR, 6)} AS it FROM events",
        {"seconds": 1.0},
        TooLong,
        "longer than 1 seconds",
    ),
    "lists within each other, which take long to parse": (
        f"SELECT {nested('ARRAY[…]', 20)} AS it FROM events",
        {"seconds": 1.0},
        TooLong,
        "longer than 1 seconds",
    ),
    "every event with every other": (f"SELECT count(*) AS n FROM {MANY}", {"seconds": 1.0}, TooLong, "longer than 1"),
    "a recursion without an end": (
        "WITH RECURSIVE t(n) AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT count(*) AS n FROM t",
        {"seconds": 1.0},
        TooLong,
        "longer than 1",
    ),
    "long texts": (
        "SELECT array_join(sequence(1, 100000), 'xxxx') AS it FROM events",
        {},
        TooMuch,
        "The answer is over 1 MB; ask for fewer columns or rows.",
    ),
    "many rows": (
        "SELECT a.page, b.page FROM events AS a, events AS b, events AS c",
        {"rows": 10**6},
        TooMuch,
        "The answer is over 1 MB",
    ),
    "numbers in a list": (
        "SELECT sequence(1, 100000000) AS it FROM events",
        {"memory": 100 * MB},
        TooMuch,
        "This takes more than 100 MB of memory; ask for fewer days, columns or rows.",
    ),
    "a list of every event with every other": (
        f"SELECT array_agg(e0.page || e1.page || e2.page ORDER BY e0.page) AS it FROM {MANY}",
        {"memory": 100 * MB, "disk": 1 * MB},
        TooMuch,
        "more than 100 MB of memory",
    ),
    "an order that does not fit on the disk": (
        f"SELECT max(n) AS n FROM (SELECT row_number() OVER (ORDER BY e0.page || e1.page || e2.page, e3.eventid) AS n FROM {MANY}"
        " WHERE e4.eventid = 'event-0000000001' AND e5.eventid = 'event-0000000001') AS t",
        {"memory": 100 * MB, "disk": 1 * MB},
        TooMuch,
        "more than 100 MB of memory",
    ),
    "a WITH that doubles": (doubled(22), {}, QueryError, "6,291,454 tables"),
    "brackets": (f"SELECT {'(' * 60}1{')' * 60} AS it", {}, QueryError, "60 brackets within each other and 40"),
    "NOT without brackets": (f"SELECT {'NOT ' * 900}true AS it", {}, QueryError, "nested too deeply"),
    "a sum of thousands": (f"SELECT 1{' + 1' * 2000} AS it", {}, QueryError, "nested too deeply"),
    "a long text": (f"SELECT '{'x' * 50_000}' AS it", {}, QueryError, "50,015 letters and 50,000"),
    "many parts": (f"SELECT {','.join(['a+a'] * 2000)} FROM events", {}, QueryError, "10,004 parts and 8,000"),
    "many words": (f"SELECT {','.join(['1'] * 8000)}", {}, QueryError, "16,000 words and 10,000"),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_ends_at_its_limit_with_one_sentence(place: tenant.Place, bomb: str) -> None:
    sql, changed, kind, said = BOMBS[bomb]
    with pytest.raises(kind, match=re.escape(said)) as refused:
        answer(place, sql, **changed)
    assert len(str(refused.value)) < 200
    assert "\n" not in str(refused.value)


def peaks() -> tuple[int, int]:
    """What bombs add to a process that does nothing else, and what their own processes take, in KiB."""
    place = tenant.find("local", BUCKET)
    answer(place, "SELECT 1 AS n")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for bomb in ("long texts", "many rows", "numbers in a list"):
        sql, changed, kind, _ = BOMBS[bomb]
        with pytest.raises(kind):
            answer(place, sql, **changed)
    ours, theirs = (resource.getrusage(one).ru_maxrss for one in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return ours - before, theirs


def test_the_process_that_asks_takes_nothing_of_what_a_bomb_takes(looked_at: Path) -> None:
    command = [sys.executable, "-c", "from tests.sluice.mirror import test_own; print(*test_own.peaks())"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(command, cwd=looked_at, env=environment, capture_output=True, text=True, check=True)
    ours, theirs = map(int, ran.stdout.split())
    assert ours < 50_000
    # The machine is only safe if the other process has a limit, too.
    assert theirs < 1_500_000


@LINUX
def test_the_system_limits_the_process_and_it_has_nothing_of_this_ones_environment(
    place: tenant.Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with Own("SELECT 1 AS n", limits(seconds=7, memory=300 * MB)) as own:
        ask(place, own)
        process = Path(f"/proc/{running(own)}")
        found = dict(re.findall(r"Max ([a-z ]+?) {2,}(\d+)", (process / "limits").read_text()))
        assert "secret" not in (process / "environ").read_text()
    assert int(found["address space"]) == 300 * MB + 2**30
    assert (found["core file size"], int(found["file size"])) == ("0", 100 * MB)
    assert 14 <= int(found["cpu time"]) <= 25


def test_nothing_of_it_is_left_behind(place: tenant.Place) -> None:
    with Own(f"SELECT count(*) AS n FROM {MANY}", limits(seconds=1)) as own:
        with pytest.raises(TooLong):
            ask(place, own)
        process, folder = running(own), Path(own._folder.name)
        assert folder.is_dir()
    assert not folder.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


KILLED = """
import sys
from pathlib import Path
from sluice.mirror.messages import Limits
from sluice.mirror.own import Own
own = Own("SELECT " + "ARRAY[" * 20 + "1" + "]" * 20, Limits(60, 1, 1000, 500_000_000, 1000))
read = own._message
def noted(process, most):
    print(process.pid, own._folder.name, flush=True)
    return read(process, most)
own._message = noted
own.is_of_all
"""


@LINUX
def test_it_ends_with_a_server_that_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", KILLED], cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        server.stdout.readline()  # it starts
        process, folder = server.stdout.readline().split()  # it has its question
        end = os.pidfd_open(int(process))
        server.kill()
    try:
        assert select.select([end], [], [], 20)[0]
    finally:
        os.close(end)
    assert not Path(folder).exists()


def running(own: Own) -> int:
    assert own._process is not None
    return own._process.pid


@pytest.mark.parametrize(
    ("dies_of", "kind", "said"),
    [(signal.SIGKILL, TooMuch, "more than 500 MB of memory"), (signal.SIGXCPU, TooLong, "longer than 30 seconds")],
)
def test_a_process_that_the_system_ends_is_one_sentence(
    place: tenant.Place, dies_of: signal.Signals, kind: type[SluiceError], said: str
) -> None:
    with Own("SELECT 1 AS n", limits()) as own:
        assert not own.is_of_all
        os.kill(running(own), dies_of)
        with pytest.raises(kind, match=said):
            ask(place, own)


NAMES = {
    "a catalog of DuckDB's": "SELECT * FROM duckdb_tables",
    "its views, which have paths": "SELECT * FROM duckdb_views",
    "another database's catalog": "SELECT * FROM sqlite_master",
    "the standard's catalog": "SELECT * FROM information_schema.tables",
    "a pragma": "SELECT * FROM pragma_database_list",
    "a view of ours": "SELECT * FROM kept_spans",
    "a relation that only filters make": "SELECT * FROM every_hits",
    "a tenant's table": "SELECT * FROM shop_analytics_events",
    "a schema's table": "SELECT * FROM main.events",
    "a file": "SELECT * FROM 'snapshot.json'",
    "a file by a function": "SELECT * FROM read_text('snapshot.json')",
    "a folder": "SELECT * FROM glob('/*')",
    "the environment": "SELECT getenv('HOME') AS it",
    "a setting": "SELECT current_setting('temp_directory') AS it",
    "a WITH in another place": "SELECT * FROM (WITH mine AS (SELECT 1 AS n) SELECT n FROM mine) AS t, mine",
    "a WITH that comes later": "WITH a AS (SELECT * FROM b), b AS (SELECT 1 AS n) SELECT * FROM a",
    "a WITH of itself": "WITH a AS (SELECT * FROM a) SELECT * FROM a",
    "a recursion in its first part": "WITH RECURSIVE a AS (SELECT * FROM a UNION ALL SELECT 1 AS n) SELECT * FROM a",
    "a relation's name": "WITH visits AS (SELECT 1 AS n) SELECT * FROM visits",
    "the name of a view of ours": "WITH kept_spans AS (SELECT 1 AS n) SELECT * FROM kept_spans",
}


@pytest.mark.parametrize("name", NAMES)
def test_only_the_librarys_tables_and_its_own_can_be_read(place: tenant.Place, name: str) -> None:
    with pytest.raises(QueryError) as refused:
        answer(place, NAMES[name])
    assert str(place.mirror.folder) not in str(refused.value)


@pytest.mark.parametrize("sql", ["SELECT * FROM (DESCRIBE events) AS t", "SELECT @secret AS it FROM events"])
def test_nothing_but_a_question_about_events_is_asked(place: tenant.Place, sql: str) -> None:
    with pytest.raises(QueryError, match="is not a part of a question"):
        answer(place, sql)


def test_a_with_that_is_named_like_a_file_of_the_mirror_reads_no_file(place: tenant.Place) -> None:
    file = next(place.mirror.folder.absolute().rglob("*.parquet"))
    elsewhere = f'SELECT t.* FROM (WITH "{file}" AS (SELECT 1 AS n) SELECT n FROM "{file}") AS o, "{file}" AS t'
    with pytest.raises(QueryError, match="may not use the name"):
        answer(place, elsewhere)


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        ("WITH a AS (SELECT 1 AS n), b AS (SELECT n + 1 AS n FROM a) SELECT a.n, b.n FROM a, b", [(1, 2)]),
        ("WITH a AS (SELECT 1 AS n) SELECT n FROM (WITH a AS (SELECT 2 AS n) SELECT n FROM a) AS t", [(2,)]),
        ("WITH a AS (SELECT 1 AS n) SELECT n FROM (WITH a AS (SELECT n + 1 AS n FROM a) SELECT n FROM a) AS t", [(2,)]),
        (
            "WITH RECURSIVE t(n) AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t WHERE n < 3) SELECT max(n) FROM t",
            [(3,)],
        ),
        ("SELECT count(*) AS n FROM visits WHERE EXISTS (WITH one AS (SELECT 1 AS x) SELECT x FROM one)", [(15,)]),
        (doubled(8), [(128,)]),
    ],
)
def test_a_with_is_read_where_it_holds(place: tenant.Place, sql: str, rows: list[tuple[Any, ...]]) -> None:
    assert answer(place, sql) == rows


@pytest.mark.parametrize("name", Library().names())
def test_the_librarys_questions_are_within_the_limits(name: str) -> None:
    assert door.reads(door.parsed(Library().get(name).sql)) < door.MAX_READS / 10


def test_a_mirrors_connection_reads_its_own_files_alone(place: tenant.Place) -> None:
    """The guard is not the only door."""
    folder = place.mirror.folder.absolute()
    # These days alone: other tests look at the same mirror, and may have brought more into it.
    with view.connect({view.EVENTS: source(place)}, *DAYS.nearby) as connection:
        assert connection.execute("SELECT count(*) FROM events").fetchall() == [(61,)]
        with pytest.raises(duckdb.PermissionException):
            connection.execute(f"SELECT * FROM read_text('{folder}/snapshot.json')")


VALUES = """SELECT 1::TINYINT, 170141183460469231731687303715884105727, 1.5::DECIMAL(9, 2), 0.1::DOUBLE, 'x', true, NULL,
    DATE '2026-11-09', TIME '10:00:00.5', TIMESTAMP '2026-11-09 10:00:00.123', TIMESTAMPTZ '2026-11-09 10:00:00+00',
    INTERVAL 36 HOUR, uuid(), '\\xAA'::BLOB, [1, NULL], {'day': DATE '2026-11-09'}, MAP {'a': [DATE '2026-11-09']},
    MAP {DATE '2026-11-09': 1}, [9223372036854775808]"""


def test_values_arrive_as_they_are() -> None:
    (row,) = visits.connect().execute(VALUES).fetchall()
    message = messages.encoded(Rows([messages.sent(list(row))]))
    (arrived,) = messages.decoded(message, messages.Reply).rows
    assert arrived == list(row)
    assert [type(value) for value in arrived] == [type(value) for value in row]
    assert arrived[11] == timedelta(days=1, hours=12)


@pytest.fixture
def parsed_here(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What of a person's SQL this process parses."""
    from sluice.questions import dialect

    found, tokenize = [], dialect.tokenize

    def noted(sql: str) -> Any:
        if "zebra" in sql:
            found.append(sql)
        return tokenize(sql)

    monkeypatch.setattr(dialect, "tokenize", noted)
    yield found


def test_the_statement_for_athena_is_made_in_the_other_process(place: tenant.Place, parsed_here: list[str]) -> None:
    with Own("SELECT page AS zebra FROM events", limits(rows=3)) as own:
        asked = task(own.sql, Library().relations, DAYS, {}, [place])
        written = own.statement(for_athena(asked, is_of_days=True))
    assert re.search(r"shop_analytics_events_of_days AS .* LIMIT 4$", written.sql)
    assert parsed_here == []


def test_athenas_rows_are_fetched_up_to_the_limit_of_bytes() -> None:
    rows = iter([("x" * 400_000,)] * 10)
    with pytest.raises(TooMuch, match="The answer is over 1 MB"):
        list(within(limits(answer=1 * MB), rows))
    assert len(list(rows)) == 7


def test_a_mirror_that_cannot_be_read_is_said_without_a_traceback(place: tenant.Place, tmp_path: Path) -> None:
    found = source(place)
    for file in place.mirror.folder.rglob("*.parquet"):
        copy = tmp_path / file.relative_to(place.mirror.folder)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(b"")
    with Own("SELECT count(*) AS n FROM events", limits()) as own, pytest.raises(SluiceError, match="parquet"):
        asked = task(own.sql, Library().relations, DAYS, {}, [place])
        own.ask(over_files(asked, {view.EVENTS: Source(Mirror(tmp_path).folder, found.snapshot)}, *DAYS.nearby))
