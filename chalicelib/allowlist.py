"""Which buckets may be written to, and from which origins: our wildcards."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, Literal, NamedTuple
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Meta

from chalicelib.names import entry_fault, is_account, is_bucket_name, is_origin, is_site
from chalicelib.rejections import OriginNotAllowed, OriginNotOfBucket, UnknownBucket

ANY_ORIGIN = frozenset({"*"})

# Where days begin and end that nobody has said another zone for; the lake's partitions are always its days.
UTC = "UTC"
ZONE_FORM = "write a name of the time zone database: America/Toronto"
SITE_FORM = "write its host alone, in lower case: shop.example (an international name begins with xn--)"

# An entry lists the SHA-256 of each of its keys, of which two may be: the old one and the new one.
KEY_PREFIX, MAX_KEYS = "sha256:", 2
Rate = Annotated[float, Meta(gt=0, le=100_000)]
# The share of events that is kept: one in ten thousand at least.
Share = Annotated[float, Meta(ge=0.0001, le=1)]
Budget = Annotated[int, Meta(ge=1, le=100_000_000)]
# The id of a distribution of CloudFront, whose access logs are a tenant's; and whether they are cleaned or kept as they are.
DISTRIBUTION = r"E[A-Z0-9]{3,31}"
Logs = Literal["private", "raw"]
Days = Annotated[int, Meta(ge=2, le=36500)]
# The fields that may have tokens, and the versions of tokens.
TOKENIZED = r"userId|sessionId|metadata(?:\.[A-Za-z_][A-Za-z0-9_-]*)+"
Version = Annotated[int, Meta(ge=1, le=999)]
PRIVATE: Logs = "private"
# What becomes of sessionId and userId, of the user agent, and of what is found in texts: how an entry says it.
Identify = Literal["sent", "none", "day", "tenant"]
UserAgent = Literal["full", "family"]
InText = Literal["redact", "keep"]
SENT: Identify = "sent"
DAY: Identify = "day"
TENANT: Identify = "tenant"
FULL: UserAgent = "full"
REDACT: InText = "redact"
KEEP: InText = "keep"

_KEY = re.compile(KEY_PREFIX + "[0-9a-f]{64}")


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of the allowlist: an exact bucket name, or a pattern with one or two `*`.

    `owner` is the twelve-digit account that must own the bucket; `origins`, where not empty, are the only ones that a
    browser may send from; `sites` are the hosts of the tenant's own site, whose pages refer to each other; `timezone` is
    where its days begin and end; `max_events_per_second` may come through one worker for each bucket. Where origins are
    listed, `pixels` lets in images that name no page, as mails load them. `keys` are those by which a backend says whose address
    an event came from. `distributions` are those of CloudFront whose access logs are the tenant's, stored as `access_logs` says.
    `keep_rejected`: what is refused is kept, too, below a prefix of its own.
    `identify`, `user_agent`, `addresses_in_text` and `phones_in_text` are its modes of privacy (docs/privacy.md).
    `sample` is the share of its events that is kept, and `max_events_per_minute` lowers it where more come (docs/sampling.md).
    `raw_days` and `ip_days`: after how many days raw objects go, and addresses' hashes in compacted days.
    `tokenize`: the fields whose values go into the vault; `token_version` is what their new tokens are made with.
    A packaged allowlist is a JSON list of these, without what is empty.
    """

    bucket: str
    owner: str | None = None
    origins: frozenset[str] = frozenset()
    sites: frozenset[str] = frozenset()
    timezone: str = UTC
    max_events_per_second: Rate | None = None
    pixels: bool = False
    keys: frozenset[str] = frozenset()
    distributions: frozenset[str] = frozenset()
    access_logs: Logs = PRIVATE
    keep_rejected: bool = False
    identify: Identify = SENT
    user_agent: UserAgent = FULL
    addresses_in_text: InText = REDACT
    phones_in_text: InText = KEEP
    raw_days: Days | None = None
    ip_days: Days | None = None
    tokenize: frozenset[str] = frozenset()
    token_version: Version = 1
    sample: Share = 1.0
    max_events_per_minute: Budget | None = None

    def __post_init__(self) -> None:
        """Refuse, with what to do instead, what could admit nothing or too much (ValueError)."""
        fault = entry_fault(self.bucket)
        if fault:
            raise ValueError(f"{self.bucket!r} {fault}")
        if self.owner is not None and not is_account(self.owner):
            raise ValueError(f"{self.bucket!r} has the owner {self.owner!r}; an account id has twelve digits")
        for origin in self.origins:
            if not is_origin(origin):
                raise ValueError(f"{self.bucket!r} lists {origin!r} in origins; write it as https://shop.example")
        for site in self.sites:
            if not is_site(site):
                raise ValueError(f"{self.bucket!r} lists {site!r} in sites; {SITE_FORM}")
        if len(self.keys) > MAX_KEYS or not all(map(_KEY.fullmatch, self.keys)):
            raise ValueError(
                f"{self.bucket!r}: write at most two lines of `sluice key new` in keys, the old one's and the new one's"
            )
        _zone(self.bucket, self.timezone)
        _refuse_distributions(self)
        _refuse_deletion(self)
        _refuse_pattern(self)
        _refuse_tokens(self)

    @property
    def zone(self) -> ZoneInfo:
        return _zone(self.bucket, self.timezone)

    @property
    def exact(self) -> bool:
        return "*" not in self.bucket

    @property
    def is_sampled(self) -> bool:
        """Whether events may be left out, for which others count."""
        return self.sample < 1 or self.max_events_per_minute is not None


