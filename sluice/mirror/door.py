"""The sizes of a person's own SQL: refused before sqlglot and DuckDB take long over it, or more memory than there is."""

from __future__ import annotations

from sqlglot import exp
from sqlglot.tokenizer_core import TokenType

from sluice.mirror.guard import definition
from sluice.questions import dialect
from sluice.questions.dialect import QueryError

# Ten times what the longest of the library's questions has; sqlglot takes a second for so much.
MAX_LETTERS, MAX_TOKENS, MAX_NODES = 50_000, 10_000, 8_000
# sqlglot calls itself some ten times for each bracket, and Python ends that at a thousand.
MAX_DEPTH = 40
# Tables that are read once each WITH is written out wherever it is named, as DuckDB and Athena do.
MAX_READS = 500
_OPEN = {TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE, TokenType.CASE}
_SHUT = {TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE, TokenType.END}


def refuse_long(sql: str) -> None:
    """Refuse a text that need not even be sent to be parsed."""
    _refuse("letters", len(sql), MAX_LETTERS)


def parsed(sql: str) -> exp.Query:
    """The person's question; QueryError where it is none, or too large."""
    tokens = dialect.tokenize(sql)
    _refuse("words", len(tokens), MAX_TOKENS)
    depth = deepest = 0
    for token in tokens:
        depth += (token.token_type in _OPEN) - (token.token_type in _SHUT)
        deepest = max(deepest, depth)
    _refuse("brackets within each other", deepest, MAX_DEPTH)
    query = dialect.parse(sql)
    _refuse("parts", sum(1 for _ in query.walk()), MAX_NODES)
    _refuse("tables, with each WITH written out where it is named,", reads(query), MAX_READS)
    return query


def reads(query: exp.Query) -> int:
    """How many tables the question reads with every WITH written out."""
    known: dict[int, int] = {}

    def all_of(node: exp.Expr) -> int:
        return sum(of(table) for table in node.find_all(exp.Table))

    def of(table: exp.Table) -> int:
        cte = definition(table)
        if cte is None:
            return 1
        if id(cte) not in known:
            known[id(cte)] = 1  # what a recursion reads of itself
            known[id(cte)] = max(1, all_of(cte.this))
        return known[id(cte)]

    return all_of(query)


def _refuse(what: str, number: int, most: int) -> None:
    if number > most:
        raise QueryError(f"your SQL has {number:,} {what} and {most:,} are the most; ask a shorter question")
