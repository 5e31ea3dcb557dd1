"""What a month repeats, run once by the code itself against moto: each call to AWS is counted by its line of the bill."""

from __future__ import annotations

import json
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any
from urllib.parse import unquote, urlsplit

import boto3
import msgspec
from botocore.awsrequest import AWSResponse
from moto.s3.models import s3_backends
from sqlglot import exp

from bench import traffic
from chalicelib import records
from chalicelib.lake import ageing, compaction, parquet, watermarks
from chalicelib.records import iso, object_key
from chalicelib.tracking import salts
from sluice.cloud import template
from sluice.project.config import Allow, Stage
from tests.athena import Athena
from tests.conftest import OWNER, Tracker
from tests.records import record

# When the nightly job begins: the day before yesterday has just closed.
NOW = datetime(2026, 11, 18, 3, tzinfo=UTC)
DUE = NOW.date() - timedelta(days=2)
TENANTS = 10
STAGE = Stage("prod", OWNER, allow=tuple(Allow(f"shop{number}-analytics") for number in range(TENANTS)))
FIRST = STAGE.allow[0].bucket
TABLE = "shop0_analytics_events"
VARIABLES = {
    **{"STAGE": STAGE.name, "STORE": "s3", "BUCKET_OWNER": OWNER, "SALTS": f"dynamodb:{STAGE.salts_table}"},
    **{"ALLOWED_BUCKETS": ",".join(one.bucket for one in STAGE.allow), "BATCH_OBJECTS": "1"},
    **{"GLUE_DATABASE": STAGE.database, "COMPACTION": STAGE.nights},
}
GOALS = 'goals = [{ name = "signup", eventType = "form_submit" }]\n'
# The dashboard looks into each tenant's bucket alike, so it has two: the one that is shown, and another.
OTHER = STAGE.allow[1].bucket
TOML = f'[stages.{STAGE.name}]\naccount = "{OWNER}"\n' + "".join(
    f'\n[[stages.{STAGE.name}.allow]]\nbucket = "{bucket}"\n{GOALS}' for bucket in (FIRST, OTHER)
)
NUMBERS = count()
SENT = 20  # requests of each kind
SCRIPTS = ("/tracker.js", "/actions.js")

# What EventBridge sends to a scheduled job.
SCHEDULED = {
    **dict.fromkeys(("version", "account", "region", "detail-type", "source", "time", "id"), "x"),
    **{"detail": {}, "resources": []},
}

# The line of the bill that a call is on, and how many units of it; a call that is not here fails the count.
LINES = {
    **dict.fromkeys(("s3.PutObject",), ("s3_put", 1)),
    **dict.fromkeys(("s3.ListObjectsV2", "s3.ListBuckets"), ("s3_list", 1)),
    **dict.fromkeys(("s3.GetObject", "s3.HeadObject", "s3.HeadBucket"), ("s3_get", 1)),
    "s3.DeleteObject": ("", 0),
    "s3.DeleteObjects": ("s3_put", 1),
    **dict.fromkeys(("dynamodb.UpdateItem", "dynamodb.DeleteItem"), ("salts", 1)),
    "dynamodb.Scan": ("salts_read", 0.5),  # eventually consistent, of less than 4 KB
    **dict.fromkeys(("glue.GetTables", "glue.GetTable", "glue.UpdateTable"), ("glue", 1)),
    **dict.fromkeys(("sfn.ListExecutions", "cloudwatch-logs.FilterLogEvents"), ("", 0)),
    "sfn.StartExecution": ("nights", 0),  # a state of each day
}


@dataclass
class Meter:
    """What is sent to AWS, tries that are made again too, and the workers that were asked for."""

    calls: Counter[str] = field(default_factory=Counter)
    unknown: set[str] = field(default_factory=set)
    invoked: list[dict[str, str]] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)  # the calls of the other tenant's bucket alone
    _lock: Lock = field(default_factory=Lock)  # a day is read by many threads

    def listen(self) -> None:
        """Hear all clients that are made from now on; moto has begun."""
        boto3.setup_default_session()
        boto3.DEFAULT_SESSION.events.register_first("before-send", self._hear)

    def during(self, work: Callable[[], object]) -> Counter[str]:
        """The units on each line that this work uses."""
        self.calls.clear()
        self.others.clear()
        work()
        assert not self.unknown, f"no line of the bill has {self.unknown}; give each one in LINES, and in prices.toml"
        return Counter(self.calls)

    def _hear(self, request: Any, event_name: str, **_: Any) -> AWSResponse | None:
        name = event_name.removeprefix("before-send.")
        if name not in LINES:
            self.unknown.add(name)
            return None
        line, units = LINES[name]
        started = json.loads(json.loads(request.body)["input"])["days"] if name == "sfn.StartExecution" else []
        units += len(started)
        with self._lock:
            self.calls[line] += units  # type: ignore[assignment]
            self.others[line] += units * (OTHER in request.url)  # type: ignore[assignment]
        if name.startswith("sfn."):
            self.invoked += started
            return AWSResponse(request.url, 200, {}, _Body(b'{"executions": []}'))
        # Three thousand gets would take moto ten seconds.
        return _object(request.url) if name == "s3.GetObject" else None


