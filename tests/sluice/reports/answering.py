"""Athena's place taken by DuckDB: what Lambda sends is parsed again, and asked of a folder's mirror."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from sluice.mirror import ask, view
from sluice.mirror.answers import Answer
from sluice.mirror.tenant import Place
from sluice.mirror.view import Source
from sluice.questions import dialect

_TYPES = {"BIGINT": "bigint", "INTEGER": "integer", "DOUBLE": "double", "VARCHAR": "varchar", "HUGEINT": "bigint"}


class Duck:
    """As much of Athena's client as the job calls. `fails` says of a statement why it fails, if it does."""

    def __init__(self, place: Place, fails: Callable[[str], str] = lambda sql: "") -> None:
        since, until = place.days()[0], place.days()[-1]
        source = Source(place.mirror.folder, place.snapshot(since, until, lambda *_: None), place.access(since, until))
        self._connection = view.connect({view.EVENTS: source})
        self._table, self._fails = place.table, fails
        # What it is asked of does not change.
        self.answer = cache(self._answer)
        self.asked: list[str] = []
        self.stopped: list[str] = []

    def start_query_execution(self, QueryString: str, WorkGroup: str, QueryExecutionContext: Any) -> Any:
        self.asked.append(QueryString)
        return {"QueryExecutionId": str(len(self.asked) - 1)}

    def get_query_execution(self, QueryExecutionId: str) -> Any:
        reason = self._fails(self.asked[int(QueryExecutionId)])
        state = {"State": "FAILED", "StateChangeReason": reason} if reason else {"State": "SUCCEEDED"}
        return {"QueryExecution": {"Status": {"State": "RUNNING"} if reason == "RUNNING" else state}}

    def stop_query_execution(self, QueryExecutionId: str) -> None:
        self.stopped.append(QueryExecutionId)

    def get_paginator(self, name: str) -> Any:
        return self

    def paginate(self, QueryExecutionId: str) -> Iterator[Any]:
        """Pages of ten rows."""
        answer = self.answer(self.asked[int(QueryExecutionId)])
        kinds = [_TYPES.get(kind.partition("(")[0], "varchar") for kind in answer.types]
        columns = [{"Name": name, "Type": kind} for name, kind in zip(answer.columns, kinds, strict=True)]
        texts = [answer.columns, *([None if one is None else str(one) for one in row] for row in answer.rows)]
        rows = [{"Data": [{} if one is None else {"VarCharValue": one} for one in row]} for row in texts]
        for at in range(0, len(rows), 10):
            yield {"ResultSet": {"ResultSetMetadata": {"ColumnInfo": columns}, "Rows": rows[at : at + 10]}}

    def _answer(self, sql: str) -> Answer:
        """What DuckDB answers to Athena's statement."""
        ours = re.sub(rf"\b{self._table}_access\b", "access", sql)
        ours = re.sub(rf"\b{self._table} AS\b", "events AS", ours)
        return ask.answer(self._connection, dialect.to_duckdb(dialect.parse(ours)), {})
