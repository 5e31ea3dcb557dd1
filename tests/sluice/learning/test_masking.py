"""Masks: they cancel exactly, also when members go; one update under them is noise; and nobody gives out what would open one."""

from __future__ import annotations

import secrets
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sluice.learning import federated, masking, shares
from sluice.learning.errors import LearningError, TooFew
from sluice.learning.features import Ints
from sluice.learning.masking import Member
from tests.sluice.learning.examples import FEW

NUMBERS = st.integers(-(2**40), 2**40)


class Round:
    """A round in which everybody has met."""

    def __init__(self, size: int) -> None:
        self.members = {number: Member(number) for number in range(1, size + 1)}
        self.publics = federated.met(self.members)

    def sum(self, updates: dict[int, Ints], finishing: set[int]) -> Ints:
        covered = {number: self.members[number].masked(update) for number, update in updates.items()}
        given = {number: self.members[number].revealed(covered.keys()) for number in finishing}
        return masking.opened(covered, self.publics, given)


@FEW
@given(st.data())
def test_the_masked_sum_is_the_plain_sum_of_what_arrived(data: Any) -> None:
    size = data.draw(st.integers(3, 8))
    everybody = set(range(1, size + 1))
    needed = masking.least(size)
    arrived = data.draw(st.sets(st.sampled_from(sorted(everybody)), min_size=needed))
    finishing = data.draw(st.sets(st.sampled_from(sorted(arrived)), min_size=needed))
    updates = {
        number: np.array(data.draw(st.lists(NUMBERS, min_size=4, max_size=4)), dtype=np.int64) for number in arrived
    }
    found = Round(size).sum(updates, finishing)
    assert found.tolist() == np.sum(list(updates.values()), axis=0).tolist()


def test_fewer_than_more_than_half_open_no_sum() -> None:
    update = np.ones(3, dtype=np.int64)
    with pytest.raises(TooFew, match="2 of 5 tenants finished the round, and opening its sum takes 3"):
        Round(5).sum(dict.fromkeys((1, 2, 3), update), {1, 2})


def test_one_masked_update_is_noise() -> None:
    # The largest update there is, at the same place: without masks all words would be the same.
    words = np.concatenate([_masked(np.full(256, 2**30)) for _ in range(64)])
    bits = np.unpackbits(words.view(np.uint8))
    # Both bounds are six standard deviations: a test that fails once in 500 million runs.
    assert abs(bits.mean() - 0.5) < 6 * 0.5 / np.sqrt(len(bits))
    counts = np.bincount(words.view(np.uint8), minlength=256)
    expected = len(words) * 8 / 256
    assert abs(((counts - expected) ** 2 / expected).sum() - 255) < 6 * np.sqrt(2 * 255)
    # Each of the 64 positions of bits by itself, too.
    ones = np.array([((words >> np.uint64(place)) & np.uint64(1)).mean() for place in range(64)])
    assert np.abs(ones - 0.5).max() < 7 * 0.5 / np.sqrt(len(words))


def _masked(update: Ints) -> masking.Words:
    return Round(3).members[1].masked(update)


def test_the_same_update_never_looks_the_same_twice() -> None:
    update = np.arange(20)
    assert not set(_masked(update).tolist()) & set(_masked(update).tolist())


def test_a_late_update_of_a_member_that_was_given_up_is_still_covered() -> None:
    """The coordinator knows the key of the absent member, all others' secrets that were given out, and now its update."""
    here = Round(4)
    secret = np.arange(8) + 2**20
    late = here.members[4].masked(secret)
    updates = {number: np.arange(8) for number in (1, 2, 3)}
    covered = {number: here.members[number].masked(update) for number, update in updates.items()}
    given = {number: here.members[number].revealed(covered.keys()) for number in covered}
    key = shares.joined({holder: given[holder][4] for holder in given})
    # With the key, every mask of a pair comes off; the own mask is what is left.
    pairs = np.zeros(8, dtype=np.uint64)
    for other in covered:
        pairs += masking.between(masking.private(key), 4, other, here.publics[other], 8)
    assert not set((late - pairs).tolist()) & set(secret.tolist())
    assert (late - pairs - masking.own(here.members[4].secret, 8)).tolist() == secret.tolist()


def test_a_member_gives_out_its_shares_once() -> None:
    member = Round(3).members[2]
    member.revealed({1, 2, 3})
    with pytest.raises(LearningError, match="second list of arrivals"):
        member.revealed({1, 2})


def test_enough_shares_give_the_secret_back_and_fewer_another_one() -> None:
    secret = secrets.token_bytes(shares.LENGTH)
    split = shares.split(secret, range(1, 6), 3)
    for holders in combinations(split, 3):
        assert shares.joined({holder: split[holder] for holder in holders}) == secret
    # Two shares fit every secret: another third share makes another one.
    assert secret != _lower({1: split[1], 2: split[2]})


def _lower(few: dict[int, int]) -> bytes:
    """The secret that these shares give, as far as it has 32 bytes."""
    try:
        return shares.joined(few)
    except OverflowError:
        return b""


@settings(max_examples=5)
@given(st.integers(3, 200))
def test_two_groups_that_can_open_a_sum_share_a_member(members: int) -> None:
    assert 2 * masking.least(members) > members
