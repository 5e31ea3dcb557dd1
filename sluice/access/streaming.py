"""What a stage's stream needs: the tracker writes into it, the consumer reads it and puts as the tracker does."""

from __future__ import annotations

from chalicelib import jobs
from chalicelib.jobs import Job
from chalicelib.prefixes import ERASED_LATELY, GATHERED, PARKED, POSITIONS, UNCONSUMED
from sluice.access import eraser
from sluice.access.iam import BLIND, CREATE_ONLY, RECORDS, Statement, allow, arn, deny, listed, objects, owned
from sluice.project import stage_own
from sluice.project.config import Allow, Stage

_READ = [
    *("kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator"),
    "kinesis:ListShards",
]
_STREAM = [
    *("AddTagsToStream", "CreateStream", "DecreaseStreamRetentionPeriod", "DeleteStream", "DescribeStreamSummary"),
    *("IncreaseStreamRetentionPeriod", "ListTagsForResource", "ListTagsForStream", "RemoveTagsFromStream"),
    *("TagResource", "UntagResource", "UpdateShardCount"),
]
_ENCRYPT = ["kinesis:StartStreamEncryption", "kinesis:StopStreamEncryption"]
FUNCTIONS = (jobs.CONSUME, jobs.RELEASE)


def stream(stage: Stage) -> str:
    """The ARN of the stage's stream."""
    return arn(stage, "kinesis", f"stream/{stage.stream_name}")


def writes(stage: Stage) -> list[Statement]:
    """The tracker's: put records into the stream; it can read none."""
    if stage.stream is None or not stage.stream.writes:
        return []
    return [allow("Queue", "kinesis:PutRecord", stream(stage))]


def writers(stage: Stage) -> list[str]:
    """The ARNs of the roles that put records: the tracker's, and with a stream those of its functions."""
    roles = [jobs.TRACKER, *(FUNCTIONS if stage.stream is not None else ())]
    return [stage.role_arn(job.role) for job in roles]


def reads(stage: Stage) -> Statement:
    """Read the stream, as its consumer and who replays it do."""
    return allow("ReadTheStream", _READ, stream(stage))


def keeps(stage: Stage, job: Job) -> list[Statement]:
    """In the stage's own bucket: what waits there, and how far each shard is read."""
    mine, bucket = owned(stage.account or ""), stage_own.bucket(stage)
    is_consumer = job is jobs.CONSUME
    written = [one.pattern for one in (GATHERED, PARKED) if job.role in one.writers]
    made = [allow("Keep", "s3:PutObject", objects([bucket], *written), mine | CREATE_ONLY)]
    if is_consumer:
        # Lambda writes what it gives up by the function's rights, as a file that is not there.
        made += [
            allow("GiveUp", "s3:PutObject", objects([bucket], UNCONSUMED.pattern), mine),
            allow("Advance", ["s3:GetObject", "s3:PutObject"], objects([bucket], POSITIONS.pattern), mine),
            deny("NeverBlindly", "s3:PutObject", objects([bucket], POSITIONS.pattern), BLIND),
        ]
        looked = [POSITIONS.pattern]
    else:
        kept = [one.pattern for one in (GATHERED, PARKED, UNCONSUMED)]
        waiting = objects([bucket], *kept)
        made.append(allow("Release", ["s3:DeleteObject", "s3:GetObject"], waiting, mine))
        looked = kept
    # Who was erased while their records were in the stream.
    looked.append(ERASED_LATELY.pattern)
    return [
        *made,
        eraser.knows_who(stage),
        allow("ListKept", "s3:ListBucket", f"arn:aws:s3:::{bucket}", mine | listed(*looked)),
    ]


def granted(stage: Stage, bucket: str) -> list[tuple[Statement, str]]:
    """What the functions' own policies cannot give them in another account's bucket, each with its role."""
    if stage.stream is None:
        return []
    records = f"{bucket}/{RECORDS}"
    return [
        (allow(f"{job.resource}Writes", "s3:PutObject", records, CREATE_ONLY), stage.role_arn(job.role))
        for job in FUNCTIONS
    ]


def guarded(stage: Stage, entry: Allow) -> list[str]:
    """The roles that only write in this bucket: in the stage's own one the stream's functions read, too."""
    is_own = stage.bucket(entry) == stage_own.bucket(stage)
    return [stage.role_arn(jobs.TRACKER.role)] if is_own else writers(stage)


def counts(stage: Stage) -> list[Statement]:
    """What `sluice stream status` reads, and a deployment that takes the stream away: what is behind the consumer."""
    positions = objects([stage_own.bucket(stage)], POSITIONS.pattern)
    return [reads(stage), allow("ReadPositions", "s3:GetObject", positions, owned(stage.account or ""))]


def operates(stage: Stage) -> list[Statement]:
    """The operator's: count what waits, and call the function that puts it."""
    if stage.stream is None:
        return []
    release = arn(stage, "lambda", f"function:{stage.function(jobs.RELEASE.role)}")
    return [*counts(stage), allow("Release", "lambda:InvokeFunction", release)]


def looks(stage: Stage) -> list[Statement]:
    """What the doctor looks at: the stream itself and who reads it, and no message."""
    if stage.stream is None:
        return []
    # No function can be named where its event sources are listed.
    return [
        allow("LookAtStream", "kinesis:DescribeStreamSummary", stream(stage)),
        allow("LookAtSources", "lambda:ListEventSourceMappings", "*"),
    ]


def deploys(stage: Stage) -> list[Statement]:
    """The deployer's: make, change and delete the stream, and Lambda's reading of it; also where the stage has none any more."""
    consumer = arn(stage, "lambda", f"function:{stage.function(jobs.CONSUME.role)}")
    # An event source has an id alone, and before it is made not even that.
    ours = {"ArnEquals": {"lambda:FunctionArn": consumer}}
    every = arn(stage, "lambda", "event-source-mapping:*")
    sources = [f"lambda:{verb}EventSourceMapping" for verb in ("Delete", "Get", "Update")]
    return [
        *counts(stage),
        allow("Streams", [f"kinesis:{verb}" for verb in _STREAM], stream(stage)),
        # The key is AWS's own, whose id differs between accounts.
        allow("EncryptStreams", _ENCRYPT, [stream(stage), arn(stage, "kms", "key/*")]),
        allow("CreateSource", "lambda:CreateEventSourceMapping", "*", ours),
        allow("Sources", sources, every, ours),
        allow("TagSources", ["lambda:ListTags", "lambda:TagResource", "lambda:UntagResource"], every),
    ]
