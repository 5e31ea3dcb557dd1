"""How the browser client sends events, as prices.toml has it."""

from __future__ import annotations

import msgspec


class Client(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the browser client sends in one request, and how often it is loaded."""

    events_per_batch: float
    events_of_browser: int
    scripts: int
    script_bytes: int
    script_log_bytes: int
