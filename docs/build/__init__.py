"""Makes documents, and ships with nothing."""
