"""Values out of the vault: each with its row in the trail before, one call for many, and nothing of a row that was changed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import boto3
import msgspec
import pytest
from moto import mock_aws
from typer.testing import CliRunner

from chalicelib.audit import trail
from chalicelib.prefixes import OWN_FOLDER
from chalicelib.vault.filling import Vault
from chalicelib.vault.keyring import FileKeys, KmsKeys
from chalicelib.vault.rows import FileRows, Row
from sluice.cli.main import main
from sluice.project import audit, stage_own
from sluice.project.audit import NoTrail
from sluice.vault import opening, revealing
from sluice.vault.opening import VaultError
from tests import vaults
from tests.conftest import BUCKET
from tests.paths import ROOT
from tests.vaults import ENTRY, NOW, OTHER, PASSPHRASE, STAGE, Counted, taken, worker

TABLE = STAGE.vault
REASON = "ticket 4711"


@pytest.fixture
def aws() -> Iterator[None]:
    with mock_aws():
        vaults.make()
        for bucket in (stage_own.bucket(STAGE), str(stage_own.audit_bucket(STAGE))):
            boto3.client("s3").create_bucket(Bucket=bucket)
        yield


def reveal(bucket: str, *tokens: str, reason: str = REASON, client: Any = None) -> dict[str, str]:
    return revealing.reveal(STAGE, bucket, tokens, reason, client=client or Counted())


def made(value: str = "u-81", bucket: str = BUCKET) -> str:
    return str(taken(worker(), ENTRY, bucket, user_id=value).user_id)


def in_the_trail() -> list[dict[str, Any]]:
    return [one.details for one in trail.read(audit.required(STAGE)) if one.action == revealing.ACTION]


def test_a_value_comes_back_with_its_row_in_the_trail_and_not_in_it(aws: None) -> None:
    token = made("u-81-of-shop")
    assert reveal(BUCKET, token) == {token: "u-81-of-shop"}
    asked, done = in_the_trail()
    assert (asked["phase"], asked["tokens"], asked["reason"]) == ("asked", [token], REASON)
    assert done["phase"] == "done"
    rows = boto3.client("s3").list_objects_v2(Bucket=stage_own.audit_bucket(STAGE))["Contents"]
    bodies = [boto3.client("s3").get_object(Bucket=stage_own.audit_bucket(STAGE), Key=one["Key"]) for one in rows]
    assert not [one for one in bodies if b"u-81" in one["Body"].read()]


class Memory(dict[str, Row]):
    """Rows in a dictionary: moto's table takes ten seconds for ten thousand."""

    def add(self, row: Row) -> None:
        self.setdefault(row.token, row)

    def find(self, bucket: str, tokens: Iterable[str]) -> Iterator[Row]:
        return (self[one] for one in tokens)


def test_ten_thousand_tokens_take_at_most_twenty_calls_of_kms_to_make_and_reveal(
    aws: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted, values, rows = Counted(), dict[str, str](), Memory()
    monkeypatch.setattr(opening, "TableRows", lambda *_: rows)
    vault = Vault(KmsKeys(STAGE.vault, counted("kms")), rows)  # type: ignore[arg-type]
    for number in range(5000):
        event = vaults.event(user_id=f"u-{number}", metadata={"email": f"u{number}@shop.example"})
        vault.taken(event, ENTRY, values, NOW)
    vault.keep(BUCKET, values, NOW)
    assert len(values) == 10_000
    assert reveal(BUCKET, *values, client=counted) == values
    assert counted.of("kms") <= 20, counted.calls
    assert {*counted.calls} >= {"kms.GenerateMac", "kms.GenerateDataKey", "kms.Decrypt"}


def moved(token: str) -> None:
    """The row as it is, in another tenant's place."""
    (row,) = vaults.table()
    boto3.client("dynamodb").put_item(TableName=TABLE, Item={**row, "tenant_token": {"S": f"{OTHER}#{token}"}})


def changed(name: str, change: Any) -> None:
    (row,) = vaults.table()
    ((kind, value),) = row[name].items()
    boto3.client("dynamodb").put_item(TableName=TABLE, Item={**row, name: {kind: change(value)}})


def test_a_row_that_was_moved_to_another_tenant_stays_closed(aws: None) -> None:
    token = made()
    moved(token)
    with pytest.raises(VaultError, match="changed or moved"):
        reveal(OTHER, token)
    assert in_the_trail()[-1]["phase"] == "failed"


def test_a_moved_row_stays_closed_also_where_its_data_key_is_known(aws: None) -> None:
    """The value itself is bound, not the data key alone."""
    token, mine = made(), made("mine")
    rows = {one["tenant_token"]["S"]: one for one in vaults.table()}
    stolen = {**rows[f"{BUCKET}#{token}"], "tenant_token": {"S": f"{BUCKET}#{mine}"}}
    boto3.client("dynamodb").put_item(TableName=TABLE, Item=stolen)
    with pytest.raises(VaultError, match="changed or moved"):
        reveal(BUCKET, mine)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        *[("box", lambda one, cut=cut: bytes(one)[:cut]) for cut in (-1, 27, 12, 11, 1)],
        ("box", lambda one: bytes([bytes(one)[0] ^ 1]) + bytes(one)[1:]),
        ("box", lambda one: bytes(one)[:-1] + bytes([bytes(one)[-1] ^ 128])),
        ("key", lambda one: bytes(one)[:-1]),
        ("key", lambda one: bytes(one)[:60] + bytes([bytes(one)[60] ^ 1]) + bytes(one)[61:]),
        ("day", lambda one: "2020-01-01"),
    ],
)
def test_a_row_that_was_cut_or_changed_stays_closed(aws: None, name: str, change: Any) -> None:
    token = made()
    changed(name, change)
    with pytest.raises(VaultError, match="changed or moved"):
        reveal(BUCKET, token)


