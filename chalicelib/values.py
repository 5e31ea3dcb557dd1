"""How a stage's variables are read: each value as its type, or the refusal that names the variable and how to fix it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from chalicelib import packaged
from chalicelib.allowlist import ANY_ORIGIN, Allowlist, Entry
from chalicelib.names import is_account, is_origin

ROOT = Path(__file__).parent.parent
LOCAL = "local"
DEFAULT_GEOIP_DB = "GeoLite2-City.mmdb"
LOCAL_ADDRESS_HEADER = "CloudFront-Viewer-Address"
HEADER = re.compile(r"[A-Za-z0-9-]{1,64}")
PARAMETER = re.compile(r"(?:/[A-Za-z0-9_.-]{1,200}){1,15}")
# As EventBridge writes when something is to happen.
SCHEDULE = re.compile(r"(cron|rate)\([A-Za-z0-9*?,/# LW-]{3,60}\)")
SCHEDULED = "as EventBridge writes a schedule: cron(0 6 * * ? *) is every day at 06:00 UTC"
SOONEST, LATEST = 10, 300  # seconds that Lambda waits for a batch
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,31}")
_ALIAS = re.compile(r"alias/[A-Za-z0-9_-]{1,200}")
_TABLE = re.compile(r"[A-Za-z0-9_.-]{3,255}")


class Waiting(NamedTuple):
    """The stream of a stage: Kinesis's of this name, or a folder's; whether records go into it, and how long one waits there."""

    name: str | None
    folder: Path | None
    writes: bool
    flush_seconds: int


class SettingsError(ValueError):
    """A setting that cannot be used; the message names the variable and how to fix it."""

    def __init__(self, variable: str, message: str) -> None:
        super().__init__(f"{variable}: {message}")


def stage(given: Mapping[str, str]) -> str:
    """The name of the stage."""
    stage = given["STAGE"] or LOCAL
    if not _NAME.fullmatch(stage):
        raise SettingsError(
            "STAGE", f"{stage!r} is not a valid name of a stage; use letters, digits and -, for example prod"
        )
    return stage


def entries(given: Mapping[str, str]) -> list[Entry]:
    """The entries of the allowlist."""
    try:
        return packaged.entries(given["ALLOWED_BUCKETS"], ROOT)
    except ValueError as error:
        raise SettingsError("ALLOWED_BUCKETS", str(error)) from None


def origins(given: Mapping[str, str]) -> frozenset[str]:
    """The origins that the stage lists."""
    origins = frozenset(listed(given, "CORS_ORIGINS")) or ANY_ORIGIN
    for origin in origins - ANY_ORIGIN:
        if not is_origin(origin):
            raise SettingsError(
                "CORS_ORIGINS", f"{origin!r} is not an origin; write * or, for example, https://shop.example"
            )
    return origins


def store_directory(given: Mapping[str, str]) -> Path | None:
    """The folder that is the store; None is S3."""
    store = given["STORE"] or "s3"
    kind, _, path = store.partition(":")
    if store == "s3":
        return None
    if kind != "dir" or not path:
        raise SettingsError("STORE", f"{store!r} is not a valid store; use s3, or dir:PATH for a folder")
    return Path(path).expanduser().absolute()


def bucket_owner(given: Mapping[str, str]) -> str | None:
    """The account that must own the buckets."""
    owner = given["BUCKET_OWNER"] or None
    if owner is not None and not is_account(owner):
        raise SettingsError("BUCKET_OWNER", f"{owner!r} is not an account id; write its twelve digits")
    return owner


def refuse_ownerless(allowlist: Allowlist) -> None:
    """Refuse an entry of S3 that no account owns."""
    for entry in allowlist.entries:
        if entry.owner is None:
            raise SettingsError(
                "BUCKET_OWNER",
                f"required with STORE=s3, because the entry {entry.bucket!r} names no account; without it anyone who takes "
                "the name of a deleted bucket gets its events",
            )


def salts_table(given: Mapping[str, str], stage: str) -> str | None:
    """The table of salts; None is this process's memory."""
    salts = given["SALTS"] or ("memory" if stage == LOCAL or given["IP_HASH"] == "off" else "")
    kind, _, table = salts.partition(":")
    if salts == "memory":
        return None
    if kind != "dynamodb" or not _TABLE.fullmatch(table):
        raise SettingsError(
            "SALTS", f"{salts!r} cannot be used; write dynamodb:TABLE (memory is for one process alone)"
        )
    return table


