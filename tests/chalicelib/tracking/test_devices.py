"""User agents as browsers and programs send them, and what they tell."""

import json
import subprocess
import sys
from collections import Counter

import pytest

from chalicelib.records import Device
from chalicelib.tracking import devices

BLINK = "AppleWebKit/537.36 (KHTML, like Gecko)"
WEBKIT = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
IPHONE = f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) {WEBKIT}"
WINDOWS = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {BLINK}"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"
LINUX = "Mozilla/5.0 (X11; Linux x86_64)"
ANDROID = "Mozilla/5.0 (Linux; Android"
LUMIA = f"Mozilla/5.0 (Windows Phone 10.0; Android 6.0.1; Microsoft; Lumia 950) {BLINK}"
GOOGLE = "(compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
ROBOT = "Mozilla/5.0 (compatible; "

# Expected device_type | browser | os, and below it the user agent.
PEOPLE_TABLE = f"""
mobile | Chrome Mobile | Android
    {ANDROID} 10; K) {BLINK} Chrome/124.0.0.0 Mobile Safari/537.36
mobile | Chrome Mobile | Android
    {ANDROID} 14; Pixel 8) {BLINK} Chrome/126.0.6478.71 Mobile Safari/537.36
mobile | Samsung Internet | Android
    {ANDROID} 13; SM-S918B) {BLINK} SamsungBrowser/23.0 Chrome/115.0.0.0 Mobile Safari/537.36
mobile | Firefox Mobile | Android
    Mozilla/5.0 (Android 14; Mobile; rv:126.0) Gecko/126.0 Firefox/126.0
mobile | Mobile Safari | iOS
    {IPHONE} Version/17.5 Mobile/15E148 Safari/604.1
mobile | Chrome Mobile iOS | iOS
    {IPHONE} CriOS/126.0.6478.54 Mobile/15E148 Safari/604.1
mobile | Firefox iOS | iOS
    {IPHONE} FxiOS/127.0 Mobile/15E148 Safari/605.1.15
mobile | Instagram | iOS
    {IPHONE} Mobile/15E148 Instagram 312.0.0.22.114 (iPhone14,5; iOS 16_6; en_US; en; scale=3.00; 1170x2532; 548339486)
mobile | Edge Mobile | Android
    {ANDROID} 12; M2101K6G) {BLINK} Chrome/125.0.0.0 Mobile Safari/537.36 EdgA/125.0.2535.51
mobile | Opera Mobile | Android
    {ANDROID} 11; CPH2269) {BLINK} Chrome/120.0.0.0 Mobile Safari/537.36 OPR/79.4.4195.76
mobile | Opera Mini | Symbian OS
    Opera/9.80 (J2ME/MIDP; Opera Mini/9.80 (S60; SymbOS; Opera Mobi/23.348; U; en) Presto/2.5.25 Version/10.54
mobile | Edge Mobile | Windows Phone
    {LUMIA} Chrome/52.0.2743.116 Mobile Safari/537.36 Edge/15.15254
mobile | Facebook | Android
    {ANDROID} 13; SM-A536B; wv) {BLINK} Version/4.0 Chrome/124.0.6367.179 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/465.0.0.61.83;]
tablet | Mobile Safari | iOS
    Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) {WEBKIT} Version/16.6 Mobile/15E148 Safari/604.1
tablet | Chrome Mobile iOS | iOS
    Mozilla/5.0 (iPad; CPU OS 17_4 like Mac OS X) {WEBKIT} CriOS/123.0.6312.52 Mobile/15E148 Safari/604.1
tablet | Mobile Safari | iOS
    Mozilla/5.0 (iPad; CPU OS 9_3_5 like Mac OS X) AppleWebKit/601.1.46 (KHTML, like Gecko) Version/9.0 Mobile/13G36 Safari/601.1
tablet | Chrome | Android
    {ANDROID} 12; SM-X906C) {BLINK} Chrome/124.0.0.0 Safari/537.36
tablet | Amazon Silk | Android
    {ANDROID} 9; KFMAWI) {BLINK} Silk/120.4.1 like Chrome/120.0.6099.230 Safari/537.36
desktop | Chrome | Windows
    {WINDOWS} Chrome/126.0.0.0 Safari/537.36
desktop | Edge | Windows
    {WINDOWS} Chrome/126.0.0.0 Safari/537.36 Edg/126.0.2592.56
desktop | Firefox | Windows
    Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:127.0) Gecko/20100101 Firefox/127.0
desktop | IE | Windows
    Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko
desktop | Safari | Mac OS X
    {MAC} {WEBKIT} Version/17.5 Safari/605.1.15
desktop | Chrome | Mac OS X
    {MAC} {BLINK} Chrome/126.0.0.0 Safari/537.36
desktop | Firefox | Mac OS X
    Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:127.0) Gecko/20100101 Firefox/127.0
desktop | Chrome | Linux
    {LINUX} {BLINK} Chrome/126.0.0.0 Safari/537.36
desktop | Firefox | Ubuntu
    Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0
desktop | Chrome | Chrome OS
    Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {BLINK} Chrome/126.0.0.0 Safari/537.36
desktop | Opera | Windows
    {WINDOWS} Chrome/125.0.0.0 Safari/537.36 OPR/111.0.0.0
other | Chrome | Web0S
    Mozilla/5.0 (Web0S; Linux/SmartTV) {BLINK} Chrome/94.0.4606.128 Safari/537.36 WebAppManager
other | Safari | Tizen
    Mozilla/5.0 (SMART-TV; LINUX; Tizen 6.0) {BLINK} 76.0.3809.146/6.0 TV Safari/537.36
other | Safari | Other
    Mozilla/5.0 (PlayStation; PlayStation 5/6.50) {WEBKIT} Version/15.4 Safari/605.1.15
other | Safari | Other
    Mozilla/5.0 (PlayStation 4 11.00) {WEBKIT} Version/14.0 Safari/605.1.15
desktop | Edge | Windows
    Mozilla/5.0 (Windows NT 10.0; Win64; x64; Xbox; Xbox One) {BLINK} Chrome/44.0.2403.157 Safari/537.36 Edge/44.19041.4788
other | Other | Other
    Mozilla/5.0 (Nintendo Switch; WebApplet) AppleWebKit/606.4 (KHTML, like Gecko) NF/6.0.1.15.4 NintendoBrowser/5.1.0.20393
"""
CRAWLER_TABLE = f"""
bot | Googlebot | Other
    Mozilla/5.0 {GOOGLE}
bot | Googlebot | Android
    {ANDROID} 6.0.1; Nexus 5X Build/MMB29P) {BLINK} Chrome/126.0.6478.61 Mobile Safari/537.36 {GOOGLE}
bot | bingbot | Other
    {ROBOT}bingbot/2.0; +http://www.bing.com/bingbot.htm)
bot | GPTBot | Other
    Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)
bot | ClaudeBot | Other
    Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ClaudeBot/1.0; +claudebot@anthropic.com)
bot | com/bot | Other
    Mozilla/5.0 {BLINK}; compatible; ChatGPT-User/1.0; +https://openai.com/bot
bot | PerplexityBot | Other
    Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; PerplexityBot/1.0; +https://perplexity.ai/perplexitybot)
bot | Bytespider | Android
    {ANDROID} 5.0) {BLINK} Mobile Safari/537.36 (compatible; Bytespider; spider-feedback@bytedance.com)
bot | HeadlessChrome | Linux
    {LINUX} {BLINK} HeadlessChrome/126.0.0.0 Safari/537.36
bot | curl | Other
    curl/8.5.0
bot | Wget | Other
    Wget/1.21.4
bot | Python Requests | Other
    python-requests/2.32.3
bot | Go-http-client | Other
    Go-http-client/1.1
bot | AhrefsBot | Other
    {ROBOT}AhrefsBot/7.0; +http://ahrefs.com/robot/)
bot | SemrushBot | Other
    {ROBOT}SemrushBot/7~bl; +http://www.semrush.com/bot.html)
bot | YandexBot | Other
    {ROBOT}YandexBot/3.0; +http://yandex.com/bots)
bot | Baiduspider | Other
    {ROBOT}Baiduspider/2.0; +http://www.baidu.com/search/spider.html)
bot | FacebookBot | Other
    facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)
bot | Twitterbot | Other
    Twitterbot/1.0
bot | Slackbot-LinkExpanding | Other
    Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)
bot | Applebot | Mac OS X
    Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_5) {WEBKIT} Version/13.1.1 Safari/605.1.15 (Applebot/0.1; +http://www.apple.com/go/applebot)
bot | CCBot | Other
    CCBot/2.0 (https://commoncrawl.org/faq/)
bot | UptimeRobot | Other
    UptimeRobot/2.0; http://www.uptimerobot.com/
"""


