"""The doctor by itself, in Lambda: its layer brings this package and sluice.toml, and what differs is written to the topic."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from chalicelib import logs
from chalicelib.jobs import CHECK
from sluice import aws
from sluice.doctor import findings, personal, stage
from sluice.doctor.findings import Finding
from sluice.project import config

# Next to the package, in the layer as in a project.
FILE = Path(__file__).parents[2] / config.FILE
# SNS takes 256 KB for a message, and 100 characters for its subject.
SHOWN = 200


def run(name: str, now: datetime, file: Path = FILE) -> None:
    """Look at the stage of this name, and send an email of what differs, if anything does; raises what AWS refuses.

    It is sent each time, as long as anything differs: nothing is kept between two looks.
    """
    looked_at = config.load(file).stage(name)
    found = [*stage.examine(looked_at, now), *personal.examine(looked_at)]
    differing = [one for one in found if one.fix or one.verdict == "fault"]
    logs.job(CHECK.name, stage=name, checks=len(found), differing=len(differing))
    if differing:
        topic, subject = looked_at.topic, f"{looked_at.stack}: {len(differing)} of {len(found)} checks differ"
        aws.client("sns", looked_at.region).publish(TopicArn=topic, Subject=subject, Message=message(differing))


def message(differing: list[Finding]) -> str:
    """What differs, faults first, each with how to fix it, as the text of an email."""
    ordered = sorted(differing, key=lambda one: findings.VERDICTS.index(one.verdict), reverse=True)
    shown = [_said(one) for one in ordered[:SHOWN]]
    if len(ordered) > SHOWN:
        shown.append(f"and {len(ordered) - SHOWN} more: sluice doctor shows them all")
    return "\n\n".join(shown)


def _said(one: Finding) -> str:
    return "\n".join(_lines(one))


def _lines(one: Finding) -> Iterable[str]:
    yield f"{one.verdict}: {one.subject}: {one.check}: {one.found}"
    if one.fix:
        yield f"  fix: {one.fix}"
