"""What is checked of how long a bucket keeps what: records, Athena's answers, old versions."""

from __future__ import annotations

import json
from typing import Any

from chalicelib import prefixes
from chalicelib.lake import ageing
from chalicelib.prefixes import Prefix
from sluice.cloud.buckets import TIERED_ABOVE
from sluice.doctor.findings import Seen
from sluice.doctor.subject import Bucket

TIERED = "INTELLIGENT_TIERING"


def records(bucket: Bucket) -> Seen:
    found = rules(bucket)
    days = sorted({rule["Expiration"].get("Days", 0) for rule in found if "Expiration" in rule and _touches(rule)})
    wanted = [] if bucket.entry.retention_days is None else [bucket.entry.retention_days]
    if not bucket.entry.managed:
        return Seen("ok", _kept(days))
    if days != wanted or not all(_covered(found, prefix, "Expiration") for prefix in prefixes.kept() if wanted):
        return Seen("fault", f"records are {_kept(days)}; sluice.toml says {_kept(wanted)}", bucket.deploy)
    tiered = [_above(rule) for rule in found if _is_tiered(rule)]
    if not wanted and not tiered:
        return Seen("warning", "compacted days never move to Intelligent-Tiering", bucket.deploy)
    if any(size < TIERED_ABOVE for size in tiered):
        said = "objects under 128 KB, which gain nothing by Intelligent-Tiering, are moved there at $10 a million"
        return Seen("warning", said, bucket.deploy)
    return Seen("ok", _kept(days))


def addresses(bucket: Bucket) -> Seen:
    """Whether raw objects lose addresses' hashes by the day on which compacted days do, where the entry says when."""
    entry = bucket.stage.entry(bucket.entry)
    days = ageing.ip_days(entry)
    if any(kept is not None and kept <= days for kept in (entry.raw_days, bucket.entry.retention_days)):
        return Seen("ok", f"no hash of an address is kept for more than {days} days")
    said = f"compacted days lose addresses' hashes after {days} days, and raw objects keep them"
    if entry.ip_days is None:
        return Seen("ok", said)
    return Seen(
        "warning",
        said,
        f"Set raw_days = {days} in an entry of its own, or know that ip_days is of compacted days alone",
    )


def results(bucket: Bucket) -> Seen:
    """Whether Athena's answers end, which are copies of records: in a bucket of the tenant's own by a rule of its own."""
    return _ended(bucket, "what Athena answered is", prefixes.RESULTS)


def access_logs(bucket: Bucket) -> Seen:
    """Whether the tenant's access logs end, and what is compacted of them, where it has distributions."""
    if not bucket.entry.distributions:
        return Seen("ok", "none are asked for")
    return _ended(bucket, "access logs are", prefixes.ACCESS, prefixes.ACCESS_COMPACTED)


def rejected(bucket: Bucket) -> Seen:
    """Whether what is refused for the tenant ends, where its entry keeps it."""
    if not bucket.entry.keep_rejected:
        return Seen("ok", "none are kept")
    return _ended(bucket, "rejected events are", prefixes.REJECTED)


def _ended(bucket: Bucket, what: str, *wanted: Prefix) -> Seen:
    found = rules(bucket)
    lacking = [prefix for prefix in wanted if not ends(found, prefix)]
    if not lacking:
        return Seen("ok", f"end after {max(prefix.days or 0 for prefix in wanted)} days at most")
    kept = f"{what} kept for ever below {' and '.join(prefix.path for prefix in lacking)}"
    if bucket.entry.managed:
        return Seen("fault", kept, bucket.deploy)
    # The command that sets rules replaces all of them.
    added = ", ".join(json.dumps(_rule(prefix)) for prefix in lacking)
    return Seen("warning", kept, f"Add to the bucket's lifecycle rules: {added}")


def _rule(prefix: Prefix) -> dict[str, Any]:
    ending = {"Filter": {"Prefix": prefix.path}, "Expiration": {"Days": prefix.days}}
    return {"ID": prefix.title, "Status": "Enabled", **ending}


def ends(found: list[dict[str, Any]], prefix: Prefix) -> bool:
    """Whether each object below the prefix expires, by one of these rules, no later than its table says."""
    soon = [rule for rule in found if 0 < rule.get("Expiration", {}).get("Days", 0) <= (prefix.days or 0)]
    return _covered(soon, prefix.path, "Expiration")


def versions(bucket: Bucket) -> Seen:
    status = bucket.ask("get_bucket_versioning").get("Status")
    if status is None:
        return Seen("ok", "off")
    found = rules(bucket)
    if all(_covered(found, prefix, "NoncurrentVersionExpiration") for prefix in prefixes.kept()):
        return Seen("ok", f"{status.lower()}, old versions expire")
    command = "put-bucket-lifecycle-configuration --bucket {name}, with NoncurrentVersionExpiration for every object"
    return Seen("fault", f"{status.lower()}, and an erased record stays as an old version", bucket.fix(command))


def rules(bucket: Bucket) -> list[dict[str, Any]]:
    """The bucket's lifecycle rules that are in force."""
    rules = bucket.ask("get_bucket_lifecycle_configuration").get("Rules", [])
    return [rule for rule in rules if rule["Status"] == "Enabled"]


def _prefix(rule: dict[str, Any]) -> str:
    """The prefix of a rule in each of the places where it may stand."""
    selected = rule.get("Filter", {})
    return str(rule.get("Prefix") or selected.get("Prefix") or selected.get("And", {}).get("Prefix") or "")


def _touches(rule: dict[str, Any]) -> bool:
    """Whether the rule concerns some record."""
    mine = _prefix(rule)
    return any(prefix.startswith(mine) or mine.startswith(prefix) for prefix in prefixes.kept())


def _covered(rules: list[dict[str, Any]], prefix: str, action: str) -> bool:
    """Whether a rule with this action concerns every object below the prefix."""
    return any(
        action in rule and prefix.startswith(_prefix(rule)) and not set(rule.get("Filter", {})) - {"Prefix"}
        for rule in rules
    )


def _is_tiered(rule: dict[str, Any]) -> bool:
    moves = rule.get("Transitions", [])
    return _touches(rule) and any(move.get("StorageClass") == TIERED for move in moves)


def _above(rule: dict[str, Any]) -> int:
    """The size above which an object is the rule's."""
    selected = rule.get("Filter", {})
    return int({**selected, **selected.get("And", {})}.get("ObjectSizeGreaterThan", 0))


def _kept(days: list[int]) -> str:
    return f"kept for {' or '.join(map(str, days))} days" if days else "kept"
