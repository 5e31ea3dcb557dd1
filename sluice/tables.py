"""How every table is shown: whole in a pipe or a file; in a terminal that is too narrow, folded or record by record."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.measure import Measurement, measure_renderables
from rich.segment import Segment
from rich.table import Column, Table
from rich.text import Text

UNCUT = 1_000_000
# What a terminal would obey, or show in another order: controls but tab and line feed, and marks of direction.
_CONTROLS = {code: f"\\x{code:02x}" for code in (*range(9), *range(11, 32), *range(127, 160))}
_MARKS = {code: f"\\u{code:04x}" for code in (0x61C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A))}
FOLDED = 20  # what a folded column keeps at least: with less, a sentence is a word or two a line


class Terminal(Console):
    """A console on which stored names and texts are shown and never obeyed."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterator[Segment]:
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=plain(segment.text))


def plain(text: str) -> str:
    """The text with each control character as `\\x1b`."""
    return text.translate(_CONTROLS | _MARKS)


def one_line(text: str) -> str:
    """The same of a name or a reason that may hold a line feed, which would pass for a line of ours."""
    return plain(text.replace("\n", "\\n"))


def show(console: Console, table: Table) -> None:
    """Print a table: a program gets all that is in it, a person a form that fits the terminal."""
    if console.file.isatty():
        console.print(fitting(_readable(table), console))
    else:
        # A pipe may be of an encoding without lines to draw a table with.
        encoding = getattr(console.file, "encoding", None) or "utf-8"
        console.file.write(text(table).encode(encoding, "replace").decode(encoding))


def text(table: Table) -> str:
    """The whole table, as wide as it is."""
    console = Terminal(file=io.StringIO(), width=UNCUT, force_terminal=False, color_system=None)
    with console.capture() as captured:
        console.print(_readable(table))
    return captured.get()


def _readable(table: Table) -> Table:
    """The table with its texts plain: before their widths are measured, so that none is cut."""
    for column in table.columns:
        for cell in column.cells:
            if isinstance(cell, Text):
                cell.plain = plain(cell.plain)
    return table


def fitting(table: Table, console: Console) -> RenderableType:
    """The table where it fits, with long texts folded between words where that suffices, else a line for each value."""
    wide = console.options.update(width=UNCUT)
    whole = Measurement.get(console, wide, table).maximum
    if whole <= console.width:
        return table
    spans = [_span(column, console, wide) for column in table.columns]
    frame = whole - sum(span.maximum for span in spans)
    room = console.width - frame - sum(span.minimum for span in spans)
    if room < 0:
        return Group(*_records(table))
    _fold(table.columns, spans, room)
    return table


def _span(column: Column, console: Console, wide: ConsoleOptions) -> Measurement:
    """From the narrowest that reads well to all that the column wants; no word is ever broken."""
    span = measure_renderables(console, wide, _cells(column))
    return Measurement(max(span.minimum, min(span.maximum, FOLDED)), span.maximum)


def _fold(columns: Sequence[Column], spans: Sequence[Measurement], room: int) -> None:
    """Share the room that is left among the columns, to each what it wants at most."""
    by_want = sorted(zip(columns, spans, strict=True), key=lambda one: one[1].span)
    for waiting, (column, span) in zip(range(len(columns), 0, -1), by_want, strict=True):
        given = min(span.span, room // waiting)
        column.width = span.minimum + given
        room -= given


def _records(table: Table) -> Iterator[RenderableType]:
    """Each row as a line for each value that it has, and a blank line after it."""
    if table.title:
        yield table.title
    names, *rows = zip(*map(_cells, table.columns), strict=True)
    width = max(len(str(name)) for name in names)
    for row in rows if table.show_footer else rows[:-1]:
        lines = Table.grid(Column(style="bold", width=width), Column(overflow="fold"), padding=(0, 2))
        for name, value in zip(names, row, strict=True):
            if str(value):
                lines.add_row(name, value)
        yield lines
        yield Text()


def _cells(column: Column) -> list[RenderableType]:
    return [column.header, *column.cells, column.footer]
