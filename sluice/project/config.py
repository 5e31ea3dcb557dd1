"""sluice.toml, the one file that operators edit, as types; an error names the file, the line and how to fix it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import msgspec
import tomlkit
from msgspec import Meta
from tomlkit.exceptions import ParseError, TOMLKitError

from chalicelib.allowlist import UTC, Entry, Rate, is_origin
from chalicelib.events import KEY_NAME
from chalicelib.settings import Keys
from sluice.project import folder
from sluice.project.folder import FILE as FILE
from sluice.project.folder import ConfigError as ConfigError
from sluice.project.lines import Lines

Account = Annotated[str, Meta(pattern=r"^[0-9]{12}\Z", description="the twelve digits of an AWS account, in quotes")]
EventType = Annotated[str, Meta(pattern=r"^[a-z0-9_.:-]{1,64}\Z", description="as records have it: in lower case")]
# What `sluice serve` and questions work with where there is no file.
BUILT_IN = '[stages.local]\nstore = "dir:data"\n\n[[stages.local.allow]]\nbucket = "*-analytics"\n'
TABLE = r"^[a-z][a-z0-9_]{0,49}\Z"  # Athena takes 60, and `_compacted` comes behind it


class Throttle(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The stage's throttle: requests a second, and how many at once above it."""

    rate: Annotated[float, Meta(gt=0, le=100_000)] = 100
    burst: Annotated[int, Meta(ge=1, le=100_000)] = 200


class Goal(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What a tenant wants of a visit: an event of this type, on this page, with this in its metadata. In `page` * is any text."""

    name: Annotated[str, Meta(min_length=1, max_length=60)]
    event_type: EventType | None = msgspec.field(default=None, name="eventType")
    page: Annotated[str, Meta(min_length=1, max_length=2000)] | None = None
    metadata: Annotated[
        dict[Annotated[str, Meta(pattern=KEY_NAME)], str],
        Meta(max_length=1, description='one key with its value as a text: { percent = "50" }'),
    ] = {}

    @property
    def key(self) -> str | None:
        return next(iter(self.metadata), None)

    @property
    def value(self) -> str | None:
        return next(iter(self.metadata.values()), None)

    def __hash__(self) -> int:
        return hash((self.name, self.event_type, self.page, self.key, self.value))


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
    kms_key: Annotated[str, Meta(pattern=r"^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+\Z")] | None = None
    managed: bool = False
    account_regional: bool = False
    retention_days: Annotated[int, Meta(ge=1, le=36500)] | None = None
    goals: tuple[Goal, ...] = ()


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
    alarm_email: Annotated[str, Meta(pattern=r"^[^@\s]+@[^@\s]+\Z")] | None = None
    extra_policy: str | None = None
    allow: tuple[Allow, ...] = ()

    @property
    def is_deployed(self) -> bool:
        """Whether the stage runs in AWS; one with a folder as its store runs on your own machine."""
        return self.store == "s3"

    @property
    def salts_table(self) -> str:
        return f"{self.stack}-salts"

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
    def api(self) -> str:
        """The name of the stage's API at the gateway."""
        return self.api_name or self.stack

    def function(self, role: str) -> str:
        """The name of a function: its role is `tracker`, `forget-salts`, …"""
        return f"{self.stack}-{role}"

    def log_group(self, role: str) -> str:
        return f"/aws/lambda/{self.function(role)}"

    def role_arn(self, role: str) -> str:
        """The ARN of a function's role, which has the function's name."""
        return f"arn:aws:iam::{self.account}:role/{self.function(role)}"

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
        return Entry(
            self.bucket(allow),
            allow.owner,
            frozenset(allow.origins),
            frozenset(allow.sites),
            allow.timezone,
            allow.max_events_per_second,
            allow.pixels,
            frozenset(allow.keys),
        )

    @property
    def owners(self) -> tuple[str, ...]:
        """Every account that owns a bucket of the stage, its own among them."""
        return tuple(sorted({self.account or "", *(self.owner(allow) for allow in self.allow)} - {""}))


@dataclass(frozen=True)
class Config:
    """The whole file: its stages, and its text as it was written."""

    stages: dict[str, Stage]
    text: str

    def stage(self, name: str) -> Stage:
        """The stage of this name; ConfigError says which there are."""
        if name not in self.stages:
            raise ConfigError(f"{FILE}: there is no stage {name!r}; it has {', '.join(self.stages) or 'none'}")
        return self.stages[name]


def load(path: Path = FILE) -> Config:
    """The file as types; raises ConfigError at its first mistake."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigError(folder.absent()) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: this cannot be read as UTF-8 text ({type(error).__name__})") from None
    return parse(text, path)


def given(stage: str) -> Stage:
    """The stage of the file; where there is no file, the built-in local one. Raises ConfigError."""
    if folder.is_built_in(stage):
        return parse(BUILT_IN).stage(stage)
    return load().stage(stage)


def parse(text: str, path: Path = FILE) -> Config:
    """A file's text as types; raises ConfigError."""
    lines = Lines(text, path)
    try:
        document = tomlkit.parse(text).unwrap()
    except ParseError as error:
        raise lines.error(error.line, f"invalid TOML: {str(error).partition(' at line')[0]}") from None
    except TOMLKitError as error:
        raise lines.error(1, f"invalid TOML: {error}") from None
    if set(document) - {"stages"} or not isinstance(document.get("stages", {}), dict):
        raise lines.error(1, "a stage is a table like [stages.prod]; nothing else is allowed at the top")
    stages = document.get("stages", {})
    return Config({name: _stage(name, table, lines) for name, table in stages.items()}, text)


def _stage(name: str, table: Any, lines: Lines) -> Stage:
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,19}", name):
        raise lines.error(
            lines.of_stage(name), f"{name!r} is not a valid name of a stage; use a-z, 0-9 and -, for example prod"
        )
    if not isinstance(table, dict):
        raise lines.error(lines.of_stage(name), f"{name!r} is not a table; write [stages.{name}]")
    try:
        stage = msgspec.convert({**table, "name": name}, Stage)
    except (msgspec.ValidationError, TypeError) as error:
        problem, _, path = str(error).partition(" - at `$")
        raise lines.error(lines.of_path(name, path.rstrip("`"), problem), problem) from None
    _check_stage(stage, lines)
    for number, allow in enumerate(stage.allow):
        _check_allow(stage, allow, lines, number)
    return stage


