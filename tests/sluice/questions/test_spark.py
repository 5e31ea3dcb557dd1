"""Every question of the library, answered by DuckDB and by Spark, which nobody here wrote: the same rows in the same order."""

from __future__ import annotations

import json
import math
import os
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from sluice.mirror import view
from sluice.questions import dialect
from tests.conftest import PROVE
from tests.paths import ROOT
from tests.spark import lakes
from tests.spark.lakes import Lake
from tests.spark.spark_dialect import to_spark

PYTHON = ROOT / ".venv-spark" / "bin" / "python"
REAL_LOG = os.environ.get("SLUICE_REAL_LOG")
LAKES: dict[str, Callable[[Path], Lake]] = {
    **{"by_hand": lakes.by_hand, "odd": lakes.odd, "demo": lakes.demo},
    **({"real": lambda folder: lakes.real(folder, REAL_LOG)} if REAL_LOG else {}),
}
# Answers that differ: the lake and the question, and why.
DEVIATIONS = {
    (
        "odd",
        "metadata-values key=value",
    ): "DuckDB's ->> writes the number 1e17 as 100000000000000000.0, not as it is stored",
}

pytestmark = [
    pytest.mark.skipif(not PROVE, reason="only `make prove` asks Spark"),
    pytest.mark.skipif(not PYTHON.exists(), reason="no .venv-spark: make prove makes it"),
    pytest.mark.skipif(
        shutil.which("java") is None, reason="Spark needs Java. On Debian: apt-get install openjdk-17-jre-headless"
    ),
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Lake]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        return {name: make(tmp_path_factory.mktemp(name)) for name, make in LAKES.items()}


@pytest.fixture(scope="module")
def answers(made: dict[str, Lake], tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What Spark answers, by lake and question: one session for all, for to start one takes seconds."""
    asked = {
        name: {
            "folder": str(lake.source.folder),
            "quiet": lake.quiet.isoformat(),
            "questions": {text: to_spark(prepared) for text, prepared in lake.questions.items()},
        }
        for name, lake in made.items()
    }
    target = tmp_path_factory.mktemp("spark") / "answers.json"
    done = subprocess.run(
        [PYTHON, ROOT / "tests" / "spark" / "answering.py", target],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYSPARK_PYTHON": str(PYTHON)},
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(target.read_text())


@pytest.mark.parametrize("name", LAKES)
def test_spark_gives_duckdbs_answers(made: dict[str, Lake], answers: dict[str, dict[str, Any]], name: str) -> None:
    lake = made[name]
    with view.connect(lake.tenants) as connection:
        found = {
            text: difference(rows(connection, prepared), answers[name][text])
            for text, prepared in lake.questions.items()
        }

    different = {text: what for text, what in found.items() if what is not None}
    named = {text for where, text in DEVIATIONS if where == name}
    assert {text: what for text, what in different.items() if text not in named} == {}
    assert named <= different.keys()  # else it is to be struck off


def test_every_question_has_an_answer_of_some_rows(answers: dict[str, dict[str, Any]]) -> None:
    some = {
        text.split(" ")[0] for found in answers.values() for text, one in found.items() if len(one.get("rows", [])) > 1
    }

    assert some == set(lakes.NAMES)


def rows(connection: duckdb.DuckDBPyConnection, prepared: Any) -> list[list[Any]]:
    """The names of the columns, then the rows."""
    found = connection.execute(dialect.to_duckdb(prepared.expression), dict(prepared.values))
    return [[one[0] for one in found.description], *([plain(value) for value in row] for row in found.fetchall())]


def plain(value: Any) -> Any:
    """The value as Spark's answer has it in JSON."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def difference(ours: list[list[Any]], theirs: dict[str, Any]) -> Any:
    """The error, or the first rows that differ; None where there are none."""
    if "error" in theirs:
        return theirs["error"]
    other = theirs["rows"]
    first = next((pair for pair in zip(ours, other, strict=False) if not alike(*pair)), None)
    if first is None and len(ours) != len(other):
        return f"{len(ours) - 1} rows, and of Spark {len(other) - 1}"
    return first


def alike(ours: list[Any], theirs: list[Any]) -> bool:
    return len(ours) == len(theirs) and all(map(_alike, ours, theirs))


def _alike(one: Any, other: Any) -> bool:
    if isinstance(one, bool) or isinstance(other, bool) or not isinstance(one, int | float):
        return type(one) is type(other) and one == other
    return isinstance(other, int | float) and math.isclose(one, other, rel_tol=1e-9)
