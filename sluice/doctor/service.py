"""What is checked of the service: its functions, their roles, the salts, the City database, and whether it answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from functools import partial
from pathlib import Path

from chalicelib import jobs
from chalicelib.jobs import Job
from chalicelib.records import iso, object_key
from chalicelib.rejections import verdicts
from chalicelib.tracking.salts import END
from sluice import running
from sluice.access import functions
from sluice.aws import AwsError, explain
from sluice.cloud import city_database, generated
from sluice.cloud.template import ENDPOINT
from sluice.doctor import budget, logs, nights, roles, sender, stream, tables, vault
from sluice.doctor.findings import SERVICE, Finding, Seen, Verdict, look
from sluice.doctor.subject import Service
from sluice.project.config import Allow, Stage

TRACKER = jobs.TRACKER.role
PROBE = object_key(date(2025, 1, 1), "0123456789abcdef")
# What the tracker's role may never do to a tenant's bucket.
FORBIDDEN = ("s3:GetObject", "s3:DeleteObject", "s3:PutObjectAcl")


def account(service: Service) -> Finding:
    """Whether there are credentials, and of the stage's account: without them nothing in AWS can be looked at."""
    return look(SERVICE, "account", partial(_account, service))


def _account(service: Service) -> Seen:
    try:
        found = str(service.client("sts", service.stage.region).get_caller_identity()["Account"])
    except AwsError as error:
        return Seen("fault", explain(error), f"Get credentials for the account {service.stage.account}")
    if found != service.stage.account:
        fix = f"Use credentials of {service.stage.account}, or correct account of [stages.{service.stage.name}]"
        return Seen("fault", f"the credentials are of {found}", fix)
    return Seen("ok", found)


def examine(service: Service, now: datetime) -> Iterator[Finding]:
    """The findings of what runs in AWS."""
    for job in service.stage.jobs:
        yield look(SERVICE, f"{job.role} environment", partial(_environment, service, job))
        yield look(
            SERVICE, f"{job.role} role", partial(roles.seen, service, job.role, functions.of(job, service.stage))
        )
    for check, at in (logs.CHECKS | nights.CHECKS | {"budget": budget.seen}).items():
        yield look(SERVICE, check, partial(at, service))
    if jobs.REPORT in service.stage.jobs:
        for check, at in sender.CHECKS.items():
            yield look(SERVICE, check, partial(at, service))
    for check, look_at in (stream.checks(service, now) | vault.checks(service)).items():
        yield look(SERVICE, check, look_at)
    if service.stage.ip_hash:
        for check, at in _SALTS.items():
            yield look(SERVICE, check, partial(at, service))


def rights(service: Service, bucket: str, entry: Allow) -> Finding:
    """What AWS's own simulator says the tracker may do to a tenant's bucket."""
    return look(bucket, "tracker's rights", lambda: _rights(service, bucket, entry))


def endpoint(service: Service) -> tuple[str | None, Finding]:
    """The address in the outputs of the stage's stack, and the finding on it."""
    stack = service.stage.stack
    finding = look(SERVICE, "endpoint", lambda: _endpoint(service, stack))
    return (finding.found if finding.verdict == "ok" else None), finding


def health(address: str, stage: Stage) -> Finding:
    """Whether the service answers at all."""
    fix = f"See the log group {stage.log_group(TRACKER)}" if stage.is_deployed else "sluice serve"
    answer = running.ask(address, "/health")
    if answer == (200, {"status": "ok"}):
        return Finding(SERVICE, "health", "ok", address)
    return Finding(SERVICE, "health", "fault", f"{address}/health: {running.said(*answer)}", fix)


def probe(address: str, stage: Stage, bucket: str, now: datetime) -> Finding:
    """Whether every gate lets in an event for this bucket; nothing is stored."""
    event = {"bucket": bucket, "eventType": "doctor", "timestamp": iso(now)}
    status, answer = running.ask(address, "/track?dryRun=1", json.dumps(event))
    if status == 200 and isinstance(answer, dict) and answer.get("gates") == verdicts():
        return Finding(bucket, "probe", "ok", "every gate lets its events in")
    fix = f"sluice sync; make deploy STAGE={stage.name}" if stage.is_deployed else "sluice sync; sluice serve"
    return Finding(bucket, "probe", "fault", running.said(status, answer), fix)


def database(places: Iterable[Path], now: datetime) -> Finding:
    """Whether the City database, where there is one, can be read and is young enough."""
    return look(SERVICE, "City database", partial(_database, places, now))


def _database(places: Iterable[Path], now: datetime) -> Seen:
    path = next((path for path in places if path.is_file()), None)
    if path is None:
        return Seen("ok", "none: places come from CloudFront's headers")
    fix = "Get a newer one with geoipupdate; sluice geo install FILE; make deploy"
    try:
        found = city_database.inspect(path, now)
    except city_database.GeoProblem as error:
        return Seen("fault", str(error), fix)
    verdict: Verdict = "warning" if found.is_old else "ok"
    return Seen(verdict, f"{path} is {found.age_days} days old", fix if found.is_old else "")


