"""One dialect of SQL, Athena's: parsed, refused where it is more than a question, and written for DuckDB.

DuckDB has to give Trino's answer. What sqlglot does not translate is adapted here, mostly by a macro; the linter
refuses what cannot be adapted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, pairwise

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ErrorLevel, ParseError, TokenError
from sqlglot.tokenizer_core import Token, TokenType

from chalicelib.access_logs.fields import OF_ACCESS
from chalicelib.lake.refusals import OF_REJECTED
from sluice.errors import SluiceError
from sluice.questions import patterns
from sluice.questions.macros import MACRO_OF, NAMED

EVENTS = "events"
ACCESS = "access"  # the lines of the access logs, on Athena a table next to the tenant's
REFUSALS = "refusals"  # the lines of what was refused, there the same
TABLE = re.compile(r"[a-z][a-z0-9_]{0,59}")
_WEEKDAY = {"DOW", "DAYOFWEEK", "DAY_OF_WEEK"}
BY_HAND = "TABLE_NAME"  # in texts for pasting
Value = str | int | float

CASTS = {
    **dict.fromkeys(exp.DataType.SIGNED_INTEGER_TYPES, "athena_integer"),
    **{exp.DType.DOUBLE: "athena_double", exp.DType.VARCHAR: "athena_text", exp.DType.DATE: "athena_date"},
}
_OVERLOADED = {"athena_add", "athena_date_trunc", "athena_sequence"}
_AGGREGATES = {"arg_min_null", "arg_max_null"}
_MOMENTS = {"timestamp", "servertimestamp", "stamp"}  # columns of texts that we write, each a moment
_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Paren, exp.Neg)
_ATHENA = Dialect.get_or_raise("athena")
_STARTS = {TokenType.SELECT, TokenType.WITH, TokenType.L_PAREN}
_ONLY = "only one SELECT (or WITH … SELECT) can be asked"
_WRITES = (exp.DDL, exp.DML, exp.Drop, exp.Alter, exp.Copy, exp.Command, exp.Into, exp.Lock)


class QueryError(SluiceError):
    """A question that cannot be asked; the message says in one line what is wrong, and where."""


def parse(sql: str) -> exp.Query:
    """The one SELECT that the text is, placeholders as `:name`; QueryError for anything else."""
    return _parsed(sql).copy()


@lru_cache(256)
def _parsed(sql: str) -> exp.Query:
    tokens = tokenize(sql)
    if not tokens or tokens[0].token_type not in _STARTS:
        raise QueryError(f"line 1: {_ONLY}")
    if stop := next((token for token in tokens if token.token_type == TokenType.SEMICOLON), None):
        raise QueryError(f"line {stop.line}, column {stop.col}: {_ONLY}; behind the ; a second statement begins")
    try:
        (tree,) = _ATHENA.parser(error_level=ErrorLevel.IMMEDIATE).parse(tokens, sql)
    except ParseError as error:
        raise QueryError(_message(error)) from None
    return _question(tree.transform(_at_zone) if tree else tree)


class _Line(dict[str, int]):
    """The line of a node, which its copies share: copying its whole place took half the time of a copy."""

    def __deepcopy__(self, _: object) -> _Line:
        return self


def to_duckdb(query: exp.Query) -> str:
    """The question for DuckDB with `$name` parameters, for a connection with `MACROS` in the zone UTC."""
    tree = query.copy()
    _refuse_files(tree)
    for table in tree.find_all(exp.CTE):
        # Else what is read twice is worked out as a whole first: each use then reads only its own rows and columns.
        table.set("materialized", False)
    for node in reversed(list(tree.walk())):  # children first, so that one adapted node may be within another
        adapted = _adapt(node)
        if adapted is not node:
            node.replace(adapted)
    return tree.sql("duckdb", comments=False, copy=False)


def identifier(table: str) -> exp.Identifier:
    """The name of a table; QueryError for what is none."""
    if table != BY_HAND and not TABLE.fullmatch(table):
        raise QueryError(f"{table!r} is not a valid table name: lower case, digits and _, a letter first, 60 at most")
    return exp.to_identifier(table)


def on_table(query: exp.Query, table: str) -> exp.Query:
    """The question asked of a tenant's table instead of `events`, and of those next to it for `access` and `refusals`."""
    ends = {ACCESS: OF_ACCESS, REFUSALS: OF_REJECTED}
    names = {EVENTS: identifier(table), **{name: exp.to_identifier(f"{table}{end}") for name, end in ends.items()}}
    tree = query.copy()
    for node in reads(tree):
        name = node.name.lower()
        if name in names and not node.db:
            node.set("alias", node.args.get("alias") or exp.TableAlias(this=exp.to_identifier(name)))
            node.set("this", names[name].copy())
    return tree


