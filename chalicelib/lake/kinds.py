"""What is kept in days, raw and compacted: events, and with `chalicelib.access_logs.requests` the requests of access logs.

Compaction is the same for each kind; what differs is here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from chalicelib.allowlist import Entry
from chalicelib.lake import columns, parquet, raw
from chalicelib.lake.raw import Form
from chalicelib.prefixes import COMPACTED, MANIFESTS, RECORDS, Prefix


class Kind(NamedTuple):
    """One kind: its name, which its Parquet has, where its raw and its compacted days are, and how they are read and made."""

    name: str
    raw: Prefix
    compacted: Prefix
    form: Form
    # The digest of the columns; writes a file of lines as Parquet, and says of how many rows; how many rows are lost.
    schema: Callable[[], str]
    write: Callable[..., int]
    missing: Callable[[Path, Path], int]
    # What the end of a tenant's tables on Athena is called, before `_raw` and `_compacted`.
    table: str
    has: Callable[[Entry], bool]
    # Whether raw objects may come to a day that is closed, so that every night looks at the last few days again.
    comes_late: bool
    # Writes one file in place of several of a day; the kind whose raw objects end by themselves has none.
    merge: Callable[..., int] | None = None
    # After how many days a day's Parquet has no address's hash; None where that is kept.
    ip_days: int | None = None
    # What a day's object says besides of how it was made.
    said: Mapping[str, str] = MappingProxyType({})
    # The key by which tombstones are read (`tombstones.heeding`); a day of which people were erased is not made without it.
    secret: Callable[[], bytes] | None = None

    @property
    def watermark(self) -> str:
        """The key of its watermark: Athena, Spark and similar tools ignore names that begin with _ or . as not being data."""
        return f"{self.compacted.path}_watermark.json"

    def is_bare(self, day: date, today: date) -> bool:
        """Whether the day is so old that its Parquet has no address's hash."""
        return self.ip_days is not None and (today - day).days > self.ip_days

    def object_key(self, day: date) -> str:
        """The key of a day's Parquet."""
        return f"{self.compacted.path}dt={day.isoformat()}/{self.name}.parquet"

    def manifest_key(self, day: date) -> str:
        """The key of what names the day's files, where it is larger than one (`parts`)."""
        return f"{self.compacted.path}{MANIFESTS}dt={day.isoformat()}/manifest"


EVENTS = Kind(
    name="events",
    raw=RECORDS,
    compacted=COMPACTED,
    form=raw.RECORD,
    schema=columns.schema,
    write=parquet.write,
    missing=parquet.missing,
    table="",
    has=lambda entry: True,
    comes_late=False,
    merge=parquet.merge,
)
