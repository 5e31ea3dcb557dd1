"""What `sluice sync` puts into the package for reports: whom they are for, and statements with room for the days alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import msgspec

from chalicelib.lake.days import Days
from chalicelib.reports.periods import Every, Weekday

# A statement in parts: the number of a text that statements share, or the name of one of the days' placeholders.
Statement = tuple[int | str, ...]


class Text(NamedTuple):
    """A part of a statement as it is."""

    text: str


class Day(NamedTuple):
    """A placeholder of a day, by its name in `Days.placeholders`."""

    name: str


Part = Text | Day


class Tenant(msgspec.Struct, frozen=True, kw_only=True):
    """Whose report it is, who gets it and when, and its statements by the question's name."""

    bucket: str
    owner: str | None = None
    workgroup: str
    zone: str
    to: tuple[str, ...] = ()
    every: Every = "week"
    day: Weekday = "monday"
    has_logs: bool = False
    steps: tuple[str, ...] = ()
    alerts: bool = False
    statements: dict[str, Statement]


class Reports(msgspec.Struct, frozen=True, kw_only=True):
    """All of a stage's reports."""

    texts: tuple[str, ...]
    tenants: tuple[Tenant, ...]
    database: str
    mail_from: str = ""
    operator: str = ""

    def statement(self, tenant: Tenant, question: str, days: Days) -> str:
        """The question as Athena is asked it, of these days."""
        values = days.placeholders()
        parts = tenant.statements[question]
        return "".join(self.texts[one] if isinstance(one, int) else quoted(values[one]) for one in parts)

    def digest(self, tenant: Tenant) -> str:
        """The digest of all the tenant's statements: another one where a question, a goal or a site is another."""
        written = {name: self._marked(parts) for name, parts in sorted(tenant.statements.items())}
        return sha256(msgspec.json.encode(written)).hexdigest()

    def _marked(self, parts: Statement) -> list[str]:
        return [self.texts[one] if isinstance(one, int) else one for one in parts]


def path(root: Path, stage: str) -> Path:
    """Where a stage's reports are, here and in Lambda."""
    return root / file(stage)


def file(stage: str) -> str:
    """The same, relative to the project's folder."""
    return f"chalicelib/reports/stages/{stage}.json"


def load(root: Path, stage: str) -> Reports:
    """A stage's reports; raises ValueError where `sluice sync` has not written them."""
    try:
        return msgspec.json.decode(path(root, stage).read_bytes(), type=Reports)
    except (OSError, msgspec.MsgspecError) as error:
        raise ValueError(f"{file(stage)} cannot be read ({error}); `sluice sync` writes it") from None


def encoded(reports: Reports) -> str:
    """The file's text."""
    return msgspec.json.format(msgspec.json.encode(reports)).decode() + "\n"


def quoted(text: str) -> str:
    """A text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def shared(statements: Mapping[str, Iterable[Part]], texts: dict[str, int]) -> dict[str, Statement]:
    """The statements with each text's number in place of it; `texts` gets those that it lacks."""
    return {
        name: tuple(part.name if isinstance(part, Day) else texts.setdefault(part.text, len(texts)) for part in parts)
        for name, parts in statements.items()
    }
