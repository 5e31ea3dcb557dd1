"""The columns of what was refused are the fields of its lines, and its reasons all that there are."""

from __future__ import annotations

import msgspec

from chalicelib import rejections
from chalicelib.lake import refusals
from chalicelib.rejections import OriginNotAllowed, Rejection
from chalicelib.tracking.rejected import Kept


def test_each_field_of_a_line_but_its_reason_is_a_column() -> None:
    fields = [field.encode_name for field in msgspec.structs.fields(Kept)]
    assert fields == ["reason", *(column.field for column in refusals.COLUMNS if column.field in fields)]
    assert {column.field for column in refusals.COLUMNS} == {*fields} - {"reason"}


def test_the_reasons_are_those_of_every_rejection() -> None:
    found, waiting = set(), [Rejection]
    while waiting:
        waiting += (one := waiting.pop()).__subclasses__()
        found.add(one.reason)
    # Tests make rejections of their own.
    ours = {one.reason for one in vars(rejections).values() if isinstance(one, type) and issubclass(one, Rejection)}
    assert refusals.reasons() == sorted(ours & found - {"Rejection"})
    assert refusals.reasons().count(OriginNotAllowed.reason) == 1
