"""How many events of a tenant all workers took together, and how far they lower its share: an item that they add to."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, NamedTuple, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.causes import cause
from chalicelib.tracking.salts import END, KEY

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import UpdateItemInputTypeDef

KEY_PREFIX = "rate#"
KEPT = 3600  # seconds after the last event
# One try: an event is stored by what the worker knows rather than late.
_CONFIG = Config(connect_timeout=0.3, read_timeout=0.3, retries={"total_max_attempts": 1, "mode": "standard"})


class Unavailable(Exception):
    """The counts could not be had; the message is the cause in one word."""


class Heard(NamedTuple):
    """What all workers took so far, and the step that they agreed on, with the time until which it holds."""

    events: int
    step: int = 0
    until: float = 0.0


class Counts(Protocol):
    """What workers say to each other."""

    def add(self, bucket: str, events: int, now: float) -> Heard:
        """Add what this worker took; raises Unavailable."""

    def lower(self, bucket: str, step: int, until: float, now: float) -> None:
        """Have all take this step until then, if none holds that is deeper; raises Unavailable."""


class MemoryCounts:
    """Those of this process alone: for one server on one machine."""

    def __init__(self) -> None:
        self._lock, self._heard = Lock(), dict[str, Heard]()

    def add(self, bucket: str, events: int, now: float) -> Heard:
        with self._lock:
            before = self._heard.get(bucket, Heard(0))
            self._heard[bucket] = before._replace(events=before.events + events)
            return self._heard[bucket]

    def lower(self, bucket: str, step: int, until: float, now: float) -> None:
        with self._lock:
            before = self._heard.get(bucket, Heard(0))
            if before.step <= step or before.until <= now:
                self._heard[bucket] = before._replace(step=step, until=until)


class DynamoCounts:
    """Those that all workers share: an item for each bucket, in the table that has the salts."""

    def __init__(self, table: str, client: DynamoDBClient | None = None) -> None:
        self._table = table
        self._client = client or boto3.client("dynamodb", config=_CONFIG)

    def add(self, bucket: str, events: int, now: float) -> Heard:
        found = self._update(
            {
                **self._item(bucket),
                "UpdateExpression": f"ADD #e :e SET {END} = :x",
                "ExpressionAttributeNames": {"#e": "events"},
                "ExpressionAttributeValues": {":e": {"N": str(events)}, ":x": {"N": str(int(now) + KEPT)}},
                "ReturnValues": "ALL_NEW",
            }
        )
        return Heard(int(found["events"]), int(found.get("step", 0)), float(found.get("until", 0)))

    def lower(self, bucket: str, step: int, until: float, now: float) -> None:
        self._update(
            {
                **self._item(bucket),
                "UpdateExpression": "SET #s = :s, #u = :u",
                "ConditionExpression": "attribute_not_exists(#s) OR #s <= :s OR #u <= :n",
                "ExpressionAttributeNames": {"#s": "step", "#u": "until"},
                "ExpressionAttributeValues": {
                    ":s": {"N": str(step)},
                    ":u": {"N": str(round(until, 3))},
                    ":n": {"N": str(round(now, 3))},
                },
            }
        )

    def _item(self, bucket: str) -> UpdateItemInputTypeDef:
        return {"TableName": self._table, "Key": {KEY: {"S": f"{KEY_PREFIX}{bucket}"}}}

    def _update(self, asked: UpdateItemInputTypeDef) -> dict[str, str]:
        """What the item holds then; nothing where a condition does not hold."""
        try:
            found = self._client.update_item(**asked).get("Attributes", {})
        except self._client.exceptions.ConditionalCheckFailedException:
            return {}
        except (BotoCoreError, ClientError) as error:
            raise Unavailable(cause(error)) from error
        return {name: value["N"] for name, value in found.items() if "N" in value}
