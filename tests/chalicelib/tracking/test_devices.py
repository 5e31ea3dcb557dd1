"""User agents as browsers and programs send them, and what they tell."""

import csv
import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from chalicelib.records import Device
from chalicelib.tracking import agents, devices

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
print(json.dumps([[a.is_bot, a.is_mobile, a.is_tablet, a.is_pc, a.browser, a.os, a.device.family] for a in agents]))
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
    assert agents.UserAgent(agent).is_bot


def test_the_cache_is_bounded():
    assert devices.read.cache_info().maxsize == devices.CACHE


def answers(text):
    agent = agents.UserAgent(text)
    kinds = [agent.is_bot, agent.is_mobile, agent.is_tablet, agent.is_pc]
    return [*kinds, agent._read.browser, agent._read.os, agents._family(text)]


def test_what_is_behind_the_first_512_characters_is_not_read():
    short = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"
    assert devices.read(short.ljust(devices.MAX_READ) + "Googlebot/2.1") == devices.read(short)
    assert devices.library("curl/8.0".ljust(devices.MAX_READ) + "Googlebot/2.1") == devices.library("curl/8.0")


# By kind: what each is, and what it was taken for before.
TAKEN_FOR_BOTS = {
    "a build of Android": f"{ANDROID} 15; PKX110 Build/AP3A.240617.008; wv) {BLINK} Chrome/130.0.0.0 Mobile Safari/537.36",
    "a phone's name": f"{ANDROID} 8.1.0; Fever_Plus_J) {BLINK} Chrome/95.0.4638.50 Safari/537.36",
    "a phone's older name": "Mozilla/5.0 (Linux; U; Android 4.3; en-us; HTC_Butterfly Build/JSS15J) Mobile Safari/534.30",
    "a phone that is called a bot": f"{ANDROID} 7.0; M bot 51) {BLINK} Chrome/81.0.4044.138 Mobile Safari/537.36",
    "a search engine's browser": f"{ANDROID} 9; X5; wv) {BLINK} Chrome/46.0.2490.92 Mobile SogouMSE,SogouMobileBrowser/5.6.3",
    "a messenger on a phone": "WhatsApp/2.18.79 Android/5.1 Device/Meizu-MX5",
    "a messenger on a desktop": f"{MAC} {BLINK} WhatsApp/2.2340.0 Chrome/114.0 Electron/25.9 Safari/537.36",
    "a messenger in a page": f"{IPHONE} Mobile/15E148 Viber/21.5",
    "a podcast player": "Podimo/1.11.3 build 91/Android 28",
    "a player with an address": "PodcastAddict/v5 ( https://podcastaddict.com/; Android podcast app)",
    "a number": "X TS1008/1.0 Mozilla/5.0 (Linux; U; Android 4.0.3; zh-cn) AppleWebKit/534.30 Version/4.0 Mobile Safari/534.30",
    "an old browser": "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 5.1; Trident/4.0)",
    "another old one": "Mozilla/5.0 (compatible; Konqueror/4.5; Linux) KHTML/4.5.4 (like Gecko)",
}
TAKEN_FOR_PEOPLE = [
    *(
        "ELB-HealthChecker/2.0",
        "kube-probe/1.29",
        "GoogleHC/1.0",
        "Envoy/HC",
        "Consul Health Check",
        "Datadog/Synthetics",
    ),
    "Amazon-Route53-Health-Check-Service (ref 1; report http://amzn.to/1vsZADi)",
    "Apache/2.4.41 (Ubuntu) OpenSSL/1.1.1f (internal dummy connection)",
    "Mozilla/5.0 (compatible; 2GDPR/1.2; https://2gdpr.com)",
    "Mozilla/5.0 (compatible; ImportDomains/1.0)",
    f"Mozilla/5.0 (X11; Linux x86_64) {BLINK[:-1]}; compatible; pageburst) Chrome/98.0.4758.102 Safari/537.36",
    f"{ANDROID} 7.0; SM-G892A) {BLINK} Chrome/60.0.3112.107 Mobile Safari/537.36 https://deepcrawl.com/bot",
    f"{ANDROID} 8.0; Pixel 2 Build/OPD3; Storebot-Google/1.0) {BLINK} Chrome/81.0.4044.138 Mobile Safari/537.36",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Cardyb/1.1; +mailto:support@bsky.example) Chrome/1 Safari/1",
    f"{WINDOWS} Chrome/140.0.0.0 Safari/537.36 (crawl@example.org)",
    f"Mozilla/5.0 (X11; Linux x86_64) {BLINK} Chrome/27.0.1453 Safari/537.36 (compatible; Google-HotelAdsVerifier/2.0)",
    *(
        "UniversalFeedParser/4.2 +http://example.org/",
        "Chef Client/10",
        "Digg Feed Fetcher 1.0",
        "WhatsApp/2.19.81 A",
        "WhatsApp",
    ),
]
DEVICES = {
    f"{ANDROID} 9; BRAVIA 4K GB) {BLINK} Chrome/83.0.4103.120 Safari/537.36": "other",
    f"{ANDROID} 9; AFTMM) {BLINK} Chrome/112.0.0.0 Mobile Safari/537.36": "other",
    f"{ANDROID} 11; SHIELD Android TV) {BLINK} Chrome/114.0.0.0 Mobile Safari/537.36": "other",
    f"{ANDROID} 9; POLAR_P43U51T2SCSM Build/PTT1.190222.001) {BLINK} Chrome/69.0.3497.91 Safari/537.36": "other",
    f"{ANDROID} 12; Box R 4K Build/STTC.220803.001; wv) {BLINK} Chrome/133.0.6943.49 Safari/537.36": "other",
    f"Mozilla/5.0 (X11; Linux armv7l) {BLINK} Chrome/108.0.5359.124 Safari/537.36 CrKey/1.56 VIZIO SmartCast": "other",
    f"{ANDROID} 13; Quest 3) {BLINK} OculusBrowser/32.1 Chrome/122.0 VR Safari/537.36": "other",
    f"{ANDROID} 12; W-K560-TVM) {BLINK} Chrome/96.0.4664.45 Mobile Safari/537.36": "mobile",
    f"Mozilla/5.0 (Phone; OpenHarmony 5.0) {BLINK} Chrome/114.0.0.0 ArkWeb/4.1 Mobile": "mobile",
    f"Mozilla/5.0 (Tablet; OpenHarmony 5.0) {BLINK} Chrome/114.0.0.0 ArkWeb/4.1": "tablet",
    f"Mozilla/5.0 (PC; OpenHarmony 5.0) {BLINK} Chrome/114.0.0.0 ArkWeb/4.1": "desktop",
    "Mozilla/5.0 (Android 13; Tablet; rv:143.0) Gecko/143.0 Firefox/143.0": "tablet",
    f"{ANDROID} 13; MRX-W29) {BLINK} Chrome/92.0.4515.166 Mobile Safari/537.36": "tablet",
    f"{ANDROID} 14; SM-F936U) {BLINK} Chrome/102.0.0.0 Safari/537.36": "mobile",
    "Mozilla/5.0 (X11; FreeBSD amd64; rv:143.0) Gecko/20100101 Firefox/143.0": "desktop",
    "Mozilla/5.0 (X11; OpenBSD amd64; rv:143.0) Gecko/20100101 Firefox/143.0": "desktop",
    "Mozilla/5.0 (Wayland; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0": "desktop",
    f"{ANDROID} 9; ASUS Chromebook Flip C302) {BLINK} Chrome/85.0.4183.127 Safari/537.36": "desktop",
    "Mozilla/5.0 (Mobile; Nokia 8110 4G; rv:48.0) Gecko/48.0 Firefox/48.0 KAIOS/2.5": "mobile",
    "Dalvik/2.1.0 (Linux; U; Android 9; LGV35 Build/PKQ1.190414.001)": "mobile",
}
PUBLIC = os.environ.get("SLUICE_USER_AGENTS")


