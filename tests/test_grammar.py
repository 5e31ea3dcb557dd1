"""Every statement that Athena would be sent is Trino's by Trino's own grammar, and what is not Trino's is refused by it."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from chalicelib.lake.days import Days
from sluice.analysis.remote import Remote
from sluice.analysis.scope import DIMENSIONS, Scope
from sluice.analysis.slices import Asked
from sluice.athena import parts, tables, unload
from sluice.mirror.tenant import Place
from sluice.project.config import Allow
from sluice.questions import library
from sluice.questions.library import Library, Query, examples
from sluice.questions.made import NamedGoal
from sluice.questions.statement import to_athena
from tests import grammar
from tests.paths import ROOT

pytestmark = pytest.mark.skipif(grammar.NODE is None, reason=grammar.NO_NODE)
FOLDER = grammar.BUILT.parent
LIBRARY = Library()
DAYS = Days(date(2026, 11, 1), date(2026, 11, 2), "America/Toronto")
GOALS = [NamedGoal("it's", None, "/a?b*"), NamedGoal(":to", "sign--up", None)]
HOSTILE = "it's \\ ? :to -- ; \" 😀\n"
FILTERS = tuple((name, HOSTILE) for name in DIMENSIONS)
SELECT = "SELECT page FROM hits"

# Each is one step from a statement that is right.
WRONG = [
    "SELECT page hits WHERE page = '/'; SELECT 1",
    "SELECT page, FROM hits",
    "SELECT (page FROM hits",
    "SELECT page FROM hits)",
    "SELECT page FROM hits WHERE",
    "SELECT page FROM hits GROUP page",
    "SELECT page FROM hits ORDER page",
    "SELECT page FROM hits QUALIFY row_number() OVER () = 1",
    "SELECT page::varchar FROM hits",
    "SELECT [1, 2] FROM hits",
    "SELECT {'a': 1} FROM hits",
    "SELECT list_transform(a, lambda x: x + 1) FROM hits",
    "SELECT page AS order FROM hits",
    "SELECT page AS from FROM hits",
    "SELECT page FROM hits LIMIT ALL 5",
    "SELECT page FROM hits LIMIT '5'",
    "SELECT page FROM hits LIMIT 5 OFFSET 5",
    "FROM hits SELECT page",
    "SELECT page FROM hits WHERE page == '/'",
    "SELECT page FROM hits WHERE page IN ()",
    "SELECT page FROM hits WHERE page ILIKE 'a'",
    "SELECT * EXCLUDE (page) FROM hits",
    "SELECT $page FROM hits",
    "SELECT :page FROM hits",
    "SELECT 7 // 2 FROM hits",
    "SELECT `page` FROM hits",
    "SELECT 1page FROM hits",
    "SELECT 'it's' FROM hits",
    "SELECT page FROM hits WHERE page = 'x",
    "WITH x AS MATERIALIZED (SELECT 1) SELECT page FROM x",
    "SELECT INTERVAL 1 DAY FROM hits",
    "SELECT ? FROM hits",
    "SELECT count(*) FILTER (WHERE page = ?) FROM hits",
    "SELECT page FROM hits WHERE page IN (SELECT ? FROM hits)",
    "SELECT page FROM hits WHERE page = ? LIMIT ?",
    "SELECT page FROM hits JOIN visits ON page = ?",
]
RIGHT = [
    SELECT,
    f"{SELECT};",
    'SELECT "timestamp", page AS "order" FROM hits WHERE page = ? AND page IN (SELECT page FROM hits WHERE page = ?) LIMIT 5',
    "SELECT transform(ARRAY[1], x -> x + 1), count(*) FILTER (WHERE page = 'it''s') FROM hits GROUP BY page",
    "SELECT a FROM UNNEST(split('a,b', ',')) WITH ORDINALITY AS t (a, b) OFFSET 5 LIMIT 5",
]


def hostile(query: Query) -> dict[str, str]:
    return {one.name: "5" if one.type == "integer" else HOSTILE for one in query.params}


def asked() -> dict[str, str]:
    """Each question as `sluice query --engine athena` sends it, with its defaults and with hostile texts."""
    found = {}
    for query in map(LIBRARY.get, LIBRARY.names()):
        for kind, given in (("default", {}), ("hostile", hostile(query)), ("margins of", {})):
            tenants, has_margins = {"it's": "t1_events", "b": "t2_events"}, kind == "margins of"
            made = LIBRARY.prepare(query, given=given, days=DAYS, goals=GOALS, tenants=tenants, has_margins=has_margins)
            found[f"{kind} {query.name}"], _ = to_athena(made.expression, made.values)
    return found


def filtered() -> dict[str, str]:
    """Each question as the dashboard sends it, with every filter and a limit."""
    allow = Allow("*-analytics")
    place = cast(Place, SimpleNamespace(bucket="shop-analytics", table="shop_events", allow=allow))
    remote: Any = Remote([place], Scope("shop-analytics", DAYS.since, DAYS.until, zone=DAYS.zone))
    questions = [*map(LIBRARY.get, LIBRARY.names()), SELECT]
    return {
        f"filtered {getattr(one, 'name', one)}, {limit}": remote._statement(Asked(one, filters=FILTERS, limit=limit))[0]
        for one in questions
        for limit in (None, 5)
    }


def setup() -> dict[str, str]:
    """The view of a tenant's setup; a table's DDL is Hive's, and not Trino's."""
    made = tables.statements("shop-analytics", "shop_events", "sluice_dev", DAYS.since)
    made.append(parts.view(made[-1], [DAYS.since]))
    return {f"setup {one[:60]}": one for one in made if "EXTERNAL TABLE" not in one and "DATABASE" not in one}


def of_large_days() -> dict[str, str]:
    """What unloads a day. UNLOAD itself is Athena's: of Trino's it has the SELECT, and the properties of a CREATE TABLE AS."""
    table = "sluice_dev.shop_events_raw"
    sent = unload.statement(table, DAYS.since, "s3://shop-analytics/x/")
    wrapped = re.fullmatch(
        r"UNLOAD \(\n(?P<select>.+)\n\)\nTO 's3://[a-z-]+/x/'\n(?P<properties>WITH \(.+\))", sent, re.DOTALL
    )
    assert wrapped is not None
    as_table = f"CREATE TABLE x {wrapped['properties']} AS {wrapped['select']}"
    return {"unload": as_table, "its records": wrapped["select"], "its counts": unload.counts(table, DAYS.since)}


def of_the_log() -> dict[str, str]:
    """Each question to the service's own log as Athena is sent it."""
    own = library.Library(library.OF_LOGS)
    made = {name: own.prepare(own.get(name), given={}, days=DAYS) for name in own.names()}
    return {f"log {name}": to_athena(one.expression, one.values)[0] for name, one in made.items()}