@pytest.mark.parametrize("context", [{"tenant": OTHER}, {"purpose": "identify"}, {}])
def test_a_data_key_of_another_context_stays_closed(aws: None, context: dict[str, str]) -> None:
    token = made()
    bound = {"purpose": "vault", "tenant": BUCKET} | context if context else {}
    sealed = boto3.client("kms").generate_data_key(
        KeyId=f"alias/{STAGE.vault}", KeySpec="AES_256", EncryptionContext=bound
    )
    changed("key", lambda _: sealed["CiphertextBlob"])
    with pytest.raises(VaultError, match="changed or moved"):
        reveal(BUCKET, token)


@pytest.mark.parametrize("form", ["tok_id2_{}", "tok_email1_{}", "tok_id1_{}"])
def test_under_another_kind_version_or_token_a_row_stays_closed(aws: None, form: str) -> None:
    token = made()
    letters = token[-32:] if form != "tok_id1_{}" else "a" * 32
    other = form.format(letters)
    (row,) = vaults.table()
    boto3.client("dynamodb").put_item(TableName=TABLE, Item={**row, "tenant_token": {"S": f"{BUCKET}#{other}"}})
    with pytest.raises(VaultError, match="changed or moved"):
        reveal(BUCKET, other)


def test_of_many_none_is_given_where_one_was_changed(aws: None) -> None:
    good = made("good")
    (row,) = vaults.table()
    bad = made("bad")
    boto3.client("dynamodb").put_item(TableName=TABLE, Item={**row, "tenant_token": {"S": f"{BUCKET}#{bad}"}})
    with pytest.raises(VaultError):
        reveal(BUCKET, good, bad)


@pytest.mark.parametrize(
    ("bucket", "token", "reason", "said"),
    [
        (BUCKET, "tok_id1_" + "a" * 32, REASON, "has no tok_id1_"),
        (OTHER, "mine", REASON, "has no tok_id1_"),
        (BUCKET, "tok_" + "a" * 32, REASON, "is not a whole token of a vault"),
        (BUCKET, "tok_id1_" + "a" * 31, REASON, "like tok_id1_ and 32 letters a to p"),
        (BUCKET, "u-81", REASON, "is not a whole token of a vault"),
        (BUCKET, "mine", "  ", "say why"),
        (BUCKET, "mine", "x" * 501, "say why"),
        ("NO", "mine", REASON, "is not the name of a bucket"),
    ],
)
def test_what_cannot_be_revealed_is_refused_in_one_line(
    aws: None, bucket: str, token: str, reason: str, said: str
) -> None:
    mine = made()
    with pytest.raises(VaultError, match=said):
        reveal(bucket, mine if token == "mine" else token, reason=reason)


def test_without_a_trail_nothing_is_read(aws: None) -> None:
    token, counted = made(), Counted()
    with pytest.raises(NoTrail, match=r"stages\.prod\.audit"):
        revealing.reveal(msgspec.structs.replace(STAGE, audit=None), BUCKET, [token], REASON, client=counted)
    assert not counted.calls


def test_where_the_trail_refuses_the_row_nothing_is_read(aws: None) -> None:
    token, counted = made(), Counted()
    boto3.client("s3").delete_bucket(Bucket=stage_own.audit_bucket(STAGE))
    with pytest.raises(Exception, match="NoSuchBucket"):
        reveal(BUCKET, token, client=counted)
    assert (counted.of("dynamodb"), counted.of("kms")) == (0, 0)