def rows(table):
    lines = table.strip().splitlines()
    expected = [line.split(" | ") for line in lines[::2]]
    return [(*words, agent.strip()) for words, agent in zip(expected, lines[1::2], strict=True)]


PEOPLE, CRAWLERS = rows(PEOPLE_TABLE), rows(CRAWLER_TABLE)
# Here ua-parser's fast parser knows a crawler that its former one takes for a browser.
BETTER = ("ChatGPT-User", "Applebot")
AGENTS = [agent for *_, agent in PEOPLE + CRAWLERS if not any(name in agent for name in BETTER)]
# The published package: in a separate process nothing replaces its parser.
ORIGINAL = """
import json, sys
from ua_parser.user_agent_parser import Parse
from user_agents import parse
agents = [parse(text) for text in json.load(sys.stdin)]
print(json.dumps([[str(a), a.is_bot, a.is_mobile, a.is_tablet, a.is_pc, a.browser, a.os, a.device] for a in agents]))
"""


@pytest.mark.parametrize(("kind", "browser", "system", "agent"), PEOPLE)
def test_a_persons_user_agent_gives_device_browser_and_system(kind, browser, system, agent):
    assert devices.read(agent) == (Device(kind, browser, system), False)


@pytest.mark.parametrize(("kind", "browser", "system", "agent"), CRAWLERS)
def test_a_programs_user_agent_is_a_bots(kind, browser, system, agent):
    assert devices.read(agent) == (Device(kind, browser, system), True)


