"""A City database where Chalice packages it: the files in vendor/ are next to app.py in Lambda."""

from __future__ import annotations

import os
import tarfile
import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

import maxminddb
import msgspec

from chalicelib.settings import DEFAULT_GEOIP_DB
from chalicelib.tracking.city import CityDatabase
from sluice.errors import SluiceError

INSTALLED = Path("vendor") / DEFAULT_GEOIP_DB
OLD = timedelta(days=30)
# Lambda takes 250 MB unpacked, our libraries among them; GeoLite2's City database has 60 MB.
MAX_BYTES = 200 * 2**20
SUFFIX = ".mmdb"
_GZIP = b"\x1f\x8b"


class GeoProblem(SluiceError):
    """A file that cannot be installed; the message says why."""


class Database(msgspec.Struct, frozen=True):
    """A City database: its path, its type, and when it was built."""

    path: str
    kind: str
    built: datetime
    age_days: int

    @property
    def is_old(self) -> bool:
        return self.age_days > OLD.days


def install(source: Path, now: datetime, project: Path = Path()) -> Database:
    """Put the database, or the one in MaxMind's tar.gz, into the project's vendor/ whole or not at all; raises GeoProblem."""
    target = project / INSTALLED
    # Next to vendor/, not in it: everything in there is packaged, also what a killed command left behind.
    with TemporaryDirectory(dir=project, prefix=".geo-") as folder:
        copy = Path(folder) / target.name
        _unpack(source, copy)
        _check(copy, source)
        target.parent.mkdir(exist_ok=True)
        copy.replace(target)
    return inspect(target, now)


def inspect(path: Path, now: datetime) -> Database:
    """Type and age of a City database; raises GeoProblem."""
    _check(path, path)
    with maxminddb.open_database(path) as reader:
        metadata = reader.metadata()
    built = datetime.fromtimestamp(metadata.build_epoch, UTC)
    return Database(str(path), metadata.database_type, built, (now - built).days)


def describe(database: Database) -> str:
    """What was found, and how to fix it if it is old."""
    found = f"{database.path}: {database.kind}, built {database.built:%Y-%m-%d}, {database.age_days} days old"
    return f"{found}; that is over {OLD.days} days: download and install a newer one" if database.is_old else found


def _unpack(source: Path, copy: Path) -> None:
    try:
        with source.open("rb") as file, copy.open("wb") as written:
            is_archive = file.read(len(_GZIP)) == _GZIP
            file.seek(0)
            if is_archive:
                with tarfile.open(fileobj=file, mode="r:gz") as archive:
                    _copy(_member(archive, source), written, source)
            else:
                _copy(file, written, source)
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise GeoProblem(f"{source} is not a complete tar.gz ({error})") from None
    except OSError as error:
        raise GeoProblem(f"{source} cannot be installed ({error.strerror or error})") from None


def _member(archive: tarfile.TarFile, source: Path) -> IO[bytes]:
    """The one database in the archive. Its path there is not used, so that none can lead out of the project."""
    found = [member for member in archive if member.isfile() and member.name.endswith(SUFFIX)]
    if len(found) != 1:
        raise GeoProblem(f"{source} holds {len(found)} {SUFFIX} files; MaxMind's City archive holds one")
    content = archive.extractfile(found[0])
    assert content is not None  # it is a file
    return content


def _copy(database: IO[bytes], written: IO[bytes], source: Path) -> None:
    """Copy to the disk, counting: a small archive can unpack to any size."""
    left = MAX_BYTES
    while chunk := database.read(2**20):
        left -= len(chunk)
        if left < 0:
            raise GeoProblem(f"{source} has over {MAX_BYTES // 2**20} MB; Lambda takes 250 MB, everything together")
        written.write(chunk)
    written.flush()
    os.fsync(written.fileno())


def _check(path: Path, source: Path) -> None:
    try:
        CityDatabase(path)
    except ValueError as error:
        # The file that was read is a copy; the user knows the name of the original.
        raise GeoProblem(str(error).replace(str(path), str(source))) from None
