"""The house rules for SQL: nothing that Athena and DuckDB answer otherwise, and nothing that reads more than it has to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from chalicelib.lake.columns import columns
from chalicelib.records import object_key
from chalicelib.service_logs.fields import TABLE as API_EVENTS
from sluice.questions import counting, dialect, library, macros, made, order, patterns
from sluice.questions.dialect import ACCESS, EVENTS, REFUSALS, QueryError, is_double, line_of, terms
from sluice.questions.numbers import unguarded
from sluice.questions.weighing import unweighted

SETUP = "athena-setup.sql"
# Functions that sqlglot translates to one with the same answer; each of them is run by the linter's tests.
_NAMES = """
    Abs And ApproxDistinct ApproxQuantile Array ArrayAgg ArrayFilter ArraySize Avg Case Ceil Chr Coalesce
    Concat Count CurrentDate CurrentTimestamp Date Day DayOfMonth DayOfWeekIso DayOfYear DenseRank Exists Exp
    FirstValue Floor Greatest Hour If Lag LastValue Lead Least Length Ln LogicalAnd LogicalOr Lower Max Min Minute
    Month NthValue Ntile Nullif Or PercentRank Pow Quarter Rank Replace Round RowNumber Second Sign Sqrt StartsWith
    StrPosition StrToTime Sum TimeToStr TimeToUnix Transform Unnest WeekOfYear Year YearOfWeek
"""
AGREE = tuple(getattr(exp, name) for name in _NAMES.split())
# The formats of date_format and date_parse, as sqlglot reads them: %i is M to it, %s S, %M B, %W A, %e -d, and %T three of them.
FORMATS = {"Y", "m", "d", "H", "M", "S", "B", "b", "A", "a", "-d", "f", "j", "y"}
EXACT = "DECIMAL(38, 0)"  # a sum of whole numbers overflows a bigint on Athena alone
# What keeps a question from reading every day there is: the days asked for, and in relations their partitions.
BOUNDED = tuple(f"dt between :{days}from and :{days}to" for days in ("", "dt_", "near_"))
BOUNDED_PARTS = ("concat(year, '-', month, '-', day) between :dt_from and :dt_to",)
KEPT = {exp.DType.DATE, exp.DType.TIMESTAMP, exp.DType.TIMESTAMPTZ}  # types to which both cast alike
_BOUNDS = {**dict.fromkeys((EVENTS, made.TENANTS, ACCESS, REFUSALS), BOUNDED), API_EVENTS: BOUNDED_PARTS}
_EVENTS = {column.name for column in columns()} | {"year", "month", "day", "dt"}
_SAMPLE = date(2026, 11, 9)  # for the key's shape
_CLAUSES = (
    "COMMENT",
    "PARTITIONED BY",
    "ROW FORMAT SERDE",
    "WITH SERDEPROPERTIES",
    "STORED AS",
    "LOCATION",
    "TBLPROPERTIES",
)


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a file of SQL: its line, the rule, and what to write."""

    file: str
    line: int
    rule: str
    message: str


def lint_folder(folder: Path) -> list[Finding]:
    """The findings in the queries, the relations and the setup below `sql/`."""
    files = [*sorted(folder.glob("relations/*.sql")), *sorted(folder.glob("queries/*.sql")), *folder.glob(SETUP)]
    return [
        one for file in files for one in lint(file.read_text(encoding="utf-8"), file.relative_to(folder).as_posix())
    ]


def lint(sql: str, name: str) -> list[Finding]:
    """The findings in one file, named by its path below `sql/`: what it may contain depends on the folder."""
    if name.endswith(SETUP):
        return [Finding(name, *fault) for fault in sorted(set(_setup(sql)))]
    try:
        query = dialect.parse(sql)
    except QueryError as error:
        at = re.match(r"line (\d+)", str(error))
        return [Finding(name, int(at[1]) if at else 1, "select", str(error))]
    numbers = ((line_of(node), "number", message) for node, message in unguarded(query))
    weights = ((line_of(node), "weight", message) for node, message in unweighted(sql, query))
    faults = {*_header(sql, query, name), *_asked(query), *_days(query), *numbers, *weights}
    return [Finding(name, *fault) for fault in sorted(faults)]


def differences(query: exp.Expr) -> Iterator[tuple[exp.Expr, str]]:
    """Each node for which DuckDB would not, or not surely, give Athena's answer, and what to write instead."""
    for node in query.walk():
        for kind, check in _CHECKS:
            if isinstance(node, kind) and (message := check(node)):
                yield node, message


def refuse(query: exp.Expr) -> None:
    """Raise QueryError for the first thing that DuckDB could answer otherwise."""
    for node, message in differences(query):
        raise QueryError(f"line {line_of(node)}: {message}")


_Fault = tuple[int, str, str]  # line, rule, message


