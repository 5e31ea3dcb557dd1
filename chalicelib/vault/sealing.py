"""AES-256-GCM of one value under a data key, bound to the row that it is in."""

from __future__ import annotations

import secrets

NONCE = 12


class Broken(Exception):
    """A row that was changed, cut, or moved, or that another key sealed."""


def bound(bucket: str, token: str, day: str) -> bytes:
    """What a value is bound to: it opens in this tenant's row of this token, which names its kind and version."""
    return "\n".join(("vault", bucket, token, day)).encode()


def sealed(key: bytes, value: str, about: bytes) -> bytes:
    """A random nonce, and the value under the key."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # only where a stage has a vault

    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, value.encode(), about)


def opened(key: bytes, box: bytes, about: bytes) -> str:
    """The value; raises Broken for anything but what `sealed` made of it with the same key, for the same row."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(key).decrypt(box[:NONCE], box[NONCE:], about).decode()
    except (InvalidTag, ValueError):
        raise Broken from None
