"""One act on many cases: chosen in a list, looked at before, reported, undone as a whole."""
