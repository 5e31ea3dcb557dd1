"""Days in a tenant's time zone, end to end: who counts on which day, from the post to the answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tests.browser import FIREFOX
from tests.tenants import SITE, Shop

LOS_ANGELES = "America/Los_Angeles"
ADDRESS = "192.0.2.7"
DAY, NEXT = ("2026-11-09", "2026-11-09"), ("2026-11-10", "2026-11-10")
AROUND = ("2026-11-08", "2026-11-11")
# Midnight UTC is at 16:00 there.
AFTERNOON = {"15:52": "/landing", "15:58": "/pricing", "16:03": "/cart", "16:09": "/account"}

Make = Callable[..., Shop]


def walk(shop: Shop, views: dict[str, str]) -> None:
    """One visitor without a session, from Google, on these pages at these times of Los Angeles."""
    referrer = "https://www.google.com/"
    for at, page in views.items():
        received = datetime.fromisoformat(f"2026-11-{at if ' ' in at else f'09 {at}'}").replace(
            tzinfo=ZoneInfo(LOS_ANGELES)
        )
        shop.track(received, ADDRESS, FIREFOX, page=SITE + page, referrer=referrer)
        referrer = SITE + page


def counts(shop: Shop, days: tuple[str, str], zone: str = "") -> tuple[int, int, int]:
    (totals,) = shop.ask("totals", days, zone=zone)
    return totals["visitors"], totals["visits"], totals["page_views"]


def sources(shop: Shop, days: tuple[str, str], zone: str = "") -> dict[str, int]:
    return {row["source"]: row["visits"] for row in shop.ask("sources", days, zone=zone)}


@pytest.mark.parametrize("days", [DAY, AROUND])
def test_an_afternoon_in_los_angeles_is_one_visitor_and_one_visit(shop: Make, days: tuple[str, str]) -> None:
    tenant = shop(LOS_ANGELES)
    walk(tenant, AFTERNOON)

    assert counts(tenant, days) == (1, 1, 4)
    assert sources(tenant, days) == {"google": 1}
    assert [row["day"] for row in tenant.ask("visitors-and-visits", days)] == ["2026-11-09"]


def test_the_same_afternoon_asked_in_utc_is_a_visit_of_the_day_on_which_it_began(shop: Make) -> None:
    tenant = shop(LOS_ANGELES)
    walk(tenant, AFTERNOON)

    assert (counts(tenant, DAY, "UTC"), counts(tenant, NEXT, "UTC")) == ((1, 1, 2), (1, 0, 2))
    assert sources(tenant, DAY, "UTC") == {"google": 1}
    assert sources(tenant, NEXT, "UTC") == {}


@pytest.mark.parametrize("zone", ["", LOS_ANGELES])
def test_a_tenant_without_a_time_zone_has_two_visitors_on_that_afternoon(shop: Make, zone: str) -> None:
    tenant = shop()
    walk(tenant, AFTERNOON)

    assert counts(tenant, AROUND, zone) == (2, 2, 4)
    assert sources(tenant, AROUND, zone) == {"google": 1, "(none)": 1}


def test_a_visitors_hash_changes_at_the_tenants_midnight(shop: Make) -> None:
    tenant = shop(LOS_ANGELES)
    walk(tenant, {"23:55": "/landing", "10 00:05": "/account"})

    before, after = (record["visitorId"] for record in tenant.records())
    assert before and after and before != after
    assert (counts(tenant, DAY), counts(tenant, NEXT), counts(tenant, AROUND)) == ((1, 1, 1), (1, 1, 1), (2, 2, 2))
    assert (sources(tenant, DAY), sources(tenant, NEXT)) == ({"google": 1}, {"(none)": 1})


def test_a_day_on_which_nobody_came_counts_zero(shop: Make) -> None:
    tenant = shop(LOS_ANGELES)
    walk(tenant, AFTERNOON)

    assert counts(tenant, ("2026-11-08", "2026-11-08")) == (0, 0, 0)
