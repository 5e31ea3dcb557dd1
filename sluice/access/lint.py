"""What no policy of ours may be: our own rules, and parliament's for the grammar of IAM."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any
from warnings import catch_warnings, simplefilter

from chalicelib import prefixes
from sluice.access.iam import ACCESS_COMPACTED, BLIND, COMPACTED, Document, Statement, bound, deeper
from sluice.access.parts import INLINE, size
from sluice.errors import SluiceError

ACL_ACTIONS = ("s3:putobjectacl", "s3:putbucketacl", "s3:putobjectversionacl", "s3:getobjectacl")
OBJECT_ACTIONS = ("s3:putobject", "s3:getobject", "s3:deleteobject", "s3:getobjectversion", "s3:deleteobjectversion")
# Actions that AWS knows no resource for; what allows one must name "*".
WITHOUT_RESOURCE = (
    *("ses:createemailidentity", "ses:getaccount", "cloudtrail:describetrails", "lambda:createeventsourcemapping"),
    *("kms:createkey", "kms:listaliases"),
    *("xray:", "s3:listallmybuckets", "logs:describeloggroups", "athena:listworkgroups", "sns:unsubscribe"),
    *("lakeformation:", "logs:deletequerydefinition", "logs:describequerydefinitions", "logs:putquerydefinition"),
    "lambda:listeventsourcemappings",
)
# Actions on resources of several kinds, all of which parliament wants to see; IAM is content with one.
# The list that parliament has of Kinesis is older than the resources that its actions take.
ANY_RESOURCE = {"athena:TagResource", "states:ListExecutions", "kinesis:UpdateShardCount"}
# Actions that are newer than parliament's list.
NEWER = {"kinesis:ListTagsForResource", "kinesis:TagResource", "kinesis:UntagResource"}
# Condition keys that parliament does not know for some actions.
NEWER_KEYS = ("kms:ResourceAliases",)
# Where anything of ours may put.
WRITABLE = tuple(dict.fromkeys(one.pattern for one in (*prefixes.PREFIXES, *prefixes.STAGES, prefixes.TRAIL)))


class LintError(SluiceError):
    """Policies cannot be looked at; the message says what to do."""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with a policy: its file, the rule, and what to do."""

    file: str
    rule: str
    message: str


def lint(document: Document, file: str) -> list[Finding]:
    """Our own findings in one policy document; a statement with a `Principal` is a bucket policy's."""
    statements: list[Statement] = document.get("Statement", [])
    # A deployment opens the stage's own bucket to CloudFront, which comes by its access list alone.
    rules = [one for one in _STATEMENT_RULES if one is not access_control_list or not _is_deployers(file)]
    found = [(rule.__name__, message) for rule in rules for one in statements for message in rule(one)]
    found += [(rule.__name__, message) for rule in _DOCUMENT_RULES for message in rule(document)]
    return [Finding(file, name.replace("_", " "), message) for name, message in found]


def lint_folder(folder: Path) -> list[Finding]:
    """The findings in every policy below `policies/`, parliament's among them."""
    files = sorted(folder.rglob("*.json"))
    return [finding for file in files for finding in lint_file(file, str(file.relative_to(folder)))]


def lint_file(file: Path, name: str) -> list[Finding]:
    """The findings in one file; a file that is not a policy is a finding too."""
    try:
        document = json.loads(file.read_text())
        return lint(document, name) + grammar(document, name)
    except (ValueError, AttributeError, TypeError, KeyError) as error:
        return [Finding(name, "no policy", f"this is not a policy document ({type(error).__name__}); run sluice sync")]


def grammar(document: Document, file: str) -> list[Finding]:
    """Parliament's findings: actions, resources and condition keys that IAM does not know."""
    try:
        with catch_warnings():
            # Warnings from pkg_resources and from parliament's own source: the user cannot do anything about them.
            simplefilter("ignore")
            from parliament import analyze_policy_string  # 0.6 s, which only this command should wait for
    except ModuleNotFoundError:
        raise LintError(
            "the grammar of policies is checked by parliament; install it: pip install 'sluice[dev]'"
        ) from None

    analyzed = analyze_policy_string(json.dumps(document), include_community_auditors=False)
    found = [one for one in analyzed.findings if not _is_known(one.issue, one.detail, _is_deployers(file))]
    return [Finding(file, "grammar", f"{one.issue}: {one.detail}") for one in found]


def _is_deployers(file: str) -> bool:
    return Path(file).stem.startswith(prefixes.DEPLOYER)


def _is_known(issue: str, detail: Any, is_deployers: bool) -> bool:
    """Whether parliament's finding is known and right as it is."""
    if issue == "UNKNOWN_ACTION":
        return str(detail).removeprefix("Unknown action ") in NEWER
    if issue == "UNKNOWN_CONDITION_FOR_ACTION":
        return any(key in str(detail) for key in NEWER_KEYS)
    if issue == "RESOURCE_MISMATCH":
        return {one["action"] for one in detail} <= ANY_RESOURCE
    # A deployment sets buckets' policies, by which one could let oneself in.
    return is_deployers and issue == "RESOURCE_POLICY_PRIVILEGE_ESCALATION"


def wide_action(statement: Statement) -> Iterator[str]:
    for action in _allowed(statement):
        if action in {"*", "*:*"} or action.endswith(":*"):
            yield f"{_sid(statement)} allows {action}; name the actions that the code calls"


def access_control_list(statement: Statement) -> Iterator[str]:
    for action in _allowed(statement):
        if any(_covers(action, acl) for acl in ACL_ACTIONS):
            yield f"{_sid(statement)} allows {action}; tenants' buckets are owner-enforced, and need no ACL"


