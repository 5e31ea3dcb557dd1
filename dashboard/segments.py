"""Segments: sets of filters that a tenant's people have given a name, in a file beside the tenant's mirror."""

from __future__ import annotations

import msgspec

from dashboard.data import Data
from dashboard.scope import Filters, filters_of

NAME = "segments.json"
MAX_NAME = 60
MAX_NUMBER = 50


def load(data: Data, bucket: str) -> dict[str, Filters]:
    """The segments by name; none where the file is not there or is no such file. Raises NotAllowed."""
    try:
        found = msgspec.json.decode(data.beside(bucket, NAME).read_bytes(), type=dict[str, dict[str, str]])
    except (FileNotFoundError, msgspec.MsgspecError):
        return {}
    return {name: filters_of(found[name]) for name in sorted(found)}


def save(data: Data, bucket: str, name: str, filters: Filters) -> None:
    """Keep the filters under the name, in place of what it had; raises NotAllowed."""
    kept = {**load(data, bucket), name.strip()[:MAX_NAME]: filters}
    _write(data, bucket, dict(list(kept.items())[-MAX_NUMBER:]))


def forget(data: Data, bucket: str, name: str) -> None:
    """Keep this segment no more; raises NotAllowed."""
    _write(data, bucket, {one: filters for one, filters in load(data, bucket).items() if one != name})


def _write(data: Data, bucket: str, segments: dict[str, Filters]) -> None:
    path = data.beside(bucket, NAME)
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{NAME}.new")
    new.write_bytes(msgspec.json.encode({name: dict(filters) for name, filters in segments.items()}))
    new.replace(path)
