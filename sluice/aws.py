"""Where the command line gets its AWS clients from."""

from __future__ import annotations

from typing import Any

import boto3
from botocore.config import Config

# Where there is no network, that is told in seconds; botocore alone would take minutes.
_CONFIG = Config(connect_timeout=5, read_timeout=15, retries={"total_max_attempts": 3, "mode": "standard"})


def client(service: str, region: str) -> Any:
    """A client of this service, with the credentials of whoever runs the command."""
    return boto3.client(service, region_name=region, config=_CONFIG)  # type: ignore[call-overload]
