"""What each form of data has for fields, by the code's own types: what the data map is held against.

A new form is a line of `FORMS` here, and a part of privacy/data-map.toml by the same name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from inspect import signature
from typing import Any, get_args, get_type_hints

import msgspec

from chalicelib import logs, mail, receipts, records, rejections
from chalicelib.access_logs import fields as access_fields
from chalicelib.audit import rows
from chalicelib.events import Event
from chalicelib.lake import ageing, compaction, nightly, parquet, tombstones, watermarks
from chalicelib.lake.parts import Manifest
from chalicelib.reports import manifest, marks, parts, sending
from chalicelib.service_logs import exporting
from chalicelib.service_logs import fields as log_fields
from chalicelib.stream import parking
from chalicelib.stream.batches import Position
from chalicelib.stream.consumer import Consumed
from chalicelib.tracking import rejected, salts, shared_counts
from chalicelib.tracking.stream import Message
from chalicelib.vault.rows import Row
from sluice.cloud import template
from sluice.collecting.intake import Parcel
from sluice.collecting.queue import Refused, State
from sluice.learning import forms
from sluice.mirror.mirror import Snapshot
from sluice.privacy import source
from sluice.publishing.ledger import Release
from sluice.publishing.page import Public
from sluice.questions import dialect
from sluice.questions.library import Library
from sluice.subjects.certificate import Certificate
from sluice.subjects.plans import Plan


def fields(kind: Any) -> Iterator[str]:
    """The fields of a struct or a named tuple by the names that are written, those of another within it behind a dot."""
    hints = get_type_hints(kind)
    for name, written in _names(kind):
        inner = [one for one in _kinds(hints[name]) if _names(one)]
        yield from (f"{written}.{leaf}" for one in inner for leaf in fields(one)) if inner else (written,)


def _names(kind: Any) -> list[tuple[str, str]]:
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return [(field.name, field.encode_name) for field in msgspec.structs.fields(kind)]
    return [(name, name) for name in getattr(kind, "_fields", ())]


def _kinds(hint: Any) -> Iterator[Any]:
    """A hint's own type and all types that are its arguments."""
    yield hint
    for argument in get_args(hint):
        yield from _kinds(argument)


def _line() -> set[str]:
    return source.keys("chalicelib/logs.py", "format")


def _request() -> set[str]:
    """The line of a request: what it always has, and its counters."""
    outcomes = ("accepted", "duplicate", "queued", "not_stored", "sampled", "batch", "rejected", "unavailable", "fault")
    made = [logs.Outcome(name, 0, reason="*", salted=False, counts={"accepted": 1}) for name in outcomes]
    counted = {name for outcome in made for name in logs.counters(outcome)}
    found = source.keys("chalicelib/logs.py", "request") | source.keys("chalicelib/logs.py", "_metrics")
    faults = source.keys("chalicelib/logs.py", "filter") | source.keys("chalicelib/logs.py", "fault")
    return {
        name for name in _line() | found | counted | faults if not name.startswith(("Timestamp", "CloudWatch", "facts"))
    }


def _job() -> set[str]:
    handling = "chalicelib/stream/handling.py"
    spreads = {
        "app.py **plan.summary": source.keys("chalicelib/lake/nightly.py", "summary"),
        "app.py **done": source.keys("chalicelib/audit/forgetting.py", "work") - {"keys"},  # those of a row
        "app.py **done._asdict()": set(fields(exporting.Export)),
        "app.py **arrival.said(outcome)": source.keys("chalicelib/access_logs/arrival.py", "said"),
        "app.py **one._asdict()": set(fields(sending.Outcome)),
        "app.py **said": set(fields(compaction.Outcome)),
        "app.py **aged._asdict()": set(fields(ageing.Aged)),
        f"{handling} **done.consumed._asdict()": set(fields(Consumed)),
        f"{handling} **said": {*fields(Consumed), *source.keys(handling, "release")},
        f"{handling} **found.said": {*fields(Consumed), *source.keys("chalicelib/stream/releasing.py", "said")},
    }
    return _line() | source.said(spreads)


def _export() -> set[str]:
    """A rejection's reason is one field with many names, as in the request's line."""
    return {re.sub("^rejected_.*", "rejected_*", field.name) for field in log_fields.KEPT}


