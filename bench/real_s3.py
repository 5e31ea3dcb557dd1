"""Once only, against a real S3 server: `python -m bench.real_s3` starts Ceph's gateway and prints what it saw.

Exit 1 when a check is short.
"""

from __future__ import annotations

import json
import os
import socket
import struct
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, redirect_stdout
from datetime import UTC, datetime, timedelta
from io import StringIO
from threading import Barrier, Thread
from time import perf_counter
from typing import Any

import boto3

from bench import ceph, tables, traffic
from bench.tables import Row
from chalicelib import settings
from chalicelib.rejections import StorageUnavailable
from chalicelib.tracking import assembly, ingest
from chalicelib.tracking.ingest import Ingest
from chalicelib.tracking.stores import S3Store, StoreUnavailable

WRITERS = 100
RACES = 5
OWNER = "111122223333"


def main() -> int:
    started = perf_counter()
    with ceph.gateway() as port:
        os.environ.update(_environment(f"http://127.0.0.1:{port}"))
        _make_bucket()
        rows = [Row("gateway up", f"{perf_counter() - started:.0f} s")]
        rows += [check() for check in (race, midnight, lambda: lost_answer(port), wrong_secret, other_owner)]
    return 0 if tables.show("real S3 (Ceph RGW)", rows) else 1


def race() -> Row:
    """100 threads with one eventId, released together, several times over."""
    path = assembly.assemble(settings.load())
    races = [_race(path, number) for number in range(RACES)]
    seen = sum(races, Counter())
    figure = ", ".join(f"{count} {name}" for name, count in sorted(seen.items()))
    expected = Counter(new=1, objects=1, duplicate=WRITERS - 1)
    return Row(
        f"{WRITERS} threads, one eventId, {RACES} times",
        figure,
        target=f"{RACES} new, {RACES} objects",
        ok=all(race == expected for race in races),
    )


def _race(path: Ingest, number: int) -> Counter[str]:
    """The answers to all threads that send one event at once, and how many objects it left."""
    request, together = _request(number, datetime.now(UTC)), Barrier(WRITERS)

    def send(_: int) -> str:
        together.wait()
        try:
            return "duplicate" if path.track(request).receipt.duplicate else "new"
        except StorageUnavailable:
            return "unavailable"

    with ThreadPoolExecutor(WRITERS) as threads:
        answers = Counter(threads.map(send, range(WRITERS)))
    return answers + Counter(objects=_objects(number))


def midnight() -> Row:
    """A try before midnight and one after it, of the same event."""
    path, number = assembly.assemble(settings.load()), RACES
    before = datetime.now(UTC).replace(hour=23, minute=59, second=59)
    first = path.track(_request(number, before, happened=before)).receipt
    again = path.track(_request(number, before + timedelta(seconds=2), happened=before)).receipt
    met = first.key == again.key and again.duplicate and not first.duplicate and _objects(number) == 1
    return Row("retry across midnight", f"{_objects(number)} object, same key", target="1", ok=met)


def lost_answer(port: int) -> Row:
    """The whole handler against a proxy that resets the first connection once the server has answered it."""
    number = RACES + 1
    with _losing_first_answer(port) as (proxy, lost):
        os.environ["AWS_ENDPOINT_URL_S3"] = f"http://127.0.0.1:{proxy}"
        answer = _through_the_handler(number)
        os.environ["AWS_ENDPOINT_URL_S3"] = f"http://127.0.0.1:{port}"
    met = answer["statusCode"] == 200 and _objects(number) == 1 and len(lost) == 1 and b" 200 " in lost[0]
    figure = f"{answer['statusCode']}, {_objects(number)} object, {len(lost)} answer lost"
    return Row("answer lost after the store took it", figure, target="200, 1, 1", ok=met)


def wrong_secret() -> Row:
    """A put signed with another secret."""
    client = boto3.client("s3", aws_access_key_id=ceph.ACCESS_KEY, aws_secret_access_key="another")
    try:
        S3Store(client).put(None, traffic.BUCKET, "analytics/refused.json", b"{}\n")
    except StoreUnavailable as error:
        return Row("wrong secret", f"refused, {error}", target="refused", ok=True)
    return Row("wrong secret", "stored", target="refused", ok=False)


def other_owner() -> Row:
    """Whether the server checks ExpectedBucketOwner: S3 does; for other servers this is only reported."""
    try:
        S3Store().put("999999999999", traffic.BUCKET, "analytics/other.json", b"{}\n")
    except StoreUnavailable as error:
        return Row("another ExpectedBucketOwner", f"refused, {error}")
    return Row("another ExpectedBucketOwner", "ignored by this server")


def _environment(endpoint: str) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL_S3": endpoint,
        "AWS_ACCESS_KEY_ID": ceph.ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": ceph.SECRET_KEY,
        "AWS_DEFAULT_REGION": "us-east-1",
        "STAGE": "bench",
        "ALLOWED_BUCKETS": traffic.BUCKET,
        "BUCKET_OWNER": OWNER,
        "SALTS": "memory",
    }


def _make_bucket() -> None:
    client = boto3.client("s3")
    client.create_bucket(Bucket=traffic.BUCKET)
    # The gateway makes its pools at the first put, which takes longer than our time limit of one second.
    client.put_object(Bucket=traffic.BUCKET, Key="first", Body=b"")


def _request(number: int, received: datetime, happened: datetime | None = None) -> ingest.Request:
    event = json.loads(traffic.body(number)) | {"timestamp": (happened or received).isoformat()}
    return ingest.Request(json.dumps(event).encode(), {}, traffic.address(number), received)


def _objects(number: int) -> int:
    """How many objects are there for this event, under whatever day."""
    event_id = json.loads(traffic.body(number))["eventId"]
    pages = boto3.client("s3").get_paginator("list_objects_v2").paginate(Bucket=traffic.BUCKET)
    return sum(event_id in found["Key"] for page in pages for found in page.get("Contents", []))


def _through_the_handler(number: int) -> dict[str, Any]:
    # The app logs to what is standard output when it is imported, and its line does not belong to the table.
    with redirect_stdout(StringIO()):
        import app

        return app.app(traffic.proxy_event(number), traffic.Context())


@contextmanager
def _losing_first_answer(port: int) -> Iterator[tuple[int, list[bytes]]]:
    """A TCP proxy's port, and the answers that it kept to itself: the first; everything after it is passed on."""
    lost: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        Thread(target=_proxy, args=(listener, port, lost), daemon=True).start()
        yield listener.getsockname()[1], lost


def _proxy(listener: socket.socket, port: int, lost: list[bytes]) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return  # closed: the check is over
        with client, socket.create_connection(("127.0.0.1", port)) as server:
            Thread(target=_pass, args=(client, server), daemon=True).start()
            if not lost:
                lost.append(server.recv(65536))
                _reset(client)
            else:
                _pass(server, client)


def _pass(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
    except OSError:
        return  # either side is gone, and with it the connection


def _reset(connection: socket.socket) -> None:
    """Close with RST in place of FIN: what the peer then reads is "connection reset"."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


if __name__ == "__main__":
    sys.exit(main())
