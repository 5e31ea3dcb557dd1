"""Who publishes a tenant's numbers: adds a release to its ledger, and neither changes nor deletes one."""

from __future__ import annotations

from chalicelib.prefixes import PUBLISHED
from sluice.access import auditing
from sluice.access.iam import BLIND, CREATE_ONLY, Document, allow, by_key, deny, document, listed, objects, owned
from sluice.project import stage_own
from sluice.project.config import Allow, Stage


def publisher(stage: Stage, entry: Allow) -> Document:
    """Besides what an analyst of the tenant may do: read what was published of it, and create the next release."""
    own, mine = stage_own.bucket(stage), owned(stage.account or "")
    ledger = f"{PUBLISHED.path}{stage.bucket(entry)}/*"
    return document(
        allow("ListReleases", "s3:ListBucket", f"arn:aws:s3:::{own}", mine | listed(ledger)),
        allow("ReadReleases", "s3:GetObject", objects([own], ledger), mine),
        allow("Release", "s3:PutObject", objects([own], ledger), mine | CREATE_ONLY),
        deny("NeverBlindly", "s3:PutObject", "*", BLIND),
        *by_key(stage, "UseKeys", "kms:Decrypt", "kms:GenerateDataKey"),
        *auditing.adds(stage),
    )
