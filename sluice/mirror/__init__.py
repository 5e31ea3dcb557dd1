"""A tenant's lake on this machine, and questions to it."""
