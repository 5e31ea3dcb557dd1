"""The page of a tenant's published numbers, made of its stored releases alone: nothing here reads records."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

from chalicelib.lake.objects import BrokenLake
from chalicelib.settings import SettingsError
from sluice.analysis import cache
from sluice.aws import AwsError, explain
from sluice.errors import LOG, SluiceError
from sluice.mirror import tenant
from sluice.project import config, environment
from sluice.publishing import ledger, page
from sluice.publishing.ledger import Release

_FAULTS = (SluiceError, SettingsError, BrokenLake, OSError, *AwsError)


class NotReadable(SluiceError):
    """Published numbers that cannot be read now; the message says why, and is for operators."""


def public(stage: str, bucket: str) -> str | None:
    """The page that anyone may open, of the newest week; None for every bucket without a link, also one that is not there.

    Raises NotReadable.
    """
    links = cache.desk().links.get((Path.cwd(), stage), lambda: _links(stage))
    if links is None:
        raise NotReadable("sluice.toml cannot be read; the server's log says why")
    if bucket not in links:
        return None
    # A fault is held too: what anyone may open asks S3 no more often for failing.
    pages = cache.desk().pages if links[bucket] else cache.desk().local_pages
    made, fault = pages.get((Path.cwd(), stage, bucket), lambda: _made(stage, bucket, is_deployed=links[bucket]))
    if fault is not None:
        raise NotReadable(f"The published numbers of {bucket} cannot be read: {fault}")
    return made


def _links(stage: str) -> dict[str, bool] | None:
    """The buckets whose entries have a public link, each with whether it is in S3; None where sluice.toml cannot be read."""
    try:
        found = config.given(stage)
    except SluiceError as error:
        LOG.error("No published numbers are shown: %s", error)
        return None
    return {found.bucket(allow): found.is_deployed for allow in found.allow if allow.has_link}


def _made(stage: str, bucket: str, *, is_deployed: bool) -> tuple[str, str | None]:
    """The page, and None; or why there is none."""
    try:
        found = (
            cache.desk().releases.get((Path.cwd(), stage, bucket), lambda: _releases(stage, bucket))
            if is_deployed
            else _releases(stage, bucket)
        )
    except _FAULTS as error:
        fault = explain(error) if isinstance(error, AwsError) else str(error)
        LOG.error("The published numbers of %s cannot be read: %s", bucket, fault)
        return "", fault
    if not found:
        return page.empty(bucket), None
    return page.html(page.public(found), found[-1].week), None


def _releases(stage: str, bucket: str) -> list[Release]:
    """The newest release of each week that the page shows, the oldest first."""
    own = tenant.own(environment.load(stage))
    return list(islice(ledger.newest(own, bucket), page.CURVE))[::-1]
