"""What the files of learning hold: the cards of a shared model, and what they are made of."""

from __future__ import annotations

from datetime import date

import msgspec

# The columns of made-up visitor-days.
IMITATED = ("day", "source", "country", "page")


class Feature(msgspec.Struct, frozen=True):
    """One feature: its levels, and how it is made of a visit."""

    name: str
    levels: tuple[str, ...]
    made: str


class Terms(msgspec.Struct, frozen=True):
    """How a shared model is made private: its rounds, the longest update, the noise in lengths of that, and the δ it is for."""

    rounds: int = 6
    clip: float = 1.0
    noise: float = 3.2
    delta: float = 1e-6


class Score(msgspec.Struct, frozen=True):
    """How well a model predicts visits it has not seen. `auc` is None where all of them reached the goal, or none."""

    log_loss: float
    auc: float | None


class Change(msgspec.Struct, frozen=True):
    """One feature of all visits of a segment at another level, and the rate that is predicted then."""

    feature: str
    level: str
    rate: float


class Segment(msgspec.Struct, frozen=True):
    """Visits that are alike: what is predicted, what each feature adds to the tenant's base, and the best change of one."""

    levels: dict[str, str]
    visits: int
    observed: float
    rate: float
    score: float
    shapley: dict[str, float]
    change: Change | None


class Subject(msgspec.Struct, frozen=True):
    """What was learned: visits of these days, and which days are held out."""

    goal: str
    since: date
    until: date
    seed: int


class Gain(msgspec.Struct, frozen=True):
    """How well visits of the held-out days are predicted: by the tenant's own model, the shared one, and both together."""

    bucket: str
    visits: int
    reached: int
    digest: str
    local: Score
    shared: Score
    together: Score

    @property
    def gained(self) -> float:
        """How much log loss the tenant's model lost by learning together; below zero it got worse."""
        return self.local.log_loss - self.together.log_loss


class Card(msgspec.Struct, frozen=True):
    """The operator's: the shared model, how it was made, and what it brought each tenant."""

    subject: Subject
    at: str
    version: str
    features: tuple[Feature, ...]
    weights: dict[str, float]
    terms: Terms
    epsilon: float
    unit: str
    gains: list[Gain]
    missing: list[list[str]]
    left_out: dict[str, str]
    caveat: str


class Own(msgspec.Struct, frozen=True):
    """One tenant's: its model, learned together, and what explains it. Exact, so nobody else may have it."""

    subject: Subject
    gain: Gain
    home: str
    strength: float
    intercept: float
    weights: dict[str, float]
    base: float
    segments: list[Segment]


class Public(msgspec.Struct, frozen=True):
    """What anybody may see: the shared weights with their noise, and nothing that was measured on visits without it."""

    goal: str
    since: date
    until: date
    tenants: int
    features: tuple[Feature, ...]
    weights: dict[str, float]
    terms: Terms
    epsilon: float
    unit: str
