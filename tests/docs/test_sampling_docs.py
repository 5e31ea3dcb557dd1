"""The page on sampling is right: its entry loads, its answer is the API's, and its figures follow from its numbers."""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec
import pytest

from chalicelib.receipts import NotStored
from sluice.cloud import cost
from sluice.cloud.usage import Load
from sluice.project import config
from sluice.project.config import Allow, ConfigError
from tests.docs.page import blocks
from tests.paths import ROOT

PAGE = (ROOT / "docs" / "sampling.md").read_text()


def test_its_entry_is_one() -> None:
    (written,) = blocks(PAGE, "toml")
    (given,) = tomllib.loads(written)["stages"]["prod"]["allow"]
    allow = msgspec.convert(given, Allow)

    assert (allow.sample, allow.max_events_per_minute) == (0.1, 6000)


def test_its_answer_is_the_api_s() -> None:
    answer = msgspec.to_builtins(NotStored("not_stored", "shop-analytics", sampled=True))

    assert '{"status": "not_stored", "bucket": …, "sampled": true}' in PAGE
    assert answer == {"status": "not_stored", "bucket": "shop-analytics", "sampled": True}


def test_its_bound_and_its_prices_are_what_they_say() -> None:
    plain, sampled = (cost.bill(Load(1_000_000, 10, sample=share)).lines for share in (1.0, 0.1))
    saved = {one.item: one.dollars - other.dollars for one, other in zip(plain, sampled, strict=True)}

    assert "26,667" in PAGE
    assert round(20_000 * (1 + 20 / 60)) == 26_667
    assert saved["S3, PUT"] + saved["S3, GET and HEAD"] == pytest.approx(4.86, abs=0.005)
    assert "$4.86" in PAGE
    assert "$4.86" in Path(ROOT / "docs" / "costs.md").read_text()


@pytest.mark.parametrize(
    ("line", "advice"),
    [
        ("sample = 0", "write a number from 0.0001 up to 1"),
        ("max_events_per_minute = 0", "write a whole number from 1 up to 100000000"),
    ],
)
def test_a_share_or_budget_that_is_none_is_refused_with_what_to_write(tmp_path: Path, line: str, advice: str) -> None:
    file = tmp_path / "sluice.toml"
    file.write_text(f'[stages.local]\nstore = "dir:data"\n[[stages.local.allow]]\nbucket = "shop-analytics"\n{line}\n')

    with pytest.raises(ConfigError, match=advice):
        config.load(file)
