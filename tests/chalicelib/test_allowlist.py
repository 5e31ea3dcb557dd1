"""The bucket grammar, patterns and origins."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import to_builtins

from chalicelib.allowlist import Allowlist, Entry, decoded, encoded
from chalicelib.names import entry_fault, is_account, is_bucket_name, is_origin
from chalicelib.rejections import OriginNotAllowed, OriginNotOfBucket, Rejection, UnknownBucket, verdicts

GOOD_NAMES = [
    "abc",
    "a1b",
    "123",
    "shop-analytics",
    "a--b",
    "shop.analytics",
    "a.b.c.d",
    "1.2.3",
    "1.2.3.4.5",
    "192.168.5.x",
    "a-.b",
    "x" * 63,
    "xn-shop",
    "sthree",
    "amzn-s3-demo",
    "shop-s3alias-2",
    "ol-s3",
    "mrap",
]
BAD_NAMES = [
    "",
    "a",
    "ab",
    "x" * 64,
    "Shop",
    "SHOP-ANALYTICS",
    "shop_analytics",
    "shop analytics",
    "shop-analytics\n",
    "\nshop-analytics",
    "shop\nanalytics",
    "shop-analytics\x00",
    "-shop",
    "shop-",
    ".shop",
    "shop.",
    "shop..analytics",
    "192.168.5.4",
    "0.0.0.0",
    "999.999.999.999",
    "xn--shop",
    "sthree-shop",
    "amzn-s3-demo-bucket",
    "shop-s3alias",
    "shop--ol-s3",
    "shop.mrap",
    "shop--x-s3",
    "shop--table-s3",
    "shop/analytics",
    "../shop",
    "shop%2fanalytics",
    "späti",
    "ſhop",
    "shop١",
    "shop*",
]
GOOD_PATTERNS = ["*-analytics", "shop-*", "sh*op", "*shop*", "sh**op", "abcd*", "*abcd", "a*b*cd", "*" + "x" * 63]
BAD_PATTERNS = [
    ("*", "too wide"),
    ("**", "too wide"),
    ("abc*", "too wide"),
    ("*abc", "too wide"),
    ("a*b*c", "too wide"),
    ("***-analytics", "3 stars"),
    ("a*b*c*d", "3 stars"),
    ("*.analytics", "matches no bucket"),
    ("Shop-*", "matches no bucket"),
    ("shop_*", "matches no bucket"),
    ("-shop*", "matches no bucket"),
    ("*shop-", "matches no bucket"),
    ("shop*\n", "matches no bucket"),
    ("xn--*shop", "reserves"),
    ("sthree-*", "reserves"),
    ("*-s3alias", "reserves"),
    ("*--ol-s3", "reserves"),
    ("*" + "x" * 64, "matches no bucket"),
]
MATCHES = [
    ("*-analytics", "shop-analytics"),
    ("*-analytics", "a-b-analytics"),
    ("shop-*", "shop-x"),
    ("shop*", "shop"),
    ("*shop", "shop"),
    ("sh*op", "shop"),
    ("sh*op", "sh-2-op"),
    ("*shop*", "my-shop-1"),
    ("sh**op", "sh1op"),
    ("ab*ab", "abab"),
    ("ab*ba*ab", "abbaab"),
    ("shop-*", "shop-" + "x" * 58),
]
MISSES = [
    ("*-analytics", "-analytics"),
    ("*-analytics", "shop-analytics\n"),
    ("*-analytics", "Shop-analytics"),
    ("*-analytics", "shop.x-analytics"),
    ("*-analytics", "shop/x-analytics"),
    ("*-analytics", "shop-analytics-2"),
    ("*-analytics", "xn--shop-analytics"),
    ("*-analytics", "sthree-analytics"),
    ("*-analytics", "é-analytics"),
    ("shop-*", "shop-"),
    ("shop-*", "my-shop-1"),
    ("shop-*", "shop-x-s3alias"),
    ("shop-*", "shop-" + "x" * 59),
    ("sh*op", "shp"),
    ("ab*ab", "ab"),
    ("aba*aba", "ababa"),
    ("ab*ba*ab", "abab"),
    ("ab*ba*ab", "ababa"),
    ("ab*ba*ab", "abaccab"),
    ("ab*ba*ab", "abccbab"),
    ("shop-*", "*"),
]

names = st.from_regex(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", fullmatch=True) | st.text("abx-.\n1S*", max_size=12)
pieces = st.lists(st.text("ab-", max_size=4), min_size=2, max_size=3)


def finds(bucket, name):
    return Allowlist([Entry(bucket)]).find(name) is not None


def is_s3_name(name):
    """S3's rules as their documentation lists them, written a second time."""
    rules = (
        3 <= len(name) <= 63,
        set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789.-"),
        name[:1].isalnum() and name[-1:].isalnum(),
        ".." not in name,
        not re.match(r"\A\d+\.\d+\.\d+\.\d+\Z", name),
        not re.match("xn--|sthree-|amzn-s3-demo-", name),
        not re.search(r"(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)\Z", name),
    )
    return all(rules)


