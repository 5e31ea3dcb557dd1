"""How much of KMS and DynamoDB a stage's token vault uses, and how long its tracker waits for it."""

from __future__ import annotations

import msgspec

from sluice.cloud.month import GB, Quantities


class Vaults(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a vault has in KMS, what a worker asks for each tenant, and what a token is taken to be."""

    masters: int
    macs: int
    values_of_data_key: int
    tokens_of_value: int
    row_bytes: int
    put_ms: float


def of_vault(tenants: int, tokens: float, requests: float, workers: float, mb: int, rates: Vaults) -> Quantities:
    """What so many tokens of these tenants use, at most: each is put, also where its row is there already.

    Each new worker has each tenant's tokens derived, and a data key made; nothing where no entry tokenizes.
    """
    if not tenants:
        return {}
    values = tokens / rates.tokens_of_value
    asked = tenants * workers * (rates.macs + 1) + tokens / rates.values_of_data_key
    return {
        "vault_keys": rates.masters,
        "key_requests": asked,
        "vault_writes": tokens,
        "vault_rows": values * rates.row_bytes / GB,
        "lambda_duration": requests * rates.put_ms / 1000 * mb / 1024,
    }
