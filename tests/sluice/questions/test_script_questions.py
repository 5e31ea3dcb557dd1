"""The questions about requests and events together: every answer was worked out on paper."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import crawleruseragents
import duckdb
import pytest

from chalicelib.tracking import crawlers, devices
from docs.build import agents
from sluice.questions import dialect, statement
from sluice.questions.library import Prepared
from tests import script_lines
from tests.access_lines import Request
from tests.bound import bound
from tests.cloudfront import escaped
from tests.lake_events import PC, UNKNOWN, event, who
from tests.script_lines import FIREFOX, SAFARI
from tests.sluice.questions.test_query_answers import LIBRARY, lake_of, prepared, rows

PUBLIC = os.environ.get("SLUICE_USER_AGENTS")
SPLIT = "SELECT requests, asked, script_views, paired FROM split_pages"


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = tmp_path_factory.mktemp("lake")
    with lake_of(script_lines.EVENTS, folder, *script_lines.REQUESTS) as connection:
        yield connection


@pytest.mark.parametrize(("name", "columns", "answer"), script_lines.SPLIT, ids=lambda value: str(value)[:20])
def test_the_split_of_pages_people_and_crawlers_is_the_one_worked_out_on_paper(
    lake: duckdb.DuckDBPyConnection, name: str, columns: str, answer: list[tuple[object, ...]]
) -> None:
    asked = prepared(LIBRARY.get(name))
    assert rows(lake, asked) == [tuple(columns.split()), *answer]
    sent = dialect.parse(bound(*statement.to_athena(asked.expression, asked.values)))
    assert rows(lake, Prepared(sent, {})) == [tuple(columns.split()), *answer]


def test_each_request_is_in_one_column_of_the_split(lake: duckdb.DuckDBPyConnection) -> None:
    names, *found = rows(lake, prepared(LIBRARY.get("script-pages")))
    for row in found:
        page = dict(zip(names, row, strict=True))
        others = ("unseen", "crawlers", "ai_crawlers", "assistants", "programs")
        assert page["requests"] == page["script_views"] - page["without_request"] + sum(page[name] for name in others)
        assert min(page["without_request"], page["unseen"]) >= 0


@pytest.mark.parametrize(
    ("asked", "seen", "paired"),
    [
        ("a a b", "a b", 2),
        ("a", "a a a", 1),
        ("a b", "c c", 0),
        ("- - -", "a b", 2),
        ("a b", "- - -", 2),
        ("a -", "- b", 2),
        ("- -", "-", 1),
        ("a - -", "b - - -", 3),
        ("a a -", "a b -", 3),
    ],
)
def test_what_has_no_hash_is_compared_by_number_and_each_counts_once(
    tmp_path: Path, asked: str, seen: str, paired: int
) -> None:
    requests = [_request(FIREFOX, f"09 10:00:{number:02}", by) for number, by in enumerate(asked.split())]
    views = [_view(number, None if by == "-" else by) for number, by in enumerate(seen.split())]
    with lake_of(views, tmp_path, *requests) as lake:
        _, *found = rows(lake, prepared(SPLIT))
    assert found == [(len(requests), len(requests), len(views), paired)]


def test_another_user_agent_is_somebody_else_with_and_without_a_hash(tmp_path: Path) -> None:
    views = [_view(0, "a", SAFARI), _view(1, None, SAFARI)]
    with lake_of(views, tmp_path, _request(FIREFOX, by="a"), _request(FIREFOX, by="-")) as lake:
        _, *found = rows(lake, prepared(SPLIT))
    assert found == [(2, 2, 2, 0)]


@pytest.mark.parametrize(
    ("sent", "logged"),
    [
        (FIREFOX, escaped(FIREFOX)),
        (FIREFOX, escaped(FIREFOX).replace("%20", "%2520")),
        (FIREFOX, FIREFOX),
        ('Mozilla/5.0 ("é"; [FBAN/x]) 100%?', None),
        ("Mozilla/5.0 (a;b) C+D=1&e, f://g", None),
    ],
)
def test_a_user_agent_is_the_same_whatever_logs_escape(tmp_path: Path, sent: str, logged: str | None) -> None:
    at, path, status, by, _ = _request(FIREFOX)
    agent = {"cs(User-Agent)": logged or escaped(sent)}
    with lake_of([_view(0, "a", sent)], tmp_path, (at, path, status, by, agent)) as lake:
        _, *found = rows(lake, prepared("SELECT c.agent, e.agent FROM asked_pages AS c, scripted AS e"))
    assert found == [(sent, sent)]


@pytest.mark.parametrize("stem", ["/caf%25C3%25A9", "/caf%C3%A9", "/caf%C3%A9/"])
def test_a_page_with_escapes_is_the_same_as_logs_have_it_and_as_the_browser_has_it(tmp_path: Path, stem: str) -> None:
    at, _, status, by, others = _request(FIREFOX)
    view = {**_view(0, "a"), "page": "https://shop.example/caf%C3%A9"}
    with lake_of([view], tmp_path, (at, stem, status, by, others)) as lake:
        _, *found = rows(lake, prepared("SELECT page, requests, script_views, paired FROM split_pages"))
    assert found == [("/caf%C3%A9", 1, 1, 1)]


@pytest.mark.parametrize(
    ("host", "views"), [("shop.example", 1), ("www.shop.example:443", 1), ("-", 1), ("other.example", 0)]
)
def test_the_views_of_a_site_that_the_logs_do_not_have_are_left_out(tmp_path: Path, host: str, views: int) -> None:
    at, path, status, by, others = _request(FIREFOX)
    with lake_of([_view(0, "a")], tmp_path, (at, path, status, by, {**others, "x-host-header": host})) as lake:
        _, *found = rows(lake, prepared("SELECT sum(requests), sum(script_views), sum(paired) FROM split_pages"))
    assert found == [(1, views, views)]


@pytest.mark.parametrize("path", agents.WRITTEN, ids=lambda path: path.stem)
def test_what_reads_the_lists_has_those_that_are_kept(path: Path) -> None:
    sql = path.read_text(encoding="utf-8")
    assert "GPTBot" in sql
    assert agents.written(sql) == sql


def test_each_crawler_that_the_package_says_is_of_ai_is_taken_for_one(tmp_path: Path) -> None:
    listed = [one for one in crawleruseragents.CRAWLER_USER_AGENTS_DATA if "ai-crawler" in one["tags"]]
    found = _kinds(tmp_path, [agent for one in listed for agent in one["instances"]])
    others = {agent for agent, kind in found.items() if kind not in ("ai", "assistant")}
    # Google-Extended is a word of robots.txt.
    assert not [agent for agent in others if "Google-Extended" not in agent]


def test_every_user_agent_of_the_package_is_nobodys(tmp_path: Path) -> None:
    listed = [one for one in crawleruseragents.CRAWLER_USER_AGENTS_DATA if one["pattern"] not in crawlers.WORDS]
    found = _kinds(tmp_path, [agent for one in listed for agent in one["instances"]])
    assert len(found) > 1_500
    assert not [agent for agent, kind in found.items() if kind == "person"]


@pytest.mark.skipif(PUBLIC is None, reason="SLUICE_USER_AGENTS names no collection")
def test_of_ten_thousand_user_agents_logs_and_events_take_few_for_others(tmp_path: Path) -> None:
    assert PUBLIC
    listed = [line.split("\t")[3] for line in Path(PUBLIC).read_text(encoding="utf-8").splitlines()[1:]]
    browsers = {agent: kind for agent, kind in _kinds(tmp_path, listed).items() if kind != "program"}
    assert len(browsers) > 9_000
    assert sum(devices.read(agent).is_bot != (kind != "person") for agent, kind in browsers.items()) <= 6


def _request(agent: str, at: str = "09 10:00:00", by: str = "a") -> Request:
    return at, "/", "200", by, {"cs(User-Agent)": escaped(agent)}


def _view(number: int, by: str | None, agent: str = FIREFOX) -> dict[str, object]:
    return {**event(number, f"09 10:00:{number:02}", "page_view", "/", script_lines._by(by, agent))}


def _kinds(folder: Path, agents: list[str]) -> dict[str, str]:
    """What the relation takes each of these user agents for."""
    listed = list(dict.fromkeys(agents))
    with lake_of([], folder) as lake:
        lake.execute("DELETE FROM access")
        lake.execute(
            "INSERT INTO access BY NAME SELECT *, '/' AS cs_uri_stem, 'GET' AS cs_method, 200 AS sc_status, '2026' AS year, "
            "'11' AS month, '09' AS day, '2026-11-09' AS date, '2026-11-09' AS dt, '10:00:00' AS time, "
            "'s.example' AS x_host_header "
            "FROM (SELECT unnest($1) AS c_ip, unnest($2) AS cs_user_agent)",
            [[str(number) for number, _ in enumerate(listed)], [escaped(agent) for agent in listed]],
        )
        _, *found = rows(lake, prepared("SELECT address, kind FROM asked_pages"))
    return {listed[int(number)]: kind for number, kind in found}


def test_a_day_whose_events_have_no_address_any_more_is_left_out_of_the_people(tmp_path: Path) -> None:
    """The visitor's hash shows that the address's was there: the other day's event never had one."""
    aged = [{**_view(0, "a"), "ip": None}, _view(1, "b")]
    other = event(2, "10 10:00:00", "page_view", "/", who(None, UNKNOWN, PC, agent=FIREFOX))
    requests = [_request(FIREFOX, by="a"), _request(FIREFOX, "10 10:00:00", by="c")]
    with lake_of([*aged, other], tmp_path, *requests) as lake:
        _, *found = rows(lake, prepared(LIBRARY.get("script-people")))
    assert [(row[0], row[1]) for row in found] == [("2026-11-10", 1)]
