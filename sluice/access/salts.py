"""What may be done to a stage's table of salts: make a day's root, or get it back, and delete those whose time has come."""

from __future__ import annotations

from chalicelib.allowlist import DAY
from chalicelib.tracking import shared_counts
from chalicelib.tracking.salts import END, GONE, KEY, KEY_PREFIX
from sluice.access.iam import Document, Statement, allow, arn
from sluice.project.config import Allow, Stage


def made(stage: Stage) -> list[Statement]:
    """Make a day's root where there is none, and get it."""
    return [allow("Salts", "dynamodb:UpdateItem", _table(stage), _only(KEY_PREFIX)), *_key(stage)]


def counted(stage: Stage) -> list[Statement]:
    """Add to the counts of tenants with a budget of events a minute; no root is among them."""
    if not any(entry.max_events_per_minute for entry in stage.allow):
        return []
    return [allow("Rates", "dynamodb:UpdateItem", _table(stage), _only(shared_counts.KEY_PREFIX))]


def read(stage: Stage, entry: Allow) -> list[Statement]:
    """The eraser's, where ids are stored as hashes of a day: get the roots of days that still live, and make none."""
    if entry.identify != DAY:
        return []
    return [allow("ReadSalts", "dynamodb:GetItem", _table(stage), _only(KEY_PREFIX)), *_key(stage)]


def forgotten(stage: Stage) -> list[Statement]:
    """See which roots are due, without reading one, and delete them."""
    # Without the Null a scan that names no attribute, and so reads them all, would satisfy the other two.
    due = {
        "Null": {"dynamodb:Attributes": "false"},
        "ForAllValues:StringEquals": {"dynamodb:Attributes": [KEY, END]},
        "StringEqualsIfExists": {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"},
    }
    noted = [] if stage.audit is None else [GONE]
    return [
        allow("FindDue", "dynamodb:Scan", _table(stage), due),
        allow("Forget", "dynamodb:DeleteItem", _table(stage), _only(KEY_PREFIX, *noted)),
        # Until the audit trail has it, a deleted root leaves a note; a role that could also write a root could plant one.
        *([allow("Note", "dynamodb:PutItem", _table(stage), _only(*noted))] if noted else []),
        *_key(stage),
    ]


def _table(stage: Stage) -> str:
    return arn(stage, "dynamodb", f"table/{stage.salts_table}")


def _only(*prefixes: str) -> Document:
    # Without the Null an update that names no key would satisfy ForAllValues.
    return {
        "ForAllValues:StringLike": {"dynamodb:LeadingKeys": [f"{one}*" for one in prefixes]},
        "Null": {"dynamodb:LeadingKeys": "false"},
    }


def _key(stage: Stage) -> list[Statement]:
    """DynamoDB decrypts the table's own key with the caller's rights."""
    through_dynamodb = {"StringEquals": {"kms:ViaService": f"dynamodb.{stage.region}.amazonaws.com"}}
    return [allow("SaltsKey", "kms:Decrypt", stage.kms_key, through_dynamodb)] if stage.kms_key else []
