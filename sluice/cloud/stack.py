"""A stage into AWS and out of it: Chalice makes the package, CloudFormation applies it as a stack.

`python -m sluice.cloud.stack package | preview | deploy | destroy STAGE`, in the project's folder.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import msgspec
import typer
from rich.console import Console

from chalicelib import jobs, settings
from chalicelib.lake.objects import BrokenLake
from sluice import aws
from sluice import tables as terminal
from sluice.athena import removal, tables
from sluice.cloud import bundle, draining, generated, own_bucket, public_stages
from sluice.cloud.formation import DeploymentError, Formation, failing
from sluice.cloud.proof import Unproven, prove
from sluice.cloud.template import API_ID, DOCTOR_LAYER, LAYER, VAULT_LAYER, survivors
from sluice.errors import SluiceError
from sluice.project import audit, config, identify, stage_own, tenants
from sluice.project.config import Stage

BUILD = Path("build")
CONSOLE = Console(highlight=False)


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
        command += ["--stage", stage.name, "--merge-template", template, str(folder)]
        if subprocess.run(command, env=_environment(stage), check=False).returncode != 0:
            raise DeploymentError("`chalice package` failed; see its output above")
    add_further(stage, folder)
    refuse_other_stages(stage, folder / "sam.json")
    _layer(folder / LAYER, partial(bundle.install, stage, bundle.LAYER_PINS))
    if jobs.CHECK in stage.jobs:
        _layer(folder / DOCTOR_LAYER, partial(bundle.doctor, stage))
    if stage.tokenized:
        _layer(folder / VAULT_LAYER, partial(bundle.install, stage, bundle.VAULT_PINS))


def preview(stage: Stage) -> None:
    """Package, and show what a deployment would change; nothing is applied."""
    _prepare(stage)


def deploy(stage: Stage) -> None:
    """Package, show the change set, apply that same one, prove it with an event, and bring the tables up to date."""
    formation, change_set = _prepare(stage)
    with failing(), audit.recorded(stage, "policies.deployed", stage.name, _digests(stage), aws.client):
        _apply(stage, formation, change_set)


def _apply(stage: Stage, formation: Formation, change_set: str | None) -> None:
    before = formation.template()
    if change_set is not None:
        typer.echo(f"Waiting for {stage.stack} …")
        formation.apply(change_set)
    outputs = formation.outputs()
    for name, value in outputs.items():
        typer.echo(f"{name}: {value}")
    try:
        _prove(stage, outputs[API_ID])
    except Unproven as error:
        if change_set is None or before is None:
            raise
        draining.refuse_return(stage, before, error)
        typer.echo(f"Going back to what was deployed before: {error}", err=True)
        formation.go_back(before)
        raise DeploymentError(f"{error}. The stage is what it was before this deployment") from None
    _set_up(stage)
    _name_keyless(stage)


def destroy(stage: Stage) -> None:
    """Delete the stack, the tables and the stage's own bucket; the tenants' buckets stay, with all their records."""
    formation = Formation(stage, aws.client)
    formation.require_account()
    draining.require_drained(stage, datetime.now(UTC), aws.client)
    with failing(), audit.recorded(stage, "stage.destroyed", stage.name, client=aws.client):
        typer.echo(f"Waiting for {stage.stack} to be deleted …")
        formation.delete()
        if ended := identify.end(stage, aws.client):
            typer.echo(ended)
        for removed in (*removal.remove(stage, aws.client), *own_bucket.remove(stage, aws.client("s3", stage.region))):
            typer.echo(f"{removed}: gone")
    kept = ", ".join(survivors(stage)) or "the stack had none"
    if trail := stage_own.audit_bucket(stage):
        typer.echo(f"The audit trail is left, locked until each of its rows has had its time: {trail}")
    typer.echo(f"The stack {stage.stack} is gone. Its buckets are still there, with all records: {kept}")


def _prove(stage: Stage, api: str) -> None:
    """Send the stage an event, by the API's own address: a domain's may not lead there yet. Raises Unproven."""
    with failing():
        address = f"https://{api}.execute-api.{stage.region}.amazonaws.com/{stage.name}"
        key = prove(stage, address, aws.client("s3", stage.region))
    typer.echo(f"An event was stored as s3://{stage_own.bucket(stage)}/{key}; it ends in a day.")


def _set_up(stage: Stage) -> None:
    """Make the tables and workgroups of the exact entries' tenants, and bring them up to date; raises DeploymentError."""
    exact = tuple(entry for entry in stage.allow if "*" not in entry.bucket)
    found = tenants.survey(msgspec.structs.replace(stage, allow=exact), aws.client)
    wanted = [tenant for tenant in found if tenant.fault is None]
    steps = [*tables.apply_to_all(stage, aws.client), *tables.apply(stage, wanted, aws.client)]
    faults = [f"{step.bucket}: {step.name}: {step.fault}" for step in steps if step.fault]
    faults += [f"{bucket}: {fault}" for bucket, fault in tenants.faults(found).items()]
    if faults:
        again = f"sluice athena setup --all --stage {stage.name} --apply"
        raise DeploymentError(f"the stage is deployed, and not all tables in Athena are made; then `{again}`: {faults}")
    typer.echo(f"The tables in Athena are up to date: {len(wanted)} tenants.")


