"""Paper slips, filled in while the program is away and typed in later, each once."""
