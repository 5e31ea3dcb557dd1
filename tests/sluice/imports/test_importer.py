"""Importing access logs: what is stored, what is left out, and that doing it twice does nothing."""

from __future__ import annotations

import gzip
import io
import json
import os
import re
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from chalicelib import events, settings
from chalicelib.allowlist import Allowlist, Entry
from chalicelib.rejections import Rejection
from chalicelib.settings import Settings
from chalicelib.tracking.stores import DirectoryStore, StoreUnavailable
from sluice.imports import ids as line_ids
from sluice.imports import importer, logfiles
from sluice.imports.ids import Ordinals
from sluice.imports.importer import Place, RunSalts, Summary
from sluice.imports.lines import Line
from sluice.imports.logfiles import ImportProblem

BUCKET = "shop-analytics"
REAL_LOG = os.environ.get("SLUICE_REAL_LOG")
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
START = datetime(2015, 5, 17, 22, 0, tzinfo=UTC)
ADDRESSES = ("192.0.2.7", "198.51.100.20", "203.0.113.9", "2001:db8:1::7", "2001:db8:2::7")


def combined(address: str = ADDRESSES[0], time: datetime = START, target: str = "/", **changes: object) -> str:
    line = {"method": "GET", "status": 200, "size": 512, "referrer": "-", "agent": AGENT, **changes}
    request = f"{line['method']} {target} HTTP/1.1"
    tail = '{status} {size} "{referrer}" "{agent}"'.format(**line)
    return f'{address} - - [{time:%d/%b/%Y:%H:%M:%S %z}] "{request}" {tail}\n'


def synthetic_log() -> str:
    """Three UTC days: 30 requests of 5 addresses, of which every third is equal to the one before but for its address."""
    times = [START + timedelta(hours=index - index % 3) for index in range(30)]
    lines = [combined(ADDRESSES[index % 5], time, f"/{index - index % 3}") for index, time in enumerate(times)]
    lines.insert(17, combined().rstrip('"\n') + "'\n")
    return "".join(lines)


def as_json(line: str) -> str:
    """The same request as nginx logs it in JSON."""
    address, time, request, status, size, referrer, agent = re.match(
        r'(\S+) - - \[(.+?)\] "(.*?)" (\d+) (\d+) "(.*?)" "(.*?)"', line
    ).groups()
    fields = {"remote_addr": address, "time_local": time, "request": request, "status": status}
    fields |= {"body_bytes_sent": size, "http_referer": referrer, "http_user_agent": agent}
    return json.dumps({**fields, "http_x_forwarded_for": address}) + "\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def stage(root: Path) -> Settings:
    return settings.load({"ALLOWED_BUCKETS": "*-analytics", "STORE": f"dir:{root}"})


@pytest.fixture
def write(tmp_path: Path):
    def _write(text: str | bytes, name: str = "access.log") -> str:
        path = tmp_path / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return str(path)

    return _write


def counts(summary: Summary) -> tuple[int, int, int, int]:
    """Lines read, stored, there already, malformed."""
    return summary.read, summary.stored, summary.duplicates, summary.malformed


def stored(root: Path) -> list[dict]:
    return [json.loads(path.read_bytes()) for path in sorted(root.glob(f"{BUCKET}/**/*.json"))]


def records_by_day(root: Path) -> dict[str, list[dict]]:
    days = defaultdict(list)
    for path in root.glob(f"{BUCKET}/**/*.json"):
        days[path.parent.name.removeprefix("day=")].append(json.loads(path.read_bytes()))
    return days


def addresses_by_day(log: str) -> dict[str, set[str]]:
    """From the text alone, without the parser that is under test; lines that do not end in a quote are left out."""
    days = defaultdict(set)
    for line in log.splitlines():
        if line.endswith('"'):
            days[line.split("[", 1)[1][:2]].add(line.split(" ", 1)[0])
    return days


def found_under(root: Path, addresses: set[str]) -> set[str]:
    """Which addresses occur in a name or a file under the store, within runs of the characters that they are made of."""
    runs = set()
    for path in root.glob("**/*"):
        text = path.read_text() if path.is_file() else ""
        runs.update(re.findall(r"[0-9A-Fa-f.:]{7,}", f"{path.relative_to(root)} {text}"))
    joined = " ".join(runs)
    return {address for address in addresses if address in joined}


