"""What a stage has for itself, of no single tenant: a bucket, and the workgroup of questions over all tenants."""

from __future__ import annotations

from chalicelib.allowlist import Allowlist, is_bucket_name
from chalicelib.jobs import MOVE_LOGS
from sluice.project.config import Allow, ConfigError, Stage


def bucket(stage: Stage) -> str:
    """The bucket's name, for a deployed stage; the account in it keeps the stages of other accounts apart."""
    return f"{stage.stack}-{stage.account}-{stage.region}"


def entry(stage: Stage) -> Allow:
    """The bucket as an entry of the allowlist, for the rules that hold for a managed bucket of the stage."""
    return Allow(bucket(stage), managed=True)


def takes_logs(stage: Stage) -> bool:
    """Whether CloudFront's log files come into the bucket."""
    return MOVE_LOGS in stage.jobs


def workgroup(stage: Stage) -> str:
    """The workgroup's name; neither a stage nor a table can have the dot, so it is never a tenant's."""
    return f"{stage.stack}.all"


def require_bucket(stage: Stage) -> None:
    """Raise ConfigError where S3 would not take the name of the stage's own bucket, or the allowlist makes it a tenant's."""
    if not is_bucket_name(bucket(stage)):
        raise ConfigError(
            f"sluice.toml: the stage's own bucket would be {bucket(stage)}, of {len(bucket(stage))} characters, and S3 takes "
            f"63; give [stages.{stage.name}] a shorter name or name_prefix"
        )
    entry = Allowlist(stage.entries).find(bucket(stage))
    if entry is not None:
        raise ConfigError(
            f"sluice.toml: {entry.bucket!r} of [stages.{stage.name}] would let in {bucket(stage)}, the stage's own "
            "bucket, which belongs to nobody else; write it narrower, or give the stage another name_prefix"
        )
