"""CloudFormation and what it needs: uploads, a change set that is shown and then applied, and the end of a stack."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from botocore.exceptions import ClientError, WaiterError
from rich.table import Table
from rich.text import Text

from chalicelib.prefixes import CODE
from sluice.aws import AwsError, Client, code, explain
from sluice.cloud import audit_bucket, own_bucket
from sluice.errors import SluiceError
from sluice.project import stage_own, tags
from sluice.project.config import Stage

# Roles are named, so that bucket policies can name them; SAM's own transform needs the other.
CAPABILITIES = ["CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
UPLOADED = ("CodeUri", "ContentUri")
NO_CHANGES = ("didn't contain changes", "No updates are to be performed")
CHANGE_SET_PATIENCE = {"Delay": 5, "MaxAttempts": 120}  # ten minutes
STACK_PATIENCE = {"Delay": 10, "MaxAttempts": 360}  # an hour
IN_REVIEW = "REVIEW_IN_PROGRESS"  # a stack that so far is only a change set


class DeploymentError(SluiceError):
    """Why the deployment stopped, in one line, and how to fix it."""


class Formation:
    """The stack of one stage."""

    def __init__(self, stage: Stage, client: Client) -> None:
        self._stage = stage
        self._client = client
        self._cloudformation = client("cloudformation", stage.region)
        self._s3 = client("s3", stage.region)

    def require_account(self) -> None:
        """Refuse without credentials, and with those of another account."""
        with failing():
            account = self._client("sts", self._stage.region).get_caller_identity()["Account"]
        if account != self._stage.account:
            raise DeploymentError(
                f"the credentials are of account {account}; {self._stage.name!r} is in {self._stage.account}"
            )

    def require_gateway_logs(self) -> None:
        """Refuse where API Gateway has no role to write logs by: the stack would fail at its end."""
        with failing():
            account = self._client("apigateway", self._stage.region).get_account()
        if not account.get("cloudwatchRoleArn") and not self._stage.gateway_account:
            raise DeploymentError(
                f"API Gateway may not write logs in {self._stage.region} of {self._stage.account} yet: set gateway_account = "
                f"true in [stages.{self._stage.name}], or make the role (docs/operating.md, Logs of API Gateway)"
            )

    def change_set(self, template: Path) -> str | None:
        """Upload the packaged template and its archives, and make a change set; its ARN, or None if nothing would change."""
        with failing():
            own_bucket.make(self._stage, self._s3)
            audit_bucket.make(self._stage, self._s3)
            return self._made(self._uploaded(template))

    def changes(self, change_set: str) -> Table:
        """What the change set would do, a row for each resource."""
        table = Table("action", "resource", "type", "replaced")
        with failing():
            for page in self._cloudformation.get_paginator("describe_change_set").paginate(ChangeSetName=change_set):
                for change in (one["ResourceChange"] for one in page["Changes"]):
                    cells = ("Action", "LogicalResourceId", "ResourceType", "Replacement")
                    table.add_row(*(Text(change.get(cell, "-")) for cell in cells))
        return table

    def apply(self, change_set: str) -> dict[str, str]:
        """Apply the change set and wait for its end; the stack's outputs."""
        with failing():
            is_new = self._is_new()
            token = str(uuid4())
            self._cloudformation.execute_change_set(ChangeSetName=change_set, ClientRequestToken=token)
            self._wait("stack_create_complete" if is_new else "stack_update_complete", token)
        return self.outputs()

    def outputs(self) -> dict[str, str]:
        """The stack's outputs, as the last deployment left them."""
        with failing():
            outputs = self._stack().get("Outputs", [])
        return {one["OutputKey"]: one["OutputValue"] for one in outputs}

    def template(self) -> bytes | None:
        """What was deployed last; None where nothing was."""
        with failing():
            if self._is_new():
                return None
            found = self._cloudformation.get_template(StackName=self._stage.stack, TemplateStage="Original")
        body = found["TemplateBody"]
        return (body if isinstance(body, str) else json.dumps(body)).encode()

    def go_back(self, template: bytes) -> None:
        """Deploy this template, which was the stack's before: its code is still in the stage's bucket."""
        with failing():
            change_set = self._made(self._address(template))
        if change_set is not None:
            self.apply(change_set)

    def delete(self) -> None:
        """Delete the stack and wait for its end; refuse one that somebody protected."""
        with failing():
            if not self._is_new() and self._stack().get("EnableTerminationProtection"):
                raise DeploymentError(
                    f"{self._stage.stack} is protected from being deleted; if it is to go: aws cloudformation "
                    f"update-termination-protection --no-enable-termination-protection --stack-name {self._stage.stack}"
                )
            token = str(uuid4())
            self._cloudformation.delete_stack(StackName=self._stage.stack, ClientRequestToken=token)
            self._wait("stack_delete_complete", token)

    def _stack(self) -> dict[str, Any]:
        found: dict[str, Any] = self._cloudformation.describe_stacks(StackName=self._stage.stack)["Stacks"][0]
        return found

    def _made(self, address: str) -> str | None:
        """A change set of the template at this address; None if nothing would change."""
        made = self._cloudformation.create_change_set(
            StackName=self._stage.stack,
            ChangeSetName=f"sluice-{datetime.now(UTC):%Y%m%d%H%M%S}",
            ChangeSetType="CREATE" if self._is_new() else "UPDATE",
            TemplateURL=address,
            Capabilities=CAPABILITIES,
            Tags=tags.listed(tags.of(self._stage)),
        )
        name: str = made["Id"]
        return name if self._is_made(name) else None

    def _is_new(self) -> bool:
        try:
            return bool(self._stack()["StackStatus"] == IN_REVIEW)
        except ClientError as error:
            if "does not exist" in str(error):
                return True
            raise

    def _is_made(self, change_set: str) -> bool:
        """Wait for the change set; False, and no change set, if nothing would change."""
        try:
            self._cloudformation.get_waiter("change_set_create_complete").wait(
                ChangeSetName=change_set, WaiterConfig=CHANGE_SET_PATIENCE
            )
        except WaiterError:
            found = self._cloudformation.describe_change_set(ChangeSetName=change_set)
            if found["Status"] != "FAILED":
                raise DeploymentError(
                    f"{change_set} is still not made; look at it in CloudFormation, and deploy again"
                ) from None
            self._cloudformation.delete_change_set(ChangeSetName=change_set)
            reason = found.get("StatusReason", "it gives no reason")
            if not any(text in reason for text in NO_CHANGES):
                raise DeploymentError(f"CloudFormation refused the change set: {reason}") from None
            return False
        return True

    def _wait(self, name: str, token: str) -> None:
        try:
            self._cloudformation.get_waiter(name).wait(StackName=self._stage.stack, WaiterConfig=STACK_PATIENCE)
        except WaiterError as error:
            raise DeploymentError(f"{self._stage.stack}: {'; '.join(self._reasons(token)) or error}") from None

    def _reasons(self, token: str) -> list[str]:
        """What CloudFormation says of each resource that failed in the operation with this token, the first failure first."""
        pages = self._cloudformation.get_paginator("describe_stack_events").paginate(StackName=self._stage.stack)
        events = [event for page in pages for event in page["StackEvents"] if event.get("ClientRequestToken") == token]
        failed = [event for event in reversed(events) if event["ResourceStatus"].endswith("_FAILED")]
        said = [(event["LogicalResourceId"], event.get("ResourceStatusReason", "no reason")) for event in failed]
        # Whatever was at work when the first resource failed is cancelled.
        return [f"{name}: {reason}" for name, reason in said if not reason.endswith("cancelled")]

    def _uploaded(self, template: Path) -> str:
        """The address of the template, with those of the archives and templates next to it in place of their names."""
        written = json.loads(template.read_bytes())
        for resource in written["Resources"].values():
            properties = resource.get("Properties", {})
            for name in UPLOADED:
                if isinstance(archive := properties.get(name), str):
                    key = self._upload((template.parent / archive).read_bytes())
                    properties[name] = f"s3://{stage_own.bucket(self._stage)}/{key}"
            if resource["Type"] == "AWS::CloudFormation::Stack":
                properties["TemplateURL"] = self._uploaded(template.parent / properties["TemplateURL"])
        return self._address(json.dumps(written).encode())

    def _address(self, template: bytes) -> str:
        """Where the template is, once it is uploaded."""
        key = self._upload(template)
        return f"https://{stage_own.bucket(self._stage)}.s3.{self._stage.region}.amazonaws.com/{key}"

    def _upload(self, body: bytes) -> str:
        """Put the bytes under their own digest, which is a change of the stack only when they changed; replace none."""
        key = CODE.path + hashlib.sha256(body).hexdigest()
        owned = {"Bucket": stage_own.bucket(self._stage), "Key": key, "ExpectedBucketOwner": self._stage.account}
        try:
            self._s3.head_object(**owned)
        except ClientError:  # not there: without the right to list S3 answers 403
            self._create(owned, body)
        return key

    def _create(self, owned: dict[str, Any], body: bytes) -> None:
        try:
            self._s3.put_object(**owned, Body=body, IfNoneMatch="*")
        except ClientError as error:
            if code(error) != "PreconditionFailed":  # another deployment was first, with the same bytes
                raise


@contextmanager
def failing() -> Iterator[None]:
    """Whatever AWS refuses as a DeploymentError: which call, and why."""
    try:
        yield
    except ClientError as error:
        message = error.response.get("Error", {}).get("Message", "")
        raise DeploymentError(f"{explain(error)}: {message}" if message else explain(error)) from None
    except AwsError as error:
        raise DeploymentError(explain(error)) from None
