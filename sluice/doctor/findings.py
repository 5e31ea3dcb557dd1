"""What a check found, how it is shown, and how policies are compared."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from http.client import HTTPException
from typing import Any, Literal, NamedTuple, get_args

import msgspec
from rich.table import Table
from rich.text import Text

from sluice.aws import AwsError, explain
from sluice.errors import SluiceError

SERVICE = "service"
Verdict = Literal["ok", "not checked", "warning", "fault"]
# From good to bad.
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
OPERATOR = "Run it with what policies/<stage>/operator.json allows"
# What a check raises that meets an answer of another shape, a file that cannot be read, or no answer at all.
_UNREAD = (AttributeError, HTTPException, LookupError, OSError, RuntimeError, SluiceError, TypeError, ValueError)
_STYLES = {"ok": "green", "not checked": "dim", "warning": "yellow", "fault": "red"}


class Seen(NamedTuple):
    """What a check saw, and what to do about it; nothing where all is well."""

    verdict: Verdict
    found: str
    fix: str = ""


class Finding(msgspec.Struct, frozen=True):
    """What one check said of its subject: a tenant's bucket, or `service`."""

    subject: str
    check: str
    verdict: Verdict
    found: str
    fix: str = ""


def look(subject: str, check: str, at: Callable[[], Seen]) -> Finding:
    """The finding of one check; one that fails is `not checked`, with its reason, and keeps no other from being made."""
    try:
        seen = at()
    except NotImplementedError:
        seen = Seen("not checked", "this endpoint does not offer it")
    except AwsError as error:
        seen = Seen("not checked", explain(error), OPERATOR)
    except _UNREAD as error:
        reason = f"{type(error).__name__}: {explain(error)}".removesuffix(": ")
        seen = Seen("not checked", reason, "Run it again; where it fails again, report it with this reason")
    return Finding(subject, check, *seen)


def differing(expected: dict[str, Any], *actual: dict[str, Any]) -> list[str]:
    """The Sids of the statements that a policy and what is there, in one part or several, do not share.

    The order within them counts for nothing, and neither does which part allows a resource.
    """
    ours, theirs = _statements(expected), _statements(*actual)
    return sorted(name for name in {*ours, *theirs} if ours.get(name) != theirs.get(name))


def table(findings: Iterable[Finding]) -> Table:
    """The findings as a table; those that need action say how to fix them."""
    made = Table("subject", "check", "verdict", "found", "fix")
    for finding in findings:
        verdict = Text(finding.verdict, style=_STYLES[finding.verdict])
        made.add_row(Text(finding.subject), Text(finding.check), verdict, Text(finding.found), Text(finding.fix))
    return made


def as_json(findings: list[Finding]) -> str:
    """The findings for scripts: a list of objects."""
    return msgspec.json.format(msgspec.json.encode(findings), indent=2).decode()


def exit_code(findings: Iterable[Finding]) -> int:
    """1 where there is a fault, else 2 where a check failed and something can be done about it, else 0."""
    found = {(finding.verdict, bool(finding.fix)) for finding in findings}
    return 1 if ("fault", True) in found or ("fault", False) in found else 2 if ("not checked", True) in found else 0


def _statements(*policies: dict[str, Any]) -> dict[str, dict[str, set[str]]]:
    """The resources of each statement, by its Sid and then by all its other elements."""
    found: dict[str, dict[str, set[str]]] = {}
    for policy in policies:
        listed = policy.get("Statement", [])
        for each in listed if isinstance(listed, list) else [listed]:
            around = json.dumps(_normal({**each, "Resource": ""}), sort_keys=True)
            resources = each.get("Resource", [])
            places = found.setdefault(str(each.get("Sid", "a statement without a Sid")), {}).setdefault(around, set())
            places.update([resources] if isinstance(resources, str) else resources)
    return found


def _normal(value: Any) -> Any:
    """The value as AWS may also write it: lists in one order, a list of one as its item."""
    if isinstance(value, dict):
        return {name: _normal(item) for name, item in value.items()}
    if isinstance(value, list):
        items = sorted((_normal(item) for item in value), key=json.dumps)
        return items[0] if len(items) == 1 else items
    return value
