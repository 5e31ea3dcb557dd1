"""The tables of docs/privacy.md, from privacy/data-map.toml: `python -m docs.build.privacy` writes them again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from docs.build import blocks
from sluice.privacy import datamap
from sluice.privacy.datamap import Form, Group

PAGE = Path(__file__).parent.parent / "privacy.md"
MAP = PAGE.parents[1] / datamap.FILE
HEAD = "| fields | class | from | for | another basis |\n|---|---|---|---|---|\n"


def page(text: str) -> str:
    """The page with its tables as the map is now."""
    forms = datamap.load(MAP)
    return blocks.replaced(blocks.replaced(text, "data-map", "\n".join(_parts(forms))), "breach", _breach(forms))


def _parts(forms: Mapping[str, Form]) -> Iterator[str]:
    for form in forms.values():
        also = f" It has the fields of *{forms[form.also].title}*, too." if form.also else ""
        readers = f" Read by: {datamap.readers(form)}." if datamap.readers(form) else ""
        yield f"### {form.title}\n\nIn {form.place}.{also} Kept: {datamap.kept(form)}.{readers} Basis: {form.basis}.\n"
        if form.fields:
            yield HEAD + "".join(_row(form, group) for group in form.fields)


def _row(form: Form, group: Group) -> str:
    names = " ".join(f"`{name}`" for name in group.names)
    others = "".join(f"; {said}" for said in (group.kept, group.readers) if said)
    return f"| {names} | {group.kind} | {group.source} | {group.purpose}{others} | {group.basis} |\n"


def _breach(forms: Mapping[str, Form]) -> str:
    """What somebody has who steals a form, the worst class first named."""
    rows = (f"| {form.title} | {_worst(form, forms)} | {form.breach} |\n" for form in forms.values())
    return "| who has read | holds | learns |\n|---|---|---|\n" + "".join(rows)


def _worst(form: Form, forms: Mapping[str, Form]) -> str:
    kinds = {group.kind for group in datamap.groups(form, forms)} - {"none"}
    return ", ".join(sorted(kinds)) or "nothing of a person"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
