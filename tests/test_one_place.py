"""Facts that several rooms need are written in one file each."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from chalicelib.tracking.salts import forgotten_at
from sluice import visit
from sluice.mirror import visits
from sluice.project.config import Stage
from sluice.questions.library import PACKAGED
from tests.paths import ROOT


@pytest.mark.parametrize(
    ("text", "file"),
    [('"expires_at"', "salts.py"), ('"pk"', "salts.py"), ('"EndpointURL"', "template.py"), ("minutes=30", "visit.py")],
)
def test_it_is_written_in_one_file(text: str, file: str) -> None:
    modules = [ROOT / "app.py", *(ROOT / "chalicelib").rglob("*.py"), *(ROOT / "sluice").rglob("*.py")]
    assert [module.name for module in modules if text in module.read_text()] == [file]


def test_the_gap_of_a_visit_is_the_relation_s() -> None:
    (seconds,) = re.findall(r"ORDER BY began\) < (\d+)", (PACKAGED / "relations" / "spans.sql").read_text())
    assert int(seconds) == visit.SECONDS == 60 * visit.MINUTES


def test_near_midnight_is_within_two_gaps_of_it() -> None:
    assert "(began + 3600) % 86400 < 7200 OR (ended + 3600) % 86400 < 7200" in visits.over("events")


def test_a_root_is_forgotten_two_hours_after_its_day_has_closed() -> None:
    assert forgotten_at(date(2026, 1, 1)) == datetime(2026, 1, 3, 2, tzinfo=UTC)


def test_a_stage_s_names_begin_with_its_stack_s() -> None:
    stage = Stage(name="prod", name_prefix="acme")
    assert stage.stack == "acme-prod"
    assert (stage.salts_table, stage.function("tracker")) == ("acme-prod-salts", "acme-prod-tracker")
