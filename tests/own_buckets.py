"""What moto leaves out of its answers about a stage's own bucket."""

from __future__ import annotations

from typing import Any

from moto.s3.models import s3_backends

from tests.conftest import OWNER


def show_events(client: Any) -> Any:
    """The client, which then knows whether a bucket's events go to EventBridge: moto keeps that, and does not say it."""
    asked: list[str] = []
    operation = "s3.GetBucketNotificationConfiguration"

    def note(params: dict[str, Any], **_: Any) -> None:
        asked.append(params["Bucket"])

    def add(parsed: dict[str, Any], **_: Any) -> None:
        found = s3_backends[OWNER]["aws"].get_bucket(asked[-1]).notification_configuration
        if found is not None and found.event_bridge is not None:
            parsed["EventBridgeConfiguration"] = {}

    client.meta.events.register(f"provide-client-params.{operation}", note)
    client.meta.events.register(f"after-call.{operation}", add)
    return client
