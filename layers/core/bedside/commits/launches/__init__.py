"""Launches from inside a facility's record: who opened Bedside there, and for whom."""