def assert_imported_whole(path: str, log: str, root: Path, per_day: dict[str, int]) -> None:
    """Each well-formed line is one record of its day, distinct addresses stay distinct, and none can be read."""
    days, addresses = records_by_day(root), addresses_by_day(log)
    assert {day: len(records) for day, records in days.items()} == per_day
    assert {day: len({record["ip"] for record in records}) for day, records in days.items()} == {
        day: len(found) for day, found in addresses.items()
    }
    assert found_under(root, set().union(*addresses.values())) == set()


@pytest.mark.skipif(REAL_LOG is None, reason="SLUICE_REAL_LOG names no log")
def test_a_real_log_is_imported_whole_and_once(stage, root, capfd):
    log = Path(REAL_LOG).read_text()
    first = importer.import_logs([REAL_LOG], BUCKET, stage)
    again = importer.import_logs([REAL_LOG], BUCKET, stage)
    assert (first.read, first.stored, first.malformed) == (10_000, 9_999, 1)
    assert first.first_malformed == [Place(REAL_LOG, 8899, "not a line of the combined format")]
    assert (again.stored, again.duplicates) == (0, 9_999)
    assert_imported_whole(REAL_LOG, log, root, {"17": 1632, "18": 2893, "19": 2896, "20": 2578})
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("referrer", "kept"),
    [
        ("https://shop.example/a?q=1", "/a"),
        ("http://www.shop.example/", "/"),
        ("https://my.shop.example:8443/b", "/b"),
        ("https://notshop.example/a", "https://notshop.example"),
        ("https://other.example/a", "https://other.example"),
        ("/a", "/a"),
        ("-", None),
    ],
)
def test_a_referrer_on_the_logged_site_is_a_path(stage, root, write, referrer, kept):
    importer.import_logs([write(combined(referrer=referrer))], BUCKET, stage, sites=["shop.example"])

    assert [record["referrer"] for record in chain(*records_by_day(root).values())] == [kept]


def test_the_sites_of_the_buckets_entry_count_too(stage, root, write):
    entry = Entry(BUCKET, sites=frozenset({"shop.example"}))
    listed = replace(stage, allowlist=Allowlist([entry]))
    referrers = ("https://shop.example/a", "https://old.example/b")

    importer.import_logs(
        [write("".join(combined(referrer=one) for one in referrers))], BUCKET, listed, sites=["old.example"]
    )

    assert {record["referrer"] for record in chain(*records_by_day(root).values())} == {"/a", "/b"}


@pytest.mark.parametrize("site", ["https://shop.example", "shop.example/a", "Shop.example", ""])
def test_a_site_that_is_not_a_host_is_refused(stage, root, write, site):
    with pytest.raises(ImportProblem, match="write its host alone, in lower case"):
        importer.import_logs([write(combined())], BUCKET, stage, sites=[site])
    assert not root.exists()


def test_a_log_is_imported_whole_and_once(stage, root, write, capfd):
    log = synthetic_log()
    path = write(log)
    first = importer.import_logs([path], BUCKET, stage)
    again = importer.import_logs([path], BUCKET, stage)
    assert counts(first) == (31, 30, 0, 1)
    assert first.first_malformed == [Place(path, 18, "not a line of the combined format")]
    assert (again.stored, again.duplicates) == (0, 30)
    assert_imported_whole(path, log, root, {"17": 3, "18": 24, "19": 3})
    assert capfd.readouterr() == ("", "")


def test_a_log_in_json_leaves_no_address_either(stage, root, write):
    log = "".join(map(as_json, (line for line in synthetic_log().splitlines() if line.endswith('"'))))
    summary = importer.import_logs([write(log)], BUCKET, stage)
    assert counts(summary) == (30, 30, 0, 0)
    assert found_under(root, set(ADDRESSES)) == set()


def test_the_search_for_addresses_finds_one_that_is_there(root):
    (root / "a").mkdir(parents=True)
    (root / "a" / "b.json").write_text('{"page": "/?from=2001:db8::7&to=x192.0.2.70"}')
    assert found_under(root, {"192.0.2.7", "2001:db8::7", "192.0.2.8"}) == {"192.0.2.7", "2001:db8::7"}


def test_one_request_has_one_id_in_every_format(stage, write):
    log = [line + "\n" for line in synthetic_log().splitlines() if line.endswith('"')]
    paths = [write("".join(log)), write("".join(map(as_json, log)), "access.json")]
    summary = importer.import_logs(paths, BUCKET, stage)
    assert counts(summary) == (60, 30, 30, 0)
    assert summary.formats == {"combined": 1, "json": 1}


