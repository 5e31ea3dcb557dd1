"""`make package | preview | deploy | destroy`: one real package, and AWS as a fake that takes only what its API takes."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZipFile

import boto3
import msgspec
import pytest
import typer
from botocore import xform_name
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError, NoCredentialsError, WaiterError
from botocore.validate import ParamValidator
from moto import mock_aws

from chalicelib.audit import trail
from sluice import running
from sluice.access import functions, parts
from sluice.cloud import bundle, formation, public_stages, stack
from sluice.cloud.bundle import BundleError
from sluice.cloud.formation import DeploymentError
from sluice.cloud.proof import Unproven
from sluice.project import audit, config
from sluice.project.config import Audit, Stage
from tests import project, rights
from tests.conftest import Tracker, keys
from tests.evaluator import Judge, Request

STAGE = """
[stages.local]
store = "dir:data"
[stages.dev]
account = "123456789012"
region = "ca-central-1"
[[stages.dev.allow]]
bucket = "app1-analytics"
managed = true
"""
DEV = config.parse(STAGE).stage("dev")
OWN = "sluice-dev-123456789012-ca-central-1"
HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
CHANGE_SET = "arn:aws:cloudformation:ca-central-1:123456789012:changeSet/sluice-1/abc"
BEFORE = {"Resources": {"Before": {"Type": "AWS::SNS::Topic"}}}
OUTPUTS = [
    {"OutputKey": "EndpointURL", "OutputValue": "https://x.example/dev/"},
    {"OutputKey": "RestAPIId", "OutputValue": "a1b2c3"},
]
CHANGE = {"Action": "Modify", "LogicalResourceId": "APIHandler", "ResourceType": "AWS::Lambda::Function"}


@cache
def described(service: str) -> Any:
    """A client that is asked only what the service's API takes."""
    return boto3.client(service, region_name=DEV.region)


class Aws:
    """AWS's clients: calls are checked against the services' own descriptions, noted, and answered as the test says."""

    def __init__(self, **answers: Any) -> None:
        self.answers = {
            "get_caller_identity": {"Account": "123456789012"},
            "get_account": {"cloudwatchRoleArn": "arn:aws:iam::123456789012:role/gateway-logs"},
            "create_change_set": {"Id": CHANGE_SET},
            "describe_change_set": {"Changes": [{"ResourceChange": CHANGE}]},
            "describe_stacks": {"Stacks": [{"StackStatus": "UPDATE_COMPLETE", "Outputs": OUTPUTS}]},
            "get_template": {"TemplateBody": BEFORE},
            "list_work_groups": {"WorkGroups": []},
            "describe_stream_summary": refusal("DescribeStreamSummary", "ResourceNotFoundException", "none"),
            "describe_key": refusal("DescribeKey", "NotFoundException", "none"),
            "head_object": refusal("HeadObject", "404", "Not Found"),
            **answers,
        }
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def __call__(self, service: str, region: str) -> Any:
        assert region == DEV.region
        return Service(self, described(service))

    @property
    def verbs(self) -> list[str]:
        return [verb for verb, _ in self.asked]

    def sent(self, verb: str) -> list[dict[str, Any]]:
        return [parameters for one, parameters in self.asked if one == verb]

    def answer(self, verb: str, parameters: dict[str, Any]) -> Any:
        self.asked.append((verb, parameters))
        answer = self.answers.get(verb, {})
        if isinstance(answer, Exception):
            raise answer
        return answer(self) if callable(answer) else answer


class Service:
    """The client of one service."""

    def __init__(self, aws: Aws, real: Any) -> None:
        self._aws = aws
        self._real = real

    def _shape(self, verb: str) -> Any:
        return self._real.meta.service_model.operation_model(self._real.meta.method_to_api_mapping[verb]).input_shape

    def __getattr__(self, verb: str) -> Callable[..., Any]:
        shape = self._shape(verb)

        def call(**parameters: Any) -> Any:
            check(parameters, shape)
            return self._aws.answer(verb, parameters)

        return call

    def get_paginator(self, verb: str) -> Any:
        assert self._real.can_paginate(verb)
        return Pages(getattr(self, verb))

    def get_waiter(self, name: str) -> Any:
        verb = xform_name(self._real.get_waiter(name).config.operation)
        return Waiter(self._aws, name, self._shape(verb))


class Pages(NamedTuple):
    call: Callable[..., Any]

    def paginate(self, **parameters: Any) -> list[Any]:
        return [self.call(**parameters)]


class Waiter(NamedTuple):
    aws: Aws
    name: str
    shape: Any

    def wait(self, WaiterConfig: dict[str, int], **parameters: Any) -> None:
        check(parameters, self.shape)
        assert set(WaiterConfig) == {"Delay", "MaxAttempts"}
        self.aws.answer(self.name, parameters)


def check(parameters: dict[str, Any], shape: Any) -> None:
    """Refuse what the service's API does not take."""
    report = ParamValidator().validate(parameters, shape)
    assert not report.has_errors(), report.generate_report()


