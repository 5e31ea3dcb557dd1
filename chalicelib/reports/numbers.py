"""Numbers as people read them, and what became of one since the period before."""

from __future__ import annotations

from chalicelib.reports.parts import Change, Mood

NONE = Change("")
MINUS, NARROW = "\u2212", "\u00a0"
# Beyond this many percent a factor reads better.
MAX_PERCENT = 300
_SIZES = ("bytes", "KB", "MB", "GB", "TB", "PB")


def whole(number: float) -> str:
    """1,234, or 1,234.5 where it is not a whole number."""
    return f"{number:,.0f}" if number == int(number) else f"{number:,.1f}"


def percent(share: float | None, of: str = "") -> str:
    """12.5 % and what follows; nothing where it is not known."""
    return "" if share is None else f"{whole(share)}{NARROW}%{of}"


def money(number: float, currency: str) -> str:
    """1,234.50 EUR, which is not broken."""
    return f"{number:,.2f}{NARROW}{currency}"


def size(number: float) -> str:
    """Bytes: 1.2 GB."""
    place = 0
    while number >= 1000 and place < len(_SIZES) - 1:
        number, place = number / 1000, place + 1
    return f"{number:,.0f}{NARROW}{_SIZES[place]}" if place == 0 else f"{number:,.1f}{NARROW}{_SIZES[place]}"


def change(now: float, before: float | None, glad: int = 1) -> Change:
    """The change in percent; `glad` is 1 where more is better, -1 where less is, 0 where neither. Before None: unknown."""
    if before is None:
        return NONE
    if now == before:
        return Change("same") if now else NONE
    mood = _mood(now - before, glad)
    if before <= 0:
        return Change("new" if before == 0 else "", mood)
    percent = 100 * (now - before) / before
    if percent > MAX_PERCENT:
        return Change(f"\u00d7{now / before:,.{int(now / before < 10)}f}", mood)
    shown = f"{abs(percent):.0f}" if abs(percent) >= 1 else f"{abs(percent):.1f}"
    return Change(f"{'+' if percent > 0 else MINUS}{shown}{NARROW}%", mood)


def _mood(more: float, glad: int) -> Mood:
    return "even" if not glad else "good" if more * glad > 0 else "bad"