class _Body(BytesIO):
    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self.read()


def _object(url: str) -> AWSResponse:
    """S3's answer to a get, straight from moto's memory."""
    bucket, _, key = unquote(urlsplit(url).path).removeprefix("/").partition("/")
    found = s3_backends[OWNER]["aws"].get_object(bucket, key)
    if found is None:
        return AWSResponse(url, 404, {}, _Body(b"<Error><Code>NoSuchKey</Code></Error>"))
    return AWSResponse(url, 200, {"Content-Length": str(found.size), "ETag": found.etag}, _Body(found.value))


def make() -> None:
    """The stage's buckets, its salts table, and the first tenant's view in Athena."""
    s3, glue = boto3.client("s3"), boto3.client("glue")
    for one in STAGE.allow:
        s3.create_bucket(Bucket=one.bucket)
    table = template.template(STAGE)["Resources"]["Salts"]["Properties"]
    kept = ("TableName", "KeySchema", "AttributeDefinitions", "BillingMode")
    boto3.client("dynamodb").create_table(**{name: table[name] for name in kept})
    glue.create_database(DatabaseInput={"Name": STAGE.database})
    place = {"Location": f"s3://{FIRST}/{compaction.COMPACTED}"}
    sql = "SELECT * FROM {0}_compacted WHERE dt <= '{1}' UNION ALL SELECT * FROM {0}_raw WHERE dt > '{1}'"
    text = json.dumps({"originalSql": sql.format(TABLE, DUE - timedelta(days=1))})
    view = f"/* Presto View: {b64encode(text.encode()).decode()} */"
    for made in ({"Name": f"{TABLE}_compacted", "StorageDescriptor": place}, {"Name": TABLE, "ViewOriginalText": view}):
        glue.create_table(DatabaseName=STAGE.database, TableInput=made)


class Clock:
    """The datetime of the app's module."""

    @staticmethod
    def now(zone: Any) -> datetime:
        return NOW.astimezone(zone)


@dataclass
class Requests:
    """What one request of each kind uses: units, our log's bytes, the answer's bytes with its headers, and stored bytes."""

    units: Counter[str]
    log: float
    answer: float
    stored: float


def requests(tracker: Tracker, meter: Meter, log: Any, batch: float) -> Requests:
    """Send requests of so many events each through the app; averages. The worker's first request is not among them."""
    sizes = [round((number + 1) * batch) - round(number * batch) for number in range(SENT)]
    answers: list[int] = []
    send(tracker, 1)
    before = _keys(FIRST)
    length(log)
    units = meter.during(lambda: answers.extend(send(tracker, size) for size in sizes))
    backend = s3_backends[OWNER]["aws"]
    stored = sum(len(backend.get_object(FIRST, key).value) for key in _keys(FIRST) - before)
    each = Counter({line: number / SENT for line, number in units.items()})
    return Requests(each, length(log) / SENT, sum(answers) / SENT, stored / sum(sizes))


def send(tracker: Tracker, size: int) -> int:
    """The bytes of the answer to a request of so many events."""
    number = next(NUMBERS)
    events = [_event(next(NUMBERS)) for _ in range(size)]
    request = traffic.proxy_event(number)
    path = "/track" if size == 1 else "/track/batch"
    body: dict[str, Any] = {"bucket": FIRST, **events[0]} if size == 1 else {"bucket": FIRST, "events": events}
    context = {**request["requestContext"], "resourcePath": path}
    asked = {**request, "resource": path, "path": path, "requestContext": context, "body": json.dumps(body)}
    return _answered(tracker, asked)


def _answered(tracker: Tracker, request: dict[str, Any]) -> int:
    answer = tracker.app.app(request, traffic.Context())
    assert answer["statusCode"] == 200, answer
    return len(answer["body"]) + sum(len(f"{name}: {value}\r\n") for name, value in answer["headers"].items())


def _event(number: int) -> dict[str, Any]:
    event = json.loads(traffic.body(number, FIRST))
    return {**{name: value for name, value in event.items() if name != "bucket"}, "timestamp": iso(NOW)}


def scripts(tracker: Tracker, log: Any) -> Requests:
    """What a request uses for one of the files that a browser loads for a page; averages."""
    answers = []
    length(log)
    for path in SCRIPTS:
        request = {**traffic.proxy_event(), "httpMethod": "GET", "body": None, "resource": path, "path": path}
        request["requestContext"] = {**request["requestContext"], "resourcePath": path, "httpMethod": "GET"}
        answers.append(_answered(tracker, request))
    return Requests(Counter(), length(log) / len(SCRIPTS), sum(answers) / len(SCRIPTS), 0)


def hour(tracker: Tracker, meter: Meter, log: Any) -> tuple[Counter[str], int]:
    """What the hourly job uses, in an hour in which no root's time has come; its line's bytes."""
    return _logged(log, lambda: meter.during(lambda: tracker.app.forget_salts(SCHEDULED, traffic.Context())))


