"""Phone numbers in a text, by the numbering plans of Google's libphonenumber."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from phonenumbers import Leniency, NumberParseException, PhoneNumberMatcher, is_possible_number, parse

# What says that the number behind it, or under it, is one to call.
NAMED = re.compile(r"phone|(?:^|[^a-z])(?:tel|mobile|mobil|cell|fax|gsm|whatsapp|msisdn|handy)(?:[^a-z]|$)", re.I)
_CALLED = re.compile(
    r"(?:phone|tel|mobile|cell|fax|gsm|whatsapp|msisdn|call|handy)\w{0,12}[\"']?\s{0,2}[:=]?\s{0,2}[\"']?"
    r"(?P<number>\+?\(?\d[\d ().-]{5,18}\d)",
    re.I,
)
# With + or 00 in front, or in the groups of a country.
_ABROAD = re.compile(
    r"\+ ?\(?[1-9](?:[\s().\-/]{0,3}\d){6,14}|(?<![\w.+-])00[1-9]\d{0,2}[\s().\-/](?:[\s().\-/]{0,2}\d){6,12}"
)
_AT_HOME = re.compile(r"(?<![\w.,:/+-])\(?0?\d{2,5}\)?[\s.\-/]{1,3}\d{2,5}(?:[\s.-]?\d{2,5}){1,4}(?![\w-])(?![.:,/]\d)")
_BEGINS = re.compile(r"\(?0[1-9]|\(?[2-9]\d\d\)?[\s.-]{1,2}[2-9]\d\d[\s.-]\d{4}$")
_WHOLE, _COUNTRY = re.compile(r"\s*\+?[\d\s().\-/]{7,22}"), re.compile("^00")
REGIONS = ("US", "GB", "FR", "DE", "AU")


# Whether people write a number so is asked of this many of a text.
_MANY = 20


def numbers(text: str, field: str) -> Iterator[re.Match[str]]:
    """Where numbers are that somebody has; those without a country's code only as they are written, or where they are named."""
    if NAMED.search(field) and (whole := _WHOLE.fullmatch(text)) and _is_long(text):
        return iter([whole])
    abroad = [match for match in _ABROAD.finditer(text) if _is_possible(_COUNTRY.sub("+", match[0].strip()))]
    called = [match for match in _CALLED.finditer(text) if _is_long(match["number"])]
    named = [one for one in called if not any(one.start() <= other.start() < one.end() for other in abroad)]
    return iter(
        [*abroad, *named] or [match for match in islice(_AT_HOME.finditer(text), _MANY) if _is_written(match[0])]
    )


def _is_long(number: str) -> bool:
    return 7 <= sum(map(str.isdigit, number)) <= 15


def _is_possible(number: str) -> bool:
    try:
        return is_possible_number(parse(number))
    except NumberParseException:
        return False


def _is_written(number: str) -> bool:
    """Whether people of a country write a number of theirs so."""
    return _BEGINS.match(number) is not None and any(
        match.start == 0 and match.end == len(number)
        for region in REGIONS
        for match in PhoneNumberMatcher(number, region, leniency=Leniency.STRICT_GROUPING)
    )
