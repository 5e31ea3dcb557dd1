"""A stage and its entries, as sluice.toml has them, and what AWS calls what is theirs."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from chalicelib import allowlist, jobs
from chalicelib.allowlist import UTC, Budget, Days, Entry, Identify, InText, Logs, Rate, Share, UserAgent, Version
from chalicelib.jobs import NIGHTS, Job
from chalicelib.reports.periods import Every, Weekday
from chalicelib.settings import Keys
from chalicelib.values import LATEST, SOONEST
from sluice.project.goals import Goal as Goal

Account = Annotated[str, Meta(pattern=r"^[0-9]{12}\Z", description="the twelve digits of an AWS account, in quotes")]
Key = Annotated[str, Meta(pattern=r"^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+\Z")]
_ADDRESS = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@([A-Za-z0-9-]+\.)+[A-Za-z0-9-]+"
Mailbox = Annotated[str, Meta(pattern=rf"^{_ADDRESS}\Z", max_length=254)]
TABLE = r"^[a-z][a-z0-9_]{0,49}\Z"  # Athena takes 60, and `_compacted` comes behind it


class Throttle(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The stage's throttle: requests a second, and how many at once above it."""

    rate: Annotated[float, Meta(gt=0, le=100_000)] = 100
    burst: Annotated[int, Meta(ge=1, le=100_000)] = 200


