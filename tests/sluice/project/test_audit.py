"""The audit trail as operators meet it: what is asked for is in it first, and its bucket locks what is in it."""

from __future__ import annotations

import json
import re
from hashlib import sha256

import boto3
import msgspec
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from typer.testing import CliRunner

from chalicelib.audit import rows, trail
from chalicelib.audit.rows import TrailError
from sluice.access import auditing, functions, lint, parts
from sluice.cli.main import main
from sluice.cloud import audit_bucket, generated, own_bucket
from sluice.project import audit, config, stage_own
from sluice.project.audit import NoTrail
from sluice.project.config import Allow, Audit, ConfigError, Stage
from tests.conftest import OWNER
from tests.evaluator import Judge, Request

STAGE = Stage(name="prod", account=OWNER, audit=Audit(), allow=(Allow("shop-analytics"),))
LOCAL = Stage(name="local", store="dir:data")
BUCKET = f"sluice-prod-audit-{OWNER}-us-east-1"


@pytest.fixture
def s3():
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        own_bucket.make(STAGE, client)
        audit_bucket.make(STAGE, client)
        for bucket in (BUCKET, stage_own.bucket(STAGE)):  # moto asks policies, and knows no conditions
            client.delete_bucket_policy(Bucket=bucket)
        yield client


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def said(stage):
    return [(row.action, row.details) for row in trail.read(audit.required(stage))]


def test_what_is_done_is_in_the_trail_before_and_after(s3):
    with audit.recorded(STAGE, "policies.deployed", "prod", {"tracker.json": "ab12"}) as outcome:
        assert said(STAGE) == [("policies.deployed", {"phase": "asked", "tracker.json": "ab12"})]
        outcome["changed"] = 3
    assert said(STAGE)[1] == ("policies.deployed", {"changed": 3, "of": 1, "phase": "done"})
    assert next(trail.read(audit.required(STAGE))).actor.startswith("arn:aws:sts::")
    found = audit.verify(STAGE, [])
    assert (found.findings, found.rows, found.unremembered) == ([], 2, 0)


def test_what_fails_is_in_the_trail_as_failed(here):
    with pytest.raises(ZeroDivisionError), audit.recorded(LOCAL, "person.erased", "shop-analytics"):
        raise ZeroDivisionError
    assert [details["phase"] for _, details in said(LOCAL)] == ["asked", "failed"]


def test_what_cannot_be_recorded_is_not_done(here, s3):
    done = []
    s3.delete_bucket(Bucket=BUCKET)
    with pytest.raises(ClientError), audit.recorded(STAGE, "person.erased", "shop-analytics"):
        done.append("erased")
    with pytest.raises(TrailError), audit.recorded(LOCAL, "person.erased", "shop-analytics", {"who": "a@b.example"}):
        done.append("erased")
    assert done == []


def test_a_stage_without_a_trail_works_without_and_says_how_to_have_one(here):
    bare = msgspec.structs.replace(STAGE, audit=None)
    with audit.recorded(bare, "person.erased", "shop-analytics"):
        pass
    with pytest.raises(NoTrail, match=re.escape("add [stages.prod.audit] to sluice.toml")):
        audit.required(bare)
    assert audit.overwritten(bare) == []


