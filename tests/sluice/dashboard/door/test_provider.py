"""Sign-in by OpenID Connect, with a real provider on this machine: what it says, and what a forger would."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import pytest
from joserfc.jwk import RSAKey
from websockets.exceptions import ConnectionClosed

from sluice.analysis import viewers
from sluice.dashboard.door import forms, settings
from sluice.dashboard.door.settings import DoorError
from tests import doors, providers
from tests.doors import Answer, Door

ANN = "ann@example.com"
LISTED = f'[users."{ANN}"]\nbuckets = ["shop-analytics"]\n'


@pytest.fixture
def listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file in which ann has an e-mail address and no password."""
    path = tmp_path / "users.toml"
    path.write_text(LISTED)
    monkeypatch.setenv(viewers.VARIABLE, str(path))
    return path


@contextmanager
def provided(tmp_path: Path, listed: Path, **how: object) -> Iterator[Door]:
    """The door with such a provider."""
    with providers.run_server_in_thread(**how) as server:
        given = {settings.USERS: str(listed), settings.ISSUER: f"http://localhost:{server.server_port}"}
        more = {settings.CLIENT: "sluice", settings.CLIENT_SECRET: "secret"}
        with doors.served(tmp_path, **given, **more) as door:
            yield door


@pytest.fixture
def door(tmp_path: Path, listed: Path) -> Iterator[Door]:
    """The door with a provider that behaves."""
    with provided(tmp_path, listed) as found:
        yield found


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def at_the_provider(address: str, person: str) -> str:
    """Sign in there as this person; where the provider then sends the browser."""
    from urllib.error import HTTPError

    with pytest.raises(HTTPError) as sent:
        build_opener(_Stay).open(Request(address, urlencode({"sub": person}).encode()))
    location: str = sent.value.headers["Location"]
    sent.value.close()
    return location


def back(door: Door, person: str = ANN, **headers: str) -> Answer:
    """The door's answer to a browser that comes back from the provider as this person."""
    start = door.ask("/sign-in/start?next=/live")
    parts = urlsplit(at_the_provider(start.headers["location"], person))
    return door.ask(f"{parts.path}?{parts.query}", **{"Cookie": start.cookie, **headers})


def test_the_page_leads_to_the_provider_and_nothing_else_answers(door: Door) -> None:
    assert '<a class="way" href="/sign-in/start?next=%2F">' in door.ask("/sign-in").text
    assert door.ask("/").status == 401
    assert door.upgraded() == 403
    assert door.behind.reached == []


def test_the_provider_is_asked_for_a_code_with_pkce_nonce_and_state(door: Door) -> None:
    asked = parse_qs(urlsplit(door.ask("/sign-in/start").headers["location"]).query)
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert {"code_challenge", "nonce", "state"} <= asked.keys()
    assert asked["redirect_uri"] == [f"http://127.0.0.1:{door.port}/sign-in/callback"]


def test_who_is_listed_comes_back_signed_in_to_the_page_they_asked_for(door: Door) -> None:
    answer = back(door)
    assert (answer.status, answer.headers["location"]) == (303, "/live")
    with door.socket(Cookie=session(answer)) as socket:
        socket.send(b"x")
        assert socket.recv() == ANN


def session(answer: Answer) -> str:
    """The cookie of the session, among those that an answer sets."""
    found = re.search(r"sluice-session=[^;]+", answer.headers["set-cookie"])
    assert found
    return found[0]


def test_capital_letters_of_an_address_make_no_difference(door: Door) -> None:
    assert back(door, "Ann@Example.COM").status == 303


def test_who_is_removed_loses_access_at_the_next_message(door: Door, listed: Path) -> None:
    cookie = session(back(door))
    with door.socket(Cookie=cookie) as socket:
        listed.write_text(LISTED.replace("ann", "ben"))
        socket.send(b"x")
        with pytest.raises(ConnectionClosed):
            socket.recv()
    assert door.ask("/", Cookie=cookie).status == 401


def test_who_signs_out_is_out(door: Door) -> None:
    cookie = session(back(door))
    assert door.ask("/", Cookie=cookie).status == 200
    assert door.ask(forms.SIGN_OUT, {}, Cookie=cookie).status == 303
    assert door.ask("/", Cookie=cookie).status == 401


def logged(text: str) -> list[tuple[object, object]]:
    lines = [json.loads(line) for line in re.findall(r"\{.*\}", text) if "sign_in_failed" in line]
    return [(line["why"], line["name"]) for line in lines]


def refused(answer: Answer, door: Door) -> bool:
    """Whether nobody was signed in."""
    return answer.status == 403 and "sluice-session=" not in answer.headers["set-cookie"] and not door.behind.reached


