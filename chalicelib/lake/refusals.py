"""The columns of what was refused and kept, one row a line of `rejected/`: those of Athena's table and of DuckDB's view."""

from __future__ import annotations

from typing import NamedTuple

from chalicelib import rejections
from chalicelib.rejections import Rejection

OF_REJECTED = "_rejected"  # the view of a tenant's table, on Athena


class Column(NamedTuple):
    """One column: the field of the line, its types, and what it says."""

    field: str
    athena: str
    duckdb: str
    text: str

    @property
    def name(self) -> str:
        return self.field.lower()


# The fields of a line. Its reason is in its key, too, and is read from there.
COLUMNS = (
    Column("field", "string", "VARCHAR", "The field that is at fault, or null."),
    Column("message", "string", "VARCHAR", "What the API answered, without personal data."),
    Column("serverTimestamp", "string", "VARCHAR", "When it came, in UTC."),
    Column("size", "bigint", "BIGINT", "How many bytes were sent."),
    Column("weight", "bigint", "BIGINT", "How many it counts for: `sum(weight)` is how many were refused."),
    Column("whole", "boolean", "BOOLEAN", "Whether the body has all that was sent."),
    Column("body", "string", "VARCHAR", "The first 4,096 bytes of what was sent, cleaned, or null."),
)
NAMES = ("reason", *(column.name for column in COLUMNS))
DAYS = ("year", "month", "day")  # the parts of the day, in the key


def reasons() -> list[str]:
    """Every reason for which something can be refused, in order: Athena computes where its partitions are from them."""
    found = (one for one in vars(rejections).values() if isinstance(one, type) and issubclass(one, Rejection))
    return sorted({one.reason for one in found if one is not Rejection})
