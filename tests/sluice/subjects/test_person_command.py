"""`sluice person` as an operator uses it, on this machine and against S3 and KMS."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

import boto3
import pytest
from moto import mock_aws
from typer.testing import CliRunner, Result

from chalicelib import records
from chalicelib.lake.objects import BucketObjects, FolderObjects
from chalicelib.settings import Settings
from chalicelib.tracking import assembly, ingest, modes
from sluice.aws import client
from sluice.cli import person as command
from sluice.cli.main import main
from sluice.project import environment
from sluice.project.config import Stage
from sluice.subjects import certificate, erasure, requests, stores
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
    monkeypatch.setattr(command, "sleep", lambda seconds: None)
    assert CliRunner().invoke(main, ["sync"]).exit_code == 0
    people.made(tmp_path / "data", 200, 8)
    return tmp_path / "data"


def run(name: str, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["person", name, *arguments])


def test_what_would_go_is_shown_first_and_nothing_changes(data: Path) -> None:
    before = people.searched(data)
    said = run("erase", "--bucket", BUCKET, "--session", WHO)
    assert said.exit_code == 0, said.output
    assert "Nothing was changed" in said.stdout
    assert people.searched(data) == before


def asks(data: Path, mode: str) -> Settings:
    """The project's settings, once its entry has this mode and its tenant a key."""
    (data.parent / "sluice.toml").write_text(f'{TOML}identify = "{mode}"\n')
    assert CliRunner().invoke(main, ["sync"]).exit_code == 0
    if mode == "tenant":
        assert CliRunner().invoke(main, ["key", "identify", "--bucket", BUCKET]).exit_code == 0
    return environment.load("local")


def sent(settings: Settings, user: str) -> None:
    """An event of this user, by the stage's own path."""
    now = datetime.now(UTC)
    body = {"bucket": BUCKET, "eventType": "a", "timestamp": records.iso(now), "userId": user}
    assembly.assemble(settings).track(ingest.Request(json.dumps(body).encode(), {}, "81.2.69.142", now))


def test_what_is_stored_under_the_tenant_s_key_is_found_copied_and_erased_by_the_clear_id(data: Path) -> None:
    settings = asks(data, "tenant")
    for user in ("u-jane", "u-jane", "u-john"):
        sent(settings, user)
    found = run("find", "--bucket", BUCKET, "--user", "u-jane", "--json")
    assert sum(hit["own"] for one in json.loads(found.stdout) for hit in one["hits"]) == 2
    assert run("export", "--bucket", BUCKET, "--user", "u-jane", "--out", "copy").exit_code == 0
    assert len(Path("copy/records.jsonl").read_text().splitlines()) == 2

    said = run("erase", "--bucket", BUCKET, "--user", "u-jane", "--yes", "--out", "done.json")
    assert said.exit_code == 0, said.output
    key = (data / ".stage/identify-keys" / BUCKET).read_bytes()
    assert modes.hashed(key, "user", "u-jane").encode() not in people.searched(data)
    assert modes.hashed(key, "user", "u-john").encode() in people.searched(data)
    assert "u-jane" not in Path("done.json").read_text()


def test_without_the_key_it_says_that_those_of_the_key_are_not_found(data: Path) -> None:
    asks(data, "tenant")
    (data / ".stage/identify-keys" / BUCKET).unlink()
    said = run("find", "--bucket", BUCKET, "--user", "u-jane")
    assert "The key is not available (TenantKey.NoFile)" in " ".join(said.stderr.split())


def test_a_local_stage_says_that_hashes_of_days_are_not_found(data: Path) -> None:
    asks(data, "day")
    said = " ".join(run("find", "--bucket", BUCKET, "--session", WHO).stderr.split())
    assert "in the memory of its server alone" in said
    assert 'to "tenant" meanwhile' in said


def test_a_tenant_s_key_of_this_machine_is_its_user_s_alone_and_made_once(data: Path) -> None:
    asks(data, "tenant")
    path = data / ".stage/identify-keys" / BUCKET
    before = path.read_bytes()
    again = CliRunner().invoke(main, ["key", "identify", "--bucket", BUCKET])
    assert (again.exit_code, "nothing was changed" in again.stdout) == (0, True)
    assert (path.stat().st_mode & 0o777, path.read_bytes(), len(before)) == (0o600, before, 32)
    rows = [json.loads(one.read_bytes()) for one in sorted((data / ".audit").rglob("*.json")) if one.name[0] != "."]
    made = [(row["subject"], row["details"]["phase"]) for row in rows if row["action"] == "key.made"]
    assert made == [(BUCKET, "asked"), (BUCKET, "done")]


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


def test_a_list_of_people_goes_at_once_and_each_gets_a_certificate(data: Path) -> None:
    gone = [session(1), session(5)]
    Path("asked.txt").write_text(f"\ufeff{gone[0]}\n\n {gone[1]}\r\n{gone[0]}\n")
    asked = ("erase", "--bucket", BUCKET, "--from", "asked.txt", "--of", "session")

    shown = run(*asked)
    said = run(*asked, "--yes")

    assert (shown.exit_code, said.exit_code) == (0, 0), shown.output + said.output
    assert "Nothing was changed" in shown.stdout
    assert "of 2 people that came up to " in said.stdout
    assert "none left. The certificates are in certificates;" in said.stdout
    # By the lines of the file, and nowhere by an id.
    assert sorted(path.name for path in Path("certificates").iterdir()) == ["0001.json", "0003.json"]
    assert run("verify", "certificates/0003.json", "--session", gone[1]).exit_code == 0
    assert "somebody else's" in run("verify", "certificates/0001.json", "--session", gone[1]).stderr
    trail = people.searched(data, Path("certificates")) + shown.output.encode() + said.output.encode()
    assert [one for one in gone if one.encode() in trail] == []
    rows = [json.loads(path.read_bytes()) for path in sorted((data / ".audit").rglob("*.json")) if path.name[0] != "."]
    done = [row["details"]["certificate"] for row in rows if row["details"]["phase"] == "done"]
    papers = [json.loads(path.read_bytes())["statement"].encode() for path in Path("certificates").iterdir()]
    assert sorted(done) == sorted(sha256(one).hexdigest() for one in papers)


