"""What an entry's modes leave: nothing of what a mode forbids in a record, the log, a receipt or a kept refusal."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib import allowlist, events, privacy, records, values
from chalicelib.allowlist import Allowlist, Entry
from chalicelib.prefixes import OWN_FOLDER
from chalicelib.tracking import ingest, modes, pixels
from chalicelib.tracking.tenant_keys import NoKeys, object_key
from tests.conftest import BUCKET, SAFARI, Tracker, event_body, stored

OTHER = "blog-analytics"
MODES = ("sent", "none", "day", "tenant")
HASHED = ("day", "tenant")
SESSION, USER = "s-7f3a9c-session", "u-jane-81"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PHONES = (
    "+1 416 555 0123",
    "+14165550123",
    "(416) 555-0123",
    "416-555-0123",
    "1-416-555-0123",
    "+44 20 7946 0958",
    "0049 30 901820",
    "tel:4165550123",
    "+33 (0)1 42 68 53 00",
)
NO_PHONES = (
    "2026-03-01T12:00:00Z",
    "order 4165550123",
    "Chrome/140.0.0.0",
    "123-45-6789",
    "1,234,567.89",
    "item-416-555-0123-77",
    "3f1c9d0a5b7e4c2f8a6d",
    "1.2.3.4",
    "10 + 12 = 22",
    "2026-03-01 416",
)

Make = Callable[..., Tracker]


@pytest.fixture
def made(tracker: Make, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """The app over a folder, of two entries that keep what is refused, with these modes."""

    def make(**fields: Any) -> Tracker:
        monkeypatch.setattr(values, "ROOT", tmp_path)
        entries = [Entry(one, keep_rejected=True, **fields) for one in (BUCKET, OTHER)]
        (tmp_path / "allowed.json").write_bytes(allowlist.encoded(entries))
        for number, bucket in enumerate((BUCKET, OTHER)):
            path = folder / OWN_FOLDER / object_key(bucket)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(bytes([number]) * 32)
        return tracker(STORE=f"dir:{folder}", ALLOWED_BUCKETS="@allowed.json")

    return make


def kept(folder: Path) -> list[dict[str, Any]]:
    """Every record that is stored."""
    return [json.loads(line) for path in stored(folder) for line in path.read_text().splitlines()]


def everything(folder: Path) -> str:
    """All that is in the folder, refusals among it."""
    return "\n".join(path.read_text() for path in sorted(folder.rglob("*.json")))


def sent(tracker: Tracker, session: Any, user: Any, **fields: Any) -> str:
    """The event by every way in: alone, in a batch, as an image, in a dry run, and refused in each; what was answered."""
    body = event_body(sessionId=session, userId=user, **fields)
    wrong = {**body, "viewport": 7}
    query = {name: [value] for name, value in body.items() if isinstance(value, str) and name in pixels.FIELDS}
    answers = [
        tracker.call(body),
        tracker.call({"bucket": BUCKET, "events": [body, wrong]}, path="/track/batch"),
        tracker.call(method="GET", path="/pixel.gif", query=query),
        tracker.call(body, path="/track", query={"dryRun": ["1"]}),
        tracker.call(wrong),
        tracker.call({**body, "sessionID": session}),
        tracker.call({**body, "viewport": {"sessionId": session}}),
        tracker.call(json.dumps(body)[:-1]),
        tracker.call({"bucket": BUCKET, "events": [body, session], "mine": session}, path="/track/batch"),
    ]
    return "\n".join(json.dumps(one.json) for one in answers)


@pytest.mark.parametrize("mode", MODES)
def test_what_becomes_of_the_ids(made: Make, folder: Path, mode: str) -> None:
    tracker = made(identify=mode)
    for _ in range(2):
        assert tracker.call(event_body(sessionId=SESSION, userId=USER)).status == 200
    first, second = [(one["sessionId"], one["userId"]) for one in kept(folder)]

    assert first == second
    assert (first == (SESSION, USER)) is (mode == "sent")
    assert (first == (None, None)) is (mode == "none")
    if mode in HASHED:
        assert len(set(first)) == 2
        assert all(len(one) == 16 and one.isalpha() for one in first)


ID = st.text("abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ0123456789-", min_size=8, max_size=40).map("id~{}".format)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(session=ID, user=ID, mode=st.sampled_from(MODES[1:]))
def test_no_output_holds_an_id_that_the_mode_forbids(
    made: Make, folder: Path, log: io.StringIO, session: str, user: str, mode: str
) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    log.seek(0)
    log.truncate()
    answered = sent(made(identify=mode), session, user)

    outputs = everything(folder) + log.getvalue() + answered
    assert kept(folder)
    assert "rejected" in outputs
    assert session not in outputs
    assert user not in outputs


def test_with_none_the_log_has_no_hash_of_the_session(made: Make, log: io.StringIO) -> None:
    made(identify="none").call(event_body(sessionId=SESSION))
    assert "sessionHash" not in log.getvalue()


@pytest.mark.parametrize("mode", HASHED)
def test_a_log_s_hash_is_never_a_stored_id(made: Make, folder: Path, log: io.StringIO, mode: str) -> None:
    made(identify=mode).call(event_body(sessionId=SESSION))
    (line,) = [json.loads(one) for one in log.getvalue().splitlines() if "sessionHash" in one]
    (record,) = kept(folder)
    assert line["sessionHash"].translate(privacy._LETTERS) != record["sessionId"]


def test_two_tenants_days_and_kinds_share_no_id() -> None:
    roots = [day * 32 for day in (b"1", b"2")]
    salts = [privacy.tenant_salt(root, bucket) for root in roots for bucket in (BUCKET, OTHER)]
    found = []
    for salt in salts:
        for mode in MODES:
            event = modes.identified(_event("same", "same"), Entry(BUCKET, identify=mode), salt)
            found += [one for one in (event.session_id, event.user_id) if mode == "day"]
            found += [privacy.hash_session(salt, event.session_id)] if event.session_id and mode == "day" else []
    assert len(set(found)) == len(found) == 12


@pytest.mark.parametrize(("mode", "distinct"), [("sent", 1), ("day", 8), ("tenant", 4)])
def test_what_of_two_days_and_tenants_can_be_joined(made: Make, folder: Path, mode: str, distinct: int) -> None:
    path = made(identify=mode).app.service()
    days = [NOW + timedelta(days=one) for one in range(2)]
    for bucket in (BUCKET, OTHER):
        for at in days:
            body = {"bucket": bucket, "eventType": "a", "timestamp": records.iso(at), "sessionId": "s", "userId": "s"}
            path.track(ingest.Request(msgspec.json.encode(body), {}, "81.2.69.142", at))
    found = [one[name] for one in kept(folder) for name in ("sessionId", "userId")]
    assert (len(set(found)), len(found)) == (distinct, 8)


class _Broken:
    cause = "ThrottlingException"

    def root(self, day: date, now: datetime, zone: str = "UTC") -> bytes | None:
        return None


def test_without_a_salt_an_id_is_null(made: Make, folder: Path) -> None:
    tracker = made(identify="day")
    tracker.replace(salts=_Broken())
    tracker.call(event_body(sessionId=SESSION, userId=USER))
    tracker.call({"bucket": BUCKET, "events": [event_body(sessionId=SESSION)]}, path="/track/batch")
    assert {(one["sessionId"], one["userId"]) for one in kept(folder)} == {(None, None)}


def test_without_the_tenant_s_key_an_id_is_null_and_the_log_says_why(
    made: Make, folder: Path, log: io.StringIO
) -> None:
    tracker = made(identify="tenant")
    tracker.replace(tenant_keys=NoKeys())
    tracker.call(event_body(sessionId=SESSION, userId=USER))
    tracker.call({"bucket": BUCKET, "events": [event_body(sessionId=SESSION)]}, path="/track/batch")
    tracker.call(event_body())
    lines = [json.loads(one) for one in log.getvalue().splitlines()]
    assert {(one["sessionId"], one["userId"]) for one in kept(folder)} == {(None, None)}
    assert [one.get("saltCause") for one in lines] == ["TenantKey.None"] * 2 + [None]


@pytest.mark.parametrize("fields", [{"identify": "none"}, {"identify": "day"}, {"identify": "tenant"}])
def test_the_visitor_and_the_bot_are_those_of_the_event_as_sent(
    made: Make, folder: Path, fields: dict[str, Any]
) -> None:
    """A program's event without a session belongs to no visitor; with one it does, whatever is stored of it."""
    made(**fields).call(event_body(sessionId=SESSION), headers={"User-Agent": "curl/8.0"})
    (record,) = kept(folder)
    assert record["visitorId"] is not None
    assert not record["isBot"]


