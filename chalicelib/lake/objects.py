"""What one bucket holds, as the lake reads and writes it: a bucket in S3, or a folder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from itertools import islice
from pathlib import Path
from shutil import copyfileobj
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any, Protocol

from botocore.exceptions import ClientError

from chalicelib.lake import versions
from chalicelib.lake.client import make_client
from chalicelib.lake.reader import Direct, in_order
from chalicelib.lake.versions import Head as Head
from chalicelib.prefixes import OBJECTS

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# A day may have a million objects; the newest of the first 10,000 is good enough, for ten requests at most. And no place
# of ours has more folders than a page names.
MAX_PAGES = 10
AT_ONCE = 1000  # keys that one call deletes
# The function that compacts has as much memory, so it puts no larger object.
MAX_FETCHED = 2 * 2**30
CONFLICT_BUDGET, CONFLICT_PAUSE = 1.0, 0.05  # seconds
# 404 is an object that is not there to be replaced, as 409 is where another writer has it at this moment.
_LOST = {HTTPStatus.PRECONDITION_FAILED, HTTPStatus.NOT_FOUND}


class BrokenLake(ValueError):
    """What a bucket holds where only Sluice writes, and Sluice never does; the message says what, and what to do."""


class Objects(Protocol):
    """The objects of one bucket. Prefixes end in `/`."""

    def keys(self, prefix: str) -> Iterator[str]:
        """Every key below this prefix, in order."""

    def versions(self, prefix: str) -> Iterator[tuple[str, str]]:
        """Every key below this prefix with its object's etag, in order."""

    def folders(self, prefix: str) -> list[str]:
        """The names below this prefix up to the next `/`, without it; raises BrokenLake where they are too many."""

    def newest(self, prefix: str) -> datetime | None:
        """When the newest of the first 10,000 records' objects below this prefix was stored; None where there is none."""

    def read(self, key: str, most: int | None = None) -> bytes | None:
        """The object, or None where there is none; of a longer one its first `most` bytes."""

    def read_all(self, keys: Iterable[str], most: int | None = None) -> Iterator[tuple[str, bytes | None]]:
        """Each of these keys with its object as `read` gives it, in the keys' order."""

    def fetch(self, key: str, path: Path) -> str | None:
        """Put the object into this new file; its etag, or None where there is none. Raises BrokenLake where it is too large."""

    def head(self, key: str) -> Head | None:
        """The object's version and metadata, or None where there is none."""

    def create(self, key: str, body: bytes, metadata: dict[str, str]) -> bool:
        """Store the object where there is none; False where there is one."""

    def replace(self, key: str, body: bytes, metadata: dict[str, str], etag: str) -> bool:
        """Store the object in place of that version; False where it is not there any more."""

    def delete(self, key: str) -> None:
        """Delete the object, where it is there."""

    def delete_all(self, keys: Iterable[str]) -> None:
        """Delete these objects, many at a time."""


class BucketObjects:
    """The objects of a bucket in S3, in its owner's account only. What S3 refuses is raised as botocore raises it."""

    def __init__(self, bucket: str, owner: str | None, client: S3Client | None = None) -> None:
        self._client: Any = client or make_client()
        self._bucket: dict[str, Any] = {"Bucket": bucket} | ({"ExpectedBucketOwner": owner} if owner else {})

    def keys(self, prefix: str) -> Iterator[str]:
        return (key for key, _ in self.versions(prefix))

    def versions(self, prefix: str) -> Iterator[tuple[str, str]]:
        for page in self._pages(Prefix=prefix):
            yield from ((item["Key"], item["ETag"]) for item in page.get("Contents", []))

    def folders(self, prefix: str) -> list[str]:
        pages = self._pages(Prefix=prefix, Delimiter="/")
        found = [folder["Prefix"] for page in islice(pages, MAX_PAGES) for folder in page.get("CommonPrefixes", [])]
        if next(pages, None) is not None:
            raise BrokenLake(
                f"{prefix} holds more names than Sluice ever makes there. Delete those that are not its own"
            )
        return [folder.removeprefix(prefix).rstrip("/") for folder in found]

    def newest(self, prefix: str) -> datetime | None:
        found = (item for page in islice(self._pages(Prefix=prefix), MAX_PAGES) for item in page.get("Contents", []))
        return max((item["LastModified"] for item in found if item["Key"].endswith(OBJECTS)), default=None)

    def read(self, key: str, most: int | None = None) -> bytes | None:
        got = self._get(key)
        if got is None:
            return None
        with closing(got["Body"]) as body:
            return bytes(body.read(most))

    def read_all(self, keys: Iterable[str], most: int | None = None) -> Iterator[tuple[str, bytes | None]]:
        bucket, owner = self._bucket["Bucket"], self._bucket.get("ExpectedBucketOwner")
        with closing(Direct(self._client, bucket, owner, self.read)) as direct:
            yield from in_order(direct.read, keys, most)

    def fetch(self, key: str, path: Path) -> str | None:
        got = self._get(key)
        if got is None:
            return None
        with closing(got["Body"]) as body:
            _refuse_large(key, got["ContentLength"])
            with path.open("xb") as file:
                copyfileobj(body, file)
        return str(got["ETag"])

    def head(self, key: str) -> Head | None:
        try:
            found = self._client.head_object(**self._bucket, Key=key)
        except ClientError as error:
            if _status(error) == HTTPStatus.NOT_FOUND or self._is_hidden(key, error):
                return None
            raise
        return Head(found["ETag"], found["Metadata"])

    def create(self, key: str, body: bytes, metadata: dict[str, str]) -> bool:
        deadline = monotonic() + CONFLICT_BUDGET
        while True:
            try:
                return self._put(Key=key, Body=body, Metadata=metadata, IfNoneMatch="*")
            except ClientError as error:
                # Another writer at this moment, who may still die: that the object is there is not certain yet.
                if _status(error) != HTTPStatus.CONFLICT or monotonic() > deadline:
                    raise
            sleep(CONFLICT_PAUSE)

    def replace(self, key: str, body: bytes, metadata: dict[str, str], etag: str) -> bool:
        return self._put(Key=key, Body=body, Metadata=metadata, IfMatch=etag)

    def delete(self, key: str) -> None:
        self._client.delete_object(**self._bucket, Key=key)

    def delete_all(self, keys: Iterable[str]) -> None:
        left = iter(keys)
        while some := [{"Key": key} for key in islice(left, AT_ONCE)]:
            done = self._client.delete_objects(**self._bucket, Delete={"Objects": some, "Quiet": True})
            if refused := done.get("Errors"):
                raise ClientError({"Error": {"Code": refused[0]["Code"], "Message": ""}}, "DeleteObjects")

    def _pages(self, **asked: str) -> Iterator[dict[str, Any]]:
        yield from self._client.get_paginator("list_objects_v2").paginate(**self._bucket, **asked)

    def _get(self, key: str) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = self._client.get_object(**self._bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] == "NoSuchKey" or self._is_hidden(key, error):
                return None
            raise
        return found

    def _is_hidden(self, key: str, error: ClientError) -> bool:
        """Whether the object does not exist: S3 answers 404 only to callers who may list the whole bucket, and 403 to us."""
        # It would be the first of the keys that begin with it.
        return _status(error) == HTTPStatus.FORBIDDEN and next(self.keys(key), None) != key

    def _put(self, **asked: Any) -> bool:
        try:
            self._client.put_object(**self._bucket, **asked)
        except ClientError as error:
            lost = _LOST | ({HTTPStatus.CONFLICT} if "IfMatch" in asked else set())
            # A missing bucket is not a lost race.
            if _status(error) in lost and error.response["Error"]["Code"] != "NoSuchBucket":
                return False
            raise
        return True


