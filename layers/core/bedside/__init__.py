"""Bedside: what happens around one clinical encounter."""

__version__ = "0.1.0"
