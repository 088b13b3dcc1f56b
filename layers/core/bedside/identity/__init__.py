"""Identity: one-time codes, sign-ins, tokens, roles and facilities."""

# The modules that other domains may import; everything else is private to identity.
__all__ = [
    "audit",
    "authorization",
    "errors",
    "facility",
    "keyring",
    "otp",
    "person",
    "person_repository",
    "phone_number",
    "principal",
    "representation",
    "synthetic_people",
    "token_pair",
    "tokens",
    "wiring",
]
