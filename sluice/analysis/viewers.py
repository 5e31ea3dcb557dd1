"""Who may look at what: a file of users, each with a hashed password and the buckets that they may see."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from fnmatch import fnmatchcase
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated

import msgspec
import tomlkit
from msgspec import Meta

from chalicelib import settings
from sluice.errors import SluiceError

VARIABLE = "SLUICE_DASHBOARD_USERS"
# What OWASP's cheat sheet on password storage gives for scrypt: 32 MiB and 50 ms a try.
COST, BLOCK, PARALLEL, MEMORY = 2**15, 8, 3, 2**26
LENGTH = 32
MIN_LENGTH = 12


class UsersError(SluiceError):
    """The file of users cannot be used, or a password cannot be; the message says what to do."""


class _Listed(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    password: Annotated[str, Meta(pattern=r"^scrypt\$[0-9]+\$[0-9]+\$[0-9]+\$[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]+\Z")]
    buckets: tuple[str, ...]


class _File(msgspec.Struct, forbid_unknown_fields=True):
    users: dict[str, _Listed]


class User(msgspec.Struct, frozen=True):
    """Somebody who looks. `buckets` are names, or patterns with `*`."""

    name: str
    buckets: tuple[str, ...]

    def may_see(self, bucket: str) -> bool:
        """Whether this bucket is one of theirs."""
        return any(fnmatchcase(bucket, pattern) for pattern in self.buckets)


# Who looks where there is no file of users: whoever sits at this machine.
EVERYBODY = User("", ("*",))


class Users:
    """The users of a file, TOML or JSON: `[users.NAME]` with `password` and `buckets`."""

    def __init__(self, path: Path) -> None:
        self._users = _load(path)

    def find(self, name: str) -> User | None:
        """The user of this name; None where there is none."""
        listed = self._users.get(name)
        return User(name, listed.buckets) if listed else None

    def check(self, name: str, password: str) -> User | None:
        """The user of this name and password; None, in the same time, where there is none."""
        listed = self._users.get(name)
        with _TRYING:
            is_right = matches(password, listed.password if listed else _NOBODY)
        return self.find(name) if is_right else None


def load() -> Users | None:
    """The users that the environment's file names; None where it names no file. Raises UsersError."""
    path = settings.environment().get(VARIABLE)
    return Users(Path(path).expanduser()) if path else None


def hashed(password: str) -> str:
    """The password for the file of users; UsersError for one that is soon guessed."""
    if len(password) < MIN_LENGTH:
        raise UsersError(f"a password has at least {MIN_LENGTH} characters")
    salt = secrets.token_bytes(16)
    digest = _digest(password, salt, COST, BLOCK, PARALLEL)
    return "$".join(("scrypt", str(COST), str(BLOCK), str(PARALLEL), _text(salt), _text(digest)))


def line(name: str, password: str, buckets: tuple[str, ...]) -> str:
    """The user as lines of the file of users."""
    listed = {"password": hashed(password), "buckets": list(buckets)}
    return tomlkit.dumps({"users": {name: listed}})


def matches(password: str, stored: str) -> bool:
    """Whether the hash is of this password."""
    _, cost, block, parallel, salt, digest = stored.split("$")
    made = _digest(password, b64decode(salt), int(cost), int(block), int(parallel))
    return hmac.compare_digest(made, b64decode(digest))


def _load(path: Path) -> dict[str, _Listed]:
    decode = msgspec.json.decode if path.suffix == ".json" else msgspec.toml.decode
    try:
        found = decode(path.read_bytes(), type=_File).users
    except OSError as error:
        raise UsersError(f"{VARIABLE}: {path} cannot be read ({error.strerror})") from None
    except (msgspec.MsgspecError, ValueError) as error:
        raise UsersError(
            f"{VARIABLE}: {path} is no file of users ({error}); `sluice dashboard --hash-password` makes one"
        ) from None
    if not found:
        raise UsersError(f"{VARIABLE}: {path} has no users; `sluice dashboard --hash-password` makes a line")
    for name, listed in found.items():
        _check(path, name, listed.password)
    return found


def _check(path: Path, name: str, stored: str) -> None:
    """Refuse at start a hash that could never be compared."""
    _, cost, block, parallel, salt, digest = stored.split("$")
    try:
        is_known = len(b64decode(salt)) >= 8 and len(b64decode(digest)) == LENGTH
    except NotBase64:
        is_known = False
    n, r, p = int(cost), int(block), int(parallel)
    is_known = is_known and n > 1 and n & (n - 1) == 0 and r > 0 and 128 * n * r < MEMORY and 0 < p <= 16
    if not is_known:
        raise UsersError(f"{VARIABLE}: {path}: the password of {name!r} is no hash of ours; make it anew")


def _digest(password: str, salt: bytes, cost: int, block: int, parallel: int) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=cost, r=block, p=parallel, maxmem=2 * MEMORY, dklen=LENGTH)


def _text(octets: bytes) -> str:
    return b64encode(octets).decode()


# One try at a time: whoever guesses gets ten a second, and takes 32 MiB, however many connections they open.
_TRYING = threading.Lock()
# Compared with where there is no user of the name, so that the time tells nobody which names there are.
_NOBODY = "$".join(("scrypt", str(COST), str(BLOCK), str(PARALLEL), _text(bytes(16)), _text(bytes(32))))


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
