"""The path of a stage, put together as its settings say, and what its first event would wait for."""

from __future__ import annotations

from dataclasses import replace

from chalicelib import events, logs
from chalicelib.allowlist import TENANT, Allowlist, Entry
from chalicelib.prefixes import OWN_FOLDER
from chalicelib.settings import Settings, SettingsError
from chalicelib.tracking import devices
from chalicelib.tracking.edge import Edge
from chalicelib.tracking.geo import EdgeHeaders, Places
from chalicelib.tracking.ingest import Ingest
from chalicelib.tracking.quotas import PATTERN_RATE, Quotas
from chalicelib.tracking.rejected import Keeper
from chalicelib.tracking.salts import DynamoSalts, MemorySalts
from chalicelib.tracking.sampling import Pace, Sampling
from chalicelib.tracking.segments import FileStream
from chalicelib.tracking.stores import DirectoryStore, S3Store, Store
from chalicelib.tracking.stream import KinesisStream, Stream, StreamStore
from chalicelib.tracking.tenant_keys import FolderKeys, NoKeys, SealedKeys, TenantKeys
from chalicelib.vault.filling import Vault
from chalicelib.vault.keyring import FileKeys, KmsKeys
from chalicelib.vault.rows import FileRows, TableRows


def assemble(settings: Settings) -> Ingest:
    """The path of a stage as its settings say; raises SettingsError for a City database that cannot be used."""
    directory, table = settings.store_directory, settings.salts_table
    kept: Store = S3Store() if directory is None else DirectoryStore(directory)
    store = _through_stream(settings, kept)
    keeper = Keeper(settings.allowlist, settings.bucket_owner, store, settings.keep_query)
    return Ingest(
        settings=_provable(settings),
        store=store,
        salts=MemorySalts() if table is None else DynamoSalts(table),
        places=_places(settings),
        tenant_keys=_tenant_keys(settings),
        vault=_vault(settings),
        quotas=Quotas(PATTERN_RATE if directory is None else None),
        edge=None if settings.edge_parameter is None else Edge(settings.edge_parameter),
        keeper=keeper if keeper.is_asked else None,
        sampling=Sampling(_pace(settings)),
    )


def warm() -> None:
    """Do in Lambda's init phase what the first event would wait for: the parsers' tables.

    The init phase has been billed like any other time since August 2025; it is still the faster one.

    The local server does it too: msgspec crashes when several threads are the first to use a type.
    """
    events.parse(b'{"bucket": "b", "eventType": "e", "timestamp": "2025-01-01T00:00:00Z", "metadata": {}}')
    devices.read(
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
    )


def _provable(settings: Settings) -> Settings:
    """With the stage's own bucket among those that are let in: it takes an event a second, and one proves a deployment."""
    if settings.stage_bucket is None:
        return settings
    listed, own = settings.allowlist, Entry(settings.stage_bucket, max_events_per_second=1)
    return replace(settings, allowlist=Allowlist([*listed.entries, own], listed.stage_origins))


def _through_stream(settings: Settings, store: Store) -> Store:
    """The store behind the stage's stream, where it has one that records go into."""
    waiting = settings.stream
    if waiting is None or not waiting.writes:
        return store
    stream: Stream = FileStream(waiting.folder) if waiting.folder else KinesisStream(waiting.name or "")

    def failed(cause: str) -> None:
        logs.job("stream_failure", stage=settings.stage, cause=cause)

    return StreamStore(stream, store, settings.allowlist, failed)


def _pace(settings: Settings) -> Pace | None:
    """Where workers say to each other how many events came, where an entry has a budget of them."""
    if not any(entry.max_events_per_minute for entry in settings.allowlist.entries):
        return None
    # Not at import: few stages have a budget, and each worker would wait for it.
    from chalicelib.tracking.pace import Budgets
    from chalicelib.tracking.shared_counts import DynamoCounts, MemoryCounts

    return Budgets(MemoryCounts() if settings.salts_table is None else DynamoCounts(settings.salts_table))


def _tenant_keys(settings: Settings) -> TenantKeys:
    """Where the keys of tenants are whose entries ask for one."""
    if not any(entry.identify == TENANT for entry in settings.allowlist.entries):
        return NoKeys()
    if settings.store_directory is not None:
        return FolderKeys(settings.store_directory / OWN_FOLDER)
    if settings.identify_key is None or settings.stage_bucket is None:
        return NoKeys()
    return SealedKeys(settings.identify_key, settings.stage_bucket, settings.bucket_owner)


def _vault(settings: Settings) -> Vault | None:
    """The vault, where an entry puts values into it; raises SettingsError where nobody says which it is."""
    if not any(entry.tokenize for entry in settings.allowlist.entries):
        return None
    if settings.store_directory is not None:
        own = settings.store_directory / OWN_FOLDER
        return Vault(FileKeys(own), FileRows(own))
    if settings.vault is None:
        raise SettingsError("VAULT", "required with an entry that has tokenize; `sluice sync` writes it")
    return Vault(KmsKeys(settings.vault), TableRows(settings.vault))


def _places(settings: Settings) -> Places:
    if settings.geoip_db is None:
        return EdgeHeaders()
    from chalicelib.tracking.city import CityDatabase  # no stage without one should wait for its library

    try:
        return CityDatabase(settings.geoip_db)
    except ValueError as error:
        raise SettingsError("GEOIP_DB", str(error)) from None
