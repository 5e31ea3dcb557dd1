"""What a tenant's bucket, and a stage's own, has below which prefix: who writes it, who reads it, and when it expires.

Policies, lifecycle rules, listings and the doctor follow this table.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from chalicelib.jobs import COMPACT, CONSUME, EXPORT_LOGS, FORGET_SALTS, MOVE_LOGS, RELEASE, REPORT, TRACKER

ANALYST, OPERATOR, ERASER, PUBLISHER, UNLOADER = "analyst", "operator", "eraser", "publisher", "unloader"
ANALYST_OF_ALL, DEPLOYER = "analyst-of-all", "deployer"
# Who opens the token vault, in a role of this name.
REVEALER = "revealer"
# The keys of an entry that ask for a prefix.
DISTRIBUTIONS, KEEP_REJECTED, IDENTIFY = "distributions", "keep_rejected", "identify"
# What a local stage has in place of its own bucket, below its store: no bucket is called so.
OWN_FOLDER = ".stage"
SUFFIX = ".json"  # what the key of a record's object ends in
PACKED = f"{SUFFIX}.gz"  # and that of several records from the stream, packed by gzip
OBJECTS = (SUFFIX, PACKED)


class Prefix(NamedTuple):
    """One prefix. Writers and readers are roles of functions, or of people; `days` is None for what a tenant keeps.

    `asked_by`: the key of an entry, without which the functions have nothing to do there.
    """

    title: str
    path: str
    writers: tuple[str, ...]
    readers: tuple[str, ...]
    days: int | None = None
    asked_by: str = ""

    @property
    def pattern(self) -> str:
        """All keys below it, as IAM writes them."""
        return f"{self.path}*"

    def of_day(self, day: date) -> str:
        """What the keys of a day's objects begin with, where they are kept by days."""
        year, month, of_month = day.isoformat().split("-")
        return f"{self.path}year={year}/month={month}/day={of_month}/"


RECORDS = Prefix(
    "records",
    "analytics/",
    (TRACKER.role, CONSUME.role, RELEASE.role),
    readers=(COMPACT.role, ANALYST, REPORT.role, UNLOADER),
)
COMPACTED = Prefix(
    "compacted", "compacted/", (COMPACT.role, UNLOADER), readers=(COMPACT.role, ANALYST, REPORT.role, UNLOADER)
)
# Below a compacted one, the manifests of days in parts.
MANIFESTS = "_parts/"
# Below it, what Athena writes of days larger than one worker: with its caller's rights, and without a condition.
UNLOADED = f"{COMPACTED.path}_unloaded/"
# Athena's answers are copies of records: they end long before those do. Setting up the tables leaves some, too.
RESULTS = Prefix(
    "results",
    "athena-results/",
    writers=(ANALYST, OPERATOR, REPORT.role, UNLOADER),
    readers=(ANALYST, REPORT.role, UNLOADER),
    days=7,
)
# CloudFront's access logs, one file a distribution and hour. `sluice access sync` puts them there, too, with its caller's rights.
ACCESS = Prefix(
    "access",
    "access/",
    writers=(MOVE_LOGS.role,),
    readers=(MOVE_LOGS.role, COMPACT.role, ANALYST, REPORT.role),
    days=90,
    asked_by=DISTRIBUTIONS,
)
# Their closed days, one Parquet object each: days that end as their files do.
ACCESS_COMPACTED = Prefix(
    "access-compacted",
    "access-compacted/",
    writers=(COMPACT.role,),
    readers=(COMPACT.role, ANALYST, REPORT.role),
    days=90,
    asked_by=DISTRIBUTIONS,
)
# What was refused.
REJECTED = Prefix("rejected", "rejected/", (TRACKER.role,), (ANALYST,), days=30, asked_by=KEEP_REJECTED)
# Who was erased: keyed hashes with a time, kept as long as records are. Who erases has a role of its own.
# Compaction lists them: their names say all.
ERASED = Prefix("erased", "erased/", writers=(ERASER,), readers=())
PREFIXES = (RECORDS, COMPACTED, RESULTS, ACCESS, ACCESS_COMPACTED, REJECTED, ERASED)

# Whose doings are in the audit trail.
_AUDITED = (FORGET_SALTS.role, OPERATOR, DEPLOYER, ERASER, PUBLISHER, REVEALER)

