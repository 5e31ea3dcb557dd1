"""Every shape of a secret is cut out of the text that was sent, and nothing else of it changes."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chalicelib import privacy
from chalicelib.redaction import EVERYWHERE, REDACTED, redact, redact_all

SECRETS = (
    "jane.doe@example.com",
    "4111 1111 1111 1111",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
    "203.0.113.7",
    "2001:db8::7",
)
PIECES = st.lists(
    st.sampled_from(
        [
            *SECRETS,
            *(
                "@",
                "a",
                "x.com",
                "1.2.3.4",
                "::",
                "1",
                "411",
                "1111",
                "4111111111111111",
                ":redacted",
                "eyJhbGciOiJ",
                '"',
                "v",
                "/",
            ),
            *(
                "%",
                "%40",
                "%2540",
                "%25",
                "%00",
                "%0A",
                "%2F",
                "%2E",
                "%C3%BC",
                "%ff",
                "&#64;",
                "&commat;",
                "&",
                "\\",
                "\\\\",
                "\\u0040",
            ),
            *(
                "\\n",
                " ",
                ".",
                "-",
                "_",
                "+",
                "\x00",
                "\n",
                "\xad",
                "\u200b",
                "\u202e",
                "＠",
                "．",
                "٤",
                "é",
                "\xa0",
                "version=",
                "=",
            ),
        ]
    ),
    max_size=12,
).map("".join)


@settings(deadline=None, max_examples=500)
@given(PIECES | st.text(max_size=40))
@example("a@b.c@d.e")
@example("12:a@b.c::1")
@example("x%0A::\x00a")
@example("1%0A::\x001.2.3.4")
@example("a%4\x000b.com")
@example("4111111111111111@x.com")
def test_redacting_twice_is_redacting_once(text: str) -> None:
    once = redact(text, EVERYWHERE)
    assert redact(once, EVERYWHERE) == once


@settings(deadline=None, max_examples=300)
@given(st.lists(PIECES, max_size=5))
def test_texts_are_redacted_as_they_are_alone(texts: list[str]) -> None:
    assert redact_all(texts, EVERYWHERE) == [redact(text, EVERYWHERE) for text in texts]


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(SECRETS), st.text("ab%25\\/&;é\u200b ", max_size=20), st.text("ab%25\\/&;é\u200b ", max_size=20))
def test_what_is_around_a_secret_stays_as_it_was_sent(secret: str, before: str, after: str) -> None:
    assert redact(f"{before} , {secret} , {after}", EVERYWHERE) == f"{before} , {REDACTED} , {after}"


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("layers", range(6))
def test_a_secret_is_found_under_five_layers_of_escapes_and_cut_out_alone(secret: str, layers: int) -> None:
    sent = secret
    for _ in range(layers):
        sent = quote(sent, safe="")
    assert redact(f"/caf%C3%A9?a=%2F&b={sent}&c=%2525", EVERYWHERE) == f"/caf%C3%A9?a=%2F&b={REDACTED}&c=%2525"


def test_decoding_one_part_never_undoes_another() -> None:
    assert redact("john.doe%2F@example.com x%40y.com") == f"{REDACTED} {REDACTED}"


def test_a_card_that_touches_an_address_leaves_no_digit() -> None:
    assert redact("4111 1111 1111 1111@x.com") == REDACTED


def test_metadata_keeps_its_shape_and_the_texts_that_are_clean() -> None:
    sent = {
        "a": ["%41", {"b": "x@y.com"}, 4111111111111111, 1.5],
        "ip": "203.0.113.7",
        "appVersion": {"is": "1.2.3.4"},
        "n": None,
    }
    assert privacy.clean_metadata(sent) == {
        "a": ["%41", {"b": REDACTED}, REDACTED, 1.5],
        "ip": REDACTED,
        "appVersion": {"is": "1.2.3.4"},
        "n": None,
    }
