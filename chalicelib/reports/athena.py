"""A report's questions asked of Athena: each of both periods at once, in the tenant's workgroup, until there is no time left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.causes import cause
from chalicelib.lake.athena_values import typed
from chalicelib.reports.packaged import Reports, Tenant
from chalicelib.reports.parts import Fault, Pair, Row
from chalicelib.reports.periods import Period

# Seconds that a question may take, and between two looks at it.
PATIENCE, PAUSE = 60.0, 1.0
# What Athena says of a failed statement, as long as a reader wants it.
SHOWN = 200


class Clock(NamedTuple):
    """Seconds that only ever grow, and how to let some pass."""

    now: Callable[[], float]
    pause: Callable[[float], None]


class Asking:
    """The questions of one tenant. `end` is when, by the clock, no more is asked."""

    def __init__(self, client: Any, reports: Reports, tenant: Tenant, clock: Clock, end: float) -> None:
        self._client, self._clock, self._end = client, clock, end
        self._reports, self._tenant = reports, tenant

    def pair(self, name: str, periods: tuple[Period, Period]) -> Pair:
        """The rows of a question in both periods."""
        if self._clock.now() >= self._end:
            return Pair(*[Fault("There was no time left.")] * 2)
        started = [self._start(name, period) for period in periods]
        end = min(self._clock.now() + PATIENCE, self._end)
        return Pair(*[one if isinstance(one, Fault) else self._rows(one, end) for one in started])

    def _start(self, name: str, period: Period) -> str | Fault:
        sql = self._reports.statement(self._tenant, name, period.asked(self._tenant.zone))
        try:
            started = self._client.start_query_execution(
                QueryString=sql,
                WorkGroup=self._tenant.workgroup,
                QueryExecutionContext={"Database": self._reports.database},
            )
        except (BotoCoreError, ClientError) as error:
            return Fault(f"Athena did not take the question ({cause(error)}).")
        return str(started["QueryExecutionId"])

    def _rows(self, query: str, end: float) -> list[Row] | Fault:
        try:
            fault = self._wait(query, end)
            return fault or list(self._read(query))
        except (BotoCoreError, ClientError) as error:
            return Fault(f"Athena did not give the answer ({cause(error)}).")

    def _wait(self, query: str, end: float) -> Fault | None:
        """Wait until the statement has ended; why it has no answer, if so."""
        while True:
            status = self._client.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"]
            if status["State"] == "SUCCEEDED":
                return None
            if status["State"] in {"FAILED", "CANCELLED"}:
                reason = " ".join(str(status.get("StateChangeReason", "")).split())[:SHOWN]
                return Fault(f"Athena could not answer: {reason or status['State']}")
            if self._clock.now() >= end:
                # It would read on, and be paid for.
                self._client.stop_query_execution(QueryExecutionId=query)
                return Fault("Athena took too long.")
            self._clock.pause(PAUSE)

    def _read(self, query: str) -> Iterator[Row]:
        is_first = True
        for page in self._client.get_paginator("get_query_results").paginate(QueryExecutionId=query):
            columns = [(one["Name"], one["Type"]) for one in page["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]]
            rows = page["ResultSet"]["Rows"]
            # The first row of a question is its columns' names.
            for row in rows[1:] if is_first else rows:
                texts = (cell.get("VarCharValue") for cell in row["Data"])
                yield {name: typed(kind, text) for (name, kind), text in zip(columns, texts, strict=True)}
            is_first = False