# The stage's own bucket has what belongs to no single tenant. A rollback needs the code of the deployment before.
CODE = Prefix("code", "code/", writers=(DEPLOYER,), readers=(DEPLOYER,))
PROOFS = Prefix("proofs", RECORDS.path, writers=(TRACKER.role,), readers=(DEPLOYER,), days=1)
RESULTS_OF_ALL = Prefix("results", RESULTS.path, writers=(ANALYST_OF_ALL,), readers=(ANALYST_OF_ALL,), days=7)
# The service's own log by days, a year of it. Nothing is moved to Glacier, where Athena reads nothing: a day has a few MB.
LOGS = Prefix("logs", "logs/", writers=(EXPORT_LOGS.role,), readers=(ANALYST_OF_ALL,), days=365)
# Where CloudFront puts its log files, until they are moved to their tenants. What nobody owns, and what could not be moved, ends.
DELIVERED = Prefix("access-logs", MOVE_LOGS.arrivals, writers=(), readers=(MOVE_LOGS.role,), days=7)
# Each report as it was sent, what it was made of, and the mark that it was sent.
REPORTS = Prefix("reports", "reports/", writers=(REPORT.role,), readers=(REPORT.role,), days=90)
# Records from the stream that cannot be put into their tenant's bucket now: accepted, so that they never end by themselves.
PARKED = Prefix("parked", "parked/", writers=(CONSUME.role, RELEASE.role), readers=(RELEASE.role,))
# Records of many tenants that wait for more of each; and how far each shard is read.
GATHERED = Prefix("gathered", "gathered/", writers=(CONSUME.role,), readers=(RELEASE.role,))
POSITIONS = Prefix("positions", "stream/", writers=(CONSUME.role,), readers=(CONSUME.role, OPERATOR, DEPLOYER))
# Batches that Lambda gave up, after a day in which nothing could be parked: whole, with what they hold.
UNCONSUMED = Prefix("unconsumed", "aws/lambda/", writers=(CONSUME.role,), readers=(RELEASE.role,))
# How far the audit trail was after each of its rows: a chain alone does not show that its end was cut off.
HEADS = Prefix("audit-heads", "audit-heads/", writers=_AUDITED, readers=(OPERATOR,))
# The key of those hashes, not where they are.
_KNOW_WHO = (COMPACT.role, CONSUME.role, RELEASE.role, ERASER, UNLOADER)
ERASED_KEY = Prefix("erased-key", "tombstone-key/", writers=(ERASER,), readers=_KNOW_WHO)
# Below it and a bucket, what erasures that are not over have found of one tenant: for who erases there alone.
ERASED_PLANS = f"{ERASED_KEY.path}plans/"
# Who was erased while records are still in the stream: its functions list these, as they see no tenant's bucket. Who erases
# writes those of one tenant.
ERASED_LATELY = Prefix("erased-lately", "erased-lately/", writers=(), readers=(), days=2)
# What was published with noise, and so what was spent of each week's budget: it is kept for good. Who publishes reads and writes
# those of one tenant; a dashboard reads those that it shows to anyone.
PUBLISHED = Prefix("published", "published/", writers=(), readers=(ANALYST_OF_ALL,))
# Each tenant's key under which its ids are hashed, sealed by KMS. Only `sluice key identify` makes one, and nobody replaces it.
IDENTIFY_KEYS = Prefix(
    "identify-keys", "identify-keys/", writers=(OPERATOR,), readers=(TRACKER.role, ERASER), asked_by=IDENTIFY
)
_WAITING = (PARKED, GATHERED, POSITIONS, UNCONSUMED)
_ERASED = (ERASED_KEY, ERASED_LATELY)
STAGES = (CODE, PROOFS, RESULTS_OF_ALL, DELIVERED, LOGS, REPORTS, *_WAITING, HEADS, *_ERASED, PUBLISHED, IDENTIFY_KEYS)

# The audit trail has a bucket of its own, with Object Lock.
TRAIL = Prefix("audit", "rows/", writers=_AUDITED, readers=_AUDITED)


def written_by(role: str, asked_by: str | None = None) -> list[str]:
    """The patterns of the keys that this role writes: all of them, or those that an entry's key asks for, or none (empty)."""
    return [one.pattern for one in PREFIXES if role in one.writers and asked_by in (None, one.asked_by)]


def read_by(role: str, asked_by: str | None = None) -> list[str]:
    """The patterns of the keys that this role reads: all of them, or those that an entry's key asks for, or none (empty)."""
    return [one.pattern for one in PREFIXES if role in one.readers and asked_by in (None, one.asked_by)]


def kept() -> list[str]:
    """The prefixes that a tenant keeps, for as long as its retention says."""
    return [one.path for one in PREFIXES if one.days is None]
