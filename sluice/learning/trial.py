"""A trial over made-up tenants: what masks, noise and missing tenants do, without anybody's data."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from sluice.learning import features, run, synthetic
from sluice.learning.cards import Cards
from sluice.learning.errors import LearningError
from sluice.learning.federated import Learner
from sluice.learning.forms import Subject, Terms
from sluice.learning.run import Found

GOAL = "purchase"


def learned(tenants: int, absent: int, seed: int, terms: Terms, progress: Callable[[], Any] = lambda: None) -> Cards:
    """The cards of so many made-up tenants, of whom `absent` go: half before they send, half after."""
    if absent * 2 >= tenants:
        raise LearningError("--absent must leave more than half of the tenants")
    data = {name: features.read(visits, seed) for name, visits in synthetic.tenants(tenants, seed)}
    learners = [_learner(name, one, place, absent) for place, (name, one) in enumerate(data.items())]
    last = synthetic.FIRST + timedelta(days=synthetic.DAYS - 1)
    subject = Subject(GOAL, synthetic.FIRST, last, seed)
    return run.learned(subject, Found(data, {}), terms, datetime.now(UTC), learners, progress)


def _learner(name: str, data: features.Data, place: int, absent: int) -> Learner:
    """A tenant that is there to the end, or goes in a round of its own."""
    leaves = place if place < absent else None
    return Learner(
        name,
        data.training,
        lambda number: leaves is None or number < leaves or (number == leaves and place % 2 == 1),
        lambda number: leaves is None or number < leaves,
    )
