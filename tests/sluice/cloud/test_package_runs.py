"""The package under AWS's own runtime client: each function, its log lines, its environment, and a store that is slow."""

from __future__ import annotations

import json
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

import boto3
import pytest

from chalicelib.records import encode, object_key
from chalicelib.tracking import scripts
from tests import cloudfront, lambdas, movers, wire
from tests.chalicelib.test_logs import SCHEDULED
from tests.conftest import event_body, gateway_event
from tests.lambdas import Packaged
from tests.moto_served import moto_served
from tests.records import record
from tests.salts_tables import salts_table

BUCKET, LOGGED = "lambda-analytics", "cdn-analytics"
SALTS = "sluice-dev-salts"
# A worker that has a second left for its answer when Lambda would end it.
TIGHT = 4.0


@pytest.fixture(scope="module")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> Packaged:
    return lambdas.package(tmp_path_factory.mktemp("lambda"))


@pytest.fixture(scope="module")
def aws() -> Iterator[str]:
    """moto's server with a tenant's bucket and the table of salts; its address."""
    with moto_served() as address:
        client(address, "s3").create_bucket(Bucket=BUCKET)
        salts_table(client(address, "dynamodb"), SALTS)
        yield address


def client(address: str, service: str) -> Any:
    return boto3.client(
        service,  # type: ignore[call-overload]
        endpoint_url=address,
        region_name="us-east-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )


def lines(log: Path) -> list[dict[str, Any]]:
    """What the worker logged as JSON."""
    return [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]


def test_the_package_has_bytecode_for_all_of_its_code(packaged: Packaged) -> None:
    sources = {path for path in packaged.files() if path.suffix == ".py"}
    compiled = {Path(cache_from_source(str(path))) for path in sources}
    assert len(sources) > 200
    assert compiled <= packaged.files()


def test_an_event_is_stored_and_answered_and_logged_in_a_line(packaged: Packaged, aws: str, tmp_path: Path) -> None:
    before = packaged.files()
    event = event_body(bucket=BUCKET)
    with lambdas.worker(packaged, "APIHandler", tmp_path, AWS_ENDPOINT_URL=aws) as (worker, log):
        answer = worker.invoke(gateway_event(event))
        assert answer["statusCode"] == 200, log.read_text()
        key = json.loads(answer["body"])["key"]
        again = worker.invoke({"warmer": True})
    stored = json.loads(client(aws, "s3").get_object(Bucket=BUCKET, Key=key)["Body"].read())
    assert (stored["eventType"], bool(stored["ip"])) == ("page_view", True)
    assert again["statusCode"] == 404
    assert [(line["outcome"], line["statusCode"]) for line in lines(log)] == [("accepted", 200), ("rejected", 404)]
    # Lambda's disk cannot be written, and nothing tries.
    assert packaged.files() == before


def test_the_packages_api_has_all_files_of_the_browser_client(packaged: Packaged, aws: str, tmp_path: Path) -> None:
    names = [path.name for path in scripts.FOLDER.iterdir()]
    with lambdas.worker(packaged, "APIHandler", tmp_path, AWS_ENDPOINT_URL=aws) as (worker, _):
        answers = {name: worker.invoke(gateway_event(method="GET", path=f"/{name}")) for name in names}
    assert sorted(names) == ["actions.js", "tracker.js", "vitals.js"]
    assert {name: answer["body"] for name, answer in answers.items()} == {
        name: (scripts.FOLDER / name).read_text() for name in names
    }


def test_the_scheduled_functions_run_and_say_what_they_did(packaged: Packaged, aws: str, tmp_path: Path) -> None:
    with lambdas.worker(packaged, "ForgetSalts", tmp_path, AWS_ENDPOINT_URL=aws) as (worker, log):
        worker.invoke(SCHEDULED)
    assert [line["forgotten"] for line in lines(log)] == [[]]
    with lambdas.worker(packaged, "PlanCompaction", tmp_path, AWS_ENDPOINT_URL=aws) as (worker, log):
        worker.invoke(SCHEDULED)
    assert [line["faults"] for line in lines(log)] == [{}]


def test_a_log_file_that_arrives_is_moved_to_its_tenant(packaged: Packaged, aws: str, tmp_path: Path) -> None:
    (rule,) = packaged.functions["MoveLogs"]["Events"].values()
    detail = rule["Properties"]["Pattern"]["detail"]
    inbox, now = detail["bucket"]["name"][0], datetime.now(UTC)
    name = cloudfront.name(now)
    key = f"{detail['object']['key'][0]['prefix']}cdn logs/a+b/{name}"
    s3 = client(aws, "s3")
    for bucket in (inbox, LOGGED):
        s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=inbox, Key=key, Body=cloudfront.packed([cloudfront.line(now, {})]))
    event = movers.event(key)
    event["detail"]["bucket"]["name"] = inbox
    with lambdas.worker(packaged, "MoveLogs", tmp_path, AWS_ENDPOINT_URL=aws) as (worker, log):
        worker.invoke(event)
        worker.invoke(event)
    assert [(line["did"], line.get("unhashed")) for line in lines(log)] == [("moved", 0), ("gone", None)]
    assert [one["Key"] for one in s3.list_objects_v2(Bucket=LOGGED)["Contents"]] == [
        f"access/year={now:%Y}/month={now:%m}/day={now:%d}/{name}"
    ]
    assert s3.list_objects_v2(Bucket=inbox)["KeyCount"] == 0
    # What it cannot do is Lambda's to try again.
    s3.put_object(Bucket=inbox, Key=key, Body=b"not gzip")
    s3.delete_object(Bucket=LOGGED, Key=f"access/year={now:%Y}/month={now:%m}/day={now:%d}/{name}")
    with (
        lambdas.worker(packaged, "MoveLogs", tmp_path, AWS_ENDPOINT_URL=aws) as (worker, log),
        pytest.raises(AssertionError, match="Unmoved"),
    ):
        worker.invoke(event)
    assert s3.list_objects_v2(Bucket=inbox)["KeyCount"] == 1


