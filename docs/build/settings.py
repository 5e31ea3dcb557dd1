"""The tables of variables in docs/settings.md and docs/dashboard.md: `python -m docs.build.settings` writes them again."""

from __future__ import annotations

from pathlib import Path

from chalicelib.settings import VARIABLES
from docs.build import blocks
from sluice.dashboard.door import settings as door

PAGE = Path(__file__).parent.parent / "settings.md"
DASHBOARD = PAGE.with_name("dashboard.md")
HEAD = "| variable | values | default | in sluice.toml |\n|---|---|---|---|\n"


def table() -> str:
    """The variables as Markdown, a line each."""
    rows = ((f"`{one.name}`", one.values, one.default, f"`{one.key}`" if one.key else "") for one in VARIABLES)
    return HEAD + "".join("".join(f"| {cell} " if cell else "| " for cell in row) + "|\n" for row in rows)


def page(text: str) -> str:
    """The page with the table as it is now."""
    return blocks.replaced(text, "settings", table())


def dashboard(text: str) -> str:
    """The dashboard's page with its table as it is now."""
    rows = "".join(f"| `{one.name}` | {one.values} | {one.default} |\n" for one in door.VARIABLES)
    return blocks.replaced(text, "door", f"| variable | values | default |\n|---|---|---|\n{rows}")


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text()))
    DASHBOARD.write_text(dashboard(DASHBOARD.read_text()))
