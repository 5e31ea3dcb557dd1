"""Entries of a stage's allowlist: which admits a bucket, adding and removing one in sluice.toml."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.items import AoT, Table

from chalicelib.allowlist import Allowlist
from chalicelib.names import entry_fault, is_bucket_name
from sluice.project import config
from sluice.project.config import Config, ConfigError, Stage

SAMPLE = "anything"


def verdict(stage: Stage, bucket: str) -> tuple[bool, str]:
    """Whether the stage admits the bucket, and which entry does or why none does."""
    entry = Allowlist(stage.entries).find(bucket)
    if entry is None:
        return False, _why_not(stage, bucket)
    kind = "is an entry of its own" if entry.exact else f"matches the pattern {entry.bucket}"
    origins = f", from {', '.join(sorted(entry.origins))}" if entry.origins else ""
    owner = f" in account {entry.owner}" if entry.owner else ""
    return True, f"{bucket} {kind}{owner}{origins}"


def add(path: Path, stage: str, bucket: str, *, origins: Sequence[str] = (), owner: str | None = None) -> Config:
    """The file with the entry in it, its comments and order kept; raises ConfigError for what is too wide or wrong."""
    current = config.load(path)
    if bucket in [allow.bucket for allow in current.stage(stage).allow]:
        raise ConfigError(f"{bucket!r} is on the allowlist of {stage} already")
    fault = entry_fault(bucket)
    if fault:
        raise ConfigError(f"{bucket!r} {fault}.{_would_admit(bucket)}")
    document = tomlkit.parse(current.text)
    _entries(document, stage).append(_table(bucket, origins, owner))
    return config.parse(tomlkit.dumps(document), path)


def remove(path: Path, stage: str, bucket: str) -> Config:
    """The file without the entry; raises ConfigError where it is not there."""
    current = config.load(path)
    listed = [allow.bucket for allow in current.stage(stage).allow]
    if bucket not in listed:
        raise ConfigError(f"{bucket!r} is not an entry of {stage}; it has {', '.join(listed) or 'none'}")
    document = tomlkit.parse(current.text)
    entries = _entries(document, stage)
    del entries[listed.index(bucket)]
    if not entries:
        del document["stages"][stage]["allow"]
    return config.parse(tomlkit.dumps(document), path)


def _entries(document: tomlkit.TOMLDocument, stage: str) -> Any:
    table: Any = document["stages"][stage]
    if "allow" not in table:
        table.append("allow", tomlkit.aot())
    entries = table["allow"]
    if not isinstance(entries, AoT):
        raise ConfigError(f"allow of [stages.{stage}] is written in brackets; write [[stages.{stage}.allow]] tables")
    return entries


def _table(bucket: str, origins: Sequence[str], owner: str | None) -> Table:
    table = tomlkit.table()
    table["bucket"] = bucket
    if owner:
        table["owner"] = owner
    if origins:
        table["origins"] = list(origins)
    return table


def _would_admit(bucket: str) -> str:
    """What a pattern that is too wide would admit, with two of the names that it matches."""
    if "*" not in bucket:
        return ""
    samples = [
        name for name in (bucket.replace("*", SAMPLE), bucket.replace("*", "payroll-2026")) if is_bucket_name(name)
    ]
    return f" It would admit {' and '.join(samples)}, no matter who owns them" if samples else ""


def _why_not(stage: Stage, bucket: str) -> str:
    if not is_bucket_name(bucket):
        return f"{bucket!r} is not a name that S3 gives to a bucket"
    if not stage.entries:
        return f"the allowlist of {stage.name} is empty, which admits nothing"
    if "." in bucket:
        return f"{bucket} has a dot: only an entry of its own admits it, never a pattern"
    return f"{bucket} matches none of {', '.join(entry.bucket for entry in stage.entries)}"
