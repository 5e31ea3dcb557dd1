"""One file of CloudFront's to its place in the bucket of its tenant: cleaned, stored once, verified, and then deleted.

Each step can be made again, by several at once and after a kill at any moment: an object is only ever created, it says
of which file it was made, and the file goes only after its object was read back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from typing import Literal, NamedTuple

from chalicelib.access_logs import cleaning, files, reading
from chalicelib.access_logs.cleaning import Cleaned, Rules
from chalicelib.access_logs.files import LogFile
from chalicelib.access_logs.reading import UnreadableFile
from chalicelib.access_logs.sources import MAX_FILE, Source
from chalicelib.allowlist import Entry
from chalicelib.lake.objects import Objects
from chalicelib.tracking import salts
from chalicelib.tracking.salts import Salts

# The digest of the file that an object was made of, and the object's own.
_OF_FILE, _OWN = "source", "sha256"

# `moved`; `there` already; a `foreign` name; an `unknown` distribution; one of `others`; `gone` meanwhile; `unreadable`;
# `taken`: the place has an object of another file. Only what is moved or there may be deleted where it came from.
Did = Literal["moved", "there", "foreign", "unknown", "others", "gone", "unreadable", "taken"]
DELETABLE = ("moved", "there")
# What was left where it was, and should not be: somebody has to look at it.
FAULTS = ("unreadable", "taken")


class Outcome(NamedTuple):
    """What became of a file, and why it was left where it was; the lines of one that was moved cleaned."""

    did: Did
    reason: str = ""
    cleaned: Cleaned | None = None


class NoSalt(ValueError):
    """A day's salt that should be there and cannot be had; the message says why, and what to do."""


class Tenant(NamedTuple):
    """One tenant as its files need it: its bucket, its entry, its salts (None: no hashes), and the parameters that stay."""

    bucket: str
    entry: Entry
    objects: Objects
    salts: Salts | None
    keep_query: frozenset[str]

    def rules(self, now: datetime) -> Rules:
        """By what its lines are cleaned at this time."""
        return Rules(self._salt(now), self.entry.zone, self.entry.sites, self.keep_query)

    def _salt(self, now: datetime) -> Callable[[date], bytes | None]:
        @cache
        def salt(day: date) -> bytes | None:
            source, zone = self.salts, self.entry.timezone
            if source is None or now >= salts.forgotten_at(day, zone):
                return None
            found = salts.of(source, day, zone, self.bucket, now)
            if found is None:
                raise NoSalt(
                    f"the salt of {day} is not available ({source.cause}), and its files wait: nothing is lost. Let the "
                    "caller update items of the stage's table of salts, and run it again"
                )
            return found

        return salt


def distributions(entries: Iterable[Entry]) -> dict[str, str]:
    """The bucket of each distribution."""
    return {one: entry.bucket for entry in entries for one in entry.distributions}


def addressed(key: str, owners: Mapping[str, str]) -> tuple[LogFile, str] | Outcome:
    """The file of this key and the bucket of its tenant, or why it has none."""
    file = files.read(key)
    if file is None:
        return Outcome("foreign", "its name is not one of CloudFront's")
    bucket = owners.get(file.distribution)
    if bucket is None:
        return Outcome("unknown", f"no entry of sluice.toml lists the distribution {file.distribution}")
    return file, bucket


def move(
    source: Source, key: str, tenant: Tenant, owners: Mapping[str, str], now: datetime, *, delete: bool = False
) -> Outcome:
    """Bring the file of this key to its tenant's place, where it is this tenant's; raises NoSalt.

    `owners` says whose each distribution is. With `delete` the file goes once its object was read back.
    """
    found = addressed(key, owners)
    if isinstance(found, Outcome):
        return found
    file, bucket = found
    if bucket != tenant.bucket:
        return Outcome("others", f"the distribution {file.distribution} is {bucket}'s")
    packed = source.read(key)
    if packed is None:
        return Outcome("gone")
    if len(packed) > MAX_FILE:
        return Outcome("unreadable", f"it has more than {MAX_FILE} bytes")
    try:
        outcome = _stored(packed, file, tenant, now)
    except UnreadableFile as error:
        return Outcome("unreadable", str(error))
    if delete and outcome.did in DELETABLE:
        source.delete(key)
    return outcome


def _stored(packed: bytes, file: LogFile, tenant: Tenant, now: datetime) -> Outcome:
    digest = sha256(packed).hexdigest()
    if there := _there(tenant.objects, file.key, digest):
        return there
    is_raw = tenant.entry.access_logs == "raw"
    is_whole = is_raw and reading.is_stored_form(packed)
    made = None if is_whole else cleaning.cleaned(packed, None if is_raw else tenant.rules(now))
    body = packed if made is None else made.body
    is_new = tenant.objects.create(file.key, body, {_OF_FILE: digest, _OWN: sha256(body).hexdigest()})
    there = _there(tenant.objects, file.key, digest) or Outcome("taken", "what was stored is not there")
    return Outcome("moved", cleaned=made) if is_new and there.did == "there" else there


def _there(objects: Objects, key: str, digest: str) -> Outcome | None:
    """Whether the place has the whole object that was made of this file; None where it has none."""
    head = objects.head(key)
    body = None if head is None else objects.read(key)
    if head is None or body is None:
        return None
    if head.metadata.get(_OF_FILE) != digest:
        return Outcome("taken", f"{key} was made of another file")
    if head.metadata.get(_OWN) != sha256(body).hexdigest():
        return Outcome("taken", f"{key} is not what was stored there")
    return Outcome("there")
