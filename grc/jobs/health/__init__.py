"""Is this installation sound? Each check looks at one thing and says what to do about it."""
