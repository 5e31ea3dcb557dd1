"""The settings of a stage, from its environment: the only reader of os.environ. docs/settings.md lists them."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

import msgspec
from msgspec import Meta

from chalicelib import packaged
from chalicelib.allowlist import ANY_ORIGIN, Allowlist, Entry, is_account, is_origin

ROOT = Path(__file__).parent.parent
LOCAL = "local"
DEFAULT_GEOIP_DB = "GeoLite2-City.mmdb"
LOCAL_ADDRESS_HEADER = "CloudFront-Viewer-Address"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,31}")
_TABLE = re.compile(r"[A-Za-z0-9_.-]{3,255}")
_HEADER = re.compile(r"[A-Za-z0-9-]{1,64}")
_PARAMETER = re.compile(r"(?:/[A-Za-z0-9_.-]{1,200}){1,15}")


class Keys(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """The keys of a stage in sluice.toml that are settings as they are; `VARIABLES` names the variable of each."""

    cors_origins: tuple[str, ...] = ("*",)
    ip_hash: bool = True
    monitoring: Literal["lean", "full"] = "lean"
    bundle_batches: bool = True
    keep_query: tuple[Annotated[str, Meta(pattern=r"^[^,\s]+\Z")], ...] = ()
    client_address_header: Annotated[str, Meta(pattern=rf"^{_HEADER.pattern}\Z")] | None = None
    edge_secret_parameter: Annotated[str, Meta(pattern=rf"^{_PARAMETER.pattern}\Z")] | None = None


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
    Variable("STAGE_BUCKET", "the stage's own bucket, which takes the event that proves a deployment", "none"),
    Variable(
        "GEOIP_DB",
        "path of a City database",
        f"`{DEFAULT_GEOIP_DB}` next to app.py or in `vendor/`, if it exists",
        is_synced=False,
    ),
)
SYNCED = tuple(one.name for one in VARIABLES if one.is_synced)


class SettingsError(ValueError):
    """A setting that cannot be used; the message names the variable and how to fix it."""

    def __init__(self, variable: str, message: str) -> None:
        super().__init__(f"{variable}: {message}")


@dataclass(frozen=True)
class Settings:
    """A stage's settings. `store_directory` None is S3, `salts_table` None is this process's memory."""

    stage: str
    allowlist: Allowlist
    store_directory: Path | None
    bucket_owner: str | None
    salts_table: str | None
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


def from_keys(keys: Keys) -> dict[str, str]:
    """The variables that have a key of sluice.toml; empty where it has its default. A switch is `1` or `off`."""
    defaults = Keys()
    given = {one.name: (getattr(keys, one.key), getattr(defaults, one.key)) for one in VARIABLES if one.key}
    return {name: "" if value == default else _written(value) for name, (value, default) in given.items()}


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else "off"
    return ",".join(value) if isinstance(value, tuple) else str(value or "")


def environment(defaults: Mapping[str, str] | None = None) -> dict[str, str]:
    """The process's environment, over these defaults."""
    return {**(defaults or {}), **os.environ}


def works_for(handler: str) -> bool:
    """Whether this process is a Lambda worker of this function, and not a packager, say, that merely imports the app."""
    return "AWS_LAMBDA_RUNTIME_API" in os.environ and os.environ.get("_HANDLER") == handler


def load(variables: Mapping[str, str] | None = None) -> Settings:
    """The settings in these variables (default: the environment); raises SettingsError for the first bad one."""
    found = environment() if variables is None else variables
    # Exactly the table's names: a setting that is not in the table cannot be read.
    given = {one.name: found.get(one.name, "").strip() for one in VARIABLES}
    stage = _stage(given)
    owner = _bucket_owner(given)
    settings = Settings(
        stage=stage,
        allowlist=Allowlist(_entries(given), _origins(given)),
        store_directory=_store_directory(given),
        bucket_owner=owner,
        salts_table=_salts_table(given, stage),
        hash_addresses=_choice(given, "IP_HASH", "on", ("on", "off")) == "on",
        metrics=_choice(given, "MONITORING", "lean", ("lean", "full")) == "full",
        bundle_batches=_choice(given, "BATCH_OBJECTS", "1", ("1", "off")) == "1",
        keep_query=frozenset(_list(given, "KEEP_QUERY")),
        geoip_db=_geoip_db(given),
        address_header=_address_header(given, stage),
        compaction=given["COMPACTION"] or None,
        glue_database=given["GLUE_DATABASE"] or None,
        edge_parameter=_edge_parameter(given),
        stage_bucket=given["STAGE_BUCKET"] or None,
    )
    if settings.store_directory is None and owner is None:
        _refuse_ownerless(settings.allowlist)
    return settings


