"""AWS as everything outside Lambda meets it: clients, and what AWS or the way to it has against a call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
)
from botocore.parsers import ResponseParserError

LONGEST = 900  # seconds, of Lambda
Client = Callable[[str, str], Any]
AwsError = (BotoCoreError, ClientError, ResponseParserError)
NO_CREDENTIALS = (NoCredentialsError, PartialCredentialsError, ProfileNotFound)
_NO_NETWORK = (ConnectTimeoutError, EndpointConnectionError, HTTPClientError)
# Without a network, fail in seconds; botocore's defaults would take minutes.
_CONFIG = Config(connect_timeout=5, read_timeout=15, retries={"total_max_attempts": 3, "mode": "standard"})


def client(service: str, region: str) -> Any:
    """A client of this service, with the credentials of the user who runs the command."""
    return boto3.client(service, region_name=region, config=_CONFIG)  # type: ignore[call-overload]


def patient(service: str, region: str) -> Any:
    """A client whose call may take as long as a function of Lambda, and is made once: what it starts goes on anyway."""
    config = Config(connect_timeout=5, read_timeout=LONGEST, retries={"total_max_attempts": 1})
    return boto3.client(service, region_name=region, config=config)  # type: ignore[call-overload]


def explain(error: Exception) -> str:
    """What AWS, or the way to it, has against a call, in one line."""
    if isinstance(error, NO_CREDENTIALS):
        return "there are no AWS credentials; run `aws configure`, or set AWS_PROFILE"
    if isinstance(error, ClientError):
        return f"{error.operation_name}: {code(error)}"
    if isinstance(error, _NO_NETWORK):
        return f"AWS cannot be reached ({type(error).__name__})"
    return " ".join(str(error).split())


def code(error: ClientError) -> str:
    """The error's code, for example AccessDenied; for a HEAD, which has no body, the status."""
    return str(error.response.get("Error", {}).get("Code", "no code"))
