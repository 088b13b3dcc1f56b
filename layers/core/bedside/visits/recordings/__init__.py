"""Recordings of visits: started and stopped, tracked by provider events, and copied into our bucket."""
