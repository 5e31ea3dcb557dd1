"""The scan of what was stored: personal data that is planted in any form is named by its field, and never shown."""

from __future__ import annotations

import gzip
import io
import json
import struct
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from typer.testing import CliRunner

from chalicelib import logs, prefixes, settings
from chalicelib.lake import parquet
from chalicelib.lake.objects import FolderObjects
from chalicelib.reports import page, parts
from chalicelib.reports.manifest import Source
from chalicelib.service_logs import exporting
from chalicelib.tracking.rejected import Kept
from chalicelib.tracking.segments import SUFFIX
from chalicelib.tracking.stream import Message, packed
from docs.build import sample
from sluice.cli.main import main
from sluice.local import demo_days
from sluice.mirror import visits
from sluice.privacy import scan
from sluice.privacy.values import Unreadable, values
from tests import cloudfront
from tests.conftest import Tracker, event_body
from tests.records import fields

MAIL, PHONE, CARD = "jane.doe@shop.example", "+44 7400 123456", "4111 1111 1111 1111"
ADDRESS, IBAN = "81.2.69.142", "GB82 WEST 1234 5698 7654 32"
TOKEN = "gh" + "p_" + "a1b2c3d4e5" * 4
NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)
ID = "3f1c9d0a5b7e4c2f8a6d"
DAY = "year=2026/month=11/day=09"


def line(**changed: Any) -> bytes:
    return json.dumps(fields(ID, **changed)).encode() + b"\n"


def as_parquet(folder: Path, **changed: Any) -> bytes:
    source, target = folder / "lines.json", folder / "part.parquet"
    source.write_bytes(line() + line(**changed, eventId=ID[::-1]))
    parquet.write(source, target)
    return target.read_bytes()


def of_visits(folder: Path) -> bytes:
    part = folder / "dt=2026-11-09" / "events.parquet"
    part.parent.mkdir()
    part.write_bytes(as_parquet(folder, page=f"/thanks/{MAIL}", visitorId="ab12" * 4))
    (folder / "scratch").mkdir()
    visits.make(part, folder / "scratch")
    return visits.path(part).read_bytes()


def of_access(folder: Path) -> bytes:
    return cloudfront.packed(
        [cloudfront.line(NOON, {"cs-uri-query": "to=" + MAIL.replace("@", "%40"), "c-ip": "ab12" * 4})]
    )


def access_parquet(folder: Path) -> bytes:
    import duckdb

    target = folder / "access.parquet"
    duckdb.sql(f"COPY (SELECT '{IBAN}' AS cs_referer, 200 AS sc_status) TO '{target}'")
    return target.read_bytes()


def request_line(**changed: Any) -> bytes:
    said = {
        "message": logs.REQUEST,
        "route": "/track",
        "outcome": "accepted",
        "eventName": "page_view",
        "latencyMs": 2.5,
    }
    return json.dumps({**said, **changed}).encode() + b"\n"


def report(folder: Path) -> bytes:
    rows = (parts.Line(f"/thanks/{MAIL}", "", "1", parts.Change(""), 1.0),)
    groups = (parts.Group("Pages", (parts.Section("Top pages", lines=rows),)),)
    return page.html(parts.Report("shop", "a week", "quiet", (), (), groups, ())).encode()


def refused(folder: Path) -> bytes:
    body = json.dumps({"eventType": "page_view", "metadata": {"note": {"phone": "07400123456"}}})
    kept = Kept("InvalidField", "page", "page: must be a text", "2026-11-09T12:00:00.000Z", 90, 1, True, body)
    return msgspec.json.encode(kept) + b"\n"


