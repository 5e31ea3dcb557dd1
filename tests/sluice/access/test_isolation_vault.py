"""Who can do what to the token vault: the ingest opens no value, a revealer opens one tenant's, and nobody else does anything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from chalicelib.prefixes import ERASER, REVEALER
from chalicelib.tracking import tenant_keys
from chalicelib.vault.keyring import context, data_alias, mac_alias
from chalicelib.vault.rows import item_key
from sluice.access import functions, lint, parts, vault
from sluice.access.iam import Document
from sluice.project.config import Allow, Audit, Stage
from sluice.project.stages import Stream
from tests.asking import LOGGED
from tests.evaluator import Identity, Request, allows
from tests.sluice.access.test_isolation import ADMIN, OURS, REGION, document, everything, stage

FIELDS = ("userId", "metadata.email")
A, B, KEYED = "shop-analytics", "blog-analytics", "key-analytics"
LISTED = (
    *(Allow(one, tokenize=FIELDS) for one in (A, B)),
    Allow(KEYED, identify="tenant", keep_rejected=True),
    Allow("*-events"),
    LOGGED,
)
ALL = msgspec.structs.replace(stage(*LISTED), audit=Audit(), stream=Stream())
SEALING, MARKING = (f"arn:aws:kms:{REGION}:{OURS}:key/{one * 8}-2222-3333-4444-555555555555" for one in "12")
TABLE = f"arn:aws:dynamodb:{REGION}:{OURS}:table/{ALL.vault}"
ON_ROWS = ("BatchGetItem", "BatchWriteItem", "DeleteItem", "GetItem", "PutItem", "Query", "UpdateItem")
ON_TABLE = ("ExportTableToPointInTime", "PartiQLSelect", "Scan", "CreateBackup", "RestoreTableFromBackup")
ON_KEYS = ("CreateGrant", "Decrypt", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "ReEncryptFrom")
Doing = tuple[str, str]


def policies(of: Stage = ALL) -> dict[str, Document]:
    """Each role's, with its further parts."""
    made = {name: one for name, one in functions.documents(of).items() if not name.startswith("buckets/")}
    names = (name.removesuffix(".json") for name in made)
    return {
        name: parts.numbered(name, made)
        for name in names
        if name[-2:] not in {"-2", "-3", "-4", "-5"}  # type: ignore[misc]
    }


WHOLE = policies()


def role(name: str) -> str:
    """The ARN of who has this policy."""
    kind = name.partition("/")[0]
    return ALL.role_arn({"erasers": ERASER, "revealers": REVEALER}.get(kind, kind))


def said(bucket: str, alias: str, bound: dict[str, str]) -> dict[str, Any]:
    """What KMS knows of a call about this tenant's values."""
    return {"kms:ResourceAliases": [alias], **{f"kms:EncryptionContext:{name}": one for name, one in bound.items()}}


def calls() -> Iterator[tuple[Doing, str, dict[str, Any]]]:
    """Everything that somebody could do to the vault: what, of whom, on which resource, with which context."""
    for bucket in (A, B, KEYED):
        for verb in ON_KEYS:
            yield (verb, bucket), SEALING, said(bucket, data_alias(ALL.vault), context(bucket))
        for verb in ON_ROWS:
            yield (verb, bucket), TABLE, {"dynamodb:LeadingKeys": [item_key(bucket, "tok_id1_abc")]}
    for verb in ON_TABLE:
        yield (verb, ""), TABLE, {}
    for verb in ("GenerateMac", "VerifyMac"):
        yield (verb, ""), MARKING, {"kms:ResourceAliases": [mac_alias(ALL.vault)]}


def may(who: str, policy: Identity, guard: Document | None) -> set[Doing]:
    """All that somebody with this policy can do to the vault, whatever a careless account says; `guard` is the data key's own."""
    done = set[Doing]()
    for doing, resource, given in calls():
        service = "dynamodb" if resource == TABLE else "kms"
        own = guard if resource == SEALING else None
        if allows(Request(who, f"{service}:{doing[0]}", resource, OURS, given), policy, own):
            done.add(doing)
    return done


GUARD = vault.data_policy(ALL)
INGEST = {
    ("GenerateMac", ""),
    *((verb, bucket) for verb in ("GenerateDataKey", "PutItem") for bucket in (A, B)),
}


def test_each_role_can_do_to_the_vault_what_it_is_for_and_no_more() -> None:
    found = {name: done for name, policy in WHOLE.items() if (done := may(role(name), policy, GUARD))}
    assert found == {
        "tracker": INGEST,
        **{f"erasers/{one}": {("GenerateMac", ""), ("BatchGetItem", one), ("DeleteItem", one)} for one in (A, B)},
        **{f"revealers/{one}": {("BatchGetItem", one), ("Decrypt", one)} for one in (A, B)},
    }


def test_the_matrix_has_everybody_whom_the_sentence_names() -> None:
    there = {"tracker", "consume", "release", "compact", "analyst-of-all", "operator", "deployer"}
    assert there | {f"{kind}/{A}" for kind in ("analysts", "erasers", "revealers", "unloaders")} <= WHOLE.keys()


def test_the_ingest_opens_nothing_also_with_an_administrator_s_policy() -> None:
    """The key's own policy denies it: a careless policy of a role is not enough."""
    for name in ("tracker", "erasers/x", "analyst-of-all", "operator", "deployer", "administrator"):
        done = {verb for verb, _ in may(role(name), ADMIN, GUARD)}
        assert not done & {"Decrypt", "CreateGrant", "ReEncryptFrom"}, name
    # A negative control: without that policy the administrator's opens it.
    assert "Decrypt" in {verb for verb, _ in may(role("tracker"), ADMIN, None)}


