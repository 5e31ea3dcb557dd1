"""Which days of a tenant are out of the ordinary, and what explains them: pure functions over daily counts."""
