"""Where CloudFront's files are taken from: a folder, or a prefix of a bucket."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from chalicelib.lake.client import make_client
from chalicelib.lake.objects import BucketObjects

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# CloudFront begins another file long before.
MAX_FILE = 128 * 2**20


class Source(Protocol):
    """Files by their keys. Somebody else may take one away at any moment."""

    def listed(self) -> Iterator[str]:
        """Every key, in order."""

    def place(self, key: str) -> str:
        """Where the file is, in one form for all sources."""

    def read(self, key: str) -> bytes | None:
        """The file, of a longer one than MAX_FILE a byte more than that; None where there is none any more."""

    def delete(self, key: str) -> None:
        """Delete the file; one that is gone does not matter."""


class FolderSource:
    """The files of a folder, and of those in it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def listed(self) -> Iterator[str]:
        files = (path for path in self._folder.rglob("*") if path.is_file())
        return iter(sorted(path.relative_to(self._folder).as_posix() for path in files))

    def place(self, key: str) -> str:
        return (self._folder / key).resolve().as_posix()

    def read(self, key: str) -> bytes | None:
        try:
            with (self._folder / key).open("rb") as file:
                return file.read(MAX_FILE + 1)
        except FileNotFoundError:
            return None

    def delete(self, key: str) -> None:
        (self._folder / key).unlink(missing_ok=True)


class BucketSource:
    """The objects of a bucket below a prefix. What S3 refuses is raised as botocore raises it."""

    def __init__(self, bucket: str, prefix: str, owner: str | None = None, client: S3Client | None = None) -> None:
        self._client: Any = client or make_client()
        self._objects = BucketObjects(bucket, owner, self._client)
        self._bucket, self._prefix = bucket, prefix
        self._owner = {"ExpectedBucketOwner": owner} if owner else {}

    def listed(self) -> Iterator[str]:
        return self._objects.keys(self._prefix)

    def place(self, key: str) -> str:
        return f"s3://{self._bucket}/{key}"

    def read(self, key: str) -> bytes | None:
        return self._objects.read(key, MAX_FILE + 1)

    def delete(self, key: str) -> None:
        self._client.delete_object(Bucket=self._bucket, Key=key, **self._owner)
