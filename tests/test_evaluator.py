"""The evaluator of policies, held to what AWS documents of IAM."""

from __future__ import annotations

from typing import Any

import pytest

from tests.evaluator import Request, Unknown, allows, glob

OURS, THEIRS = "111122223333", "444455556666"
ROLE = f"arn:aws:iam::{OURS}:role/writer"
KEY = "arn:aws:s3:::amzn-s3-demo-bucket/home/a.json"


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def grant(**parts: Any) -> dict[str, Any]:
    """A statement that allows everything, with these parts over it."""
    return {"Effect": "Allow", "Action": "*", "Resource": "*", **parts}


def call(
    action: str = "s3:PutObject", resource: str = KEY, *, by: str | None = ROLE, owner: str = OURS, **context: Any
):
    """A request; `aws_SecureTransport="true"` is the context key `aws:SecureTransport`."""
    return Request(by, action, resource, owner, {key.replace("_", ":"): value for key, value in context.items()})


def meets(operator: str, expected: Any, given: Any = None, key: str = "dynamodb:LeadingKeys") -> bool:
    context = {} if given is None else {key: given}
    statement = grant(Condition={operator: {key: expected}})
    return allows(Request(ROLE, "dynamodb:GetItem", "*", OURS, context), policy(statement))


def test_nothing_is_allowed_where_nothing_says_so() -> None:
    assert not allows(call())
    assert not allows(call(), policy())
    assert allows(call(), policy(grant()))


def test_a_deny_counts_before_every_allow() -> None:
    denied = policy(grant(), grant(Effect="Deny", Action="s3:Put*"))

    assert not allows(call(), denied)
    assert allows(call("s3:GetObject"), denied)


def test_of_several_policies_of_a_role_each_allows_and_each_denies() -> None:
    first, second = policy(grant(Action="s3:PutObject")), policy(grant(Action="s3:GetObject"))

    assert allows(call(), [second, first]) and allows(call("s3:GetObject"), [second, first])
    assert not allows(call(), [first, policy(grant(Effect="Deny", Action="s3:PutObject"))])
    assert not allows(call(), [second]) and not allows(call(), [])


def test_actions_match_in_any_letter_case_and_resources_in_their_own() -> None:
    assert allows(call("s3:PutObject"), policy(grant(Action="S3:pUTo?ject")))
    assert not allows(call(), policy(grant(Resource=KEY.upper())))


@pytest.mark.parametrize(
    ("pattern", "text", "matched"),
    [
        ("arn:aws:s3:::amzn-s3-demo-bucket/*", KEY, True),
        ("arn:aws:s3:::*-bucket/a.json", KEY, False),
        ("arn:aws:s3:::*/a.json", KEY, True),  # a star takes slashes too
        ("arn:aws:s3:::amzn-s3-demo-bucket", KEY, False),
        ("arn:*", KEY, True),
        ("s3:Get?bject", "s3:GetObject", True),
        ("s3:Get?Object", "s3:GetObject", False),
        ("a.c", "abc", False),
        ("a*", "a\nb", True),
        ("", "", True),
    ],
)
def test_a_glob_matches_the_whole_text(pattern: str, text: str, matched: bool) -> None:
    assert glob(pattern, text) is matched


def test_not_action_and_not_resource_stand_for_all_else() -> None:
    # https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html
    all_but_deleting = {"Effect": "Allow", "NotAction": "s3:Delete*", "NotResource": ["arn:aws:s3:::secret/*"]}

    assert allows(call("s3:GetObject"), policy(all_but_deleting))
    assert not allows(call("s3:DeleteBucket"), policy(all_but_deleting))
    assert not allows(call("s3:GetObject", "arn:aws:s3:::secret/a"), policy(all_but_deleting))


# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
@pytest.mark.parametrize(
    ("operator", "expected", "given", "met"),
    [
        ("StringEquals", ["a", "b"], "b", True),
        ("StringEquals", "a", "A", False),
        ("StringEquals", "a*", "ab", False),
        ("StringEquals", "a", None, False),
        ("StringEqualsIfExists", "a", None, True),
        ("StringEqualsIfExists", "a", "b", False),
        ("StringNotEquals", ["a", "b"], "b", False),
        ("StringNotEquals", ["a", "b"], "c", True),
        ("StringNotEquals", "a", None, True),
        ("StringNotEqualsIfExists", "a", None, True),
        ("StringLike", "a*", "ab", True),
        ("StringLike", "a?", "abc", False),
        ("StringLike", "a*", None, False),
        ("StringNotLike", ["a*", "b*"], "bc", False),
        ("StringNotLike", "a*", None, True),
        ("Bool", "true", "TRUE", True),
        ("Bool", "false", "true", False),
        ("Bool", "false", None, False),
        ("BoolIfExists", "false", None, True),
        ("Null", "true", None, True),
        ("Null", "true", "a", False),
        ("Null", "true", "", False),
        ("Null", "true", [], True),
        ("Null", "false", "a", True),
        ("Null", "false", None, False),
        ("ArnEquals", "arn:aws:iam::*:role/a", "arn:aws:iam::1:role/a", True),
        ("ArnLike", "arn:aws:s3:*:d:e", "arn:aws:s3:b:c:d:e", False),  # no star crosses a colon
        ("ArnLike", "arn:aws:iam::1:role/*", "arn:aws:iam::1:role/a/b", True),
        ("ArnLike", "arn:aws:logs:r:1:log-group:*", "arn:aws:logs:r:1:log-group:a:b", True),
        ("ArnNotLike", "arn:aws:iam::1:role/*", "arn:aws:iam::1:role/a", False),
        ("ArnNotEquals", "arn:aws:iam::1:role/a", None, True),
    ],
)
def test_a_condition_on_one_value_is_met_as_documented(operator: str, expected: Any, given: Any, met: bool) -> None:
    assert meets(operator, expected, given) is met


# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
@pytest.mark.parametrize(
    ("operator", "given", "met"),
    [
        ("ForAllValues:StringEquals", ["webserver"], True),
        ("ForAllValues:StringEquals", ["webserver", "database"], True),
        ("ForAllValues:StringEquals", ["webserver", "other"], False),
        ("ForAllValues:StringEquals", [], True),
        ("ForAllValues:StringEquals", None, True),
        ("ForAnyValue:StringEquals", ["webserver", "other"], True),
        ("ForAnyValue:StringEquals", ["other"], False),
        ("ForAnyValue:StringEquals", [], False),
        ("ForAnyValue:StringEquals", None, False),
        ("ForAnyValue:StringEqualsIfExists", None, True),
        ("ForAllValues:StringNotEquals", ["other"], True),
        ("ForAllValues:StringNotEquals", ["other", "webserver"], False),
        ("ForAnyValue:StringNotEquals", ["other", "webserver"], True),
        ("ForAnyValue:StringNotEquals", ["webserver"], False),
        ("ForAnyValue:StringNotEquals", None, False),
        ("ForAllValues:StringEquals", "webserver", True),
    ],
)
def test_a_condition_on_several_values_is_met_as_documented(operator: str, given: Any, met: bool) -> None:
    assert meets(operator, ["webserver", "database"], given) is met


def test_all_keys_and_operators_of_a_condition_must_be_met() -> None:
    conditions = {
        "StringEquals": {"s3:prefix": "a", "aws:ResourceAccount": OURS},
        "Null": {"s3:if-none-match": "false"},
    }
    limited = policy(grant(Condition=conditions))

    assert allows(call(**{"s3:prefix": "a", "s3:if-none-match": "*"}), limited)
    assert not allows(call(**{"s3:prefix": "a"}), limited)
    assert not allows(call(**{"s3:prefix": "b", "s3:if-none-match": "*"}), limited)
    assert not allows(call(owner=THEIRS, **{"s3:prefix": "a", "s3:if-none-match": "*"}), limited)


def test_a_condition_key_matches_in_any_letter_case() -> None:
    tls = policy(grant(Condition={"Bool": {"AWS:securetransport": "true"}}))

    assert allows(call(aws_SecureTransport="true"), tls)
    assert not allows(call(aws_SecureTransport="false"), tls)


def test_a_bucket_may_refuse_what_is_not_encrypted_on_its_way() -> None:
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
    tls = grant(Effect="Deny", Principal="*", Condition={"Bool": {"aws:SecureTransport": "false"}})

    assert allows(call(aws_SecureTransport="true"), policy(grant()), policy(tls))
    assert not allows(call(aws_SecureTransport="false"), policy(grant()), policy(tls))


# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
@pytest.mark.parametrize("principal", ["*", {"AWS": "*"}, {"AWS": [ROLE]}])
def test_within_an_account_either_policy_is_enough(principal: Any) -> None:
    bucket = policy(grant(Principal=principal))

    assert allows(call(), policy(grant()))
    assert allows(call(), None, bucket)


@pytest.mark.parametrize("principal", ["*", {"AWS": ROLE}, {"AWS": OURS}, {"AWS": [f"arn:aws:iam::{OURS}:root"]}])
def test_across_accounts_both_policies_must_grant(principal: Any) -> None:
    bucket = policy(grant(Principal=principal))

    assert allows(call(owner=THEIRS), policy(grant()), bucket)
    assert not allows(call(owner=THEIRS), policy(grant()))
    assert not allows(call(owner=THEIRS), policy(), bucket)


