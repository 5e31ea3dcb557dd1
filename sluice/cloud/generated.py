"""What follows from sluice.toml: Chalice's configuration, the packaged allowlists, policies and templates, as files."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from chalicelib import allowlist, jobs, packaged, settings
from chalicelib.allowlist import Entry
from chalicelib.reports import packaged as reports
from chalicelib.settings import SYNCED
from sluice import files as disk
from sluice.access import functions as policies
from sluice.access.iam import Document
from sluice.cloud import buckets, template
from sluice.project import stage_own
from sluice.project.config import Config, ConfigError, Stage
from sluice.project.environment import CONFIG as CHALICE
from sluice.project.stages import Stream

MARK = "generated_by"
SYNC = "sluice sync, from sluice.toml; other keys and variables are kept"
# Lambda takes 4 KB for all variables of a function together.
MAX_INLINE = 1500
# Every variable that follows from sluice.toml: one that no longer does is removed, any other is the operator's own.
VARIABLES = SYNCED
_LEFT = (
    ".chalice/.*.new",
    "policies/**/.*.new",
    "infra/**/.*.new",
    "chalicelib/allowlists/.*.new",
    reports.file(".*").replace(".json", ".new"),
)
Files = dict[Path, str]


def stage_environment(stage: Stage) -> dict[str, str]:
    """The environment of a stage's functions, in the order of `VARIABLES`, without what is the default."""
    deployed = {
        "SALTS": f"dynamodb:{stage.salts_table}",
        "IDENTIFY_KEY": f"kms:{stage.identify_alias}" if stage.keyed else "",
        "VAULT": f"aws:{stage.vault}" if stage.tokenized else "",
        "COMPACTION": stage.nights,
        "GLUE_DATABASE": stage.database,
        "STAGE_BUCKET": stage_own.bucket(stage),
        "AUDIT_BUCKET": stage_own.audit_bucket(stage) or "",
        "JOBS": ",".join(job.name for job in stage.jobs if job in jobs.OPTIONAL),
    }
    if stage.stream is not None:
        deployed |= _stream(stage, stage.stream)
    found = {
        "STAGE": stage.name,
        "ALLOWED_BUCKETS": f"@{allowlist_file(stage)}" if is_packaged(stage) else packaged.inline(stage.entries),
        "BUCKET_OWNER": stage.account or "",
        **(deployed if stage.is_deployed else {"STORE": stage.store}),
        **settings.from_keys(stage),
    }
    return {name: found[name] for name in VARIABLES if found.get(name)}


def _stream(stage: Stage, stream: Stream) -> dict[str, str]:
    return {
        "STREAM": f"kinesis:{stage.stream_name}",
        "STREAM_WRITES": "" if stream.writes else "off",
        "FLUSH_SECONDS": str(stream.flush_seconds),
    }


def is_packaged(stage: Stage) -> bool:
    """Whether the allowlist goes into a file of the package: where it is long, or an entry has more than a name and an owner."""
    short = all(entry == Entry(entry.bucket, entry.owner) for entry in stage.entries)
    return not short or len(packaged.inline(stage.entries)) > MAX_INLINE


def allowlist_file(stage: Stage) -> str:
    """A packaged allowlist's path, relative to the project's folder, here and in Lambda."""
    return f"chalicelib/allowlists/{stage.name}.json"


def files(config: Config, project: Path, names: Mapping[str, Stage] | None = None) -> Files:
    """What the files of these stages (default: all) should hold; reads the generated files as they are."""
    stages = config.stages if names is None else names
    made: Files = {CHALICE: _chalice(config, stages, project)}
    for stage in stages.values():
        if is_packaged(stage):
            made[Path(allowlist_file(stage))] = allowlist.encoded(stage.entries).decode()
        if stage.is_deployed and jobs.REPORT in stage.jobs:
            made[Path(reports.file(stage.name))] = _reports(stage)
        if stage.is_deployed:
            stage_own.require_bucket(stage)
            folder = Path("policies") / stage.name
            documents = policies.documents(stage, _policies_now(project / folder))
            made |= {folder / name: policies.render(document) for name, document in documents.items()}
            templates = template.templates(stage, documents, _stacks_now(project / "infra", stage.name))
            made |= {Path("infra") / name: _render(one) for name, one in templates.items()}
    return made


def _reports(stage: Stage) -> str:
    # Only here: the scheduled doctor has this module, but no parser of SQL.
    from sluice.reports import statements

    return reports.encoded(statements.of_stage(stage))


def stale(config: Config, made: Files, project: Path, names: Mapping[str, Stage] | None = None) -> list[Path]:
    """Generated files that nothing asks for any more."""
    # `.*.new` is what a killed run left.
    patterns = (
        "policies/*/**/*.json",
        "infra/*.json",
        "infra/*/*.json",
        "chalicelib/allowlists/*.json",
        reports.file("*"),
        *_LEFT,
    )
    found = {path.relative_to(project) for pattern in patterns for path in project.glob(pattern)}
    return sorted(path for path in found - set(made) if names is None or _stage_of(path) in names)


