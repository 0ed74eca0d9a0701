"""Finding cases: one question, kept as a view, taken away as a file."""