def test_the_doctor_of_the_layer_looks_and_writes_an_email(packaged: Packaged, aws: str, tmp_path: Path) -> None:
    topic = client(aws, "sns").create_topic(Name="sluice-dev-alarms")["TopicArn"]
    queue = client(aws, "sqs").create_queue(QueueName="operator")["QueueUrl"]
    client(aws, "sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint="arn:aws:sqs:us-east-1:123456789012:operator")
    with lambdas.worker(packaged, "Check", tmp_path, AWS_ENDPOINT_URL=aws) as (worker, log):
        worker.invoke(SCHEDULED)
    (line,) = lines(log)
    (message,) = client(aws, "sqs").receive_message(QueueUrl=queue)["Messages"]
    said = json.loads(message["Body"])

    assert line["checks"] > line["differing"] > 0
    assert said["Subject"] == f"sluice-dev: {line['differing']} of {line['checks']} checks differ"
    assert "fault: service: tracker environment: " in said["Message"]


def test_a_day_is_compacted_by_the_layers_duckdb(packaged: Packaged, aws: str, tmp_path: Path) -> None:
    day = datetime.now(UTC).date() - timedelta(days=5)
    moment = f"{day}T12:00:00.000Z"
    body = encode(record("a" * 20, timestamp=moment, server_timestamp=moment))
    client(aws, "s3").put_object(Bucket=BUCKET, Key=object_key(day, "a" * 20), Body=body)
    (tmp_path / "sluice-killed").mkdir()
    (tmp_path / "sluice-killed" / "lines.json").write_text("left by a run that was killed")
    with lambdas.worker(packaged, "Compact", tmp_path, AWS_ENDPOINT_URL=aws) as (worker, log):
        worker.invoke({"bucket": BUCKET, "day": str(day)})
    tried, line = lines(log)
    assert (tried["message"], tried["day"]) == ("compact_try", str(day))
    assert (line["did"], line["records"]) == ("compacted", 1)
    assert not list(tmp_path.glob("sluice-*"))


def trickling(connection: socket.socket) -> None:
    """Answer a byte at a time, each in time for the client's own patience."""
    with suppress(OSError):
        connection.recv(65536)
        for byte in b"HTTP/1.1 200 OK\r\nETag: " + b"x" * 100:
            connection.sendall(bytes([byte]))
            time.sleep(0.2)


@pytest.mark.parametrize("peer", [wire.silent, trickling], ids=["silent", "trickling"])
@pytest.mark.parametrize("path", ["/track", "/track/batch"])
def test_a_slow_store_is_a_503_and_a_line_before_the_time_out(
    packaged: Packaged, aws: str, tmp_path: Path, peer: wire.Behaviour, path: str
) -> None:
    event = event_body(bucket=BUCKET)
    body = event if path == "/track" else {"bucket": BUCKET, "events": [event] * 100}
    with (
        wire.peer(peer) as slow,
        lambdas.worker(packaged, "APIHandler", tmp_path, AWS_ENDPOINT_URL=aws, AWS_ENDPOINT_URL_S3=slow) as (
            worker,
            log,
        ),
    ):
        worker.invoke({"warmer": True})
        answer = worker.invoke(gateway_event(body, path=path), TIGHT)
    assert answer["statusCode"] == 503
    assert json.loads(answer["body"])["error"] == "Storage Unavailable"
    line = lines(log)[-1]
    assert (line["outcome"], line["bucket"]) == ("unavailable", BUCKET)
    assert line["cause"] in {"Deadline", "ReadTimeoutError"}


def test_a_bad_setting_is_said_when_the_worker_starts(packaged: Packaged, aws: str, tmp_path: Path) -> None:
    with lambdas.worker(packaged, "APIHandler", tmp_path, AWS_ENDPOINT_URL=aws, IP_HASH="perhaps") as (worker, _):
        what, answer = worker.api.answers.get(timeout=lambdas.PATIENCE)
    assert what == "error"
    assert "IP_HASH" in json.dumps(answer)


def test_a_missing_library_would_be_found(packaged: Packaged, aws: str, tmp_path: Path) -> None:
    broken = packaged._replace(task=tmp_path / "task")
    shutil.copytree(packaged.task, broken.task)
    shutil.rmtree(broken.task / "msgspec")
    with lambdas.worker(broken, "APIHandler", tmp_path, AWS_ENDPOINT_URL=aws) as (worker, _):
        what, answer = worker.api.answers.get(timeout=lambdas.PATIENCE)
    assert (what, "msgspec" in json.dumps(answer)) == ("error", True)
