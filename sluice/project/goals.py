"""A tenant's goals, as sluice.toml has them."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.events import KEY_NAME

EventType = Annotated[str, Meta(pattern=r"^[a-z0-9_.:-]{1,64}\Z", description="as records have it: in lower case")]


class Goal(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What a tenant wants of a visit: an event of this type, on this page, with this in its metadata. In `page` * is any text."""

    name: Annotated[str, Meta(min_length=1, max_length=60)]
    event_type: EventType | None = msgspec.field(default=None, name="eventType")
    page: Annotated[str, Meta(min_length=1, max_length=2000)] | None = None
    metadata: Annotated[
        dict[Annotated[str, Meta(pattern=KEY_NAME)], str],
        Meta(max_length=1, description='one key with its value as a text: { percent = "50" }'),
    ] = {}

    @property
    def key(self) -> str | None:
        return next(iter(self.metadata), None)

    @property
    def value(self) -> str | None:
        return next(iter(self.metadata.values()), None)

    def __hash__(self) -> int:
        return hash((self.name, self.event_type, self.page, self.key, self.value))
