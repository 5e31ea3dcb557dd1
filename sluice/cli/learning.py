"""The commands of learning across tenants: parse, call one function, print."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer
from rich.progress import Progress
from rich.table import Table

from sluice import files, tables
from sluice.cli.console import CONSOLE, ERRORS, AsJson, Stage, failing, say, to_json
from sluice.cli.lake import reporter, to_day
from sluice.learning.errors import LearningError
from sluice.learning.forms import Own, Subject, Terms

if TYPE_CHECKING:
    from sluice.learning.cards import Cards

DAYS = 56
commands = typer.Typer(rich_markup_mode=None)
group = typer.Typer(no_args_is_help=True, help="Models of a goal that tenants learn together, each from its own lake.")
commands.add_typer(group, name="learn")
Seed = Annotated[int, typer.Option(min=0, help="Which days are held out; of a trial also what is made up.")]
Rounds = Annotated[int, typer.Option(min=1, max=50, help="Rounds of averaging.")]
Clip = Annotated[float, typer.Option(min=0.01, max=100, help="The longest update of a tenant.")]
Noise = Annotated[float, typer.Option(min=0.1, max=1000, help="Noise in the sum, in lengths of the longest update.")]


@group.command()
def run(
    goal: Annotated[str, typer.Option(help="The goal, as the tenants' entries name it.")],
    since: Annotated[str | None, typer.Option("--from", help=f"First day; {DAYS} days back.")] = None,
    until: Annotated[str, typer.Option("--to", help="Last day.")] = "yesterday",
    out: Annotated[Path, typer.Option(help="A folder for the cards.")] = Path("learned"),
    seed: Seed = 0,
    rounds: Rounds = 6,
    clip: Clip = 1.0,
    noise: Noise = 3.2,
    stage: Stage = "local",
    as_json: AsJson = False,
) -> None:
    """Learn a goal with all tenants that opted in, and compare with what each learns alone.

    Example: sluice learn run --goal purchase --out learned
    """
    with failing():
        _require()
        from sluice.learning import run as running

        last = to_day(until)
        first = to_day(since) if since else last - timedelta(DAYS - 1)
        subject, terms = Subject(goal, first, last, seed), Terms(rounds, clip, noise)
        with _bar() as bar:
            found = running.found(stage, subject, reporter(bar))
            made = running.recorded(stage, subject, found, terms, out, _advance(bar, rounds))
    _show(made, as_json=as_json)
    if not as_json:
        say(
            f"{out / running.CARD} and {out / running.READABLE} are the operator's; each tenant has a file of its own there."
        )


@group.command("try")
def trial(
    tenants: Annotated[int, typer.Option(min=3, max=500, help="How many tenants are made up.")] = 50,
    absent: Annotated[int, typer.Option(min=0, help="How many of them go in the middle.")] = 5,
    seed: Seed = 1,
    rounds: Rounds = 6,
    clip: Clip = 1.0,
    noise: Noise = 3.2,
    as_json: AsJson = False,
) -> None:
    """The same with made-up tenants: nobody's data, no network.

    Example: sluice learn try --tenants 50 --absent 5
    """
    with failing():
        _require()
        from sluice.learning import trial as trying

        with _bar() as bar:
            made = trying.learned(tenants, absent, seed, Terms(rounds, clip, noise), _advance(bar, rounds))
    _show(made, as_json=as_json)


@group.command()
def publish(
    card: Annotated[Path, typer.Argument(help="The card.json that `sluice learn run` wrote.")],
    out: Annotated[Path, typer.Option(help="The shared model, as JSON.")] = Path("shared-model.json"),
    stage: Stage = "local",
) -> None:
    """Write what anyone may see of a shared model, once every tenant's budget has room for it.

    Example: sluice learn publish learned/card.json --out shared-model.json
    """
    with failing():
        _require()
        from sluice.learning import released, run

        files.require_folder(out)
        public = released.published(stage, released.card(card), datetime.now(UTC))
        files.replace(out, run.encoded(public))
    say(
        f"{out} is the shared model of {public.tenants} tenants: ε = {public.epsilon:.2f} at δ = {public.terms.delta:g} of each."
    )


@group.command()
def imitate(
    numbers: Annotated[Path, typer.Argument(help="The JSON that `sluice publish` wrote.")],
    out: Annotated[Path, typer.Option(help="A CSV of made-up visitor-days.")] = Path("imitated.csv"),
    seed: Seed = 0,
) -> None:
    """Make up visitor-days that add up to published numbers, to debug with.

    Example: sluice learn imitate published.json --out imitated.csv
    """
    with failing():
        _require()
        from sluice.learning import imitated

        files.replace(out, imitated.as_csv(imitated.published(numbers), seed))
    say(f"{out} has made-up visitor-days. What goes together in them is chance.")


@group.command()
def explain(
    file: Annotated[Path, typer.Argument(help="A tenant's file that `sluice learn run` wrote.")],
    as_json: AsJson = False,
) -> None:
    """Why a tenant's model predicts what it does: Shapley values of its largest segments, and the best change of each.

    Example: sluice learn explain learned/shop-analytics.json
    """
    with failing():
        _require()
        try:
            own = msgspec.json.decode(file.read_bytes(), type=Own)
        except msgspec.MsgspecError:
            raise LearningError(f"{file} is not a tenant's model; `sluice learn run` writes them") from None
    say(to_json(own.segments)) if as_json else _explain(own)


def _explain(own: Own) -> None:
    table = Table("segment", "visits", "observed", "predicted", "why (log odds)", "best change", "then")
    for one in own.segments:
        ordered = sorted(one.shapley.items(), key=lambda pair: -abs(pair[1]))[:3]
        change = one.change
        table.add_row(
            ", ".join(one.levels.values()),
            f"{one.visits:,}",
            f"{one.observed:.2%}",
            f"{one.rate:.2%}",
            ", ".join(f"{name} {value:+.2f}" for name, value in ordered),
            f"{change.feature}={change.level}" if change else "",
            f"{change.rate:.2%}" if change else "",
        )
    tables.show(CONSOLE, table)
    say("A change is what the model predicts of the same visits with one thing different. That is not a cause.")


def _show(made: Cards, *, as_json: bool) -> None:
    from sluice.learning import cards, readable

    if as_json:
        return say(to_json(made.card))
    table = Table(*readable.HEADINGS)
    for gain in made.card.gains:
        table.add_row(*readable.row(gain))
    tables.show(CONSOLE, table)
    for bucket, why in made.card.left_out.items():
        say(tables.one_line(f"{bucket} is left out: {why}"))
    if gone := sorted({name for names in made.card.missing for name in names}):
        say(f"Missing in some rounds: {', '.join(gone)}. No round waited.")
    say(cards.summary(made.card.gains))
    say(f"ε = {made.card.epsilon:.2f} at δ = {made.card.terms.delta:g}, for {made.card.unit}.")
    say(made.card.caveat)
    return None


def _require() -> None:
    """Raise LearningError where the extra is not installed."""
    if lacking := [name for name in ("numpy", "cryptography", "opendp") if find_spec(name) is None]:
        raise LearningError(f"learning needs {', '.join(lacking)}: pip install 'sluice[learning]'")


@contextmanager
def _bar() -> Iterator[Progress]:
    with Progress(console=ERRORS, transient=True, disable=not ERRORS.is_terminal) as bar:
        yield bar


def _advance(bar: Progress, rounds: int) -> Any:
    task = bar.add_task("rounds", total=rounds)
    return lambda: bar.advance(task)
