"""What a tenant's report asks: questions of the library with their values, and the funnel that its goals make."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from chalicelib.reports.sections import LOGS, OWN
from sluice.project.stages import Allow, Goal

PAGE_VIEW = "page_view"
# What a step of a funnel cannot have in it.
_PARTS = (",", "[", "]")


def questions(allow: Allow) -> dict[str, Mapping[str, str]]:
    """The questions by name, each with the values of its parameters."""
    listed: dict[str, Mapping[str, str]] = {**OWN, **(LOGS if allow.distributions else {})}
    walked = [step for step, _ in _walked(allow.goals)]
    if not allow.goals:
        del listed["goals"]
    if walked:
        listed["funnel"] = {"steps": ",".join(walked)}
    else:
        del listed["funnel"]
    return listed


def steps(allow: Allow) -> tuple[str, ...]:
    """The names of the funnel's steps; nothing where the goals make none."""
    return tuple(name for _, name in _walked(allow.goals))


def _walked(goals: Sequence[Goal]) -> list[tuple[str, str]]:
    """A page view, and then each goal in the order of sluice.toml, as a step and its name; nothing of fewer than two goals."""
    found = [(step, goal.name) for goal in goals if (step := _step(goal)) is not None]
    return [(PAGE_VIEW, "Any page viewed"), *found] if len(found) > 1 else []


def _step(goal: Goal) -> str | None:
    """The goal as a step of the question `funnel`; None where none says it."""
    if goal.page is not None:
        is_page = goal.event_type in (None, PAGE_VIEW) and goal.key is None and goal.page.startswith(("/", "http"))
        step = goal.page if is_page else ""
    else:
        step = f"{goal.event_type}[{goal.key}={goal.value}]" if goal.key else str(goal.event_type)
    given = (goal.page, goal.event_type, goal.value)
    return step if step and not any(part in (text or "") for text in given for part in _PARTS) else None