def identify_key(given: Mapping[str, str]) -> str | None:
    """The alias in KMS of the key that seals tenants' keys."""
    if not given["IDENTIFY_KEY"]:
        return None
    kind, _, alias = given["IDENTIFY_KEY"].partition(":")
    if kind != "kms" or not _ALIAS.fullmatch(alias):
        raise SettingsError("IDENTIFY_KEY", f"{given['IDENTIFY_KEY']!r} cannot be used; write kms:alias/NAME")
    return alias


def vault(given: Mapping[str, str]) -> str | None:
    """The name of the token vault in AWS."""
    if not given["VAULT"]:
        return None
    kind, _, name = given["VAULT"].partition(":")
    if kind != "aws" or not _TABLE.fullmatch(name):
        raise SettingsError("VAULT", f"{given['VAULT']!r} cannot be used; write aws:NAME")
    return name


def geoip_db(given: Mapping[str, str]) -> Path | None:
    """The path of the City database, where there is one."""
    if given["GEOIP_DB"]:
        return ROOT / Path(given["GEOIP_DB"]).expanduser()
    # Chalice packages the files in vendor/ next to app.py.
    places = (ROOT / DEFAULT_GEOIP_DB, ROOT / "vendor" / DEFAULT_GEOIP_DB)
    return next((place for place in places if place.is_file()), None)


def address_header(given: Mapping[str, str], stage: str) -> str | None:
    """The header that carries the client's address, in lower case."""
    header = given["CLIENT_ADDRESS_HEADER"] or (LOCAL_ADDRESS_HEADER if stage == LOCAL else None)
    if header is None:
        return None
    if not HEADER.fullmatch(header):
        raise SettingsError("CLIENT_ADDRESS_HEADER", f"{header!r} is not a valid header name")
    if stage != LOCAL and not given["EDGE_SECRET_PARAMETER"]:
        raise SettingsError(
            "EDGE_SECRET_PARAMETER", "required with CLIENT_ADDRESS_HEADER, or anyone could claim any address"
        )
    return header.lower()


def edge_parameter(given: Mapping[str, str]) -> str | None:
    """The name of SSM's parameter with the edge's secret."""
    parameter = given["EDGE_SECRET_PARAMETER"] or None
    if parameter is not None and not PARAMETER.fullmatch(parameter):
        # Not what it is: it may be the secret itself.
        raise SettingsError("EDGE_SECRET_PARAMETER", "write the name of an SSM parameter, like /sluice/prod/edge")
    return parameter


def choice(given: Mapping[str, str], variable: str, default: str, choices: tuple[str, ...]) -> str:
    """One of these choices."""
    value = given[variable] or default
    if value not in choices:
        raise SettingsError(variable, f"{value!r} cannot be used; write {' or '.join(choices)}")
    return value


def listed(given: Mapping[str, str], variable: str) -> list[str]:
    """The items of a list."""
    return [item.strip() for item in given[variable].split(",") if item.strip()]


def stream(given: Mapping[str, str]) -> Waiting | None:
    """The stream, where the stage has one."""
    if not given["STREAM"]:
        return None
    kind, _, name = given["STREAM"].partition(":")
    if kind not in {"kinesis", "dir"} or not name or (kind == "kinesis" and not _TABLE.fullmatch(name)):
        raise SettingsError(
            "STREAM", f"{given['STREAM']!r} is not a stream; use kinesis:NAME, or dir:PATH for a folder"
        )
    writes = choice(given, "STREAM_WRITES", "1", ("1", "off")) == "1"
    seconds = given["FLUSH_SECONDS"] or "300"
    if not seconds.isdecimal() or not SOONEST <= int(seconds) <= LATEST:
        raise SettingsError("FLUSH_SECONDS", f"{seconds!r} is not a number of seconds from {SOONEST} to {LATEST}")
    folder = Path(name).expanduser().absolute() if kind == "dir" else None
    return Waiting(name if kind == "kinesis" else None, folder, writes, int(seconds))