PLACES: list[tuple[str, Callable[[Path], bytes], str, str]] = [
    (f"analytics/{DAY}/{ID}.json", lambda _: line(page=f"/thanks?for={MAIL}"), "page", "email address"),
    (
        f"analytics/{DAY}/batch.ab12.json",
        lambda _: line() + line(metadata=json.dumps({"pay": {"with": CARD}})),
        "metadata.pay.with",
        "card number",
    ),
    (
        f"analytics/{DAY}/stream.ab12.json.gz",
        lambda _: gzip.compress(line()) + gzip.compress(line(userId=PHONE)),
        "userId",
        "phone number",
    ),
    (
        "compacted/dt=2026-11-09/events.parquet",
        lambda folder: as_parquet(folder, utm={"source": TOKEN}),
        "utm.source",
        "token",
    ),
    (f"rejected/reason=InvalidField/{DAY}/1-ab.json", refused, "body.metadata.note.phone", "phone number"),
    (f"access/{DAY}/E1.gz", of_access, "cs-uri-query", "email address"),
    ("access-compacted/dt=2026-11-09/requests.parquet", access_parquet, "cs_referer", "IBAN"),
    ("mirrors/2026-11-09.spans", of_visits, "first_page", "email address"),
    (
        "logs/service.log",
        lambda _: request_line() + request_line(eventName=f"from-{ADDRESS}"),
        "eventName",
        "IP address",
    ),
    (
        "logs/2026/11/09/00-06.json.gz",
        lambda _: gzip.compress((exporting.kept(request_line(cause=MAIL).decode()) or b"") + b"\n"),
        "cause",
        "email address",
    ),
    ("reports/shop/2026-W45/report.html", report, "line", "email address"),
    (
        "reports/shop/2026-W45/manifest.json",
        lambda _: msgspec.json.encode({"objects": [Source(f"analytics/{MAIL}.json", "1")]}),
        "objects.key",
        "email address",
    ),
]


@pytest.mark.parametrize(("key", "made", "field", "kind"), PLACES, ids=[one[0] for one in PLACES])
def test_what_is_planted_in_a_place_is_named_by_its_field_and_never_shown(
    key: str, made: Callable[[Path], bytes], field: str, kind: str, tmp_path: Path
) -> None:
    target = tmp_path / "store" / key
    target.parent.mkdir(parents=True)
    target.write_bytes(made(tmp_path))

    said = CliRunner().invoke(main, ["privacy", "scan", "--local", str(tmp_path / "store"), "--json"])
    done = msgspec.json.decode(said.stdout, type=scan.Scan)

    assert said.exit_code == 1
    # A visit has its page as its first and its last one, too.
    assert (field, kind) in {(one.field, one.kind) for one in done.rows}
    assert {one.kind for one in done.rows} == {kind}
    for value in (MAIL, PHONE, CARD, ADDRESS, IBAN, TOKEN, "jane", "07400"):
        assert value not in said.stdout


def test_a_stream_in_a_folder_is_scanned_message_by_message(tmp_path: Path) -> None:
    messages = [
        packed(Message("shop-analytics", f"analytics/{DAY}/", line(**changed))) for changed in ({}, {"userId": PHONE})
    ]
    head = struct.Struct(">IIQ")
    frames = [head.pack(len(data), zlib.crc32(data), 0) + data for data in messages]
    (tmp_path / f"1{SUFFIX}").write_bytes(b"".join(frames))
    done = scan.scan(scan.of_path(tmp_path))

    assert [(one.field, one.kind, one.looked_at) for one in done.rows] == [("userId", "phone number", 1)]
    assert done.objects == 2


def test_there_are_twelve_places_of_as_many_forms() -> None:
    assert len({key for key, *_ in PLACES}) == 12


def test_a_bucket_is_scanned_below_each_of_its_prefixes(tmp_path: Path) -> None:
    for one in (*scan.OF_TENANT, *scan.OF_STAGE):
        target = tmp_path / one / "dt=2026-11-01" / "a.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(line(page=MAIL))
    of_tenant, of_stage = (
        [one.place for one in scan.scan(scan.of_bucket(FolderObjects(tmp_path), prefixes=some)).rows]
        for some in (scan.OF_TENANT, scan.OF_STAGE)
    )

    assert of_tenant == sorted(one.path for one in prefixes.PREFIXES)
    assert of_stage == sorted({one.path for one in prefixes.STAGES} - {"code/"})


def test_a_sample_is_of_the_newest_days_and_of_each_reason(tmp_path: Path) -> None:
    for day in range(1, 10):
        for name in ("a", "b"):
            for place in ("analytics/", "rejected/reason=InvalidField/", "rejected/reason=MissingField/"):
                target = tmp_path / place / f"year=2026/month=11/day=0{day}" / f"{name}.json"
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(b"{}")
    drawn = [(prefix, name) for prefix, name, _ in scan.of_bucket(FolderObjects(tmp_path), 3)]

    assert sorted(name[-13:-7] for prefix, name in drawn if prefix == "analytics/") == ["day=08", "day=09", "day=09"]
    reasons = [name.partition("/")[0] for prefix, name in drawn if prefix == "rejected/"]
    assert reasons == ["reason=InvalidField"] * 3 + ["reason=MissingField"] * 3


