"""The command for days larger than one worker: parse, call one function, print."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Annotated

import typer

from chalicelib.lake.kinds import EVENTS
from sluice import aws
from sluice.athena import unload as days
from sluice.cli.console import AsJson, Stage, failing
from sluice.cli.lake import Bucket, show_outcomes, to_day
from sluice.mirror import tenant
from sluice.mirror.tenant import PlaceError
from sluice.project.tenants import Tenant

commands = typer.Typer(rich_markup_mode=None)


@commands.command()
def unload(
    bucket: Bucket,
    day: Annotated[str, typer.Option(help="One closed day, for example 2026-11-19.")],
    stage: Stage = "prod",
    as_json: AsJson = False,
) -> None:
    """Compact a day that is larger than one worker by Athena, into several files that a manifest names. Raw objects stay.

    Example: sluice unload --bucket shop-analytics --day 2026-11-27 --stage prod
    """
    with failing():
        found = tenant.find(stage, bucket)
        if found.settings.store_directory is not None:
            raise PlaceError(
                f"{stage} has no Athena; a day of any size is compacted by `sluice compact --bucket {bucket}`"
            )
        owner = found.settings.bucket_owner
        whose = Tenant(bucket, found.allow.bucket, found.stage.owner(found.allow) or owner or "", found.table)
        kind = tenant.heeding(found.settings, EVENTS)
        outcome, mark = days.run(
            found.stage, whose, found.objects(), kind, to_day(day), partial(datetime.now, UTC), aws.client
        )
    show_outcomes([outcome], mark, as_json)
