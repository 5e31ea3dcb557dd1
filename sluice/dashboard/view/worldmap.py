"""A map of the world. Its outlines are in the repository, so that it asks no server."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import TZPATH

import altair as alt
import pandas as pd
import streamlit as st

# A shape for each country, a point for each that is too small for one; `id` is the country's code.
OUTLINES = Path(__file__).parent / "world.json"
# Half as high as a column of the page is wide: the world without Antarctica.
HEIGHT = 270
# The time zone data's list of ISO 3166, which most systems have.
NAMES = "iso3166.tab"


class Colours(NamedTuple):
    """The colours for few visitors and for many, for countries without any, and for the borders, from the page's theme."""

    few: str
    many: str
    land: str
    borders: str


# Each country's code, visitors and share.
Known = tuple[tuple[str, int, float], ...]
# More visitors stand out more: they are darker on light, and brighter on dark.
LIGHT = Colours("#9adbd2", "#0b5f58", "#dde2e1", "#ffffff")
DARK = Colours("#11695f", "#99f6e4", "#2d3836", "#101514")


def show(countries: pd.DataFrame) -> None:
    """Each country in the stronger a colour the more visitors it has; `countries` has `country`, `visitors` and `share`."""
    colours = DARK if st.context.theme.type == "dark" else LIGHT
    # Without any visitor there is no share: curl's events have none.
    filled = countries.fillna({"share": 0.0})
    known = tuple((one.country, int(one.visitors), float(one.share)) for one in filled.itertuples())
    st.vega_lite_chart(drawn(known, colours), width="stretch", alt=_alt_text(countries))


@lru_cache(64)
def drawn(known: Known, colours: Colours) -> dict[str, Any]:
    """The map in Vega-Lite's words, made once for the same figures: to make it takes a fifth of a page's time."""
    shades = alt.Scale(type="sqrt", domainMin=0, range=[colours.few, colours.many])
    chart = (
        alt.Chart(alt.InlineData(values=world(known), format=alt.TopoDataFormat(type="topojson", feature="countries")))
        .mark_geoshape(stroke=colours.borders, strokeWidth=0.5)
        .encode(
            color=alt.condition(
                "datum.properties.visitors > 0",
                alt.Color("properties.visitors:Q", scale=shades, legend=None),
                alt.value(colours.land),
            ),
            tooltip=[
                alt.Tooltip("properties.name:N", title="Country"),
                alt.Tooltip("properties.visitors:Q", title="Visitors", format=","),
                alt.Tooltip("properties.share:Q", title="Share %"),
            ],
        )
        .project(type="equalEarth", rotate=[-11, 0, 0], pointRadius=4)
        .properties(height=HEIGHT)
    )
    # Without the measures and colours of Altair's own theme, which Streamlit leaves out, too.
    return {name: value for name, value in chart.to_dict().items() if name != "config"}


def world(countries: Known) -> dict[str, Any]:
    """The outlines with each country's name, visitors and share; of the small countries those that have visitors."""
    known = {country: (visitors, share) for country, visitors, share in countries}
    outlines = _outlines()
    drawn = [
        {**shape, "properties": _properties(shape["id"], *known.get(shape["id"], (0, 0.0)))}
        for shape in outlines["objects"]["countries"]["geometries"]
        if shape["type"] != "Point" or shape["id"] in known
    ]
    return {**outlines, "objects": {"countries": {"type": "GeometryCollection", "geometries": drawn}}}


def _properties(country: str, visitors: int, share: float) -> dict[str, object]:
    return {"name": named(country), "visitors": visitors, "share": share}


@cache
def _outlines() -> dict[str, Any]:
    outlines: dict[str, Any] = json.loads(OUTLINES.read_text("utf-8"))
    return outlines


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


def _alt_text(countries: pd.DataFrame) -> str:
    """What the map shows, for who cannot see it."""
    first = ", ".join(f"{named(one.country)} {one.visitors:,}" for one in countries.head(5).itertuples())
    return f"Visitors by country: {first or 'none'}."
