"""The variables of the door: what is refused at the start, and what the page says about them."""

from __future__ import annotations

import re

import pytest

from docs.build import settings as documented
from sluice.dashboard.door import settings
from sluice.dashboard.door.settings import DoorError
from sluice.dashboard.server import start

BAD = {
    settings.ORIGINS: "sluice.example.com",
    settings.FRAMED_BY: "*",
    settings.PROXIES: "proxy.example",
    settings.SECRET: "too short",
}


@pytest.mark.parametrize("variable", BAD)
def test_a_variable_that_cannot_be_used_is_named_at_the_start(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, BAD[variable])
    with pytest.raises(DoorError, match=variable):
        start.check("127.0.0.1")


@pytest.mark.parametrize("origin", ["https://a.example/path", "https://", "https://[", "null", "https://*"])
def test_an_origin_is_a_scheme_and_a_name(origin: str) -> None:
    with pytest.raises(DoorError):
        settings.load({settings.ORIGINS: origin})


def test_a_secret_is_in_no_message() -> None:
    secret = "0123456789" * 4
    assert secret not in repr(settings.load({settings.SECRET: secret}))


def test_the_page_has_every_variable() -> None:
    page = documented.DASHBOARD.read_text()
    assert documented.dashboard(page) == page


def documented_variables(section: str) -> dict[str, str]:
    page = documented.DASHBOARD.read_text().split(f"## {section}")[1].split("\n## ")[0]
    return dict(re.findall(r"^ *export (\w+)=(.+)$", page, re.M))


def test_the_documented_way_by_a_provider_is_one() -> None:
    given = settings.load(documented_variables("OpenID Connect"))
    assert given.client == settings.Client(
        "https://accounts.google.com", "1234567890-abc.apps.googleusercontent.com", "…"
    )
    assert given.origins == ("https://sluice.example.com",)


def test_the_documented_way_by_a_proxy_is_one() -> None:
    given = settings.load(documented_variables("A proxy that knows who asks"))
    assert given.proxy_header == "x-forwarded-email"
    assert given.proxies.has("10.0.1.7")
    assert given.client is None
