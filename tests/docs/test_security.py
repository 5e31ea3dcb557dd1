"""The threat model names a test for each threat, and each is there."""

from __future__ import annotations

import ast
import re

from tests.paths import ROOT

TEXT = (ROOT / "SECURITY.md").read_text()
STRIDE = (
    "Spoofing",
    "Tampering",
    "Repudiation",
    "Information disclosure",
    "Denial of service",
    "Elevation of privilege",
)


def rows() -> list[list[str]]:
    lines = (line for line in TEXT.splitlines() if line.startswith("| ") and not line.startswith("| threat"))
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def is_there(named: str) -> bool:
    """Whether this file, or this function or class of it, is a test."""
    file, _, name = named.partition("::")
    path = ROOT / file
    if not (path.is_file() and path.name.startswith("test_")):
        return False
    defined = ast.walk(ast.parse(path.read_text()))
    return not name or name in {one.name for one in defined if isinstance(one, ast.FunctionDef | ast.ClassDef)}


def test_each_kind_of_threat_is_in_the_model() -> None:
    headings = re.findall(r"^### (.*)$", TEXT, re.M)
    assert [kind for kind in STRIDE if not any(heading.startswith(kind) for heading in headings)] == []


def test_each_threat_has_what_holds_and_a_test_that_is_there() -> None:
    found = rows()
    assert len(found) >= 35
    assert [row for row in found if len(row) != 3 or not all(row)] == []
    named = {threat: re.findall(r"`(tests/[^`]+)`", tests) for threat, _, tests in found}
    assert [threat for threat, tests in named.items() if not tests] == []
    assert [one for tests in named.values() for one in tests if not is_there(one)] == []


def test_a_test_that_is_gone_would_be_found() -> None:
    assert not is_there("tests/docs/test_security.py::test_gone")
    assert not is_there("tests/docs/test_gone.py")
