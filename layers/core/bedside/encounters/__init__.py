"""Encounters: what happens around one contact with a patient, and the append-only timeline of what was done."""

# The modules that other domains may import; everything else is private to encounters.
__all__ = ["events", "outbox", "wiring"]
