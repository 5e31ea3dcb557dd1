"""The settings of a stage, from its environment: the only reader of os.environ. docs/settings.md lists them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

import msgspec
from msgspec import Meta

from chalicelib import values
from chalicelib.allowlist import Allowlist
from chalicelib.values import DEFAULT_GEOIP_DB as DEFAULT_GEOIP_DB
from chalicelib.values import HEADER, LOCAL_ADDRESS_HEADER, PARAMETER, SCHEDULE, SCHEDULED
from chalicelib.values import LOCAL as LOCAL
from chalicelib.values import ROOT as ROOT
from chalicelib.values import SettingsError as SettingsError
from chalicelib.values import Waiting as Waiting


class Keys(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """The keys of a stage in sluice.toml that are settings as they are; `VARIABLES` names the variable of each."""

    cors_origins: tuple[str, ...] = ("*",)
    ip_hash: bool = True
    monitoring: Literal["lean", "full"] = "lean"
    bundle_batches: bool = True
    keep_query: tuple[Annotated[str, Meta(pattern=r"^[^,\s]+\Z")], ...] = ()
    client_address_header: Annotated[str, Meta(pattern=rf"^{HEADER.pattern}\Z")] | None = None
    edge_secret_parameter: Annotated[str, Meta(pattern=rf"^{PARAMETER.pattern}\Z")] | None = None
    doctor_schedule: Annotated[str, Meta(pattern=rf"^{SCHEDULE.pattern}\Z", description=SCHEDULED)] | None = None


class Variable(NamedTuple):
    """One environment variable, as docs/settings.md describes it; if it is synced, sluice.toml decides its value.

    `key` is the key whose value it has; a synced one without a key follows from others, in `sluice.cloud.generated`.
    """

    name: str
    values: str
    default: str = ""
    key: str = ""
    is_synced: bool = True


# In the order in which `sluice sync` writes them.
VARIABLES = (
    Variable("STAGE", "the stage's name", f"`{LOCAL}`"),
    Variable(
        "ALLOWED_BUCKETS",
        "entries, separated by commas: a bucket, or a pattern with one or two `*`; `name@account` for a bucket in another "
        "account; or `@FILE`, the JSON list of entries that `sluice sync` writes",
        "nothing is allowed",
    ),
    Variable("CORS_ORIGINS", "`*`, or origins separated by commas", "`*`", "cors_origins"),
    Variable("STORE", "`s3`, or `dir:PATH`", "`s3`"),
    Variable(
        "BUCKET_OWNER",
        "the account that must own the buckets; required with `STORE=s3` unless every entry names an account",
    ),
    Variable(
        "SALTS",
        "`memory` (one process alone), or `dynamodb:TABLE`",
        "`memory` on the local stage, else required",
    ),
    Variable(
        "IDENTIFY_KEY",
        '`kms:ALIAS`: the key of KMS that seals the keys of tenants with `identify = "tenant"`',
        "none; a folder as the store has files",
    ),
    Variable(
        "VAULT",
        "`aws:NAME`: the table of DynamoDB, and the keys of KMS, of the stage's token vault",
        "none; a folder as the store has files",
    ),
    Variable("IP_HASH", "`on`, `off`", "`on`", "ip_hash"),
    Variable(
        "MONITORING", "`lean`, `full`: with `full`, log lines are also CloudWatch metrics", "`lean`", "monitoring"
    ),
    Variable(
        "BATCH_OBJECTS",
        "`1`: a batch is one object for each day (`batch.<hash>.json`); `off`: one for each event, at more cost. With `1` an "
        "event that a client sends again in another batch is twice in the raw data; the lake drops the copy",
        *("`1`", "bundle_batches"),
    ),
    Variable("KEEP_QUERY", "query parameters that `page` keeps, separated by commas", "none", "keep_query"),
    Variable(
        "CLIENT_ADDRESS_HEADER",
        "the one header that may carry the client's address",
        f"none; local: `{LOCAL_ADDRESS_HEADER}`",
        "client_address_header",
    ),
    Variable(
        "EDGE_SECRET_PARAMETER",
        "the SecureString of SSM with what `X-Edge-Secret` must be for `CLIENT_ADDRESS_HEADER` and the viewer's place to count; "
        "required with that header outside the local stage",
        "none",
        "edge_secret_parameter",
    ),
    Variable(
        "COMPACTION",
        "the state machine that runs a night's compactions, which `plan_compaction` starts",
        "none: nothing is compacted at night",
    ),
    Variable(
        "GLUE_DATABASE",
        "the database of the tenants' views in Athena, whose watermarks the compaction moves",
        "none",
    ),
    Variable("JOBS", "the optional jobs that the stage has, separated by commas", "none"),
    Variable("DOCTOR_SCHEDULE", "when the doctor looks at the stage by itself", "never", "doctor_schedule"),
    Variable(
        "STREAM",
        "`kinesis:NAME`, or `dir:PATH`: where records wait until many are put into a bucket at once",
        "none: each is put by itself",
    ),
    Variable(
        "STREAM_WRITES", "`1`, `off`: with `off` no record goes into the stream, and what is in it is still put", "`1`"
    ),
    Variable("FLUSH_SECONDS", "how long a record may wait in the stream", "300"),
    Variable("STAGE_BUCKET", "the stage's own bucket, which takes the event that proves a deployment", "none"),
    Variable("AUDIT_BUCKET", "the bucket of the audit trail, to which `forget_salts` adds what it deleted", "none"),
    Variable(
        "GEOIP_DB",
        "path of a City database",
        f"`{DEFAULT_GEOIP_DB}` next to app.py or in `vendor/`, if it exists",
        is_synced=False,
    ),
)
SYNCED = tuple(one.name for one in VARIABLES if one.is_synced)


def from_keys(keys: Keys) -> dict[str, str]:
    """The variables that have a key of sluice.toml; empty where it has its default. A switch is `1` or `off`."""
    defaults = Keys()
    given = {one.name: (getattr(keys, one.key), getattr(defaults, one.key)) for one in VARIABLES if one.key}
    return {name: "" if value == default else _written(value) for name, (value, default) in given.items()}


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else "off"
    return ",".join(value) if isinstance(value, tuple) else str(value or "")


@dataclass(frozen=True)
class Settings:
    """A stage's settings. `store_directory` None is S3, `salts_table` None is this process's memory."""

    stage: str
    allowlist: Allowlist
    store_directory: Path | None
    bucket_owner: str | None
    salts_table: str | None
    identify_key: str | None
    vault: str | None
    hash_addresses: bool
    metrics: bool
    bundle_batches: bool
    keep_query: frozenset[str]
    geoip_db: Path | None
    address_header: str | None
    compaction: str | None
    glue_database: str | None
    edge_parameter: str | None
    stage_bucket: str | None
    audit_bucket: str | None
    stream: Waiting | None


def environment(defaults: Mapping[str, str] | None = None) -> dict[str, str]:
    """The process's environment, over these defaults."""
    return {**(defaults or {}), **os.environ}


