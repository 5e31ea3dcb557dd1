"""What the job may do that sends reports: ask for the tenants that have one, and send as one sender to their readers."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from sluice.access import functions
from sluice.access.reporter import report
from sluice.project import stage_own
from sluice.project.config import Allow, Stage
from sluice.project.stages import Report
from sluice.project.tenants import table_name
from tests.sluice.access.test_isolation import ACTIONS, CREATE, OURS, OWNERS, PARTNER, REGION, can, granted, stage

READS, NOT = (
    Allow("shop-analytics", report=Report(to=("ann@shop.example", "bob@shop.example"))),
    Allow("blog-analytics"),
)
FOREIGN = Allow("partner-analytics", owner=PARTNER, report=Report(to=("eve@partner.example",)))
STAGE = replace(stage(), allow=(READS, NOT, FOREIGN, Allow("*-events")))
POLICY = report(STAGE)
SENDER = "reports@shop.example"
KEYS = (
    "",
    "/analytics/z",
    "/compacted/z",
    "/access/z",
    "/athena-results/z",
    "/code/z",
    "/x/analytics/z",
    "/reports/z",
    "/z",
)


def identity(name: str) -> str:
    return f"arn:aws:ses:{REGION}:{OURS}:identity/{name}"


@pytest.mark.parametrize("tenant", [READS, NOT, FOREIGN], ids=lambda one: one.bucket)
def test_it_reads_the_tenants_that_have_a_report_and_writes_their_answers_alone(tenant: Allow) -> None:
    bucket, owner = f"arn:aws:s3:::{tenant.bucket}", tenant.owner or OURS
    found = granted(POLICY, [f"{bucket}{key}" for key in KEYS], ACTIONS, **CREATE, **{"s3:prefix": "code/"})

    read = {("s3:GetObject", f"{bucket}{key}", owner) for key in KEYS[1:5]}
    answers = {(action, f"{bucket}/athena-results/z", owner) for action in ("s3:PutObject", "s3:AbortMultipartUpload")}
    assert found == (read | answers if tenant.report else set())
    assert can(POLICY, "s3:ListBucket", bucket, owner, **{"s3:prefix": "compacted/"}) is (tenant.report is not None)


def test_it_asks_in_its_tenants_workgroups_and_in_no_other() -> None:
    asked = {
        name: can(POLICY, "athena:StartQueryExecution", f"arn:aws:athena:{REGION}:{OURS}:workgroup/{name}")
        for name in (
            *(STAGE.workgroup(table_name(one.bucket, one)) for one in (READS, NOT, FOREIGN)),
            "sluice-prod.all",
        )
    }
    assert list(asked.values()) == [True, False, True, False]


@pytest.mark.parametrize(
    ("context", "allowed"),
    [
        ({"ses:FromAddress": SENDER, "ses:Recipients": ["ann@shop.example"]}, True),
        ({"ses:FromAddress": SENDER, "ses:Recipients": ["ann@shop.example", "eve@partner.example"]}, True),
        ({"ses:FromAddress": "boss@shop.example", "ses:Recipients": ["ann@shop.example"]}, False),
        ({"ses:FromAddress": SENDER, "ses:Recipients": ["ann@shop.example", "all@shop.example"]}, False),
        ({"ses:FromAddress": SENDER}, False),
        ({"ses:Recipients": ["ann@shop.example"]}, False),
    ],
)
def test_it_sends_as_one_sender_to_listed_readers(context: dict[str, Any], allowed: bool) -> None:
    assert can(POLICY, "ses:SendEmail", identity(SENDER), **context) is allowed
    assert can(POLICY, "ses:SendEmail", identity("shop.example"), **context) is allowed
    assert not can(POLICY, "ses:SendEmail", identity("other.example"), **context)
    assert not can(POLICY, "ses:SendRawEmail", identity(SENDER), **context)


def test_no_mark_is_written_blindly_or_elsewhere() -> None:
    own = f"arn:aws:s3:::{stage_own.bucket(STAGE)}"
    for condition, allowed in (({}, False), (CREATE, True), ({"s3:if-match": '"0123"'}, True)):
        assert can(POLICY, "s3:PutObject", f"{own}/reports/z", **condition) is allowed
        assert not can(POLICY, "s3:PutObject", f"{own}/code/z", **condition)
    assert not any(
        can(POLICY, "s3:PutObject", f"{own}/reports/z", owner, **CREATE) for owner in OWNERS if owner != OURS
    )


def test_another_account_s_bucket_lets_it_in_where_the_tenant_has_a_report() -> None:
    said = [str(functions.bucket_policy(STAGE, one)) for one in (FOREIGN, replace(FOREIGN, report=None))]
    assert ["TheReporterReads" in one for one in said] == [True, False]


def test_a_stage_without_reports_has_no_such_role() -> None:
    without = Stage(name="prod", account=OURS, mail_from=SENDER, allow=(NOT,))
    assert "report.json" not in functions.documents(without)
    assert "report.json" in functions.documents(STAGE)
