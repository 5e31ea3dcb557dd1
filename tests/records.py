"""Records for tests and benchmarks: made as the tracker makes them, so that each has every field."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from chalicelib import records
from chalicelib.events import Event
from chalicelib.records import Device, Facts, Location, Record

_NOON = datetime(2026, 11, 9, 12, tzinfo=UTC)
_EVENT = Event(bucket="shop-analytics", event_type="page_view", timestamp=_NOON)
_FACTS = Facts(
    server_timestamp=records.iso(_NOON),
    ip=None,
    visitor_id=None,
    location=Location(),
    device=Device(),
    is_bot=False,
    user_agent=None,
    site=None,
)
_LEAST = records.build(_EVENT, records.file(_EVENT, _NOON, bytes(8)), _FACTS, records.cleaning())


def record(event_id: str, **fields: Any) -> Record:
    """The record of a page view without other fields, with these fields over it."""
    return msgspec.structs.replace(_LEAST, event_id=event_id, **fields)


def fields(event_id: str, **changed: Any) -> dict[str, Any]:
    """The same as JSON has it, with these fields over it by their names there."""
    return {**msgspec.to_builtins(record(event_id)), **changed}
