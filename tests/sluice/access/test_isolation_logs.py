"""What the mover of access logs can do, by the policies alone: its tenants' logs to their places, and nothing else."""

from __future__ import annotations

import re
from typing import Any

import pytest

from sluice.access import functions
from sluice.access.iam import Document
from sluice.project import stage_own
from sluice.project.config import Allow, Stage
from tests.evaluator import Judge, Request
from tests.sluice.access.test_isolation import (
    ACTIONS,
    CREATE,
    OURS,
    OWNERS,
    PARTNER,
    REGION,
    ROOT,
    S3_KEY,
    STRANGER,
    TABLE,
    document,
    everything,
    reaches,
    without,
)

ALL = Stage(
    "prod",
    OURS,
    region=REGION,
    allow=(
        Allow("shop-analytics", distributions=("E1ABC",), kms_key=S3_KEY),
        Allow("blog-analytics"),
        Allow("*-events"),
        Allow("partner-analytics", owner=PARTNER, distributions=("E2ABC",)),
        Allow("partner-blog", owner=PARTNER),
    ),
)
MOVER = ALL.role_arn("move-logs")
ADMIN = f"arn:aws:iam::{OURS}:role/admin"
OWN = f"arn:aws:s3:::{stage_own.bucket(ALL)}"
POLICY = functions.move_logs(ALL)
# The most careless bucket in the world: what is refused then, the mover's own policy refuses.
CARELESS = Judge(POLICY, document(everything(Principal={"AWS": OURS})))
OWNED = {"shop-analytics": OURS, "blog-analytics": OURS, "x-events": OURS, "partner-analytics": PARTNER}
KEYS = ("access/z", "access-logs/z", "analytics/z", "compacted/z", "code/z", "athena-results/z", "x/access/z", "z", "")
PLACES = [f"arn:aws:s3:::{bucket}/{key}".rstrip("/") for bucket in (*OWNED, "partner-blog", OWN[13:]) for key in KEYS]


def may(action: str, place: str, owner: str = OURS, **context: Any) -> bool:
    return CARELESS.allows(Request(MOVER, action, place, owner, context))


def test_the_mover_takes_from_the_stage_and_creates_at_tenants_with_distributions_alone() -> None:
    found = {
        (action, place, owner)
        for action in ACTIONS
        for place in PLACES
        for owner in OWNERS
        if may(action, place, owner, **CREATE, **{"s3:prefix": "access/z"})
    }
    taken = f"{OWN}/access-logs/z"
    expected = {("s3:GetObject", taken, OURS), ("s3:DeleteObject", taken, OURS)}
    for bucket, owner in (("shop-analytics", OURS), ("partner-analytics", PARTNER)):
        place = f"arn:aws:s3:::{bucket}"
        expected |= {("s3:PutObject", f"{place}/access/z", owner), ("s3:GetObject", f"{place}/access/z", owner)}
        expected |= {("s3:ListBucket", place, owner)}
    assert found == expected


def test_it_overwrites_nothing_and_lists_nothing_else() -> None:
    log = "arn:aws:s3:::shop-analytics/access/z"
    assert may("s3:PutObject", log, **CREATE)
    assert not may("s3:PutObject", log)
    assert not may("s3:PutObject", log, **{"s3:if-match": "x"})
    for prefix in ("analytics/", "", "access"):
        assert not may("s3:ListBucket", "arn:aws:s3:::shop-analytics", **{"s3:prefix": prefix})
    assert may("s3:ListBucket", OWN, **{"s3:prefix": "access-logs/z"})
    assert not may("s3:ListBucket", OWN, **{"s3:prefix": "code/"})


def test_it_makes_roots_of_salts_and_reads_no_other_table() -> None:
    assert may("dynamodb:UpdateItem", TABLE, **ROOT)
    assert not may("dynamodb:UpdateItem", TABLE, **{"dynamodb:LeadingKeys": ["tenant#a"]})
    assert not any(may(f"dynamodb:{verb}", TABLE, **ROOT) for verb in ("GetItem", "Scan", "DeleteItem", "PutItem"))


