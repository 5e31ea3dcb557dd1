"""The process of one person's own SQL: it limits itself, and parses, checks, translates and asks what it is sent.

It has no environment of the server's, and a folder of its own. `own` starts and ends it.
"""

from __future__ import annotations

import os
import resource
import select
import shutil
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Literal

import duckdb
import msgspec

from chalicelib.lake.days import Days
from sluice.mirror import door, guard, messages, sealed
from sluice.mirror.messages import Fault, Head, Known, Limits, Ready, Rows, Task, Text, Written
from sluice.questions import dialect, lint, made, statement
from sluice.questions.dialect import QueryError
from sluice.questions.library import Library, Prepared, explain_missing

THREADS = 2
SPILLED = "spilled"
# Rows that are sent at a time.
SOME = 100
# Bytes of a request: the library's relations and the files of a mirror.
MOST = 2**26
# Types whose values are sent as they are; a loop of Python's over the others takes its time.
_PLAIN = {"VARCHAR", "DOUBLE", "FLOAT", "BOOLEAN", "TINYINT", "SMALLINT", "INTEGER", "BIGINT"}
TOO_DEEP = "your SQL is nested too deeply; ask a shorter question"


def main(limits: str) -> None:
    """Answer requests for as long as somebody sends them."""
    # What a library prints must not be among the replies.
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    allowed = msgspec.json.decode(limits, type=Limits)
    bind(allowed)
    os.nice(10)  # the server's pages go first
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with suppress(EOFError, BrokenPipeError):
        _serve(partial(messages.write, replies), allowed)
    _end_with_parent()


def _serve(say: Callable[[bytes], None], limits: Limits) -> None:
    say(messages.encoded(Ready()))
    while True:
        request = messages.decoded(messages.read(sys.stdin.buffer, MOST), messages.Request)
        for reply in _replies(request, limits):
            say(reply)


def bind(limits: Limits) -> None:
    """Let this process take no more than this. The system ends it for its time, should nobody else."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime + THREADS * limits.seconds) + 2
    for what, most in (
        (resource.RLIMIT_AS, limits.space),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, limits.disk),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _end_with_parent() -> None:
    """End at once when nobody holds the other end of stdin any more: a server that was killed has killed nobody."""
    ends = select.poll()
    ends.register(sys.stdin.fileno(), 0)  # of its end alone; requests are the main thread's
    ends.poll()
    shutil.rmtree(Path.cwd(), ignore_errors=True)
    os._exit(1)


def _replies(request: Text | Task, limits: Limits) -> Iterator[bytes]:
    """The replies to a request; the last is a fault where it cannot be answered."""
    try:
        if isinstance(request, Text):
            yield messages.encoded(Known(_is_of_all(request.sql)))
        elif request.engine == "athena":
            yield messages.encoded(to_athena(request, limits))
        else:
            yield from _from_duckdb(request, limits)
    except QueryError as error:
        yield _fault("query", str(error))
    except RecursionError:
        yield _fault("query", TOO_DEEP)
    except (MemoryError, duckdb.OutOfMemoryException):
        yield _fault("much", limits.much_memory)
    except duckdb.Error as error:
        # What does not fit into the memory is spilled, until the disk's limit.
        is_full = isinstance(error, duckdb.IOException) and SPILLED in str(error)
        yield _fault("much", limits.much_memory) if is_full else _explained(error, request)


def _fault(kind: Literal["query", "mirror", "much"], message: str) -> bytes:
    return messages.encoded(Fault(kind, message))


def _explained(error: duckdb.Error, request: Text | Task) -> bytes:
    """DuckDB's error as ours: a file that cannot be read, or what is near to a column that is not there."""
    said = str(error)
    if "expression depth" in said:  # DuckDB names a setting that nobody can change here
        return _fault("query", TOO_DEEP)
    if not isinstance(request, Task):
        return _fault("query", said)
    said = _unplaced(said, request)
    first = said.splitlines()[0]
    if isinstance(error, duckdb.IOException | duckdb.InvalidInputException) and ".parquet" in first:
        return _fault("mirror", first)
    return _fault("query", explain_missing(said, request.columns, request.readable))


