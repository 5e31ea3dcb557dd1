"""Benchmarks that print ratios: `python -m bench` runs all, `python -m bench NAME` one. docs/benchmarks.md explains them."""
