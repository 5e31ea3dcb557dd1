"""The public page: whatever a key is, it is shown as text, and nothing is run or fetched."""

from __future__ import annotations

import re
from datetime import date

import html5lib
import msgspec

from sluice.publishing import page
from sluice.publishing.ledger import Release, Row, Table

HOSTILE = "/<script>alert(1)</script>?\"'&amp;"


def release(week: str, first: int) -> Release:
    days = tuple(Row(f"2026-03-{first + day:02}", 10 * day - 5) for day in range(7))
    tables = (
        Table("days", 1, 200_000, 15, days),
        Table("sources", 1, 200_000, 15, (Row("Direct", 40), Row("Email", -3))),
        Table("countries", 1, 200_000, 15, (Row("DE", 30), Row("TV", 0))),
        Table("pages", 5, 300_000, 50, (Row("/", 7), Row(HOSTILE, 1_234))),
        Table("cut", 3, 100_000, 90, (Row("sources", -4), Row("countries", 2), Row("pages", 12))),
    )
    ends = date(2026, 3, first), date(2026, 3, first + 6)
    return Release("id", "shop-analytics", week, *ends, "2026-11-09", 1_000_000, 1_000_000, tables)


PUBLIC = page.public([release("2026-W10", 2), release("2026-W11", 9)])
HTML = page.html(PUBLIC, "2026-W11")


def test_a_page_is_strict_html_without_a_script_and_fetches_nothing() -> None:
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    tree = parser.parse(HTML)
    assert tree.findall(".//script") == []
    assert not re.search(r"<(?:img|link|iframe|object|form|a)\b|url\(|@import|\son\w+=", HTML)
    assert "default-src 'none'" in HTML and "prefers-color-scheme: dark" in HTML
    assert HOSTILE in {cell.text for cell in tree.iter("td")}


def test_each_number_has_its_error_bar_and_what_its_bound_cuts() -> None:
    assert "<td>1,234 ± 50</td><td>12 ± 90</td>" in HTML
    assert "<td>Direct</td><td>40 ± 15</td><td>0 ± 90</td>" in HTML
    assert "ε = 1 for the week" in HTML and "one visitorId on one day" in HTML


def test_noise_below_zero_is_shown_as_nothing_and_kept_in_the_json() -> None:
    assert "<td>Email</td><td>0 ± 15</td>" in HTML
    found = msgspec.json.decode(page.encoded(PUBLIC), type=page.Public)
    assert found == PUBLIC
    sources = next(part for part in found.weeks[0].parts if part.name == "sources")
    assert [one.value for one in sources.numbers] == [40, -3]


def test_the_day_curve_has_as_many_weeks_as_it_says() -> None:
    weeks = [release(f"2026-W{number}", 1) for number in range(10, 30)]
    found = page.public([msgspec.structs.replace(one, since=date(2026, 3, 1)) for one in weeks])
    shown = page.html(found, "2026-W29")
    assert shown.count("<td>2026-03-03</td>") == page.CURVE
    assert f"up to this one, the last {page.CURVE} at most" in shown and "each published week" not in shown


def test_a_bucket_without_a_release_has_a_page_that_says_so() -> None:
    html5lib.HTMLParser(strict=True).parse(page.empty("shop-analytics"))
    assert "No week is published yet." in page.empty("shop-analytics")


def test_the_day_curve_has_the_days_of_the_weeks_before() -> None:
    assert [day for day in ("2026-03-02", "2026-03-15") if f"<td>{day}</td>" not in HTML] == []
    assert 'style="width:100%"' in HTML and 'style="width:0%"' in HTML
