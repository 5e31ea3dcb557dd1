"""The names of CloudFront's files, and their places."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from chalicelib.access_logs import files

NAME = "E1ABC2DEF3GHIJ.2026-11-09-23.a1b2c3d4.gz"


@pytest.mark.parametrize("folder", ["", "cdn/", "a b+c/%20/", "access/year=2026/"])
def test_a_file_goes_to_the_day_in_its_name_whatever_its_folder(folder: str) -> None:
    found = files.read(folder + NAME)
    assert found == (NAME, "E1ABC2DEF3GHIJ", datetime(2026, 11, 9, 23, tzinfo=UTC))
    assert found.key == f"access/year=2026/month=11/day=09/{NAME}"


@pytest.mark.parametrize(
    "name",
    [
        *("", "notes.txt", NAME + "\n", NAME + ".bak", "x" + NAME, NAME.removesuffix(".gz"), NAME.replace("-23", "")),
        *(NAME.replace("-11-", "-13-"), NAME.replace("-23.", "-24."), NAME.replace("-09-", "-31-")),
        *(NAME.replace("a1b2c3d4", ""), NAME.replace("a1b2", "a1+b2"), NAME.replace("a1b2", "a1%2F"), NAME + "/"),
        *(NAME.lower(), NAME.replace("2026", "２０２６"), "..gz", f"../{NAME}/.."),
    ],
)
def test_a_foreign_name_has_no_place(name: str) -> None:
    assert files.read(name) is None
