"""A tenant's tables, view and workgroup on Athena: sql/athena-setup.sql filled in, run, and kept up with the record's type."""

from __future__ import annotations

import re
import textwrap
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec

from chalicelib.access_logs.fields import OF_ACCESS
from chalicelib.access_logs.requests import REQUESTS
from chalicelib.lake import athena_view, columns, refusals, watermarks
from chalicelib.lake.columns import Column
from chalicelib.lake.kinds import EVENTS, Kind
from chalicelib.lake.objects import BucketObjects
from chalicelib.lake.refusals import OF_REJECTED
from chalicelib.lake.watermarks import BrokenWatermark, Watermark
from chalicelib.names import is_bucket_name
from chalicelib.service_logs.fields import TABLE as API_EVENTS
from sluice import aws
from sluice.athena import access, api_events, parts, rejected, workgroups
from sluice.athena import client as athena
from sluice.athena.client import AthenaError
from sluice.aws import AwsError, Client
from sluice.errors import SluiceError
from sluice.project import stage_own
from sluice.project.config import Stage
from sluice.project.stages import TABLE
from sluice.project.tenants import Tenant

FILE = Path("sql") / "athena-setup.sql"
# Before every day, so that the view reads everything raw.
NOTHING_COMPACTED = date.min
_DATABASE = re.compile(r"[a-z][a-z0-9_]{0,254}")
_PLACEHOLDER = re.compile(rf"YOUR-BUCKET-NAME|TABLE_NAME|\bsluice\b|{NOTHING_COMPACTED.isoformat()}")
# The blocks of columns: between a table's parentheses, and between SELECT and the parts of the day.
_DECLARED = re.compile(r"(?s)(CREATE EXTERNAL TABLE [^\n]+ \(\n).+?(?=\n\)\n)")
_SELECTED = re.compile(r"(?ms)^( *)SELECT\n.+?(?=,\n *(?:year|substr\(dt))")
# What a table says of its partitions: which days there can be, and where each is.
PROJECTION = "projection."
_PROPERTY = re.compile(r"'((?:projection|storage)\.[a-z.]+)' = '(.+)'")
_STRUCT = re.compile(r"struct<(.+)>")


class SetupError(SluiceError):
    """What cannot be set up; the message says why, and what to do."""


class Step(msgspec.Struct, frozen=True):
    """One step of a tenant's setup, for example `view app1_events`; `fault` says why it failed."""

    bucket: str
    name: str
    fault: str | None = None


def statements(
    bucket: str,
    table: str,
    database: str,
    watermark: date | None = None,
    listed: Sequence[Column] | None = None,
) -> list[str]:
    """The database, the raw table, the compacted table and the view, in this order, for a tenant; raises SetupError."""
    _check(bucket, table, database)
    day = (watermark or NOTHING_COMPACTED).isoformat()
    names = {
        "YOUR-BUCKET-NAME": bucket,
        "TABLE_NAME": table,
        "sluice": database,
        NOTHING_COMPACTED.isoformat(): day,
    }
    text = re.sub(r"(?m)^--.*\n", "", written(listed))
    return [_PLACEHOLDER.sub(lambda found: names[found[0]], one.strip()) for one in text.split(";") if one.strip()]


def of_tenant(stage: Stage, tenant: Tenant) -> list[str]:
    """All of a tenant's statements in this stage, those of its access logs and refusals among them; raises SetupError."""
    made = statements(tenant.bucket, tenant.table, stage.database)
    made += of_logs(stage, tenant) if access.has_logs(stage, tenant.bucket) else []
    return made + (of_rejected(stage, tenant) if rejected.is_kept(stage, tenant.bucket) else [])


def of_rejected(stage: Stage, tenant: Tenant) -> list[str]:
    """The table and the view of what was refused for the tenant; raises SetupError."""
    made = statements(tenant.bucket, tenant.table, stage.database)
    return rejected.statements(made, tenant.bucket, f"{stage.database}.{tenant.table}{OF_REJECTED}")


def of_logs(stage: Stage, tenant: Tenant, watermark: date | None = None) -> list[str]:
    """The raw table, the compacted table and the view of the tenant's access logs; raises SetupError."""
    made, name = statements(tenant.bucket, tenant.table, stage.database), f"{tenant.table}{OF_ACCESS}"
    return access.statements(made, tenant.bucket, f"{stage.database}.{name}", watermark or NOTHING_COMPACTED)


def written(listed: Sequence[Column] | None = None) -> str:
    """The file's text with these columns (default: the record's) in its tables and its view; raises SetupError."""
    try:
        text = FILE.read_text(encoding="utf-8")
    except OSError as error:
        raise SetupError(f"{FILE} cannot be read ({error.strerror}); it is in the project's repository") from None
    return _with_columns(text, listed or columns.columns())


