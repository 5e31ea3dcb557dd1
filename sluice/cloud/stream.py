"""The stage's data stream in Kinesis, how its consumer is called, and what is counted of it."""

from __future__ import annotations

from typing import Any

from sluice.cloud.alarms import Resources
from sluice.cloud.resources import dropped
from sluice.project import stage_own, tags
from sluice.project.config import Stage

NAME = "Stream"
# As Chalice calls the event source of the function.
SOURCE = "ConsumeKinesisEventSource"
RETENTION_HOURS = 24
# Before the stream forgets a message; Lambda then writes the batch into the stage's own bucket.
OLDEST = (RETENTION_HOURS - 1) * 3600


def stream(stage: Stage) -> Resources:
    """The stream, where the stage has one."""
    if stage.stream is None:
        return {}
    properties = {
        "Name": stage.stream_name,
        "ShardCount": stage.stream.shards,
        "RetentionPeriodHours": RETENTION_HOURS,
        "StreamModeDetails": {"StreamMode": "PROVISIONED"},
        # By AWS's own key, which is free. What is in the stream is as good as in the tenant's bucket, for a day.
        "StreamEncryption": {"EncryptionType": "KMS", "KeyId": "alias/aws/kinesis"},
        "Tags": tags.listed(tags.of(stage)),
    }
    return {NAME: dropped("AWS::Kinesis::Stream", properties)}


def source(stage: Stage) -> dict[str, Any]:
    """How Lambda reads the stream for the consumer, besides what Chalice writes (`chalicelib.triggers`)."""
    if stage.stream is None:
        return {}
    bucket = f"arn:aws:s3:::{stage_own.bucket(stage)}"
    properties = {
        # Tried until it works, in halves: only where nothing can be parked does a batch fail.
        "BisectBatchOnFunctionError": True,
        "MaximumRecordAgeInSeconds": OLDEST,
        "DestinationConfig": {"OnFailure": {"Type": "S3", "Destination": bucket}},
    }
    return {"Events": {SOURCE: {"Type": "Kinesis", "Properties": properties}}}
