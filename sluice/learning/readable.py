"""The operator's card as text: what it is, what it brought, how it was made private, and what it does not do."""

from __future__ import annotations

from collections.abc import Iterable

from sluice.learning import cards
from sluice.learning.forms import Card, Gain, Score

HEADINGS = ("tenant", "visits", "log loss alone", "shared", "together", "gain", "AUC alone", "together")

_LEGEND = (
    "Log loss and AUC are of held-out days. Shared is the shared weights with the tenant's own base rate. Together is the "
    "tenant's own model, drawn to the shared weights as strongly as its other days suggest."
)


def markdown(card: Card) -> str:
    """The card as Markdown."""
    subject = card.subject
    parts = [
        f"# Model of the goal {subject.goal!r}",
        f"Visits of {subject.since} to {subject.until}; every fifth day is held out (seed {subject.seed}). Made at {card.at} "
        f"by Sluice {card.version}.",
        cards.summary(card.gains),
        _table(HEADINGS, map(row, card.gains)),
        _LEGEND,
        "## Privacy\n\n" + _privacy(card),
        card.caveat,
        "## Who was missing\n\n" + _missing(card),
        "## Features\n\n"
        + _table(("feature", "levels", "made"), ((f.name, ", ".join(f.levels), f.made) for f in card.features)),
        "Weights say what goes together with the goal, not what causes it.",
        "## Shared weights\n\n"
        + _table(("level", "weight"), ((name, f"{one:+.3f}") for name, one in card.weights.items())),
        "## Data\n\n" + _table(("tenant", "SHA-256 of its rows"), ((one.bucket, one.digest) for one in card.gains)),
    ]
    return "\n\n".join(parts) + "\n"


def _privacy(card: Card) -> str:
    terms = card.terms
    return (
        f"{terms.rounds} rounds; an update is at most {terms.clip:g} long, and the sum of all has discrete Gaussian noise of "
        f"{terms.noise:g} times that. OpenDP adds up: ε = {card.epsilon:.2f} at δ = {terms.delta:g}, for {card.unit}. "
        "The tenants' own models and this table have no noise."
    )


def row(one: Gain) -> tuple[str, ...]:
    """A tenant's line of the table."""
    losses = (f"{score.log_loss:.4f}" for score in (one.local, one.shared, one.together))
    return (one.bucket, f"{one.visits:,}", *losses, f"{one.gained:+.4f}", _auc(one.local), _auc(one.together))


def _auc(score: Score) -> str:
    return "" if score.auc is None else f"{score.auc:.3f}"


def _missing(card: Card) -> str:
    rounds = [f"- round {number}: {', '.join(names)}" for number, names in enumerate(card.missing, 1) if names]
    left_out = [f"- {bucket}: {why}" for bucket, why in card.left_out.items()]
    return "\n".join([*rounds, *left_out]) or "Nobody."


def _table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    named = list(headings)
    lines = [named, ["---"] * len(named), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
