"""Tokens in place of values: the same wherever they are made, a row behind each, and nothing of a value anywhere else."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import boto3
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws

from chalicelib import privacy
from chalicelib.allowlist import Entry
from chalicelib.vault import filling, tokens
from chalicelib.vault.filling import Vault
from chalicelib.vault.keyring import DataKey, KmsKeys, VaultUnavailable
from chalicelib.vault.rows import Row, TableRows
from chalicelib.vault.tokens import Named
from tests import vaults
from tests.conftest import BUCKET
from tests.paths import ROOT
from tests.vaults import ENTRY, FIELDS, NOW, OTHER, STAGE, Counted, taken, worker

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
KEY = bytes(32)


@pytest.fixture
def aws() -> Iterator[None]:
    with mock_aws():
        vaults.make()
        yield


class Memory:
    """Keys of a fixed secret, and rows in a dictionary."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], Row] = {}
        self.made = 0

    def derived(self, bucket: str, named: Named) -> bytes:
        return f"{bucket} {named}".encode().ljust(32)

    def data(self, bucket: str) -> DataKey:
        self.made += 1
        return DataKey(self.made.to_bytes(32, "big"), b"sealed %d" % self.made)

    def add(self, row: Row) -> None:
        self.rows.setdefault((row.bucket, row.token), row)


def memory() -> tuple[Vault, Memory]:
    made = Memory()
    return Vault(made, made), made  # type: ignore[arg-type]


def test_a_token_names_its_kind_and_version_and_is_not_redacted(aws: None) -> None:
    made = taken(worker(), user_id="u-81", metadata={"email": "Ann@Shop.example ", "plan": "pro"})
    assert made.user_id is not None
    assert made.metadata is not None
    found = [str(made.user_id), str(made.metadata["email"])]
    assert [tokens.read(one) for one in found] == [Named("id", 1), Named("email", 1)]
    assert [privacy.clean(one) for one in found] == found
    assert made.metadata["plan"] == "pro"


def test_a_row_has_nothing_of_the_value(aws: None) -> None:
    taken(worker(), user_id="u-81-of-shop", metadata={"email": "ann@shop.example"})
    assert len(vaults.table()) == 2
    assert not [one for one in (b"u-81", b"ann", b"shop.example") if one in vaults.raw()]


def test_twenty_racers_make_one_token_and_one_row(aws: None) -> None:
    workers = [worker() for _ in range(20)]
    with ThreadPoolExecutor(20) as racers:
        made = list(racers.map(lambda one: taken(one, user_id="u-81").user_id, workers))
    assert len(set(made)) == 1
    assert [one["tenant_token"]["S"] for one in vaults.table()] == [f"{BUCKET}#{made[0]}"]


def test_another_worker_s_row_stays_as_it_was(aws: None) -> None:
    taken(worker(), user_id="u-81")
    before = vaults.table()
    taken(worker(), user_id="u-81")
    assert vaults.table() == before


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Entry(BUCKET, tokenize=frozenset(FIELDS)), Entry(BUCKET, tokenize=frozenset(FIELDS), token_version=2)),
        (Entry(BUCKET, tokenize=frozenset(FIELDS)), Entry(OTHER, tokenize=frozenset(FIELDS))),
    ],
)
def test_another_version_and_another_tenant_have_another_token(aws: None, one: Entry, other: Entry) -> None:
    vault = worker()
    assert len({taken(vault, each, each.bucket, user_id="u-81").user_id for each in (one, other)}) == 2


def test_one_value_is_one_token_in_every_field_of_its_kind() -> None:
    entry = Entry(BUCKET, tokenize=frozenset({"userId", "metadata.invitedBy", "metadata.email"}))
    made = taken(memory()[0], entry, user_id="u-81", metadata={"INVITEDBY": ["u-81"], "email": "u-81"})
    assert made.metadata is not None
    assert made.metadata["INVITEDBY"] == [made.user_id]
    assert made.metadata["email"] != made.user_id


def leaves(value: Any) -> list[str]:
    return [leaf for one in value for leaf in leaves(one)] if isinstance(value, list) else [value]


@pytest.mark.parametrize(
    "value",
    [
        *("u-81", 81, 81.5, -3, ["u-81", 7], [["u-81"]], {"name": "Ann", "at": {"n": 1}}, "x" * 2000, "tok_abc", "é"),
        *([{"name": "Ann"}], "tok_id1_" + "z" * 32),
    ],
)
def test_nothing_of_a_field_stays_as_it_was_sent(value: Any) -> None:
    vault, kept = memory()
    made = taken(vault, metadata={"email": value})
    assert made.metadata is not None
    found = made.metadata["email"]
    flat = json.dumps(found)
    assert all(map(tokens.is_token, leaves(found)))
    assert not [one for one in ("Ann", "81", "xx", "abc", "zz") if one in flat]
    assert kept.rows


@pytest.mark.parametrize(
    "metadata",
    [
        {"email.work": "Ann"},
        {"EMAIL.work.first": ["Ann", {"b": "Ann"}]},
        {"customer": {"email.work": "Ann"}},
        {"customer.email": "Ann"},
        {"customer.email.work": {"a": "Ann"}},
        [{"customer": [{"email": {"work": "Ann"}}]}],
    ],
)
def test_an_object_that_was_made_flat_leaves_nothing_either(metadata: Any) -> None:
    entry = Entry(BUCKET, tokenize=frozenset({"metadata.email", "metadata.customer.email"}))
    vault, kept = memory()
    made = taken(vault, entry, metadata=metadata)
    assert "Ann" not in json.dumps(made.metadata)
    assert kept.rows