def _header(sql: str, query: exp.Query, name: str) -> Iterator[_Fault]:
    """What the comment above the SELECT has to say."""
    try:
        header = library.read(name, sql)
    except QueryError as error:
        yield 1, "header", str(error)
        return
    if not (sql.startswith("-- ") if name.startswith("relations/") else header.title and header.answers):
        yield 1, "header", "say above, as comments, what it is: -- title: and -- answers: of a query"
    declared, used = {param.name for param in header.params}, dialect.placeholders(query)
    for unknown in sorted(used - declared - library.BUILT_IN):
        yield 1, "header", f":{unknown} has no line above: -- param: {unknown} text = …"
    for unused in sorted(declared - used - library.BUILT_IN):
        yield 1, "header", f"there is no :{unused} below; leave its line out"


def _asked(query: exp.Expr) -> Iterator[_Fault]:
    """What no SELECT may do, a view's neither."""
    for node, message in differences(query):
        yield line_of(node), "difference", message
    for name in query.find_all(exp.Identifier):
        if name.name.lower() == "timestamp" and not name.quoted:
            yield line_of(name), "timestamp", '"timestamp" is a type\'s name; put it in double quotes'
    for select in query.find_all(exp.Select):
        yield from _aliases(select)
        names = [table.name.lower() for table in _tables(select)]
        if any(name.endswith("_raw") for name in names) and not any(
            _says(one, "not eventid is null") for one in _conditions(select)
        ):
            yield line_of(select), "raw", "a line that is not JSON is a row of NULLs; add WHERE eventid IS NOT NULL"


def _days(query: exp.Query) -> Iterator[_Fault]:
    own = {id(table) for table in dialect.reads(query)}
    for select in query.find_all(exp.Select):
        for table in (one for one in _tables(select) if id(one) in own):
            bounds = _BOUNDS.get(table.name.lower(), ())
            if bounds and not any(_says(one, said) for one in _conditions(select) for said in bounds):
                yield line_of(table), "days", "it reads every day there is; add WHERE dt BETWEEN :from AND :to"


def _aliases(select: exp.Select) -> Iterator[_Fault]:
    """Athena knows the names that a SELECT gives only in ORDER BY; DuckDB knows them everywhere."""
    given = {one.alias.lower() for one in select.selects if isinstance(one, exp.Alias)} - _columns(select)
    parts = [*select.selects, *(select.args.get(part) or exp.Null() for part in ("where", "group", "having"))]
    for column in (found for part in parts for found in part.find_all(exp.Column)):
        if column.name.lower() in given and not column.table and column.parent_select is select:
            yield (
                line_of(column),
                "alias",
                f"Athena does not know the alias {column.name} here; repeat its expression",
            )


def _columns(select: exp.Select) -> set[str]:
    """The names that the SELECT surely reads: of the events, of a SELECT within, and those that it gives their own name."""
    within = [one for source in _sources(select) if isinstance(source, exp.Subquery) for one in source.named_selects]
    own = [one.alias for one in select.selects if one.alias in {found.name for found in one.find_all(exp.Column)}]
    events = _EVENTS if any(table.name.lower() == EVENTS for table in _tables(select)) else ()
    return {name.lower() for name in (*within, *own, *events)}


def _sources(select: exp.Select) -> list[exp.Expr]:
    sources = [select.args.get("from_"), *select.args.get("joins", [])]
    return [one.this for one in sources if one is not None]


def _tables(select: exp.Select) -> list[exp.Table]:
    return [source for source in _sources(select) if isinstance(source, exp.Table)]


def _conditions(select: exp.Select) -> list[exp.Expr]:
    where = select.args.get("where")
    return list(where.this.flatten()) if where and isinstance(where.this, exp.And) else [where.this] if where else []


def _says(condition: exp.Expr, text: str) -> bool:
    """Whether the condition is this one, of whichever table."""
    return re.sub(r'"|\w+\.', "", condition.sql("athena")).lower() == text


def _setup(sql: str) -> Iterator[_Fault]:
    """The rules for statements that make tables and views."""
    try:
        statements = [one for one in sqlglot.parse(sql, read="athena") if one is not None]
    except SqlglotError as error:
        yield 1, "statement", str(error).splitlines()[0]
        return
    for statement in statements:
        if isinstance(statement, exp.Command):
            yield line_of(statement), "statement", f"Athena may not know {statement.sql()[:60]!r}"
        elif statement.args.get("kind") == "VIEW":
            yield from _asked(statement.expression)
    for start, text in _tables_made(sql):
        yield from ((start, *fault) for fault in (*_order(text), *_projection(text)))


def _tables_made(sql: str) -> Iterator[tuple[int, str]]:
    """Each CREATE EXTERNAL TABLE without its comments, and the line on which it begins."""
    bare = re.sub(r"(?m)--.*$", "", sql)
    for found in re.finditer(r"(?is)CREATE\s+EXTERNAL\s+TABLE.*?(?:;|\Z)", bare):
        yield bare.count("\n", 0, found.start()) + 1, found[0]


