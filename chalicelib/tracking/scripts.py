"""The browser client's files, as they are packaged next to this module."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "static"


class Script(NamedTuple):
    """A file's bytes, and the entity tag that they alone have."""

    body: bytes
    etag: str


@cache
def script(name: str) -> Script:
    """The script of this name."""
    body = (FOLDER / name).read_bytes()
    return Script(body, f'"{sha256(body).hexdigest()[:16]}"')
