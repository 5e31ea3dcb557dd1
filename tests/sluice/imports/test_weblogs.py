"""Lines of access logs as Apache and nginx write them, and as they should not be."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluice.imports import fields, lines, texts, weblogs
from sluice.imports.lines import Line, MalformedLine

AGENT = "Mozilla/5.0 (X11; Linux x86_64)"
PLAIN = f'192.0.2.7 - - [17/May/2015:10:05:03 +0000] "GET /a?b=1 HTTP/1.1" 200 5120 "https://example.org/" "{AGENT}"'
TIME = datetime(2015, 5, 17, 10, 5, 3, tzinfo=UTC)
WHOLE = Line("192.0.2.7", TIME, "GET", "/a?b=1", 200, 5120, "https://example.org/", AGENT)

NGINX = {
    "remote_addr": "192.0.2.7",
    "time_iso8601": "2015-05-17T10:05:03+00:00",
    "request": "GET /a?b=1 HTTP/1.1",
    "status": "200",
    "body_bytes_sent": "5120",
    "http_referer": "https://example.org/",
    "http_user_agent": AGENT,
}
ELASTIC = {
    "time": "17/May/2015:10:05:03 +0000",
    "remote_ip": "192.0.2.7",
    "remote_user": "-",
    "request": "GET /a?b=1 HTTP/1.1",
    "response": 200,
    "bytes": 5120,
    "referrer": "https://example.org/",
    "agent": AGENT,
}


def combined(old: str, new: str) -> Line:
    """The plain line with one part of it exchanged, parsed."""
    assert old in PLAIN
    return texts.combined(PLAIN.replace(old, new).encode("latin-1"))


def from_json(**changes: object) -> Line:
    """nginx's object with some fields exchanged (None leaves one out), parsed."""
    named = {name: value for name, value in {**NGINX, **changes}.items() if value is not None}
    return fields.objects(json.dumps(named).encode())


def test_a_combined_line_becomes_a_typed_line():
    assert texts.combined(PLAIN.encode()) == WHOLE


@pytest.mark.parametrize("extra", [' "203.0.113.9"', ' "203.0.113.9, 10.0.0.1" 0.004 "-"', " 0.017 .", ' "cut off'])
def test_more_fields_behind_a_combined_line_change_nothing(extra):
    assert texts.combined(PLAIN.encode() + extra.encode()) == WHOLE


def test_a_dash_means_nothing():
    line = texts.combined(b'- - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" 304 - "-" "-"')
    assert line == Line(None, TIME, "GET", "/", 304, 0, None, None)


@pytest.mark.parametrize("user", ["jane", "jane doe", "", "jane ] doe", r"a \"GET / HTTP/1.1\" b"])
def test_a_user_name_is_passed_over(user):
    assert combined("- - [", f"- {user} [") == WHOLE


@pytest.mark.parametrize("address", ["2001:db8::7", "::ffff:192.0.2.7", "host-7.example.net"])
def test_an_address_may_be_ipv6_or_the_name_of_a_host(address):
    assert combined("192.0.2.7", address).address == address


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"a\"b", 'a"b'),
        (r"a\\b", r"a\b"),
        (r"a\\\"b", r"a\"b"),
        (r"a\tb\nc", "a\tb\nc"),
        (r"\x22\x5C\x5c", '"\\\\'),
        (r"\xd0\x9f\xD1\x80", "Пр"),
        (r"\xe4\xe5", "\ufffd\ufffd"),
        ("\xe4", "\ufffd"),
        (r"\xg1", "xg1"),
        ("\xc3\xa4", "ä"),
    ],
)
def test_escapes_of_apache_and_nginx_are_undone(written, meant):
    assert combined(AGENT, written).user_agent == meant


@given(st.text(st.characters(exclude_categories=["Cs"])).filter(lambda text: text not in lines.NOTHING))
def test_whatever_nginx_escapes_comes_back(text):
    written = "".join(chr(c) if 31 < c < 127 and c not in b'"\\' else f"\\x{c:02X}" for c in text.encode())
    assert combined(AGENT, written).user_agent == text


@pytest.mark.parametrize(
    ("request_line", "method", "target"),
    [
        ("POST / HTTP/2.0", "POST", "/"),
        ("GET /old", "GET", "/old"),
        ("GET /with space HTTP/1.1", "GET", "/with space"),
        ("GET http://example.org/ HTTP/1.1", "GET", "http://example.org/"),
        ("OPTIONS * HTTP/1.0", "OPTIONS", "*"),
        (r"\x16\x03\x01\x02", None, None),
        ("-", None, None),
        ("", None, None),
    ],
)
def test_a_request_is_distinguished_from_what_is_not_http(request_line, method, target):
    line = combined("GET /a?b=1 HTTP/1.1", request_line)
    assert (line.method, line.target) == (method, target)


