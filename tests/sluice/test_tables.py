"""Tables in a pipe and in a terminal: whole, folded, or record by record, and never cut."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sluice import tables
from tests import project
from tests.conftest import SAFARI, Tracker, event_body
from tests.paths import ROOT
from tests.terminals import in_pipe, in_terminal

BUCKET = "a-tenant-with-quite-a-long-name-analytics"
PAGE = "/articles/2026/how-a-page-with-a-long-address-came-to-be-shown-in-a-table-of-the-command-line"
COMMANDS = (
    ("tenants",),
    ("doctor",),
    ("query", "latest-visits", "--from", "yesterday"),
    ("query", "totals", "--from", "yesterday"),
)


@pytest.fixture
def visited(local: Tracker, tmp_path: Path) -> Path:
    """A project with one tenant that has one visit, whose values are long."""
    project.edit(tmp_path, (ROOT / "sluice.toml").read_text())
    (tmp_path / "sql").symlink_to(ROOT / "sql")
    local.call(event_body(bucket=BUCKET, page=PAGE, userAgent=SAFARI, referrer="https://www.a-long-name.example/"))
    return tmp_path


def values(command: tuple[str, ...], folder: Path, programs: str) -> list[Any]:
    as_json = ("--format", "json") if command[0] == "query" else ("--json",)
    rows = json.loads(in_pipe(*command, *as_json, cwd=folder, path=programs))
    assert rows
    # Moments are shown to the second by `tenants`; an account is not shown.
    return [value for row in rows for name, value in row.items() if value and name not in {"last_event", "owner"}]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_pipe_gets_every_value_on_one_line(command: tuple[str, ...], visited: Path, programs: str) -> None:
    lines = in_pipe(*command, cwd=visited, path=programs).splitlines()

    assert all(any(str(value) in line for line in lines) for value in values(command, visited, programs))
    assert not any("…" in line or "\x1b" in line for line in lines)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_terminal_of_80_columns_shows_every_value_and_breaks_no_word(
    command: tuple[str, ...], visited: Path, programs: str
) -> None:
    shown = in_terminal(*command, cwd=visited, path=programs)

    assert max(map(len, shown.splitlines())) <= 80
    assert "…" not in shown
    words = {word for value in values(command, visited, programs) for word in str(value).split() if len(word) < 40}
    assert [word for word in words if word not in shown] == []
    assert "".join(PAGE.split()) in "".join(shown.split()) or "latest-visits" not in command


def made(*rows: tuple[str, ...]) -> Table:
    table = Table("name", "what it says", "how many")
    for row in rows:
        table.add_row(*row)
    return table


def shown(table: Table, columns: int) -> list[str]:
    console = Console(file=io.StringIO(), width=columns)
    console.print(tables.fitting(table, console))
    return console.file.getvalue().splitlines()  # type: ignore[attr-defined]


SENTENCE = "a sentence that is much too long for one line of a narrow terminal"


def test_a_table_that_fits_stays_a_table() -> None:
    assert any(SENTENCE in line for line in shown(made(("one", SENTENCE, "7")), 100))


def test_a_long_text_is_folded_between_words_where_the_rest_fits() -> None:
    lines = shown(made(("a-name-that-is-kept-whole", SENTENCE, "1,000,000")), 75)

    assert {len(line) for line in lines} == {75}
    assert any("a-name-that-is-kept-whole" in line and "1,000,000" in line for line in lines)
    assert " ".join(line.split("│")[2].strip() for line in lines if line.startswith("│")) == SENTENCE


def test_a_table_that_cannot_be_folded_is_shown_record_by_record_without_empty_values() -> None:
    lines = shown(made(("one", SENTENCE, "7"), ("two", "", "8")), 40)

    assert [line.rstrip() for line in lines] == [
        "name          one",
        "what it says  a sentence that is much",
        "              too long for one line of a",
        "              narrow terminal",
        "how many      7",
        "",
        "name          two",
        "how many      8",
        "",
    ]


def test_a_foot_and_a_title_are_shown_among_the_records_too() -> None:
    table = Table("item", "dollars", title="A month", show_footer=True)
    table.columns[0].footer, table.columns[1].footer = "total", "$7,000,000"
    table.add_row("requests of a very long name", "$7,000,000")

    assert [line.split() for line in shown(table, 30)][-3:] == [["item", "total"], ["dollars", "$7,000,000"], []]
    assert shown(table, 30)[0].strip() == "A month"


def test_a_text_of_any_length_is_whole_in_a_pipe() -> None:
    assert "x" * 20_000 in tables.text(made(("one", "x" * 20_000, "7")))


def test_a_stage_without_tenants_says_so_in_place_of_an_empty_table(tmp_path: Path, programs: str) -> None:
    project.edit(tmp_path, (ROOT / "sluice.toml").read_text())

    assert (
        in_pipe("tenants", cwd=tmp_path, path=programs)
        == "No tenant's bucket is there yet; the first event makes a local one.\n"
    )
    assert in_pipe("tenants", "--json", cwd=tmp_path, path=programs) == "[]\n"


@pytest.mark.parametrize("text", ["a\x1b[2Jb", "a\x9b2Jb", "a\u202eb", "a\u2028b", "a\u061cb"])
def test_a_table_shows_what_a_terminal_would_obey(text: str) -> None:
    terminal = tables.Terminal(file=io.StringIO(), force_terminal=True, color_system=None, width=80)
    table = Table("name")
    table.add_row(Text(text))
    terminal.print(Text(text))
    for printed in (terminal.file.getvalue(), tables.text(table)):  # type: ignore[attr-defined]
        assert text[1] not in printed
        assert tables.plain(text) in printed
        assert tables.plain(text).startswith("a\\")
