"""A map of the world in tiles: one square a country, about where it lies. It needs no geometry and asks no server."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple
from zoneinfo import TZPATH

import altair as alt
import pandas as pd
import streamlit as st

# Where each country's tile is: a line a row, three characters a column.
TILES = """\
               GL             NO       FI
CA                IS    GB NL DK SE PL LV EE             RU
                     IE BE LU DE CZ SK LT BY
                        FR LI AT SI HU RS MD UA          KZ    MN
                        AD CH SM HR BA XK RO    GE AZ UZ KG
US                   PT ES MC VA IT ME MK BG TR SY AM TM TJ    CN    KP JP
         BM             MA    TN MT AL GR CY PS LB IQ IR AF          KR
      BS             EH    DZ    LY       EG IL JO KW QA PK NP BT HK
MX CU HT DO KN       MR                         SA BH AE IN BD MM MO TW
GT BZ JM PR AG DM CV SN ML    NE                ER YE OM       LA VN
SV HN NI VC LC BB GM GN BF          TD    SD    DJ             TH KH PH
   CR PA GD TT    GW SL TG BJ NG                ET          LK             FM
      CO VE GY GF    LR CI GH GQ CM CF    SS       SO    MV       BN    PW    MH
      EC    SR             ST GA CG       RW UG KE             SG MY       NR KI
      PE       BR                      CD BI TZ       SC          ID TL PG SB TV
         BO                         AO    ZM MW KM    MU                   VU FJ WS
            PY                   NA    BW ZW MZ    MG RE                   NC    TO
      CL AR UY                         ZA LS SZ                         AU
                                                                              NZ
"""
# A tile's side. Nineteen rows of them are as wide as a column of the page.
SIDE = 17
# Narrower than so many pixels, a tile has no room for its letters.
LETTERED = 420
# The time zone data's list of ISO 3166, which most systems have.
NAMES = "iso3166.tab"


class Colours(NamedTuple):
    """Of few visitors and of many, of their letters, and of the letters of countries without any."""

    few: str
    many: str
    letters: str
    others: str


# More visitors stand out more: they are darker on light, and brighter on dark.
LIGHT = Colours("#ccebe6", "#0d9488", "#04201d", "#6b7280")
DARK = Colours("#14a094", "#99f6e4", "#04201d", "#9ca3af")


def tiles() -> pd.DataFrame:
    """Each country's code with its row and column."""
    lines = TILES.splitlines()
    found = [
        (line[at : at + 2], row, at // 3)
        for row, line in enumerate(lines)
        for at in range(0, len(line), 3)
        if line[at : at + 2].strip()
    ]
    return pd.DataFrame(found, columns=["country", "row", "column"])


def show(countries: pd.DataFrame) -> None:
    """Each country in the stronger a colour the more visitors it has; `countries` has `country`, `visitors` and `share`."""
    colours = DARK if st.context.theme.type == "dark" else LIGHT
    known = tiles().merge(countries[["country", "visitors", "share"]], on="country", how="left")
    known["name"] = known["country"].map(named)
    drawn = alt.Chart(known).encode(
        x=alt.X("column:O", axis=None, scale=alt.Scale(paddingInner=0.08)),
        y=alt.Y("row:O", axis=None, scale=alt.Scale(paddingInner=0.08)),
        tooltip=[
            alt.Tooltip("name:N", title="Country"),
            alt.Tooltip("visitors:Q", title="Visitors", format=","),
            alt.Tooltip("share:Q", title="Share %"),
        ],
    )
    shades = alt.Scale(type="sqrt", domainMin=0, range=[colours.few, colours.many])
    land = drawn.mark_rect(cornerRadius=2, color="#8883")
    visited = drawn.transform_filter("isValid(datum.visitors)")
    squares = visited.mark_rect(cornerRadius=2).encode(color=alt.Color("visitors:Q", scale=shades, legend=None))
    size = alt.expr(f"width < {LETTERED} ? 0 : 9")
    names = drawn.mark_text(fontSize=size, color=colours.others)
    known_names = visited.mark_text(fontSize=size, color=colours.letters, fontWeight="bold")
    layers = land + names.encode(text="country:N") + squares + known_names.encode(text="country:N")
    st.altair_chart(layers.properties(height=SIDE * 19), width="stretch", alt=_told(countries))


def named(country: str) -> str:
    """The country's name, or its code where this system has no list of names."""
    return _names().get(country, country)


@cache
def _names() -> dict[str, str]:
    return read_names()


def read_names() -> dict[str, str]:
    """The names of the countries by their codes; none where this system has no list."""
    lists = (Path(folder) / NAMES for folder in TZPATH)
    text = next((path.read_text("utf-8") for path in lists if path.is_file()), "")
    lines = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {code: name for code, name, *_ in lines}


def _told(countries: pd.DataFrame) -> str:
    """What the map shows, for who cannot see it."""
    first = ", ".join(f"{named(one.country)} {one.visitors:,}" for one in countries.head(5).itertuples())
    return f"Visitors by country: {first or 'none'}."
