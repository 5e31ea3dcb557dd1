"""The work of redaction, counted in steps and calls: it grows as the text does, whatever the text."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from hypothesis import given, settings, target
from hypothesis import strategies as st

from bench.hostile import SHAPES, filled
from chalicelib import cards, decoding, redaction
from chalicelib.redaction import EVERYWHERE, redact
from tests import steps
from tests.conftest import PROVE

SHORT, TIMES = 384 if PROVE else 192, 8
AT_MOST = 240  # steps and calls for a character of the worst text, which is searched twice


def work(text: str) -> int:
    def call() -> str:
        return redact(text, EVERYWHERE)

    return steps.of_patterns(call, redaction, decoding, cards) + steps.of_calls(call)


@pytest.mark.parametrize("piece", SHAPES)
def test_eight_times_the_text_is_at_most_nine_times_the_work(piece: str) -> None:
    short, long = work(filled(piece, SHORT)), work(filled(piece, TIMES * SHORT))
    assert long <= 9 * short
    assert long <= AT_MOST * TIMES * SHORT


@settings(deadline=None, max_examples=2000 if PROVE else 20)
@given(st.lists(st.sampled_from(SHAPES), min_size=1, max_size=12).map("".join))
def test_no_text_that_is_searched_for_is_more_work(piece: str) -> None:
    each = work(filled(piece, 2 * SHORT)) / (2 * SHORT)
    target(each)
    assert each <= AT_MOST


def test_a_pattern_that_starts_again_at_each_character_would_be_found() -> None:
    module = SimpleNamespace(PATTERN=re.compile("a*b"))

    def call(size: int) -> int:
        return steps.of_patterns(lambda: module.PATTERN.search("a" * size), module)

    assert call(TIMES * 96) > 30 * call(96)
