"""The table of columns in docs/querying.md: `python -m docs.build.columns` writes it again."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_type_hints

import msgspec

from chalicelib.lake.columns import columns
from chalicelib.records import Record
from docs.build import blocks

PAGE = Path(__file__).parent.parent / "querying.md"
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


def page(text: str) -> str:
    """The page with the table as it is now."""
    return blocks.replaced(text, "columns", table())


def _description(hint: Any) -> str:
    (meta,) = hint.__metadata__
    return str(meta.description)


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
