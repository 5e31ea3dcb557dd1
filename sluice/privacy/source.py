"""Names that the code writes where no type has them: read from its source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
_EVENT = re.compile(r"const event = \{(?P<event>.*?)\n    \};", re.DOTALL)
_NAME = re.compile(r"^ {6}(\w+)(?:: \{ (?P<inner>.*) \})?[:,]", re.MULTILINE)
_KEY = re.compile(r"(?:^|[{,])\s*(\w+)")
# An object that is given to `auto`, at once or later.
_METADATA = re.compile(r"(?:auto|\(view\))\(\"\w+\", \{([^}]*)\}|const metadata = \{([^}]*)\}")
_STORED = re.compile(r"\b(?:local|session)Storage\.\w+")


class Unknown(ValueError):
    """Source of a shape that this module does not know; the message says where, and what to do."""


@cache
def tree(file: str) -> ast.Module:
    """A module's syntax; the file is named from the project's folder."""
    return ast.parse((ROOT / file).read_text(encoding="utf-8"))


def function(file: str, name: str) -> ast.FunctionDef:
    """The first function of this name in the file, also within a class; raises Unknown where there is none."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return node
    raise Unknown(f"{file} has no function {name}; name the one that writes these fields in sluice/privacy/emitted.py")


def keys(file: str, name: str) -> set[str]:
    """The words that are keys of a dictionary in this function."""
    found = (node for node in ast.walk(function(file, name)) if isinstance(node, ast.Dict))
    named = (key for node in found for key in node.keys if isinstance(key, ast.Constant))
    return {key.value for key in named if isinstance(key.value, str)}


def attributes(file: str, name: str) -> set[str]:
    """The annotated names of this class."""
    for node in tree(file).body:
        if isinstance(node, ast.ClassDef) and node.name == name:
            return {ast.unparse(one.target) for one in node.body if isinstance(one, ast.AnnAssign)}
    raise Unknown(f"{file} has no class {name}; name the one that has these fields in sluice/privacy/emitted.py")


def written(file: str, name: str) -> set[str]:
    """What is written by each `self._KIND.write(connection, answer, WORDS…)` of this function, as `KIND.WORD`."""
    made = set()
    for node in ast.walk(function(file, name)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "write":
            kind = ast.unparse(node.func.value).rpartition("_")[2]
            made |= {f"{kind}.{_called(word)}" for word in node.args[2:]}
    return made


def said(spreads: Mapping[str, set[str]]) -> set[str]:
    """The names of what any `logs.job(…)` of the code says; `spreads` has those of its `**` by their file and text.

    Raises Unknown for a `**` that is not among them.
    """
    found: set[str] = set()
    for file, call in _jobs():
        for keyword in call.keywords:
            spread = f"{file} **{ast.unparse(keyword.value)}"
            if keyword.arg is None and spread not in spreads:
                raise Unknown(
                    f"{file}:{call.lineno} logs {spread.partition(' ')[2]}; say in sluice/privacy/emitted.py what its fields are"
                )
            found |= spreads[spread] if keyword.arg is None else {keyword.arg}
    return found


def client() -> set[str]:
    """What the browser client puts into an event, into the metadata of those that it sends by itself, and into the browser."""
    core, actions = ((ROOT / "client" / name).read_text(encoding="utf-8") for name in ("core.js", "actions.js"))
    event = _EVENT.search(core)
    if event is None:
        raise Unknown(
            "client/core.js makes its event in another way; sluice/privacy/source.py reads `const event = {…}`"
        )
    sent = {"bucket"}
    for name, inner in _NAME.findall(event["event"]):
        sent |= {f"{name}.{leaf}" for leaf in _KEY.findall(inner)} if inner else {name}
    found = {name for one in _METADATA.findall(actions) for name in _KEY.findall("".join(one))}
    metadata = {"variant"} & set(re.findall(r"\w+", event["event"])) | found
    return (sent - {"metadata"}) | {f"metadata.{name}" for name in metadata} | set(_STORED.findall(core + actions))


def _jobs() -> Iterator[tuple[str, ast.Call]]:
    for path in [
        ROOT / "app.py",
        *sorted((ROOT / "chalicelib").rglob("*.py")),
        *sorted((ROOT / "sluice").rglob("*.py")),
    ]:
        file = str(path.relative_to(ROOT))
        if "logs.job(" in path.read_text(encoding="utf-8"):
            calls = (node for node in ast.walk(tree(file)) if isinstance(node, ast.Call))
            yield from ((file, call) for call in calls if ast.unparse(call.func) == "logs.job")


def _called(word: ast.expr) -> str:
    called = word.func if isinstance(word, ast.Call) else word
    return ast.unparse(called).rpartition(".")[2]
