"""The house's own rules: who imports whom, what is pure, and what the code may not do."""

from __future__ import annotations

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

from sluice import errors
from tests import house
from tests.paths import ROOT

PURE = (
    *(
        "privacy",
        "redaction",
        "decoding",
        "cards",
        "allowlist",
        "events",
        "records",
        "rejections",
        "tracking/batches",
        "tracking/openapi",
    ),
    *("tracking/pixels", "tracking/consent", "tracking/proxied", "lake/columns"),
)
# What a pure module needs of the world comes in as an argument.
IMPURE_MODULES = {
    "os",
    "io",
    "time",
    "random",
    "secrets",
    "socket",
    "pathlib",
    "subprocess",
    "threading",
    "boto3",
    "logging",
}
IMPURE_CALLS = {"open", "input", "print", "now", "today", "utcnow"}
MAX_LINES = 300
MAX_FUNCTION = 40


def modules(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), filename=str(path))


def imported(path: Path) -> set[str]:
    """Every dotted module that a file imports, also within functions."""
    names: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def tops(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in imported(path)}


def test_every_import_is_an_arrow_of_the_table() -> None:
    assert house.wrong_arrows(ROOT) == []


def test_every_room_is_in_the_table_and_every_row_is_a_room() -> None:
    rooms = {house.room(house.name(path, ROOT), ROOT) for path in house.files(ROOT)}
    assert rooms - {"docs"} == set(house.ROOMS)


def test_the_page_of_the_house_names_every_room() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text()
    assert [room for room in house.ROOMS if room != "app" and f"| `{room}` |" not in page] == []


def test_no_module_imports_itself_by_way_of_others() -> None:
    assert house.circle(ROOT) == []


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code's modules in a folder that a test may spoil."""
    folder = tmp_path_factory.mktemp("house")
    for path in house.files(ROOT):
        target = folder / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(path.read_text())
    return folder


@pytest.mark.parametrize(
    ("module", "line", "imported"),
    [
        ("chalicelib.privacy", "from chalicelib.tracking import geo", "chalicelib.tracking.geo"),
        ("chalicelib.lake.raw", "import chalicelib.tracking.salts", "chalicelib.tracking.salts"),
        ("sluice.questions.library", "from ..mirror import ask", "sluice.mirror.ask"),
        ("sluice.project.config", "from sluice import cloud", "sluice.cloud"),
        ("sluice.dashboard.view.export", "from sluice.mirror.ask import here", "sluice.mirror.ask"),
        ("sluice.analysis.scope", "def f(): from sluice.dashboard.view import curves", "sluice.dashboard.view.curves"),
        ("docs.build.sample", "from sluice.cli import main", "sluice.cli.main"),
    ],
)
def test_a_wrong_import_in_a_room_is_found(copy: Path, module: str, line: str, imported: str) -> None:
    path = copy / f"{module.replace('.', '/')}.py"
    before = path.read_text()
    path.write_text(f"{before}\n{line}\n")
    found = house.wrong_arrows(copy)
    path.write_text(before)
    assert found == [f"{module} -> {imported}"]


def test_a_circle_is_found(copy: Path) -> None:
    path = copy / "chalicelib" / "rejections.py"
    before = path.read_text()
    path.write_text(f"{before}\nfrom chalicelib import events\n")
    found = house.circle(copy)
    path.write_text(before)
    assert {"chalicelib.events", "chalicelib.rejections"} <= set(found)


def test_the_app_and_its_answers_alone_import_chalice() -> None:
    assert [path.name for path in modules("chalicelib") if "chalice" in tops(path)] == ["answers.py"]


def test_the_command_line_never_imports_the_app_nor_lambda_the_command_line() -> None:
    assert not [path for path in modules("sluice") if "app" in tops(path)]
    assert not [path for path in modules("chalicelib") if "sluice" in tops(path)]


def test_the_app_imports_of_the_command_line_the_scheduled_doctor_alone_which_one_function_s_layer_has() -> None:
    found = house.imports(ROOT)["app"]
    assert {one for one in found if one.startswith("sluice")} == {"sluice.doctor.scheduled"}


def test_few_modules_make_aws_clients_and_one_of_the_command_line() -> None:
    makers = {path.stem for path in modules("chalicelib", "sluice") if "boto3" in tops(path)}
    of_lambda = {"stores", "salts", "tenant_keys", "edge", "client", "nightly", "exporting", "stream", "reading"}
    of_vault = {"keyring", "rows"}
    assert makers == {*of_lambda, *of_vault, "aws", "botocore_files", "shared_counts"}


def test_settings_alone_reads_the_environment() -> None:
    readers = {
        path.name
        for path in [ROOT / "app.py", *modules("chalicelib", "sluice")]
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
    }
    assert readers == {"settings.py"}


@pytest.mark.parametrize("module", PURE)
def test_a_pure_module_has_no_clock_no_chance_and_no_io(module: str) -> None:
    path = ROOT / "chalicelib" / f"{module}.py"
    calls = {
        getattr(node.func, "attr", getattr(node.func, "id", ""))
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
    }
    assert not tops(path) & IMPURE_MODULES
    assert not calls & IMPURE_CALLS


def test_the_tree_of_errors_has_each_of_them() -> None:
    nodes = [node for path in modules("sluice") for node in ast.walk(tree(path)) if isinstance(node, ast.ClassDef)]
    based = {node.name: {getattr(base, "id", "") for base in node.bases} for node in nodes}
    found, more = set(), {"SluiceError"}
    while more:
        found |= more
        more = {name for name, bases in based.items() if bases & found} - found
    assert set(re.findall(r"── (\w+)", errors.__doc__ or "")) == found - {"SluiceError"}


def test_only_the_outermost_door_catches_everything() -> None:
    broad = [
        path.name
        for path in [ROOT / "app.py", *modules("chalicelib", "sluice")]
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler)
        and getattr(node.type, "id", None) in {None, "Exception", "BaseException"}
        if not isinstance(node.type, ast.Tuple | ast.Attribute)
    ]
    assert broad == ["app.py", "console.py", "widgets.py"]


def test_a_file_holds_one_noun_and_a_function_one_idea() -> None:
    lengths = {house.name(path, ROOT): len(path.read_text().splitlines()) for path in house.files(ROOT)}
    assert {name: length for name, length in lengths.items() if length > MAX_LINES} == {}
    functions = {
        f"{house.name(path, ROOT)}.{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in house.files(ROOT)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef)
    }
    assert {name: length for name, length in functions.items() if length > MAX_FUNCTION} == {}


def test_the_project_speaks_only_of_itself() -> None:
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    # Spelled apart, so that this file does not find itself.
    words = re.compile(r"/wo" r"rk/|\biss" r"ue #?[0-9]+\b|TO" r"DO|FIX" r"ME")
    texts = {name: (ROOT / name).read_text(errors="replace") for name in files if (ROOT / name).is_file()}
    assert {name: found[0] for name, text in texts.items() if (found := words.search(text))} == {}


def test_the_tests_are_in_the_folders_of_the_code() -> None:
    folders = {path.parent.relative_to(ROOT / "tests") for path in (ROOT / "tests").rglob("test_*.py")}

    assert len(folders) > 10
    assert [str(one) for one in sorted(folders) if not (ROOT / one).is_dir()] == []
