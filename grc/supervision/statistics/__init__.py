"""How much came, how fast it was handled: figures kept day by day, and what is read of them."""
