"""What is looked at: a stage's service and its buckets, and the clients to look with."""

from __future__ import annotations

from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from sluice.aws import Client, code
from sluice.project.config import Allow, Stage

_GONE = {
    "NotFoundException",
    "ResourceNotFoundException",
    "NoSuchEntity",
    "StateMachineDoesNotExist",
    "ValidationError",
}
# What S3 answers where a bucket has none of what was asked for.
_UNSET = {
    "NoSuchPublicAccessBlockConfiguration",
    "OwnershipControlsNotFoundError",
    "ServerSideEncryptionConfigurationNotFoundError",
    "NoSuchBucketPolicy",
    "NoSuchLifecycleConfiguration",
    "NoSuchTagSet",
}


class Service(NamedTuple):
    """One stage's service, and the clients to look with."""

    stage: Stage
    client: Client

    @property
    def deploy(self) -> str:
        return f"make deploy STAGE={self.stage.name}"

    def ask(self, service: str, call: str, **arguments: Any) -> dict[str, Any] | None:
        """The answer to a call, or None where there is no such thing."""
        try:
            answer: dict[str, Any] = getattr(self.client(service, self.stage.region), call)(**arguments)
        except ClientError as error:
            if code(error) not in _GONE:
                raise
            return None
        return answer


class Bucket(NamedTuple):
    """One bucket of a stage, the entry that admits it, and the clients to look with."""

    stage: Stage
    name: str
    entry: Allow
    client: Client

    @property
    def owner(self) -> str:
        return self.stage.owner(self.entry)

    @property
    def deploy(self) -> str:
        return f"make deploy STAGE={self.stage.name}"

    @property
    def ownership(self) -> str:
        """Who owns its objects, as S3 calls that; empty where nothing is set."""
        rules = self.ask("get_bucket_ownership_controls").get("OwnershipControls", {}).get("Rules", [])
        return ", ".join(rule["ObjectOwnership"] for rule in rules)

    def ask(self, call: str) -> dict[str, Any]:
        """The answer to a get_* of this bucket, empty where nothing is set."""
        s3 = self.client("s3", self.stage.region)
        try:
            answer: dict[str, Any] = getattr(s3, call)(Bucket=self.name, ExpectedBucketOwner=self.owner)
        except ClientError as error:
            if code(error) not in _UNSET:
                raise
            return {}
        return answer

    def fix(self, command: str) -> str:
        """The deployment for a managed bucket; for any other the aws command, `{name}` being the bucket."""
        return self.deploy if self.entry.managed else f"aws s3api {command.format(name=self.name)}"