class FolderObjects:
    """The objects of a bucket that is a folder.

    Writers wait for each other by a lock on the folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keys(self, prefix: str) -> Iterator[str]:
        for folder, folders, files in os.walk(self._folder / prefix):
            folders.sort()
            inside = os.path.relpath(folder, self._folder)
            # What is said of a file, and a file that is being written, are hidden.
            yield from (f"{inside}/{name}" for name in sorted(files) if not name.startswith("."))

    def versions(self, prefix: str) -> Iterator[tuple[str, str]]:
        return ((key, versions.etag((self._folder / key).stat())) for key in self.keys(prefix))

    def folders(self, prefix: str) -> list[str]:
        folder = self._folder / prefix
        return sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []

    def newest(self, prefix: str) -> datetime | None:
        found = (self._folder / prefix).glob("*")
        times = (path.stat().st_mtime for path in found if path.name.endswith(OBJECTS) and path.name[0] != ".")
        newest = max(times, default=None)
        return None if newest is None else datetime.fromtimestamp(newest, UTC)

    def read(self, key: str, most: int | None = None) -> bytes | None:
        try:
            # pathlib's own open costs as much again as the system's.
            with open(f"{self._folder}/{key}", "rb") as file:  # noqa: PTH123
                return file.read(most)
        except FileNotFoundError:
            return None

    def read_all(self, keys: Iterable[str], most: int | None = None) -> Iterator[tuple[str, bytes | None]]:
        return ((key, self.read(key, most)) for key in keys)

    def fetch(self, key: str, path: Path) -> str | None:
        try:
            with (self._folder / key).open("rb") as source:
                said = os.fstat(source.fileno())
                _refuse_large(key, said.st_size)
                with path.open("xb") as target:
                    copyfileobj(source, target)
                return versions.etag(said)
        except FileNotFoundError:
            return None

    def head(self, key: str) -> Head | None:
        return versions.head(self._folder / key)

    def create(self, key: str, body: bytes, metadata: dict[str, str]) -> bool:
        with self._locked():
            return not (self._folder / key).exists() and self._write(key, body, metadata)

    def replace(self, key: str, body: bytes, metadata: dict[str, str], etag: str) -> bool:
        with self._locked():
            found = self.head(key)
            return found is not None and found.etag == etag and self._write(key, body, metadata)

    def delete(self, key: str) -> None:
        self.delete_all([key])

    def delete_all(self, keys: Iterable[str]) -> None:
        with self._locked():
            for key in keys:
                versions.delete(self._folder / key)

    def _write(self, key: str, body: bytes, metadata: dict[str, str]) -> bool:
        versions.write(self._folder / key, body, metadata)
        return True

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the bucket's one lock for writers; the system lets go of it when its holder dies."""
        self._folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._folder, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _refuse_large(key: str, size: int) -> None:
    if size > MAX_FETCHED:
        raise BrokenLake(f"{key} has {size} bytes, and Sluice stores at most {MAX_FETCHED} in an object. Delete it")


def _status(error: ClientError) -> int:
    return int(error.response["ResponseMetadata"]["HTTPStatusCode"])
