"""Rate limits of capture."""

from typing import Final

from bedside.platform.limits.policies import bucket

SESSION_CREATE: Final = bucket("session-create", 600, 600, "user")
# Tokens have 256 bits, so this only limits the load from guessing.
TOKEN_VALIDATE: Final = bucket("token-validate", 600, 60, "address")
# Twenty photos with several retries each.
PRESIGNED_URL: Final = bucket("presigned-url", 200, 100, "session")
# Ten phones that ask every five seconds, and a burst after a network has come back.
SESSION_STATUS: Final = bucket("session-status", 120, 60, "session")