def _order(statement: str) -> Iterator[tuple[str, str]]:
    """Athena takes the clauses in one order only."""
    bare = re.sub(r"'[^']*'|`[^`]*`", "''", statement)
    while "(" in (shorter := re.sub(r"\([^()]*\)", " ", bare)) and shorter != bare:
        bare = shorter
    places = {clause: re.search(clause.replace(" ", r"\s+"), shorter, re.IGNORECASE) for clause in _CLAUSES}
    found = [(place.start(), clause) for clause, place in places.items() if place]
    for (before, clause), (after, following) in pairwise(found):
        if after < before:
            yield "clause order", f"{following} comes after {clause}; the order is {', '.join(_CLAUSES)}"


def _projection(statement: str) -> Iterator[tuple[str, str]]:
    """The raw table's partitions are where the tracker puts its objects."""
    if not re.search(r"_raw`?\s*$", statement.partition("(")[0]):
        return
    expected = re.sub(r"(\w+)=\d+", r"\1=${\1}", object_key(_SAMPLE, "").rpartition("/")[0])
    template = re.search(r"'storage\.location\.template'\s*=\s*'s3://[^/']+/([^']*?)/?'", statement)
    if template is None or template[1] != expected:
        yield "projection", f"storage.location.template has to end in /{expected}/, as the objects' keys do"


def _unknown(node: exp.Expr) -> str | None:
    is_ours = isinstance(node, exp.Anonymous) and node.name.lower() in {*macros.NAMED, made.SHOWN, *counting.NAMES}
    if is_ours or isinstance(node, (*AGREE, *macros.MACRO_OF, *dialect.ADAPTED)):
        return None
    return f"{node.sql('athena').partition('(')[0].lower()} may have another answer on DuckDB than on Athena, or none"


def _unsure_cast(node: exp.Expr) -> str | None:
    if node.args["to"].this in dialect.CASTS.keys() | KEPT or _is_exact_sum(node):
        return None
    return f"a cast to {node.args['to'].sql('athena')} differs; cast to varchar, bigint, double or date"


def _is_exact_sum(node: exp.Expr) -> bool:
    """Whether a whole number becomes the DECIMAL of as many places as a sum of them may have."""
    whole = node.this
    return node.args["to"].sql("athena") == EXACT and isinstance(whole, exp.Cast) and whole.to.this == exp.DType.BIGINT


def _decimal_division(node: exp.Expr) -> str | None:
    decimals = any(one.is_number and "." in one.name and "e" not in one.name.lower() for one in terms(node))
    if not decimals or is_double(node):
        return None
    return "on Athena a DECIMAL's quotient has few places (100.0 * 1 / 3 is 33.3); write 1e2 for 100.0"


def _unsure_format(node: exp.Expr) -> str | None:
    text = node.args["format"]
    if isinstance(text, exp.Literal) and set(re.findall("%(-?.)", text.name)) <= FORMATS:
        return None
    return "the format has to be a text of %Y %m %d %H %i %s %T %M %b %W %a %e %f %j %y"


def _computed_replacement(node: exp.Expr) -> str | None:
    is_text = isinstance(node.args.get("replacement") or exp.Literal.string(""), exp.Literal)
    return None if is_text else "the replacement has to be a text: DuckDB writes groups otherwise"


def _subscript(node: exp.Expr) -> str | None:
    return (
        None if node.args.get("safe") else "past the end Athena fails and DuckDB gives NULL; write element_at(list, 1)"
    )


def _zone(node: exp.Expr) -> str | None:
    if isinstance(node.parent, exp.TimeToStr | exp.Date | exp.Hour | exp.DayOfWeekIso):
        return None
    return "a moment keeps its zone on Athena alone; take date, date_format, hour or day_of_week of it at once"


def _extra(node: exp.Expr) -> str | None:
    found = [name for name in _EXTRA[type(node)] if node.args.get(name) is not None]
    return f"{node.sql('athena')}: DuckDB has no such argument" if found else None


_EXTRA: dict[type[exp.Expr], tuple[str, ...]] = {
    **{exp.ApproxQuantile: ("weight", "error_tolerance"), exp.Split: ("limit",)},
    **{exp.ArgMin: ("count",), exp.ArgMax: ("count",), exp.UnixToTime: ("zone", "hours", "minutes")},
    **{exp.StrPosition: ("occurrence",), exp.Trim: ("position", "expression")},
}
_CHECKS: tuple[tuple[type[exp.Expr], Callable[[exp.Expr], str | None]], ...] = (
    *((exp.Func, _unknown), (exp.Cast, _unsure_cast), (exp.Div, _decimal_division), (exp.Bracket, _subscript)),
    *((exp.TimeToStr, _unsure_format), (exp.StrToTime, _unsure_format), (exp.RegexpReplace, _computed_replacement)),
    *((kind, patterns.fault) for kind in (exp.RegexpLike, exp.RegexpExtract, exp.RegexpReplace)),
    *((exp.JSONExtractScalar, patterns.path_fault), (exp.Replace, patterns.search_fault)),
    *((kind, order.fault) for kind in (exp.AnyValue, exp.ArrayAgg, exp.Window)),
    *((exp.AtTimeZone, _zone), *((kind, _extra) for kind in _EXTRA)),
)
