"""The mirror on this machine follows at once: what it has of the people is gone, and it is looked at like any other store."""

from __future__ import annotations

from datetime import date

from chalicelib.lake.objects import FolderObjects, Objects
from chalicelib.prefixes import ACCESS, ACCESS_COMPACTED, REJECTED
from sluice.mirror import access, rejected
from sluice.mirror.mirror import Mirror
from sluice.subjects import stores
from sluice.subjects.people import People
from sluice.subjects.stores import Looked, Store


def looked(objects: Objects, mirror: Mirror | None, people: People) -> list[Looked]:
    """What the mirror, brought up to date, has of these people; nothing where there is none."""
    if mirror is None or mirror.snapshot() is None:
        return []
    mirror.forget(objects)
    copy = FolderObjects(mirror.folder)
    logs = [
        Store("mirror of access", copy, ACCESS.path, "lines"),
        Store("mirror of access-compacted", copy, ACCESS_COMPACTED.path, "parquet"),
    ]
    refused = [Store("mirror of rejected", copy, REJECTED.path, "lines")]
    for some, fetch in ((logs, access.fetch), (refused, rejected.fetch)):
        if days := sorted({day for store in some for day in _deleted(store, people)}):
            fetch(objects, mirror.folder, date.fromisoformat(days[0]), date.fromisoformat(days[-1]))
    whole = [Store("mirror", copy, f"{part}/", "parquet") for part in ("compacted", "raw")]
    return [stores.look(store, people) for store in (*whole, *logs, *refused)]


def _deleted(store: Store, people: People) -> set[str]:
    """Delete the copies that hold somebody, so that they are fetched again; of which days they were."""
    hits = stores.look(store, people).hits
    for key in {hit.key for hit in hits}:
        store.objects.delete(key)
    return {hit.day for hit in hits}
