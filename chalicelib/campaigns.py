"""What the query of an address says of how somebody came: the campaign, and which advertising id was there."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import parse_qsl

UTM = ("source", "medium", "campaign", "term", "content")
UTM_SOURCE_STAND_INS = ("ref", "source")
# What advertising networks add to the address behind an ad; of several the first here. The last is on every link from Meta.
CLICK_IDS = (
    *("gclid", "gbraid", "wbraid", "dclid", "gad_source", "msclkid", "yclid", "ttclid", "twclid", "li_fat_id"),
    *("sccid", "rdt_cid", "epik", "fbclid"),
)


# How the browser client puts what began the journey behind the page's own query, which may be empty.
_JOURNEY = re.compile(r"(.*)\?((?:utm_.*)?)", re.IGNORECASE | re.DOTALL)


class Campaign(NamedTuple):
    """The parts of `utm_*` that are there, and the name of the advertising id; never its value, which may be a person's."""

    utm: dict[str, str]
    click_id: str | None


NONE = Campaign({}, None)


def parted(query: str) -> tuple[str, str]:
    """The page's own query, and the campaign that the browser client has put behind it."""
    found = _JOURNEY.fullmatch(query)
    return (found[1], found[2]) if found else (query, "")


def read(query: str) -> Campaign:
    """The campaign that a query names, in any letter case and without blanks around a value.

    It is never made of two: where a part is said again and otherwise, the second begins, and is left out.
    """
    said: dict[str, str] = {}
    for name, value in parse_qsl(query):
        key, text = name.strip().lower(), value.strip()
        if key.startswith("utm_") and said.get(key, text) != text:
            break
        if text:
            said.setdefault(key, text)
    utm = {leaf: said[f"utm_{leaf}"] for leaf in UTM if f"utm_{leaf}" in said}
    for name in UTM_SOURCE_STAND_INS:
        if "source" not in utm and name in said:
            utm["source"] = said[name]
    return Campaign(utm, next((name for name in CLICK_IDS if name in said), None))
