"""The picture of the rooms in docs/architecture.md, from the imports: `python -m docs.build.rooms` draws it again."""

from __future__ import annotations

from pathlib import Path

from docs.build import blocks
from tests import house

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "architecture.md"
# They make documents and the demo, and nothing imports them.
_ASIDE = {"docs", "docs.build", "demo"}


def picture() -> str:
    """The rooms as a graph of Mermaid: an arrow for each import between two, without those that others imply."""
    arrows: dict[str, set[str]] = {}
    for module, found in house.imports(ROOT).items():
        here = house.room(module, ROOT)
        arrows.setdefault(here, set()).update(house.room(one, ROOT) for one in found)
    arrows = {here: there - {here} for here, there in arrows.items() if here not in _ASIDE}
    lines = [f"    {here} --> {there}\n" for here in sorted(arrows) for there in sorted(_direct(here, arrows))]
    return f"```mermaid\ngraph TD\n{''.join(lines)}```\n"


def page(text: str) -> str:
    """The page with the picture as it is now."""
    return blocks.replaced(text, "rooms", picture())


def _direct(room: str, arrows: dict[str, set[str]]) -> set[str]:
    return arrows[room] - set().union(*(_below(one, arrows) for one in arrows[room]))


def _below(room: str, arrows: dict[str, set[str]]) -> set[str]:
    """Every room that this one imports, also by way of others."""
    return arrows[room].union(*(_below(one, arrows) for one in arrows[room]))


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
