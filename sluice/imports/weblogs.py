"""The formats of access logs: which there are, and which one some lines are of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sluice.imports import fields, texts
from sluice.imports.lines import MalformedLine, Parse

# A parser for each file: one of W3C's tables remembers the fields.
FORMATS: Mapping[str, Callable[[], Parse]] = {
    "combined": lambda: texts.combined,
    "json": lambda: fields.objects,
    "elb": lambda: texts.balancer,
    "w3c": fields.Table,
}


def detect(sample: Sequence[bytes]) -> str | None:
    """The format that most of these lines fit, or None where not one fits any."""
    fitting = {name: _fitting(made(), sample) for name, made in FORMATS.items()}
    best = max(fitting, key=lambda name: fitting[name])
    return best if fitting[best] else None


def _fitting(parse: Parse, sample: Sequence[bytes]) -> int:
    found = 0
    for line in sample:
        try:
            found += parse(line) is not None or line.startswith(fields.FIELDS)
        except MalformedLine:
            continue
    return found
