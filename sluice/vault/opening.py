"""What opens a data key: KMS for the role of the revealers, or on a local stage the passphrase of its file."""

from __future__ import annotations

import getpass
import secrets
import warnings
from collections.abc import Callable
from hashlib import scrypt
from pathlib import Path
from typing import Any, Protocol

import msgspec
from botocore.exceptions import ClientError

from chalicelib import secret_files, settings
from chalicelib.vault.keyring import BYTES, FOLDER, MAC, PRIVATE, PUBLIC, context, data_alias, wrapping, written
from chalicelib.vault.rows import FileRows, Rows, TableRows
from chalicelib.vault.sealing import Broken, opened, sealed
from sluice import aws
from sluice.aws import Client
from sluice.errors import SluiceError
from sluice.project import stage_own
from sluice.project.config import Stage

PASSPHRASE = "SLUICE_VAULT_PASSPHRASE"
SHORTEST = 12
# What KMS says of a sealed key of another tenant, or of one that was changed.
_NOT_THIS = {"InvalidCiphertextException", "IncorrectKeyException"}


class VaultError(SluiceError):
    """A vault that cannot be made or opened, or a token that it has not; the message says what to do."""


class Opener(Protocol):
    """What opens the data keys of a stage's vault."""

    def opened(self, bucket: str, key: bytes) -> bytes:
        """The data key; raises Broken for one that was not sealed for this tenant."""


class KmsOpener:
    """The stage's key of KMS, for the role that may decrypt with it."""

    def __init__(self, name: str, kms: Any) -> None:
        self._name, self._kms = name, kms

    def opened(self, bucket: str, key: bytes) -> bytes:
        try:
            answer = self._kms.decrypt(
                KeyId=data_alias(self._name), CiphertextBlob=key, EncryptionContext=context(bucket)
            )
        except ClientError as error:
            if aws.code(error) not in _NOT_THIS:
                raise
            raise Broken from None
        plain: bytes = answer["Plaintext"]
        return plain


class _Private(msgspec.Struct, frozen=True):
    salt: bytes
    box: bytes


class FileOpener:
    """The private half of a local vault's key, which a passphrase opens once."""

    def __init__(self, own: Path, passphrase: Callable[[], str]) -> None:
        self._folder, self._passphrase = own / FOLDER, passphrase
        self._half: bytes | None = None

    def opened(self, bucket: str, key: bytes) -> bytes:
        from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

        half, about = X25519PrivateKey.from_private_bytes(self._private()), written(context(bucket))
        try:
            shared = half.exchange(X25519PublicKey.from_public_bytes(key[:BYTES]))
        except ValueError:
            raise Broken from None
        return bytes.fromhex(opened(wrapping(shared, about), key[BYTES:], about))

    def _private(self) -> bytes:
        if self._half is None:
            try:
                kept = msgspec.json.decode((self._folder / PRIVATE).read_bytes(), type=_Private)
                public = (self._folder / PUBLIC).read_bytes()
            except (OSError, msgspec.MsgspecError):
                raise VaultError(f"there is no vault in {self._folder}; `sluice vault init` makes one") from None
            try:
                self._half = bytes.fromhex(opened(_under(self._passphrase(), kept.salt), kept.box, public))
            except Broken:
                raise VaultError(f"this is not the passphrase of {self._folder / PRIVATE}") from None
        return self._half


def make(stage: Stage, passphrase: Callable[[], str]) -> Path:
    """Make the keys of a local stage's vault; its folder. Raises VaultError where they are there, or the stage is deployed."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    if stage.is_deployed:
        raise VaultError(f"the vault of {stage.name!r} comes with its stack: `make deploy STAGE={stage.name}`")
    folder = stage_own.folder(stage) / FOLDER
    if (folder / PUBLIC).exists():
        raise VaultError(
            f"{folder} is a vault already; other keys would make other tokens, and open nothing that is in it"
        )
    phrase = passphrase()
    if len(phrase) < SHORTEST:
        raise VaultError(f"a passphrase has {SHORTEST} characters or more")
    half, salt = X25519PrivateKey.generate(), secrets.token_bytes(16)
    public = half.public_key().public_bytes_raw()
    box = sealed(_under(phrase, salt), half.private_bytes_raw().hex(), public)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    # The public half last: with it the vault is there, and what a killed run has left before is replaced.
    for name, body in (
        (MAC, secrets.token_bytes(BYTES)),
        (PRIVATE, msgspec.json.encode(_Private(salt, box))),
        (PUBLIC, public),
    ):
        (folder / name).unlink(missing_ok=True)
        secret_files.write(folder / name, body)
    return folder


def of(stage: Stage, passphrase: Callable[[], str], client: Client = aws.client) -> tuple[Rows, Opener]:
    """The rows of the stage's vault, and what opens them."""
    if not stage.is_deployed:
        own = stage_own.folder(stage)
        return FileRows(own), FileOpener(own, passphrase)
    rows = TableRows(stage.vault, client("dynamodb", stage.region))
    return rows, KmsOpener(stage.vault, client("kms", stage.region))


def asked() -> str:
    """The passphrase of the environment, or one that is typed; raises VaultError where nobody can type."""
    with warnings.catch_warnings():
        # Without a terminal getpass warns, and reads what everybody could see.
        warnings.simplefilter("error", getpass.GetPassWarning)
        try:
            return settings.environment().get(PASSPHRASE) or getpass.getpass("Passphrase of the vault: ")
        except (getpass.GetPassWarning, EOFError):
            raise VaultError(f"nobody can type the passphrase here; set {PASSPHRASE}") from None


def _under(passphrase: str, salt: bytes) -> bytes:
    """The key of a passphrase: 32 MB and a tenth of a second for each that somebody tries."""
    return scrypt(passphrase.encode(), salt=salt, n=2**15, r=8, p=1, maxmem=2**26, dklen=BYTES)
