"""sluice.toml and what it says: stages, entries and tenants."""
