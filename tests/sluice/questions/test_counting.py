"""What is counted: one page as one row, goals and steps by metadata, people who log in, forms, and experiments gone wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from chalicelib.lake.days import Days
from sluice.questions import dialect
from sluice.questions.library import Library
from sluice.questions.made import Goal, NamedGoal
from tests.lake_events import LINUX, PAGE, PC, TORONTO, event, who
from tests.sluice.questions.test_query_answers import FIRST, LAST, lake_of

LIBRARY = Library()
ANN = who("a1", TORONTO, PC, session="s-ann")


def asked(
    folder: Path,
    events: list[dict[str, Any]],
    query: str,
    sites: tuple[str, ...] = (),
    goals: tuple[Goal, ...] = (),
    **given: str,
) -> list[tuple[Any, ...]]:
    """The rows of a question of the library, or of SQL, over these events."""
    question = query if " " in query else LIBRARY.get(query)
    prepared = LIBRARY.prepare(question, given=given, days=Days(FIRST, LAST), goals=goals, sites=sites)
    with lake_of(events, folder) as lake:
        return lake.execute(dialect.to_duckdb(prepared.expression), dict(prepared.values)).fetchall()


def viewed(*pages: str | None) -> list[dict[str, Any]]:
    """A visit that saw these pages, as they are stored."""
    return [event(number, f"09 10:00:{number:02}", PAGE, "", ANN) | {"page": page} for number, page in enumerate(pages)]


@pytest.mark.parametrize(
    ("page", "row"),
    [
        ("/pricing", "/pricing"),
        ("/pricing/", "/pricing"),
        ("/pricing/index.html", "/pricing"),
        ("https://shop.example/pricing", "/pricing"),
        ("https://www.shop.example/pricing/", "/pricing"),
        ("http://WWW.Shop.example:8080/pricing/index.html", "/pricing"),
        ("https://old.example/pricing", "/pricing"),
        ("https://shop.example/pricing/?q=shoes", "/pricing?q=shoes"),
        ("https://shop.example?q=shoes", "/?q=shoes"),
        ("https://shop.example", "/"),
        ("https://shop.example/", "/"),
        ("/index.html", "/"),
        ("/", "/"),
        ("/a//", "/a"),
        ("https://shop.example.evil/pricing", "https://shop.example.evil/pricing"),
        ("https://shopXexample/pricing/", "https://shopXexample/pricing"),
        ("https://blog.shop.example/pricing/", "https://blog.shop.example/pricing"),
        ("https://other.example/", "https://other.example/"),
        ("/find?next=/a/", "/find?next=/a/"),
        (None, None),
    ],
)
def test_a_path_and_its_address_on_a_listed_site_are_one_page(
    page: str | None, row: str | None, tmp_path: Path
) -> None:
    sites = ("www.shop.example", "old.example")

    (found,) = asked(tmp_path, viewed(page), "SELECT page, shown_page FROM hits", sites)

    assert found == (page, row)


def test_without_sites_an_address_stays_an_address(tmp_path: Path) -> None:
    rows = asked(tmp_path, viewed("https://www.shop.example/a/", "/a"), "top-pages")

    assert [row[:2] for row in rows] == [("/a", 1), ("https://www.shop.example/a", 1)]


def test_each_question_about_pages_has_one_row_for_one_page(tmp_path: Path) -> None:
    visit = viewed("https://shop.example/a/", "/a", "https://www.shop.example/b", "/b/index.html")
    visit += [
        event(8, "09 10:00:08", "scroll_depth", "", ANN, {"percent": 25}) | {"page": "/b/"},
        event(9, "09 10:00:09", "time_on_page", "", ANN, {"seconds": 30}) | {"page": "https://shop.example/b"},
    ]
    found = {
        name: asked(tmp_path, visit, name, ("shop.example",))
        for name in ("top-pages", "entry-pages", "exit-pages", "scroll-depth", "time-on-page")
    }

    assert [row[:2] for row in found.pop("top-pages")] == [("/a", 2), ("/b", 2)]
    assert {name: [row[:2] for row in rows] for name, rows in found.items()} == {
        "entry-pages": [("/a", 1)],
        "exit-pages": [("/b", 1)],
        "scroll-depth": [("/b", 2)],
        "time-on-page": [("/b", 2)],
    }


@pytest.mark.parametrize(
    "page", ["/pricing*", "/pricing/", "https://www.shop.example/pricing", "https://shop.example/pri*"]
)
def test_a_goal_and_a_step_find_the_page_however_it_was_sent(page: str, tmp_path: Path) -> None:
    visit = viewed("/", "https://www.shop.example/pricing/")
    sites, goals = ("shop.example",), (NamedGoal("seen", page=page),)

    assert asked(tmp_path, visit, "goals", sites, goals) == [("seen", 1, 1, 1, 100.0)]
    assert [row[2] for row in asked(tmp_path, visit, "funnel", sites, steps=f"page_view,{page}")] == [1, 1]


@pytest.mark.parametrize(
    ("key", "value", "times"),
    [
        ("name", "book-call", 2),
        ("cart.total", "5", 1),
        ("utm.source", "x", 1),
        ("name", "nothing", 0),
        ("name", "', 1)", 0),
    ],
)
def test_a_goal_and_a_step_may_ask_for_a_value_of_the_metadata(
    key: str, value: str, times: int, tmp_path: Path
) -> None:
    clicks: list[dict[str, Any]] = [
        {"name": "book-call"},
        {"name": "book-call", "cart": {"total": 5}},
        {"utm.source": "x"},
        {},
    ]
    visit = [event(number, f"09 10:00:0{number}", "cta_click", "/", ANN, one) for number, one in enumerate(clicks)]
    goals = (NamedGoal("clicked", "cta_click", key=key, value=value),)

    ((_, conversions, *_),) = asked(tmp_path, visit, "goals", goals=goals)
    funnel = asked(tmp_path, visit, "funnel", steps=f"cta_click[{key}={value}]")

    assert conversions == times
    assert "," in value or funnel[0][2] == min(times, 1)


def test_a_key_with_a_dot_is_found_and_a_key_within_a_key(tmp_path: Path) -> None:
    said: list[dict[str, Any]] = [{"utm.source": "a"}, {"utm": {"source": "b"}}]
    visit = [event(number, f"09 10:00:0{number}", "x", "/", ANN, one) for number, one in enumerate(said)]

    assert asked(tmp_path, visit, "metadata-values", key="utm.source") == [("a", 1, 1), ("b", 1, 1)]


@pytest.mark.parametrize(
    ("step", "is_met"),
    [
        *(
            ("scroll_depth[percent>=50]", True),
            ("scroll_depth[percent>50]", False),
            ("scroll_depth[percent<=50]", True),
        ),
        *(
            ("scroll_depth[percent<50]", False),
            ("scroll_depth[percent=50]", True),
            ("scroll_depth[percent=50.0]", True),
        ),
        *(
            ("scroll_depth[ percent >= 9 ]", True),
            ("scroll_depth[percent>=high]", False),
            ("scroll_depth[x>=1]", False),
        ),
        *(("SCROLL_Depth", True), ("scroll_depth[name=it's]", True), ("scroll_depth[percent>=1e1]", True)),
    ],
)
def test_a_step_compares_numbers_as_numbers_and_texts_as_texts(step: str, is_met: bool, tmp_path: Path) -> None:
    visit = [event(1, "09 10:00:00", "scroll_depth", "/", ANN, {"percent": 50, "name": "it's"})]

    assert asked(tmp_path, visit, "funnel", steps=step)[0][2] == int(is_met)


def test_the_funnel_of_a_lead_from_view_to_form(tmp_path: Path) -> None:
    way: list[tuple[str, dict[str, Any] | None]] = [
        ("page_view", None),
        ("scroll_depth", {"percent": 25}),
        ("scroll_depth", {"percent": 50}),
        ("cta_click", {"name": "book-call"}),
        ("form_start", {"form": "lead"}),
        ("form_submit", {"form": "lead"}),
    ]
    # Visit n goes n steps of the way.
    events = [
        event(10 * person + at, f"09 10:00:{at:02}", kind, "/", who(f"v{person}", TORONTO, LINUX), said)
        for person in range(1, 7)
        for at, (kind, said) in enumerate(way[:person])
    ]
    steps = "page_view,scroll_depth[percent>=50],cta_click,form_start,form_submit"

    assert [row[2] for row in asked(tmp_path, events, "funnel", steps=steps)] == [6, 4, 3, 2, 1]
    assert asked(tmp_path, events, "forms") == [("lead", 2, 2, 1, 1, 50.0)]


def test_a_form_that_is_left_after_it_was_sent_is_not_abandoned_unless_it_was_begun_again(tmp_path: Path) -> None:
    def touched(visitor: str, *kinds: str) -> list[dict[str, Any]]:
        person = who(visitor, TORONTO, LINUX)
        number = int(visitor[1:]) * 10
        return [
            event(number + at, f"09 10:00:0{at}", kind, "/", person, {"form": "f"}) for at, kind in enumerate(kinds)
        ]

    events = [
        *touched("v1", "form_start", "form_submit"),
        *touched("v2", "form_submit"),
        *touched("v3", "form_start"),
        *touched("v4", "form_start", "form_submit", "form_start"),
    ]

    assert asked(tmp_path, events, "forms") == [("f", 4, 3, 3, 2, 75.0)]


def test_who_logs_in_within_a_session_is_one_person(tmp_path: Path) -> None:
    known = ANN | {"userId": "ann"}
    events = [
        event(1, "09 10:00:00", PAGE, "/", ANN),
        event(2, "09 10:01:00", "login", "/", known),
        event(3, "16 10:00:00", PAGE, "/", known | {"sessionId": "s-other"}),
    ]

    assert asked(tmp_path, events, "retention") == [
        ("2026-11-09", 0, 0, 1, 100.0),
        ("2026-11-09", 0, 1, 1, 100.0),
        ("2026-11-16", 0, 0, 0, None),
    ]


def test_a_week_in_which_nobody_came_back_is_0_percent(tmp_path: Path) -> None:
    other = who("b1", TORONTO, PC, session="s-ben")
    events = [event(1, "09 10:00:00", PAGE, "/", ANN), event(2, "17 10:00:00", PAGE, "/", other)]
    rows = asked(tmp_path, events, "retention")

    assert [row for row in rows if row[0] == "2026-11-09"] == [
        ("2026-11-09", 0, 0, 1, 100.0),
        ("2026-11-09", 0, 1, 0, 0.0),
    ]


@pytest.mark.parametrize(
    ("visits", "said"),
    [
        ({"A": 60, "B": 61}, "ok"),
        ({"A": 80, "B": 40}, "mismatch"),
        ({"A": 40, "B": 40, "C": 90}, "mismatch"),
        ({"A": 9}, None),
    ],
)
def test_an_experiment_says_where_its_variants_have_too_unlike_numbers(
    visits: dict[str, int], said: str | None, tmp_path: Path
) -> None:
    events = [
        event(
            ord(variant) * 1000 + n, "09 10:00:00", PAGE, "/", who(f"{variant}{n}", TORONTO, PC), {"variant": variant}
        )
        for variant, number in visits.items()
        for n in range(number)
    ]

    assert {row[-1] for row in asked(tmp_path, events, "experiments")} == {said}
