"""A request's body: bytes to a JSON object, with no key twice."""

from __future__ import annotations

import json
import math
from typing import Any

from chalicelib.rejections import InvalidJson, PayloadTooLarge

MAX_DEPTH = 4
TOO_DEEP = f"The body nests deeper than {MAX_DEPTH} levels"
TWICE = "A key occurs twice in one object (letter case does not tell keys apart)"


def decode(body: bytes, limit: int) -> dict[str, Any]:
    """A body of so many bytes at most as a JSON object; raises PayloadTooLarge or InvalidJson."""
    if len(body) > limit:
        raise PayloadTooLarge(f"The body has {len(body)} bytes; at most {limit} are allowed")
    try:
        fields = _DECODER.decode(body.decode())
    except UnicodeDecodeError:
        raise InvalidJson("The body is not UTF-8") from None
    except RecursionError:
        raise InvalidJson(TOO_DEEP) from None
    except json.JSONDecodeError as error:
        raise InvalidJson(f"The body must be JSON: {error.msg} at character {error.pos}") from None
    if not isinstance(fields, dict):
        raise InvalidJson(TWICE if isinstance(fields, Twins) else "The body must be a JSON object")
    return fields


class Twins:
    """An object in which a key occurs twice, which no type takes: its event is refused, and in a batch no other."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any] | Twins:
    """Athena's SerDe reads a record whose keys differ in nothing but case as a row of NULLs."""
    fields = dict(pairs)
    return fields if len(set(map(str.lower, fields))) == len(pairs) else Twins()


def _constant(name: str) -> float:
    raise InvalidJson(f"{name} is not JSON")


def _integer(digits: str) -> int | float:
    # int() takes at most 4,300 digits; what is this long is out of range in any case.
    return int(digits) if len(digits) < 20 else math.inf


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant, parse_int=_integer)
