"""The sender of a stage's mails, where sluice.toml asks for SES to know it."""

from __future__ import annotations

from typing import Any

from chalicelib import jobs
from sluice.project.config import Stage

NAME = "MailIdentity"
# SES signs with three keys, each of which is a record of the domain.
_KEYS = (1, 2, 3)


def mailing(stage: Stage) -> dict[str, Any]:
    """The identity: SES writes to an address that has to be confirmed, and a domain has to have the records of its keys."""
    if jobs.REPORT not in stage.jobs or stage.mail_identity is None:
        return {}
    properties: dict[str, Any] = {"EmailIdentity": stage.mail_sender}
    if stage.mail_identity == "domain":
        properties["DkimAttributes"] = {"SigningEnabled": True}
    return {NAME: {"Type": "AWS::SES::EmailIdentity", "Properties": properties}}


def records(stage: Stage) -> dict[str, Any]:
    """The outputs: the names and values of the three CNAME records by which a domain is SES's to sign for."""
    if not mailing(stage) or stage.mail_identity != "domain":
        return {}
    return {
        f"Dkim{key}{part}": {"Value": {"Fn::GetAtt": [NAME, f"DkimDNSToken{part}{key}"]}}
        for key in _KEYS
        for part in ("Name", "Value")
    }
