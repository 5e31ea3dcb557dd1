"""Tokens: the same in Python, in Node and in a collector, and in place of every value of a named field."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from chalicelib import redaction
from chalicelib.rejections import InvalidField
from sluice.cli.main import main
from sluice.collecting import tokens
from sluice.collecting.tokens import CollectError, Tokens
from tests.conftest import BUCKET, PROVE
from tests.docs.page import blocks
from tests.paths import ROOT

KEY = "example-key-of-a-test-" + "a" * 30
PAGE = (ROOT / "docs" / "collect.md").read_text()
NFC, NFD = "zo\u00e9@shop.example", "zoe\u0301@shop.example"
VALUES = [
    *("u-81", "81", " u-81", "U-81", NFC, NFD, "\u1e9b\u0323", "\uac00", "\u1100\u1161", "日本", "\U0001f600", "a\nb"),
    *("\u212b", "A\u030a", "\ufb01", "İ", "ß", "\u200bx"),
]


def by_python(values: list[Any]) -> list[str]:
    """What the page's lines of Python make."""
    names: dict[str, Any] = {}
    exec(blocks(PAGE, "python")[0], names)
    return [names["token"](KEY, BUCKET, one) for one in values]


def by_node(values: list[Any]) -> list[str]:
    """What the page's lines of JavaScript make."""
    script = blocks(PAGE, "js")[0].replace("export ", "") + (
        f"const made = await Promise.all({json.dumps(values)}.map((one) => token({KEY!r}, {BUCKET!r}, one)));"
        "console.log(JSON.stringify(made));"
    )
    ran = subprocess.run(["node", "--input-type=module", "-e", script], capture_output=True, text=True, check=True)
    made: list[str] = json.loads(ran.stdout)
    return made


def test_a_token_is_the_same_in_python_in_node_and_here() -> None:
    here = [Tokens(KEY).token(BUCKET, one) for one in VALUES]

    assert by_python(VALUES) == here
    assert by_node(VALUES) == here


def test_a_token_never_changes() -> None:
    assert Tokens(KEY).token(BUCKET, "u-81") == "tok_igcbdignfkhbldiajlnggijeipoimldp"


def test_one_text_in_two_forms_of_unicode_is_one_token_and_case_and_spaces_count() -> None:
    made = dict(zip(VALUES, (Tokens(KEY).token(BUCKET, one) for one in VALUES), strict=True))

    assert made[NFC] == made[NFD] and made["\u212b"] == made["A\u030a"] and made["\uac00"] == made["\u1100\u1161"]
    assert len(set(made.values())) == len(VALUES) - 3


def test_no_token_of_one_bucket_or_key_is_one_of_another() -> None:
    made = {Tokens(key).token(bucket, "u-81") for key in (KEY, KEY + "b") for bucket in (BUCKET, "app-analytics")}
    assert len(made) == 4


@settings(max_examples=2000 if PROVE else 200)
@given(st.text(min_size=1, max_size=40))
def test_no_redactor_changes_a_token(text: str) -> None:
    token = Tokens(KEY).token(BUCKET, text.encode("utf-8", "replace").decode())
    assert redaction.redact(token) == token
    assert redaction.strip_controls(token) == token


def replaced(event: dict[str, Any], *fields: str) -> dict[str, Any]:
    return Tokens(KEY, fields).applied(BUCKET, event)


def test_every_value_of_a_named_field_is_replaced_and_no_other() -> None:
    made = Tokens(KEY).token
    event = {
        "userId": "u-81",
        "sessionId": "s",
        "metadata": {"eMail": "a", "n": 81, "more": {"email": "b"}, "to": ["a"]},
    }

    assert replaced(event, "userId", "metadata.email", "metadata.n", "metadata.to") == {
        "userId": made(BUCKET, "u-81"),
        "sessionId": "s",
        "metadata": {
            "eMail": made(BUCKET, "a"),
            "n": made(BUCKET, "81"),
            "more": {"email": "b"},
            "to": [made(BUCKET, "a")],
        },
    }


