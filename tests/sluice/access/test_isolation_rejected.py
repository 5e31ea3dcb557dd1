"""Who writes and reads what was refused, by the policies alone: the tracker, where an entry asks for it, and its analyst."""

from __future__ import annotations

from typing import Any

import pytest

from sluice.access import functions, people
from sluice.project.config import Allow, Stage
from tests.evaluator import Judge, Request
from tests.sluice.access.test_isolation import (
    CREATE,
    OURS,
    PARTNER,
    REGION,
    STRANGER,
    document,
    everything,
    reaches,
)

ALL = Stage(
    "prod",
    OURS,
    region=REGION,
    allow=(
        Allow("shop-analytics", keep_rejected=True),
        Allow("blog-analytics"),
        Allow("*-events", keep_rejected=True),
        Allow("partner-analytics", owner=PARTNER, keep_rejected=True),
    ),
)
WRITER, ADMIN = ALL.role_arn("tracker"), f"arn:aws:iam::{OURS}:role/admin"
CARELESS = Judge(functions.tracker(ALL), document(everything(Principal={"AWS": OURS})))


def may(action: str, place: str, owner: str = OURS, **context: Any) -> bool:
    return CARELESS.allows(Request(WRITER, action, f"arn:aws:s3:::{place}", owner, context))


@pytest.mark.parametrize(
    ("place", "owner", "allowed"),
    [
        ("shop-analytics/rejected/z", OURS, True),
        ("x-events/rejected/z", OURS, True),
        ("partner-analytics/rejected/z", PARTNER, True),
        ("blog-analytics/rejected/z", OURS, False),
        ("shop-analytics/rejected/z", STRANGER, False),
        ("shop-analytics/x/rejected/z", OURS, False),
        # What a pattern's star covers, too.
        ("payroll/x-events/rejected/z", OURS, False),
    ],
)
def test_the_tracker_creates_only_below_the_prefix_of_entries_that_ask(place: str, owner: str, allowed: bool) -> None:
    assert may("s3:PutObject", place, owner, **CREATE) is allowed
    assert not may("s3:PutObject", place, owner)
    assert not any(may(f"s3:{verb}", place, owner) for verb in ("GetObject", "DeleteObject"))


def test_a_stage_in_which_nobody_asks_grants_nothing_of_it() -> None:
    plain = Stage("prod", OURS, region=REGION, allow=(ALL.allow[1],))
    allowed = [one for one in functions.tracker(plain)["Statement"] if one["Effect"] == "Allow"]
    assert "rejected" not in str(allowed)
    assert "rejected" not in str(functions.bucket_policy(plain, plain.allow[0]))


def test_in_the_tenants_bucket_nobody_else_writes_it_or_writes_over_it() -> None:
    policy = document(*functions.bucket_policy(ALL, ALL.allow[0])["Statement"], everything(Principal="*"))
    place = "arn:aws:s3:::shop-analytics/rejected/z"
    assert reaches(WRITER, "s3:PutObject", place, policy, **CREATE)
    assert not reaches(WRITER, "s3:PutObject", place, policy)
    assert not reaches(ADMIN, "s3:PutObject", place, policy, **CREATE)
    assert reaches(ADMIN, "s3:GetObject", place, policy)


def test_another_accounts_bucket_grants_it_to_the_tracker() -> None:
    judge = Judge(functions.tracker(ALL), document(*functions.bucket_policy(ALL, ALL.allow[3])["Statement"]))
    place = "arn:aws:s3:::partner-analytics/rejected/z"
    assert judge.allows(Request(WRITER, "s3:PutObject", place, PARTNER, CREATE))
    assert not judge.allows(Request(WRITER, "s3:GetObject", place, PARTNER, {}))


def test_the_tenants_analyst_reads_it_and_the_analyst_of_all_does_not() -> None:
    read = Request(ADMIN, "s3:GetObject", "arn:aws:s3:::shop-analytics/rejected/z", OURS, {})
    open_bucket = document(everything(Principal={"AWS": OURS}))
    readers = {"own": people.analyst(ALL, "shop-analytics"), "other": people.analyst(ALL, "blog-analytics")}
    readers["all"] = people.analyst_of_all(ALL)
    assert [name for name, policy in readers.items() if Judge(policy, open_bucket).allows(read)] == ["own"]
