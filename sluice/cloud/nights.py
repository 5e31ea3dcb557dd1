"""The state machine of a night: it calls the compactor for each day that is due, so many at a time, and costs nothing idle.

Why not a queue: an event source polls it all day. Why no chain of workers, each of which starts the next: Lambda stops a chain
of a function's calls to itself after 16, and a worker that is killed ends it.
"""

from __future__ import annotations

import json
from typing import Any

from chalicelib.jobs import COMPACT, NIGHTS
from sluice.access.iam import Document
from sluice.cloud import roles
from sluice.project.config import Stage

Resources = dict[str, Any]
# The one refusal by which it is certain that no worker has begun: a call that is repeated after any other could find a day at
# work. With four of them a day leaves 21 events, and so `nightly.MAX_NIGHT` days less than the 25,000 that an execution may have.
_BUSY = {
    "ErrorEquals": ["Lambda.TooManyRequestsException"],
    "IntervalSeconds": 60,
    "MaxAttempts": 4,
    "BackoffRate": 3,
}
# What a day leaves, in a word; one that failed says which it was.
_DONE, _FAILED = {"ended": "done"}, {"ended": "failed", "task.$": "$"}


def nights(stage: Stage, policy: Document) -> Resources:
    """The state machine, and its role with this policy, which trusts the account's own state machines alone."""
    own = {"StringEquals": {"aws:SourceAccount": stage.account}, "ArnEquals": {"aws:SourceArn": stage.nights}}
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "states.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": own,
    }
    role = {
        "RoleName": stage.function(NIGHTS),
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
        "Policies": [{"PolicyName": "CompactionRolePolicy", "PolicyDocument": policy}],
        **roles.placed(stage),
    }
    machine = {
        "StateMachineName": stage.function(NIGHTS),
        # Each state is paid for, and not how long it takes; an express one may take five minutes.
        "StateMachineType": "STANDARD",
        "RoleArn": {"Fn::GetAtt": ["CompactionRole", "Arn"]},
        # As text: a template's own JSON may have no null.
        "DefinitionString": json.dumps(definition(stage)),
    }
    return {
        "CompactionRole": {"Type": "AWS::IAM::Role", "Properties": role},
        "Compaction": {"Type": "AWS::StepFunctions::StateMachine", "Properties": machine},
    }


def definition(stage: Stage) -> dict[str, Any]:
    """Every day of the night is tried; where one was not compacted, the execution fails in the end, and so the alarm rings."""
    failed = {"Variable": "$.failed", "BooleanEquals": True, "Next": "SomeFailed"}
    return {
        "StartAt": "Days",
        "States": {
            "Days": _days(stage),
            "Ended": {"Type": "Choice", "Choices": [failed], "Default": "Done"},
            "SomeFailed": {
                "Type": "Fail",
                "Error": "DaysFailed",
                "Cause": "Some days were not compacted: the output of the state Days names them",
            },
            "Done": {"Type": "Succeed"},
        },
    }


def _days(stage: Stage) -> dict[str, Any]:
    return {
        "Type": "Map",
        "ItemsPath": "$.days",
        "MaxConcurrency": stage.compaction_workers,
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "INLINE"},
            "StartAt": "Day",
            "States": {"Day": _day(stage), "Failed": {"Type": "Pass", "Parameters": _FAILED, "End": True}},
        },
        "ResultSelector": {"failed.$": "States.ArrayContains($[*].ended, 'failed')", "days.$": "$"},
        "Next": "Ended",
    }


def _day(stage: Stage) -> dict[str, Any]:
    """One call of the compactor. Whatever it ends by, time and memory included, is caught: the other days go on."""
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": stage.function(COMPACT.role), "Payload.$": "$"},
        # Lambda ends the worker first: only an answer that never comes waits for this.
        "TimeoutSeconds": (COMPACT.timeout or 0) + 60,
        # Lambda's whole answers, a thousand times, are more than a state may have.
        "ResultSelector": _DONE,
        "Retry": [_BUSY],
        "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": None, "Next": "Failed"}],
        "End": True,
    }
