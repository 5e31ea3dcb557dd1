"""Made-up visitor-days: they add up to what was published, and say nothing else."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from sluice.learning import imitated
from sluice.learning.errors import LearningError
from sluice.publishing.page import Number, Part, Public, Week


def part(name: str, **counts: int) -> Part:
    return Part(name, 1, 1, [Number(key, value, 0, 0, 0) for key, value in counts.items()])


def public(*parts: Part) -> Public:
    return Public("shop-analytics", "", "", [Week("2026-W10", "", "", "", 1, list(parts))])


FOUND = public(
    part("days", monday=900, tuesday=-3, wednesday=100),
    part("sources", direct=750, email=250),
    part("countries", de=1000, fr=-20),
    part("pages", home=-1, bags=-5),
)


def test_visitor_days_add_up_to_the_published_days_and_shares() -> None:
    rows = list(imitated.rows(FOUND, 1))
    days, sources, countries, pages = (Counter(column) for column in zip(*rows, strict=True))
    assert days == {"monday": 900, "wednesday": 100}
    assert abs(sources["email"] - 250) < 6 * (1000 * 0.25 * 0.75) ** 0.5
    # What noise took below zero is nobody; where nothing is left, all keys are alike.
    assert countries == {"de": 1000} and abs(pages["home"] - 500) < 6 * 250**0.5


def test_the_seed_decides_them_all() -> None:
    assert imitated.as_csv(FOUND, 1) == imitated.as_csv(FOUND, 1) != imitated.as_csv(FOUND, 2)


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("[]")
    with pytest.raises(LearningError, match="does not have published numbers"):
        imitated.published(tmp_path / "x.json")