def test_a_name_that_only_begins_like_a_path_stays() -> None:
    metadata = {"emails": "Ann", "email_of": "Ann", "email-x.y": "Ann"}
    assert taken(memory()[0], metadata=metadata).metadata == metadata


@pytest.mark.parametrize("value", [None, True, False, "", "tok_" + "a" * 32, "tok_email12_" + "p" * 32])
def test_what_names_nobody_and_what_is_a_token_stays(value: Any) -> None:
    vault, kept = memory()
    assert taken(vault, metadata={"email": value}).metadata == {"email": value}
    assert kept.rows == {}


def test_of_white_space_nothing_is_left() -> None:
    assert taken(memory()[0], user_id=" \n ").user_id is None


@given(value=TEXTS, kind=st.sampled_from(["id", "email"]))
def test_what_is_normal_stays_so(value: str, kind: str) -> None:
    once = tokens.normal(kind, value)
    assert tokens.normal(kind, once) == once == once.strip()


@given(value=TEXTS)
def test_upper_case_and_white_space_make_no_other_email_address(value: str) -> None:
    shouted = "".join(one.upper() if one.isascii() else one for one in value)
    assert tokens.normal("email", f" {shouted}\t") == tokens.normal("email", value)


@given(one=TEXTS, other=TEXTS)
def test_two_normal_values_have_two_tokens(one: str, other: str) -> None:
    found = {tokens.token(KEY, Named("id", 1), tokens.normal("id", each)) for each in (one, other)}
    assert len(found) == len({tokens.normal("id", each) for each in (one, other)})


def test_another_process_makes_the_same_token() -> None:
    code = "from chalicelib.vault.tokens import *; print(token(bytes(32), Named('email', 3), normal('email', 'Änn@x.example')))"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert found.strip() == "tok_email3_" + tokens.token(KEY, Named("email", 3), "Änn@x.example")[-32:]
    assert found.strip() == tokens.token(
        KEY, Named("email", 3), tokens.normal("email", " A\u0308NN@x.example".replace("NN", "nn"))
    )


def test_a_data_key_seals_so_many_values_and_for_so_long() -> None:
    vault, kept = memory()
    for number in range(filling.MOST_VALUES + 1):
        taken(vault, user_id=str(number))
    assert kept.made == 2
    values: dict[str, str] = {}
    vault.taken(vaults.event(user_id="late"), ENTRY, values, NOW)
    vault.keep(BUCKET, values, NOW + filling.LONGEST)
    assert kept.made == 3


def test_a_worker_puts_a_known_row_once_and_after_five_minutes_again(aws: None) -> None:
    counted = Counted()
    vault = worker(counted)
    for _ in range(3):
        taken(vault, user_id="u-81")
    assert counted.calls["dynamodb.PutItem"] == 1
    values: dict[str, str] = {}
    vault.taken(vaults.event(user_id="u-81"), ENTRY, values, NOW)
    vault.keep(BUCKET, values, NOW + filling.KNOWN_FOR)
    assert counted.calls["dynamodb.PutItem"] == 2


def test_what_a_worker_remembers_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filling, "KNOWN", 3)
    vault, _ = memory()
    for number in range(9):
        taken(vault, user_id=str(number))
    assert len(vault._known) == 3


def test_without_kms_there_is_no_token_and_for_a_second_nobody_asks_again(aws: None) -> None:
    counted = Counted()
    vault = Vault(KmsKeys("other", counted("kms")), TableRows(STAGE.vault))
    for _ in range(3):
        with pytest.raises(VaultUnavailable, match=r"Vault\.NotFoundException"):
            taken(vault, user_id="u-81")
    assert counted.of("kms") == 1
    with pytest.raises(VaultUnavailable):
        vault.taken(vaults.event(user_id="u-81"), ENTRY, {}, NOW + timedelta(seconds=1))
    assert counted.of("kms") == 2


def test_a_tenant_whose_keys_fail_refuses_no_other_s_events() -> None:
    vault, made = memory()

    def derived(bucket: str, named: Named) -> bytes:
        if bucket == OTHER:
            raise VaultUnavailable("Vault.AccessDeniedException")
        return KEY

    made.derived = derived  # type: ignore[method-assign]
    with pytest.raises(VaultUnavailable):
        taken(vault, bucket=OTHER, user_id="u-81")
    assert taken(vault, user_id="u-81").user_id


def test_without_the_table_a_value_is_not_kept_and_its_token_is_not_known(aws: None) -> None:
    boto3.client("dynamodb").update_table(TableName=STAGE.vault, DeletionProtectionEnabled=False)
    boto3.client("dynamodb").delete_table(TableName=STAGE.vault)
    vault = worker()
    for _ in range(2):
        with pytest.raises(VaultUnavailable, match=r"Vault\.ResourceNotFoundException"):
            taken(vault, user_id="u-81", metadata={"email": "a@b.example"})


def test_an_entry_without_fields_changes_nothing() -> None:
    event = vaults.event(user_id="u-81", metadata={"email": "a@b.example"})
    assert memory()[0].taken(event, Entry(BUCKET), {}, NOW) == event
    assert msgspec.to_builtins(event)["userId"] == "u-81"
