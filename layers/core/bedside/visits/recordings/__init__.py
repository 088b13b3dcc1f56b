"""Recordings of visits: started, reported by the provider, copied into our bucket."""