def wide_resource(statement: Statement) -> Iterator[str]:
    for action in _allowed(statement):
        if "*" in _list(statement, "Resource") and not action.lower().startswith(WITHOUT_RESOURCE):
            yield f"{_sid(statement)} allows {action} on every resource; name its own"


def inverted(statement: Statement) -> Iterator[str]:
    for key in ("NotAction", "NotResource", "NotPrincipal"):
        if statement.get("Effect") == "Allow" and key in statement:
            yield f"{_sid(statement)} allows by {key}, which also allows what is new tomorrow"


def no_prefix(statement: Statement) -> Iterator[str]:
    for resource in _list(statement, "Resource") if _puts(statement) else []:
        below = resource.partition("/")[2]
        if not any(below.startswith(one.removesuffix("*")) for one in WRITABLE):
            yield f"{_sid(statement)} lets put at {resource}; Sluice writes only under {', '.join(WRITABLE)} of a bucket"


def no_account(statement: Statement) -> Iterator[str]:
    reads_or_writes = any(_covers(action, one) for action in _allowed(statement) for one in OBJECT_ACTIONS)
    if (
        reads_or_writes
        and "Principal" not in statement
        and not _condition(statement, "StringEquals", "aws:ResourceAccount")
    ):
        yield f"{_sid(statement)} is not bound to the owner's account (StringEquals aws:ResourceAccount)"


def overwrites(document: Document) -> Iterator[str]:
    """Records are created only; what is compacted may also replace a known version, where a Deny sees to it."""
    statements = document.get("Statement", [])
    blind = [place for one in statements if _denies_blind_puts(one) for place in _list(one, "Resource")]
    for one in statements:
        creates = _condition(one, "Null", "s3:if-none-match") == "false"
        if not creates and not all(_may_be_replaced(place, blind) for place in _places(one, "s3:PutObject")):
            yield f"{_sid(one)} lets overwrite; bind it to create-only (Null s3:if-none-match: false)"


def too_large(document: Document) -> Iterator[str]:
    if size(document) > INLINE:
        yield f"it has {size(document)} characters without white space; IAM takes {INLINE}"


def pattern_without_deny(document: Document) -> Iterator[str]:
    statements = document.get("Statement", [])
    for action in ("s3:PutObject", "s3:GetObject"):
        denied = [resource for one in statements if _denies(one, action) for resource in _list(one, "Resource")]
        for resource in (resource for one in statements for resource in _places(one, action)):
            (wanted,) = deeper(f"{resource.partition('/')[2].partition('/')[0]}/*")
            if "*" in resource.partition("/")[0] and wanted not in denied:
                yield f"{resource} also covers keys of other buckets; deny {action} on {wanted}"


def every_principal(document: Document) -> Iterator[str]:
    for one in document.get("Statement", []):
        if one.get("Effect") == "Allow" and one.get("Principal") in ("*", {"AWS": "*"}):
            yield f"{_sid(one)} allows everybody; name the principal"


_STATEMENT_RULES: tuple[Callable[[Statement], Iterator[str]], ...] = (
    *(wide_action, access_control_list, wide_resource, inverted, no_prefix, no_account),
)
_DOCUMENT_RULES: tuple[Callable[[Document], Iterator[str]], ...] = (
    too_large,
    overwrites,
    pattern_without_deny,
    every_principal,
)


def _allowed(statement: Statement) -> list[str]:
    return _list(statement, "Action") if statement.get("Effect") == "Allow" else []


def _puts(statement: Statement) -> bool:
    return any(_covers(action, "s3:putobject") for action in _allowed(statement))


def _places(statement: Statement, action: str) -> list[str]:
    """The resources on which the statement allows the action."""
    is_allowed = any(_covers(one, action.lower()) for one in _allowed(statement))
    return _list(statement, "Resource") if is_allowed else []


def _may_be_replaced(place: str, blind: list[str]) -> bool:
    """Whether a put there is AWS's own by the role's rights, which sends no condition, or bound by a Deny of blind puts."""
    prefix = place.partition("/")[2]
    of_erasures = (prefixes.ACCESS.pattern, prefixes.REJECTED.pattern)
    replaced = (COMPACTED, ACCESS_COMPACTED, prefixes.POSITIONS.pattern, *of_erasures)
    return prefix in (prefixes.RESULTS.pattern, f"{prefixes.UNLOADED}*", prefixes.UNCONSUMED.pattern) or (
        any(prefix == one or prefix.startswith(f"{one.removesuffix('*')}_") for one in replaced)
        and ("*" in blind or place in blind or all(one in blind for one in bound(place)))
    )


def _denies_blind_puts(statement: Statement) -> bool:
    denied = statement.get("Effect") == "Deny" and "s3:PutObject" in _list(statement, "Action")
    return denied and statement.get("Condition") == BLIND


def _covers(pattern: str, action: str) -> bool:
    """Whether the action of a statement, with its wildcards, takes in this one."""
    return fnmatchcase(action, pattern.lower())


def _denies(statement: Statement, action: str) -> bool:
    is_denied = statement.get("Effect") == "Deny" and action in _list(statement, "Action")
    return is_denied and "Condition" not in statement


def _condition(statement: Statement, operator: str, key: str) -> Any:
    return statement.get("Condition", {}).get(operator, {}).get(key)


def _list(statement: Statement, key: str) -> list[str]:
    value = statement.get(key, [])
    return [value] if isinstance(value, str) else list(value)


def _sid(statement: Statement) -> str:
    return str(statement.get("Sid", "a statement"))
