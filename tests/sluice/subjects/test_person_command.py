"""`sluice person` as an operator uses it, on this machine and against S3 and KMS."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws
from typer.testing import CliRunner, Result

from chalicelib import records, values
from chalicelib.lake.objects import BucketObjects, FolderObjects
from sluice.aws import client
from sluice.cli import person as command
from sluice.cli.main import main
from sluice.project.config import Stage
from sluice.subjects import certificate, erasure, stores
from sluice.subjects.erasure import Asked, Tenant
from sluice.subjects.old import OldVersions
from sluice.subjects.people import People
from sluice.subjects.person import Person
from tests import people
from tests.conftest import BUCKET, OWNER
from tests.people import Clock, session
from tests.records import record

TOML = f'[stages.local]\nstore = "dir:data"\n[[stages.local.allow]]\nbucket = "{BUCKET}"\n'
WHO = session(3)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project's store with people in it, in whose folder the commands run."""
    (tmp_path / "sluice.toml").write_text(TOML)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(values, "ROOT", tmp_path)
    monkeypatch.setattr(command, "sleep", lambda seconds: None)
    assert CliRunner().invoke(main, ["sync"]).exit_code == 0
    people.made(tmp_path / "data", 600, 12)
    return tmp_path / "data"


def run(name: str, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["person", name, *arguments])


def test_what_would_go_is_shown_first_and_nothing_changes(data: Path) -> None:
    before = people.searched(data)
    said = run("erase", "--bucket", BUCKET, "--session", WHO)
    assert said.exit_code == 0, said.output
    assert "Nothing was changed" in said.stdout
    assert people.searched(data) == before


def test_where_ids_are_stored_as_hashes_of_a_day_it_says_that_they_are_not_found(data: Path) -> None:
    assert "identify" not in run("find", "--bucket", BUCKET, "--session", WHO).stderr
    (data.parent / "sluice.toml").write_text(f'{TOML}identify = "day"\n')
    assert CliRunner().invoke(main, ["sync"]).exit_code == 0
    assert "not looked for" in " ".join(run("find", "--bucket", BUCKET, "--session", WHO).stderr.split())


def test_the_audit_trail_has_what_was_asked_for_and_what_became_of_it(data: Path) -> None:
    run("export", "--bucket", BUCKET, "--session", WHO, "--out", "copy")
    run("erase", "--bucket", BUCKET, "--session", WHO, "--yes", "--out", "done.json")
    rows = [json.loads(path.read_bytes()) for path in sorted((data / ".audit").rglob("*.json")) if path.name[0] != "."]
    said = [(row["action"], row["details"]["phase"]) for row in rows]
    assert said == [(f"person.{done}", phase) for done in ("exported", "erased") for phase in ("asked", "done")]
    certified = json.loads(Path("done.json").read_bytes())["statement"].encode()
    assert rows[-1]["details"]["certificate"] == sha256(certified).hexdigest()
    assert len({row["subject"] for row in rows}) == 1 and WHO not in json.dumps(rows)


def test_erased_certified_verified_and_forged(data: Path) -> None:
    said = run("erase", "--bucket", BUCKET, "--session", WHO, "--yes", "--out", "done.json")
    assert said.exit_code == 0, said.output
    assert WHO.encode() not in people.searched(data)

    assert run("verify", "done.json").exit_code == 0
    held = json.loads(Path("done.json").read_text())
    Path("forged.json").write_text(json.dumps({**held, "statement": held["statement"].replace(BUCKET, "other")}))
    assert run("verify", "forged.json").exit_code == 1
    Path("none.json").write_text("{}")
    assert run("verify", "none.json").exit_code == 1
    assert json.loads(run("find", "--bucket", BUCKET, "--session", WHO, "--json").stdout)[0]["hits"] == []
    again = CliRunner().invoke(main, ["reconcile", "--bucket", BUCKET])
    assert (again.exit_code, "refused" in again.stdout) == (0, False), again.output


