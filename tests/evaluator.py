"""What IAM would answer, for tests: identity policy and bucket policy together, within an account and across accounts.

It knows what our policies use and raises Unknown for all else: what it cannot read, it never lets through. The rules:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

Policy = Mapping[str, Any]
# A role's policy, or all that it has, inline and attached.
Identity = Policy | Sequence[Policy] | None
Value = str | Sequence[str]

VERSION = "2012-10-17"
ELEMENTS = {"Sid", "Effect", "Principal", "Action", "NotAction", "Resource", "NotResource", "Condition"}
KEYS = {
    *("aws:principalaccount", "aws:principalarn", "aws:principalisawsservice", "aws:resourceaccount"),
    *("iam:passedtoservice", "iam:permissionsboundary", "iam:policyarn", "lambda:functionarn"),
    *("aws:requesttag/sluice", "aws:resourcetag/sluice"),
    *("aws:securetransport", "dynamodb:attributes", "dynamodb:leadingkeys", "dynamodb:select"),
    *("kms:encryptioncontext:purpose", "kms:encryptioncontext:tenant", "kms:resourcealiases", "kms:viaservice"),
    *("s3:if-match", "s3:if-none-match", "s3:prefix", "ses:fromaddress", "ses:recipients"),
}
ANYONE = "*"
_PERSON = re.compile(r"arn:aws:iam::\d{12}:(role|user)/[^\s*?]+")
_ACTION = re.compile(r"[a-z0-9-]+:[A-Za-z]+")


class Unknown(ValueError):
    """A part of a policy or a request that this evaluator does not know."""


@dataclass(frozen=True)
class Request:
    """Someone's call of an action on a resource, with its context: condition keys and their values.

    `principal` is a role's or user's ARN, or None for nobody in particular; `owner` is the account of the resource. A
    condition key that has several values has a list.
    """

    principal: str | None
    action: str
    resource: str
    owner: str
    context: Mapping[str, Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.principal is not None and not _PERSON.fullmatch(self.principal):
            raise Unknown(f"the principal {self.principal!r}")
        if not _ACTION.fullmatch(self.action):
            raise Unknown(f"the action {self.action!r}")
        for key in self.context:
            _known(key)

    @property
    def account(self) -> str | None:
        """The caller's account."""
        return self.principal.split(":")[4] if self.principal else None

    @cached_property
    def keys(self) -> dict[str, Value]:
        """The context by lower-case key, IAM's own keys among them; what the test gives counts before them."""
        own: dict[str, Value] = {"aws:resourceaccount": self.owner}
        if self.principal is not None:
            own |= {"aws:principalarn": self.principal, "aws:principalaccount": self.principal.split(":")[4]}
        return own | {key.lower(): value for key, value in self.context.items()}


class Judge:
    """A role's policies and a bucket's, read once: all of each, so that an unknown part is found by whatever request comes."""

    def __init__(self, identity: Identity = None, bucket: Policy | None = None) -> None:
        policies = [identity] if identity is None or isinstance(identity, Mapping) else identity
        self._own = [statement for policy in policies for statement in _read(policy, named=False)]
        self._theirs = _read(bucket, named=True)

    def allows(self, request: Request) -> bool:
        """Whether the call goes through: no statement denies it, and the policies that must grant it do.

        Within an account either policy is enough; across accounts both must grant it. For a bucket policy an account's id
        or root means what that account's own policies grant, so alone it grants nothing within the account.
        """
        own = {statement.effect for statement in self._own if statement.covers(request)}
        theirs = [statement for statement in self._theirs if statement.covers(request)]
        effects = {statement.effect for statement in theirs}
        if "Deny" in own | effects:
            return False
        if request.account == request.owner:
            return "Allow" in own or any(one.effect == "Allow" and one.names(request) for one in theirs)
        return "Allow" in effects and ("Allow" in own or request.principal is None)


def allows(request: Request, identity: Identity = None, bucket: Policy | None = None) -> bool:
    """Whether these policies let the call through."""
    return Judge(identity, bucket).allows(request)


@dataclass(frozen=True)
class _Statement:
    """A statement as it is asked: what it covers is put together when it is read."""

    effect: str
    principals: Sequence[str]
    action: Callable[[str], bool]
    resource: Callable[[str], bool]
    conditions: Sequence[Callable[[Request], bool]]

    def covers(self, request: Request) -> bool:
        return (
            self.action(request.action.lower())
            and self.resource(request.resource)
            and any(_is_principal(name, request) for name in self.principals)
            and all(is_met(request) for is_met in self.conditions)
        )

    def names(self, request: Request) -> bool:
        """Whether it names the caller itself, and not only the caller's account."""
        return any(_is_principal(name, request) for name in self.principals if not _is_account(name))


def _read(policy: Policy | None, *, named: bool) -> list[_Statement]:
    """The policy's statements; a single one may stand without a list. `named` ones have a principal, as in a bucket's policy."""
    if policy is None:
        return []
    if policy.get("Version") != VERSION or set(policy) - {"Version", "Id", "Statement"}:
        raise Unknown(f"a policy with {sorted(policy)}, version {policy.get('Version')}")
    listed = policy["Statement"]
    return [_statement(one, named=named) for one in ([listed] if isinstance(listed, dict) else listed)]


def _statement(statement: Mapping[str, Any], *, named: bool) -> _Statement:
    if set(statement) - ELEMENTS or statement["Effect"] not in {"Allow", "Deny"}:
        raise Unknown(f"a statement with {sorted(statement)}, effect {statement['Effect']}")
    for element in ("Action", "Resource"):
        if (element in statement) == (f"Not{element}" in statement):
            raise Unknown(f"a statement with {sorted(statement)}")
    if ("Principal" in statement) != named:
        raise Unknown("a bucket's policy without a principal, or a role's with one")
    conditions = [
        _condition(operator, key, _list(expected))
        for operator, keys in statement.get("Condition", {}).items()
        for key, expected in keys.items()
    ]
    action, resource = _matcher(statement, "Action", str.lower), _matcher(statement, "Resource", str)
    return _Statement(statement["Effect"], _principals(statement), action, resource, conditions)


