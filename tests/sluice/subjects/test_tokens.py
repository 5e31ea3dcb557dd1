"""A person's requests reach the token vault: by the clear value, records with its tokens and its rows are found and go."""

from __future__ import annotations

import json
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws
from typer.testing import CliRunner, Result

from chalicelib import records
from chalicelib.lake import compaction, tombstones
from chalicelib.lake.kinds import EVENTS
from chalicelib.lake.objects import FolderObjects
from chalicelib.prefixes import OWN_FOLDER
from chalicelib.tracking import assembly, ingest
from chalicelib.vault import tokens
from chalicelib.vault.keyring import FileKeys, KmsKeys, data_alias, mac_alias
from chalicelib.vault.rows import KEY, FileRows, Row, TableRows
from chalicelib.vault.tokens import Named
from sluice.cli import person as command
from sluice.cli.main import main
from sluice.project import config, environment
from sluice.subjects import certificate, erasure
from sluice.subjects.erasure import Asked, Tenant
from sluice.subjects.hashes import Hashes
from sluice.subjects.vault import Vault
from sluice.vault import opening, revealing
from tests import people
from tests.conftest import BUCKET, PROVE
from tests.people import Clock
from tests.records import record

TOML = f'[stages.local]\nstore = "dir:data"\naudit = {{}}\n[[stages.local.allow]]\nbucket = "{BUCKET}"\n'
TOKENIZED = 'tokenize = ["userId", "metadata.email"]\n'
PHRASE = "correct horse battery"
ADA, BEN = "ada@example.org", "ben@example.org"
SENT = [
    {"userId": "u-ada", "metadata": {"email": "Ada@Example.org", "plan": "pro"}},
    {"userId": "u-ada", "metadata": {"email": ADA}},
    {"userId": ADA},
    {"userId": "u-ben", "metadata": {"email": BEN}},
]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a vault, in whose folder the commands run; the store of its stage."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(opening.PASSPHRASE, PHRASE)
    monkeypatch.setattr(command, "sleep", lambda seconds: None)
    ask(TOKENIZED)
    assert CliRunner().invoke(main, ["vault", "init"]).exit_code == 0
    return tmp_path / "data"


def ask(entry: str) -> None:
    """The project with this in its entry."""
    Path("sluice.toml").write_text(TOML + entry)
    assert CliRunner().invoke(main, ["sync"]).exit_code == 0


def send(*events: dict[str, Any]) -> None:
    """These events, by a worker that knows nothing yet."""
    now, path = datetime.now(UTC), assembly.assemble(environment.load("local"))
    for one in events or SENT:
        body = {"bucket": BUCKET, "eventType": "a", "timestamp": records.iso(now), **one}
        path.track(ingest.Request(json.dumps(body).encode(), {}, "81.2.69.142", now))


def run(name: str, *arguments: str) -> Result:
    done = CliRunner().invoke(main, ["person", name, "--bucket", BUCKET, *arguments])
    assert done.exit_code == 0, done.output
    return done


def found(user: str) -> dict[str, tuple[int, int]]:
    """What `find` counts, by store: the person's own, and mentions."""
    said = json.loads(run("find", "--user", user, "--json").stdout)
    return {one["store"]: tuple(sum(hit[name] for hit in one["hits"]) for name in ("own", "mentions")) for one in said}


def token(data: Path, value: str, kind: str = "id", version: int = 1) -> bytes:
    named = Named(kind, version)
    derived = FileKeys(data / OWN_FOLDER).derived(BUCKET, named)
    return tokens.token(derived, named, tokens.normal(kind, value)).encode()


def vaulted(said: list[dict[str, Any]]) -> tuple[int, int]:
    (one,) = [one for one in said if one["store"] == "vault"]
    return one["own"], one["mentions"]


