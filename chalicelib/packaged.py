"""The entries of an allowlist in the value of a variable: as they are, or as the name of a file of the package."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from chalicelib.allowlist import Entry, decoded


def entries(text: str, root: Path) -> list[Entry]:
    """The entries of `bucket,bucket@account`, or of `@FILE` below the root; ValueError says what is wrong with them."""
    if text.startswith("@"):
        return _listed(root / text[1:])
    return [_entry(item.strip()) for item in text.split(",") if item.strip()]


def inline(allowed: Iterable[Entry]) -> str:
    """The entries as a value, which has room for their names and owners alone."""
    return ",".join(f"{entry.bucket}@{entry.owner}" if entry.owner else entry.bucket for entry in allowed)


def _entry(item: str) -> Entry:
    bucket, separator, owner = item.partition("@")
    return Entry(bucket, owner if separator else None)


def _listed(path: Path) -> list[Entry]:
    try:
        return decoded(path.read_bytes())
    except OSError as error:
        raise ValueError(f"cannot read {path} ({error.strerror}); `sluice sync` writes it") from None
    except msgspec.MsgspecError as error:
        raise ValueError(f"{path} is not a JSON list of entries ({error}); `sluice sync` writes it") from None