def _refuse_pattern(entry: Entry) -> None:
    if entry.identify == TENANT and not entry.exact:
        raise ValueError(
            f'{entry.bucket!r} is a pattern: identify = "tenant" is for one bucket, with a key of its own; list each'
        )


def _refuse_tokens(entry: Entry) -> None:
    if entry.tokenize and not entry.exact:
        raise ValueError(
            f"{entry.bucket!r} is a pattern: tokenize is for one bucket, with an entry of its own; list each"
        )
    for field in sorted(entry.tokenize):
        if not re.fullmatch(TOKENIZED, field):
            raise ValueError(
                f"{entry.bucket!r} tokenizes {field!r}; there are tokens of userId, sessionId and metadata.NAME alone"
            )
    if entry.identify != SENT and (ids := sorted(entry.tokenize & {"sessionId", "userId"})):
        raise ValueError(
            f"{entry.bucket!r} has identify = {entry.identify!r}, which leaves no {ids[0]} to tokenize; keep one of the two"
        )


def _refuse_distributions(entry: Entry) -> None:
    for one in sorted(entry.distributions):
        if not re.fullmatch(DISTRIBUTION, one):
            raise ValueError(
                f"{entry.bucket!r} lists {one!r} in distributions; write its id, for example E1ABC2DEF3GHIJ"
            )
    if entry.distributions and not entry.exact:
        raise ValueError(f"{entry.bucket!r} is a pattern: distributions are for one bucket")


def _refuse_deletion(entry: Entry) -> None:
    """A pattern covers buckets that nobody has named, and whose policies Sluice does not write."""
    if entry.raw_days is not None and not entry.exact:
        raise ValueError(f"{entry.bucket!r} is a pattern: raw_days is for one bucket, with an entry of its own")


def _zone(bucket: str, name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):  # its own error is a KeyError; others come from names like ../x
        raise ValueError(f"{bucket!r} names the timezone {name!r}; {ZONE_FORM}") from None


class _Pattern(NamedTuple):
    entry: Entry
    head: str
    middle: str
    tail: str
    literals: int


