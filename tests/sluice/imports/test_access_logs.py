"""`sluice access sync`: a backlog to its tenant, and what the eight questions then answer of a real log."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import boto3
import duckdb
import pytest
from moto import mock_aws
from typer.testing import CliRunner

from chalicelib import settings
from chalicelib.access_logs.requests import REQUESTS
from chalicelib.allowlist import Allowlist, Entry
from chalicelib.lake import compaction
from chalicelib.lake.objects import BucketObjects, FolderObjects
from chalicelib.settings import Settings
from sluice.cli.main import main
from sluice.imports import access_logs
from sluice.imports.access_logs import Summary
from sluice.imports.importer import _ASSET
from sluice.imports.logfiles import ImportProblem
from sluice.questions.library import Library
from tests import cloudfront, project
from tests.asked import asked
from tests.conftest import OWNER

BUCKET, OTHER = "shop-analytics", "blog-analytics"
HOUR = datetime(2026, 11, 9, 10, tzinfo=UTC)
NOW = datetime(2026, 12, 24, tzinfo=UTC)
# The last day of the real log is closed, and one without requests after it.
CLOSED = datetime(2015, 5, 23, 12, tzinfo=UTC)
NAME = cloudfront.name(HOUR)
KEY = f"access/year=2026/month=11/day=09/{NAME}"
BODY = cloudfront.packed([cloudfront.line(HOUR, {})])
TOML = f"""[stages.local]
store = "dir:data"

[[stages.local.allow]]
bucket = "{BUCKET}"
distributions = ["{cloudfront.DISTRIBUTION}"]

[[stages.local.allow]]
bucket = "{OTHER}"
distributions = ["E9OTHER"]
"""
REAL_LOG = os.environ.get("SLUICE_REAL_LOG")
EDGES = ("YTO50-C1", "FRA56-P4", "SIN52-C3")
RESULTS = ("Hit", "Miss", "RefreshHit")
# What ends the files of pages in that log; its .jar, .py and .log are shown, or offered, as pages are.
FILES = (
    *(".png", ".css", ".ico", ".jpg", ".js", ".txt", ".gif", ".ttf", ".xml"),
    *(".pdf", ".svg", ".exe", ".jpeg", ".swf", ".gz", ".doc", ".woff"),
)
COMBINED = re.compile(r'(\S+) - - \[(.+?)\] "(\S+) (\S+) (\S+)" (\d+) (\S+) "(.*?)" "(.*?)"')


def given(root: Path, **entry: Any) -> Settings:
    found = settings.load({"ALLOWED_BUCKETS": BUCKET, "STORE": f"dir:{root}"})
    own = Entry(BUCKET, distributions=frozenset({cloudfront.DISTRIBUTION}), **entry)
    other = Entry(OTHER, distributions=frozenset({"E9OTHER"}))
    object.__setattr__(found, "allowlist", Allowlist([own, other]))
    return found


def sync(root: Path, place: Path, **options: Any) -> Summary:
    return access_logs.sync(str(place), BUCKET, given(root), FolderObjects(root / BUCKET), NOW, **options)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """One file of the tenant, one of another, one of nobody, one with a foreign name, one that is broken."""
    folder = tmp_path / "cdn logs+"
    folder.mkdir()
    (folder / NAME).write_bytes(BODY)
    for name in ("notes.txt", cloudfront.name(HOUR, "E9OTHER"), cloudfront.name(HOUR, "E9NOBODY")):
        (folder / name).write_bytes(BODY)
    (folder / cloudfront.name(HOUR, part="broken")).write_bytes(b"plain")
    return folder


def test_each_file_is_counted_by_what_became_of_it(tmp_path: Path, inbox: Path) -> None:
    summary = sync(tmp_path / "data", inbox, delete=True)
    assert summary.files == {"moved": 1, "foreign": 1, "others": 1, "unknown": 1, "unreadable": 1}
    assert (summary.deleted, summary.lines, summary.unhashed, summary.is_fault) == (1, 1, 1, True)
    assert len(summary.left) == 4
    assert not (inbox / NAME).exists()
    assert len(list(inbox.iterdir())) == 4
    assert (tmp_path / "data" / BUCKET / KEY).is_file()
    assert not (tmp_path / "data" / OTHER).exists()


def test_the_second_run_moves_nothing(tmp_path: Path, inbox: Path) -> None:
    sync(tmp_path / "data", inbox)
    again = sync(tmp_path / "data", inbox)
    assert (again.files["moved"], again.files["there"], again.deleted) == (0, 1, 0)


def test_nothing_is_taken_from_the_tenant_s_own_place(tmp_path: Path, inbox: Path) -> None:
    sync(tmp_path / "data", inbox)
    own = sync(tmp_path / "data", tmp_path / "data", delete=True)
    assert own.deleted == 0
    assert (tmp_path / "data" / BUCKET / KEY).is_file()


@pytest.mark.parametrize(
    ("place", "bucket", "said"),
    [
        ("nowhere", BUCKET, "nowhere is not a folder"),
        ("s3://", BUCKET, "names no bucket"),
        (".", "logs-analytics", "'logs-analytics' has no distributions"),
    ],
)
def test_what_cannot_be_synced_is_said(tmp_path: Path, place: str, bucket: str, said: str) -> None:
    with pytest.raises(ImportProblem, match=said):
        access_logs.sync(place, bucket, given(tmp_path), FolderObjects(tmp_path / bucket), NOW)


@pytest.fixture
def s3() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        for name in (BUCKET, "shop-logs"):
            client.create_bucket(Bucket=name)
        yield client


def keys(s3: Any, bucket: str) -> list[str]:
    return [one["Key"] for one in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]


def test_from_s3_keys_with_spaces_and_plus_signs_are_moved_as_they_are(s3: Any) -> None:
    prefix = "cdn logs/a+b%20/"
    s3.put_object(Bucket="shop-logs", Key=prefix + NAME, Body=BODY)
    s3.put_object(Bucket="shop-logs", Key="elsewhere/" + NAME, Body=BODY)
    found = given(Path("unused"))
    object.__setattr__(found, "store_directory", None)
    objects = BucketObjects(BUCKET, OWNER, s3)
    summary = access_logs.sync("s3://shop-logs/cdn logs/", BUCKET, found, objects, NOW, delete=True)
    assert (summary.files, summary.deleted) == ({"moved": 1}, 1)
    assert keys(s3, BUCKET) == [KEY]
    assert keys(s3, "shop-logs") == ["elsewhere/" + NAME]
    own = access_logs.sync(f"s3://{BUCKET}/", BUCKET, found, objects, NOW, delete=True)
    assert (own.files, keys(s3, BUCKET)) == ({}, [KEY])


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with two tenants that have distributions, as the current folder."""
    monkeypatch.chdir(project.make(tmp_path, TOML))
    return tmp_path


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["access", "sync", "--bucket", BUCKET, *words])
    return done.exit_code, done.stdout