def test_by_the_clear_value_records_with_its_tokens_are_found_copied_and_erased_with_its_rows(data: Path) -> None:
    send()
    hers = [token(data, ADA), token(data, ADA, "email")]
    assert (found(ADA)["records"], found(ADA)["vault"]) == ((3, 0), (2, 1))

    run("erase", "--user", ADA, "--yes", "--out", "done.json")

    left = people.searched(data)
    # The row of u-ada goes, too: it was in her records alone.
    assert [one for one in (*hers, token(data, "u-ada")) if one in left] == []
    assert token(data, "u-ben") in left and token(data, BEN, "email") in left
    paper = Path("done.json").read_bytes()
    assert not [one for one in (ADA.encode(), *hers) if one in paper]
    said = json.loads(json.loads(paper)["statement"])
    assert (vaulted(said["before"]), vaulted(said["after"]), said["left"]) == ((2, 1), (0, 0), 0)
    assert "Those of versions up to 1 were looked for." in str(said["not_covered"])
    opened = revealing.reveal(config.given("local"), BUCKET, [token(data, BEN, "email").decode()], "test")
    assert list(opened.values()) == [BEN]


def test_a_later_event_of_the_same_value_makes_a_new_row_and_counts(data: Path) -> None:
    send()
    run("erase", "--user", ADA, "--yes")
    send({"userId": ADA})
    assert (found(ADA)["records"], found(ADA)["vault"]) == ((1, 0), (1, 0))
    assert list(revealing.reveal(config.given("local"), BUCKET, [token(data, ADA).decode()], "test").values()) == [ADA]


def test_the_row_of_a_value_that_others_records_have_stays(data: Path) -> None:
    send(*SENT, {"userId": "u-ben", "metadata": {"email": ADA}})
    run("erase", "--user", "u-ada", "--yes", "--out", "done.json")
    left = people.searched(data)
    assert (token(data, "u-ada") in left, token(data, ADA, "email") in left) == (False, True)
    said = json.loads(json.loads(Path("done.json").read_bytes())["statement"])
    assert (vaulted(said["before"]), vaulted(said["after"])) == ((1, 1), (0, 1))
    assert found(ADA)["records"] == (2, 0)


def test_a_copy_shows_which_tokens_are_of_the_person_and_of_nobody_else(data: Path) -> None:
    send()
    run("export", "--user", ADA, "--out", "copy", "--summary")
    page = Path("copy/summary.html").read_text()
    rows = [json.loads(line) for line in Path("copy/vault.jsonl").read_text().splitlines()]
    hers = {token(data, ADA).decode(), token(data, ADA, "email").decode()}
    assert {one["token"] for one in rows} == hers and {one["value"] for one in rows} == {ADA}
    assert all(f"<td>{one}</td><td>{ADA}</td>" in page for one in hers)
    assert "1 more are in place of values that are kept apart" in page
    assert not [one for one in ("u-ada", token(data, "u-ada").decode(), BEN) if one in page]


def test_tokens_of_each_version_are_found(data: Path) -> None:
    send()
    ask(f"{TOKENIZED}token_version = 2\n")
    send({"userId": ADA})
    run("erase", "--user", ADA, "--yes")
    left = people.searched(data)
    assert [number for number in (1, 2) if token(data, ADA, version=number) in left] == []


def test_many_people_at_once_derive_each_key_once(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"person-{number}@example.org" for number in range(6)]
    send(*({"userId": f"u-{one}", "metadata": {"email": one}} for one in names))
    derived, asked = FileKeys.derived, Counter[Named]()

    def counted(self: FileKeys, bucket: str, named: Named) -> bytes:
        asked[named] += 1
        return derived(self, bucket, named)

    Path("asked.txt").write_text("\n".join(names[:4]))
    with monkeypatch.context() as patch:
        patch.setattr(FileKeys, "derived", counted)
        run("erase", "--from", "asked.txt", "--yes")
    assert asked == {Named("id", 1): 1, Named("email", 1): 1}
    left = people.searched(data)
    assert [one for one in names if token(data, one, "email") in left] == names[4:]
    papers = [json.loads(json.loads(one.read_bytes())["statement"]) for one in Path("certificates").iterdir()]
    assert [(vaulted(one["before"]), vaulted(one["after"])) for one in papers] == [((1, 1), (0, 0))] * 4


