"""Who can do what to whose bucket, by the policies alone: the tracker creates its tenants' records, and that is all."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chalicelib.allowlist import Allowlist
from chalicelib.jobs import JOBS
from chalicelib.names import entry_fault, is_bucket_name
from chalicelib.records import object_key
from sluice.access import functions, parts, people
from sluice.project.config import Allow, ConfigError, Stage
from tests.asking import EVERY_JOB, LOGGED
from tests.conftest import PROVE
from tests.evaluator import Identity, Judge, Request, allows

ROLES = [job.role for job in JOBS]

OURS, PARTNER, STRANGER = "111122223333", "444455556666", "999988887777"
OWNERS = (OURS, PARTNER, STRANGER)
REGION = "ca-central-1"
S3_KEY = f"arn:aws:kms:{REGION}:{OURS}:key/11111111-2222-3333-4444-555555555555"
CREATE = {"s3:if-none-match": "*"}

EXACT = ("app1-analytics-prod", "shop-analytics", "shop.example.com", "abc", "x" * 63, "a--b", "123", "sluice-eu-1")
LEADING = ("*-analytics", "*-events-prod", "*tracking", "*-z-prod", "*1234")
MIDDLE = ("shop-*-prod", "acme-*-analytics", "a*bcd", "team*-eu", "s*-records")
TRAILING = ("shop-*", "acme-events-*", "team1*", "logs*")
TWO = ("*-shop-*", "a*bc*d", "eu-*-x-*", "**prod")
FOREIGN = ("partner-analytics", "*-partner", "partner-*", "pa*rt*ner")
TENANTS = (
    *(Allow(bucket) for bucket in (*EXACT, *LEADING, *MIDDLE, *TRAILING, *TWO)),
    *(Allow(bucket, owner=PARTNER) for bucket in FOREIGN),
)
PATTERNS = [tenant for tenant in TENANTS if "*" in tenant.bucket]

ACTIONS = (
    *("s3:PutObject", "s3:GetObject", "s3:DeleteObject", "s3:PutObjectAcl", "s3:PutObjectTagging", "s3:ListBucket"),
    *("s3:GetObjectVersion", "s3:DeleteObjectVersion", "s3:AbortMultipartUpload", "s3:ReplicateObject"),
    *("s3:PutBucketPolicy", "s3:DeleteBucket"),
)
OWN_KEYS = ("/analytics/year=2025/month=12/day=17/1765929600000-0123456789abcdef.json", "/analytics/z")
OTHER_KEYS = (
    *("", "/", "/analytics", "/Analytics/z", "/analytics-old/z", "/xanalytics/z", "//analytics/z", "/../analytics/z"),
    *("/secret/analytics/z", "/secret/deeper/analytics/z", "/analytics/z/analytics/z", "/analytics/analytics/z"),
    *("/compacted/dt=2025-12-17/events.parquet", "/compacted/analytics/z", "/index.html", "/analytics%2Fz"),
)

EXAMPLES = 400 if PROVE else 50

Granted = set[tuple[str, str, str]]


def filled(pattern: str, text: str) -> str:
    return pattern.replace("*", text)


def objects(tenant: Allow) -> list[str]:
    """60 ARNs: two of the tenant's own, and 58 that are not, or only seem to be."""
    own = filled(tenant.bucket, "x7")
    torn = tenant.bucket if "*" in tenant.bucket else f"{tenant.bucket[0]}*{tenant.bucket[1:]}"
    names = [
        *(f"{own}{key}" for key in (*OWN_KEYS, *OTHER_KEYS)),
        *(f"{own}/{own}/analytics/z", f"{own}/x/{own}/analytics/z"),
        *(f"other/{own}/analytics/z", f"other/x/{own}/analytics/z", f"other/x-{own}/analytics/z"),
        *("other/x-analytics/analytics/y", "shop-x/y-prod/analytics/z"),
        *(f"{filled(torn, part)}/analytics/z" for part in ("q/r", "q/analytics/s", "q/t/u")),
        *(f"{own}-x/analytics/z", f"{own}x/analytics/z", f"x-{own}/analytics/z"),
        *(f"{filled(other.bucket, 'x7')}/analytics/y" for other in TENANTS if other.bucket != tenant.bucket),
    ]
    return [f"arn:aws:s3:::{name}" for name in names]