@pytest.mark.parametrize("name", GOOD_NAMES)
def test_an_exact_entry_admits_its_bucket(name):
    assert is_bucket_name(name)
    assert finds(name, name)


@pytest.mark.parametrize("name", BAD_NAMES)
def test_what_s3_would_not_call_a_bucket_is_not_a_name(name):
    assert not is_bucket_name(name)
    assert Allowlist([Entry("shop-analytics"), Entry("*shop*"), Entry("*analytics")]).find(name) is None


@pytest.mark.parametrize("name", [name for name in BAD_NAMES if "*" not in name])
def test_an_entry_that_is_not_a_bucket_name_is_refused(name):
    with pytest.raises(ValueError, match="is not a name that S3 gives"):
        Entry(name)


@pytest.mark.parametrize("pattern", GOOD_PATTERNS)
def test_a_pattern_of_two_stars_and_four_letters_is_an_entry(pattern):
    assert not Entry(pattern).exact


@pytest.mark.parametrize(("pattern", "reason"), BAD_PATTERNS)
def test_a_pattern_that_admits_nothing_or_too_much_is_refused_with_the_reason(pattern, reason):
    with pytest.raises(ValueError, match=reason):
        Entry(pattern)


@pytest.mark.parametrize(("pattern", "name"), MATCHES)
def test_a_star_matches_any_run_of_letters_digits_and_hyphens(pattern, name):
    assert finds(pattern, name)


@pytest.mark.parametrize(("pattern", "name"), MISSES)
def test_a_pattern_does_not_match_more_than_the_whole_of_a_name(pattern, name):
    assert not finds(pattern, name)


@settings(deadline=None, max_examples=300)
@given(names)
def test_the_grammar_agrees_with_s3s_rules_written_a_second_time(name):
    assert is_bucket_name(name) == is_s3_name(name)


@settings(deadline=None, max_examples=500)
@given(pieces, st.text("ab-.\n", max_size=4) | st.text("ab-", max_size=12))
def test_matching_agrees_with_a_regular_expression(parts, text):
    pattern = "*".join(parts)
    for name in (text, text.join(parts)):
        fits = re.fullmatch("[a-z0-9-]*".join(map(re.escape, parts)), name) and is_s3_name(name)
        assert entry_fault(pattern) or finds(pattern, name) == bool(fits)


@settings(deadline=None, max_examples=500)
@given(st.lists(st.text("ab-", min_size=4, max_size=5), min_size=2, max_size=3), st.text("ab-.A\n", max_size=5))
def test_a_match_implies_s3s_grammar(parts, run):
    pattern, name = "*".join(parts), run.join(parts)
    is_match = entry_fault(pattern) is None and finds(pattern, name)
    assert not is_match or (is_s3_name(name) and "." not in name)


def test_an_empty_allowlist_allows_nothing():
    with pytest.raises(UnknownBucket):
        Allowlist([]).allow("shop-analytics", None)


@pytest.mark.parametrize("entries", [("shop-*", "shop-x"), ("shop-x", "shop-*")])
def test_an_exact_entry_beats_a_pattern_in_either_order(entries):
    allowlist = Allowlist([Entry(bucket) for bucket in entries])
    assert allowlist.allow("shop-x", None).bucket == "shop-x"


def test_of_two_patterns_the_first_counts():
    allowlist = Allowlist([Entry("shop-*"), Entry("*-analytics")])
    assert allowlist.allow("shop-analytics", None).bucket == "shop-*"


def test_of_two_equal_entries_the_first_counts():
    allowlist = Allowlist([Entry("shop-x", "111111111111"), Entry("shop-x", "222222222222")])
    assert allowlist.allow("shop-x", None).owner == "111111111111"


SHOP = Entry("shop-x", origins=frozenset({"https://shop.example"}))
OPEN = Entry("open-x")
STAGE = frozenset({"https://stage.example"})


@pytest.mark.parametrize(
    ("bucket", "origin", "allowed"),
    [
        ("shop-x", None, True),
        ("shop-x", "https://shop.example", True),
        ("shop-x", "https://stage.example", False),
        ("shop-x", "https://shop.example:8443", False),
        ("shop-x", "http://shop.example", False),
        ("shop-x", "null", False),
        ("shop-x", "", False),
        ("open-x", "https://stage.example", True),
        ("open-x", "https://shop.example", False),
        ("open-x", None, True),
    ],
)
def test_an_entrys_own_origins_take_the_place_of_the_stages(bucket, origin, allowed):
    allowlist = Allowlist([SHOP, OPEN], STAGE)
    try:
        assert allowlist.allow(bucket, origin).bucket == bucket and allowed
    except (OriginNotAllowed, OriginNotOfBucket) as rejection:
        assert (rejection.reason, allowed) == ("OriginNotAllowed", False)


