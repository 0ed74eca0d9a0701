"""What the channels counted themselves, against what was recorded here."""
