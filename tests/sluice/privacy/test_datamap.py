"""The data map is what the code emits: a field that is planted in any form fails the build, and so does one that is gone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from chalicelib import prefixes
from docs.build import privacy as pages
from sluice.cli.main import main
from sluice.privacy import datamap, emitted, source
from sluice.privacy.datamap import DataMapError, Form, Group
from tests.paths import ROOT

MAP = datamap.load(ROOT / datamap.FILE)
CHECK = "sluice privacy map --check"


def problems(**changed: Form) -> list[str]:
    return list(datamap.problems({**MAP, **changed}, emitted.FORMS))


def without(form: Form, field: str) -> Form:
    groups = (msgspec.structs.replace(one, names=tuple(n for n in one.names if n != field)) for one in form.fields)
    return msgspec.structs.replace(form, fields=tuple(groups))


def test_the_map_is_what_the_code_emits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    said = CliRunner().invoke(main, CHECK.split()[1:])
    assert (said.exit_code, said.stdout) == (0, f"privacy/data-map.toml: {len(MAP)} forms, as the code has them\n")


def test_each_form_of_the_code_is_there_and_not_empty() -> None:
    assert {name for name, fields in emitted.FORMS.items() if not set(fields())} == {
        "code",
        "tombstone-key",
        "collect-key",
        "identify-key",
        "vault-key",
    }


def test_make_check_holds_the_map_against_the_code() -> None:
    check = (ROOT / "Makefile").read_text().partition("\ncheck: ")[2].partition("\n\n")[0]
    assert f"$(BIN)/{CHECK}" in check


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project to plant fields in."""
    folder = tmp_path_factory.mktemp("planted")
    for name in ("chalicelib", "sluice", "client", "privacy"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
    for name in ("app.py", "sluice.toml"):
        shutil.copy(ROOT / name, folder)
    return folder


@pytest.fixture
def planted(project: Path) -> Iterator[dict[Path, str]]:
    """The files that a test changes, as they were; they are so again after it."""
    before: dict[Path, str] = {}
    yield before
    for path, text in before.items():
        path.write_text(text)


PLANTED = {
    "record": (
        "chalicelib/records.py",
        "    sample_weight: Annotated[",
        "    shoe_size: str | None\n    sample_weight: Annotated[",
        "record: shoeSize is emitted, and not in the map",
    ),
    "log line": (
        "chalicelib/logs.py",
        '        "route": route,\n',
        '        "route": route,\n        "clientAddress": route,\n',
        "request-line: clientAddress is emitted, and not in the map",
    ),
    "report": (
        "chalicelib/reports/parts.py",
        "    headline: str\n",
        "    headline: str\n    reader: str\n",
        "report: reader is emitted, and not in the map",
    ),
    "access log": (
        "chalicelib/access_logs/fields.py",
        'Field("cs(Cookie)", "cs_cookie", "string", "dropped")',
        'Field("cs(Cookie)", "cs_cookie", "string", "text")',
        "access: cs(Cookie) is emitted, and not in the map",
    ),
    "job's line": (
        "app.py",
        'logs.job("compact_try", ',
        'logs.job("compact_try", caller=str(context), ',
        "job-line: caller is emitted, and not in the map",
    ),
    "job's unknown fields": (
        "app.py",
        "**done._asdict()",
        "**vars(done)",
        "logs **vars(done); say in sluice/privacy/emitted.py what its fields are",
    ),
    "browser client": (
        "client/core.js",
        "      sessionId,\n",
        "      sessionId,\n      language: navigator.language,\n",
        "client: language is emitted, and not in the map",
    ),
    "dashboard's log": (
        "sluice/dashboard/door/reports.py",
        '            "way": way,\n',
        '            "way": way,\n            "browser": way,\n',
        "dashboard-log: browser is emitted, and not in the map",
    ),
    "salts": (
        "chalicelib/tracking/salts.py",
        'UpdateExpression=f"SET #r',
        'UpdateExpression=f"SET made_by = :e, #r',
        "salts: made_by is emitted, and not in the map",
    ),
}


@pytest.mark.parametrize("place", PLANTED)
def test_a_field_that_is_planted_fails_the_build(place: str, project: Path, planted: dict[Path, str]) -> None:
    file, before, after, said = PLANTED[place]
    path = project / file
    planted[path] = path.read_text()
    assert planted[path].count(before) == 1
    path.write_text(planted[path].replace(before, after))
    done = subprocess.run(
        [sys.executable, "-c", "from sluice.cli.main import main; main()", *CHECK.split()[1:]],
        cwd=project, env={**os.environ, "PYTHONPATH": str(project)}, capture_output=True, text=True, timeout=120,
    )  # fmt: skip

    assert done.returncode == 1, done.stderr
    assert said in done.stdout


def test_a_field_that_is_not_in_the_map_is_named() -> None:
    assert problems(record=without(MAP["record"], "visitorId")) == [
        f"{form}: visitorId is emitted, and not in the map"
        for form in MAP
        if form == "record" or MAP[form].also == "record"
    ]


def test_a_field_that_nothing_emits_is_named() -> None:
    more = msgspec.structs.replace(MAP["salts"], fields=(*MAP["salts"].fields, Group(("height",), "none", "a", "b")))
    assert problems(salts=more) == ["salts: height is in the map, and nothing emits it"]


def test_a_field_that_is_listed_twice_is_named() -> None:
    more = msgspec.structs.replace(MAP["salts"], fields=(*MAP["salts"].fields, Group(("root",), "none", "a", "b")))
    assert problems(salts=more) == ["salts: root is listed twice"]


def test_a_form_is_in_both_or_in_neither() -> None:
    fewer = {name: form for name, form in MAP.items() if name != "night"}
    assert list(datamap.problems(fewer, emitted.FORMS)) == ["night: the code has this form, and the map does not"]
    found = problems(other=msgspec.structs.replace(MAP["night"], also="tokens"))
    assert found == ["other: there is no form 'tokens' whose fields it could have"]
    assert problems(other=MAP["night"]) == ["other: the map has this form, and sluice/privacy/emitted.py does not"]


def test_a_prefix_of_a_bucket_needs_a_form(monkeypatch: pytest.MonkeyPatch) -> None:
    notes = prefixes.RECORDS._replace(path="notes/")
    monkeypatch.setattr(datamap, "PREFIXES", (*prefixes.PREFIXES, notes))
    assert problems() == ["notes/: no form of the map is below this prefix"]


def test_a_form_says_how_long_it_stays_and_who_reads_it() -> None:
    bare = msgspec.structs.replace(MAP["night"], kept="", readers="", prefixes=("elsewhere/",))
    assert problems(night=bare) == [
        "night: elsewhere/ is not a prefix of chalicelib/prefixes.py",
        "night: it says neither `kept` nor `prefixes`: how long does it stay?",
        "night: it says neither `readers` nor `prefixes`: who may read it?",
    ]


def test_days_and_readers_are_those_of_the_table_of_prefixes() -> None:
    assert datamap.kept(MAP["rejected"]) == "`rejected/` 30 days"
    assert datamap.readers(MAP["rejected"]) == f"the roles `{prefixes.ANALYST}`"


@pytest.mark.parametrize("text", ["[record]\ntitle = 1", "[record", '[record]\ntitle = ""\nshoe = 1'])
def test_a_mistake_in_the_file_is_said_in_a_line(text: str, tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text(text)
    with pytest.raises(DataMapError, match=r"map\.toml: "):
        datamap.load(tmp_path / "map.toml")


def test_code_of_another_shape_is_an_error_and_not_an_empty_form() -> None:
    with pytest.raises(source.Unknown, match="has no function nobody"):
        source.keys("chalicelib/logs.py", "nobody")
    with pytest.raises(source.Unknown, match="has no class Nobody"):
        source.attributes("chalicelib/logs.py", "Nobody")


def test_the_page_has_the_map_as_it_is_now() -> None:
    text = pages.PAGE.read_text(encoding="utf-8")
    assert pages.page(text) == text, "run: .venv/bin/python -m docs.build.privacy"


def test_every_form_and_field_is_on_the_page() -> None:
    text = pages.PAGE.read_text(encoding="utf-8")
    assert all(form.title in text and form.breach in text for form in MAP.values())
    assert all(f"`{name}`" in text for form in MAP.values() for group in form.fields for name in group.names)
