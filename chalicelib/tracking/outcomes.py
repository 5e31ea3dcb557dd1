"""What became of a request's events: the receipt, and what the log says of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from chalicelib.logs import Sent
from chalicelib.receipts import BatchReceipt, NotStored, Queued, Receipt

NOT_STORED, SAMPLED = "not_stored", "sampled"


@dataclass(frozen=True)
class Stored:
    """A receipt, and what the log says of it: the entry that admitted the bucket, whether there was a salt, and why not."""

    receipt: Receipt | Queued | NotStored
    entry: str
    sent: Sent | None
    salted: bool
    salt_cause: str | None = None

    @property
    def is_duplicate(self) -> bool:
        """Whether it was stored before."""
        return isinstance(self.receipt, Receipt) and self.receipt.duplicate

    @property
    def outcome(self) -> tuple[str, int]:
        """What the log calls it, and the answer's status."""
        if isinstance(self.receipt, Queued):
            return "queued", 202
        if isinstance(self.receipt, NotStored):
            return SAMPLED if self.receipt.sampled else NOT_STORED, 200
        return "duplicate" if self.is_duplicate else "accepted", 200


@dataclass(frozen=True)
class StoredBatch:
    """A batch's receipt, and what the log says of it."""

    receipt: BatchReceipt
    bucket: str
    entry: str
    sent: Sent | None
    counts: Counter[str]
    salted: bool
    salt_cause: str | None = None


def counted(
    reasons: Counter[str], new: int, queued: int, duplicates: int, not_stored: int, sampled: int
) -> Counter[str]:
    """What the log says of a batch: how many of its events ended how, without those that are none."""
    found = Counter({f"rejected_{reason}": number for reason, number in reasons.items()})
    found += Counter({"accepted": new, "queued": queued, "duplicate": duplicates})
    found += Counter({NOT_STORED: not_stored, SAMPLED: sampled})
    return found
