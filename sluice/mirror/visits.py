"""The visits of each day, computed once and stored next to its Parquet: questions about visits then read no events.

To tell visits apart is to sort events, which of ten million takes longer than anybody waits. The relation `spans` does so
over events; `kept` does it over what is kept here. Only visits near midnight may go on in the next day's, and are joined.
"""

from __future__ import annotations

import hashlib
from functools import cache, lru_cache
from pathlib import Path

import duckdb
from sqlglot import exp

from chalicelib import allowlist
from chalicelib.lake import parquet
from chalicelib.lake.parquet import text
from sluice import visit
from sluice.questions import dialect, macros
from sluice.questions.library import BOTS, Library

# The views of what is kept, and of the events of those days of which nothing is.
VIEW, OTHERS = "kept_spans", "other_events"
_EVENTS = "part_events"
# A visit near midnight may go on in the next day's; twice as wide as the gap, since it costs little.
_NEAR = 2 * visit.SECONDS
_NEAR_MIDNIGHT = " OR ".join(f"({moment} + {_NEAR}) % 86400 < {2 * _NEAR}" for moment in ("began", "ended"))


def path(part: Path) -> Path:
    """Where the spans of this Parquet file are kept: under another name when the relations change."""
    return part.with_suffix(f".spans-{_digest()}")


def make(part: Path, scratch: Path) -> None:
    """Keep the spans of this Parquet file of one day; the scratch folder is on the same disk, and its owner clears it."""
    target = path(part)
    arriving = scratch / target.name
    with connect() as connection:
        connection.execute(f"SET memory_limit = {text(parquet.MEMORY)}")
        connection.execute(f"SET temp_directory = {text(scratch / 'spilled')}")
        connection.execute(f"CREATE VIEW {_EVENTS} AS {parquet.read([part])}")
        ordered = f"FROM ({over(_EVENTS)}) ORDER BY bots, began, visitkey"
        connection.execute(f"COPY ({ordered}) TO {text(arriving)} (FORMAT parquet, COMPRESSION zstd)")
    arriving.replace(target)


def connect(**config: str) -> duckdb.DuckDBPyConnection:
    """DuckDB, speaking the library's dialect."""
    connection = duckdb.connect(config=dict(config))
    connection.execute("SET TimeZone = 'UTC'")
    for macro in macros.MACROS:
        connection.execute(macro)
    return connection


@cache
def over(events: str) -> str:
    """What is kept of a table of events, as DuckDB's SQL: the relation `spans` for each choice of bots."""
    return " UNION ALL ".join(
        f"SELECT '{bots}' AS bots, {_NEAR_MIDNIGHT} AS near_midnight, * FROM ({_chosen(events, bots)})" for bots in BOTS
    )


def kept(library: Library) -> Library:
    """The library for a connection that has both views: what is kept is read, and the rest worked out."""
    return library.over(
        {"spans": _kept_spans(*(library.relations[name] for name in ("spans", "halves", "nearby_hits", "stamped")))}
    )


@lru_cache(16)
def _kept_spans(*relations: str) -> str:
    spans, halves, nearby, stamped = map(dialect.parse, relations)
    _over(nearby, "stamped", dialect.on_table(stamped, OTHERS))
    kept = f"FROM {VIEW} WHERE bots = :bots AND"
    near = f"SELECT {', '.join(halves.named_selects)} {kept} dt BETWEEN :near_from AND :near_to AND near_midnight"
    # What is whole on a day next to the range has no event in it.
    whole = f"SELECT {', '.join(spans.named_selects)} {kept} dt BETWEEN :dt_from AND :dt_to AND NOT near_midnight"
    _over(halves, "nearby_hits", nearby)
    _over(spans, "halves", dialect.parse(f"{near} UNION ALL {halves.sql('athena')}"))
    return f"{whole} UNION ALL {spans.sql('athena')}"


def _over(query: exp.Query, name: str, relation: exp.Query) -> None:
    """Let the query read this in place of the relation of this name, which it names once."""
    (table,) = (one for one in dialect.reads(query) if one.name == name)
    table.replace(relation.subquery(name))


def _chosen(events: str, bots: str) -> str:
    whole = Library().whole(dialect.parse("SELECT * FROM spans"), (), {})
    values = {"near_from": "0000-01-01", "near_to": "9999-12-31", "bots": bots, "zone": allowlist.UTC}
    for node in list(whole.find_all(exp.Placeholder)):
        node.replace(exp.Literal.string(values[node.name]))
    return dialect.to_duckdb(dialect.on_table(whole, events))


def _digest() -> str:
    return hashlib.sha256("".join([over(_EVENTS), *macros.MACROS]).encode()).hexdigest()[:8]
