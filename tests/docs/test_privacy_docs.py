"""The page about privacy: each of its claims names the tests that hold it, and those are there."""

from __future__ import annotations

import ast
import re

import pytest

from tests.paths import ROOT

PAGE = (ROOT / "docs" / "privacy.md").read_text()
CLAIMS = re.split(r"(?m)^- (?=\*\*)", PAGE.partition("\n## ")[0])[1:]
SKIPPING = {"skip", "skipif", "xfail", "importorskip"}
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def test_the_page_makes_claims() -> None:
    assert len(CLAIMS) >= 12


def said(tree: ast.AST) -> set[str]:
    """Every name and attribute in this code."""
    names = {one.id for one in ast.walk(tree) if isinstance(one, ast.Name)}
    return names | {one.attr for one in ast.walk(tree) if isinstance(one, ast.Attribute)}


def fault(source: str, name: str) -> str | None:
    """Why pytest does not always run the test of this name; None where it does."""
    tree = ast.parse(source)
    # What is within a function or a class is not collected by this name.
    test = next((one for one in tree.body if isinstance(one, ast.FunctionDef) and one.name == name), None)
    if test is None:
        return "is not there"
    marks = [one for one in tree.body if isinstance(one, ast.Assign) and "pytestmark" in said(one)]
    skipping = {one for part in (test, *marks) for one in said(part) if one in SKIPPING}
    return f"may be skipped: {', '.join(sorted(skipping))}" if skipping else None


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim[2:30])
def test_each_claim_names_tests(claim: str) -> None:
    assert NAMED.search(claim)


def test_each_test_that_the_page_names_is_there_and_runs() -> None:
    faults = {f"{path}::{name}": fault((ROOT / path).read_text(), name) for path, name in NAMED.findall(PAGE)}
    assert {one: why for one, why in faults.items() if why} == {}


def test_what_is_named_in_another_form_is_a_file_and_holds_no_claim() -> None:
    others = set(re.findall(r"`(tests/[^`]*)`", PAGE)) - {f"{path}::{name}" for path, name in NAMED.findall(PAGE)}
    assert [one for one in others if not (ROOT / one).is_file() or f"`{one}`" in "".join(CLAIMS)] == []


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("def test_one(): ...", None),
        ("@pytest.mark.parametrize('skip', [1])\ndef test_one(skip): ...", None),
        ("def test_two(): ...", "is not there"),
        ("class Test:\n    def test_one(self): ...", "is not there"),
        ("def around():\n    def test_one(): ...", "is not there"),
        ("@pytest.mark.skip\ndef test_one(): ...", "may be skipped: skip"),
        ("@pytest.mark.skipif(True, reason='')\ndef test_one(): ...", "may be skipped: skipif"),
        ("@pytest.mark.xfail\ndef test_one(): ...", "may be skipped: xfail"),
        ("def test_one():\n    pytest.importorskip('x')", "may be skipped: importorskip"),
        ("def test_one():\n    pytest.skip('x')", "may be skipped: skip"),
        ("pytestmark = pytest.mark.skipif(True, reason='')\ndef test_one(): ...", "may be skipped: skipif"),
        ("pytestmark = [pytest.mark.skip]\ndef test_one(): ...", "may be skipped: skip"),
    ],
)
def test_a_test_that_was_renamed_or_may_not_run_is_found(source: str, why: str | None) -> None:
    """A negative control."""
    assert fault(source, "test_one") == why