@pytest.mark.parametrize("name", [OURS, f"arn:aws:iam::{OURS}:root"])
def test_an_account_in_its_own_buckets_policy_grants_nothing_itself(name: str) -> None:
    bucket = policy(grant(Principal={"AWS": [name]}))

    assert not allows(call(), policy(), bucket)
    assert allows(call(), policy(grant()), bucket)


@pytest.mark.parametrize("name", [OURS, f"arn:aws:iam::{OURS}:root", ROLE, "*"])
def test_a_buckets_deny_reaches_whom_it_names(name: str) -> None:
    bucket = policy(grant(Effect="Deny", Principal={"AWS": name}))

    assert not allows(call(), policy(grant()), bucket)


@pytest.mark.parametrize("name", [THEIRS, f"arn:aws:iam::{THEIRS}:root", f"{ROLE}-2"])
def test_a_buckets_deny_spares_all_others(name: str) -> None:
    bucket = policy(grant(Effect="Deny", Principal={"AWS": [name]}))

    assert allows(call(), policy(grant()), bucket)


def test_who_is_nobody_gets_what_is_for_anyone() -> None:
    assert allows(call(by=None), None, policy(grant(Principal="*")))
    assert not allows(call(by=None), None, policy(grant(Principal={"AWS": OURS})))
    assert not allows(call(by=None), None, policy())


@pytest.mark.parametrize(
    "statement",
    [
        grant(Effect="allow"),
        grant(NotPrincipal="*"),
        grant(Principal="*"),
        grant(NotAction="s3:*"),
        {"Effect": "Allow", "Resource": "*"},
        {"Effect": "Allow", "Action": "*"},
        grant(Resource="arn:aws:s3:::${aws:username}/*"),
        grant(Action="s3:PutObject", Resource=["*", "${aws:username}"]),
        grant(Condition={"IpAddress": {"s3:prefix": "10.0.0.0/8"}}),
        grant(Condition={"StringEqualsIgnoreCase": {"s3:prefix": "a"}}),
        grant(Condition={"ForSomeValues:StringEquals": {"s3:prefix": "a"}}),
        grant(Condition={"NullIfExists": {"s3:prefix": "true"}}),
        grant(Condition={"StringEquals": {"s3:prefixes": "a"}}),
        grant(Condition={"StringEquals": {"s3:prefix": "${aws:username}"}}),
        grant(Condition={"StringEquals": {"dynamodb:LeadingKeys": "a"}}),
        grant(Condition={"Bool": {"s3:prefix": "yes"}}),
        grant(Condition={"ArnLike": {"s3:prefix": "a*"}}),
    ],
)
def test_what_the_evaluator_does_not_know_it_refuses_to_judge(statement: dict[str, Any]) -> None:
    request = call(s3_prefix="a", dynamodb_LeadingKeys=["a", "b"])

    with pytest.raises(Unknown):
        allows(request, policy(grant(), statement))


def test_an_unknown_part_is_found_although_the_rest_does_not_match() -> None:
    elsewhere = grant(Action="ec2:*", Condition={"DateGreaterThan": {"aws:CurrentTime": "2020-01-01"}})

    with pytest.raises(Unknown, match=r"DateGreaterThan|CurrentTime"):
        allows(call(), policy(elsewhere))


@pytest.mark.parametrize(
    "principal", [{"Service": "s3.amazonaws.com"}, {"AWS": f"arn:aws:iam::{OURS}:role/*"}, {"AWS": "writer"}]
)
def test_a_principal_that_it_does_not_know_is_refused(principal: Any) -> None:
    with pytest.raises(Unknown):
        allows(call(), policy(grant()), policy(grant(Principal=principal)))


def test_a_policy_of_another_version_is_refused() -> None:
    with pytest.raises(Unknown):
        allows(call(), {**policy(grant()), "Version": "2008-10-17"})


@pytest.mark.parametrize(
    "wrong", [{"by": "writer"}, {"by": f"arn:aws:sts::{OURS}:assumed-role/writer/x"}, {"action": "PutObject"}]
)
def test_a_request_that_cannot_be_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(Unknown):
        call(**wrong)


def test_a_key_that_the_evaluator_does_not_know_is_refused_in_a_request_too() -> None:
    with pytest.raises(Unknown, match="aws:SourceVpc"):
        allows(call(aws_SourceVpc="vpc-1"), policy(grant()))