def test_without_the_vault_s_keys_it_says_that_tokens_are_not_found(data: Path) -> None:
    send()
    (data / OWN_FOLDER / "vault" / "mac").unlink()
    assert "Tokens cannot be made now (Vault.NoKeys)" in " ".join(run("find", "--user", ADA).stderr.split())


def test_where_the_entry_has_no_tokens_any_more_it_says_so(data: Path) -> None:
    send()
    ask("")
    said = " ".join(run("find", "--user", ADA).stderr.split())
    assert "`tokenize`: tokens in place of values. They were not looked for." in said


# Below the commands, with a tenant whose days are closed.


class Crash(BaseException):
    """The machine is gone."""


class Watched:
    """Objects, or rows, of which each change is announced before and after it is made."""

    def __init__(self, inner: Any, changing: Callable[[], None]) -> None:
        self._inner, self._changing = inner, changing

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if name not in {"create", "replace", "delete", "remove"}:
            return found

        def changed(*given: Any) -> Any:
            self._changing()
            done = found(*given)
            self._changing()
            return done

        return changed


class Plain:
    """Keys for tokens that need no file."""

    def derived(self, bucket: str, named: Named) -> bytes:
        return repr((bucket, named)).encode()

    def data(self, bucket: str) -> Any:
        raise AssertionError("an erasure makes no data key")


def closed(folder: Path, changing: Callable[[], None] = lambda: None) -> Tenant:
    """A tenant with tokens in a closed day, in an open one, and in the vault."""
    objects, own, rows = FolderObjects(folder / BUCKET), FolderObjects(folder / ".stage"), FileRows(folder / ".stage")
    vault = Vault(BUCKET, 1, Plain(), Watched(rows, changing))
    if not list(objects.keys("analytics/")):
        for day in (people.DAYS[0], people.DAYS[4]):
            for number, who in enumerate((ADA, BEN, ADA)):
                filed(objects, f"{day:%m%d}-{number}-abcdefghijk", day, who)
        assert compaction.compact(objects, people.DAYS[0], people.NOW).did == "compacted"
        compaction.advance(objects, people.NOW.replace(day=5))
        for one in (email(ADA), email(BEN), account(ADA), account(BEN)):
            rows.add(Row(BUCKET, one, b"key", b"box", "2026-11-03"))
    return Tenant(
        "local",
        BUCKET,
        *(Watched(one, changing) for one in (objects, own)),
        vault=vault,  # type: ignore[arg-type]
    )


def filed(objects: FolderObjects, name: str, day: Any, who: str, at: datetime | None = None) -> None:
    at = at or datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    fields = {"user_id": account(who), "metadata": json.dumps({"email": email(who)})}
    one = record(name, timestamp=records.iso(at), server_timestamp=records.iso(at), **fields)
    objects.create(records.object_key(day, name), records.encode(one), {})


def email(who: str, kind: str = "email") -> str:
    return tokens.token(Plain().derived(BUCKET, Named(kind, 1)), Named(kind, 1), who)


def account(who: str) -> str:
    """The token of the user's own id, which the request does not name."""
    return email(f"u-{who}", "id")


def erase(tenant: Tenant, clock: Clock | None = None, *, knows: bool = True) -> Any:
    assert tenant.vault is not None
    asked = Asked("user", ADA, hashes=Hashes((), (), tenant.vault.tokens(ADA) if knows else frozenset()))
    clock = clock or Clock()
    return erasure.erase(tenant, [asked], certificate._here(tenant.own), clock, clock.wait)[0]


def points() -> Iterable[int]:
    return count(1) if PROVE else random.Random().sample(range(1, 40), 3)


