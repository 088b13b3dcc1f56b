"""What people are told: records of notices, their dispatch, the inbox, and what everybody wants to be told where."""

# The modules that other domains may import; everything else is private to notifications.
__all__ = ["wiring"]
