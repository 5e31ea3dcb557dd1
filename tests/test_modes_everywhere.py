"""Every mode on every way in: nothing that a mode forbids is in any output, and what it lets in shows that we look there."""

from __future__ import annotations

import gzip
import io
import json
from base64 import b64decode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import boto3
import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from chalicelib import allowlist, records, values
from chalicelib.allowlist import Entry
from chalicelib.lake import compaction
from chalicelib.lake.objects import FolderObjects
from chalicelib.settings import Settings
from chalicelib.tracking import assembly, ingest
from chalicelib.tracking.stream import unpacked
from chalicelib.tracking.tenant_keys import context, object_key
from chalicelib.vault import tokens
from sluice.cli.main import main
from sluice.imports import importer, rejected
from sluice.project import environment
from tests import streams, vaults
from tests.conftest import BUCKET, PROVE, SAFARI, Tracker, event_body
from tests.streams import OWN, Stage

OTHER = "blog-analytics"
ADDRESS, PHONE, NUMBER, MAIL = "81.2.69.142", "+1 416 555 0123", "203.0.113.77", "jane@shop.example"
ALIAS = "alias/sluice-prod-identify"


class Modes(NamedTuple):
    """An entry's modes."""

    identify: str = "sent"
    user_agent: str = "full"
    phones_in_text: str = "keep"
    addresses_in_text: str = "redact"

    def keeps(self, who: Person) -> dict[str, bool]:
        """Each text of the person, and whether it may be in an output."""
        of_ids = self.identify == "sent"
        return {
            who.session: of_ids,
            who.user: of_ids,
            "AppleWebKit": self.user_agent == "full",
            PHONE: self.phones_in_text == "keep",
            NUMBER: self.addresses_in_text == "keep",
            ADDRESS: False,
            MAIL: False,
        }


class Person(NamedTuple):
    """Whose events they are: ids that nothing else has in it."""

    session: str
    user: str

    def event(self, **fields: Any) -> dict[str, Any]:
        """An event of this person, with something of each class that a mode or the redactor forbids."""
        text = f"call {PHONE} or {MAIL}"
        own = {"sessionId": self.session, "userId": self.user, "metadata": {"note": text, "at": f"from {NUMBER}"}}
        return event_body(page=f"/from/a {NUMBER}", **own, **fields)


EVERY = [
    Modes(*one) for one in product(("sent", "none", "day", "tenant"), ("full", "family"), *[("keep", "redact")] * 2)
]
SOME = [Modes(addresses_in_text="keep"), *(Modes(one, "family", "redact") for one in ("none", "day", "tenant"))]
MODES = EVERY if PROVE else SOME
REPORTED = MODES if PROVE else SOME[-1:]  # thirty questions each
ID = st.text("abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ-", min_size=12, max_size=40).map("id~{}~x".format)
PEOPLE = st.builds(Person, ID, ID)
# Each example is a stage of its own: none is made smaller.
LIGHTLY = settings(
    phases=[Phase.generate],
    max_examples=6 if PROVE else 1,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def listed(folder: Path, modes: Modes) -> None:
    entries = [Entry(one, keep_rejected=True, **modes._asdict()) for one in (BUCKET, OTHER)]
    (folder / "allowed.json").write_bytes(allowlist.encoded(entries))


def judged(outputs: str, modes: Modes, who: Person) -> None:
    """Exactly what the modes keep is there."""
    found = {text: text in outputs for text in modes.keeps(who)}
    assert found == modes.keeps(who)


@pytest.fixture
def streamed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Modes], Iterator[Stage]]:
    """A deployed stage with a stream, and a key of KMS that has sealed the tenants' keys."""
    monkeypatch.setattr(values, "ROOT", tmp_path)

    def made(modes: Modes) -> Any:
        listed(tmp_path, modes)
        return streams.stage(1, ALLOWED_BUCKETS="@allowed.json", IDENTIFY_KEY=f"kms:{ALIAS}")

    return made


def seal(stage: Stage) -> None:
    kms = boto3.client("kms")
    kms.create_alias(AliasName=ALIAS, TargetKeyId=kms.create_key()["KeyMetadata"]["KeyId"])
    for bucket in (BUCKET, OTHER):
        stage.bucket(bucket)
        sealed = kms.generate_data_key_without_plaintext(
            KeyId=ALIAS, NumberOfBytes=32, EncryptionContext=context(bucket)
        )
        stage.s3.put_object(Bucket=OWN, Key=object_key(bucket), Body=sealed["CiphertextBlob"])