def refusal(operation: str, code: str, message: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


def unfinished(name: str) -> WaiterError:
    return WaiterError(name, "Waiter encountered a terminal failure state", {})


class Packaged(NamedTuple):
    """A project that was packaged by the command, without credentials, and what the command said."""

    folder: Path
    run: subprocess.CompletedProcess[str]

    @property
    def built(self) -> Path:
        return self.folder / "build" / "dev"


@pytest.fixture(scope="module")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> Packaged:
    folder = make(tmp_path_factory.mktemp("packaged"))
    (folder / "vendor").mkdir()
    (folder / "vendor" / "GeoLite2-City.mmdb").write_text("places")
    environment = {**os.environ, **offline(folder), "PYTHONPATH": str(project.ROOT)}
    command = [sys.executable, "-m", "sluice.cloud.stack", "package", "dev"]
    return Packaged(folder, subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project that is ready to be packaged, as the current directory."""
    monkeypatch.chdir(make(tmp_path))
    for name, value in offline(tmp_path).items():
        monkeypatch.setenv(name, value)
    return tmp_path


@pytest.fixture
def run(packaged: Packaged, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Aws]:
    """Run an action over what was packaged, against an AWS that answers so."""
    (tmp_path / "sluice.toml").write_text(STAGE)
    monkeypatch.chdir(tmp_path)

    def package(stage: Stage) -> None:
        shutil.copytree(packaged.built, tmp_path / "build" / "dev", dirs_exist_ok=True)

    def act(
        action: str, stage: str = "dev", exits: int = 0, proof: str | Unproven = "analytics/z.json", **answers: Any
    ) -> Aws:
        aws, ended = Aws(**answers), 0

        def prove(chosen: Stage, address: str, s3: Any) -> str:
            aws.asked.append(("prove", {"address": address}))
            if isinstance(proof, Unproven):
                raise proof
            return proof

        monkeypatch.setattr(stack, "package", package)
        monkeypatch.setattr(stack, "prove", prove)
        monkeypatch.setattr(stack, "_set_up", lambda chosen: aws.asked.append(("set up", {})))
        monkeypatch.setattr(stack.aws, "client", aws)
        try:
            stack.main(action, stage)
        except typer.Exit as error:
            ended = error.exit_code
        assert ended == exits
        return aws

    return act


def make(folder: Path) -> Path:
    project.make(folder, STAGE)
    make_wheel(folder, "duckdb", bundle.LAYER_PINS)
    make_wheel(folder, "tiny", bundle.PINS)
    return folder


def offline(folder: Path) -> dict[str, str]:
    """uv finds the wheels in the folder alone."""
    return {"UV_OFFLINE": "1", "UV_FIND_LINKS": str(folder / "wheels"), "UV_NO_CACHE": "1"}


def make_wheel(folder: Path, name: str, pins: Path) -> Path:
    """A library for the processors and the C library of Lambda, where uv finds it without a network, and its lock."""
    tag = "manylinux_2_26_aarch64"
    wheel = folder / "wheels" / f"{name}-9.8.7-py3-none-{tag}.whl"
    wheel.parent.mkdir(exist_ok=True)
    with ZipFile(wheel, "w") as archive:
        archive.writestr(f"{name}/__init__.py", "")
        archive.writestr(f"{name}-9.8.7.dist-info/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 9.8.7\n")
        archive.writestr(
            f"{name}-9.8.7.dist-info/WHEEL", f"Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: py3-none-{tag}\n"
        )
        archive.writestr(f"{name}-9.8.7.dist-info/RECORD", "")
    (folder / pins).parent.mkdir(exist_ok=True)
    (folder / pins).write_text(f"{name}==9.8.7 --hash=sha256:{sha256(wheel.read_bytes()).hexdigest()}\n")
    return wheel


def test_a_package_is_code_and_template_and_needs_no_aws(packaged: Packaged) -> None:
    assert packaged.run.returncode == 0, packaged.run.stderr
    assert {path.name for path in packaged.built.iterdir()} == {"deployment.zip", "duckdb-layer.zip", "sam.json"}


def test_a_package_has_the_templates_of_further_stacks(here: Path) -> None:
    names = [f"tenant-{number:03}" for number in range(101)]
    entries = "".join(f'[[stages.dev.allow]]\nbucket = "{name}"\nmanaged = true\n' for name in names)
    project.edit(here, STAGE + entries)
    (here / "build").mkdir()
    stack.add_further(DEV, here / "build")

    assert (here / "build/buckets-1.json").read_text() == (here / "infra/dev/buckets-1.json").read_text()


def test_packaging_says_for_which_python_and_processors(packaged: Packaged) -> None:
    assert packaged.run.stdout.startswith(f"Packaging dev for Python {HERE} on arm64.\n")
    assert "WARNING" not in packaged.run.stderr


def test_a_package_that_opens_a_second_public_stage_goes_no_further(packaged: Packaged, tmp_path: Path) -> None:
    template = json.loads((packaged.built / "sam.json").read_text())
    del template["Resources"]["RestAPI"]["Properties"]["OpenApiVersion"]
    (tmp_path / "sam.json").write_text(json.dumps(template))
    with pytest.raises(DeploymentError, match="must have one public stage, dev, and has Stage, dev"):
        stack.refuse_other_stages(DEV, tmp_path / "sam.json")


def test_the_layer_has_duckdb_where_lambda_looks_for_it_and_no_function_has_it(packaged: Packaged) -> None:
    names = {name: ZipFile(packaged.built / name).namelist() for name in ("duckdb-layer.zip", "deployment.zip")}
    assert "python/duckdb/__init__.py" in names["duckdb-layer.zip"]
    assert not [name for name in names["deployment.zip"] if "duckdb" in name]


def test_the_template_names_the_layer_as_it_was_packaged(packaged: Packaged) -> None:
    template = json.loads((packaged.built / "sam.json").read_text())
    assert template["Resources"]["DuckdbLayer"]["Properties"]["ContentUri"] == "./duckdb-layer.zip"


def test_the_same_files_are_the_same_layer(tmp_path: Path) -> None:
    made = []
    for moment in (1, 2_000_000_000):
        (tmp_path / "files" / "python").mkdir(parents=True, exist_ok=True)
        for name in ("b.py", "a.py"):
            (tmp_path / "files" / "python" / name).write_text(name)
            os.utime(tmp_path / "files" / "python" / name, (moment, moment))
        stack.archive(tmp_path / "files", tmp_path / f"{moment}.zip")
        made.append((tmp_path / f"{moment}.zip").read_bytes())
    assert made[0] == made[1]


def test_the_package_has_the_locked_libraries_next_to_the_code_and_none_of_their_commands(packaged: Packaged) -> None:
    archive = ZipFile(packaged.built / "deployment.zip")
    names = set(archive.namelist())
    assert {"app.py", "chalicelib/settings.py", "chalice/app.py", "tiny/__init__.py"} <= names
    assert not [name for name in names if name.startswith((".lock", "bin/"))]
    assert archive.read("GeoLite2-City.mmdb") == b"places"


def test_a_stage_that_names_another_python_is_not_packaged() -> None:
    other = "3.12" if HERE != "3.12" else "3.11"
    stage = config.parse(STAGE.replace('region = "ca', f'python = "{other}"\nregion = "ca')).stage("dev")
    with pytest.raises(BundleError, match=f"runs Python {other}, and this is {HERE}; remove .venv"):
        bundle.python(stage)


def test_a_project_that_locks_no_duckdb_is_not_packaged(here: Path) -> None:
    (here / bundle.LAYER_PINS).unlink()
    with pytest.raises(BundleError, match=r"there is no requirements/layer.txt; `make lock` writes it"):
        bundle.install(DEV, bundle.LAYER_PINS, here / "python")


def test_a_library_with_another_hash_is_not_packaged(here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (here / bundle.PINS).write_text(f"tiny==9.8.7 --hash=sha256:{'0' * 64}\n")
    with pytest.raises(BundleError, match=r"requirements.txt could not be installed for Lambda"):
        bundle.install(DEV, bundle.PINS, here / "python")
    assert "Hash mismatch" in capfd.readouterr().err


def test_a_library_that_lambda_could_not_load_is_not_packaged(here: Path, capfd: pytest.CaptureFixture[str]) -> None:
    wheel = here / "wheels" / "duckdb-9.8.7-py3-none-manylinux_2_26_aarch64.whl"
    wheel.rename(wheel.with_name(wheel.name.replace("_2_26_", "_2_35_")))
    with pytest.raises(BundleError, match=r"requirements/layer.txt could not be installed for Lambda"):
        bundle.install(DEV, bundle.LAYER_PINS, here / "python")
    assert "manylinux_2_35_aarch64" in capfd.readouterr().err


def test_a_wheel_for_a_newer_c_library_than_this_python_has_in_lambda_is_named(tmp_path: Path) -> None:
    info = tmp_path / "duckdb-9.8.7.dist-info"
    info.mkdir()
    (info / "WHEEL").write_text("Tag: cp311-cp311-manylinux_2_28_aarch64\n")
    assert list(bundle.too_new(tmp_path, 34)) == []
    assert list(bundle.too_new(tmp_path, 26)) == ["duckdb-9.8.7"]
    (info / "WHEEL").write_text("Tag: py3-none-manylinux_2_26_aarch64\nTag: py3-none-manylinux_2_28_aarch64\n")
    assert list(bundle.too_new(tmp_path, 26)) == []


def test_processors_that_lambda_does_not_have_are_refused(here: Path) -> None:
    path = here / ".chalice" / "config.json"
    path.write_text(path.read_text().replace("arm64", "mips"))
    with pytest.raises(BundleError, match="lambda_architecture is arm64 or x86_64, and not 'mips'"):
        bundle.processors(DEV)


def test_a_project_behind_its_sluice_toml_is_not_packaged(here: Path) -> None:
    (here / "sluice.toml").write_text(STAGE + '[[stages.dev.allow]]\nbucket = "new-analytics"\n')
    with pytest.raises(DeploymentError, match="run: sluice sync --stage dev"):
        stack.package(DEV)


def test_a_preview_shows_the_change_set_and_applies_nothing(
    run: Callable[..., Aws], capsys: pytest.CaptureFixture[str]
) -> None:
    aws = run("preview")
    assert "create_change_set" in aws.verbs
    assert "execute_change_set" not in aws.verbs
    assert "APIHandler" in capsys.readouterr().out


def test_a_deployment_applies_the_change_set_that_it_showed(run: Callable[..., Aws]) -> None:
    aws = run("deploy")
    (applied,) = aws.sent("execute_change_set")
    assert aws.sent("describe_change_set") == [{"ChangeSetName": CHANGE_SET}]
    assert applied["ChangeSetName"] == CHANGE_SET


def test_a_deployment_waits_for_an_old_stack(run: Callable[..., Aws]) -> None:
    aws = run("deploy")
    assert aws.sent("create_change_set")[0]["ChangeSetType"] == "UPDATE"
    assert aws.sent("stack_update_complete")[0]["StackName"] == "sluice-dev"


@pytest.mark.parametrize(
    "there",
    [
        {"Stacks": [{"StackStatus": "REVIEW_IN_PROGRESS"}]},
        refusal("DescribeStacks", "ValidationError", "Stack with id sluice-dev does not exist"),
    ],
)
def test_the_first_change_set_makes_the_stack(run: Callable[..., Aws], there: Any) -> None:
    aws = run("preview", describe_stacks=there)
    assert aws.sent("create_change_set")[0]["ChangeSetType"] == "CREATE"


def test_a_deployment_waits_for_a_new_stack(run: Callable[..., Aws]) -> None:
    aws = run("deploy", describe_stacks={"Stacks": [{"StackStatus": "REVIEW_IN_PROGRESS", "Outputs": OUTPUTS}]})
    assert aws.sent("stack_create_complete")[0]["StackName"] == "sluice-dev"


def test_a_deployment_may_name_its_roles(run: Callable[..., Aws]) -> None:
    (made,) = run("deploy").sent("create_change_set")
    assert made["Capabilities"] == ["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]


def test_a_stack_has_tags_which_it_hands_on_to_all_that_takes_them(run: Callable[..., Aws]) -> None:
    (made,) = run("preview").sent("create_change_set")
    assert made["Tags"] == [{"Key": "stage", "Value": "dev"}, {"Key": "sluice", "Value": "sluice-dev"}]


def test_the_template_of_a_further_stack_is_uploaded_and_named_by_its_address(tmp_path: Path) -> None:
    further = {"Resources": {"Bucket": {"Type": "AWS::S3::Bucket"}}}
    (tmp_path / "buckets-1.json").write_text(json.dumps(further, indent=2))
    stack_ = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "./buckets-1.json"}}
    (tmp_path / "sam.json").write_text(json.dumps({"Resources": {"Buckets1": stack_}}))
    aws = Aws()
    formation.Formation(DEV, aws).change_set(tmp_path / "sam.json")

    first, own = (json.loads(one["Body"]) for one in aws.sent("put_object"))
    assert first == further
    address = f"https://{OWN}.s3.ca-central-1.amazonaws.com/{aws.sent('put_object')[0]['Key']}"
    assert own["Resources"]["Buckets1"]["Properties"] == {"TemplateURL": address}


def test_a_deployment_shows_the_stacks_outputs(run: Callable[..., Aws], capsys: pytest.CaptureFixture[str]) -> None:
    run("deploy")
    assert "\nEndpointURL: https://x.example/dev/\n" in capsys.readouterr().out


def test_a_deployment_is_proved_by_an_event_and_then_the_tables_follow(
    run: Callable[..., Aws], capsys: pytest.CaptureFixture[str]
) -> None:
    aws = run("deploy")
    assert aws.sent("prove") == [{"address": "https://a1b2c3.execute-api.ca-central-1.amazonaws.com/dev"}]
    assert aws.verbs[-2:] == ["prove", "set up"]
    assert f"An event was stored as s3://{OWN}/analytics/z.json; it ends in a day.\n" in capsys.readouterr().out


def test_a_deployment_that_stores_no_event_goes_back_to_the_one_before(
    run: Callable[..., Aws], capsys: pytest.CaptureFixture[str]
) -> None:
    aws = run("deploy", exits=1, proof=Unproven("https://x.example/dev/track stored no event: 503"))
    uploads = {one["Key"]: one["Body"] for one in aws.sent("put_object")}
    first, second = (one["TemplateURL"].partition(".amazonaws.com/")[2] for one in aws.sent("create_change_set"))
    assert "Before" not in json.loads(uploads[first])["Resources"]
    assert json.loads(uploads[second]) == BEFORE
    assert len(aws.sent("execute_change_set")) == 2
    assert "set up" not in aws.verbs
    said = "stored no event: 503. The stage is what it was before this deployment\n"
    assert capsys.readouterr().err.endswith(said)


def test_what_was_deployed_before_is_asked_for_before_it_is_replaced(run: Callable[..., Aws]) -> None:
    verbs = run("deploy").verbs
    assert verbs.index("get_template") < verbs.index("execute_change_set")


def test_a_first_deployment_that_stores_no_event_stays_to_be_looked_at(
    run: Callable[..., Aws], capsys: pytest.CaptureFixture[str]
) -> None:
    new = {"Stacks": [{"StackStatus": "REVIEW_IN_PROGRESS", "Outputs": OUTPUTS}]}
    aws = run(
        "deploy", exits=1, proof=Unproven("https://x.example/dev/track stored no event: 503"), describe_stacks=new
    )
    assert len(aws.sent("execute_change_set")) == 1
    assert capsys.readouterr().err == "sluice: https://x.example/dev/track stored no event: 503\n"


def test_the_archives_are_uploaded_under_their_digests_and_the_template_names_them(
    run: Callable[..., Aws], packaged: Packaged
) -> None:
    aws = run("preview")
    (made,), uploads = aws.sent("create_change_set"), {one["Key"]: one for one in aws.sent("put_object")}
    assert {one["Bucket"] for one in uploads.values()} == {OWN}
    address = f"https://{OWN}.s3.ca-central-1.amazonaws.com/"
    template = json.loads(uploads[made["TemplateURL"].removeprefix(address)]["Body"])
    for name, archive in (("APIHandler", "deployment.zip"), ("DuckdbLayer", "duckdb-layer.zip")):
        body = (packaged.built / archive).read_bytes()
        properties = template["Resources"][name]["Properties"]
        key = f"code/{sha256(body).hexdigest()}"
        assert (properties.get("CodeUri") or properties["ContentUri"]) == f"s3://{OWN}/{key}"
        assert uploads[key]["Body"] == body


def test_what_is_uploaded_already_is_not_uploaded_again(run: Callable[..., Aws]) -> None:
    assert run("preview", head_object={}).sent("put_object") == []


@pytest.mark.parametrize(
    "reason", ["The submitted information didn't contain changes.", "No updates are to be performed."]
)
def test_a_deployment_without_changes_ends_there(
    run: Callable[..., Aws], capsys: pytest.CaptureFixture[str], reason: str
) -> None:
    aws = run(
        "deploy",
        change_set_create_complete=unfinished("ChangeSet"),
        describe_change_set={"Status": "FAILED", "StatusReason": reason},
    )
    assert "Nothing to change" in capsys.readouterr().out
    assert "execute_change_set" not in aws.verbs
    assert aws.verbs[-2:] == ["prove", "set up"]


def test_the_first_deployment_makes_the_stages_own_bucket_in_its_region(run: Callable[..., Aws]) -> None:
    (made,) = run("preview", head_bucket=refusal("HeadBucket", "404", "Not Found")).sent("create_bucket")
    place = {"CreateBucketConfiguration": {"LocationConstraint": "ca-central-1"}}
    assert made == {"Bucket": OWN, "ObjectOwnership": "BucketOwnerEnforced", **place}


def test_the_stages_own_bucket_must_be_the_accounts_own(
    run: Callable[..., Aws], capsys: pytest.CaptureFixture[str]
) -> None:
    aws = run("preview", exits=1, head_bucket=refusal("HeadBucket", "403", "Forbidden"))
    assert aws.sent("head_bucket") == [{"Bucket": OWN, "ExpectedBucketOwner": "123456789012"}]
    assert "create_bucket" not in aws.verbs
    assert "put_object" not in aws.verbs
    assert capsys.readouterr().err == "sluice: HeadBucket: 403: Forbidden\n"


def test_every_upload_names_the_owner_that_the_bucket_must_have(run: Callable[..., Aws]) -> None:
    assert {one["ExpectedBucketOwner"] for one in run("preview").sent("put_object")} == {"123456789012"}


def test_destroying_says_which_buckets_survive(run: Callable[..., Aws], capsys: pytest.CaptureFixture[str]) -> None:
    aws = run("destroy")
    assert [verb for verb in aws.verbs if verb.startswith("delete_")] == [
        "delete_stack",
        "delete_database",
        "delete_bucket",
    ]
    assert capsys.readouterr().out.endswith("Its buckets are still there, with all records: app1-analytics\n")


def test_with_a_stage_the_key_of_its_tenants_keys_ends(run: Callable[..., Aws]) -> None:
    aws = run("destroy", describe_key={"KeyMetadata": {"KeyId": "0a1b", "KeyState": "Enabled"}})
    assert aws.sent("schedule_key_deletion") == [{"KeyId": "0a1b", "PendingWindowInDays": 30}]
    assert aws.sent("delete_alias") == [{"AliasName": "alias/sluice-dev-identify"}]


def test_a_deployment_names_the_tenants_without_a_key_of_their_own(
    run: Callable[..., Aws], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "sluice.toml").write_text(f'{STAGE}\n[[stages.dev.allow]]\nbucket = "own-key"\nidentify = "tenant"\n')
    for there in ([], [{"Key": "identify-keys/own-key"}]):
        run("deploy", list_objects_v2={"Contents": there, "IsTruncated": False})
        said = "`sluice key identify --stage dev --bucket own-key`" in capsys.readouterr().out
        assert said is not bool(there)


def test_a_deployment_that_brought_a_stream_does_not_go_back(
    run: Callable[..., Aws], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "sluice.toml").write_text(f"{STAGE}\n[stages.dev.stream]\n")
    failed = Unproven("https://x.example/dev/track stored no event: 503")
    aws = run("deploy", exits=1, proof=failed)
    assert len(aws.sent("execute_change_set")) == 1
    assert "The stage stays as it is now, because its new stream may hold records" in capsys.readouterr().err

    held = {"Resources": {"Stream": {"Type": "AWS::Kinesis::Stream"}}}
    assert (
        len(run("deploy", exits=1, proof=failed, get_template={"TemplateBody": held}).sent("execute_change_set")) == 2
    )
    (tmp_path / "sluice.toml").write_text(f"{STAGE}\n[stages.dev.stream]\nwrites = false\n")
    assert len(run("deploy", exits=1, proof=failed).sent("execute_change_set")) == 2


# A stage of which sluice.toml has no stream, and which has one that is written to.
STREAMED = {
    "describe_stream_summary": {
        "StreamDescriptionSummary": {"StreamCreationTimestamp": datetime(2026, 11, 1, tzinfo=UTC)},
    },
    "get_function": {"Configuration": {"Environment": {"Variables": {"STREAM": "kinesis:sluice-dev-events"}}}},
}


@pytest.mark.parametrize(
    ("action", "never"), [("preview", "put_object"), ("deploy", "create_change_set"), ("destroy", "delete_stack")]
)
def test_a_stream_that_is_written_to_goes_by_no_deployment(
    run: Callable[..., Aws], capsys: pytest.CaptureFixture[str], action: str, never: str
) -> None:
    aws = run(action, exits=1, **STREAMED)
    assert "the tracker still writes into it. Have `writes = false` in [stages.dev.stream]" in capsys.readouterr().err
    assert never not in aws.verbs


@pytest.mark.parametrize("action", ["deploy", "destroy"])
def test_a_stream_that_cannot_be_looked_at_stays(
    run: Callable[..., Aws], capsys: pytest.CaptureFixture[str], action: str
) -> None:
    denied = refusal("DescribeStreamSummary", "AccessDeniedException", "no")
    aws = run(action, exits=1, describe_stream_summary=denied)
    assert "DescribeStreamSummary: AccessDeniedException" in capsys.readouterr().err
    assert not {"create_change_set", "delete_stack"} & set(aws.verbs)


@pytest.mark.parametrize(("action", "does"), [("deploy", "execute_change_set"), ("destroy", "delete_stack")])
def test_a_stream_that_is_drained_goes(run: Callable[..., Aws], action: str, does: str) -> None:
    drained = {
        **STREAMED,
        "get_function": {
            "Configuration": {
                "Environment": {"Variables": {"STREAM": "kinesis:sluice-dev-events", "STREAM_WRITES": "off"}},
                "LastModified": "2026-11-01T10:00:00.000+0000",
            }
        },
        "list_shards": {"Shards": []},
    }
    assert does in run(action, **drained).verbs


def test_without_credentials_the_refusal_says_how_to_give_them(
    run: Callable[..., Aws], capsys: pytest.CaptureFixture[str]
) -> None:
    aws = run("deploy", exits=1, get_caller_identity=NoCredentialsError())
    assert "run `aws configure`, or set AWS_PROFILE" in capsys.readouterr().err
    assert aws.verbs == ["get_caller_identity"]


def test_credentials_of_another_account_are_refused(
    run: Callable[..., Aws], capsys: pytest.CaptureFixture[str]
) -> None:
    aws = run("destroy", exits=1, get_caller_identity={"Account": "999999999999"})
    assert "of account 999999999999; 'dev' is in 123456789012" in capsys.readouterr().err
    assert aws.verbs == ["get_caller_identity"]


def test_where_the_gateway_may_not_log_the_deployment_ends_before_it_begins(
    run: Callable[..., Aws], capsys: pytest.CaptureFixture[str]
) -> None:
    aws = run("deploy", exits=1, get_account={})
    assert "set gateway_account = true in [stages.dev], or make the role" in capsys.readouterr().err
    assert aws.verbs == ["get_caller_identity", "get_account"]


def test_a_stage_that_makes_the_role_needs_none_before(
    run: Callable[..., Aws], monkeypatch: pytest.MonkeyPatch
) -> None:
    own = config.parse(STAGE.replace("region =", "gateway_account = true\nregion =")).stage("dev")
    formation.Formation(own, Aws(get_account={})).require_gateway_logs()


@pytest.mark.parametrize(("action", "stage"), [("deploy", "local"), ("deploy", "nowhere"), ("explode", "dev")])
def test_what_cannot_be_deployed_is_refused(
    run: Callable[..., Aws], capsys: pytest.CaptureFixture[str], action: str, stage: str
) -> None:
    assert run(action, stage, exits=1).asked == []
    (line,) = io.StringIO(capsys.readouterr().err)
    assert line.startswith("sluice: ")


@pytest.mark.parametrize("verb", ["PutObject", "CreateChangeSet", "DescribeChangeSet", "ExecuteChangeSet"])
def test_a_failure_of_aws_is_named_and_ends_the_deployment(
    run: Callable[..., Aws], capsys: pytest.CaptureFixture[str], verb: str
) -> None:
    name = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in verb).lstrip("_")
    aws = run("deploy", exits=1, **{name: refusal(verb, "AccessDenied", "not allowed")})
    assert capsys.readouterr().err == f"sluice: {verb}: AccessDenied: not allowed\n"
    assert aws.verbs[-1] == name


def test_a_change_set_that_is_refused_ends_the_deployment_with_the_reason(
    run: Callable[..., Aws], capsys: pytest.CaptureFixture[str]
) -> None:
    refused = {"Status": "FAILED", "StatusReason": "Transform failed"}
    aws = run("deploy", exits=1, change_set_create_complete=unfinished("ChangeSet"), describe_change_set=refused)
    assert "refused the change set: Transform failed" in capsys.readouterr().err
    assert "execute_change_set" not in aws.verbs


def test_a_change_set_that_takes_too_long_is_left_to_be_looked_at(
    run: Callable[..., Aws], capsys: pytest.CaptureFixture[str]
) -> None:
    going_on = {"Status": "CREATE_IN_PROGRESS"}
    aws = run("deploy", exits=1, change_set_create_complete=unfinished("ChangeSet"), describe_change_set=going_on)
    assert capsys.readouterr().err.startswith(f"sluice: {CHANGE_SET} is still not made; look at it")
    assert "delete_change_set" not in aws.verbs


def history(verb: str) -> Callable[[Aws], dict[str, Any]]:
    """The events of a stack, newest first: of the operation that this verb began, and of one that failed before it."""

    def events(aws: Aws) -> dict[str, Any]:
        (begun,) = aws.sent(verb)
        reported = [
            ("Last", "Resource update cancelled", begun),
            ("Plan", "no such bucket", begun),
            ("APIHandler", "no such role", begun),
            ("First", "Resource update cancelled", begun),
            ("Older", "last month's reason", {"ClientRequestToken": "another"}),
        ]
        return {
            "StackEvents": [
                {
                    "LogicalResourceId": name,
                    "ResourceStatus": "UPDATE_FAILED",
                    "ResourceStatusReason": reason,
                    "ClientRequestToken": operation["ClientRequestToken"],
                }
                for name, reason, operation in reported
            ]
        }

    return events


@pytest.mark.parametrize(
    ("action", "verb", "waiter"),
    [
        ("deploy", "execute_change_set", "stack_update_complete"),
        ("destroy", "delete_stack", "stack_delete_complete"),
    ],
)
def test_a_stack_that_fails_is_explained_by_the_resources_that_failed_this_time(
    run: Callable[..., Aws], capsys: pytest.CaptureFixture[str], action: str, verb: str, waiter: str
) -> None:
    run(action, exits=1, describe_stack_events=history(verb), **{waiter: unfinished("Stack")})
    assert capsys.readouterr().err == "sluice: sluice-dev: APIHandler: no such role; Plan: no such bucket\n"


def test_a_stack_of_which_no_resource_failed_is_said_to_have_taken_too_long(
    run: Callable[..., Aws], capsys: pytest.CaptureFixture[str]
) -> None:
    run("deploy", exits=1, describe_stack_events={"StackEvents": []}, stack_update_complete=unfinished("Stack"))
    assert capsys.readouterr().err.startswith("sluice: sluice-dev: Waiter Stack failed")


def test_a_protected_stack_is_not_deleted_and_neither_is_anything_else(
    run: Callable[..., Aws], capsys: pytest.CaptureFixture[str]
) -> None:
    protected = {"Stacks": [{"StackStatus": "UPDATE_COMPLETE", "EnableTerminationProtection": True}]}
    aws = run("destroy", exits=1, describe_stacks=protected)
    assert "--no-enable-termination-protection --stack-name sluice-dev" in capsys.readouterr().err
    assert not [verb for verb in aws.verbs if verb.startswith("delete_")]


# The same commands against moto, as far as it goes. What it cannot do is done here in its place: SAM's transform by SAM's own
# translator, an API's body (it reads no Swagger, so stage and deployment are left out), a stack's outputs after a change
# set, statements of Athena (it notes them), UpdateWorkGroup, and a bucket's policy, whose conditions it does not judge.
# cfn-lint looks at the whole template (test_infrastructure.py).
MOTO_LACKS = ("AWS::ApiGateway::Deployment", "AWS::ApiGateway::Stage")


class Rehearsal:
    """An account of moto's, with the clients that a deployment uses there."""

    def __init__(self) -> None:
        self.statements: list[str] = []
        self.calls: list[tuple[str, str, dict[str, Any]]] = []

    def __call__(self, service: str, region: str) -> Any:
        made = boto3.client(service, region_name=region)
        events = made.meta.events
        events.register_first("provide-client-params", self._called)
        events.register("provide-client-params.cloudformation.CreateChangeSet", self._translated)
        events.register("after-call.cloudformation.DescribeStacks", self._with_outputs)
        events.register("provide-client-params.athena.StartQueryExecution", self._noted)
        events.register_first("before-call.athena.UpdateWorkGroup", done)
        events.register_first("before-call.s3.PutBucketPolicy", done)
        return made

    def _called(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self.calls.append((model.service_model.service_name, model.name, dict(params)))

    def _translated(self, params: dict[str, Any], **_: Any) -> None:
        key = params.pop("TemplateURL").partition(".amazonaws.com/")[2]
        packaged = json.loads(boto3.client("s3").get_object(Bucket=OWN, Key=key)["Body"].read())
        made = public_stages.translated(packaged, DEV.region)
        for name, resource in list(made["Resources"].items()):
            if resource["Type"] in MOTO_LACKS:
                del made["Resources"][name]
            elif resource["Type"] == "AWS::Lambda::Function":
                _, _, bucket, code = packaged["Resources"][name]["Properties"]["CodeUri"].split("/", 3)
                resource["Properties"]["Code"] = {"S3Bucket": bucket, "S3Key": code}
            elif resource["Type"] == "AWS::Lambda::LayerVersion":
                _, _, bucket, code = packaged["Resources"]["DuckdbLayer"]["Properties"]["ContentUri"].split("/", 3)
                resource["Properties"]["Content"] = {"S3Bucket": bucket, "S3Key": code}
        del made["Resources"]["RestAPI"]["Properties"]["Body"]
        made["Resources"]["RestAPI"]["Properties"]["Name"] = DEV.stack
        params["TemplateBody"] = json.dumps(made)

    def _with_outputs(self, parsed: dict[str, Any], **_: Any) -> None:
        for found in parsed.get("Stacks", []):
            apis = boto3.client("apigateway", region_name=DEV.region).get_rest_apis()["items"]
            found["Outputs"] = [{"OutputKey": "RestAPIId", "OutputValue": one["id"]} for one in apis]

    def _noted(self, params: dict[str, Any], **_: Any) -> None:
        self.statements.append(params["QueryString"])


def done(**_: Any) -> tuple[AWSResponse, dict[str, Any]]:
    """The answer to what moto cannot do."""
    return AWSResponse("", 200, {}, Body()), {}


class Body(io.BytesIO):
    """A body as botocore reads it."""

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self.read()


@pytest.fixture
def rehearse(
    packaged: Packaged, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tracker: Callable[..., Tracker]
) -> Iterator[Callable[..., Rehearsal]]:
    """Run an action against moto; the event that proves it is taken by the app with the variables of the function there."""
    (tmp_path / "sluice.toml").write_text(STAGE)
    shutil.copytree(project.ROOT / "sql", tmp_path / "sql")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(formation, "STACK_PATIENCE", {"Delay": 0, "MaxAttempts": 3})
    monkeypatch.setenv("AWS_DEFAULT_REGION", DEV.region)

    def package(stage: Stage) -> None:
        shutil.copytree(packaged.built, tmp_path / "build" / "dev", dirs_exist_ok=True)

    def ask(address: str, path: str, body: str) -> tuple[int, Any]:
        function = boto3.client("lambda", region_name=DEV.region).get_function_configuration(
            FunctionName="sluice-dev-tracker"
        )
        answer = tracker(**function["Environment"]["Variables"]).call(json.loads(body), path=path)
        return answer.status, answer.json

    def act(action: str, exits: int = 0) -> Rehearsal:
        aws, ended = Rehearsal(), 0
        monkeypatch.setattr(stack.aws, "client", aws)
        monkeypatch.setattr(stack, "package", package)
        monkeypatch.setattr(running, "ask", ask)
        try:
            stack.main(action, "dev")
        except typer.Exit as error:
            ended = error.exit_code
        assert ended == exits
        return aws

    with mock_aws(), pytest.warns(UserWarning, match="not supported by moto's CloudFormation"):
        role = {"op": "replace", "path": "/cloudwatchRoleArn", "value": "arn:aws:iam::123456789012:role/gateway-logs"}
        boto3.client("apigateway", region_name=DEV.region).update_account(patchOperations=[role])
        yield act


def refused(aws: Rehearsal, *without: str, stage: Stage = DEV) -> set[str]:
    """The actions that a deployment needed and the deployer's policy, without these statements, does not allow."""
    policies = parts.numbered("deployer", functions.documents(stage))
    left = [{**one, "Statement": [each for each in one["Statement"] if each["Sid"] not in without]} for one in policies]
    judge = Judge(left)
    needed = [right for call in aws.calls for right in rights.asked(DEV, *call)]
    who, account = f"arn:aws:iam::{DEV.account}:role/deployer", str(DEV.account)
    return {action for action, place, given in needed if not judge.allows(Request(who, action, place, account, given))}


def buckets() -> set[str]:
    return {one["Name"] for one in boto3.client("s3").list_buckets()["Buckets"]}


def test_a_stage_is_deployed_changed_and_destroyed_and_leaves_only_its_tenants_buckets(
    rehearse: Callable[..., Rehearsal], capsys: pytest.CaptureFixture[str]
) -> None:
    s3, region = boto3.client("s3"), {"region_name": DEV.region}
    athena, glue = boto3.client("athena", **region), boto3.client("glue", **region)
    first = rehearse("deploy")
    assert buckets() == {"app1-analytics", OWN}
    groups = [one["Name"] for one in athena.list_work_groups()["WorkGroups"]]
    assert groups == ["primary", "sluice-dev.all", "sluice-dev-app1_analytics_events"]
    assert len(first.statements) == 4
    (proof,) = keys(s3, OWN, "analytics/")
    assert proof in capsys.readouterr().out
    assert keys(s3, "app1-analytics") == []

    rehearse("deploy")
    assert len(keys(s3, OWN, "analytics/")) == 2

    for group in ("sluice-dev-eu-app1_events", "sluice-dev2-app1_events", "marketing"):
        athena.create_work_group(Name=group)
    glue.create_database(DatabaseInput={"Name": "sluice_dev"})
    s3.put_object(Bucket="app1-analytics", Key="analytics/z.json", Body=b"{}")
    capsys.readouterr()
    kms = boto3.client("kms", **region)
    sealing = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.create_alias(AliasName=DEV.identify_alias, TargetKeyId=sealing)
    last = rehearse("destroy")
    assert kms.describe_key(KeyId=sealing)["KeyMetadata"]["KeyState"] == "PendingDeletion"
    assert buckets() == {"app1-analytics"}
    assert keys(s3, "app1-analytics") == ["analytics/z.json"]
    assert refused(first) == refused(last) == set()
    assert {operation for _, operation, _ in first.calls} > {"CreateChangeSet", "PutBucketPolicy", "CreateWorkGroup"}
    assert refused(first, "PutCode", "OwnBucket") > {"s3:PutObject", "s3:PutBucketPolicy"}
    assert refused(last, "Stack", "DeleteWorkgroups", "EmptyOwnBucket", "DeleteDatabase") >= {
        *("cloudformation:DeleteStack", "athena:DeleteWorkGroup", "s3:DeleteObject", "glue:DeleteDatabase"),
    }
    left = [one["Name"] for one in athena.list_work_groups()["WorkGroups"]]
    assert left == ["primary", "sluice-dev-eu-app1_events", "sluice-dev2-app1_events", "marketing"]
    assert glue.get_databases()["DatabaseList"] == []
    assert boto3.client("lambda", **region).list_functions()["Functions"] == []
    said = capsys.readouterr().out
    assert f"bucket {OWN}: gone\n" in said
    assert said.endswith("Its buckets are still there, with all records: app1-analytics\n")

    rehearse("destroy")
    assert buckets() == {"app1-analytics"}


def test_a_stage_with_an_audit_trail_records_its_deployments_and_leaves_the_trail(
    rehearse: Callable[..., Rehearsal], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "sluice.toml").write_text(f"{STAGE}\n[stages.dev.audit]\n")
    audited = msgspec.structs.replace(DEV, audit=Audit())
    made, gone = rehearse("deploy"), rehearse("destroy")

    trail_of = "sluice-dev-audit-123456789012-ca-central-1"
    assert buckets() == {trail_of}  # moto deletes the tenant's empty one
    assert (
        f"The audit trail is left, locked until each of its rows has had its time: {trail_of}"
        in capsys.readouterr().out
    )
    rows = list(trail.read(audit.required(audited)))
    phases = [(one.action, one.details["phase"]) for one in rows]
    assert phases == [(action, end) for action in ("policies.deployed", "stage.destroyed") for end in ("asked", "done")]
    assert audit.overwritten(audited) == []
    order = [params.get("Key", operation) for _, operation, params in made.calls]
    first, second = (order.index(f"rows/000000/00000000{number}.json") for number in (1, 2))
    assert first < order.index("ExecuteChangeSet") < second
    assert refused(made, stage=audited) == refused(gone, stage=audited) == set()
    assert refused(made, "AuditBucket", "AddToTrail", stage=audited) >= {
        "s3:PutBucketObjectLockConfiguration",
        "s3:PutObject",
    }