def test_who_is_not_listed_is_refused_by_name(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    answer = back(door, "eve@example.com")
    assert refused(answer, door)
    assert "eve@example.com" in answer.text
    assert logged(caplog.text) == [("unknown", "eve@example.com")]


def test_an_address_that_the_provider_has_not_verified_is_refused(
    tmp_path: Path, listed: Path, caplog: pytest.LogCaptureFixture
) -> None:
    eve = providers.User(sub="eve", claims={"email": ANN, "email_verified": False})
    with provided(tmp_path, listed, user_claims=[eve]) as door:
        assert refused(back(door, "eve"), door)
    assert logged(caplog.text) == [("unverified", ANN)]


def test_an_expired_token_is_refused(tmp_path: Path, listed: Path, caplog: pytest.LogCaptureFixture) -> None:
    with provided(tmp_path, listed, access_token_max_age=timedelta(hours=-1)) as door:
        assert refused(back(door), door)
    assert logged(caplog.text) == [("ExpiredTokenError", None)]


def other_audience(of: providers.inner.OpenIDCode, *given: object) -> dict[str, object]:
    return {**CONFIG(of, *given), "aud": ["somebody-else"], "azp": "sluice"}


def other_key(of: providers.inner.OpenIDCode, *given: object) -> dict[str, object]:
    return {**CONFIG(of, *given), "key": RSAKey.generate_key(2048, private=True).as_dict(private=True)}


def other_issuer(of: providers.inner.OpenIDCode, *given: object) -> dict[str, object]:
    return {**CONFIG(of, *given), "iss": "https://evil.example"}


CONFIG = providers.inner.OpenIDCode.get_jwt_config
FORGED = {
    "of another audience": (providers.inner.OpenIDCode, "get_jwt_config", other_audience, "InvalidClaimError"),
    "by another key": (providers.inner.OpenIDCode, "get_jwt_config", other_key, "BadSignatureError"),
    "by another issuer": (providers.inner.OpenIDCode, "get_jwt_config", other_issuer, "InvalidClaimError"),
    "of another sign-in": (providers.inner.AuthorizationCode, "get_nonce", lambda _: "another", "InvalidClaimError"),
}


@pytest.mark.parametrize("token", FORGED)
def test_a_token_is_refused(
    door: Door, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, token: str
) -> None:
    where, method, made, why = FORGED[token]
    monkeypatch.setattr(where, method, made)
    assert refused(back(door), door)
    assert logged(caplog.text) == [(why, None)]


def test_a_code_of_another_browsers_sign_in_is_refused(door: Door, caplog: pytest.LogCaptureFixture) -> None:
    assert refused(back(door, Cookie=door.ask("/sign-in/start").cookie), door)
    assert refused(back(door, Cookie=""), door)
    assert logged(caplog.text) == [("MismatchingStateError", None)] * 2


def test_who_says_no_at_the_provider_is_back_at_the_page(door: Door) -> None:
    start = door.ask("/sign-in/start")
    assert refused(door.ask("/sign-in/callback?error=access_denied", Cookie=start.cookie), door)


def test_a_provider_that_calls_itself_otherwise_is_refused(tmp_path: Path, listed: Path) -> None:
    with providers.run_server_in_thread() as server:
        given = {
            settings.USERS: str(listed),
            settings.ISSUER: f"http://127.0.0.1:{server.server_port}/",
            settings.CLIENT: "sluice",
            settings.CLIENT_SECRET: "secret",
        }
        with doors.served(tmp_path, **given) as other:
            assert other.ask("/sign-in/start").status == 403


def test_a_provider_that_does_not_answer_is_refused_and_logged(
    tmp_path: Path, listed: Path, caplog: pytest.LogCaptureFixture
) -> None:
    given = {
        settings.USERS: str(listed),
        settings.ISSUER: "http://localhost:9",
        settings.CLIENT: "sluice",
        settings.CLIENT_SECRET: "x",
    }
    with doors.served(tmp_path, **given) as door:
        assert door.ask("/sign-in/start").status == 403
    assert logged(caplog.text) == [("ConnectError", None)]


BAD = {
    settings.ISSUER: {settings.ISSUER: "http://accounts.example", settings.CLIENT: "sluice"},
    settings.CLIENT: {settings.ISSUER: "https://accounts.google.com", settings.CLIENT_SECRET: "secret"},
    settings.CLIENT_SECRET: {settings.ISSUER: "https://accounts.google.com", settings.CLIENT: "sluice"},
}


@pytest.mark.parametrize("variable", BAD)
def test_a_provider_that_cannot_be_used_is_refused_at_the_start(variable: str) -> None:
    with pytest.raises(DoorError, match=variable):
        settings.load({settings.USERS: "users.toml", **BAD[variable]})
