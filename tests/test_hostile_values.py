"""What anybody may send, in every field and key that a question reads: no value fails a question or a page, or spoils a sum."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from chalicelib import settings
from chalicelib.records import iso
from chalicelib.tracking import assembly, ingest
from sluice.analysis.facade import Data
from sluice.analysis.scope import Scope
from sluice.analysis.viewers import EVERYBODY
from sluice.cli.main import main
from sluice.mirror import visits
from sluice.questions import dialect, library
from tests.conftest import SAFARI
from tests.dashboards import BUCKET, make

AMOUNTS = {  # of the values below, those that are one, by their thousandths
    **{"0": 0, "-0": 0, "+5": 5_000, "007": 7_000, "12.5": 12_500, "12 ": 12_000, "1e3": 1_000_000, "25.0": 25_000},
    **{"1000000000000": 10**15, "-1000000000000": -(10**15), "1e-7": 0, "0.0005": 1, "2453.2200000000003": 2_453_220},
}
TEXTS = (
    *AMOUNTS,
    *("1e16", "1e300", "1e400", "-1e300", "1000000000000.01", "9007199254740993", "9223372036854775808", "1" * 400),
    *(
        "170141183460469231731687303715884105728",
        "NaN",
        "nan",
        "Infinity",
        "-Infinity",
        "inf",
        "0x1p4",
        "0x10",
        "5d",
        "5f",
    ),
    *("1_000", "1,234.50", "1.234,50", "€ 12", "12 EUR", "12€", ".", ".5", "5.", "1e", "e5", "--5", "+-5", "1.2.3"),
    *(
        "١٢",
        "１２",
        "²",
        "½",
        "",
        " ",
        "null",
        "true",
        "None",
        "undefined",
        "'; DROP TABLE events; --",
        '"',
        "\\",
        "%",
        "_",
    ),
    *(
        " EUR",
        "EUR\u3000",
        "\u00a0eur ",
        "$.value",
        "[0]",
        "{}",
        "{",
        "<img src=x onerror=alert(1)>",
        "=1+1",
        "é\u0301",
        "\u202e",
        "\U0001f4b6",
        "x" * 2000,
    ),
    *(
        "http://[",
        "http://[::1]/a",
        "//cdn.example/p",
        "http://a_b.example/",
        "http://bücher.example/",
        "%",
        "%zz",
        "/%00%ff",
    ),
    *(
        "http:///x",
        "http://user:pass@h.example:99999/?q=1#f",
        "javascript:alert(1)",
        "?utm_source=%zz&utm_medium=%",
        "/a\\b",
    ),
)
NUMBERS = (0, -0.0, 5e-324, 0.1)
VALUES = (*TEXTS, *NUMBERS, 2**53, -(2**53), 5e15, True, False, None, [], [1], {}, {"a": 1}, [{"value": 1}])
KEYS = ("value", "currency", "percent", "seconds", "variant", "experiment", "status", "method", "name", "plan")
FIELDS = ("page", "referrer", "sessionId", "userId", "fromWebsite", "userAgent")
TYPES = {"percent": "scroll_depth", "seconds": "time_on_page", "status": "request", "method": "request"}
TODAY = datetime.now(UTC).date()
DAYS = ("--from", "yesterday", "--to", "today", "--param", "bots=include")
PAGES = ("overview", "live", "events", "experiments", "funnels", "journeys", "quality", "retention", "sql", "tenants")


def bodies() -> Iterator[dict[str, Any]]:
    """An event for each value in each place, in a visit of its own; the others of its fields are as a shop sends them."""
    for number, value in enumerate(VALUES):
        for key in KEYS:
            metadata = {"value": 1, "currency": "EUR", key: value} if key in ("value", "currency") else {key: value}
            yield {
                "eventType": TYPES.get(key, "purchase"),
                "page": "/buy",
                "metadata": metadata,
                "sessionId": f"{key}-{number}",
            }
        if isinstance(value, str):
            for field in FIELDS:
                yield {"eventType": "page_view", "page": "/", "sessionId": f"{field}-{number}", field: value}
            yield {
                "eventType": "page_view",
                "page": f"https://shop.example/?utm_source={value[:900]}&utm_medium={value[:900]}",
            }


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project in whose store is what the real path made of all of them."""
    home = make(tmp_path_factory.mktemp("hostile"))
    path = assembly.assemble(settings.load({"STORE": f"dir:{home}/data", "ALLOWED_BUCKETS": BUCKET}))
    now, events = datetime.now(UTC), list(bodies())
    for start in range(0, len(events), 50):
        sent = [{"timestamp": iso(now), **one} for one in events[start : start + 50]]
        body = json.dumps({"bucket": BUCKET, "events": sent}).encode()
        assert path.track_batch(ingest.Request(body, {"user-agent": SAFARI}, "81.2.69.142", now)).receipt.rejected == []
    return home


