"""The text that Athena is sent, written for Spark: sqlglot's translation, and what it does not translate or mistakes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from hashlib import sha256

from sqlglot import exp, parse_one

from sluice.questions import dialect, statement
from sluice.questions.library import Prepared
from tests.bound import bound

_LETTERS = {"%Y": "yyyy", "%m": "MM", "%d": "dd", "%H": "HH", "%M": "mm", "%S": "ss"}


def to_spark(asked: Prepared) -> tuple[dict[str, str], str]:
    """The question for a Spark session in the zone UTC that has the functions of `answering`: its relations, and its SELECT.

    Each relation is a view that Spark works out once for all questions of the same days: its name has the digest of its SQL.
    """
    tree = dialect.parse(bound(*statement.to_athena(asked.expression, asked.values)))
    for node in reversed(list(tree.walk())):  # children first, so that one adapted node may be within another
        adapt = _ADAPTED.get(type(node))
        if adapt is not None:
            node.replace(adapt(node))
    clause = tree.args["with_"].pop() if tree.args.get("with_") else exp.With()
    relations: dict[str, str] = {}
    names: dict[str, str] = {}
    for relation in clause.expressions:
        sql = _reading(relation.this, names).sql("spark", comments=False)
        names[relation.alias] = f"{relation.alias}_{sha256(sql.encode()).hexdigest()[:12]}"
        relations[names[relation.alias]] = sql
    return relations, _reading(tree, names).sql("spark", comments=False)


def _reading(query: exp.Expr, names: Mapping[str, str]) -> exp.Expr:
    """The query with these names of relations in place of theirs."""
    for table in query.find_all(exp.Table):
        if table.name in names:
            table.set("alias", table.args.get("alias") or exp.TableAlias(this=exp.to_identifier(table.name)))
            table.set("this", exp.to_identifier(names[table.name]))
    return query


def _call(name: str, *arguments: exp.Expr) -> exp.Anonymous:
    return exp.Anonymous(this=name, expressions=[one.copy() for one in arguments])


def _spark(sql: str, **parts: exp.Expr) -> exp.Expr:
    """Spark's SQL with these parts in place of its `:name`."""
    tree = parse_one(sql, dialect="spark")
    for node in list(tree.find_all(exp.Placeholder)):
        node.replace(parts[node.name].copy())
    return tree


def _instant(node: exp.Expr) -> exp.Expr:
    """sqlglot's UNIX_TIMESTAMP has whole seconds."""
    return _spark("unix_micros(:t) / 1e6", t=node.this)


def _from_instant(node: exp.Expr) -> exp.Expr:
    """sqlglot's FROM_UNIXTIME has whole seconds; a moment has milliseconds on Athena."""
    return _spark("timestamp_millis(FLOOR(:s * 1e3 + 5e-1))", s=node.this)


def _formatted(node: exp.Expr) -> exp.Expr:
    """sqlglot leaves the letters T and Z as they are, and to Spark each is a part of a time."""
    pattern = re.sub("%[A-Za-z]|[A-Za-z]+", lambda found: _LETTERS.get(found[0], f"'{found[0]}'"), node.text("format"))
    return _call("date_format", node.this, exp.Literal.string(pattern))


def _extracted(node: exp.Expr) -> exp.Expr:
    """Where nothing matches, Spark's answer is '', and its default is the first group."""
    group = node.args.get("group") or exp.Literal.number(0)
    found = _call("regexp_extract", node.this, node.expression, group)
    return _spark("CASE WHEN :t RLIKE :p THEN :found END", t=node.this, p=node.expression, found=found)


def _named(node: exp.Expr) -> exp.Expr:
    """The same java.net.URI under another name; and a map of an aggregate, for which a key that is twice is an error."""
    if node.name.lower() == "url_extract_host":
        return _call("try_parse_url", node.expressions[0], exp.Literal.string("HOST"))
    if node.name.lower() == "map_agg":
        key, value = node.expressions
        return _spark("map_from_entries(collect_list(struct(:k AS k, :v AS v)))", k=key, v=value)
    return node


def _scalar(node: exp.Expr) -> exp.Expr:
    r"""Spark's get_json_object also gives objects and lists, writes numbers in its own way, and reads no `$["key"]`."""
    path = node.expression
    # A path that is a literal was parsed.
    written = exp.Literal.string(path.sql("athena").strip("'")) if isinstance(path, exp.JSONPath) else path
    return _call("json_scalar", node.this, written)


def _rows(node: exp.Expr) -> exp.Expr:
    """sqlglot's EXPLODE in FROM has no ON, and no numbers."""
    (items,), alias, number = node.expressions, node.args["alias"], node.args.get("offset")
    (item,) = (column.name for column in alias.columns)
    if number:
        rows = _spark(f"SELECT col AS {item}, pos + 1 AS {number.name} FROM (SELECT posexplode(:items))", items=items)
    else:
        rows = _spark(f"SELECT explode(:items) AS {item}", items=items)
    within = exp.Subquery(this=rows)
    if isinstance(node.parent, exp.Join):  # what it lists may be another table's
        return exp.Lateral(this=within, alias=exp.TableAlias(this=alias.this.copy()))
    within.set("alias", exp.TableAlias(this=alias.this.copy()))
    return within


def _listed(node: exp.Expr) -> exp.Expr:
    """sqlglot's COLLECT_LIST leaves the order out."""
    keys = [one.this for one in node.this.expressions]
    sorted_by = ", ".join(f":k{at} AS k{at}" for at in range(len(keys)))
    given = {f"k{at}": key for at, key in enumerate(keys)}
    return _spark(
        f"transform(array_sort(collect_list(struct({sorted_by}, :v AS v))), x -> CAST(x.v AS STRING))",
        v=node.this.this,
        **given,
    )


def _filtered(node: exp.Expr) -> exp.Expr:
    """A list that is ordered is a function of the aggregate in Spark, and the filter belongs to the aggregate."""
    if not isinstance(node.this, exp.Transform):
        return node
    listed = node.this.find(exp.ArrayAgg)
    assert listed is not None
    listed.replace(exp.Filter(this=listed.copy(), expression=node.expression.copy()))
    return node.this


def _by_letter(name: str) -> Callable[[exp.Expr], exp.Expr]:
    """Spark changes the case of a whole text (ß is SS, and a final Σ is ς), Trino that of each character."""
    return lambda node: _call(name, node.this)


_ADAPTED: dict[type[exp.Expr], Callable[[exp.Expr], exp.Expr]] = {
    **{exp.TimeToUnix: _instant, exp.UnixToTime: _from_instant, exp.TimeToStr: _formatted},
    **{exp.RegexpExtract: _extracted, exp.Anonymous: _named, exp.JSONExtractScalar: _scalar},
    **{exp.Unnest: _rows, exp.ArrayAgg: _listed, exp.Filter: _filtered},
    **{exp.Lower: _by_letter("lower_letters"), exp.Upper: _by_letter("upper_letters")},
}