def reads(query: exp.Expr) -> list[exp.Table]:
    """Every mention of a table that the question does not define itself."""
    own = {cte.alias.lower() for cte in query.find_all(exp.CTE)}
    return [table for table in query.find_all(exp.Table) if table.db or table.name.lower() not in own]


def placeholders(query: exp.Expr) -> set[str]:
    """The names of the values that the question asks for."""
    return {node.name for node in query.find_all(exp.Placeholder)}


def terms(node: exp.Expr) -> list[exp.Expr]:
    """What arithmetic is made of."""
    parts = [term for child in node.iter_expressions() for term in terms(child)]
    return parts if isinstance(node, _ARITHMETIC) else [node]


def is_double(node: exp.Expr) -> bool:
    """Whether the arithmetic is a DOUBLE's without a doubt: of a number with an exponent, or of a cast."""
    casts = any(one.args["to"].this == exp.DType.DOUBLE for one in terms(node) if isinstance(one, exp.Cast))
    return casts or any(one.is_number and "e" in one.name.lower() for one in terms(node))


def line_of(node: exp.Expr) -> int:
    """The node's line, or a line of its SELECT; 1 if neither is known."""
    around = chain(node.walk(), (node.parent_select or node.root()).walk())
    return next((int(one.meta["line"]) for one in around if "line" in one.meta), 1)


def tokenize(sql: str) -> list[Token]:
    """The tokens of the text without its closing semicolon; a placeholder may have a keyword's name, as `:from` does."""
    try:
        tokens: list[Token] = _ATHENA.tokenize(sql)
    except TokenError as error:
        raise QueryError(f"invalid SQL: {str(error).splitlines()[0]}; is a quote missing?") from None
    for _, name in marks(tokens):
        name.token_type = TokenType.VAR
    return tokens[:-1] if tokens and tokens[-1].token_type == TokenType.SEMICOLON else tokens


def marks(tokens: Sequence[Token]) -> Iterator[tuple[Token, Token]]:
    """Each placeholder's colon and name. Athena's SQL has no other colon; a colon in a text is not a token."""
    for colon, name in pairwise(tokens):
        if colon.token_type == TokenType.COLON and name.text.isidentifier():
            yield colon, name


def _question(tree: exp.Expr | None) -> exp.Query:
    query = tree.unnest() if isinstance(tree, exp.Subquery) else tree
    if not isinstance(query, exp.Select | exp.SetOperation):
        raise QueryError(f"line 1: {_ONLY}")
    for node in query.walk():
        if node._meta and "line" in node._meta:
            node._meta = _Line(line=node._meta["line"])
        if isinstance(node, _WRITES):
            raise QueryError(f"line {line_of(node)}: {_ONLY}; {node.key.upper()} is more than a question")
    return query


def _at_zone(node: exp.Expr) -> exp.Expr:
    """What sqlglot writes for Athena where it read AT TIME ZONE is a function to it when it reads that again."""
    is_function = isinstance(node, exp.Anonymous) and node.name.lower() == "at_timezone" and len(node.expressions) == 2
    return exp.AtTimeZone(this=node.expressions[0], zone=node.expressions[1]) if is_function else node


def _message(error: ParseError) -> str:
    at = error.errors[0]
    # The parser names its own class for what is missing: <class 'sqlglot.expressions.query.Limit'>.
    said = re.sub(
        r"Required keyword: '\w+' missing for <class '[\w.]*?(\w+)'>",
        lambda found: f"something is missing behind {found[1].upper()}",
        at["description"],
    )
    return f"line {at['line']}, column {at['col']}: {said}, at {(at['start_context'] + at['highlight'])[-40:]!r}"


def _refuse_files(tree: exp.Expr) -> None:
    """Refuse a function or a table that Athena does not have: DuckDB would read files by them."""
    for function in tree.find_all(exp.Anonymous, exp.ReadCSV, exp.ReadParquet):
        if function.name.lower() not in NAMED:
            raise QueryError(
                f"line {line_of(function)}: {function.name or function.key} is not a function that questions may call"
            )
    for table in reads(tree):
        if table.db or not TABLE.fullmatch(table.name.lower()):
            raise QueryError(f"line {line_of(table)}: {table.sql()} is not a table; use only `{EVENTS}`")


def _adapt(node: exp.Expr) -> exp.Expr:
    """What to write for DuckDB in the node's place; the node itself where both agree."""
    if adapt := next((ADAPTED[kind] for kind in type(node).__mro__ if kind in ADAPTED), None):
        return adapt(node)
    if type(node) in MACRO_OF and not _is_emptied(node):
        name, parts = MACRO_OF[type(node)]
        return _macro_call(name, *(node.args[part] for part in parts if node.args.get(part) is not None))
    return node


