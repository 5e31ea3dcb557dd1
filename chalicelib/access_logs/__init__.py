"""CloudFront's access logs: from its files to each tenant's own, cleaned."""
