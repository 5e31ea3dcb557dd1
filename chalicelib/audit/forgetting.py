"""The hourly forgetting of salts, and its rows in the audit trail.

A root is deleted on time, whether the trail can be written or not. A note of it stays in the table until a row has it, so that
the next hour adds what this one could not.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from chalicelib.audit.trail import Place, Trail
from chalicelib.jobs import FORGET_SALTS
from chalicelib.lake.objects import BucketObjects
from chalicelib.settings import Settings
from chalicelib.tracking import salts

ACTION = "salts.forgotten"
ACTOR = f"job:{FORGET_SALTS.role}"


def work(stage: Settings, now: datetime) -> Iterator[dict[str, Any]]:
    """Delete what is due; then add it to the trail. What each step did, once it is done; raises where the trail refuses.

    A stage without a trail has the first step alone, and one without a table of salts has none.
    """
    if stage.salts_table is None:
        return
    table = salts.patient(stage.salts_table)
    forgotten = table.forget(now, noting=stage.audit_bucket is not None)
    yield {"forgotten": forgotten}
    if stage.audit_bucket is None:
        return
    unrecorded = sorted({*forgotten, *table.noted()})
    if unrecorded:
        row = Trail(_place(stage), ACTOR, lambda: now).append(ACTION, stage.stage, {"keys": unrecorded})
        table.drop_notes(unrecorded)
        yield {"audited": unrecorded, "seq": row.seq, "hash": row.hash}


def _place(stage: Settings) -> Place:
    assert stage.audit_bucket is not None  # asked before
    assert stage.stage_bucket is not None  # a deployed stage has one
    rows, heads = (BucketObjects(one, stage.bucket_owner) for one in (stage.audit_bucket, stage.stage_bucket))
    return Place(stage.audit_bucket, rows, heads)
