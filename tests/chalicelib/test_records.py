"""The record: its names, order and types, whatever the client sent; its key, its day and its times."""

import json
import re
from datetime import UTC, date, datetime, timedelta, timezone

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chalicelib import events, privacy, records
from chalicelib.receipts import Receipt
from chalicelib.records import Device, Facts, Filing, Location
from chalicelib.rejections import Rejection
from tests.conftest import PROVE

NOON = datetime(2025, 12, 17, 12, tzinfo=UTC)
GOOD = {"bucket": "shop-analytics", "eventType": "page_view", "timestamp": "2025-12-17T12:00:00Z"}
FILING = Filing(NOON.date(), NOON.date(), "x" * 16, "k", is_minted=False)
STRING = (str, type(None))
FLAG, WHOLE, REAL, NEVER_NULL = (bool,), (int, type(None)), (float,), (str,)
LAYOUT = {
    "eventId": NEVER_NULL,
    "eventType": NEVER_NULL,
    "timestamp": NEVER_NULL,
    "serverTimestamp": NEVER_NULL,
    "page": STRING,
    "sessionId": STRING,
    "userId": STRING,
    "ip": STRING,
    "visitorId": STRING,
    "location": {"country": STRING, "region": STRING, "city": STRING},
    "device": {"device_type": STRING, "browser": STRING, "os": STRING},
    "isBot": FLAG,
    "viewport": {"width": WHOLE, "height": WHOLE},
    "referrer": STRING,
    "utm": {leaf: STRING for leaf in ("source", "medium", "campaign", "term", "content")},
    "fromWebsite": STRING,
    "userAgent": STRING,
    "metadata": STRING,
    "sequence": WHOLE,
    "clickId": STRING,
    "consent": {"level": STRING, "signal": STRING},
    "sampleWeight": REAL,
}
ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")

zones = st.integers(-840, 840).map(lambda minutes: timezone(timedelta(minutes=minutes)))
moments = st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 30), timezones=zones)
recent = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
texts = st.none() | st.text(max_size=50) | st.sampled_from(["http://[", "//", "?", "a@b.example", "\x00", "%ff%00"])
scalars = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-1e9, 1e9) | texts
values = st.lists(scalars, max_size=3) | st.dictionaries(st.sampled_from("abXY"), scalars, max_size=3) | scalars
pixels = st.none() | st.integers(-1, 65536)
anything = st.recursive(scalars, lambda inner: st.lists(inner, max_size=2), max_leaves=3)
sent = st.fixed_dictionaries(
    {"timestamp": moments.map(datetime.isoformat), "eventType": st.sampled_from(["x", "Page_View"])},
    optional={
        **{name: texts for name in ("page", "referrer", "userId", "sessionId", "fromWebsite", "userAgent")},
        "viewport": st.fixed_dictionaries({"width": pixels}, optional={"height": pixels}),
        "metadata": st.dictionaries(st.sampled_from(["plan", "ip", "eventId", "device"]), values | anything),
        "eventId": st.sampled_from(["x" * 16, "y" * 64]),
    },
)


def event(**fields):
    return events.parse(json.dumps({**GOOD, **fields}).encode())


def facts(**known):
    defaults = dict.fromkeys(("ip", "visitor_id", "user_agent", "site"))
    place = {"location": Location(), "device": Device(), "is_bot": False}
    return Facts(**{"server_timestamp": records.iso(NOON), **place, **defaults, **known})


def build(sent=None, keep_query=(), **known):
    return records.build(event(**(sent or {})), FILING, facts(**known), records.cleaning(keep_query))


def stored(sent=None, keep_query=(), **known):
    return json.loads(records.encode(build(sent, keep_query, **known)))


def misfits(value, layout):
    """The names whose value is not of its column's type; bool is not an int here, as in SQL."""
    if list(value) != list(layout):
        return [list(value)]
    leaves = {name: types for name, types in layout.items() if isinstance(types, tuple)}
    wrong = [name for name, types in leaves.items() if type(value[name]) not in types]
    return wrong + [name for name in layout.keys() - leaves if misfits(value[name], layout[name])]


