"""The library of questions: one SQL file each, its header, its parameters, and the relations that it reads."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cached_property
from itertools import starmap
from pathlib import Path
from textwrap import wrap
from typing import Protocol

from sqlglot import exp

from sluice.questions.days import Days, UnknownZone
from sluice.questions.dialect import (
    BY_HAND,
    EVENTS,
    QueryError,
    Value,
    identifier,
    on_table,
    parse,
    placeholders,
    reads,
)
from sluice.questions.statement import literal

PACKAGED = Path(__file__).parent / "sql"
FOLDER = Path("sql")  # the project's own, over those
ASKED = "asked_events"
# A function of the library's own, by what it stands for: the same wherever it is called.
SHOWN = "shown_page"
_SHOWN = r"""
    regexp_replace(
        regexp_replace(
            CASE
                WHEN :sites <> '' AND regexp_like(page, '^(?i:https?://(?:www\.)?(?:' || :sites || '))(?::[0-9]+)?(?:[/?]|$)')
                THEN regexp_replace(regexp_replace(page, '^[^/]*//[^/?]*', ''), '^(\?|$)', '/$1')
                ELSE page
            END,
            '^([^?]*/)index\.html(\?.*)?$', '$1$2'
        ),
        '^((?:[A-Za-z][A-Za-z0-9+.-]*://[^/?]*)?/[^?]*[^/?])/+(\?.*)?$', '$1$2'
    )
"""
TYPES = ("text", "integer", "number", "list")
BOTS = ("exclude", "include", "only")
_EXAMPLE = Days(date(2026, 11, 1), date(2026, 11, 30))
BUILT_IN = {*_EXAMPLE.placeholders(), "bots", "sites"}  # placeholders that need no header
MAX_INTEGER = 2**53
_HEADER = re.compile(r"--\s*(title|answers|param):[ \t]*(.*)")
_PARAM = re.compile(r"([a-z][a-z0-9_]*) +([a-z]+)(?: *=(.*))?")
_INTEGER = re.compile(r"[+-]?[0-9]{1,16}")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,2})?")
_GOAL = ("name", "eventtype", "page", "nested_key", "plain_key", "value")
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


class Goal(Protocol):
    """What counts as reached: events of this type, on a page that matches this pattern; None matches any.

    `value` is what the event's metadata has to have under `key`.
    """

    @property
    def name(self) -> str: ...
    @property
    def event_type(self) -> str | None: ...
    @property
    def page(self) -> str | None: ...
    @property
    def key(self) -> str | None: ...
    @property
    def value(self) -> str | None: ...


@dataclass(frozen=True)
class NamedGoal:
    """A goal as it is."""

    name: str
    event_type: str | None = None
    page: str | None = None
    key: str | None = None
    value: str | None = None


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
        goals: Sequence[Goal] = (),
        tenants: Mapping[str, str] | None = None,
        sites: Sequence[str] = (),
    ) -> Prepared:
        """The question, or a text of SQL, ready to be asked of these days; QueryError for a wrong parameter or SQL."""
        sql = query if isinstance(query, str) else query.sql
        expression = self.whole(parse(sql), goals, tenants or {})
        return Prepared(expression, values(query, given, placeholders(expression), days, sites))

    def whole(self, query: exp.Query, goals: Sequence[Goal], tenants: Mapping[str, str]) -> exp.Query:
        """The question behind the relations that it names, each before those that name it.

        Where it names `events` itself, it reads those of its days: its relations need the days on either side as well.
        """
        for table in reads(query):
            if table.name.lower() == EVENTS and not table.db:
                table.set("alias", table.args.get("alias") or exp.TableAlias(this=exp.to_identifier(EVENTS)))
                table.set("this", exp.to_identifier(ASKED))
        made = {"goals": lambda: goals_relation(goals), "tenants": lambda: tenants_relation(tenants)}
        found: dict[str, exp.Query] = {}
        self._gather(query, made, found, ())
        if found:
            clause = query.args.get("with_") or exp.With()
            tables = [
                exp.CTE(this=one, alias=exp.TableAlias(this=exp.to_identifier(name))) for name, one in found.items()
            ]
            clause.set("expressions", [*tables, *clause.expressions])
            query.set("with_", clause)
        for call in [node for node in query.find_all(exp.Anonymous) if node.name.lower() == SHOWN]:
            call.replace(_shown(call.expressions[0]))
        return query

    def _gather(
        self,
        query: exp.Query,
        made: Mapping[str, Callable[[], exp.Query]],
        found: dict[str, exp.Query],
        above: tuple[str, ...],
    ) -> None:
        for name in dict.fromkeys(table.name.lower() for table in reads(query) if not table.db):
            if name in above:
                raise QueryError(f"the relations stand on each other: {' -> '.join([*above, name])}")
            if name in found or name not in self.relations.keys() | made.keys():
                continue
            relation = made[name]() if name in made else parse(self.relations[name])
            self._gather(relation, made, found, (*above, name))
            found[name] = relation


def read(name: str, sql: str) -> Query:
    """The question with what its header's lines say; QueryError for a bad param line."""
    lines = [found.groups() for line in sql.splitlines() if (found := _HEADER.match(line))]
    texts = {key: " ".join(text.strip() for kind, text in lines if kind == key) for key in ("title", "answers")}
    return Query(name, sql, **texts, params=tuple(_param(name, text) for kind, text in lines if kind == "param"))


