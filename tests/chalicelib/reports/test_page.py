"""A report's page and its text: valid, escaped, small, with nothing from outside, whatever the answers hold."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import html5lib
import pytest

from chalicelib.reports import making
from chalicelib.reports.making import MAX_HTML, Mail
from chalicelib.reports.parts import Fault, Pair, Row
from chalicelib.reports.periods import Period
from chalicelib.reports.story import Subject

WEEK = Period(date(2026, 3, 2), date(2026, 3, 8))
EVIL = "/<script>alert(1)</script>\"'&<img src=//evil.example/x>\r\nBcc: x\u2028"
SUBJECT = Subject("shop-analytics", WEEK, "UTC", ("Any page viewed", "Signup"), has_logs=True)


def rows(text: str = "/bags", number: int = 10) -> dict[str, list[dict[str, Any]]]:
    """An answer to each question, with this text wherever a client's word may be."""
    days = [{"day": f"2026-03-0{day}", "visitors": number, "visits": number, "page_views": number} for day in (2, 3)]
    logged = {"requests": number, "hits": number, "share": 50.0, "addresses": 3, "bytes": 1234567}
    return {
        "totals": [{"visitors": number, "visits": number, "page_views": 2 * number, "events": number}],
        "visitors-and-visits": days,
        "top-pages": [{"page": text, "page_views": number, "visitors": 1, "share": 50.0}],
        "sources": [{"channel": "Referral", "source": text, "visits": number, "bounce_rate": None}],
        "goals": [{"goal": text, "conversions": number, "conversion_rate": 12.5}],
        "revenue": [
            {"currency": "EUR", "channel": "Direct", "source": text, "orders": 1, "revenue": 1234.5, "average": 1234.5}
        ],
        "funnel": [{"step": 1, "visits": number, "share": 100.0}, {"step": 2, "visits": 1, "share": 10.0}],
        "access-days": [{"day": "2026-03-02", "page_hits": number, **logged}],
        "access-pages": [{"page": text, **logged}],
        "access-sources": [{"source": text, **logged}],
        "access-statuses": [{"status": 200, **logged}, {"status": 404, **logged}],
        "access-cache": [{"result": text, **logged}],
        "access-protocols": [{"version": text, **logged}],
        "access-edges": [{"edge": text, "requests": number, "mean_ms": 1.5, "p95_ms": 20}],
        "access-errors": [{"path": text, "status": 404, **logged}],
    }


def made(answers: dict[str, Any], subject: Subject = SUBJECT, before: dict[str, Any] | None = None) -> Mail:
    earlier = before if before is not None else answers
    return making.made(subject, answers, lambda name, _: Pair(answers[name], earlier[name]))


def strict(html: str) -> Any:
    """The page's tree; raises what is not valid."""
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)


def test_the_page_is_valid_and_asks_nothing_of_anybody() -> None:
    page = strict(made(rows()).html)

    tags = {one.tag for one in page.iter()}
    assert tags == {
        *("html", "head", "meta", "title", "style", "body", "table", "tbody", "tr", "td", "th"),
        *("h1", "h2", "h3", "p", "div", "span"),
    }
    attributes = {name for one in page.iter() for name in one.attrib}
    assert attributes == {"lang", "charset", "name", "content", "class", "style", "role", "scope", "colspan"}
    assert re.findall(r"url\(|@import|https?:|//", made(rows()).html) == []


def test_what_a_client_sent_is_text_wherever_it_is() -> None:
    mail = made(rows(EVIL))

    page = strict(mail.html)
    assert not {"script", "img"} & {one.tag for one in page.iter()}
    shown = "".join(page.itertext())
    assert shown.count("<script>alert(1)</script>") >= len(rows()) - 5
    assert "\n" not in mail.subject
    # No line of the text begins with what a client sent after a line feed.
    assert not re.search(r"^Bcc:", mail.text, re.MULTILINE)


def test_the_bucket_s_name_is_escaped_and_alone_in_its_line() -> None:
    assert strict(made(rows(), SUBJECT._replace(bucket=EVIL)).html).findtext(".//h1") is not None


