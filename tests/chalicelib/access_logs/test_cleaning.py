"""What becomes of each field of a line in private mode."""

from __future__ import annotations

import gzip
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from chalicelib import privacy
from chalicelib.access_logs import cleaning
from chalicelib.access_logs.cleaning import Cleaned, Rules
from chalicelib.access_logs.fields import FIELDS, HEADER, NAMES
from chalicelib.access_logs.reading import UnreadableFile
from tests import cloudfront

AT = datetime(2026, 11, 9, 23, 30, 5, tzinfo=UTC)
SALT = b"s" * 32
RULES = Rules(lambda day: SALT, UTC, (), frozenset({"page"}))
ADDRESS = "203.0.113.9"


def hashed(address: str, salt: bytes = SALT) -> str:
    found = privacy.parse_address(address)
    assert found is not None
    return privacy.hash_address(salt, found)


def cleaned(*lines: str, rules: Rules = RULES) -> Cleaned:
    return cleaning.cleaned(cloudfront.packed(lines), rules)


def fields(made: Cleaned) -> list[dict[str, str]]:
    """The lines that are in a cleaned file, by CloudFront's names."""
    text = gzip.decompress(made.body).decode()
    assert text.startswith(HEADER)
    return [dict(zip(NAMES, line.split("\t"), strict=True)) for line in text.removeprefix(HEADER).splitlines()]


def one(given: dict[str, str], rules: Rules = RULES) -> dict[str, str]:
    (found,) = fields(cleaned(cloudfront.line(AT, given), rules=rules))
    return found


@pytest.mark.parametrize(
    ("name", "said", "stored"),
    [
        ("c-ip", ADDRESS, hashed(ADDRESS)),
        ("c-ip", "2001:db8:1::7", hashed("2001:db8:1::8")),
        ("c-ip", "nobody", "-"),
        ("x-forwarded-for", f"{ADDRESS},%20198.51.100.4", f"{hashed(ADDRESS)},{hashed('198.51.100.4')}"),
        ("x-forwarded-for", f"unknown,%20{ADDRESS}", hashed(ADDRESS)),
        ("cs(Cookie)", "session=abc", "-"),
        ("c-port", "50100", "-"),
        ("cs-uri-query", "page=2&token=abc&utm_source=x", "page=2"),
        ("cs-uri-query", "mail=ann@shop.example", "-"),
        ("cs-uri-stem", "/people/ann@shop.example", "/people/:redacted"),
        ("cs-uri-stem", "/people/ann%2540shop.example", "/people/:redacted"),
        ("cs-uri-stem", f"/ip={ADDRESS}/", "/ip=:redacted/"),
        ("cs(Referer)", "https://ann:secret@news.example/a?q=flu#b", "https://news.example"),
        ("cs(Referer)", "https://shop.example/a?token=abc&page=2", "https://shop.example/a?page=2"),
        ("cs(User-Agent)", "bot%20ann@shop.example", "bot%20:redacted"),
        ("x-host-header", "ann@shop.example", ":redacted"),
        ("x-edge-location", "FRA56-P4", "FRA56-P4"),
    ],
)
def test_a_field_is_cleaned(name: str, said: str, stored: str) -> None:
    assert one({name: said})[name] == stored


def test_every_field_that_is_kept_is_as_it_was() -> None:
    said = dict(zip(NAMES, cloudfront.line(AT, {}).rstrip("\n").split("\t"), strict=True))
    kept = [field.name for field in FIELDS if field.becomes == "kept"]
    assert len(kept) == 20
    found = one({})
    assert {name: found[name] for name in kept} == {name: said[name] for name in kept}


def test_without_a_salt_there_is_no_hash_and_no_address() -> None:
    rules = RULES._replace(salt=lambda day: None)
    made = cleaned(cloudfront.line(AT, {"c-ip": ADDRESS, "x-forwarded-for": ADDRESS}), rules=rules)
    assert (made.lines, made.unhashed) == (1, 1)
    assert ADDRESS.encode() not in gzip.decompress(made.body)
    assert fields(made)[0]["c-ip"] == fields(made)[0]["x-forwarded-for"] == "-"


def test_the_salt_is_that_of_the_line_s_day_in_the_tenant_s_zone() -> None:
    asked: list[date] = []
    cleaned(
        cloudfront.line(AT, {}), rules=RULES._replace(salt=lambda day: asked.append(day), zone=ZoneInfo("Asia/Tokyo"))
    )
    assert asked == [date(2026, 11, 10)]


def test_a_file_is_cleaned_to_the_same_bytes_each_time() -> None:
    lines = [cloudfront.line(AT, {"c-ip": f"192.0.2.{number}"}) for number in range(50)]
    assert cleaned(*lines).body == cleaned(*lines).body
    assert cleaned(*lines).body[4:8] == bytes(4)  # gzip's time
    assert gzip.decompress(cleaned(*lines).body) != gzip.decompress(cleaned(*lines[1:]).body)


def test_a_line_of_other_fields_or_without_a_time_is_left_out_and_counted() -> None:
    good = cloudfront.line(AT, {})
    made = cleaned(good, "a\tb\n", good.replace("23:30:05", "25:30:05"), "x" * 200_000 + "\n", good, "\n")
    assert (made.lines, made.malformed, len(fields(made))) == (2, 3, 2)


def test_a_file_of_fewer_fields_gets_all_of_them() -> None:
    names = [name for name in NAMES if name not in ("c-port", "sc-range-end")]
    values = dict(zip(NAMES, cloudfront.line(AT, {"c-ip": ADDRESS}).rstrip("\n").split("\t"), strict=True))
    text = f"#Version: 1.0\n#Fields: {' '.join(reversed(names))} x-new\n"
    text += "\t".join([*(values[name] for name in reversed(names)), "new"]) + "\n"
    made = cleaning.cleaned(gzip.compress(text.encode()), RULES)
    assert fields(made) == [one({"c-ip": ADDRESS})]


@pytest.mark.parametrize(
    ("packed", "reason"),
    [
        (b"plain", "it has no line of #Fields"),
        (cloudfront.packed([cloudfront.line(AT, {})])[:-9], "it is not a whole gzip file"),
        (gzip.compress(cloudfront.line(AT, {}).encode()), "it has no line of #Fields"),
    ],
)
def test_another_file_than_cloudfront_s_is_refused(packed: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        cleaning.cleaned(packed, RULES)


def test_what_lines_repeat_is_cleaned_as_in_each_alone() -> None:
    agents = ("Mozilla/5.0", "x" * 600 + "%20mail@shop.example", "mail@shop.example")
    addresses = ("192.0.2.7", "192.0.2.8", ",%20".join(["192.0.2.7"] * 60), "-")
    given = [{"cs(User-Agent)": agent, "x-forwarded-for": one} for agent in agents for one in addresses]
    lines = [cloudfront.line(AT, one) for one in given]
    alone = [gzip.decompress(cleaned(*[one]).body).splitlines()[2] for one in lines]
    assert gzip.decompress(cleaned(*lines, *lines).body).splitlines()[2:] == alone * 2
    assert b"mail@" not in b"".join(alone)
