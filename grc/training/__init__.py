"""Training: a database of its own where nothing is real, exercises and their checks."""
