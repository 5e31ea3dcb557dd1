"""The lines of sluice.toml, so that a mistake names its own: tomlkit keeps no line of a value."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path

from sluice.project.folder import ConfigError


class Lines:
    """Where stages, entries and their fields are in the text."""

    def __init__(self, text: str, path: Path) -> None:
        self._path = path
        self._text = text

    @cached_property
    def _lines(self) -> list[str]:
        return self._text.splitlines()

    def error(self, line: int, problem: str) -> ConfigError:
        return ConfigError(f"{self._path}:{line}: {problem}")

    def of_stage(self, stage: str) -> int:
        """The line of `[stages.NAME]`, else of the first header below it, else 1."""
        return self._find(rf"\s*\[+\s*stages\s*\.\s*['\"]?{re.escape(stage)}['\"]?\s*[\].]") or 1

    def of_allow(self, stage: str, number: int) -> int:
        """The line of the entry's bucket (from 0), else of its header."""
        header = rf"\s*\[\[\s*stages\s*\.\s*['\"]?{re.escape(stage)}['\"]?\s*\.\s*allow\s*\]\]"
        at = self._find(header, skip=number)
        return self._find(r"\s*bucket\s*=", after=at) or at if at else self.of_stage(stage)

    def of_path(self, stage: str, path: str, problem: str = "") -> int:
        """The line of what msgspec calls `.allow[1].owner`; an unknown field is named in the problem."""
        unknown = re.search(r"unknown field `([^`]+)`", problem)
        keys = [key for key in path.split(".") if key] + ([unknown[1]] if unknown else [])
        entry = re.fullmatch(r"allow\[(\d+)\]", keys[0]) if keys else None
        header = self.of_allow(stage, int(entry[1])) - 1 if entry else self.of_stage(stage)
        # An inline table's key is on the same line as the table's name.
        found = [self._find(rf"\s*{re.escape(key.partition('[')[0])}\s*=", after=header - 1) for key in reversed(keys)]
        return next((line for line in found if line), max(header, 1))

    def _find(self, pattern: str, *, skip: int = 0, after: int = 0) -> int:
        """The number of the first line behind `after` that begins so, from 1; 0 where there is none."""
        found = [number for number, line in enumerate(self._lines, 1) if number > after and re.match(pattern, line)]
        return found[skip] if len(found) > skip else 0
