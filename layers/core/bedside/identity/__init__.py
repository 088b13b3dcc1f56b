"""Who is calling and what they may do: one-time codes, sign-ins, tokens, roles, facilities."""

# The modules that other domains may import; everything else is this domain's own business.
__all__ = ["authentication", "keyring", "person", "person_repository", "principal", "tokens", "wiring"]
