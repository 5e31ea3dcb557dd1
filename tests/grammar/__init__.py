"""Trino's own grammar, by which a statement for Athena is checked: no part of sqlglot, which writes the statements."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from sqlglot.dialects.dialect import Dialect
from sqlglot.tokenizer_core import TokenType

BUILT = Path(__file__).with_name("trino.mjs")
NODE = shutil.which("node")
NO_NODE = "Trino's grammar needs node, 18 or newer. On Debian: apt-get install nodejs"


def faults(statements: Sequence[str]) -> list[list[str]]:
    """For each statement what is wrong with it, by line and column; Athena also takes `?` in WHERE alone."""
    asked = json.dumps(list(statements))
    made = subprocess.run(["node", str(BUILT)], input=asked, capture_output=True, text=True, check=True, timeout=300)
    found: list[list[str]] = json.loads(made.stdout)
    return found


def statements(text: str) -> list[str]:
    """The statements of a file, each behind as many empty lines as there are before it."""
    ends = [
        one.end + 1 for one in Dialect.get_or_raise("trino").tokenize(text) if one.token_type == TokenType.SEMICOLON
    ]
    starts = [0, *ends]
    parts = [text[start:end] for start, end in zip(starts, [*ends, len(text)], strict=True)]
    return [
        "\n" * text.count("\n", 0, start) + part
        for start, part in zip(starts, parts, strict=True)
        if part.strip(" \n;")
    ]
