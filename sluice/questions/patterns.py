"""What may be looked for in a text: what Athena's engine (Joni for regular expressions) and DuckDB (RE2) find alike."""

from __future__ import annotations

import re

from sqlglot import exp

_CLASS = r"\\[pP]\{[A-Z][a-z]?\}"  # of letters, by their general category
_ESCAPED = rf"\\[^A-Za-z0-9\s]|\\[tnr]|\\x[0-9A-Fa-f]{{2}}|{_CLASS}"
_SET = rf"\[\^?(?:{_ESCAPED}|&(?!&)|[^\[\]\\&])+\]"
_REPEAT = r"(?:[*+?]|\{[0-9]+(?:,[0-9]*)?\})\??(?![*+?{])"
_TOKEN = rf"{_ESCAPED}|\\[Az]|{_SET}|\((?:\?i?:|\?i\)|(?!\?))|\)|\^|\$|\||\.|[^\\\[\]\(\)\{{\}}*+?^$|.]"
_ALIKE = re.compile(rf"(?:(?:{_TOKEN})(?:{_REPEAT})?)*")
_END = re.compile(rf"{_ESCAPED}|{_SET}|(\$)", re.DOTALL)


def fault(node: exp.Expr) -> str | None:
    """Why the two engines would not, or not surely, match alike, and what to write."""
    parts = list(node.expression.flatten()) if isinstance(node.expression, exp.DPipe) else [node.expression]
    if not all(isinstance(one, exp.Literal) or _is_ours(one) for one in parts):
        return "the pattern has to be a text: the two engines do not read all patterns alike"
    pattern = "".join("x" if _is_ours(one) else one.name for one in parts)
    if not _ALIKE.fullmatch(pattern):
        return (
            r"the two engines read this pattern differently (\d, \w, \s and \b are Unicode's on Athena alone; DuckDB has no "
            r"look-around and no references); write sets, for example [0-9] or [\p{L}\p{N}_]"
        )
    if not isinstance(node, exp.RegexpLike) and any(found[1] for found in _END.finditer(pattern)):
        return r"on Athena $ is also before a last line break; write \z"
    if isinstance(node, exp.RegexpReplace) and _finds_nothing(pattern):
        return "the pattern matches the empty text, which the engines replace at different places; write + for *"
    return None


def for_matching(pattern: str) -> str:
    """The pattern for DuckDB, to ask only whether it matches: `$` is also before a last line break."""
    return _END.sub(lambda found: r"(?:\n?\z)" if found[1] else found[0], pattern)


def path_fault(node: exp.Expr) -> str | None:
    """What Trino's path of JSON cannot have: anything but keys and numbers."""
    parts = node.expression.expressions if isinstance(node.expression, exp.JSONPath) else []
    others = [one for one in parts[1:] if not (isinstance(one, exp.JSONPathKey) and isinstance(one.this, str))]
    if all(isinstance(one, exp.JSONPathSubscript) and isinstance(one.this, int) and one.this >= 0 for one in others):
        return None
    return 'Athena\'s paths have keys and numbers alone; write $.a.b, $["a b"] or $.a[0]'


def search_fault(node: exp.Expr) -> str | None:
    """What replace may not look for: Trino finds an empty text before, between and after all characters."""
    is_written = isinstance(node.expression, exp.Literal) and node.expression.name
    return None if is_written else "the text that is looked for has to be written out, and not empty"


def _is_ours(node: exp.Expr) -> bool:
    """Whether this is a pattern that we write ourselves: the names of a tenant's sites."""
    return isinstance(node, exp.Placeholder) and node.name == "sites"


def _finds_nothing(pattern: str) -> bool:
    """Whether the pattern matches an empty text, and that not only at the beginning."""
    outer = re.sub(rf"{_ESCAPED}|{_SET}", "x", pattern)
    while (shorter := re.sub(r"\([^()]*\)", "", outer)) != outer:
        outer = shorter
    return not (outer.startswith("^") and "|" not in outer) and _matches_nothing(pattern)


def _matches_nothing(pattern: str) -> bool:
    return re.search(re.sub(_CLASS, "x", pattern).replace(r"\z", r"\Z"), "") is not None
