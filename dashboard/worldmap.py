"""A map of the world in tiles: one square a country, about where it lies. It needs no geometry and asks no server."""

from __future__ import annotations

import altair as alt
import pandas as pd
import streamlit as st

from dashboard.parts import ACCENT

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
    """Each country the darker the more visitors it has; `countries` has `country`, `visitors` and `share`."""
    known = tiles().merge(countries[["country", "visitors", "share"]], on="country", how="left")
    drawn = alt.Chart(known).encode(
        x=alt.X("column:O", axis=None, scale=alt.Scale(paddingInner=0.08)),
        y=alt.Y("row:O", axis=None, scale=alt.Scale(paddingInner=0.08)),
        tooltip=[
            alt.Tooltip("country:N", title="Country"),
            alt.Tooltip("visitors:Q", title="Visitors", format=","),
            alt.Tooltip("share:Q", title="Share %"),
        ],
    )
    shades = alt.Scale(type="sqrt", domainMin=0, range=["#a7ddd5", ACCENT])
    land = drawn.mark_rect(cornerRadius=2, color="#8883")
    visited = drawn.transform_filter("isValid(datum.visitors)")
    squares = visited.mark_rect(cornerRadius=2).encode(color=alt.Color("visitors:Q", scale=shades, legend=None))
    names = drawn.mark_text(fontSize=9, color="#888")
    known_names = visited.mark_text(fontSize=9, color="#04201d", fontWeight="bold")
    layers = land + names.encode(text="country:N") + squares + known_names.encode(text="country:N")
    st.altair_chart(layers.properties(height=SIDE * 19), width="stretch", alt=_told(countries))


def _told(countries: pd.DataFrame) -> str:
    """What the map shows, for who cannot see it."""
    first = ", ".join(f"{one.country} {one.visitors:,}" for one in countries.head(5).itertuples())
    return f"Visitors by country: {first or 'none'}."
