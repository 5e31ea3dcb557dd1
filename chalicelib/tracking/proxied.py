"""The request as API Gateway's proxy hands it to Lambda: its body and its query."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from chalicelib.rejections import InvalidField, InvalidJson


def query(event: Mapping[str, Any]) -> dict[str, list[str]]:
    """Every value of each parameter."""
    values: dict[str, list[str]] = event["multiValueQueryStringParameters"] or {}
    return values


def body(event: Mapping[str, Any]) -> bytes:
    """The body as it was sent: the gateway passes what is not text in base64, and half surrogates as they are."""
    given = event.get("body") or b""
    if event.get("isBase64Encoded"):
        try:
            return base64.b64decode(given)
        except ValueError:
            raise InvalidJson("The body is not the base64 that it is said to be") from None
    return given if isinstance(given, bytes) else given.encode("utf-8", "surrogatepass")


def wants_dry_run(event: Mapping[str, Any]) -> bool:
    """Whether a dry run is asked for; raises InvalidField where that cannot be known."""
    if dry_run(event) not in ([], ["0"], ["1"]):
        raise InvalidField("dryRun", "dryRun: must be 1, or left out")
    return is_dry_run(event)


def is_dry_run(event: Mapping[str, Any]) -> bool:
    """Whether a dry run is asked for, once."""
    return dry_run(event) == ["1"]


def dry_run(event: Mapping[str, Any]) -> list[str]:
    """Every value of dryRun in the query, in any letter case: who asks for a dry run must not be stored by a slip."""
    return [value for name, values in query(event).items() if name.lower() == "dryrun" for value in values]
