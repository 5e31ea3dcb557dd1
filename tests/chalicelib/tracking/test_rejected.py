"""What is kept of what was refused: for whom, of which reasons, without personal data, and a bounded number of it."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import allowlist, records, values
from chalicelib.allowlist import Entry
from chalicelib.rejections import Rejection
from chalicelib.tracking import keys, rejected
from chalicelib.tracking.rejected import MAX_BODY, Kept, Sampler
from chalicelib.tracking.stores import StoreUnavailable
from tests.conftest import BUCKET, Tracker, event_body, stored

LISTED = frozenset({keys.new()[1]})
MAIL, ADDRESS = "jane.doe@example.com", "203.0.113.77"
# One of each rejection that names a bucket, with the status that it is answered by.
REFUSED: dict[str, tuple[int, Any, dict[str, Any]]] = {
    "PayloadTooLarge": (413, json.dumps(event_body(metadata={"mail": MAIL, "long": "x" * 20_000})), {}),
    "InvalidJson": (400, f'{{"bucket": "{BUCKET}", "page": "/a?mail={MAIL}", "ip": "{ADDRESS}", ', {}),
    "MissingField": (400, {"bucket": BUCKET, "timestamp": "2026-03-01T00:00:00Z", "userId": MAIL}, {}),
    "InvalidField": (
        400,
        event_body(viewport=f"{MAIL} {ADDRESS}", page=f"https://x.example/p?m={MAIL}&ip={ADDRESS}"),
        {},
    ),
    "OriginNotAllowed": (403, event_body(referrer=f"https://a.example/?m={MAIL}"), {"Origin": "https://evil.example"}),
    "KeyNotAccepted": (403, event_body(clientAddress=ADDRESS), {}),
}


@pytest.fixture
def keeping(
    tracker: Callable[..., Tracker], folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Tracker]:
    """The app over a folder, of an entry that keeps what is refused, with these fields over it."""

    def make(**fields: Any) -> Tracker:
        monkeypatch.setattr(values, "ROOT", tmp_path)
        entry = Entry(
            BUCKET, **{"keep_rejected": True, "origins": frozenset({"https://shop.example"}), "keys": LISTED, **fields}
        )
        others = [Entry("other-analytics"), Entry("open-*")]
        (tmp_path / "allowed.json").write_bytes(allowlist.encoded([entry, *others]))
        return tracker(STORE=f"dir:{folder}", ALLOWED_BUCKETS="@allowed.json", CORS_ORIGINS="*")

    return make


def kept(folder: Path) -> list[Kept]:
    """What is kept of what was refused, in every bucket."""
    paths = sorted(folder.rglob("rejected/**/*.json"))
    return [msgspec.json.decode(line, type=Kept) for path in paths for line in path.read_bytes().splitlines()]


@pytest.mark.parametrize("reason", REFUSED)
def test_each_refusal_is_answered_as_before_and_kept_without_personal_data(
    keeping: Callable[..., Tracker], folder: Path, reason: str
) -> None:
    status, body, headers = REFUSED[reason]
    tracker = keeping()
    assert tracker.call(body, headers=headers).status == status
    (one,) = kept(folder)
    (path,) = folder.rglob("rejected/**/*.json")

    assert (one.reason, one.weight, one.size) == (reason, 1, len(body if isinstance(body, str) else json.dumps(body)))
    assert path.relative_to(folder).as_posix().startswith(f"{BUCKET}/rejected/reason={reason}/year=20")
    assert stored(folder) == []
    text = path.read_text()
    # A visitor's address goes with its field, whatever is written there.
    assert not [secret for secret in (MAIL, "jane", ADDRESS, 'clientAddress\\":') if secret in text]


def test_every_rejection_that_can_name_a_bucket_is_among_them() -> None:
    without = {"NotFound", "MethodNotAllowed", "UnsupportedMediaType", "UnknownBucket", "TooManyEvents"}
    known = {one.reason for one in Rejection.__subclasses__()} - without
    assert known == set(REFUSED)


def test_too_many_events_are_kept_too(keeping: Callable[..., Tracker], folder: Path) -> None:
    tracker = keeping(max_events_per_second=1)
    answers = Counter(tracker.call(event_body()).status for _ in range(5))
    assert answers[429] == len(kept(folder)) > 0
    assert {one.reason for one in kept(folder)} == {"TooManyEvents"}


@pytest.mark.parametrize("bucket", ["other-analytics", "open-shop", "nobodys"])
def test_nothing_is_kept_for_a_bucket_that_does_not_ask_or_is_not_allowed(
    keeping: Callable[..., Tracker], folder: Path, bucket: str
) -> None:
    tracker = keeping()
    for body in (f'{{"bucket": "{bucket}", ', {"bucket": bucket}, event_body(bucket=bucket, viewport=1)):
        tracker.call(body)
    assert kept(folder) == []


def test_a_batch_s_refused_events_are_kept_in_its_own_bucket_whatever_they_name(
    keeping: Callable[..., Tracker], folder: Path
) -> None:
    good = event_body()
    foreign, typeless = event_body(bucket="open-shop"), {"timestamp": good["timestamp"], "userId": MAIL}
    answer = keeping().call({"bucket": BUCKET, "events": [good, foreign, typeless, 7]}, path="/track/batch")
    found = kept(folder)

    assert (answer.status, answer.json["accepted"]) == (200, 1)
    assert sorted((one.reason, one.field) for one in found) == [
        ("InvalidField", "bucket"),
        ("InvalidField", "events"),
        ("MissingField", "eventType"),
    ]
    assert {path.relative_to(folder).parts[0] for path in folder.rglob("rejected/**/*.json")} == {BUCKET}


def test_a_dry_run_keeps_nothing(keeping: Callable[..., Tracker], folder: Path) -> None:
    assert keeping().call({"bucket": BUCKET}, query={"dryRun": ["1"]}).status == 400
    assert kept(folder) == []


def test_of_one_who_opts_out_nothing_is_kept_that_is_theirs(keeping: Callable[..., Tracker], folder: Path) -> None:
    tracker = keeping()
    theirs = {"sessionId": "s-1", "userId": "u-1", "metadata": {"plan": "pro"}}
    tracker.call(event_body(viewport=1, **theirs), headers={"Sec-GPC": "1"})
    tracker.call(f'{{"bucket": "{BUCKET}", "userId": "u-1"', headers={"Sec-GPC": "1"})
    whole, text = sorted(kept(folder), key=lambda one: one.reason)

    assert whole.body is not None and not set(theirs) & set(json.loads(whole.body))
    assert text.body is None


def test_what_could_not_be_kept_changes_no_answer_and_is_logged(
    keeping: Callable[..., Tracker], log: io.StringIO
) -> None:
    class Down:
        def put(self, *_: object) -> None:
            raise StoreUnavailable("SlowDown")

    tracker = keeping()
    tracker.app.service().keeper._store = Down()
    assert tracker.call({"bucket": BUCKET}).status == 400
    assert '"message":"rejected_not_kept"' in log.getvalue()
    assert '"cause":"SlowDown"' in log.getvalue()


def test_a_body_is_cut_and_then_says_so(keeping: Callable[..., Tracker], folder: Path) -> None:
    tracker = keeping()
    tracker.call(event_body(viewport=1, metadata={"note": "é" * 1900, "more": "é" * 1900}))
    tracker.call(event_body(viewport=1))
    cut, whole = sorted(kept(folder), key=lambda one: one.whole)

    assert (cut.whole, whole.whole) == (False, True)
    assert cut.body is not None and MAX_BODY - 1 <= len(cut.body.encode()) <= MAX_BODY


HOSTILE: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from([MAIL, ADDRESS, "\ud800"]),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from([MAIL, ADDRESS]), inner),
)


@given(HOSTILE)
def test_whatever_is_sent_is_cleaned_and_bounded(sent: Any) -> None:
    for body in (
        json.dumps(sent).encode(),
        json.dumps(sent, ensure_ascii=False).encode("utf-8", "surrogatepass"),
        sent,
    ):
        text, _ = rejected.cleaned(body, rejected.Way(records.cleaning()))
        assert text is None or (len(text.encode()) <= MAX_BODY and MAIL not in text and ADDRESS not in text)


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b'{"a":' * 900 + b"1" + b"}" * 900, b'{"a": 1, "A": {"b": 1, "b": 2}}']
)
def test_what_nests_too_deep_or_names_a_key_twice_is_kept_as_text(body: bytes) -> None:
    text, is_whole = rejected.cleaned(body, rejected.Way(records.cleaning()))
    assert text is not None and text.startswith(body[:5].decode())
    assert not is_whole


class TestTheSample:
    def test_up_to_ten_a_second_each_is_kept(self) -> None:
        sampler = Sampler(clock=iter([*[0.5] * 10, *[1.2] * 10]).__next__)
        assert [sampler.weight("b", "r") for _ in range(20)] == [1] * 20

    @pytest.mark.parametrize("seconds", [0.5, 60, 3600])
    def test_a_hundred_thousand_are_a_bounded_number_of_the_right_weight(self, seconds: float) -> None:
        moments: Iterator[float] = (seconds * number / 100_000 for number in range(100_000))
        sampler = Sampler(clock=moments.__next__)
        weights = [weight for _ in range(100_000) if (weight := sampler.weight("b", "r"))]

        assert abs(sum(weights) - 100_000) <= 1_000
        assert len(weights) <= 10 * (seconds + 1) + 1_300

    def test_each_bucket_and_reason_has_its_own_and_strangers_fill_no_memory(self) -> None:
        sampler = Sampler(clock=lambda: 1.0)
        for number in range(3000):
            assert sampler.weight(f"open-{number}", "r") == 1
        assert len(sampler._seen) <= 1001
