"""What an entry's modes leave of who sent an event: its ids, its user agent, and what its texts may hold.

With the defaults each step gives back what it got.
"""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from chalicelib import privacy, records
from chalicelib.allowlist import DAY, FULL, KEEP, REDACT, SENT, TENANT, Entry
from chalicelib.events import Event
from chalicelib.records import Cleaning, Device, Facts
from chalicelib.redaction import strip_controls
from chalicelib.tracking import devices

SESSION, USER = "session", "user"  # which id a hash is of, so that those of one name differ


def needs_key(event: Event, entry: Entry) -> bool:
    """Whether the event has an id that is stored as a hash under the tenant's own key."""
    return entry.identify == TENANT and bool(event.session_id or event.user_id)


def identified(event: Event, entry: Entry, salt: bytes | None, key: bytes | None = None) -> Event:
    """The event with its ids as the entry has them stored: as sent, none, or hashed under the day's salt or the tenant's key.

    Without that an id is null, never as it was sent.
    """
    if entry.identify == SENT or (event.session_id is None and event.user_id is None):
        return event
    known = {DAY: salt, TENANT: key}.get(entry.identify)
    session, user = hashed(known, SESSION, event.session_id), hashed(known, USER, event.user_id)
    return msgspec.structs.replace(event, session_id=session, user_id=user)


def masked(event: Event, entry: Entry, mask: str) -> Event:
    """The event with a mask for each id that is a hash, for a dry run, which has neither salt nor key."""
    if entry.identify not in (DAY, TENANT):
        return identified(event, entry, None)
    return msgspec.structs.replace(event, session_id=event.session_id and mask, user_id=event.user_id and mask)


def shown(facts: Facts, entry: Entry) -> Facts:
    """The facts with the user agent as the entry has it stored; the device was read from the whole of it."""
    if entry.user_agent == FULL and entry.phones_in_text == KEEP:
        return facts
    if entry.user_agent != FULL:
        return facts._replace(user_agent=family(facts.device) if facts.user_agent else None)
    return facts._replace(user_agent=cleaning(entry).text(facts.user_agent))


def family(device: Device) -> str | None:
    """What is stored in place of a user agent: `Chrome on Android`; None where neither is known."""
    known = [one for one in (device.browser, device.os) if one and one != "Other"]
    return " on ".join(known) or None


def family_of(user_agent: str | None) -> str | None:
    """The same for a user agent of a request that is refused."""
    return family(devices.read(privacy.clean(user_agent)).device) if user_agent else None


def cleaning(entry: Entry, keep_query: Collection[str] = ()) -> Cleaning:
    """How the texts of the entry's events are cleaned."""
    if entry.phones_in_text == KEEP and entry.addresses_in_text == REDACT:
        return records.cleaning(keep_query)
    redacted = privacy.texts(addresses=entry.addresses_in_text == REDACT, phones=entry.phones_in_text == REDACT)
    return records.cleaning(keep_query, redacted)


def hashed(salt: bytes | None, kind: str, name: str | None) -> str | None:
    """What is stored of an id under this salt or key; None without one, and for an id of which nothing is left."""
    name = strip_controls(name) if name else None
    return privacy.hash_id(salt, kind, name) if salt and name else None