def test_the_command_says_what_it_did(here: Path, inbox: Path) -> None:
    code, said = run("--from", str(inbox))
    assert code == 1  # one is unreadable
    assert said.startswith(
        "5 files: 1 moved, 1 with a foreign name, 1 of unknown distributions, 1 of other tenants, 1 unr"
    )
    code, said = run("--from", str(inbox), "--json")
    assert json.loads(said)["files"]["there"] == 1


def test_a_page_is_the_same_to_the_access_log_s_questions_and_to_the_import() -> None:
    (pattern,) = re.findall(r"'\\\.\(\?:(.*?)\)\\z'", Library().relations["requests"])
    assert rf"\.(?:{pattern})" == _ASSET.pattern


class Asked(NamedTuple):
    """A request of the log, and what the test adds to it: where it was answered, how, and how long that took."""

    address: str
    at: datetime
    method: str
    path: str
    query: str
    version: str
    status: int
    size: int
    referrer: str
    agent: str
    edge: str
    result: str
    milliseconds: int

    @property
    def is_page(self) -> bool:
        return self.method == "GET" and self.status in (200, 304) and not self.path.lower().endswith(FILES)

    @property
    def source(self) -> str | None:
        found = re.match(r"[a-z]+://([^/?#]+)", self.referrer, re.IGNORECASE)
        host = found and re.sub(r"^www\.|:[0-9]+$", "", found[1].rpartition("@")[2].lower())
        return None if host == "semicomplete.com" else host


def requests(text: str) -> Iterator[Asked]:
    """The log's requests, without the parser that is under test."""
    for number, line in enumerate(text.splitlines()):
        if not (found := COMBINED.fullmatch(line)):
            continue
        address, time, method, target, version, status, size, referrer, agent = found.groups()
        path, _, query = target.partition("?")
        at = datetime.strptime(time, "%d/%b/%Y:%H:%M:%S %z")
        added = (EDGES[number % 7 % 3], RESULTS[number % 5 % 3], number * 37 % 900)
        size = size.replace("-", "0")
        yield Asked(address, at, method, path, query, version, int(status), int(size), referrer, agent, *added)


def said(one: Asked) -> dict[str, str]:
    """The request's fields as CloudFront writes them."""
    return {
        **{"c-ip": one.address, "cs-method": one.method, "sc-status": str(one.status), "sc-bytes": str(one.size)},
        **{"cs-uri-stem": escaped(one.path), "cs-uri-query": escaped(one.query), "cs(Referer)": escaped(one.referrer)},
        **{"cs(User-Agent)": escaped(one.agent), "cs-protocol-version": one.version, "x-edge-location": one.edge},
        **{"x-edge-result-type": one.result, "time-taken": f"{one.milliseconds / 1000:.3f}"},
        **{"x-forwarded-for": f"{one.address},%20{one.address}", "x-host-header": "www.semicomplete.com"},
    }


