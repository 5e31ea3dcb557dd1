"""Files that several processes write: replaced in one step, and by one process at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sluice.errors import SluiceError


class NoFolder(SluiceError):
    """A file whose folder is not there; the message names both."""


def require_folder(path: Path) -> None:
    """Raise NoFolder where the file could not be put: asked before something is done that cannot be done twice."""
    if not path.absolute().parent.is_dir():
        raise NoFolder(f"there is no folder {path.parent} for {path.name}; make it, or give another name with --out")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the only lock of this file or folder, which exists; the system releases it when its holder dies."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def replace(path: Path, content: bytes) -> None:
    """Put the content in the file's place in one step, once it is on the disk; one process does so at a time."""
    # One name for every run: what a killed one leaves, the next one overwrites and puts into its place.
    new = path.with_name(f".{path.name}.new")
    try:
        with new.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)
