"""Who is calling and what they may do: one-time codes, sign-ins, tokens, roles, facilities."""
