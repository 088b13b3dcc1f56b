"""What every function shares: HTTP, settings, logs and metrics, rate limits, transient state."""
