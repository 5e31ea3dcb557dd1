"""Whether a request came by the operator's own edge, which proves itself by a secret."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from time import monotonic
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

from chalicelib import logs

HEADER = "x-edge-secret"
KEPT = 300.0  # seconds; so long an old secret counts after it was taken out of the parameter
PAUSE = 5.0  # seconds without another try, where the parameter cannot be read
_CONFIG = Config(connect_timeout=1, read_timeout=1, retries={"total_max_attempts": 2, "mode": "standard"})


class Edge:
    """The secrets in a SecureString of SSM: one, or while it is changed two, the new and the old, with a space between."""

    def __init__(self, parameter: str, client: Any = None, clock: Callable[[], float] = monotonic) -> None:
        self._parameter = parameter
        self._client = client or boto3.client("ssm", config=_CONFIG)
        self._clock = clock
        self._secrets: tuple[bytes, ...] = ()
        self._read_at = -KEPT

    def proves(self, given: str) -> bool | None:
        """Whether this is one of the secrets; None where nobody can say, because the parameter was never read."""
        if self._clock() >= self._read_at + KEPT:
            self._read()
        known = [hmac.compare_digest(secret, given.encode()) for secret in self._secrets]
        return any(known) if known else None

    def _read(self) -> None:
        """Read the parameter; where that fails, what is known goes on counting."""
        now = self._clock()
        try:
            found = self._client.get_parameter(Name=self._parameter, WithDecryption=True)
        except ClientError as error:
            cause = error.response["Error"]["Code"]
        except (BotoCoreError, HTTPClientError) as error:
            cause = type(error).__name__
        else:
            self._secrets = tuple(secret.encode() for secret in found["Parameter"]["Value"].split())
            self._read_at = now
            return
        logs.job("edge_secret_unread", cause=cause)
        self._read_at = now - KEPT + PAUSE