@pytest.mark.parametrize("length", [10, 200, 2000])
def test_mail_programs_cut_nothing_however_long_the_pages_are(length: int) -> None:
    long = {
        name: [{**row, **_lengthened(row, length, number)} for number in range(200) for row in found[:1]]
        for name, found in rows().items()
    }
    one = {name: long[name] for name in long if name not in ("totals", "visitors-and-visits", "access-days", "funnel")}
    assert len(made({**rows(), **one}).html.encode()) < MAX_HTML


def _lengthened(row: Row, length: int, number: int) -> dict[str, str]:
    return {
        name: f"/{number}{'<' * length}" for name, value in row.items() if isinstance(value, str) and value[:1] == "/"
    }


def test_a_month_of_days_fits_too() -> None:
    month = Subject("shop-analytics", Period(date(2026, 3, 1), date(2026, 3, 31), "month"), "UTC", has_logs=True)
    mail = made(rows("/" + "a" * 300), month)
    assert len(mail.html.encode()) < MAX_HTML
    assert "Sun 1 Mar" in mail.html and "Tue 31 Mar" in mail.html


@pytest.mark.parametrize("name", sorted(rows()))
def test_a_part_without_an_answer_says_so_and_the_others_are_there(name: str) -> None:
    broken = {**rows(), name: Fault("Athena <is> away")}
    mail = made(broken)

    strict(mail.html)
    whole = made(rows())
    titles = re.findall(r"<h3[^>]*>(.*?)</h3>", mail.html)
    assert titles == re.findall(r"<h3[^>]*>(.*?)</h3>", whole.html)
    said = "This part could not be made: Athena"
    # The totals have no part, only figures and the headline.
    assert (said in mail.html, said in mail.text) == ((False, False) if name == "totals" else (True, True))
    assert ("could not be found out" in mail.text) is (name == "totals")


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (120, 100, "+20\u00a0%"),
        (80, 100, "\u221220\u00a0%"),
        (1001, 1000, "+0.1\u00a0%"),
        (550, 100, "\u00d75.5"),
        (5, 0, "new"),
        (7, 7, "same"),
    ],
)
def test_a_number_has_its_change(now: int, before: int, said: str) -> None:
    text = made(rows(number=now), before=rows(number=before)).text
    (line,) = re.findall(r"^Visitors  .*$", text, re.MULTILINE)
    assert line.split(str(f"{now:,}"))[1].strip() == said


def test_where_the_period_before_cannot_be_asked_nothing_is_said_of_changes() -> None:
    text = made(rows(), before=dict.fromkeys(rows(), Fault("away"))).text
    assert not re.search(r"[+\u2212\u00d7]|new|same", text.partition("-----")[0])


def test_an_open_day_is_marked_and_not_compared() -> None:
    mail = made(rows(), SUBJECT._replace(open_from=date(2026, 3, 8)))

    assert "Sunday still takes events until Tuesday 00:01: its figures may grow." in mail.text
    (line,) = re.findall(r"Sun 8 Mar.*\n.*still open", mail.text)[:1]
    assert "%" not in line


def test_a_tenant_without_a_script_reads_of_its_access_logs() -> None:
    empty = {**rows(), **{name: [] for name in rows() if not name.startswith("access")}}
    empty["totals"] = [{"visitors": 0, "visits": 0, "page_views": 0, "events": 0}]
    text = made(empty).text

    says = "10 page hits, as many as the week before. Most came from /bags and /bags was viewed most."
    assert says in " ".join(text.split())
    large = re.findall(r"^(Page hits|Requests|Errors|Sent)  ", text, re.MULTILINE)
    assert large == ["Page hits", "Requests", "Errors", "Sent"]
    assert "WHAT VISITORS DID" not in text


def test_a_tenant_with_nothing_at_all_gets_a_sentence() -> None:
    names = ("totals", "visitors-and-visits", "top-pages", "sources", "revenue")
    nothing: dict[str, list[Row]] = {name: [] for name in names}
    text = made(nothing, SUBJECT._replace(has_logs=False)).text
    assert "Nothing was seen this week, and nothing the week before." in text


def test_the_same_answers_make_the_same_bytes() -> None:
    assert made(rows()) == made(rows())
