"""user-agents' rules with few of ua-parser's patterns of devices: the same answers as with all of them."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
import ua_parser
from hypothesis import given
from hypothesis import strategies as st
from user_agents import parsers

from bench import traffic
from chalicelib.tracking import agents, devices
from tests.chalicelib.tracking import test_devices

QUESTIONS = ("is_bot", "is_mobile", "is_tablet", "is_pc")
TABLES = [agent for *_, agent in test_devices.PEOPLE + test_devices.CRAWLERS]
KNOWN = [*TABLES, *test_devices.TAKEN_FOR_BOTS.values(), *test_devices.TAKEN_FOR_PEOPLE, *test_devices.DEVICES]
PATTERNS = ua_parser.load_lazy_builtins()[2]
PIECES = [
    *(*agents.FAMILIES, *agents.WORDS.values(), "Generic", "Galaxy", "Dell", "Play", "Coolpad ", "Cool", "pad"),
    *(
        "Mozilla/5.0 ",
        "(Linux; ",
        "Android 4.0.3; ",
        "en-us; ",
        "; ",
        " Build/",
        " Build",
        ") AppleWebKit/534.30 ",
        "Mobile Safari",
    ),
    *(
        "SmartWatch(",
        "Android Application x - ",
        "Windows Phone 8.0; ",
        "IEMobile/10.0; ",
        "BB10; ",
        "Sprint ",
        "USCC-",
        "Amazon ",
    ),
    *(
        "LG-",
        "Acer ",
        "iPhone; ",
        "iPad; ",
        "CFNetwork/1 Darwin/1",
        "Silk/1.0",
        "Puffin/1IT",
        "bot",
        "midp",
        "ipho",
        "x",
        "7",
    ),
]
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=9).map("".join)


def by_all_patterns(text):
    """What the library's rules say of the device that the whole set of ua-parser finds."""
    found, agent = ua_parser.parse(text), parsers.UserAgent(text)
    agent.device = parsers.parse_device(found.device.family if found.device else "Other", None, None)
    names = [one.family if one else "Other" for one in (found.user_agent, found.os)]
    return [*names, *(bool(getattr(agent, question)) for question in QUESTIONS)]


def by_few_patterns(text):
    agent = agents.UserAgent(text)
    return [agent.browser, agent.os, *(getattr(agent, question) for question in QUESTIONS)]


# Families that are joined of two groups, taken by a later pattern, in other words than they are named by, or hidden by another.
ODD = [
    "Mozilla/5.0 (Linux; Android 4.0; KinCoolpad dle Build/1) Mobile Safari",
    "Mozilla/5.0 (Linux; Android 4.0; DELL Streak Build/1) Mobile Safari",
    "SmartWatch(Galaxy; Tab; x",
    "X (BB10; Playbook) Mobile",
    "Puffin/1.0IT",
    "Copied/336 CFNetwork/893.13.1 Darwin/17.4.0 (x86_64)",
    "HyperCatcher/2 CFNetwork/1399 Darwin/22.1.0",
    "Mozilla/5.0 (Web0S; Linux/SmartTV) HbbTV/1.6.1 (+DRM; LGE; bot)",
]


@pytest.mark.parametrize("text", [*KNOWN, *ODD])
def test_known_user_agents_get_the_answers_of_all_patterns(text):
    assert by_few_patterns(text) == by_all_patterns(text)


@given(TEXTS)
def test_any_text_gets_the_answers_of_all_patterns(text):
    assert by_few_patterns(text) == by_all_patterns(text)


@given(st.sampled_from(PATTERNS).flatmap(lambda one: st.from_regex(one.regex)), st.sampled_from(PIECES))
def test_a_text_of_each_pattern_gets_the_answers_of_all_of_them(text, piece):
    assert by_few_patterns(text + piece) == by_all_patterns(text + piece)


@pytest.mark.skipif(test_devices.PUBLIC is None, reason="SLUICE_USER_AGENTS names no collection")
def test_public_user_agents_get_the_answers_of_all_patterns():
    for row in test_devices.public():
        assert by_few_patterns(row["user_agent"]) == by_all_patterns(row["user_agent"]), row["user_agent"]


