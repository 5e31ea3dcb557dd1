"""A policy that is larger than IAM takes, in parts: each has every denial, and its share of what is allowed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sluice.access.iam import Document, Statement, document
from sluice.project.config import ConfigError

# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html, all without white space: the inline policies of
# a role together, one managed policy, and how many of those a role has unless the account's quota says otherwise.
INLINE, MANAGED, ATTACHED = 10_240, 6_144, 10
# A statement up to this size stays in one piece: some actions need all of its resources, and it is easier to read.
WHOLE = 1_000
# What a statement allows, without its resources, and these: one of them, or all.
_Unit = tuple[str, tuple[str, ...]]


def size(policy: Document) -> int:
    """The characters that IAM counts: all but white space."""
    return len("".join(json.dumps(policy, separators=(",", ":")).split()))


def name(first: str, number: int) -> str:
    """What the part of this number, from 1, is called: `compact`, `compact-2` …"""
    return first if number == 1 else f"{first}-{number}"


def numbered(first: str, policies: Mapping[str, Document]) -> list[Document]:
    """The parts among these files, in order; the file of a part is its name with `.json`."""
    found: list[Document] = []
    while (file := f"{name(first, len(found) + 1)}.json") in policies:
        found.append(policies[file])
    return found


def files(
    stage: str, called: str, policy: Document, now: Mapping[str, Document], first: int = INLINE
) -> dict[str, Document]:
    """A policy of the stage by its files, in parts where it is large; ConfigError where it is larger than IAM takes."""
    found = split(policy, first, numbered(called, now))
    most = ATTACHED + (first == INLINE)
    if len(found) > most or any(size(one) > (MANAGED if number else first) for number, one in enumerate(found)):
        raise ConfigError(
            f"policies/{stage}/{called}.json would have {size(policy)} characters in {len(found)} parts; IAM takes {most}, the "
            f"first of {first} and each other of {MANAGED}. Give the buckets names with a common part, for example "
            "acme-*-analytics, and replace them with one pattern"
        )
    return {f"{name(called, number)}.json": one for number, one in enumerate(found, 1)}


def split(policy: Document, first: int, now: Sequence[Document] = ()) -> list[Document]:
    """The policy as one part of at most `first` characters, and others of at most `MANAGED`.

    What a part of `now` allows stays there: a deployment changes the parts one after the other, and a resource that moved
    would be allowed by none of them for a moment. What cannot be divided may make a part that is too large.
    """
    if size(policy) <= first:
        return [policy]
    denied = [one for one in policy["Statement"] if one["Effect"] == "Deny"]
    parts = [_Part(first, size(document(*denied)))]
    units = [unit for one in policy["Statement"] if one["Effect"] == "Allow" for unit in _units(one)]
    places = _places(now)
    parts += [_Part(MANAGED, parts[0].used) for _ in range(max(places.values(), default=0))]
    kept = {unit: places[unit[0], unit[1][0]] for unit in units if (unit[0], unit[1][0]) in places}
    for unit in [one for one in units if one not in kept or not parts[kept[one]].take(one)]:
        if not any(part.take(unit) for part in parts):
            parts.append(_Part(MANAGED, size(document(*denied))))
            parts[-1].put(unit)
    return [_cut(policy, part.units) for part in parts if part.units]


@dataclass
class _Part:
    """What one part allows so far, and the characters of that."""

    limit: int
    used: int
    units: set[_Unit] = field(default_factory=set)
    statements: set[str] = field(default_factory=set)

    def take(self, unit: _Unit) -> bool:
        """Put it in if there is room; whether there was."""
        if self.used + self._adds(unit) > self.limit:
            return False
        self.put(unit)
        return True

    def put(self, unit: _Unit) -> None:
        self.used += self._adds(unit)
        self.units.add(unit)
        self.statements.add(unit[0])

    def _adds(self, unit: _Unit) -> int:
        statement, resources = unit
        # Its statement comes with the first of its resources: its other elements, and `,"Resource":[]`.
        around = 0 if statement in self.statements else len(statement) + len(',"Resource":[],')
        return around + sum(len(resource) + 1 for resource in resources)


def _units(statement: Statement) -> list[_Unit]:
    """The statement by its resources; in one piece where it is small, or has none to divide it by."""
    around, resources = _around(statement), _resources(statement)
    if len(around) + sum(map(len, resources)) <= WHOLE:
        return [(around, resources)]
    return [(around, (one,)) for one in resources]


def _around(statement: Statement) -> str:
    return json.dumps({key: value for key, value in statement.items() if key != "Resource"}, separators=(",", ":"))


def _resources(statement: Statement) -> tuple[str, ...]:
    resources = statement.get("Resource", "")
    return tuple(map(json.dumps, [resources] if isinstance(resources, str) else resources))


def _places(now: Sequence[Document]) -> dict[tuple[str, str], int]:
    """The part that has each resource of each statement, from 0."""
    allowed = [(number, one) for number, part in enumerate(now) for one in part["Statement"]]
    return {(_around(one), resource): number for number, one in allowed for resource in _resources(one)}


def _cut(policy: Document, units: set[_Unit]) -> Document:
    """The policy with every denial and with these units of what it allows, in its own order."""
    return document(*[one for whole in policy["Statement"] if (one := _narrowed(whole, units)) is not None])


def _narrowed(statement: Statement, units: set[_Unit]) -> Statement | None:
    if statement["Effect"] == "Deny":
        return statement
    kept = [json.loads(one) for unit in _units(statement) if unit in units for one in unit[1]]
    if not kept:
        return None
    return statement if isinstance(statement.get("Resource", ""), str) else {**statement, "Resource": kept}