def test_who_reveals_opens_only_what_was_sealed_for_the_tenant_and_for_the_vault() -> None:
    policy, alias = WHOLE[f"revealers/{A}"], data_alias(ALL.vault)
    for bound, opens in (
        (context(A), True),
        (context(B), False),
        ({}, False),
        (context(A) | {"purpose": "identify"}, False),
        (tenant_keys.context(A), False),
    ):
        asked = Request(role("revealers"), "kms:Decrypt", SEALING, OURS, said(A, alias, bound))
        assert allows(asked, policy, GUARD) is opens, bound
    other = Request(role("revealers"), "kms:Decrypt", SEALING, OURS, said(A, ALL.identify_alias, context(A)))
    assert not allows(other, policy, GUARD)


def test_what_opens_a_tenant_s_own_key_opens_no_value_of_the_vault() -> None:
    """The tracker decrypts for `identify = "tenant"`: with another key, and for another purpose."""
    policy = WHOLE["tracker"]
    mine = said(KEYED, ALL.identify_alias, tenant_keys.context(KEYED))
    assert allows(Request(role("tracker"), "kms:Decrypt", SEALING, OURS, mine), policy)
    for alias in (ALL.identify_alias, data_alias(ALL.vault)):
        for bucket in (A, B, KEYED):
            asked = Request(role("tracker"), "kms:Decrypt", SEALING, OURS, said(bucket, alias, context(bucket)))
            assert not allows(asked, policy), (alias, bucket)
    # A negative control: were it not for the purpose, one key for both would be opened by both.
    loose = without_condition(policy, "OpenTenantKeys", "kms:EncryptionContext:purpose")
    asked = Request(role("tracker"), "kms:Decrypt", SEALING, OURS, said(KEYED, ALL.identify_alias, context(KEYED)))
    assert allows(asked, loose)


def without_condition(policy: Any, sid: str, key: str) -> list[Document]:
    """The policies with this key out of the conditions of this statement, which must have it."""
    documents = [policy] if isinstance(policy, dict) else policy
    made, was = [], False
    for one in documents:
        statements = []
        for statement in one["Statement"]:
            if statement["Sid"] == sid:
                kept = {
                    operator: {name: value for name, value in names.items() if name != key}
                    for operator, names in statement["Condition"].items()
                }
                was = was or kept != statement["Condition"]
                statement = {**statement, "Condition": {name: keys for name, keys in kept.items() if keys}}
            statements.append(statement)
        made.append(document(*statements))
    assert was
    return made


@pytest.mark.parametrize(
    ("name", "sid", "key", "more"),
    [
        (f"revealers/{A}", "ReadValues", "dynamodb:LeadingKeys", ("BatchGetItem", B)),
        (f"revealers/{A}", "OpenValues", "kms:EncryptionContext:tenant", ("Decrypt", B)),
        (f"erasers/{A}", "EraseValues", "dynamodb:LeadingKeys", ("DeleteItem", B)),
        ("tracker", "KeepValues", "dynamodb:LeadingKeys", ("PutItem", KEYED)),
        ("tracker", "SealValues", "kms:EncryptionContext:tenant", ("GenerateDataKey", KEYED)),
    ],
)
def test_without_its_condition_a_right_reaches_another_tenant(name: str, sid: str, key: str, more: Doing) -> None:
    """Negative controls: the matrix sees what each condition is for."""
    loose = may(role(name), without_condition(WHOLE[name], sid, key), GUARD)
    assert more in loose and more not in may(role(name), WHOLE[name], GUARD)


def test_a_wider_policy_is_seen() -> None:
    wide = document(everything(Action=["dynamodb:*", "kms:Decrypt"]))
    assert may(role("compact"), wide, GUARD) - may(role("compact"), WHOLE["compact"], GUARD)


def test_where_no_entry_tokenizes_nobody_has_a_right_and_nobody_reveals() -> None:
    before = policies(msgspec.structs.replace(ALL, allow=(Allow(A), Allow(KEYED, identify="tenant"))))
    assert {name for name, policy in before.items() if may(role(name), policy, None)} == set()
    assert not [name for name in before if name.startswith("revealers/")]


def test_a_request_that_names_no_row_is_refused() -> None:
    """A policy with ForAllValues alone would let it through."""
    for name in ("tracker", f"erasers/{A}", f"revealers/{A}"):
        for verb in ON_ROWS:
            assert not allows(Request(role(name), f"dynamodb:{verb}", TABLE, OURS, {}), WHOLE[name]), (name, verb)


def test_the_deployer_makes_the_vault_of_its_stage_and_opens_none() -> None:
    policy, ours = WHOLE["deployer"], {"aws:ResourceTag/sluice": ALL.stack}
    assert allows(Request(role("deployer"), "kms:PutKeyPolicy", SEALING, OURS, ours), policy)
    assert not allows(Request(role("deployer"), "kms:PutKeyPolicy", SEALING, OURS, {}), policy)
    assert may(role("deployer"), policy, None) == set()


def test_the_policies_of_the_vault_are_clean() -> None:
    made = functions.documents(ALL)
    for name in (
        "tracker.json",
        f"erasers/{A}.json",
        f"revealers/{A}.json",
        *(one for one in made if "deployer" in one),
    ):
        assert lint.lint(made[name], name) + lint.grammar(made[name], name) == [], name
