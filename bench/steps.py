"""Where a warm request's microseconds go, step by step."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from statistics import median
from time import perf_counter
from typing import Any

from bench import city, processes, traffic
from bench.tables import Row

ROUNDS = 15
CALLS = 100
WHOLE = "whole request"
# Steps that a usual request does not go through, or that stand for one another.
ASIDE = ("devices.read, new", "geo, City database", "salts.root from DynamoDB, first")


def run() -> list[Row]:
    with processes.sink() as endpoint, city.database() as database:
        spent = processes.measure("bench.steps", "microseconds", processes.worker(endpoint), str(database))
    whole = spent.pop(WHOLE)
    rest = whole - sum(value for name, value in spent.items() if name not in ASIDE)
    rows = [_row(name, value, whole) for name, value in spent.items() if name not in ASIDE]
    rows += [_row("the rest", rest, whole), _row(WHOLE, whole, whole)]
    return rows + [Row(f"aside: {name}", f"{spent[name]:.1f} µs") for name in ASIDE]


def _row(name: str, value: float, whole: float) -> Row:
    return Row(name, f"{value:.1f} µs", ratio=f"{100 * value / whole:.1f} %")


def microseconds(database: str) -> dict[str, float]:
    """The median of each step, all steps being timed in turn in every round; runs in a worker's environment."""
    steps = _steps(database)
    for step in steps.values():
        step()
    rounds = [{name: _microseconds(step) for name, step in steps.items()} for _ in range(ROUNDS)]
    return {name: median(times[name] for times in rounds) for name in steps}


def _microseconds(step: Callable[[], Any]) -> float:
    started = perf_counter()
    for _ in range(CALLS):
        step()
    return 1e6 * (perf_counter() - started) / CALLS


def _steps(database: str) -> dict[str, Callable[[], Any]]:
    import app

    proxy_event, context = traffic.proxy_event(), traffic.Context()
    bare = _bare_chalice()
    return {
        WHOLE: lambda: app.app(proxy_event, context),
        "Chalice's routing": lambda: bare(proxy_event, context),
        **_path_steps(proxy_event),
        **_log_step(),
        **_aside_steps(database),
    }


def _path_steps(proxy_event: dict[str, Any]) -> dict[str, Callable[[], Any]]:
    import app
    from chalicelib import events, privacy, records
    from chalicelib.tracking import devices, salts
    from chalicelib.tracking.geo import EdgeHeaders

    service, body, now = app.service(), proxy_event["body"].encode(), datetime.now(UTC)
    headers = {name.lower(): value for name, value in proxy_event["headers"].items()}
    event, agent, address = events.parse(body), headers["user-agent"], privacy.parse_address(traffic.address(0))
    assert address
    facts = _facts(now, headers)
    filing, cleaning = records.file(event, now, secrets.token_bytes(8)), records.cleaning()
    record = records.build(event, filing, facts, cleaning)
    stored = records.encode(record)

    def hashes() -> None:
        salt = salts.of(service.salts, now.date(), "UTC", event.bucket, now)
        assert salt
        privacy.hash_address(salt, address)
        privacy.visitor_id(salt, address, agent)

    return {
        "events.parse": lambda: events.parse(body),
        "allowlist.allow": lambda: service.settings.allowlist.allow(event.bucket, headers["origin"]),
        "devices.read, cached": lambda: devices.read(agent),
        "geo, headers": lambda: EdgeHeaders().locate(address, headers),
        "salts and hashes": hashes,
        "records.build": lambda: records.build(event, filing, facts, cleaning),
        "records.encode": lambda: records.encode(record),
        "store.put": lambda: service.store.put("111122223333", event.bucket, "analytics/a.json", stored),
    }


def _facts(now: datetime, headers: dict[str, str]) -> Any:
    from chalicelib import privacy, records
    from chalicelib.records import Facts, Location
    from chalicelib.tracking import devices

    agent = devices.read(headers["user-agent"])
    return Facts(
        server_timestamp=records.iso(now),
        ip="0" * 16,
        visitor_id="0" * 16,
        location=Location("GB", "ENG", "London"),
        device=agent.device,
        is_bot=agent.is_bot,
        user_agent=headers["user-agent"],
        site=privacy.site_of(headers["origin"]),
    )


def _log_step() -> dict[str, Callable[[], Any]]:
    from chalicelib import logs
    from chalicelib.logs import Sent

    outcome = logs.Outcome(
        "accepted", 200, entry="*-analytics", bucket=traffic.BUCKET, sent=Sent("page_view", "0" * 16)
    )
    facts = {"stage": "prod", "request_id": traffic.Context.aws_request_id, "route": "/track", "latency_ms": 1.234}
    return {"logs.request": lambda: logs.request(outcome, **facts)}


def _aside_steps(database: str) -> dict[str, Callable[[], Any]]:
    from pathlib import Path

    from chalicelib.privacy import parse_address
    from chalicelib.tracking import devices
    from chalicelib.tracking.city import CityDatabase
    from chalicelib.tracking.salts import DynamoSalts

    places, numbers, now = CityDatabase(Path(database)), count(), datetime.now(UTC)
    salts = DynamoSalts("sluice-prod-salts")

    def ask_again() -> None:
        salts._roots.clear()
        assert salts.root(now.date(), now)

    return {
        "devices.read, new": lambda: devices.read(f"{traffic.USER_AGENTS[0]} v{next(numbers)}"),
        "geo, City database": lambda: places.locate(parse_address(traffic.address(next(numbers))), {}),
        "salts.root from DynamoDB, first": ask_again,
    }


def _bare_chalice() -> Any:
    """An app of one route that answers a constant: what any Chalice app costs."""
    from chalice.app import Chalice, Response

    bare = Chalice(app_name="bare", configure_logs=False)

    @bare.route("/track", methods=["POST"], content_types=["text/plain"])
    def track() -> Response:
        return Response('{"status":"ok"}', {"Content-Type": "application/json"})

    return bare
