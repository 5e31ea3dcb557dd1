"""Run a statement on Athena: start it, wait for its end, and read its rows as Python's own values."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from chalicelib.lake.athena_values import typed
from sluice.aws import AwsError, code, explain
from sluice.errors import SluiceError

# https://aws.amazon.com/athena/pricing/: five dollars for a TB, and 10 MB at least; DDL is free.
DOLLARS_PER_BYTE = 5 / 2**40
LEAST_BYTES = 10 * 2**20
MAX_PARAMETER = 1024
MAX_POLL = 5.0
MAX_TRIES = 8
PAGE = 1000
_THROTTLED = {"ThrottlingException", "TooManyRequestsException"}

Pause = Callable[[float], None]


class AthenaError(SluiceError):
    """A statement that Athena did not take or did not finish; the message says why, in Athena's words."""


class Column(NamedTuple):
    """A column of the result, with Athena's type."""

    name: str
    type: str


class Progress(NamedTuple):
    """How far a statement is: QUEUED, RUNNING or SUCCEEDED, and the bytes read so far."""

    state: str
    bytes_scanned: int


@dataclass(frozen=True)
class Execution:
    """A statement that has ended well. Only a query (not DDL, SHOW or DESCRIBE) is billed, and its first row is a header."""

    id: str
    is_query: bool
    bytes_scanned: int
    milliseconds: int

    @property
    def dollars(self) -> float:
        """What the statement costs by list price."""
        return max(self.bytes_scanned, LEAST_BYTES) * DOLLARS_PER_BYTE if self.is_query else 0.0


@dataclass(frozen=True)
class Result:
    """What a statement gave. `rows` fetches page after page while it is read, and can be read once."""

    execution: Execution
    columns: list[Column]
    rows: Iterator[tuple[Any, ...]]


def run(
    sql: str,
    parameters: Sequence[str] = (),
    *,
    client: Any,
    workgroup: str,
    database: str | None = None,
    on_progress: Callable[[Progress], None] = lambda progress: None,
    pause: Pause = time.sleep,
) -> Result:
    """The result of a statement with these literals of SQL (`statement.literal`) for its `?`; raises AthenaError.

    The workgroup says where Athena puts the result, and how much a statement may read. Ctrl-C stops the statement.
    """
    service = _Athena(client, pause)
    execution = service.finish(service.start(sql, parameters, workgroup, database), on_progress)
    pages = service.pages(execution.id)
    first = next(pages)
    columns = [Column(each["Name"], each["Type"]) for each in first["ResultSetMetadata"].get("ColumnInfo", [])]
    return Result(execution, columns, _rows(first, pages, columns, skip=int(execution.is_query)))


def execute(sql: str, *, client: Any, workgroup: str, pause: Pause = time.sleep) -> Execution:
    """Run a statement without rows, for example CREATE TABLE; works without the right to read results. Raises AthenaError."""
    service = _Athena(client, pause)
    return service.finish(service.start(sql, (), workgroup, None), lambda progress: None)


def reason(error: Exception) -> str:
    """What AWS has against a call, with its own words for it, in one line."""
    if isinstance(error, ClientError):
        return f"{explain(error)}: {' '.join(error.response.get('Error', {}).get('Message', '').split())}"
    return explain(error)


class _Athena:
    """Athena's calls, each made again while Athena says that there are too many."""

    def __init__(self, client: Any, pause: Pause) -> None:
        self._client = client
        self._pause = pause

    def start(self, sql: str, parameters: Sequence[str], workgroup: str, database: str | None) -> str:
        """The id of the statement that now runs."""
        request: dict[str, Any] = {"QueryString": sql, "WorkGroup": workgroup}
        if parameters:
            request["ExecutionParameters"] = [_fitting(text) for text in parameters]
        if database:
            request["QueryExecutionContext"] = {"Database": database}
        return str(self._call("start_query_execution", **request)["QueryExecutionId"])

    def finish(self, query: str, on_progress: Callable[[Progress], None]) -> Execution:
        """The statement once it has succeeded; stopped on Ctrl-C, which would not keep Athena from reading on."""
        try:
            return self._wait(query, on_progress)
        except KeyboardInterrupt:
            with suppress(*AwsError):
                self._client.stop_query_execution(QueryExecutionId=query)
            raise

    def pages(self, query: str) -> Iterator[dict[str, Any]]:
        """The result sets of a statement, a thousand rows each."""
        token: dict[str, str] | None = {}
        while token is not None:
            page = self._call("get_query_results", QueryExecutionId=query, MaxResults=PAGE, **token)
            token = {"NextToken": page["NextToken"]} if page.get("NextToken") else None
            yield page["ResultSet"]

    def _wait(self, query: str, on_progress: Callable[[Progress], None]) -> Execution:
        for delay in _delays(MAX_POLL):
            found = self._call("get_query_execution", QueryExecutionId=query)["QueryExecution"]
            state = found["Status"]["State"]
            if state in {"FAILED", "CANCELLED"}:
                why = found["Status"].get("StateChangeReason", "Athena gives no reason")
                raise AthenaError(f"{state} ({query}): {' '.join(why.split())}")
            on_progress(Progress(state, found.get("Statistics", {}).get("DataScannedInBytes", 0)))
            if state == "SUCCEEDED":
                break
            self._pause(delay)
        return _execution(query, found)

    def _call(self, name: str, **arguments: Any) -> Any:
        try:
            return self._patiently(name, arguments)
        except AwsError as error:
            raise AthenaError(reason(error)) from error

    def _patiently(self, name: str, arguments: dict[str, Any]) -> Any:
        for delay in islice(_delays(MAX_POLL), MAX_TRIES - 1):
            try:
                return getattr(self._client, name)(**arguments)
            except ClientError as error:
                if code(error) not in _THROTTLED:
                    raise
            self._pause(delay)
        return getattr(self._client, name)(**arguments)


def _delays(most: float) -> Iterator[float]:
    """Seconds to wait, each time half as long again, up to this."""
    delay = 0.25
    while True:
        yield delay
        delay = min(delay * 1.5, most)


def _execution(query: str, found: dict[str, Any]) -> Execution:
    statistics = found.get("Statistics", {})
    return Execution(
        query,
        is_query=found.get("StatementType") == "DML",
        bytes_scanned=statistics.get("DataScannedInBytes", 0),
        milliseconds=statistics.get("TotalExecutionTimeInMillis", 0),
    )


def _fitting(text: str) -> str:
    if len(text) > MAX_PARAMETER:
        raise AthenaError(f"a parameter has {len(text)} characters; Athena takes {MAX_PARAMETER}: {text[:40]}…")
    return text


def _rows(
    first: dict[str, Any], pages: Iterator[dict[str, Any]], columns: list[Column], skip: int
) -> Iterator[tuple[Any, ...]]:
    for row in first["Rows"][skip:]:
        yield _row(row, columns)
    for page in pages:
        for row in page["Rows"]:
            yield _row(row, columns)


def _row(row: dict[str, Any], columns: list[Column]) -> tuple[Any, ...]:
    texts = (cell.get("VarCharValue") for cell in row["Data"])
    # Not strict: DESCRIBE names three columns, and puts all of them into one.
    return tuple(typed(column.type, text) for column, text in zip(columns, texts, strict=False))
