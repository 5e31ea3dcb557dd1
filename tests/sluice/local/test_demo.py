"""The demo's live visits: of today, as the browser client sends them, from the places that their addresses are of."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib import events, privacy
from chalicelib.tracking import devices
from chalicelib.tracking.city import CityDatabase
from chalicelib.tracking.geo import EdgeHeaders
from sluice.local import demo, demo_days, demo_traffic
from sluice.local.demo_visits import Hit

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)


def made(now: datetime = NOON, number: int = 200) -> list[Hit]:
    return demo.visits(now, random.Random(1), number)


@pytest.mark.parametrize("minutes", [3, 10, 60, 720, 1439])
def test_live_visits_are_of_today_and_over(minutes: int) -> None:
    now = datetime(2026, 11, 27, tzinfo=UTC) + timedelta(minutes=minutes)
    moments = [hit.fields["timestamp"] for hit in made(now)]
    assert max(moments) <= now
    today = sum(moment.date() == now.date() for moment in moments)
    assert today > 0.9 * len(moments) or minutes < 60
    assert min(moments) > now - timedelta(hours=24)


def test_they_are_taken_as_they_are_and_have_no_session() -> None:
    for hit in made():
        event = events.parse(demo.body(hit))
        assert (event.bucket, event.session_id) == (demo_days.BUCKET, None)
        assert event.timestamp == hit.fields["timestamp"]


def test_phones_have_phones_windows() -> None:
    for hit in made():
        seen = devices.read(demo.headers(hit)["User-Agent"]).device.device_type
        assert seen == hit.visitor.agent.device
        assert (hit.fields["viewport"]["width"] < 500) == (seen == "mobile")


def test_the_edge_says_the_place_that_the_demos_database_says() -> None:
    database = CityDatabase(demo_traffic.CITIES)
    for hit in made():
        sent = {name.lower(): value for name, value in demo.headers(hit).items()}
        address = privacy.forwarded_address("cloudfront-viewer-address", sent["cloudfront-viewer-address"])
        assert address == hit.visitor.address
        assert EdgeHeaders().locate(None, sent) == database.locate(address, {})


def test_members_of_the_past_days_come_back_and_some_join() -> None:
    known = {user.id for user in demo_days.back(NOON.date(), demo_days.SEED)}
    hits = made()
    users = {hit.fields["userId"] for hit in hits if "userId" in hit.fields}
    joined = {hit.fields["userId"] for hit in hits if hit.fields["eventType"] == "signup"}
    assert users & known
    assert joined and not joined & known


def test_two_runs_send_other_events() -> None:
    one, two = (demo.visits(NOON, random.Random(seed), 20) for seed in (1, 2))
    assert not {hit.fields["eventId"] for hit in one} & {hit.fields["eventId"] for hit in two}
