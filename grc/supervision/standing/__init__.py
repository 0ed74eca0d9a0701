"""What stands in the queues, counted: as much to read for a hundred cases as for ten million."""
