"""What was refused of the sample's shop, the same at every run: docs/querying.md shows what it answers."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import msgspec

from chalicelib.tracking.rejected import Kept, object_key

# The reason, the field, what the API answered, what was sent, and how often that happens.
_REFUSED = (
    (
        "InvalidField",
        "page",
        "page has to be an http or https address",
        '{"bucket":"shop-analytics","page":"/bags"}',
        5,
    ),
    ("MissingField", "eventType", "eventType is missing", '{"bucket":"shop-analytics"}', 3),
    ("OriginNotAllowed", None, "this origin may not send events to this bucket", '{"bucket":"shop-analytics"}', 2),
    ("InvalidJson", None, "the body is not JSON", '{"bucket":"shop-analytics",', 1),
)


def write(root: Path, bucket: str, days: tuple[date, date], seed: int) -> None:
    """Put what was refused on these days into the bucket's folder of this store, an object each."""
    for number, (moment, kept) in enumerate(_kept(days, random.Random(seed))):
        key = object_key(kept.reason, moment, hashlib.sha256(str(number).encode()).digest()[:8])
        path = root / bucket / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(msgspec.json.encode(kept) + b"\n")


def _kept(days: tuple[date, date], chance: random.Random) -> Iterator[tuple[datetime, Kept]]:
    for day in (days[0] + timedelta(number) for number in range((days[1] - days[0]).days + 1)):
        for _ in range(chance.randrange(4)):
            ((reason, field, message, body, _),) = chance.choices(_REFUSED, [one[-1] for one in _REFUSED])
            moment = datetime.combine(day, time(8), UTC) + timedelta(seconds=chance.randrange(40_000))
            stamp = f"{moment:%Y-%m-%dT%H:%M:%S}.000Z"
            weight = chance.choice((1, 1, 1, 6))
            yield moment, Kept(reason, field, message, stamp, len(body), weight, reason != "InvalidJson", body)
