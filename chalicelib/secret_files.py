"""Files that their owner alone can read: whole and on the disk, or not there."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def write(path: Path, body: bytes) -> None:
    """Write a new file; raises FileExistsError where it is there."""
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())


def create(path: Path, body: bytes) -> None:
    """Make the file, and its folder; what another process has made there first stays."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # The file gets its name when its bytes are on the disk.
    waiting = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        write(waiting, body)
        os.link(waiting, path)
    except FileExistsError:
        return
    finally:
        waiting.unlink(missing_ok=True)
