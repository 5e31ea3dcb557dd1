"""Who may look at what: a file of users, each with a hashed password and the buckets that they may see."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64decode
from binascii import Error as NotBase64
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated

import msgspec
import tomlkit
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError
from msgspec import Meta

from chalicelib import settings
from sluice.errors import SluiceError

VARIABLE = "SLUICE_DASHBOARD_USERS"
# Argon2id as the second recommendation of RFC 9106 has it: 64 MiB and some 50 ms a try. A listed hash may take as much again.
HASHER = PasswordHasher()
MAX_MEMORY, MAX_ROUNDS = 2 * HASHER.memory_cost, 4 * HASHER.time_cost
# Lines that were made before have scrypt, and still let their users in: 32 bytes, for at most 64 MiB.
SCRYPT = "scrypt$"
LENGTH, MEMORY = 32, 2**26
MIN_LENGTH = 12


class UsersError(SluiceError):
    """The file of users cannot be used, or a password cannot be; the message says what to do."""


class _Listed(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    buckets: tuple[str, ...]
    # Without one, people sign in by a provider or a proxy, which knows them by this name.
    password: (
        Annotated[
            str,
            Meta(
                pattern=r"^(scrypt\$[0-9]+\$[0-9]+\$[0-9]+\$[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]+|\$argon2id\$[A-Za-z0-9+/=,$]+)\Z"
            ),
        ]
        | None
    ) = None


class _File(msgspec.Struct, forbid_unknown_fields=True):
    users: dict[str, _Listed]


class User(msgspec.Struct, frozen=True):
    """Somebody who looks. `buckets` are names, or patterns with `*`."""

    name: str
    buckets: tuple[str, ...]

    def may_see(self, bucket: str) -> bool:
        """Whether this bucket is one of theirs."""
        return any(fnmatchcase(bucket, pattern) for pattern in self.buckets)

    @property
    def is_operator(self) -> bool:
        """Whether every tenant of the stage is theirs, also those to come."""
        return "*" in self.buckets


# The user if there is no users file: anyone at this machine.
EVERYBODY = User("", ("*",))


class Users:
    """The users of a file, TOML or JSON: `[users.NAME]` with `password` and `buckets`."""

    def __init__(self, path: Path) -> None:
        self._users = {_name(name): listed for name, listed in _load(path).items()}

    def find(self, name: str) -> User | None:
        """The user of this name; None where there is none."""
        listed = self._users.get(_name(name))
        return User(_name(name), listed.buckets) if listed else None

    def check(self, name: str, password: str) -> User | None:
        """The user of this name and password; None, in the same time, where there is none."""
        listed = self._users.get(_name(name))
        stored = listed.password if listed else None
        is_right = matches(password, stored or _nobody())
        return self.find(name) if is_right and stored else None

    def mark(self, name: str) -> str:
        """What changes with the password, and does not give it away."""
        listed = self._users.get(_name(name))
        return hashlib.sha256(((listed and listed.password) or "").encode()).hexdigest()


def load() -> Users | None:
    """The users that the environment's file names; None where it names no file. Raises UsersError."""
    named = settings.environment().get(VARIABLE)
    if not named:
        return None
    path = Path(named).expanduser()
    try:
        found = path.stat()
    except OSError as error:
        raise _unreadable(path, error) from None
    return _read(path, found.st_mtime_ns, found.st_size, found.st_ino)


@lru_cache(maxsize=1)
def _read(path: Path, *_: int) -> Users:
    """The users, read again when the file is another: each message of a websocket asks."""
    return Users(path)


def hashed(password: str) -> str:
    """The password for the file of users; UsersError for one that is soon guessed."""
    if len(password) < MIN_LENGTH:
        raise UsersError(f"a password has at least {MIN_LENGTH} characters")
    return HASHER.hash(password)


def line(name: str, password: str, buckets: tuple[str, ...]) -> str:
    """The user as lines of the file of users."""
    listed = {"password": hashed(password), "buckets": list(buckets)}
    return tomlkit.dumps({"users": {name: listed}})


def matches(password: str, stored: str) -> bool:
    """Whether the hash is of this password."""
    if stored.startswith(SCRYPT):
        return _matches_scrypt(password, stored)
    try:
        return HASHER.verify(stored, password)
    except VerificationError:
        return False


def _matches_scrypt(password: str, stored: str) -> bool:
    _, cost, block, parallel, salt, digest = stored.split("$")
    made = hashlib.scrypt(
        password.encode(),
        salt=b64decode(salt),
        n=int(cost),
        r=int(block),
        p=int(parallel),
        maxmem=2 * MEMORY,
        dklen=LENGTH,
    )
    return hmac.compare_digest(made, b64decode(digest))


def _load(path: Path) -> dict[str, _Listed]:
    decode = msgspec.json.decode if path.suffix == ".json" else msgspec.toml.decode
    try:
        found = decode(path.read_bytes(), type=_File).users
    except OSError as error:
        raise _unreadable(path, error) from None
    except (msgspec.MsgspecError, ValueError) as error:
        raise UsersError(
            f"{VARIABLE}: {path} is not a valid users file ({error}); `sluice dashboard --hash-password` makes one"
        ) from None
    if not found:
        raise UsersError(f"{VARIABLE}: {path} has no users; `sluice dashboard --hash-password` makes a line")
    for name, listed in found.items():
        if listed.password is not None:
            _check(path, name, listed.password)
    return found


def _name(written: str) -> str:
    """A name as it is compared: providers write one e-mail address in small and in capital letters."""
    return written.lower() if "@" in written else written


def _unreadable(path: Path, error: OSError) -> UsersError:
    return UsersError(f"{VARIABLE}: {path} cannot be read ({error.strerror})")


def _check(path: Path, name: str, stored: str) -> None:
    """Refuse at start a hash that could never be compared."""
    if not (_is_scrypt(stored) if stored.startswith(SCRYPT) else _is_argon2(stored)):
        raise UsersError(
            f"{VARIABLE}: {path}: the password of {name!r} is not a valid hash; make a new line with "
            f"`sluice dashboard --hash-password {name}`"
        )


def _is_argon2(stored: str) -> bool:
    try:
        found = extract_parameters(stored)
    except InvalidHashError:
        return False
    is_payable = found.memory_cost <= MAX_MEMORY and 0 < found.time_cost <= MAX_ROUNDS and 0 < found.parallelism <= 16
    return is_payable and found.salt_len >= 8 and found.hash_len >= 16


def _is_scrypt(stored: str) -> bool:
    _, cost, block, parallel, salt, digest = stored.split("$")
    try:
        is_long = len(b64decode(salt)) >= 8 and len(b64decode(digest)) == LENGTH
    except NotBase64:
        return False
    n, r, p = int(cost), int(block), int(parallel)
    return is_long and n > 1 and n & (n - 1) == 0 and r > 0 and 128 * n * r < MEMORY and 0 < p <= 16


@cache
def _nobody() -> str:
    """The hash to compare with if no user has the name, so that the response time does not reveal which names exist."""
    return HASHER.hash("")


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
