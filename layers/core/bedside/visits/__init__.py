"""A video visit: from booking to summary, whatever arrives late, twice, out of order or never."""
