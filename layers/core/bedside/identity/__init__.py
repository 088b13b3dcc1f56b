"""Identity: one-time codes, sign-ins, tokens, roles and facilities."""
