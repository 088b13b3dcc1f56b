"""Protocols of the outside world that the domains depend on; adapters implement them."""
