"""The token vault: a token in place of a value, and the value sealed in a row that the ingest can write and never open."""
