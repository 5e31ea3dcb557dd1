"""What was refused, on this machine: the bucket's files copied as they are, and the view over them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

from chalicelib.lake.objects import Objects
from chalicelib.lake.parquet import text
from chalicelib.lake.refusals import COLUMNS, DAYS, NAMES
from chalicelib.prefixes import REJECTED, SUFFIX
from sluice.mirror.copied import follow

_KEY = re.compile(
    rf"{REJECTED.path}reason=\w+/year=(\d{{4}})/month=(\d\d)/day=(\d\d)/[\w-]+{re.escape(SUFFIX)}", re.ASCII
)


def of_days(folder: Path, since: date, until: date) -> tuple[Path, ...]:
    """The files below this folder, a bucket's or a copy of one, of what was refused on these UTC days."""
    return tuple(path.absolute() for key, path in _here(folder) if _is_of(key, since, until))


def fetch(objects: Objects, folder: Path, since: date, until: date) -> int:
    """Copy what the folder lacks of these days, also in another version, delete what is gone; how many came.

    Raises BrokenLake.
    """
    keys = {key: version for key, version in objects.versions(REJECTED.path) if _is_of(key, since, until)}
    had = {key: path for key, path in _here(folder) if _is_of(key, since, until)}
    for key in had.keys() - keys.keys():
        had[key].unlink()
    return follow(objects, folder, REJECTED, keys)


def view(paths: Sequence[Path]) -> str:
    """The lines of these files; one that is not JSON is a row without a weight, as on Athena."""
    parts = [_nothing()]
    if paths:
        columns = ", ".join(f"{text(one.field)}: '{one.duckdb}'" for one in COLUMNS)
        types = ", ".join(f"'{name}': VARCHAR" for name in ("reason", *DAYS))
        parts.append(
            f"SELECT {', '.join(_quoted(name) for name in NAMES)}, {', '.join(DAYS)}, "
            f"concat(year, '-', month, '-', day) AS dt FROM read_json([{', '.join(map(text, paths))}], "
            f"format = 'newline_delimited', columns = {{{columns}}}, ignore_errors = true, "
            f"hive_partitioning = true, hive_types = {{{types}}})"
        )
    return " UNION ALL BY NAME ".join(f"({part})" for part in parts)


def _nothing() -> str:
    """No row, of every column."""
    types = {**dict.fromkeys(NAMES, "VARCHAR"), **{one.name: one.duckdb for one in COLUMNS}}
    types.update(dict.fromkeys((*DAYS, "dt"), "VARCHAR"))
    return f"SELECT {', '.join(f'CAST(NULL AS {kind}) AS {_quoted(name)}' for name, kind in types.items())} WHERE false"


def _here(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted((folder / REJECTED.path).glob(f"reason=*/year=*/month=*/day=*/*{SUFFIX}")):
        yield path.relative_to(folder).as_posix(), path


def _is_of(key: str, since: date, until: date) -> bool:
    found = _KEY.fullmatch(key)
    with suppress(ValueError):
        return found is not None and since <= date(*map(int, found.groups())) <= until
    return False


def _quoted(name: str) -> str:
    return f'"{name}"'
