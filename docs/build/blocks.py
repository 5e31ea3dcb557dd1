"""The generated blocks of a page: what is between `<!-- name -->` and `<!-- /name -->`."""

from __future__ import annotations


def replaced(page: str, name: str, block: str) -> str:
    """The page with this block, whole lines, between the marks of that name; ValueError where each mark is not there once."""
    before, rest = page.split(f"<!-- {name} -->\n")
    _, after = rest.split(f"<!-- /{name} -->\n")
    return f"{before}<!-- {name} -->\n{block}<!-- /{name} -->\n{after}"
