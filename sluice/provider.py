"""The OpenID Connect provider by which people sign in to the dashboard, as the dashboard and the doctor know it."""

from __future__ import annotations

ISSUER = "SLUICE_DASHBOARD_OIDC_ISSUER"


def discovery(issuer: str) -> str:
    """Where the provider says what it is, OpenID Connect Discovery 1.0, section 4."""
    return f"{issuer.rstrip('/')}/.well-known/openid-configuration"
