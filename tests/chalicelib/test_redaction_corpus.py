"""The variants of secrets, and of what looks like one: what is stored of each is what tests/data/redaction.toml says."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from chalicelib import privacy
from chalicelib.redaction import REDACTED
from chalicelib.settings import load
from chalicelib.tracking.geo import EdgeHeaders
from chalicelib.tracking.ingest import Ingest, Request
from chalicelib.tracking.salts import MemorySalts
from chalicelib.tracking.stores import Put
from sluice.imports import texts
from tests.paths import ROOT

REAL_LOG = os.environ.get("SLUICE_REAL_LOG")
VERSION_KEYS = (
    "version",
    "appVersion",
    "app_version",
    "osVersion",
    "versionName",
    "sdk.version",
    "VERSION",
    "schema_version",
)
NAMED = ("v", "release-", "Firefox/", "iOS ", "Windows NT ", "react@", "build-", "lib_", "")
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


class Everything:
    """A list of parameters that holds every one."""

    def __contains__(self, name: object) -> bool:
        return True


@pytest.mark.skipif(REAL_LOG is None, reason="SLUICE_REAL_LOG names no log")
def test_hardly_a_real_path_or_referrer_is_redacted() -> None:
    """With the whole query, and the referrer as if it were on the page's own site."""
    logged = [texts.combined(line) for line in Path(str(REAL_LOG)).read_bytes().splitlines() if line.endswith(b'"')]
    kept = cast(Collection[str], Everything())
    pages = [privacy.clean_page(line.target, kept).text for line in logged]
    referrers = [privacy.clean_referrer(line.referrer, privacy.site_of(line.referrer), kept) or "" for line in logged]

    assert len(pages) > 9_900
    assert sum(REDACTED in page for page in pages) <= len(pages) / 1000
    assert sum(REDACTED in referrer for referrer in referrers) <= len(referrers) / 1000


NUMBERS = [f"{major}.{minor}.{patch}" for major in (0, 1, 18, 140) for minor in (0, 4, 20) for patch in (0, 21, 6478)]
VERSIONED = [
    *({key: f"{number}.{last}"} for key in VERSION_KEYS for number in NUMBERS for last in (0, 71, 4291)),
    *({"version": {key: f"{number}.7"}} for key in ("app", "os", "sdk") for number in NUMBERS),
    *({key: f"{name}{number}"} for key in ("browser", "library", "build") for name in NAMED for number in NUMBERS),
    *({"url": f"/app?{key}={number}.{last}&x=1"} for key in VERSION_KEYS for number in NUMBERS for last in (0, 71)),
    *(
        {"text": f"{name}/{number}.{last} (X11)"}
        for name in ("Chrome", "Edg", "OPR")
        for number in NUMBERS
        for last in (0, 71)
    ),
]


def test_hardly_any_metadata_with_versions_is_redacted() -> None:
    changed = [one for one in VERSIONED if privacy.clean_metadata(one) != one]

    assert len(VERSIONED) > 1_500
    assert len(changed) <= len(VERSIONED) / 1000, changed[:5]
