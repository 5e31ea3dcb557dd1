"""The queue and its sender: nothing is lost, nothing is sent in other batches, and a verdict is kept with its reason."""

from __future__ import annotations

import io
import json
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from chalicelib.receipts import Fault
from chalicelib.tracking import segments
from sluice.cli.main import main
from sluice.collecting import forwarding, sending
from sluice.collecting.forwarding import Forwarder
from sluice.collecting.intake import Parcel
from sluice.collecting.queue import Queue
from sluice.collecting.sending import Batch, NotTaken, Stage
from sluice.collecting.tokens import CollectError
from tests.served import serving

BUCKET = "shop-analytics"


class Far:
    """A stage that takes what is sent, fails where the test says so, and refuses events by their ids."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.failing: list[Exception] = []
        self.refusing: set[str] = set()

    def send(self, batch: Batch) -> list[Fault]:
        ids = [one["eventId"] for one in batch.events]
        self.batches.append(ids)
        if self.failing:
            raise self.failing.pop(0)
        return [Fault(place, "Invalid field: x", "x: no", "x") for place, one in enumerate(ids) if one in self.refusing]


class Near:
    """A queue, and its sender."""

    def __init__(self, folder: Path, far: Far) -> None:
        self.folder, self.far, self.number = folder, far, 0
        self.queue = Queue(folder)
        self.forwarder = Forwarder(self.queue, far)

    def put(self, many: int = 1, bucket: str = BUCKET, **headers: str) -> None:
        ids = [f"event-{self.number + one:04}" for one in range(many)]
        self.number += many
        self.queue.put(Parcel(bucket, headers, [{"eventId": one} for one in ids]))

    def restarted(self) -> Near:
        """As after a kill: what is in memory is gone."""
        self.queue.close()
        made = Near(self.folder, self.far)
        made.number = self.number
        return made


@pytest.fixture
def far() -> Far:
    return Far()


@pytest.fixture
def near(tmp_path: Path, far: Far) -> Iterator[Near]:
    made = Near(tmp_path / "queue", far)
    yield made
    made.queue._stream.close()


def test_what_waits_is_sent_in_order_and_once(near: Near, far: Far) -> None:
    near.put(3)
    near.put()
    assert near.forwarder.step() and not near.forwarder.step()
    near.put()
    assert near.restarted().forwarder.step()
    assert far.batches == [["event-0000", "event-0001", "event-0002", "event-0003"], ["event-0004"]]


def test_a_request_that_does_not_fit_is_in_the_next_window(near: Near, far: Far) -> None:
    for _ in range(4):
        near.put(40)
    while near.forwarder.step():
        pass
    assert list(map(len, far.batches)) == [80, 80]


def test_after_a_kill_the_same_batch_is_sent_whatever_came_meanwhile(near: Near, far: Far) -> None:
    near.put(2)
    far.failing = [KeyboardInterrupt()]  # type: ignore[list-item]
    with pytest.raises(KeyboardInterrupt):
        near.forwarder.step()
    near.put(2)
    again = near.restarted()
    while again.forwarder.step():
        pass
    assert far.batches == [["event-0000", "event-0001"]] * 2 + [["event-0002", "event-0003"]]


def test_a_batch_that_was_taken_is_not_sent_again_where_the_next_one_fails(near: Near, far: Far) -> None:
    near.put(1)
    near.put(1, "app-analytics")
    far.failing = [NotTaken("Status503")]
    near.far.batches.clear()
    with pytest.raises(NotTaken):
        near.forwarder.step()
    far.failing = []
    assert near.forwarder.step()
    assert far.batches == [["event-0000"], ["event-0000"], ["event-0001"]]


def test_events_of_other_buckets_and_heads_are_in_other_batches() -> None:
    event = {"eventId": "e"}
    parcels = [Parcel("a", {}, [event]), Parcel("b", {}, [event]), Parcel("a", {"dnt": "1"}, [event])]
    found = sending.batched([*parcels, parcels[0]])
    assert [(one.bucket, one.headers, len(one.events)) for one in found] == [
        ("a", {}, 2),
        ("b", {}, 1),
        ("a", {"dnt": "1"}, 1),
    ]


def test_a_batch_is_never_larger_than_a_stage_takes() -> None:
    events = [{"metadata": {"a": "x" * 9000}}] * 130
    found = sending.batched([Parcel(BUCKET, {}, events)])
    assert sum(len(one.events) for one in found) == 130
    assert max(len(one.body) for one in found) <= 256 * 1024
    assert max(len(one.events) for one in sending.batched([Parcel(BUCKET, {}, [{}] * 130)])) == 100


def test_a_refused_event_is_kept_with_its_reason_and_can_be_queued_again(
    near: Near, far: Far, log: io.StringIO
) -> None:
    near.put(3, origin="https://shop.example")
    far.refusing = {"event-0001"}
    near.forwarder.step()

    (path,) = (near.folder / "refused").iterdir()
    assert json.loads(path.read_text()) == {
        "error": "Invalid field: x",
        "message": "x: no",
        "field": "x",
        "bucket": BUCKET,
        "headers": {"origin": "https://shop.example"},
        "event": {"eventId": "event-0001"},
    }
    assert json.loads(log.getvalue())["reason"] == "Invalid field"
    far.refusing = set()
    said = CliRunner().invoke(main, ["collect", "retry", "--queue", str(near.folder)]).stdout
    assert said == "1 event is queued again.\n"
    near.put()
    while near.forwarder.step():
        pass
    assert sorted(far.batches[1:]) == [["event-0001"], ["event-0003"]]
    assert list((near.folder / "refused").iterdir()) == []


def test_a_verdict_that_comes_twice_is_kept_once(near: Near, far: Far, monkeypatch: pytest.MonkeyPatch) -> None:
    near.put(2)
    far.refusing = {"event-0001"}

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(Queue, "done", dies)
        near.forwarder.step()
    near.restarted().forwarder.step()
    assert len(far.batches) == 2
    assert [len(path.read_text().splitlines()) for path in (near.folder / "refused").iterdir()] == [1]


def test_nothing_to_queue_again_is_said(tmp_path: Path) -> None:
    assert "0 events" in CliRunner().invoke(main, ["collect", "retry", "--queue", str(tmp_path)]).stdout


def test_a_queue_that_is_not_there_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for name in ("nope", "file"):
        said = CliRunner().invoke(main, ["collect", "retry", "--queue", str(tmp_path / name)])
        assert (said.exit_code, "there is no queue in" in said.stderr) == (1, True)


def aged(near: Near) -> None:
    for path in segments.segments(near.folder):
        os.utime(path, (0, 0))


def test_what_was_sent_is_deleted_and_nothing_else(near: Near, far: Far) -> None:
    near.put(2)
    near.forwarder.step()
    assert not near.forwarder.step() and len(segments.segments(near.folder)) == 1
    aged(near)
    assert not near.forwarder.step() and segments.segments(near.folder) == []
    near.put()
    aged(near)
    assert near.forwarder.step() and len(segments.segments(near.folder)) == 1
    assert far.batches[-1] == ["event-0002"]
    assert json.loads((near.folder / "sent.json").read_text())["sent"].keys() == {
        path.name for path in segments.segments(near.folder)
    }


def test_what_comes_just_before_a_file_is_deleted_is_sent(
    near: Near, far: Far, monkeypatch: pytest.MonkeyPatch
) -> None:
    near.put()
    near.forwarder.step()
    aged(near)
    close = near.queue._stream.close

    def late() -> None:
        near.put()
        close()

    monkeypatch.setattr(near.queue._stream, "close", late)
    assert near.forwarder.step()
    assert far.batches == [["event-0000"], ["event-0001"]]


@pytest.mark.parametrize("cut", [1, 10, 30])
def test_a_cut_end_holds_up_nothing_and_is_kept_apart(near: Near, far: Far, cut: int, log: io.StringIO) -> None:
    near.put()
    near.put()
    near.queue._stream.close()
    (path,) = segments.segments(near.folder)
    path.write_bytes(path.read_bytes()[:-cut])
    near = near.restarted()
    near.put()
    while near.forwarder.step():
        pass
    assert far.batches == [["event-0000"], ["event-0002"]]
    assert [one.name for one in (near.folder / "broken").iterdir()] == [path.name]
    assert json.loads(log.getvalue())["message"] == "collect_broken"
    near.queue._stream.close()


def test_two_collectors_do_not_share_a_queue_and_its_folder_is_private(near: Near) -> None:
    with pytest.raises(CollectError, match="another collector uses the queue"):
        Queue(near.folder)
    assert near.folder.stat().st_mode & 0o777 == 0o700


def test_a_broken_note_is_said_at_start(near: Near) -> None:
    near.queue.close()
    (near.folder / "sent.json").write_text("[")
    with pytest.raises(CollectError, match="is broken"):
        Queue(near.folder)


def test_the_sender_rests_longer_after_each_failure_and_sends_all_in_the_end(
    near: Near, far: Far, log: io.StringIO
) -> None:
    near.put()
    far.failing = [NotTaken("Status503"), OSError(28, "No space left"), NotTaken("Status429", 7), NotTaken("Status503")]
    near.forwarder.end()
    rests: list[float] = []
    near.forwarder.run(rests.append)

    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [one["cause"] for one in lines] == ["Status503", "OSError", "Status429", "Status503"]
    assert 0.25 <= rests[0] <= 0.5 and 0.5 <= rests[1] <= 1 and rests[2] == 7 and 2 <= rests[3] <= 4
    assert len(far.batches) == 5 and near.queue.next() is None


def test_at_its_end_it_does_not_wait_for_a_stage_that_is_down(
    near: Near, far: Far, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forwarding, "DRAIN", 0)
    near.put()
    far.failing = [NotTaken("NewConnectionError")] * 9
    near.forwarder.end()
    near.forwarder.run(lambda _: None)
    assert near.queue.next() is not None


def test_a_rest_ends_with_the_collector(near: Near, far: Far) -> None:
    near.put()
    far.failing = [NotTaken("Status429", 200)]
    thread = threading.Thread(target=near.forwarder.run)
    thread.start()
    near.forwarder.end()
    thread.join(10)
    assert not thread.is_alive() and len(far.batches) == 2


def test_an_event_that_comes_wakes_the_sender(near: Near, far: Far) -> None:
    thread = threading.Thread(target=near.forwarder.run)
    thread.start()
    near.put()
    near.forwarder.end()
    thread.join(10)
    assert not thread.is_alive() and far.batches == [["event-0000"]]


class Wire:
    """A WSGI application that answers as the test says, and knows what it was asked."""

    def __init__(self, status: str, body: bytes = b"", **headers: str) -> None:
        self.answer, self.asked = (
            (status, [*headers.items(), ("Content-Length", str(len(body)))], body),
            dict[str, Any](),
        )

    def __call__(self, environ: dict[str, Any], start: Callable[..., object]) -> list[bytes]:
        self.asked = {**environ, "body": environ["wsgi.input"].read()}
        start(self.answer[0], self.answer[1])
        return [self.answer[2]]


EVENTS = [{"eventId": "a"}, {"eventId": "b"}]


def answered(wire: Wire, backend_key: str | None = None, **headers: str) -> list[Fault]:
    with serving(wire) as server:
        stage = Stage(f"http://127.0.0.1:{server.effective_port}/prod/", backend_key)
        try:
            return stage.send(Batch(BUCKET, headers, EVENTS))
        finally:
            stage._pool.clear()


def receipt(accepted: int, *rejected: int, queued: int = 0) -> bytes:
    faults = [{"index": one, "error": "e", "message": "m"} for one in rejected]
    said = {"status": "ok", "accepted": accepted, "duplicates": 0, "rejected": faults, "queued": queued}
    return json.dumps(said).encode()


def test_a_batch_is_sent_with_its_head_and_without_the_collectors_name() -> None:
    wire = Wire("200 OK", receipt(2))
    assert answered(wire, "the-key", origin="https://shop.example", dnt="1") == []

    asked = {name: wire.asked.get(f"HTTP_{name}") for name in ("ORIGIN", "DNT", "X_SLUICE_KEY", "USER_AGENT")}
    assert asked == {"ORIGIN": "https://shop.example", "DNT": "1", "X_SLUICE_KEY": "the-key", "USER_AGENT": None}
    assert wire.asked["REQUEST_URI"] == "/prod/track/batch"
    assert json.loads(wire.asked["body"]) == {"bucket": BUCKET, "events": EVENTS}


PROBLEM = b'{"error": "Forbidden", "message": "no"}'


@pytest.mark.parametrize(
    ("status", "body", "refused"),
    [
        ("200 OK", receipt(1, 1), [1]),
        ("202 Accepted", receipt(0, queued=2), []),
        ("403 Forbidden", PROBLEM, [0, 1]),
        ("400 Bad Request", PROBLEM, [0, 1]),
        ("413 Payload Too Large", PROBLEM, [0, 1]),
    ],
)
def test_a_verdict_is_taken_from_a_stage(status: str, body: bytes, refused: list[int]) -> None:
    assert [one.index for one in answered(Wire(status, body))] == refused


@pytest.mark.parametrize(
    ("status", "body", "after"),
    [
        *(("200 OK", b"<html>", 0), ("200 OK", b"{}", 0), ("200 OK", receipt(1), 0), ("200 OK", receipt(1, 2), 0)),
        *(
            ("403 Forbidden", b"<html>", 0),
            ("403 Forbidden", b'{"message": "Forbidden"}', 0),
            ("404 Not Found", PROBLEM, 0),
        ),
        *(("429 Too Many Requests", PROBLEM, 7), ("503 Service Unavailable", PROBLEM, 7), ("302 Found", b"", 0)),
        ("500 Internal Server Error", PROBLEM, 0),
    ],
)
def test_any_other_answer_is_an_outage_and_no_event_is_given_up(status: str, body: bytes, after: int) -> None:
    with pytest.raises(NotTaken) as caught:
        answered(Wire(status, body, **{"Retry-After": "7"} if after else {"Location": "/track/batch"}))
    assert caught.value.after == after


def test_a_stage_that_is_not_there_is_an_outage() -> None:
    with pytest.raises(NotTaken, match="NewConnectionError"):
        Stage("http://127.0.0.1:1", None).send(Batch(BUCKET, {}, EVENTS))


@pytest.mark.parametrize("value", ["the-key\u20ac", "the\nkey"])
def test_a_head_that_cannot_be_sent_is_an_outage(value: str) -> None:
    with pytest.raises(NotTaken, match=r"^(UnicodeEncodeError|ValueError)$"):
        answered(Wire("200 OK", receipt(2)), value)


@pytest.mark.parametrize(
    "to", ["http://stats.example.org", "stats.example.org", "https://", "https://a@b.example", "https://b.example/?x=1"]
)
def test_events_leave_this_machine_by_tls_alone(to: str) -> None:
    with pytest.raises(CollectError, match="--to"):
        sending.address(to)


@pytest.mark.parametrize("to", ["https://stats.example.org", "http://localhost:8000", "http://[::1]:8000/"])
def test_a_stages_address_is_taken(to: str) -> None:
    assert sending.address(to).endswith("/track/batch")