@pytest.mark.parametrize("mode", HASHED)
def test_a_dry_run_masks_what_would_be_a_hash(made: Make, mode: str) -> None:
    answer = made(identify=mode).call(event_body(sessionId=SESSION), query={"dryRun": ["1"]})
    assert answer.json["record"]["sessionId"] == ingest.MASK
    assert answer.json["record"]["userId"] is None


@pytest.mark.parametrize(("agent", "shown"), [(SAFARI, "Mobile Safari on iOS"), ("", None), ("curl/8.7.1", "curl")])
def test_of_a_user_agent_only_its_family_is_stored(
    made: Make, folder: Path, log: io.StringIO, agent: str, shown: str | None
) -> None:
    tracker = made(user_agent="family")
    headers = {"User-Agent": agent}
    answers = [
        tracker.call(event_body(), headers=headers),
        tracker.call(event_body(viewport=1), headers=headers),
        tracker.call(event_body(userAgent=[SAFARI]), headers=headers),
        tracker.call("{" + json.dumps(event_body(userAgent=SAFARI)), headers=headers),
        tracker.call({"bucket": BUCKET, "events": [event_body(userAgent=SAFARI)], "x": 1}, path="/track/batch"),
    ]
    assert kept(folder)[0]["userAgent"] == shown
    outputs = everything(folder) + log.getvalue() + json.dumps([one.json for one in answers])
    assert SAFARI not in outputs
    assert "AppleWebKit" not in outputs
    assert "8.7.1" not in outputs


