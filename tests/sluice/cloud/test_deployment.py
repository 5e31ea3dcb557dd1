"""`make package | preview | deploy | destroy`, with an aws command line that only writes down what it is asked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest

from sluice.cloud import bundle, stack
from sluice.cloud.bundle import BundleError
from sluice.cloud.stack import DeploymentError
from sluice.project import config
from tests import project

STAGE = """
[stages.local]
store = "dir:data"
[stages.dev]
account = "111122223333"
region = "ca-central-1"
[[stages.dev.allow]]
bucket = "app1-analytics"
managed = true
"""
HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
CHANGE_SET = "arn:aws:cloudformation:ca-central-1:111122223333:changeSet/awscli-1/abc"
FAKE = """#!/bin/sh
echo "$AWS_DEFAULT_REGION $*" >> "$AWS_ASKED"
test "$2" != "$AWS_FAILS" || exit 1
case "$1 $2" in
"sts get-caller-identity") echo "${AWS_ACCOUNT:?Unable to locate credentials}" ;;
"s3api head-bucket") exit "$AWS_HEAD_BUCKET" ;;
"cloudformation deploy") echo "$AWS_DEPLOY" ;;
"cloudformation describe-stacks") echo "$AWS_STATUS" ;;
esac
"""
ANSWERS = {
    "AWS_FAILS": "nothing",
    "AWS_ACCOUNT": "111122223333",
    "AWS_HEAD_BUCKET": "0",
    "AWS_DEPLOY": f"Changeset created successfully. Run: aws cloudformation describe-change-set --change-set-name {CHANGE_SET}",
    "AWS_STATUS": "UPDATE_COMPLETE",
}


class Operator:
    """Somebody who runs the commands in a project, and what the aws command line was asked meanwhile."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.bin = folder / "bin"
        self.bin.mkdir()
        (self.bin / "aws").write_text(FAKE)
        (self.bin / "aws").chmod(0o755)

    def run(self, action: str, stage: str = "dev", **answers: str) -> subprocess.CompletedProcess[str]:
        system = {
            "PATH": f"{self.bin}:/usr/bin:/bin",
            "AWS_ASKED": str(self.folder / "asked"),
            "AWS_EC2_METADATA_DISABLED": "true",
            **{"UV_OFFLINE": "1", "UV_FIND_LINKS": str(self.folder / "wheels"), "UV_NO_CACHE": "1"},
        }
        environment = {**os.environ, **system, "PYTHONPATH": str(project.ROOT), **ANSWERS, **answers}
        command = [sys.executable, "-m", "sluice.cloud.stack", action, stage]
        return subprocess.run(command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False)

    @property
    def asked(self) -> list[str]:
        """The commands in their order, each with its region first."""
        asked = self.folder / "asked"
        return asked.read_text().splitlines() if asked.exists() else []

    @property
    def verbs(self) -> list[str]:
        return [line.split()[2] for line in self.asked]


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    return make_operator(tmp_path)


@pytest.fixture(scope="module")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> Operator:
    """Who has packaged, without an account."""
    return having_run("package", tmp_path_factory.mktemp("packaged"), AWS_ACCOUNT="")


@pytest.fixture(scope="module")
def previewed(tmp_path_factory: pytest.TempPathFactory) -> Operator:
    """Who has looked at what would change."""
    return having_run("preview", tmp_path_factory.mktemp("previewed"))


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Operator:
    """Who has deployed over a stack that was there."""
    return having_run("deploy", tmp_path_factory.mktemp("deployed"))


def having_run(action: str, folder: Path, **answers: str) -> Operator:
    operator = make_operator(folder)
    run = operator.run(action, **answers)
    assert run.returncode == 0, run.stderr
    return operator


def make_operator(folder: Path) -> Operator:
    project.make(folder, STAGE)
    make_wheel(folder, "duckdb", bundle.LAYER_PINS)
    make_wheel(folder, "tiny", bundle.PINS)
    return Operator(folder)


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


def refusal(run: subprocess.CompletedProcess[str]) -> str:
    """The one line that a refused command says."""
    assert run.returncode == 1, run.stdout + run.stderr
    (line,) = run.stderr.splitlines()
    return line


def last_line(run: subprocess.CompletedProcess[str]) -> str:
    """Why a command failed that Chalice had spoken in before."""
    assert run.returncode == 1, run.stdout + run.stderr
    return run.stderr.splitlines()[-1]


def test_a_package_is_code_and_template_and_needs_no_aws(packaged: Operator) -> None:
    built = {path.name for path in (packaged.folder / "build" / "dev").iterdir()}
    assert built == {"deployment.zip", "duckdb-layer.zip", "sam.json"}
    assert packaged.asked == []


