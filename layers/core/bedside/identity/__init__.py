"""Identity: one-time codes, sign-ins, tokens, roles and facilities."""

# The modules that other domains may import; everything else is private to identity.
__all__ = ["authorization", "keyring", "person", "person_repository", "principal", "tokens", "wiring"]
