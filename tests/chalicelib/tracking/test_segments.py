"""The stream in a folder: what is sent is read again, and what a killed process left harms nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chalicelib.tracking import segments
from chalicelib.tracking.segments import FileStream
from chalicelib.tracking.stream import StreamUnavailable


@pytest.fixture
def opened() -> Iterator[Callable[[Path], FileStream]]:
    """Streams that are closed behind the test."""
    made: list[FileStream] = []

    def opening(folder: Path) -> FileStream:
        made.append(FileStream(folder))
        return made[-1]

    yield opening
    for stream in made:
        stream.close()


Opened = Callable[[Path], FileStream]


def held(folder: Path) -> list[bytes]:
    return [frame.data for path in segments.segments(folder) for frame in segments.frames(path)]


def test_messages_come_back_in_their_order(opened: Opened, tmp_path: Path) -> None:
    stream, sent = opened(tmp_path / "stream"), [b"first", b"", b"x" * 100_000, bytes(range(256))]
    for data in sent:
        stream.send(data, "key")
    assert held(tmp_path / "stream") == sent
    (path,) = segments.segments(tmp_path / "stream")
    first = next(segments.frames(path))
    assert [frame.data for frame in segments.frames(path, first.end)] == sent[1:]


def test_two_processes_write_files_of_their_own(opened: Opened, tmp_path: Path) -> None:
    first, second = opened(tmp_path), opened(tmp_path)
    for number in range(3):
        first.send(b"first %d" % number, "")
        second.send(b"second %d" % number, "")
    assert len(segments.segments(tmp_path)) == 2
    assert sorted(held(tmp_path)) == sorted(
        [b"%s %d" % (name, number) for name in (b"first", b"second") for number in range(3)]
    )


def test_threads_share_a_file_without_mixing_frames(opened: Opened, tmp_path: Path) -> None:
    stream = opened(tmp_path)
    threads = [
        threading.Thread(target=lambda name=name: [stream.send(b"%d" % name * 1000, "") for _ in range(50)])
        for name in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(held(tmp_path)) == 400
    assert {len(set(data)) for data in held(tmp_path)} == {1}


@pytest.mark.parametrize("cut", [1, 5, 15, 17, 20])
def test_a_frame_that_is_cut_off_ends_its_file_and_no_other(opened: Opened, tmp_path: Path, cut: int) -> None:
    opened(tmp_path).send(b"whole", "")
    (path,) = segments.segments(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:cut])
    opened(tmp_path).send(b"later", "")
    assert held(tmp_path) == [b"whole", b"later"]


def test_a_broken_frame_is_not_taken_for_a_message(opened: Opened, tmp_path: Path) -> None:
    opened(tmp_path).send(b"whole", "")
    (path,) = segments.segments(tmp_path)
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    assert held(tmp_path) == []


def test_a_file_is_followed_by_another_when_it_is_old_or_large(
    opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = opened(tmp_path)
    stream.send(b"first", "")
    monkeypatch.setattr(segments, "MAX_BYTES", 1)
    stream.send(b"second", "")
    monkeypatch.setattr(segments, "MAX_BYTES", 2**26)
    monkeypatch.setattr(segments, "time", lambda: 10**12)
    stream.send(b"third", "")
    assert held(tmp_path) == [b"first", b"second", b"third"]
    assert len(segments.segments(tmp_path)) == 3


def test_what_the_disk_does_not_take_is_not_confirmed_and_nothing_follows_it(
    opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = opened(tmp_path)
    stream.send(b"first", "")

    def full(_: int) -> None:
        raise OSError("no space")

    with monkeypatch.context() as patch:
        patch.setattr(segments.os, "fdatasync", full)
        with pytest.raises(StreamUnavailable, match="OSError"):
            stream.send(b"lost", "")
    stream.send(b"third", "")
    assert len(segments.segments(tmp_path)) == 2
    assert held(tmp_path)[-1] == b"third"


def test_where_no_folder_can_be_made_nothing_is_confirmed(opened: Opened, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StreamUnavailable):
        opened(tmp_path / "file" / "stream").send(b"data", "")