def test_a_package_that_opens_a_second_public_stage_goes_no_further(packaged: Operator, tmp_path: Path) -> None:
    template = json.loads((packaged.folder / "build" / "dev" / "sam.json").read_text())
    del template["Resources"]["RestAPI"]["Properties"]["OpenApiVersion"]
    (tmp_path / "sam.json").write_text(json.dumps(template))
    with pytest.raises(DeploymentError, match="must have one public stage, dev, and has Stage, dev"):
        stack.refuse_other_stages(config.parse(STAGE).stage("dev"), tmp_path / "sam.json")


def test_the_layer_has_duckdb_where_lambda_looks_for_it_and_no_function_has_it(packaged: Operator) -> None:
    built = packaged.folder / "build" / "dev"
    names = {name: ZipFile(built / name).namelist() for name in ("duckdb-layer.zip", "deployment.zip")}
    assert "python/duckdb/__init__.py" in names["duckdb-layer.zip"]
    assert not [name for name in names["deployment.zip"] if "duckdb" in name]


def test_the_template_names_the_layer_as_it_was_packaged(packaged: Operator) -> None:
    template = json.loads((packaged.folder / "build" / "dev" / "sam.json").read_text())
    assert template["Resources"]["DuckdbLayer"]["Properties"]["ContentUri"] == "./duckdb-layer.zip"


def test_packaging_again_leaves_the_same_layer(packaged: Operator) -> None:
    layer = packaged.folder / "build" / "dev" / "duckdb-layer.zip"
    first = layer.read_bytes()
    layer.unlink()
    packaged.run("package", AWS_ACCOUNT="")
    assert layer.read_bytes() == first


def test_the_package_has_the_locked_libraries_next_to_the_code_and_none_of_their_commands(packaged: Operator) -> None:
    names = set(ZipFile(packaged.folder / "build" / "dev" / "deployment.zip").namelist())
    assert {"app.py", "chalicelib/settings.py", "chalice/app.py", "tiny/__init__.py"} <= names
    assert not [name for name in names if name.startswith((".lock", "bin/")) or "__pycache__" in name]


def test_packaging_says_for_which_python_and_processors(operator: Operator) -> None:
    (operator.folder / "vendor").mkdir()
    (operator.folder / "vendor" / "GeoLite2-City.mmdb").write_text("places")
    run = operator.run("package")
    assert run.stdout.startswith(f"Packaging dev for Python {HERE} on arm64.\n")
    assert "WARNING" not in run.stderr
    archive = ZipFile(operator.folder / "build" / "dev" / "deployment.zip")
    assert archive.read("GeoLite2-City.mmdb") == b"places"


def test_a_stage_that_names_another_python_is_not_packaged(operator: Operator) -> None:
    other = "3.12" if HERE != "3.12" else "3.11"
    project.edit(operator.folder, STAGE.replace('region = "ca', f'python = "{other}"\nregion = "ca'))
    assert f"runs Python {other}, and this is {HERE}; remove .venv" in refusal(operator.run("package"))


def test_a_project_that_locks_no_duckdb_is_not_packaged(operator: Operator) -> None:
    (operator.folder / bundle.LAYER_PINS).unlink()
    assert "there is no requirements/layer.txt; `make lock` writes it" in last_line(operator.run("package"))


def test_a_library_with_another_hash_is_not_packaged(operator: Operator) -> None:
    (operator.folder / bundle.PINS).write_text(f"tiny==9.8.7 --hash=sha256:{'0' * 64}\n")
    run = operator.run("package")
    assert "Hash mismatch" in run.stderr
    assert "requirements.txt could not be installed for Lambda" in last_line(run)


def test_a_library_that_lambda_could_not_load_is_not_packaged(operator: Operator) -> None:
    wheel = operator.folder / "wheels" / "duckdb-9.8.7-py3-none-manylinux_2_26_aarch64.whl"
    wheel.rename(wheel.with_name(wheel.name.replace("_2_26_", "_2_35_")))
    run = operator.run("package")
    assert "manylinux_2_35_aarch64" in run.stderr
    assert "requirements/layer.txt could not be installed for Lambda" in last_line(run)


def test_a_wheel_for_a_newer_c_library_than_this_python_has_in_lambda_is_named(tmp_path: Path) -> None:
    info = tmp_path / "duckdb-9.8.7.dist-info"
    info.mkdir()
    (info / "WHEEL").write_text("Tag: cp311-cp311-manylinux_2_28_aarch64\n")
    assert list(bundle.too_new(tmp_path, 34)) == []
    assert list(bundle.too_new(tmp_path, 26)) == ["duckdb-9.8.7"]
    (info / "WHEEL").write_text("Tag: py3-none-manylinux_2_26_aarch64\nTag: py3-none-manylinux_2_28_aarch64\n")
    assert list(bundle.too_new(tmp_path, 26)) == []


