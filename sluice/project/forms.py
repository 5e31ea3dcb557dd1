"""What each key of a stage or an entry may be, for those who wrote something else: the types say it, not a list of ours."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import cache
from typing import Any

from msgspec import inspect

from sluice.project.stages import Stage

# What a text looks like whose form only a pattern says, by the name of its key.
EXAMPLES = {
    "account": '"111122223333"',
    "allow": "[[stages.prod.allow]], and below it the keys of one entry",
    "alarm_email": '"ops@shop.example"',
    "bucket": '"shop-analytics"',
    "certificate": '"arn:aws:acm:us-east-1:111122223333:certificate/0a1b"',
    "client_address_header": '"X-Real-IP"',
    "doctor_schedule": '"cron(0 6 * * ? *)"',
    "edge_secret_parameter": '"/sluice/prod/edge"',
    "eventType": '"purchase"',
    "goals": '[{ name = "sale", eventType = "purchase" }]',
    "keep_query": '["utm_source"]',
    "kms_key": '"arn:aws:kms:us-east-1:111122223333:key/0a1b"',
    "mail_from": '"Sluice <reports@shop.example>"',
    "metadata": '{ percent = "50" }',
    "name_prefix": '"sluice"',
    "owner": '"111122223333"',
    "pages": '["/", "/bags"]',
    "permissions_boundary": '"arn:aws:iam::111122223333:policy/boundary"',
    "publish": '{ pages = ["/"] }, or "only"',
    "python": '"3.13"',
    "region": '"us-east-1"',
    "role_path": '"/sluice/"',
    "store": '"dir:data"',
    "table": '"shop_events"',
    "tokenize": '["userId", "metadata.email"]',
    "to": '["ann@shop.example"]',
}
_PATTERN = re.compile(r"Expected `str` matching regex .*", re.DOTALL)
_FIELD = re.compile(r"Object (?:contains unknown|missing required) field `([^`]+)`")


def said(stage: str, path: str, problem: str, table: dict[str, Any]) -> str:
    """The problem that msgspec has with what it calls `.allow[1].owner`, with its place and what to write instead."""
    names = [part for part in re.sub(r"\[[^]]*\]", "", path).split(".") if part]
    place = f"[stages.{stage}]"
    if (entry := re.match(r"\.allow\[(\d+)\]", path)) is not None:
        place = f"{_bucket(table, int(entry[1]))} of {place}"
    holder = _below(stages(), names)
    if (field := _FIELD.match(problem)) is not None and isinstance(holder, inspect.StructType):
        keys = {one.encode_name: one.type for one in holder.fields if one.encode_name != "name" or names}
        if "missing" in problem:
            return f"{place} has no {_dotted([*names, field[1]])}; write {form(field[1], keys[field[1]])}"
        near = get_close_matches(field[1], keys, 3) or sorted(keys)
        return f"{place} has the unknown field `{field[1]}`; write one of {', '.join(near)}, or remove it"
    problem = _PATTERN.sub("this text has another form", problem)
    return f"{_dotted(names) or 'allow'} in {place}: {problem}; write {form(names[-1] if names else '', holder)}"


@cache
def stages() -> inspect.Type:
    """A stage's type, with all below it."""
    return inspect.type_info(Stage)


def form(name: str, found: inspect.Type) -> str:
    """What is written there, in words or as an example."""
    if name in EXAMPLES:
        return f"for example {EXAMPLES[name]}"
    match _bare(found):
        case inspect.BoolType():
            return "true or false"
        case inspect.IntType() | inspect.FloatType() as number:
            return f"a {'whole ' if isinstance(number, inspect.IntType) else ''}number{_bounds(number)}, without quotes"
        case inspect.LiteralType() as literal:
            return "one of " + ", ".join(f'"{one}"' if isinstance(one, str) else str(one) for one in literal.values)
        case inspect.StructType() as struct:
            return f"a table with keys of {', '.join(one.encode_name for one in struct.fields)}"
        case inspect.VarTupleType() | inspect.ListType() as listed:
            return f"a list in brackets, of {form('', listed.item_type).removeprefix('a ')}"
    return "a text in quotes"


def _bounds(number: inspect.IntType | inspect.FloatType) -> str:
    bounds = {"above": number.gt, "from": number.ge, "up to": number.le}
    return "".join(f" {word} {bound:.9g}" for word, bound in bounds.items() if bound is not None)


def _below(found: inspect.Type, names: list[str]) -> inspect.Type:
    """The type that these keys lead to; a list's is that of its items."""
    for name in names:
        inner = _bare(found)
        if isinstance(inner, inspect.VarTupleType | inspect.ListType):
            inner = _bare(inner.item_type)
        if not isinstance(inner, inspect.StructType):
            return inner
        found = next(one.type for one in inner.fields if one.encode_name == name)
    inner = _bare(found)
    is_list_of_tables = isinstance(inner, inspect.VarTupleType) and isinstance(
        _bare(inner.item_type), inspect.StructType
    )
    return _bare(inner.item_type) if is_list_of_tables and isinstance(inner, inspect.VarTupleType) else inner


def _bare(found: inspect.Type) -> inspect.Type:
    """The type without its description, and without that it may be left out."""
    if isinstance(found, inspect.Metadata):
        return _bare(found.type)
    if isinstance(found, inspect.UnionType):
        return _bare(next(one for one in found.types if not isinstance(one, inspect.NoneType)))
    return found


def _bucket(table: dict[str, Any], number: int) -> str:
    entry = table["allow"][number]
    named = entry.get("bucket") if isinstance(entry, dict) else None
    return repr(named) if isinstance(named, str) else f"entry {number + 1}"


def _dotted(names: list[str]) -> str:
    """The key as TOML writes it, without the entry's own place."""
    return ".".join(names[1:] if names[:1] == ["allow"] else names)
