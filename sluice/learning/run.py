"""A run over the tenants that opted in: their visits, the shared model, the cards, and a row in the audit trail."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from chalicelib.lake.days import Days
from sluice import files
from sluice.learning import cards, features, federated, readable
from sluice.learning.cards import Cards
from sluice.learning.errors import LearningError
from sluice.learning.features import Data, Visit
from sluice.learning.federated import Learner
from sluice.learning.forms import Subject, Terms
from sluice.mirror import ask, tenant
from sluice.mirror.answers import Answer
from sluice.mirror.ask import Question
from sluice.mirror.mirror import Progress
from sluice.mirror.tenant import Place, PlaceError
from sluice.project import audit, config
from sluice.questions.library import PACKAGED, Library, Query, read

SQL = Path(__file__).parent / "learned_visits.sql"
CARD, READABLE = "card.json", "card.md"


class Found(NamedTuple):
    """The visits of each tenant that learns, and of each other one that opted in why it does not."""

    data: dict[str, Data]
    left_out: dict[str, str]


def found(stage: str, subject: Subject, progress: Progress) -> Found:
    """The visits of every tenant of the stage that opted in; raises as `tenant.every`, and LearningError where none did."""
    everybody = tenant.every(stage)
    willing = [place for place in everybody.places if place.allow.learning]
    if not willing:
        raise LearningError(f"no tenant of {stage!r} with events has `learning = true`; set it in sluice.toml")
    data, left_out = {}, {}
    for place in willing:
        try:
            data[place.bucket] = visits(place, subject, progress)
        except (LearningError, PlaceError) as error:
            left_out[place.bucket] = str(error)
    return Found(data, left_out)


def visits(place: Place, subject: Subject, progress: Progress) -> Data:
    """The tenant's visits, by DuckDB; raises PlaceError, and LearningError where nothing can be learned of them."""
    if subject.goal not in {goal.name for goal in place.allow.goals}:
        raise LearningError(f"its entry has no goal {subject.goal!r}")
    if is_sampled(place, subject, progress):
        raise LearningError("its events of these days are a sample; choose days of which all were kept")
    data = features.read(rows(place, subject, progress), subject.seed)
    for part, name in ((data.training, "training"), (data.held_out, "held-out")):
        if not part.visits.sum():
            raise LearningError(f"it has no visits on {name} days")
    return data


def rows(place: Place, subject: Subject, progress: Progress) -> list[Visit]:
    """The tenant's visits by what they look like; raises PlaceError."""
    query = read(SQL.stem, SQL.read_text())
    found = _asked(query, place, subject, {"goal": subject.goal}, progress)
    return [Visit(date.fromisoformat(day), *rest) for day, *rest in found.rows]


def is_sampled(place: Place, subject: Subject, progress: Progress) -> bool:
    """Whether an event of the tenant's counts as more than one; raises PlaceError."""
    ((most,),) = _asked("SELECT COALESCE(max(weight), 1e0) AS most FROM hits", place, subject, {}, progress).rows
    return bool(most > 1)


def _asked(query: Query | str, place: Place, subject: Subject, given: dict[str, str], progress: Progress) -> Answer:
    days = Days(subject.since, subject.until, place.zone)
    answer = ask.here(Library(PACKAGED), Question(query, days, given), [place], progress)
    assert isinstance(answer, Answer)
    return answer


def learned(
    subject: Subject,
    found: Found,
    terms: Terms,
    now: datetime,
    learners: Sequence[Learner] = (),
    progress: Callable[[], Any] = lambda: None,
) -> Cards:
    """The cards of a shared model of these tenants, who are all there in every round unless `learners` say otherwise."""
    taking = learners or [Learner(bucket, data.training) for bucket, data in found.data.items()]
    if len(taking) < federated.FEWEST:
        raise LearningError("; ".join([federated.too_few(len(taking)), *map(": ".join, found.left_out.items())]))
    shared = federated.learned(taking, terms, progress=progress)
    return cards.made(subject, found.data, shared, terms, found.left_out, now)


def recorded(
    stage: str, subject: Subject, found: Found, terms: Terms, folder: Path, progress: Callable[[], Any]
) -> Cards:
    """Learn, and write the cards, with rows in the audit trail: whose data it was, and which model came of it."""
    details = {
        "goal": subject.goal,
        "from": subject.since.isoformat(),
        "to": subject.until.isoformat(),
        "seed": subject.seed,
        **msgspec.to_builtins(terms),
        "data": {bucket: data.digest for bucket, data in found.data.items()},
    }
    with audit.recorded(config.given(stage), "model.learned", "shared", details) as outcome:
        made = learned(subject, found, terms, datetime.now(UTC), progress=progress)
        outcome["card"] = write(made, folder)
    return made


def write(made: Cards, folder: Path) -> str:
    """Write the cards, one file for the operator and one for each tenant; the digest of the operator's."""
    folder.mkdir(parents=True, exist_ok=True)
    for own in made.own:
        files.replace(folder / f"{own.gain.bucket}.json", encoded(own))
    content = encoded(made.card)
    files.replace(folder / CARD, content)
    files.replace(folder / READABLE, readable.markdown(made.card).encode())
    return digest(content)


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def encoded(value: msgspec.Struct) -> bytes:
    """A card as a file has it."""
    return msgspec.json.format(msgspec.json.encode(value)) + b"\n"