def is_own(tenant: Allow, resource: str, owner: str) -> bool:
    """Whether this is an object below `analytics/`, and not below another one, in a bucket that the entry names."""
    bucket, _, key = resource.removeprefix("arn:aws:s3:::").partition("/")
    grammar = re.escape(tenant.bucket).replace(r"\*", "[a-z0-9-]*")
    is_record = key.startswith("analytics/") and "/analytics/" not in key
    return re.fullmatch(grammar, bucket) is not None and is_record and owner == (tenant.owner or OURS)


def stage(*tenants: Allow, **fields: Any) -> Stage:
    return Stage(name="prod", account=OURS, region=REGION, allow=tenants, **(EVERY_JOB | fields))


WRITER = stage().role_arn("tracker")


def document(*statements: Mapping[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def everything(**parts: Any) -> dict[str, Any]:
    """A statement that allows everything, with these parts over it."""
    return {"Effect": "Allow", "Action": "*", "Resource": "*", **parts}


ADMIN = document(everything())
# The most careless bucket in the world, which leaves it all to us: what is denied then, our own policy denies.
CARELESS = document(everything(Principal={"AWS": OURS}))


def can(policy: Identity, action: str, resource: str, owner: str = OURS, **context: Any) -> bool:
    """Whether the tracker may, with this policy, even where the bucket trusts our whole account."""
    return allows(Request(WRITER, action, resource, owner, context), policy, CARELESS)


def granted(policy: Identity, resources: Iterable[str], actions: Iterable[str] = ACTIONS, **context: Any) -> Granted:
    """All that the policy allows of these actions on these resources, whichever account owns them."""
    calls = ((action, resource, owner) for action in actions for resource in resources for owner in OWNERS)
    judge = Judge(policy, CARELESS)
    return {call for call in calls if judge.allows(Request(WRITER, *call, context))}


def expected(tenants: Iterable[Allow], resources: Iterable[str]) -> Granted:
    """The puts of records into these tenants' own buckets."""
    listed = [(tenant, resource) for tenant in tenants for resource in resources]
    calls = {("s3:PutObject", resource, tenant.owner or OURS) for tenant, resource in listed}
    return {call for call in calls if any(is_own(tenant, *call[1:]) for tenant in tenants)}


def without(policy: dict[str, Any], *sids: str) -> dict[str, Any]:
    """The policy without these statements, which it must have."""
    assert {statement["Sid"] for statement in policy["Statement"]} >= set(sids)
    return document(*[statement for statement in policy["Statement"] if statement["Sid"] not in sids])


def without_condition(policy: dict[str, Any], operator: str) -> dict[str, Any]:
    """The policy with its allowed puts free of this condition, which they must have."""
    loose = deepcopy(policy)
    for statement in loose["Statement"]:
        if statement["Effect"] == "Allow" and statement["Action"] == "s3:PutObject":
            del statement["Condition"][operator]
    return loose


def test_the_matrix_is_as_large_as_it_says() -> None:
    sizes = {len(set(objects(tenant))) for tenant in TENANTS}

    assert (len(set(TENANTS)), len(set(ACTIONS)), sizes) == (30, 12, {60})


@pytest.mark.parametrize("tenant", TENANTS, ids=lambda tenant: tenant.bucket)
def test_the_tracker_can_only_create_records_of_its_own_tenant(tenant: Allow) -> None:
    resources = objects(tenant)
    own = {f"arn:aws:s3:::{filled(tenant.bucket, 'x7')}{key}" for key in OWN_KEYS}

    found = granted(functions.tracker(stage(tenant)), resources, **CREATE)

    assert found == expected([tenant], resources)
    assert {resource for _, resource, _ in found} >= own


def test_the_tracker_of_thirty_tenants_can_do_what_those_of_each_can_together() -> None:
    resources = {resource for tenant in TENANTS for resource in objects(tenant)}

    found = granted(functions.tracker(stage(*TENANTS)), resources, **CREATE)

    assert found == expected(TENANTS, resources)


def test_the_edges_secret_is_read_by_the_tracker_alone_and_no_other_is() -> None:
    documents = functions.documents(Stage("prod", OURS, allow=(TENANTS[0],), edge_secret_parameter="/sluice/prod/edge"))
    names = ("/sluice/prod/edge", "/sluice/prod/edge2", "/sluice/prod", "/other")
    parameters = [f"arn:aws:ssm:us-east-1:{OURS}:parameter{name}" for name in names]

    readers = {
        name: [can(policy, "ssm:GetParameter", parameter) for parameter in parameters]
        for name, policy in documents.items()
        if not name.startswith("buckets/")
    }

    assert readers.pop("tracker.json") == [True, False, False, False]
    assert not any(any(read) for read in readers.values())
    assert "ssm:" not in str(functions.tracker(stage(TENANTS[0])))


def test_the_tracker_of_no_tenant_can_touch_no_bucket() -> None:
    assert granted(functions.tracker(stage()), objects(TENANTS[0]), **CREATE) == set()


@pytest.mark.parametrize("tenant", PATTERNS, ids=lambda tenant: tenant.bucket)
def test_without_the_constant_deny_a_pattern_would_reach_below_other_prefixes(tenant: Allow) -> None:
    resources = objects(tenant)
    loose = without(functions.tracker(stage(tenant)), "NeverDeeper")

    assert granted(loose, resources, **CREATE) > expected([tenant], resources)


@pytest.mark.parametrize("pattern", ["*-analytics", "**prod"])
def test_without_the_constant_deny_a_leading_star_would_reach_any_bucket(pattern: str) -> None:
    imitation = f"arn:aws:s3:::other/{filled(pattern, 'x')}/analytics/y"
    policy = functions.tracker(stage(Allow(pattern)))

    assert can(without(policy, "NeverDeeper"), "s3:PutObject", imitation, **CREATE)
    assert not can(policy, "s3:PutObject", imitation, **CREATE)


@pytest.mark.parametrize("tenant", TENANTS, ids=lambda tenant: tenant.bucket)
def test_a_put_that_could_overwrite_is_denied(tenant: Allow) -> None:
    policy, resources = functions.tracker(stage(tenant)), objects(tenant)

    assert granted(policy, resources, ["s3:PutObject"]) == set()
    assert granted(without_condition(policy, "Null"), resources, ["s3:PutObject"]) == expected([tenant], resources)


def test_without_both_pins_another_accounts_bucket_would_be_written() -> None:
    policy = functions.tracker(stage(Allow("*-analytics")))
    put = ("s3:PutObject", "arn:aws:s3:::x-analytics/analytics/z", STRANGER)
    unpinned = without_condition(policy, "StringEquals")

    assert not can(policy, *put, **CREATE)
    assert not can(unpinned, *put, **CREATE)
    assert not can(without(policy, "NeverElsewhere"), *put, **CREATE)
    assert can(without(unpinned, "NeverElsewhere"), *put, **CREATE)


def test_an_entry_holds_in_its_owners_account_only() -> None:
    policy = functions.tracker(stage(Allow("*-analytics"), Allow("*-partner", owner=PARTNER)))
    ours, theirs = "arn:aws:s3:::x-analytics/analytics/z", "arn:aws:s3:::x-partner/analytics/z"

    assert can(policy, "s3:PutObject", ours, OURS, **CREATE)
    assert can(policy, "s3:PutObject", theirs, PARTNER, **CREATE)
    assert not can(policy, "s3:PutObject", ours, PARTNER, **CREATE)
    assert not can(policy, "s3:PutObject", theirs, OURS, **CREATE)
    assert can(without_condition(policy, "StringEquals"), "s3:PutObject", ours, PARTNER, **CREATE)


def test_a_bucket_whose_account_is_unknown_is_denied() -> None:
    policy = functions.tracker(stage(Allow("*-analytics")))
    put = ("s3:PutObject", "arn:aws:s3:::x-analytics/analytics/z")

    assert can(policy, *put, **CREATE)
    assert not can(policy, *put, **CREATE, **{"aws:ResourceAccount": []})


def test_a_policy_of_the_operators_own_stays_within_the_stages_accounts(tmp_path: Path) -> None:
    extra = tmp_path / "extra.json"
    extra.write_text(json.dumps(document(everything(Sid="Extra", Action="s3:GetObject"))))
    policy = functions.tracker(stage(Allow("*-partner", owner=PARTNER), extra_policy=str(extra)))

    readable = {owner for owner in OWNERS if can(policy, "s3:GetObject", "arn:aws:s3:::any/z", owner)}

    assert readable == {OURS, PARTNER}


# Few characters, so that random names and patterns meet.
PIECES = st.lists(st.sampled_from(["a", "b", "a-b", "ab"]), max_size=3).map("".join)
NAMES = st.lists(PIECES, min_size=2, max_size=3).map("-".join).filter(is_bucket_name)
DOTTED = st.lists(PIECES, min_size=2, max_size=3).map(".".join).filter(is_bucket_name)
PATTERNED = st.tuples(PIECES, st.sampled_from(["*", "-*", "*-"]), PIECES, st.sampled_from(["", "*", "-*-"]), PIECES)
BUCKETS = st.one_of(PATTERNED.map("".join).filter(lambda bucket: entry_fault(bucket) is None), NAMES, DOTTED)
ENTRIES = st.builds(Allow, BUCKETS, owner=st.sampled_from([None, PARTNER]))
EVENT_IDS = st.from_regex(r"[A-Za-z0-9_-]{16,64}", fullmatch=True)


@st.composite
def stages_and_names(draw: Any) -> tuple[Stage, str]:
    """A stage, and a name that an entry of it admits, or nearly."""
    listed = draw(st.lists(ENTRIES, min_size=1, max_size=5, unique_by=lambda entry: entry.bucket))
    near = draw(st.sampled_from(listed)).bucket
    while "*" in near:
        near = near.replace("*", draw(PIECES), 1)
    return stage(*listed), draw(st.one_of(st.just(near), st.just(near), NAMES))


@settings(max_examples=EXAMPLES)
@given(stages_and_names(), st.dates(), EVENT_IDS)
def test_what_the_code_admits_the_policy_admits(case: tuple[Stage, str], day: date, event_id: str) -> None:
    given_stage, name = case
    entry = Allowlist(given_stage.entries).find(name)
    assume(entry is not None)

    record = f"arn:aws:s3:::{name}/{object_key(day, event_id)}"

    assert can(functions.tracker(given_stage), "s3:PutObject", record, entry.owner or OURS, **CREATE)


@settings(max_examples=EXAMPLES)
@given(stages_and_names())
def test_what_the_policy_admits_of_names_without_dots_the_code_admits(case: tuple[Stage, str]) -> None:
    given_stage, name = case
    assume(is_bucket_name(name) and "." not in name)
    policy, record = functions.tracker(given_stage), f"arn:aws:s3:::{name}/analytics/z"

    is_admitted = any(can(policy, "s3:PutObject", record, owner, **CREATE) for owner in OWNERS)

    assert is_admitted == (Allowlist(given_stage.entries).find(name) is not None)


TABLE = f"arn:aws:dynamodb:{REGION}:{OURS}:table/{stage().salts_table}"
ROOT = {"dynamodb:LeadingKeys": ["salt#2025-12-17"]}
NOT_FOR_FUNCTIONS = (
    *("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:BatchGetItem", "dynamodb:DeleteTable"),
    *("dynamodb:UpdateTimeToLive", "dynamodb:ExportTableToPointInTime", "iam:PassRole", "sts:AssumeRole"),
    *(
        "states:StartExecution",
        "lambda:InvokeFunction",
        "logs:CreateLogGroup",
        "logs:DeleteLogGroup",
        "kms:Decrypt",
        "glue:DeleteTable",
    ),
)


def test_the_tracker_updates_roots_and_nothing_else_in_the_salts_table() -> None:
    policy = functions.tracker(stage())

    assert can(policy, "dynamodb:UpdateItem", TABLE, **ROOT)
    assert not can(policy, "dynamodb:UpdateItem", TABLE, **{"dynamodb:LeadingKeys": ["tenant#a"]})
    assert not can(policy, "dynamodb:UpdateItem", TABLE, **{"dynamodb:LeadingKeys": ["salt#a", "tenant#a"]})
    assert not can(policy, "dynamodb:UpdateItem", TABLE)
    assert not can(policy, "dynamodb:UpdateItem", f"{TABLE}-2", **ROOT)
    assert not any(can(policy, f"dynamodb:{verb}", TABLE, **ROOT) for verb in ("GetItem", "Scan", "DeleteItem"))


def test_the_tracker_adds_to_rates_where_an_entry_has_a_budget_alone() -> None:
    rate = {"dynamodb:LeadingKeys": ["rate#shop-analytics"]}
    budget = functions.tracker(stage(Allow("shop-analytics", max_events_per_minute=600)))

    assert can(budget, "dynamodb:UpdateItem", TABLE, **rate)
    assert not any(can(budget, f"dynamodb:{verb}", TABLE, **rate) for verb in ("GetItem", "PutItem", "DeleteItem"))
    assert not can(budget, "dynamodb:UpdateItem", TABLE, **{"dynamodb:LeadingKeys": ["gone#a"]})
    assert not can(functions.tracker(stage()), "dynamodb:UpdateItem", TABLE, **rate)
    assert not can(
        functions.move_logs(stage(Allow("shop-analytics", max_events_per_minute=600))),
        "dynamodb:UpdateItem",
        TABLE,
        **rate,
    )


def test_the_forgetting_job_deletes_roots_and_nothing_else_in_the_salts_table() -> None:
    policy = functions.forget_salts(stage())

    assert can(policy, "dynamodb:DeleteItem", TABLE, **ROOT)
    assert not can(policy, "dynamodb:DeleteItem", TABLE, **{"dynamodb:LeadingKeys": ["tenant#a"]})
    assert not can(policy, "dynamodb:DeleteItem", TABLE)
    assert not can(policy, "dynamodb:DeleteItem", f"{TABLE}-2", **ROOT)
    assert not can(policy, "dynamodb:UpdateItem", TABLE, **ROOT)


@pytest.mark.parametrize(
    ("attributes", "select", "allowed"),
    [
        (["pk", "expires_at"], "SPECIFIC_ATTRIBUTES", True),
        (["pk", "expires_at"], [], True),
        (["pk", "root"], "SPECIFIC_ATTRIBUTES", False),
        (["pk", "expires_at", "root"], [], False),
        (["pk", "expires_at"], "ALL_ATTRIBUTES", False),
        ([], "ALL_ATTRIBUTES", False),
        ([], [], False),
    ],
)
def test_the_forgetting_job_cannot_read_a_root(attributes: list[str], select: Any, allowed: bool) -> None:
    policy = functions.forget_salts(stage())
    scan = {"dynamodb:Attributes": attributes, "dynamodb:Select": select}

    assert can(policy, "dynamodb:Scan", TABLE, **scan) is allowed


@pytest.mark.parametrize("role", ROLES)
def test_a_function_writes_its_own_log_and_no_others(role: str) -> None:
    policy = functions.documents(stage(*TENANTS, LOGGED))[f"{role}.json"]
    streams = {
        name: f"arn:aws:logs:{REGION}:{OURS}:log-group:{stage().log_group(name)}:log-stream:a"
        for name in (*ROLES, "other")
    }

    assert [name for name in streams if can(policy, "logs:PutLogEvents", streams[name])] == [role]
    assert [name for name in streams if can(policy, "logs:CreateLogStream", streams[name])] == [role]


@pytest.mark.parametrize("action", NOT_FOR_FUNCTIONS)
@pytest.mark.parametrize("role", ROLES)
def test_no_function_can_do_what_its_code_does_not_call(role: str, action: str) -> None:
    policy = functions.documents(stage(*TENANTS, LOGGED, Allow("key-bucket", kms_key=S3_KEY)))[f"{role}.json"]
    resources = ["*", TABLE, WRITER, S3_KEY, f"arn:aws:lambda:{REGION}:{OURS}:function:{stage().function(role)}"]

    assert not any(can(policy, action, resource, **ROOT) for resource in resources)


@pytest.mark.parametrize("role", ["tracker", "forget-salts"])
def test_the_salts_key_is_used_through_dynamodb_only(role: str) -> None:
    policy = functions.documents(stage(kms_key=S3_KEY))[f"{role}.json"]
    via = {name: {"kms:ViaService": f"{name}.{REGION}.amazonaws.com"} for name in ("s3", "dynamodb")}

    assert can(policy, "kms:Decrypt", S3_KEY, **via["dynamodb"])
    assert not can(policy, "kms:Decrypt", S3_KEY, **via["s3"])
    assert not can(policy, "kms:Decrypt", S3_KEY)
    assert not can(functions.documents(stage())[f"{role}.json"], "kms:Decrypt", S3_KEY, **via["dynamodb"])


def test_the_tracker_encrypts_with_the_entrys_key_through_s3_only() -> None:
    policy = functions.tracker(stage(Allow("key-bucket", kms_key=S3_KEY)))
    via = {name: {"kms:ViaService": f"{name}.{REGION}.amazonaws.com"} for name in ("s3", "dynamodb")}

    assert can(policy, "kms:GenerateDataKey", S3_KEY, **via["s3"])
    assert not can(policy, "kms:GenerateDataKey", S3_KEY, **via["dynamodb"])
    assert not can(policy, "kms:GenerateDataKey", S3_KEY)
    assert not can(policy, "kms:GenerateDataKey", S3_KEY[:-1] + "6", **via["s3"])
    assert not can(functions.tracker(stage(Allow("key-bucket"))), "kms:GenerateDataKey", S3_KEY, **via["s3"])


@pytest.mark.parametrize("tenant", [Allow("shop-analytics"), Allow("partner-analytics", owner=PARTNER)])
def test_an_analyst_reads_one_tenants_records_and_nothing_else(tenant: Allow) -> None:
    resources = objects(tenant)
    bucket = f"arn:aws:s3:::{tenant.bucket}"
    readable = {name for name in resources if name.startswith((f"{bucket}/analytics/", f"{bucket}/compacted/"))}

    found = granted(people.analyst(stage(*TENANTS), tenant.bucket), resources, **CREATE)

    assert found == {("s3:GetObject", name, tenant.owner or OURS) for name in readable}
    assert len(readable) == 6


@pytest.mark.parametrize(
    ("prefix", "allowed"),
    [
        ("analytics/", True),
        ("analytics/year=2025/", True),
        ("compacted/", True),
        ("", False),
        ([], False),
        ("a", False),
        ("secret/analytics/", False),
    ],
)
def test_an_analyst_lists_only_below_the_records_prefixes(prefix: Any, allowed: bool) -> None:
    policy = people.analyst(stage(*TENANTS), "shop-analytics")
    listing = {"s3:prefix": prefix}

    assert can(policy, "s3:ListBucket", "arn:aws:s3:::shop-analytics", **listing) is allowed
    assert not can(policy, "s3:ListBucket", "arn:aws:s3:::shop-analytics", STRANGER, **listing)
    assert not can(policy, "s3:ListBucket", "arn:aws:s3:::app1-analytics-prod", **listing)


def test_an_operator_reads_no_record_and_changes_none() -> None:
    policies = parts.numbered("operator", functions.documents(stage(*TENANTS)))

    found = granted(policies, [name for tenant in TENANTS[6:10] for name in objects(tenant)], **CREATE)

    assert {action for action, _, _ in found} == {"s3:ListBucket"}


BUCKET = "arn:aws:s3:::shop-analytics"
RECORD = f"{BUCKET}/analytics/z"
ADMINISTRATOR = f"arn:aws:iam::{OURS}:role/admin"
SECURE = {"aws:SecureTransport": "true", "aws:PrincipalIsAWSService": "false"}
TENANT_OWNERS = pytest.mark.parametrize("owner", [OURS, PARTNER])


def bucket_policy(owner: str = OURS, *more: Mapping[str, Any], **keys: Any) -> dict[str, Any]:
    """The bucket's own policy by an entry with these keys, with these statements added by somebody careless."""
    tenant = Allow("shop-analytics", owner=None if owner == OURS else owner, **keys)
    return document(*functions.bucket_policy(stage(tenant), tenant)["Statement"], *more)


def reaches(who: str | None, action: str, resource: str, policy: Mapping[str, Any], owner: str = OURS, **context: Any):
    """Whether somebody whose own policy allows everything gets past the bucket's."""
    return allows(Request(who, action, resource, owner, SECURE | context), ADMIN if who else None, policy)


@pytest.mark.parametrize("resource", [BUCKET, RECORD, f"{BUCKET}/compacted/z"])
def test_a_bucket_is_reached_over_tls_only(resource: str) -> None:
    plain = {"aws:SecureTransport": "false"}

    assert reaches(ADMINISTRATOR, "s3:GetObject", resource, bucket_policy())
    assert not reaches(ADMINISTRATOR, "s3:GetObject", resource, bucket_policy(), **plain)
    assert not reaches(WRITER, "s3:PutObject", resource, bucket_policy(), **CREATE, **plain)


@TENANT_OWNERS
def test_a_record_is_written_by_the_writer_only(owner: str) -> None:
    administrators = [ADMINISTRATOR, f"arn:aws:iam::{owner}:role/admin", f"{WRITER}-2"]

    assert reaches(WRITER, "s3:PutObject", RECORD, bucket_policy(owner), owner, **CREATE)
    assert not any(
        reaches(who, "s3:PutObject", RECORD, bucket_policy(owner), owner, **CREATE) for who in administrators
    )


def test_a_buckets_other_prefixes_may_be_written_by_its_account() -> None:
    assert reaches(ADMINISTRATOR, "s3:PutObject", f"{BUCKET}/compacted/z", bucket_policy(), **CREATE)
    assert reaches(ADMINISTRATOR, "s3:PutObject", f"{BUCKET}/athena-results/z", bucket_policy())


@TENANT_OWNERS
def test_a_record_is_created_and_never_overwritten(owner: str) -> None:
    assert not reaches(WRITER, "s3:PutObject", RECORD, bucket_policy(owner), owner)
    assert not reaches(WRITER, "s3:PutObject", RECORD, bucket_policy(owner, everything(Principal="*")), owner)


@TENANT_OWNERS
@pytest.mark.parametrize(
    "action",
    [
        "GetObject",
        "GetObjectVersion",
        "GetObjectAcl",
        "DeleteObject",
        "DeleteObjectVersion",
        "ListBucket",
        "ListBucketVersions",
    ],
)
def test_the_writer_neither_reads_nor_deletes(owner: str, action: str) -> None:
    generous = bucket_policy(owner, everything(Principal="*"))
    administrator = f"arn:aws:iam::{owner}:role/admin"

    assert not any(reaches(WRITER, f"s3:{action}", resource, generous, owner) for resource in (BUCKET, RECORD))
    assert reaches(administrator, f"s3:{action}", RECORD, generous, owner)


@TENANT_OWNERS
@pytest.mark.parametrize("who", [f"arn:aws:iam::{STRANGER}:role/admin", None], ids=["stranger", "anonymous"])
def test_strangers_are_denied_even_where_a_statement_lets_anyone_in(owner: str, who: str | None) -> None:
    public = bucket_policy(owner, everything(Principal="*"))
    # A request without credentials has no key about its principal.
    context = {} if who else {"aws:PrincipalIsAWSService": []}

    assert not reaches(who, "s3:GetObject", RECORD, public, owner, **context)
    assert not reaches(who, "s3:PutObject", f"{BUCKET}/compacted/z", public, owner, **CREATE, **context)
    assert reaches(f"arn:aws:iam::{owner}:role/admin", "s3:GetObject", RECORD, public, owner)


def test_a_service_of_aws_is_not_a_stranger() -> None:
    public = bucket_policy(OURS, everything(Principal="*"))

    assert reaches(None, "s3:GetObject", RECORD, public, **{"aws:PrincipalIsAWSService": "true"})


def test_a_partners_bucket_lets_our_writer_in_and_nobody_else_of_ours() -> None:
    theirs = bucket_policy(PARTNER)

    assert reaches(WRITER, "s3:PutObject", RECORD, theirs, PARTNER, **CREATE)
    assert not reaches(WRITER, "s3:PutObject", f"{BUCKET}/compacted/z", theirs, PARTNER, **CREATE)
    assert not reaches(ADMINISTRATOR, "s3:GetObject", RECORD, theirs, PARTNER)
    assert reaches(f"arn:aws:iam::{PARTNER}:role/admin", "s3:GetObject", RECORD, theirs, PARTNER)


@TENANT_OWNERS
def test_the_trackers_policy_and_the_buckets_together_let_one_record_in(owner: str) -> None:
    tenant = Allow("shop-analytics", owner=None if owner == OURS else owner)
    identity = functions.tracker(stage(tenant))
    calls = ((action, resource) for action in ACTIONS for resource in objects(tenant))

    def both_allow(action: str, resource: str) -> bool:
        return allows(Request(WRITER, action, resource, owner, SECURE | CREATE), identity, bucket_policy(owner))

    assert {call for call in calls if both_allow(*call)} == {("s3:PutObject", f"{BUCKET}{key}") for key in OWN_KEYS}


def test_an_analyst_of_a_patterns_bucket_reads_it_in_its_owners_account() -> None:
    reading = people.analyst(stage(Allow("*-partner", owner=PARTNER)), "x-partner")["Statement"][0]

    prefixes = ("analytics", "compacted", "athena-results", "access", "access-compacted", "rejected")
    assert reading["Resource"] == [f"arn:aws:s3:::x-partner/{prefix}/*" for prefix in prefixes]
    assert reading["Condition"] == {"StringEquals": {"aws:ResourceAccount": PARTNER}}


def test_there_is_no_analyst_of_a_bucket_that_the_stage_does_not_admit() -> None:
    with pytest.raises(ConfigError, match="admits 'other'"):
        people.analyst(stage(Allow("*-partner")), "other")
