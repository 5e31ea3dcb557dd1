"""A request with values for the token vault over the same request without: values that the worker knows, and new ones."""

from __future__ import annotations

import importlib.util
import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

from bench import processes, rounds, tables, traffic
from bench.tables import Row

PROCESSES = 8
KNOWN, NEW = 1.25, 5.0
FIELDS = ["userId", "metadata.email"]


def run() -> list[Row]:
    with processes.sink() as endpoint:
        worker = processes.worker(
            endpoint, SALTS="memory", AWS_ENDPOINT_URL_KMS=endpoint, VAULT="aws:sluice-prod-vault", ALLOWED_BUCKETS="@a"
        )
        rows = []
        for name, is_new, target in (("known", False, KNOWN), ("new", True, NEW)):
            pairs = [
                pair for _ in range(PROCESSES) for pair in processes.measure("bench.vault", "requests", worker, is_new)
            ]
            rows.append(tables.compare(f"two {name} values for the vault", "without a vault", pairs, "µs", target))
    return rows


def requests(is_new: bool) -> list[tuple[float, float]]:
    """Microseconds a request with two values and one without a vault, for each round; runs in a worker's environment."""
    from chalicelib import values

    context, number = traffic.Context(), 0
    with TemporaryDirectory() as folder:
        values.ROOT = Path(folder)
        vaulted, plain = _app(FIELDS), _app([])
    assert vaulted.service().vault is not None and plain.service().vault is None

    def answer(app: ModuleType, event: dict[str, Any]) -> None:
        assert app.app(event, context)["statusCode"] == 200

    def sent(at: int) -> dict[str, Any]:
        nonlocal number
        number += 1
        event = traffic.proxy_event(at)
        who = f"{number}@shop.example" if is_new else "jane@shop.example"
        body = json.loads(event["body"])
        body = {**body, "userId": f"u-{who}", "metadata": {**body["metadata"], "email": who}}
        return {**event, "body": json.dumps(body)}

    events = [sent(at) for at in range(rounds.CALLS * (rounds.ROUNDS + 1))]
    nexts = {True: iter(events), False: iter(events)}
    return rounds.interleaved(lambda _: answer(vaulted, next(nexts[True])), lambda _: answer(plain, next(nexts[False])))


def _app(tokenize: list[str]) -> ModuleType:
    """The app once more, for an entry that tokenizes these fields."""
    from chalicelib import values

    (values.ROOT / "a").write_text(
        json.dumps([{"bucket": traffic.BUCKET, **({"tokenize": tokenize} if tokenize else {})}])
    )
    found = importlib.util.spec_from_file_location("app", Path(processes.REPOSITORY) / "app.py")
    assert found is not None and found.loader is not None
    made = importlib.util.module_from_spec(found)
    found.loader.exec_module(made)
    assert made.service().settings.stage == os.environ["STAGE"]
    return made
