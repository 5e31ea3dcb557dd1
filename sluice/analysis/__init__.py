"""What the dashboard may ask, by which engine: rights, limits and filters."""
