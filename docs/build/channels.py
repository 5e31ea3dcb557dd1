"""The table of channels in docs/querying.md, from the relation that works them out: `python -m docs.build.channels`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from docs.build import blocks
from sluice.questions.library import PACKAGED

PAGE = Path(__file__).parent.parent / "querying.md"
RELATION = PACKAGED / "relations" / "spans.sql"
# A comment with what a line says and where GA4 says otherwise, then the line.
_LINE = re.compile(r"-- \| (?P<when>.*) \| (?P<otherwise>.*)\|\n\s*(?:WHEN .* THEN|ELSE) '(?P<channel>[^']+)'")


class Line(NamedTuple):
    """A channel, when it is one, and how and why GA4's default channel group differs."""

    channel: str
    when: str
    otherwise: str


def lines() -> list[Line]:
    """The lines of the table in the order in which they are asked."""
    found = _LINE.finditer(RELATION.read_text(encoding="utf-8"))
    return [Line(one["channel"], one["when"].strip(), one["otherwise"].strip()) for one in found]


def table() -> str:
    """The lines as Markdown."""
    rows = [f"| {number} | {one.channel} | {one.when} | {one.otherwise} |\n" for number, one in enumerate(lines(), 1)]
    return "| | channel | when | in GA4 |\n|---|---|---|---|\n" + "".join(rows)


def page(text: str) -> str:
    """The page with the table as it is now."""
    return blocks.replaced(text, "channels", table())


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