def _check_stage(stage: Stage, lines: Lines) -> None:
    at = lines.of_stage(stage.name)
    if stage.is_deployed and stage.account is None:
        raise lines.error(at, f'[stages.{stage.name}] needs its account: account = "111122223333"')
    if not stage.cors_origins:
        empty = 'cors_origins is empty; write ["*"], or the origins that may send'
        raise lines.error(lines.of_path(stage.name, ".cors_origins"), empty)
    for origin in stage.cors_origins:
        if origin != "*" and not is_origin(origin):
            raise lines.error(lines.of_path(stage.name, ".cors_origins"), _no_origin(origin))
    if (stage.domain is None) != (stage.certificate is None):
        raise lines.error(at, "domain and certificate go together: a custom domain needs the ARN of its certificate")
    _check_twins(stage, lines)


def _check_twins(stage: Stage, lines: Lines) -> None:
    """Refuse a bucket or a table that two entries name."""
    buckets = Counter(stage.bucket(allow) for allow in stage.allow)
    tables = Counter(allow.table for allow in stage.allow if allow.table is not None)
    for number, allow in enumerate(stage.allow):
        at = lines.of_allow(stage.name, number)
        if buckets[stage.bucket(allow)] > 1:
            raise lines.error(at, f"{allow.bucket!r} is listed twice; keep one of them")
        if allow.table is not None and tables[allow.table] > 1:
            raise lines.error(at, f"the table {allow.table!r} is named twice; a tenant has its own")


def _check_allow(stage: Stage, allow: Allow, lines: Lines, number: int) -> None:
    at = lines.of_allow(stage.name, number)
    try:
        entry = stage.entry(allow)
    except ValueError as error:
        raise lines.error(at, str(error)) from None
    _check_names(allow, lines, lines.of_path(stage.name, f".allow[{number}].goals") if allow.goals else at)
    if not entry.exact and (allow.managed or allow.account_regional or allow.table):
        raise lines.error(at, f"{allow.bucket!r} is a pattern: managed, account_regional and table are for one bucket")
    if allow.managed and allow.owner not in {None, stage.account}:
        raise lines.error(at, f"{allow.bucket!r} is in another account; only buckets of the stage's own can be managed")
    if allow.kms_key is not None and allow.kms_key.split(":")[3] != stage.region:
        raise lines.error(at, f"the key of {allow.bucket!r} is not in {stage.region}, where the bucket has to be")
    if allow.retention_days is not None and not allow.managed:
        raise lines.error(
            at, f"retention_days needs managed = true: Sluice does not change {allow.bucket!r}, which is not its own"
        )


def _check_names(allow: Allow, lines: Lines, at: int) -> None:
    """Refuse a table that reads as a part of another tenant's, and goals that nobody could tell apart or reach."""
    if allow.table is not None and allow.table.endswith(("_raw", "_compacted")):
        raise lines.error(at, f"the table {allow.table!r} ends as the parts of a tenant's table do; name it otherwise")
    names = Counter(goal.name for goal in allow.goals)
    for goal in allow.goals:
        if names[goal.name] > 1:
            raise lines.error(at, f"the goal {goal.name!r} is listed twice; a goal has its own name")
        if not goal.name.isprintable() or goal.name != goal.name.strip():
            raise lines.error(at, f"the goal {goal.name!r} cannot be seen whole; use visible characters")
        if goal.event_type is None and goal.page is None:
            raise lines.error(at, f"the goal {goal.name!r} is reached by nothing; give it an eventType, a page or both")


def _no_origin(origin: str) -> str:
    return f'{origin!r} is not an origin; write "*" or, for example, "https://shop.example"'
