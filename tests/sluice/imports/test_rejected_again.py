"""What was refused, counted, shown and stored once its reason is gone: each event once, however often that is tried."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from chalicelib import allowlist, values
from chalicelib.allowlist import Entry
from sluice.cli.main import main
from tests.conftest import BUCKET, SAFARI, Tracker, event_body, stored

TOML = '[stages.local]\nstore = "dir:data"\n[[stages.local.allow]]\nbucket = "{}"\nkeep_rejected = true\n'


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose stage is local, in whose folder the commands run."""
    (tmp_path / "sluice.toml").write_text(TOML.format(BUCKET))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(values, "ROOT", tmp_path)
    assert CliRunner().invoke(main, ["sync"]).exit_code == 0
    return tmp_path


@pytest.fixture
def tracked(tracker: Callable[..., Tracker], project: Path) -> Callable[..., Tracker]:
    """The app that stores there, of an entry with these origins."""

    def make(*origins: str) -> Tracker:
        entry = Entry(BUCKET, keep_rejected=True, origins=frozenset(origins))
        (project / "allowed.json").write_bytes(allowlist.encoded([entry]))
        return tracker(STORE=f"dir:{project / 'data'}", ALLOWED_BUCKETS="@allowed.json")

    return make


def run(command: str, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["rejected", command, "--bucket", BUCKET, *arguments])


def records(project: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for path in stored(project / "data") for line in path.read_bytes().splitlines()]


def test_an_origin_that_was_missing_is_listed_and_its_events_land_once(
    tracked: Callable[..., Tracker], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tracker, elsewhere = tracked("https://shop.example"), {"Origin": "https://www.shop.example", "User-Agent": SAFARI}
    own = event_body(eventId="an-id-of-the-client", page="/a?mail=jane@example.com", sessionId="s-1")
    batch = {"bucket": BUCKET, "events": [{**event_body(), "page": "/b"}, {**event_body(), "page": "/c"}]}
    assert tracker.call(own, headers=elsewhere).status == 403
    assert tracker.call(batch, headers=elsewhere, path="/track/batch").status == 403

    monkeypatch.delenv("ALLOWED_BUCKETS")
    first, again = run("replay", "--reason", "OriginNotAllowed"), run("replay", "--reason", "OriginNotAllowed")
    assert (first.exit_code, again.exit_code) == (0, 0), first.output
    assert "3 stored, 0 there already" in first.output
    assert "0 stored, 3 there already" in again.output

    found = {one["page"]: one for one in records(project)}
    assert set(found) == {"/a", "/b", "/c"}
    assert (found["/a"]["eventId"], found["/a"]["sessionId"]) == ("an-id-of-the-client", "s-1")
    assert found["/a"]["device"]["device_type"] == "mobile"
    assert {(one["ip"], one["isBot"]) for one in found.values()} == {(None, False)}


def test_an_event_that_the_client_sends_again_itself_is_not_stored_twice(
    tracked: Callable[..., Tracker], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = event_body(eventId="an-id-of-the-client")
    tracked("https://shop.example").call(event, headers={"Origin": "https://www.shop.example"})
    assert tracked().call(event, headers={"Origin": "https://www.shop.example"}).status == 200

    monkeypatch.delenv("ALLOWED_BUCKETS")
    assert "0 stored, 1 there already" in run("replay", "--reason", "OriginNotAllowed").output
    assert len(records(project)) == 1


def test_a_field_that_was_missing_is_set(
    tracked: Callable[..., Tracker], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = event_body(page="/a")
    del event["eventType"]
    tracked().call(event)
    monkeypatch.delenv("ALLOWED_BUCKETS")

    still = run("replay", "--reason", "MissingField")
    assert (still.exit_code, "1 refused again" in still.output) == (1, True)
    assert "1 refused: MissingField: You must specify the event type in the request body" in still.output
    assert "1 stored" in run("replay", "--reason", "MissingField", "--set", "eventType=page_view").output
    assert [one["eventType"] for one in records(project)] == ["page_view"]


def test_what_is_not_whole_is_left_and_counted(
    tracked: Callable[..., Tracker], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tracked().call(f'{{"bucket": "{BUCKET}", "eventType": ')
    monkeypatch.delenv("ALLOWED_BUCKETS")
    assert "0 refused again, 1 not whole and left" in run("replay", "--reason", "InvalidJson").output
    assert records(project) == []


def test_the_summary_counts_by_weight_and_show_has_the_events(
    tracked: Callable[..., Tracker], monkeypatch: pytest.MonkeyPatch
) -> None:
    tracker = tracked()
    for _ in range(30):
        tracker.call(event_body(viewport="wide"))
    tracker.call({"bucket": BUCKET})
    monkeypatch.delenv("ALLOWED_BUCKETS")

    invalid, missing = json.loads(run("summary", "--json").output)
    assert (invalid["reason"], invalid["field"], missing["refused"]) == ("InvalidField", "viewport", 1)
    assert 29 <= invalid["refused"] <= 30
    assert "InvalidField" in run("summary").output
    shown = run("show", "--reason", "InvalidField", "--limit", "2").output.splitlines()
    assert [json.loads(json.loads(line)["body"])["viewport"] for line in shown] == ["wide", "wide"]


def test_a_summary_of_nothing_says_how_something_is_kept(project: Path) -> None:
    assert "keep_rejected = true" in run("summary").output
    assert json.loads(run("summary", "--json").output) == []


@pytest.mark.parametrize("given", ["eventType", "=page_view"])
def test_a_set_without_a_name_and_a_value_is_refused(project: Path, given: str) -> None:
    done = run("replay", "--reason", "MissingField", "--set", given)
    assert (done.exit_code, "write NAME=VALUE" in done.output) == (1, True)


def test_a_bucket_that_is_not_allowed_is_refused(project: Path) -> None:
    done = CliRunner().invoke(main, ["rejected", "replay", "--bucket", "evil-bucket", "--reason", "InvalidField"])
    assert (done.exit_code, "is not on the allowlist of the stage 'local'" in done.output) == (1, True)
