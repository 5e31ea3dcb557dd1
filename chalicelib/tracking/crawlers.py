"""Crawlers, by the list crawler-user-agents, which has about 1,500 patterns."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache

import crawleruseragents
from ua_parser_rs import UserAgentExtractor

# Patterns that are words of people's phones and apps, or a build of Android: each of the crawlers that they are for is found by
# what else it says.
WORDS = {
    "Sogou",
    "WhatsApp",
    "Viber",
    "Podimo",
    "Sonic",
    "Fever",
    "NewsBlur",
    "Butterfly",
    r"008\/",
    r"AP3A\.240617\.008",
}
PATTERNS = [one["pattern"] for one in crawleruseragents.CRAWLER_USER_AGENTS_DATA if one["pattern"] not in WORDS]
# Nearly all patterns are plain texts, which as regular expressions take 15 ms of a cold start. In what is said every third four
# characters are looked up: a text of six is over one of them, whichever of its first three characters it begins at.
STEP, PIECE = 3, 4
_PLAIN = re.compile(r"(?:[A-Za-z0-9_ /@:;,!=&%~'\"#<>-]|\\[^A-Za-z0-9_\\]){6,}")


def is_listed(said: str) -> bool:
    """Whether one of the list's patterns finds something in this text."""
    plain, others = _list()
    pieces = {said[at : at + PIECE] for at in range(0, len(said), STEP)}
    return any(text in said for piece in plain.keys() & pieces for text in plain[piece]) or bool(others.extract(said))


@cache
def _list() -> tuple[dict[str, list[str]], UserAgentExtractor]:
    """The plain texts by their first pieces; and ua-parser's engine with the other patterns, which it looks for all at once."""
    plain: dict[str, list[str]] = defaultdict(list)
    others = []
    for pattern in PATTERNS:
        if _PLAIN.fullmatch(pattern):
            text = pattern.replace("\\", "")
            for at in range(STEP):
                plain[text[at : at + PIECE]].append(text)
        else:
            others.append((pattern, "crawler", None, None, None, None))
    return dict(plain), UserAgentExtractor(others)
