"""The questions to the log of a real server equal what its clients counted of thousands of requests."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from chalicelib.lake.days import Days
from sluice.mirror import service_log
from tests.conftest import PROVE, SAFARI, event_body
from tests.served import Served, served

CLIENTS = 4
EACH = 2500 if PROVE else 600
BUCKETS = ("shop-analytics", "news-analytics", "blog-analytics")
DAYS = Days(date(2026, 1, 1), date(2100, 1, 1))


class Sent(NamedTuple):
    """A request, and what its answer has to be: status, outcome, tenant, event's name, session, reason, and events stored."""

    method: str
    path: str
    body: bytes | None
    status: int
    outcome: str
    bucket: str | None = None
    event: str | None = None
    session: str | None = None
    reason: str | None = None
    stored: int = 0
    duplicates: int = 0
    refused: int = 0  # events of a batch, as InvalidField


def sent(chance: random.Random, client: int, number: int) -> Iterator[Sent]:
    """One of the kinds, by chance; an event that is sent twice is two requests."""
    bucket, name = chance.choice(BUCKETS), chance.choice(("page_view", "click", "purchase"))
    session = chance.choice((None, f"{client}-{number % 7}"))
    body = event_body(bucket=bucket, eventType=name, sessionId=session, eventId=f"event-{client}-{number}-0123456789")
    track = ("POST", "/track")
    kind = chance.choices(range(7), (40, 8, 20, 8, 8, 8, 8))[0]
    if kind < 2:
        once = Sent(*track, coded(body), 200, "accepted", bucket, name, session, stored=1)
        yield once
        if kind == 1:
            yield once._replace(outcome="duplicate", stored=0, duplicates=1)
    elif kind == 2:
        good = chance.randint(1, 4)
        events = [{**body, "eventId": f"{body['eventId']}-{place}"} for place in range(good)]
        batch = {"bucket": bucket, "events": [*events, *[event_body(bucket=bucket, page=1)] * (good % 3)]}
        facts = {"stored": good, "refused": good % 3}
        yield Sent("POST", "/track/batch", coded(batch), 200, "batch", bucket, name, session, **facts)
    elif kind == 3:
        yield Sent(*track, coded({**body, "bucket": "elsewhere"}), 403, "rejected", reason="UnknownBucket")
    elif kind == 4:
        yield Sent(*track, b"[" * 9, 400, "rejected", reason="InvalidJson")
    elif kind == 5:
        yield Sent(*track, coded({**body, "page": 1}), 400, "rejected", reason="InvalidField")
    else:
        yield Sent("GET", "/tracker.js", None, 200, "ok")


def coded(body: dict[str, Any]) -> bytes:
    return json.dumps(body).encode()


def client(server: Served, number: int) -> list[Sent]:
    """Send them over one connection; each is answered as it has to be."""
    chance, done = random.Random(number), []
    connection = HTTPConnection("127.0.0.1", int(server.port), timeout=30)
    for place in range(EACH):
        for one in sent(chance, number, place):
            connection.request(one.method, one.path, one.body, {"User-Agent": SAFARI})
            answer = connection.getresponse()
            answer.read()
            assert answer.status == one.status
            done.append(one)
    connection.close()
    return done


@pytest.fixture(scope="module")
def captured(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Sent], list[Path]]:
    """What was sent, and the server's log of it."""
    folder = tmp_path_factory.mktemp("counted")
    with served(folder / "data", options=("--log", "json")) as server:
        with ThreadPoolExecutor(CLIENTS) as clients:
            done = [one for each in clients.map(lambda number: client(server, number), range(CLIENTS)) for one in each]
        while sum('"request"' in line for line in server.log) < len(done):
            time.sleep(0.01)
        (folder / "service.log").write_text("".join(server.log))
    return done, [folder / "service.log"]


def answered(captured: tuple[list[Sent], list[Path]], name: str) -> list[dict[str, Any]]:
    found = service_log.in_files(service_log.questions().get(name), captured[1], DAYS, {})
    return [dict(zip(found.columns, row, strict=True)) for row in found.rows]


def test_outcomes_are_those_that_the_clients_counted(captured: tuple[list[Sent], list[Path]]) -> None:
    requests, stored = Counter[Any](), Counter[Any]()
    for one in captured[0]:
        requests[one.outcome, one.status] += 1
        stored[one.outcome, one.status] += one.stored

    found = Counter[Any](), Counter[Any]()
    for row in answered(captured, "outcomes"):  # a night may lie between
        found[0][row["outcome"], row["status"]] += row["requests"]
        found[1][row["outcome"], row["status"]] += row["stored"]
    assert len(captured[0]) >= CLIENTS * EACH
    assert found == (requests, stored)


def test_tenants_and_events_are_those_that_the_clients_counted(captured: tuple[list[Sent], list[Path]]) -> None:
    done = [one for one in captured[0] if one.path != "/tracker.js"]
    tenants = {
        bucket: (
            len(of := [one for one in done if one.bucket == bucket]),
            sum(one.stored for one in of),
            sum(one.duplicates for one in of),
            len({one.session for one in of} - {None}),
            sum(one.status >= 400 for one in of),
        )
        for bucket in {one.bucket for one in done}
    }
    names = Counter(one.event for one in done if one.event)

    columns = ("requests", "stored", "duplicates", "sessions", "refused")
    found = {row["bucket"]: tuple(row[name] for name in columns) for row in answered(captured, "tenants")}
    assert found == tenants
    assert {row["event"]: row["requests"] for row in answered(captured, "event-names")} == names


def test_refusals_are_those_that_the_clients_counted(captured: tuple[list[Sent], list[Path]]) -> None:
    refused = Counter[Any]()
    for one in captured[0]:
        refused[one.bucket, one.reason, "request"] += one.reason is not None
        refused[one.bucket, "InvalidField", "event"] += one.refused

    found = Counter[Any]()
    for row in answered(captured, "refusals"):
        found[row["bucket"], row["reason"], "request"] += row["requests"]
        found[row["bucket"], row["reason"], "event"] += row["batched_events"]
    assert +found == +refused