def bucketed(stage: Stage) -> str:
    """All that is in all buckets but the sealed keys, and in the stream."""
    keys = [(one, key) for one in (BUCKET, OTHER, OWN) for key in stage.keys(one) if "identify-keys/" not in key]
    bodies = [stage.s3.get_object(Bucket=bucket, Key=key)["Body"].read() for bucket, key in keys]
    plain = [gzip.decompress(one) if one[:2] == b"\x1f\x8b" else one for one in bodies]
    stage._at.clear()
    messages = [one for shard in stage.shards() for one in stage.messages(shard)]
    return "\n".join([*(one.decode() for one in plain), *map(in_the_stream, messages), *(key for _, key in keys)])


def in_the_stream(message: dict[str, Any]) -> str:
    return str(unpacked(b64decode(message["kinesis"]["data"])))


def answered(tracker: Tracker, who: Person, headers: dict[str, str]) -> str:
    """The person's event by each way of the API: alone, in a batch, as an image, as a dry run, and refused in each."""
    body = who.event()
    wrong = {**body, "viewport": 7}
    image = {name: [body[name]] for name in ("bucket", "eventType", "page", "sessionId", "userId")}
    calls: list[dict[str, Any]] = [
        {"body": body},
        {"body": {"bucket": BUCKET, "events": [body, wrong]}, "path": "/track/batch"},
        {"method": "GET", "path": "/pixel.gif", "query": image},
        {"body": wrong},
        {"body": json.dumps(body)[:-1]},
        {"body": {"bucket": BUCKET, "events": [body], "mine": who.session}, "path": "/track/batch"},
    ]
    return "\n".join(json.dumps(tracker.call(headers=headers, address=ADDRESS, **one).json) for one in calls)


@pytest.mark.parametrize("modes", MODES)
@LIGHTLY
@given(who=PEOPLE)
def test_of_what_comes_by_the_api_and_the_stream_and_is_replayed(
    streamed: Callable[[Modes], Any], log: io.StringIO, modes: Modes, who: Person
) -> None:
    log.seek(0)
    log.truncate()
    with streamed(modes) as stage:
        seal(stage)
        began = datetime.now(UTC) - timedelta(minutes=1)
        receipts = answered(Tracker(stage.app), who, {"User-Agent": SAFARI})
        before = bucketed(stage)
        stage._at.clear()
        assert stage.drain()
        stage.release(parked=True)
        stored = stage.records(BUCKET)
        stage.release(**{"from": records.iso(began)})
        assert len(stored) == 3
        hashed = {one["userId"] for one in stored if one["sessionId"]}
        assert bool(hashed) is (modes.identify != "none")
        judged("\n".join([receipts, before, bucketed(stage), log.getvalue()]), modes, who)


TOML = '[stages.local]\nstore = "dir:data"\n'


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(values, "ROOT", tmp_path)
    return tmp_path


def run(*words: str) -> str:
    done = CliRunner().invoke(main, list(words))
    assert done.exit_code == 0, done.output
    return done.output


def ask(modes: Modes) -> Settings:
    """The local stage's settings with these modes, of a tenant with a key."""
    fields = "\n".join(f'{name} = "{value}"' for name, value in modes._asdict().items())
    entries = [f'[[stages.local.allow]]\nbucket = "{one}"\nkeep_rejected = true\n{fields}\n' for one in (BUCKET, OTHER)]
    Path("sluice.toml").write_text(TOML + "".join(entries))
    run("sync")
    if modes.identify == "tenant":
        run("key", "identify", "--bucket", BUCKET)
    return environment.load("local")


def request(body: Any, at: datetime) -> ingest.Request:
    return ingest.Request(json.dumps(body).encode(), {"user-agent": SAFARI}, ADDRESS, at)


def log_line(who: Person, at: datetime) -> str:
    """What a web server writes: the address, and texts of the person in the page, of which the query is not kept."""
    target = f"/from/a%20{NUMBER}/{PHONE.replace(' ', '%20')}?session={who.session}&user={who.user}&mail={MAIL}"
    return f'{ADDRESS} - {who.user} [{at:%d/%b/%Y:%H:%M:%S %z}] "GET {target} HTTP/1.1" 200 512 "-" "{SAFARI}"\n'


def parquet(day: Any) -> str:
    """The day's Parquet as text."""
    objects = FolderObjects(Path("data") / BUCKET)
    assert compaction.compact(objects, day, datetime.now(UTC) + timedelta(days=4)).did == "compacted"
    (path,) = (Path("data") / BUCKET / "compacted").rglob("*.parquet")
    with duckdb.connect() as connection:
        return str(connection.execute(f"FROM read_parquet('{path}')").fetchall())


def held(folder: Path) -> str:
    """All text below the folder, but for databases and tenants' keys."""
    texts = (one for one in sorted(folder.rglob("*")) if one.is_file() and ".stage" not in one.parts)
    return "\n".join(one.read_text(errors="replace") for one in texts)


