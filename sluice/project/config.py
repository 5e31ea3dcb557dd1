"""sluice.toml, the one file that operators edit, as types; an error names the file, the line and how to fix it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import tomlkit
from tomlkit.exceptions import ParseError, TOMLKitError

from chalicelib import jobs
from chalicelib.access_logs.fields import OF_ACCESS
from chalicelib.lake.refusals import OF_REJECTED
from chalicelib.names import is_origin
from sluice.project import folder, forms
from sluice.project.folder import FILE as FILE
from sluice.project.folder import ConfigError as ConfigError
from sluice.project.lines import Lines
from sluice.project.stages import ONLY
from sluice.project.stages import Allow as Allow
from sluice.project.stages import Audit as Audit
from sluice.project.stages import Goal as Goal
from sluice.project.stages import Publish as Publish
from sluice.project.stages import Stage as Stage

# What `sluice serve` and questions work with where there is no file.
BUILT_IN = '[stages.local]\nstore = "dir:data"\n\n[[stages.local.allow]]\nbucket = "*-analytics"\n'
# Lambda's and IAM's limit for the names of functions and roles.
MAX_NAME = 64


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
    stages = {name: _stage(name, table, lines) for name, table in document.get("stages", {}).items()}
    _check_accounts(stages.values(), lines)
    return Config(stages, text)


def _stage(name: str, table: Any, lines: Lines) -> Stage:
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,19}", name):
        raise lines.error(
            lines.of_stage(name), f"{name!r} is not a valid name of a stage; use a-z, 0-9 and -, for example prod"
        )
    if not isinstance(table, dict):
        raise lines.error(lines.of_stage(name), f"{name!r} is not a table; write [stages.{name}]")
    try:
        if "name" in table:
            raise msgspec.ValidationError("Object contains unknown field `name`")
        stage = msgspec.convert({**_spelled_out(table), "name": name}, Stage)
    except (msgspec.ValidationError, TypeError) as error:
        problem, _, place = str(error).partition(" - at `")
        path = place.removeprefix("key` in `").strip("$`")  # of a table whose keys are its own, a key may be wrong
        raise lines.error(lines.of_path(name, path, problem), forms.said(name, path, problem, table)) from None
    _check_stage(stage, lines)
    for number, allow in enumerate(stage.allow):
        _check_allow(stage, allow, lines, number)
    return stage


def _spelled_out(table: dict[str, Any]) -> dict[str, Any]:
    """The stage's table with each `publish = "only"` as the table that it is short for."""
    listed = table.get("allow")
    if not isinstance(listed, list):
        return table
    short = {"publish": {"dashboard": ONLY}}
    is_short = [isinstance(one, dict) and one.get("publish") == ONLY for one in listed]
    return {**table, "allow": [one | short if found else one for one, found in zip(listed, is_short, strict=True)]}


def _check_stage(stage: Stage, lines: Lines) -> None:
    at = lines.of_stage(stage.name)
    if stage.is_deployed and stage.account is None:
        problem = f'[stages.{stage.name}] needs its account: account = "111122223333"'
        raise lines.error(at, f'{problem}; a stage on this machine has store = "dir:data" in its place')
    if not stage.cors_origins:
        empty = 'cors_origins is empty; write ["*"], or the origins that may send'
        raise lines.error(lines.of_path(stage.name, ".cors_origins"), empty)
    for origin in stage.cors_origins:
        if origin != "*" and not is_origin(origin):
            raise lines.error(lines.of_path(stage.name, ".cors_origins"), _no_origin(origin))
    if (stage.domain is None) != (stage.certificate is None):
        raise lines.error(at, "domain and certificate go together: a custom domain needs the ARN of its certificate")
    if stage.kms_key is not None and stage.kms_key.split(":")[3] != stage.region:
        problem = f"the key of [stages.{stage.name}] is not in {stage.region}, where its logs and its salts are"
        raise lines.error(lines.of_path(stage.name, ".kms_key"), problem)
    _check_mails(stage, lines)
    _check_sample(stage, lines)
    _check_mail(stage, at, lines)
    _check_lengths(stage, at, lines)
    _check_twins(stage, lines)


def _check_mails(stage: Stage, lines: Lines) -> None:
    """Refuse what would write to nobody."""
    for key in ("budget", "doctor_schedule"):
        if getattr(stage, key) is not None and stage.alarm_email is None:
            problem = f"{key} needs alarm_email, the address that it writes to"
            raise lines.error(lines.of_path(stage.name, f".{key}"), problem)


def _check_sample(stage: Stage, lines: Lines) -> None:
    """Refuse a sample that nobody draws."""
    if stage.privacy_sample is not None and stage.doctor_schedule is None:
        problem = 'privacy_sample needs doctor_schedule, when it is drawn: doctor_schedule = "cron(0 6 * * ? *)"'
        raise lines.error(lines.of_path(stage.name, ".privacy_sample"), problem)


