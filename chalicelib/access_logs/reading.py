"""The lines of a log file of CloudFront's, whatever its form: legacy and W3C text, JSON lines and Parquet, each also as gzip.

Standard logging v2 writes the same fields in each form: a line of JSON has their names as the legacy header has them,
Parquet has them in lower case with _ in place of what no column's name has. The operator chooses which fields there are.
https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html
"""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

import msgspec

from chalicelib.access_logs.fields import COLUMNS, NAMES, NOTHING, PLACES
from chalicelib.lake.compaction import SCRATCH

# CloudFront takes 32 KB of a request's headers, and may write every byte as three.
MAX_LINE = 128 * 1024
_GZIP, _PARQUET, _MARK = b"\x1f\x8b", b"PAR1", b"#Fields:"
_DATE, _TIME = PLACES["date"], PLACES["time"]
# The moment in milliseconds, which v2 may write in place of date and time.
_STAMP = "timestamp_ms"
_ODD, _CONTROL = re.compile(r"[^a-z0-9]+"), re.compile(r"[\x00-\x1f\x7f]")
_SOME = 1000
_JSON = msgspec.json.Decoder(dict[str, Any])

Values = list[str]


class UnreadableFile(ValueError):
    """A file that is not one of CloudFront's; the message says why, and nothing of what it holds."""


def lines(file: bytes) -> Iterator[Values | None]:
    """The 33 values of each line, `-` for fields that the file does not have; None for a line that is not of its fields.

    Raises UnreadableFile.
    """
    if file.startswith(_PARQUET):
        return _of_parquet(file)
    return _of_text(_texts(file))


def is_stored_form(file: bytes) -> bool:
    """Whether the file is stored as it came where nothing is cleaned: gzip of legacy text."""
    first = next(_texts(file), b"") if file.startswith(_GZIP) else b""
    return first.startswith(b"#")


def moment(values: Values) -> datetime | None:
    """When the request of a line was."""
    try:
        return datetime.fromisoformat(f"{values[_DATE]}T{values[_TIME]}").replace(tzinfo=UTC)
    except ValueError:
        return None


def _of_text(texts: Iterator[bytes]) -> Iterator[Values | None]:
    places: list[int | None] | None = None
    for text in texts:
        if text.startswith(_MARK):
            places = [PLACES.get(name) for name in text[len(_MARK) :].decode("utf-8", "replace").split()]
        elif text.startswith(b"{"):
            yield _of_json(text)
        elif not text.startswith(b"#"):
            if places is None:
                raise UnreadableFile("it has no line of #Fields, and is neither JSON lines nor Parquet")
            yield _split(text, places)


def _split(text: bytes, places: list[int | None]) -> Values | None:
    values = text.decode("utf-8", "replace").rstrip("\r\n").split("\t")
    if len(values) != len(places) or len(text) > MAX_LINE:
        return None
    found = dict(zip(places, values, strict=True))
    return [found.get(place) or NOTHING for place in range(len(NAMES))]


def _of_json(text: bytes) -> Values | None:
    try:
        return _values(_JSON.decode(text))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def _of_parquet(file: bytes) -> Iterator[Values | None]:
    try:
        import duckdb
    except ImportError:
        # Lambda's functions lack its 60 MB, but for the one that compacts.
        raise UnreadableFile("it is Parquet, which is read where DuckDB is: run `sluice access sync`") from None
    with TemporaryDirectory(prefix=SCRATCH) as folder, duckdb.connect() as connection:
        path = Path(folder) / "file.parquet"
        path.write_bytes(file)
        try:
            cursor = connection.execute("FROM read_parquet($path, hive_partitioning = false)", {"path": str(path)})
            names = [one[0] for one in cursor.description or []]
            while rows := cursor.fetchmany(_SOME):
                yield from (_values(dict(zip(names, row, strict=True))) for row in rows)
        except duckdb.Error:
            raise UnreadableFile("it cannot be read as Parquet") from None


def _values(given: Mapping[str, Any]) -> Values:
    """The 33 values of a record by its fields' names, in whichever way they are written."""
    said = {_ODD.sub("_", name.lower()).strip("_"): _text(value) for name, value in given.items()}
    values = [said.get(column, NOTHING) for column in COLUMNS]
    if NOTHING in (values[_DATE], values[_TIME]):
        values[_DATE], values[_TIME] = _moment_of(said.get(_STAMP, ""))
    return values


def _text(value: Any) -> str:
    """The value as a line of text has it: what would end a field or a line is escaped, as CloudFront does."""
    text = NOTHING if value is None or value == "" else str(value)
    return _CONTROL.sub(lambda found: f"%{ord(found[0]):02X}", text)


def _moment_of(stamp: str) -> tuple[str, str]:
    try:
        at = datetime.fromtimestamp(int(stamp) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return NOTHING, NOTHING
    return f"{at:%Y-%m-%d}", f"{at:%H:%M:%S}"


def _texts(file: bytes) -> Iterator[bytes]:
    """The lines that are not blank; of one that is too long its beginning, so that no file fills the memory."""
    if not file.startswith(_GZIP):
        return _split_off(io.BytesIO(file))
    return _split_off(gzip.GzipFile(fileobj=io.BytesIO(file)))


def _split_off(opened: BinaryIO | gzip.GzipFile) -> Iterator[bytes]:
    try:
        with closing(opened) as file:
            while text := file.readline(MAX_LINE + 1):
                rest = text
                while len(rest) > MAX_LINE and not rest.endswith(b"\n"):
                    rest = file.readline(MAX_LINE + 1)
                if len(text) > MAX_LINE or not text.isspace():
                    yield text
    except (OSError, EOFError, zlib.error):
        raise UnreadableFile("it is not a whole gzip file") from None
