"""A sum of updates of which nobody sees one: each is covered by masks that cancel in the sum (Bonawitz et al., CCS 2017).

Two members agree on a mask by X25519 and HKDF; one adds it, the other subtracts it. Each also adds a mask of its own, so that an
update which arrives late, when its key is out, still says nothing. Every member has a share of both secrets of each member, and
gives out one of the two, once: of the own mask where the update arrived, of the key where it did not. All is modulo 2^64.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping

import numpy as np
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import ChaCha20
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from numpy.typing import NDArray

from sluice.learning import shares
from sluice.learning.errors import LearningError, TooFew
from sluice.learning.features import Ints

Words = NDArray[np.uint64]
_PAIR, _OWN = b"sluice learning: mask of a pair", b"sluice learning: own mask"
_NONCE = bytes(16)  # each key makes one stream


def least(members: int) -> int:
    """How many members open a sum: more than half, so that no two halves give out both secrets of another."""
    return members // 2 + 1


class Member:
    """One tenant in one round, numbered from 1: its secrets are made for this round and never used again."""

    def __init__(self, number: int) -> None:
        self.number = number
        self._key = X25519PrivateKey.generate()
        self.secret = secrets.token_bytes(shares.LENGTH)
        self._publics: dict[int, bytes] = {}
        self._held: dict[int, tuple[int, int]] = {}
        self._has_revealed = False

    @property
    def public(self) -> bytes:
        return self._key.public_key().public_bytes_raw()

    def meet(self, publics: Mapping[int, bytes]) -> dict[int, tuple[int, int]]:
        """Take everybody's public key; the shares of this member's own mask and key, for each member."""
        self._publics = dict(publics)
        needed = least(len(publics))
        own = shares.split(self.secret, publics, needed)
        key = shares.split(self._key.private_bytes_raw(), publics, needed)
        return {number: (own[number], key[number]) for number in publics}

    def hold(self, of: int, share: tuple[int, int]) -> None:
        """Keep what another member shared."""
        self._held[of] = share

    def masked(self, update: Ints) -> Words:
        """The update under all masks: by itself it is noise."""
        covered = update.astype(np.uint64) + own(self.secret, len(update))
        for other, public in self._publics.items():
            if other != self.number:
                covered += between(self._key, self.number, other, public, len(update))
        return covered

    def revealed(self, arrived: Collection[int]) -> dict[int, int]:
        """A share for each member: of its own mask if its update arrived, of its key if not; only once."""
        if self._has_revealed:
            raise LearningError("a second list of arrivals was asked for; with both, one update could be seen")
        self._has_revealed = True
        return {number: share[0 if number in arrived else 1] for number, share in self._held.items()}


def opened(covered: Mapping[int, Words], publics: Mapping[int, bytes], given: Mapping[int, Mapping[int, int]]) -> Ints:
    """The sum of the updates that arrived; raises TooFew where fewer than `least` members gave out shares."""
    needed = least(len(publics))
    if len(given) < needed:
        raise TooFew(f"{len(given)} of {len(publics)} tenants finished the round, and opening its sum takes {needed}")
    holders = sorted(given)[:needed]
    secret = {number: shares.joined({holder: given[holder][number] for holder in holders}) for number in publics}
    length = len(next(iter(covered.values())))
    total = np.zeros(length, dtype=np.uint64)
    for number, one in covered.items():
        total += one - own(secret[number], length)
    for absent in publics.keys() - covered.keys():
        key = private(secret[absent])
        for number in covered:
            total += between(key, absent, number, publics[number], length)
    return total.astype(np.int64)


def private(secret: bytes) -> X25519PrivateKey:
    """The key that its member shared."""
    return X25519PrivateKey.from_private_bytes(secret)


def own(secret: bytes, length: int) -> Words:
    """The mask that one member alone adds."""
    return _stream(secret, _OWN, length)


def between(key: X25519PrivateKey, mine: int, other: int, public: bytes, length: int) -> Words:
    """The mask of two members as `mine` adds it: the lower number's is the negative of the higher one's."""
    agreed = key.exchange(X25519PublicKey.from_public_bytes(public))
    mask = _stream(agreed, _PAIR, length)
    return mask if mine > other else np.zeros_like(mask) - mask


def _stream(secret: bytes, purpose: bytes, length: int) -> Words:
    key = HKDF(SHA256(), 32, None, purpose).derive(secret)
    stream = Cipher(ChaCha20(key, _NONCE), None).encryptor().update(bytes(8 * length))
    return np.frombuffer(stream, dtype="<u8").astype(np.uint64)
