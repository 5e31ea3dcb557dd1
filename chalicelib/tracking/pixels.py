"""The query of an image's address as the body of an event, for mails and for pages without scripts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import msgspec

from chalicelib import privacy
from chalicelib.events import printable
from chalicelib.records import iso
from chalicelib.rejections import InvalidField

# The event's texts: an image has no viewport, its time is ours, and its address should not hold metadata.
FIELDS = ("bucket", "eventType", "eventId", "page", "referrer", "sessionId", "userId", "fromWebsite", "consent")


def body(query: Mapping[str, list[str]], referer: str | None, now: datetime) -> bytes:
    """The event as JSON; its page is the Referer where the query names none. Raises InvalidField."""
    fields = {"page": referer, "timestamp": iso(now)}
    for name, values in query.items():
        if name not in FIELDS:
            raise InvalidField(printable(name), f"A pixel takes {', '.join(FIELDS)}")
        if len(values) != 1:
            raise InvalidField(name, f"{name}: given {len(values)} times; once is enough")
        fields[name] = values[0]
    return msgspec.json.encode(fields)


def with_origin(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers with the origin of the image's page: most images have none, and it is their Referer's.

    Where both are there and differ, neither says whose page it is: `null`, as browsers write where they keep it back.
    """
    referer = headers.get("referer")
    if not referer:
        return dict(headers)
    origin = privacy.origin_of(referer)
    return {**headers, "origin": origin if headers.get("origin", origin) == origin else "null"}
