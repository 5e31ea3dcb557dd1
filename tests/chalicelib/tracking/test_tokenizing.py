"""A tokenized field on every way in: no byte of its value but the vault's, and no record where that cannot take it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from chalicelib import allowlist, values
from chalicelib.allowlist import Entry
from chalicelib.lake.objects import FolderObjects
from chalicelib.settings import SettingsError
from chalicelib.settings import load as load_settings
from chalicelib.tracking import assembly, ingest
from chalicelib.vault import tokens
from sluice.imports import importer, rejected
from sluice.project.config import Stage
from sluice.vault import opening
from tests import vaults
from tests.conftest import BUCKET, OWNER, Tracker, event_body, keys
from tests.vaults import FIELDS, PASSPHRASE, STAGE

USER, MAIL = "user~of~shop", "ann.of@shop.example"
OWN = {"userId": USER, "metadata": {"email": f" {MAIL.title()}", "plan": "pro"}}
IMAGE = {"bucket": [BUCKET], "eventType": ["a"], "userId": [USER]}


@pytest.fixture
def made(tracker: Callable[..., Tracker], folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tracker:
    """The app of a local stage with a vault, whose refused events are kept, and with a stream."""
    monkeypatch.setattr(values, "ROOT", tmp_path)
    (tmp_path / "allowed.json").write_bytes(
        allowlist.encoded([Entry(BUCKET, keep_rejected=True, tokenize=frozenset(FIELDS))])
    )
    opening.make(Stage(name="local", store=f"dir:{folder}"), lambda: PASSPHRASE)
    return tracker(STORE=f"dir:{folder}", ALLOWED_BUCKETS="@allowed.json")


def stored(folder: Path) -> list[dict[str, Any]]:
    files = sorted((folder / BUCKET / "analytics").rglob("*.json"))
    return [json.loads(line) for one in files for line in one.read_text().splitlines()]


def held(place: Path) -> bytes:
    return b"\n".join(one.read_bytes().lower() for one in place.rglob("*") if one.is_file())


def test_on_every_way_a_token_is_stored_and_no_byte_of_the_value(made: Tracker, folder: Path, log: io.StringIO) -> None:
    body = event_body(**OWN)
    wrong = {**body, "viewport": 7}
    batch = {"bucket": BUCKET, "events": [body, body, wrong]}
    answers = [
        made.call(body),
        made.call(batch, path="/track/batch"),
        made.call(method="GET", path="/pixel.gif", query=IMAGE),
        made.call(body, query={"dryRun": ["1"]}),
        made.call(wrong),
        made.call(json.dumps(body)[:-1]),
        made.call({**body, "user_id": USER}),
    ]
    assert [one.status for one in answers] == [200, 200, 204, 200, 400, 400, 400]
    records = stored(folder)
    assert len({one["userId"] for one in records}) == 1
    assert tokens.read(records[0]["userId"]) == ("id", 1)
    assert json.loads(records[0]["metadata"])["plan"] == "pro"
    everything = held(folder) + log.getvalue().encode() + repr([one.json for one in answers]).encode()
    assert not [one for one in (USER.encode(), MAIL.encode(), b"ann.of") if one in everything]
    assert answers[3].json["record"]["userId"] == ingest.MASK
    assert (folder / BUCKET / "rejected").is_dir()


def test_of_a_refused_event_also_the_names_within_a_field_are_not_kept(made: Tracker, folder: Path) -> None:
    answer = made.call(event_body(metadata={"email": {"Ann Smith": 1}}))
    assert (answer.status, answer.json["field"]) == (400, "metadata.email.Ann?Smith")
    (kept,) = [json.loads(one.read_text()) for one in (folder / BUCKET / "rejected").rglob("*.json")]
    assert (kept["field"], kept["message"][:20]) == ("metadata", "metadata: a key has ")
    assert b"smith" not in held(folder)


@pytest.mark.parametrize("header", ["sec-gpc", "dnt"])
def test_of_who_opts_out_nothing_gets_into_the_vault(made: Tracker, folder: Path, header: str) -> None:
    assert made.call(event_body(**OWN), headers={header: "1"}).status == 200
    assert made.call(event_body(**OWN, consent="none")).status == 200
    batch = {"bucket": BUCKET, "events": [event_body(**OWN, consent="aggregate")]}
    assert made.call(batch, path="/track/batch").status == 200
    assert not list((folder / ".stage" / "vault").glob("rows/*/*"))


def test_without_the_vault_s_keys_an_event_is_refused_and_not_lost(
    made: Tracker, folder: Path, log: io.StringIO
) -> None:
    (folder / ".stage" / "vault" / "public").unlink()
    answers = [
        made.call(event_body(**OWN)),
        made.call({"bucket": BUCKET, "events": [OWN | event_body()]}, path="/track/batch"),
    ]
    assert [one.status for one in answers] == [503, 503]
    assert answers[0].headers["retry-after"] == "2"
    assert stored(folder) == []
    assert [json.loads(one)["cause"] for one in log.getvalue().splitlines()] == ["Vault.NoKeys"] * 2
    assert made.call(event_body()).status == 200


def test_of_what_is_imported_or_replayed_a_field_is_null(made: Tracker, folder: Path) -> None:
    settings = load_settings()
    assert importer._path(settings).vault is None
    path = rejected._path(settings)
    body = json.dumps(event_body(**OWN)).encode()
    path.track(ingest.Request(body, {}, "81.2.69.142", datetime.now(UTC)))
    (record,) = stored(folder)
    assert (record["userId"], json.loads(record["metadata"])) == (None, {"email": None, "plan": "pro"})
    objects = FolderObjects(folder / BUCKET)
    assert made.call(event_body(**OWN, viewport=7)).status == 400
    rejected.replay(BUCKET, settings, objects, "InvalidField", {"viewport": None})
    assert USER.encode() not in held(folder)


@pytest.fixture
def deployed(tracker: Callable[..., Tracker], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tracker]:
    monkeypatch.setattr(values, "ROOT", tmp_path)
    (tmp_path / "allowed.json").write_bytes(allowlist.encoded([Entry(BUCKET, tokenize=frozenset(FIELDS))]))
    with mock_aws():
        vaults.make()
        boto3.client("s3").create_bucket(Bucket=BUCKET)
        yield tracker(
            STAGE="prod",
            ALLOWED_BUCKETS="@allowed.json",
            BUCKET_OWNER=OWNER,
            SALTS="dynamodb:salts",
            VAULT=f"aws:{STAGE.vault}",
        )


def test_a_deployed_stage_keeps_the_row_before_the_record(deployed: Tracker) -> None:
    assert deployed.call(event_body(**OWN)).status == 200
    assert len(vaults.table()) == 2
    boto3.client("dynamodb").update_table(TableName=STAGE.vault, DeletionProtectionEnabled=False)
    boto3.client("dynamodb").delete_table(TableName=STAGE.vault)
    assert deployed.call(event_body(**{**OWN, "userId": "another"})).status == 503
    assert len(keys(boto3.client("s3"))) == 1


def test_a_stage_that_names_no_vault_does_not_start(tracker: Callable[..., Tracker], deployed: Tracker) -> None:
    with pytest.raises(SettingsError, match="VAULT: required"):
        assembly.assemble(
            load_settings(
                {"STAGE": "prod", "ALLOWED_BUCKETS": "@allowed.json", "BUCKET_OWNER": OWNER, "SALTS": "dynamodb:salts"}
            )
        )


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"bucket": "shop-*", "tokenize": frozenset({"userId"})}, "is a pattern: tokenize is for one bucket"),
        ({"tokenize": frozenset({"page"})}, "tokenizes 'page'"),
        ({"tokenize": frozenset({"metadata"})}, "tokenizes 'metadata'"),
        *[
            ({"tokenize": frozenset({"userId"}), "identify": one}, "leaves no userId to tokenize")
            for one in ("none", "day", "tenant")
        ],
    ],
)
def test_what_an_entry_cannot_tokenize_is_refused(fields: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Entry(**{"bucket": BUCKET, **fields})


def test_with_hashed_ids_metadata_may_have_tokens() -> None:
    assert Entry(BUCKET, tokenize=frozenset({"metadata.email"}), identify="tenant").tokenize


class _First:
    """A draw that keeps the first record of a batch, and no single one."""

    def kept(self, entry: Entry, bucket: str, filed: list[Any]) -> list[Any]:
        return filed[:1] if filed[1:] else []


def test_of_an_event_that_is_left_out_nothing_gets_into_the_vault(made: Tracker, folder: Path) -> None:
    made.replace(sampling=_First())
    assert made.call(event_body(**OWN)).status == 200
    assert not list((folder / ".stage" / "vault").glob("rows/*/*"))
    batch = [event_body(userId=one) for one in ("first", "second", "third")]
    assert made.call({"bucket": BUCKET, "events": batch}, path="/track/batch").status == 200
    (row,) = (folder / ".stage" / "vault").glob("rows/*/*")
    assert [one["userId"] for one in stored(folder)] == [row.name]
