"""The list of crawlers, looked for piece by piece."""

import re

import crawleruseragents
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.tracking import crawlers
from tests.chalicelib.tracking import test_devices

LISTED = re.compile("|".join(crawlers.PATTERNS))
INSTANCES = [agent for one in crawleruseragents.CRAWLER_USER_AGENTS_DATA for agent in one.get("instances", [])]
PLAIN = sorted({text for texts in crawlers._list()[0].values() for text in texts})
PEOPLE = [agent for *_, agent in test_devices.PEOPLE] + [*test_devices.TAKEN_FOR_BOTS.values(), *test_devices.DEVICES]


def test_nearly_all_patterns_are_plain_texts():
    assert len(PLAIN) > 0.9 * len(crawlers.PATTERNS)


def test_a_plain_text_is_found_wherever_it_begins():
    for text in PLAIN:
        for before in range(crawlers.STEP):
            assert crawlers.is_listed("§" * before + text), (text, before)


def test_the_list_finds_in_its_own_instances_and_in_people_what_its_patterns_do():
    for agent in [*INSTANCES[::5], *PEOPLE]:
        assert crawlers.is_listed(agent) == bool(LISTED.search(agent)), agent


@given(
    st.lists(st.sampled_from([*PLAIN, *crawlers.PATTERNS, *INSTANCES[::20]]) | st.text(max_size=3), max_size=3),
    st.data(),
)
def test_any_text_is_listed_where_a_pattern_finds_something(parts, data):
    text = "".join(parts)
    text = text[data.draw(st.integers(0, len(text))) :][: data.draw(st.integers(0, 200))]
    assert crawlers.is_listed(text) == bool(LISTED.search(text))


def test_no_pattern_of_the_list_is_a_known_persons():
    people = [*PEOPLE]
    if test_devices.PUBLIC:
        people += [row["user_agent"] for row in test_devices.public() if row["who"] == "human"]
    said = [test_devices.devices._MODEL.sub("(Android)", agent) for agent in people]
    # `[wW]get`: one that somebody built for a desktop.
    assert {pattern for pattern in crawlers.PATTERNS if any(re.search(pattern, one) for one in said)} <= {"[wW]get"}


def test_each_word_that_is_left_out_is_in_the_list():
    assert {one["pattern"] for one in crawleruseragents.CRAWLER_USER_AGENTS_DATA} >= crawlers.WORDS