def _call(name: str, *arguments: exp.Expr) -> exp.Func:
    given = [exp.Literal.string(one.name.lower()) if isinstance(one, exp.Var) else one.copy() for one in arguments]
    return (exp.AnonymousAggFunc if name in _AGGREGATES else exp.Anonymous)(this=name, expressions=given)


def _macro_call(name: str, *arguments: exp.Expr) -> exp.Func:
    is_late = name in _OVERLOADED and any(one.find(exp.AggFunc, exp.Window) for one in arguments)
    return (_late if is_late else _call)(name, *arguments)


def _late(name: str, *arguments: exp.Expr) -> exp.Func:
    """The macro's overload chosen by what a box holds: of an aggregate DuckDB knows no type when it looks for one."""
    fields = [exp.column(part, "it") for _, part in zip(arguments, "abc", strict=False)]
    each = exp.Lambda(this=_call(name, *fields), expressions=[exp.to_identifier("it")])
    boxes = _call("list_value", _call("athena_box", *arguments))
    return _call("list_extract", _call("list_transform", boxes, each), exp.Literal.number(1))


def _divided(node: exp.Expr) -> exp.Expr:
    """A division of integers truncates. The boxes cost six times a division: not where a DOUBLE is sure."""
    return node if is_double(node) else _late("athena_divide", node.this, node.expression)


def _cast(node: exp.Expr) -> exp.Expr:
    name = CASTS.get(node.args["to"].this)
    strict = [] if name == "athena_text" else [exp.convert(not isinstance(node, exp.TryCast))]
    if name:
        node.set("this", _call(name, node.this, *strict))
    return node


def _scalar(node: exp.Expr) -> exp.Expr:
    """sqlglot writes a path that is a literal as DuckDB reads it; one that is put together waits for its parts."""
    path = node.expression
    is_known = isinstance(path, exp.JSONPath)
    return _call("athena_json_scalar", node.this, path if is_known else _call("athena_json_path", path))


def _moved(node: exp.Expr) -> exp.Expr:
    """A date stays a date when days are added to it."""
    left, right = node.this, node.expression
    if isinstance(node, exp.DateAdd):
        right = exp.Interval(this=exp.Paren(this=right.copy()), unit=node.args["unit"].copy())
    if isinstance(left, exp.Interval):
        left, right = right, left
    if not isinstance(right, exp.Interval):
        return node
    return _macro_call("athena_add", left, exp.Neg(this=right.copy()) if isinstance(node, exp.Sub) else right)


def _extracted(node: exp.Expr) -> exp.Expr:
    return exp.DayOfWeekIso(this=node.expression.copy()) if node.name.upper() in _WEEKDAY else node


def _is_emptied(node: exp.Expr) -> bool:
    """Whether NULLIF makes DuckDB's '' for what was not found the NULL that it is: 25 times as fast as the macro."""
    above = node.parent
    if not (isinstance(node, exp.RegexpExtract) and isinstance(above, exp.Nullif)):
        return False
    return above.this is node and bool(above.expression == exp.Literal.string(""))


def _counted(node: exp.Expr) -> exp.Expr:
    """DuckDB's count_if of no rows is NULL."""
    return exp.Count(this=exp.case().when(node.this, 1))


def _moment(node: exp.Expr) -> exp.Expr:
    """DuckDB also reads what is not ISO 8601, and microseconds; to look takes longer than to read."""
    is_ours = isinstance(node.this, exp.Column) and node.this.name.lower() in _MOMENTS
    return node if is_ours else _call("athena_moment", node.this)


def _matched(node: exp.Expr) -> exp.Expr:
    if isinstance(node.expression, exp.Literal):
        node.set("expression", exp.Literal.string(patterns.for_matching(node.expression.name)))
    return node


def _replaced(node: exp.Expr) -> exp.Expr:
    r"""A group of Java's, `$1`, is `\1` to DuckDB."""
    if node.args.get("replacement") is not None:
        text = re.sub(r"\\(.)|\$(\d)", lambda found: found[1] or rf"\{found[2]}", node.args["replacement"].name)
        node.set("replacement", exp.Literal.string(text))
    return node


ADAPTED: dict[type[exp.Expr], Callable[[exp.Expr], exp.Expr]] = {
    **{exp.Div: _divided, exp.Cast: _cast, exp.DateAdd: _moved, exp.Add: _moved, exp.Sub: _moved},
    **{exp.JSONExtractScalar: _scalar, exp.Extract: _extracted, exp.RegexpReplace: _replaced},
    **{exp.RegexpLike: _matched, exp.CountIf: _counted, exp.FromISO8601Timestamp: _moment},
}
