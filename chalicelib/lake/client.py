"""boto3's client as the lake uses it: patient, for many readers at once, and quick to read what a listing says."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.parsers import ResponseParserFactory
from botocore.utils import parse_timestamp

from chalicelib.lake.reader import READERS

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_CONFIG = Config(
    connect_timeout=5,
    read_timeout=30,
    retries={"total_max_attempts": 4, "mode": "standard"},
    s3={"addressing_style": "path"},
    max_pool_connections=READERS,
)


def make_client() -> S3Client:
    """A client for any number of buckets and threads. boto3 makes clients in one thread alone."""
    client: Any = boto3.client("s3", config=_CONFIG)
    # A listing says of each object when it was stored. botocore reads that in 60 µs, a minute for a day of a million.
    parsers = ResponseParserFactory()
    parsers.set_parser_defaults(timestamp_parser=_moment)
    client._endpoint._response_parser_factory = parsers
    made: S3Client = client
    return made


def make_other(service: str, region: str | None = None, *, attempts: int = 4) -> Any:
    """A client of another service, whose calls are tried so often."""
    config = Config(connect_timeout=5, read_timeout=30, retries={"total_max_attempts": attempts, "mode": "standard"})
    return boto3.client(service, region_name=region, config=config)  # type: ignore[call-overload]


def _moment(said: Any) -> datetime:
    try:
        return datetime.fromisoformat(said)
    except (TypeError, ValueError):  # as HTTP's headers write it
        return parse_timestamp(said)
