"""One mail by SES: what is sent, and what is known when that fails."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, EndpointConnectionError

from chalicelib.causes import cause

# What AWS answers for a fault of its own, behind which a mail may have been accepted.
_FAULT = 500
# Before anything was sent.
_UNSENT = (ConnectTimeoutError, EndpointConnectionError)


class Mail(NamedTuple):
    """A mail to some people, who see each other's addresses. `operator` gets the mails of those who want no more."""

    sender: str
    to: Sequence[str]
    subject: str
    html: str
    text: str
    operator: str


class Refused(Exception):
    """SES has not accepted the mail, and nobody gets it; the message is the cause in a word."""


class Unsure(Exception):
    """Nobody knows whether SES has accepted the mail: the connection broke, or SES had a fault. The message is the cause."""


def send(client: Any, mail: Mail) -> str:
    """Send the mail once, and give SES's id of it; raises Refused or Unsure. The client must not try a call again by itself."""
    unsubscribe = f"<mailto:{mail.operator}?subject={quote(f'Unsubscribe: {mail.subject}')}>"
    body = {"Html": _content(mail.html), "Text": _content(mail.text)}
    headers = [{"Name": "List-Unsubscribe", "Value": unsubscribe}]
    try:
        answer = client.send_email(
            FromEmailAddress=mail.sender,
            Destination={"ToAddresses": list(mail.to)},
            Content={"Simple": {"Subject": _content(mail.subject), "Body": body, "Headers": headers}},
        )
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] >= _FAULT:
            raise Unsure(cause(error)) from None
        raise Refused(cause(error)) from None
    except BotoCoreError as error:
        # One that never left this machine, for want of credentials for example, has no answer and no connection.
        raise (Refused if isinstance(error, _UNSENT) else Unsure)(cause(error)) from None
    return str(answer["MessageId"])


def _content(text: str) -> dict[str, str]:
    return {"Data": text, "Charset": "UTF-8"}
