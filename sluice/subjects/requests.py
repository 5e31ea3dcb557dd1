"""Requests as an operator has them: ids, one or a file of many, and a certificate for each in the end."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import NamedTuple

import msgspec

from chalicelib.lake.tombstones import Of
from sluice import files
from sluice.subjects.certificate import Certificate, PersonError
from sluice.subjects.erasure import Asked

STDIN = "-"


class Requests(NamedTuple):
    """Whom an operator asks for, each by a number: the line of the file, or the place among the options."""

    numbered: dict[int, Asked]
    # Whether the certificates are a folder's, also where the list has one line alone.
    are_many: bool

    @property
    def everyone(self) -> list[Asked]:
        return list(self.numbered.values())


def given(sessions: Iterable[str], users: Iterable[str], listed: str | None, of: Of, *, with_visitor: bool) -> Requests:
    """The people of these options, or of the file, a line each (`-`: of standard input); raises PersonError."""
    named: list[tuple[Of, str]] = [*(("session", one) for one in sessions), *(("user", one) for one in users)]
    if listed is not None and named:
        raise PersonError("the ids come from the file or from --session and --user, not from both")
    if listed is not None:
        named = [(of, line.strip()) for line in _text(listed).splitlines()]
    once: dict[Asked, int] = {}
    for number, (kind, value) in enumerate(named, start=1):
        if value:
            once.setdefault(Asked(kind, value, with_visitor), number)
    if not once and listed is not None:
        raise PersonError(f"{listed} has no ids" if listed != STDIN else "standard input has no ids")
    if not once:
        raise PersonError("say who it is: --session, --user, or --from with a file of ids")
    return Requests({number: asked for asked, number in once.items()}, listed is not None or len(once) > 1)


def place(requests: Requests, out: Path | None) -> Path:
    """Where the certificates go, which is not there yet; raises PersonError, and NoFolder."""
    chosen = out or Path("certificates" if requests.are_many else "certificate.json")
    if chosen.exists():
        raise PersonError(f"{chosen} is there already, and is not written over; give another name with --out")
    files.require_folder(chosen)
    return chosen


def write(requests: Requests, where: Path, certificates: list[Certificate]) -> None:
    """One certificate as this file, or several as a folder in one step: in files that are called by their numbers."""
    if not requests.are_many:
        files.replace(where, printed(certificates[0]))
        return
    # Next to it, so that the folder is there whole or not at all.
    made = Path(mkdtemp(prefix=f".{where.name}-", dir=where.absolute().parent))
    try:
        for number, one in zip(requests.numbered, certificates, strict=True):
            files.replace(made / f"{number:04}.json", printed(one))
        made.rename(where)
    finally:
        rmtree(made, ignore_errors=True)


def printed(certificate: Certificate) -> bytes:
    """The certificate as a file."""
    return (json.dumps(msgspec.to_builtins(certificate), indent=2) + "\n").encode()


def _text(listed: str) -> str:
    try:
        # A spreadsheet begins its file with a mark.
        return sys.stdin.read() if listed == STDIN else Path(listed).read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise PersonError(f"{listed} is not a text with an id in each line") from None