def test_the_device_is_read_from_the_whole_user_agent(made: Make, folder: Path) -> None:
    made().call(event_body())
    made(user_agent="family").call(event_body())
    full, family = [(one["device"], one["isBot"], one["visitorId"] is None) for one in kept(folder)]
    assert full == family


@pytest.mark.parametrize("phone", PHONES)
def test_phones_are_redacted_where_the_entry_asks_for_it(made: Make, folder: Path, phone: str) -> None:
    body = event_body(
        page=f"/call/{phone}/now", metadata={"note": f"call {phone}", "list": [phone]}, userId=phone, fromWebsite=phone
    )
    for mode in ("keep", "redact"):
        shutil.rmtree(folder, ignore_errors=True)
        tracker = made(phones_in_text=mode)
        tracker.call(body)
        tracker.call({**body, "viewport": 1})
        found = everything(folder)
        assert (phone.removeprefix("tel:") in found) is (mode == "keep"), found


@pytest.mark.parametrize("text", NO_PHONES)
def test_what_only_looks_like_a_phone_stays(text: str) -> None:
    words, others = privacy.texts(addresses=False, phones=True)
    assert privacy.clean(text, words) == privacy.clean(text, others) == text


def test_an_escaped_phone_is_found() -> None:
    (words, _) = privacy.texts(phones=True)
    assert privacy.clean("call %2B1%20416%20555%200123", words) == "call :redacted"


def test_addresses_stay_where_the_entry_asks_for_it(made: Make, folder: Path) -> None:
    body = event_body(page="/from/a 203.0.113.77", metadata={"at": "203.0.113.78"})
    for mode in ("redact", "keep"):
        shutil.rmtree(folder, ignore_errors=True)
        made(addresses_in_text=mode).call(body)
        assert ("203.0.113.77" in everything(folder)) is (mode == "keep")
        assert ("203.0.113.78" in everything(folder)) is (mode == "keep")


def test_one_mode_leaves_the_others_as_they_are() -> None:
    assert privacy.clean("jane@example.com", privacy.texts(phones=True).words) == ":redacted"
    assert (
        privacy.clean("jane@example.com 203.0.113.7", privacy.texts(addresses=False).others) == ":redacted 203.0.113.7"
    )


@pytest.mark.parametrize("header", ["Sec-GPC", "DNT"])
def test_a_batch_that_is_refused_whole_keeps_nothing_of_one_who_opts_out(made: Make, folder: Path, header: str) -> None:
    body = event_body(sessionId=SESSION, userId=USER, metadata={"plan": "pro-plan"})
    made().call({"bucket": BUCKET, "events": [body], "mine": 1}, path="/track/batch", headers={header: "1"})
    found = everything(folder)
    assert "reason" in found
    assert not [one for one in (SESSION, USER, "pro-plan") if one in found]


def test_the_defaults_do_nothing_and_are_not_packaged() -> None:
    entry, event = Entry(BUCKET), _event(SESSION, USER)
    facts = SimpleNamespace()
    assert modes.identified(event, entry, b"") is event
    assert modes.shown(facts, entry) is facts  # type: ignore[arg-type]
    assert b"identify" not in allowlist.encoded([entry])
    assert b"text" not in allowlist.encoded([entry])


def test_a_pattern_has_no_key_of_its_own() -> None:
    with pytest.raises(ValueError, match="is a pattern"):
        Entry("*-analytics", identify="tenant")


def test_the_modes_come_back_from_a_packaged_list() -> None:
    entry = Entry(BUCKET, identify="day", user_agent="family", addresses_in_text="keep", phones_in_text="redact")
    assert allowlist.decoded(allowlist.encoded([entry])) == [entry]
    assert Allowlist([entry]).allow(BUCKET, None) == entry


def _event(session: str, user: str) -> events.Event:
    return events.parse(json.dumps(event_body(sessionId=session, userId=user)).encode())