def test_the_least_event_has_every_field_in_order():
    record = stored()
    assert list(record) == list(LAYOUT)
    assert misfits(record, LAYOUT) == []
    assert record["location"] == dict.fromkeys(("country", "region", "city"), "Unknown")


def test_a_full_event_is_stored_to_the_letter():
    device = Device("desktop", "Chrome", "Linux")
    sent = {
        "page": "https://shop.example/a?utm_source=news&utm_medium=mail&q=shoes&x=1#top",
        "viewport": {"width": 1920, "height": 1080},
        "sessionId": "s1",
        "userId": "u1",
        "referrer": "https://search.example/find?q=shoes",
        "fromWebsite": "LinkedIn",
        "sequence": 7,
        "metadata": {"plan": "pro", "n": 1, "price": 1.5, "tags": ["é"]},
    }
    known = {"ip": "0" * 16, "visitor_id": "1" * 16, "user_agent": "Chrome", "device": device}
    assert stored(sent, keep_query={"q"}, location=Location("GB", "ENG", "London"), **known) == {
        "eventId": "x" * 16,
        "eventType": "page_view",
        "timestamp": "2025-12-17T12:00:00.000Z",
        "serverTimestamp": "2025-12-17T12:00:00.000Z",
        "page": "https://shop.example/a?q=shoes",
        "sessionId": "s1",
        "userId": "u1",
        "ip": "0" * 16,
        "visitorId": "1" * 16,
        "location": {"country": "GB", "region": "ENG", "city": "London"},
        "device": {"device_type": "desktop", "browser": "Chrome", "os": "Linux"},
        "isBot": False,
        "viewport": {"width": 1920, "height": 1080},
        "referrer": "https://search.example",
        "utm": {"source": "news", "medium": "mail", "campaign": None, "term": None, "content": None},
        "fromWebsite": "LinkedIn",
        "userAgent": "Chrome",
        "metadata": '{"plan":"pro","n":1,"price":1.5,"tags":["é"]}',
        "sequence": 7,
        "clickId": None,
        "consent": {"level": None, "signal": None},
        "sampleWeight": 1.0,
    }


@settings(deadline=None, max_examples=500 if PROVE else 100)
@given(sent, texts, moments)
@example({"metadata": {"device": "x"}, "viewport": {"width": 65535}}, "\ud800", NOON)
def test_every_value_fits_its_columns_type_whatever_was_sent(sent, header, received):
    try:
        known = {"user_agent": records.header_text(header), "site": privacy.site_of(header)}
        built = build(sent, {"q"}, server_timestamp=records.iso(received), **known)
    except Rejection:
        return
    record = json.loads(records.encode(built))
    assert misfits(record, LAYOUT) == []
    assert all(ISO.fullmatch(record[name]) for name in ("timestamp", "serverTimestamp"))
    assert all(0 <= (side or 0) <= 65535 for side in record["viewport"].values())


@settings(deadline=None, max_examples=200 if PROVE else 50)
@given(sent)
def test_a_record_is_one_line_of_utf_8(sent):
    try:
        line = records.encode(build(sent))
    except Rejection:
        return
    assert (line.count(b"\n"), line[-1:]) == (1, b"\n")
    assert isinstance(json.loads(line.decode()), dict)


@settings(deadline=None, max_examples=200 if PROVE else 50)
@given(
    st.dictionaries(st.sampled_from(["plan", "ip", "eventId"]), st.integers(0, 99) | st.text("ab\"\\é\n'", max_size=9))
)
def test_metadata_is_a_json_string_that_holds_the_object(metadata):
    record = stored({"metadata": metadata})
    plain = {name: text.replace("\n", "") if isinstance(text, str) else text for name, text in metadata.items()}
    assert json.loads(record["metadata"]) == plain
    assert misfits(record, LAYOUT) == []


