"""The page about privacy: each of its claims names the tests that hold it, and those are there."""

from __future__ import annotations

import ast
import re

import pytest

from tests.paths import ROOT

PAGE = (ROOT / "docs" / "privacy.md").read_text()
CLAIMS = re.split(r"(?m)^- (?=\*\*)", PAGE.partition("\n## ")[0])[1:]
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def test_the_page_makes_claims() -> None:
    assert len(CLAIMS) >= 12


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim[2:30])
def test_each_claim_names_tests_that_are_there(claim: str) -> None:
    found = NAMED.findall(claim)
    assert found
    for path, name in found:
        tree = ast.parse((ROOT / path).read_text())
        assert name in {one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)}, f"{path}::{name}"
