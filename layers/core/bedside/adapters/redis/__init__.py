"""Upstash Redis over REST, with a deadline per call and a circuit breaker."""
