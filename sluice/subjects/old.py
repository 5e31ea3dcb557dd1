"""Old versions of objects, where a bucket keeps them: S3 has them after an object was replaced or deleted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sluice.subjects import stores
from sluice.subjects.person import Person
from sluice.subjects.stores import Store


class OldVersions:
    """The old versions in one tenant's bucket, by S3's client."""

    def __init__(self, client: Any, bucket: str, owner: str | None) -> None:
        self._client = client
        self._named = {"Bucket": bucket} | ({"ExpectedBucketOwner": owner} if owner else {})

    def clean(self, looked_at: Iterable[Store], person: Person) -> int:
        """Delete each old version that holds the person; how many those were."""
        done = 0
        for store in looked_at:
            for key, version in self._listed(store.path):
                body = self._client.get_object(**self._named, Key=key, VersionId=version)["Body"].read()
                if body and stores.holds(store, key, body, person):
                    self._client.delete_object(**self._named, Key=key, VersionId=version)
                    done += 1
        return done

    def _listed(self, path: str) -> Iterator[tuple[str, str]]:
        for page in self._client.get_paginator("list_object_versions").paginate(**self._named, Prefix=path):
            yield from ((one["Key"], one["VersionId"]) for one in page.get("Versions", []) if not one["IsLatest"])