def _stage(given: Mapping[str, str]) -> str:
    stage = given["STAGE"] or LOCAL
    if not _NAME.fullmatch(stage):
        raise SettingsError(
            "STAGE", f"{stage!r} is not a valid name of a stage; use letters, digits and -, for example prod"
        )
    return stage


def _entries(given: Mapping[str, str]) -> list[Entry]:
    try:
        return packaged.entries(given["ALLOWED_BUCKETS"], ROOT)
    except ValueError as error:
        raise SettingsError("ALLOWED_BUCKETS", str(error)) from None


def _origins(given: Mapping[str, str]) -> frozenset[str]:
    origins = frozenset(_list(given, "CORS_ORIGINS")) or ANY_ORIGIN
    for origin in origins - ANY_ORIGIN:
        if not is_origin(origin):
            raise SettingsError(
                "CORS_ORIGINS", f"{origin!r} is not an origin; write * or, for example, https://shop.example"
            )
    return origins


def _store_directory(given: Mapping[str, str]) -> Path | None:
    store = given["STORE"] or "s3"
    kind, _, path = store.partition(":")
    if store == "s3":
        return None
    if kind != "dir" or not path:
        raise SettingsError("STORE", f"{store!r} is not a valid store; use s3, or dir:PATH for a folder")
    return Path(path).expanduser().absolute()


def _bucket_owner(given: Mapping[str, str]) -> str | None:
    owner = given["BUCKET_OWNER"] or None
    if owner is not None and not is_account(owner):
        raise SettingsError("BUCKET_OWNER", f"{owner!r} is not an account id; write its twelve digits")
    return owner


def _refuse_ownerless(allowlist: Allowlist) -> None:
    for entry in allowlist.entries:
        if entry.owner is None:
            raise SettingsError(
                "BUCKET_OWNER",
                f"required with STORE=s3, because the entry {entry.bucket!r} names no account; without it anyone who takes "
                "the name of a deleted bucket gets its events",
            )


def _salts_table(given: Mapping[str, str], stage: str) -> str | None:
    salts = given["SALTS"] or ("memory" if stage == LOCAL or given["IP_HASH"] == "off" else "")
    kind, _, table = salts.partition(":")
    if salts == "memory":
        return None
    if kind != "dynamodb" or not _TABLE.fullmatch(table):
        raise SettingsError(
            "SALTS", f"{salts!r} cannot be used; write dynamodb:TABLE (memory is for one process alone)"
        )
    return table


def _geoip_db(given: Mapping[str, str]) -> Path | None:
    if given["GEOIP_DB"]:
        return ROOT / Path(given["GEOIP_DB"]).expanduser()
    # Chalice packages the files in vendor/ next to app.py.
    places = (ROOT / DEFAULT_GEOIP_DB, ROOT / "vendor" / DEFAULT_GEOIP_DB)
    return next((place for place in places if place.is_file()), None)


def _address_header(given: Mapping[str, str], stage: str) -> str | None:
    header = given["CLIENT_ADDRESS_HEADER"] or (LOCAL_ADDRESS_HEADER if stage == LOCAL else None)
    if header is None:
        return None
    if not _HEADER.fullmatch(header):
        raise SettingsError("CLIENT_ADDRESS_HEADER", f"{header!r} is not a valid header name")
    if stage != LOCAL and not given["EDGE_SECRET_PARAMETER"]:
        raise SettingsError(
            "EDGE_SECRET_PARAMETER", "required with CLIENT_ADDRESS_HEADER, or anyone could claim any address"
        )
    return header.lower()


def _edge_parameter(given: Mapping[str, str]) -> str | None:
    parameter = given["EDGE_SECRET_PARAMETER"] or None
    if parameter is not None and not _PARAMETER.fullmatch(parameter):
        # Not what it is: it may be the secret itself.
        raise SettingsError("EDGE_SECRET_PARAMETER", "write the name of an SSM parameter, like /sluice/prod/edge")
    return parameter


def _choice(given: Mapping[str, str], variable: str, default: str, choices: tuple[str, ...]) -> str:
    value = given[variable] or default
    if value not in choices:
        raise SettingsError(variable, f"{value!r} cannot be used; write {' or '.join(choices)}")
    return value


def _list(given: Mapping[str, str], variable: str) -> list[str]:
    return [item.strip() for item in given[variable].split(",") if item.strip()]
