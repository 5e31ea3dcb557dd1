"""What a week's counts are, by the SQL that publishes them, over a table of events in memory."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import msgspec

from chalicelib.records import Record
from sluice.mirror import ask, view, visits
from sluice.mirror.tenant import Place
from sluice.publishing import release
from sluice.publishing.release import Counts, Plan


def counts(place: Place, planned: Plan, *weeks: Sequence[Record]) -> list[Counts]:
    """The counts of each week's records without noise."""
    found = []
    with visits.connect(threads="1") as connection:
        columns = ", ".join(f'"{name}" {kind}' for name, kind in view.schema().items())
        connection.execute(f"CREATE TABLE {view.EVENTS} ({columns})")
        for week in weeks:
            _fill(connection, week)
            sql, values = ask.for_duckdb(release.library(), release.question(planned), [place])
            found.append(release.by_part(planned, ask.answer(connection, sql, values).rows))
    return found


def _fill(connection: duckdb.DuckDBPyConnection, found: Sequence[Record]) -> None:
    connection.execute(f"DELETE FROM {view.EVENTS}")
    names = list(view.schema())
    rows = []
    for one in found:
        said = {name.lower(): value for name, value in msgspec.to_builtins(one).items()}
        rows += [one.timestamp[:10] if name == "dt" else said.get(name.lower()) for name in names]
    if rows:
        mark = f"({', '.join('?' * len(names))})"
        connection.execute(f"INSERT INTO {view.EVENTS} VALUES {', '.join([mark] * len(found))}", rows)


def distance(one: Counts, other: Counts) -> dict[str, int]:
    """How far two weeks are from each other in each part, all of its keys together."""
    return {
        name: sum(abs(one[name].get(key, 0) - other[name].get(key, 0)) for key in one[name].keys() | other[name].keys())
        for name in one
    }
