"""What a stage has on Athena, deleted."""

from __future__ import annotations

from collections.abc import Iterator

from sluice.athena import workgroups
from sluice.aws import Client
from sluice.project.config import Stage


def remove(stage: Stage, client: Client) -> Iterator[str]:
    """Delete the stage's workgroups and its database with all tables, and say each; raises what AWS refuses."""
    yield from workgroups.remove(stage, client("athena", stage.region))
    glue = client("glue", stage.region)
    try:
        glue.delete_database(Name=stage.database)
    except glue.exceptions.EntityNotFoundException:
        return
    yield f"database {stage.database}"