@pytest.mark.parametrize(
    "metadata",
    [
        {"person": {"email": "raw"}},
        {"person.email": "raw"},
        {"Person": {"EMAIL": ["raw", None]}},
        {"person": [{"email": "raw"}, {"email": "raw"}]},
    ],
)
def test_a_path_is_found_however_it_is_spelled(metadata: dict[str, Any]) -> None:
    shown = json.dumps(replaced({"metadata": metadata}, "metadata.person.email"))
    assert "raw" not in shown and "tok_" in shown


@pytest.mark.parametrize("value", [None, ""])
def test_nothing_stays_nothing(value: str | None) -> None:
    assert replaced({"userId": value}, "userId") == {"userId": value}


@pytest.mark.parametrize("value", [True, 1.5, {"inner": "raw"}, [[{}]]])
def test_a_value_without_a_token_is_refused_and_not_let_through(value: Any) -> None:
    with pytest.raises(InvalidField) as caught:
        replaced({"metadata": {"email": value}}, "metadata.email")
    assert (caught.value.field, "raw" in caught.value.message) == ("metadata.email", False)


@pytest.mark.parametrize(
    "field", ["bucket", "eventId", "page", "clientAddress", "metadata", "metadata.", "userid", "x"]
)
def test_other_fields_have_no_tokens(field: str) -> None:
    with pytest.raises(CollectError, match="there are tokens of userId, sessionId"):
        Tokens(KEY, [field])


def test_a_key_is_made_once_in_a_file_of_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "collect.key"
    tokens.make_key(path)

    assert path.stat().st_mode & 0o777 == 0o600 and len(tokens.read_key(path)) == 43
    with pytest.raises(CollectError, match="is there already"):
        tokens.make_key(path)


@pytest.mark.parametrize(
    ("text", "mode", "message"),
    [(KEY, 0o644, "chmod 600"), ("short", 0o600, "holds no key"), ("\udcff" * 50, 0o600, "cannot be read")],
)
def test_a_key_that_others_can_read_or_that_is_none_is_refused(
    tmp_path: Path, text: str, mode: int, message: str
) -> None:
    path = tmp_path / "collect.key"
    path.write_text(text, errors="surrogateescape")
    path.chmod(mode)
    with pytest.raises(CollectError, match=message):
        tokens.read_key(path)


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "is empty: put"), (" \n", "is empty: put"), ("the-key\u20ac", "ASCII"), ("a\nb", "ASCII")],
)
def test_a_backend_key_that_is_empty_or_cannot_be_sent_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "backend.key"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(CollectError, match=message):
        tokens.read_secret(path)
    path.write_text("the-key\n")
    assert tokens.read_secret(path) == "the-key"


def test_the_command_prints_the_token_of_each_line(tmp_path: Path) -> None:
    path = tmp_path / "collect.key"
    path.write_text(KEY)
    path.chmod(0o600)
    ran = CliRunner().invoke(main, ["collect", "token", "--bucket", BUCKET, "--key", str(path)], input=f"u-81\n{NFD}\n")

    assert ran.stdout.split() == by_python(["u-81", NFC])


def test_a_line_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    tokens.make_key(tmp_path / "key")
    asked = ["collect", "token", "--bucket", BUCKET, "--key", str(tmp_path / "key")]
    ran = CliRunner().invoke(main, asked, input=b"\xff\xfe")
    assert (ran.exit_code, ran.stderr) == (1, "sluice: line 1 of standard input is not UTF-8\n")


def test_a_file_of_the_buckets_key_that_cannot_be_read_is_said_to_be_that(tmp_path: Path) -> None:
    asked = ["collect", "--to", "https://stats.example.org", "--backend-key", str(tmp_path / "none")]
    ran = CliRunner().invoke(main, asked)
    assert (ran.exit_code, "cannot be read; name the bucket's key with --backend-key" in ran.stderr) == (1, True)
