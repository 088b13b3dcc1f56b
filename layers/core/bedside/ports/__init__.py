"""Protocols for the external services that domains depend on; adapters implement them."""
