"""The public link: the stored releases of the entries that say so open without a sign-in, and nothing else does."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

import msgspec
import pytest

from chalicelib.lake.objects import FolderObjects
from chalicelib.prefixes import OWN_FOLDER
from sluice.analysis import cache as desk
from sluice.dashboard.door import public
from sluice.mirror.tenant import Place
from tests import doors
from tests.dashboards import BUCKET, OTHER, STAGE, home, store
from tests.doors import Door
from tests.lake_events import ANN, EVENTS, PAGE, event
from tests.sluice.publishing.test_page import HOSTILE, release

__all__ = ["home"]  # a fixture
ENTRY = f'\n[[stages.local.allow]]\nbucket = "{BUCKET}"\n'
LINK = f'{ENTRY}publish = {{ dashboard = "link" }}\n'
ONLY = f'{ENTRY}publish = "only"\n'
PRIVATE = f'{ENTRY}publish = {{ pages = ["/"] }}\n'
WEEK = f"published/{BUCKET}/2026-W10/"
ABSENT = (
    *(OTHER, "nowhere-analytics", "", ".", "..", "*-analytics", f"{BUCKET}/", f"{BUCKET}/2026-W10", f"./{BUCKET}"),
    *(f"..%2Fpublished%2F{BUCKET}", f"%2e%2e/{BUCKET}", f"{BUCKET}%00", f"{BUCKET}%0a", BUCKET.upper(), "%ff"),
    *(f"{BUCKET}%3F", f"{BUCKET}%2F0001.json", f"{BUCKET};x", f"{OTHER}?bucket={BUCKET}", f"/{BUCKET}", f"{BUCKET}%20"),
    *("_stcore/stream", "_stcore/health", "sql", "../_stcore/host-config", f"{OTHER}%23{BUCKET}"),
)


def own(folder: Path) -> FolderObjects:
    """What the stage keeps for itself."""
    return FolderObjects(folder / "data" / OWN_FOLDER)


def publish(folder: Path, week: str = "2026-W10", first: int = 2, bucket: str = BUCKET) -> None:
    """A release as `sluice publish` stores it."""
    body = msgspec.json.encode(msgspec.structs.replace(release(week, first), bucket=bucket))
    assert own(folder).create(f"published/{bucket}/{week}/0001.json", body, {})


@pytest.fixture
def shop(home: Path) -> Path:
    """Two tenants with events and a published week; the first has a link."""
    store(home, EVENTS)
    store(home, [event(1, "09 10:00:00", PAGE, "/secret", ANN)], OTHER)
    publish(home)
    publish(home, bucket=OTHER)
    (home / "sluice.toml").write_text(STAGE + LINK)
    return home


@pytest.fixture
def door(shop: Path, listed: Path) -> Iterator[Door]:
    """The door of that project, before anybody has signed in."""
    with doors.served(shop) as found:
        yield found


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let what was held be over."""
    return lambda: monkeypatch.setattr(desk, "desk", cache(desk.Desk))


def test_the_page_of_the_stored_release_opens_without_a_sign_in(door: Door) -> None:
    answer = door.ask(f"/public/{BUCKET}")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert f"<h1>{BUCKET}, 2026-03-02 to 2026-03-08</h1>" in answer.text
    assert "<td>Direct</td><td>40 ± 15</td>" in answer.text and HOSTILE not in answer.text
    assert (answer.headers["set-cookie"], answer.headers["cache-control"]) == ("", "no-store")
    assert "default-src 'none'" in answer.text and "<script" not in answer.text
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert (door.ask("/").status, door.behind.reached) == (401, [])


def test_the_newest_week_is_shown_with_the_days_of_those_before(door: Door, shop: Path) -> None:
    publish(shop, "2026-W11", 9)
    text = door.ask(f"/public/{BUCKET}").text
    assert "2026-03-09 to 2026-03-15" in text and "<td>2026-03-02</td>" in text