def test_it_uses_the_keys_of_its_tenants_through_s3_alone() -> None:
    through = {"kms:ViaService": f"s3.{REGION}.amazonaws.com"}
    assert may("kms:GenerateDataKey", S3_KEY, **through)
    assert not may("kms:GenerateDataKey", S3_KEY)
    keyed = Stage("prod", OURS, region=REGION, allow=(Allow("blog-analytics", kms_key=S3_KEY), ALL.allow[3]))
    assert "kms:" not in str(functions.move_logs(keyed))


def test_without_the_pins_another_accounts_bucket_would_be_written() -> None:
    put = Request(MOVER, "s3:PutObject", "arn:aws:s3:::shop-analytics/access/z", STRANGER, CREATE)
    loose = without(POLICY, "NeverElsewhere")
    for statement in loose["Statement"]:
        if statement["Action"] == "s3:PutObject":
            statement = statement["Condition"].pop("StringEquals")
    theirs = document(everything(Principal={"AWS": OURS}))
    assert not Judge(POLICY, theirs).allows(put)
    assert Judge(loose, theirs).allows(put)


def bucket(entry: Allow, *more: Document) -> Document:
    return document(*functions.bucket_policy(ALL, entry)["Statement"], *more)


def test_a_tenants_bucket_lets_nobody_overwrite_a_log_blindly_and_the_mover_delete_nothing() -> None:
    careless = bucket(ALL.allow[0], everything(Principal="*"))
    log = "arn:aws:s3:::shop-analytics/access/z"
    for principal in (MOVER, ADMIN):
        assert reaches(principal, "s3:PutObject", log, careless, **CREATE)
        assert not reaches(principal, "s3:PutObject", log, careless)
    assert not reaches(MOVER, "s3:DeleteObject", log, careless)
    assert reaches(ADMIN, "s3:DeleteObject", log, careless)


def test_another_accounts_bucket_grants_the_mover_what_it_needs_and_no_more() -> None:
    entry, log = ALL.allow[3], "arn:aws:s3:::partner-analytics/access/z"
    judge = Judge(POLICY, bucket(entry))
    ask = lambda action, place, **context: judge.allows(Request(MOVER, action, place, PARTNER, context))  # noqa: E731
    assert ask("s3:PutObject", log, **CREATE)
    assert not ask("s3:PutObject", log)
    assert ask("s3:GetObject", log)
    assert ask("s3:ListBucket", "arn:aws:s3:::partner-analytics", **{"s3:prefix": "access/z"})
    assert not ask("s3:GetObject", "arn:aws:s3:::partner-analytics/analytics/z")
    assert not ask("s3:DeleteObject", log)
    assert "move-logs" not in str(functions.bucket_policy(ALL, ALL.allow[4]))
    assert "move-logs" not in str(functions.bucket_policy(ALL, ALL.allow[1]))


@pytest.mark.parametrize(
    ("key", "is_open"), [("access-logs/z", True), ("code/z", False), ("analytics/z", False), ("z", False)]
)
def test_foreigners_reach_the_stages_bucket_where_cloudfront_delivers_and_only_as_its_acl_grants(
    key: str, is_open: bool
) -> None:
    own, cloudfront = stage_own.entry(ALL), f"arn:aws:iam::{STRANGER}:role/delivery"
    # Nobody is granted anything by the policy; this Allow is for what an access list grants.
    granted = everything(Principal={"AWS": STRANGER}, Action=["s3:PutObject", "s3:PutObjectAcl"])
    for action in ("s3:PutObject", "s3:PutObjectAcl"):
        assert reaches(cloudfront, action, f"{OWN}/{key}", bucket(own, granted)) == is_open
        assert not reaches(cloudfront, action, f"{OWN}/{key}", bucket(own))
    closed = Stage("prod", OURS, region=REGION, allow=(Allow("blog-analytics"),))
    policy = document(*functions.bucket_policy(closed, own)["Statement"], granted)
    assert not reaches(cloudfront, "s3:PutObject", f"{OWN}/{key}", policy)


def test_names_of_statements_are_those_that_s3_takes() -> None:
    sids = [one["Sid"] for one in (*POLICY["Statement"], *bucket(ALL.allow[3])["Statement"])]
    assert len(sids) == len(set(sids)) > 10
    assert all(re.fullmatch("[A-Za-z0-9]+", one) for one in sids)