def test_a_page_view_is_stored_as_the_request_says(stage, root, write):
    line = combined(target="/blog?utm_source=news&x=1", referrer="https://www.example.org/search?q=1")
    importer.import_logs([write(line)], BUCKET, stage)
    (record,) = stored(root)
    assert (record["eventType"], record["page"], record["utm"]["source"]) == ("page_view", "/blog", "news")
    assert (record["referrer"], record["userAgent"]) == ("https://www.example.org", AGENT)
    assert json.loads(record["metadata"]) == {"method": "GET", "status": 200, "bytes": 512}
    assert record["timestamp"] == record["serverTimestamp"] == "2015-05-17T22:00:00.000Z"
    assert (record["device"]["browser"], record["isBot"]) == ("Chrome", False)


def test_what_is_not_a_page_view_is_in_no_visit(stage, root, write):
    line = combined(method="POST", status=404, size="-", agent="-")
    importer.import_logs([write(line)], BUCKET, stage)
    (record,) = stored(root)
    assert record["eventType"] == "request"
    assert json.loads(record["metadata"]) == {"method": "POST", "status": 404, "bytes": 0}
    assert (record["userAgent"], record["referrer"]) == (None, None)
    assert (record["visitorId"], record["sessionId"]) == (None, None)
    assert record["ip"]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"status": 304},
        {"target": "/a.html"},
        {"target": "/v1.2/docs"},
        {"target": "/search?file=logo.png"},
        {"target": "/release-1.0"},
        {"target": "/js/"},
        {"target": "/css"},
    ],
)
def test_a_page_that_was_seen_is_a_page_view(stage, write, changes):
    summary = importer.import_logs([write(combined(**changes))], BUCKET, stage)
    assert (summary.stored, summary.page_views) == (1, 1)


@pytest.mark.parametrize(
    "changes",
    [
        {"method": "HEAD"},
        {"method": "POST"},
        {"status": 206},
        {"status": 301},
        {"status": 404},
        {"target": "/style.css"},
        {"target": "/LOGO.PNG?v=3"},
        {"target": "/fonts/a.woff2"},
        {"target": "/a/archive.tar.gz"},
        {"target": "http://example.org/favicon.ico"},
    ],
)
def test_what_is_not_a_page_view_is_a_request(stage, root, write, changes):
    summary = importer.import_logs([write(combined(**changes))], BUCKET, stage)
    assert (summary.stored, summary.page_views) == (1, 0)
    assert [record["eventType"] for record in stored(root)] == ["request"]


def test_a_request_that_is_not_http_is_an_event_without_page(stage, root, write):
    line = combined().replace("GET / HTTP/1.1", r"\x16\x03\x01").replace(" 200 ", " 400 ")
    importer.import_logs([write(line)], BUCKET, stage)
    (record,) = stored(root)
    assert record["page"] is None
    assert json.loads(record["metadata"])["method"] is None


def test_the_same_file_twice_in_one_import_is_stored_once(stage, write):
    path = write(synthetic_log())
    summary = importer.import_logs([path, path], BUCKET, stage)
    assert (summary.read, summary.stored, summary.duplicates, summary.malformed) == (62, 30, 30, 2)


def test_of_a_log_that_has_grown_the_new_lines_are_stored(stage, write):
    path = write(combined() * 3)
    importer.import_logs([path], BUCKET, stage)
    write(combined() * 5 + combined(target="/new"))
    assert counts(importer.import_logs([path], BUCKET, stage)) == (6, 3, 3, 0)


