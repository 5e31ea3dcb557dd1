"""What an erasure did, signed: by a key of KMS for a deployed stage, by Ed25519 for a local one."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any

import msgspec
from botocore.exceptions import ClientError
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from chalicelib.lake.objects import Objects
from chalicelib.prefixes import ERASED_KEY
from sluice import aws
from sluice.errors import SluiceError
from sluice.project.config import Stage

KEY = f"{ERASED_KEY.path}signing"


class PersonError(SluiceError):
    """A request of a person that cannot be served; the message says why."""


class Forged(PersonError):
    """A certificate that is not what this stage has signed."""


class Certificate(msgspec.Struct, frozen=True):
    """The statement as it was signed, byte for byte, the way it was signed, and the signature in Base64."""

    statement: str
    algorithm: str
    signature: str

    @property
    def said(self) -> dict[str, Any]:
        """What the statement says."""
        found: dict[str, Any] = msgspec.json.decode(self.statement)
        return found


class Signer:
    """Signs, and verifies, with one key; made by `signer`."""

    def __init__(self, algorithm: str, sign: Callable[[bytes], bytes], public: Callable[[], Any]) -> None:
        self.algorithm, self._sign, self._public = algorithm, sign, public

    def sign(self, statement: dict[str, Any]) -> Certificate:
        """The statement, signed."""
        text = msgspec.json.encode(statement)
        return Certificate(text.decode(), self.algorithm, b64encode(self._sign(text)).decode())

    def verify(self, certificate: Certificate) -> None:
        """Raise Forged unless this key has signed exactly this statement."""
        key = self._public()
        try:
            signature, text = b64decode(certificate.signature), certificate.statement.encode()
            if certificate.algorithm != self.algorithm:
                raise Forged(f"it was signed by {certificate.algorithm}, and this stage signs by {self.algorithm}")
            if isinstance(key, Ed25519PublicKey):
                key.verify(signature, text)
            else:
                key.verify(signature, text, ec.ECDSA(hashes.SHA256()))
        except (InvalidSignature, ValueError):
            raise Forged("the signature is not this stage's: the certificate was changed, or is not ours") from None


def alias(stage: Stage) -> str:
    """The name of the stage's key in KMS."""
    return f"alias/{stage.stack}-person"


def signer(stage: Stage, own: Objects) -> Signer:
    """The stage's signer; raises PersonError where its key in KMS is not there."""
    return _by_kms(stage) if stage.is_deployed else _here(own)


def make_key(stage: Stage) -> str:
    """Make the stage's key in KMS ($1 a month), where there is none; its alias."""
    kms = aws.client("kms", stage.region)
    try:
        kms.describe_key(KeyId=alias(stage))
    except kms.exceptions.NotFoundException:
        made = kms.create_key(
            KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY", Description="Signs certificates of erasure"
        )
        kms.create_alias(AliasName=alias(stage), TargetKeyId=made["KeyMetadata"]["KeyId"])
    return alias(stage)


def _by_kms(stage: Stage) -> Signer:
    kms, key = aws.client("kms", stage.region), alias(stage)
    try:
        kms.describe_key(KeyId=key)
    except ClientError as error:
        if aws.code(error) != "NotFoundException":
            raise
        raise PersonError(
            f"there is no key {key} to sign with; make it: `sluice person key --stage {stage.name}`"
        ) from None

    def sign(text: bytes) -> bytes:
        done = kms.sign(KeyId=key, Message=text, MessageType="RAW", SigningAlgorithm="ECDSA_SHA_256")
        return bytes(done["Signature"])

    return Signer(
        "ECDSA_SHA_256", sign, lambda: serialization.load_der_public_key(kms.get_public_key(KeyId=key)["PublicKey"])
    )


def _here(own: Objects) -> Signer:
    fresh = Ed25519PrivateKey.generate().private_bytes_raw()
    own.create(KEY, fresh, {})
    key = Ed25519PrivateKey.from_private_bytes(own.read(KEY) or fresh)
    return Signer("Ed25519", key.sign, key.public_key)
