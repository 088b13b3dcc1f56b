"""Shared by every function: HTTP, settings, logs and metrics, rate limits, transient state."""
