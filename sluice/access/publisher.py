"""Who publishes a tenant's numbers: adds a release to its ledger, and neither changes nor deletes one."""

from __future__ import annotations

from collections.abc import Sequence

from chalicelib.prefixes import PUBLISHED
from sluice.access import auditing
from sluice.access.iam import (
    BLIND,
    CREATE_ONLY,
    Document,
    Statement,
    allow,
    by_key,
    deny,
    document,
    listed,
    objects,
    owned,
)
from sluice.project import stage_own
from sluice.project.config import Allow, Stage


def shows(stage: Stage, entries: Sequence[Allow], pattern: str) -> list[Statement]:
    """A dashboard reads the releases of entries that it shows to anyone: below this pattern; nothing where there are none."""
    if not any(entry.has_link for entry in entries):
        return []
    own, mine = stage_own.bucket(stage), owned(stage.account or "")
    return [
        allow("ListReleases", "s3:ListBucket", f"arn:aws:s3:::{own}", mine | listed(pattern)),
        allow("ReadReleases", "s3:GetObject", objects([own], pattern), mine),
    ]


def releases(stage: Stage, entry: Allow) -> str:
    """The pattern of the keys of one tenant's releases."""
    return f"{PUBLISHED.path}{stage.bucket(entry)}/*"


def publisher(stage: Stage, entry: Allow) -> Document:
    """Besides what an analyst of the tenant may do: read what was published of it, and create the next release."""
    own, mine, ledger = stage_own.bucket(stage), owned(stage.account or ""), releases(stage, entry)
    return document(
        allow("ListReleases", "s3:ListBucket", f"arn:aws:s3:::{own}", mine | listed(ledger)),
        allow("ReadReleases", "s3:GetObject", objects([own], ledger), mine),
        allow("Release", "s3:PutObject", objects([own], ledger), mine | CREATE_ONLY),
        deny("NeverBlindly", "s3:PutObject", "*", BLIND),
        *by_key(stage, "UseKeys", "kms:Decrypt", "kms:GenerateDataKey"),
        *auditing.adds(stage),
    )