def _check_mail(stage: Stage, at: int, lines: Lines) -> None:
    """Refuse reports that nobody could send, and a sender that nobody asks for."""
    if stage.is_deployed and jobs.REPORT in stage.jobs and stage.mail_from is None:
        problem = f'a report needs mail_from in [stages.{stage.name}]: mail_from = "Sluice <reports@shop.example>"'
        raise lines.error(at, problem)
    if stage.mail_identity is not None and stage.mail_from is None:
        raise lines.error(at, "mail_identity needs mail_from, the sender whose address or domain SES is to know")


def _check_lengths(stage: Stage, at: int, lines: Lines) -> None:
    """Refuse names that AWS would refuse in the middle of a deployment."""
    longest = max((stage.function(job.role) for job in stage.jobs), key=len)
    if stage.is_deployed and len(longest) > MAX_NAME:
        problem = f"{longest!r} has {len(longest)} characters; AWS takes {MAX_NAME} for a function and a role"
        raise lines.error(at, f"{problem}: shorten name_prefix or the stage's name")


def _check_accounts(stages: Iterable[Stage], lines: Lines) -> None:
    """Refuse two stages that would each set the one role by which an account's gateway logs in a region."""
    owners: dict[tuple[str | None, str], str] = {}
    for stage in (one for one in stages if one.gateway_account):
        first = owners.setdefault((stage.account, stage.region), stage.name)
        if first != stage.name:
            problem = f"gateway_account is set for {stage.region} by [stages.{first}] already; leave it out here"
            raise lines.error(lines.of_path(stage.name, ".gateway_account"), problem)


def _check_twins(stage: Stage, lines: Lines) -> None:
    """Refuse a bucket, a table or a distribution that two entries name."""
    buckets = Counter(stage.bucket(allow) for allow in stage.allow)
    tables = Counter(allow.table for allow in stage.allow if allow.table is not None)
    distributions = Counter(one for allow in stage.allow for one in set(allow.distributions))
    for number, allow in enumerate(stage.allow):
        at = lines.of_allow(stage.name, number)
        if buckets[stage.bucket(allow)] > 1:
            raise lines.error(at, f"{allow.bucket!r} is listed twice; keep one of them")
        if allow.table is not None and tables[allow.table] > 1:
            raise lines.error(at, f"the table {allow.table!r} is named twice; a tenant has its own")
        if twice := [one for one in allow.distributions if distributions[one] > 1]:
            raise lines.error(at, f"the distribution {twice[0]!r} is listed by two entries; its logs are one tenant's")


def _check_allow(stage: Stage, allow: Allow, lines: Lines, number: int) -> None:
    at = lines.of_allow(stage.name, number)
    try:
        entry = stage.entry(allow)
    except ValueError as error:
        raise lines.error(at, f"in [stages.{stage.name}] {error}") from None
    _check_names(allow, lines, lines.of_path(stage.name, f".allow[{number}].goals") if allow.goals else at)
    if not entry.exact and (allow.managed or allow.account_regional or allow.table):
        raise lines.error(at, f"{allow.bucket!r} is a pattern: managed, account_regional and table are for one bucket")
    if not entry.exact and allow.report is not None:
        raise lines.error(at, f"{allow.bucket!r} is a pattern: a report is of one tenant, with an entry of its own")
    _check_publish(allow, lines, at, is_exact=entry.exact)
    if not entry.exact and allow.learning:
        raise lines.error(at, f"{allow.bucket!r} is a pattern: a tenant learns with others by an entry of its own")
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
    if allow.table is not None and allow.table.endswith(("_raw", "_compacted", OF_ACCESS, OF_REJECTED)):
        raise lines.error(at, f"the table {allow.table!r} ends as the parts of a tenant's table do; name it otherwise")
    names = Counter(goal.name for goal in allow.goals)
    for goal in allow.goals:
        if names[goal.name] > 1:
            raise lines.error(at, f"the goal {goal.name!r} is listed twice; a goal has its own name")
        if not goal.name.isprintable() or goal.name != goal.name.strip():
            raise lines.error(at, f"the goal {goal.name!r} cannot be seen whole; use visible characters")
        if goal.event_type is None and goal.page is None:
            raise lines.error(at, f"the goal {goal.name!r} is reached by nothing; give it an eventType, a page or both")


def _check_publish(allow: Allow, lines: Lines, at: int, *, is_exact: bool) -> None:
    """Refuse what could never be published, and a page that would be counted twice."""
    publish = allow.publish
    if publish is None:
        return
    if not is_exact:
        raise lines.error(at, f"{allow.bucket!r} is a pattern: numbers are published of one tenant, with its own entry")
    if publish.release > publish.budget:
        problem = f"a release of {allow.bucket!r} takes {publish.release}, and a week has a budget of {publish.budget}"
        raise lines.error(at, f"{problem}; write a smaller release, or a larger budget")
    if twice := [page for page, number in Counter(publish.pages).items() if number > 1]:
        raise lines.error(at, f"the page {twice[0]!r} is listed twice; a page has one row")


def _no_origin(origin: str) -> str:
    return f'{origin!r} is not an origin; write "*" or, for example, "https://shop.example"'