class Asked(NamedTuple):
    """What decides which jobs the app has a handler for, and when they start."""

    jobs: frozenset[str]
    doctor_schedule: str
    stage_bucket: str
    stream: Waiting | None


def asked() -> Asked:
    """What the environment asks for; read at import, also where the app is packaged."""
    found = environment()
    jobs = frozenset(name for name in found.get("JOBS", "").split(",") if name)
    given = {name: found.get(name, "") for name in ("STREAM", "STREAM_WRITES", "FLUSH_SECONDS")}
    return Asked(jobs, found.get("DOCTOR_SCHEDULE", ""), found.get("STAGE_BUCKET", ""), values.stream(given))


def works_for(handler: str) -> bool:
    """Whether this process is a Lambda worker of this function, and not a packager, say, that merely imports the app."""
    return "AWS_LAMBDA_RUNTIME_API" in os.environ and os.environ.get("_HANDLER") == handler


def load(variables: Mapping[str, str] | None = None) -> Settings:
    """The settings in these variables (default: the environment); raises SettingsError for the first bad one."""
    found = environment() if variables is None else variables
    # Exactly the table's names: a setting that is not in the table cannot be read.
    given = {one.name: found.get(one.name, "").strip() for one in VARIABLES}
    stage = values.stage(given)
    owner = values.bucket_owner(given)
    settings = Settings(
        stage=stage,
        allowlist=Allowlist(values.entries(given), values.origins(given)),
        store_directory=values.store_directory(given),
        bucket_owner=owner,
        salts_table=values.salts_table(given, stage),
        identify_key=values.identify_key(given),
        vault=values.vault(given),
        hash_addresses=values.choice(given, "IP_HASH", "on", ("on", "off")) == "on",
        metrics=values.choice(given, "MONITORING", "lean", ("lean", "full")) == "full",
        bundle_batches=values.choice(given, "BATCH_OBJECTS", "1", ("1", "off")) == "1",
        keep_query=frozenset(values.listed(given, "KEEP_QUERY")),
        geoip_db=values.geoip_db(given),
        address_header=values.address_header(given, stage),
        compaction=given["COMPACTION"] or None,
        glue_database=given["GLUE_DATABASE"] or None,
        edge_parameter=values.edge_parameter(given),
        stage_bucket=given["STAGE_BUCKET"] or None,
        audit_bucket=given["AUDIT_BUCKET"] or None,
        stream=values.stream(given),
    )
    if settings.store_directory is None and owner is None:
        values.refuse_ownerless(settings.allowlist)
    return settings
