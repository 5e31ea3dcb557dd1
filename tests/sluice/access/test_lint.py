"""Each of our rules finds what it is for, and nothing in what we generate."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sluice.access import functions, lint
from sluice.project import config
from tests.sluice.project.test_config import GOOD

KEY = "arn:aws:kms:ca-central-1:111122223333:key/0a1b"
RICH = f"""{GOOD.replace("region", 'alarm_email = "a@shop.example"' + chr(10) + "budget = 5" + chr(10) + "region")}
[[stages.prod.allow]]
bucket = "bank-events"
owner = "999988887777"
kms_key = "{KEY}"
distributions = ["E1ABC2DEF3GHIJ"]
raw_days = 30

[[stages.prod.allow]]
bucket = "shop-*-a*-events"
"""


def statement(**changes: Any) -> dict[str, Any]:
    """A good put statement, with these changes."""
    condition = {"StringEquals": {"aws:ResourceAccount": "111122223333"}, "Null": {"s3:if-none-match": "false"}}
    put = {"Sid": "Put", "Effect": "Allow", "Action": "s3:PutObject", "Condition": condition}
    return {**put, "Resource": "arn:aws:s3:::shop-events/analytics/*", **changes}


def rules(*statements: dict[str, Any]) -> set[str]:
    return {finding.rule for finding in lint.lint({"Statement": list(statements)}, "x.json")}


def test_what_we_generate_has_no_finding_ours_or_parliaments() -> None:
    for name, document in functions.documents(config.parse(RICH).stage("prod")).items():
        assert lint.lint(document, name) + lint.grammar(document, name) == []


def test_an_access_list_is_changed_by_deployments_alone() -> None:
    document = {"Statement": [statement(Action="s3:PutBucketAcl", Resource="arn:aws:s3:::sluice-prod")]}

    assert {finding.rule for finding in lint.lint(document, "operator.json")} == {"access control list"}
    assert lint.lint(document, "prod/deployer-2.json") == []


def test_a_good_statement_has_no_finding() -> None:
    assert rules(statement()) == set()


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"Action": "s3:*"}, "wide action"),
        ({"Action": "*"}, "wide action"),
        ({"Action": ["s3:PutObject", "s3:PutObjectAcl"]}, "access control list"),
        ({"Action": "s3:PutObj*", "Resource": "arn:aws:s3:::shop-events/*"}, "no prefix"),
        ({"Action": "s3:Put*", "Condition": {}}, "no account"),
        ({"Action": "s3:Put?bject", "Condition": {}}, "overwrites"),
        ({"Action": "s3:PutObject*"}, "access control list"),
        ({"Resource": "*"}, "wide resource"),
        ({"Resource": "arn:aws:s3:::shop-events/*"}, "no prefix"),
        ({"Resource": "arn:aws:s3:::shop-events/a/analytics/*"}, "no prefix"),
        ({"Resource": "arn:aws:s3:::*-events/analytics/*"}, "pattern without deny"),
        ({"Condition": {"Null": {"s3:if-none-match": "false"}}}, "no account"),
        ({"Condition": {"StringEquals": {"aws:ResourceAccount": "1"}}}, "overwrites"),
        ({"Action": [], "NotAction": "s3:GetObject"}, "inverted"),
        ({"Principal": "*"}, "every principal"),
        ({"Sid": "x" * 10_241}, "too large"),
    ],
)
def test_a_planted_fault_is_found(changes: dict[str, Any], rule: str) -> None:
    assert rule in rules(statement(**changes))


DEEPER = "arn:aws:s3:::*/*/analytics/*"
COMPACTED = "arn:aws:s3:::shop-events/compacted/*"


def test_a_pattern_with_the_deny_is_fine() -> None:
    deny = {"Effect": "Deny", "Action": "s3:PutObject", "Resource": DEEPER}

    assert rules(statement(Resource="arn:aws:s3:::*-events/analytics/*"), deny) == set()


def test_a_conditional_deny_does_not_count() -> None:
    deny = {"Effect": "Deny", "Action": ["s3:PutObject"], "Resource": DEEPER, "Condition": {"Bool": {}}}

    assert "pattern without deny" in rules(statement(Resource="arn:aws:s3:::*-events/analytics/*"), deny)


def test_a_deny_counts_for_its_own_prefix_and_action_alone() -> None:
    reading = statement(Action="s3:GetObject", Resource="arn:aws:s3:::*-events/analytics/*")
    others = [("s3:PutObject", DEEPER), ("s3:GetObject", "arn:aws:s3:::*/*/compacted/*")]
    denies = [{"Effect": "Deny", "Action": action, "Resource": resource} for action, resource in others]

    assert "pattern without deny" in rules(reading, *denies)
    assert rules(reading, {"Effect": "Deny", "Action": "s3:GetObject", "Resource": DEEPER}) == set()


def blind(**changes: Any) -> dict[str, Any]:
    """The Deny of puts that neither create nor name the version that they replace, with these changes."""
    condition = {"Null": {"s3:if-none-match": "true", "s3:if-match": "true"}}
    return {"Effect": "Deny", "Action": "s3:PutObject", "Resource": "*", "Condition": condition, **changes}


def test_what_is_compacted_may_be_replaced_where_blind_puts_are_denied() -> None:
    bound = {"StringEquals": {"aws:ResourceAccount": "111122223333"}}
    put = statement(Resource=COMPACTED, Condition=bound)

    assert rules(put, blind()) == rules(put, blind(Resource=COMPACTED)) == set()
    assert rules(put) == {"overwrites"}


@pytest.mark.parametrize(
    "changes",
    [{"Action": "s3:GetObject"}, {"Resource": DEEPER}, {"Effect": "Allow"}, {"Condition": {"Null": {}}}],
)
def test_a_deny_of_something_else_does_not_let_replace(changes: dict[str, Any]) -> None:
    put = statement(Resource=COMPACTED, Condition={"StringEquals": {"aws:ResourceAccount": "111122223333"}})

    assert "overwrites" in rules(put, blind(**changes))


def test_a_record_is_never_replaced_whatever_is_denied() -> None:
    put = statement(Condition={"StringEquals": {"aws:ResourceAccount": "111122223333"}})

    assert "overwrites" in rules(put, blind())


def test_an_action_that_iam_does_not_know_is_found() -> None:
    document = {"Version": "2012-10-17", "Statement": [statement(Action="s3:PutObjekt")]}

    assert "Unknown action s3:PutObjekt" in lint.grammar(document, "x.json")[0].message


def test_a_bucket_s_policy_is_set_by_who_deploys_alone() -> None:
    setting = {"Sid": "Set", "Effect": "Allow", "Action": "s3:PutBucketPolicy", "Resource": "arn:aws:s3:::shop-events"}
    document = {"Version": "2012-10-17", "Statement": [setting]}

    assert "PRIVILEGE_ESCALATION" in lint.grammar(document, "prod/operator.json")[0].message
    assert lint.grammar(document, "prod/deployer-2.json") == []


def test_a_resource_of_another_kind_than_the_action_s_is_found() -> None:
    wrong = statement(Action="athena:GetWorkGroup", Resource="arn:aws:athena:us-east-1:111122223333:datacatalog/x")
    document = {"Version": "2012-10-17", "Statement": [{**wrong, "Condition": {}}]}

    assert any("RESOURCE_MISMATCH" in one.message for one in lint.grammar(document, "x.json"))


@pytest.mark.parametrize("text", ["", "[]", "{", '{"Statement": 7}', '"x"'])
def test_a_file_that_is_not_a_policy_is_a_finding(text: str, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(text)

    assert [finding.rule for finding in lint.lint_folder(tmp_path)] == ["no policy"]


def test_every_file_of_the_folder_is_looked_at(tmp_path: Path) -> None:
    (tmp_path / "prod" / "buckets").mkdir(parents=True)
    document = {"Version": "2012-10-17", "Statement": [statement(Action="s3:*")]}
    (tmp_path / "prod" / "buckets" / "x.json").write_text(json.dumps(document))

    assert {finding.file for finding in lint.lint_folder(tmp_path)} == {"prod/buckets/x.json"}