def _unplaced(said: str, task: Task) -> str:
    """The message without the folders of the files: where the server keeps its mirrors is its own."""
    for file in task.files:
        said = said.replace(file, file.rpartition("/")[2])
    return said


def _is_of_all(sql: str) -> bool:
    return made.is_of_all(door.parsed(sql))


def prepared(task: Task) -> Prepared:
    """The person's question behind the relations that it names, and its values; QueryError where it may not be asked."""
    query = door.parsed(task.sql)
    lint.refuse(query)
    guard.refuse_statements(query)
    guard.refuse_names(query, {*task.readable, *task.relations, *(task.views or ()), *task.tenants.values()})
    guard.refuse_others(query, task.readable)
    library = Library()
    library.relations = task.relations
    return library.prepare(
        task.sql, given=task.given, days=Days(*task.days), goals=task.goals, tenants=task.tenants, sites=task.sites
    )


def to_athena(task: Task, limits: Limits) -> Written:
    """The statement that Athena is sent; QueryError where it would read what is not these tenants'."""
    asked, tables = prepared(task), [*task.tenants.values()]
    lint.refuse(asked.expression)
    query = dialect.on_table(asked.expression, tables[0])
    if task.is_of_days:
        days = Days(*task.days)
        query = guard.of_days(query, tables, *(days.partitions if _is_of_all(task.sql) else days.nearby))
    if limits.rows is not None:
        query = guard.at_most(limits.rows + 1, query)
    sql, literals = statement.to_athena(query, asked.values)
    guard.refuse_others(dialect.parse(sql), guard.with_others(tables))
    return Written(sql, dict(asked.values), literals)


def _from_duckdb(task: Task, limits: Limits) -> Iterator[bytes]:
    """The statement, then the answer where it is asked for."""
    asked = prepared(task)
    lint.refuse(asked.expression)
    written = Written(dialect.to_duckdb(asked.expression), dict(asked.values))
    yield messages.encoded(written)
    if task.views is None:
        return
    try:
        connection = _connected(task.views, task.files, limits)
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error as error:
        yield _fault("mirror", _unplaced(str(error), task).splitlines()[0])
        return
    with connection:
        yield from _answer(connection.execute(written.sql, written.values), limits)


def _connected(views: Mapping[str, str], files: Sequence[str], limits: Limits) -> duckdb.DuckDBPyConnection:
    # The folder is this process's own: what is spilled goes with it.
    spilled = {"temp_directory": SPILLED, "max_temp_directory_size": f"{limits.disk}B"}
    return sealed.connect(views, files, memory_limit=f"{limits.memory}B", threads=str(THREADS), **spilled)


def _answer(cursor: duckdb.DuckDBPyConnection, limits: Limits) -> Iterator[bytes]:
    """The rows, one more than wanted where there are so many; a fault where they are of too many bytes."""
    described = [(one[0], str(one[1])) for one in cursor.description or []]
    yield messages.encoded(Head([name for name, _ in described], [kind for _, kind in described]))
    odd = [place for place, (_, kind) in enumerate(described) if kind not in _PLAIN]
    left, size = limits.rows + 1 if limits.rows is not None else sys.maxsize, 0
    rows: list[Any] | None = None
    while rows is None or rows:
        rows = [list(row) for row in cursor.fetchmany(min(left, SOME))] if left else []
        for row in rows:
            for place in odd:
                row[place] = messages.sent(row[place])
        message = messages.encoded(Rows(rows))
        left, size = left - len(rows), size + messages.size(rows, message)
        if size > limits.answer:
            yield _fault("much", limits.much_answer)
            return
        yield message


if __name__ == "__main__":
    main(*sys.argv[1:])
