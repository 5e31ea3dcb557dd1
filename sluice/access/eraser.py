"""The role of anyone who serves a person's requests: it reads every store, and changes what is already there. Nobody else may."""

from __future__ import annotations

from chalicelib import prefixes
from chalicelib.lake import tombstones
from chalicelib.prefixes import (
    ACCESS,
    ACCESS_COMPACTED,
    COMPACTED,
    ERASED,
    ERASED_LATELY,
    ERASED_PLANS,
    ERASER,
    GATHERED,
    PARKED,
    RECORDS,
    REJECTED,
    REPORTS,
)
from sluice.access import auditing, identifying, salts, vault
from sluice.access.iam import (
    BLIND,
    CREATE_ONLY,
    Document,
    Statement,
    allow,
    arn,
    by_key,
    deeper,
    deny,
    document,
    listed,
    objects,
    owned,
)
from sluice.project import stage_own
from sluice.project.config import Allow, Stage

_LOOK = ["s3:ListBucket", "s3:ListBucketVersions"]
_SEE = ["s3:GetObject", "s3:GetObjectVersion"]
_GO = ["s3:DeleteObject", "s3:DeleteObjectVersion"]
_REPLACED = (COMPACTED, ACCESS_COMPACTED, ACCESS, REJECTED)


def role(stage: Stage) -> str:
    """The ARN of the role, which the operator makes."""
    return stage.role_arn(ERASER)


def eraser(stage: Stage, entry: Allow) -> Document:
    """Read and change what one tenant has, and what the stage has of it; sign what was done."""
    bucket, owner = stage.bucket(entry), owned(stage.owner(entry))
    own, place = stage_own.bucket(stage), f"arn:aws:s3:::{stage_own.bucket(stage)}"
    mine = owned(stage.account or "")
    key, plans = objects([own], tombstones.KEY), objects([own], f"{ERASED_PLANS}{bucket}/*")
    kept = [*objects([own], *(f"{prefix.path}{bucket}/*" for prefix in (PARKED, REPORTS))), *plans]
    created = [*objects([own], *(f"{one.path}{bucket}/*" for one in (PARKED, ERASED_LATELY))), *plans, *key]
    looked = [f"{prefix.path}{bucket}/*" for prefix in (PARKED, REPORTS)]
    # By their names it knows when the last record from before has left the stream; it reads none of them.
    looked += [GATHERED.pattern] if stage.stream is not None else []
    return document(
        allow("Look", _LOOK, f"arn:aws:s3:::{bucket}", owner),
        allow("Change", [*_SEE, *_GO], objects([bucket], *(prefix.pattern for prefix in prefixes.PREFIXES)), owner),
        allow("Create", "s3:PutObject", objects([bucket], RECORDS.pattern, ERASED.pattern), owner | CREATE_ONLY),
        allow("Replace", "s3:PutObject", objects([bucket], *(prefix.pattern for prefix in _REPLACED)), owner),
        deny("NeverDeeper", [*_SEE, *_GO, "s3:PutObject"], deeper(RECORDS.pattern, COMPACTED.pattern, ERASED.pattern)),
        allow("LookAtOwn", "s3:ListBucket", place, mine | listed(*looked, f"{ERASED_PLANS}{bucket}/*")),
        allow("ChangeOwn", ["s3:GetObject", "s3:DeleteObject"], kept, mine),
        knows_who(stage),
        allow("CreateOwn", "s3:PutObject", created, mine | CREATE_ONLY),
        deny("NeverBlindly", "s3:PutObject", "*", BLIND),
        *by_key(stage, "UseKeys", "kms:Decrypt", "kms:GenerateDataKey"),
        *identifying.erases(stage, entry),
        *salts.read(stage, entry),
        *vault.erases(stage, entry),
        *auditing.adds(stage),
        allow(
            "Sign",
            ["kms:DescribeKey", "kms:GetPublicKey", "kms:Sign"],
            arn(stage, "kms", "key/*"),
            {"ForAnyValue:StringEquals": {"kms:ResourceAliases": f"alias/{stage.stack}-person"}},
        ),
    )


def knows_who(stage: Stage) -> Statement:
    """The key without which a day of which people were erased is not made again; not what erasures have found."""
    place = objects([stage_own.bucket(stage)], tombstones.KEY)
    return allow("KnowWhoIsErased", "s3:GetObject", place, owned(stage.account or ""))
