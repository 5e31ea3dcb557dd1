"""The table of variables in docs/settings.md: `python -m docs.build.settings` writes it again."""

from __future__ import annotations

from pathlib import Path

from chalicelib.settings import VARIABLES
from docs.build import blocks

PAGE = Path(__file__).parent.parent / "settings.md"
HEAD = "| variable | values | default | in sluice.toml |\n|---|---|---|---|\n"


def table() -> str:
    """The variables as Markdown, a line each."""
    rows = ((f"`{one.name}`", one.values, one.default, f"`{one.key}`" if one.key else "") for one in VARIABLES)
    return HEAD + "".join("".join(f"| {cell} " if cell else "| " for cell in row) + "|\n" for row in rows)


def page(text: str) -> str:
    """The page with the table as it is now."""
    return blocks.replaced(text, "settings", table())


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text()))
