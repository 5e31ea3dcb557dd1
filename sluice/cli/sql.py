"""The commands for files of SQL: parse, call one function, print."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sluice.athena import tables
from sluice.cli.console import failing, say
from sluice.project import folder
from sluice.questions import library, lint

EXAMPLES = Path("sql") / "example-queries.sql"

Check = Annotated[bool, typer.Option("--check", help="Write nothing; exit code 1 where it is stale.")]

commands = typer.Typer(rich_markup_mode=None)
sql_commands = typer.Typer(no_args_is_help=True, help="The library of questions, and your own under sql/.")
commands.add_typer(sql_commands, name="sql")


@sql_commands.command("lint")
def findings() -> None:
    """What is wrong with the library's SQL and yours in sql/: dialect traps, missing headers, what would not prune (exit code 1).

    Example: sluice sql lint
    """
    with failing():
        folder.require()
    folders = (library.PACKAGED, library.OF_LOGS, library.FOLDER, library.FOLDER / library.OF_LOGS.name)
    found = [finding for one in folders for finding in lint.lint_folder(one)]
    for finding in found:
        say(f"{finding.file}:{finding.line}: {finding.rule}: {finding.message}")
    say(f"{len(found)} findings in {len({path for one in folders for path in one.rglob('*.sql')})} files.")
    raise typer.Exit(1 if found else 0)


@sql_commands.command()
def examples(check: Check = False) -> None:
    """Write sql/example-queries.sql: every question as Athena takes it, for pasting.

    Example: sluice sql examples
    """
    with failing():
        folder.require()
        text = library.examples(library.Library())
    _write(EXAMPLES, text, "the questions are", "sluice sql examples", check)


@sql_commands.command()
def setup(check: Check = False) -> None:
    """Write the record's columns into sql/athena-setup.sql, which `sluice athena setup` fills in.

    Example: sluice sql setup
    """
    with failing():
        folder.require()
        text = tables.written()
    _write(tables.FILE, text, "the record is", "sluice sql setup", check)


def _write(file: Path, text: str, follows: str, command: str, check: bool) -> None:
    """Write the file, or with `check` say whether it is what would be written."""
    if check and (not file.exists() or file.read_text(encoding="utf-8") != text):
        say(f"{file} is stale; run `{command}`.")
        raise typer.Exit(1)
    if not check:
        file.write_text(text, encoding="utf-8")
    say(f"{file} is as {follows}.")
