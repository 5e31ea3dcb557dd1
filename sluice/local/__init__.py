"""The API on this machine, and its demo."""