def test_wherever_it_crashes_the_next_run_goes_on_and_the_row_is_gone(tmp_path: Path) -> None:
    for at in points():
        folder, moments = tmp_path / f"{at}", count(1)

        def changing(at: int = at, moments: Any = moments) -> None:
            if next(moments) == at:
                raise Crash

        closed(folder)
        try:
            erase(closed(folder, changing))
            assert at > 40
            return
        except Crash:
            pass
        made = erase(closed(folder))
        left = people.searched(folder)
        assert [one.encode() in left for one in (email(ADA), account(ADA), email(BEN), account(BEN))] == [
            *(False, False, True, True)
        ], at
        assert (vaulted(made.said["before"]), vaulted(made.said["after"]), made.said["left"]) == ((1, 1), (0, 0), 0), at
        shutil.rmtree(folder)


def test_a_run_that_goes_on_knows_the_tokens_where_the_vault_s_keys_are_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: Any) -> None:
        raise Crash

    with monkeypatch.context() as patch, pytest.raises(Crash):
        patch.setattr(erasure, "_clean", crash)
        erase(closed(tmp_path))
    erase(closed(tmp_path), knows=False)
    left = people.searched(tmp_path)
    assert [one.encode() in left for one in (email(ADA), account(ADA), account(BEN))] == [False, False, True]


def test_what_comes_late_with_a_token_stays_out_and_what_is_new_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant, clock, day = closed(tmp_path / "data"), Clock(), people.DAYS[0]
    erase(tenant, clock)
    objects = FolderObjects(tmp_path / "data" / BUCKET)
    heeding = EVENTS._replace(secret=lambda: tombstones.secret_of(tenant.own))
    for name, at in (("again-000000000001", people.NOW), ("later-000000000001", clock.now)):
        filed(objects, name, day, ADA, at)
    assert compaction.reconcile(objects, day, clock.now, heeding).did == "reconciled"
    rows = people.viewed(objects, tmp_path / "after", "metadata")
    assert [event for event, said in rows.items() if email(ADA) in said] == ["later-000000000001"]
    # A negative control: without tombstones of tokens who was erased would be back.
    monkeypatch.setattr(tokens, "held", lambda *texts: set())
    filed(objects, "again-000000000002", day, ADA, people.NOW)
    assert compaction.reconcile(objects, day, clock.now, heeding).did == "reconciled"
    assert "again-000000000002" in people.viewed(objects, tmp_path / "control", "metadata")


def test_in_aws_a_request_derives_looks_and_deletes_and_opens_nothing(tmp_path: Path) -> None:
    name, asked = "sluice-prod-vault", []
    with mock_aws():
        kms, dynamodb = boto3.client("kms"), boto3.client("dynamodb")
        kms.create_alias(
            AliasName=mac_alias(name),
            TargetKeyId=kms.create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")["KeyMetadata"]["KeyId"],
        )
        kms.create_alias(AliasName=data_alias(name), TargetKeyId=kms.create_key()["KeyMetadata"]["KeyId"])
        dynamodb.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": KEY, "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": KEY, "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        keys, rows = KmsKeys(name, kms), TableRows(name, dynamodb)
        vault = Vault(BUCKET, 1, keys, rows)
        for who in (ADA, BEN):
            for one in vault.tokens(who):
                rows.add(Row(BUCKET, one, b"key", b"box", "2026-11-03"))
        for one in (kms, dynamodb):
            one.meta.events.register("before-call", lambda model, **_: asked.append(model.name))
        tenant = closed(tmp_path)._replace(vault=Vault(BUCKET, 1, keys, rows))
        made = erase(tenant)
        assert (vaulted(made.said["before"]), vaulted(made.said["after"])) == ((2, 0), (0, 0))
        left = {one[KEY]["S"] for one in dynamodb.scan(TableName=name)["Items"]}
        assert left == {f"{BUCKET}#{one}" for one in vault.tokens(BEN)}
    assert {*asked} == {"GenerateMac", "BatchGetItem", "DeleteItem", "Scan"}  # the scan is this test's