def _matcher(statement: Mapping[str, Any], element: str, fold: Callable[[str], str]) -> Callable[[str], bool]:
    """Whether a text is among the element's globs, or not among those of its Not form."""
    is_listed = element in statement
    pattern = _any_of(tuple(_list(statement[element if is_listed else f"Not{element}"])), fold)
    return cache(lambda text: (pattern.fullmatch(text) is not None) == is_listed)


def _principals(statement: Mapping[str, Any]) -> list[str]:
    """Whom the statement names: anyone, accounts, roles and users. A name is not a glob."""
    principal = statement.get("Principal", ANYONE)
    if principal == ANYONE:
        return [ANYONE]
    if set(principal) != {"AWS"}:
        raise Unknown(f"the principal {principal}")
    for name in _list(principal["AWS"]):
        if name != ANYONE and not _is_account(name) and not re.fullmatch(_PERSON, name):
            raise Unknown(f"the principal {name!r}")
    return _list(principal["AWS"])


def _is_principal(name: str, request: Request) -> bool:
    """Whether a name in a bucket's policy means the caller."""
    if name == ANYONE:
        return True
    return request.account in name.split(":") if _is_account(name) else name == request.principal


@cache
def _is_account(name: str) -> bool:
    return re.fullmatch(r"\d{12}|arn:aws:iam::\d{12}:root", name) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    if "${" in pattern:
        raise Unknown(f"the variable in {pattern!r}")
    parts = (".*" if char == "*" else "." if char == "?" else re.escape(char) for char in pattern)
    return re.compile("".join(parts), re.DOTALL)


@cache
def _any_of(patterns: tuple[str, ...], fold: Callable[[str], str]) -> re.Pattern[str]:
    """One expression for all of them; nothing matches that of none."""
    return re.compile("|".join(f"(?:{_compiled(fold(one)).pattern})" for one in patterns) or "(?!)", re.DOTALL)


def glob(pattern: str, text: str) -> bool:
    """Whether `*` (any run, `/` and `:` included) and `?` (any one character) make the text of the pattern."""
    return _compiled(pattern).fullmatch(text) is not None


def _arn_glob(pattern: str, text: str) -> bool:
    """The same part by part: in a condition on an ARN no `*` crosses one of the first five colons."""
    texts = text.split(":", 5)
    return len(texts) == 6 and all(map(glob, pattern.split(":", 5), texts))


def _equal_bool(expected: str, value: str) -> bool:
    return expected.lower() == value.lower()


# How one value that a policy expects meets one of the request's.
_MATCHES: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": str.__eq__,
    "StringLike": glob,
    "Bool": _equal_bool,
    "ArnEquals": _arn_glob,
    "ArnLike": _arn_glob,
}
_NEGATIONS = {
    "StringNotEquals": "StringEquals",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
}
_OPERATOR = re.compile(r"(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?")


def _condition(operator: str, key: str, expected: list[str]) -> Callable[[Request], bool]:
    """Whether a request's key is as the operator asks; the values that a policy lists are joined by or."""
    if any("${" in text for text in expected):
        raise Unknown(f"the variable in {expected}")
    key = _known(key)
    if operator == "Null":
        wanted = [_truth(text) for text in expected]
        return lambda request: (not _list(request.keys.get(key, []))) in wanted
    quantifier, name, if_exists = _parts(operator)
    for text in expected:
        _check(name, text)

    def is_met(request: Request) -> bool:
        given = request.keys.get(key, [])
        values = _list(given)
        if not values:
            return _absent(quantifier, name, if_exists)
        if quantifier is None and not isinstance(given, str):
            raise Unknown(f"{operator} on {key}, which has several values")
        met = (_one(name, expected, value) for value in values)
        return any(met) if quantifier == "ForAnyValue" else all(met)

    return is_met


def _check(operator: str, text: str) -> None:
    """Whether the operator can read what the policy expects."""
    if operator == "Bool":
        _truth(text)
    if operator.startswith("Arn") and text.count(":") < 5:
        raise Unknown(f"the ARN {text!r}")


def _truth(text: str) -> bool:
    if text.lower() not in {"true", "false"}:
        raise Unknown(f"the truth value {text!r}")
    return text.lower() == "true"


@cache
def _known(key: str) -> str:
    """The key in lower case; a misspelt one would be absent from every request, and a negation on it always true."""
    if key.lower() not in KEYS:
        raise Unknown(f"the condition key {key}")
    return key.lower()


@cache
def _parts(operator: str) -> tuple[str | None, str, bool]:
    """The operator's quantifier, its name, and whether it ends in IfExists."""
    found = _OPERATOR.fullmatch(operator)
    if found is None or found[2] not in {*_MATCHES, *_NEGATIONS}:
        raise Unknown(f"the operator {operator}")
    return found[1], found[2], found[3] is not None


def _absent(quantifier: str | None, name: str, if_exists: bool) -> bool:
    """What a key without a value satisfies: IfExists, every ForAllValues and, without a quantifier, a negation."""
    return if_exists or quantifier == "ForAllValues" or (quantifier is None and name in _NEGATIONS)


def _one(name: str, expected: list[str], value: str) -> bool:
    matches = _MATCHES[_NEGATIONS.get(name, name)]
    return any(matches(text, value) for text in expected) != (name in _NEGATIONS)


def _list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
