"""Days in parts on Athena: a table over their manifests, and the view that reads these days from it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from chalicelib.lake import athena_view
from chalicelib.lake.kinds import EVENTS
from chalicelib.prefixes import MANIFESTS

OF_PARTS = "_parts"
# No day: a list in SQL has at least one.
NONE = date.min
_PLACE = EVENTS.compacted.path
# As Delta Lake's manifests are read, too. The names are Hive's.
_FOLLOWED = """ROW FORMAT SERDE 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe'
STORED AS INPUTFORMAT 'org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
"""


def table(compacted: str) -> str:
    """The statement that makes the table over manifests, from the one that makes the compacted table."""
    text = compacted.replace("_compacted (", f"{OF_PARTS} (").replace("STORED AS PARQUET\n", _FOLLOWED)
    return text.replace(f"/{_PLACE}", f"/{_PLACE}{MANIFESTS}")


def view(plain: str, days: Collection[date]) -> str:
    """The view in which these days are read from their parts, from the one that knows of none."""
    head, _, raw = plain.partition("UNION ALL\n")
    made, _, whole = head.partition(" AS\n")
    listed = athena_view.listed([day.isoformat() for day in days or (NONE,)])
    parts = whole.replace("_compacted\n", f"{OF_PARTS}\n")
    return f"{made} AS\n{whole}  AND dt NOT IN {listed}\nUNION ALL\n{parts}  AND dt IN {listed}\nUNION ALL\n{raw}"
