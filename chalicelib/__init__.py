"""What runs in Lambda: one path from the bytes of an event to one object in the tenant's bucket."""

__version__ = "0.1.0"
