"""Why a request is not answered 200, as types.

Refusal                     an answer that is not 200: status, error, message, field
├── Rejection               the request is at fault; no event was stored
│   ├── PayloadTooLarge     413
│   ├── InvalidJson         400
│   ├── MissingField        400
│   ├── InvalidField        400
│   ├── UnknownBucket       403
│   ├── OriginNotAllowed    403
│   ├── NotFound            404
│   ├── MethodNotAllowed    405
│   ├── UnsupportedMediaType 415
│   └── TooManyEvents       429, for this tenant; safe to send again
└── StorageUnavailable      503, the store is at fault; safe to send again

`gate` names the check that refused, in the order of `GATES`; the name of the class is the reason in logs and metrics.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec

from chalicelib.logs import Sent

NO_PATH = "There is nothing at this path; events go to POST /track"
NO_TYPE = "Send JSON as application/json, text/plain or application/x-www-form-urlencoded"
GATES = ("body", "event", "bucket", "origin")


def verdicts(failed: str | None = None) -> dict[str, str]:
    """Each gate's verdict on a request that this gate refused (None: none did); later gates were not reached."""
    reached = GATES.index(failed) if failed in GATES else len(GATES)
    words = ["passed"] * reached + ["rejected"] + ["not reached"] * len(GATES)
    return dict(zip(GATES, words, strict=False))


class Problem(msgspec.Struct, omit_defaults=True, frozen=True):
    """The body of every answer that is not 200; `field` where one is at fault, `gates` where a dry run was asked for."""

    error: str
    message: str
    field: str | None = None
    gates: dict[str, str] | None = None


class Refusal(Exception):
    """An answer other than 200; `entry`, `bucket` and `sent` only where the allowlist already admitted the bucket."""

    status: ClassVar[int]
    error: str
    gate: ClassVar[str] = ""
    retry_after: int | None = None  # seconds
    cause: str | None = None
    sent: Sent | None = None

    def __init__(
        self, message: str, *, field: str | None = None, entry: str | None = None, bucket: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.entry = entry
        self.bucket = bucket

    reason: ClassVar[str]

    def __init_subclass__(cls) -> None:
        cls.reason = cls.__dict__.get("reason", cls.__name__)

    def problem(self, gates: dict[str, str] | None = None) -> Problem:
        return Problem(self.error, self.message, self.field, gates)


class Rejection(Refusal):
    """A request answered 4xx, for a named reason."""


class PayloadTooLarge(Rejection):
    status = 413
    error = "Payload Too Large"
    gate = "body"


class InvalidJson(Rejection):
    status = 400
    error = "Invalid JSON"
    gate = "body"


class MissingField(Rejection):
    status = 400
    gate = "event"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message, field=field)
        self.error = f"Missing required field: {field}"


class InvalidField(Rejection):
    status = 400
    gate = "event"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message, field=field)
        self.error = f"Invalid field: {field}"


class UnknownBucket(Rejection):
    """Not on the allowlist, or admitted by a pattern but missing: both have the same message, so that nobody can probe."""

    status = 403
    error = "Forbidden"
    gate = "bucket"

    def __init__(self, *, entry: str | None = None, bucket: str | None = None) -> None:
        message = "The specified bucket is not authorized for this analytics service"
        super().__init__(message, entry=entry, bucket=bucket)


class OriginNotAllowed(Rejection):
    """An origin that may send to no bucket at all: the answer says nothing about the bucket."""

    status = 403
    error = "Forbidden"
    gate = "origin"

    def __init__(self, *, entry: str | None = None, bucket: str | None = None) -> None:
        super().__init__("Origin not allowed", entry=entry, bucket=bucket)


class OriginNotOfBucket(UnknownBucket):
    """An origin that may send to other buckets: in an unlisted bucket's words, so that nobody can probe. The log says why."""

    reason = OriginNotAllowed.__name__


class KeyNotAccepted(Rejection):
    """An event with a field that needs a key, and not with a key of the entry."""

    status = 403
    error = "Forbidden"
    gate = "origin"

    def __init__(self, field: str, *, entry: str, bucket: str) -> None:
        message = f"{field} is accepted with a key of this bucket alone, in the header X-Sluice-Key"
        super().__init__(message, field=field, entry=entry, bucket=bucket)


class NotFound(Rejection):
    status = 404
    error = "Not Found"


class MethodNotAllowed(Rejection):
    status = 405
    error = "Method Not Allowed"


class UnsupportedMediaType(Rejection):
    status = 415
    error = "Unsupported Media Type"


class TooManyEvents(Rejection):
    """The tenant's events come faster than its entry allows."""

    status = 429
    error = "Too Many Requests"

    def __init__(self, retry_after: int, *, entry: str, bucket: str) -> None:
        message = "Too many events for this bucket. Send them again later, with the same eventId and timestamp."
        super().__init__(message, entry=entry, bucket=bucket)
        self.retry_after = retry_after


class StorageUnavailable(Refusal):
    """The store did not confirm the record, or denied it to us."""

    status = 503
    error = "Storage Unavailable"
    retry_after = 2

    def __init__(self, cause: str, *, entry: str, bucket: str) -> None:
        message = "The event was not stored. Send it again with the same eventId and timestamp."
        super().__init__(message, entry=entry, bucket=bucket)
        self.cause = cause
