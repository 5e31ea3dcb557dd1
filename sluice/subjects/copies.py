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
    files = [
        Store("mirror of access", copy, ACCESS.path, "lines"),
        Store("mirror of access-compacted", copy, ACCESS_COMPACTED.path, "parquet"),
        Store("mirror of rejected", copy, REJECTED.path, "lines"),
    ]
    gone = [store.name for store in files if _deleted(store, people)]
    if {"mirror of access", "mirror of access-compacted"} & set(gone):
        access.fetch(objects, mirror.folder, date.min, date.max)
    if "mirror of rejected" in gone:
        rejected.fetch(objects, mirror.folder, date.min, date.max)
    whole = [Store("mirror", copy, f"{part}/", "parquet") for part in ("compacted", "raw")]
    return [stores.look(store, people) for store in (*whole, *files)]


def _deleted(store: Store, people: People) -> bool:
    """Delete the copies that hold somebody, so that they are fetched again; whether there were any."""
    keys = {hit.key for hit in stores.look(store, people).hits}
    for key in keys:
        store.objects.delete(key)
    return bool(keys)
