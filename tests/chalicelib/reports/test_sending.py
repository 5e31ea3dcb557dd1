"""The hourly job: what is due is sent once, however many run at once and wherever a run dies."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from threading import Barrier
from types import SimpleNamespace
from typing import Any

import boto3
import msgspec
import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, ReadTimeoutError
from moto import mock_aws
from moto.ses.models import ses_backends

import app
from chalicelib import values
from chalicelib.lake.objects import BucketObjects, FolderObjects, Objects
from chalicelib.reports import marks, packaged, sending
from chalicelib.reports.athena import Clock
from chalicelib.reports.packaged import Reports
from chalicelib.reports.periods import week
from chalicelib.reports.sending import NotSent, Outcome, Services
from sluice.cloud import cost
from sluice.mirror.tenant import Place
from sluice.project.stages import Report
from sluice.reports import local, statements
from tests.conftest import OWNER
from tests.sluice.reports.answering import Duck
from tests.sluice.reports.test_statements import ALLOW, STAGE

BUCKET, OWN, SENDER = "shop-analytics", "sluice-prod-own", "reports@shop.example"
MONDAY = datetime(2026, 3, 9, 8, 5, tzinfo=UTC)
MARK = f"reports/{BUCKET}/2026-W10/mark.json"


class Killed(BaseException):
    """The process is gone at this moment."""


class Away:
    """Athena, which takes no question: each section says so, and the report is sent all the same."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def refuse(**_: Any) -> Any:
            raise ClientError({"Error": {"Code": "ThrottlingException"}}, name)

        return refuse


@pytest.fixture(scope="module")
def reports() -> Reports:
    return statements.of_stage(STAGE)


@pytest.fixture
def aws() -> Iterator[None]:
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        for name in (BUCKET, OWN):
            s3.create_bucket(Bucket=name)
        # As the nights leave them; else a report lists each of a hundred days.
        for place in ("compacted", "access-compacted"):
            s3.put_object(Bucket=BUCKET, Key=f"{place}/_watermark.json", Body=b'{"day":"2026-03-06"}')
        boto3.client("ses", region_name="us-east-1").verify_email_identity(EmailAddress=SENDER)
        yield


def sent() -> list[Any]:
    return list(ses_backends[OWNER]["us-east-1"].sent_messages)


def client(service: str) -> Any:
    return boto3.client(service, region_name="us-east-1")  # type: ignore[call-overload]


def services(own: Objects, run: str = "run", **others: Any) -> Services:
    return Services(**{"own": own, "s3": client("s3"), "athena": Away(), "ses": client("sesv2"), "run": run, **others})


def clock() -> Clock:
    """A second passes with each look."""
    seconds = count()
    return Clock(lambda: float(next(seconds)), lambda _: None)


def work(reports: Reports, given: Services, now: datetime = MONDAY, end: float = 9000) -> list[Outcome]:
    return list(sending.run(reports, given, now, clock(), end))


def mark(own: Objects) -> Any:
    return json.loads(own.read(MARK) or b"null")


def test_a_report_goes_to_its_readers_with_a_way_to_get_no_more(aws: None, reports: Reports) -> None:
    seen: list[dict[str, Any]] = []
    ses = client("sesv2")
    ses.meta.events.register("provide-client-params.sesv2.SendEmail", lambda params, **_: seen.append(params))
    own = BucketObjects(OWN, OWNER, client("s3"))

    assert work(reports, services(own, ses=ses)) == [Outcome(BUCKET, "2026-W10", "sent")]

    (params,) = seen
    assert params["FromEmailAddress"] == "Sluice <reports@shop.example>"
    assert params["Destination"] == {"ToAddresses": ["ann@shop.example"]}
    simple = params["Content"]["Simple"]
    subject = "shop-analytics: Week 10, 2 to 8 March 2026"
    assert simple["Subject"]["Data"] == subject
    (header,) = simple["Headers"]
    assert header["Name"] == "List-Unsubscribe"
    assert header["Value"].startswith("<mailto:reports@shop.example?subject=Unsubscribe%3A%20shop-analytics")
    assert {"Html", "Text"} == set(simple["Body"])
    said = " ".join(simple["Body"]["Text"]["Data"].split())
    assert "This part could not be made: Athena did not take the question (ThrottlingException)." in said
    assert mark(own)["state"] == "sent"
    keys = list(own.keys("reports/"))
    assert keys == [f"reports/{BUCKET}/2026-W10/{name}" for name in ("mark.json", "run.html", "run.json")]
    assert own.read(keys[1]) == simple["Body"]["Html"]["Data"].encode()


