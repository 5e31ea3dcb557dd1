"""What a person agrees to: each word and signal, on every way in, and what is stored, answered and logged of it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chalicelib import allowlist, values
from chalicelib.allowlist import Entry
from tests.conftest import BUCKET, Tracker, event_body, stored

SESSION, USER, PLAN = "s-7f3a9c-session", "u-jane-81", "pro-plan"
WORDS = (None, "full", "aggregate", "none")
SIGNALS: dict[str | None, dict[str, str]] = {
    None: {},
    "gpc": {"Sec-GPC": "1"},
    "dnt": {"DNT": "1"},
    "both": {"Sec-GPC": "1", "DNT": "1"},
}


@pytest.fixture
def keeping(tracker: Callable[..., Tracker], folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tracker:
    """The app over a folder, of an entry that keeps what is refused."""
    monkeypatch.setattr(values, "ROOT", tmp_path)
    (tmp_path / "allowed.json").write_bytes(allowlist.encoded([Entry(BUCKET, keep_rejected=True)]))
    return tracker(STORE=f"dir:{folder}", ALLOWED_BUCKETS="@allowed.json")


def body(word: str | None, **fields: Any) -> dict[str, Any]:
    said = {} if word is None else {"consent": word}
    return event_body(sessionId=SESSION, userId=USER, metadata={"plan": PLAN}, **said, **fields)


def kept(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for path in stored(folder) for line in path.read_text().splitlines()]


def everything(folder: Path) -> str:
    return "\n".join(path.read_text() for path in sorted(folder.rglob("*.json")))


def expected(word: str | None, signal: str | None) -> tuple[str | None, str | None]:
    if word == "none":
        return "none", "consent"
    if signal is not None:
        return "aggregate", "gpc" if signal == "both" else signal
    return word, word and "consent"


@pytest.mark.parametrize("signal", SIGNALS)
@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize("way", ["track", "batch", "pixel", "dry run"])
def test_the_strictest_counts_and_is_said(
    keeping: Tracker, folder: Path, log: io.StringIO, way: str, word: str | None, signal: str | None
) -> None:
    event, headers = body(word), SIGNALS[signal]
    level, decided = expected(word, signal)
    if way == "batch":
        answer = keeping.call({"bucket": BUCKET, "events": [event]}, path="/track/batch", headers=headers)
    elif way == "pixel":
        query = {name: [value] for name, value in event.items() if isinstance(value, str) and name != "timestamp"}
        answer = keeping.call(method="GET", path="/pixel.gif", query=query, headers=headers)
    else:
        answer = keeping.call(event, headers=headers, query={"dryRun": ["1"]} if way == "dry run" else None)

    assert answer.status == (204 if way == "pixel" else 200)
    records = [answer.json["record"]] if way == "dry run" and level != "none" else kept(folder)
    (line,) = [json.loads(one) for one in log.getvalue().splitlines() if '"request"' in one]
    if level == "none":
        assert records == []
        assert everything(folder) == ""
        assert "sessionHash" not in line
        assert (line["outcome"], line.get("not_stored")) == {
            "track": ("not_stored", None),
            "pixel": ("not_stored", None),
            "batch": ("batch", 1),
            "dry run": ("dry_run", None),
        }[way]
    else:
        (record,) = records
        assert record["consent"] == {"level": level, "signal": decided}
        ids = [record[name] for name in ("sessionId", "userId", "visitorId", "ip", "metadata")]
        assert (ids == [None] * 5) if level == "aggregate" else all(ids[:2])
    if way == "track":
        assert answer.json.get("consent") == (level if level in {"aggregate", "none"} else None)
        assert answer.json["status"] == ("not_stored" if level == "none" else "ok")
    if way == "batch":
        counts = [answer.json.get(name, 0) for name in ("accepted", "aggregate", "not_stored")]
        assert counts == [int(level != "none"), int(level == "aggregate"), int(level == "none")]


def test_each_event_of_a_batch_has_its_own(keeping: Tracker, folder: Path) -> None:
    answer = keeping.call({"bucket": BUCKET, "events": [body(word) for word in WORDS]}, path="/track/batch")
    assert answer.json == {
        **{"status": "ok", "accepted": 3, "duplicates": 0, "rejected": []},
        **{"aggregate": 1, "not_stored": 1},
    }
    found = {one["consent"]["level"]: one for one in kept(folder)}
    assert set(found) == {None, "full", "aggregate"}
    assert found["aggregate"]["visitorId"] is None
    assert found["full"]["visitorId"] == found[None]["visitorId"] is not None


@pytest.mark.parametrize("word", ["none", "aggregate", "NONE", "never"])
def test_a_refused_event_is_kept_as_its_word_lets_it(keeping: Tracker, folder: Path, word: str) -> None:
    wrong = body(word, viewport=7)
    sent = [
        (wrong, "/track"),
        (json.dumps(wrong)[:-1], "/track"),
        ({"bucket": BUCKET, "events": [wrong]}, "/track/batch"),
        ({"bucket": BUCKET, "events": [wrong], "mine": 1}, "/track/batch"),
    ]
    for one, path in sent:
        keeping.call(one, path=path)
    found = everything(folder)
    assert (found == "") is (word.lower() == "none")
    assert not [secret for secret in (SESSION, USER, PLAN) if secret in found]


def test_another_word_is_refused(keeping: Tracker) -> None:
    answer = keeping.call(body("maybe"))
    assert (answer.status, answer.json["field"]) == (400, "consent")


def test_an_event_that_is_not_stored_is_admitted_first(keeping: Tracker) -> None:
    assert keeping.call(body("none", bucket="nobodys-bucket")).status == 403
