"""By which hashes an id may be stored: under the tenant's own key, under the salts of days that still live, and as tokens.

A day's root is forgotten 26 hours after the day. From then on nobody finds whom a hash of it is of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib import privacy
from chalicelib.allowlist import DAY, TENANT, Entry
from chalicelib.causes import cause
from chalicelib.lake.tombstones import Of
from chalicelib.prefixes import OWN_FOLDER
from chalicelib.settings import Settings
from chalicelib.tracking import modes, salts
from chalicelib.tracking.tenant_keys import FolderKeys, NoKeys, SealedKeys, TenantKeys
from chalicelib.vault.keyring import VaultUnavailable
from sluice import aws
from sluice.aws import Client
from sluice.subjects.vault import Vault

# Reads the root of a day of a time zone, and makes none; raises what AWS has against it.
Roots = Callable[[date, str], bytes | None]
_IN_PLACE = "hashes of one day in place of ids, by which nobody is found once the day's salt is forgotten"
_OF_DAYS = f'Records that were stored while the entry had `identify = "day"`: they have {_IN_PLACE}'
_OF_KEY = (
    'Records that were stored while the entry had `identify = "tenant"`: hashes under the tenant\'s key in place of ids'
)
_OF_VAULT = "Records that were stored while the entry had `tokenize`: tokens in place of values"
_NOT = "They were not looked for."
_LOOKED_FOR = (
    "Those of versions up to {} were looked for. Not covered are values that `metadata` had before the entry had `tokenize`, and "
    "backups of the vault, if the operator makes any."
)


class Hashes(NamedTuple):
    """The hashes and tokens that an id is looked for by, and what is not found by them, in the words of a certificate."""

    values: tuple[str, ...] = ()
    limits: tuple[str, ...] = (f"{_OF_DAYS}. {_NOT}", f"{_OF_KEY}. {_NOT}", f"{_OF_VAULT}. {_NOT}")
    tokens: frozenset[str] = frozenset()


class Place(NamedTuple):
    """Whose ids they are, and where their keys come from; `roots` is None where no other process can read them.

    Without a `vault` the entry tokenizes nothing.
    """

    bucket: str
    entry: Entry
    keys: TenantKeys
    roots: Roots | None
    vault: Vault | None = None


def of(place: Place, of: Of, value: str, now: datetime) -> Hashes:
    """The hashes of this id, with what they do not find."""
    by_key, of_key = _by_key(place, of, value, now)
    by_days, of_days = _by_days(place, of, value, now)
    tokens, of_vault = _by_vault(place.vault, value)
    limits = ((_OF_DAYS, of_days), (_OF_KEY, of_key), (_OF_VAULT, of_vault))
    return Hashes((*by_key, *by_days), tuple(f"{what}. {said}" for what, said in limits if said), tokens)


def keys(settings: Settings, entry: Entry, region: str, client: Client = aws.client) -> TenantKeys:
    """Where a stage's keys of tenants are for who serves a request; in AWS only where the entry asks for one."""
    if settings.store_directory is not None:
        return FolderKeys(settings.store_directory / OWN_FOLDER)
    if entry.identify != TENANT or settings.identify_key is None:
        return NoKeys()
    own = settings.stage_bucket or ""
    return SealedKeys(settings.identify_key, own, settings.bucket_owner, client("s3", region), client("kms", region))


def roots(table: str, region: str, client: Client = aws.client) -> Roots:
    """The roots in a stage's table."""
    dynamodb = client("dynamodb", region)

    def root(day: date, zone: str) -> bytes | None:
        key = {salts.KEY: {"S": salts.item_key(day, zone)}}
        item = dynamodb.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item", {})
        return bytes(item["root"]["B"]) if "root" in item else None

    return root


def living(zone: str, now: datetime) -> Iterator[date]:
    """The days whose root is not forgotten yet: an event may be filed a day late, and a few minutes early."""
    for ago in range(3, -2, -1):
        day = now.date() - timedelta(days=ago)
        if now < salts.forgotten_at(day, zone):
            yield day


def _by_key(place: Place, of: Of, value: str, now: datetime) -> tuple[list[str], str]:
    key = place.keys.key(place.bucket, now)
    if key is not None:
        return list(filter(None, [modes.hashed(key, of, value)])), ""
    if place.entry.identify == TENANT:
        return [], f"The key is not available ({place.keys.cause}), so that they were not looked for."
    return (
        [],
        'They were not looked for: the entry has another `identify` now. Erase first, or set it to "tenant" meanwhile.',
    )


def _by_days(place: Place, of: Of, value: str, now: datetime) -> tuple[list[str], str]:
    if place.entry.identify != DAY:
        return [], _NOT
    if place.roots is None:
        return [], "The salts of a local stage are in the memory of its server alone, so that they were not looked for."
    found, days = list[str](), list(living(place.entry.timezone, now))
    try:
        for day in days:
            root = place.roots(day, place.entry.timezone)
            salt = privacy.tenant_salt(root, place.bucket) if root else None
            found += filter(None, [modes.hashed(salt, of, value)])
    except (BotoCoreError, ClientError) as error:
        return [], f"The salts cannot be read ({cause(error)}), so that they were not looked for."
    return (
        found,
        f"Those of {days[0]} and later were looked for. Records of the days before also come back with an import.",
    )


def _by_vault(vault: Vault | None, value: str) -> tuple[frozenset[str], str]:
    if vault is None:
        return frozenset(), _NOT
    try:
        return vault.tokens(value), _LOOKED_FOR.format(vault.version)
    except VaultUnavailable as error:
        return frozenset(), f"Tokens cannot be made now ({error}), so that they were not looked for."