def changes(config: Config, project: Path, stage: str | None = None) -> dict[Path, str | None]:
    """Every file that differs from what it should hold, with that, or None where it should not be there."""
    names = None if stage is None else {stage: config.stage(stage)}
    made = files(config, project, names)
    differing: dict[Path, str | None] = {path: text for path, text in made.items() if _read(project / path) != text}
    return differing | dict.fromkeys(stale(config, made, project, names))


def diff(changed: Mapping[Path, str | None], project: Path) -> str:
    """The changes as a unified diff; empty where there are none."""
    return "".join(line for path, text in sorted(changed.items()) for line in _diff(path, text, project))


def apply(changed: Mapping[Path, str | None], project: Path) -> None:
    """Replace each file whole: if the process is killed between two files, the next run finishes the work."""
    for path, text in sorted(changed.items()):
        if text is None:
            (project / path).unlink(missing_ok=True)
        else:
            replace(project / path, text)


def replace(path: Path, text: str) -> None:
    """Put the text into the file in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    disk.replace(path, text.encode())


def _chalice(config: Config, stages: Mapping[str, Stage], project: Path) -> str:
    """Chalice's configuration with these stages' parts in it; what is made by hand stays where it is."""
    current = _chalice_now(project)
    kept = {
        name: block
        for name, block in current.get("stages", {}).items()
        if name in config.stages or MARK not in block  # a stage that left sluice.toml leaves here too
    }
    blocks = kept | {name: _block(stage, kept.get(name, {})) for name, stage in stages.items()}
    return _render({"version": "2.0", "app_name": "sluice", **current, "stages": blocks})


def _chalice_now(project: Path) -> dict[str, Any]:
    try:
        text = _read(project / CHALICE)
        current = json.loads(text) if text else {}
    except ValueError as error:
        raise ConfigError(f"{CHALICE}: this is not valid JSON ({error}); fix it, or delete it and sync again") from None
    stages = current.get("stages", {}) if isinstance(current, dict) else None
    if not isinstance(stages, dict) or not all(isinstance(block, dict) for block in stages.values()):
        raise ConfigError(f"{CHALICE}: this is not a Chalice configuration; delete it and sync again")
    return current


class _Policy(msgspec.Struct):
    Version: str
    Statement: list[dict[str, str | list[str] | dict[str, Any]]]


def _policies_now(folder: Path) -> dict[str, Document]:
    """The policies of functions and people as they are; one that cannot be read will be written again."""
    found: dict[str, Document] = {}
    for path in folder.glob("*.json"):
        with suppress(msgspec.MsgspecError):
            found[path.name] = msgspec.to_builtins(msgspec.json.decode(path.read_bytes(), type=_Policy))
    return found


class _Template(msgspec.Struct):
    Resources: dict[str, Any]


def _stacks_now(folder: Path, stage: str) -> dict[int, set[str]]:
    """The names of the resources that the stage's own stack, 0, and the further ones have as the files are."""
    paths = {0: folder / f"{stage}.json"}
    paths |= {number: path for path in (folder / stage).glob("*.json") if (number := buckets.number(path.name))}
    found: dict[int, set[str]] = {}
    for number, path in paths.items():
        with suppress(FileNotFoundError, msgspec.MsgspecError):
            found[number] = set(msgspec.json.decode(path.read_bytes(), type=_Template).Resources)
    return found


def _block(stage: Stage, current: dict[str, Any]) -> dict[str, Any]:
    own = {name: value for name, value in current.get("environment_variables", {}).items() if name not in VARIABLES}
    if secrets := [name for name in own if name.endswith(("SECRET", "PASSWORD", "TOKEN"))]:
        raise ConfigError(
            f"{CHALICE}: {secrets[0]} is a secret in a file that is committed; put it into a SecureString of SSM and take it "
            "out here (for your own edge, edge_secret_parameter in sluice.toml names that one)"
        )
    block = {**current, MARK: SYNC, "environment_variables": {**stage_environment(stage), **own}}
    return block | _deployed(stage, current) if stage.is_deployed else block


def _deployed(stage: Stage, current: dict[str, Any]) -> dict[str, Any]:
    gone = {job.name for job in jobs.OPTIONAL if job not in stage.jobs}
    functions = {name: one for name, one in current.get("lambda_functions", {}).items() if name not in gone}
    for job in stage.jobs:
        policy = {"autogen_policy": False, "iam_policy_file": f"../policies/{stage.name}/{job.role}.json"}
        functions[job.name] = {**functions.get(job.name, {}), **policy}
    return {
        "api_gateway_stage": stage.name,
        "autogen_policy": False,
        "iam_policy_file": f"../policies/{stage.name}/{jobs.TRACKER.role}.json",
        "lambda_architecture": "arm64",
        "lambda_memory_size": stage.memory,
        "lambda_timeout": stage.timeout,
        "lambda_functions": functions,
    }


def _stage_of(path: Path) -> str:
    # The stage is a folder of policies and of further templates, and else the file.
    return path.parts[1] if path.parts[0] in {"policies", "infra"} and len(path.parts) > 2 else path.stem


def _render(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def _diff(path: Path, text: str | None, project: Path) -> Iterator[str]:
    before = _read(project / path)
    return difflib.unified_diff(
        (before or "").splitlines(keepends=True),
        (text or "").splitlines(keepends=True),
        "/dev/null" if before is None else f"a/{path}",
        "/dev/null" if text is None else f"b/{path}",
    )
