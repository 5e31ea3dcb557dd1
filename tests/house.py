"""The rooms of the house: which folder may import which, held against every import of the code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

_LAMBDA = {
    "chalicelib",
    *(
        f"chalicelib.{one}"
        for one in (
            "tracking",
            "lake",
            "access_logs",
            "anomalies",
            "reports",
            "service_logs",
            "stream",
            "audit",
            "vault",
        )
    ),
}
_ANALYSIS = {"sluice", "sluice.analysis"}
# A room, and the rooms that its modules may import besides their own. Modules next to app.py are rooms by themselves.
ROOMS: dict[str, set[str]] = {
    "app": {*_LAMBDA, "sluice.doctor"},
    "chalicelib": set(),
    "chalicelib.vault": {"chalicelib"},
    "chalicelib.tracking": {"chalicelib", "chalicelib.vault"},
    "chalicelib.lake": {"chalicelib", "chalicelib.vault"},
    "chalicelib.access_logs": {"chalicelib", "chalicelib.lake", "chalicelib.tracking"},
    "chalicelib.anomalies": {"chalicelib", "chalicelib.lake"},
    "chalicelib.reports": {"chalicelib", *(f"chalicelib.{one}" for one in ("lake", "access_logs", "anomalies"))},
    "chalicelib.service_logs": {"chalicelib", "chalicelib.lake"},
    "chalicelib.audit": {"chalicelib", "chalicelib.lake", "chalicelib.tracking"},
    "chalicelib.stream": {"chalicelib", "chalicelib.lake", "chalicelib.tracking"},
    "sluice": {"chalicelib"},
    "sluice.project": {*_LAMBDA, "sluice"},
    "sluice.access": {*_LAMBDA, "sluice", "sluice.project"},
    "sluice.vault": {"chalicelib", "chalicelib.vault", "sluice", "sluice.project"},
    "sluice.cloud": {*_LAMBDA, "sluice", *(f"sluice.{one}" for one in ("project", "access", "athena", "reports"))},
    "sluice.questions": {*_LAMBDA - {"chalicelib.tracking"}, "sluice"},
    "sluice.anomalies": {"chalicelib", "chalicelib.lake", "chalicelib.anomalies", "sluice", "sluice.questions"},
    "sluice.athena": {*_LAMBDA, "sluice", "sluice.project", "sluice.access"},
    "sluice.subjects": {*_LAMBDA, "sluice", "sluice.project", "sluice.mirror"},
    "sluice.mirror": {*_LAMBDA, "sluice", "sluice.project", "sluice.questions", "sluice.athena"},
    "sluice.publishing": {
        *("chalicelib", "chalicelib.lake", "chalicelib.reports"),
        *("sluice", "sluice.project", "sluice.questions", "sluice.mirror"),
    },
    "sluice.learning": {
        *("chalicelib", "chalicelib.lake", "chalicelib.reports"),
        *("sluice", "sluice.project", "sluice.questions", "sluice.mirror", "sluice.publishing"),
    },
    "sluice.reports": {
        *(*_LAMBDA, "sluice", "sluice.project", "sluice.questions", "sluice.athena", "sluice.mirror"),
    },
    "sluice.analysis": {
        *(*_LAMBDA, "sluice"),
        *(f"sluice.{one}" for one in ("project", "questions", "athena", "mirror", "publishing")),
    },
    "sluice.privacy": {
        *(*_LAMBDA, "sluice"),
        *(f"sluice.{one}" for one in ("cloud", "mirror", "questions", "subjects")),
        *(f"sluice.{one}" for one in ("collecting", "learning", "publishing")),
    },
    "sluice.doctor": {
        *(*_LAMBDA, "sluice"),
        *(f"sluice.{one}" for one in ("project", "access", "athena", "cloud", "privacy")),
    },
    "sluice.imports": {*_LAMBDA, "sluice"},
    "sluice.local": {*_LAMBDA, "sluice", "sluice.project", "sluice.imports"},
    "sluice.collecting": {"chalicelib", "chalicelib.tracking", "chalicelib.vault", "sluice", "sluice.local"},
    "sluice.cli": {
        *(*_LAMBDA, "sluice", "sluice.project", "sluice.access", "sluice.cloud", "sluice.questions", "sluice.athena"),
        *("sluice.mirror", "sluice.doctor", "sluice.imports", "sluice.local", "sluice.anomalies", "sluice.reports"),
        *("sluice.privacy", "sluice.subjects", "sluice.publishing", "sluice.collecting", "sluice.learning"),
        "sluice.vault",
    },
    "sluice.dashboard.door": {"chalicelib", *_ANALYSIS},
    "sluice.dashboard.view": {"chalicelib", "chalicelib.anomalies", *_ANALYSIS, "sluice.dashboard.door"},
    "sluice.dashboard.pages": {
        "chalicelib",
        "chalicelib.lake",
        *_ANALYSIS,
        "sluice.anomalies",
        "sluice.dashboard.view",
    },
    "sluice.dashboard.server": {
        *(
            "chalicelib",
            *_ANALYSIS,
            "sluice.project",
            "sluice.local",
            "sluice.dashboard.door",
            "sluice.dashboard.view",
            "sluice.dashboard.pages",
        ),
    },
    "sluice.dashboard.server.entry": {"sluice.dashboard.server"},
    "sluice.dashboard": {*_ANALYSIS, "sluice.dashboard.server"},
    "docs.build": {
        *_LAMBDA,
        "sluice",
        *(
            f"sluice.{one}"
            for one in ("dashboard.door", "local", "mirror", "privacy", "project", "questions", "reports")
        ),
    },
    "demo": {"sluice.local"},
}


def files(root: Path) -> Iterator[Path]:
    """The product's modules below the root: app.py, the two packages, and what makes documents and the demo."""
    yield root / "app.py"
    for folder in ("chalicelib", "sluice", "docs", "demo"):
        yield from sorted((root / folder).rglob("*.py"))


def name(path: Path, root: Path) -> str:
    """The dotted name of a module's file."""
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(root: Path) -> dict[str, frozenset[str]]:
    """Each module with our modules that it imports, by their whole names, also within functions."""
    paths = {name(path, root): path for path in files(root)}
    known = frozenset(paths)
    return {module: _imported(path.read_text(), path.name, module, known) for module, path in paths.items()}


@cache
def _imported(text: str, file: str, module: str, known: frozenset[str]) -> frozenset[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(text, filename=file)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = (
                    module.split(".")[: -node.level]
                    if file != "__init__.py"
                    else module.split(".")[: 1 - node.level or None]
                )
                base = ".".join([*above, *filter(None, [node.module])])
            # What is imported from a package may be a module of it.
            found |= {f"{base}.{alias.name}" if f"{base}.{alias.name}" in known else base for alias in node.names}
    return (found & known) - {module}


def room(module: str, root: Path) -> str:
    """The room of a module: its folder; a folder is of itself."""
    if module in ROOMS or (root / module.replace(".", "/")).is_dir():
        return module
    return module.rpartition(".")[0]


def wrong_arrows(root: Path) -> list[str]:
    """Every import that the table does not allow, as `module -> module`."""
    return [
        f"{module} -> {one}"
        for module, found in imports(root).items()
        for one in sorted(found)
        if (here := room(module, root)) != (there := room(one, root)) and there not in ROOMS.get(here, set())
    ]


def circle(root: Path) -> list[str]:
    """The modules of a circle of imports, or nothing where there is none."""
    try:
        tuple(TopologicalSorter(imports(root)).static_order())
    except CycleError as error:
        return list(error.args[1])
    return []
