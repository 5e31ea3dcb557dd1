"""A project with five tenants, of whom three learn a goal together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from chalicelib import records
from chalicelib.lake.objects import FolderObjects
from chalicelib.records import Device, Location, Record
from tests import project
from tests.records import record

FIRST = date(2026, 3, 2)
LEARNING = ("hats-analytics", "bags-analytics", "shoes-analytics")
_ENTRY = """
[[stages.local.allow]]
bucket = "{bucket}"
timezone = "America/Toronto"
sites = ["shop.example"]
goals = [{{ name = "{goal}", eventType = "purchase" }}]
learning = {learns}
"""
TOML = '[stages.local]\nstore = "dir:data"\n' + "".join(
    _ENTRY.format(bucket=bucket, goal=goal, learns=learns)
    for bucket, goal, learns in (
        *((bucket, "purchase", "true") for bucket in LEARNING),
        ("other-analytics", "signup", "true"),
        ("private-analytics", "purchase", "false"),
    )
)


def visit(who: str, at: datetime, pages: tuple[str, ...], *, buys: bool, device: str = "mobile") -> Iterator[Record]:
    """A visit of these pages, a minute apart; one that buys views one more page after that."""
    steps = [("page_view", page) for page in pages]
    if buys:
        steps += [("purchase", pages[-1]), ("page_view", "/thanks")]
    for number, (kind, page) in enumerate(steps):
        moment = records.iso(at + timedelta(minutes=number))
        yield record(
            f"{who}-{number}-0123456789abcdef",
            event_type=kind,
            timestamp=moment,
            server_timestamp=moment,
            page=f"https://shop.example{page}",
            visitor_id=who,
            location=Location(country="CA"),
            device=Device(device_type=device),
        )


def fill(store: Path, bucket: str, days: int = 10) -> None:
    """Days of visits; those on a telephone that begin on a product's page buy more often."""
    objects = FolderObjects(store / bucket)
    for day in range(days):
        lines = []
        for number in range(12):
            at = datetime.combine(FIRST + timedelta(days=day), datetime.min.time(), UTC) + timedelta(
                hours=15, minutes=number
            )
            device = "mobile" if number % 2 else "desktop"
            pages = ("/", "/bags/red") if number % 3 else ("/bags/red",)
            found = visit(f"{bucket}-{day}-{number}", at, pages, buys=number in {1, 3, 7 + day % 3}, device=device)
            lines += [records.encode(one) for one in found]
        name = f"{records.day_prefix(FIRST + timedelta(days=day))}batch.{day:032x}.json"
        assert objects.create(name, b"".join(lines), {})


@pytest.fixture(scope="package")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project, with ten days of each tenant."""
    made = project.make(tmp_path_factory.mktemp("learning"), TOML)
    for bucket in (*LEARNING, "other-analytics", "private-analytics"):
        fill(made / "data", bucket)
    return made


@pytest.fixture
def here(whole: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project as the current folder."""
    monkeypatch.chdir(whole)
    return whole
