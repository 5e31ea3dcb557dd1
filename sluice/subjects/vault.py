"""The token vault as a store of people: which tokens an id has there, which rows are of whom, and how those go.

Nothing here opens a value: who asks knows it, and the tokens are made of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from chalicelib.prefixes import OWN_FOLDER
from chalicelib.settings import Settings
from chalicelib.vault import tokens
from chalicelib.vault.keyring import FileKeys, Keys, KmsKeys
from chalicelib.vault.rows import FileRows, Row, Rows, TableRows
from chalicelib.vault.tokens import EMAIL, ID, Named
from sluice import aws
from sluice.aws import Client
from sluice.subjects import plans, stores
from sluice.subjects.people import People
from sluice.subjects.stores import Hit, Looked, Store

NAME = "vault"


class Vault:
    """The rows of one tenant, and its tokens up to the version that its entry has now."""

    def __init__(self, bucket: str, version: int, keys: Keys, rows: Rows) -> None:
        self.version, self._bucket, self._keys, self._rows = version, bucket, keys, rows
        self._named = [Named(kind, one) for kind in (ID, EMAIL) for one in range(1, version + 1)]
        self._derived: dict[Named, bytes] = {}

    def tokens(self, value: str) -> frozenset[str]:
        """The tokens of this value, of every kind and version; raises VaultUnavailable."""
        made = ((named, tokens.normal(named.kind, value)) for named in self._named)
        return frozenset(tokens.token(self._key(named), named, plain) for named, plain in made if plain)

    def look(self, people: People, looked: Iterable[Looked]) -> Looked:
        """The rows of these people, and as mentions those of other tokens that their records have, or had.

        The digest is over the tokens that were looked for and have a row.
        """
        lines = stores.each(looked, len(people.all))
        others = [plans.others(person, mine) for person, mine in zip(people.all, lines, strict=True)]
        wanted = {one for person in people.all for one in person.tokens}.union(*others)
        there = {row.token: row for row in self.rows(wanted)}
        hits = [
            Hit(number, NAME, token, there[token].day, int(token in person.tokens), int(token not in person.tokens))
            for number, (person, some) in enumerate(zip(people.all, others, strict=True))
            for token in sorted((person.tokens | some) & there.keys())
        ]
        return Looked(NAME, len(there), sha256("".join(f"{one}\n" for one in sorted(there)).encode()).hexdigest(), hits)

    def rows(self, wanted: Iterable[str]) -> list[Row]:
        """Those of these tokens that have a row."""
        return list(self._rows.find(self._bucket, sorted(wanted)))

    def forget(self, people: People) -> None:
        """Delete the rows of these people."""
        self._remove({one for person in people.all for one in person.tokens})

    def forget_unheld(self, people: People, among: Iterable[Store]) -> None:
        """Delete those rows of other tokens that these people's records had and that no record has any more."""
        others = frozenset[str]().union(*(person.others for person in people.all))
        if others:
            self._remove(others - stores.held(among, others))

    def _remove(self, gone: Iterable[str]) -> None:
        for row in self.rows(gone):
            self._rows.remove(self._bucket, row.token)

    def _key(self, named: Named) -> bytes:
        if named not in self._derived:
            self._derived[named] = self._keys.derived(self._bucket, named)
        return self._derived[named]


def of(settings: Settings, bucket: str, region: str, client: Client = aws.client) -> Vault | None:
    """The vault as the tenant's requests need it; None where its entry tokenizes nothing."""
    entry = settings.allowlist.find(bucket)
    if entry is None or not entry.tokenize:
        return None
    if settings.store_directory is not None:
        own = settings.store_directory / OWN_FOLDER
        return Vault(bucket, entry.token_version, FileKeys(own), FileRows(own))
    name = settings.vault or ""
    keys, rows = KmsKeys(name, client("kms", region)), TableRows(name, client("dynamodb", region))
    return Vault(bucket, entry.token_version, keys, rows)