def test_processors_that_lambda_does_not_have_are_refused(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(operator.folder)
    path = operator.folder / ".chalice" / "config.json"
    path.write_text(path.read_text().replace("arm64", "mips"))
    with pytest.raises(BundleError, match="lambda_architecture is arm64 or x86_64, and not 'mips'"):
        bundle.processors(config.parse(STAGE).stage("dev"))


def test_a_preview_shows_the_change_set_and_applies_nothing(previewed: Operator) -> None:
    assert previewed.verbs == ["get-caller-identity", "head-bucket", "package", "deploy", "describe-change-set"]
    assert "--no-execute-changeset" in previewed.asked[3]


def test_a_deployment_applies_the_change_set_that_it_showed(deployed: Operator) -> None:
    shown, applied = (line for line in deployed.asked if "change-set-name" in line)
    assert "describe-change-set" in shown
    assert applied == f"ca-central-1 cloudformation execute-change-set --change-set-name {CHANGE_SET}"


def test_a_deployment_waits_for_an_old_stack(deployed: Operator) -> None:
    assert "ca-central-1 cloudformation wait stack-update-complete --stack-name sluice-dev" in deployed.asked


def test_a_deployment_waits_for_a_new_stack(operator: Operator) -> None:
    operator.run("deploy", AWS_STATUS="REVIEW_IN_PROGRESS")
    assert "ca-central-1 cloudformation wait stack-create-complete --stack-name sluice-dev" in operator.asked


def test_a_deployment_may_name_its_roles(deployed: Operator) -> None:
    (deploy,) = (line for line in deployed.asked if " deploy " in line)
    assert "--capabilities CAPABILITY_NAMED_IAM CAPABILITY_AUTO_EXPAND" in deploy


def test_a_deployment_without_changes_ends_there(operator: Operator) -> None:
    run = operator.run("deploy", AWS_DEPLOY="No changes to deploy. Stack sluice-dev is up to date")
    assert run.returncode == 0, run.stderr
    assert "Nothing to change" in run.stdout
    assert "execute-change-set" not in operator.verbs


def test_the_first_deployment_makes_the_bucket_for_code_in_the_stage_s_region(operator: Operator) -> None:
    operator.run("preview", AWS_HEAD_BUCKET="254")
    (made,) = (line for line in operator.asked if "create-bucket" in line)
    assert "--bucket sluice-code-111122223333-ca-central-1" in made
    assert "LocationConstraint=ca-central-1" in made


def test_a_bucket_for_code_must_be_the_account_s_own(previewed: Operator) -> None:
    assert "--expected-bucket-owner 111122223333" in previewed.asked[1]


def test_destroying_says_which_buckets_survive(operator: Operator) -> None:
    run = operator.run("destroy")
    assert operator.verbs == ["get-caller-identity", "delete-stack", "wait"]
    assert run.stdout.endswith("Its buckets are still there, with all records: app1-analytics\n")


def test_without_the_aws_command_line_the_refusal_says_where_to_get_it(operator: Operator) -> None:
    (operator.bin / "aws").unlink()
    assert "the aws command line is not installed: https://" in refusal(operator.run("deploy"))


def test_without_credentials_the_refusal_says_how_to_give_them(operator: Operator) -> None:
    said = refusal(operator.run("deploy", AWS_ACCOUNT=""))
    assert "run `aws configure`" in said
    assert "Unable to locate credentials" in said


def test_credentials_of_another_account_are_refused(operator: Operator) -> None:
    said = refusal(operator.run("destroy", AWS_ACCOUNT="999999999999"))
    assert "of account 999999999999; 'dev' is in 111122223333" in said
    assert operator.verbs == ["get-caller-identity"]


def test_a_project_behind_its_sluice_toml_is_not_packaged(operator: Operator) -> None:
    (operator.folder / "sluice.toml").write_text(STAGE + '[[stages.dev.allow]]\nbucket = "new-analytics"\n')
    assert "run: sluice sync --stage dev" in refusal(operator.run("package"))


@pytest.mark.parametrize(("action", "stage"), [("deploy", "local"), ("deploy", "nowhere"), ("explode", "dev")])
def test_what_cannot_be_deployed_is_refused(operator: Operator, action: str, stage: str) -> None:
    refusal(operator.run(action, stage))
    assert operator.asked == []


@pytest.mark.parametrize("verb", ["package", "deploy", "describe-change-set", "execute-change-set", "wait"])
def test_a_failure_of_aws_is_named_and_ends_the_deployment(operator: Operator, verb: str) -> None:
    run = operator.run("deploy", AWS_FAILS=verb)
    assert f"`aws cloudformation {verb}` failed" in refusal(run)
    assert operator.verbs[-1] == verb
