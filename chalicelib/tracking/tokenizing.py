"""One request's values for the vault: a token in place of each, and its row there before any record is stored."""

from __future__ import annotations

from datetime import datetime

from chalicelib.allowlist import Entry
from chalicelib.events import Event
from chalicelib.records import Record
from chalicelib.tracking import deadline
from chalicelib.tracking.refusing import refusing
from chalicelib.vault.filling import Vault, replaced


class Taken:
    """What is taken out of a request's events. Without a vault, as in an import, the fields are null, never as they were sent."""

    def __init__(self, vault: Vault | None, entry: Entry, received: datetime, end: float | None) -> None:
        self._vault, self._entry, self._received, self._end = vault, entry, received, end
        self._values: dict[str, str] = {}

    def out_of(self, event: Event) -> Event:
        """The event as it is stored; raises Refusal where a token cannot be made now."""
        if not self._entry.tokenize:
            return event
        if self._vault is None:
            return masked(event, self._entry, None)
        with refusing(self._entry, event.bucket, None), deadline.until(self._end):
            return self._vault.taken(event, self._entry, self._values, self._received)

    def keep(self, bucket: str, stored: list[Record]) -> None:
        """Keep the rows of what these records have tokens of, and of no event that is left out.

        Raises VaultUnavailable, and then no record may be stored.
        """
        if not self._values or self._vault is None:
            return
        texts = "\n".join(text or "" for one in stored for text in (one.session_id, one.user_id, one.metadata))
        named = {token: value for token, value in self._values.items() if token in texts}
        self._vault.keep(bucket, named, self._received)


def masked(event: Event, entry: Entry, mask: str | None) -> Event:
    """The event with this in place of each value that the vault would take."""
    return replaced(event, entry, lambda _, value: value if value is None else mask)
