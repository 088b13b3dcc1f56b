"""All I/O: every network request is made here, with a deadline."""