class Allowlist:
    """The entries of a stage and the origins that it lists (`{"*"}`: any)."""

    def __init__(self, entries: Iterable[Entry], stage_origins: frozenset[str] = ANY_ORIGIN) -> None:
        self.entries = tuple(entries)
        self.stage_origins = stage_origins
        # Where an entry is listed twice the first one counts, as among patterns.
        self._exact = {entry.bucket: entry for entry in reversed(self.entries) if entry.exact}
        self._patterns = tuple(_split(entry) for entry in self.entries if not entry.exact)
        self._heads = tuple({pattern.head for pattern in self._patterns})
        self._tails = tuple({pattern.tail for pattern in self._patterns})
        self._origins = stage_origins.union(*(entry.origins for entry in self.entries))

    def find(self, name: str) -> Entry | None:
        """The entry that admits this bucket: the exact one, else the first pattern; None for what no S3 bucket is named."""
        exact = self._exact.get(name)
        if exact is not None:
            return exact
        if not (name.startswith(self._heads) and name.endswith(self._tails) and is_bucket_name(name)) or "." in name:
            return None
        for pattern in self._patterns:
            if _matches(pattern, name):
                return pattern.entry
        return None

    def admitted(self, names: Iterable[str]) -> dict[str, Entry]:
        """Those of these buckets that are let in, each with its entry; by name."""
        found = {name: self.find(name) for name in sorted(names)}
        return {name: entry for name, entry in found.items() if entry is not None}

    def allow(self, bucket: str, origin: str | None, *, posted: bool = True) -> Entry:
        """The entry that admits the bucket for this `Origin` header; raises UnknownBucket or OriginNotAllowed.

        No `Origin` at all is a server, and let in if it posted; an image needs one, or `pixels`.
        """
        entry = self.find(bucket)
        if origin is not None and self._origins.isdisjoint({"*", origin}):
            raise OriginNotAllowed(entry=entry.bucket if entry else None, bucket=bucket if entry else None)
        if entry is None:
            raise UnknownBucket
        origins = entry.origins or self.stage_origins
        is_known = "*" in origins or (posted or entry.pixels if origin is None else origin in origins)
        if not is_known:
            raise OriginNotOfBucket(entry=entry.bucket, bucket=bucket)
        return entry

    def cors_origin(self, origin: str | None) -> str | None:
        """The value of `Access-Control-Allow-Origin` for this `Origin`: the union over all tenants, or None."""
        if "*" in self._origins:
            return "*"
        return origin if origin in self._origins else None


def decoded(packaged: bytes) -> list[Entry]:
    """The entries of a packaged allowlist; raises msgspec.MsgspecError where an entry is none, too."""
    return msgspec.json.decode(packaged, type=list[Entry])


def encoded(entries: Iterable[Entry]) -> bytes:
    """The entries as a packaged allowlist: always the same for the same entries."""
    listed = msgspec.to_builtins(list(entries), order="deterministic")
    plain: dict[str, object] = {"timezone": UTC, "access_logs": PRIVATE, "identify": SENT, "user_agent": FULL}
    plain |= {"addresses_in_text": REDACT, "phones_in_text": KEEP, "sample": 1.0, "token_version": 1}
    given = [{name: value for name, value in one.items() if value and plain.get(name) != value} for one in listed]
    return msgspec.json.format(msgspec.json.encode(given)) + b"\n"


def _split(entry: Entry) -> _Pattern:
    head, *middle, tail = entry.bucket.split("*")
    return _Pattern(entry, head, "".join(middle), tail, len(entry.bucket) - entry.bucket.count("*"))


def _matches(pattern: _Pattern, name: str) -> bool:
    """Whether a valid, dotless name matches: its characters are all in `[a-z0-9-]`, so a star is any run of them."""
    return (
        name.startswith(pattern.head)
        and name.endswith(pattern.tail)
        and len(name) >= pattern.literals
        and (not pattern.middle or name.find(pattern.middle, len(pattern.head), len(name) - len(pattern.tail)) >= 0)
    )