def test_a_certificate_is_not_written_over(data: Path) -> None:
    Path("certificate.json").write_text("another's")
    said = run("erase", "--bucket", BUCKET, "--session", WHO, "--yes")
    assert (said.exit_code, "not written over" in said.stderr) == (1, True)
    assert WHO.encode() in people.searched(data)


def test_where_the_certificate_cannot_go_nothing_is_erased(data: Path) -> None:
    before = people.searched(data)
    said = run("erase", "--bucket", BUCKET, "--session", WHO, "--yes", "--out", "none/one.json")
    assert (said.exit_code, said.stderr.startswith("sluice: there is no folder none for one.json; make it")) == (
        1,
        True,
    )
    assert people.searched(data) == before


def test_of_a_bucket_that_has_nothing_nothing_is_certified(data: Path) -> None:
    entry = '\n[[stages.local.allow]]\nbucket = "*-logs"\n'
    Path("sluice.toml").write_text(TOML + entry)
    assert CliRunner().invoke(main, ["sync"]).exit_code == 0
    said = run("erase", "--bucket", "shop-logs", "--session", WHO, "--yes")
    assert (said.exit_code, Path("certificate.json").exists()) == (1, False)
    assert said.stderr == "sluice: nothing was ever stored in shop-logs; `sluice tenants` lists the buckets\n"


def test_a_run_that_was_stopped_hands_over_the_same_certificates(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*given: object) -> None:
        raise KeyboardInterrupt

    asked = ("erase", "--bucket", BUCKET, "--session", WHO, "--session", session(4), "--yes")
    with monkeypatch.context() as patch:
        patch.setattr(requests, "write", stopped)
        assert run(*asked).exit_code != 0
    assert not Path("certificates").exists()

    assert run(*asked).exit_code == 0
    held = [json.loads(json.loads(path.read_bytes())["statement"]) for path in sorted(Path("certificates").iterdir())]
    assert all(sum(one["own"] for one in statement["before"]) > 0 for statement in held)
    assert not [path for path in (data / ".stage" / "tombstone-key" / "plans").rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ((), "say who it is"),
        (("--from", "none.txt"), "none.txt cannot be used"),
        (("--from", "asked.txt", "--user", "u"), "not from both"),
        (("--from", "empty.txt"), "empty.txt has no ids"),
        (("--from", "picture.png"), "not a text"),
    ],
)
def test_a_request_of_nobody_is_refused(data: Path, given: tuple[str, ...], message: str) -> None:
    Path("asked.txt").write_text("u\n")
    Path("empty.txt").write_text("\n \n")
    Path("picture.png").write_bytes(b"\x89PNG\xff")
    said = run("erase", "--bucket", BUCKET, *given)
    assert (said.exit_code, message in said.stderr) == (1, True), said.stderr


def test_a_list_comes_by_standard_input(data: Path) -> None:
    said = CliRunner().invoke(
        main, ["person", "erase", "--bucket", BUCKET, "--from", "-", "--of", "session"], input=WHO
    )
    assert (said.exit_code, "in " in said.stdout) == (0, True), said.output


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


def test_each_of_many_is_found_where_one_alone_would_be() -> None:
    ids = ["u-1", "u-12", "ann@shop.example", "shop", "\u65e5\u672c", 'a"b c', "-", "x y"]
    persons = [Person("user", (one,)) for one in ids]
    texts = [json.dumps({"userId": one, "page": f"/?u={quote(two)}"}).encode() for one in ids for two in (*ids, "")]
    texts += [b"u-1-a u-123 zann@shop.example.com shops", b"", "{日本語}".encode(), b"ann@shop.example"]
    for text in texts:
        found = [one.whose for one in People(persons).mentions(text)]
        expected = [number for number, one in enumerate(persons) if one.pattern.search(text)]
        assert found == ([expected] if expected else []), text


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

    done, other = erasure.erase(
        deployed, [Asked("session", WHO), Asked("session", session(5))], signer, clock, clock.wait
    )

    signer.verify(done)
    signer.verify(other)
    with pytest.raises(certificate.Forged):
        signer.verify(certificate._here(FolderObjects(tmp_path)).sign(done.said))
    for number, (key, body) in enumerate(versions(deployed)):
        path = tmp_path / f"{number}"
        path.write_bytes(body)
        found = people.unpacked(path)
        assert not any(one.encode() in found for one in (WHO, session(5))), key
    left = People([Person("session", (session(2),))])
    assert all(stores.look(store, left).own for store in deployed.stores[:3])


def test_a_file_without_ids_is_named(data: Path) -> None:
    Path("empty.txt").write_text("\n")
    said = run("erase", "--bucket", BUCKET, "--from", "empty.txt")
    assert (said.exit_code, said.stderr) == (1, "sluice: empty.txt has no ids\n")