def test_a_name_that_is_personal_data_is_a_finding_and_not_shown(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"metadata": {MAIL: "pro"}}))
    (tmp_path / f"{MAIL}.txt").write_text("nothing")
    done = scan.scan(scan.of_path(tmp_path))

    assert {(one.field, one.kind) for one in done.rows} == {
        ("metadata.(name)", "email address"),
        (scan.NAME, "email address"),
    }
    assert "jane" not in str(done)


@pytest.mark.parametrize(
    "body", [b"\x1f\x8bxx", b"\x78\x9cxx", b"PAR1xxxx", b"\x00\x01\x02", gzip.compress(b"PAR1 and more")]
)
def test_what_cannot_be_read_is_named_and_stops_nothing(body: bytes, tmp_path: Path) -> None:
    (tmp_path / "bad").write_bytes(body)
    (tmp_path / "good.json").write_bytes(line())
    said = CliRunner().invoke(main, ["privacy", "scan", "--local", str(tmp_path)])

    assert said.exit_code == 2
    assert "not read: bad: " in said.stdout
    assert "of 2 objects" in said.stdout


def test_a_bomb_is_unpacked_up_to_a_limit() -> None:
    bomb = gzip.compress((b"a" * 2**20 + b"\n") * 200)
    assert sum(len(value) for _, value in values(bomb)) <= 64 * 2**20


def test_nothing_below_a_path_that_is_not_there(tmp_path: Path) -> None:
    said = CliRunner().invoke(main, ["privacy", "scan", "--local", str(tmp_path / "none")])
    assert (said.exit_code, said.stdout) == (1, "")
    assert said.stderr == f"sluice: {tmp_path}/none is not there\n"


def test_a_bucket_without_anything_is_not_called_clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    said = CliRunner().invoke(main, ["privacy", "scan", "--bucket", "shop-analitics"])
    assert (said.exit_code, said.stdout) == (1, "")
    assert said.stderr == "sluice: shop-analitics holds nothing that could be scanned\n"


def test_one_of_both_is_scanned() -> None:
    assert CliRunner().invoke(main, ["privacy", "scan"]).stderr.startswith("sluice: name one of both")


def test_text_that_only_looks_like_json_is_a_line() -> None:
    assert list(values(b"{not json}\n\n[1, 2")) == [("line", "{not json}"), ("line", "[1, 2")]
    with pytest.raises(Unreadable):
        list(values(b"\0"))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Two days of the demo's traffic and of its access logs, a sample store, and the lines of its service's log."""
    folder = tmp_path_factory.mktemp("demo")
    given = {"STAGE": "local", "STORE": f"dir:{folder}", "ALLOWED_BUCKETS": "*-demo,*-analytics"}
    list(demo_days.write(folder, settings.load(given), date(2026, 11, 20), days=2))
    sample.fill(folder)
    yield folder


def test_the_demo_s_output_holds_no_personal_data(demo: Path) -> None:
    done = scan.scan(scan.of_path(demo))

    assert done.values > 100_000
    assert (done.rows, done.unread) == ((), ())


def test_what_the_tracker_makes_of_personal_data_holds_none(local: Tracker, folder: Path, log: io.StringIO) -> None:
    said = f"{MAIL} {CARD}"
    private = {
        "page": f"/thanks?for={MAIL}&utm_source={MAIL}#{CARD}",
        "referrer": f"https://{MAIL}/x?{CARD}",
        "fromWebsite": said,
    }
    for sent in (
        {**private, "userId": said, "metadata": {"note": [said, ADDRESS]}},
        {"viewport": MAIL},
        {MAIL: CARD},
    ):
        local.call(event_body(**sent), address=ADDRESS, headers={"User-Agent": f"Mozilla/5.0 ({said})"})
    (folder / "service.log").write_text(log.getvalue())
    done = scan.scan(scan.of_path(folder))

    assert done.objects == 2
    assert done.values > 40
    assert done.rows == ()


def test_it_finds_what_the_redactor_lets_through(local: Tracker, folder: Path) -> None:
    note = {"call": PHONE, "mail": "jane at shop dot com", "bank": IBAN, "key": TOKEN}
    assert local.call(event_body(metadata=note)).status == 200
    found = {(one.field, one.kind) for one in scan.scan(scan.of_path(folder)).rows}

    kinds = {"call": "phone number", "mail": "email address", "bank": "IBAN", "key": "token"}
    assert found == {(f"metadata.{name}", kind) for name, kind in kinds.items()}