@pytest.fixture
def home(hostile: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(hostile)
    monkeypatch.setenv("STORE", f"dir:{hostile}/data")
    return hostile


def ask(name: str, *given: str) -> list[dict[str, Any]]:
    params = [word for one in given for word in ("--param", one)]
    command = ["query", name, "--bucket", BUCKET, *DAYS, *params, "--format", "json"]
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 0, (name, given, done.output)
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    return rows


@pytest.mark.parametrize("name", library.Library().names())
def test_every_question_answers(home: Path, name: str) -> None:
    ask(name)


@pytest.mark.parametrize(
    "key", [*KEYS, "", ".", "$", "a b", "a.b", "'", '"', "\\", "[", "x" * 2000, "value[0]", "ключ"]
)
def test_the_values_of_any_key_can_be_asked(home: Path, key: str) -> None:
    chosen = Scope(BUCKET, TODAY - timedelta(1), datetime.now(UTC).date(), "include")
    answer = Data(EVERYBODY).ask(chosen, "metadata-values", key=key, limit=1000)
    assert len(answer) >= 20 * (key in KEYS)


def test_a_sum_holds_the_amounts_and_nothing_else(home: Path) -> None:
    (euros,) = [row for row in ask("revenue-by-day") if row["currency"] == "EUR"]

    spaced = 3  # amounts of 1 whose currency has spaces around it
    orders, thousandths = len(AMOUNTS) + len(NUMBERS) + spaced, sum(AMOUNTS.values()) + 100 + 1000 * spaced
    assert (euros["orders"], euros["revenue"]) == (orders, thousandths / 1000)


def test_no_currency_has_a_space_of_any_alphabet_around_it(home: Path) -> None:
    found = [row["currency"] for row in ask("revenue-by-day")]
    assert found == [one.strip() for one in found]


def test_what_is_not_an_amount_is_counted(home: Path) -> None:
    found = {row["finding"]: row["events"] for row in ask("data-quality")}

    assert found["no amount"] == len([value for value in VALUES if value is not None]) - len(AMOUNTS) - len(NUMBERS)


def test_a_sum_beyond_a_whole_number_of_64_bits_is_right() -> None:
    """Nine thousand orders of 10^12 and a thousandth: as whole thousandths they are 9 * 10^18."""
    connection = visits.connect()
    sql = dialect.to_duckdb(
        dialect.parse("SELECT sum(CAST(CAST(a AS bigint) AS decimal(38, 0))) AS s FROM (VALUES 1) AS t (a)")
    )
    values = "UNION ALL ".join(["SELECT 9223372036854775807 AS a "] * 3)
    assert connection.execute(sql.replace("(VALUES (1)) AS t(a)", f"({values}) AS t")).fetchall() == [
        (3 * (2**63 - 1),)
    ]


def script(page: str, day: str, bucket: str) -> None:
    """What the dashboard's entry does for one page."""
    from datetime import date
    from importlib import import_module

    from sluice.analysis.facade import Data
    from sluice.analysis.scope import Scope
    from sluice.analysis.viewers import EVERYBODY
    from sluice.dashboard.view import widgets

    scope = Scope(bucket, date.fromisoformat(day), date.fromisoformat(day), bots="include")
    with widgets.telling():
        import_module(f"sluice.dashboard.pages.{page}").show(Data(EVERYBODY), scope)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_shows_what_there_is(home: Path, page: str) -> None:
    shown = AppTest.from_function(
        script, kwargs={"page": page, "day": str(TODAY), "bucket": BUCKET}, default_timeout=60
    ).run()

    assert not shown.exception and not shown.error, [one.value for one in (*shown.exception, *shown.error)]
    assert not [one.value for one in shown.info if one.value.startswith("Nothing")]
