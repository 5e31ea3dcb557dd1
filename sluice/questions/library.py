"""The library of questions: one SQL file each, its header, its parameters, and the relations that it reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from textwrap import wrap

from sqlglot import exp

from chalicelib.lake.days import Days, UnknownZone
from sluice.questions import counting, made
from sluice.questions.dialect import (
    BY_HAND,
    EVENTS,
    QueryError,
    Value,
    on_table,
    parse,
    placeholders,
    reads,
)
from sluice.questions.statement import literal

PACKAGED = Path(__file__).parent / "sql"
OF_LOGS = Path(__file__).parent / "logs"  # questions to the service's own log, apart from those to a tenant
FOLDER = Path("sql")  # the project's own, over those
ASKED = "asked_events"
TYPES = ("text", "integer", "number", "list")
BOTS = ("exclude", "include", "only")
_EXAMPLE = Days(date(2026, 11, 1), date(2026, 11, 30))
BUILT_IN = {*_EXAMPLE.placeholders(), "bots"}  # placeholders that need no header
MAX_INTEGER = 2**53
_HEADER = re.compile(r"--\s*(title|answers|param):[ \t]*(.*)")
_PARAM = re.compile(r"([a-z][a-z0-9_]*) +([a-z]+)(?: *=(.*))?")
_INTEGER = re.compile(r"[+-]?[0-9]{1,16}")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,2})?")
_PREFACE = (
    "Every question of the library for pasting into Athena. Replace TABLE_NAME by the tenant's table, and the days behind "
    "BETWEEN. Written by `sluice sql examples`."
)
_NO_COLUMN = (
    *(r'Referenced column "([^"]+)" not found', r'does not have a column named "([^"]+)"'),
    *(r'Could not find key "([^"]+)" in struct', r"Column '(?:[^']*\.)?([^'.]+)' cannot be resolved"),
)
_NO_TABLE = (
    *(r"Table with name (\S+) does not exist", r'Referenced table "([^"]+)" not found'),
    r"Table '(?:[^']*\.)?([^'.]+)' does not exist",
)


@dataclass(frozen=True)
class Param:
    """A value that a question asks for, with its default as text; without one it has to be given."""

    name: str
    type: str
    default: str | None = None


@dataclass(frozen=True)
class Query:
    """One question: its SQL, and what its header says."""

    name: str
    sql: str
    title: str = ""
    answers: str = ""
    params: tuple[Param, ...] = ()


@dataclass(frozen=True)
class Prepared:
    """A question with its relations, and exactly the values that its placeholders stand for."""

    expression: exp.Query
    values: Mapping[str, Value]


class Library:
    """The questions and relations of one or more folders; the last that has a name counts."""

    def __init__(self, *folders: Path) -> None:
        self._folders = folders or (PACKAGED, FOLDER)

    def names(self) -> list[str]:
        """The names of all questions, in order."""
        return sorted(self._files("queries"))

    def get(self, name: str) -> Query:
        """The question of this name; QueryError names those that are near."""
        files = self._files("queries")
        if name not in files:
            raise QueryError(f"there is no query {name!r}; {near(name, files)}")
        return read(name, files[name].read_text(encoding="utf-8"))

    @cached_property
    def relations(self) -> dict[str, str]:
        """The SQL of each relation."""
        return {name: path.read_text(encoding="utf-8") for name, path in self._files("relations").items()}

    def _files(self, kind: str) -> dict[str, Path]:
        return {path.stem: path for folder in self._folders for path in sorted((folder / kind).glob("*.sql"))}

    def over(self, made: Mapping[str, str]) -> Library:
        """The same questions over these relations in place of the folder's own of these names."""
        other = Library(*self._folders)
        other.relations = {**self.relations, **made}
        return other

    def prepare(
        self,
        query: Query | str,
        *,
        given: Mapping[str, str],
        days: Days,
        goals: Sequence[made.Goal] = (),
        tenants: Mapping[str, str] | None = None,
        sites: Sequence[str] = (),
        has_margins: bool = False,
    ) -> Prepared:
        """The question, or a text of SQL, ready to be asked of these days; QueryError for a wrong parameter or SQL."""
        sql = query if isinstance(query, str) else query.sql
        expression = self.whole(parse(sql), goals, tenants or {}, sites, has_margins=has_margins)
        return Prepared(expression, values(query, given, placeholders(expression), days))

    def whole(
        self,
        query: exp.Query,
        goals: Sequence[made.Goal],
        tenants: Mapping[str, str],
        sites: Sequence[str] = (),
        *,
        has_margins: bool = False,
    ) -> exp.Query:
        """The question behind the relations that it names, each before those that name it; on request with its margins.

        Where it names `events` itself, it reads those of its days: its relations need the days on either side as well.
        """
        if has_margins:
            counting.add_margins(query)
        for table in reads(query):
            if table.name.lower() == EVENTS and not table.db:
                table.set("alias", table.args.get("alias") or exp.TableAlias(this=exp.to_identifier(EVENTS)))
                table.set("this", exp.to_identifier(ASKED))
        own = {
            made.GOALS: lambda: made.goals(goals),
            made.TENANTS: lambda: made.tenants(tenants),
            # Worked out as our own, also where spans are read from what is kept.
            made.CLICKS: lambda: made.clicks(parse(self._files("relations")["spans"].read_text(encoding="utf-8"))),
        }
        found: dict[str, exp.Query] = {}
        self._gather(query, own, found, ())
        if found:
            clause = query.args.get("with_") or exp.With()
            tables = [
                exp.CTE(this=one, alias=exp.TableAlias(this=exp.to_identifier(name))) for name, one in found.items()
            ]
            clause.set("expressions", [*tables, *clause.expressions])
            query.set("with_", clause)
        made.show_pages(query, sites)
        counting.write_out(query)
        return query

    def _gather(
        self,
        query: exp.Query,
        own: Mapping[str, Callable[[], exp.Query]],
        found: dict[str, exp.Query],
        above: tuple[str, ...],
    ) -> None:
        for name in dict.fromkeys(table.name.lower() for table in reads(query) if not table.db):
            if name in above:
                raise QueryError(f"the relations stand on each other: {' -> '.join([*above, name])}")
            if name in found or name not in self.relations.keys() | own.keys():
                continue
            relation = own[name]() if name in own else parse(self.relations[name])
            self._gather(relation, own, found, (*above, name))
            found[name] = relation


