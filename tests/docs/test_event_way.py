"""An event's way: its steps in order, none deeper than four frames, and the page shows it as it is."""

from __future__ import annotations

from docs.build import event_way

STEPS = [
    *("events.parse", "allowlist.Allowlist.allow", "tracking.consent.applied", "records.file", "tracking.salts.of"),
    *("tracking.sender.Sender.facts", "records.build", "records.encode", "tracking.stores.S3Store.put"),
]
DEEPEST = 4


def test_no_step_is_more_than_four_frames_deep() -> None:
    calls = [call for call in event_way.trace() if not call.is_leaf]

    assert len(calls) > 30
    assert [call for call in calls if call.depth > DEEPEST] == []


def test_the_steps_are_entered_once_each_and_in_order() -> None:
    called = [call.function.removeprefix("chalicelib.") for call in event_way.trace() if call.depth == 2]

    assert [name for name in called if name in STEPS] == STEPS


def test_the_page_shows_the_trace() -> None:
    page = event_way.PAGE.read_text()

    assert event_way.block() in page
    assert event_way.page(page) == page, "run `python -m docs.build.event_way`"
