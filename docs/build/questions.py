"""The questions of docs/querying.md: each with its parameters, its command, its SQL, and what a sample shop answers."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from chalicelib import settings
from chalicelib.lake.days import Days
from docs.build import blocks, sample
from sluice.mirror import answers, ask
from sluice.mirror.answers import Answer
from sluice.mirror.ask import Question
from sluice.mirror.mirror import Mirror
from sluice.mirror.tenant import OF_FOLDER, Place
from sluice.project.config import Allow, Stage
from sluice.questions.library import Library, Param, Query

PAGE = Path("docs") / "querying.md"
ROWS = 8
# Parameters for questions whose defaults would show too much, or nothing of interest.
GIVEN: Mapping[str, Mapping[str, str]] = {
    "funnel": {"steps": "/,/journal/*,form_start,form_submit"},
    "journeys": {"limit": "8"},
    "latest-events": {"limit": "5"},
    "latest-visits": {"limit": "5"},
    "stored-events": {"event": "purchase", "limit": "3"},
}
# Questions of a web server's log.
OF_BLOG = {"bots", "requests-by-status"}
_HEADER = re.compile(r"(?m)^--\s*(?:title|answers|param):.*\n")


def document(library: Library, given: Mapping[str, Answer]) -> str:
    """The generated part of the page: the library with these answers, by the questions' names."""
    asked = [library.get(name) for name in library.names()]
    links = [f"| [{one.title}](#{_anchor(one.title)}) | `{one.name}` |" for one in asked]
    contents = "\n".join(["| question | name |", "|---|---|", *links]) + "\n"
    return "\n".join([contents, *(_section(one, given[one.name]) for one in asked)])


def page(text: str, part: str) -> str:
    """The page with this part, and everything else unchanged."""
    return blocks.replaced(text, "questions", f"\n{part}\n")


def sampled(library: Library, root: Path) -> dict[str, Answer]:
    """What the sample in this store answers to every question."""
    return {name: _answer(library, library.get(name), root) for name in library.names()}


def command(query: Query) -> str:
    """The line that asks the sample this question."""
    tenant = [] if ask.of_all(query) else ["--bucket", _bucket(query)]
    days = ["--from", str(sample.FIRST), "--to", str(sample.LAST)]
    values = [f"--param '{name}={value}'" for name, value in GIVEN.get(query.name, {}).items()]
    return " ".join(["sluice query", query.name, *tenant, *days, *values])


def _answer(library: Library, query: Query, root: Path) -> Answer:
    question = Question(query, Days(sample.FIRST, sample.LAST), GIVEN.get(query.name, {}))
    buckets = [sample.SHOP, sample.BLOG] if ask.of_all(query) else [_bucket(query)]
    found = ask.here(library, question, [_place(root, bucket) for bucket in buckets], lambda what, done, total: None)
    assert isinstance(found, Answer)  # nothing was to be explained
    return found


def _bucket(query: Query) -> str:
    return sample.BLOG if query.name in OF_BLOG else sample.SHOP


def _place(root: Path, bucket: str) -> Place:
    allow = Allow(bucket, goals=sample.GOALS if bucket == sample.SHOP else ())
    given = settings.load({"ALLOWED_BUCKETS": bucket, "STORE": f"dir:{root}"})
    return Place(Stage("local", allow=(allow,)), bucket, allow, given, Mirror(root / OF_FOLDER / bucket))


def _section(query: Query, answer: Answer) -> str:
    sql = _HEADER.sub("", query.sql).strip()
    parts = (
        f"### {query.title}",
        query.answers,
        *([f"Parameters: {', '.join(map(_described, query.params))}."] if query.params else []),
        f"```console\n$ {command(query)}\n```",
        _table(answer),
        f"<details><summary>SQL</summary>\n\n```sql\n{sql}\n```\n\n</details>",
    )
    return "\n\n".join(parts) + "\n"


def _described(param: Param) -> str:
    default = "required" if param.default is None else f"`{param.default}`" if param.default else "empty"
    return f"`{param.name}` ({param.type}; {default})"


def _table(answer: Answer) -> str:
    """The first rows, numbers to the right, and how many more there are."""
    names, *rows = csv.reader(io.StringIO(answers.as_csv(answer).decode()))
    rules = ["--:" if kind.startswith(answers.NUMBERS) else "---" for kind in answer.types]
    lines = [names, rules, *islice(rows, ROWS)]
    more = f"\n\n… and {len(rows) - ROWS} more rows." if len(rows) > ROWS else ""
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines) + more


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def _anchor(title: str) -> str:
    return re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-")


def main() -> None:
    """Write the questions in docs/querying.md again: python -m docs.build.questions"""
    library = Library()
    with TemporaryDirectory(prefix="sluice-") as name:
        sample.fill(Path(name))
        part = document(library, sampled(library, Path(name)))
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), part), encoding="utf-8")


if __name__ == "__main__":
    main()