def test_metadata_that_is_not_there_is_null_and_empty_metadata_is_an_empty_object():
    assert stored()["metadata"] is None
    assert stored({"metadata": {}})["metadata"] == "{}"


@pytest.mark.parametrize("name", ["page", "sessionId", "userId", "referrer", "fromWebsite"])
def test_a_text_of_which_nothing_is_left_is_null(name):
    assert stored({name: "\x00\u202e"})[name] is None
    assert stored({name: ""})[name] is None


@pytest.mark.parametrize(
    ("page", "origin", "referrer"),
    [
        ("/a", "https://shop.example", "/b"),
        ("/a", "https://www.shop.example", "/b"),
        ("/a", "https://shop.example:8443", "/b"),
        ("/a", "https://example", "/b"),
        ("/a", "https://notshop.example", "https://shop.example"),
        ("/a", "https://my.shop.example", "https://shop.example"),
        ("https://shop.example/a", None, "https://shop.example/b"),
        ("https://shop.example/a", "https://other.example", "https://shop.example/b"),
        ("/a", "https://other.example", "https://shop.example"),
        ("/a", None, "https://shop.example"),
        (None, "null", "https://shop.example"),
    ],
)
def test_a_referrer_keeps_its_path_only_on_the_site_of_page_or_origin(page, origin, referrer):
    """On the origin's site it is a path as the page is, so that no query takes the site for its own source."""
    sent = {"page": page, "referrer": "https://shop.example/b?q=1#c"}
    assert stored(sent, site=privacy.site_of(origin))["referrer"] == referrer


@pytest.mark.parametrize("page", ["/a", "https://shop.example/a", None])
@pytest.mark.parametrize(
    ("referrer", "kept"),
    [
        ("https://shop.example/b?q=1#c", "/b"),
        ("https://user:secret@SHOP.example:8443/b", "/b"),
        ("http://www.shop.example/b", "/b"),
        ("https://help.my.shop.example/", "/"),
        ("https://shop.example", "/"),
        ("https://shop.example//evil.example/x", "/evil.example/x"),
        ("https://shop.example/\\evil.example", "/evil.example"),
        ("https://old.example/b", "/b"),
        ("https://notshop.example/b", "https://notshop.example"),
        ("https://shop.example.org/b", "https://shop.example.org"),
        ("https://example/b", "https://example"),
        ("/b", "/b"),
        ("android-app://com.google/x", "android-app://com.google"),
    ],
)
def test_a_referrer_on_a_site_of_the_tenants_is_stored_as_its_path(page, referrer, kept):
    record = stored({"page": page, "referrer": referrer}, sites=frozenset({"www.shop.example", "old.example"}))
    assert (record["page"], record["referrer"]) == (page, kept)


@pytest.mark.parametrize(
    ("late", "day"),
    [
        (timedelta(0), date(2025, 12, 17)),
        (timedelta(hours=23), date(2025, 12, 16)),
        (timedelta(hours=24), date(2025, 12, 16)),
        (timedelta(hours=24, microseconds=1), date(2025, 12, 17)),
        (timedelta(days=365), date(2025, 12, 17)),
        (timedelta(minutes=-5), date(2025, 12, 17)),
    ],
)
def test_an_event_counts_for_its_own_day_within_24_hours(late, day):
    assert records.counted_at(NOON - late, NOON).date() == day


@pytest.mark.parametrize(("ahead", "day"), [(300_000, 18), (300_001, 17), (86_400_000, 17)])
def test_an_event_ahead_of_its_time_counts_for_its_own_day_within_5_minutes(ahead, day):
    received = datetime(2025, 12, 17, 23, 56, tzinfo=UTC)
    assert records.counted_at(received + timedelta(milliseconds=ahead), received).day == day


