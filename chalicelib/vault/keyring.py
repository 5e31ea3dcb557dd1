"""The keys that the ingest works with: one derived for each kind of a tenant's values, and data keys that it can only make.

KMS makes both, or the files of a local stage. Nothing here opens what a data key was sealed to.
"""

from __future__ import annotations

import hmac
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

import boto3
import msgspec
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.causes import cause
from chalicelib.vault.sealing import sealed
from chalicelib.vault.tokens import Named

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

BYTES = 32
FOLDER, MAC, PUBLIC, PRIVATE = "vault", "mac", "public", "private"
# An event is not stored without its tokens, so that a call is tried twice; the client then sends the event again.
_CONFIG = Config(connect_timeout=0.5, read_timeout=0.5, retries={"total_max_attempts": 2, "mode": "standard"})


class VaultUnavailable(Exception):
    """A value has no token now; the message is why, in a word that begins with `Vault`."""


class DataKey(NamedTuple):
    """A key for many values, as it is and as it is kept with each of them."""

    plain: bytes
    sealed: bytes


class Keys(Protocol):
    """Where the keys of a stage's vault come from; each raises VaultUnavailable."""

    def derived(self, bucket: str, named: Named) -> bytes:
        """The 32 bytes that this tenant's tokens of this kind and version are made with: the same in every worker."""

    def data(self, bucket: str) -> DataKey:
        """A new data key of this tenant."""


class KmsKeys:
    """The stage's two keys of KMS: one makes MACs, the other seals data keys."""

    def __init__(self, name: str, kms: KMSClient | None = None) -> None:
        self._name = name
        self._kms = kms or boto3.client("kms", config=_CONFIG)

    def derived(self, bucket: str, named: Named) -> bytes:
        try:
            made = self._kms.generate_mac(
                KeyId=mac_alias(self._name), MacAlgorithm="HMAC_SHA_256", Message=message(bucket, named)
            )
        except (BotoCoreError, ClientError) as error:
            raise VaultUnavailable(f"Vault.{cause(error)}") from error
        return made["Mac"]

    def data(self, bucket: str) -> DataKey:
        try:
            made = self._kms.generate_data_key(
                KeyId=data_alias(self._name), KeySpec="AES_256", EncryptionContext=context(bucket)
            )
        except (BotoCoreError, ClientError) as error:
            raise VaultUnavailable(f"Vault.{cause(error)}") from error
        return DataKey(made["Plaintext"], made["CiphertextBlob"])


class FileKeys:
    """Files of a local stage: the key of the tokens, and the public half of the one that opens data keys.

    The other half is under a passphrase, which the server is never given.
    """

    def __init__(self, own: Path) -> None:
        self._folder = own / FOLDER

    def derived(self, bucket: str, named: Named) -> bytes:
        return hmac.digest(self._read(MAC), message(bucket, named), "sha256")

    def data(self, bucket: str) -> DataKey:
        from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

        once, plain, about = X25519PrivateKey.generate(), secrets.token_bytes(BYTES), written(context(bucket))
        public = once.public_key().public_bytes_raw()
        shared = once.exchange(X25519PublicKey.from_public_bytes(self._read(PUBLIC)))
        return DataKey(plain, public + sealed(wrapping(shared, about), plain.hex(), about))

    def _read(self, name: str) -> bytes:
        try:
            found = (self._folder / name).read_bytes()
        except OSError:
            raise VaultUnavailable("Vault.NoKeys") from None
        if len(found) != BYTES:
            raise VaultUnavailable("Vault.BrokenKeys")
        return found


def wrapping(shared: bytes, about: bytes) -> bytes:
    """The key that seals one data key, of what two halves of X25519 share."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), BYTES, salt=None, info=about).derive(shared)


def context(bucket: str) -> dict[str, str]:
    """What a data key is bound to: it opens values of no other tenant, and nothing but a vault's."""
    return {"purpose": "vault", "tenant": bucket}


def written(bound: dict[str, str]) -> bytes:
    """A context as bytes."""
    return msgspec.json.encode(bound, order="sorted")


def message(bucket: str, named: Named) -> bytes:
    """What the MAC is over from which a tenant's tokens are derived."""
    return "\n".join(("vault", str(named.version), bucket, named.kind)).encode()


def mac_alias(name: str) -> str:
    """What KMS calls the key that makes MACs, of a vault of this name."""
    return f"alias/{name}-mac"


def data_alias(name: str) -> str:
    """What KMS calls the key that seals data keys."""
    return f"alias/{name}"