class _Table:
    """A table that notes the columns of what is written."""

    def __init__(self) -> None:
        self.columns: set[str] = set()

    def update_item(self, **given: Any) -> dict[str, Any]:
        names = given.get("ExpressionAttributeNames", {})
        said = re.findall(r"([#\w]+) = |ADD ([#\w]+)", given["UpdateExpression"])
        written = {one or other for one, other in said}
        self.columns |= {*given["Key"], *(names.get(name, name) for name in written)}
        return {"Attributes": {"root": {"B": b""}, "events": {"N": "0"}}}


def _salts() -> set[str]:
    """An item of the table, as it is written."""
    table, now = _Table(), datetime.now(UTC)
    salts.DynamoSalts("salts", table).root(now.date(), now)  # type: ignore[arg-type]
    return table.columns


def _rates() -> set[str]:
    """An item of the table, as it is written."""
    table = _Table()
    counts = shared_counts.DynamoCounts("salts", table)  # type: ignore[arg-type]
    counts.add("shop-analytics", 1, 0)
    counts.lower("shop-analytics", 1, 60, 0)
    return table.columns


def _visits() -> set[str]:
    relation = dialect.parse(Library().relations["spans"])
    return {*relation.named_selects, "bots", "near_midnight"}


def _parquet() -> set[str]:
    """The record's fields, as its columns are, what its object says of itself, and how far days are compacted and aged."""
    said = ("metadata", "origin")
    own = {*fields(records.Record), *fields(watermarks.Watermark), parquet.ERASED_BY}
    return own.union(*(source.keys("chalicelib/lake/compaction.py", name) for name in said))


def _access() -> set[str]:
    """What is not dropped from a line, by CloudFront's names: each is a column, too."""
    return {field.name for field in access_fields.FIELDS if field.becomes != "dropped"}


def _answers() -> set[str]:
    """A dry run's record has the record's own names."""
    kinds = (
        receipts.Receipt,
        receipts.Queued,
        receipts.NotStored,
        receipts.BatchReceipt,
        receipts.DryRun,
        rejections.Problem,
    )
    return {name.removeprefix("record.") for kind in kinds for name in fields(kind)}


def _mirror() -> set[str]:
    return {*fields(Snapshot), *fields(records.Record)}


FORMS: dict[str, Callable[[], Iterable[str]]] = {
    "event": lambda: fields(Event),
    "client": source.client,
    "record": lambda: fields(records.Record),
    "parquet": _parquet,
    "manifest": lambda: {*Manifest._fields} - {"etag", "said"},
    "rejected": lambda: fields(rejected.Kept),
    "stream": lambda: {*fields(records.Record), *Message._fields} - {"lines"},
    "parked": lambda: {*fields(records.Record), parking.SINCE},
    "position": lambda: fields(Position),
    "access": _access,
    "access-parquet": _access,
    "access-raw": lambda: access_fields.NAMES,
    "answers": _answers,
    "request-line": _request,
    "log-export": _export,
    "job-line": _job,
    "gateway-line": lambda: template.ACCESS_LOG,
    "salts": _salts,
    "rates": _rates,
    "audit": lambda: fields(rows.Row),
    "audit-head": lambda: fields(rows.Head),
    "tombstone": lambda: signature(tombstones.object_key).parameters,
    "tombstone-key": lambda: (),
    "erasure-plan": lambda: fields(Plan),
    "identify-key": lambda: (),
    "vault": lambda: fields(Row),
    "vault-key": lambda: (),
    "certificate": lambda: fields(Certificate),
    "release": lambda: fields(Release),
    "published": lambda: fields(Public),
    "model-card": lambda: fields(forms.Card),
    "tenants-model": lambda: fields(forms.Own),
    "shared-model": lambda: fields(forms.Public),
    "imitated": lambda: forms.IMITATED,
    "night": lambda: fields(nightly.Task),
    "report": lambda: fields(parts.Report),
    "report-manifest": lambda: fields(manifest.Manifest),
    "report-mark": lambda: fields(marks.Mark),
    "mail": lambda: fields(mail.Mail),
    "mirror": _mirror,
    "visits": _visits,
    "dashboard-log": lambda: source.keys("sluice/dashboard/door/reports.py", "failed"),
    "dashboard-cookies": lambda: source.written("sluice/dashboard/door/sessions.py", "begin"),
    "doctor-mail": lambda: source.attributes("sluice/doctor/findings.py", "Finding"),
    "collect-queue": lambda: {*fields(Event), *fields(Parcel), *fields(State)} - {"events"},
    "collect-refused": lambda: {*fields(Event), *fields(Refused)} - {"event"},
    "collect-key": lambda: (),
    "code": lambda: (),
}