@pytest.mark.parametrize("mode", ["governance", "compliance"])
def test_the_bucket_locks_every_row_in_the_mode_that_the_stage_chose(s3, mode):
    chosen = msgspec.structs.replace(STAGE, audit=Audit(mode=mode, days=400))
    audit_bucket.make(chosen, s3)
    found = s3.get_object_lock_configuration(Bucket=BUCKET)["ObjectLockConfiguration"]
    assert found["Rule"]["DefaultRetention"].items() >= {"Mode": mode.upper(), "Days": 400}.items()
    assert s3.get_bucket_versioning(Bucket=BUCKET)["Status"] == "Enabled"
    assert set(s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"].values()) == {True}


def test_a_stage_without_a_trail_makes_no_bucket():
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        audit_bucket.make(msgspec.structs.replace(STAGE, audit=None), client)
        assert client.list_buckets()["Buckets"] == []


@pytest.mark.parametrize("attack", ["overwritten", "marked as deleted", "deleted and made again"])
def test_a_locked_row_keeps_its_versions_and_they_show_what_was_done(s3, attack):
    with audit.recorded(STAGE, "policies.deployed", "prod"):
        pass
    assert audit.overwritten(STAGE) == []
    key = rows.key(2)
    body = s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
    if attack != "overwritten":
        s3.delete_object(Bucket=BUCKET, Key=key)
    if attack != "marked as deleted":
        s3.put_object(Bucket=BUCKET, Key=key, Body=body)
    assert (
        f"{key} has {3 if 'again' in attack else 2} versions: it was deleted, or written again"
        in audit.verify(STAGE, []).findings
    )


def test_no_role_of_the_stage_changes_or_deletes_a_row():
    made = functions.documents(STAGE)
    guard = auditing.bucket_policy(STAGE, BUCKET)
    names = {name.removesuffix(".json") for name in made if re.fullmatch(r"[a-z-]+\.json", name)}
    undo = ("s3:DeleteObject", "s3:DeleteObjectVersion", "s3:PutObjectRetention", "s3:BypassGovernanceRetention")
    row = f"arn:aws:s3:::{BUCKET}/{rows.key(1)}"
    context = {"aws:SecureTransport": "true", "s3:if-none-match": "*"}
    adding = set()
    for name in names:
        who = f"arn:aws:iam::{OWNER}:role/sluice-prod-{name}"
        alone, judge = Judge(parts.numbered(name, made)), Judge(parts.numbered(name, made), guard)
        assert not any(alone.allows(Request(who, one, row, OWNER, context)) for one in undo)
        assert not judge.allows(Request(who, "s3:PutObject", row, OWNER, {"aws:SecureTransport": "true"}))
        if judge.allows(Request(who, "s3:PutObject", row, OWNER, context)):
            adding.add(name)
    assert {"forget-salts", "operator", "deployer"} == adding


def test_the_guard_of_the_bucket_stops_an_administrator_too():
    admin = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    row, person = f"arn:aws:s3:::{BUCKET}/{rows.key(1)}", f"arn:aws:iam::{OWNER}:role/admin"
    request = Request(person, "s3:DeleteObjectVersion", row, OWNER, {"aws:SecureTransport": "true"})
    assert Judge(admin).allows(request)
    assert not Judge(admin, auditing.bucket_policy(STAGE, BUCKET)).allows(request)


def test_the_job_that_forgets_may_note_a_root_and_never_plant_one():
    judge = Judge(functions.documents(STAGE)["forget-salts.json"])
    table = f"arn:aws:dynamodb:us-east-1:{OWNER}:table/sluice-prod-salts"
    who = f"arn:aws:iam::{OWNER}:role/sluice-prod-forget-salts"

    def may(action, key):
        return judge.allows(Request(who, action, table, OWNER, {"dynamodb:LeadingKeys": [key]}))

    assert may("dynamodb:PutItem", "gone#salt#2026-03-09")
    assert may("dynamodb:DeleteItem", "gone#salt#2026-03-09")
    assert may("dynamodb:DeleteItem", "salt#2026-03-09")
    assert not may("dynamodb:PutItem", "salt#2026-03-09")
    assert not may("dynamodb:UpdateItem", "salt#2026-03-09")


def test_without_a_trail_no_policy_and_no_variable_speaks_of_one():
    bare = msgspec.structs.replace(STAGE, audit=None)
    text = json.dumps(functions.documents(bare)) + json.dumps(generated.stage_environment(bare))
    assert "audit" not in text.lower()
    assert generated.stage_environment(STAGE)["AUDIT_BUCKET"] == BUCKET


def test_an_entry_that_would_let_in_the_trails_bucket_is_refused():
    with pytest.raises(ConfigError, match="the stage's own bucket"):
        stage_own.require_bucket(msgspec.structs.replace(STAGE, allow=(Allow("*-audit-*"),)))


def test_the_mode_and_the_days_are_read_from_the_file():
    text = f'[stages.prod]\naccount = "{OWNER}"\n\n[stages.prod.audit]\nmode = "compliance"\ndays = 2555\n'
    assert config.parse(text).stage("prod").audit == Audit("compliance", 2555)
    with pytest.raises(ConfigError, match="Invalid enum value"):
        config.parse(text.replace("compliance", "immutable"))


def run(*arguments):
    return CliRunner().invoke(main, ["audit", *arguments])


def test_the_commands_add_show_and_verify(here):
    assert (
        run("note", "users.changed", "users.toml", "--why", "two analysts joined").output == "Row 1 is in the trail.\n"
    )
    (row,) = json.loads(run("show", "--json").output)
    assert (row["action"], row["details"]) == ("users.changed", {"why": "two analysts joined"})
    assert "users.changed" in run("show").output
    answer = run("verify")
    assert (answer.exit_code, answer.output.splitlines()[0]) == (0, "0 findings in 1 rows.")
    head = answer.output.split("--head ")[1].strip()
    assert run("verify", "--head", head).exit_code == 0

    trail_ = audit.required(LOCAL)
    trail_.rows.delete(rows.key(1))
    trail_.heads.delete(rows.key(1).replace("rows/", "audit-heads/"))
    assert run("verify").exit_code == 0  # a trail that is gone with all its heads
    answer = run("verify", "--head", head, "--json")
    assert (answer.exit_code, json.loads(answer.output)["findings"]) == (
        1,
        ["row 1 is missing: the trail was cut at its end"],
    )


def test_a_row_says_in_which_state_a_file_was(here, tmp_path):
    (tmp_path / "users.toml").write_text("[users.ann]\n")
    given = ("note", "users.changed", "users.toml", "--why", "ann joined", "--file", str(tmp_path / "users.toml"))
    assert run(*given).exit_code == 0
    (row,) = json.loads(run("show", "--json").output)
    assert row["details"] == {"why": "ann joined", "sha256": sha256(b"[users.ann]\n").hexdigest()}


def test_a_head_that_is_none_is_refused(here):
    answer = run("verify", "--head", "1")
    assert (answer.exit_code, "is not a row's number and hash" in answer.output) == (1, True)


def test_rows_that_are_remembered_nowhere_else_are_counted(here):
    run("note", "users.changed", "users.toml", "--why", "one left")
    audit.required(LOCAL).heads.delete(rows.key(1).replace("rows/", "audit-heads/"))
    assert "The newest 1 are remembered nowhere else" in run("verify").output


def test_the_policies_of_a_stage_with_a_trail_are_clean(tmp_path):
    for name, document in functions.documents(msgspec.structs.replace(STAGE, audit_reads=True)).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(functions.render(document))
    assert lint.lint_folder(tmp_path) == []
