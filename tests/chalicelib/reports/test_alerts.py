"""Emails about days out of the ordinary: once for an incident and once when it is over, whatever runs and dies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import msgspec
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.ses.models import ses_backends

from chalicelib.anomalies.detector import Day, judged
from chalicelib.lake.objects import FolderObjects
from chalicelib.reports import alerts, sending, unusual
from chalicelib.reports.alerts import Occasion
from chalicelib.reports.packaged import Reports
from chalicelib.reports.parts import Fault, Pair, Row
from chalicelib.reports.periods import Period
from chalicelib.reports.sending import Outcome, Services
from sluice.mirror.tenant import Place
from sluice.project.stages import Report
from sluice.reports import statements
from tests.chalicelib.reports.test_sending import Away, Killed, client, clock, services
from tests.conftest import OWNER
from tests.sluice.anomalies.weeks import FIRST, LETTER, SILENT
from tests.sluice.reports.answering import Duck
from tests.sluice.reports.test_statements import ALLOW, STAGE

BUCKET, SENDER = "shop-analytics", "reports@shop.example"
# What anybody would want to be written to: the letter's day, the two silent ones, and that each is over.
EXPECTED = {
    date(2026, 3, 6): ["shop-analytics: There were far more visits, events and goals on Friday 6 March"],
    date(2026, 3, 7): ["shop-analytics: Since Saturday 7 March the days are ordinary again"],
    date(2026, 3, 10): ["shop-analytics: There were no visits, events or goals on Tuesday 10 March"],
    date(2026, 3, 12): ["shop-analytics: Since Thursday 12 March the days are ordinary again"],
}


@pytest.fixture
def aws() -> Iterator[None]:
    with mock_aws():
        boto3.client("ses", region_name="us-east-1").verify_email_identity(EmailAddress=SENDER)
        yield


@pytest.fixture(scope="module")
def reports() -> Reports:
    """One tenant who gets such emails, and a report each month, which is not due on these days."""
    report = Report(to=("ann@shop.example",), every="month", alerts=True)
    return statements.of_stage(msgspec.structs.replace(STAGE, allow=(msgspec.structs.replace(ALLOW, report=report),)))


def morning(closed: date, hour: int = 8) -> datetime:
    """When the day is judged: it has closed a day after its end."""
    return datetime(closed.year, closed.month, closed.day, hour, 5, tzinfo=UTC) + timedelta(days=2)


def subjects() -> list[str]:
    return [one.subject for one in ses_backends[OWNER]["us-east-1"].sent_messages]


def run(reports: Reports, given: Services, now: datetime) -> list[Outcome]:
    return list(sending.run(reports, given, now, clock(), 9000))


def test_ten_weeks_have_the_emails_that_people_would_want_each_once(
    aws: None, place: Place, reports: Reports, tmp_path: Path
) -> None:
    duck = Duck(place)
    given = services(FolderObjects(tmp_path), athena=duck)
    found: dict[date, list[str]] = {}
    for number in range(55, 68):
        day, before = FIRST + timedelta(number), len(subjects())
        for hour in (5, 8, 9, 14):
            run(reports, given._replace(run=f"{day}-{hour}"), morning(day, hour))
        if new := subjects()[before:]:
            found[day] = new

    assert found == EXPECTED
    # Each day is judged once, however often the job runs: of two periods, which are two statements.
    assert len(duck.asked) == 2 * 13


def test_an_email_has_the_odd_days_and_what_is_usual(place: Place, reports: Reports, tmp_path: Path, aws: None) -> None:
    seen: list[dict[str, Any]] = []
    ses = client("sesv2")
    ses.meta.events.register("provide-client-params.sesv2.SendEmail", lambda params, **_: seen.append(params))
    run(reports, services(FolderObjects(tmp_path), athena=Duck(place), ses=ses), morning(LETTER))

    body = seen[0]["Content"]["Simple"]["Body"]
    said = " ".join(body["Text"]["Data"].split())
    assert "Fri 6 Mar: visits 60 +200 %" in said
    assert "usually 20 (" in said
    assert "Fri 6 Mar: visits" in body["Html"]["Data"]


def test_wherever_a_run_dies_nobody_gets_an_email_twice_and_only_one_that_ses_may_have_had_is_missing(
    aws: None, place: Place, reports: Reports, tmp_path: Path
) -> None:
    clients, at = services(FolderObjects(tmp_path), athena=Duck(place)), 0
    while True:
        own, before = FolderObjects(tmp_path / str(at)), len(subjects())
        given = clients._replace(own=own)
        died = _dies(reports, given._replace(run="first"), at)
        for hour in (9, 10, 11, 12):
            run(reports, given._replace(run=f"at {hour}"), morning(LETTER, hour))
        new = subjects()[before:]
        assert len(new) <= 1
        state = _state(own)
        assert new == EXPECTED[LETTER] or state == "unsure", (at, new, state)
        if not died:
            break
        at += 1
    assert at > 5


def _dies(reports: Reports, given: Services, at: int) -> bool:
    """Run until this call to the stage's bucket or to SES; whether there was one."""
    left = [at]

    def mortal(call: Callable[..., Any]) -> Callable[..., Any]:
        def called(*arguments: Any, **named: Any) -> Any:
            if left[0] == 0:
                raise Killed
            left[0] -= 1
            return call(*arguments, **named)

        return called

    class Own:
        def __getattr__(self, name: str) -> Any:
            return mortal(getattr(given.own, name))

    class Ses:
        def __getattr__(self, name: str) -> Any:
            return mortal(getattr(given.ses, name))

    try:
        run(reports, given._replace(own=Own(), ses=Ses()), morning(LETTER))
    except Killed:
        return True
    return False


