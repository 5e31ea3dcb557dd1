"""Athena's client for tests: it answers what it is sent from files on this machine."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlglot.expressions import Expr

from sluice.mirror import view
from sluice.mirror.view import Source
from sluice.questions import dialect
from tests.bound import bound

KINDS = {
    **{"TINYINT": "tinyint", "SMALLINT": "smallint", "INTEGER": "integer", "BIGINT": "bigint", "HUGEINT": "bigint"},
    **{"DOUBLE": "double", "FLOAT": "float", "BOOLEAN": "boolean", "DATE": "date", "TIMESTAMP": "timestamp"},
    "TIMESTAMP WITH TIME ZONE": "timestamp with time zone",
}


class Athena:
    """Athena's client: it answers what it is sent, of the tables that it was given, in pages of a thousand rows."""

    def __init__(self, tables: dict[str, Source]) -> None:
        self._connection = view.connect(tables)
        self._results: dict[str, tuple[list[Any], list[Any]]] = {}
        self.sent: list[dict[str, Any]] = []
        self.statements: list[Expr] = []
        self.stopped: list[str] = []
        self.state = {"State": "SUCCEEDED"}

    def start_query_execution(self, **asked: Any) -> dict[str, str]:
        self.sent.append(asked)
        query = f"query-{len(self.sent)}"
        statement = dialect.parse(bound(asked["QueryString"], asked.get("ExecutionParameters", [])))
        self.statements.append(statement)
        found = self._connection.execute(dialect.to_duckdb(statement))
        self._results[query] = (found.description or [], found.fetchall())
        return {"QueryExecutionId": query}

    def get_query_execution(self, QueryExecutionId: str) -> dict[str, Any]:
        ended = {"Status": self.state, "StatementType": "DML", "Statistics": {"DataScannedInBytes": 1}}
        return {"QueryExecution": ended}

    def stop_query_execution(self, QueryExecutionId: str) -> None:
        self.stopped.append(QueryExecutionId)

    def get_query_results(self, QueryExecutionId: str, MaxResults: int, NextToken: str | None = None) -> dict[str, Any]:
        described, left = self._results[QueryExecutionId]
        header = [] if NextToken else [tuple(one[0] for one in described)]
        at = MaxResults - len(header)
        self._results[QueryExecutionId] = (described, left[at:])
        columns = [{"Name": one[0], "Type": KINDS.get(str(one[1]), "varchar")} for one in described]
        data = [
            {"Data": [{} if cell is None else {"VarCharValue": text(cell)} for cell in row]}
            for row in [*header, *left[:at]]
        ]
        page = {"ResultSet": {"Rows": data, "ResultSetMetadata": {"ColumnInfo": columns}}}
        return {**page, "NextToken": "more"} if left[at:] else page


def text(value: Any) -> str:
    """A value as Athena writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        moment = value.astimezone(UTC) if value.tzinfo else value
        return f"{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03}{' UTC' if value.tzinfo else ''}"
    return str(value)
