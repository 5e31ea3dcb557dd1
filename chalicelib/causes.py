"""What AWS has against a call, in a word that a log may hold: never a message, which may quote data."""

from __future__ import annotations

from botocore.exceptions import ClientError


def cause(error: Exception) -> str:
    """The error's code, for example AccessDenied; where it never got an answer, the kind of error."""
    return str(error.response["Error"]["Code"]) if isinstance(error, ClientError) else type(error).__name__
