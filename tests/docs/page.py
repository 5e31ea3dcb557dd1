"""A page of the documentation, as its tests read it."""

from __future__ import annotations

import re


def blocks(text: str, kind: str) -> list[str]:
    """The page's fenced blocks of this kind, in order."""
    fences = re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [content for named, content in fences if named == kind]


def section(text: str, title: str) -> str:
    """What is below this heading of the second level."""
    return text.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def first_cells(text: str) -> list[str]:
    """The names in code in the first column of the text's tables."""
    cells = re.findall(r"^\| (`[^|]*) \|", text, re.MULTILINE)
    return [name for cell in cells for name in re.findall(r"`([^`]*)`", cell)]