def values(
    query: Query | str, given: Mapping[str, str], asked: Collection[str], days: Days, sites: Sequence[str] = ()
) -> dict[str, Value]:
    """The value of each placeholder that is asked for; QueryError for a wrong parameter, or where the last day comes first."""
    if days.since > days.until:
        raise QueryError(f"the first day, {days.since}, is after the last, {days.until}")
    try:
        built_in = {**days.placeholders(), "sites": "|".join(re.escape(site.removeprefix("www.")) for site in sites)}
    except UnknownZone as error:
        raise QueryError(str(error)) from None
    return _values(read("your SQL", query) if isinstance(query, str) else query, given, set(asked), built_in)


def goals_relation(goals: Sequence[Goal]) -> exp.Query:
    """The goals as rows. page is a pattern of LIKE with `\\` before what it takes as written; the rest is of the metadata."""
    columns = [exp.column(name) for name in _GOAL]
    if not goals:
        return exp.select(*(exp.alias_(_text(None), name) for name in _GOAL)).where(exp.false())
    rows = [exp.Tuple(expressions=[*map(_text, _goal(goal))]) for goal in goals]
    alias = exp.TableAlias(this=exp.to_identifier("goal"), columns=[exp.to_identifier(name) for name in _GOAL])
    return exp.select(*columns).from_(exp.Values(expressions=rows, alias=alias))


def _goal(goal: Goal) -> tuple[str | None, ...]:
    """A goal's row: a key of the metadata is looked for as a key within a key, and as one with a dot in its name."""
    parts = None if goal.key is None else goal.key.split(".")
    paths = (None, None) if parts is None else ("$" + "".join(f'["{part}"]' for part in parts), f'$["{goal.key}"]')
    return (goal.name, goal.event_type, like(goal.page), *paths, goal.value)


def _shown(page: exp.Expr) -> exp.Expr:
    """What `shown_page` stands for, of this page."""
    made = parse(f"SELECT {_SHOWN}").selects[0]
    for column in list(made.find_all(exp.Column)):
        column.replace(page.copy())
    return made


def like(pattern: str | None) -> str | None:
    """LIKE's pattern for one with `*`; every other character matches itself."""
    return None if pattern is None else re.sub(r"[\\%_]", r"\\\g<0>", pattern).replace("*", "%")


def tenants_relation(tenants: Mapping[str, str]) -> exp.Query:
    """Each tenant's table behind a first column with the tenant's name."""
    if not tenants:
        raise QueryError("this query asks every tenant, and there is none")
    first, *others = starmap(_tenant, tenants.items())
    return exp.union(first, *others, distinct=False) if others else first


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
    whole = library.whole(parse(query.sql), [NamedGoal("signup", "signup")], {BY_HAND: BY_HAND})
    required = {param.name: "" for param in query.params if param.default is None}
    values = _values(query, required, placeholders(whole), {**_EXAMPLE.placeholders(), "sites": ""})
    for node in list(whole.find_all(exp.Placeholder)):
        node.replace(literal(values[node.name]))
    return on_table(whole, BY_HAND).sql("athena", pretty=True, comments=False)


def examples(library: Library) -> str:
    """The whole of sql/example-queries.sql: each question's title and what it answers, and its SQL."""
    asked = [library.get(name) for name in library.names()]
    texts = [f"-- {one.title}\n{_commented(one.answers)}\n{example(library, one)};\n" for one in asked]
    return "\n".join([_commented(_PREFACE) + "\n", *texts])


def _tenant(name: str, table: str) -> exp.Select:
    tenant = exp.alias_(exp.Literal.string(name), "tenant")
    every = exp.Column(this=exp.Star(), table=exp.to_identifier("t"))
    return exp.select(tenant, every).from_(
        exp.Table(this=identifier(table), alias=exp.TableAlias(this=exp.to_identifier("t")))
    )


def _text(value: str | None) -> exp.Expr:
    return exp.cast(exp.null() if value is None else exp.Literal.string(value), "varchar")


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
