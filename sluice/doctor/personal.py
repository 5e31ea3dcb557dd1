"""What is checked of the tenants' objects, where the stage asks for it: that a sample of the newest holds no personal data."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from chalicelib.allowlist import PRIVATE
from chalicelib.lake.objects import BucketObjects
from chalicelib.prefixes import ACCESS, RECORDS, REJECTED
from sluice import aws
from sluice.aws import Client
from sluice.doctor.findings import SERVICE, Finding, Seen, look
from sluice.doctor.subject import Bucket
from sluice.privacy import scan
from sluice.project import tenants
from sluice.project.config import Allow, Stage

CHECK = "personal data"
SHOWN = 10


def examine(stage: Stage, client: Client = aws.client) -> Iterator[Finding]:
    """A finding for each tenant; nothing where no sample is asked for."""
    if stage.privacy_sample is None:
        return
    found: dict[str, Allow] = {}

    def listed() -> Seen:
        found.update(tenants.admitted(stage, client("s3", stage.region)))
        return Seen("ok", f"{len(found)} buckets")

    finding = look(SERVICE, CHECK, listed)
    if finding.verdict != "ok":
        yield finding
    for bucket, entry in found.items():
        yield look(bucket, CHECK, partial(seen, Bucket(stage, bucket, entry, client)))


def seen(bucket: Bucket) -> Seen:
    """Whether the newest objects of this tenant have what looks like personal data; says in which fields, never what."""
    objects = BucketObjects(bucket.name, bucket.owner, bucket.client("s3", bucket.stage.region))
    done = scan.scan(scan.of_bucket(objects, bucket.stage.privacy_sample or 0, below(bucket.entry)))
    if done.rows:
        fields = [f"{one.place} {one.field} ({one.kind}: {one.found} of {one.looked_at})" for one in done.rows[:SHOWN]]
        more = f" and {len(done.rows) - SHOWN} more" if len(done.rows) > SHOWN else ""
        fix = f"sluice privacy scan --bucket {bucket.name} --stage {bucket.stage.name} shows all; docs/privacy.md says what to do"
        return Seen("warning", ", ".join(fields) + more, fix)
    if done.unread:
        return Seen("not checked", f"{len(done.unread)} objects cannot be read: {done.unread[0]}")
    return Seen("ok", f"nothing in {done.values} values of {done.objects} objects")


def below(entry: Allow) -> list[str]:
    """What is not compacted. Everybody knows what is in logs that are kept as they came."""
    kept = [REJECTED.path] if entry.keep_rejected else []
    return [RECORDS.path, *kept, *([ACCESS.path] if entry.distributions and entry.access_logs == PRIVATE else [])]
