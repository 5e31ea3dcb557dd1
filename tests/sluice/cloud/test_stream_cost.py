"""What a stage's stream costs, worked out by hand, and which way is the cheapest for how many events."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from sluice.cli.main import main
from sluice.cloud import cost
from sluice.cloud.stream_usage import objects_of
from sluice.cloud.usage import Load
from sluice.project.stages import Stream
from tests.paths import ROOT

PAGE = ROOT / "docs" / "costs.md"
VOLUMES = (10_000, 100_000, 1_000_000, 10_000_000, 100_000_000)
WAYS = ("singly", "in the client's batches", "singly by a stream", "in batches by a stream")


def lines(load: Load, stream: Stream | None) -> dict[str, float]:
    return {line.item: line.quantity for line in cost.bill(load, stream=stream).lines}


def test_a_stream_that_nothing_comes_by_costs_its_shard_and_its_job() -> None:
    idle, without = lines(Load(0, 10), Stream()), lines(Load(0, 10), None)
    more = {
        item: round(number - without.get(item, 0), 2) for item, number in idle.items() if number != without.get(item)
    }
    # 730 hours of 60 minutes: a listing each, and two in every tenth; 60 ms of 2 GB; two alarms.
    assert more == {
        "Kinesis, shards": 730,
        "Kinesis, messages": 0,
        "S3, LIST": 43_800 + 2 * 4380,
        "Lambda, requests": 43_800,
        "Lambda, time (arm64)": 43_800 * 0.06 * 2,
        "CloudWatch, logs": 0,
        "CloudWatch, alarms": 2,
    }


def test_ten_million_single_events_are_a_tenth_of_a_million_objects() -> None:
    load = Load(10_000_000, 10)
    found = lines(load, Stream())
    windows = 730 * 3600 / 300
    nights = 4 * 10 * 730 / 24
    assert found["S3, PUT"] == pytest.approx(windows * 10 + windows + nights, rel=1e-3)
    assert found["Kinesis, messages"] == 10_000_000
    assert lines(load, None)["S3, PUT"] == pytest.approx(10_000_000 + nights)


def test_no_object_is_larger_than_one_that_is_read() -> None:
    assert objects_of(Load(100_000_000, 1), 100) == pytest.approx(100_000_000 * 1024 / 2**23)


@pytest.mark.parametrize(("events", "best"), [(10_000, WAYS[1]), (1_000_000, WAYS[1]), (10_000_000, WAYS[3])])
def test_the_cheapest_way_is_named(events: int, best: str) -> None:
    ways = cost.ways(Load(events, 10))
    assert tuple(ways) == WAYS
    said = cost.cheapest(ways)
    assert said.endswith(f"The cheapest: {best}.")
    assert f"${ways[best].total:,.2f} {best}" in said


def test_a_busy_stage_needs_more_shards() -> None:
    hours = {line.item: line.quantity for line in cost.ways(Load(2_000_000_000, 10))[WAYS[2]].lines}["Kinesis, shards"]
    assert hours == 730 * 4


def table() -> str:
    bills = {events: cost.ways(Load(events, 10)) for events in VOLUMES}
    rows = [["events a month", *WAYS]]
    rows += [[f"{events:,}", *(f"${found[way].total:,.2f}" for way in WAYS)] for events, found in bills.items()]
    head, *others = [f"| {' | '.join(cells)} |" for cells in rows]
    return "\n".join([head, f"|---|{'--:|' * len(WAYS)}", *others])


def test_the_page_has_each_way_s_price() -> None:
    assert table() in PAGE.read_text().partition("<!-- ways -->")[2].partition("<!-- /ways -->")[0]


def test_the_command_names_the_cheapest_way() -> None:
    answer = CliRunner().invoke(main, ["cost", "--events", "1e7", "--tenants", "10"])
    assert answer.exit_code == 0
    assert "The cheapest: in batches by a stream." in " ".join(answer.output.split())
    assert "Kinesis" not in answer.output
