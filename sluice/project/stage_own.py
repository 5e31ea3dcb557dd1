"""What a stage has for itself, of no single tenant: a bucket or a folder, and the workgroup of questions over all tenants."""

from __future__ import annotations

from pathlib import Path

from chalicelib.allowlist import Allowlist
from chalicelib.jobs import MOVE_LOGS
from chalicelib.names import is_bucket_name
from chalicelib.prefixes import OWN_FOLDER
from sluice.project.config import Allow, ConfigError, Stage

# What the name of a workgroup for a tenant's large days ends in, which no table's can.
UNLOAD = ".unload"


def bucket(stage: Stage) -> str:
    """The bucket's name, for a deployed stage; the account in it keeps the stages of other accounts apart."""
    return f"{stage.stack}-{stage.account}-{stage.region}"


def root(stage: Stage) -> Path:
    """The folder of a local stage's store, which its tenants' buckets are in."""
    return Path(stage.store.removeprefix("dir:")).expanduser()


def folder(stage: Stage) -> Path:
    """The folder, for a local stage."""
    return root(stage) / OWN_FOLDER


def audit_bucket(stage: Stage) -> str | None:
    """The name of the bucket that the stage's audit trail is in; None where the stage has none."""
    return f"{stage.stack}-audit-{stage.account}-{stage.region}" if stage.audit else None


def reads_bucket(stage: Stage) -> str:
    """The name of the bucket that CloudTrail writes reads of records to, where the stage asks for them."""
    return f"{stage.stack}-reads-{stage.account}-{stage.region}"


def reads_trail(stage: Stage) -> str:
    """What CloudTrail calls the trail of these reads."""
    return f"{stage.stack}-reads"


def reads_trail_arn(stage: Stage) -> str:
    return f"arn:aws:cloudtrail:{stage.region}:{stage.account}:trail/{reads_trail(stage)}"


def entry(stage: Stage) -> Allow:
    """The bucket as an entry of the allowlist, for the rules that hold for a managed bucket of the stage."""
    return Allow(bucket(stage), managed=True)


def takes_logs(stage: Stage) -> bool:
    """Whether CloudFront's log files come into the bucket."""
    return MOVE_LOGS in stage.jobs


def workgroup(stage: Stage) -> str:
    """The workgroup's name; neither a stage nor a table can have the dot, so it is never a tenant's."""
    return f"{stage.stack}.all"


def unload_workgroup(stage: Stage, table: str) -> str:
    """The name of the workgroup in which a tenant's days larger than one worker are unloaded."""
    return f"{stage.workgroup(table)}{UNLOAD}"


def require_bucket(stage: Stage) -> None:
    """Raise ConfigError where S3 would not take the names of the stage's own buckets, or the allowlist makes one a tenant's."""
    reads = reads_bucket(stage) if stage.audit_reads else None
    for name in filter(None, (bucket(stage), audit_bucket(stage), reads)):
        if not is_bucket_name(name):
            raise ConfigError(
                f"sluice.toml: the stage's own bucket would be {name}, of {len(name)} characters, and S3 takes "
                f"63; give [stages.{stage.name}] a shorter name or name_prefix"
            )
        entry = Allowlist(stage.entries).find(name)
        if entry is not None:
            raise ConfigError(
                f"sluice.toml: {entry.bucket!r} of [stages.{stage.name}] would let in {name}, the stage's own "
                "bucket, which belongs to nobody else; write it narrower, or give the stage another name_prefix"
            )
