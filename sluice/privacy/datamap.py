"""The data map of privacy/data-map.toml: its forms and fields, and where it differs from what the code emits."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal

import msgspec

from chalicelib.prefixes import PREFIXES, RECORDS, STAGES, Prefix
from sluice.errors import SluiceError

FILE = Path("privacy/data-map.toml")
Class = Literal["none", "pseudonymous", "personal", "secret"]


class DataMapError(SluiceError):
    """There is no data map, or a mistake in it."""


class Group(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"kind": "class"}):
    """Fields that are kept for one purpose. What is empty is as the form says."""

    names: tuple[str, ...]
    kind: Class
    source: str
    purpose: str
    kept: str = ""
    basis: str = ""
    readers: str = ""


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One form in which data is somewhere: its place, how long it stays and who reads it, and what somebody learns who steals it.

    What is below a prefix of a bucket takes the days and readers of the table of prefixes; `also` names a form whose fields
    it has, too.
    """

    title: str
    place: str
    basis: str
    breach: str
    fields: tuple[Group, ...]
    prefixes: tuple[str, ...] = ()
    kept: str = ""
    readers: str = ""
    also: str = ""


def load(file: Path = FILE) -> dict[str, Form]:
    """The forms by their names; raises DataMapError."""
    try:
        return msgspec.convert(tomllib.loads(file.read_text(encoding="utf-8")), dict[str, Form])
    except FileNotFoundError:
        raise DataMapError(f"there is no {file} here; run it in the project's folder") from None
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise DataMapError(f"{file}: {error}") from None


def problems(forms: Mapping[str, Form], emitted: Mapping[str, Callable[[], Iterable[str]]]) -> Iterator[str]:
    """In a sentence each, where the map and the code differ."""
    for name in emitted.keys() - forms.keys():
        yield f"{name}: the code has this form, and the map does not"
    for name, form in forms.items():
        if form.also and form.also not in forms:
            yield f"{name}: there is no form {form.also!r} whose fields it could have"
        elif name not in emitted:
            yield f"{name}: the map has this form, and sluice/privacy/emitted.py does not"
        else:
            yield from (f"{name}: {said}" for said in _different(form, forms, set(emitted[name]())))
        yield from (f"{name}: {said}" for said in _unclear(form))
    yield from _unmapped(forms.values())


def groups(form: Form, forms: Mapping[str, Form]) -> Iterator[Group]:
    """The form's groups, and those of the form that it has the fields of, without fields that it lists itself."""
    yield from form.fields
    own = {name for group in form.fields for name in group.names}
    for group in groups(forms[form.also], forms) if form.also else ():
        if left := tuple(name for name in group.names if name not in own):
            yield msgspec.structs.replace(group, names=left)


def kept(form: Form) -> str:
    """How long it stays, in words."""
    days = {_days(one) for one in _prefixes(form)}
    return "; ".join(filter(None, [form.kept, *sorted(days)]))


def readers(form: Form) -> str:
    """Who may read it, in words."""
    found = dict.fromkeys(role for one in _prefixes(form) for role in one.readers)
    roles = f"the roles {', '.join(f'`{role}`' for role in found)}" if found else ""
    return "; ".join(filter(None, [form.readers, roles]))


def _days(prefix: Prefix) -> str:
    place = f"`{prefix.path}`" + (" of the stage's own bucket" if prefix in STAGES else "")
    if prefix.days is not None:
        return f"{place} {prefix.days} day{'s' if prefix.days > 1 else ''}"
    if prefix in STAGES:
        return f"{place} until the stage is destroyed"
    return f"{place} by the entry's " + ("`raw_days` or `retention_days`" if prefix is RECORDS else "`retention_days`")


def _prefixes(form: Form) -> list[Prefix]:
    return [one for one in (*PREFIXES, *STAGES) if one.path in form.prefixes]


def _different(form: Form, forms: Mapping[str, Form], emitted: set[str]) -> Iterator[str]:
    listed = Counter(name for group in form.fields for name in group.names)
    yield from (f"{name} is listed twice" for name, times in listed.items() if times > 1)
    mapped = {name for group in groups(form, forms) for name in group.names}
    yield from (f"{name} is emitted, and not in the map" for name in sorted(emitted - mapped))
    yield from (f"{name} is in the map, and nothing emits it" for name in sorted(mapped - emitted))


def _unclear(form: Form) -> Iterator[str]:
    known = {one.path for one in (*PREFIXES, *STAGES)}
    yield from (f"{path} is not a prefix of chalicelib/prefixes.py" for path in form.prefixes if path not in known)
    if not kept(form):
        yield "it says neither `kept` nor `prefixes`: how long does it stay?"
    if not readers(form) and form.fields:
        yield "it says neither `readers` nor `prefixes`: who may read it?"


def _unmapped(forms: Iterable[Form]) -> Iterator[str]:
    mapped = {path for form in forms for path in form.prefixes}
    for path in dict.fromkeys(one.path for one in (*PREFIXES, *STAGES)):
        if path not in mapped:
            yield f"{path}: no form of the map is below this prefix"
