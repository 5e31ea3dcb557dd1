"""The role of anyone who unloads a tenant's large days: it has Athena write files, looks at them, and publishes a day by them."""

from __future__ import annotations

from chalicelib import prefixes
from chalicelib.lake.compaction import WATERMARK
from chalicelib.prefixes import COMPACTED, ERASED, MANIFESTS, RESULTS, UNLOADED, UNLOADER
from sluice.access import eraser
from sluice.access.iam import (
    ATHENA_WRITES,
    BLIND,
    Document,
    allow,
    arn,
    by_key,
    catalog,
    deeper,
    deny,
    document,
    listed,
    objects,
    owned,
)
from sluice.project import stage_own
from sluice.project.config import Allow, Stage
from sluice.project.tenants import table_name

_WORKGROUP = [
    *("athena:CreateWorkGroup", "athena:GetQueryExecution", "athena:GetQueryResults", "athena:GetWorkGroup"),
    *("athena:StartQueryExecution", "athena:StopQueryExecution", "athena:TagResource", "athena:UpdateWorkGroup"),
]
_TABLES = ["glue:CreateTable", "glue:GetPartition", "glue:GetPartitions", "glue:GetTable", "glue:UpdateTable"]
# The tables that a tenant's view is made of.
_ENDS = ("", "_raw", "_compacted", "_parts")
_PUBLISHED = (f"{COMPACTED.path}{MANIFESTS}*", WATERMARK)


def unloader(stage: Stage, entry: Allow) -> Document:
    """Read one tenant's records, write what is unloaded, and create or replace what says so."""
    bucket, owner, table = stage.bucket(entry), owned(stage.owner(entry)), table_name(stage.bucket(entry), entry)
    place, read = f"arn:aws:s3:::{bucket}", prefixes.read_by(UNLOADER)
    return document(
        allow("Read", "s3:GetObject", objects([bucket], *read), owner),
        # Who was erased is in the names.
        allow("List", "s3:ListBucket", place, owner | listed(*read, ERASED.pattern)),
        allow("Locate", ["s3:GetBucketLocation", "s3:ListBucketMultipartUploads"], place, owner),
        # Athena writes with the caller's rights, and without a condition.
        allow("Unload", ATHENA_WRITES, objects([bucket], f"{UNLOADED}*", RESULTS.pattern), owner),
        allow("CleanUp", "s3:DeleteObject", objects([bucket], f"{UNLOADED}*"), owner),
        allow("Publish", "s3:PutObject", objects([bucket], *_PUBLISHED), owner),
        deny("NeverBlindly", "s3:PutObject", objects([bucket], *_PUBLISHED), BLIND),
        deny("NeverDeeper", ["s3:GetObject", "s3:PutObject"], deeper(*read)),
        allow("Ask", _WORKGROUP, arn(stage, "athena", f"workgroup/{stage_own.unload_workgroup(stage, table)}")),
        allow("SetUpTables", _TABLES, catalog(stage, *(f"{table}{end}" for end in _ENDS))),
        allow("LookAtDatabase", "glue:GetDatabase", [*catalog(stage), arn(stage, "glue", "database/default")]),
        *by_key(stage, "UseKeys", "kms:Decrypt", "kms:GenerateDataKey"),
        eraser.knows_who(stage),
    )
