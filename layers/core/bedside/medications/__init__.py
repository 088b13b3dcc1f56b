"""Plans of medicines and their doses: when each is due, and whether it was taken."""

# The modules that other domains may import; everything else is private to medications.
__all__ = ["wiring"]
