"""Events and access logs of the same people, written by hand, and what each question about both answers, worked out on paper."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.access_lines import Request
from tests.cloudfront import escaped
from tests.lake_events import PC, UNKNOWN, event, who

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15"
GPTBOT = "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; GPTBot/1.3; +https://openai.com/gptbot"
CLAUDEBOT = "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ClaudeBot/1.0; +claudebot@anthropic.com)"
CHATGPT = "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; ChatGPT-User/1.0; +https://openai.com/bot"
GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
PREVIEW = "facebookexternalhit/1.1"
CURL = "curl/8.5.0"
NOBODY = "-"  # where the log has no hash, or no user agent
PEOPLE = "day people seen unclear unseen unseen_share hits_without_address"
COLUMNS = "requests script_views without_request unseen unseen_share crawlers ai_crawlers assistants programs"


def _asked(at: str, path: str, address: str, agent: str, **others: str) -> Request:
    return at, path, "200", address, {"cs(User-Agent)": agent if agent == NOBODY else escaped(agent), **others}


REQUESTS = (
    # The script sees both pages of the first, however they are written. The second has a blocker, and so has
    # somebody with another browser behind the first one's address.
    _asked("09 10:00:00", "/", "a1", FIREFOX),
    _asked("09 10:01:00", "/pricing/", "a1", FIREFOX),
    _asked("09 10:02:00", "/", "b1", FIREFOX),
    _asked("09 10:03:00", "/pricing/index.html", "b1", FIREFOX),
    _asked("09 10:04:00", "/", "a1", SAFARI),
    # What comes back from the browser's cache, and what a single-page app shows, asks for nothing.
    _asked("09 11:00:00", "/", "c1", FIREFOX),
    _asked("09 11:10:00", "/app", "d1", FIREFOX),
    # Nobody looks at these.
    _asked("09 12:00:00", "/", "e1", GPTBOT),
    _asked("09 12:00:01", "/", "e2", GPTBOT),
    _asked("09 12:00:02", "/pricing", "e1", CLAUDEBOT),
    _asked("09 12:00:03", "/", "e3", CHATGPT),
    _asked("09 12:00:04", "/", "e4", GOOGLEBOT),
    _asked("09 12:00:05", "/pricing", "e5", PREVIEW),
    _asked("09 12:00:06", "/", "e6", CURL),
    _asked("09 12:00:07", "/", "e6", NOBODY),
    # No pages.
    _asked("09 12:00:08", "/style.css", "b1", FIREFOX),
    _asked("09 12:00:09", "/api/cart", "b1", FIREFOX, **{"sc-content-type": "application/json"}),
    _asked("09 12:00:10", "/feed", "b1", FIREFOX, **{"sc-content-type": "application/rss%2Bxml"}),
    # Older than the salt. By number, one of the two is seen.
    _asked("10 10:00:00", "/old", NOBODY, FIREFOX),
    _asked("10 10:00:01", "/old", NOBODY, FIREFOX),
    # The event has no hash.
    _asked("10 11:00:00", "/late", "f1", FIREFOX),
)


def _by(address: str | None, agent: str = FIREFOX) -> dict[str, Any]:
    return {**who(address, UNKNOWN, PC, agent=agent), "ip": address}


def _events() -> Iterator[dict[str, Any]]:
    crawler = {**_by("e4", GOOGLEBOT), "isBot": True}
    viewed = (
        ("09 10:00:01", "/", _by("a1")),
        ("09 10:01:01", "/pricing", _by("a1")),
        ("09 11:00:01", "/", _by("c1")),
        ("09 11:00:30", "/", _by("c1")),
        ("09 11:00:50", "/", _by("c1")),
        ("09 11:10:01", "/app", _by("d1")),
        ("09 11:10:30", "/app/inbox", _by("d1")),
        # A crawler that runs scripts is still one.
        ("09 12:00:05", "/", crawler),
        ("10 10:00:01", "/old", _by("g1")),
        ("10 10:00:02", "/old", _by(None, SAFARI)),
        ("10 11:00:01", "/late", _by(None)),
        # A day without logs.
        ("12 10:00:00", "/", _by("h1")),
    )
    for number, (at, path, sender) in enumerate(viewed):
        yield event(number, at, "page_view", path, sender)
    yield event(20, "09 10:00:09", "scroll_depth", "/", _by("a1"), {"percent": 25})
    # A site that is not behind the distributions.
    yield {**event(21, "09 10:05:00", "page_view", "/", _by("a1")), "page": "https://blog.example/"}


EVENTS = tuple(_events())
# What they answer.
SPLIT: tuple[tuple[str, str, list[tuple[Any, ...]]], ...] = (
    (
        "script-pages",
        f"page {COLUMNS}",
        [
            # Four people: b1 has a blocker, and Safari at a1; c1 comes back twice without a request.
            ("/", 10, 4, 2, 2, 50.0, 1, 2, 1, 2),
            ("/pricing", 4, 1, 0, 1, 50.0, 1, 1, 0, 0),
            ("/old", 2, 2, 1, 1, 50.0, 0, 0, 0, 0),
            ("/app", 1, 1, 0, 0, 0.0, 0, 0, 0, 0),
            ("/late", 1, 1, 0, 0, 0.0, 0, 0, 0, 0),
            ("/app/inbox", 0, 1, 1, 0, None, 0, 0, 0, 0),
        ],
    ),
    (
        "script-days",
        f"day {COLUMNS}",
        [
            ("2026-11-09", 15, 7, 3, 3, 42.9, 2, 3, 1, 2),
            ("2026-11-10", 3, 3, 1, 1, 33.3, 0, 0, 0, 0),
        ],
    ),
    (
        "script-people",
        PEOPLE,
        # a1, c1 and d1 are seen, b1 by Firefox and a1 by Safari are not; f1 may have sent the event without a hash.
        [("2026-11-09", 5, 3, 0, 2, 40.0, 0), ("2026-11-10", 1, 0, 1, 0, 0.0, 2)],
    ),
    (
        "script-crawlers",
        "kind name requests pages addresses last_day",
        [
            ("ai", "GPTBot", 2, 1, 2, "2026-11-09"),
            ("ai", "ClaudeBot", 1, 1, 1, "2026-11-09"),
            ("assistant", "ChatGPT-User", 1, 1, 1, "2026-11-09"),
            ("crawler", "Googlebot", 1, 1, 1, "2026-11-09"),
            ("crawler", "facebookexternalhit", 1, 1, 1, "2026-11-09"),
            ("program", "-", 1, 1, 1, "2026-11-09"),
            ("program", "curl", 1, 1, 1, "2026-11-09"),
        ],
    ),
    (
        "script-crawler-pages",
        "page kind name requests",
        [
            ("/", "ai", "GPTBot", 2),
            ("/", "assistant", "ChatGPT-User", 1),
            ("/", "crawler", "Googlebot", 1),
            ("/", "program", "-", 1),
            ("/", "program", "curl", 1),
            ("/pricing", "ai", "ClaudeBot", 1),
            ("/pricing", "crawler", "facebookexternalhit", 1),
        ],
    ),
)
# The other events and logs, which have no visitor in common, and no crawler among the requests.
ANSWERS: tuple[tuple[str, str, str, list[tuple[Any, ...]]], ...] = (
    (
        "script-pages",
        "limit=3",
        f"page {COLUMNS}",
        [
            ("/", 3, 8, 8, 3, 100.0, 0, 0, 0, 0),
            ("/bags", 1, 0, 0, 1, 100.0, 0, 0, 0, 0),
            ("/pricing", 0, 3, 3, 0, None, 0, 0, 0, 0),
        ],
    ),
    (
        "script-days",
        "",
        f"day {COLUMNS}",
        [("2026-11-09", 3, 8, 8, 3, 100.0, 0, 0, 0, 0), ("2026-11-10", 1, 8, 8, 1, 100.0, 0, 0, 0, 0)],
    ),
    (
        "script-people",
        "",
        PEOPLE,
        [("2026-11-09", 2, 0, 0, 2, 100.0, 0), ("2026-11-10", 1, 0, 0, 1, 100.0, 0)],
    ),
    ("script-crawlers", "", "kind name requests pages addresses last_day", []),
    ("script-crawler-pages", "", "page kind name requests", []),
)