def forget(tracker: Tracker, meter: Meter, log: Any) -> tuple[Counter[str], int]:
    """The same of the hour in which the root of a day is forgotten."""
    day = NOW - timedelta(days=3)
    salts.DynamoSalts(STAGE.salts_table).root(day.date(), day)
    return hour(tracker, meter, log)


def look(tracker: Tracker, meter: Meter, log: Any) -> tuple[Counter[str], int]:
    """What the nightly job uses to look for what is due, in all tenants."""
    return _logged(log, lambda: meter.during(lambda: tracker.app.plan_compaction(SCHEDULED, traffic.Context())))


def compact(tracker: Tracker, meter: Meter, log: Any) -> tuple[Counter[str], int]:
    """What the workers use that were asked for."""
    work = lambda: [tracker.app.compact(task, traffic.Context()) for task in meter.invoked]  # noqa: E731
    return _logged(log, lambda: meter.during(work))


def _logged(log: Any, count: Callable[[], Counter[str]]) -> tuple[Counter[str], int]:
    length(log)
    return count(), length(log)


def length(log: Any) -> int:
    """The bytes that were logged since this was asked last."""
    written = len(log.getvalue().encode())
    log.truncate(0)
    log.seek(0)
    return written


def fill(objects: int, months: int) -> None:
    """A lake of so many months, each with a day that is done, and a day of so many objects that is due; then two open ones.

    And the day whose addresses' hashes go tonight.
    """
    done = [DUE - timedelta(days=1), *(_earlier(number) for number in range(1, months))]
    for day in done:
        _put(FIRST, day, 1)
        _store(FIRST, compaction.object_key(day), b"")
    old = NOW.date() - timedelta(days=ageing.IP_DAYS + 1)
    mark = watermarks.Watermark(DUE - timedelta(days=1), bare=old - timedelta(days=1))
    _store(FIRST, compaction.WATERMARK, msgspec.json.encode(mark))
    _store(FIRST, compaction.object_key(old), _parquet())
    for day, number in ((DUE, objects), (DUE + timedelta(days=1), 1), (DUE + timedelta(days=2), 1)):
        _put(FIRST, day, number)


def _parquet() -> bytes:
    """A day's Parquet of one event."""
    with TemporaryDirectory() as folder:
        lines, made = Path(folder) / "lines", Path(folder) / "made.parquet"
        lines.write_bytes(records.encode(record("event-0000000000", ip="00aa")))
        parquet.write(lines, made)
        return made.read_bytes()


def open_day() -> None:
    """Something of today in the other tenant's bucket, too."""
    _put(OTHER, NOW.date(), 1)


def _earlier(months: int) -> date:
    year, month = divmod(12 * NOW.year + NOW.month - 1 - months, 12)
    return date(year, month + 1, 1)


def _put(bucket: str, day: date, number: int) -> None:
    moment = f"{day}T12:00:00.000Z"
    for place in range(number):
        name = f"event-{day:%Y%m%d}-{place:08d}"
        _store(bucket, object_key(day, name), records.encode(record(name, timestamp=moment, server_timestamp=moment)))


def _store(bucket: str, key: str, body: bytes) -> None:
    s3_backends[OWNER]["aws"].put_object(bucket, key, body)


def _keys(bucket: str) -> set[str]:
    return set(s3_backends[OWNER]["aws"].buckets[bucket].keys)


@dataclass
class View:
    """What a view of the dashboard uses: units of its own and for each tenant, statements, and how often they read the raw days
    and a compacted day.
    """

    units: Counter[str]
    for_each: Counter[str]
    statements: int
    raw_scans: int
    compacted_days: int


def view(meter: Meter, show: Callable[[], Athena]) -> View:
    """Count the view that this shows, after the night."""
    statements: list[exp.Expr] = []
    units = meter.during(lambda: statements.extend(show().statements))
    for_each = Counter(meter.others)
    units.subtract({line: 2 * number for line, number in for_each.items()})
    raw = compacted = 0
    for statement in statements:
        named = {cte.alias: cte.this for cte in statement.find_all(exp.CTE)}
        (limits,) = named[f"{TABLE}_of_days"].find_all(exp.Between)
        first, last = (date.fromisoformat(limits.args[end].name) for end in ("low", "high"))
        scans = _scans(statement, named)
        raw += scans * (last > DUE)
        compacted += scans * ((min(last, DUE) - first).days + 1)
    return View(units, for_each, len(statements), raw, compacted)


def _scans(part: exp.Expr, named: dict[str, exp.Expr]) -> int:
    """How often Athena reads the tenant's view: it works out each name of a WITH again wherever it is used."""
    parts = part.walk(prune=lambda one: isinstance(one, exp.With))
    tables = [one.name for one in parts if isinstance(one, exp.Table)]
    return sum(_scans(named[name], named) if name in named else name == TABLE for name in tables)
