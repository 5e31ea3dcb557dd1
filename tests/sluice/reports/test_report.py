"""`sluice report` as an operator uses it: every number is its question's, and Chromium shows the page on any screen."""

from __future__ import annotations

import json
import os
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import html5lib
import pytest
from playwright.sync_api import Browser
from typer.testing import CliRunner, Result

from chalicelib.reports.making import MAX_HTML
from sluice.cli.main import main
from sluice.mirror import ask
from sluice.mirror.ask import Question
from sluice.mirror.tenant import Place
from sluice.questions.library import Library, Query
from tests import project
from tests.asked import asked
from tests.browser import watch
from tests.sluice.anomalies.weeks import BUCKET
from tests.sluice.imports.test_access_logs import requests, written
from tests.sluice.reports.conftest import TOML

REAL_LOG = os.environ.get("SLUICE_REAL_LOG")
WEEK = ("2026-03-02", "2026-03-08")


def run(*words: str) -> Result:
    done = CliRunner().invoke(main, list(words))
    assert done.exit_code == 0, done.stderr
    return done


def report(*words: str, bucket: str = BUCKET) -> Result:
    return run("report", "--bucket", bucket, *words)


def lines(page: str) -> dict[str, list[list[str]]]:
    """The texts of each section's lines: label and detail, value, change."""
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    found: dict[str, list[list[str]]] = {}
    group = ""
    for row in tree.iter("td"):
        group = row.findtext("h2") or group
        title = row.findtext("h3")
        if title is not None:
            rows = [one for one in row.iter("tr") if one.find("th[@scope='row']") is not None]
            found[f"{group}: {title}"] = [["".join(cell.itertext()) for cell in one] for one in rows]
    return found


SECTIONS = {
    "What visitors did: Pages": ("top-pages", "page_views"),
    "What visitors did: Sources": ("sources", "visits"),
    "What visitors did: Goals": ("goals", "conversions"),
    "What visitors did: Funnel": ("funnel", "visits"),
    "What the access logs say: Pages": ("access-pages", "hits"),
    "What the access logs say: Sources": ("access-sources", "hits"),
    "What the access logs say: Status codes": ("access-statuses", "requests"),
    "What the access logs say: Cache": ("access-cache", "requests"),
    "What the access logs say: HTTP versions": ("access-protocols", "requests"),
    "What the access logs say: Edge locations": ("access-edges", "requests"),
    "What the access logs say: Errors": ("access-errors", "requests"),
}
ODD = "What visitors did: Out of the ordinary"
BY_DAY = {
    "What visitors did: Visitors by day": ("visitors-and-visits", "visitors"),
    "What the access logs say: Requests by day": ("access-days", "requests"),
}


def check_numbers(page: str, days: tuple[str, str], steps: str, empty: set[str]) -> None:
    """Each number of the page against what `sluice query` answers."""
    found = lines(page)
    assert set(found) == ({*SECTIONS, *BY_DAY, ODD} - empty)
    for title, (name, column) in SECTIONS.items():
        given = [f"steps={steps}"] if name == "funnel" else []
        rows = asked(name, BUCKET, days, *given)
        wanted = [f"{row[column]:,}" for row in rows[:8]]
        assert [line[1] for line in found.get(title, [])] == wanted, title
    for title, (name, column) in BY_DAY.items():
        counted = {row["day"]: row[column] for row in asked(name, BUCKET, days)}
        numbers = [f"{counted.get(day, 0):,}" for day in _days(days)]
        assert [line[1] for line in found[title]] == numbers
    counts = {row["day"]: row for row in asked("daily-counts", BUCKET, days)}
    for label, number, _ in found.get(ODD, []):
        day, figure = re.match(r"\w+ (\d+) \w+: (visits|events|goals|errors)", label).groups()  # type: ignore[union-attr]
        (row,) = [one for name, one in counts.items() if int(name[-2:]) == int(day)]
        assert number == f"{row[figure]:,}"
    (totals,) = asked("totals", BUCKET, days)
    shown = re.findall(r"<div [^>]*700\">([^<]*)</div>", page)
    assert shown[:3] == [f"{totals[name]:,}" for name in ("visitors", "visits", "page_views")]


def _days(days: tuple[str, str]) -> list[str]:
    first = datetime.fromisoformat(days[0])
    return [f"{first + timedelta(number):%Y-%m-%d}" for number in range(7)]


def test_every_number_is_its_question_s(here: Path) -> None:
    report("--week", "2026-W10", "--out", "report.html")

    page = (here / "report.html").read_text()
    # Nothing of these lines was led to by another site.
    check_numbers(page, WEEK, "page_view,/,page_view", {"What the access logs say: Sources"})
    assert len(page) < MAX_HTML


def test_a_letter_shows_as_a_change_against_the_week_before(here: Path) -> None:
    said = report("--week", "2026-W10").stdout
    # Forty came by the letter in addition to twenty a day.
    assert re.search(r"^Visits +180 +\+29\u00a0%$", said, re.MULTILINE)
    assert re.search(r"^  news +40 +new$", said, re.MULTILINE)


