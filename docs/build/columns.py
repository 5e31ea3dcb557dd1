"""The tables of columns in docs/querying.md and docs/rejected.md: `python -m docs.build.columns` writes them again."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_type_hints

import msgspec

from chalicelib.lake import refusals
from chalicelib.lake.columns import columns
from chalicelib.records import Record
from docs.build import blocks

PAGE = Path(__file__).parent.parent / "querying.md"
REJECTED = PAGE.with_name("rejected.md")
# What the view adds: the day's parts.
PARTS = {
    "year": "of the day: `'2026'`",
    "month": "`'11'`",
    "day": "`'09'`",
    "dt": "`'2026-11-09'`, the UTC day that the event counts for",
}


def table() -> str:
    """The view's columns as Markdown, each with its type and what its field says of itself."""
    hints = get_type_hints(Record, include_extras=True)
    fields = msgspec.structs.fields(Record)
    said = {field.encode_name: _description(hints[field.name]) for field in fields}
    rows = [(column.name, column.athena, said[column.field]) for column in columns()]
    rows += [(name, "string", text) for name, text in PARTS.items()]
    return "| column | type | |\n|---|---|---|\n" + "".join(f"| `{a}` | `{b}` | {c} |\n" for a, b, c in rows)


def of_rejected(text: str) -> str:
    """The page about rejected events with the columns of `rejected` as they are now."""
    rows = [("reason", "string", "Why: the name of the rejection, as the API answered it.")]
    rows += [(one.name, one.athena, one.text) for one in refusals.COLUMNS]
    rows += [("dt", "string", "`'2026-11-09'`, the UTC day on which it came; also `year`, `month` and `day`")]
    rows += [("local_day", "string", "the same in the zone that is asked for")]
    table = "| column | type | |\n|---|---|---|\n" + "".join(f"| `{a}` | `{b}` | {c} |\n" for a, b, c in rows)
    return blocks.replaced(text, "columns", table)


def page(text: str) -> str:
    """The page with the table as it is now."""
    return blocks.replaced(text, "columns", table())


def _description(hint: Any) -> str:
    (meta,) = hint.__metadata__
    return str(meta.description)


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    REJECTED.write_text(of_rejected(REJECTED.read_text(encoding="utf-8")), encoding="utf-8")