def test_an_entrys_own_origins_count_also_where_the_stage_takes_any():
    with pytest.raises(OriginNotOfBucket):
        Allowlist([SHOP]).allow("shop-x", "https://other.example")


@pytest.mark.parametrize("stage", [STAGE, frozenset({"*"})])
@pytest.mark.parametrize("origin", ["https://made.up", "null", "https://shop.example", "https://stage.example"])
def test_by_no_origin_can_a_listed_bucket_be_known_from_an_unlisted_one(stage, origin):
    allowlist = Allowlist([SHOP, OPEN], stage)

    def refusal(bucket):
        try:
            allowlist.allow(bucket, origin)
        except Rejection as rejection:
            return rejection.status, to_builtins(rejection.problem(verdicts(rejection.gate)))
        return "let in"

    assert refusal("shop-x") in (refusal("unlisted"), "let in")
    assert refusal("open-x") in (refusal("unlisted"), "let in")
    assert refusal("unlisted") != "let in"


@pytest.mark.parametrize(
    ("origin", "pixels", "allowed"),
    [
        *(("https://shop.example", pixels, True) for pixels in (False, True)),
        *(("https://stage.example", pixels, False) for pixels in (False, True)),
        (None, False, False),
        (None, True, True),
    ],
)
def test_an_image_without_a_page_is_let_in_by_pixels_alone(origin, pixels, allowed):
    entry = Entry("shop-x", origins=SHOP.origins, pixels=pixels)
    try:
        assert Allowlist([entry], STAGE).allow("shop-x", origin, posted=False) == entry and allowed
    except OriginNotOfBucket:
        assert not allowed


def test_where_no_origins_are_listed_every_image_is_let_in():
    assert Allowlist([Entry("open-x")]).allow("open-x", None, posted=False).bucket == "open-x"


@pytest.mark.parametrize(
    ("origin", "answer"),
    [("https://shop.example", "https://shop.example"), ("https://stage.example", "https://stage.example")]
    + [(other, None) for other in ("https://other.example", "null", None)],
)
def test_the_cors_answer_is_for_the_union_of_all_origins(origin, answer):
    assert Allowlist([SHOP, OPEN], STAGE).cors_origin(origin) == answer


def test_the_cors_answer_is_a_star_where_the_stage_takes_any():
    assert Allowlist([SHOP]).cors_origin("https://other.example") == "*"


@pytest.mark.parametrize("origin", ["https://a.example", "http://localhost:8000", "http://[::1]:80", "app://x.y"])
def test_what_a_browser_sends_is_an_origin(origin):
    assert is_origin(origin)


@pytest.mark.parametrize(
    "origin", ["null", "*", "", "a.example", "https://", "https://a.example/", "https://A.example", "https://a.b\n"]
)
def test_an_entry_refuses_what_no_browser_sends_as_an_origin(origin):
    with pytest.raises(ValueError, match="write it as https://shop"):
        Entry("shop-x", origins=frozenset({origin}))


@pytest.mark.parametrize("account", ["", "1", "12345678901", "1234567890123", "12345678901x", "123456789012\n"])
def test_an_entry_refuses_an_account_without_twelve_digits(account):
    assert not is_account(account)
    with pytest.raises(ValueError, match="twelve digits"):
        Entry("shop-x", account)


def test_a_packaged_list_says_only_what_is_given_each_list_in_order():
    listed = [Entry("shop-x", "111111111111", frozenset({"https://b.example", "https://a.example"})), Entry("*-events")]
    assert encoded(listed).decode() == (
        '[\n  {\n    "bucket": "shop-x",\n    "owner": "111111111111",\n    "origins": [\n      "https://a.example",\n'
        '      "https://b.example"\n    ]\n  },\n  {\n    "bucket": "*-events"\n  }\n]\n'
    )


HOSTS = st.frozensets(st.from_regex(r"[a-z]{1,8}\.example", fullmatch=True), max_size=4)


@given(HOSTS, HOSTS, st.none() | st.just("111111111111"), st.sampled_from(["private", "raw"]))
def test_a_packaged_list_is_read_as_what_was_written(origins, sites, owner, logs):
    named = frozenset(f"https://{host}" for host in origins)
    entry = Entry("shop-x", owner, named, sites, distributions=frozenset({"E1ABC"} if sites else ()), access_logs=logs)
    assert decoded(encoded([entry])) == [entry]
    assert encoded(decoded(encoded([entry]))) == encoded([entry])


def test_of_many_buckets_those_are_admitted_that_an_entry_lets_in_by_name():
    allowlist = Allowlist([Entry("shop-x", "111111111111"), Entry("*-analytics")])
    found = allowlist.admitted({"z-analytics", "shop-x", "stranger", "a.b-analytics", "b-analytics"})
    assert list(found.items()) == [
        ("b-analytics", Entry("*-analytics")),
        ("shop-x", Entry("shop-x", "111111111111")),
        ("z-analytics", Entry("*-analytics")),
    ]
