"""A real OpenID Connect provider on this machine: small, written for an older Authlib, and quiet about it."""

from __future__ import annotations

import warnings

import authlib.deprecate  # first: it lets each of its warnings be shown

with warnings.catch_warnings():
    warnings.simplefilter("ignore", authlib.deprecate.AuthlibDeprecationWarning)
    from oidc_provider_mock import User, run_server_in_thread
    from oidc_provider_mock import _app as inner

__all__ = ["User", "inner", "run_server_in_thread"]
