"""Who asks by which user agent: from agents.toml and the package of crawlers into the SQL, `python -m docs.build.agents`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path

import crawleruseragents

from chalicelib.tracking.crawlers import WORDS
from sluice.questions.library import PACKAGED

KEPT = Path(__file__).with_name("agents.toml")
WRITTEN = (PACKAGED / "relations" / "agents.sql", PACKAGED / "queries" / "bots.sql")
# The relation looks for these words by themselves: a pattern with one of them in it finds nothing more.
NAMED = re.compile("bot|crawl|spider", re.IGNORECASE)
# Programs are what no browser is, by the relation's own words.
PROGRAMS = "http-library"
# Python's words for sets of characters, which Athena reads otherwise.
_SETS = {r"[\s\S]": r"(?:.|\n)", r"\s": "[ ]", r"\d": "[0-9]", r"\w": "[A-Za-z0-9_]", r"\/": "/", r"\-": "-"}


def names(kind: str) -> list[str]:
    """What is kept of this kind, the longest first: of two that begin alike the longer is found."""
    kept = tomllib.loads(KEPT.read_text(encoding="utf-8"))[kind]
    found = {name for text in kept.values() for name in re.split(r",\s+", text)}
    return sorted(found, key=lambda name: (-len(name), name.lower()))


def crawlers() -> list[str]:
    """The package's patterns that neither the words nor the names find, as both engines read them."""
    listed = crawleruseragents.CRAWLER_USER_AGENTS_DATA
    found = (one["pattern"] for one in listed if one["pattern"] not in WORDS and PROGRAMS not in one["tags"])
    return [_portable(pattern) for pattern in found if not NAMED.search(pattern)]


def written(sql: str) -> str:
    """The SQL of a relation or a question with what is kept: two lists of names, and in the relation one of patterns."""
    lists = {
        r", 1\), ''\) AS assistant\b": _alternatives(names("assistant")),
        r", 1\), ''\) AS ai\b": _alternatives(names("ai")),
        r"\) THEN 'listed'": "|".join(crawlers()),
    }
    for behind, pattern in lists.items():
        quoted = "'{}'".format(pattern.replace("'", "''"))
        sql = re.sub(rf"'(?:[^']|'')*'(?={behind})", lambda _, quoted=quoted: quoted, sql)
    return sql


def _alternatives(names: Iterable[str]) -> str:
    return f"(?i)({'|'.join(name.replace('.', '[.]') for name in names)})"


def _portable(pattern: str) -> str:
    for python, both in _SETS.items():
        pattern = pattern.replace(python, both)
    return pattern


def main() -> None:
    """Write the relation and the question again."""
    for path in WRITTEN:
        path.write_text(written(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