def test_what_is_sent_is_what_the_command_makes_of_the_same_lake(aws: None, place: Place, tmp_path: Path) -> None:
    ours = Place(place.stage, place.bucket, ALLOW, place.settings, place.mirror)
    wanted = local.made(ours, week("2026-W10"), MONDAY, local.by_duckdb(ours, lambda *_: None))
    own = FolderObjects(tmp_path)

    assert work(statements.of_stage(STAGE), services(own, athena=Duck(place)))[0].did == "sent"

    html = (own.read(f"reports/{BUCKET}/2026-W10/run.html") or b"").decode()
    # The last day was open on Monday morning, for both.
    assert html == wanted.mail.html
    assert "Sunday still takes events until" in html
    assert "could not be made" not in html


def test_a_report_s_calls_are_those_that_its_price_is_made_of(aws: None, reports: Reports) -> None:
    calls: Counter[str] = Counter()
    s3 = client("s3")
    s3.meta.events.register("before-call.s3", lambda model, **_: calls.update([model.name]))
    work(reports, services(BucketObjects(OWN, OWNER, s3), s3=s3))

    rates = cost.sheet().reports
    assert calls["PutObject"] == rates.puts
    # The Parquet files and the three days after the watermark, of events and of access logs.
    assert calls["ListObjectsV2"] == rates.lists
    assert calls["GetObject"] + calls["HeadObject"] == rates.gets
    (tenant,) = reports.tenants
    assert 2 * len(tenant.statements) == rates.statements


@pytest.mark.parametrize("moment", ["03-09 07:59", "03-10 08:00", "03-11 12:00"])
def test_nothing_is_sent_when_nothing_is_due(aws: None, reports: Reports, tmp_path: Path, moment: str) -> None:
    now = datetime.fromisoformat(f"2026-{moment}").replace(tzinfo=UTC)
    assert work(reports, services(FolderObjects(tmp_path)), now) == []
    assert sent() == []


def test_every_hour_of_a_month_sends_four_weeks_reports(aws: None, reports: Reports, tmp_path: Path) -> None:
    given = services(FolderObjects(tmp_path))
    moments = [datetime(2026, 3, 2, hour, 5, tzinfo=UTC) + timedelta(day) for day in range(28) for hour in range(24)]
    done = [one for at, now in enumerate(moments) for one in work(reports, given._replace(run=f"run-{at}"), now)]
    assert [one.period for one in done if one.did == "sent"] == ["2026-W09", "2026-W10", "2026-W11", "2026-W12"]
    assert {one.did for one in done} == {"sent", "others"}
    assert len(sent()) == 4


def test_twenty_at_once_send_one_mail(aws: None, reports: Reports, tmp_path: Path) -> None:
    together, first = Barrier(20), services(FolderObjects(tmp_path))
    given = [first._replace(run=f"run-{number}") for number in range(20)]

    def one(own: Services) -> list[Outcome]:
        together.wait()
        return work(reports, own)

    with ThreadPoolExecutor(20) as runs:
        done = [outcome.did for found in runs.map(one, given) for outcome in found]

    assert sorted(done) == ["others"] * 19 + ["sent"]
    assert len(sent()) == 1


class Mortal:
    """What a run calls, until its call of this number: killed before it, or right after it was done."""

    def __init__(self, target: Any, calls: Iterator[int], dies: int, is_done: bool, log: list[str]) -> None:
        self._target, self._calls, self._dies, self._is_done, self._log = target, calls, dies, is_done, log

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._target, name)

        def called(*given: Any, **named: Any) -> Any:
            is_last = next(self._calls) == self._dies
            self._log.append(name)
            if is_last and not self._is_done:
                raise Killed
            answer = method(*given, **named)
            if is_last:
                raise Killed
            return answer

        return called


