"""The judged days as a picture: a curve for each figure, what is usual behind it, and a mark with a title on each odd day.

SVG, which every browser opens: the command line has no library for charts, which all bring a browser or another 30 MB.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from chalicelib.anomalies.detector import Day, described

WIDTH, HEIGHT, MARGIN, TITLE = 960, 150, 56, 26
# Below a panel, the names of months.
MONTHS = 24
_STYLE = """
    text { font: 12px system-ui, sans-serif; fill: #555 }
    .title { font-weight: 600 } .usual { fill: #0d9488; opacity: .15 } .count { fill: none; stroke: #0d9488; stroke-width: 1.5 }
    .axis { stroke: #ccc } .up { fill: #d97706 } .down, .silent { fill: #dc2626 }
"""


def svg(title: str, judged: Mapping[str, Sequence[Day]]) -> str:
    """The picture of the figures that counted anything."""
    drawn = [(figure, days) for figure, days in judged.items() if any(one.counted for one in days)]
    height = TITLE + len(drawn) * (TITLE + HEIGHT + MONTHS)
    panels = [
        _panel(figure, days, TITLE + place * (TITLE + HEIGHT + MONTHS)) for place, (figure, days) in enumerate(drawn)
    ]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
            f'<title>{escape(title)}</title><style>{_STYLE}</style><rect width="100%" height="100%" fill="#fff"/>',
            f'<text class="title" x="{MARGIN}" y="18">{escape(title)}</text>',
            *panels,
            "</svg>\n",
        ]
    )


def _panel(figure: str, days: Sequence[Day], top: int) -> str:
    most = max(max(one.counted, min(one.high or 0, 2 * (one.usual or 0))) for one in days)
    step = (WIDTH - 2 * MARGIN) / max(1, len(days) - 1)

    def at(place: int, value: float) -> str:
        return f"{MARGIN + place * step:.1f},{top + TITLE + HEIGHT * (1 - min(value, most) / most):.1f}"

    known = [(place, one) for place, one in enumerate(days) if one.usual is not None]
    band = [at(place, one.high or 0) for place, one in known] + [
        at(place, one.low or 0) for place, one in reversed(known)
    ]
    bottom = top + TITLE + HEIGHT
    return "\n".join(
        [
            f'<text class="title" x="{MARGIN}" y="{top + 18}">{escape(figure)}</text>',
            f'<text x="{MARGIN - 6}" y="{top + TITLE + 10}" text-anchor="end">{most:,.0f}</text>',
            f'<text x="{MARGIN - 6}" y="{bottom}" text-anchor="end">0</text>',
            f'<line class="axis" x1="{MARGIN}" x2="{WIDTH - MARGIN}" y1="{bottom}" y2="{bottom}"/>',
            f'<polygon class="usual" points="{" ".join(band)}"/>',
            f'<polyline class="count" points="{" ".join(at(place, one.counted) for place, one in enumerate(days))}"/>',
            *(_mark(at(place, one.counted), one) for place, one in enumerate(days) if one.kind),
            *(_label(place, one, step, bottom) for place, one in enumerate(days) if one.day.day == 1),
        ]
    )


def _mark(at: str, one: Day) -> str:
    x, y = at.split(",")
    return f'<circle class="{one.kind}" cx="{x}" cy="{y}" r="4"><title>{escape(f"{one.day}: {described(one)}")}</title></circle>'


def _label(place: int, one: Day, step: float, bottom: int) -> str:
    return f'<text x="{MARGIN + place * step:.1f}" y="{bottom + 14}" text-anchor="middle">{one.day:%b %Y}</text>'
