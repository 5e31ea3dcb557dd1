"""What cannot be learned."""

from __future__ import annotations

from sluice.errors import SluiceError


class LearningError(SluiceError):
    """A model that cannot be made; the message says why."""


class TooFew(LearningError):
    """A round that fewer tenants finished than can open its sum."""
