"""What the door lets through: nothing before the sign-in, and afterwards only to whom still has access."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from itsdangerous import TimestampSigner
from websockets.exceptions import ConnectionClosed, InvalidStatus

from sluice.analysis import viewers
from sluice.dashboard.door import cookies, forms, gate, passes, sessions
from sluice.dashboard.door.cookies import Cookie
from tests import doors
from tests.doors import PASSWORD, Door

OF_STREAMLIT = ("/", "/live", "/_stcore/health", "/_stcore/host-config", "/static/js/index.js", "/media/a.csv")


@pytest.fixture
def ann(door: Door) -> str:
    """Ann's cookie."""
    return door.sign_in("ann").cookie


@pytest.mark.parametrize("path", OF_STREAMLIT)
def test_before_the_sign_in_nothing_of_streamlit_answers(door: Door, path: str) -> None:
    assert door.ask(path).status == 401
    assert door.behind.reached == []


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
def test_nobody_uploads_anything(door: Door, ann: str, method: str) -> None:
    path = "/_stcore/upload_file/session/file"
    assert door.ask(path, {"file": "x" * 100_000}, method=method).status == 401
    assert door.ask(path, {"file": "x"}, method=method, Cookie=ann).status == 405
    assert door.behind.reached == []


def test_before_the_sign_in_no_websocket_opens(door: Door) -> None:
    with pytest.raises(InvalidStatus, match="403"):
        door.socket()
    assert door.behind.reached == []


def test_a_browser_is_sent_to_sign_in_and_back_to_the_page_that_it_asked_for(door: Door) -> None:
    sent = door.ask("/live?bucket=a&from=b", Accept="text/html").headers["location"]
    assert sent.startswith("/sign-in?next=")
    back = door.ask(sent, {"name": "ann", "password": PASSWORD})
    assert (back.status, back.headers["location"]) == (303, "/live?bucket=a&from=b")


@pytest.mark.parametrize(
    "next_", ["//evil.example", "https://evil.example", "/\\evil.example", "/sign-out", "", "/\r\nX: y"]
)
def test_the_sign_in_sends_to_no_other_site(door: Door, next_: str) -> None:
    assert forms.target(next_) == "/"


def test_the_cookie_opens_pages_and_the_websocket_by_the_persons_name(door: Door, ann: str) -> None:
    assert door.ask("/", Cookie=ann).text == "behind"
    with door.socket(Cookie=ann) as socket:
        socket.send(b"x")
        assert socket.recv() == "ann"


def test_a_client_cannot_say_who_it_is(door: Door, ann: str) -> None:
    with door.socket(Cookie=ann, X_Sluice_User=passes.written("ben").decode()) as socket:
        socket.send(b"x")
        assert socket.recv() == "ann"


def test_the_cookie_is_for_the_browser_alone_and_for_a_time(door: Door) -> None:
    session, known = door.sign_in("ann").headers["set-cookie"].split(", ")
    assert set(session.split("; ")[1:]) == {"HttpOnly", "Max-Age=43200", "Path=/", "SameSite=lax"}
    assert set(known.split("; ")[1:]) == {"HttpOnly", "Max-Age=15552000", "Path=/", "SameSite=lax"}


def test_for_another_machine_the_cookie_is_for_tls_alone(listed: Path, tmp_path: Path) -> None:
    with doors.served(tmp_path, SLUICE_DASHBOARD_ORIGINS="https://sluice.example") as door:
        answer = door.sign_in("ann", Host="sluice.example", Origin="https://sluice.example")
        assert answer.cookie.startswith("__Host-sluice-session=")
        assert all("Secure" in one for one in answer.headers["set-cookie"].split(", "))
        assert door.ask("/", Host="sluice.example", Cookie=answer.cookie).status == 200


def test_a_browser_without_tls_gets_an_explanation_and_sends_no_password_to_check(listed: Path, tmp_path: Path) -> None:
    with doors.served(tmp_path, "10.0.0.5") as door:
        answer = door.sign_in("ann", Host="10.0.0.5:8501", Origin="http://10.0.0.5:8501")
        assert answer.status == 400
        assert "https" in answer.text


def forged(cookie: str) -> list[str]:
    value = cookie.partition("=")[2]
    other = Cookie("session", "another secret", 60)._signer.dumps(["ann", "", "1"])
    head, _, tail = value.partition(".")
    return [value[:-2], f"{head}x.{tail}", other, "", "a.b.c", "ann"]


def test_a_forged_cookie_opens_nothing(door: Door, ann: str) -> None:
    for value in forged(ann):
        assert door.ask("/", Cookie=f"sluice-session={value}").status == 401
    assert door.behind.reached == []


def test_the_cookie_of_a_known_browser_opens_nothing(door: Door) -> None:
    known = door.sign_in("ann").headers["set-cookie"].split(", ")[1].partition(";")[0]
    assert known.startswith("sluice-known=")
    assert door.ask("/", Cookie=known).status == 401
    assert door.ask("/", Cookie=known.replace("known", "session", 1)).status == 401


def test_a_cookie_expires(door: Door, ann: str, monkeypatch: pytest.MonkeyPatch) -> None:
    now = TimestampSigner.get_timestamp
    with door.socket(Cookie=ann) as socket:
        monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda signer: now(signer) + sessions.SECONDS + 1)
        assert door.ask("/", Cookie=ann).status == 401
        socket.send(b"x")
        with pytest.raises(ConnectionClosed):
            socket.recv()