class Report(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A tenant's report: who gets it, how often, and on which day for a weekly one; `alerts` are emails of odd days."""

    # SES takes 50 addresses for a mail.
    to: Annotated[tuple[Mailbox, ...], Meta(min_length=1, max_length=50)]
    every: Every = "week"
    day: Weekday = "monday"
    alerts: bool = False


# The short form of a `publish` that the dashboard shows alone: `publish = "only"`.
ONLY: Literal["only"] = "only"
Listed = Annotated[str, Meta(pattern=r"^(/|https?://)[!-~]*\Z", max_length=2000)]
Micro = Annotated[int, Meta(ge=1_000, le=10_000_000, description="millionths of ε")]


class Publish(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What a tenant publishes with noise: the pages that have a row, what a release takes, and what a week has."""

    pages: Annotated[tuple[Listed, ...], Meta(max_length=200)] = ()
    release: Micro = 1_000_000
    budget: Micro = 1_000_000
    most_pages: Annotated[int, Meta(ge=1, le=100, description="pages of a visitor-day that are counted")] = 5
    # Who sees them on the dashboard: nobody; anyone by a public link; or anyone, and nobody sees anything else of the tenant.
    dashboard: Literal["private", "link", "only"] = "private"


class Audit(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The stage's audit trail: how Object Lock keeps its rows, and for how many days each."""

    mode: Literal["governance", "compliance"] = "governance"
    days: Annotated[int, Meta(ge=1, le=36500)] = 730


class Stream(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The stage's stream: its shards, how long a record may wait there, and whether records still go into it."""

    # What a second of one shard takes is 1 MB and 1,000 records.
    shards: Annotated[int, Meta(ge=1, le=500)] = 1
    flush_seconds: Annotated[int, Meta(ge=SOONEST, le=LATEST)] = LATEST
    writes: bool = True


class Allow(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One entry of a stage's allowlist, with what is made for its bucket."""

    bucket: str
    table: Annotated[str, Meta(pattern=TABLE)] | None = None
    owner: Account | None = None
    origins: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    timezone: str = UTC
    max_events_per_second: Rate | None = None
    pixels: bool = False
    keys: tuple[str, ...] = ()
    distributions: tuple[str, ...] = ()
    access_logs: Logs = allowlist.PRIVATE
    keep_rejected: bool = False
    identify: Identify = allowlist.SENT
    user_agent: UserAgent = allowlist.FULL
    addresses_in_text: InText = allowlist.REDACT
    phones_in_text: InText = allowlist.KEEP
    raw_days: Days | None = None
    ip_days: Days | None = None
    tokenize: tuple[str, ...] = ()
    token_version: Version = 1
    sample: Share = 1.0
    max_events_per_minute: Budget | None = None
    kms_key: Key | None = None
    managed: bool = False
    account_regional: bool = False
    retention_days: Annotated[int, Meta(ge=1, le=36500)] | None = None
    goals: tuple[Goal, ...] = ()
    report: Report | None = None
    publish: Publish | None = None
    learning: bool = False

    @property
    def has_link(self) -> bool:
        """Whether anyone may open the page of its published numbers on the dashboard."""
        return self.publish is not None and self.publish.dashboard != "private"

    @property
    def is_only_published(self) -> bool:
        """Whether its published numbers are all that the dashboard shows of it, to any user."""
        return self.publish is not None and self.publish.dashboard == ONLY


class Stage(Keys, forbid_unknown_fields=True, frozen=True):
    """One deployment; its `Keys` are the tracker's settings. `name` is the table's own in sluice.toml and not written in it."""

    name: str = ""
    account: Account | None = None
    region: Annotated[str, Meta(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]\Z")] = "us-east-1"
    store: Annotated[str, Meta(pattern=r"^(s3|dir:.+)\Z")] = "s3"
    name_prefix: Annotated[str, Meta(pattern=r"^[a-z][a-z0-9-]{0,29}\Z")] = "sluice"
    api_name: str | None = None
    domain: str | None = None
    certificate: Annotated[str, Meta(pattern=r"^arn:aws[a-z-]*:acm:[a-z0-9-]+:[0-9]{12}:certificate/.+\Z")] | None = (
        None
    )
    memory: Annotated[int, Meta(ge=256, le=10240)] = 512
    timeout: Annotated[int, Meta(ge=7, le=29)] = 10
    python: Annotated[str, Meta(pattern=r"^3\.1[1-4]\Z", description="a Python of Lambda, in quotes")] | None = None
    throttle: Throttle = Throttle()
    reserved_concurrency: Annotated[int, Meta(ge=1, le=10000)] | None = None
    # Step Functions runs up to 40 at once within one execution.
    compaction_workers: Annotated[int, Meta(ge=1, le=40, description="days that are compacted at once")] = 2
    alarm_email: Annotated[str, Meta(pattern=r"^[^@\s]+@[^@\s]+\Z")] | None = None
    # Who reports are from: an address, or a name with an address in angle brackets.
    mail_from: Annotated[str, Meta(pattern=rf"^([^<>@\x00-\x1f]{{1,100}} )?<?{_ADDRESS}>?\Z")] | None = None
    mail_identity: Literal["address", "domain"] | None = None
    budget: Annotated[float, Meta(gt=0, le=1_000_000, description="dollars a month")] | None = None
    extra_policy: str | None = None
    role_path: Annotated[str, Meta(pattern=r"^/([A-Za-z0-9+=,.@_-]+/)*\Z", max_length=512)] = "/"
    permissions_boundary: Annotated[str, Meta(pattern=r"^arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/\S+\Z")] | None = (
        None
    )
    kms_key: Key | None = None
    gateway_account: bool = False
    log_retention: Annotated[
        Literal[30, 60, 90], Meta(description="days, of those that CloudWatch knows: 30, 60 or 90")
    ] = 30
    export_logs: bool = False
    audit: Audit | None = None
    audit_reads: bool = False
    privacy_sample: (
        Annotated[int, Meta(ge=1, le=1000, description="objects below each prefix that the doctor scans")] | None
    ) = None
    stream: Stream | None = None
    allow: tuple[Allow, ...] = ()

    @property
    def jobs(self) -> tuple[Job, ...]:
        """The functions of the stage: those that every stage has, and the optional ones that it asks for."""
        asked = {
            jobs.MOVE_LOGS: any(allow.distributions for allow in self.allow),
            jobs.CHECK: self.doctor_schedule is not None,
            jobs.REPORT: any(allow.report for allow in self.allow),
            jobs.EXPORT_LOGS: self.export_logs,
            jobs.CONSUME: self.stream is not None,
            jobs.RELEASE: self.stream is not None,
        }
        return tuple(job for job in jobs.JOBS if asked.get(job, True))

    @property
    def is_deployed(self) -> bool:
        """Whether the stage runs in AWS; one with a folder as its store runs on your own machine."""
        return self.store == "s3"

    @property
    def mail_address(self) -> str:
        """The address in `mail_from`."""
        return (self.mail_from or "").rpartition(" ")[2].strip("<>")

    @property
    def mail_sender(self) -> str:
        """What SES has to know of the sender: the address, or its domain."""
        return self.mail_address.rpartition("@")[2] if self.mail_identity == "domain" else self.mail_address

    @property
    def salts_table(self) -> str:
        return f"{self.stack}-salts"

    @property
    def identify_alias(self) -> str:
        """The name in KMS of the key that seals tenants' own keys."""
        return f"alias/{self.stack}-identify"

    @property
    def keyed(self) -> list[str]:
        """The buckets whose ids are hashed under a key of their own."""
        return [self.bucket(allow) for allow in self.allow if allow.identify == allowlist.TENANT]

    @property
    def vault(self) -> str:
        """The name of the stage's vault: of its table, and in KMS of its keys."""
        return f"{self.stack}-vault"

    @property
    def tokenized(self) -> list[str]:
        """The buckets that have values in the vault."""
        return [self.bucket(allow) for allow in self.allow if allow.tokenize]

    @property
    def stack(self) -> str:
        """The name of the stage's CloudFormation stack."""
        return f"{self.name_prefix}-{self.name}"

    @property
    def database(self) -> str:
        """The name of the stage's database in Glue, which has the tenants' tables."""
        return self.stack.replace("-", "_")

    def workgroup(self, table: str) -> str:
        """The name of the workgroup in Athena of the tenant with this table."""
        return f"{self.stack}-{table}"

    @property
    def stream_name(self) -> str:
        """The name of the stage's data stream in Kinesis."""
        return f"{self.stack}-events"

    @property
    def api(self) -> str:
        """The name of the stage's API at the gateway."""
        return self.api_name or self.stack

    def function(self, role: str) -> str:
        """The name of a function: its role is `tracker`, `forget-salts`, …"""
        return f"{self.stack}-{role}"

    @property
    def nights(self) -> str:
        """The ARN of the state machine that runs a night's compactions."""
        return f"arn:aws:states:{self.region}:{self.account}:stateMachine:{self.function(NIGHTS)}"

    def log_group(self, role: str) -> str:
        return f"/aws/lambda/{self.function(role)}"

    @property
    def access_log(self) -> str:
        """The log group of the gateway's access log."""
        return f"/aws/apigateway/{self.function('access')}"

    @property
    def topic(self) -> str:
        """The ARN of the topic that alarms and the scheduled doctor write to."""
        return f"arn:aws:sns:{self.region}:{self.account}:{self.stack}-alarms"

    @property
    def budget_name(self) -> str:
        return f"{self.stack}-monthly"

    def role_arn(self, role: str) -> str:
        """The ARN of a function's role, which has the function's name."""
        return f"arn:aws:iam::{self.account}:role{self.role_path}{self.function(role)}"

    def policy_arn(self, name: str) -> str:
        """The ARN of a managed policy of a role: `compact-2`, or a pattern for several."""
        return f"arn:aws:iam::{self.account}:policy{self.role_path}{self.function(name)}"

    def bucket(self, allow: Allow) -> str:
        """The bucket's whole name: an account-regional one ends in the account and region, and nobody else can take it."""
        return f"{allow.bucket}-{self.account}-{self.region}-an" if allow.account_regional else allow.bucket

    def owner(self, allow: Allow) -> str:
        """The account that must own the bucket."""
        return allow.owner or self.account or ""

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The allowlist as the tracker reads it, in the file's order."""
        return tuple(map(self.entry, self.allow))

    def entry(self, allow: Allow) -> Entry:
        """The entry as the tracker reads it; raises ValueError for what could admit nothing or too much."""
        shared: dict[str, Any] = {name: getattr(allow, name) for name in Entry.__struct_fields__}
        listed = {name: frozenset(value) for name, value in shared.items() if isinstance(value, tuple)}
        return Entry(**{**shared, **listed, "bucket": self.bucket(allow)})

    @property
    def owners(self) -> tuple[str, ...]:
        """Every account that owns a bucket of the stage, its own among them."""
        return tuple(sorted({self.account or "", *(self.owner(allow) for allow in self.allow)} - {""}))