def _state(own: FolderObjects) -> str | None:
    body = own.read(f"reports/{BUCKET}/incident-{LETTER}/mark.json")
    return None if body is None else str(msgspec.json.decode(body)["state"])


def test_where_athena_does_not_answer_the_day_is_judged_an_hour_later(
    aws: None, place: Place, reports: Reports, tmp_path: Path
) -> None:
    own = FolderObjects(tmp_path)
    (failed,) = run(reports, services(own, athena=Away()), morning(LETTER))
    assert (failed.period, failed.did) == (f"judged-{LETTER}", "refused")
    with pytest.raises(sending.NotSent, match="ThrottlingException"):
        sending.refuse_failures([failed])

    run(reports, services(own, athena=Duck(place)), morning(LETTER, 9))
    assert subjects() == EXPECTED[LETTER]


def test_who_has_not_asked_for_alerts_gets_none_and_nothing_is_asked(aws: None, place: Place, tmp_path: Path) -> None:
    report = Report(to=("ann@shop.example",), every="month")
    quiet = statements.of_stage(msgspec.structs.replace(STAGE, allow=(msgspec.structs.replace(ALLOW, report=report),)))
    duck = Duck(place)
    assert run(quiet, services(FolderObjects(tmp_path), athena=duck), morning(LETTER)) == []
    assert (subjects(), duck.asked) == ([], [])


def answering(judged_until: date) -> Callable[[str, tuple[Period, Period]], Pair]:
    """Twenty visits a day, but none since ten days before."""

    def rows(period: Period) -> list[Row]:
        counted = [(day, 0 if day > judged_until - timedelta(10) else 20) for day in period.days]
        return [
            {"day": str(day), **dict.fromkeys(("visits", "events"), visits), "goals": 0, "errors": 0}
            for day, visits in counted
        ]

    return lambda name, periods: Pair(rows(periods[0]), rows(periods[1]))


def test_an_incident_that_goes_on_has_one_name_and_no_all_clear() -> None:
    names = set()
    for late in range(8):
        day = date(2026, 6, 1) + timedelta(late)
        found = alerts.occasions(BUCKET, "UTC", day, answering(date(2026, 6, 1)))
        assert not isinstance(found, Fault)
        names |= {one.name for one in found}
    assert names == {"incident-2026-05-23"}


def test_the_clear_comes_after_its_incident_alone() -> None:
    day = date(2026, 3, 12)
    found = alerts.occasions(BUCKET, "UTC", day, _known)
    assert not isinstance(found, Fault)
    listed: list[Occasion] = list(found)
    assert [(one.name, one.after) for one in listed] == [
        ("incident-2026-03-06", None),
        ("clear-2026-03-06", "incident-2026-03-06"),
        ("incident-2026-03-10", None),
        ("clear-2026-03-10", "incident-2026-03-10"),
    ]


def _known(name: str, periods: tuple[Period, Period]) -> Pair:
    def rows(period: Period) -> list[Row]:
        counted = [(day, 0 if day in SILENT else 60 if day == LETTER else 20) for day in period.days]
        return [{"day": str(day), "visits": one, "events": one, "goals": 0, "errors": 0} for day, one in counted]

    return Pair(*map(rows, periods))


class TestTheSection:
    SINCE, UNTIL = date(2026, 3, 2), date(2026, 3, 8)

    def section(self, until: date = UNTIL) -> Any:
        period = Period(self.SINCE, self.UNTIL)
        pair = _known("daily-counts", (period, Period(self.SINCE - timedelta(126), self.SINCE - timedelta(1))))
        return unusual.section(pair, self.SINCE, until)

    def test_has_the_period_s_odd_days_against_what_is_usual(self) -> None:
        (visits, events) = self.section().lines
        assert (visits.label, visits.value, visits.change.text) == ("Fri 6 Mar: visits", "60", "+200\u00a0%")
        assert events.label == "Fri 6 Mar: events"
        one: Day = judged(FIRST, [20] * 60 + [60])[-1]
        assert visits.detail == f"usually 20 ({one.low} to {one.high})"

    def test_a_day_that_still_takes_events_is_not_judged(self) -> None:
        assert self.section(LETTER - timedelta(1)) is None

    @pytest.mark.parametrize("place", [0, 1])
    def test_a_question_without_an_answer_is_said(self, place: int) -> None:
        both: list[Any] = [[], []]
        both[place] = Fault("Athena took too long.")
        found = unusual.section(Pair(*both), self.SINCE, self.UNTIL)
        assert found is not None and found.fault == "Athena took too long."


def test_a_refusal_of_ses_is_tried_again(aws: None, place: Place, reports: Reports, tmp_path: Path) -> None:
    class Full:
        def send_email(self, **_: Any) -> Any:
            raise ClientError(
                {"Error": {"Code": "TooManyRequestsException"}, "ResponseMetadata": {"HTTPStatusCode": 429}},
                "SendEmail",  # type: ignore[typeddict-item]
            )

    own, duck = FolderObjects(tmp_path), Duck(place)
    (refused,) = run(reports, services(own, athena=duck, ses=Full()), morning(LETTER))
    assert (refused.did, refused.reason) == ("refused", "TooManyRequestsException")
    again = morning(LETTER + timedelta(1))
    assert [one.did for one in run(reports, services(own, athena=duck), again)] == ["sent", "sent"]