def test_the_manifest_names_what_may_be_read_and_again_the_same_bytes_are_made(here: Path) -> None:
    report("--week", "2026-W10", "--out", "first.html")
    report("--week", "2026-W10", "--out", "second.html")

    assert (here / "first.html").read_bytes() == (here / "second.html").read_bytes()
    assert (here / "first.json").read_bytes() == (here / "second.json").read_bytes()
    found = json.loads((here / "first.json").read_text())
    assert (found["period"], found["timezone"], found["openFrom"]) == ("2026-W10", "UTC", None)
    assert re.fullmatch(r"[0-9a-f]{64}", found["statements"])
    stored = {
        path.relative_to(here / "data" / BUCKET).as_posix()
        for path in (here / "data" / BUCKET).rglob("*")
        if path.is_file()
    }
    days = [
        f"year=2026/month={day:%m}/day={day:%d}/" for day in (datetime(2026, 2, 22) + timedelta(n) for n in range(16))
    ]
    # For events also the weeks before, by which it is known what is usual; the shop has them from January on.
    early = (f"analytics/year=2026/month=0{month}/" for month in (1, 2))
    places = [*early, *(f"{kind}/{day}" for kind in ("analytics", "access") for day in days)]
    wanted = sorted(key for key in stored if key.startswith(tuple(places)) and not Path(key).name.startswith("."))
    listed = [one["key"] for one in found["objects"] if not Path(one["key"]).name.startswith(".")]
    assert listed == wanted
    assert len([key for key in wanted if key.startswith("access/")]) > 40


def test_an_object_that_comes_later_makes_another_manifest(here: Path) -> None:
    report("--week", "2026-W10", "--out", "first.html")
    file = next((here / "data" / BUCKET / "analytics/year=2026/month=03/day=05").glob("*.json"))
    os.utime(file)
    report("--week", "2026-W10", "--out", "second.html")
    assert (here / "first.json").read_text() != (here / "second.json").read_text()


def test_other_goals_are_other_statements(here: Path) -> None:
    report("--week", "2026-W10", "--out", "first.html")
    project.edit(here, TOML.replace('"Home again"', '"Home twice"'))
    report("--week", "2026-W10", "--out", "second.html")
    project.edit(here, TOML)
    first, second = (json.loads((here / f"{name}.json").read_text()) for name in ("first", "second"))
    assert first["statements"] != second["statements"]
    assert first["objects"] == second["objects"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--week", "W10"), "'W10' is not a week; write it like 2026-W10"),
        (("--week", "2026-W10", "--period", "day"), "--week names a week, and --period a day; give one of them"),
        (("--out", "report.pdf"), "the report is HTML, so --out needs a name that ends in .html"),
    ],
)
def test_what_cannot_be_made_is_said_in_one_line(here: Path, words: tuple[str, ...], said: str) -> None:
    done = CliRunner().invoke(main, ["report", "--bucket", BUCKET, *words])
    assert done.exit_code == 1
    assert said in done.stderr and done.stderr.count("\n") == 1


def test_athena_is_asked_the_same_questions(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """DuckDB answers in its place, and each question is counted."""
    names: list[str] = []

    def answering(library: Library, question: Question, places: list[Place], *_: object) -> object:
        names.append(question.query.name if isinstance(question.query, Query) else "")
        return ask.here(library, question, places, lambda *_: None)

    local = report("--week", "2026-W10").stdout
    monkeypatch.setattr(ask, "on_athena", answering)
    assert report("--week", "2026-W10", "--engine", "athena").stdout == local
    assert len(names) == 2 * 16
    assert len(set(names)) == 16


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (320, "dark"), (800, "light"), (800, "dark")])
def test_the_page_fits_any_screen_and_asks_nobody(
    here: Path, chromium: Browser, tmp_path: Path, width: int, scheme: Any
) -> None:
    report("--week", "2026-W10", "--out", "report.html")
    page = chromium.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    seen = watch(page)
    page.goto((here / "report.html").as_uri())

    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert (seen.hosts, seen.errors, seen.warnings) == ({""}, [], [])
    ground, ink = page.evaluate(
        "['table table', 'h1'].map((one) => document.querySelector(one)).map((one, at) => "
        "getComputedStyle(one)[at ? 'color' : 'backgroundColor'])"
    )
    assert (_light(ground) > 200, _light(ink) > 200) == ((True, False) if scheme == "light" else (False, True))
    page.close()


def _light(colour: str) -> float:
    return sum(map(int, re.findall(r"\d+", colour)[:3])) / 3


@pytest.mark.skipif(REAL_LOG is None, reason="SLUICE_REAL_LOG names no log")
def test_a_real_log_s_week_has_its_questions_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chromium: Browser
) -> None:
    folder = project.make(tmp_path, TOML)
    monkeypatch.chdir(folder)
    written(folder / "cdn-logs", list(requests(Path(str(REAL_LOG)).read_text())), "legacy")
    run("access", "sync", "--bucket", BUCKET, "--from", "cdn-logs")
    run("import", str(REAL_LOG), "--bucket", BUCKET, "--site", "www.semicomplete.com")
    report("--week", "2015-W21", "--out", "report.html")

    text = (folder / "report.html").read_text()
    check_numbers(text, ("2015-05-18", "2015-05-24"), "page_view,/,page_view", {ODD})
    assert len(text.encode()) < MAX_HTML
    for width in (320, 800):
        for scheme in ("light", "dark"):
            page = chromium.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
            page.goto((folder / "report.html").as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") == width
            page.close()
