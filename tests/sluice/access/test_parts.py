"""Policies in parts: three hundred tenants fit, and the parts together allow exactly what the whole does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from chalicelib.jobs import JOBS
from sluice.access import functions, lint, parts, people
from sluice.access.parts import ATTACHED, INLINE, MANAGED
from sluice.project.config import Allow, ConfigError
from tests.asking import LOGGED
from tests.conftest import PROVE
from tests.evaluator import Judge, Request
from tests.sluice.access.test_isolation import (
    CARELESS,
    CREATE,
    OURS,
    OWNERS,
    PARTNER,
    S3_KEY,
    WRITER,
    expected,
    stage,
    without,
)
from tests.sluice.access.test_isolation_lake import REPLACE, places

NAMES = [f"tenant-{number:03}-analytics" for number in range(298)]  # 20 characters
MANY = (
    Allow(f"{NAMES[0]}-e", distributions=("E1ABC2DEF3GHIJ",), report=LOGGED.report),
    *(Allow(f"{name}-e") for name in NAMES[1:150]),
    *(Allow(f"{name}-w", owner=PARTNER) for name in NAMES[150:]),
    *(Allow("shop-analytics", kms_key=S3_KEY), Allow("acme-*-prod")),
)
STAGE = stage(*MANY)
DOCUMENTS = functions.documents(STAGE)
WHOLE = {job.role: functions.of(job, STAGE) for job in JOBS}
WHOLE["operator"] = people.operator(STAGE, tuple(job.role for job in JOBS))
FIRST = dict.fromkeys(WHOLE, INLINE) | {"operator": MANAGED}
SPLIT = ["tracker", "plan-compaction", "compact", "check", "consume", "release", "operator"]
ACTIONS = ("s3:PutObject", "s3:GetObject", "s3:DeleteObject", "s3:ListBucket")
# Whose buckets are asked for in the parts and in the whole; the names of all are compared.
SAMPLE = MANY if PROVE else (*MANY[::10], MANY[149], MANY[150], *MANY[297:])
PREFIXES = ("analytics/z", "compacted/_watermark.json", "athena-results/z", "z")


def resources(tenants: Iterable[Allow] = MANY) -> list[str]:
    """Buckets and keys of these tenants, traps around some of them, and those of nobody."""
    names = [tenant.bucket.replace("*", "x7") for tenant in tenants] + ["tenant-300-analytics-e", "payroll"]
    own = [f"arn:aws:s3:::{name}" for name in names] + [
        f"arn:aws:s3:::{name}/{key}" for name in names for key in PREFIXES
    ]
    traps = {place for tenant in (MANY[0], MANY[149], MANY[150], *MANY[297:]) for place in places(tenant)}
    return sorted({*own, *traps})


def granted(policies: Any, names: list[str], **context: Any) -> set[tuple[str, str, str]]:
    judge = Judge(policies, CARELESS)
    calls = ((action, name, owner) for action in ACTIONS for name in names for owner in OWNERS)
    return {call for call in calls if judge.allows(Request(WRITER, *call, context))}


@pytest.mark.parametrize("name", WHOLE)
def test_every_part_of_three_hundred_tenants_fits_where_iam_takes_it(name: str) -> None:
    found = parts.numbered(name, DOCUMENTS)

    assert parts.size(found[0]) <= FIRST[name]
    assert all(parts.size(part) <= MANAGED for part in found[1:])
    assert len(found) <= ATTACHED
    assert (len(found) > 1) == (name in SPLIT)


@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("condition", [CREATE, REPLACE, {}], ids=["create", "replace", "blind"])
def test_the_parts_together_allow_what_the_whole_does_and_nothing_more(name: str, condition: dict[str, Any]) -> None:
    context, numbered, names = (
        {"s3:prefix": "analytics/"} | condition,
        parts.numbered(name, DOCUMENTS),
        resources(SAMPLE),
    )

    found = granted(numbered, names, **context)

    assert found == granted(WHOLE[name], names, **context)
    assert _places(numbered).keys() == _places([WHOLE[name]]).keys()
    assert (
        len(found) >= len(SAMPLE)
        or name in {"forget-salts", "move-logs", "report", "export-logs"}
        or (name in {"tracker", "consume", "release"} and condition != CREATE)
    )


def test_the_parts_of_three_hundred_tenants_let_the_tracker_create_their_records_alone() -> None:
    names = resources()

    assert granted(parts.numbered("tracker", DOCUMENTS), names, **CREATE) == expected(MANY, names)


@pytest.mark.parametrize("name", SPLIT)
def test_each_part_has_every_denial_so_that_none_allows_more_alone(name: str) -> None:
    denied = [one for one in WHOLE[name]["Statement"] if one["Effect"] == "Deny"]

    for part in parts.numbered(name, DOCUMENTS):
        assert [one for one in part["Statement"] if one["Effect"] == "Deny"] == denied
        assert lint.lint(part, name) + lint.grammar(part, name) == []


def test_a_denial_of_one_part_holds_for_what_another_allows() -> None:
    first, *others = parts.numbered("compact", DOCUMENTS)
    loose = [without(one, "NeverBlindly") for one in others]
    names = [f"arn:aws:s3:::{tenant.bucket}/compacted/z" for tenant in MANY]

    assert (
        granted([first, *loose], names) & {("s3:PutObject", name, owner) for name in names for owner in OWNERS} == set()
    )
    assert granted(loose, names) != granted([first, *loose], names)


def test_a_tenant_that_comes_or_goes_moves_no_other_between_parts() -> None:
    fewer = functions.documents(stage(*MANY[:7], *MANY[8:]), DOCUMENTS)
    back = functions.documents(stage(*MANY[:7], Allow("a-new-one"), *MANY[8:]), fewer)

    for name in SPLIT:
        before, after = (_places(parts.numbered(name, found)) for found in (DOCUMENTS, back))
        moved = {unit for unit in before.keys() & after.keys() if before[unit] != after[unit]}
        assert moved == set()
        assert any("a-new-one" in resource for _, resource in after)


def test_without_the_files_as_they_are_a_tenant_that_goes_would_move_others() -> None:
    fewer = functions.documents(stage(*MANY[:7], *MANY[8:]))

    before, after = (_places(parts.numbered("compact", found)) for found in (DOCUMENTS, fewer))

    assert any(before[unit] != after[unit] for unit in before.keys() & after.keys())


def _places(found: list[dict[str, Any]]) -> dict[tuple[str, str], int]:
    allowed = [
        (number, one) for number, part in enumerate(found) for one in part["Statement"] if one["Effect"] == "Allow"
    ]
    return {
        (one["Sid"], resource): number
        for number, one in allowed
        for resource in ([one["Resource"]] if isinstance(one["Resource"], str) else one["Resource"])
    }


def test_what_fits_inline_again_is_one_policy_again() -> None:
    few = stage(*MANY[:4], stream=None)
    made = functions.documents(few, DOCUMENTS)
    names = [*(job.role for job in few.jobs), "operator"]

    assert [len(parts.numbered(name, made)) for name in names] == [1] * len(names)


def test_past_iams_limits_the_sentence_names_patterns() -> None:
    many = [Allow(f"tenant-{number:03}-analytics-eu") for number in range(480)]

    with pytest.raises(
        ConfigError, match=r"compact.json would have 69\d{3} characters in 12 parts; IAM takes 11.*one pattern"
    ):
        functions.documents(stage(*many))


def test_a_statement_that_cannot_be_divided_and_is_too_large_is_refused() -> None:
    huge = {
        "Sid": "Huge",
        "Effect": "Allow",
        "NotAction": [f"s3:Get{number}" for number in range(999)],
        "Resource": "*",
    }
    policy = {"Version": "2012-10-17", "Statement": [huge]}

    assert [parts.size(part) > MANAGED for part in parts.split(policy, INLINE)] == [True]


def test_an_operator_of_few_tenants_has_one_file() -> None:
    assert [name for name in functions.documents(stage(Allow("shop-analytics"))) if name.startswith("operator")] == [
        "operator.json"
    ]
    assert OURS in str(DOCUMENTS["operator-2.json"])
