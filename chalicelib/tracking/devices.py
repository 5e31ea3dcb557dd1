"""User-Agent to device, browser, os and isBot: user-agents' rules on ua-parser's fast parser, and a list of crawlers."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from chalicelib.records import Device
from chalicelib.tracking import crawlers
from chalicelib.tracking.agents import UserAgent

CACHE = 4096
# Characters: what is looked at takes time by them, and the longest of 10,000 user agents of browsers and bots has 363.
MAX_READ = 512
# What a backend posts by, as the libraries name themselves, of Python, JavaScript, Go, Java, PHP, Ruby and others. A program
# may put its own name before it. Dart is left out: it is mostly an app's, on a phone.
_LIBRARY = re.compile(
    r"(?:^|[ ;(])(?:curl|wget|httpie|python|python-requests|python-urllib3?|python-httpx|aiohttp|node|node-fetch|undici|axios|got"
    r"|node-superagent|deno|bun|go-http-client|go-resty|java[0-9._]*|java-http-client|google-http-java-client|okhttp"
    r"|apache-(?:async)?httpclient|apache-httpasyncclient|spring-webclient|ktor client|jersey|jetty|reactornetty|ahc|unirest-java"
    r"|php|guzzlehttp|php-curl-class|symfony httpclient|ruby|faraday|rest-client|http\.rb|httpclient|typhoeus|libwww-perl"
    r"|lwp::simple|reqwest|ureq|restsharp|(?:windows)?powershell|postmanruntime)(?:/[^ ]*| v[0-9.]+| \(.*| - .*|$)",
    re.IGNORECASE,
)
# From here on an alternative begins with a character of its own, and looks back for what must be before it: only then does `re`
# skip what none begins with, which takes a tenth of the time. What may be in any case is looked for in a lower-case text, as `re`
# skips nothing where it ignores the case.
_PHONE = re.compile(r"Android|iPhone|iPad|iOS(?<=\biOS)\b")
_BROWSER = re.compile(r"^Mozilla/(?!.*PowerShell)")
# A crawler that is built on one says what it is, or where to read about it; some libraries name their own page.
_CRAWLER = re.compile(
    r"bot|crawl|spider|slurp|scan|grab|feed|preview|monitor|uptime|pingdom|archiv|nutch|heritrix|https?://(?!github\.com/)"
)
# What a maker calls an Android device, in which any word may be, and what Facebook's app adds of it.
_MODEL = re.compile(r"\((?=[^)]{0,300}Android)[^)]{0,400}\)?|\[FB[^]]{0,400}\]?")
_OWN_NAME = re.compile(r"(?:bot|crawler|spider)[a-z-]{0,20}/[0-9]")
# Where to read about a program, or whom to write to. Apps for people have that too, but for browsers.
_CONTACT = re.compile(r"https?://|www\.(?<=\bwww\.)|@(?<=[\w.+-]@)[\w-]{1,63}\.\w|\[at\]|@local\b|mailto:")
_BROWSER_LIKE = re.compile(r"Mozilla|Opera")
_APP = re.compile(
    r"pod(?<=\bpod)|player|app(?<=\bapp)\b|ios(?<=\bios)\b|iphone|android|windows|winnt|appletv|watch|linux(?<=\blinux)\b"
)
# `compatible; X/1.0`: but for Internet Explorer and its like a program that would not be taken for a browser.
_COMPATIBLE = re.compile(r"[(;] ?compatible(?:\)|;(?! ?(?:MSIE|Konqueror|U;|Linux|ANT|Windows|Opera|\))))")
# What programs are for that ask without anybody looking: health checks, scanners, renderers, previews, link checkers.
_PURPOSE = re.compile(
    r"scann?er|checker|monitor(?!s)|prob(?:e|ing)\b|proxy|preview|audit|verifier|validat|health ?check|googlehc|/hc\b"
    r"|synthetic|dummy connection|thumbnail|transcod|screenshot|uptime|spider|crawl|fetch|diagnostic|jndi:|qualify|inspector"
    r"|detector|externalhit|domains?/|bench\b|lookup|google-[a-z]|route ?53|radar/|agent(?<=[a-z]agent)\b|robo"
    r"|universalfeedparser|chef client"
)
# Those that are known by how they begin.
_PROGRAM = re.compile(
    r"google(?:$|-|sites)|node\.js|phpmyadmin|k6/|paypal ipn|azure-logic-apps|request-promise|whatsapp(?:/[0-9.]+)?(?: [a-z])?$"
)
# ua-parser takes this one's previews and its desktop's app for the same.
_MESSENGER = re.compile(r"WhatsApp/[0-9.]{1,20} (?:.{0,99}Electron|Android|iPhone|Chrome)")
# Televisions, boxes and sticks: by their names, by Android TV's builds (their second letter is T), or by a model that has the
# inches of its screen.
_TV = re.compile(
    r"TV(?<=[a-z]TV)\b|_TV|SMART-TV|BRAVIA|AFT(?<=\bAFT)[A-Z0-9]{1,9}\b|HbbTV|CrKey|Roku|Web0S|VIDAA|NetCast|SHIELD|MiBOX"
    r"|Box(?<=\bBox)\b|BOX(?<=[a-z0-9]BOX)\b|STB(?<=\bSTB)|Dongle|VIZIO|SmartCast|SmartTV|AndroidTV|WHALEOS|Projector|projector"
    r"|Build/(?:[P-V]T[A-Z0-9]{1,2}\.|PPR2\.)|4K(?<=\b4K)\b|LED[0-9]{2}|X(?<=\bX)(?:9[268]|88)|H96(?<=\bH96)|TX(?<=\bTX)[3-9]"
    r"|T9(?<=\bT9)[05]|A95X(?<=\bA95X)|MXQ(?<=\bMXQ)|GTX-R(?<=\bGTX-R)"
)
_TV_NAME = re.compile(r"\b(?!DTV)[A-Z]{0,4}TV(?:\b|[0-9_-])")
_INCHES = re.compile(r"[; _-][A-Z]{0,2}(?:24|28|32|39|4[0-39]|5[058]|6[05]|7[05]|8[256])[A-Z]{1,6}[0-9]{1,4}[A-Z_-]")
_WORN = re.compile(
    r"Watch(?<=\bWatch)\b|OculusBrowser|Quest\b|Pico (?:Neo|[0-9])|Mobile VR|VR Safari(?<=\bVR Safari)|Tesla/"
)
_TABLET = re.compile(
    r"tab\b(?<![^\Wa-z]tab)|pad\b(?<![^\Wa-z]pad)|ipad|/apad|; ?tablet;|\( ?tablet;"
    r"|tb-(?<=\btb-)[a-z0-9]|-w(?:(?<=[a-z]{3}-w)|(?<=[a-z]{3}[0-9]-w))[0-9]{2}\b|kindle|kf(?<=\bkf)[a-z]{3,5}\b"
)
_HANDSET = re.compile(
    r"Dalvik/|KAIOS|OpenHarmony(?=.{0,40}Phone)|\(Phone;|SM-F9(?<=\bSM-F9)[0-9]{2}|Tizen [0-9.]{1,5}; SAMSUNG SM-Z"
    r"|; wv\)(?!.{0,200}Safari)"
)
_ANDROID_APP = re.compile(r"^(?!Mozilla|Opera)(?=.{0,200}Android)")
_LAPTOP = re.compile(r"Chromebook|Pixelbook|TravelMate|AIO(?<=\bAIO)\b")
_DESKTOP = re.compile(r"FreeBSD|OpenBSD|NetBSD|Wayland|\(PC;|X11; (?:Ubuntu|Fedora|Linux)")


class Agent(NamedTuple):
    """What a user agent says about its device, and whether it is a bot."""

    device: Device
    is_bot: bool


@lru_cache(CACHE)
def read(user_agent: str | None) -> Agent:
    """The device behind a User-Agent header; none at all is a program's."""
    if not user_agent:
        return Agent(Device(device_type="bot"), is_bot=True)
    user_agent = user_agent[:MAX_READ]
    agent = UserAgent(user_agent)
    by_bot = _is_bot(agent, user_agent)
    kind = "bot" if by_bot else _kind(agent, user_agent)
    return Agent(Device(kind, agent.browser, agent.os), by_bot)