@pytest.mark.parametrize("agent", TAKEN_FOR_BOTS.values(), ids=TAKEN_FOR_BOTS)
def test_a_person_is_not_taken_for_a_bot(agent):
    assert not devices.read(agent).is_bot


@pytest.mark.parametrize("agent", TAKEN_FOR_PEOPLE)
def test_a_machine_is_not_taken_for_a_person(agent):
    assert devices.read(agent) == (devices.read(agent).device, True)
    assert devices.read(agent).device.device_type == "bot"


@pytest.mark.parametrize(("agent", "kind"), DEVICES.items())
def test_a_device_is_what_it_says(agent, kind):
    assert devices.read(agent).device.device_type == kind


def public():
    with Path(PUBLIC).open(newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.skipif(PUBLIC is None, reason="SLUICE_USER_AGENTS names no collection")
def test_of_ten_thousand_public_user_agents_few_are_taken_for_others():
    read = [(row, devices.read(row["user_agent"])) for row in public()]
    people = [(row, agent) for row, agent in read if row["who"] == "human"]
    bots = [agent for row, agent in read if row["who"] == "bot" and not devices.library(row["user_agent"])]
    assert sum(agent.is_bot for _, agent in people) / len(people) <= 0.0005
    assert sum(agent.is_bot for agent in bots) / len(bots) >= 0.95
    modern = [(row["kind"], agent.device.device_type) for row, agent in people if is_modern(row["user_agent"])]
    for kinds, words, least in (
        ({"smartphone", "phablet", "feature phone"}, {"mobile"}, 0.99),
        ({"tv"}, {"other"}, 0.8),
        ({"tablet"}, {"tablet"}, 0.8),
    ):
        shown = [word in words for kind, word in modern if kind in kinds]
        assert sum(shown) / len(shown) >= least, kinds


def is_modern(agent):
    """Of Android 8 or later."""
    found = re.search(r"Android (\d+)", agent)
    return bool(found) and int(found[1]) >= 8
