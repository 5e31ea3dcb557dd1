"""A shared model that anyone may see, under the ledger: each week of its visits spends what the model loses, for every tenant.

A visitor-day is in one week, so that week has to bear the whole loss. A tenant's visits hold all its visitor-days: what hardly
says whether the tenant is in the model says no more of one of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from math import ceil
from pathlib import Path

import msgspec

from chalicelib.lake.days import Days
from chalicelib.records import iso
from chalicelib.reports.periods import Period
from sluice.learning import cards
from sluice.learning.errors import LearningError
from sluice.learning.forms import Card, Public
from sluice.mirror import tenant
from sluice.mirror.tenant import Place
from sluice.project import audit, config
from sluice.publishing import ledger
from sluice.publishing.ledger import Asked, Release
from sluice.publishing.mechanism import MILLION


def card(path: Path) -> Card:
    """The operator's card of a run; raises LearningError for anything else."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Card)
    except msgspec.MsgspecError:
        raise LearningError(f"{path} is not the card of a model; `sluice learn run` writes one") from None


def published(stage: str, found: Card, now: datetime) -> Public:
    """What may be published of the card, once every tenant's weeks have spent it; nothing is spent twice for the same model.

    Raises LearningError, Spent where a week has no room for it, before anything is spent, and PlaceError.
    """
    public = cards.public(found)
    name = hashlib.sha256(msgspec.json.encode(public)).hexdigest()
    places = [tenant.find(stage, gain.bucket) for gain in found.gains]
    spending = [
        (place, period, _asked(name, place, period, found)) for place in places for period in _weeks(place, found)
    ]
    for place, _, asked in spending:
        held = ledger.releases(tenant.own(place.settings), asked.bucket, asked.week)
        if ledger.find(held, asked) is None:
            ledger.refuse(held, asked)
    details = {
        "model": name,
        "goal": found.subject.goal,
        "micro": _micro(found),
        "tenants": [one.bucket for one in places],
    }
    with audit.recorded(config.given(stage), "model.published", "shared", details):
        for place, period, asked in spending:
            ledger.take(tenant.own(place.settings), asked, partial(_release, asked, period, now))
    return public


def _asked(name: str, place: Place, period: Period, found: Card) -> Asked:
    if place.allow.publish is None:
        raise LearningError(f"{place.bucket} publishes nothing: its entry in sluice.toml has no `publish`")
    return Asked(name, place.bucket, period.name, _micro(found), place.allow.publish.budget)


def _micro(found: Card) -> int:
    return ceil(found.epsilon * MILLION)


def _weeks(place: Place, found: Card) -> Iterator[Period]:
    """Every week that has a day of these visits, in UTC, as visitorIds are."""
    since, until = Days(found.subject.since, found.subject.until, place.zone).nearby
    monday = since - timedelta(since.weekday())
    while monday <= until:
        yield Period(monday, monday + timedelta(6))
        monday += timedelta(7)


def _release(asked: Asked, period: Period, now: datetime) -> Release:
    """The model's place in the ledger. It has no tables, so no page of numbers shows it."""
    at = iso(now.astimezone(UTC))
    return Release(asked.id, asked.bucket, asked.week, period.since, period.until, at, asked.micro, asked.budget, ())
