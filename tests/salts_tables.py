"""The table of salts, as a stage has it."""

from __future__ import annotations

from typing import Any


def salts_table(dynamodb: Any, name: str) -> None:
    """Make the table by this client of DynamoDB."""
    dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
