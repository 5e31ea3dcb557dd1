"""A collector that sends a share of the sessions: what it leaves out stays on the machine, and what it sends counts for it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chalicelib import allowlist, values
from chalicelib.allowlist import Entry
from chalicelib.tracking import keys
from sluice.collecting import collector
from sluice.collecting.tokens import CollectError
from tests.conftest import BUCKET, Tracker, event_body, stored
from tests.sluice.collecting.test_collecting import Near

KEY, LISTED = keys.new()
SESSIONS = [f"session-{number}" for number in range(200)]


def events(**fields: Any) -> list[dict[str, Any]]:
    """Three events of each session."""
    return [event_body(sessionId=name, **fields) for name in SESSIONS for _ in range(3)]


def test_sessions_are_sent_whole_or_left_whole_and_each_answer_says_so(tmp_path: Path) -> None:
    near = Near(tmp_path, backend_key=KEY, share=0.25)
    answers = Counter()
    for one in events():
        status, _, said = near.call(one)
        answers[one["sessionId"], status, said["status"], said.get("sampled")] += 1

    assert set(answers.values()) == {3}
    assert {found[1:] for found in answers} == {(202, "queued", None), (200, "not_stored", True)}
    kept = [found[0] for found in answers if found[1] == 202]
    assert 30 < len(kept) < 70
    on_disk = b"".join(path.read_bytes() for path in near.queue.folder.rglob("*") if path.is_file())
    assert [name for name in SESSIONS if f'"{name}"'.encode() in on_disk] == kept
    near.queue.close()


def test_a_batch_counts_what_is_left_and_what_is_sent_says_what_it_counts_as(tmp_path: Path) -> None:
    near = Near(tmp_path, backend_key=KEY, share=0.5)
    status, _, said = near.call({"bucket": BUCKET, "events": [*events()[:99], {}]}, "/track/batch")

    assert (status, said["queued"] + said["sampled"], len(said["rejected"])) == (202, 99, 1)
    assert {one["sampleWeight"] for one in near.waiting()} == {2}
    near.queue.close()


@pytest.mark.parametrize(
    "fields", [{"userId": "u-81"}, {"clientAddress": "203.0.113.9", "userAgent": "Mozilla/5.0 (X11; Linux x86_64)"}]
)
def test_without_a_session_a_visitor_or_a_user_is_left_whole(tmp_path: Path, fields: dict[str, Any]) -> None:
    near = Near(tmp_path, backend_key=KEY, share=0.5)
    found = {near.call(event_body(**fields), x_sluice_key=KEY)[0] for _ in range(20)}
    alone = {near.call(event_body())[0] for _ in range(40)}

    assert (len(found), alone) == (1, {200, 202})
    near.queue.close()


def test_the_stage_draws_once_more_and_weights_multiply(
    tracker: Callable[..., Tracker], folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(values, "ROOT", tmp_path)
    (tmp_path / "list.json").write_bytes(allowlist.encoded([Entry(BUCKET, sample=0.5, keys=frozenset({LISTED}))]))
    near = Near(tmp_path, tracker(STORE=f"dir:{folder}", ALLOWED_BUCKETS="@list.json"), KEY, 0.5)
    sent = events()
    for start in range(0, len(sent), 100):
        near.call({"bucket": BUCKET, "events": sent[start : start + 100]}, "/track/batch")
    near.forward()

    kept = [json.loads(line) for path in stored(folder) for line in path.read_text().splitlines()]
    assert {one["sampleWeight"] for one in kept} == {4}
    assert set(Counter(one["sessionId"] for one in kept).values()) == {3}
    # A quarter, not a half: the two draw apart.
    assert 30 < len(kept) / 3 < 70
    near.queue.close()


def test_without_a_key_that_the_stage_takes_it_does_not_start(tmp_path: Path) -> None:
    options = collector.Options(
        "http://127.0.0.1:1", [], tmp_path / "k", tmp_path / "q", "127.0.0.1", 0, None, "text", 0.5
    )

    with pytest.raises(CollectError, match="--sample needs --backend-key"):
        collector.collect(options)