@pytest.mark.parametrize("written", ["17/May/2015:12:05:03 +0200", "17/May/2015:04:35:03 -0530"])
def test_a_time_is_turned_into_utc(written):
    assert combined("17/May/2015:10:05:03 +0000", written).time == TIME


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (AGENT + '"', AGENT),
        (AGENT + '"', AGENT + "'"),
        (AGENT + '"', AGENT + '"x'),
        (AGENT + '"', AGENT + '\\"'),
        (f' "{AGENT}"', ""),
        (f' "{AGENT}"', " "),
        (" 200 ", " 2000 "),
        (" 200 ", " OK "),
        ("5120", "-5"),
        ("5120", "9" * 20),
        ("17/May", "31/Feb"),
        ("17/May", "17/Mai"),
        ("10:05:03", "25:05:03"),
        ("+0000", ""),
        ("17/May/2015:10:05:03 +0000", "2015-05-17T10:05:03"),
        ("17/May/2015:10:05:03 +0000", "01/Jan/0001:00:00:00 +1400"),
        ("192.0.2.7 - - ", ""),
    ],
)
def test_a_combined_line_with_a_fault_is_malformed(old, new):
    with pytest.raises(MalformedLine):
        combined(old, new)


@pytest.mark.parametrize("named", [NGINX, ELASTIC])
def test_both_usual_sets_of_json_names_are_known(named):
    assert fields.objects(json.dumps(named).encode()) == WHOLE


@pytest.mark.parametrize(
    "changes",
    [
        {"status": 200, "body_bytes_sent": 5120},
        {"request": None, "request_method": "GET", "request_uri": "/a?b=1"},
        {"time_iso8601": None, "time_local": "17/May/2015:12:05:03 +0200"},
        {"time_iso8601": None, "msec": "1431857103.000"},
        {"time_iso8601": None, "msec": 1431857103},
        {"http_x_forwarded_for": "203.0.113.9", "upstream": {"addr": ["127.0.0.1:9000"]}},
    ],
)
def test_json_fields_are_taken_in_their_other_forms(changes):
    assert from_json(**changes) == WHOLE


def test_a_json_line_without_address_agent_and_referrer_is_a_line():
    line = from_json(remote_addr=None, http_referer="", http_user_agent="-", body_bytes_sent=None)
    assert line == Line(None, TIME, "GET", "/a?b=1", 200, 0, None, None)


def test_a_json_field_that_is_null_is_not_there():
    assert fields.objects(json.dumps({**dict.fromkeys(NGINX), **ELASTIC}).encode()) == WHOLE


def test_bytes_that_are_not_utf8_do_not_spoil_a_json_line():
    raw = json.dumps(NGINX).encode().replace(AGENT.encode(), b"caf\xe9")
    assert fields.objects(raw).user_agent == "caf\ufffd"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"1",
        b"{}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"request": "GET / HTTP/1.1"}',
        PLAIN.encode(),
    ],
)
def test_what_is_not_an_object_with_the_fields_is_malformed(raw):
    with pytest.raises(MalformedLine):
        fields.objects(raw)


@pytest.mark.parametrize(
    "changes",
    [
        {"status": None},
        {"status": "OK"},
        {"status": 200.5},
        {"body_bytes_sent": "9" * 5000},
        {"time_iso8601": None},
        {"time_iso8601": "2015-05-17T10:05:03"},
        {"time_iso8601": "yesterday"},
        {"time_iso8601": "9999-12-31T23:59:59-14:00"},
        {"time_iso8601": None, "msec": "999999999999"},
    ],
)
def test_a_json_line_with_a_fault_is_malformed(changes):
    with pytest.raises(MalformedLine):
        from_json(**changes)


@pytest.mark.parametrize("made", weblogs.FORMATS.values(), ids=weblogs.FORMATS)
@given(raw=st.binary())
def test_any_bytes_are_a_line_or_malformed(made, raw):
    try:
        assert isinstance(made()(raw), Line) or raw.startswith(b"#")
    except MalformedLine as problem:
        assert str(problem)


def test_a_reason_repeats_nothing_of_the_line():
    with pytest.raises(MalformedLine) as problem:
        combined("+0000", "secret")
    assert "secret" not in str(problem.value)


@pytest.mark.parametrize(
    ("sample", "found"),
    [
        ([PLAIN.encode()], "combined"),
        ([json.dumps(NGINX).encode()], "json"),
        ([b"# a comment", b"# another", b"junk", json.dumps(NGINX).encode()], "json"),
        ([json.dumps(NGINX).encode(), PLAIN.encode(), PLAIN.encode()], "combined"),
        ([b"#Version: 1.0", b"#Fields: date time c-ip"], "w3c"),
        ([b"junk", b'{"level": "info"}'], None),
        ([], None),
    ],
)
def test_the_format_is_the_one_that_most_lines_fit(sample, found):
    assert weblogs.detect(sample) == found
