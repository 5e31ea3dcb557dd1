"""GET /pixel.gif for mails and pages without scripts, and the scripts that the API serves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.allowlist import Entry, encoded
from chalicelib.tracking import scripts
from tests.conftest import BUCKET, Answered, Tracker, stored

MAIL = {"bucket": [BUCKET], "eventType": ["mail_open"]}


def look(tracker: Tracker, query: dict[str, list[str]], **headers: str) -> Answered:
    return tracker.call(method="GET", path="/pixel.gif", query=query, headers=headers)


def test_a_pixel_stores_an_event_and_shows_nothing(local: Tracker, folder: Path) -> None:
    answer = look(local, {**MAIL, "page": ["/mail/42"], "fromWebsite": ["spring"]})
    (path,) = stored(folder)
    record = json.loads(path.read_text())
    assert (answer.status, answer.json, answer.headers["cache-control"]) == (204, None, "no-store")
    assert (record["eventType"], record["page"], record["fromWebsite"]) == ("mail_open", "/mail/42", "spring")


def test_the_page_of_a_pixel_is_its_referer(local: Tracker, folder: Path) -> None:
    look(local, MAIL, Referer="https://shop.example/cart?token=x")
    assert json.loads(stored(folder)[0].read_text())["page"] == "https://shop.example/cart"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"bucket": [BUCKET]}, "eventType"),
        ({"eventType": ["x"]}, "bucket"),
        ({**MAIL, "metadata": ["{}"]}, "metadata"),
        ({**MAIL, "timestamp": ["2025-01-01T00:00:00Z"]}, "timestamp"),
        ({**MAIL, "eventType": ["a", "b"]}, "eventType"),
        ({**MAIL, "eventId": ["short"]}, "eventId"),
    ],
)
def test_a_wrong_pixel_is_refused_and_stores_nothing(
    local: Tracker, folder: Path, query: dict[str, list[str]], field: str
) -> None:
    answer = look(local, query)
    assert (answer.status, answer.json["field"]) == (400, field)
    assert stored(folder) == []


@pytest.mark.parametrize(
    ("referer", "status"),
    [("https://shop.example/mail", 204), ("https://SHOP.example/", 204), ("https://evil.example/", 403), ("shop", 403)],
)
def test_the_origin_of_a_pixel_is_its_referers(tracker: Any, folder: Path, referer: str, status: int) -> None:
    shop = tracker(STORE=f"dir:{folder}", CORS_ORIGINS="https://shop.example")
    assert look(shop, MAIL, Referer=referer).status == status


@pytest.mark.parametrize(
    ("headers", "listed", "mailed"),
    [
        ({}, 403, 204),
        ({"Referer": "https://shop.example/x"}, 204, 204),
        ({"Referer": "https://evil.example/x"}, 403, 403),
        ({"Origin": "https://shop.example"}, 204, 204),
        ({"Origin": "https://evil.example"}, 403, 403),
        ({"Origin": "https://shop.example", "Referer": "https://evil.example/x"}, 403, 403),
        ({"Origin": "https://evil.example", "Referer": "https://shop.example/x"}, 403, 403),
        ({"Origin": "null", "Referer": "https://shop.example/x"}, 403, 403),
    ],
)
def test_where_origins_are_listed_an_image_needs_one_or_the_entrys_word(
    tracker: Any, folder: Path, tmp_path: Path, headers: dict[str, str], listed: int, mailed: int
) -> None:
    def answered(*, pixels: bool) -> int:
        file = tmp_path / f"{pixels}.json"
        file.write_bytes(encoded([Entry(BUCKET, origins=frozenset({"https://shop.example"}), pixels=pixels)]))
        return look(tracker(STORE=f"dir:{folder}", ALLOWED_BUCKETS=f"@{file}"), MAIL, **headers).status

    assert (answered(pixels=False), answered(pixels=True)) == (listed, mailed)


def test_a_pixel_passes_the_same_allowlist(local: Tracker) -> None:
    assert look(local, {**MAIL, "bucket": ["other"]}).status == 403


@pytest.mark.parametrize("name", ["tracker.js", "actions.js", "vitals.js"])
def test_a_script_is_served_with_a_tag_and_kept_for_a_day(local: Tracker, name: str) -> None:
    answer = local.app.app(request(name), None)
    again = local.app.app(request(name, {"If-None-Match": answer["headers"]["ETag"]}), None)
    assert answer["body"].encode() == (scripts.FOLDER / name).read_bytes()
    assert answer["headers"]["Content-Type"].startswith("text/javascript")
    assert answer["headers"]["Cache-Control"] == "public, max-age=86400"
    assert (again["statusCode"], again["body"]) == (304, "")


def request(name: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
    from tests.conftest import gateway_event

    return gateway_event(method="GET", path=f"/{name}", headers=headers)
