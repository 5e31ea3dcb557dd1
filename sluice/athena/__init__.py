"""Athena: its client, and a tenant's tables."""