# As events may be sent them: of the characters that are allowed, and of those that make up the keys of others.
event_ids = st.one_of(
    st.from_regex(r"[A-Za-z0-9_-]{16,64}", fullmatch=True),
    st.from_regex(r"[A-Za-z0-9_.-]{16,64}\n?", fullmatch=True),
    st.from_regex(r"batch[.-][0-9a-f]{32}", fullmatch=True),
)


@settings(deadline=None, max_examples=500 if PROVE else 100)
@given(event_ids, st.lists(event_ids, min_size=1, max_size=3))
@example("batch." + "0" * 32, ["x" * 16])
@example("x" * 16 + "\n", ["x" * 16])
def test_no_event_that_is_taken_can_name_the_key_of_a_batch(event_id, others):
    day = NOON.date()
    batch = records.batch_key(day, others)
    try:
        taken = event(eventId=event_id).event_id
    except Rejection:
        return
    name = records.object_key(day, taken).removeprefix(records.day_prefix(day))
    assert re.fullmatch(r"[A-Za-z0-9_-]{16,64}\.json", name)
    assert not re.fullmatch(r"[A-Za-z0-9_-]{16,64}\.json", batch.removeprefix(records.day_prefix(day)))


def test_a_batch_s_name_is_not_an_event_s():
    name = records.batch_key(NOON.date(), ["x" * 16]).rpartition("/")[2].removesuffix(".json")
    with pytest.raises(Rejection):
        event(eventId=name)


@settings(deadline=None)
@given(recent, st.lists(st.timedeltas(timedelta(0), timedelta(hours=24)), min_size=2, max_size=5))
def test_all_tries_within_24_hours_count_for_one_day(timestamp, delays):
    assert {records.counted_at(timestamp, timestamp + delay).date() for delay in delays} == {timestamp.date()}


@settings(deadline=None)
@given(moments, moments)
def test_a_day_is_the_utc_day_of_the_timestamp_or_of_arrival(timestamp, received):
    days = {timestamp.astimezone(UTC).date(), received.astimezone(UTC).date()}
    assert records.counted_at(timestamp, received).astimezone(UTC).date() in days


@settings(deadline=None)
@given(st.dates(date(1000, 1, 1)), st.text("aZ09_-", min_size=16, max_size=64))
def test_a_key_is_a_date_partition_and_the_event_id(day, event_id):
    key = records.object_key(day, event_id)
    year, month, on = re.fullmatch(rf"analytics/year=(\d{{4}})/month=(\d\d)/day=(\d\d)/{event_id}\.json", key).groups()
    assert date(int(year), int(month), int(on)) == day


def test_an_id_of_ours_is_milliseconds_and_16_hex():
    assert records.mint_event_id(NOON, bytes(range(8))) == "1765972800000-0001020304050607"


@settings(deadline=None)
@given(moments)
def test_a_time_is_iso_8601_in_utc_with_milliseconds(moment):
    text = records.iso(moment)
    assert ISO.fullmatch(text)
    assert timedelta(0) <= moment - datetime.fromisoformat(text) < timedelta(milliseconds=1)


def test_a_time_with_another_zone_is_turned_to_utc():
    zone = timezone(timedelta(hours=-5))
    assert records.iso(datetime(2025, 12, 17, 20, 0, 0, 123_999, zone)) == "2025-12-18T01:00:00.123Z"


@pytest.mark.parametrize("text", [None, ""])
def test_a_header_that_is_not_there_or_empty_is_none(text):
    assert records.header_text(text) is None


def test_a_header_is_cut_and_made_valid_unicode():
    assert records.header_text("\ud800" + "x" * 3000) == "?" + "x" * 1999


def test_a_receipt_says_duplicate_only_where_it_is_one():
    first = Receipt("ok", "x" * 16, "shop-analytics", "k")
    assert msgspec.to_builtins(first) == dict(status="ok", eventId="x" * 16, bucket="shop-analytics", key="k")
