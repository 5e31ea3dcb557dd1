"""What is there of a person, as a folder: a file of JSON lines for each store, and a page to read."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from pathlib import Path
from typing import Any

import msgspec

from chalicelib.vault import tokens
from sluice.subjects import erasure, person, stores, vault
from sluice.subjects.erasure import Asked, Tenant

SHOWN = 5000
_STYLE = (
    "body{font:16px/1.5 system-ui;margin:2em auto;max-width:60em;padding:0 1em}td,th{padding:.2em .8em;text-align:left}"
)


def export(tenant: Tenant, asked: Asked, folder: Path, *, summary: bool = False) -> dict[str, int]:
    """Write what each store has into this folder, which is made; how many lines of each.

    Tokens that are made of the id that was asked for are shown with it, and no others: their values may be somebody else's.
    """
    whom = erasure.sought(tenant, [asked])
    folder.mkdir(parents=True, exist_ok=True)
    counts: dict[str, int] = {}
    shown: list[dict[str, Any]] = []
    held = set[str]()
    for store in tenant.stores:
        lines = [line for _, line in stores.records(store, whom)]
        counts[store.name] = _written(folder, store.name, lines)
        held |= tokens.held(*(line.decode(errors="replace") for line in lines))
        if store.name in {"records", "compacted"}:
            shown += filter(None, map(person.decoded, lines))
    mine = asked.hashes.tokens
    if tenant.vault is not None:
        rows = [{"token": row.token, "value": asked.value, "day": row.day} for row in tenant.vault.rows(mine)]
        counts[vault.NAME] = _written(folder, vault.NAME, [msgspec.json.encode(row) for row in rows])
        held |= {row["token"] for row in rows}
    if summary:
        known = dict.fromkeys(sorted(held & mine), asked.value)
        (folder / "summary.html").write_text(page(tenant.bucket, counts, shown, known, len(held - mine)))
    return counts


def _written(folder: Path, name: str, lines: list[bytes]) -> int:
    """Write these lines, where there are any; how many."""
    if lines:
        (folder / f"{name}.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    return len(lines)


def page(
    bucket: str, counts: dict[str, int], found: Iterable[dict[str, Any]], known: dict[str, str], others: int
) -> str:
    """A page that the person can read: what is stored where, each event once, and what tokens are of.

    `others` are so many tokens of which this page does not know whose they are.
    """
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
        f"{_tokens(known, others)}</html>\n"
    )


def _tokens(known: dict[str, str], others: int) -> str:
    """Which tokens are of the person, and how many others there are; nothing where there is none."""
    rows = "".join(_row(*one) for one in known.items())
    mine = f"<table><tr><th>In the files</th><th>Is in place of</th></tr>{rows}</table>" if known else ""
    more = (
        f"<p>{others} more are in place of values that are kept apart, and may be about others.</p>" if others else ""
    )
    return f"<h2>Tokens</h2>{mine}{more}" if known or others else ""


def _row(*cells: object) -> str:
    return "<tr>" + "".join(f"<td>{escape(str(cell or ''))}</td>" for cell in cells) + "</tr>"
