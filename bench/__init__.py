"""Filling databases and measuring the program; see docs/benchmarks.md."""
