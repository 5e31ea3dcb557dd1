"""The doctor's look at the dashboard's sign-in provider: a real one, and ones that are wrong."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sluice.doctor import provider
from sluice.doctor.findings import Finding
from sluice.provider import ISSUER
from tests import providers


@pytest.fixture
def issuer(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A provider's name, in the environment."""
    with providers.run_server_in_thread() as server:
        address = f"http://localhost:{server.server_port}"
        monkeypatch.setenv(ISSUER, address)
        yield address


def found() -> Finding:
    (finding,) = provider.examine()
    return finding


def test_a_provider_that_answers_is_fine(issuer: str) -> None:
    assert (found().verdict, found().found) == ("ok", f"{issuer}, 1 keys")


def test_without_a_provider_there_is_nothing_to_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ISSUER, raising=False)
    assert list(provider.examine()) == []


def test_an_issuer_that_calls_itself_otherwise_is_a_fault(issuer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ISSUER, f"{issuer}/")
    assert found().verdict == "fault"
    assert f"calls itself '{issuer}'" in found().found


def test_an_address_that_is_not_a_provider_is_a_fault(issuer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ISSUER, f"{issuer}/elsewhere")
    assert (found().verdict, found().found.endswith("answers 404")) == ("fault", True)


def test_a_provider_without_keys_is_a_fault(issuer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(providers.inner.jose.KeySet, "as_dict", lambda _: {"keys": []})
    assert (found().verdict, "no key that signs" in found().found) == ("fault", True)


def test_a_provider_that_does_not_answer_is_not_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ISSUER, "http://localhost:9")
    assert found().verdict == "not checked"
