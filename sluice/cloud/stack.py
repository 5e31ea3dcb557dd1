"""A stage into AWS and out of it: Chalice makes the package, the aws command line applies it as a CloudFormation stack.

`python -m sluice.cloud.stack package | preview | deploy | destroy STAGE`, in the project's folder.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import typer

from chalicelib import settings
from sluice.cloud import bundle, generated, public_stages
from sluice.cloud.template import LAYER, survivors
from sluice.errors import SluiceError
from sluice.project import config
from sluice.project.config import Stage

BUILD = Path("build")
CHANGE_SET = re.compile(r"arn:aws[a-z-]*:cloudformation:\S+:changeSet/\S+")
# Roles are named, so that bucket policies can name them; SAM's own transform needs the other.
CAPABILITIES = ("CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND")
CHANGES = "Changes[].ResourceChange.[Action,LogicalResourceId,ResourceType,Replacement]"


class DeploymentError(SluiceError):
    """Why the deployment stopped, in one line, and how to fix it."""


def package(stage: Stage) -> None:
    """Build the stage's code and template under build/<stage>; needs no credentials."""
    if generated.changes(config.load(), Path(), stage.name):
        raise DeploymentError(
            f"the files of {stage.name!r} are behind sluice.toml; run: sluice sync --stage {stage.name}"
        )
    version = bundle.python(stage)
    typer.echo(f"Packaging {stage.name} for Python {version} on {bundle.processors(stage)}.")
    folder = (BUILD / stage.name).resolve()
    shutil.rmtree(folder, ignore_errors=True)
    template = str((Path("infra") / f"{stage.name}.json").resolve())
    with TemporaryDirectory() as name:
        copy = Path(name)
        bundle.make(stage, copy)
        command = [str(Path(sys.executable).parent / "chalice"), "--project-dir", name, "package"]
        _show(stage, [*command, "--stage", stage.name, "--merge-template", template, str(folder)])
    refuse_other_stages(stage, folder / "sam.json")
    _layer(stage, folder / LAYER)


def preview(stage: Stage) -> None:
    """Package, and show what a deployment would change; nothing is applied."""
    _prepare(stage)


def deploy(stage: Stage) -> None:
    """Package, show the change set, apply that same one, and show the stack's outputs."""
    change_set = _prepare(stage)
    if change_set is None:
        return
    is_new = _stack(stage, "Stacks[0].StackStatus") == "REVIEW_IN_PROGRESS"
    _show(stage, _aws("cloudformation", "execute-change-set", "--change-set-name", change_set))
    waiter = "stack-create-complete" if is_new else "stack-update-complete"
    _show(stage, _aws("cloudformation", "wait", waiter, "--stack-name", stage.stack))
    typer.echo(_stack(stage, "Stacks[0].Outputs[].[OutputKey,OutputValue]"))


def destroy(stage: Stage) -> None:
    """Delete the stack; the tenants' buckets stay, with all their records."""
    _require_aws(stage)
    _show(stage, _aws("cloudformation", "delete-stack", "--stack-name", stage.stack))
    _show(stage, _aws("cloudformation", "wait", "stack-delete-complete", "--stack-name", stage.stack))
    kept = ", ".join(survivors(stage)) or "the stack had none"
    typer.echo(f"The stack {stage.stack} is gone. Its buckets are still there, with all records: {kept}")


ACTIONS: dict[str, Callable[[Stage], None]] = {
    "package": package,
    "preview": preview,
    "deploy": deploy,
    "destroy": destroy,
}


def code_bucket(stage: Stage) -> str:
    """The bucket for the packages of an account and region, which the first deployment makes."""
    return f"{stage.name_prefix}-code-{stage.account}-{stage.region}"


def refuse_other_stages(stage: Stage, packaged: Path) -> None:
    """Refuse a template that opens the API under another name too, where no throttle, log or alarm is."""
    names = public_stages.named(packaged, stage.region)
    if names != [stage.name]:
        found = ", ".join(names) or "none"
        raise DeploymentError(
            f"{packaged} must have one public stage, {stage.name}, and has {found}; "
            'give RestAPI in infra/ its OpenApiVersion "2.0": sluice sync'
        )


def _layer(stage: Stage, archive: Path) -> None:
    """DuckDB for Lambda as an archive, of the version that this project is tested with."""
    with TemporaryDirectory() as name:
        bundle.install(stage, bundle.LAYER_PINS, Path(name) / "python")
        _archive(Path(name), archive)


def _archive(folder: Path, archive: Path) -> None:
    """The folder's files in one order and of one date, so that the same files are the same archive, and no change."""
    with ZipFile(archive, "w") as made:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = ZipInfo(str(path.relative_to(folder)))
            entry.compress_type, entry.external_attr = ZIP_DEFLATED, 0o644 << 16
            made.writestr(entry, path.read_bytes())