def test_it_reads_the_releases_of_that_bucket_and_nothing_of_the_lake(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    monkeypatch.setattr(FolderObjects, "read", noted(FolderObjects.read, read))
    monkeypatch.setattr(FolderObjects, "keys", noted(FolderObjects.keys, read))
    for name in ("snapshot", "days", "objects", "access", "rejected", "unreadable"):
        monkeypatch.setattr(Place, name, never)
    assert door.ask(f"/public/{BUCKET}").status == 200
    assert read == [WEEK, f"{WEEK}0001.json"]


def noted(method: Any, read: list[str]) -> Any:
    def noting(self: FolderObjects, key: str, *given: Any) -> Any:
        read.append(key)
        return method(self, key, *given)

    return noting


def never(*_: object) -> NoReturn:
    raise AssertionError("the lake was opened")


def test_without_a_release_the_page_says_so(door: Door, shop: Path) -> None:
    own(shop).delete(f"{WEEK}0001.json")
    answer = door.ask(f"/public/{BUCKET}")
    assert (answer.status, "No week is published yet." in answer.text) == (200, True)


@pytest.mark.parametrize("path", ABSENT)
def test_whatever_has_no_link_gets_one_and_the_same_answer(door: Door, path: str) -> None:
    found, known = door.ask(f"/public/{path}"), door.ask("/public/never-listed")
    for one in (found, known):
        one.headers.pop("date")
    assert (found, found.status) == (known, 404)
    assert public.ABSENT in found.text
    assert door.behind.reached == []


def test_a_query_string_asks_for_nothing_more(door: Door) -> None:
    given = f"bucket={OTHER}&week=2026-W09&sql=SELECT+1&next=//evil.example"
    assert door.ask(f"/public/{BUCKET}?{given}").text == door.ask(f"/public/{BUCKET}").text


def test_a_path_in_the_host_header_opens_nothing(door: Door) -> None:
    answer = door.ask("/_stcore/health", Host=f"localhost/public/{BUCKET}?")
    assert (answer.status, BUCKET in answer.text, door.behind.reached) == (401, False, [])


def test_by_a_foreign_name_or_from_a_foreign_page_nothing_opens(door: Door) -> None:
    assert door.ask(f"/public/{BUCKET}", Host="evil.example").status == 403
    assert door.ask(f"/public/{BUCKET}", Origin="https://evil.example").status == 403


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_it_is_only_read_and_answers_alike_for_every_bucket(door: Door, method: str) -> None:
    assert [door.ask(f"/public/{one}", method=method).status for one in (BUCKET, OTHER, "x")] == [405] * 3


@pytest.mark.parametrize("path", [f"/public/{BUCKET}", "/public/_stcore/stream", "/public/../_stcore/stream"])
def test_no_websocket_opens_below_it(door: Door, path: str) -> None:
    wish = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    assert door.ask(path, **wish, **{"Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA=="}).status == 403
    assert door.behind.reached == []


def test_it_is_alike_with_a_cookie_of_somebody_and_gives_none(door: Door) -> None:
    for cookie in (door.sign_in("ann").cookie, "sluice-session=WyJhbm4iXQ.x.y"):
        shown, other = (door.ask(f"/public/{one}", Cookie=cookie) for one in (BUCKET, OTHER))
        assert (shown.status, shown.headers["set-cookie"], other.status) == (200, "", 404)


@pytest.mark.parametrize("entry", ["", PRIVATE])
def test_an_entry_that_does_not_ask_for_it_has_no_link(
    door: Door, shop: Path, entry: str, later: Callable[[], None]
) -> None:
    assert door.ask(f"/public/{BUCKET}").status == 200
    (shop / "sluice.toml").write_text(STAGE + entry)
    later()
    assert door.ask(f"/public/{BUCKET}").status == 404


def test_an_entry_that_shows_only_published_numbers_has_the_link_too(door: Door, shop: Path) -> None:
    (shop / "sluice.toml").write_text(STAGE + ONLY)
    assert door.ask(f"/public/{BUCKET}").status == 200


def test_it_opens_although_the_file_of_users_is_broken(door: Door, listed: Path) -> None:
    listed.write_text("[users")
    assert (door.ask(f"/public/{BUCKET}").status, door.ask("/").status) == (200, 503)


def test_a_broken_file_of_the_project_gives_one_answer_for_every_bucket(door: Door, shop: Path) -> None:
    (shop / "sluice.toml").write_text("[stages.local")
    answers = [door.ask(f"/public/{one}") for one in (BUCKET, OTHER)]
    assert [one.status for one in answers] == [503, 503]
    assert answers[0].text == answers[1].text and "sluice.toml" not in answers[0].text


def test_a_broken_release_is_in_the_log_and_not_on_the_page(
    door: Door, shop: Path, caplog: pytest.LogCaptureFixture
) -> None:
    next((shop / "data" / OWN_FOLDER / WEEK).glob("0001.json")).write_text("{}")
    with caplog.at_level(logging.ERROR):
        answer = door.ask(f"/public/{BUCKET}")
    assert (answer.status, public.BROKEN in answer.text, WEEK in answer.text) == (503, True, False)
    assert f"{WEEK}0001.json is not a release" in caplog.text
