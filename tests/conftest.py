"""What the tests share: the app called as Lambda calls it, over a folder, moto's S3 or a store that fails on demand."""

from __future__ import annotations

import gc
import io
import json
import logging
import os
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore import loaders, session
from hypothesis import settings as hypothesis_settings
from moto import mock_aws

import app
from chalicelib.records import iso
from chalicelib.settings import VARIABLES

# The first example of a property may compile the parsers' tables; a deadline would fail it now and then.
hypothesis_settings.register_profile("sluice", deadline=None)
hypothesis_settings.load_profile("sluice")

# What nobody needs and every process would import, in this one and those that it starts.
LIGHT = str(Path(__file__).parent / "light")
sys.path.insert(0, LIGHT)
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (LIGHT, os.environ.get("PYTHONPATH"))))
# What the tests import stays until their end: let no collection of garbage walk through it, neither while it grows …
gc.disable()

pytest_plugins = ["tests.browser", "tests.screens", "tests.preloaded", "tests.tenants"]

# `make prove` sets this: tests that repeat more of the same then do so a thousand times where `make test` does it a hundred.
PROVE = bool(os.environ.get("PROVE"))
OWNER = "123456789012"  # moto's account
BUCKET = "shop-analytics"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.0 Mobile/15E148 Safari/604.1"
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long comes first, so that no worker waits for another's last test."""
    items.sort(key=lambda item: "driver" not in getattr(item, "fixturenames", ()))


def pytest_collection_finish() -> None:
    """… nor later: a sixth of the time of the tests went into that."""
    gc.collect()
    gc.freeze()
    gc.enable()


def pytest_unconfigure() -> None:
    """At the end everything may go, and says nothing of having been left."""
    gc.unfreeze()


@pytest.fixture(scope="session", autouse=True)
def descriptions() -> Iterator[None]:
    """The services' descriptions, read once a worker: moto ends boto3's session, which keeps them, with each test."""
    read: dict[Any, Any] = {}
    create = session.create_loader

    def sharing(paths: str | None = None) -> loaders.Loader:
        loader = create(paths)
        loader._cache = read
        return loader

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "create_loader", sharing)
        yield


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees a setting, a credential or a region of the user who runs it."""
    for name in list(os.environ):
        if name.startswith("AWS_") or name in {one.name for one in VARIABLES}:
            monkeypatch.delenv(name)
    for name, value in {
        "ACCESS_KEY_ID": "testing",
        "SECRET_ACCESS_KEY": "testing",
        "DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(f"AWS_{name}", value)


def event_body(**fields: Any) -> dict[str, Any]:
    """A small valid event that happened now, with these fields over it."""
    return {"bucket": BUCKET, "eventType": "page_view", "timestamp": iso(datetime.now(UTC)), **fields}


def gateway_event(
    body: str | bytes | dict[str, Any] | None = None,
    *,
    method: str = "POST",
    path: str = "/track",
    headers: dict[str, str] | None = None,
    query: dict[str, list[str]] | None = None,
    address: str = "81.2.69.142",
    is_base64: bool = False,
) -> dict[str, Any]:
    """A request as API Gateway's REST proxy hands it to Lambda."""
    return {
        "resource": path,
        "path": path,
        "httpMethod": method,
        "headers": {"Content-Type": "application/json", "User-Agent": SAFARI, **(headers or {})},
        "multiValueQueryStringParameters": query,
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "httpMethod": method,
            "resourcePath": path,
            "requestId": "request-1",
            "identity": {"sourceIp": address},
        },
        "body": json.dumps(body) if isinstance(body, dict) else body,
        "isBase64Encoded": is_base64,
    }


class Answered(SimpleNamespace):
    """An answer: status, headers with lower-case names, and the body's JSON."""

    status: int
    headers: dict[str, str]
    json: Any


class Tracker:
    """The app of one stage, called as Lambda calls it."""

    def __init__(self, app: Any) -> None:
        self.app = app

    def call(self, body: Any = None, **request: Any) -> Answered:
        answer = self.app.app(gateway_event(body, **request), SimpleNamespace(aws_request_id="worker-1"))
        headers = {name.lower(): value for name, value in answer["headers"].items()}
        content = json.loads(answer["body"]) if answer["body"] else None
        return Answered(status=answer["statusCode"], headers=headers, json=content)

    def replace(self, **parts: Any) -> None:
        """Exchange the store, the salts or the places of the running path."""
        for name, part in parts.items():
            object.__setattr__(self.app.service(), name, part)


@pytest.fixture
def tracker(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Tracker]]:
    """Make the app of a stage with these variables."""

    def make(**variables: str) -> Tracker:
        for name, value in {"ALLOWED_BUCKETS": "*-analytics", **variables}.items():
            monkeypatch.setenv(name, value)
        app.service.cache_clear()
        return Tracker(app)

    yield make
    app.service.cache_clear()


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the app logs, as it would be read."""
    # pytest adds its own handlers to a logger that passes nothing on.
    (handler,) = (one for one in logging.getLogger("sluice").handlers if type(one) is logging.StreamHandler)
    written = io.StringIO()
    monkeypatch.setattr(handler, "stream", written)
    return written


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a local tracker stores."""
    return tmp_path / "data"


@pytest.fixture
def local(tracker: Callable[..., Tracker], folder: Path) -> Tracker:
    """The app of the local stage, over a folder."""
    return tracker(STORE=f"dir:{folder}")


@pytest.fixture
def s3() -> Iterator[Any]:
    """moto's S3 with the bucket `shop-analytics`."""
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket=BUCKET)
        yield client


@pytest.fixture
def deployed(tracker: Callable[..., Tracker], s3: Any) -> Tracker:
    """The app of a deployed stage, over moto's S3."""
    return tracker(STAGE="dev", STORE="s3", BUCKET_OWNER=OWNER, SALTS="memory")


def stored(folder: Path) -> list[Path]:
    """Every record's object in a directory store; what the lake keeps of it, in hidden folders, is none."""
    return sorted(path for path in folder.rglob("analytics/**/*.json") if ".lake" not in path.parts)


def keys(s3: Any, bucket: str = BUCKET, prefix: str = "") -> list[str]:
    """Every key in a bucket, or below a prefix of it."""
    return [item["Key"] for item in s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])]
