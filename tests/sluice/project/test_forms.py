"""A wrong value of any key of sluice.toml is said with its stage, its entry, its key and what to write instead."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any, NamedTuple, get_args, get_type_hints

import msgspec
import pytest
import tomlkit
from msgspec import inspect

from sluice.project import config, forms
from sluice.project.config import Allow, Audit, ConfigError, Goal, Publish, Stage
from sluice.project.stages import Report, Stream, Throttle

# Where each table is: how its keys are called in a message, and a whole entry with one of them wrong.
TABLES = {
    "": (Stage, lambda wrong: {**wrong}),
    "throttle.": (Throttle, lambda wrong: {"throttle": wrong}),
    "audit.": (Audit, lambda wrong: {"audit": wrong}),
    "stream.": (Stream, lambda wrong: {"stream": wrong}),
    "entry": (Allow, lambda wrong: {"allow": [{"bucket": "shop-analytics", **wrong}]}),
    "publish.": (Publish, lambda wrong: of_entry("publish", wrong)),
    "report.": (Report, lambda wrong: of_entry("report", {"to": ["ann@shop.example"], **wrong})),
    "goals.": (Goal, lambda wrong: of_entry("goals", [{"name": "sale", "eventType": "purchase", **wrong}])),
}
OF_ENTRY = {"entry", "publish.", "report.", "goals."}


class Wrong(NamedTuple):
    """A key with a value that it cannot have."""

    table: str
    key: str
    value: Any


def of_entry(name: str, value: Any) -> dict[str, Any]:
    return {"allow": [{"bucket": "shop-analytics", name: value}]}


def wrong(found: inspect.Type) -> Iterator[Any]:
    """Values of another type, and values out of the type's bounds."""
    match forms._bare(found):
        case inspect.IntType() | inspect.FloatType() as number:
            yield "x"
            yield 10**9
            if number.ge is not None or number.gt is not None:
                yield -1
        case inspect.LiteralType():
            yield "x"
            yield []
        case inspect.StrType() as text:
            yield 1
            if text.pattern is not None or text.min_length:
                yield ""
            if text.pattern is not None:
                yield "é\n"
        case inspect.VarTupleType() as listed:
            yield "x"
            yield from ([one] for one in wrong(listed.item_type))
        case _:
            yield "x"


CASES = [
    Wrong(table, field.encode_name, value)
    for table, (kind, _) in TABLES.items()
    for field in inspect.type_info(kind).fields
    if (table, field.encode_name) != ("", "name")
    for value in wrong(field.type)
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.table}{case.key}={case.value!r:.20}")
def test_a_wrong_value_names_stage_entry_key_and_what_to_write(case: Wrong) -> None:
    stage = {"store": "dir:data", **TABLES[case.table][1]({case.key: case.value})}
    with pytest.raises(ConfigError) as raised:
        config.parse(tomlkit.dumps({"stages": {"local": stage}}))
    said = str(raised.value)
    assert "[stages.local]" in said and "write " in said and "\n" not in said
    assert case.key in said and ("shop-analytics" in said or case.table not in OF_ENTRY or case.key == "bucket")
    assert "regex" not in said


@pytest.mark.parametrize(
    "written",
    [
        *('sites = ["X"]', 'origins = ["x"]', 'distributions = ["e1"]', 'keys = ["x"]', 'timezone = "x"'),
        "publish = { release = 2_000_000 }",
    ],
)
def test_a_value_that_only_the_tracker_refuses_is_said_so_too(written: str) -> None:
    with pytest.raises(ConfigError) as raised:
        config.parse(
            f'[stages.local]\nstore = "dir:data"\n[[stages.local.allow]]\nbucket = "shop-analytics"\n{written}\n'
        )
    said, key = str(raised.value), written.partition(" ")[0]
    assert "'shop-analytics'" in said and "write " in said
    assert (key in said and "[stages.local]" in said) or "release" in said


def test_there_are_cases_of_every_key() -> None:
    assert {(one.table, one.key) for one in CASES} == {
        (table, field.encode_name)
        for table, (kind, _) in TABLES.items()
        for field in inspect.type_info(kind).fields
        if (table, field.encode_name) != ("", "name")
    }


@pytest.mark.parametrize("key", sorted(set(forms.EXAMPLES) - {"allow"}))
def test_every_example_is_one(key: str) -> None:
    hints = [get_type_hints(kind, include_extras=True) for kind, _ in TABLES.values()]
    names = {"eventType": "event_type"}
    (found, *_) = (one[names.get(key, key)] for one in hints if names.get(key, key) in one)
    value = tomllib.loads(f"x = {forms.EXAMPLES[key].partition(', or ')[0]}")["x"]
    assert get_args(found) is not None
    assert msgspec.convert(value, found) is not None


def test_every_text_of_a_form_has_an_example() -> None:
    kinds = [kind for kind, _ in TABLES.values()]
    fields = [field for kind in kinds for field in inspect.type_info(kind).fields]
    texts = {
        one.encode_name
        for one in fields
        if isinstance(found := forms._bare(one.type), inspect.StrType) and found.pattern
    }
    assert texts <= set(forms.EXAMPLES)


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("manged = true", "has the unknown field `manged`; write one of managed, or remove it"),
        ("zzz = 1", "has the unknown field `zzz`; write one of access_logs, account_regional,"),
        ("report = {}", "has no report.to; write for example"),
        ('goals = [{ name = "x", metadata = { a = 1 } }]', "goals.metadata in 'shop-analytics' of [stages.local]"),
        ('goals = [{ name = "x", metadata = { "é" = "1" } }]', "goals.metadata in 'shop-analytics' of [stages.local]"),
    ],
)
def test_an_unknown_or_a_missing_key_is_said_with_those_that_there_are(written: str, says: str) -> None:
    with pytest.raises(ConfigError) as raised:
        config.parse(
            f'[stages.local]\nstore = "dir:data"\n[[stages.local.allow]]\nbucket = "shop-analytics"\n{written}\n'
        )
    assert says in str(raised.value)
