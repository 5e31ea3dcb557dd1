"""Old versions of objects, where a bucket keeps them: S3 has them after an object was replaced or deleted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from sluice.subjects import stores
from sluice.subjects.people import People
from sluice.subjects.stores import Store

READERS = 16
Version = tuple[str, str]  # a key, and the version's own name


class OldVersions:
    """The old versions in one tenant's bucket, by S3's client. One is never changed, so each is read once."""

    def __init__(self, client: Any, bucket: str, owner: str | None) -> None:
        self._client = client
        self._named = {"Bucket": bucket} | ({"ExpectedBucketOwner": owner} if owner else {})

    def clean(self, looked_at: Iterable[Store], people: People, done: set[Version]) -> int:
        """Delete each old version that holds one of these people, but those that are done; how many those were."""
        with ThreadPoolExecutor(READERS) as readers:
            return sum(
                sum(readers.map(partial(self._clean, store, people, done), self._listed(store.path)))
                for store in looked_at
            )

    def _clean(self, store: Store, people: People, done: set[Version], one: Version) -> bool:
        if one in done:
            return False
        key, version = one
        body = self._client.get_object(**self._named, Key=key, VersionId=version)["Body"].read()
        is_theirs = any(hit.own for hit in stores.hits_in(store, key, body, people))
        if is_theirs:
            self._client.delete_object(**self._named, Key=key, VersionId=version)
        done.add(one)
        return is_theirs

    def _listed(self, path: str) -> Iterator[Version]:
        for page in self._client.get_paginator("list_object_versions").paginate(**self._named, Prefix=path):
            yield from ((one["Key"], one["VersionId"]) for one in page.get("Versions", []) if not one["IsLatest"])
