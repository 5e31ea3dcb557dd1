"""Reading many objects at once, from a server that answers as S3 does, and as it should not."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

import boto3
import pytest
from botocore.utils import parse_timestamp
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from chalicelib.lake import client, reader
from chalicelib.lake.objects import BucketObjects
from chalicelib.lake.reader import Direct, in_order
from tests.conftest import BUCKET, OWNER


class Answers(BaseHTTPRequestHandler):
    """One connection: each path has an answer of its own, and what was asked is kept."""

    protocol_version = "HTTP/1.1"
    asked: list[tuple[int, str, dict[str, str]]]

    def do_GET(self) -> None:
        self.asked.append((self.client_address[1], self.path, dict(self.headers)))
        name = self.path.rpartition("/")[2]
        body = b"x" * 5000 if name == "large" else name.encode()
        self.send_response({"missing": 404, "refused": 403, "busy": 503}.get(name, 200))
        self.send_header("Content-Length", str(len(body) + 10 * (name == "cut")))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = name == "cut" or self.close_connection

    def log_message(self, *_: Any) -> None:
        """Nothing."""


class Quiet(ThreadingHTTPServer):
    """Says nothing of a client that hangs up."""

    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Nothing."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(Answers, "asked", [], raising=False)
    with Quiet(("127.0.0.1", 0), Answers) as serving:
        Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield f"http://127.0.0.1:{serving.server_port}"
        serving.shutdown()


@pytest.fixture
def direct(server: str) -> Iterator[Direct]:
    """A reader of the server's objects; what it leaves to boto3 says so."""
    made_by_boto3 = boto3.client("s3", endpoint_url=server)
    with closing(Direct(made_by_boto3, BUCKET, OWNER, lambda key, most: f"boto3's {key}".encode())) as made:
        yield made


def test_an_object_is_asked_for_once(direct: Direct) -> None:
    assert direct.read("analytics/a b\n.json", 100) == b"a%20b%0A.json"
    ((_, path, headers),) = Answers.asked
    assert path == f"/{BUCKET}/analytics/a%20b%0A.json"
    assert headers["x-amz-expected-bucket-owner"] == OWNER


@pytest.mark.parametrize("name", ["missing", "refused", "busy", "cut"])
def test_all_but_a_whole_object_is_left_to_boto3(direct: Direct, name: str) -> None:
    assert direct.read(name, 100) == f"boto3's {name}".encode()
    assert direct.read("next", 100) == b"next"


def test_of_a_large_object_the_rest_is_not_taken_for_the_next(direct: Direct) -> None:
    assert direct.read("large", 100) == b"x" * 100
    assert direct.read("next", 100) == b"next"


def test_a_connection_serves_one_object_after_the_other(direct: Direct) -> None:
    assert [direct.read(name, 100) for name in ("a", "b", "c")] == [b"a", b"b", b"c"]
    assert len({port for port, *_ in Answers.asked}) == 1


def test_what_is_said_of_time_is_read_as_botocore_reads_it(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    s3.put_object(Bucket=BUCKET, Key="a", Body=b"")
    stored = s3.head_object(Bucket=BUCKET, Key="a")["LastModified"]
    read: list[Any] = []
    monkeypatch.setattr(client, "parse_timestamp", lambda said: read.append(said) or parse_timestamp(said))

    made = client.make_client()
    (listed,) = made.list_objects_v2(Bucket=BUCKET)["Contents"]
    assert listed["LastModified"].replace(microsecond=0) == stored
    assert read == []  # not in botocore's way, which takes a minute for a million
    assert made.head_object(Bucket=BUCKET, Key="a")["LastModified"] == stored


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for this machine that nobody has signed, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=1))
    signed = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False).sign(key, SHA256())
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "certificate.pem").write_bytes(signed.public_bytes(Encoding.PEM) + secret)
    return tmp_path / "certificate.pem"


@pytest.mark.parametrize("is_trusted", [True, False])
def test_over_tls_it_reads_from_a_server_that_is_trusted_alone(
    certificate: Path, is_trusted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Answers, "asked", [], raising=False)
    if is_trusted:
        monkeypatch.setattr(reader, "get_cert_path", lambda verify: str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with Quiet(("127.0.0.1", 0), Answers) as serving:
        serving.socket = context.wrap_socket(serving.socket, server_side=True)
        Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        client = boto3.client("s3", endpoint_url=f"https://localhost:{serving.server_port}")
        with closing(Direct(client, BUCKET, OWNER, lambda key, most: b"boto3's")) as direct:
            assert direct.read("a", 100) == (b"a" if is_trusted else b"boto3's")
        serving.shutdown()
    assert len(Answers.asked) == is_trusted


def test_where_nothing_answers_it_stops_trying(monkeypatch: pytest.MonkeyPatch) -> None:
    direct = Direct(boto3.client("s3", endpoint_url="http://127.0.0.1:9"), BUCKET, OWNER, lambda key, most: b"boto3's")
    tries: list[str] = []
    get = direct._get
    monkeypatch.setattr(direct, "_get", lambda key, most: tries.append(key) or get(key, most))
    assert {direct.read("a", 100) for _ in range(3 * reader.READERS)} == {b"boto3's"}
    assert len(tries) == reader.READERS + 1


def test_where_each_is_refused_it_stops_trying_too(direct: Direct) -> None:
    assert {direct.read("refused", 100) for _ in range(2 * reader.READERS)} == {b"boto3's refused"}
    assert len(Answers.asked) == reader.READERS + 1


def test_a_failure_now_and_then_does_not_stop_it(direct: Direct) -> None:
    names = ["busy", "next"] * 2 * reader.READERS
    assert [direct.read(name, 100) for name in names] == [b"boto3's busy", b"next"] * 2 * reader.READERS


def test_a_bucket_is_read_by_it(server: str) -> None:
    objects = BucketObjects(BUCKET, OWNER, boto3.client("s3", endpoint_url=server))
    assert list(objects.read_all(["a", "b"], 100)) == [("a", b"a"), ("b", b"b")]
    assert not any("Amz-Sdk-Request" in headers for *_, headers in Answers.asked)


def test_one_slow_object_holds_up_no_other_until_the_window_is_full() -> None:
    first, begun, lock = Event(), set[str](), Lock()

    def read(key: str, most: int | None) -> bytes:
        with lock:
            begun.add(key)
            if len(begun) == reader.READ_AHEAD:
                first.set()
        if key == "0":
            # A barrier of any fewer would never let it go.
            assert first.wait(timeout=20)
        return key.encode()

    keys = [str(number) for number in range(2 * reader.READ_AHEAD)]
    assert list(in_order(read, keys, None)) == [(key, key.encode()) for key in keys]


def test_no_more_is_begun_than_the_window_holds() -> None:
    taken = []

    def keys() -> Iterator[str]:
        for number in range(2 * reader.READ_AHEAD):
            taken.append(number)
            yield str(number)

    read = in_order(lambda key, most: b"", keys(), None)
    next(read)
    assert len(taken) == reader.READ_AHEAD
    next(read)
    assert len(taken) == reader.READ_AHEAD + 1
    read.close()
