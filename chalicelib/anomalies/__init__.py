"""Days that are out of the ordinary: a tenant's counts by day, judged, and what is odd of them as incidents."""
