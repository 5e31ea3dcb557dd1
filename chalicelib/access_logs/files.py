"""What CloudFront calls a log file, and where it goes in the bucket of its tenant."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple

from chalicelib.allowlist import DISTRIBUTION
from chalicelib.prefixes import ACCESS

# `.gz` is legacy text, or of v2 anything but Parquet.
_ENDS = r"\.(?:gz|json|json\.gz|parquet)"
_NAME = re.compile(
    rf"({DISTRIBUTION})\.([0-9]{{4}})-([0-9]{{2}})-([0-9]{{2}})-([0-9]{{2}})\.([A-Za-z0-9]{{1,64}}){_ENDS}", re.ASCII
)
# Where v2's partitions say what a name does not: `{DistributionId}/{yyyy}/{MM}/{dd}/{HH}`, also as Hive writes them.
_OWNER = re.compile(rf"(?:.*/)?(?:distributionid=)?(?-i:({DISTRIBUTION}))/.*", re.IGNORECASE | re.ASCII)
_HOUR = re.compile(
    r"(?:.*/)?(?:year=)?([0-9]{4})/(?:month=)?([0-9]{2})/(?:day=)?([0-9]{2})/(?:hour=)?([0-9]{2})/", re.ASCII
)
_ANY = re.compile(rf"[^/]+{_ENDS}")


class LogFile(NamedTuple):
    """One file: its name where it is stored, its distribution, and the hour in UTC whose requests it has, however late it is."""

    name: str
    distribution: str
    hour: datetime

    @property
    def key(self) -> str:
        """Its place in the tenant's bucket."""
        return f"{ACCESS.of_day(self.hour.date())}{self.name}"


def read(key: str) -> LogFile | None:
    """The file of this key: by its name, whatever folders are before it, else by the folders; None for a foreign one.

    The key is the object's own, as a listing of botocore's and an event of EventBridge have it. It is never decoded
    again: a plus sign is a plus sign.
    """
    folder, _, name = key.rpartition("/")
    found = _NAME.fullmatch(name)
    if found is not None:
        return _file(found[1], found.groups()[1:5], found[6])
    owner, hour = _OWNER.fullmatch(f"{folder}/"), _HOUR.fullmatch(f"{folder}/")
    if owner is None or hour is None or not _ANY.fullmatch(name):
        return None
    return _file(owner[1], hour.groups(), sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:16])


def _file(distribution: str, parts: Sequence[str], unique: str) -> LogFile | None:
    year, month, day, of_day = map(int, parts)
    try:
        hour = datetime(year, month, day, of_day, tzinfo=UTC)
    except ValueError:  # the thirteenth month
        return None
    return LogFile(f"{distribution}.{hour:%Y-%m-%d-%H}.{unique}.gz", distribution, hour)
