"""From the collector's door by its queue to a stage: the contract's answers, and records as they are without a collector."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from chalicelib.receipts import Fault
from chalicelib.tracking import keys
from sluice.collecting.door import Door
from sluice.collecting.forwarding import Forwarder
from sluice.collecting.intake import Intake
from sluice.collecting.queue import Queue
from sluice.collecting.sending import Batch
from sluice.collecting.tokens import Tokens
from tests.conftest import BUCKET, SAFARI, Tracker, event_body, stored

KEY, BACKEND_KEY = "example-key-of-a-test-" + "a" * 30, "backend-key-of-a-test"
FIELDS = ("userId", "metadata.email")


class Near:
    """A collector in this process; its stage is the tracker, if it has one."""

    def __init__(
        self, folder: Path, tracker: Tracker | None = None, backend_key: str | None = None, share: float = 1
    ) -> None:
        self.queue = Queue(folder / "queue")
        self._door = Door(Intake(Tokens(KEY, FIELDS), backend_key, share), self.queue, lambda: self.sends)
        self._tracker, self._backend_key, self.sends = tracker, backend_key, True

    def call(
        self, body: Any, path: str = "/track", method: str = "POST", **headers: str
    ) -> tuple[int, dict[str, str], Any]:
        """The answer's status, headers and JSON."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        environ = {"REQUEST_METHOD": method, "REQUEST_URI": path, "wsgi.input": io.BytesIO(data)}
        environ |= {f"HTTP_{name.upper()}": value for name, value in headers.items() if name != "kind"}
        answered: list[Any] = []
        content = b"".join(
            self._door({**environ, "CONTENT_TYPE": headers.get("kind", "")}, lambda *said: answered.append(said))
        )
        ((line, named),) = answered
        return int(line.split()[0]), dict(named), json.loads(content) if content else None

    def forward(self) -> None:
        """Send all that waits."""
        forwarder = Forwarder(self.queue, self)
        while forwarder.step():
            pass

    def send(self, batch: Batch) -> list[Fault]:
        assert self._tracker is not None
        # The tracker of the tests has a user agent of its own.
        key = {} if self._backend_key is None else {keys.HEADER: self._backend_key}
        headers = {"User-Agent": "", **{name.title(): value for name, value in batch.headers.items()}, **key}
        answer = self._tracker.call(batch.body, path="/track/batch", headers=headers)
        assert answer.status == 200, answer.json
        return [Fault(**one) for one in answer.json["rejected"]]

    def waiting(self) -> list[dict[str, Any]]:
        """The events that wait."""
        window = self.queue.next()
        return [one for parcel in window.parcels for one in parcel.events] if window else []


@pytest.fixture
def near(tmp_path: Path) -> Iterator[Near]:
    made = Near(tmp_path)
    yield made
    made.queue.close()


def test_an_event_is_answered_202_and_waits_with_its_id_and_its_tokens(near: Near) -> None:
    status, _, said = near.call(event_body(userId="u-81", metadata={"email": "ann@shop.example", "plan": "pro"}))

    (event,) = near.waiting()
    token = Tokens(KEY).token
    assert (status, said) == (202, {"status": "queued", "eventId": event["eventId"], "bucket": BUCKET})
    assert event["userId"] == token(BUCKET, "u-81")
    assert event["metadata"] == {"email": token(BUCKET, "ann@shop.example"), "plan": "pro"}


def test_a_batch_says_what_is_queued_refused_and_left_out(near: Near) -> None:
    events = [event_body(), {"eventType": "x"}, event_body(consent="none"), event_body(metadata={"email": 1.5})]
    status, _, said = near.call({"bucket": BUCKET, "events": events}, "/track/batch")

    assert (status, said["status"], said["queued"], said["not_stored"]) == (202, "queued", 1, 1)
    assert [(one["index"], one["field"]) for one in said["rejected"]] == [(1, "timestamp"), (3, "metadata.email")]
    assert len(near.waiting()) == 1


REFUSED = [
    (b"{", {}, 400, "Invalid JSON"),
    ({"bucket": BUCKET}, {}, 400, "Missing required field: eventType"),
    (event_body(bucket="no bucket"), {}, 403, "Forbidden"),
    (event_body(), {"origin": "a" * 9000}, 403, "Forbidden"),
    (event_body(), {"kind": "text/html"}, 415, "Unsupported Media Type"),
    (event_body(metadata={"a": ["x" * 2000] * 9}), {}, 413, "Payload Too Large"),
    (event_body(metadata={"a": ["x" * 1990] * 8}), {"user_agent": "x" * 2000}, 413, "Payload Too Large"),
    (event_body(plan="pro"), {}, 400, "Invalid field: plan"),
    (event_body(metadata={"email": True}), {}, 400, "Invalid field: metadata.email"),
    (event_body(clientAddress="203.0.113.9"), {}, 400, "Invalid field: clientAddress"),
]


@pytest.mark.parametrize(("body", "headers", "status", "error"), REFUSED, ids=[f"{one[2]}-{one[3]}" for one in REFUSED])
def test_what_a_stage_refuses_at_once_is_refused_in_its_words_and_does_not_wait(
    near: Near, body: Any, headers: dict[str, str], status: int, error: str
) -> None:
    answered, named, said = near.call(body, **headers)

    assert (answered, said["error"]) == (status, error)
    assert named["Access-Control-Allow-Origin"] == "*"
    assert near.waiting() == []


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        *(("POST", "/track?dryRun=1", 400), ("GET", "/track", 405), ("GET", "/pixel.gif", 404), ("POST", "/x", 404)),
        *(("GET", "/health", 200), ("HEAD", "/health", 200), ("OPTIONS", "/track", 204)),
    ],
)
def test_other_requests_get_the_contracts_answers(near: Near, method: str, path: str, status: int) -> None:
    assert near.call(event_body(), path, method)[0] == status
    assert near.waiting() == []


