"""A tenant's lake in DuckDB: the view `events` over the files of its mirror, and nothing else of this machine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

import duckdb

from chalicelib.lake import parquet
from chalicelib.lake.columns import columns
from chalicelib.lake.parquet import text
from sluice.mirror import access, rejected, sealed, visits
from sluice.mirror.mirror import Snapshot
from sluice.questions.dialect import ACCESS, REFUSALS

EVENTS = "events"
# What a question may take of this machine.
MEMORY = "3GB"


class Source(NamedTuple):
    """One tenant's mirror: its folder, what of it is to be seen, its access logs' files, and those of what was refused."""

    folder: Path
    snapshot: Snapshot
    access: tuple[Path, ...] = ()
    rejected: tuple[Path, ...] = ()


def connect(
    tenants: Mapping[str, Source], since: date = date.min, until: date = date.max, *, memory: str = MEMORY
) -> duckdb.DuckDBPyConnection:
    """A connection that sees these tenants' events of these days: by the view of each one's name (`events` for a lone one)."""
    return sealed.connect(views(tenants, since, until), files(tenants, since, until), memory_limit=memory)


def views(tenants: Mapping[str, Source], since: date, until: date) -> dict[str, str]:
    """The SQL of each view of such a connection."""
    found = {name: view(source, since, until) for name, source in tenants.items()}
    if (lone := tenants.get(EVENTS)) is None:
        return found
    others = {ACCESS: access.view(lone.access), REFUSALS: rejected.view(lone.rejected)}
    return {**found, **others, **_spans(lone, since, until)}


def files(tenants: Mapping[str, Source], since: date, until: date) -> list[Path]:
    """All files that the views may read."""
    found = [file for source in tenants.values() for parts in _files(source, since, until) for file in parts]
    logs = [file for source in tenants.values() for file in (*source.access, *source.rejected)]
    return [*found, *map(visits.path, found), *logs]


def fault(source: Source, since: date = date.min, until: date = date.max) -> str | None:
    """Why this tenant's events of these days cannot be read, all of them, or None."""
    try:
        with connect({EVENTS: source}, since, until) as connection:
            connection.execute(f"SELECT count(COLUMNS(*)) FROM {EVENTS}").fetchall()
    except duckdb.Error as error:
        return str(error).splitlines()[0]
    return None


def view(source: Source, since: date = date.min, until: date = date.max) -> str:
    """The tenant's events of these days: compacted up to the watermark, raw after it with each eventId once a day."""
    return _events(*_files(source, since, until))


def _files(source: Source, since: date, until: date) -> tuple[list[Path], list[Path]]:
    """The files of these days: those that are a whole day, and those of which a day has several."""
    # The process of a person's own SQL is in another folder.
    snapshot, folder = source.snapshot, source.folder.absolute()
    days = snapshot.parts(since, until).values()
    whole = [folder / parts[0].path for parts in days if len(parts) == 1]
    return whole, [folder / part.path for parts in days if len(parts) > 1 for part in parts]


def _events(whole: Sequence[Path], pieces: Sequence[Path]) -> str:
    once = f"SELECT * FROM ({parquet.read(pieces)}) QUALIFY {parquet.FIRST_OF_DAY}" if pieces else parquet.read(())
    return f"SELECT {_names()}, {_PARTITION} FROM ({parquet.read(whole)} UNION ALL BY NAME ({once}))"


def _spans(source: Source, since: date, until: date) -> dict[str, str]:
    """The views of the visits that are kept and of the events of the other days, by name."""
    whole, pieces = _files(source, since, until)
    # Looked at once: another process may be keeping more of them at this moment.
    kept = {file: visits.path(file) for file in whole if visits.path(file).exists()}
    others = _events([file for file in whole if file not in kept], pieces)
    # The visit's own day: a visit that goes on after midnight is of the day before.
    files = f"FROM read_parquet([{', '.join(map(text, kept.values()))}], hive_partitioning = false)"
    none = f"FROM ({visits.over(EVENTS)}) WHERE false"
    return {visits.OTHERS: others, visits.VIEW: files if kept else none}


def is_sampled(connection: duckdb.DuckDBPyConnection, names: Iterable[str], since: date, until: date) -> bool:
    """Whether an event of these partitions counts as more than one."""
    within = f"WHERE dt BETWEEN '{since}' AND '{until}'"
    most = " UNION ALL ".join(f'SELECT max(sampleweight) AS most FROM "{name}" {within}' for name in names)
    ((most_of_all,),) = connection.execute(f"SELECT max(most) FROM ({most})").fetchall()
    return most_of_all is not None and most_of_all > 1


def schema() -> dict[str, str]:
    """The view's columns with their types in DuckDB."""
    return {**{column.name: column.duckdb for column in columns()}, **dict.fromkeys(PARTITION, "VARCHAR")}


PARTITION = ("year", "month", "day", "dt")
_PARTITION = "substr(dt, 1, 4) AS year, substr(dt, 6, 2) AS month, substr(dt, 9, 2) AS day, dt"


def _names() -> str:
    return ", ".join(f'"{column.name}"' for column in columns())
