"""Values out of the vault: each with a row of the audit trail that is there before anything is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from chalicelib.names import is_bucket_name
from chalicelib.vault import tokens as form
from chalicelib.vault.rows import Row
from chalicelib.vault.sealing import Broken, bound, opened
from sluice import aws
from sluice.aws import Client
from sluice.project import audit
from sluice.project.config import Stage
from sluice.vault import opening
from sluice.vault.opening import Opener, VaultError

ACTION = "vault.revealed"
# Tokens that one row of the trail names.
OF_ONE_ROW = 500
LONGEST = 500  # characters of a reason


def reveal(
    stage: Stage,
    bucket: str,
    tokens: Iterable[str],
    reason: str,
    passphrase: Callable[[], str] = opening.asked,
    client: Client = aws.client,
) -> dict[str, str]:
    """The value of each token, with one call of KMS for each data key; in the audit trail before it is read.

    Raises VaultError, and gives nothing, where one of them is not there or was changed; NoTrail for a stage without a trail.
    """
    wanted = list(dict.fromkeys(tokens))
    _refuse(bucket, wanted, reason)
    audit.required(stage, client)
    found: dict[str, str] = {}
    rows, opener = opening.of(stage, passphrase, client)
    keys: dict[bytes, bytes] = {}
    for start in range(0, len(wanted), OF_ONE_ROW):
        some = wanted[start : start + OF_ONE_ROW]
        details: dict[str, Any] = {"tokens": some, "reason": reason.strip()}
        with audit.recorded(stage, ACTION, bucket, details, client):
            kept = {row.token: row for row in rows.find(bucket, some)}
            found |= {token: _value(bucket, token, kept.get(token), opener, keys) for token in some}
    return found


def listed(file: Path) -> list[str]:
    """The tokens in a file's lines; raises VaultError for what is not text."""
    try:
        # A spreadsheet begins its file with a mark.
        return file.read_text("utf-8-sig").split()
    except UnicodeDecodeError:
        raise VaultError(f"{file} is not a text with a token in each line") from None


def _value(bucket: str, token: str, row: Row | None, opener: Opener, keys: dict[bytes, bytes]) -> str:
    if row is None:
        raise VaultError(f"the vault of {bucket} has no {token}: it is another tenant's, or was erased")
    try:
        if row.key not in keys:
            keys[row.key] = opener.opened(bucket, row.key)
        return opened(keys[row.key], row.box, bound(bucket, token, row.day))
    except Broken:
        raise VaultError(
            f"the row of {token} in the vault of {bucket} was changed or moved: nothing of it is shown"
        ) from None


def _refuse(bucket: str, wanted: list[str], reason: str) -> None:
    if not is_bucket_name(bucket):
        raise VaultError(f"{bucket!r} is not the name of a bucket")
    if not reason.strip() or len(reason) > LONGEST:
        raise VaultError(f'say why, in 1 to {LONGEST} characters, which the audit trail keeps: --reason "ticket 4711"')
    if not wanted:
        raise VaultError("name a token, or a file of tokens with --from")
    for one in wanted:
        if form.read(one) is None:
            raise VaultError(
                f"{one[:60]!r} is not a whole token of a vault, like {form.PREFIX}id1_ and 32 letters a to p"
            )