def test_a_copy_has_each_store_and_a_page_without_markup_of_others(data: Path) -> None:
    odd = record("odd-0000000000001", session_id=WHO, page="https://shop.example/<script>alert(1)</script>")
    FolderObjects(data / BUCKET).create(records.object_key(people.DAYS[4], odd.event_id), records.encode(odd), {})

    said = run("export", "--bucket", BUCKET, "--session", WHO, "--out", "copy", "--summary")

    assert said.exit_code == 0, said.output
    names = {path.name for path in Path("copy").iterdir()}
    assert {
        "records.jsonl",
        "compacted.jsonl",
        "parked.jsonl",
        "rejected.jsonl",
        "access.jsonl",
        "summary.html",
    } <= names
    lines = Path("copy/records.jsonl").read_text().splitlines()
    assert {json.loads(line)["sessionId"] for line in lines} == {WHO}
    page = Path("copy/summary.html").read_text()
    assert ("<script>" in page, "&lt;script&gt;" in page) == (False, True)


@pytest.mark.parametrize("given", [(), ("--session", "a", "--user", "b")])
def test_one_id_is_asked_for(data: Path, given: tuple[str, ...]) -> None:
    said = run("find", "--bucket", BUCKET, *given)
    assert (said.exit_code, "either --session or --user" in said.stderr) == (1, True)


def test_a_part_of_a_longer_id_is_somebody_else() -> None:
    whom = Person("user", ("u-1",))
    assert whom.pattern.search(b'{"userId":"u-1"}')
    assert not whom.pattern.search(b'{"userId":"u-12","x":"u-1-a","y":"zu-1"}')


def test_an_id_of_odd_characters_is_found_in_json_and_in_addresses() -> None:
    whom = Person("user", ('a"b c\\é',))
    for text in (json.dumps('a"b c\\é', ensure_ascii=False).encode(), b"?u=a%22b%20c%5C%C3%A9&x"):
        assert whom.pattern.search(text)


@pytest.fixture
def deployed() -> Any:
    """A tenant in S3 with versions, and a stage with its key."""
    with mock_aws():
        s3 = boto3.client("s3")
        for name in (BUCKET, "own"):
            s3.create_bucket(Bucket=name)
        s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        objects, own = BucketObjects(BUCKET, OWNER, s3), BucketObjects("own", OWNER, s3)
        people.fill(objects, own, 300, 6, 1)
        yield Tenant("prod", BUCKET, objects, own, None, OldVersions(client("s3", "us-east-1"), BUCKET, OWNER))


def versions(tenant: Tenant) -> list[tuple[str, bytes]]:
    s3, found = boto3.client("s3"), []
    for name in (BUCKET, "own"):
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=name):
            for one in page.get("Versions", []):
                body = s3.get_object(Bucket=name, Key=one["Key"], VersionId=one["VersionId"])["Body"].read()
                found.append((one["Key"], body))
    return found


def test_in_s3_old_versions_go_too_and_kms_signs(deployed: Tenant, tmp_path: Path) -> None:
    stage, clock = Stage(name="prod", account=OWNER), Clock()
    with pytest.raises(certificate.PersonError, match="sluice person key --stage prod"):
        certificate.signer(stage, deployed.own)
    assert certificate.make_key(stage) == certificate.make_key(stage) == "alias/sluice-prod-person"
    signer = certificate.signer(stage, deployed.own)

    (done,) = erasure.erase(deployed, [Asked("session", WHO)], signer, clock, clock.wait)

    signer.verify(done)
    with pytest.raises(certificate.Forged):
        signer.verify(certificate._here(FolderObjects(tmp_path)).sign(done.said))
    for number, (key, body) in enumerate(versions(deployed)):
        path = tmp_path / f"{number}"
        path.write_bytes(body)
        assert WHO.encode() not in people.unpacked(path), key
    left = People([Person("session", (session(2),))])
    assert all(stores.look(store, left).own for store in deployed.stores[:3])
