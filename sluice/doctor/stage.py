"""Whether a stage matches sluice.toml, tenant by tenant, and how to fix what does not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import TypeVar

from chalicelib.lake.objects import FolderObjects
from chalicelib.settings import DEFAULT_GEOIP_DB
from sluice import aws
from sluice.aws import AwsError, Client
from sluice.cloud import city_database
from sluice.doctor import bucket as doctor_bucket
from sluice.doctor import lake, own, provider, vault
from sluice.doctor import service as doctor_service
from sluice.doctor.findings import SERVICE, Finding, Seen, look
from sluice.doctor.subject import Bucket, Service
from sluice.project import stage_own, tenants
from sluice.project.config import Allow, Stage
from sluice.project.tenants import Tenant

DATABASES = (city_database.INSTALLED, Path(DEFAULT_GEOIP_DB))
LOOKERS = 8
Buckets = TypeVar("Buckets", bound=Collection[str])


def examine(
    stage: Stage,
    now: datetime,
    *,
    endpoint: str | None = None,
    databases: Iterable[Path] = DATABASES,
    client: Client = aws.client,
) -> list[Finding]:
    """Everything that was looked at, the service first; `endpoint` is the API's address if no stack has it."""
    findings = [doctor_service.database(databases, now), *provider.examine()]
    if stage.is_deployed:
        return [*findings, *_deployed(stage, now, endpoint, cache(client))]
    none: list[str] = []
    surveyed: list[Tenant] = []

    def survey() -> list[str]:
        surveyed.extend(tenants.survey(stage))
        return [tenant.bucket for tenant in surveyed]

    buckets, unlisted = _listed(survey, none)
    return [
        *findings,
        look(SERVICE, "store", lambda: _folder(stage)),
        *([look(SERVICE, "vault", lambda: vault.local(stage))] if stage.tokenized else []),
        *unlisted,
        *_unread(surveyed),
        *_lakes(stage, surveyed),
        *_answers(stage, now, endpoint, buckets),
    ]


def _deployed(stage: Stage, now: datetime, endpoint: str | None, client: Client) -> list[Finding]:
    service = Service(stage, client)
    findings = [doctor_service.account(service)]
    if findings[0].verdict != "ok":
        return [*findings, *_answers(stage, now, endpoint, [])]
    findings += [*doctor_service.examine(service, now), *own.examine(service, now)]
    if endpoint is None:
        endpoint, finding = doctor_service.endpoint(service)
        findings.append(finding)
    exact = {stage.bucket(entry): entry for entry in stage.allow if "*" not in entry.bucket}
    buckets, unlisted = _listed(lambda: tenants.admitted(stage, client("s3", stage.region)), exact)
    return [*findings, *unlisted, *_answers(stage, now, endpoint, buckets), *_tenants(service, buckets)]


def _listed(buckets: Callable[[], Buckets], known: Buckets) -> tuple[Buckets, list[Finding]]:
    """The buckets; where they cannot be listed those that are known without, and a finding that says so."""
    found = [known]

    def at() -> Seen:
        found.append(buckets())
        return Seen("ok", f"{len(found[-1])} buckets")

    finding = look(SERVICE, "tenants", at)
    return found[-1], [] if finding.verdict == "ok" else [finding]


def _tenants(service: Service, buckets: dict[str, Allow]) -> list[Finding]:
    for key in filter(None, (entry.kms_key for entry in buckets.values())):
        with suppress(*AwsError):  # the check of the key makes it again, and says why it cannot
            service.client("kms", key.split(":")[3])  # boto3 makes clients in one thread alone; they serve in all
    with ThreadPoolExecutor(LOOKERS) as lookers:
        found = lookers.map(lambda bucket: list(_tenant(service, bucket, buckets[bucket])), buckets)
        return [finding for findings in found for finding in findings]


def _tenant(service: Service, bucket: str, entry: Allow) -> Iterator[Finding]:
    yield from doctor_bucket.examine(Bucket(service.stage, bucket, entry, service.client))
    yield doctor_service.rights(service, bucket, entry)


def _answers(stage: Stage, now: datetime, endpoint: str | None, buckets: Iterable[str]) -> Iterator[Finding]:
    """Health, and a probe for each tenant where the service is healthy."""
    if endpoint is None:
        yield Finding(SERVICE, "health", "not checked", "its address is not known; --endpoint URL gives it")
        return
    healthy = doctor_service.health(endpoint, stage)
    yield healthy
    if healthy.verdict == "ok":
        yield from (doctor_service.probe(endpoint, stage, bucket, now) for bucket in buckets)


def _unread(found: Iterable[Tenant]) -> Iterator[Finding]:
    for bucket, fault in tenants.faults(found).items():
        yield Finding(bucket, "store", "fault", fault, "Let this user read the bucket's folder")


def _lakes(stage: Stage, found: Iterable[Tenant]) -> Iterator[Finding]:
    for bucket in (one.bucket for one in found if one.fault is None):
        objects = FolderObjects(stage_own.root(stage) / bucket)
        yield look(bucket, "lake", partial(lake.seen, objects))


def _folder(stage: Stage) -> Seen:
    folder = stage_own.root(stage)
    if folder.exists() and not folder.is_dir():
        fix = f"Move {folder} away, or name another folder as store of [stages.{stage.name}]"
        return Seen("fault", f"{folder} is not a folder", fix)
    return Seen("ok", str(folder))
