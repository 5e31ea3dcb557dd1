"""The scan's judgement of a text: how much it finds, how seldom it is wrong, and that it needs no redactor's pattern."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sluice.privacy import kinds, phones, readings
from tests.sluice.privacy.labelled import EACH, strings


def found(text: str, field: str = "") -> set[str]:
    return {one.kind for one in kinds.found(text, field)}


def test_of_2000_labelled_strings_it_finds_95_percent_with_one_percent_of_false_alarms() -> None:
    labelled = strings()
    missed = Counter(one.kind for one in labelled if one.kind and one.kind not in found(one.text))
    alarms = [one.text for one in labelled if one.kind is None and found(one.text)]

    assert len(labelled) == 2 * EACH == 2000
    assert missed.total() <= EACH * 0.05, missed
    assert len(alarms) <= EACH * 0.01, alarms
    # No kind alone may pay for the others: each is a sixth of them.
    assert max(missed.values(), default=0) <= EACH / 6 * 0.1, missed


def test_the_labelled_strings_are_varied_and_always_the_same() -> None:
    labelled = strings()
    assert labelled == strings()
    assert len(set(labelled)) > 1850
    kinds_of = Counter(one.kind for one in labelled)
    assert kinds_of.pop(None) == EACH
    assert min(kinds_of.values()) >= EACH // 6


def test_it_shares_no_pattern_with_the_redactor() -> None:
    for module in (kinds, phones, readings):
        tree = ast.parse(Path(str(module.__file__)).read_text())
        imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not any(name and name.startswith("chalicelib") for name in imported)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("jane at example dot com", "email address"),
        ("amFuZS5kb2VAZXhhbXBsZS5jb20=", "email address"),
        ("jane%2525%2540example.com", None),
        ("jane%252540example.com", "email address"),
        ("4111/1111/1111/1111", "card number"),
        ("4111 1111 1111 1112", None),
        ("call 514 555 0199", "phone number"),
        ("/hosts/81.2.69.142/up", "IP address"),
        ("2001:480:10::1", "IP address"),
        ("GB82 WEST 1234 5698 7654 32 today", "IBAN"),
        ("icon@2x.png", None),
        ("react@18.2.0.js", None),
        ("jane.doe@shop.example.json", "email address"),
        ("std::vector::push", None),
        ("12:30:45", None),
        ("http://127.0.0.1:8000/", None),
        ("1.2.3.4.5", None),
        ("Version/17.4.1.2 Mobile", None),
    ],
)
def test_what_it_says_of_a_text(text: str, kind: str | None) -> None:
    assert found(text) == ({kind} if kind else set())


def test_a_field_s_name_says_what_a_number_is() -> None:
    assert found("5145550199") == set()
    assert found("5145550199", "metadata.phone") == {"phone number"}
    assert found("81.2.69.142", "userAgent") == set()


def test_a_hash_of_ours_may_have_digits_alone() -> None:
    digits = "4111111111111111"
    assert [found(digits, name) for name in ("ip", "visitorId", "record.visitorid", "c-ip", "sessionHash")] == [
        set()
    ] * 5
    assert found(digits, "page") == found(f"to {digits}", "ip") == {"card number"}
    assert found("81.2.69.142", "c-ip") == {"IP address"}


def test_a_shape_has_no_letter_and_no_digit_of_what_was_found() -> None:
    (one,) = kinds.found("to jane.doe+7@shop.example now")
    assert one == ("email address", "xxxx.xxx+9@xxxx.xxxxxxx")


@given(st.text(alphabet="a1@.:+-%&\\u0 /\"'()é\u200b=_", max_size=200))
def test_no_text_is_too_odd_and_no_shape_says_more_than_its_form(text: str) -> None:
    for one in kinds.found(text):
        assert not any(letter.isalpha() and letter != "x" for letter in one.shape)
        assert not any(digit.isdigit() and digit != "9" for digit in one.shape)


@pytest.mark.parametrize(
    "text", ["a" * 9 + "@", "400.", "333 ", "%25", "&#64;", "a.b@", "1:", "eyJ.", "0 0-", "AAAA", "\\u0040"]
)
def test_the_work_grows_with_the_text_and_not_with_its_square(text: str) -> None:
    small, large = (len(list(readings.readings(text * (size // len(text))))) for size in (1_000, 16_000))
    assert large <= small + 2
    assert kinds.found(text * (16_000 // len(text))) is not None
