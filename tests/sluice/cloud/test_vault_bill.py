"""What `sluice cost` says of the vault, against what a worker asks of KMS and DynamoDB."""

from __future__ import annotations

from moto import mock_aws

from sluice.cloud import cost
from tests import vaults
from tests.vaults import Counted

RATES = cost.sheet().vault
ITEM = 100  # bytes that DynamoDB bills for each item besides its own


def test_a_new_worker_asks_for_a_mac_of_each_kind_and_a_data_key_and_puts_each_value() -> None:
    with mock_aws():
        vaults.make()
        counted = Counted()
        vault = vaults.worker(counted)
        for number in range(3):
            vaults.taken(vault, user_id="u-1", metadata={"email": f"{number}@shop.example"})
        assert counted.calls == {
            "kms.GenerateMac": RATES.macs,
            "kms.GenerateDataKey": 1,
            "dynamodb.PutItem": 1 + 3,
        }


def test_a_data_key_seals_as_many_values_as_the_prices_say() -> None:
    with mock_aws():
        vaults.make()
        counted = Counted()
        vault = vaults.worker(counted)
        values = {f"tok_id1_{number}": f"{number}" for number in range(RATES.values_of_data_key + 1)}
        for one in values:
            vault._sealed(vaults.BUCKET, one, values[one], vaults.NOW)
        assert counted.of("kms") == 2


def test_a_row_has_no_more_bytes_than_the_prices_say() -> None:
    with mock_aws():
        vaults.make()
        vaults.taken(vaults.worker(), metadata={"email": "somebody.with.a.name@mail.shop.example.org"})
        (row,) = vaults.table()
        size = sum(len(name) for name in row) + len(vaults.raw())
        # A data key that AWS has sealed has 184 bytes, and moto's fewer.
        assert size - len(bytes(row["key"]["B"])) + 184 + ITEM <= RATES.row_bytes
