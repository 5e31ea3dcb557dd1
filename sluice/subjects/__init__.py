"""What a person may ask for: what is there of them, a copy of it, and that it is erased."""
