"""Bytes to Event: what is taken, and in which words everything else is refused."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib import events
from chalicelib.events import Event
from chalicelib.rejections import InvalidField, InvalidJson, MissingField, PayloadTooLarge, Rejection
from tests.conftest import PROVE

GOOD = {"bucket": "shop-analytics", "eventType": "page_view", "timestamp": "2025-12-17T12:00:00.000Z"}
NOON = datetime(2025, 12, 17, 12, tzinfo=UTC)
ID = "3f1c9d0a5b7e4c2f"

NOT_JSON = [
    b"",
    b" ",
    b"null",
    b"true",
    b"7",
    b'"text"',
    b"[]",
    b"[{}]",
    b"{",
    b'{"bucket":"a"',
    b"{'bucket':'a'}",
    b'{"bucket":"a",}',
    b'{"a":1}{"b":2}',
    b"\xff\xfe",
    b'{"bucket":"\xe9"}',
    b'{"bucket":"\xed\xa0\x80"}',
    '{"bucket":"a"}'.encode("utf-16"),
    b"\xef\xbb\xbf{}",
    b'{"page":"a\nb"}',
    b'{"page":"a\x00b"}',
    b'{"metadata":{"x":NaN}}',
    b'{"metadata":{"x":Infinity}}',
    b'{"metadata":{"x":-Infinity}}',
    b'{"bucket":"a","bucket":"b"}',
    b'{"bucket":"a","Bucket":"b"}',
    b'{"metadata":{"x":1,"X":2}}',
    b'{"metadata":{"a":[{"x":1,"x":1}]}}',
    b'{"metadata":{"a":{"b":{"c":{}}}}}',
    b'{"metadata":[[[[]]]]}',
    b'{"a":' * 2000 + b"1" + b"}" * 2000,
    b"[" * 8000 + b"]" * 8000,
    b"[" * 16000,
    json.dumps({"metadata": {f"k{n}": n for n in range(100)}}).encode(),
]
REQUIRED = ["bucket", "eventType", "timestamp"]
TEXTS = ["page", "userAgent", "sessionId", "userId", "referrer", "fromWebsite"]
STRICT = ["bucket", "eventId", "eventType", "timestamp"]
OURS = ["ip", "serverTimestamp", "visitorId", "isBot", "device", "location", "utm", "event_id", "Page", "__class__"]
BAD_TIMES = [
    "0001-01-01T00:00:00+14:00",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59-14:00",
    "9999-12-31T23:59:59Z",
    "0000-01-01T00:00:00Z",
    "2025-12-17T24:00:00Z",
    "2025-12-17T12:60:00Z",
    "2016-12-31T23:59:60Z",
    "2025-02-29T12:00:00Z",
    "2025-13-01T12:00:00Z",
    "2025-12-17T12:00:00",
    "2025-12-17",
    "2025-12-17 12:00:00Z",
    "2025-12-17T12:00:00+24:00",
    "2025-12-17T12:00:00Z\n",
    " 2025-12-17T12:00:00Z",
    "2025-W51-3T12:00:00Z",
    "20251217T120000Z",
    "1765972800",
    "now",
    "../2025",
    "٢٠٢٥-12-17T12:00:00Z",
    1765972800,
    1765972800.5,
    True,
    [],
    {},
]
BAD_VALUES = [
    *[("timestamp", time, "timestamp") for time in BAD_TIMES],
    *[(field, f"{'a' * 16}\x00", field) for field in STRICT],
    *[(field, f"{'a' * 16}\n", field) for field in STRICT],
    *[(field, f"{'a' * 16}\u202e", field) for field in STRICT],
    *[(field, "\ud800", field) for field in STRICT + TEXTS],
    *[(field, "x" * 2001, field) for field in STRICT + TEXTS],
    *[(field, wrong, field) for field in STRICT + TEXTS for wrong in (1, True, [], {}, 1.5)],
    *[(field, "x", field) for field in OURS],
    *[("eventType", text, "eventType") for text in ("../x", "a/b", "x" * 65, "a b", "é", "a\u0130")],
    *[("eventId", text, "eventId") for text in ("", "x" * 15, "x" * 65, f"../{ID}", f"{ID}.", "é" * 16, f"{ID}/x")],
    *[("viewport", {"width": wrong}, "viewport.width") for wrong in (-1, 65536, 3_000_000_000, 1.5, 1.0, True, "7")],
    ("viewport", {"height": -1}, "viewport.height"),
    ("viewport", {"depth": 1}, "viewport.depth"),
    ("viewport", [1, 2], "viewport"),
    ("viewport", "1x2", "viewport"),
    *[("metadata", wrong, "metadata") for wrong in ("x", 1, [], True)],
    ("metadata", {"x": 2**53 + 1}, "metadata.x"),
    ("metadata", {"x": -(2**53) - 1}, "metadata.x"),
    ("metadata", {"x": 1e300}, "metadata.x"),
    ("metadata", {"x": 10**400}, "metadata.x"),
    ("metadata", {"x": [0, {"y": "\udfff"}]}, "metadata.x[1].y"),
    ("metadata", {"x": "y" * 2001}, "metadata.x"),
    ("metadata", {"": 1}, "metadata."),
    ("metadata", {"1x": 1}, "metadata.1x"),
    ("metadata", {"x y": 1}, "metadata.x?y"),
    ("metadata", {"x\n": 1}, "metadata.x?"),
    ("metadata", {"x\x00": 1}, "metadata.x?"),
    ("metadata", {"\ud800": 1}, "metadata.?"),
    ("metadata", {"$.a`b": 1}, "metadata.?.a?b"),
    ("metadata", {"k" * 65: 1}, "metadata." + "k" * 64),
    ("", "x", ""),
    ("ключ", "x", "????"),
]
INNER = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)
FIELD = st.sampled_from([*events.FIELDS, "width", "ip"]) | st.text(max_size=4)


def body(**fields):
    return json.dumps({**GOOD, **fields}).encode()


def refusal(sent):
    with pytest.raises(Rejection) as caught:
        events.parse(sent)
    return caught.value


def accepts_or_rejects(sent):
    try:
        return isinstance(events.parse(sent), Event)
    except Rejection as rejection:
        return rejection.status in (400, 413) and bool(rejection.problem().message)


@pytest.mark.parametrize("sent", NOT_JSON)
def test_what_is_not_a_plain_json_object_is_refused_as_invalid_json(sent):
    rejection = refusal(sent)
    assert type(rejection) is InvalidJson
    assert (rejection.status, rejection.error) == (400, "Invalid JSON")


@pytest.mark.parametrize("number", [b"1e999", b"-1e999", b"9" * 5000, b"-" + b"9" * 25, b"9007199254740993"])
def test_a_number_beyond_two_to_the_53_is_an_invalid_field(number):
    sent = body(metadata={"x": 0}).replace(b'"x": 0', b'"x": ' + number)
    assert refusal(sent).error == "Invalid field: metadata.x"


@pytest.mark.parametrize(("name", "value", "path"), BAD_VALUES)
def test_a_bad_value_is_refused_and_its_path_named(name, value, path):
    rejection = refusal(body(**{name: value}))
    assert type(rejection) is InvalidField
    assert (rejection.status, rejection.error, rejection.field) == (400, f"Invalid field: {path}", path)


@pytest.mark.parametrize("name", OURS)
def test_an_unknown_field_is_refused_with_the_advice_to_use_metadata(name):
    assert "under metadata" in refusal(body(**{name: None})).message


@pytest.mark.parametrize("field", REQUIRED)
@pytest.mark.parametrize("absent", [None, ""])
def test_a_required_field_that_is_null_or_empty_is_missing(field, absent):
    rejection = refusal(body(**{field: absent}))
    assert type(rejection) is MissingField
    assert (rejection.error, rejection.field) == (f"Missing required field: {field}", field)


@pytest.mark.parametrize("field", REQUIRED)
def test_a_required_field_that_is_not_there_is_missing(field):
    sent = {name: value for name, value in GOOD.items() if name != field}
    assert refusal(json.dumps(sent).encode()).error == f"Missing required field: {field}"


def test_the_message_for_a_missing_bucket_is_the_contracts():
    assert refusal(b"{}").message == "You must specify the S3 bucket name in the request body"


def test_a_body_of_16_kib_is_taken_and_one_byte_more_is_not():
    fits = body().ljust(events.MAX_BODY)
    assert events.parse(fits).bucket == "shop-analytics"
    assert type(refusal(fits + b" ")) is PayloadTooLarge


def test_a_hundred_thousand_brackets_are_too_large():
    assert refusal(b"[" * 100_000).status == 413


def test_a_hundred_keys_are_taken_and_one_more_is_not():
    most = {f"k{number}": number for number in range(96)}
    assert len(events.parse(body(metadata=most)).metadata) == 96
    assert "101 keys" in refusal(body(metadata={**most, "more": 0})).message


@pytest.mark.parametrize("sent", ['{"a":1,"A":2}', '{"metadata":{"x":1,"X":2}}', '{"viewport":{"width":1,"width":1}}'])
def test_a_key_twice_is_reported_wherever_it_is(sent):
    assert "occurs twice" in refusal(sent.encode()).message


def test_colons_in_texts_are_not_keys():
    assert events.parse(body(page=":" * 2000)).page == ":" * 2000


def test_four_levels_are_taken_and_five_are_not():
    four = {"a": {"b": [1]}}
    assert events.parse(body(metadata=four)).metadata == four
    assert "deeper than 4" in refusal(body(metadata={"a": {"b": [[]]}})).message


def test_texts_of_2000_characters_and_keys_of_64_are_taken():
    event = events.parse(body(page="é" * 2000, metadata={"k" * 64: "x" * 2000}))
    assert (len(event.page), *event.metadata) == (2000, "k" * 64)


@pytest.mark.parametrize("field", [name for name in events.FIELDS if name not in REQUIRED])
def test_an_optional_field_that_is_null_counts_as_absent(field):
    assert events.parse(body(**{field: None})) == events.parse(body())


@pytest.mark.parametrize("field", TEXTS)
def test_path_tricks_and_controls_in_a_text_are_only_text(field):
    event = events.parse(body(**{field: "../../\x00\u202eetc"}))
    assert getattr(event, events.FIELDS[field]) == "../../\x00\u202eetc"


@pytest.mark.parametrize(
    "text",
    [
        "2025-12-17T12:00:00Z",
        "2025-12-17t12:00z",
        "2025-12-17T12:00:00,0Z",
        "2025-12-17T02:00:00.000000-10:00",
        "2025-12-18T02:00:00+14:00",
        "2025-12-17T17:30+0530",
        "2025-12-17T13:00:00.000+01",
    ],
)
def test_an_iso_time_with_a_zone_is_taken_as_utc(text):
    event = events.parse(body(timestamp=text))
    assert event.timestamp == NOON
    assert event.timestamp.tzinfo is UTC


@pytest.mark.parametrize("year", ["0002", "9998"])
def test_the_outermost_years_that_a_zone_cannot_push_over_the_edge_are_taken(year):
    for zone in ("+14:00", "-14:00"):
        assert events.parse(body(timestamp=f"{year}-06-01T00:00:00{zone}")).timestamp


def test_the_event_type_is_made_lower_case():
    assert events.parse(body(eventType="Page_View.V2:a-b")).event_type == "page_view.v2:a-b"


@pytest.mark.parametrize("event_id", [ID, "x" * 16, "-_" * 32])
def test_an_event_id_of_16_to_64_characters_is_kept(event_id):
    assert events.parse(body(eventId=event_id)).event_id == event_id


def test_a_viewport_reaches_from_0_to_65535():
    viewport = events.parse(body(viewport={"width": 0, "height": 65535})).viewport
    assert (viewport.width, viewport.height) == (0, 65535)


def test_a_viewports_null_counts_as_absent():
    assert events.parse(body(viewport={"width": None})).viewport == events.Viewport()


@pytest.mark.parametrize("number", [0, 1, -1, 2**53, -(2**53), True, False])
def test_a_whole_number_in_metadata_stays_whole(number):
    event = events.parse(body(metadata={"deep": [{"x": number}]}))
    kept = event.metadata["deep"][0]["x"]
    assert (kept, type(kept)) == (number, type(number))


@pytest.mark.parametrize("number", [1.0, -0.5, 1e15])
def test_a_real_number_in_metadata_stays_real(number):
    kept = events.parse(body(metadata={"x": number})).metadata["x"]
    assert (kept, type(kept)) == (number, float)


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=200))
def test_random_bytes_raise_nothing_but_rejections(sent):
    assert accepts_or_rejects(sent)


@settings(deadline=None, max_examples=300 if PROVE else 100)
@given(INNER)
def test_random_json_raises_nothing_but_rejections(value):
    assert accepts_or_rejects(json.dumps(value).encode())


@settings(deadline=None, max_examples=500 if PROVE else 100)
@given(st.dictionaries(FIELD, INNER, max_size=3), st.dictionaries(FIELD, INNER, max_size=3))
def test_random_values_in_a_good_event_raise_nothing_but_rejections(fields, metadata):
    assert accepts_or_rejects(body(**fields))
    assert accepts_or_rejects(body(metadata=metadata))
    assert accepts_or_rejects(body(viewport=metadata))
