"""The variants of secrets, and of what looks like one: what is stored of each is what tests/data/redaction.toml says."""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.redaction import REDACTED
from chalicelib.settings import load
from chalicelib.tracking.geo import EdgeHeaders
from chalicelib.tracking.ingest import Ingest, Request
from chalicelib.tracking.salts import MemorySalts
from chalicelib.tracking.stores import Put
from tests.paths import ROOT

SETTINGS = load(
    {"STORE": "dir:/x", "ALLOWED_BUCKETS": "shop-x", "KEEP_QUERY": "q,ip,tab,version,app_version"},
)


class Last:
    """A store that keeps the last body."""

    def put(self, owner: str | None, bucket: str, key: str, body: bytes) -> Put:
        self.record = json.loads(body)
        return Put.NEW


def stored(where: str, text: str) -> Any:
    """What is stored of a text that an event has there."""
    event = {"bucket": "shop-x", "eventType": "x", "timestamp": "2025-12-17T12:00:00Z", "page": "https://shop.example/"}
    sent = {"metadata": {"metadata": {"text": text}}, "utm": {"page": f"/?utm_term={text}"}}.get(where, {where: text})
    store = Last()
    ingest = Ingest(SETTINGS, store, MemorySalts(), EdgeHeaders())
    body = json.dumps(event | sent).encode()
    ingest.track(Request(body, {}, "192.0.2.1", datetime(2025, 12, 17, 12, tzinfo=UTC)))
    read = {
        "metadata": lambda record: json.loads(record["metadata"])["text"],
        "utm": lambda record: record["utm"]["term"],
    }
    return read.get(where, lambda record: record[where])(store.record)


GROUPS: list[dict[str, Any]] = tomllib.loads((ROOT / "tests" / "data" / "redaction.toml").read_text())["variants"]
VARIANTS = [(group["verdict"], group["where"], *pair) for group in GROUPS for pair in group["stored"].items()]


@pytest.mark.parametrize(("verdict", "where", "sent", "kept"), VARIANTS)
def test_a_variant_is_stored_as_its_verdict_says(verdict: str, where: str, sent: str, kept: str) -> None:
    assert stored(where, sent) == kept
    assert (REDACTED in kept) == (verdict in ("caught", "alarm"))
    assert (sent == kept) == (verdict in ("kept", "missed"))


def test_the_variants_are_many_and_the_page_about_privacy_names_their_file() -> None:
    assert len(VARIANTS) >= 150
    assert "(../tests/data/redaction.toml)" in (ROOT / "docs" / "privacy.md").read_text()