def test_in_parts_and_in_any_order_the_records_are_the_same_but_for_what_splits_a_second(stage, root, write, tmp_path):
    # No second is split: three lines each.
    lines = [combined(ADDRESSES[n % 5], START + timedelta(seconds=n // 3), f"/{n % 3}") for n in range(30)]
    importer.import_logs([write("".join(lines))], BUCKET, stage)
    whole = {record["eventId"]: record["sequence"] for record in stored(root)}
    other = settings.load({"ALLOWED_BUCKETS": "*-analytics", "STORE": f"dir:{tmp_path}/parts"})
    for start, end in ((15, 30), (0, 15), (6, 21)):
        importer.import_logs([write("".join(lines[start:end]))], BUCKET, other)
    assert {record["eventId"]: record["sequence"] for record in stored(tmp_path / "parts")} == whole


def test_a_day_that_an_earlier_version_imported_is_named_and_left_alone(stage, root, write):
    # The id that versions before 0.2.0 gave the first line.
    known = f"analytics/year=2015/month=05/day=17/{EARLIER}.json"
    path = write(
        combined(target="/style.css") + combined() + combined(target="/2") + combined(time=START + timedelta(days=1))
    )
    asked = []

    def is_there(key):
        asked.append(key)
        return key == known

    summary = importer.import_logs([path], BUCKET, stage, is_there=is_there)
    # What came before the first page view of the day is stored: nothing that counts.
    assert (summary.stored, summary.earlier, summary.earlier_days) == (2, 2, {START.date()})
    assert {record["timestamp"][:10] for record in stored(root) if record["eventType"] == "page_view"} == {"2015-05-18"}
    assert len(asked) == 2


def test_an_import_has_neither_origin_nor_quota(stage, root, write):
    entry = Entry(BUCKET, origins=frozenset({"https://shop.example"}), max_events_per_second=1)
    limited = replace(stage, allowlist=Allowlist([entry]))
    summary = importer.import_logs([write("".join(combined(target=f"/{n}") for n in range(200)))], BUCKET, limited)
    assert counts(summary) == (200, 200, 0, 0), summary.reasons


def test_an_import_into_a_patterns_bucket_on_s3_is_not_limited(remote, write):
    boto3.client("s3").create_bucket(Bucket=BUCKET)
    log = "".join(combined(target=f"/{n}") for n in range(150))
    assert counts(importer.import_logs([write(log)], BUCKET, remote)) == (150, 150, 0, 0)


def test_no_client_can_take_a_lines_id(stage, root, write):
    importer.import_logs([write(combined())], BUCKET, stage)
    (record,) = stored(root)
    assert record["eventId"].startswith("log.")
    event = {
        "bucket": BUCKET,
        "eventType": "page_view",
        "timestamp": "2015-05-17T22:00:00Z",
        "eventId": record["eventId"],
    }
    with pytest.raises(Rejection, match="eventId"):
        events.parse(json.dumps(event).encode())
    events.parse(json.dumps(event | {"eventId": record["eventId"].replace(".", "-")}).encode())


def test_files_out_of_order_count_for_their_own_days(stage, root, write):
    days = [START + timedelta(days=days) for days in (2, -300, 0)]
    paths = [write(combined(time=day), f"{index}.log") for index, day in enumerate(days)]
    importer.import_logs(paths, BUCKET, stage)
    found = sorted(str(path.parent.relative_to(root / BUCKET)) for path in root.glob(f"{BUCKET}/**/*.json"))
    assert found == [
        "analytics/year=2014/month=07/day=21",
        "analytics/year=2015/month=05/day=17",
        "analytics/year=2015/month=05/day=19",
    ]


def test_an_address_is_one_visitor_on_a_day_wherever_the_day_comes_in(stage, root, write):
    days = [START, START + timedelta(days=9), START]
    paths = [write(combined(time=day, target=f"/{index}"), f"{index}.log") for index, day in enumerate(days)]
    importer.import_logs(paths, BUCKET, stage)
    visitors = {day: {record["ip"] for record in records} for day, records in records_by_day(root).items()}
    assert len(visitors["17"]) == 1
    assert len(visitors["17"] | visitors["26"]) == 2


def test_two_imports_share_not_hash(stage, root, write):
    importer.import_logs([write(combined())], BUCKET, stage)
    importer.import_logs([write(combined(target="/2"))], BUCKET, stage)
    one, other = stored(root)
    assert one["ip"] != other["ip"]
    assert one["visitorId"] != other["visitorId"]


def test_a_runs_roots_differ_by_day_and_by_run():
    run, other = RunSalts(), RunSalts()
    days = [date(2015, 5, day) for day in (17, 18, 17)]
    roots = [run.root(day, START + timedelta(days=1000)) for day in days]
    assert roots[0] == roots[2] != roots[1]
    assert other.root(days[0], START) != roots[0]
    assert {len(root) for root in roots} == {32}


LINE = Line("192.0.2.7", START, "GET", "/", 200, 512, None, AGENT, "shop.example", "https")
EARLIER = "56a20da9622901dad42a3b5e044490b0"


def test_an_id_stays_what_it_is_from_version_to_version():
    assert Ordinals().event_id(LINE) == "log.8026cc719566d67dbd8ce3899881951b"


@pytest.mark.parametrize("address", [*ADDRESSES, "host.example.net", None])
def test_an_id_reveals_nothing_about_the_address(address):
    assert Ordinals().event_id(LINE._replace(address=address)) == Ordinals().event_id(LINE)


@pytest.mark.parametrize("part", [name for name in Line._fields if name != "address"])
def test_an_id_distinguishes_lines_by_every_other_part(part):
    others = {"time": START + timedelta(seconds=1), "status": 304, "size": 1, "scheme": "http"}
    other = LINE._replace(**{part: others.get(part, "other")})
    assert Ordinals().event_id(other) != Ordinals().event_id(LINE)


def test_equal_lines_have_ids_of_their_own_in_the_same_order_at_every_import():
    first, again = Ordinals(), Ordinals()
    ids = [first.event_id(LINE._replace(address=address)) for address in ADDRESSES]
    assert len(set(ids)) == len(ADDRESSES)
    assert [again.event_id(LINE) for _ in ADDRESSES] == ids


def test_an_ordinal_counts_equal_lines_alone():
    ids = Ordinals()
    ids.event_id(LINE._replace(target="/other"))
    assert ids.event_id(LINE) == Ordinals().event_id(LINE)


def test_a_line_an_hour_late_still_has_an_id_of_its_own():
    ids = Ordinals()
    first = ids.event_id(LINE)
    for minutes in range(1, line_ids.WINDOW):
        ids.event_id(LINE._replace(time=START + timedelta(minutes=minutes)))
    assert ids.event_id(LINE) != first


def test_lines_are_forgotten_after_an_hour_of_log_time():
    ids = Ordinals()
    for minutes in range(1000):
        ids.event_id(LINE._replace(time=START + timedelta(minutes=minutes)))
    assert len(ids._minutes) == line_ids.WINDOW
    assert ids.event_id(LINE) == Ordinals().event_id(LINE)


def test_one_line_from_the_future_does_not_make_the_others_forgotten():
    ids = Ordinals()
    first = ids.event_id(LINE)
    ids.event_id(LINE._replace(time=START + timedelta(days=5000)))
    assert ids.event_id(LINE) != first


@pytest.mark.parametrize("name", ["access.log.gz", "access.log"])
def test_a_packed_file_is_known_by_its_first_bytes(stage, write, name):
    packed = gzip.compress(combined().encode()) + gzip.compress(combined(target="/2").encode())
    assert counts(importer.import_logs([write(packed, name)], BUCKET, stage)) == (2, 2, 0, 0)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_dash_reads_standard_input(stage, monkeypatch, pack):
    given = io.BytesIO(pack(combined().encode()))
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(given))
    assert counts(importer.import_logs(["-"], BUCKET, stage)) == (1, 1, 0, 0)
    assert not given.closed


def test_the_last_line_needs_no_newline_and_blank_ones_do_not_count(stage, write):
    path = write("\r\n\n" + combined().replace("\n", "\r\n") + "  \n" + "junk\n" + combined(target="/2").rstrip())
    summary = importer.import_logs([path], BUCKET, stage)
    assert (summary.read, summary.stored) == (3, 2)
    assert [malformed.line for malformed in summary.first_malformed] == [5]


def test_an_empty_file_is_not_a_problem(stage, write):
    assert importer.import_logs([write("")], BUCKET, stage) == Summary()


def test_malformed_lines_never_stop_an_import_and_the_first_ten_are_named(stage, write):
    path = write(combined() + "junk\n" * 500 + combined(target="/2"))
    summary = importer.import_logs([path], BUCKET, stage)
    assert (summary.read, summary.stored, summary.malformed) == (502, 2, 500)
    assert [(malformed.file, malformed.line) for malformed in summary.first_malformed] == [
        (path, line) for line in range(2, 12)
    ]


def test_a_line_that_the_path_rejects_is_malformed_for_the_paths_reason(stage, root, write):
    path = write(combined(target="/" + "x" * 2000) + combined())
    summary = importer.import_logs([path], BUCKET, stage)
    assert (summary.stored, summary.malformed) == (1, 1)
    assert "at most 2000 are allowed" in summary.first_malformed[0].reason


def test_a_line_of_a_clock_that_is_wrong_by_years_is_malformed(stage, write):
    # A record of such a year would never be read: the lake lists no folders of it.
    years = [1970, 1994, datetime.now(UTC).year + 2, 9999]
    path = write("".join(combined(time=START.replace(year=year)) for year in [*years, 1995]))
    summary = importer.import_logs([path], BUCKET, stage)
    assert (summary.stored, [one.line for one in summary.first_malformed]) == (1, [1, 2, 3, 4])
    assert summary.first_malformed[0].reason.startswith("no log is of a day before 1995")


def test_a_user_agent_of_20_kb_is_stored_cut(stage, root, write):
    importer.import_logs([write(combined(agent="x" * 20_000) + combined())], BUCKET, stage)
    assert sorted(len(record["userAgent"]) for record in stored(root)) == [len(AGENT), 2000]


def test_a_line_that_is_too_long_is_malformed_and_hides_no_other(stage, write):
    path = write(combined() + combined(agent="x" * 3 * logfiles.MAX_LINE) + combined(target="/2"))
    summary = importer.import_logs([path], BUCKET, stage)
    assert (summary.read, summary.stored, summary.malformed) == (3, 2, 1)
    assert summary.first_malformed[0][1:] == (2, f"longer than {logfiles.MAX_LINE:,} bytes")


def test_a_line_as_long_as_may_be_is_read(stage, write):
    line = combined(agent="x").replace('"x"', '"%s"' % ("x" * (logfiles.MAX_LINE - len(combined(agent="")) + 1)))
    assert len(line.rstrip()) == logfiles.MAX_LINE
    assert importer.import_logs([write(line + line.replace('x"', 'xx"'))], BUCKET, stage).malformed == 1


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_million_blank_lines_are_read_as_few_and_counted(write, monkeypatch, pack):
    calls = Counter()
    line = logfiles._line
    monkeypatch.setattr(logfiles, "_line", lambda file: calls.update("_") or line(file))
    path = write(pack(b" \r\n\n\t\n" * 333_333 + b"\njunk\n" + b"\n" * 10))
    assert list(logfiles.lines(path, lambda _: None)) == [(1_000_001, b"junk")]
    assert calls.total() < 100  # one where a buffer ends, of some 30


def test_bytes_that_are_not_text_are_stored_as_replacement_characters(stage, root, write):
    raw = combined(target="/TARGET", agent="AGENT").encode().replace(b"TARGET", b"caf\xe9").replace(b"AGENT", rb"\xff")
    importer.import_logs([write(raw)], BUCKET, stage)
    (record,) = stored(root)
    assert (record["page"], record["userAgent"]) == ("/caf\ufffd", "\ufffd")


@pytest.mark.parametrize("address", ["host-7.example.net", "-"])
def test_the_name_of_a_host_is_not_an_address_and_is_not_stored(stage, root, write, address):
    importer.import_logs([write(combined(address))], BUCKET, stage)
    (record,) = stored(root)
    assert (record["ip"], record["visitorId"]) == (None, None)
    assert "example.net" not in json.dumps(record)


def test_an_import_does_not_sync_each_file(stage, write, monkeypatch):
    synced: list[int] = []
    monkeypatch.setattr("os.fsync", synced.append)
    assert counts(importer.import_logs([write(combined())], BUCKET, stage)) == (1, 1, 0, 0)
    assert synced == []


def test_a_stage_that_stores_no_hashes_gets_none(root, write):
    stage = settings.load({"ALLOWED_BUCKETS": "*-analytics", "STORE": f"dir:{root}", "IP_HASH": "off"})
    importer.import_logs([write(combined())], BUCKET, stage)
    assert stored(root)[0]["ip"] is None


@pytest.mark.parametrize("bucket", ["shop", "shop-analytics\n", ""])
def test_a_bucket_that_is_not_on_the_allowlist_is_reported_before_anything_is_read(stage, bucket):
    with pytest.raises(ImportProblem, match=f"{re.escape(repr(bucket))} is not on the allowlist"):
        importer.import_logs(["/nowhere"], bucket, stage)


def test_an_unknown_format_is_reported_with_the_known_ones(stage):
    with pytest.raises(ImportProblem, match="'csv'; known are combined, json, elb, w3c"):
        importer.import_logs(["/nowhere"], BUCKET, stage, format="csv")


def test_a_file_in_no_known_format_is_reported_with_the_option_that_helps(stage, root, write):
    path = write("time,address\n1,2\n")
    with pytest.raises(ImportProblem, match=f"{path} .* combined, json, elb, w3c, and --format"):
        importer.import_logs([path], BUCKET, stage)
    assert not root.exists()


def test_a_format_that_is_given_is_not_found_out(stage, write):
    summary = importer.import_logs([write(combined())], BUCKET, stage, format="json")
    assert (summary.stored, summary.malformed) == (0, 1)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "No such file"),
        ("folder", "directory"),
        (gzip.compress(combined().encode(), mtime=0)[:-12], "end-of-stream"),
        (b"\x1f\x8b" + b"junk" * 9, "compression method"),
        (gzip.compress(combined().encode(), mtime=0)[:20] + b"\xff" * 40, "Error -3"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(stage, tmp_path, content, reason):
    path = tmp_path / "access.log.gz"
    if content == "folder":
        path.mkdir()
    elif content is not None:
        path.write_bytes(content)
    with pytest.raises(ImportProblem, match=f"cannot read {path}: .*{reason}"):
        importer.import_logs([str(path)], BUCKET, stage)


def test_a_store_that_fails_stops_the_import_and_running_it_again_adds_the_rest(stage, root, write, monkeypatch):
    path, put, puts = write(synthetic_log()), DirectoryStore.put, Counter()

    def failing(self, *arguments):
        puts["tried"] += 1
        if puts["tried"] == 11:
            raise StoreUnavailable("OSError")
        return put(self, *arguments)

    with monkeypatch.context() as patched:
        patched.setattr(DirectoryStore, "put", failing)
        with pytest.raises(ImportProblem, match=r"store failed \(OSError\) at line 11 of .*again is safe"):
            importer.import_logs([path], BUCKET, stage)
    again = importer.import_logs([path], BUCKET, stage)
    assert (again.stored, again.duplicates) == (20, 10)
    assert len(stored(root)) == 30


def test_a_store_that_is_not_a_folder_stops_the_import(stage, root, write):
    root.write_text("")
    with pytest.raises(ImportProblem, match="store failed"):
        importer.import_logs([write(combined())], BUCKET, stage)


@pytest.fixture
def remote(monkeypatch):
    """A stage on S3 whose salts are in a table that is not there: an import must not ask for it."""
    for variable in ("AWS_REGION", "AWS_DEFAULT_REGION"):  # S3 needs none, the client of a table does
        monkeypatch.delenv(variable, raising=False)
    with mock_aws():
        yield settings.load(
            {
                "STAGE": "dev",
                "ALLOWED_BUCKETS": "*-analytics,exact-bucket",
                "BUCKET_OWNER": "123456789012",
                "SALTS": "dynamodb:salts",
            }
        )


def test_a_stage_on_s3_gets_its_records_there_with_the_runs_salts(remote, write):
    boto3.client("s3").create_bucket(Bucket=BUCKET)
    assert counts(importer.import_logs([write(combined())], BUCKET, remote)) == (1, 1, 0, 0)
    (item,) = boto3.client("s3").list_objects_v2(Bucket=BUCKET)["Contents"]
    record = json.load(boto3.client("s3").get_object(Bucket=BUCKET, Key=item["Key"])["Body"])
    assert record["ip"] is not None


@pytest.mark.parametrize(("bucket", "reason"), [(BUCKET, "no bucket"), ("exact-bucket", "NoSuchBucket")])
def test_a_bucket_that_is_not_there_stops_the_import(remote, write, bucket, reason):
    with pytest.raises(ImportProblem, match=reason):
        importer.import_logs([write(combined() * 3)], bucket, remote)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_progress_is_in_bytes_as_they_are_on_disk(stage, write, pack):
    counts: list[int] = []
    log = "".join(combined(target=f"/{index}.png") for index in range(2000))
    path = write(pack(log.encode()))
    importer.import_logs([path], BUCKET, stage, progress=counts.append)
    assert sum(counts) == logfiles.total_bytes([path]) == Path(path).stat().st_size
    assert max(counts) <= logfiles.CHUNK


def test_the_total_is_not_known_for_what_is_not_a_file(tmp_path, write):
    os.mkfifo(tmp_path / "pipe")
    path = write(combined())
    assert logfiles.total_bytes([path, path]) == 2 * len(combined())
    for unknown in ("-", str(tmp_path / "pipe"), str(tmp_path / "nowhere"), str(tmp_path)):
        assert logfiles.total_bytes([path, unknown]) is None
