"""What a stage costs: parse, call one function, print."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import typer
from msgspec.structs import replace

from sluice import tables
from sluice.cli.console import CONSOLE, AsJson, failing, say, to_json
from sluice.cloud import cost as billing
from sluice.cloud.usage import Load
from sluice.project import config

Monitoring = Literal["lean", "full"]
Events = Annotated[float | None, typer.Option(min=0, help="Events a month, for example 1e6; four months without it.")]
AccessViews = Annotated[int, typer.Option(min=0, help="Views of pages whose access logs come from CloudFront.")]
Rejected = Annotated[int, typer.Option(min=0, help="Requests that are refused, and kept by keep_rejected.")]
Reports = Annotated[int, typer.Option(min=0, help="Reports that are sent, of all tenants together.")]

commands = typer.Typer(rich_markup_mode=None)


@commands.command()
def cost(
    events: Events = None,
    tenants: Annotated[int, typer.Option(min=1, help="Tenants of the stage; with --worst, behind each pattern.")] = 1,
    batch: Annotated[float, typer.Option(min=1, help="Events in one request, and object.")] = 1,
    client: Annotated[bool, typer.Option("--client", help="Events of the browser client, with its scripts.")] = False,
    views: Annotated[int, typer.Option(min=0, help="Views of the dashboard's first page over Athena.")] = 0,
    questions: Annotated[int, typer.Option(min=0, help="Other questions to Athena.")] = 0,
    access_views: AccessViews = 0,
    rejected: Rejected = 0,
    reports: Reports = 0,
    stage: Annotated[str | None, typer.Option(help="A stage in sluice.toml: memory, monitoring, logs, region.")] = None,
    monitoring: Annotated[Monitoring | None, typer.Option(help="In place of the stage's.")] = None,
    region: Annotated[str | None, typer.Option(help="us-east-1 or ca-central-1, in place of the stage's.")] = None,
    free: Annotated[bool, typer.Option("--free", help="Less what AWS gives every account each month.")] = False,
    worst: Annotated[bool, typer.Option("--worst", help="What strangers can make the stage cost in a day.")] = False,
    as_json: AsJson = False,
) -> None:
    """What a month costs, line by line, by list prices; without --events, four months side by side.

    Example: sluice cost --events 1e6 --tenants 10 --client --views 100
    """
    asked = any((client, views, questions, access_views, rejected, reports))
    _refuse(is_worst=worst, stage=stage, events=events, has_own=batch != 1, asked=asked)
    if client and batch != 1:
        raise typer.BadParameter("the client has its own batches: name --client or --batch")
    with failing():
        chosen = config.load().stage(stage) if stage else config.Stage()
        where = region or billing.nearest(chosen.region)
        of_stage = _of_stage(chosen, monitoring)
        if worst:
            _worst(chosen, tenants, where, as_json)
        elif events is None:
            months = billing.references(tenants).items()
            _show({name: billing.bill(replace(one, **of_stage), where, is_free=free) for name, one in months}, as_json)
        else:
            made = billing.of_client(int(events), tenants) if client else Load(int(events), tenants, batch=batch)
            extra = {"access_views": access_views, "rejected": rejected, "reports": reports}
            load = replace(made, views=views, questions=questions, **extra, **of_stage)
            _show(billing.bill(load, where, is_free=free, stream=chosen.stream), as_json)
            _compare(load, where, free, as_json)


def _of_stage(stage: config.Stage, monitoring: Monitoring | None) -> dict[str, Any]:
    """What of a load is the stage's own."""
    logs: dict[str, Any] = {"log_days": stage.log_retention, "exported": stage.export_logs}
    logs["audit_reads"] = stage.audit_reads
    logs["checked"] = stage.doctor_schedule is not None
    logs["deleting"] = sum(allow.raw_days is not None for allow in stage.allow)
    logs["alerts"] = sum(allow.report is not None and allow.report.alerts for allow in stage.allow)
    logs["publishing"] = sum(allow.publish is not None for allow in stage.allow)
    logs["keyed"] = len(stage.keyed)
    logs["tokenized"] = len(stage.tokenized)
    logs["token_fields"] = sum(len(entry.tokenize) for entry in stage.allow)
    logs["paced"] = sum(allow.max_events_per_minute is not None for allow in stage.allow)
    if stage.allow:
        logs["sample"] = sum(allow.sample for allow in stage.allow) / len(stage.allow)
    return {"memory": stage.memory, "monitoring": monitoring or stage.monitoring, **logs}


def _refuse(*, is_worst: bool, stage: str | None, events: float | None, has_own: bool, asked: bool) -> None:
    """Refuse options that do not go together."""
    if is_worst and (events is not None or not stage):
        raise typer.BadParameter("--worst takes the --stage whose throttle and quotas count, and no --events")
    if events is None and (has_own or asked):
        raise typer.BadParameter(
            "--batch, --client, --views, --questions, --access-views, --rejected and --reports go with --events"
        )
    if events is not None and events % 1:
        raise typer.BadParameter("events is a whole number")


def _show(made: billing.Bill | dict[str, billing.Bill], as_json: bool) -> None:
    if as_json:
        say(to_json(made))
    else:
        tables.show(CONSOLE, billing.side_by_side(made) if isinstance(made, dict) else billing.table(made))


def _compare(load: Load, region: str, is_free: bool, as_json: bool) -> None:
    """Say which way of the events is the cheapest."""
    if load.events and not as_json:
        say(billing.cheapest(billing.ways(load, region, is_free=is_free)))


def _worst(stage: config.Stage, tenants: int, region: str, as_json: bool) -> None:
    made = billing.worst(stage, tenants, region)
    events = made.load.events / billing.DAY
    title = f"a day of {stage.name} at its limits: {stage.throttle.rate:g} requests and {events:g} events a second"
    if as_json:
        say(to_json(made))
    else:
        tables.show(CONSOLE, billing.table(made, title))
