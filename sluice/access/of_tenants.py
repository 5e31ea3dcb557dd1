"""The policies of people who have to do with one tenant, by their files: of exact entries, whose buckets are known."""

from __future__ import annotations

from collections.abc import Iterable

from sluice.access import eraser, publisher, unloader, vault
from sluice.access.iam import Document
from sluice.access.people import analyst
from sluice.project.config import Allow, Stage


def of_people(stage: Stage, exact: Iterable[Allow]) -> dict[str, Document]:
    """Each person's policy for each of these entries."""
    made: dict[str, Document] = {}
    for entry in exact:
        bucket = stage.bucket(entry)
        made[f"analysts/{bucket}.json"] = analyst(stage, bucket)
        made[f"erasers/{bucket}.json"] = eraser.eraser(stage, entry)
        made[f"unloaders/{bucket}.json"] = unloader.unloader(stage, entry)
        if entry.publish is not None:
            made[f"publishers/{bucket}.json"] = publisher.publisher(stage, entry)
        if entry.tokenize:
            made[f"revealers/{bucket}.json"] = vault.revealer(stage, entry)
    return made
