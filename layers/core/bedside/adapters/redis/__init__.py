"""Upstash Redis over REST, with one deadline per call and a circuit breaker."""
