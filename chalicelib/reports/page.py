"""A report as HTML for mail programs: tables with inline CSS, bars made of cells; no image, no script, nothing fetched.

Colours are inline for programs that drop a style sheet, and classes again for those that read it in dark mode.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape as escaped

from chalicelib.reports import words
from chalicelib.reports.parts import Change, Figure, Group, Line, Mood, Report, Section

# Each class with its style in light and in dark mode.
_COLOURS = {
    "ground": ("background-color:#f3f4f6", "background-color:#0b0f14"),
    "sheet": ("background-color:#ffffff", "background-color:#151b23"),
    "ink": ("color:#111827", "color:#f0f3f6"),
    "soft": ("color:#57606a", "color:#9da7b3"),
    "rule": ("border-color:#e5e7eb", "border-color:#2b333d"),
    "tile": ("background-color:#f0fdfa", "background-color:#10302d"),
    "bar": ("background-color:#14b8a6", "background-color:#2dd4bf"),
    "rest": ("background-color:#eef1f4", "background-color:#232b35"),
    "good": ("color:#047857", "color:#5eead4"),
    "bad": ("color:#b42318", "color:#fda29b"),
    "alert": ("background-color:#fff7ed;color:#7c2d12", "background-color:#3a2410;color:#fed7aa"),
}
_MOODS: dict[Mood, str] = {"good": "good", "bad": "bad", "even": "soft"}
_FONT = "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"
# What most texts are; each inherits it from the sheet.
_TEXT = f"{_FONT};font-size:14px;line-height:20px;overflow-wrap:anywhere"
_TABLE = "width:100%;border-collapse:collapse"
_FIXED = f"{_TABLE};table-layout:fixed"
_RULE = "border-top-width:1px;border-top-style:solid"
_SMALL = "font-size:13px;line-height:19px"
_HEAD = "padding:6px 0 0;font-size:12px;font-weight:400"
_BAR = "height:6px;padding:0"
# What each kind of text looks like: its colours' classes, and its style.
_KINDS = {
    "span": ("soft", f"margin:0;{_SMALL}"),
    "title": ("ink", "margin:4px 0 0;font-size:22px;line-height:28px"),
    "headline": ("ink", "margin:14px 0 0;font-size:17px;line-height:25px"),
    "note": ("alert", f"padding:8px 12px;border-radius:8px;{_SMALL}"),
    "tile": ("tile", "padding:12px 14px;border-radius:10px;vertical-align:top"),
    "named": ("soft", _SMALL),
    "figure": ("ink", "font-size:24px;line-height:30px;font-weight:700"),
    "change": ("", f"{_SMALL};font-weight:600"),
    "group": ("soft rule", f"margin:0;padding-top:20px;{_RULE};{_SMALL};font-weight:600"),
    "heading": ("ink", "margin:0;font-size:17px;line-height:24px"),
    "said": ("soft", f"margin:2px 0 0;{_SMALL}"),
    "left": ("soft", _HEAD),
    "unit": ("soft", f"{_HEAD};width:72px"),
    "against": ("soft", f"{_HEAD};width:58px"),
    "row": ("ink", "text-align:right;vertical-align:top"),
    "of": ("", "padding:7px 4px 5px 0;text-align:left;font-weight:400"),
    "detail": ("soft", "font-size:12px;line-height:17px"),
    "value": ("", "padding:7px 0;font-weight:600"),
    "side": ("", "padding:7px 0"),
    "more": ("soft", "margin:4px 0 0;font-size:12px"),
    "ruled": ("rule", f"{_RULE};padding-top:14px"),
    "foot": ("soft", "margin:0 0 6px;font-size:12px;line-height:18px"),
}
# The least width of a bar that is not of nothing, in percent.
_LEAST = 1


def html(report: Report) -> str:
    """The whole page."""
    body = "".join(
        [
            _top(report),
            *map(_note, report.notes),
            _figures(report.figures),
            *map(_group, report.groups),
            _foot(report.foot),
        ]
    )
    sheet = _styled("sheet", f"{_FIXED};max-width:640px;margin:0 auto;border-radius:12px;{_TEXT}")
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="supported-color-schemes" content="light dark">\n'
        f"<title>{_escape(report.title)}: {_escape(report.span)}</title>\n<style>\n{_sheet()}</style>\n</head>\n"
        f"<body {_styled('ground', 'margin:0;padding:0;-webkit-text-size-adjust:100%')}>\n"
        f'<table role="presentation" {_styled("ground", _TABLE)}><tr><td style="padding:12px 4px">\n'
        f'<table role="presentation" {sheet}>\n{body}</table>\n</td></tr></table>\n</body>\n</html>\n'
    )


def _sheet() -> str:
    """What mail programs in dark mode read."""
    dark = "".join(f".{name}{{{_important(dark)}}}\n" for name, (_, dark) in _COLOURS.items())
    scheme = "color-scheme:light dark;supported-color-schemes:light dark"
    return f":root{{{scheme}}}\n@media (prefers-color-scheme:dark){{\n{dark}}}\n"


def _escape(text: str) -> str:
    """The text as HTML, whatever is in it."""
    return escaped(words.shown(text))


def _important(style: str) -> str:
    return ";".join(f"{one}!important" for one in style.split(";"))


def _styled(names: str, style: str = "") -> str:
    """The attributes of an element with these classes, and its own style."""
    colours = [_COLOURS[name][0] for name in names.split()]
    attribute = f'class="{names}" ' if names else ""
    return f'{attribute}style="{";".join(filter(None, [*colours, style]))}"'


def _made(tag: str, kind: str, content: str, more: str = "") -> str:
    """An element of this kind; its content is HTML already."""
    return f"<{tag}{more} {_styled(*_KINDS[kind])}>{content}</{tag}>"


def _said(tag: str, kind: str, text: str) -> str:
    """An element with this text, or nothing where there is none."""
    return _made(tag, kind, _escape(text)) if text else ""


def _row(content: str, padding: str) -> str:
    """A row of the sheet."""
    return f'<tr><td style="padding:{padding}">{content}</td></tr>\n'


def _top(report: Report) -> str:
    said = (
        _said("p", "span", report.span),
        _said("h1", "title", report.title),
        _said("p", "headline", report.headline),
    )
    return _row("".join(said), "20px 16px 4px")


def _note(text: str) -> str:
    return _row(_said("div", "note", text), "12px 16px 0")


def _figures(figures: Sequence[Figure]) -> str:
    """Two in a row, so that a telephone has room for them; the last alone where their number is odd."""
    if not figures:
        return ""
    rows = "".join(f"<tr>{_tiles(figures[place : place + 2])}</tr>" for place in range(0, len(figures), 2))
    style = f"{_FIXED};border-collapse:separate;border-spacing:8px"
    return _row(f'<table role="presentation" style="{style}">{rows}</table>', "12px 8px 0")


def _tiles(figures: Sequence[Figure]) -> str:
    wide = ' colspan="2"' if len(figures) == 1 else ""
    return "".join(
        _made(
            "td",
            "tile",
            _said("div", "named", one.label)
            + _said("div", "figure", one.value)
            + _made("div", "change", _change(one.change) or "&nbsp;"),
            wide,
        )
        for one in figures
    )


def _group(group: Group) -> str:
    title = _row(_said("h2", "group", group.title), "24px 16px 0")
    return title + "".join(map(_section, group.sections))


def _section(section: Section) -> str:
    notes = [section.note]
    if section.fault:
        notes.append(f"This part could not be made: {section.fault}")
    elif not section.lines and not section.note:
        notes.append("Nothing in these days.")
    said = [_said("h3", "heading", section.title), *(_said("p", "said", one) for one in notes)]
    return _row("".join([*said, _lines(section), _said("p", "more", section.more)]), "20px 16px 0")


def _lines(section: Section) -> str:
    if not section.lines:
        return ""
    scope = ' scope="col"'
    head = _made("th", "left", "&nbsp;", scope) + _made("th", "unit", _escape(section.unit), scope)
    row = _made("tr", "row", head + _made("th", "against", "change", scope))
    return f'<table style="{_FIXED}">{row}{"".join(map(_line, section.lines))}</table>'


def _line(line: Line) -> str:
    label = f"{_escape(line.label)}{_bar(line.share)}{_said('div', 'detail', line.detail)}"
    named = _made("th", "of", label, ' scope="row"')
    return _made(
        "tr", "row", named + _made("td", "value", _escape(line.value)) + _made("td", "side", _change(line.change))
    )


def _bar(share: float) -> str:
    """Two cells, as wide as the share and the rest."""
    percent = max(_LEAST, round(100 * share)) if share > 0 else 0
    cells = (("bar", percent), ("rest", 100 - percent))
    made = "".join(f"<td {_styled(name, f'width:{wide}%;{_BAR}')}></td>" for name, wide in cells if wide)
    return f'<table role="presentation" style="{_TABLE};margin:3px 0"><tr>{made}</tr></table>'


def _change(change: Change) -> str:
    return f"<span {_styled(_MOODS[change.mood])}>{_escape(change.text)}</span>" if change.text else ""


def _foot(texts: Sequence[str]) -> str:
    return _row(_made("div", "ruled", "".join(_said("p", "foot", one) for one in texts)), "24px 16px 20px")
