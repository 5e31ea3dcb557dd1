"""One table a benchmark: name, figure, reference, ratio, target, and whether it is met."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median, quantiles

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

COLUMNS = ("name", "figure", "reference", "ratio", "target", "")


@dataclass(frozen=True)
class Row:
    """A line of a table; `ok` None is a figure without a target."""

    name: str
    figure: str
    reference: str = ""
    ratio: str = ""
    target: str = ""
    ok: bool | None = None

    @property
    def verdict(self) -> str:
        return {None: "", True: "ok", False: "SHORT"}[self.ok]


def show(title: str, rows: Sequence[Row]) -> bool:
    """Print the table; whether no row is short of its target."""
    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE, pad_edge=False)
    for column in COLUMNS:
        table.add_column(column, no_wrap=True)
    for row in rows:
        table.add_row(row.name, row.figure, row.reference, row.ratio, row.target, row.verdict)
    # A pipe has no width; without this the columns would be cut at 80.
    Console(width=150).print(table)
    return all(row.ok is not False for row in rows)


def compare(
    name: str, reference: str, measured: Sequence[tuple[float, float]], unit: str, target: float | None = None
) -> Row:
    """The row of (ours, reference) pairs, each measured together in one round: medians, and the middle half of ratios."""
    ours, theirs = (median(side) for side in zip(*measured, strict=True))
    low, ratio, high = quantiles([mine / other for mine, other in measured], n=4)
    return Row(
        name,
        f"{ours:.0f} {unit}",
        f"{reference} {theirs:.0f} {unit}",
        f"{ratio:.2f} ({low:.2f}-{high:.2f})",
        "" if target is None else f"<= {target:.2f}",
        None if target is None else ratio <= target,
    )
