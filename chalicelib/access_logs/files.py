"""What CloudFront calls a log file, and where it goes in the bucket of its tenant."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import NamedTuple

from chalicelib.allowlist import DISTRIBUTION
from chalicelib.prefixes import ACCESS

_NAME = re.compile(
    rf"({DISTRIBUTION})\.([0-9]{{4}})-([0-9]{{2}})-([0-9]{{2}})-([0-9]{{2}})\.[A-Za-z0-9]{{1,64}}\.gz", re.ASCII
)


class LogFile(NamedTuple):
    """One file: its distribution, and the hour in UTC whose requests it has, however late CloudFront wrote it."""

    name: str
    distribution: str
    hour: datetime

    @property
    def key(self) -> str:
        """Its place in the tenant's bucket."""
        return f"{ACCESS.of_day(self.hour.date())}{self.name}"


def read(key: str) -> LogFile | None:
    """The file of this key, whatever folders are before its name; None for a foreign name.

    The key is the object's own, as a listing of botocore's and an event of EventBridge have it. It is never decoded
    again: a plus sign is a plus sign.
    """
    name = key.rpartition("/")[2]
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    try:
        hour = datetime(*map(int, found.groups()[1:]), tzinfo=UTC)  # type: ignore[misc, arg-type]
    except ValueError:  # the thirteenth month
        return None
    return LogFile(name, found[1], hour)
