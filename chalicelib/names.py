"""Names as S3, browsers and AWS write them: of buckets and our patterns of them, of origins, of sites, of accounts."""

from __future__ import annotations

import re

MAX_STARS = 2
MIN_LITERALS = 4
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
RESERVED_PREFIXES = ("xn--", "sthree-", "amzn-s3-demo-")
RESERVED_SUFFIXES = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_ADDRESS = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+")
_PATTERN = re.compile(r"[a-z0-9*](?:[a-z0-9*-]*[a-z0-9*])?")
_ORIGIN = re.compile(
    r"[a-z][a-z0-9+.-]*://[a-z0-9.-]+(?::[0-9]{1,5})?|[a-z][a-z0-9+.-]*://\[[0-9a-f:]+\](?::[0-9]{1,5})?"
)
_SITE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62})(?:\.[a-z0-9](?:[a-z0-9-]{0,62}))*")
_ACCOUNT = re.compile(r"[0-9]{12}")


def is_bucket_name(name: str) -> bool:
    """Whether S3 would take this name for a general purpose bucket. It must match completely: a trailing newline is refused."""
    return (
        _NAME.fullmatch(name) is not None
        and not name.startswith(RESERVED_PREFIXES)
        and not name.endswith(RESERVED_SUFFIXES)
        and ".." not in name
        and _ADDRESS.fullmatch(name) is None
    )


def is_origin(text: str) -> bool:
    """Whether the text is an origin as a browser sends it: scheme, host, port where not the usual one, no path."""
    return _ORIGIN.fullmatch(text) is not None


def is_site(text: str) -> bool:
    """Whether the text is a host's name as a browser writes it: lower case, without scheme, port and path; never .com alone."""
    return text == "localhost" or (_SITE.fullmatch(text) is not None and "." in text.removeprefix("www."))


def is_account(text: str) -> bool:
    """Whether the text has the twelve digits of an AWS account id."""
    return _ACCOUNT.fullmatch(text) is not None


def entry_fault(bucket: str) -> str | None:
    """What is wrong with an entry's bucket, as the end of a sentence, or None."""
    if "*" not in bucket:
        return None if is_bucket_name(bucket) else "is not a name that S3 gives to a bucket"
    stars = bucket.count("*")
    if stars > MAX_STARS:
        return f"has {stars} stars; at most {MAX_STARS} are allowed: name the bucket more exactly"
    if len(bucket) - stars < MIN_LITERALS:
        return f"is too wide; a pattern needs at least {MIN_LITERALS} characters that are not *"
    if not _PATTERN.fullmatch(bucket) or len(bucket) - stars > 63:
        return "matches no bucket; a pattern has lower-case letters, digits, - and *, and no - at either end"
    if bucket.startswith(RESERVED_PREFIXES) or bucket.endswith(RESERVED_SUFFIXES):
        return "matches no bucket; S3 reserves this prefix or suffix"
    return None