def _environment(service: Service, job: Job) -> Seen:
    name = service.stage.function(job.role)
    function = service.ask("lambda", "get_function_configuration", FunctionName=name)
    if function is None:
        return Seen("fault", f"there is no function {name}", service.deploy)
    live, wanted = function.get("Environment", {}).get("Variables", {}), generated.stage_environment(service.stage)
    # By name alone: the values may be secrets, and the operator's own variables are none of ours.
    others = [name for name in generated.VARIABLES if live.get(name) != wanted.get(name)]
    if others:
        return Seen("fault", f"not as in sluice.toml: {', '.join(others)}", f"sluice sync; {service.deploy}")
    return Seen("ok", "as in sluice.toml")


def _salts_table(service: Service) -> Seen:
    name = service.stage.salts_table
    found = service.ask("dynamodb", "describe_table", TableName=name)
    if found is None:
        return Seen("fault", f"there is no table {name}: records have neither ip nor visitorId", service.deploy)
    if found["Table"]["TableStatus"] not in {"ACTIVE", "UPDATING"}:
        return Seen("fault", f"{name} is {found['Table']['TableStatus']}", service.deploy)
    return Seen("ok", name)


def _salts_expiry(service: Service) -> Seen:
    name = service.stage.salts_table
    found = service.ask("dynamodb", "describe_time_to_live", TableName=name)
    ttl = (found or {}).get("TimeToLiveDescription", {})
    if ttl.get("TimeToLiveStatus") in {"ENABLED", "ENABLING"} and ttl.get("AttributeName") == END:
        return Seen("ok", f"by {END}")
    fix = (
        f"{service.deploy}; or aws dynamodb update-time-to-live --table-name {name} "
        f"--time-to-live-specification Enabled=true,AttributeName={END}"
    )
    return Seen("fault", "off: a root that the job misses is never forgotten", fix)


def _salts_backups(service: Service) -> Seen:
    return tables.backups(service, service.stage.salts_table, "a forgotten root can be had back for 35 days")


def _salts_key(service: Service) -> Seen:
    name, wanted = service.stage.salts_table, service.stage.kms_key
    found = service.ask("dynamodb", "describe_table", TableName=name)
    key = (found or {}).get("Table", {}).get("SSEDescription", {}).get("KMSMasterKeyArn")
    # A table that asks for none has AWS's own, and DynamoDB names it here, too.
    if wanted is not None and key != wanted:
        return Seen("fault", f"{key or 'none'} instead of {wanted}", f"sluice sync; {service.deploy}")
    return Seen("ok", key or "AWS's own")


_SALTS: dict[str, Callable[[Service], Seen]] = {
    "salts table": _salts_table,
    "salts expiry": _salts_expiry,
    "salts backups": _salts_backups,
    "salts key": _salts_key,
}


def _rights(service: Service, bucket: str, entry: Allow) -> Seen:
    owner = {"aws:ResourceAccount": service.stage.owner(entry)}
    simulate = partial(_allowed, service, f"arn:aws:s3:::{bucket}/{PROBE}")
    create = {**owner, "s3:if-none-match": "*"}
    wrong = [
        *([] if simulate(create, "s3:PutObject") else ["may not create a record"]),
        *([] if _may_encrypt(service, entry) else ["may not use the key"]),
        *(["may overwrite a record"] if simulate(owner, "s3:PutObject") else []),
        *(f"may {action}" for action in simulate(create, *FORBIDDEN)),
    ]
    if wrong:
        return Seen("fault", f"it {', '.join(wrong)}", f"sluice sync; {service.deploy}")
    return Seen("ok", "creates, and nothing else")


def _may_encrypt(service: Service, entry: Allow) -> bool:
    through_s3 = {"kms:ViaService": f"s3.{service.stage.region}.amazonaws.com"}
    return entry.kms_key is None or bool(_allowed(service, entry.kms_key, through_s3, "kms:GenerateDataKey"))


def _allowed(service: Service, resource: str, context: dict[str, str], *actions: str) -> list[str]:
    """Those of the actions that the simulator allows the tracker's role on the resource."""
    answer = service.client("iam", service.stage.region).simulate_principal_policy(
        PolicySourceArn=service.stage.role_arn(TRACKER),
        ActionNames=list(actions),
        ResourceArns=[resource],
        ContextEntries=[
            {"ContextKeyName": name, "ContextKeyValues": [value], "ContextKeyType": "string"}
            for name, value in context.items()
        ],
    )
    return [result["EvalActionName"] for result in answer["EvaluationResults"] if result["EvalDecision"] == "allowed"]


def _endpoint(service: Service, stack: str) -> Seen:
    found = service.ask("cloudformation", "describe_stacks", StackName=stack)
    outputs = found["Stacks"][0].get("Outputs", []) if found else []
    address = next((output["OutputValue"] for output in outputs if output["OutputKey"] == ENDPOINT), None)
    if address is None:
        return Seen(
            "not checked", f"there is no stack {stack} with an {ENDPOINT}", "Give the address with --endpoint URL"
        )
    return Seen("ok", address.rstrip("/"))