def _with_columns(text: str, listed: Sequence[Column]) -> str:
    declared = ",\n".join(f"  `{column.name}` {column.athena}" for column in listed)
    text = _DECLARED.sub(lambda found: found[1] + declared, text)
    return _SELECTED.sub(lambda found: f"{found[1]}SELECT\n{_list(listed, found[1])}", text)


def apply(
    stage: Stage,
    tenants: Iterable[Tenant],
    client: Client = aws.client,
    progress: Callable[[Step], None] = lambda step: None,
    pause: athena.Pause = time.sleep,
) -> list[Step]:
    """Set up each tenant; where a step fails, its tenant goes no further, and the next one does. `progress` hears each end."""
    setup = Setup(stage, client, pause)
    ended = []
    for step in chain.from_iterable(map(setup.run, tenants)):
        progress(step)
        ended.append(step)
    return ended


def apply_to_all(stage: Stage, client: Client = aws.client) -> list[Step]:
    """Set up the workgroup of questions over all tenants, and where the stage exports its log the table of that."""
    make = partial(workgroups.make, stage, client("athena", stage.region), workgroups.of_all(stage))
    steps = {f"workgroup {stage_own.workgroup(stage)}": make}
    if stage.export_logs:
        steps[f"table {API_EVENTS}"] = partial(api_events.make, stage, client("glue", stage.region))
    return [Step(stage_own.bucket(stage), name, _fault(action)) for name, action in steps.items()]


class Setup:
    """The steps of a tenant's setup, in a stage."""

    def __init__(self, stage: Stage, client: Client, pause: athena.Pause) -> None:
        self._stage = stage
        self._database = stage.database
        self._pause = pause
        self._athena, self._glue, self._s3 = (client(name, stage.region) for name in ("athena", "glue", "s3"))

    def run(self, tenant: Tenant) -> Iterator[Step]:
        """The steps that were taken: all, or up to the first that failed."""
        for name, action in self._steps(tenant):
            step = Step(tenant.bucket, name, _fault(action))
            yield step
            if step.fault:
                return

    def _steps(self, tenant: Tenant) -> Iterator[tuple[str, Callable[[], None]]]:
        raw, compacted = f"{tenant.table}_raw", f"{tenant.table}_compacted"
        yield (
            f"workgroup {self._stage.workgroup(tenant.table)}",
            partial(workgroups.make, self._stage, self._athena, workgroups.of(self._stage, tenant)),
        )
        yield f"database {self._database}", partial(self._send, tenant, 0)
        yield f"table {raw}", partial(self._make_table, tenant, 1, raw)
        yield f"table {compacted}", partial(self._make_table, tenant, 2, compacted)
        yield f"view {tenant.table}", partial(self.make_view, tenant)
        if access.has_logs(self._stage, tenant.bucket):
            name, made = f"{tenant.table}{OF_ACCESS}", of_logs(self._stage, tenant)
            yield f"table {name}_raw", partial(self._run, tenant, made[0])
            yield f"table {name}_compacted", partial(self._run, tenant, made[1])
            yield f"view {name}", partial(self._make_view_of_logs, tenant)
        if rejected.is_kept(self._stage, tenant.bucket):
            name, made = f"{tenant.table}{OF_REJECTED}", of_rejected(self._stage, tenant)
            yield f"table {name}_raw", partial(self._bring, tenant, f"{name}_raw", made[0], refusals.COLUMNS)
            yield f"view {name}", partial(self._run, tenant, made[1])

    def _make_table(self, tenant: Tenant, number: int, name: str) -> None:
        made = statements(tenant.bucket, tenant.table, self._database)[number]
        self._bring(tenant, name, made, columns.columns())

    def _bring(self, tenant: Tenant, name: str, made: str, wanted: Iterable[Column | refusals.Column]) -> None:
        """Bring the table where there is one up to date, else make it."""
        _widen(self._glue, self._database, name, dict(_PROPERTY.findall(made)), wanted)
        self._run(tenant, made)

    def make_view(self, tenant: Tenant, *, in_parts: bool = False) -> None:
        """The tenant's view; one that knows of days in parts where there are some, or where that is asked for."""
        mark = _watermark(self._s3, tenant)
        _, _, compacted, view = statements(tenant.bucket, tenant.table, self._database, mark.day if mark else None)
        days = mark.parts if mark else ()
        if days or in_parts:
            self._bring(tenant, f"{tenant.table}{parts.OF_PARTS}", parts.table(compacted), columns.columns())
            view = parts.view(view, days)
        self._run(tenant, view)

    def _make_view_of_logs(self, tenant: Tenant) -> None:
        mark = _watermark(self._s3, tenant, REQUESTS)
        self._run(tenant, of_logs(self._stage, tenant, mark.day if mark else None)[-1])

    def _send(self, tenant: Tenant, number: int) -> None:
        self._run(tenant, statements(tenant.bucket, tenant.table, self._database)[number])

    def _run(self, tenant: Tenant, statement: str) -> None:
        group = self._stage.workgroup(tenant.table)
        athena.execute(statement, client=self._athena, workgroup=group, pause=self._pause)


