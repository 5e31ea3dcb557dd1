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


@pytest.mark.parametrize("end", [".json", ".json.gz", ".parquet"])
def test_a_file_of_another_form_is_stored_under_the_name_of_gzip(end: str) -> None:
    found = files.read(f"AWSLogs/111122223333/CloudFront/{NAME.removesuffix('.gz')}{end}")
    assert found is not None
    assert found.name == NAME


@pytest.mark.parametrize(
    "folder",
    [
        "AWSLogs/111122223333/CloudFront/E1ABC2DEF3GHIJ/2026/11/09/23",
        "E1ABC2DEF3GHIJ/2026/11/09/23",
        "logs/DistributionId=E1ABC2DEF3GHIJ/year=2026/month=11/day=09/hour=23",
        "distributionid=E1ABC2DEF3GHIJ/x/2026/11/09/23",
    ],
)
def test_partitions_say_what_a_name_does_not(folder: str) -> None:
    found, again = files.read(f"{folder}/part-0001.parquet"), files.read(f"{folder}/part-0002.parquet")
    assert found is not None and again is not None
    assert (found.distribution, found.hour) == ("E1ABC2DEF3GHIJ", datetime(2026, 11, 9, 23, tzinfo=UTC))
    assert files.read(found.name) == found
    assert again.name != found.name


@pytest.mark.parametrize(
    "key",
    [
        *(
            "E1ABC2DEF3GHIJ/2026/11/09/part.parquet",
            "2026/11/09/23/part.parquet",
            "E1ABC2DEF3GHIJ/2026/13/09/23/p.json",
        ),
        *("e1abc2def3ghij/2026/11/09/23/p.json", "E1ABC2DEF3GHIJ/2026/11/09/23/p.txt", "E1ABC2DEF3GHIJ/2026/11/09/23/"),
    ],
)
def test_partitions_without_a_distribution_or_an_hour_are_foreign(key: str) -> None:
    assert files.read(key) is None