@pytest.mark.parametrize("agent", [None, ""])
def test_no_user_agent_at_all_is_a_bots(agent):
    assert devices.read(agent) == (Device("bot", None, None), True)


@pytest.mark.parametrize("agent", ["x", "\x00", "é" * 2000, "(" * 2000, "Mozilla/5.0", "Android " * 250])
def test_a_strange_user_agent_is_read_all_the_same(agent):
    read = devices.read(agent)
    assert read.device.device_type in ("mobile", "tablet", "desktop", "bot", "other")
    assert isinstance(read.device.browser, str) and isinstance(read.device.os, str)


def test_the_table_holds_every_kind_of_device():
    kinds = Counter(kind for kind, *_ in PEOPLE)
    assert set(kinds) == {"mobile", "tablet", "desktop", "other"}
    assert min(len(PEOPLE), len(CRAWLERS)) >= 20


def test_the_answers_are_those_of_the_published_package():
    sent = json.dumps(AGENTS)
    ran = subprocess.run([sys.executable, "-c", ORIGINAL], input=sent, capture_output=True, text=True, check=True)
    assert json.loads(ran.stdout) == json.loads(json.dumps([answers(agent) for agent in AGENTS]))


@pytest.mark.parametrize("name", BETTER)
def test_where_the_fast_parser_differs_it_finds_a_crawler(name):
    agent = next(agent for *_, agent in CRAWLERS if name in agent)
    assert devices.UserAgent(agent).is_bot


def test_the_cache_is_bounded():
    assert devices.read.cache_info().maxsize == devices.CACHE


def answers(text):
    agent = devices.UserAgent(text)
    kinds = [agent.is_bot, agent.is_mobile, agent.is_tablet, agent.is_pc]
    return [str(agent), *kinds, agent.browser, agent.os, agent.device]


@pytest.mark.parametrize("name", devices.UNLISTED)
def test_a_program_that_no_list_knows_is_a_bot(name):
    assert devices.read(f"{name}/4.2 +http://example.org/").is_bot


def test_what_is_behind_the_first_512_characters_is_not_read():
    short = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"
    assert devices.read(short.ljust(devices.MAX_READ) + "Googlebot/2.1") == devices.read(short)
    assert devices.library("curl/8.0".ljust(devices.MAX_READ) + "Googlebot/2.1") == devices.library("curl/8.0")
