"""The queue on the disk: a stream of files, how far it was sent, and what a stage has refused.

What is sent at once is noted before it is sent: after a kill the same events go in the same batches, which store nothing twice.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event
from time import time
from typing import NamedTuple

import msgspec

from chalicelib import logs
from chalicelib.tracking import segments
from chalicelib.tracking.batches import MAX_EVENTS
from chalicelib.tracking.segments import FileStream
from chalicelib.tracking.stores import make_folder, sync_folder
from chalicelib.tracking.stream import StreamUnavailable
from sluice import files
from sluice.collecting.intake import Fields, Parcel
from sluice.collecting.tokens import CollectError

MAX_QUEUE = 2**30
# A file of which all was sent is deleted when it is so old.
SPENT = 60  # seconds
REFUSED, BROKEN = "refused", "broken"
_PARCEL = msgspec.json.Decoder(Parcel)


class State(msgspec.Struct, frozen=True):
    """How far each file was sent; what follows in `file` up to `end` may be on its way."""

    sent: dict[str, int] = {}
    file: str = ""
    end: int = 0


class Window(NamedTuple):
    """Requests that are sent next, and where they are."""

    file: str
    start: int
    end: int
    parcels: list[Parcel]


class Refused(msgspec.Struct, omit_defaults=True, frozen=True):
    """A line of a file of refused events: why, and the event as it was queued, which can be queued again."""

    error: str
    message: str
    bucket: str
    headers: dict[str, str]
    event: Fields
    field: str | None = None


class Queue:
    """A folder that one process at a time sends from; it alone writes, too, but for `retry`."""

    def __init__(self, folder: Path) -> None:
        make_folder(folder)
        folder.chmod(0o700)
        self.folder, self.came = folder, Event()
        self._stream, self._state_file = FileStream(folder), folder / "sent.json"
        self._lock = os.open(folder / "sender.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            raise CollectError(f"another collector uses the queue in {folder}; name another with --queue") from None
        self._state = self._read_state()

    def put(self, parcel: Parcel) -> None:
        """Hold the events until they are sent; raises StreamUnavailable where that is not certain, or the queue is full."""
        if _size(self.folder) > MAX_QUEUE:
            raise StreamUnavailable("QueueFull")
        self._stream.send(msgspec.json.encode(parcel), "")
        self.came.set()

    def next(self) -> Window | None:
        """What is to be sent next: the same again until it is `done`; None where nothing waits."""
        for path in segments.segments(self.folder):
            window = self._window(path) or self._last_look(path)
            if window is not None:
                self._note(State(self._state.sent, window.file, window.end))
                return window
        return None

    def done(self, window: Window) -> None:
        """All of it is stored, or refused and kept."""
        self._note(State({**self._state.sent, window.file: window.end}))

    def refuse(self, window: Window, number: int, refused: Sequence[Refused]) -> None:
        """Keep what the stage has refused of a window's batch; the same file where it is refused again."""
        folder = self.folder / REFUSED
        make_folder(folder)
        name = f"{Path(window.file).stem}-{window.start}-{number}.jsonl"
        files.replace(folder / name, b"".join(msgspec.json.encode(one) + b"\n" for one in refused))
        sync_folder(folder)

    def close(self) -> None:
        """Let another process send."""
        self._stream.close()
        os.close(self._lock)

    def _window(self, path: Path) -> Window | None:
        """A request or more that were not sent, up to the noted end where they may have been on their way."""
        start = self._state.sent.get(path.name, 0)
        noted = self._state.end if path.name == self._state.file else 0
        parcels, many, end = list[Parcel](), 0, start
        for frame in segments.frames(path, start):
            parcel = _PARCEL.decode(frame.data)
            if parcels and (frame.end > noted if noted else many + len(parcel.events) > MAX_EVENTS):
                break
            parcels.append(parcel)
            many, end = many + len(parcel.events), frame.end
        return Window(path.name, start, end, parcels) if parcels else None

    def _last_look(self, path: Path) -> Window | None:
        """Delete a file of which all was sent, once nobody writes into it; what came until then is still to be sent."""
        if self._stream.writes(path):
            if time() - path.stat().st_mtime < SPENT:
                return None
            self._stream.close()
        if (window := self._window(path)) is not None:
            return window
        if left := path.stat().st_size - self._state.sent.get(path.name, 0):
            # A process that was killed while it wrote: nobody was promised that.
            make_folder(self.folder / BROKEN)
            path.rename(self.folder / BROKEN / path.name)
            logs.job("collect_broken", bytes=left)
        else:
            path.unlink()
        self._note(State({name: end for name, end in self._state.sent.items() if name != path.name}))
        return None

    def _read_state(self) -> State:
        try:
            return msgspec.json.decode(self._state_file.read_bytes(), type=State)
        except FileNotFoundError:
            return State()
        except msgspec.MsgspecError:
            raise CollectError(f"{self._state_file} is broken; without it all that is there is sent again") from None

    def _note(self, state: State) -> None:
        if state != self._state:
            files.replace(self._state_file, msgspec.json.encode(state))
            self._state = state


def retry(folder: Path) -> int:
    """Queue what was refused once more; how many events that are. A collector may run meanwhile, and sends them.

    Raises CollectError where there is no folder.
    """
    if not folder.is_dir():
        raise CollectError(f"there is no queue in {folder}; name its folder with --queue")
    paths = sorted((folder / REFUSED).glob("*.jsonl"))
    refused = [one for path in paths for one in _lines(path)]
    if not refused:
        return 0
    # Written where no collector looks, and moved in whole.
    new = folder / f"retry-{secrets.token_hex(4)}"
    stream = FileStream(new)
    for one in refused:
        stream.send(msgspec.json.encode(Parcel(one.bucket, one.headers, [one.event])), "")
    stream.close()
    for path in segments.segments(new):
        path.rename(folder / path.name)
    sync_folder(folder)
    new.rmdir()
    for path in paths:
        path.unlink()
    return len(refused)


def _size(folder: Path) -> int:
    size = 0
    for path in segments.segments(folder):
        with suppress(FileNotFoundError):  # all of it was sent meanwhile
            size += path.stat().st_size
    return size


def _lines(path: Path) -> Iterator[Refused]:
    for line in path.read_bytes().splitlines():
        yield msgspec.json.decode(line, type=Refused)
