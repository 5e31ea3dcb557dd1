"""Trace one event through the tracker and write the calls into docs/architecture.md: `python -m docs.build.event_way`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

import boto3
import msgspec
from botocore.awsrequest import AWSPreparedRequest, AWSResponse, HeadersDict
from botocore.stub import Stubber

import chalicelib
from chalicelib import settings
from chalicelib.tracking import assembly, devices
from chalicelib.tracking.geo import EdgeHeaders
from chalicelib.tracking.ingest import Ingest, Request
from chalicelib.tracking.salts import DynamoSalts
from chalicelib.tracking.stores import S3Store
from docs.build import blocks

PAGE = Path(__file__).parent.parent / "architecture.md"
LEAVES = (
    "chalicelib.records",
    "chalicelib.privacy",
    "chalicelib.redaction",
    "chalicelib.signature",
    "chalicelib.tracking.agents",
    "chalicelib.tracking.crawlers",
)  # libraries, of which only the call from a step is shown
RECEIVED = datetime(2026, 3, 1, 12, tzinfo=UTC)
EVENT = {
    "bucket": "shop-analytics",
    "eventType": "page_view",
    "timestamp": "2026-03-01T12:00:00Z",
    "page": "https://shop.example/tents",
    "metadata": {"plan": "pro"},
}
HEADERS = {
    "origin": "https://shop.example",
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
    "cloudfront-viewer-country": "GB",
}


class Call(NamedTuple):
    """A function of ours, and how many frames of ours are on the stack with it."""

    depth: int
    function: str

    @property
    def is_leaf(self) -> bool:
        return self.function.startswith(tuple(f"{one}." for one in LEAVES))


def trace() -> list[Call]:
    """Every call of ours for a process's first event, S3 and DynamoDB stubbed, without what a leaf library calls itself."""
    path = _path()
    assembly.warm()  # msgspec reads a type at its first use
    devices.read.cache_clear()
    devices.library.cache_clear()
    request = Request(msgspec.json.encode(EVENT), HEADERS, "81.2.69.142", RECEIVED)
    calls: list[Call] = []

    def on_event(frame: FrameType, kind: str, _: Any) -> None:
        if kind == "call" and _is_ours(frame) and not _is_in_leaf(frame.f_back):
            calls.append(Call(_depth(frame), _name(frame)))

    sys.setprofile(on_event)
    try:
        path.track(request)
    finally:
        sys.setprofile(None)
    return calls


def block() -> str:
    """The trace as a table of text: depth and function, what is called again in a row shown once."""
    lines: list[str] = []
    for call in trace():
        line = f"{call.depth}{'  ' * call.depth}{call.function.removeprefix('chalicelib.')}"
        if line not in lines[-1:]:
            lines.append(line)
    return "```\n" + "\n".join(lines) + "\n```\n"


def page(text: str) -> str:
    """The page with the trace as it is now."""
    return blocks.replaced(text, "trace", block())


def _path() -> Ingest:
    access = {"region_name": "eu-west-1", "aws_access_key_id": "none", "aws_secret_access_key": "none"}
    s3, table = boto3.client("s3", **access), boto3.client("dynamodb", **access)
    s3.meta.events.register_first("before-send.s3.PutObject", _stored)
    stubber = Stubber(table)
    stubber.add_response("update_item", {"Attributes": {"root": {"B": bytes(range(32))}}})
    stubber.activate()
    stage = {"STAGE": "prod", "ALLOWED_BUCKETS": "*-analytics", "BUCKET_OWNER": "111122223333", "SALTS": "memory"}
    return Ingest(settings.load(stage), S3Store(s3), DynamoSalts("salts", table), EdgeHeaders())


def _is_ours(frame: FrameType) -> bool:
    """Whether it is a function of ours; a comprehension is part of its function."""
    is_here = frame.f_code.co_filename.startswith(str(Path(chalicelib.__file__).parent))
    return is_here and not frame.f_code.co_name.startswith("<")


def _is_in_leaf(frame: FrameType | None) -> bool:
    return frame is not None and frame.f_globals.get("__name__") in LEAVES


def _stored(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
    headers: Any = HeadersDict({"ETag": '"9b2c"'})
    return AWSResponse(request.url, 200, headers, None)


def _depth(frame: FrameType | None) -> int:
    depth = 0
    while frame is not None:
        depth += _is_ours(frame)
        frame = frame.f_back
    return depth


def _name(frame: FrameType) -> str:
    return f"{frame.f_globals['__name__']}.{frame.f_code.co_qualname}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text()))