def test_a_collector_whose_sender_is_gone_is_not_healthy_and_takes_nothing(near: Near) -> None:
    near.sends = False
    assert near.call(b"", "/health", "GET")[0] == 503
    assert near.call(event_body())[0] == 503
    assert near.waiting() == []


def test_a_queue_that_takes_nothing_is_a_503_that_is_safe_to_send_again(
    near: Near, monkeypatch: pytest.MonkeyPatch
) -> None:
    near.call(event_body())
    monkeypatch.setattr("sluice.collecting.queue.MAX_QUEUE", 10)
    status, named, said = near.call(event_body())

    assert (status, named["Retry-After"], said["error"]) == (503, "2", "Storage Unavailable")
    assert len(near.waiting()) == 1


def test_of_one_who_opts_out_no_id_waits(near: Near) -> None:
    said = near.call(event_body(userId="u-81", sessionId="s-1", metadata={"a": 1}), sec_gpc="1")[2]

    (event,) = near.waiting()
    assert said["consent"] == "aggregate"
    assert not {"userId", "sessionId", "metadata"} & set(event)


def test_an_event_without_consent_does_not_wait(near: Near) -> None:
    status, _, said = near.call(event_body(consent="none"))
    assert (status, said) == (200, {"status": "not_stored", "bucket": BUCKET, "consent": "none"})
    assert near.waiting() == []


@pytest.mark.parametrize(
    ("key", "status"),
    [(BACKEND_KEY, 202), ("another", 403), ("\udce9", 403), ("", 403)],
    ids=["the", "bad", "odd", "no"],
)
def test_an_address_is_taken_with_the_key_alone(tmp_path: Path, key: str, status: int) -> None:
    near = Near(tmp_path, backend_key=BACKEND_KEY)
    assert near.call(event_body(clientAddress="203.0.113.9"), x_sluice_key=key)[0] == status
    assert near.call(event_body(clientAddress="here"), x_sluice_key=BACKEND_KEY)[0] == 400
    near.queue.close()


def test_no_log_line_has_a_value_an_address_or_a_bucket(near: Near, log: io.StringIO) -> None:
    near.call(event_body(userId="raw-value", metadata={"email": "raw-value"}), user_agent="raw-value")
    near.call(event_body(metadata={"email": True, "raw-value": "raw-value"}))
    near.call(b"raw-value", "/raw-value")

    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [one["statusCode"] for one in lines] == [202, 400, 404]
    assert "raw-value" not in log.getvalue() and BUCKET not in log.getvalue()


HEADS = [
    {"user_agent": SAFARI},
    {"user_agent": "python-requests/2.32"},
    {"user_agent": "shop-app/1.0"},
    {},
    {"user_agent": SAFARI, "sec_gpc": "1"},
    {"user_agent": SAFARI, "dnt": "1", "origin": "https://shop.example"},
    {"user_agent": SAFARI, "origin": "https://shop.example"},
]
BODIES = [
    {"sessionId": "s-1", "page": "https://shop.example/a?utm_source=x", "referrer": "https://shop.example/b"},
    {"userAgent": "curl/8.1", "metadata": {"plan": "pro"}},
    {"consent": "aggregate", "sessionId": "s-1"},
]
# When and in which order it came, and by whose address: the collector's.
OTHERS = ("serverTimestamp", "sequence")


def test_but_for_its_tokens_a_record_is_the_one_that_it_is_without_a_collector(
    tracker: Callable[..., Tracker], tmp_path: Path
) -> None:
    def read(folder: Path) -> dict[str, Any]:
        lines = [json.loads(line) for path in stored(folder) for line in path.read_text().splitlines()]
        return {one["eventId"]: {name: one[name] for name in one if name not in OTHERS} for one in lines}

    sent = {
        f"event-{head}-{number:010}": ({**event_body(), **body, "eventId": f"event-{head}-{number:010}"}, named)
        for head, named in enumerate(HEADS)
        for number, body in enumerate(BODIES)
    }
    direct = tracker(STORE=f"dir:{tmp_path / 'direct'}")
    for body, named in sent.values():
        headers = {"User-Agent": "", **{name.replace("_", "-").title(): value for name, value in named.items()}}
        assert direct.call(body, headers=headers).status == 200
    root = direct.app.service().salts
    passed = tracker(STORE=f"dir:{tmp_path / 'passed'}")
    passed.replace(salts=root)
    near = Near(tmp_path, passed)
    for body, named in sent.values():
        assert near.call(body, **named)[0] == 202
    near.forward()
    near.queue.close()

    found = read(tmp_path / "passed")
    assert len(found) == len(sent)
    assert found == read(tmp_path / "direct")


def test_a_visitor_is_known_by_the_address_that_the_application_names(
    tracker: Callable[..., Tracker], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = [{"bucket": BUCKET, "keys": [keys.digest(BACKEND_KEY)]}]
    (tmp_path / "allow.json").write_text(json.dumps(listed))
    stage = tracker(STORE=f"dir:{tmp_path / 'data'}", ALLOWED_BUCKETS=f"@{tmp_path / 'allow.json'}")
    near = Near(tmp_path, stage, BACKEND_KEY)
    for last in (9, 9, 10):
        body = event_body(clientAddress=f"203.0.113.{last}", userAgent=SAFARI)
        assert near.call(body, x_sluice_key=BACKEND_KEY)[0] == 202
    near.forward()
    near.queue.close()

    lines = [json.loads(line) for path in stored(tmp_path / "data") for line in path.read_text().splitlines()]
    assert len({one["visitorId"] for one in lines}) == 2
