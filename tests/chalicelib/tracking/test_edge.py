"""The operator's own edge proves itself by a secret of SSM's, which can be changed while requests come."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import boto3
import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from moto import mock_aws

from chalicelib.tracking.edge import KEPT, PAUSE, Edge
from tests.conftest import Tracker, event_body, stored

DENIED = ClientError({"Error": {"Code": "AccessDeniedException", "Message": "s3cret"}}, "GetParameter")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ssm() -> Iterator[Any]:
    with mock_aws():
        yield boto3.client("ssm")


def put(ssm: Any, value: str) -> None:
    ssm.put_parameter(Name="/edge", Type="SecureString", Value=value, Overwrite=True)


def test_while_a_secret_is_changed_the_old_one_and_the_new_one_count(ssm: Any) -> None:
    clock = Clock()
    edge = Edge("/edge", ssm, clock)
    seen = []
    for value in ("old", "new old", "new"):
        put(ssm, value)
        clock.now += KEPT
        seen.append((edge.proves("old"), edge.proves("new"), edge.proves(""), edge.proves("new old")))

    assert seen == [(True, False, False, False), (True, True, False, False), (False, True, False, False)]


def test_the_parameter_is_read_once_in_five_minutes(ssm: Any) -> None:
    put(ssm, "s3cret")
    clock = Clock()
    with mock.patch.object(ssm, "get_parameter", wraps=ssm.get_parameter) as asked:
        edge = Edge("/edge", ssm, clock)
        for _ in range(100):
            clock.now += 1
            edge.proves("s3cret")

    assert asked.call_count == 1


@pytest.mark.parametrize("error", [DENIED, ReadTimeoutError(endpoint_url="http://ssm")])
def test_what_was_read_goes_on_counting_when_ssm_fails(error: Exception, ssm: Any) -> None:
    put(ssm, "s3cret")
    clock = Clock()
    edge = Edge("/edge", ssm, clock)
    assert edge.proves("s3cret")

    with mock.patch.object(ssm, "get_parameter", side_effect=error) as asked:
        for _ in range(10):
            clock.now += KEPT / 10 + PAUSE / 20
            assert (edge.proves("s3cret"), edge.proves("guess")) == (True, False)

    assert 1 <= asked.call_count <= 2


def test_a_secret_that_was_never_read_costs_the_hashes_and_nothing_else(
    tracker: Callable[..., Tracker], folder: Path, ssm: Any, log: io.StringIO
) -> None:
    edged = tracker(
        STAGE="dev",
        STORE=f"dir:{folder}",
        SALTS="memory",
        CLIENT_ADDRESS_HEADER="CloudFront-Viewer-Address",
        EDGE_SECRET_PARAMETER="/edge",
    )
    headers = {"CloudFront-Viewer-Address": "203.0.113.9:4711", "X-Edge-Secret": "s3cret"}

    answers = [edged.call(event_body(), headers=headers).status for _ in range(3)]

    assert answers == [200] * 3
    assert all('"ip":null' in path.read_text() for path in stored(folder))
    assert log.getvalue().count("edge_secret_unread") == 1  # then a pause
    assert '"cause":"ParameterNotFound"' in log.getvalue()
    assert "s3cret" not in log.getvalue()
