"""Tokens in place of values: a tenant's own HMAC, which nobody without the tenant's key can make, try or turn back."""

from __future__ import annotations

import hmac
import os
import re
import secrets
import stat
import unicodedata
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

from chalicelib import secret_files
from chalicelib.allowlist import TOKENIZED
from chalicelib.rejections import InvalidField
from chalicelib.vault.tokens import PREFIX, letters, within
from sluice.errors import SluiceError

_KEY = re.compile(r"[A-Za-z0-9_-]{43,}")
_FIELD = re.compile(TOKENIZED)
_UNFIT = "a token is made of a text, of a whole number, or of a list of these"


class CollectError(SluiceError):
    """A collector that cannot start; the message says what to do."""


def make_key(path: Path) -> None:
    """Write a new key of 32 random bytes, which its owner alone can read; raises CollectError where a file is there."""
    try:
        secret_files.write(path, f"{secrets.token_urlsafe(32)}\n".encode())
    except FileExistsError:
        raise CollectError(f"{path} is there already; another key would make other tokens") from None
    except OSError as error:
        raise CollectError(f"{path} cannot be written: {os.strerror(error.errno or 0)}") from None


def read_key(path: Path) -> str:
    """The key in the file, without white space at its ends; raises CollectError for one that others can read, or that is none.

    A group may read it: Kubernetes gives a Secret's file to the group of the pod.
    """
    key = read_secret(path)
    if not _KEY.fullmatch(key):
        raise CollectError(f"{path} holds no key; `sluice collect key` makes one")
    return key


def read_secret(path: Path, else_do: str = "`sluice collect key` makes a key for tokens") -> str:
    """The text in the file, without white space at its ends; raises CollectError for one that others can read, or for none."""
    try:
        mode = path.stat().st_mode
        text = path.read_text().strip()
    except (OSError, UnicodeDecodeError):
        raise CollectError(f"{path} cannot be read; {else_do}") from None
    if mode & stat.S_IRWXO:
        raise CollectError(f"{path} can be read by everyone on this machine: chmod 600 {path}")
    if not text:
        raise CollectError(f"{path} is empty: put the key into it")
    if not (text.isascii() and text.isprintable()):
        raise CollectError(f"{path} holds more than a key: put the key alone into it, in one line of ASCII")
    return text


class Tokens:
    """The fields that are replaced, and the key; `fields` are `userId`, `sessionId` and paths below `metadata`."""

    def __init__(self, key: str, fields: Iterable[str] = ()) -> None:
        self._key, self._fields = key.encode(), sorted(set(fields))
        for field in self._fields:
            if not _FIELD.fullmatch(field):
                raise CollectError(f"--token {field}: there are tokens of userId, sessionId and metadata.NAME alone")

    def token(self, bucket: str, value: str) -> str:
        """The token of a text in events of this bucket: the same wherever it is made, and another in another bucket."""
        text = f"{bucket}\n{unicodedata.normalize('NFC', value)}"
        return PREFIX + letters(hmac.digest(self._key, text.encode(), "sha256"))

    def applied(self, bucket: str, event: dict[str, Any]) -> dict[str, Any]:
        """The event with tokens in place of the values of its fields; raises InvalidField for a value that has none."""
        for field in self._fields:
            event = within(event, field, partial(self._replaced, bucket, field))
        return event

    def _replaced(self, bucket: str, field: str, value: Any) -> Any:
        if isinstance(value, list):
            return [self._replaced(bucket, field, one) for one in value]
        if value is None or value == "":
            return value
        if isinstance(value, str):
            return self.token(bucket, value)
        if isinstance(value, bool | dict) or value != int(value):
            raise InvalidField(field, f"{field}: {_UNFIT}")
        return self.token(bucket, str(int(value)))
