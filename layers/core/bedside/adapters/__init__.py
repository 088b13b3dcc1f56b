"""The only I/O: everything that crosses the network goes through here, with a deadline."""
