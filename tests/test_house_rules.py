"""The house's own rules: who imports whom, what is pure, and what the code may not do."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

# Module of chalicelib: the modules of chalicelib that it may import.
MAY_IMPORT = {
    "rejections": set(),
    "privacy": set(),
    "salts": set(),
    "stores": set(),
    "logs": set(),
    "allowlist": {"rejections"},
    "events": {"rejections", "privacy"},
    "records": {"events", "privacy"},
    "devices": {"records"},
    "geo": {"records", "privacy"},
    "sender": {"devices", "events", "privacy", "records"},
    "settings": {"allowlist"},
    "batches": {"events", "rejections"},
    "pixels": {"events", "records", "rejections"},
    "scripts": set(),
    "openapi": {"batches", "events", "pixels", "records", "rejections"},
    "ingest": {
        *("settings", "events", "batches", "allowlist", "records", "privacy", "salts", "devices", "geo", "stores"),
        *("rejections", "sender"),
    },
    "columns": {"records"},
    "objects": set(),
    "raw": {"objects", "records"},
    "parquet": {"columns"},
    "compaction": {"objects", "parquet", "raw", "records"},
    "athena_view": set(),
    "nightly": {"allowlist", "athena_view", "compaction", "objects", "settings"},
}
APP_MAY_IMPORT = {
    "ingest",
    "settings",
    "rejections",
    "openapi",
    "logs",
    "salts",
    "nightly",
    "pixels",
    "privacy",
    "scripts",
}
PURE = ("privacy", "allowlist", "events", "batches", "pixels", "records", "columns", "openapi", "rejections")
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


def modules(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


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


def ours(path: Path) -> set[str]:
    """The modules of chalicelib that a file imports."""
    known = {module.stem for module in modules("chalicelib")}
    parts = [name.split(".") for name in imported(path)]
    return {name[1] for name in parts if name[0] == "chalicelib" and len(name) > 1 and name[1] in known}


def tops(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in imported(path)}


@pytest.mark.parametrize("module", sorted(MAY_IMPORT))
def test_a_module_imports_only_what_the_house_allows(module: str) -> None:
    assert ours(ROOT / "chalicelib" / f"{module}.py") <= MAY_IMPORT[module]


def test_every_module_has_its_place_in_the_house() -> None:
    assert {path.stem for path in modules("chalicelib")} - {"__init__"} == set(MAY_IMPORT)


def test_the_app_imports_the_path_and_alone_imports_chalice() -> None:
    assert ours(ROOT / "app.py") <= APP_MAY_IMPORT
    assert not [path for path in modules("chalicelib") if "chalice" in tops(path)]


def test_the_command_line_never_imports_the_app_nor_lambda_the_command_line() -> None:
    assert not [path for path in modules("sluice") if "app" in tops(path)]
    assert not [path for path in [ROOT / "app.py", *modules("chalicelib")] if "sluice" in tops(path)]


def test_few_modules_make_aws_clients_and_one_of_the_command_line() -> None:
    makers = {path.stem for path in modules("chalicelib", "sluice") if "boto3" in tops(path)}
    assert makers == {"stores", "salts", "objects", "nightly", "aws"}


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


def test_only_the_outermost_door_catches_everything() -> None:
    broad = [
        path.name
        for path in [ROOT / "app.py", *modules("chalicelib", "sluice", "dashboard")]
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler)
        and getattr(node.type, "id", None) in {None, "Exception", "BaseException"}
        if not isinstance(node.type, ast.Tuple | ast.Attribute)
    ]
    assert broad == ["app.py", "parts.py"]


def test_a_file_in_lambda_holds_one_noun() -> None:
    lengths = {path.name: len(path.read_text().splitlines()) for path in modules("chalicelib", "sluice")}
    assert {name: length for name, length in lengths.items() if length > MAX_LINES} == {}


def test_what_lambda_needs_is_pinned() -> None:
    lines = [line for line in (ROOT / "requirements.txt").read_text().splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"[a-z0-9-]+(\[[a-z]+\])?==[0-9.]+", line) for line in lines)


def test_the_project_speaks_only_of_itself() -> None:
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    # Spelled apart, so that this file does not find itself.
    words = re.compile(r"/wo" r"rk/|\biss" r"ue #?[0-9]+\b|TO" r"DO|FIX" r"ME")
    texts = {name: (ROOT / name).read_text(errors="replace") for name in files if (ROOT / name).is_file()}
    assert {name: found[0] for name, text in texts.items() if (found := words.search(text))} == {}
