"""What keeping refused requests costs."""

from __future__ import annotations

import pytest

from sluice.cloud import cost
from sluice.cloud.usage import Load
from tests.rejected_lines import kept_line


def dollars(load: Load) -> dict[str, float]:
    return {line.item: line.dollars for line in cost.bill(load).lines}


def test_a_hundred_thousand_kept_cost_a_put_each_and_thirty_days_of_their_bytes() -> None:
    refused, kept = dollars(Load(0, 1, refused=100_000)), dollars(Load(0, 1, rejected=100_000))

    # By hand: 100,000 x $0.000005; 100,000 x 600 bytes of 30 in 30.4167 days x $0.023 a GB; 30 ms of half a GB each.
    more = {item: one - refused.get(item, 0) for item, one in kept.items()}
    put_ms = cost.sheet().usage.put_ms
    assert more.pop("S3, PUT") == pytest.approx(0.5)
    assert more.pop("S3, keeping the month's records") == pytest.approx(0.00136, rel=0.1)
    assert more.pop("Lambda, time (arm64)") == pytest.approx(100_000 * put_ms / 1000 / 2 * 0.0000133334, rel=0.01)
    assert not any(more.values())


def test_a_line_has_about_the_bytes_that_are_paid() -> None:
    assert len(kept_line()) == pytest.approx(cost.sheet().rejected.line_bytes, rel=0.2)
