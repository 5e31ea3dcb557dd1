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
Value = str | Sequence[str]

VERSION = "2012-10-17"
ELEMENTS = {"Sid", "Effect", "Principal", "Action", "NotAction", "Resource", "NotResource", "Condition"}
KEYS = {
    *("aws:principalaccount", "aws:principalarn", "aws:principalisawsservice", "aws:resourceaccount"),
    *("aws:securetransport", "dynamodb:attributes", "dynamodb:leadingkeys", "dynamodb:select", "kms:viaservice"),
    *("s3:if-match", "s3:if-none-match", "s3:prefix"),
}
ANYONE = "*"


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
        if self.principal is not None and not re.fullmatch(r"arn:aws:iam::\d{12}:(role|user)/\S+", self.principal):
            raise Unknown(f"the principal {self.principal!r}")
        if not re.fullmatch(r"[a-z0-9-]+:[A-Za-z]+", self.action):
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


def allows(request: Request, identity: Policy | None = None, bucket: Policy | None = None) -> bool:
    """Whether the call goes through: no statement denies it, and the policies that must grant it do.

    Within an account either policy is enough; across accounts both must grant it. For a bucket policy an account's id or
    root means what that account's own policies grant, so alone it grants nothing within the account.
    """
    own = _effects(identity, request, named=False)
    theirs = _effects(bucket, request, named=True)
    if "Deny" in own | theirs:
        return False
    if request.account == request.owner:
        return "Allow" in own or _grants_directly(bucket, request)
    return "Allow" in theirs and ("Allow" in own or request.principal is None)


def statements(policy: Policy) -> list[dict[str, Any]]:
    """The policy's statements; a single one may stand without a list."""
    if policy.get("Version") != VERSION or set(policy) - {"Version", "Id", "Statement"}:
        raise Unknown(f"a policy with {sorted(policy)}, version {policy.get('Version')}")
    listed = policy["Statement"]
    return [listed] if isinstance(listed, dict) else list(listed)


def _effects(policy: Policy | None, request: Request, *, named: bool) -> set[str]:
    """The effects of the statements that cover the request; `named` ones have a principal, as in a bucket's policy."""
    if policy is None:
        return set()
    for statement in statements(policy):
        _check(statement, named=named)
    return {statement["Effect"] for statement in statements(policy) if _covers(statement, request)}


def _check(statement: Mapping[str, Any], *, named: bool) -> None:
    if set(statement) - ELEMENTS or statement["Effect"] not in {"Allow", "Deny"}:
        raise Unknown(f"a statement with {sorted(statement)}, effect {statement['Effect']}")
    for element in ("Action", "Resource"):
        if (element in statement) == (f"Not{element}" in statement):
            raise Unknown(f"a statement with {sorted(statement)}")
    if ("Principal" in statement) != named:
        raise Unknown("a bucket's policy without a principal, or a role's with one")


def _covers(statement: Mapping[str, Any], request: Request) -> bool:
    # Lists, not generators, here and below: every part is read, so that an unknown one is found by whatever request comes.
    conditions = [_satisfied(operator, keys, request) for operator, keys in statement.get("Condition", {}).items()]
    return all(
        [
            _is_named(statement.get("Principal", ANYONE), request),
            _listed(statement, "Action", request.action.lower(), str.lower),
            _listed(statement, "Resource", request.resource, str),
            *conditions,
        ]
    )


def _listed(statement: Mapping[str, Any], element: str, value: str, fold: Callable[[str], str]) -> bool:
    """Whether the value is among the element's globs, or not among those of its Not form."""
    if element in statement:
        return _any_of(tuple(_list(statement[element])), fold).fullmatch(value) is not None
    return _any_of(tuple(_list(statement[f"Not{element}"])), fold).fullmatch(value) is None


def _is_named(principal: Any, request: Request) -> bool:
    if principal == ANYONE:
        return True
    if set(principal) != {"AWS"}:
        raise Unknown(f"the principal {principal}")
    return any([_is_principal(name, request) for name in _list(principal["AWS"])])


def _is_principal(name: str, request: Request) -> bool:
    """Whether a name in a bucket's policy means the caller: anyone, an account, or a role or user. It is not a glob."""
    if name == ANYONE:
        return True
    if _is_account(name):
        return request.account in name.split(":")
    if not re.fullmatch(r"arn:aws:iam::\d{12}:(role|user)/[^\s*?]+", name):
        raise Unknown(f"the principal {name!r}")
    return name == request.principal


@cache
def _is_account(name: str) -> bool:
    return re.fullmatch(r"\d{12}|arn:aws:iam::\d{12}:root", name) is not None


def _grants_directly(bucket: Policy | None, request: Request) -> bool:
    """Whether the bucket's policy grants it to the caller itself, and not only to the caller's account."""
    return any(
        _covers({**statement, "Principal": _persons(statement["Principal"])}, request)
        for statement in (statements(bucket) if bucket else [])
        if statement["Effect"] == "Allow"
    )


def _persons(principal: Any) -> Any:
    """The principal without the accounts in it."""
    if principal == ANYONE:
        return principal
    return {"AWS": [name for name in _list(principal["AWS"]) if not _is_account(name)]}


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
    patterns, texts = pattern.split(":", 5), text.split(":", 5)
    if len(patterns) != 6:
        raise Unknown(f"the ARN {pattern!r}")
    return len(texts) == 6 and all(map(glob, patterns, texts))


def _equal_bool(expected: str, value: str) -> bool:
    if expected.lower() not in {"true", "false"}:
        raise Unknown(f"the truth value {expected!r}")
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


def _satisfied(operator: str, keys: Mapping[str, Any], request: Request) -> bool:
    """Whether each of the operator's keys is as it asks: the keys are joined by and, the values of one by or."""
    return all([_meets(operator, key, _list(expected), request) for key, expected in keys.items()])


def _meets(operator: str, key: str, expected: list[str], request: Request) -> bool:
    if any("${" in text for text in expected):
        raise Unknown(f"the variable in {expected}")
    given = request.keys.get(_known(key), [])
    values = _list(given)
    if operator == "Null":
        return any([_equal_bool(text, str(not values)) for text in expected])
    quantifier, name, if_exists = _parts(operator)
    if not values:
        return _absent(quantifier, name, if_exists)
    if quantifier is None and not isinstance(given, str):
        raise Unknown(f"{operator} on {key}, which has several values")
    met = [_one(name, expected, value) for value in values]
    return any(met) if quantifier == "ForAnyValue" else all(met)


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
    met = any([matches(text, value) for text in expected])
    return met != (name in _NEGATIONS)


def _list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)
