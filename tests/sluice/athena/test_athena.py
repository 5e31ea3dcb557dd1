"""Statements on Athena: sent, waited for to whatever end, and read page by page as Python's values."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError
from moto import mock_aws
from moto.athena.models import QueryResults, athena_backends

from sluice.athena import client as athena
from sluice.athena.client import AthenaError, Column, Progress
from tests.conftest import OWNER

REGION = "ca-central-1"
GROUP = "sluice-dev-shop_events"
ONCE = Config(retries={"total_max_attempts": 1})


@pytest.fixture
def client() -> Iterator[Any]:
    """moto's Athena with one workgroup, without botocore's own retries, which sleep."""
    with mock_aws():
        made = boto3.client("athena", region_name=REGION, config=ONCE)
        made.create_work_group(Name=GROUP)
        yield made


class Body(io.BytesIO):
    """A body as botocore reads it."""

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self.read()


class Answers(list[Any]):
    """What an operation is answered, in turn; once there is nothing left moto answers. `sent` counts the requests."""

    def __init__(self, client: Any, operation: str, *answers: Any) -> None:
        super().__init__(answers)
        self.sent = 0
        client.meta.events.register_first(f"before-send.athena.{operation}", self._answer)

    def _answer(self, request: Any, **_: Any) -> AWSResponse | None:
        self.sent += 1
        if not self:
            return None
        answer = self.pop(0)
        status = 400 if "__type" in answer else 200
        return AWSResponse(request.url, status, {}, Body(json.dumps(answer).encode()))


def state(name: str, **status: str) -> dict[str, Any]:
    """The answer of GetQueryExecution for a query in this state."""
    statistics = {"DataScannedInBytes": 7, "TotalExecutionTimeInMillis": 9}
    status = {"State": name, **status}
    return {"QueryExecution": {"StatementType": "DML", "Status": status, "Statistics": statistics}}


def error(code: str, message: str = "") -> dict[str, str]:
    return {"__type": code, "message": message}


def result(kinds: dict[str, str], *rows: list[str | None]) -> dict[str, Any]:
    """A result set with these columns and texts; no text is NULL."""
    data = [{"Data": [{} if text is None else {"VarCharValue": text} for text in row]} for row in rows]
    info = [{"Name": name, "Type": kind} for name, kind in kinds.items()]
    return {"Rows": data, "ResultSetMetadata": {"ColumnInfo": info}}


def queue(kinds: dict[str, str], *rows: list[str | None]) -> None:
    """Let moto give this for the next statement."""
    made = result(kinds, *rows)
    results = QueryResults(made["Rows"], made["ResultSetMetadata"]["ColumnInfo"])
    athena_backends[OWNER][REGION].query_results_queue.append(results)


def run(client: Any, sql: str = "SELECT 1", *parameters: Any, **options: Any) -> athena.Result:
    """Run a statement, without waiting."""
    return athena.run(
        sql, parameters, **{"client": client, "workgroup": GROUP, "pause": lambda seconds: None, **options}
    )


def test_a_statement_runs_in_its_workgroup_and_database_with_its_values_bound(client: Any) -> None:
    made = run(client, "SELECT 1 FROM t WHERE a = ? AND b = ?", "'o''clock'", "3", database="sluice_dev")

    (execution,) = athena_backends[OWNER][REGION].executions.values()
    assert (made.execution.id, execution.workgroup.name) == (execution.id, GROUP)
    assert execution.context == {"Database": "sluice_dev"}
    assert (execution.query, execution.execution_parameters) == (
        "SELECT 1 FROM t WHERE a = ? AND b = ?",
        ["'o''clock'", "3"],
    )


def test_a_statement_is_waited_for_to_its_end(client: Any) -> None:
    Answers(client, "GetQueryExecution", state("QUEUED"), state("RUNNING"), state("SUCCEEDED"))
    seen: list[Progress] = []
    made = run(client, on_progress=seen.append)

    assert [progress.state for progress in seen] == ["QUEUED", "RUNNING", "SUCCEEDED"]
    assert (made.execution.bytes_scanned, made.execution.milliseconds) == (7, 9)


def test_the_waits_grow_up_to_five_seconds(client: Any) -> None:
    Answers(client, "GetQueryExecution", *[state("RUNNING")] * 20)
    waits: list[float] = []
    run(client, pause=waits.append)

    assert (waits[0], waits[-1], len(waits)) == (0.25, 5.0, 20)
    assert waits == sorted(waits)


@pytest.mark.parametrize("end", ["FAILED", "CANCELLED"])
def test_a_statement_that_ends_badly_says_why_and_which_it_was(client: Any, end: str) -> None:
    Answers(client, "GetQueryExecution", state("RUNNING"), state(end, StateChangeReason="COLUMN_NOT_FOUND: line 1:8"))

    with pytest.raises(AthenaError) as raised:
        run(client)
    (query,) = athena_backends[OWNER][REGION].executions
    assert str(raised.value) == f"{end} ({query}): COLUMN_NOT_FOUND: line 1:8"


def test_a_failure_without_a_reason_is_reported_too(client: Any) -> None:
    Answers(client, "GetQueryExecution", state("FAILED"))
    with pytest.raises(AthenaError, match="Athena gives no reason"):
        run(client)


@pytest.mark.parametrize("code", ["ThrottlingException", "TooManyRequestsException"])
@pytest.mark.parametrize("operation", ["StartQueryExecution", "GetQueryExecution", "GetQueryResults"])
def test_a_throttled_call_is_made_again(client: Any, operation: str, code: str) -> None:
    calls = Answers(client, operation, error(code), error(code))
    waits: list[float] = []
    run(client, pause=waits.append)

    assert calls.sent == 3
    assert waits == [0.25, 0.375]


def test_a_call_that_stays_throttled_is_given_up(client: Any) -> None:
    calls = Answers(client, "StartQueryExecution", *[error("ThrottlingException", "Rate exceeded")] * 50)

    with pytest.raises(AthenaError, match="StartQueryExecution: ThrottlingException: Rate exceeded"):
        run(client)
    assert calls.sent == athena.MAX_TRIES


def test_any_other_refusal_is_reported_at_once(client: Any) -> None:
    calls = Answers(client, "StartQueryExecution", *[error("InvalidRequestException", "line 1:1:\n mismatched")] * 2)

    with pytest.raises(AthenaError, match="StartQueryExecution: InvalidRequestException: line 1:1: mismatched"):
        run(client)
    assert calls.sent == 1


def test_a_workgroup_that_is_not_there_is_reported(client: Any) -> None:
    with pytest.raises(AthenaError, match="WorkGroup does not exist"):
        run(client, workgroup="sluice-dev-other")


def test_no_way_to_aws_is_reported_as_such(client: Any) -> None:
    def fail(**_: Any) -> None:
        raise EndpointConnectionError(endpoint_url="https://athena")

    client.meta.events.register_first("before-send.athena.StartQueryExecution", fail)
    with pytest.raises(AthenaError, match="AWS cannot be reached"):
        run(client)


def test_an_interrupt_stops_the_statement(client: Any) -> None:
    def interrupt(seconds: float) -> None:
        raise KeyboardInterrupt

    Answers(client, "GetQueryExecution", state("RUNNING"))
    with pytest.raises(KeyboardInterrupt):
        run(client, pause=interrupt)
    (execution,) = athena_backends[OWNER][REGION].executions.values()
    assert execution.status == "CANCELLED"


def test_an_interrupt_is_not_hidden_by_a_stop_that_fails(client: Any) -> None:
    def interrupt(seconds: float) -> None:
        raise KeyboardInterrupt

    Answers(client, "GetQueryExecution", state("RUNNING"))
    Answers(client, "StopQueryExecution", error("InternalServerException"))
    with pytest.raises(KeyboardInterrupt):
        run(client, pause=interrupt)


def test_rows_are_read_over_all_pages(client: Any) -> None:
    kinds = {"n": "bigint"}
    texts = [["n"], *([str(number)] for number in range(2499))]
    pages = [{"ResultSet": result(kinds, *texts[at : at + 1000])} for at in (0, 1000, 2000)]
    calls = Answers(client, "GetQueryResults", *({**page, "NextToken": "next"} for page in pages[:2]), pages[2])
    made = run(client)

    assert [row[0] for row in made.rows] == list(range(2499))
    assert calls.sent == 3


def test_the_next_page_is_asked_for_by_its_token(client: Any) -> None:
    asked: list[dict[str, Any]] = []
    client.meta.events.register(
        "provide-client-params.athena.GetQueryResults", lambda params, **_: asked.append(params)
    )
    page = {"ResultSet": result({"n": "varchar"}, ["n"])}
    Answers(client, "GetQueryResults", {**page, "NextToken": "page-2"}, page)
    list(run(client).rows)

    assert [params.get("NextToken") for params in asked] == [None, "page-2"]
    assert {params["MaxResults"] for params in asked} == {1000}


def test_a_page_is_fetched_only_when_its_rows_are_read(client: Any) -> None:
    page = {"ResultSet": result({"n": "bigint"}, ["n"], ["1"]), "NextToken": "next"}
    calls = Answers(client, "GetQueryResults", page)
    rows = run(client).rows

    assert next(rows) == (1,)
    assert calls.sent == 1


def test_only_the_header_is_left_out_and_not_a_row_that_looks_like_it(client: Any) -> None:
    queue({"page": "varchar"}, ["page"], ["page"], ["/"])
    made = run(client)

    assert made.columns == [Column("page", "varchar")]
    assert list(made.rows) == [("page",), ("/",)]


def test_the_first_row_of_what_is_not_a_query_is_data(client: Any) -> None:
    queue({"tab_name": "string"}, ["shop_events"], ["shop_events_raw"])
    assert list(run(client, "SHOW TABLES").rows) == [("shop_events",), ("shop_events_raw",)]


def test_a_description_has_fewer_cells_than_columns(client: Any) -> None:
    queue({"col_name": "string", "data_type": "string"}, ["eventid\tstring"])
    assert list(run(client, "DESCRIBE shop_events").rows) == [("eventid\tstring",)]


def test_null_is_none_and_an_empty_text_is_not(client: Any) -> None:
    queue({"page": "varchar", "n": "bigint"}, ["page", "n"], ["", None], [None, "0"])
    assert list(run(client).rows) == [("", None), (None, 0)]


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("bigint", "9007199254740993", 9007199254740993),
        ("integer", "-1", -1),
        ("double", "1.0E-4", 0.0001),
        ("real", "Infinity", float("inf")),
        ("boolean", "false", False),
        ("boolean", "true", True),
        ("decimal", "10.10", Decimal("10.10")),
        ("date", "2025-12-17", date(2025, 12, 17)),
        ("timestamp", "2025-12-17 10:00:00.125", datetime(2025, 12, 17, 10, 0, 0, 125000)),
        ("timestamp with time zone", "2025-12-17 10:00:00.000 UTC", datetime(2025, 12, 17, 10, tzinfo=UTC)),
        (
            "timestamp with time zone",
            "2025-12-17 10:00:00.000 +01:30",
            datetime(2025, 12, 17, 10, tzinfo=timezone(timedelta(hours=1, minutes=30))),
        ),
        ("varchar", "007", "007"),
        ("array", "[1, 2]", "[1, 2]"),
    ],
)
def test_a_value_has_the_type_of_its_column(kind: str, text: str, value: Any) -> None:
    made = athena.typed(kind, text)
    assert (made, type(made)) == (value, type(value))


def test_a_moment_with_a_place_for_its_zone_is_that_moment() -> None:
    made = athena.typed("timestamp with time zone", "2025-12-17 10:00:00.000 America/New_York")
    assert made == datetime(2025, 12, 17, 15, tzinfo=UTC)


def test_a_parameter_longer_than_athena_takes_is_refused_before_it_is_sent(client: Any) -> None:
    calls = Answers(client, "StartQueryExecution")
    with pytest.raises(AthenaError, match="a parameter has 1026 characters; Athena takes 1024"):
        run(client, "SELECT ?", "x" * 1026)
    assert calls.sent == 0


@pytest.mark.parametrize(
    ("scanned", "is_query", "dollars"), [(2**40, True, 5.0), (1, True, 5 * 10 / 2**20), (2**40, False, 0.0)]
)
def test_a_query_costs_by_its_bytes_and_at_least_ten_megabytes(scanned: int, is_query: bool, dollars: float) -> None:
    assert athena.Execution("query-1", is_query, scanned, 0).dollars == pytest.approx(dollars)
