"""The token vault from its other side: who may open it, with a row in the audit trail before each value."""