@given(st.sampled_from(KNOWN), st.text() | st.sampled_from(PATTERNS).map(lambda one: one.family))
def test_a_family_that_the_rules_do_not_name_changes_no_answer(text, family):
    agent = agents.UserAgent(text)
    if family not in agents.FAMILIES:
        rules = [getattr(parsers.UserAgent, question) for question in QUESTIONS]
        assert [agent._answer_for(family, rule) for rule in rules] == [
            agent._answer_for("Other", rule) for rule in rules
        ]


def test_a_pattern_takes_a_families_word_in_one_piece_or_has_the_word_that_says_so():
    splitting = {one.regex for one in PATTERNS if any(splits(one, family) for family in agents.FAMILIES)}
    assert splitting == {r"; {0,2}([^;/]{0,50})Coolpad[ _]([^;/]{1,100}?)(?: Build|\) AppleWebKit)"}


def splits(pattern, family):
    """Whether the pattern may make this family of groups of which none has its word."""
    groups, word = sources(pattern.regex), agents.WORDS[family]
    assert len(groups) == re.compile(pattern.regex).groups
    flags = re.IGNORECASE if pattern.regex_flag else 0
    for taken in ways(re.split(r"\$(\d)", pattern.family.strip()), family):
        if not any(word in text for _, text in taken) and "$" in pattern.family:
            padded = [(groups[int(number) - 1], (text, f" {text}", f"{text} ")) for number, text in taken if text]
            if all(any(re.fullmatch(group, one, flags) for one in texts) for group, texts in padded):
                return True
    return False


def ways(parts, family):
    """Each way to make the family of the parts of a template, as (group, text) in turn."""
    fixed, *others = parts
    if not family.startswith(fixed):
        return
    rest = family.removeprefix(fixed)
    if not others:
        yield from [[]] if not rest else []
        return
    for end in range(len(rest) + 1):
        for behind in ways(others[1:], rest[end:]):
            yield [(others[0], rest[:end]), *behind]


def sources(regex):
    """The source of each group of a regular expression."""
    found, opened, in_class = [], [], None
    for token in re.finditer(r"\\.|\(\?:|\[\^?\]?|.", regex):
        if token[0].startswith("[") and in_class is None:
            in_class = token
        elif token[0] == "]":
            in_class = None
        elif token[0].startswith("(") and in_class is None:
            opened.append((token.end(), len(found) if token[0] == "(" else None))
            found += [""] if token[0] == "(" else []
        elif token[0] == ")" and in_class is None:
            start, number = opened.pop()
            if number is not None:
                found[number] = regex[start : token.start()]
    return found


@pytest.mark.parametrize("text", traffic.USER_AGENTS)
def test_a_browser_needs_no_more_patterns(text, monkeypatch):
    expected = devices.read.__wrapped__(text)
    monkeypatch.setattr(agents, "_family", None)
    assert devices.read.__wrapped__(text) == expected


@pytest.mark.skipif(test_devices.PUBLIC is None, reason="SLUICE_USER_AGENTS names no collection")
def test_few_public_user_agents_need_all_patterns(monkeypatch):
    asked, family = [], agents._family
    monkeypatch.setattr(agents, "_family", lambda text: asked.append(text) or family(text))
    listed = test_devices.public()
    for row in listed:
        devices.read.__wrapped__(row["user_agent"])
    assert len(set(asked)) / len(listed) <= 0.02


def test_threads_that_are_the_first_to_need_a_set_get_the_same_answers():
    texts = [
        *KNOWN,
        "Copied/336 CFNetwork/893.13.1 Darwin/17.4.0 (x86_64)",
        "HyperCatcher/2 CFNetwork/1399 Darwin/22.1.0",
    ]
    expected = [by_few_patterns(text) for text in texts]
    for made in (agents._parser, agents._devices):
        made.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        every = list(pool.map(lambda _: [by_few_patterns(text) for text in texts], range(8)))
    assert every == [expected] * 8