def _name_keyless(stage: Stage) -> None:
    """Say whose ids are null, because the key that they are hashed under is not made yet."""
    for bucket in sorted({*stage.keyed} - identify.found(stage, aws.client)) if stage.keyed else ():
        command = f"sluice key identify --stage {stage.name} --bucket {bucket}"
        typer.echo(f"{bucket} has no key of its own yet, and sessionId and userId are null: `{command}`")


def _digests(stage: Stage) -> dict[str, str]:
    """The SHA-256 of each policy of the stage, by its file: who may do what from this deployment on."""
    folder = Path("policies") / stage.name
    return {
        str(one.relative_to(folder)): sha256(one.read_bytes()).hexdigest() for one in sorted(folder.rglob("*.json"))
    }


ACTIONS: dict[str, Callable[[Stage], None]] = {
    "package": package,
    "preview": preview,
    "deploy": deploy,
    "destroy": destroy,
}


def refuse_other_stages(stage: Stage, packaged: Path) -> None:
    """Refuse a template that opens the API under another name too, where no throttle, log or alarm is."""
    names = public_stages.named(packaged, stage.region)
    if names != [stage.name]:
        found = ", ".join(names) or "none"
        raise DeploymentError(
            f"{packaged} must have one public stage, {stage.name}, and has {found}; "
            'give RestAPI in infra/ its OpenApiVersion "2.0": sluice sync'
        )


def add_further(stage: Stage, folder: Path) -> None:
    """Put the templates of the stacks within the stage's next to its own, which names them so."""
    for template in (Path("infra") / stage.name).glob("*.json"):
        shutil.copy(template, folder)


def _layer(target: Path, fill: Callable[[Path], None]) -> None:
    """A layer as an archive, of the folder that is filled where Lambda's Python looks for code."""
    with TemporaryDirectory() as name:
        fill(Path(name) / "python")
        archive(Path(name), target)


def archive(folder: Path, target: Path) -> None:
    """The folder's files in one order and of one date, so that the same files are the same archive, and no change."""
    with ZipFile(target, "w") as made:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = ZipInfo(str(path.relative_to(folder)))
            entry.compress_type, entry.external_attr = ZIP_DEFLATED, 0o644 << 16
            made.writestr(entry, path.read_bytes())


def _prepare(stage: Stage) -> tuple[Formation, str | None]:
    """Package, make the change set and show it; None in its place where nothing would change."""
    formation = Formation(stage, aws.client)
    formation.require_account()
    formation.require_gateway_logs()
    draining.refuse_loss(stage, datetime.now(UTC), aws.client)
    package(stage)
    change_set = formation.change_set(BUILD / stage.name / "sam.json")
    if change_set is None:
        typer.echo(f"Nothing to change: {stage.stack} is as sluice.toml says.")
    else:
        terminal.show(CONSOLE, formation.changes(change_set))
    return formation, change_set


def _environment(stage: Stage) -> dict[str, str]:
    """The process's own, in the stage's region; what Chalice imports leaves no compiled code in the package."""
    region = {"AWS_REGION": stage.region, "AWS_DEFAULT_REGION": stage.region}
    return {**settings.environment(), **region, "PYTHONDONTWRITEBYTECODE": "1"}


def main(action: str, stage: str) -> None:
    """Do this with the stage of sluice.toml; 1 with one line on stderr where it did not work.

    Example: python -m sluice.cloud.stack preview dev
    """
    try:
        chosen = config.load().stage(stage)
        if action not in ACTIONS or not chosen.is_deployed:
            raise DeploymentError(f"write {', '.join(ACTIONS)}, and a stage with an account; {stage!r} may have none")
        ACTIONS[action](chosen)
    except (SluiceError, BrokenLake) as error:
        typer.echo(f"sluice: {error}", err=True)
        raise typer.Exit(1) from None


if __name__ == "__main__":
    typer.run(main)
