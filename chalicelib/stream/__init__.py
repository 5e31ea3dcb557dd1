"""A stage's stream: from where records wait to their tenants' buckets."""
