"""What is there of a person, as a folder: a file of JSON lines for each store, and a page to read."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any

from sluice.subjects import erasure, person, stores
from sluice.subjects.erasure import Asked, Tenant

SHOWN = 5000
_STYLE = (
    "body{font:16px/1.5 system-ui;margin:2em auto;max-width:60em;padding:0 1em}td,th{padding:.2em .8em;text-align:left}"
)


def export(tenant: Tenant, asked: Asked, folder: Path, *, summary: bool = False) -> dict[str, int]:
    """Write what each store has into this folder, which is made; how many lines of each."""
    whom = erasure.sought(tenant, [asked])
    folder.mkdir(parents=True, exist_ok=True)
    counts: dict[str, int] = {}
    shown: list[dict[str, Any]] = []
    for store in tenant.stores:
        lines = [line for _, line in stores.records(store, whom)]
        counts[store.name] = len(lines)
        if lines:
            (folder / f"{store.name}.jsonl").write_bytes(b"\n".join(lines) + b"\n")
        if store.name in {"records", "compacted"}:
            shown += filter(None, map(person.decoded, lines))
    if summary:
        (folder / "summary.html").write_text(page(tenant.bucket, counts, shown))
    return counts


def page(bucket: str, counts: dict[str, int], found: Iterable[dict[str, Any]]) -> str:
    """A page that the person can read: what is stored where, and each event once."""
    events: dict[str, dict[str, Any]] = {}
    for one in found:
        named = {name.lower(): value for name, value in one.items()}
        events.setdefault(str(named.get("eventid")), named)
    ordered = sorted(events.values(), key=lambda one: str(one.get("timestamp")))
    stored = "".join(_row(name, number) for name, number in counts.items() if number)
    rows = "".join(
        _row(*(one.get(name) for name in ("timestamp", "eventtype", "page", "referrer"))) for one in ordered[:SHOWN]
    )
    more = f"<p>And {len(ordered) - SHOWN} more, in the files.</p>" if len(ordered) > SHOWN else ""
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>What is stored</title><style>{_STYLE}</style>'
        f"<h1>What {escape(bucket)} has stored about you</h1><table><tr><th>Where</th><th>How much</th></tr>{stored}</table>"
        f"<h2>{len(ordered)} events</h2><table><tr><th>When</th><th>What</th><th>Page</th><th>From</th></tr>{rows}</table>{more}"
        "</html>\n"
    )


def _row(*cells: object) -> str:
    return "<tr>" + "".join(f"<td>{escape(str(cell or ''))}</td>" for cell in cells) + "</tr>"
