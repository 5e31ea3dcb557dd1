"""Who can open a tenant's own key: the tracker where an entry asks, who erases for that tenant, and nobody else."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.tracking.tenant_keys import context, object_key
from sluice.access import functions, identifying, lint, parts
from sluice.access.iam import Document
from sluice.project import stage_own
from sluice.project.config import Allow
from tests.asking import LOGGED
from tests.evaluator import Request, allows
from tests.sluice.access.test_isolation import ADMIN, OURS, REGION, can, stage

KEYED, ALSO, PLAIN = "shop-analytics", "blog-analytics", "day-analytics"
ALL = stage(
    *(Allow(one, identify="tenant") for one in (KEYED, ALSO)), Allow(PLAIN, identify="day"), Allow("*-events"), LOGGED
)
NOBODY = stage(Allow(KEYED), Allow(PLAIN, identify="day"))
MASTER = f"arn:aws:kms:{REGION}:{OURS}:key/11111111-2222-3333-4444-555555555555"
OWN = f"arn:aws:s3:::{stage_own.bucket(ALL)}"
MADE = {name: made for name, made in functions.documents(ALL).items() if not name.startswith("buckets/")}
WHOLE = {
    name: parts.numbered(name.removesuffix(".json"), MADE)
    for name in MADE
    if name.removesuffix(".json")[-2:] not in {"-2", "-3", "-4", "-5"}
}
TRACKER, OTHER = ALL.role_arn("tracker"), ALL.role_arn("compact")


def said(bucket: str, alias: str = ALL.identify_alias, **others: str) -> dict[str, Any]:
    """What KMS knows of a call that opens this tenant's key."""
    bound = {f"kms:EncryptionContext:{name}": value for name, value in (context(bucket) | others).items()}
    return {"kms:ResourceAliases": [alias], **bound}


def opened(policy: Any, bucket: str, **parts: Any) -> bool:
    return can(policy, "kms:Decrypt", MASTER, **said(bucket, **parts))


def test_the_tracker_and_each_tenant_s_eraser_open_and_nobody_else() -> None:
    found = {(name, bucket) for name, made in WHOLE.items() for bucket in (KEYED, ALSO, PLAIN) if opened(made, bucket)}
    of_tracker = {("tracker.json", KEYED), ("tracker.json", ALSO)}
    assert found == of_tracker | {(f"erasers/{one}.json", one) for one in (KEYED, ALSO)}


@pytest.mark.parametrize("parts", [{"alias": "alias/sluice-prod-person"}, {"purpose": "else"}, {"tenant": "x"}])
def test_the_tracker_opens_with_the_stage_s_key_for_its_tenants_and_purpose_alone(parts: dict[str, str]) -> None:
    assert opened(WHOLE["tracker.json"], KEYED)
    assert not opened(WHOLE["tracker.json"], KEYED, **parts)
    assert not can(WHOLE["tracker.json"], "kms:Decrypt", MASTER)
    assert not can(WHOLE["tracker.json"], "kms:Decrypt", MASTER, **{"kms:ResourceAliases": [ALL.identify_alias]})


def test_where_no_entry_asks_nobody_opens_anything() -> None:
    made = functions.documents(NOBODY)
    assert not [name for name, one in made.items() if "buckets/" not in name and opened(one, KEYED)]
    assert "identify-keys" not in str(made["tracker.json"])


def test_the_operator_has_keys_made_that_the_operator_never_sees() -> None:
    may = {
        action
        for action in ("Decrypt", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "ReEncryptFrom")
        if can(WHOLE["operator.json"], f"kms:{action}", MASTER, **said(KEYED))
    }
    assert may == {"GenerateDataKeyWithoutPlaintext"}
    assert not can(WHOLE["operator.json"], "kms:GenerateDataKeyWithoutPlaintext", MASTER, **said("x"))


def own_policy() -> Document:
    return functions.bucket_policy(ALL, stage_own.entry(ALL))


def past(who: str, action: str, key: str, **context: str) -> bool:
    """Whether somebody whose own policy allows everything gets past the bucket's."""
    asked = Request(who, action, f"{OWN}/{key}", OURS, {"aws:SecureTransport": "true", **context})
    return allows(asked, ADMIN, own_policy())


def test_in_the_stage_s_own_bucket_the_tracker_reads_those_keys_alone() -> None:
    assert past(TRACKER, "s3:GetObject", object_key(KEYED))
    assert not past(TRACKER, "s3:GetObject", object_key(PLAIN))
    assert not past(TRACKER, "s3:GetObject", "analytics/z")
    assert not past(TRACKER, "s3:ListBucket", "")
    assert not allows(
        Request(TRACKER, "s3:GetObject", f"{OWN}/{object_key(KEYED)}", OURS, {"aws:SecureTransport": "true"}),
        ADMIN,
        functions.bucket_policy(NOBODY, stage_own.entry(NOBODY)),
    )


def test_no_key_is_put_over_another_also_by_an_administrator() -> None:
    administrator = f"arn:aws:iam::{OURS}:role/administrator"
    assert not past(administrator, "s3:PutObject", object_key(KEYED))
    assert past(administrator, "s3:PutObject", object_key(KEYED), **{"s3:if-none-match": "*"})


@pytest.mark.parametrize(("who", "may"), [(TRACKER, True), (ALL.role_arn("eraser"), True), (OTHER, False)])
def test_the_key_s_own_policy_lets_nobody_else_open_whatever_iam_says(who: str, may: bool) -> None:
    policy = identifying.key_policy(ALL)
    for action in ("kms:Decrypt", "kms:CreateGrant", "kms:ReEncryptFrom"):
        assert allows(Request(who, action, MASTER, OURS, said(KEYED)), ADMIN, policy) is may
    assert allows(Request(who, "kms:PutKeyPolicy", MASTER, OURS, {}), ADMIN, policy)


def test_the_policies_with_keys_are_clean() -> None:
    asking = ("tracker.json", "operator.json", f"erasers/{KEYED}.json", f"erasers/{PLAIN}.json")
    own = f"buckets/{stage_own.bucket(ALL)}.json"
    made = functions.documents(ALL)
    for name in (*asking, own, *(one for one in made if one.startswith("deployer"))):
        assert lint.lint(made[name], name) + lint.grammar(made[name], name) == [], name


def test_a_day_s_roots_are_read_by_the_eraser_of_a_tenant_that_hashes_by_them() -> None:
    table = f"arn:aws:dynamodb:{REGION}:{OURS}:table/{ALL.salts_table}"
    found = {
        name
        for name, made in WHOLE.items()
        if can(made, "dynamodb:GetItem", table, **{"dynamodb:LeadingKeys": ["salt#2026-03-01"]})
    }
    assert found == {f"erasers/{PLAIN}.json"}
