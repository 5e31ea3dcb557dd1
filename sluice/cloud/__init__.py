"""A stage in AWS: what is generated, packaged and deployed, and what it costs."""