def pasted() -> dict[str, str]:
    return {f"example {number}": text for number, text in enumerate(grammar.statements(examples(LIBRARY)))}


def test_every_statement_for_athena_is_trinos(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    sent = {**asked(), **filtered(), **setup(), **of_large_days(), **of_the_log(), **pasted()}
    assert len(sent) > 4 * len(LIBRARY.names())

    found = dict(zip(sent, grammar.faults(list(sent.values())), strict=True))
    assert {name: faults for name, faults in found.items() if faults} == {}


def test_what_is_not_trinos_is_refused() -> None:
    found = dict(zip(WRONG, grammar.faults(WRONG), strict=True))

    assert [sql for sql, faults in found.items() if not faults] == []


def test_what_is_trinos_is_not() -> None:
    assert dict(zip(RIGHT, grammar.faults(RIGHT), strict=True)) == {sql: [] for sql in RIGHT}


def test_a_fault_names_its_place() -> None:
    ((fault,),) = grammar.faults([f"{SELECT}\nWHERE page = 'a' LIMIT ?"])

    assert fault == "line 2, column 24: ? out of WHERE"


def test_a_file_is_checked_by_hand(tmp_path: Path) -> None:
    file = tmp_path / "own.sql"
    file.write_text(f"-- A comment; with a semicolon.\n{SELECT};\n\nSELECT page,\nFROM hits;\n")

    made = subprocess.run([sys.executable, "-m", "tests.grammar", file], cwd=ROOT, capture_output=True, text=True)
    assert (made.returncode, made.stderr) == (1, "")
    assert made.stdout.startswith(f"{file}: line 5, column 1: ")


@pytest.mark.skipif(not (FOLDER / "node_modules").is_dir(), reason="a build needs make grammar")
def test_the_built_grammar_is_that_of_the_source(tmp_path: Path) -> None:
    subprocess.run(["node", "build.mjs", tmp_path / "trino.mjs"], cwd=FOLDER, check=True, timeout=60)

    assert (tmp_path / "trino.mjs").read_bytes() == grammar.BUILT.read_bytes()