@pytest.mark.parametrize("modes", MODES)
@LIGHTLY
@given(who=PEOPLE)
def test_of_what_is_imported_replayed_compacted_and_reported(project: Path, modes: Modes, who: Person) -> None:
    for old in project.glob("data"):
        old.rename(project / f"before-{len(list(project.iterdir()))}")
    now = datetime.now(UTC)
    # Refused while everything was kept: what is replayed is as the modes say now.
    path = assembly.assemble(ask(Modes(addresses_in_text="keep")))
    with pytest.raises(Exception, match="viewport"):
        path.track(request(who.event(viewport=7, userAgent=SAFARI), now))
    kept = held(project / "data")
    assert who.session in kept
    settings = ask(modes)
    path = assembly.assemble(settings)
    path.track(request(who.event(), now))
    path.track_batch(request({"bucket": BUCKET, "events": [who.event()]}, now))
    Path("access.log").write_text(log_line(who, now))
    assert importer.import_logs(["access.log"], BUCKET, settings).stored == 1
    objects = FolderObjects(Path("data") / BUCKET)
    done = rejected.replay(BUCKET, settings, objects, "InvalidField", {"viewport": None})
    assert (done.stored, done.refused.total()) == (1, 0)

    outputs = [held(project / "data" / BUCKET / "analytics"), parquet(now.date())]
    if modes in REPORTED:
        run("report", "--bucket", BUCKET, "--week", f"{now:%G-W%V}", "--out", "report.html")
        outputs.append(Path("report.html").read_text())
    judged("\n".join(outputs), modes, who)
    sent = [json.loads(one) for one in outputs[0].splitlines() if "call" in one]
    (replayed,) = [one for one in sent if one["ip"] is None]
    assert len(sent) == 3
    if modes.identify == "tenant":
        assert (replayed["sessionId"], replayed["userId"]) == (None, None)


@pytest.mark.parametrize(("identify", "distinct"), [("sent", 1), ("none", 0), ("day", 4), ("tenant", 2)])
def test_of_one_id_that_two_tenants_get_on_two_days_only_what_the_mode_says_is_joined(
    project: Path, identify: str, distinct: int
) -> None:
    path = assembly.assemble(ask(Modes(identify)))
    if identify == "tenant":
        run("key", "identify", "--bucket", OTHER)
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    for bucket, day in product((BUCKET, OTHER), range(2)):
        when = at + timedelta(days=day)
        one = {"bucket": bucket, "eventType": "a", "timestamp": records.iso(when), "sessionId": "same", "userId": "u"}
        path.track(request(one, when))
        path.track_batch(request({"bucket": bucket, "events": [one]}, when))
    found: dict[str, set[str]] = {}
    for file in sorted((project / "data").rglob("analytics/**/*.json")):
        for line in map(json.loads, file.read_text().splitlines()):
            found.setdefault(line["sessionId"] or "", set()).add(file.relative_to(project / "data").parts[0])
    assert len(set(found) - {""}) == distinct
    # Anyone who has two tenants' records joins them by an id that was stored as it was sent, and by no other.
    assert {len(tenants) for session, tenants in found.items() if session} <= ({2} if identify == "sent" else {1})


def test_one_tenant_s_hashes_differ_between_modes(project: Path) -> None:
    at = datetime.now(UTC)
    for identify in ("day", "tenant"):
        path = assembly.assemble(ask(Modes(identify)))
        path.track(request(event_body(sessionId="same"), at))
    lines = [json.loads(one.read_text()) for one in (project / "data").rglob("analytics/**/*.json")]
    assert len({one["sessionId"] for one in lines}) == len(lines) == 2


def test_of_a_tokenized_field_no_byte_is_in_the_stream_a_bucket_or_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log: io.StringIO
) -> None:
    monkeypatch.setattr(values, "ROOT", tmp_path)
    fields = frozenset({"sessionId", "userId", "metadata.note"})
    entries = [Entry(one, keep_rejected=True, tokenize=fields) for one in (BUCKET, OTHER)]
    (tmp_path / "allowed.json").write_bytes(allowlist.encoded(entries))
    who = Person("id~of~a~session~x", "id~of~a~user~x")
    with streams.stage(1, ALLOWED_BUCKETS="@allowed.json", VAULT=f"aws:{vaults.STAGE.vault}") as stage:
        vaults.make()
        for bucket in (BUCKET, OTHER):
            stage.bucket(bucket)
        receipts = answered(Tracker(stage.app), who, {"User-Agent": SAFARI})
        before = bucketed(stage)
        stage._at.clear()
        assert stage.drain()
        stage.release(parked=True)
        stored = stage.records(BUCKET)
        outputs = "\n".join([receipts, before, bucketed(stage), log.getvalue()])
        assert not [one for one in (*who, PHONE, MAIL) if one in outputs]
        assert {bool(tokens.read(one[name])) for one in stored for name in ("sessionId", "userId")} == {True}
        assert (len(stored), len(vaults.table())) == (3, 3)
        assert not [one for one in who if one.encode() in vaults.raw()]