def killed(reports: Reports, given: Services, dies: int, is_done: bool) -> tuple[bool, list[str]]:
    """Whether a run died at this call, and what it had called by then."""
    calls, log = count(), []  # type: ignore[var-annotated]
    mortal = given._replace(
        own=Mortal(given.own, calls, dies, is_done, log), ses=Mortal(given.ses, calls, dies, is_done, log)
    )
    try:
        work(reports, mortal)
    except Killed:
        return True, log
    return False, log


@pytest.mark.parametrize("is_done", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("store", ["folder", "bucket"])
def test_a_run_that_dies_anywhere_never_makes_two_mails(
    aws: None, reports: Reports, tmp_path: Path, is_done: bool, store: str
) -> None:
    """Then the hourly runs of a day come. Where it died while it sent, at most one mail is there, and the alarm rings once."""
    ends: dict[int, tuple[int, int]] = {}
    log: list[str] = []
    clients = services(FolderObjects(tmp_path))
    for dies in range(100):
        own: Objects = FolderObjects(tmp_path / str(dies)) if store == "folder" else _bucket(f"own-{dies}", clients.s3)
        given = clients._replace(own=own, run="killed")
        before = len(sent())
        died, log = killed(reports, given, dies, is_done)
        if not died:
            break
        hours = [MONDAY + timedelta(hours=number) for number in range(1, 24)]
        done = [one for now in hours for one in work(reports, given._replace(run=f"at-{now:%H}"), now)]
        ends[dies] = (len(sent()) - before, sum(one.did == "unsure" for one in done))

    call = log.index("send_email")
    # Between the mark `sending` and the mark `sent`: nobody can know.
    first = max(at for at in range(call) if log[at] == "replace")
    last = next(at for at in range(call, len(log)) if log[at] == "replace")
    for dies, (mails, alarms) in ends.items():
        is_unsure = first + (not is_done) <= dies < last + (not is_done)
        accepted = dies > call or (dies == call and is_done)
        assert (mails, alarms) == ((int(accepted), 1) if is_unsure else (1, 0)), (dies, log[dies])
    assert len(ends) > 10


def _bucket(name: str, s3: Any) -> BucketObjects:
    s3.create_bucket(Bucket=name)
    return BucketObjects(name, OWNER, s3)


def test_without_marks_two_runs_would_send_two(
    aws: None, reports: Reports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: it is the mark that keeps the second one from it."""
    own = FolderObjects(tmp_path)
    work(reports, services(own, "first"))
    monkeypatch.setattr(marks, "folder", lambda bucket, period: f"reports/{len(sent())}/")
    work(reports, services(own, "second"))
    assert len(sent()) == 2


def test_a_run_that_was_overtaken_sends_nothing(aws: None, reports: Reports, tmp_path: Path) -> None:
    own = FolderObjects(tmp_path)
    slow = marks.claim(own, BUCKET, week("2026-W10"), "slow", MONDAY)
    assert isinstance(slow, marks.Claim)
    later = MONDAY + timedelta(hours=2)
    assert work(reports, services(own, "next"), later)[0].did == "sent"
    assert marks.move(slow, "sending", "slow", later) is None


def refusing(status: int, code: str) -> Any:
    class Ses:
        def send_email(self, **_: Any) -> Any:
            error = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
            raise ClientError(error, "SendEmail")

    return Ses()


def breaking(error: Exception) -> Any:
    class Ses:
        def send_email(self, **_: Any) -> Any:
            raise error

    return Ses()


@pytest.mark.parametrize(
    ("ses", "did", "again"),
    [
        (refusing(400, "MessageRejected"), "refused", "sent"),
        (refusing(429, "TooManyRequestsException"), "refused", "sent"),
        (breaking(ConnectTimeoutError(endpoint_url="x")), "refused", "sent"),
        # SES may have accepted it.
        (refusing(500, "InternalFailure"), "unsure", "others"),
        (breaking(ReadTimeoutError(endpoint_url="x")), "unsure", "others"),
    ],
    ids=["rejected", "throttled", "unreachable", "fault", "broken"],
)
def test_what_ses_refused_is_sent_later_and_what_it_may_have_accepted_is_not(
    aws: None, reports: Reports, tmp_path: Path, ses: Any, did: str, again: str
) -> None:
    own = FolderObjects(tmp_path)
    outcomes = work(reports, services(own, "first", ses=ses))
    assert [one.did for one in outcomes] == [did]
    with pytest.raises(NotSent, match=re.escape(f"{BUCKET} 2026-W10: {did} (")):
        sending.refuse_failures(outcomes)
    second = work(reports, services(own, "second"), MONDAY + timedelta(hours=1))
    assert [one.did for one in second] == [again]
    sending.refuse_failures(second)


def test_ses_is_called_once_by_one_client(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    made = sending.services(OWN, OWNER, "run")
    assert made.ses.meta.config.retries == {"total_max_attempts": 1, "mode": "standard"}
    assert made.athena.meta.config.retries["total_max_attempts"] > 1


def test_who_does_not_fit_into_the_time_gets_it_an_hour_later(aws: None, tmp_path: Path) -> None:
    both = [msgspec.structs.replace(ALLOW, bucket=name) for name in (BUCKET, "blog-analytics")]
    client("s3").create_bucket(Bucket="blog-analytics")
    made, own = statements.of_tenants(STAGE, both), FolderObjects(tmp_path)

    assert [one.did for one in work(made, services(own), end=130)] == ["sent", "left"]
    second = work(made, services(own, "second"), MONDAY + timedelta(hours=1))
    assert [(one.bucket, one.did) for one in second] == [(BUCKET, "others"), ("blog-analytics", "sent")]


def test_a_question_that_takes_too_long_is_stopped_and_the_others_are_there(
    aws: None, place: Place, reports: Reports, tmp_path: Path
) -> None:
    def fails(sql: str) -> str:
        if "access" not in sql:
            return ""
        return (
            "RUNNING" if "x_edge_result_type" in sql.rpartition("FROM")[0][-300:] else "HIVE_BAD_DATA: <b>bad</b>\n row"
        )

    duck, own = Duck(place, fails), FolderObjects(tmp_path)
    assert work(reports, services(own, athena=duck))[0].did == "sent"

    html = (own.read(f"reports/{BUCKET}/2026-W10/run.html") or b"").decode()
    assert "Athena could not answer: HIVE_BAD_DATA: &lt;b&gt;bad&lt;/b&gt; row" in html
    assert "Athena took too long." in html and duck.stopped
    assert "Visitors by day" in html


def test_the_job_sends_what_is_due_by_the_packaged_file_and_rings_where_ses_refuses(
    aws: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A daily report is due at every hour."""
    daily = msgspec.structs.replace(ALLOW, report=Report(to=("ann@shop.example",), every="day"))
    file = packaged.path(tmp_path, "prod")
    file.parent.mkdir(parents=True)
    file.write_text(packaged.encoded(statements.of_tenants(STAGE, [daily])))
    monkeypatch.setattr(values, "ROOT", tmp_path)
    given = {"STAGE": "prod", "BUCKET_OWNER": OWNER, "STAGE_BUCKET": OWN, "ALLOWED_BUCKETS": BUCKET}
    for name, value in {**given, "SALTS": "dynamodb:salts", "AWS_DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(name, value)
    client("ses").delete_identity(Identity=SENDER)

    with pytest.raises(NotSent, match="refused"):
        app.report(SimpleNamespace(context=None))
    client("ses").verify_email_identity(EmailAddress=SENDER)
    app.report(SimpleNamespace(context=None))
    app.report(SimpleNamespace(context=None))

    assert len(sent()) == 1


def test_a_stage_without_the_packaged_file_says_what_writes_it(tmp_path: Path) -> None:
    with pytest.raises(
        ValueError, match=r"chalicelib/reports/stages/prod.json cannot be read .* `sluice sync` writes it"
    ):
        packaged.load(tmp_path, "prod")