def written(folder: Path, found: Iterable[Asked], form: str) -> int:
    """The requests as CloudFront writes them in this form, in files of an hour."""
    given = [(one.at, said(one)) for one in found]
    return cloudfront.write(folder, given) if form == "legacy" else cloudfront.write_v2(folder, given, form)


def escaped(text: str) -> str:
    return quote(text, safe="!$&'()*+,-./:;=?@_~%") or "-"


def shares(counted: Counter[Any]) -> list[tuple[Any, int, float]]:
    """The most frequent first, then by name, each with its share in percent."""
    ordered = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return [(name, number, round(100 * number / counted.total(), 1)) for name, number in ordered]


def expected(found: list[Asked]) -> dict[str, list[tuple[Any, ...]]]:
    """The answer to each of the eight questions, worked out from the requests."""
    pages = [one for one in found if one.is_page]
    bytes_of: Counter[str] = Counter()
    for one in found:
        bytes_of[one.result] += one.size
    days = sorted({f"{one.at:%Y-%m-%d}" for one in found})
    by_day = {day: [one for one in found if f"{one.at:%Y-%m-%d}" == day] for day in days}
    times: dict[str, list[int]] = defaultdict(list)
    for one in found:
        times[one.edge].append(one.milliseconds)
    errors = Counter((one.path, one.status) for one in found if one.status >= 400)
    return {
        "access-pages": [
            (page, number, None, share) for page, number, share in shares(Counter(one.path for one in pages))[:10]
        ],
        "access-days": [
            (day, len(some), sum(one.is_page for one in some), None, sum(one.size for one in some))
            for day, some in by_day.items()
        ],
        "access-cache": [(*row, bytes_of[row[0]]) for row in shares(Counter(one.result for one in found))],
        "access-statuses": shares(Counter(one.status for one in found)),
        "access-sources": shares(Counter(one.source for one in pages if one.source))[:20],
        "access-protocols": shares(Counter(one.version for one in found)),
        "access-edges": sorted(
            (
                (edge, len(some), round(sum(some) / len(some), 1), sorted(some)[-(-95 * len(some) // 100) - 1])
                for edge, some in times.items()
            ),
            key=lambda row: (-row[1], row[0]),
        ),
        "access-errors": [
            (path, status, number, None)
            for (path, status), number in sorted(errors.items(), key=lambda item: (-item[1], item[0]))
        ],
    }


def answers(days: tuple[str, str]) -> dict[str, list[tuple[Any, ...]]]:
    names = [name for name in Library().names() if name.startswith("access-")]
    return {name: [tuple(row.values()) for row in asked(name, BUCKET, days)] for name in names}


def all_of(folder: Path) -> str:
    """Every byte below the folder, unpacked, and every name."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    packed = [gzip.decompress(path.read_bytes()) for path in files if path.suffix == ".gz"]
    rows = [repr(duckdb.sql(f"FROM '{path}'").fetchall()).encode() for path in files if path.suffix == ".parquet"]
    plain = [path.read_bytes() for path in files if path.suffix not in (".gz", ".parquet")]
    return " ".join([*map(str, files), *(text.decode("utf-8", "replace") for text in (*packed, *rows, *plain))])


@pytest.mark.parametrize("form", ["legacy", "json", "plain", "parquet"])
@pytest.mark.skipif(REAL_LOG is None, reason="SLUICE_REAL_LOG names no log")
def test_a_real_log_answers_as_its_text_does_before_and_after_compaction_and_no_address_is_left(
    here: Path, form: str
) -> None:
    found = list(requests(Path(str(REAL_LOG)).read_text()))
    assert len(found) == 9_999
    files = written(here / "cdn-logs", found, form)
    code, done = run("--from", "cdn-logs", "--delete")
    assert code == 0
    assert done.startswith(f"{files} files: {files} moved; {files} deleted.\n9999 lines cleaned, 9999 of them")
    assert [path for path in (here / "cdn-logs").rglob("*") if path.is_file()] == []
    assert answers(("2015-05-17", "2015-05-20")) == expected(found)
    objects = FolderObjects(here / "data" / BUCKET)
    days = list(compaction.due(objects, CLOSED, kind=REQUESTS))
    outcomes, mark = compaction.work(objects, days, CLOSED, kind=REQUESTS)
    assert [(one.did, one.unreadable) for one in outcomes] == [("compacted", 0)] * 4
    assert sum(one.records for one in outcomes) == 9_999
    assert mark == date(2015, 5, 21)
    shutil.rmtree(here / "data" / BUCKET / "access")
    assert answers(("2015-05-17", "2015-05-20")) == expected(found)
    stored = all_of(here / "data")
    assert stored.count("semicomplete.com") > 9_999
    assert [address for address in {one.address for one in found} if address in stored] == []
