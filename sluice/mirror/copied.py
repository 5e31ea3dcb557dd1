"""Objects of a bucket copied as they are: each in the version that the bucket has, as an erasure takes lines out of some."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from chalicelib.lake.objects import Objects
from chalicelib.prefixes import Prefix
from sluice import files

_VERSIONS = ".versions.json"


def follow(objects: Objects, folder: Path, place: Prefix, wanted: Mapping[str, str]) -> int:
    """Copy what is not here in this version, by keys and versions; how many files came. Raises BrokenLake."""
    kept = folder / place.path / _VERSIONS
    known = _known(kept)
    lacking = [key for key, version in wanted.items() if known.get(key) != version or not (folder / key).exists()]
    if not lacking:
        return 0
    came = {key: version for key in sorted(lacking) if (version := copy(objects, folder, key)) is not None}
    kept.parent.mkdir(parents=True, exist_ok=True)
    there = {key: version for key, version in {**known, **came}.items() if (folder / key).exists()}
    files.replace(kept, msgspec.json.encode(there))
    return len(came)


def copy(objects: Objects, folder: Path, key: str) -> str | None:
    """Copy the object into the folder; its version, or None where there is none any more."""
    path = folder / key
    path.parent.mkdir(parents=True, exist_ok=True)
    # Under another name first: a killed copy is never read.
    with TemporaryDirectory(dir=path.parent, prefix=".") as scratch:
        etag = objects.fetch(key, Path(scratch) / path.name)
        if etag is not None:
            (Path(scratch) / path.name).replace(path)
    return etag


def _known(kept: Path) -> dict[str, str]:
    """The versions that are here; of an older version of us none is known, so that all is copied again."""
    try:
        return msgspec.json.decode(kept.read_bytes(), type=dict[str, str])
    except FileNotFoundError:
        return {}