CHANGES = {
    "is removed": lambda: viewers.line("ben", PASSWORD, ("*",)),
    "has another password": lambda: viewers.line("ann", PASSWORD + "!", ("*",)),
    "is in a file that cannot be read": lambda: "[users",
}


@pytest.mark.parametrize("change", CHANGES)
def test_at_the_next_message_it_is_over_for_whom(door: Door, ann: str, listed: Path, change: str) -> None:
    with door.socket(Cookie=ann) as socket:
        socket.send(b"x")
        assert socket.recv() == "ann"
        listed.write_text(CHANGES[change]())
        socket.send(b"x")
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv()
        assert closed.value.rcvd.code == gate.POLICY_VIOLATION
    assert door.behind.messages == 1
    assert door.ask("/", Cookie=ann).status in (401, 503)


def test_who_signs_out_is_out_in_every_tab_also_with_a_copy_of_the_cookie(door: Door, ann: str) -> None:
    with door.socket(Cookie=ann) as socket:
        answer = door.ask("/sign-out", {}, Cookie=ann)
        assert (answer.status, answer.headers["location"]) == (303, "/sign-in")
        assert "Max-Age=0" in answer.headers["set-cookie"]
        socket.send(b"x")
        with pytest.raises(ConnectionClosed):
            socket.recv()
    assert door.ask("/", Cookie=ann).status == 401


def test_a_link_signs_nobody_out(door: Door, ann: str) -> None:
    door.ask("/sign-out", Cookie=ann)
    assert door.ask("/", Cookie=ann).status == 200


def test_another_server_with_the_same_folder_knows_the_cookie(door: Door, ann: str, tmp_path: Path) -> None:
    with doors.served(tmp_path) as again:
        assert again.ask("/", Cookie=ann).status == 200


def test_the_secret_is_its_owners_alone_to_read(door: Door, tmp_path: Path) -> None:
    assert stat.S_IMODE((tmp_path / cookies.KEY).stat().st_mode) == 0o600


FOREIGN = {
    "another name": {"Host": "evil.example"},
    "another page": {"Origin": "https://evil.example"},
    "another program of this machine": {"Origin": "http://127.0.0.1:1"},
    "a page without an origin": {"Origin": "null"},
    "a name that looks like ours": {"Host": "localhost.evil.example"},
}


@pytest.mark.parametrize("who", FOREIGN)
def test_who_asks_by_a_foreign_name_or_page_is_refused(door: Door, ann: str, who: str) -> None:
    assert door.ask("/", Cookie=ann, **FOREIGN[who]).status == 403
    assert door.sign_in("ann", **FOREIGN[who]).status == 403
    assert door.upgraded(Cookie=ann, **FOREIGN[who]) == 403
    assert door.behind.reached == []


@pytest.fixture
def open_door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    """The door where nobody is listed."""
    monkeypatch.delenv(viewers.VARIABLE, raising=False)
    with doors.served(tmp_path) as found:
        yield found


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "[::1]"])
def test_without_users_this_machines_own_names_open_it(open_door: Door, name: str) -> None:
    assert open_door.ask("/", Host=f"{name}:{open_door.port}").text == "behind"
    with open_door.socket() as socket:
        socket.send(b"x")
        assert socket.recv() == ""


@pytest.mark.parametrize("who", FOREIGN)
def test_without_users_a_foreign_name_or_page_is_refused_too(open_door: Door, who: str) -> None:
    assert open_door.ask("/", **FOREIGN[who]).status == 403
    assert open_door.upgraded(**FOREIGN[who]) == 403


def test_every_answer_has_the_headers_that_protect_it(door: Door, ann: str) -> None:
    for answer in (door.ask("/", Cookie=ann), door.ask("/sign-in"), door.ask("/"), door.ask("/", Host="evil.example")):
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"


def test_a_page_that_is_named_may_have_it_in_a_frame(listed: Path, tmp_path: Path) -> None:
    with doors.served(tmp_path, SLUICE_DASHBOARD_FRAMED_BY="https://intranet.example") as door:
        given = door.ask("/sign-in").headers
        assert given["content-security-policy"].endswith("frame-ancestors https://intranet.example")
        assert "x-frame-options" not in given


def test_a_load_balancer_may_ask_whether_it_is_up(door: Door) -> None:
    assert door.ask("/health", Host="10.1.2.3").text == "ok"


def logged(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in re.findall(r"\{.*\}", text)]


def test_a_failed_try_is_a_line_of_the_log_without_the_password(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    door.sign_in("ann", "Wrong-Password-1")
    door.sign_in("my password by mistake", "Wrong-Password-2")
    first, second = logged(caplog.text)
    assert (first["message"], first["name"], first["address"], first["failures"]) == (
        "sign_in_failed",
        "ann",
        "127.0.0.1",
        1,
    )
    assert second["name"] is None
    assert "password" not in caplog.text.lower().replace('"way":"password"', "")


def test_behind_a_proxy_that_is_known_the_log_has_the_clients_address(
    listed: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with doors.served(tmp_path, SLUICE_DASHBOARD_PROXIES="127.0.0.1,10.0.0.0/8") as door:
        door.sign_in("ann", "wrong", X_Forwarded_For="1.1.1.1, 203.0.113.9, 10.0.0.1")
        door.sign_in("ann", "wrong", "127.0.0.2", X_Forwarded_For="203.0.113.9")
    assert [line["address"] for line in logged(caplog.text)] == ["203.0.113.9", "127.0.0.2"]


def test_a_form_that_is_too_long_is_not_read(door: Door) -> None:
    assert door.sign_in("ann", "x" * 20_000).status == 401
