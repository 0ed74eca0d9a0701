"""Where citizens are received: who waits, who is received, who has an appointment."""
