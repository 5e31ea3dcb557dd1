"""Sign-in by a proxy's header: from that proxy alone, and once."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from sluice.analysis import viewers
from sluice.dashboard.door import settings
from sluice.dashboard.door.settings import DoorError
from tests import doors
from tests.doors import Door

SECRET = "a secret of the proxy and the dashboard"
ANN = {"X_Email": "Ann@Example.com", "X_Sluice_Proxy_Secret": SECRET}


@pytest.fixture
def listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file in which ann has no password: the proxy knows her."""
    path = tmp_path / "users.toml"
    path.write_text('[users."ann@example.com"]\nbuckets = ["*"]\n')
    monkeypatch.setenv(viewers.VARIABLE, str(path))
    return path


def behind(tmp_path: Path, listed: Path, **variables: str) -> doors.served:
    given = {settings.USERS: str(listed), settings.PROXY_HEADER: "X-Email", **variables}
    return doors.served(tmp_path, **given)


@pytest.fixture
def door(tmp_path: Path, listed: Path) -> Iterator[Door]:
    """A door behind a proxy with a secret."""
    with behind(tmp_path, listed, SLUICE_DASHBOARD_PROXY_SECRET=SECRET) as found:
        yield found


def test_the_proxys_header_lets_in_by_the_name_in_the_file(door: Door) -> None:
    assert door.ask("/", **ANN).text == "behind"
    with door.socket(**ANN) as socket:
        socket.send(b"x")
        assert socket.recv() == "ann@example.com"


FORGED = {
    "without the secret": {"X_Email": "ann@example.com"},
    "with another secret": {"X_Email": "ann@example.com", "X_Sluice_Proxy_Secret": "x" * 40},
    "with a name that is not listed": {"X_Email": "eve@example.com", "X_Sluice_Proxy_Secret": SECRET},
    "without a name": {"X_Sluice_Proxy_Secret": SECRET},
    "with two names": {"X_Email": "eve@example.com, ann@example.com", "X_Sluice_Proxy_Secret": SECRET},
}


@pytest.mark.parametrize("how", FORGED)
def test_a_header_is_refused(door: Door, how: str) -> None:
    assert door.ask("/", **FORGED[how]).status == 403
    assert door.upgraded(**FORGED[how]) == 403
    assert door.behind.reached == []


def test_of_two_headers_none_counts(door: Door) -> None:
    from http.client import HTTPConnection

    connection = HTTPConnection("127.0.0.1", door.port)
    connection.putrequest("GET", "/")
    for name, value in (
        ("X-Email", "ann@example.com"),
        ("X-Email", "ann@example.com"),
        ("X-Sluice-Proxy-Secret", SECRET),
    ):
        connection.putheader(name, value)
    connection.endheaders()
    assert connection.getresponse().status == 403
    connection.close()


def test_a_proxy_is_known_by_its_address(tmp_path: Path, listed: Path) -> None:
    with behind(tmp_path, listed, SLUICE_DASHBOARD_PROXIES="127.0.0.2/32") as door:
        assert door.ask("/", source="127.0.0.2", X_Email="ann@example.com").status == 200
        forged = door.ask("/", source="127.0.0.3", X_Email="ann@example.com", X_Forwarded_For="127.0.0.2")
        assert forged.status == 403


def test_who_is_removed_loses_the_open_page(door: Door, listed: Path) -> None:
    with door.socket(**ANN) as socket:
        socket.send(b"x")
        assert socket.recv() == "ann@example.com"
        listed.write_text('[users."ben@example.com"]\nbuckets = ["*"]\n')
        socket.send(b"x")
        with pytest.raises(ConnectionClosed):
            socket.recv()


def test_a_forged_header_and_an_unknown_person_are_logged(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    door.ask("/", **FORGED["without the secret"])
    door.ask("/", **FORGED["with a name that is not listed"])
    lines = [json.loads(line) for line in re.findall(r"\{.*\}", caplog.text)]
    assert [(line["way"], line["why"], line["name"]) for line in lines] == [
        ("proxy", "forged", None),
        ("proxy", "unknown", "eve@example.com"),
    ]
    assert SECRET not in caplog.text


def test_there_is_no_form_behind_a_proxy(door: Door) -> None:
    assert door.ask("/sign-in").status == 403


WITHOUT = {
    settings.PROXIES: {settings.USERS: "users.toml", settings.PROXY_HEADER: "X-Email"},
    settings.USERS: {settings.PROXY_HEADER: "X-Email", settings.PROXY_SECRET: SECRET},
    settings.ISSUER: {
        settings.USERS: "users.toml",
        settings.PROXY_HEADER: "X-Email",
        settings.PROXY_SECRET: SECRET,
        settings.ISSUER: "https://accounts.google.com",
    },
}


@pytest.mark.parametrize("missing", WITHOUT)
def test_a_header_that_anyone_could_send_is_refused_at_the_start(missing: str) -> None:
    with pytest.raises(DoorError, match=missing):
        settings.load(WITHOUT[missing])