@lru_cache(CACHE)
def is_bot(user_agent: str) -> bool:
    """Whether this user agent is a bot's, for which its device need not be read."""
    user_agent = user_agent[:MAX_READ]
    return _is_bot(UserAgent(user_agent), user_agent)


@lru_cache(CACHE)
def library(user_agent: str) -> Device | None:
    """The device of an HTTP library (curl, requests, okhttp …), which is not a crawler; None for any other user agent.

    It is `other`, or the phone that an app names.
    """
    user_agent = user_agent[:MAX_READ]
    if _BROWSER.match(user_agent) or not _LIBRARY.search(user_agent) or _CRAWLER.search(user_agent.lower()):
        return None
    agent = UserAgent(user_agent)
    kind = _kind(agent, user_agent)
    return Device(kind if _PHONE.search(user_agent) else "other", agent.browser, agent.os)


def _is_bot(agent: UserAgent, user_agent: str) -> bool:
    """Whether a crawler, a monitor or another program that nobody looks at says so, in its name or by how to reach it."""
    said = _MODEL.sub("(Android)", user_agent)
    lower = said.lower()
    if crawlers.is_listed(said) or _OWN_NAME.search(user_agent.lower()):
        return True
    if _CONTACT.search(lower) and (_BROWSER_LIKE.match(said) or not _APP.search(lower)):
        return True
    if _COMPATIBLE.search(said) or _PURPOSE.search(lower) or _PROGRAM.match(lower):
        return True
    return not _MESSENGER.search(user_agent) and agent.is_bot


def _kind(agent: UserAgent, user_agent: str) -> str:
    if any(pattern.search(user_agent) for pattern in (_TV, _INCHES, _WORN)):
        return "other"
    if "TV" in user_agent and _TV_NAME.search(user_agent):
        return "other"
    if _LAPTOP.search(user_agent):
        return "desktop"
    if _TABLET.search(user_agent.lower()):
        return "tablet"
    if _HANDSET.search(user_agent) or _ANDROID_APP.match(user_agent):
        return "mobile"
    if agent.is_tablet:
        return "tablet"
    if agent.is_mobile:
        return "mobile"
    return "desktop" if agent.is_pc or _DESKTOP.search(user_agent) else "other"