def _check(bucket: str, table: str, database: str) -> None:
    """Refuse names that are not plainly names: they are written into the statements."""
    if not is_bucket_name(bucket):
        raise SetupError(f"{bucket!r} is not a name that S3 gives to a bucket")
    if not re.fullmatch(TABLE, table):
        raise SetupError(
            f"{table!r} is not a valid table name; use a-z, 0-9 and _, 50 at most, beginning with a letter"
        )
    if not _DATABASE.fullmatch(database):
        raise SetupError(f"{database!r} is not a valid database name; use a-z, 0-9 and _, beginning with a letter")


def _list(listed: Sequence[Column], indent: str) -> str:
    """The columns as a view lists them."""
    names = ", ".join(f'"{column.name}"' for column in listed)
    return textwrap.fill(names, 110, initial_indent=f"{indent}  ", subsequent_indent=f"{indent}  ")


def _fault(action: Callable[[], None]) -> str | None:
    """Why the step failed, or None."""
    try:
        action()
    except (AthenaError, SetupError) as error:
        return str(error)
    except AwsError as error:
        return athena.reason(error)
    return None


def _watermark(s3: Any, tenant: Tenant, kind: Kind = EVENTS) -> Watermark | None:
    """The last day up to which the tenant's days are compacted, and those in parts; None where none is."""
    try:
        return watermarks.read(BucketObjects(tenant.bucket, tenant.owner, s3), kind)
    except BrokenWatermark as error:
        raise SetupError(f"s3://{tenant.bucket}/{error}") from None


def _widen(
    glue: Any, database: str, name: str, properties: dict[str, str], wanted: Iterable[Column | refusals.Column]
) -> None:
    """Give a table that is there the columns that it lacks, and its ranges of days; raises SetupError for a changed type.

    Through Glue and not by ALTER TABLE, which cannot add a leaf to a struct. The partitions are computed, and so have no
    columns of their own that would have to follow.
    """
    try:
        table = glue.get_table(DatabaseName=database, Name=name)["Table"]
    except glue.exceptions.EntityNotFoundException:
        return
    storage = table["StorageDescriptor"]
    widened = _widened(name, storage["Columns"], wanted)
    had = table.get("Parameters", {})
    parameters = {key: value for key, value in had.items() if not key.startswith(PROJECTION)} | properties
    if widened != storage["Columns"] or parameters != had:
        whole = {"StorageDescriptor": {**storage, "Columns": widened}, "Parameters": parameters}
        changed = {**athena_view.table_input(table), **whole}
        glue.update_table(DatabaseName=database, TableInput=changed, VersionId=table["VersionId"])


def _widened(table: str, had: list[dict[str, str]], wanted: Iterable[Column | refusals.Column]) -> list[dict[str, str]]:
    """The table's columns with the leaves of those that are wanted, and behind them the columns that it lacks."""
    made = {column["Name"]: column for column in had}
    for name, type_ in ((column.name, column.athena) for column in wanted):
        old = made.get(name, {"Name": name, "Type": type_})
        made[name] = {**old, "Type": _wider(f"{table}.{name}", old["Type"], type_)}
    return list(made.values())


def _wider(column: str, old: str, new: str) -> str:
    """The type that holds both: the same one, or a struct with the leaves of both."""
    if old == new:
        return old
    had, leaves = _leaves(old), {**_leaves(old), **_leaves(new)}
    if not had or not _leaves(new) or any(leaves[leaf] != type_ for leaf, type_ in had.items()):
        raise SetupError(
            f"{column} is {old}, and the record's is {new}; a column cannot change its type. "
            f"Drop the table {column.partition('.')[0]}, which deletes no record, and set up again"
        )
    return "struct<" + ",".join(f"{leaf}:{type_}" for leaf, type_ in leaves.items()) + ">"


def _leaves(type_: str) -> dict[str, str]:
    """A struct's leaves with their types; none of any other type."""
    found = _STRUCT.fullmatch(type_)
    return dict(leaf.split(":", 1) for leaf in found[1].split(",")) if found else {}
