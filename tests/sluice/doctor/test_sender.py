"""What the doctor sees of the sender of reports."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from sluice.doctor import sender
from sluice.doctor.subject import Service
from sluice.project.config import Stage

STAGE = Stage("prod", "111122223333", mail_from="Sluice <reports@shop.example>")


class Ses:
    """SES as far as the doctor asks it."""

    def __init__(self, account: dict[str, Any], **verified: bool) -> None:
        self._account = account
        self._verified = {name.replace("_at_", "@").replace("_", "."): is_ready for name, is_ready in verified.items()}

    def get_account(self) -> dict[str, Any]:
        return self._account

    def get_email_identity(self, EmailIdentity: str) -> dict[str, Any]:
        if EmailIdentity not in self._verified:
            raise ClientError({"Error": {"Code": "NotFoundException"}}, "GetEmailIdentity")
        return {"VerifiedForSendingStatus": self._verified[EmailIdentity]}


def service(account: dict[str, Any] | None = None, **verified: bool) -> Service:
    return Service(STAGE, lambda *_: Ses(account or {}, **verified))


@pytest.mark.parametrize(
    ("verified", "verdict", "found"),
    [
        ({"shop_example": True}, "ok", "SES sends by shop.example"),
        ({"reports_at_shop_example": True, "shop_example": False}, "ok", "SES sends by reports@shop.example"),
        ({"shop_example": False}, "fault", "SES does not send by reports@shop.example yet"),
        ({}, "fault", "SES does not know reports@shop.example"),
        ({"other_example": True}, "fault", "SES does not know reports@shop.example"),
    ],
)
def test_the_sender_or_its_domain_is_known(verified: dict[str, bool], verdict: str, found: str) -> None:
    seen = sender.known(service(**verified))
    assert (seen.verdict, seen.found) == (verdict, found)
    assert bool(seen.fix) == (verdict != "ok")


@pytest.mark.parametrize(
    ("account", "verdict", "found"),
    [
        (
            {"SendingEnabled": True, "ProductionAccessEnabled": False, "SendQuota": {"Max24HourSend": 200.0}},
            "warning",
            "SES's sandbox: 200 mails a day, to verified recipients alone",
        ),
        (
            {"SendingEnabled": True, "ProductionAccessEnabled": True, "SendQuota": {"Max24HourSend": 50000.0}},
            "ok",
            "50000 mails a day, to everybody",
        ),
        ({"SendingEnabled": False, "ProductionAccessEnabled": True}, "fault", "SES has paused the account's mails"),
    ],
)
def test_the_sandbox_and_a_pause_are_found(account: dict[str, Any], verdict: str, found: str) -> None:
    seen = sender.sandbox(service(account))
    assert (seen.verdict, seen.found) == (verdict, found)
    assert bool(seen.fix) == (verdict != "ok")
