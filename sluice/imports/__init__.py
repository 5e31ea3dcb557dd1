"""Web servers' logs as events."""
