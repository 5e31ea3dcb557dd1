"""The doctor that looks by itself: what it writes to the alarms' topic, and that it can change nothing."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.sns.models import sns_backends

from chalicelib.records import encode
from sluice.access import functions
from sluice.cloud import cost
from sluice.doctor import findings, personal, scheduled
from sluice.doctor import stage as examination
from sluice.doctor.findings import Finding
from sluice.project.config import Allow, ConfigError
from tests.conftest import OWNER
from tests.records import record as made
from tests.sluice.doctor.test_doctor import REGION, World, address, remove_bucket_policy, world

__all__ = ["address", "world"]

TOPIC = f"arn:aws:sns:{REGION}:{OWNER}:sluice-prod-alarms"
# What begins the name of an action that changes nothing.
READS = ("Describe", "GET", "Get", "List", "Simulate", "View")


@pytest.fixture
def file(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The stage's sluice.toml as the layer has it; the doctor reaches the stage as the test does."""
    shop, others = world.stage.allow
    path = tmp_path / "sluice.toml"
    path.write_text(
        f'[stages.prod]\naccount = "{OWNER}"\nregion = "{REGION}"\nalarm_email = "ops@shop.example"\n'
        'doctor_schedule = "cron(0 6 * * ? *)"\nexport_logs = true\nstream = {}\n'
        f'[[stages.prod.allow]]\nbucket = "{shop.bucket}"\nmanaged = true\nkms_key = "{world.key}"\nretention_days = 400\n'
        f'[[stages.prod.allow]]\nbucket = "{others.bucket}"\n'
    )
    world.at("sns").create_topic(Name="sluice-prod-alarms")
    examine = examination.examine

    def examined(stage: Any, now: Any) -> list[Finding]:
        return examine(stage, now, databases=[world.database], client=world.client)

    monkeypatch.setattr(examination, "examine", examined)
    return path


def sent() -> list[Any]:
    return sns_backends[DEFAULT_ACCOUNT_ID][REGION].topics[TOPIC].sent_notifications


def test_of_a_healthy_stage_nobody_gets_an_email(world: World, file: Path) -> None:
    scheduled.run("prod", world.now, file)
    assert sent() == []


def test_what_differs_comes_in_one_email_with_its_fix(world: World, file: Path) -> None:
    remove_bucket_policy(world)
    scheduled.run("prod", world.now, file)
    ((_, message, subject, *_),) = sent()

    assert subject is not None and subject.startswith("sluice-prod: ")
    assert "warning: blog-analytics: policy: " in message
    assert "aws s3api put-bucket-policy --bucket blog-analytics" in message


def test_a_stage_that_the_layer_does_not_have_is_an_error(world: World, file: Path) -> None:
    with pytest.raises(ConfigError, match="there is no stage 'dev'"):
        scheduled.run("dev", world.now, file)


def test_faults_come_first_and_a_thousand_findings_are_one_email() -> None:
    many = [Finding(f"tenant-{number}", "policy", "warning", "none", "set it") for number in range(1000)]
    said = scheduled.message([*many, Finding("service", "stack", "fault", "gone")])

    assert said.startswith("fault: service: stack: gone\n\nwarning: tenant-0: policy: none\n  fix: set it\n\n")
    assert said.endswith("and 801 more: sluice doctor shows them all")


def test_verdicts_are_ordered_from_good_to_bad() -> None:
    assert findings.VERDICTS == ("ok", "not checked", "warning", "fault")


def test_its_role_changes_nothing_and_reads_nobody_s_records(world: World) -> None:
    allowed = [one for one in functions.check(world.stage)["Statement"] if one["Effect"] == "Allow"]
    every = [(one["Sid"], [one["Action"]] if isinstance(one["Action"], str) else one["Action"]) for one in allowed]
    changing = {sid for sid, actions in every for one in actions if not one.partition(":")[2].startswith(READS)}
    assert changing == {"Log", "Say", "UseKeys"}
    (objects,) = [one["Resource"] for one in allowed if one["Action"] == "s3:GetObject"]
    assert objects == ["arn:aws:s3:::*/compacted/_watermark.json"]


def test_a_look_asks_what_the_bill_counts(world: World) -> None:
    asked: Counter[str] = Counter()

    def count(model: Any, **_: Any) -> None:
        service, name = model.service_model.service_name, model.name
        asked["lists" if service == "s3" and name.startswith("List") else "gets" if service == "s3" else service] += 1

    world.handlers["before-call"] = count
    world.examine()
    rates, tenants = cost.sheet().checks, 2
    # What waits behind a stream is listed, too: three prefixes a look, of a tenth of a cent in a year.
    behind_the_stream = 3
    assert asked["lists"] == rates.lists + behind_the_stream + tenants * rates.lists_of_tenant
    assert asked["gets"] == rates.gets + tenants * rates.gets_of_tenant
    assert asked["glue"] == 1 + tenants * rates.glue_of_tenant


def test_with_a_sample_it_writes_in_which_field_personal_data_is_and_not_what(world: World, file: Path) -> None:
    file.write_text(file.read_text().replace("export_logs = true", "export_logs = true\nprivacy_sample = 20"))
    record = made("a" * 16, page="/thanks?for=jane.doe@shop.example")
    remove_bucket_policy(world)  # which lets nobody but the tracker put
    world.at("s3").put_object(
        Bucket="blog-analytics", Key="analytics/year=2026/month=11/day=09/a.json", Body=encode(record)
    )
    scheduled.run("prod", world.now, file)
    ((_, message, *_),) = sent()

    assert "warning: blog-analytics: personal data: analytics/ page (email address: 1 of 1)" in message
    assert "fix: sluice privacy scan --bucket blog-analytics --stage prod" in message
    assert "jane" not in message


def test_only_with_a_sample_may_it_read_records_and_never_those_that_are_deeper(world: World) -> None:
    logged, kept = (
        Allow("logs-analytics", distributions=("E1ABC2DEF3GHIJ",)),
        Allow("kept-analytics", keep_rejected=True),
    )
    asked = msgspec.structs.replace(world.stage, privacy_sample=20, allow=(logged, kept))
    statements = functions.check(asked)["Statement"]
    read, denied = (
        {
            resource.removeprefix("arn:aws:s3:::").partition("/")[2]
            for one in statements
            if one["Effect"] == effect and one["Action"] == "s3:GetObject"
            for resource in one["Resource"]
        }
        for effect in ("Allow", "Deny")
    )
    samples = {"analytics/*", "access/*", "rejected/*"}
    assert read == {"compacted/_watermark.json", "access-compacted/_watermark.json", *samples}
    assert {f"*/{one}" for one in samples} <= denied


@pytest.mark.parametrize(
    ("entry", "below"),
    [
        (Allow("a-analytics"), ["analytics/"]),
        (Allow("a-analytics", keep_rejected=True), ["analytics/", "rejected/"]),
        (Allow("a-analytics", distributions=("E1ABC2DEF3GHIJ",)), ["analytics/", "access/"]),
        (Allow("a-analytics", distributions=("E1ABC2DEF3GHIJ",), access_logs="raw"), ["analytics/"]),
    ],
)
def test_the_sample_is_of_what_an_entry_has(entry: Allow, below: list[str]) -> None:
    assert personal.below(entry) == below