def read(name: str, sql: str) -> Query:
    """The question with what its header's lines say; QueryError for a bad param line."""
    lines = [found.groups() for line in sql.splitlines() if (found := _HEADER.match(line))]
    texts = {key: " ".join(text.strip() for kind, text in lines if kind == key) for key in ("title", "answers")}
    return Query(name, sql, **texts, params=tuple(_param(name, text) for kind, text in lines if kind == "param"))


def values(query: Query | str, given: Mapping[str, str], asked: Collection[str], days: Days) -> dict[str, Value]:
    """The value of each placeholder that is asked for; QueryError for a wrong parameter, or where the last day comes first."""
    if days.since > days.until:
        raise QueryError(f"the first day, {days.since}, is after the last, {days.until}")
    try:
        built_in = days.placeholders()
    except UnknownZone as error:
        raise QueryError(str(error)) from None
    return _values(read("your SQL", query) if isinstance(query, str) else query, given, set(asked), built_in)


def explain_missing(error: str, columns: Iterable[str], tables: Iterable[str]) -> str:
    """What is near a column or a table that an engine's error says is not there; another error's first line."""
    for known, patterns in ((columns, _NO_COLUMN), (tables, _NO_TABLE)):
        for pattern in patterns:
            if found := re.search(pattern, error):
                return f"there is no {found[1]!r}; {near(found[1], known)}"
    return (error.strip().splitlines() or [""])[0]


def near(name: str, names: Iterable[str]) -> str:
    """The names that are near to this one; all of them where none is."""
    known = sorted(names)
    close = get_close_matches(name.lower(), known, cutoff=0.5)
    return f"did you mean {' or '.join(close)}?" if close else f"there are: {', '.join(known) or 'none'}"


def example(library: Library, query: Query) -> str:
    """The question as SQL for pasting into Athena: the defaults as literals, the table `TABLE_NAME`."""
    whole = library.whole(parse(query.sql), [made.NamedGoal("signup", "signup")], {BY_HAND: BY_HAND})
    required = {param.name: "" for param in query.params if param.default is None}
    values = _values(query, required, placeholders(whole), _EXAMPLE.placeholders())
    for node in list(whole.find_all(exp.Placeholder)):
        node.replace(literal(values[node.name]))
    return on_table(whole, BY_HAND).sql("athena", pretty=True, comments=False)


def examples(library: Library) -> str:
    """The whole of sql/example-queries.sql: each question's title and what it answers, and its SQL."""
    asked = [library.get(name) for name in library.names()]
    texts = [f"-- {one.title}\n{_commented(one.answers)}\n{example(library, one)};\n" for one in asked]
    return "\n".join([_commented(_PREFACE) + "\n", *texts])


def _commented(text: str) -> str:
    return "\n".join(f"-- {line}" for line in wrap(text, 117))


def _param(query: str, text: str) -> Param:
    found = _PARAM.fullmatch(text.strip())
    if not found or found[2] not in TYPES:
        raise QueryError(
            f"{query}: {text.strip()!r} is not a param; write it like: limit integer = 10 ({', '.join(TYPES)})"
        )
    param = Param(found[1], found[2], None if found[3] is None else found[3].strip())
    if param.default is not None:
        _typed(param, param.default)
    return param


def _values(query: Query, given: Mapping[str, str], asked: set[str], days: Mapping[str, str]) -> dict[str, Value]:
    """The value of each placeholder: the day's, what is given, or the default; what no header names is a text."""
    others = [Param(name, "text") for name in asked - days.keys()]
    params = {param.name: param for param in (*others, Param("bots", "text", "exclude"), *query.params)}
    for name in given:
        if name not in params:
            raise QueryError(f"{query.name} has no parameter {name!r}; {near(name, params)}")
    texts = {name: given.get(name, param.default) for name, param in params.items() if name in asked | given.keys()}
    if missing := [name for name, text in texts.items() if text is None]:
        raise QueryError(f"{query.name} needs a value: --param {missing[0]}=…")
    values = {name: _typed(params[name], text) for name, text in texts.items() if text is not None}
    return {name: value for name, value in (values | dict(days)).items() if name in asked}


def _typed(param: Param, text: str) -> Value:
    """The text as the parameter's type; QueryError says what it has to be."""
    if param.name == "bots" and text not in BOTS:
        raise QueryError(f"bots is one of {', '.join(BOTS)}, and not {text!r}")
    if param.type == "integer":
        if not _INTEGER.fullmatch(text) or abs(int(text)) > MAX_INTEGER:
            raise QueryError(f"{param.name} is a whole number of at most 2^53, and not {text!r}")
        return int(text)
    if param.type == "number":
        if not _NUMBER.fullmatch(text):
            raise QueryError(f"{param.name} must be a number like 0.5, not {text!r}")
        return float(text)
    return text
