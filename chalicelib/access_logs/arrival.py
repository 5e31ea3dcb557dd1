"""A log file of CloudFront's that has arrived in the stage's bucket, as S3 reports by EventBridge: to its tenant's bucket.

An event may come twice, late, or after its file was moved: moving says then that it is there already, or gone, and both are well.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache

import msgspec

from chalicelib import settings
from chalicelib.access_logs import moving
from chalicelib.access_logs.moving import FAULTS, Outcome, Tenant
from chalicelib.access_logs.sources import BucketSource
from chalicelib.lake.client import make_client
from chalicelib.lake.objects import BucketObjects
from chalicelib.prefixes import DELIVERED
from chalicelib.settings import Settings
from chalicelib.tracking import salts
from chalicelib.tracking.salts import Salts


class Unmoved(Exception):
    """A file that should have been moved and cannot be, however often it is tried; the message says why."""


class _Named(msgspec.Struct):
    name: str


class _Keyed(msgspec.Struct):
    key: str


class Arrival(msgspec.Struct):
    """An event's detail. The key is the object's own: EventBridge, unlike S3's other notifications, does not encode it.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
    """

    bucket: _Named
    object: _Keyed


class Mover:
    """The way of a stage's log files, with the clients that a worker makes once."""

    def __init__(self, stage: Settings) -> None:
        if stage.stage_bucket is None:
            raise ValueError("STAGE_BUCKET is not set; `sluice sync` sets it, and CloudFront's log files are there")
        self._stage, self._client = stage, make_client()
        self._source = BucketSource(stage.stage_bucket, DELIVERED.path, stage.bucket_owner, self._client)
        self._entries = {entry.bucket: entry for entry in stage.allowlist.entries if entry.distributions}
        self._owners = moving.distributions(self._entries.values())
        self._salts = _salts(stage)

    def move(self, detail: object, now: datetime) -> Outcome:
        """Bring the file to its tenant and delete it; what nobody owns is left. Raises NoSalt, and what S3 refuses."""
        arrival = msgspec.convert(detail, Arrival)
        key = arrival.object.key
        if arrival.bucket.name != self._stage.stage_bucket or not key.startswith(DELIVERED.path):
            return Outcome("foreign", f"it is not below {DELIVERED.path} of the stage's bucket")
        found = moving.addressed(key, self._owners)
        if isinstance(found, Outcome):
            return found
        return moving.move(self._source, key, self._tenant(found[1]), self._owners, now, delete=True)

    def _tenant(self, bucket: str) -> Tenant:
        entry = self._entries[bucket]
        objects = BucketObjects(bucket, entry.owner or self._stage.bucket_owner, self._client)
        return Tenant(bucket, entry, objects, self._salts, self._stage.keep_query)


@cache
def mover() -> Mover:
    """The mover of the stage's environment, made once a process."""
    return Mover(settings.load())


def said(outcome: Outcome) -> dict[str, object]:
    """What the log says of a file: what became of it, why it was left, and its lines."""
    made = outcome.cleaned
    counted = {} if made is None else {"lines": made.lines, "unhashed": made.unhashed, "malformed": made.malformed}
    return {"did": outcome.did, **({"reason": outcome.reason} if outcome.reason else {}), **counted}


def refuse_fault(outcome: Outcome) -> None:
    """Raise Unmoved where somebody has to look at the file: Lambda tries it again, and then writes to the stage's topic."""
    if outcome.did in FAULTS:
        raise Unmoved(f"{outcome.did}: {outcome.reason}")


def _salts(stage: Settings) -> Salts | None:
    if not stage.hash_addresses or stage.salts_table is None:
        return None
    return salts.patient(stage.salts_table)
