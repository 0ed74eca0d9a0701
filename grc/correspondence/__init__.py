"""Our letters: written, endorsed, signed, printed, posted, and perhaps sent back."""
