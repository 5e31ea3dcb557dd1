"""A statement with its execution parameters in place of the `?`, as Athena reads it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot.tokenizer_core import TokenType

from sluice.questions import dialect


def bound(sql: str, parameters: Sequence[str]) -> str:
    """The statement with its parameters, of which none is left over."""
    written, at, left = "", 0, iter(parameters)
    for token in dialect.tokenize(sql):
        if token.token_type == TokenType.PLACEHOLDER:
            written += sql[at : token.start] + next(left)
            at = token.end + 1
    assert not list(left)
    return written + sql[at:]
