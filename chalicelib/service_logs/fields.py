"""The fields of a request's log line that the export keeps, as columns, and those that it drops."""

from __future__ import annotations

from typing import NamedTuple

TABLE = "api_events"  # on Athena, in the stage's own database


class Field(NamedTuple):
    """A field of a line: its name there, and its type on Athena."""

    name: str
    type: str = "string"

    @property
    def column(self) -> str:
        """Its column: Athena knows lower case alone."""
        return self.name.lower()


# Why an event of a batch may be refused, while others are stored.
REASONS = ("InvalidField", "InvalidJson", "MissingField", "PayloadTooLarge")
# In the order in which a table has them. The last ones are a batch's counts.
KEPT = (
    *(Field("timestamp"), Field("route"), Field("outcome"), Field("eventName"), Field("reason"), Field("cause")),
    *(Field("saltCause"), Field("bucket"), Field("entry"), Field("sessionHash"), Field("statusCode", "int")),
    *(Field("latencyMs", "double"), Field("coldStart", "boolean")),
    *(
        Field(name, "int")
        for name in ("accepted", "duplicate", "sampled", *(f"rejected_{reason}" for reason in REASONS))
    ),
)
# An id has as many values as there are lines, and is half of what they compress to; the others are always the same.
DROPPED = ("requestId", "level", "message", "service", "stage")