def _prepare(stage: Stage) -> str | None:
    """Package, upload, make the change set and show it; its ARN, or None where nothing would change."""
    _require_aws(stage)
    package(stage)
    _require_code_bucket(stage)
    folder = BUILD / stage.name
    packaged = str(folder / "packaged.json")
    bucket = ("--s3-bucket", code_bucket(stage))
    upload = ("--template-file", str(folder / "sam.json"), *bucket, "--output-template-file", packaged, "--use-json")
    _ask(stage, _aws("cloudformation", "package", *upload))
    target = ("--stack-name", stage.stack, "--capabilities", *CAPABILITIES, *bucket)
    held = ("--no-execute-changeset", "--no-fail-on-empty-changeset")
    said = _ask(stage, _aws("cloudformation", "deploy", "--template-file", packaged, *target, *held))
    found = CHANGE_SET.search(said)
    if found is None:
        typer.echo(f"Nothing to change: {stage.stack} is as sluice.toml says.")
        return None
    shown = ("--change-set-name", found[0], "--query", CHANGES, "--output", "table")
    _show(stage, _aws("cloudformation", "describe-change-set", *shown))
    return found[0]


def _require_aws(stage: Stage) -> None:
    """Refuse without the aws command line, without credentials, and with those of another account."""
    if shutil.which("aws", path=settings.environment().get("PATH")) is None:
        raise DeploymentError(
            "the aws command line is not installed: https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html"
        )
    asked = _run(stage, _aws("sts", "get-caller-identity", "--query", "Account", "--output", "text"))
    if asked.returncode != 0:
        raise DeploymentError(
            f"aws has no credentials that work; run `aws configure`, or set AWS_PROFILE ({_last(asked)})"
        )
    if asked.stdout.strip() != stage.account:
        raise DeploymentError(
            f"the credentials are of account {asked.stdout.strip()}; {stage.name!r} is in {stage.account}"
        )


def _require_code_bucket(stage: Stage) -> None:
    owner = ("--expected-bucket-owner", str(stage.account))
    if _run(stage, _aws("s3api", "head-bucket", "--bucket", code_bucket(stage), *owner)).returncode != 0:
        # create-bucket accepts every region as its constraint except us-east-1.
        place = (
            ()
            if stage.region == "us-east-1"
            else ("--create-bucket-configuration", f"LocationConstraint={stage.region}")
        )
        _ask(stage, _aws("s3api", "create-bucket", "--bucket", code_bucket(stage), *place))


def _stack(stage: Stage, query: str) -> str:
    asked = ("--stack-name", stage.stack, "--query", query, "--output", "text")
    return _ask(stage, _aws("cloudformation", "describe-stacks", *asked)).strip()


def _aws(*arguments: str) -> list[str]:
    return ["aws", *arguments]


def _show(stage: Stage, command: Sequence[str]) -> None:
    """Run a command whose output is for the reader."""
    if subprocess.run(command, env=_environment(stage), check=False).returncode != 0:
        raise DeploymentError(f"`{_name(command)}` failed; see its output above")


def _ask(stage: Stage, command: Sequence[str]) -> str:
    """What a command says."""
    asked = _run(stage, command)
    if asked.returncode != 0:
        raise DeploymentError(f"`{_name(command)}` failed: {_last(asked)}")
    return asked.stdout


def _run(stage: Stage, command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env=_environment(stage), check=False, capture_output=True, text=True)


def _environment(stage: Stage) -> dict[str, str]:
    """The process's own, in the stage's region, and with no pager to wait in."""
    region = {"AWS_REGION": stage.region, "AWS_DEFAULT_REGION": stage.region}
    return {**settings.environment(), **region, "AWS_PAGER": ""}


def _name(command: Sequence[str]) -> str:
    return " ".join([Path(command[0]).name, *command[1:3]])


def _last(run: subprocess.CompletedProcess[str]) -> str:
    return (run.stderr.strip().splitlines() or ["it said nothing"])[-1]


def main(action: str, stage: str) -> None:
    """Do this with the stage of sluice.toml; 1 with one line on stderr where it did not work.

    Example: python -m sluice.cloud.stack preview dev
    """
    try:
        chosen = config.load().stage(stage)
        if action not in ACTIONS or not chosen.is_deployed:
            raise DeploymentError(f"write {', '.join(ACTIONS)}, and a stage with an account; {stage!r} may have none")
        ACTIONS[action](chosen)
    except SluiceError as error:
        typer.echo(f"sluice: {error}", err=True)
        raise typer.Exit(1) from None


if __name__ == "__main__":
    typer.run(main)