TOML = f"""[stages.local]
store = "dir:data"

[[stages.local.allow]]
bucket = "{BUCKET}"
tokenize = ["userId", "metadata.email"]
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(opening.PASSPHRASE, PASSPHRASE)
    Path("sluice.toml").write_text(TOML)
    assert run("vault", "init")[0] == 0
    return tmp_path


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, list(words))
    return done.exit_code, done.output


def local(value: str = "u-81", bucket: str = BUCKET) -> str:
    own = Path("data") / OWN_FOLDER
    return str(taken(Vault(FileKeys(own), FileRows(own)), ENTRY, bucket, user_id=value).user_id)


def revealed(*words: str) -> tuple[int, str]:
    return run("vault", "reveal", *words, "--bucket", BUCKET, "--reason", REASON)


def test_a_local_stage_takes_values_without_the_passphrase_and_gives_none(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(opening.PASSPHRASE, "not this one at all")
    token = local("u-81-of-shop")
    code, said = revealed(token)
    assert (code, "is not the passphrase" in said, "u-81" in said) == (1, True, False)
    assert not [one for one in Path("data").rglob("*") if one.is_file() and b"u-81-of" in one.read_bytes()]
    monkeypatch.setenv(opening.PASSPHRASE, PASSPHRASE)
    assert revealed(token) == (0, "u-81-of-shop\n")


def test_many_come_with_their_tokens_from_a_file(project: Path) -> None:
    listed = [local(f"u-{number}") for number in range(3)]
    Path("tokens").write_text("\n".join(listed))
    assert revealed("--from", "tokens") == (0, "".join(f"{one} u-{n}\n" for n, one in enumerate(listed)))


def test_a_file_may_come_from_a_spreadsheet_and_must_be_text(project: Path) -> None:
    Path("tokens").write_text(f"{local()}\r\n", "utf-8-sig")
    assert revealed("--from", "tokens") == (0, "u-81\n")
    Path("tokens").write_bytes(b"\xff\xfe\x00")
    assert revealed("--from", "tokens") == (1, "sluice: tokens is not a text with a token in each line\n")


def test_a_local_row_of_another_tenant_or_token_stays_closed(project: Path) -> None:
    mine, other = local(), local("other")
    rows = Path("data") / OWN_FOLDER / "vault" / "rows" / BUCKET
    (rows / mine).unlink()
    os.link(rows / other, rows / mine)
    code, said = revealed(mine)
    assert (code, "changed or moved" in said, "other" in said) == (1, True, False)
    (rows.parent / OTHER).mkdir()
    os.link(rows / other, rows.parent / OTHER / other)
    code, said = run("vault", "reveal", other, "--bucket", OTHER, "--reason", REASON)
    assert (code, "changed or moved" in said) == (1, True)


def test_a_vault_is_made_once(project: Path) -> None:
    code, said = run("vault", "init")
    assert (code, "is a vault already" in said) == (1, True)


def test_a_short_passphrase_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(opening.PASSPHRASE, "short")
    Path("sluice.toml").write_text(TOML)
    assert run("vault", "init")[0] == 1
    assert not Path("data").exists()


def test_without_a_terminal_the_passphrase_s_variable_is_named(tmp_path: Path) -> None:
    (tmp_path / "sluice.toml").write_text(TOML)
    bare = {name: text for name, text in os.environ.items() if name != opening.PASSPHRASE}
    said = subprocess.run(
        [sys.executable, "-m", "sluice.cli.main", "vault", "init"],
        cwd=tmp_path,
        env=bare,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr == f"sluice: nobody can type the passphrase here; set {opening.PASSPHRASE}\n"


KILLED = """
import os, signal
from sluice.cli import vault
from sluice.vault import revealing
from sluice.cli.main import main

def dies(*_):
    os.kill(os.getpid(), signal.SIGKILL)

honest = revealing.opened
def opened(*given):
    assert honest(*given) == "u-81"
    dies()

if {after}:
    vault.say = dies
else:
    revealing.opened = opened
main(["vault", "reveal", {token!r}, "--bucket", {bucket!r}, "--reason", "ticket 4711"])
"""


@pytest.mark.parametrize("after", [True, False])
def test_a_process_that_dies_after_decrypting_leaves_its_row(project: Path, after: bool) -> None:
    token = local()
    code = KILLED.format(after=after, token=token, bucket=BUCKET)
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)
    assert done.returncode == -signal.SIGKILL
    _, said = run("audit", "show", "--json")
    found = [one for one in msgspec.json.decode(said) if one["action"] == revealing.ACTION]
    assert found[0]["details"] == {"tokens": [token], "reason": REASON, "phase": "asked"}
