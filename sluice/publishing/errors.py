"""What cannot be published."""

from __future__ import annotations

from sluice.errors import SluiceError


class PublishError(SluiceError):
    """Numbers that cannot be published; the message says why."""


class Spent(PublishError):
    """A week whose budget has no room for the release."""
