"""The questions to the service's own log, each asked of hand-written lines; every answer was worked out on paper."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from chalicelib import logs
from chalicelib.lake.days import Days
from chalicelib.logs import Outcome, Sent
from chalicelib.service_logs import fields
from chalicelib.tracking import batches
from sluice.cloud import cost
from sluice.mirror import service_log
from sluice.questions import library, lint
from sluice.questions.dialect import QueryError
from sluice.questions.library import Library
from tests import log_lines
from tests.conftest import BUCKET, event_body
from tests.log_lines import ANSWERS

LIBRARY = Library(library.OF_LOGS)
DAYS = Days(date(2026, 11, 8), date(2026, 11, 11))


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return log_lines.files(tmp_path_factory.mktemp("logs"))


def asked(files: list[Path], name: str, given: str = "", days: Days = DAYS) -> list[tuple[Any, ...]]:
    values = dict(one.split("=", 1) for one in given.split())
    found = service_log.in_files(LIBRARY.get(name), files, days, values)
    return [tuple(found.columns), *found.rows]


@pytest.mark.parametrize(("name", "given", "columns", "rows"), ANSWERS, ids=lambda value: str(value)[:20])
def test_a_question_to_the_log_has_the_answer_worked_out_on_paper(
    written: list[Path], name: str, given: str, columns: str, rows: list[tuple[Any, ...]]
) -> None:
    assert asked(written, name, given) == [tuple(columns.split()), *rows]


def test_an_event_that_is_left_out_of_a_sample_is_counted_as_such(tmp_path: Path) -> None:
    file = tmp_path / "one.log"
    file.write_text(json.dumps(log_lines.line("09 10:00:00", "sampled", 200, 1.0, **log_lines.VIEW)))

    columns, row = asked([file], "outcomes")
    assert dict(zip(columns, row, strict=True)) == {
        **{"day": "2026-11-09", "outcome": "sampled", "status": 200},
        **{"requests": 1, "stored": 0, "left_out": 1},
    }


def test_every_question_to_the_log_has_an_answer_on_paper() -> None:
    assert {name for name, *_ in ANSWERS} == set(LIBRARY.names())


@pytest.mark.parametrize("name", LIBRARY.names())
def test_a_question_to_the_log_counts_the_asked_days_alone(written: list[Path], name: str) -> None:
    assert asked(written, name, days=Days(date(2026, 11, 11), date(2026, 11, 12)))[1:] == []


def test_the_questions_to_the_log_are_linted() -> None:
    assert lint.lint_folder(library.OF_LOGS) == []
    unbounded = "-- Everything.\nSELECT count(*) AS n FROM api_events"
    assert [one.rule for one in lint.lint(unbounded, "relations/all.sql")] == ["days"]


def test_a_file_without_a_line_has_no_days_and_one_that_is_not_there_is_named(tmp_path: Path) -> None:
    empty = tmp_path / "empty.log"
    empty.write_text("Sluice serves\n")

    assert service_log.span([empty]) is None
    with pytest.raises(QueryError, match=r"there is no file .*absent\.log"):
        service_log.span([tmp_path / "absent.log"])


def test_the_days_of_files_are_those_of_their_first_and_last_line(written: list[Path]) -> None:
    assert service_log.span(written) == (date(2026, 11, 9), date(2026, 11, 10))


def test_the_questions_prices_are_those_of_the_bill() -> None:
    sheet = cost.sheet()
    prices = {name: price.price[cost.REGION] for name, price in sheet.prices.items()}
    logged = 1_000_000 * sheet.usage.log_bytes / 2**30 * prices["logs"]
    million = prices["api_gateway"] + prices["lambda_requests"] + logged
    expected = {
        "request_price": f"{million:.2f}",
        "put_price": f"{prices['s3_put']:.2f}",
        "gb_second_price": f"{prices['lambda_duration']:.10f}",
    }
    for name in ("costs", "error-budget"):
        defaults = {param.name: param.default for param in LIBRARY.get(name).params}
        assert expected.items() <= defaults.items()


def test_each_field_of_a_line_is_kept_or_dropped_by_name(log: Any) -> None:
    counts = dict.fromkeys(("accepted", "duplicate", "sampled", *(f"rejected_{one}" for one in fields.REASONS)), 1)
    facts = {"reason": "r", "cause": "c", "salt_cause": "s", "entry": "e", "bucket": "b", "counts": counts}
    logs.request(
        Outcome("batch", 200, sent=Sent("e", "h"), **facts),  # type: ignore[arg-type]
        stage="prod",
        request_id="1",
        route="/track",
        latency_ms=1.5,
    )

    (line,) = [json.loads(one) for one in log.getvalue().splitlines()]
    kept = {field.name for field in fields.KEPT}
    assert {*line, "coldStart"} == kept | set(fields.DROPPED)


def test_the_reasons_of_a_batchs_refused_events_are_all_columns() -> None:
    good = json.dumps(event_body())
    bad = (
        "{}",
        json.dumps(event_body(page=1)),
        '{"a": 1, "a": 2}',
        json.dumps(event_body(metadata={"a": ["x" * 1990] * 9})),
    )
    batch = batches.parse(f'{{"bucket": "{BUCKET}", "events": [{", ".join([good, *bad])}]}}'.encode())

    assert sorted(batch.reasons) == sorted(fields.REASONS)
