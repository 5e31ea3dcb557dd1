"""The pages that ask more of the lake than figures: what they show is what `sluice query` says, and stored text stays text."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from sluice.analysis import cache
from sluice.analysis.facade import Data
from sluice.analysis.scope import Scope
from sluice.analysis.viewers import User
from sluice.dashboard.pages import events, funnels, quality, retention
from sluice.dashboard.server import app, options
from sluice.dashboard.view import curves, widgets, worldmap
from sluice.dashboard.view.worldmap import Colours
from sluice.questions.library import Library
from tests.conftest import PROVE
from tests.dashboards import BUCKET, CRUEL, STAGE, home, looked_at, metrics, shop, store
from tests.lake_events import ANN, PAGE, SHOP, event

__all__ = ["home", "looked_at", "shop"]  # fixtures
OTHER = "b-analytics"
FIRST, LAST = "2026-11-08", "2026-11-18"
PAGES = ("events", "experiments", "funnels", "journeys", "quality", "retention", "sql")
# What of CRUEL would be read as markup, were it not escaped.
MARKUP = re.compile(r"(?<!\\)(<img|\]\(|\$\$x|:red\[)")


def script(page: str, first: str, last: str, bucket: str) -> None:
    """What the dashboard's entry does for one page, with the sidebar's choices."""
    from datetime import date
    from importlib import import_module

    from sluice.analysis.facade import Data
    from sluice.analysis.scope import Scope
    from sluice.analysis.viewers import User
    from sluice.dashboard.view import widgets

    scope = Scope(bucket, date.fromisoformat(first), date.fromisoformat(last))
    with widgets.telling():
        import_module(f"sluice.dashboard.pages.{page}").show(Data(User("ann", ("shop-analytics",))), scope)


Open = Callable[..., AppTest]


def opened(page: str, first: str = FIRST, last: str = LAST, bucket: str = BUCKET) -> AppTest:
    kwargs = {"page": page, "first": first, "last": last, "bucket": bucket}
    return AppTest.from_function(script, kwargs=kwargs, default_timeout=30).run()


def rows(page: AppTest, number: int = 0) -> list[tuple[Any, ...]]:
    frame = page.dataframe[number].value
    return list(frame.astype(object).where(frame.notna(), None).itertuples(index=False, name=None))


def plain(text: str) -> str:
    """What Markdown shows of a text in which all is escaped."""
    return text.replace("\\", "")


def texts(page: AppTest) -> list[str]:
    """Every sentence that Streamlit reads as Markdown."""
    return [one.value for one in (*page.info, *page.warning, *page.error, *page.success, *page.caption, *page.markdown)]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_a_bucket_without_events_says_so(home: Path, page: str) -> None:
    (home / "data" / BUCKET).mkdir(parents=True)
    shown = opened(page)
    assert not shown.exception
    assert not [error.value for error in shown.error]
    assert page == "sql" or shown.info[0].value


@pytest.mark.parametrize("page", PAGES)
def test_one_event_is_enough_for_every_page(home: Path, page: str) -> None:
    store(home, [event(1, "09 10:00:00", PAGE, "/", ANN)])
    shown = opened(page)
    assert not shown.exception
    assert not [error.value for error in shown.error]


@pytest.fixture
def neighbours(shop: Path) -> Path:
    """The shop, and another tenant, whom the user may not see."""
    shutil.copytree(shop / "data" / BUCKET, shop / "data" / OTHER)
    return shop


@pytest.mark.parametrize("page", PAGES)
def test_a_bucket_that_the_user_may_not_see_is_reported_and_shows_nothing(neighbours: Path, page: str) -> None:
    shown = opened(page, bucket=OTHER)
    shown = run(shown, "SELECT page FROM events") if page == "sql" else shown
    assert OTHER in plain(shown.error[0].value)
    assert not [frame for frame in shown.dataframe if "Column" not in frame.value.columns]


def test_sql_over_all_tenants_is_over_those_that_the_user_may_see(neighbours: Path) -> None:
    shown = run(opened("sql"), "SELECT DISTINCT tenant FROM tenants")
    assert rows(shown, 1) == [(BUCKET,)]


def test_sql_sees_no_other_tenants_view_nor_file(neighbours: Path) -> None:
    assert not opened("quality", bucket=BUCKET).error
    for table in ("b_analytics_events", f'"{neighbours}/data/{OTHER}/analytics/**/*.json"', "duckdb_settings()"):
        assert run(opened("sql"), f"SELECT * FROM {table}").error


@pytest.mark.parametrize("page", [page for page in PAGES if page != "sql"])
def test_a_corrupt_file_of_the_mirror_is_reported_with_its_fix(shop: Path, page: str) -> None:
    assert not opened(page).error
    for path in (shop / "data" / ".lake" / BUCKET).rglob("*.parquet"):
        path.write_bytes(b"not parquet")
    cache.desk.cache_clear()
    shown = opened(page)
    assert not shown.exception
    assert "cannot be read" in shown.error[0].value


@pytest.mark.parametrize("page", PAGES)
def test_no_page_reads_stored_text_as_markup(home: Path, page: str) -> None:
    cruel = {**ANN, "userAgent": CRUEL, "userId": CRUEL, "sessionId": CRUEL}
    for number, variant in enumerate((CRUEL, f"{CRUEL}2")):
        meta = {"experiment": CRUEL, "variant": variant}
        made = event(number, "09 10:00:00", PAGE, f"/{CRUEL}", cruel, meta)
        store(home, [{**made, "referrer": CRUEL}])
    shown = opened(page)
    assert not shown.exception
    assert not [text for text in texts(shown) if MARKUP.search(text)]


def test_a_funnel_counts_what_the_question_counts(looked_at: Path) -> None:
    shown = opened("funnels")
    # By hand: 13 visits with a page view; Ann alone starts the form, and submits it.
    assert rows(shown) == [
        (1, "page_view", 13, 100.0, None),
        (2, "form_start", 1, 7.7, 92.3),
        (3, "form_submit", 1, 7.7, 0.0),
    ]
    found = {label: plain(value) for label, value in metrics(shown).items()}
    assert found == {"Took the first step": "13", "Took them all": "1", "Most are lost before": "2. form_start"}


def test_a_funnel_that_loses_nobody_has_no_step_before_which_most_are_lost(home: Path) -> None:
    store(home, [event(1, "09 10:00:00", PAGE, "/", ANN), event(2, "09 10:00:05", "form_start", "/", ANN)])
    assert metrics(opened("funnels"))["Most are lost before"] == "–"


def test_a_funnels_steps_are_picked_by_hand(looked_at: Path) -> None:
    shown = opened("funnels").multiselect[0].set_value(["page_view", "/pricing"]).run()
    # Ann twice, Ben and Dan go on to /pricing; Ben's last visit begins there.
    assert [row[1:3] for row in rows(shown)] == [("page_view", 13), ("/pricing", 4)]


def test_a_step_with_a_comma_is_refused(looked_at: Path) -> None:
    shown = opened("funnels").multiselect[0].set_value(["page_view", "/a,b"]).run()
    assert "/a,b' is not a valid step" in plain(shown.error[0].value)


def test_one_step_is_not_a_funnel(looked_at: Path) -> None:
    shown = opened("funnels").multiselect[0].set_value(["page_view"]).run()
    assert "two steps" in shown.info[0].value
    assert not shown.dataframe


def test_a_step_that_nobody_took_first_leaves_a_sentence(looked_at: Path) -> None:
    shown = opened("funnels").multiselect[0].set_value(["exit_intent", "page_view"]).run()
    assert rows(shown)[0][2] == 1
    shown = shown.multiselect[0].set_value(["/nowhere", "page_view"]).run()
    assert "No visit took the first step" in shown.info[0].value


@pytest.mark.parametrize(
    ("page", "path"),
    [
        (f"{SHOP}/pricing?a=1#x", "/pricing"),
        (SHOP, "/"),
        (f"{SHOP}?a=/b", "/"),
        ("/x?y", "/x"),
        ("app://home/a", "/a"),
        ("", "/"),
    ],
)
def test_a_page_is_a_step_by_its_path(page: str, path: str) -> None:
    assert funnels.path(page) == path


def test_numbers_in_a_table_are_written_as_in_the_figures() -> None:
    counts, some = pd.Series([1017]), pd.array([1017], dtype="Int64")
    frame = pd.DataFrame({"visits": counts, "events": some, "share": [13.0], "is_bot": [True], "page": ["/"]})
    formats = {name: one.get("type_config", {}).get("format") for name, one in widgets.columns(frame).items()}
    assert formats == {"visits": "%,d", "events": "%,d", "share": "%,.1f", "is_bot": None, "page": None}


def test_a_country_is_shown_by_its_name_and_filters_by_its_code(
    looked_at: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worldmap, "named", lambda code: f"Name of {code}")
    shown = next(one for one in opened("overview").dataframe if "country" in one.value.columns)
    # A cell carries its label and its value; a click filters by the value.
    assert b"Name of CA" in shown.proto.arrow_data.styler.display_values
    assert "CA" in shown.value["country"].tolist()


def test_a_system_without_a_list_of_countries_shows_codes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worldmap, "TZPATH", (str(tmp_path),))
    assert worldmap.read_names() == {}
    (tmp_path / worldmap.NAMES).write_text("# ISO 3166\nCA\tCanada\nCI\tCôte d'Ivoire\n", "utf-8")
    assert worldmap.read_names() == {"CA": "Canada", "CI": "Côte d'Ivoire"}


@pytest.mark.parametrize("colours", [worldmap.LIGHT, worldmap.DARK])
def test_a_country_with_few_visitors_differs_from_one_without(colours: Colours) -> None:
    assert contrast(colours.few, colours.land) >= 1.15
    assert contrast(colours.many, colours.land) >= 3


@pytest.mark.parametrize(("colours", "theme"), [(worldmap.LIGHT, options.LIGHT), (worldmap.DARK, options.DARK)])
def test_more_visitors_stand_out_more_from_the_background(colours: Colours, theme: dict[str, str]) -> None:
    assert contrast(colours.many, theme["backgroundColor"]) > contrast(colours.few, theme["backgroundColor"])


@pytest.mark.parametrize("theme", [options.LIGHT, options.DARK])
@pytest.mark.parametrize("ground", ["backgroundColor", "secondaryBackgroundColor"])
def test_every_text_of_the_theme_can_be_read(theme: dict[str, str], ground: str) -> None:
    text, primary, below = theme["textColor"], theme["primaryColor"], theme[ground]
    pairs = {
        "text": (text, below),
        "caption": (blend(text, below, 0.6), below),
        "link": (primary, below),
        "chosen segment": (primary, blend(primary, below, 0.2)),
        "code": (theme["codeTextColor"], theme["codeBackgroundColor"]),
        "code in a caption": (blend(text, below, 0.6), blend(theme["codeBackgroundColor"], below, 0.6)),
    }
    assert {name: round(contrast(*pair), 2) for name, pair in pairs.items() if contrast(*pair) < 4.5} == {}


def test_what_is_written_on_the_primary_colour_can_be_read() -> None:
    (written,) = re.findall("#[0-9a-f]{6}", app.ON_PRIMARY)
    assert contrast("#ffffff", options.LIGHT["primaryColor"]) >= 4.5
    assert contrast(written, options.DARK["primaryColor"]) >= 4.5


def blend(colour: str, ground: str, share: float) -> str:
    """The colour of which so large a share is over the ground."""
    pairs = ((int(colour[at : at + 2], 16), int(ground[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(one * share + other * (1 - share)):02x}" for one, other in pairs)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, by WCAG 2.2."""
    darker, lighter = sorted(map(luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    shares = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("days", "captions"), [(curves.MAX_HOURLY_DAYS, []), (curves.MAX_HOURLY_DAYS + 1, ["By day"])])
def test_a_curve_by_hour_says_where_it_is_by_day(days: int, captions: list[str]) -> None:
    def draw(days: int) -> None:
        from datetime import date, timedelta

        import pandas as pd

        from sluice.analysis.scope import Scope
        from sluice.dashboard.view import curves

        frame = pd.DataFrame({"quarter": ["2026-11-01T10:15:00Z"], "page_views": [1], "events": [2]})
        first = date(2026, 11, 1)
        curves.hours(frame, Scope("shop-analytics", first, first + timedelta(days - 1)))

    shown = AppTest.from_function(draw, kwargs={"days": days}).run()
    assert [one.value.partition(":")[0] for one in shown.caption] == captions


def test_retention_is_a_row_for_each_first_week(looked_at: Path) -> None:
    shown = opened("retention")
    # Ann (userId) and s-dan come in the first week, Ann again in the second, in which s-kim is new.
    assert rows(shown) == [("2026-11-09", 2, 50.0), ("2026-11-16", 1, None)]
    assert metrics(shown) == {"People": "3", "Came back a week later": "1", "Events without a person": "28"}


def test_a_week_in_which_nobody_came_back_is_zero_and_one_to_come_is_empty() -> None:
    seen = [("2026-11-02", 9, 0, 4, 100.0), ("2026-11-02", 9, 2, 1, 25.0), ("2026-11-09", 0, 0, 2, 100.0)]
    frame = pd.DataFrame(seen, columns=["first_week", "events_of_nobody", "weeks_later", "people", "share"])
    grid = retention.grid(frame)
    assert list(grid.columns) == ["First seen", "People", "+1 wk", "+2 wk"]
    assert grid["+1 wk"].tolist() == [0.0, 0.0]
    assert grid["+2 wk"].isna().tolist() == [False, True]


def test_a_week_of_nobody_is_not_a_cohort() -> None:
    seen = [("2026-11-02", 9, None, 0, None), ("2026-11-09", 0, 0, 2, 100.0)]
    frame = pd.DataFrame(seen, columns=["first_week", "events_of_nobody", "weeks_later", "people", "share"])
    assert retention.grid(frame)["First seen"].tolist() == ["2026-11-09"]


def test_an_experiment_is_judged_against_its_control(looked_at: Path) -> None:
    shown = opened("experiments")
    # By hand: Fay meets A and submits; Gus submits before he meets A; Clo meets B and submits.
    assert [row[:4] for row in rows(shown, 1)] == [("A", 2, 1, "50.0 %"), ("B", 1, 1, "100.0 %")]
    assert "Too few visits to judge B against A" in shown.warning[0].value


def test_another_variant_can_be_the_control(looked_at: Path) -> None:
    shown = opened("experiments")
    shown = shown.selectbox(key="control-hero").set_value("B").run()
    assert "judge A against B" in shown.warning[0].value
    assert rows(shown, 1)[0][0] == "B"


def test_a_large_experiment_has_a_verdict(home: Path) -> None:
    variants = [("A", number < 20) for number in range(200)] + [("B", number < 60) for number in range(200)]
    store(home, [one for number, variant in enumerate(variants) for one in met(number, *variant)])
    shown = opened("experiments")
    assert "B converts better than A: 30.0 % against 10.0 %" in plain(shown.success[0].value)


def met(number: int, variant: str, is_converted: bool) -> list[dict[str, Any]]:
    """A visit that met a variant, and reached the goal or did not."""
    visitor = {**ANN, "sessionId": f"s-{number}", "userId": None}
    shown = event(2 * number, "09 10:00:00", PAGE, "/", visitor, {"experiment": "hero", "variant": variant})
    goal = event(2 * number + 1, "09 10:01:00", "form_submit", "/", visitor)
    return [shown, goal] if is_converted else [shown]


def test_experiments_without_goals_say_how_to_write_one(shop: Path) -> None:
    (shop / "sluice.toml").write_text(STAGE.partition("goals")[0])
    cache.desk.cache_clear()
    shown = opened("experiments")
    assert "sluice.toml" in shown.info[0].value
    assert "goals = [" in shown.code[0].value


def test_the_latest_visit_is_shown_where_none_is_picked(looked_at: Path) -> None:
    shown = opened("journeys")
    assert rows(shown)[0][0] == "2026-11-17 10:00:00"
    assert [row[2] for row in rows(shown, 1)] == ["page_view", "cta_click"]
    assert metrics(shown) == {"Events": "2", "Page views": "1", "Length": "1 s", "Channel": "Direct"}


def test_visits_are_found_by_whose_they_are(looked_at: Path) -> None:
    shown = opened("journeys").text_input(key="person").set_value("s-dan").run()
    assert len(rows(shown)) == 1
    assert [row[2] for row in rows(shown, 1)] == ["page_view", "page_view", "purchase"]


def test_a_person_who_never_came_has_no_visits(looked_at: Path) -> None:
    shown = opened("journeys").text_input(key="person").set_value("nobody").run()
    assert "No visit is of this" in shown.info[0].value


def test_events_are_found_by_type_and_text(looked_at: Path) -> None:
    shown = opened("events")
    assert len(rows(shown)) == 50
    assert shown.caption[-1].value == "All that there are: 50."
    shown = shown.selectbox(key="event").set_value("purchase").run()
    assert [row[1] for row in rows(shown)] == ["purchase"] * 5
    shown = shown.text_input(key="contains").set_value('"EUR"').run()
    assert [row[0] for row in rows(shown)] == ["2026-11-10 15:00:00.000", "2026-11-10 00:10:00.000"]


def test_an_event_in_full_has_its_metadata_opened() -> None:
    full = json.loads(events.in_full({"page": CRUEL, "bot": False, "metadata": '{"a":{"b":1}}', "user_id": None}))
    assert full == {"page": CRUEL, "bot": False, "metadata": {"a": {"b": 1}}, "user_id": None}


def test_custom_sql_is_answered(looked_at: Path) -> None:
    shown = run(opened("sql"), "SELECT dt, count(*) AS n FROM events GROUP BY dt ORDER BY dt")
    # Bots are among the stored events.
    assert rows(shown, 1) == [("2026-11-09", 24), ("2026-11-10", 21), ("2026-11-16", 7), ("2026-11-17", 9)]


def run(page: AppTest, sql: str) -> AppTest:
    page.text_area(key="sql").set_value(sql)
    return next(button for button in page.button if button.label == "Run").click().run()


def test_sql_gives_so_many_rows_and_says_that_there_are_more(looked_at: Path) -> None:
    page = opened("sql")
    page.number_input(key="sql-rows").set_value(2)
    shown = run(page, "SELECT eventid FROM events")
    assert len(rows(shown, 1)) == 2
    assert "more than these" in shown.caption[-1].value


def test_sql_stops_at_its_time(shop: Path) -> None:
    page = opened("sql")
    page.number_input(key="sql-seconds").set_value(1)
    many = ", ".join(f"events AS e{number}" for number in range(6))
    shown = run(page, f"SELECT count(*) AS n FROM {many}")
    assert "longer than 1 seconds" in plain(shown.error[0].value)


@pytest.mark.parametrize(
    "sql",
    [
        "DROP TABLE events",
        "SELECT 1; SELECT 2",
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT pge FROM events",
        "SELECT FROM",
        "SELECT 100.0 * 1 / 3 AS third FROM events",
        "SELECT md5(page) AS digest FROM events",
        "",
        "SELECT * FROM others_events",
        f"SELECT '{CRUEL}' FROM nothing",
    ],
)
def test_sql_that_cannot_be_asked_is_refused_in_a_sentence(looked_at: Path, sql: str) -> None:
    shown = run(opened("sql"), sql)
    assert not shown.exception
    assert len(shown.error) == 1
    assert not MARKUP.search(shown.error[0].value)


def test_two_columns_of_one_name_are_both_shown(looked_at: Path) -> None:
    shown = run(opened("sql"), "SELECT 1 AS n, 2 AS n")
    assert not shown.exception
    assert sorted(rows(shown, 1)[0]) == [1, 2]


@pytest.mark.parametrize("name", Library().names() if PROVE else Library().names()[:1])
def test_a_question_of_the_library_runs_as_sql_on_the_page(looked_at: Path, name: str) -> None:
    page = opened("sql").selectbox(key="question").set_value(name).run()
    assert page.text_area(key="sql").value == Library().get(name).sql
    shown = run(page, page.text_area(key="sql").value)
    assert not shown.exception
    assert not [error.value for error in shown.error]


@pytest.mark.parametrize("name", Library().names())
def test_every_question_of_the_library_runs_as_sql(looked_at: Path, name: str) -> None:
    scope = Scope(BUCKET, date.fromisoformat(FIRST), date.fromisoformat(LAST))
    Data(User("ann", (BUCKET,))).sql(scope, Library().get(name).sql)


def test_what_a_finding_means_can_be_read_whole() -> None:
    assert max(map(len, quality.MEANING.values())) <= 63


def test_a_site_without_forms_begins_with_a_funnel_of_what_it_has(home: Path) -> None:
    store(home, [event(1, "09 10:00:00", PAGE, "/a", ANN), event(2, "09 10:01:00", PAGE, "/b", ANN)])
    assert opened("funnels").multiselect[0].value == ["page_view", "/a"]


def test_the_quality_of_the_data_counts_bots(looked_at: Path) -> None:
    shown = opened("quality")
    found = {row[0]: row[1] for row in rows(shown)}
    # By hand: Ida's two events are nine days late, Joe's clock is ahead, and there are eleven crawlers' events.
    assert (metrics(shown)["Events"], found["late"], found["future"], found["bot"]) == ("61", 2, 1, 11)


def test_every_finding_of_the_question_has_a_meaning(looked_at: Path) -> None:
    shown = opened("quality")
    assert [row[0] for row in rows(shown)] == list(quality.MEANING)


def test_a_day_without_events_between_others_is_named(looked_at: Path) -> None:
    warned = opened("quality").warning[0].value
    assert "6 of 11 days: 2026-11-11, 2026-11-12, 2026-11-13, 2026-11-14, 2026-11-15, 2026-11-18" in warned


def test_an_object_that_cannot_be_read_is_named(shop: Path) -> None:
    folder = next((shop / "data" / BUCKET / "analytics").rglob("day=09"))
    (folder / "cut.json").write_text('{"eventId":"x","eventTy')
    shown = opened("quality")
    assert "cut.json" in rows(shown, 1)[0][0]
