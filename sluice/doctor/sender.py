"""What is checked of the sender of a stage's reports: that SES knows it, may send by it, and may send to everybody."""

from __future__ import annotations

from sluice.doctor.findings import Seen
from sluice.doctor.subject import Service

# Dollars are not at stake: SES's sandbox ends when somebody asks for it.
_LEAVE = (
    "Ask for production access: https://docs.aws.amazon.com/ses/latest/dg/request-production-access.html; until then verify "
    "each recipient: aws sesv2 create-email-identity --email-identity ADDRESS"
)


def known(service: Service) -> Seen:
    """Whether SES knows the address or its domain, and has seen that it is the operator's."""
    stage = service.stage
    domain = stage.mail_address.partition("@")[2]
    found = {
        name: service.ask("sesv2", "get_email_identity", EmailIdentity=name) for name in (stage.mail_address, domain)
    }
    ready = [name for name, one in found.items() if one is not None and one.get("VerifiedForSendingStatus")]
    if ready:
        return Seen("ok", f"SES sends by {ready[0]}")
    if any(one is not None for one in found.values()):
        fix = f"Open the link in SES's mail to {stage.mail_address}, or put the stack's Dkim outputs into the DNS of {domain}"
        return Seen("fault", f"SES does not send by {stage.mail_address} yet", fix)
    fix = f'Set mail_identity = "address" in [stages.{stage.name}]; sluice sync; {service.deploy}'
    return Seen("fault", f"SES does not know {stage.mail_address}", fix)


def sandbox(service: Service) -> Seen:
    """Whether SES sends to everybody, or to verified recipients alone; and whether sending is paused."""
    account = service.client("sesv2", service.stage.region).get_account()
    most = account.get("SendQuota", {}).get("Max24HourSend", 0)
    if not account.get("SendingEnabled", True):
        return Seen("fault", "SES has paused the account's mails", "See the account's dashboard in SES, which says why")
    if not account.get("ProductionAccessEnabled"):
        return Seen("warning", f"SES's sandbox: {most:.0f} mails a day, to verified recipients alone", _LEAVE)
    return Seen("ok", f"{most:.0f} mails a day, to everybody")


CHECKS = {"sender": known, "mails": sandbox}
